/* Goal: a one-time code survives the ways in which people carry it, and no slip of the
 * pen passes. Method: known answer, round trips from a printed seed, every single
 * character changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/enrol_code.h"
#include <stdio.h>
#include <string.h>

#define KNOWN_TEXT                                                                     \
    "yx1-aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp777x5"                     \
    "7t57v6py673pl5ht6ly7b37o5xwox2xj5dt6nzpe4prodyer5beeg"

typedef struct {
    uint8_t seed[ENROL_SEED_BYTES], key[KEY_BYTES];
    char text[ENROL_CODE_CHARS_MAX];
} code_t;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static code_t code_from(uint64_t seed)
{
    code_t code;
    for (size_t i = 0; i < sizeof code.seed; i++)
        code.seed[i] = (uint8_t)next_random(&seed);
    for (size_t i = 0; i < sizeof code.key; i++)
        code.key[i] = (uint8_t)next_random(&seed);
    enrol_code_write(code.text, code.seed, code.key);
    return code;
}

static void assert_reads(const char *text, const code_t *code)
{
    uint8_t seed[ENROL_SEED_BYTES], key[KEY_BYTES];
    assert_int_equal(enrol_code_read(text, seed, key), STATUS_OK);
    assert_memory_equal(seed, code->seed, sizeof seed);
    assert_memory_equal(key, code->key, sizeof key);
}

static void assert_refused(const char *text)
{
    static const uint8_t zeros[ENROL_SEED_BYTES];
    uint8_t seed[ENROL_SEED_BYTES], key[KEY_BYTES];
    memset(seed, 0xaa, sizeof seed);
    memset(key, 0xaa, sizeof key);
    assert_int_equal(enrol_code_read(text, seed, key), STATUS_BAD_ENROL_CODE);
    assert_memory_equal(seed, zeros, sizeof seed);
    assert_memory_equal(key, zeros, sizeof key);
}

/* Computed with Python: base64.b32encode(payload + zlib.crc32(payload) big endian). */
static void enrol_code__known_bytes__give_the_known_text(void **unused)
{
    (void)unused;
    code_t code;
    for (size_t i = 0; i < 32; i++) {
        code.seed[i] = (uint8_t)i;
        code.key[i] = (uint8_t)(255 - i);
    }
    enrol_code_write(code.text, code.seed, code.key);
    assert_string_equal(code.text, KNOWN_TEXT);
    assert_reads(KNOWN_TEXT, &code);
}

static void enrol_code__many_keys__come_back(void **unused)
{
    (void)unused;
    print_message("seeds 1 to 500\n");
    for (uint64_t seed = 1; seed <= 500; seed++) {
        code_t code = code_from(seed);
        assert_int_equal(strlen(code.text), ENROL_CODE_CHARS_MAX - 1);
        assert_reads(code.text, &code);
    }
}

static void enrol_code__pasted_with_blanks_and_capitals__is_read(void **unused)
{
    (void)unused;
    code_t code = code_from(7);
    char loose[4 * ENROL_CODE_CHARS_MAX];
    size_t size = 0;
    for (size_t i = 0; code.text[i] != '\0'; i++) {
        char c = code.text[i];
        loose[size++] = c >= 'a' && c <= 'z' && i % 2 == 0 ? (char)(c - 32) : c;
        if (i % 9 == 8)
            loose[size++] = "\n\t \r"[i % 4];
    }
    loose[size] = '\0';
    assert_reads(loose, &code);
}

static void enrol_code__one_character_changed__is_refused(void **unused)
{
    (void)unused;
    code_t code = code_from(11);
    for (size_t i = 0; code.text[i] != '\0'; i++) {
        char was = code.text[i];
        code.text[i] = was == 'a' ? 'b' : 'a';
        assert_refused(code.text);
        code.text[i] = '1'; /* not of the alphabet, but of the prefix */
        if (was != '1')
            assert_refused(code.text);
        code.text[i] = was;
    }
}

static void enrol_code__two_neighbours_swapped__is_refused(void **unused)
{
    (void)unused;
    code_t code = code_from(13);
    for (size_t i = 0; code.text[i + 1] != '\0'; i++) {
        char a = code.text[i], b = code.text[i + 1];
        code.text[i] = b;
        code.text[i + 1] = a;
        if (a != b)
            assert_refused(code.text);
        code.text[i] = a;
        code.text[i + 1] = b;
    }
}

static void enrol_code__another_length__is_refused(void **unused)
{
    (void)unused;
    code_t code = code_from(17);
    char longer[ENROL_CODE_CHARS_MAX + 1];
    snprintf(longer, sizeof longer, "%sa", code.text);
    assert_refused(longer);
    for (size_t size = 0; size + 1 < ENROL_CODE_CHARS_MAX; size++) {
        char shorter[ENROL_CODE_CHARS_MAX];
        memcpy(shorter, code.text, size);
        shorter[size] = '\0';
        assert_refused(shorter);
    }
    assert_refused("");
    assert_refused(code.text + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enrol_code__known_bytes__give_the_known_text),
        cmocka_unit_test(enrol_code__many_keys__come_back),
        cmocka_unit_test(enrol_code__pasted_with_blanks_and_capitals__is_read),
        cmocka_unit_test(enrol_code__one_character_changed__is_refused),
        cmocka_unit_test(enrol_code__two_neighbours_swapped__is_refused),
        cmocka_unit_test(enrol_code__another_length__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
