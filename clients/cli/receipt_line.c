/* receipt_line.c - see receipt_line.h. */
#include "clients/cli/receipt_line.h"

#include "proto/check.h"
#include "proto/receipt.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HEX_MAX (2u * SIGNATURE_BYTES + 1u)

static bool read_hex(const char *text, uint8_t *out, size_t size)
{
    size_t read = 0;
    return text != NULL && strlen(text) == 2 * size &&
           sodium_hex2bin(out, size, text, 2 * size, NULL, &read, NULL) == 0 &&
           read == size;
}

bool receipt_key_read(const char *hex, uint8_t key[KEY_BYTES])
{
    return read_hex(hex, key, KEY_BYTES);
}

static bool get_hex(const json_t *object, const char *name, uint8_t *out, size_t size)
{
    return read_hex(json_string_value(json_object_get(object, name)), out, size);
}

static bool get_number(const json_t *object, const char *name, uint64_t *out)
{
    const json_t *value = json_object_get(object, name);
    *out = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static void set_hex(json_t *object, const char *name, const uint8_t *bytes, size_t size)
{
    char text[HEX_MAX];
    CHECK(2 * size < sizeof text);
    sodium_bin2hex(text, sizeof text, bytes, size);
    /* a field that is missing for want of memory fails the check later */
    (void)json_object_set_new(object, name, json_string(text));
}

static void set_number(json_t *object, const char *name, uint64_t value)
{
    (void)json_object_set_new(object, name, json_integer((json_int_t)value));
}

json_t *receipt_head_write(const receipt_head_t *head)
{
    json_t *object = json_object();
    set_number(object, "yixian_receipts", 1);
    set_hex(object, "journal", head->journal_id, JOURNAL_ID_BYTES);
    set_hex(object, "key", head->key, KEY_BYTES);
    set_number(object, "count", head->count);
    return object;
}

json_t *receipt_line_write(const receipt_t *receipt)
{
    char instance[20];
    json_t *object = json_object();
    (void)snprintf(instance, sizeof instance, "%016" PRIx64, receipt->instance);
    set_number(object, "seq", receipt->seq);
    (void)json_object_set_new(object, "instance", json_string(instance));
    set_number(object, "number", receipt->number);
    set_number(object, "time_ms", (uint64_t)receipt->time_ms);
    set_hex(object, "record", receipt->record, HASH_BYTES);
    set_hex(object, "command", receipt->command, HASH_BYTES);
    set_hex(object, "signature", receipt->signature, SIGNATURE_BYTES);
    return object;
}

bool receipt_head_read(const json_t *object, receipt_head_t *head)
{
    uint64_t version;
    return get_number(object, "yixian_receipts", &version) && version == 1 &&
           get_hex(object, "journal", head->journal_id, JOURNAL_ID_BYTES) &&
           get_hex(object, "key", head->key, KEY_BYTES) &&
           get_number(object, "count", &head->count);
}

bool receipt_line_read(const json_t *object, receipt_t *receipt)
{
    uint8_t instance[8];
    uint64_t time_ms;
    if (!get_number(object, "seq", &receipt->seq) ||
        !get_hex(object, "instance", instance, sizeof instance) ||
        !get_number(object, "number", &receipt->number) ||
        !get_number(object, "time_ms", &time_ms))
        return false;
    receipt->time_ms = (int64_t)time_ms;
    receipt->instance = 0;
    for (size_t i = 0; i < sizeof instance; i++)
        receipt->instance = receipt->instance << 8 | instance[i];
    return get_hex(object, "record", receipt->record, HASH_BYTES) &&
           get_hex(object, "command", receipt->command, HASH_BYTES) &&
           get_hex(object, "signature", receipt->signature, SIGNATURE_BYTES);
}

bool receipt_holds(const receipt_t *receipt, const uint8_t journal_id[JOURNAL_ID_BYTES],
                   const uint8_t key[KEY_BYTES])
{
    uint8_t message[RECEIPT_MESSAGE_BYTES];
    receipt_message(receipt, journal_id, message);
    return crypto_sign_verify_detached(receipt->signature, message, sizeof message,
                                       key) == 0;
}

static void absorb_part(crypto_generichash_state *hash, const uint8_t *part,
                        uint32_t size)
{
    const uint8_t length[4] = { (uint8_t)size, (uint8_t)(size >> 8),
                                (uint8_t)(size >> 16), (uint8_t)(size >> 24) };
    CHECK(crypto_generichash_update(hash, length, sizeof length) == 0);
    if (size > 0)
        CHECK(crypto_generichash_update(hash, part, size) == 0);
}

void receipt_command_hash(const uint8_t *public_part, uint32_t public_size,
                          const uint8_t *private_part, uint32_t private_size,
                          uint8_t hash[HASH_BYTES])
{
    crypto_generichash_state state;
    CHECK(crypto_generichash_init(&state, NULL, 0, HASH_BYTES) == 0);
    absorb_part(&state, public_part, public_size);
    absorb_part(&state, private_part, private_size);
    CHECK(crypto_generichash_final(&state, hash, HASH_BYTES) == 0);
}
