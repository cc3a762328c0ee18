/* outbox_record.c - the bytes of the outbox's records; see outbox_parts.h. */
#include "clients/lib/outbox_parts.h"

#include "proto/check.h"
#include <sodium.h>
#include <string.h>

#define META_TITLE   "yxoutb1\n"
#define ENTRY_TITLE  "yxe1"
#define TITLE_BYTES  8u
#define ENTRY_FIXED  80u /* title, state, nine numbers of 8 bytes */
#define META_NUMBERS 15u

_Static_assert(TITLE_BYTES + META_NUMBERS * 8 + OUTBOX_PLACE_BYTES + OUTBOX_SUM_BYTES ==
                   OUTBOX_META_BYTES,
               "the record has its size");

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
    return at + 8;
}

static const uint8_t *get_u64(const uint8_t *at, uint64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < 8; i++)
        *value |= (uint64_t)at[i] << (8 * i);
    return at + 8;
}

void outbox_key(uint64_t entry, uint8_t key[OUTBOX_KEY_BYTES])
{
    for (unsigned i = 0; i < 8; i++)
        key[7 - i] = (uint8_t)(entry >> (8 * i));
}

uint64_t outbox_key_read(const uint8_t key[OUTBOX_KEY_BYTES])
{
    uint64_t entry = 0;
    for (unsigned i = 0; i < 8; i++)
        entry = entry << 8 | key[i];
    return entry;
}

/* Over the key too: bytes that lie under another key are damage. */
static void sum_of(uint64_t place, const uint8_t *bytes, size_t size,
                   uint8_t sum[OUTBOX_SUM_BYTES])
{
    uint8_t key[OUTBOX_KEY_BYTES];
    crypto_generichash_state state;
    outbox_key(place, key);
    CHECK(crypto_generichash_init(&state, NULL, 0, OUTBOX_SUM_BYTES) == 0);
    CHECK(crypto_generichash_update(&state, key, sizeof key) == 0);
    CHECK(crypto_generichash_update(&state, bytes, size) == 0);
    CHECK(crypto_generichash_final(&state, sum, OUTBOX_SUM_BYTES) == 0);
}

static bool sum_holds(uint64_t place, const uint8_t *bytes, size_t size)
{
    uint8_t sum[OUTBOX_SUM_BYTES];
    sum_of(place, bytes, size - OUTBOX_SUM_BYTES, sum);
    return memcmp(sum, bytes + size - OUTBOX_SUM_BYTES, OUTBOX_SUM_BYTES) == 0;
}

/* ---- the one record about the outbox ---- */

static void list_numbers(outbox_meta_t *meta, uint64_t *at[META_NUMBERS - 1])
{
    uint64_t *numbers[] = { &meta->instance,    &meta->next_number,
                            &meta->next_entry,  &meta->instances,
                            &meta->draft,       &meta->waiting,
                            &meta->refused,     &meta->kept,
                            &meta->open_bytes,  &meta->kept_bytes,
                            &meta->lease_token, &meta->lease_process,
                            &meta->lease_boot,  &meta->lease_through };
    _Static_assert(sizeof numbers / sizeof *numbers == META_NUMBERS - 1, "all of them");
    memcpy(at, numbers, sizeof numbers);
}

void outbox_meta_encode(const outbox_meta_t *meta, uint8_t out[OUTBOX_META_BYTES])
{
    outbox_meta_t copy = *meta;
    uint64_t *numbers[META_NUMBERS - 1];
    list_numbers(&copy, numbers);
    memcpy(out, META_TITLE, TITLE_BYTES);
    uint8_t *at = out + TITLE_BYTES;
    for (unsigned i = 0; i < META_NUMBERS - 1; i++)
        at = put_u64(at, *numbers[i]);
    at = put_u64(at, (uint64_t)meta->lease_until_ms);
    memcpy(at, meta->place, OUTBOX_PLACE_BYTES);
    sum_of(0, out, OUTBOX_META_BYTES - OUTBOX_SUM_BYTES, at + OUTBOX_PLACE_BYTES);
}

bool outbox_meta_decode(const void *bytes, size_t size, outbox_meta_t *meta)
{
    uint64_t *numbers[META_NUMBERS - 1], until;
    if (size != OUTBOX_META_BYTES || memcmp(bytes, META_TITLE, TITLE_BYTES) != 0 ||
        !sum_holds(0, bytes, size))
        return false;
    list_numbers(meta, numbers);
    const uint8_t *at = (const uint8_t *)bytes + TITLE_BYTES;
    for (unsigned i = 0; i < META_NUMBERS - 1; i++)
        at = get_u64(at, numbers[i]);
    at = get_u64(at, &until);
    meta->lease_until_ms = (int64_t)until;
    memcpy(meta->place, at, OUTBOX_PLACE_BYTES);
    return true;
}

/* ---- entries ---- */

static status_t append(buffer_t *out, const void *bytes, size_t size)
{
    return size > 0 ? buffer_append(out, bytes, size) : STATUS_OK;
}

static void encode_head(const outbox_entry_t *entry, uint8_t head[ENTRY_FIXED])
{
    memset(head, 0, TITLE_BYTES);
    memcpy(head, ENTRY_TITLE, sizeof ENTRY_TITLE - 1);
    head[4] = (uint8_t)entry->state;
    uint8_t *at = put_u64(head + TITLE_BYTES, (uint64_t)entry->status);
    at = put_u64(at, entry->instance);
    at = put_u64(at, entry->number);
    at = put_u64(at, entry->instead_of);
    at = put_u64(at, (uint64_t)entry->put_ms);
    at = put_u64(at, (uint64_t)entry->settled_ms);
    at = put_u64(at, entry->seq);
    at = put_u64(at, (uint64_t)entry->public_size << 32 | entry->private_size);
    at = put_u64(at, (uint64_t)strlen(entry->fault.place) << 32 |
                         strlen(entry->fault.detail));
    CHECK(at == head + ENTRY_FIXED);
}

status_t outbox_entry_encode(const outbox_entry_t *entry, buffer_t *out)
{
    uint8_t head[ENTRY_FIXED], sum[OUTBOX_SUM_BYTES];
    encode_head(entry, head);
    buffer_clear(out);
    status_t status = append(out, head, sizeof head);
    if (status == STATUS_OK)
        status = append(out, entry->fault.place, strlen(entry->fault.place));
    if (status == STATUS_OK)
        status = append(out, entry->fault.detail, strlen(entry->fault.detail));
    if (status == STATUS_OK)
        status = append(out, entry->public_part, entry->public_size);
    if (status == STATUS_OK)
        status = append(out, entry->private_part, entry->private_size);
    if (status != STATUS_OK)
        return status;
    sum_of(entry->entry, out->data, out->size, sum);
    return append(out, sum, sizeof sum);
}

/* Where the texts and parts lie; false when they do not fill the bytes exactly. */
static bool place_parts(const uint8_t *bytes, size_t size, uint64_t parts,
                        uint64_t texts, outbox_entry_t *found)
{
    uint64_t place = texts >> 32, detail = texts & UINT32_MAX;
    uint64_t public_size = parts >> 32, private_size = parts & UINT32_MAX;
    if (place >= FAULT_PLACE_MAX || detail >= FAULT_DETAIL_MAX ||
        ENTRY_FIXED + place + detail + public_size + private_size + OUTBOX_SUM_BYTES !=
            size)
        return false;
    const uint8_t *at = bytes + ENTRY_FIXED;
    memcpy(found->fault.place, at, place);
    memcpy(found->fault.detail, at + place, detail);
    found->public_part = at + place + detail;
    found->public_size = (uint32_t)public_size;
    found->private_part = found->public_part + public_size;
    found->private_size = (uint32_t)private_size;
    return true;
}

static void read_numbers(const uint8_t *at, outbox_entry_t *found, uint64_t *parts,
                         uint64_t *texts)
{
    uint64_t status, put_ms, settled_ms;
    at = get_u64(at, &status);
    at = get_u64(at, &found->instance);
    at = get_u64(at, &found->number);
    at = get_u64(at, &found->instead_of);
    at = get_u64(at, &put_ms);
    at = get_u64(at, &settled_ms);
    at = get_u64(at, &found->seq);
    at = get_u64(at, parts);
    (void)get_u64(at, texts); /* the last one */
    found->status = (status_t)status;
    found->put_ms = (int64_t)put_ms;
    found->settled_ms = (int64_t)settled_ms;
}

status_t outbox_entry_decode(uint64_t place, const void *bytes, size_t size,
                             outbox_entry_t *found)
{
    const uint8_t *from = bytes;
    uint64_t parts, texts;
    *found = (outbox_entry_t){ .entry = place };
    if (size < ENTRY_FIXED + OUTBOX_SUM_BYTES ||
        memcmp(from, ENTRY_TITLE, sizeof ENTRY_TITLE - 1) != 0 ||
        from[4] < OUTBOX_DRAFT || from[4] > OUTBOX_REFUSED ||
        !sum_holds(place, from, size))
        return STATUS_DAMAGED;
    found->state = (outbox_state_t)from[4];
    read_numbers(from + TITLE_BYTES, found, &parts, &texts);
    return place_parts(from, size, parts, texts, found) ? STATUS_OK : STATUS_DAMAGED;
}
