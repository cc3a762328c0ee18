/* journal_meta.c - the record with key 0: what the folder is. FORMAT.md section 2. */
#include "storage/journal_internal.h"

#include "proto/check.h"
#include <endian.h>
#include <string.h>
#include <xxhash.h>

#define FORMAT_VERSION 1u

static const char magic[16] = "yixian-journal";

enum {
    AT_MAGIC = 0,    /* 16 bytes */
    AT_VERSION = 16, /* u32 */
    AT_KEPT = 20,    /* u32, zero */
    AT_CREATED = 24, /* i64, Unix time in milliseconds */
    AT_RELEASE = 32, /* 16 bytes: the release that made the folder, for people */
    AT_MORE = 48,    /* 8 bytes, zero */
    AT_CHECKSUM = 56 /* u64 over what is before it */
};

static uint64_t get_u64(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return le64toh(value);
}

static void put_u64(uint8_t *to, uint64_t value)
{
    value = htole64(value);
    memcpy(to, &value, sizeof value);
}

void journal_meta_encode(int64_t created_ms, uint8_t out[JOURNAL_META_BYTES])
{
    CHECK(out != NULL);
    memset(out, 0, JOURNAL_META_BYTES);
    memcpy(out + AT_MAGIC, magic, sizeof magic);
    put_u64(out + AT_VERSION, FORMAT_VERSION); /* the upper half is AT_KEPT */
    put_u64(out + AT_CREATED, (uint64_t)created_ms);
    size_t size = strlen(YIXIAN_VERSION);
    memcpy(out + AT_RELEASE, YIXIAN_VERSION, size < 16 ? size : 16);
    put_u64(out + AT_CHECKSUM, XXH3_64bits(out, AT_CHECKSUM));
}

status_t journal_meta_check(const uint8_t *bytes, size_t size)
{
    CHECK(bytes != NULL);
    if (size != JOURNAL_META_BYTES ||
        memcmp(bytes + AT_MAGIC, magic, sizeof magic) != 0)
        return STATUS_FORMAT;
    if (XXH3_64bits(bytes, AT_CHECKSUM) != get_u64(bytes + AT_CHECKSUM))
        return STATUS_DAMAGED;
    return get_u64(bytes + AT_VERSION) == FORMAT_VERSION ? STATUS_OK : STATUS_FORMAT;
}
