/* record.c - see record.h. Layout: FORMAT.md section 3; everything little-endian.
 *
 * Workload   300,000 records of about 300 bytes a second: one pass writes the record,
 *            one hashes it for the chain, one sums it.
 */
#include "storage/record.h"

#include "proto/check.h"
#include <endian.h>
#include <sodium.h>
#include <string.h>
#include <xxhash.h>

#define RECORD_VERSION 1u
#define LINK_BYTES     16u
#define CHECKSUM_BYTES 8u
#define TAIL_BYTES     (RECORD_CHAIN_BYTES + CHECKSUM_BYTES)

/* Offsets of the header's fields. */
enum {
    AT_VERSION = 0, /* u8, the same place in every version */
    AT_FLAGS = 1,   /* u8, none is known yet; bit 0 is kept for a sealed private part */
    AT_LINK_COUNT = 2,    /* u16 */
    AT_KEY = 4,           /* u32 */
    AT_SEQ = 8,           /* u64, the same place in every version */
    AT_TIME = 16,         /* i64 */
    AT_INSTANCE = 24,     /* u64 */
    AT_NUMBER = 32,       /* u64 */
    AT_VERDICT = 40,      /* u32 */
    AT_VERDICT_MORE = 44, /* u32, kept for further verdict bits, zero */
    AT_PUBLIC_SIZE = 48,  /* u32 */
    AT_PRIVATE_SIZE = 52, /* u32 */
    HEADER_BYTES = 56
};
#define HEAD_BYTES_MAX (HEADER_BYTES + RECORD_LINKS_MAX * LINK_BYTES)

_Static_assert(RECORD_BYTES_MAX >=
                   PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX + HEAD_BYTES_MAX + TAIL_BYTES,
               "the largest record must fit its limit");
_Static_assert(RECORD_LINKS_MAX <= UINT16_MAX, "links are counted in 16 bits");
_Static_assert(RECORD_CHAIN_BYTES >= crypto_generichash_BYTES_MIN &&
                   RECORD_CHAIN_BYTES <= crypto_generichash_BYTES_MAX,
               "BLAKE2b must give the chain's size");

static void put_u16(uint8_t *to, uint16_t value)
{
    value = htole16(value);
    memcpy(to, &value, sizeof value);
}

static void put_u32(uint8_t *to, uint32_t value)
{
    value = htole32(value);
    memcpy(to, &value, sizeof value);
}

static void put_u64(uint8_t *to, uint64_t value)
{
    value = htole64(value);
    memcpy(to, &value, sizeof value);
}

static uint16_t get_u16(const uint8_t *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return le16toh(value);
}

static uint32_t get_u32(const uint8_t *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return le32toh(value);
}

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return le64toh(value);
}

static bool record_sane(const record_t *record)
{
    return record->link_count <= RECORD_LINKS_MAX &&
           record->public_size <= PUBLIC_BYTES_MAX &&
           record->private_size <= PRIVATE_BYTES_MAX &&
           (record->public_size == 0 || record->public_part != NULL) &&
           (record->private_size == 0 || record->private_part != NULL);
}

/* Writes header and links, returns their size. */
static size_t put_head(const record_t *record, uint64_t seq, uint8_t *out)
{
    out[AT_VERSION] = RECORD_VERSION;
    out[AT_FLAGS] = 0;
    put_u16(out + AT_LINK_COUNT, (uint16_t)record->link_count);
    put_u32(out + AT_KEY, record->key);
    put_u64(out + AT_SEQ, seq);
    put_u64(out + AT_TIME, (uint64_t)record->time_ms);
    put_u64(out + AT_INSTANCE, record->instance);
    put_u64(out + AT_NUMBER, record->number);
    put_u32(out + AT_VERDICT, record->verdict);
    put_u32(out + AT_VERDICT_MORE, 0);
    put_u32(out + AT_PUBLIC_SIZE, record->public_size);
    put_u32(out + AT_PRIVATE_SIZE, record->private_size);
    uint8_t *at = out + HEADER_BYTES;
    for (uint32_t i = 0; i < record->link_count; i++, at += LINK_BYTES) {
        put_u64(at, record->links[i].previous);
        put_u32(at + 8, record->links[i].key);
        put_u32(at + 12, record->links[i].kind);
    }
    return (size_t)(at - out);
}

static uint8_t *put_bytes(uint8_t *to, const uint8_t *from, uint32_t size)
{
    if (size > 0)
        memcpy(to, from, size);
    return to + size;
}

/* The chain over one stretch of bytes; with a second one when they lie apart. */
static void hash_chain(const uint8_t previous[RECORD_CHAIN_BYTES], const uint8_t *head,
                       size_t head_size, const record_t *apart,
                       uint8_t chain[RECORD_CHAIN_BYTES])
{
    crypto_generichash_state state;
    int rc = crypto_generichash_init(&state, NULL, 0, RECORD_CHAIN_BYTES);
    rc |= crypto_generichash_update(&state, previous, RECORD_CHAIN_BYTES);
    rc |= crypto_generichash_update(&state, head, head_size);
    if (apart != NULL) {
        rc |= crypto_generichash_update(&state, apart->public_part, apart->public_size);
        rc |=
            crypto_generichash_update(&state, apart->private_part, apart->private_size);
    }
    rc |= crypto_generichash_final(&state, chain, RECORD_CHAIN_BYTES);
    CHECK(rc == 0);
}

size_t record_size(const record_t *record)
{
    CHECK(record != NULL);
    CHECK(record_sane(record));
    return HEADER_BYTES + (size_t)record->link_count * LINK_BYTES +
           record->public_size + record->private_size + TAIL_BYTES;
}

void record_encode(const record_t *record, uint64_t seq,
                   uint8_t chain[RECORD_CHAIN_BYTES], uint8_t *out)
{
    CHECK(record != NULL);
    CHECK(record_sane(record));
    CHECK(seq > 0);
    CHECK(chain != NULL && out != NULL);
    uint8_t *at = out + put_head(record, seq, out);
    at = put_bytes(at, record->public_part, record->public_size);
    at = put_bytes(at, record->private_part, record->private_size);
    hash_chain(chain, out, (size_t)(at - out), NULL, chain);
    memcpy(at, chain, RECORD_CHAIN_BYTES);
    at += RECORD_CHAIN_BYTES;
    put_u64(at, XXH3_64bits(out, (size_t)(at - out)));
    CHECK((size_t)(at - out) + CHECKSUM_BYTES == record_size(record));
}

/* Reads the header; the checksum held, so what does not fit is another format. */
static status_t get_header(const uint8_t *bytes, size_t size, record_t *record)
{
    record->link_count = get_u16(bytes + AT_LINK_COUNT);
    record->key = get_u32(bytes + AT_KEY);
    record->time_ms = (int64_t)get_u64(bytes + AT_TIME);
    record->instance = get_u64(bytes + AT_INSTANCE);
    record->number = get_u64(bytes + AT_NUMBER);
    record->verdict = get_u32(bytes + AT_VERDICT);
    record->public_size = get_u32(bytes + AT_PUBLIC_SIZE);
    record->private_size = get_u32(bytes + AT_PRIVATE_SIZE);
    if (bytes[AT_FLAGS] != 0 || get_u32(bytes + AT_VERDICT_MORE) != 0 ||
        record->link_count > RECORD_LINKS_MAX ||
        record->public_size > PUBLIC_BYTES_MAX ||
        record->private_size > PRIVATE_BYTES_MAX)
        return STATUS_FORMAT;
    size_t parts = (size_t)record->public_size + record->private_size;
    return size == HEADER_BYTES + record->link_count * LINK_BYTES + parts + TAIL_BYTES
               ? STATUS_OK
               : STATUS_DAMAGED;
}

static void get_links(const uint8_t *at, record_t *record)
{
    for (uint32_t i = 0; i < record->link_count; i++, at += LINK_BYTES)
        record->links[i] = (record_link_t){ .previous = get_u64(at),
                                            .key = get_u32(at + 8),
                                            .kind = get_u32(at + 12) };
}

status_t record_decode(const uint8_t *bytes, size_t size, uint64_t seq,
                       record_t *record, uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(bytes != NULL);
    CHECK(record != NULL);
    memset(record, 0, sizeof *record);
    if (size < HEADER_BYTES + TAIL_BYTES || size > RECORD_BYTES_MAX)
        return STATUS_DAMAGED;
    if (XXH3_64bits(bytes, size - CHECKSUM_BYTES) !=
        get_u64(bytes + size - CHECKSUM_BYTES))
        return STATUS_DAMAGED;
    if (get_u64(bytes + AT_SEQ) != seq)
        return STATUS_DAMAGED;
    if (bytes[AT_VERSION] != RECORD_VERSION)
        return STATUS_FORMAT;
    status_t status = get_header(bytes, size, record);
    if (status != STATUS_OK) {
        memset(record, 0, sizeof *record);
        return status;
    }
    get_links(bytes + HEADER_BYTES, record);
    record->public_part = bytes + HEADER_BYTES + record->link_count * LINK_BYTES;
    record->private_part = record->public_part + record->public_size;
    if (chain != NULL)
        memcpy(chain, bytes + size - TAIL_BYTES, RECORD_CHAIN_BYTES);
    return STATUS_OK;
}

status_t record_verify_chain(const record_t *record, uint64_t seq,
                             const uint8_t previous[RECORD_CHAIN_BYTES],
                             const uint8_t stored[RECORD_CHAIN_BYTES])
{
    CHECK(record != NULL);
    CHECK(record_sane(record));
    CHECK(previous != NULL && stored != NULL);
    uint8_t head[HEAD_BYTES_MAX], chain[RECORD_CHAIN_BYTES];
    size_t size = put_head(record, seq, head);
    hash_chain(previous, head, size, record, chain);
    return memcmp(chain, stored, RECORD_CHAIN_BYTES) == 0 ? STATUS_OK : STATUS_DAMAGED;
}
