/* csv_encoding.c - see csv_encoding.h. */
#include "clients/sheets/csv_encoding.h"

#include "proto/check.h"
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 65536u
#define CARRY_BYTES 8u /* of a character that a block cut in two */
#define WIDEST      4u /* UTF-8 bytes of one character */

static const char bom[] = "\xef\xbb\xbf";
#define BOM_BYTES (sizeof bom - 1)

/* ---- finding ---- */

/* The offset of the first byte that is not of the encoding; UINT64_MAX = none. */
static uint64_t first_fault(FILE *file, const char *encoding)
{
    static const uint64_t none = UINT64_MAX;
    char in[BLOCK_BYTES + CARRY_BYTES], out[4 * sizeof in];
    iconv_t converter = iconv_open("UCS-4LE", encoding);
    CHECK(converter != (iconv_t)-1); /* glibc has both */
    uint64_t offset = 0, fault = none;
    size_t carried = 0, got;
    rewind(file);
    while (fault == none && (got = fread(in + carried, 1, BLOCK_BYTES, file)) > 0) {
        char *from = in, *to = out;
        size_t left = carried + got, room = sizeof out;
        errno = 0;
        size_t rc = iconv(converter, &from, &left, &to, &room);
        if (rc == (size_t)-1 && errno != EINVAL)
            fault = offset + (uint64_t)(from - in);
        CHECK(fault != none || left <= CARRY_BYTES);
        offset += (uint64_t)(from - in);
        carried = fault == none ? left : 0;
        memmove(in, from, carried);
    }
    CHECK(iconv_close(converter) == 0);
    return fault == none && carried > 0 ? offset : fault;
}

/* Line ends within quotes are of the cell. */
static uint32_t row_at(FILE *file, uint64_t offset)
{
    uint32_t row = 1;
    bool quoted = false;
    rewind(file);
    for (uint64_t at = 0; at < offset; at++) {
        int byte = getc(file);
        if (byte == EOF)
            break;
        quoted = quoted != (byte == '"');
        row += byte == '\n' && !quoted;
    }
    return row;
}

static bool begins_with_bom(FILE *file)
{
    char head[BOM_BYTES];
    rewind(file);
    return fread(head, 1, sizeof head, file) == sizeof head &&
           memcmp(head, bom, sizeof head) == 0;
}

encoding_t csv_encoding_find(FILE *file, uint32_t *bad_row)
{
    CHECK(file != NULL && bad_row != NULL);
    encoding_t found = ENCODING_BAD;
    uint64_t utf8 = first_fault(file, "UTF-8"), gb = 0;
    if (utf8 == UINT64_MAX)
        found = begins_with_bom(file) ? ENCODING_UTF8_BOM : ENCODING_UTF8;
    else
        gb = first_fault(file, "GB18030");
    if (found == ENCODING_BAD && gb == UINT64_MAX)
        found = ENCODING_GB18030;
    if (found == ENCODING_BAD)
        *bad_row = row_at(file, utf8 > gb ? utf8 : gb);
    rewind(file);
    return found;
}

/* ---- decoding ---- */

struct csv_decoder {
    FILE *file;
    iconv_t converter; /* (iconv_t)-1: the bytes are UTF-8 already */
    size_t carried;
    char in[BLOCK_BYTES + CARRY_BYTES];
    char out[WIDEST * (BLOCK_BYTES + CARRY_BYTES)];
};

csv_decoder_t *csv_decoder_create(FILE *file, encoding_t encoding)
{
    CHECK(encoding != ENCODING_BAD);
    csv_decoder_t *decoder = malloc(sizeof *decoder);
    if (decoder == NULL)
        return NULL;
    decoder->file = file;
    decoder->carried = 0;
    decoder->converter = (iconv_t)-1;
    rewind(file);
    if (encoding == ENCODING_UTF8_BOM)
        CHECK(fseek(file, (long)BOM_BYTES, SEEK_SET) == 0);
    if (encoding == ENCODING_GB18030) {
        decoder->converter = iconv_open("UTF-8", "GB18030");
        CHECK(decoder->converter != (iconv_t)-1);
    }
    return decoder;
}

void csv_decoder_destroy(csv_decoder_t **decoder)
{
    CHECK(decoder != NULL);
    if (*decoder == NULL)
        return;
    if ((*decoder)->converter != (iconv_t)-1)
        CHECK(iconv_close((*decoder)->converter) == 0);
    free(*decoder);
    *decoder = NULL;
}

size_t csv_decoder_next(csv_decoder_t *decoder, const char **bytes)
{
    CHECK(decoder != NULL && bytes != NULL);
    size_t got = fread(decoder->in + decoder->carried, 1, BLOCK_BYTES, decoder->file);
    *bytes = decoder->in;
    if (decoder->converter == (iconv_t)-1 || got == 0)
        return got;
    char *from = decoder->in, *to = decoder->out;
    size_t left = decoder->carried + got, room = sizeof decoder->out;
    /* it was read through once: what is left is half a character at the block's end */
    (void)iconv(decoder->converter, &from, &left, &to, &room);
    decoder->carried = left < CARRY_BYTES ? left : CARRY_BYTES;
    memmove(decoder->in, from, decoder->carried);
    *bytes = decoder->out;
    return (size_t)(to - decoder->out);
}
