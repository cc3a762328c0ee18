/* client_case.c - see client_case.h. */
#include "tests/support/client_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

void seen_record(seen_t *seen, const request_t *request)
{
    seen->requests++;
    if (request->item_count > seen->largest)
        seen->largest = request->item_count;
    for (uint32_t i = 0; i < request->item_count; i++) {
        const item_t *item = &request->items[i];
        if (seen->count < RECORDED_MAX)
            seen->numbers[seen->count++] = item->number;
        if (item->number - seen->answered > WINDOW_NUMBERS)
            seen->wide = true;
        if (item->number != 1)
            continue;
        if (seen->first_size > 0 &&
            (seen->first_size != item->public_size ||
             memcmp(seen->first, item->public_part, item->public_size) != 0))
            seen->first_bytes_differ = true;
        seen->first_size = item->public_size;
        memcpy(seen->first, item->public_part, item->public_size);
    }
}

void seen_settle(fake_t *fake, seen_t *seen, const request_t *request)
{
    fake_settle(fake, request, STATUS_OK);
    if (request->item_count > 0)
        seen->answered = request->items[request->item_count - 1].number;
}

void script_accept(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    seen_record(seen, request);
    seen_settle(fake, seen, request);
}

void script_skip(fake_t *fake, void *context, const request_t *request)
{
    seen_t *seen = context;
    seen_record(seen, request);
    if (seen->skip > 0)
        seen->skip--;
    else
        seen_settle(fake, seen, request);
}

void told_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                  const fault_t *fault)
{
    told_t *told = context;
    assert_true(number < RECORDED_MAX);
    assert_int_equal(seq, status == STATUS_OK ? number + 1000 : 0);
    told->twice = told->twice || told->told[number];
    told->told[number] = true;
    told->disorder = told->disorder || number != told->last + 1;
    told->last = number;
    told->status[number] = status;
    told->count++;
    told->refused += status != STATUS_OK;
    if (status != STATUS_OK)
        told->fault = *fault;
}

client_t *client_connect(const char *endpoint, const uint8_t *server_key,
                         uint32_t batch_items)
{
    client_options_t options = { .endpoint = endpoint,
                                 .instance = 42,
                                 .first_number = 1,
                                 .batch_items = batch_items,
                                 .resend_ms = 40 };
    uint8_t seed[32] = { 9 };
    assert_true(sodium_init() >= 0);
    assert_int_equal(
        crypto_box_seed_keypair(options.public_key, options.secret_key, seed), 0);
    memcpy(options.server_key, server_key, KEY_BYTES);
    client_t *client = NULL;
    assert_int_equal(client_create(&options, &client), STATUS_OK);
    return client;
}

client_t *client_of(const fake_t *fake, uint32_t batch_items)
{
    return client_connect(fake_endpoint(fake), fake_server_key(fake), batch_items);
}

/* A command that nobody looks into, told apart by its bytes. */
status_t submit_one(client_t *client, told_t *told)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%llu",
                        (unsigned long long)client_next_number(client));
    return client_submit(client, text, (uint32_t)size, "p", 1, told_outcome, told,
                         NULL);
}

void submit_many(client_t *client, told_t *told, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(submit_one(client, told), STATUS_OK);
}
