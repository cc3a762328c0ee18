/* enrol_code.c - see enrol_code.h. */
#include "proto/enrol_code.h"

#include "proto/check.h"
#include <string.h>

#define PREFIX        "yx1-"
#define PREFIX_CHARS  (sizeof PREFIX - 1)
#define CHECK_BYTES   4u
#define PAYLOAD_BYTES (ENROL_SEED_BYTES + KEY_BYTES + CHECK_BYTES)
#define BASE32_BITS   5u
#define BASE32_CHARS  ((PAYLOAD_BYTES * 8u + BASE32_BITS - 1u) / BASE32_BITS)

_Static_assert(PREFIX_CHARS + BASE32_CHARS + 1 == ENROL_CODE_CHARS_MAX,
               "the header's figure is that of the code");

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

/* CRC-32 as in Ethernet, gzip and PNG. */
static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
    }
    return ~crc;
}

static void put_check(uint8_t payload[PAYLOAD_BYTES])
{
    uint32_t crc = crc32_of(payload, PAYLOAD_BYTES - CHECK_BYTES);
    for (uint32_t i = 0; i < CHECK_BYTES; i++)
        payload[PAYLOAD_BYTES - CHECK_BYTES + i] = (uint8_t)(crc >> (24 - 8 * i));
}

void enrol_code_write(char out[ENROL_CODE_CHARS_MAX],
                      const uint8_t seed[ENROL_SEED_BYTES],
                      const uint8_t server_key[KEY_BYTES])
{
    CHECK(out != NULL);
    CHECK(seed != NULL);
    CHECK(server_key != NULL);
    uint8_t payload[PAYLOAD_BYTES];
    memcpy(payload, seed, ENROL_SEED_BYTES);
    memcpy(payload + ENROL_SEED_BYTES, server_key, KEY_BYTES);
    put_check(payload);
    memcpy(out, PREFIX, PREFIX_CHARS);
    uint32_t bits = 0, held = 0, at = 0;
    for (size_t i = PREFIX_CHARS; i + 1 < ENROL_CODE_CHARS_MAX; i++) {
        if (held < BASE32_BITS) {
            bits = bits << 8 | (at < PAYLOAD_BYTES ? payload[at++] : 0u);
            held += 8;
        }
        held -= BASE32_BITS;
        out[i] = alphabet[bits >> held & 31u];
    }
    out[ENROL_CODE_CHARS_MAX - 1] = '\0';
    explicit_bzero(payload, sizeof payload); /* the seed is a secret */
}

/* The code without blanks, in lower case; false when it has another length. */
static bool normalise(const char *text, char code[ENROL_CODE_CHARS_MAX])
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        char c = *text;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (size + 1 == ENROL_CODE_CHARS_MAX)
            return false;
        code[size++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    code[size] = '\0';
    return size + 1 == ENROL_CODE_CHARS_MAX;
}

/* The bits behind the last byte must be 0, so that a code has one spelling only. */
static bool decode(const char *chars, uint8_t payload[PAYLOAD_BYTES])
{
    uint32_t bits = 0, held = 0, at = 0;
    for (size_t i = 0; i < BASE32_CHARS; i++) {
        const char *found = strchr(alphabet, chars[i]);
        if (found == NULL || *found == '\0')
            return false;
        bits = (bits << BASE32_BITS | (uint32_t)(found - alphabet)) & 0xfffu;
        held += BASE32_BITS;
        if (held >= 8) {
            held -= 8;
            payload[at++] = (uint8_t)(bits >> held);
        }
    }
    CHECK(at == PAYLOAD_BYTES);
    return (bits & ((1u << held) - 1u)) == 0;
}

static bool check_fits(const uint8_t payload[PAYLOAD_BYTES])
{
    uint8_t expected[PAYLOAD_BYTES];
    memcpy(expected, payload, sizeof expected);
    put_check(expected);
    bool fits = memcmp(expected, payload, sizeof expected) == 0;
    explicit_bzero(expected, sizeof expected);
    return fits;
}

status_t enrol_code_read(const char *text, uint8_t seed[ENROL_SEED_BYTES],
                         uint8_t server_key[KEY_BYTES])
{
    CHECK(text != NULL);
    CHECK(seed != NULL);
    CHECK(server_key != NULL);
    memset(seed, 0, ENROL_SEED_BYTES);
    memset(server_key, 0, KEY_BYTES);
    char code[ENROL_CODE_CHARS_MAX];
    uint8_t payload[PAYLOAD_BYTES];
    status_t status = STATUS_BAD_ENROL_CODE;
    if (normalise(text, code) && memcmp(code, PREFIX, PREFIX_CHARS) == 0 &&
        decode(code + PREFIX_CHARS, payload) && check_fits(payload)) {
        memcpy(seed, payload, ENROL_SEED_BYTES);
        memcpy(server_key, payload + ENROL_SEED_BYTES, KEY_BYTES);
        status = STATUS_OK;
    }
    explicit_bzero(code, sizeof code);
    explicit_bzero(payload, sizeof payload);
    return status;
}
