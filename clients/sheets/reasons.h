/* reasons.h - what can be said of a sheet, a row or a cell, as people need to hear it.
 *
 * A stable name (in --json and in the sheet of refused rows), whether the row is taken
 * all the same (normalised: it could be read in one way only, and it is told what was
 * changed) or refused, and the code that the message bears: the one of the broker's rule
 * where there is one (2104, R1 ...), otherwise E7xxx of this list. Words in both
 * languages are those of reasons.c: what is wrong and what to do next.
 * Threads: none; all of it is constant.
 */
#ifndef YX_SHEETS_REASONS_H
#define YX_SHEETS_REASONS_H

#include "clients/sheets/reason_list.h"
#include <stdbool.h>
#include <stdint.h>

#define REASON_ENUM(name, code, normalised, word) name,
typedef enum { SHEET_REASON_LIST(REASON_ENUM) REASON_COUNT } sheet_reason_t;
#undef REASON_ENUM

/* "title_row", "out_of_range" ... */
const char *reason_name(sheet_reason_t reason);
/* The number of the message: 2104, 7003 ... */
uint32_t reason_code(sheet_reason_t reason);
/* True: taken, and told; false: refused. */
bool reason_is_normalised(sheet_reason_t reason);
/* What is wrong and what to do next; `language` as the command line has it. */
const char *reason_words(sheet_reason_t reason, bool chinese);

#endif
