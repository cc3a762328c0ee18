/* cells.h - what people write into a cell, to the one thing that it can mean.
 *
 * What can be read in one way only is normalised, and a note says so (a bit by reason);
 * what asks for a judgement is refused. Blank cells never come here. Pure functions.
 * Units      hundredths; dates as "2024-03-05"; moments in Unix milliseconds, those
 *            without an offset in UTC+8, to the second as spreadsheets keep them.
 * Threads    any.
 */
#ifndef YX_SHEETS_CELLS_H
#define YX_SHEETS_CELLS_H

#include "clients/sheets/source.h"

#define CELLS_DATE_BYTES 11u /* "2024-03-05" and its NUL */

typedef uint64_t cell_notes_t; /* of normalised reasons */
#define CELL_NOTE(reason) (UINT64_C(1) << (reason))

/* A growing text of one's own, to be released by free(). */
typedef struct {
    char *text; /* ends with NUL */
    uint32_t size;
} cell_text_t;

/* The value without blanks around it (also U+3000 and U+00A0). `fold` also turns
 * full-width letters, digits and signs into plain ones: for everything but free text.
 * REASON_NONE, REASON_FORMULA_WITHOUT_VALUE, REASON_NOT_ALLOWED_VALUE (#N/A and the
 * like), REASON_NO_MEMORY; out->text is the caller's also then. */
sheet_reason_t cell_take(const cell_t *cell, bool fold, cell_text_t *out,
                         cell_notes_t *notes);

/* Nothing, or nothing but blanks. */
bool cell_is_blank(const cell_t *cell);
/* The same name, be its characters full-width or plain. */
bool cell_same_name(const char *left, const char *right);

/* A number of at most two decimals, times 100. `suffix` may stand behind it ("分"), or
 * NULL. REASON_NOT_A_NUMBER, REASON_TOO_MANY_DECIMALS. */
sheet_reason_t cell_read_centi(const char *text, const char *suffix, int64_t *centi,
                               cell_notes_t *notes);
/* REASON_BAD_DATE. `kind` tells a number from a text. */
sheet_reason_t cell_read_date(const char *text, cell_kind_t kind,
                              char out[CELLS_DATE_BYTES], cell_notes_t *notes);
/* REASON_BAD_DATE; REASON_TIME_MISSING: a day alone, as a text or as a whole number. A
 * cell under a date format (CELL_DATE) means the first moment of its day. */
sheet_reason_t cell_read_moment(const char *text, cell_kind_t kind, int64_t *ms,
                                cell_notes_t *notes);

#endif
