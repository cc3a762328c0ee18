/* xlsx_numbers.h - numbers and dates of a workbook as text.
 *
 * Numbers    a workbook stores doubles, often as their nearest 17 digits: 84.3 as
 *            84.299999999999997. Fifteen digits are what its program shows and all that
 *            was ever typed; more are rounded to them.
 * Dates      days since the end of 1899 or, by choice of the workbook, since 1904-01-01;
 *            the time is the fraction, to the nearest second. The first system believes
 *            in 1900-02-29 (and has a 1900-01-00): both are told as what they are shown
 *            as, so that whoever reads dates refuses them.
 * Threads    none of its own. Our programs leave LC_NUMERIC at "C".
 */
#ifndef YX_XLSX_NUMBERS_H
#define YX_XLSX_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#define XLSX_NUMBER_CHARS_MAX 400u
#define XLSX_DATE_CHARS_MAX   24u

/* The stored number as plain decimal digits, NUL-terminated; its length, 0 when it is no
 * number. */
size_t xlsx_number_text(const char *stored, char out[XLSX_NUMBER_CHARS_MAX]);
/* The stored number as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; its length, 0 when no date is
 * meant by it. */
size_t xlsx_date_text(const char *stored, bool from_1904,
                      char out[XLSX_DATE_CHARS_MAX]);
/* A date that is stored as ISO 8601 text likewise; an offset at its end is dropped, as
 * local time is what it says. */
size_t xlsx_iso_text(const char *stored, char out[XLSX_DATE_CHARS_MAX]);
/* Whether a number format shows a date or a time: y, m, d, h or s outside of quotes and
 * brackets. */
bool xlsx_format_is_date(const char *format);

#endif
