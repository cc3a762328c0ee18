/* csv_encoding.h - which encoding a text file is in, and its bytes as UTF-8.
 *
 * Threads: one owner.
 */
#ifndef YX_CSV_ENCODING_H
#define YX_CSV_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    ENCODING_UTF8,
    ENCODING_UTF8_BOM,
    ENCODING_GB18030,
    ENCODING_BAD
} encoding_t;

/* Reads the whole file and rewinds it. When it is neither, *bad_row is the row (as a
 * spreadsheet counts) of the first byte that fits neither. */
encoding_t csv_encoding_find(FILE *file, uint32_t *bad_row);

typedef struct csv_decoder csv_decoder_t;

/* NULL: no memory. The file stands at its beginning. */
csv_decoder_t *csv_decoder_create(FILE *file, encoding_t encoding);
void csv_decoder_destroy(csv_decoder_t **decoder);
/* Some more UTF-8, borrowed until the next call; 0 = the end, or a failed read
 * (ferror tells). */
size_t csv_decoder_next(csv_decoder_t *decoder, const char **bytes);

#endif
