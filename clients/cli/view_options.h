/* view_options.h - which part of a board is wanted, as options and as one line of text.
 *
 * yx board and yx watch take the same options; the filter line is what a person types
 * while watching: "unit=U010 front=项目攻坚". Threads: none of its own.
 */
#ifndef YX_VIEW_OPTIONS_H
#define YX_VIEW_OPTIONS_H

#include "proto/answer.h"
#include <argp.h>

#define VIEW_ROWS_USUAL 50u

enum {
    VIEW_KEY_ACCOUNT = 'a',
    VIEW_KEY_UNIT = 'u',
    VIEW_KEY_FRONT = 'f',
    VIEW_KEY_CATEGORY = 'c',
    VIEW_KEY_TOP = 't',
    VIEW_KEY_OFFSET = 'o',
    VIEW_KEY_COUNT = 'n',
    VIEW_KEY_AROUND = 'r',
    VIEW_KEY_UNRANKED = 1 /* other options of a verb begin at 2 */
};

/* The first entries of a verb's list of options. */
/* clang-format off */
#define VIEW_OPTIONS                                                                   \
    { "account", VIEW_KEY_ACCOUNT, "CODE", 0, "Another account than the newest", 0 },  \
    { "unit", VIEW_KEY_UNIT, "CODE", 0, "Only this unit and those below it", 0 },      \
    { "front", VIEW_KEY_FRONT, "LABEL", 0,                                             \
      "Only with an assignment on this front", 0 },                                    \
    { "category", VIEW_KEY_CATEGORY, "LABEL", 0, "Only with one in this category",     \
      0 },                                                                             \
    { "top", VIEW_KEY_TOP, "N", 0, "The first N rows", 0 },                            \
    { "offset", VIEW_KEY_OFFSET, "N", 0, "Begin N rows further down", 0 },             \
    { "count", VIEW_KEY_COUNT, "N", 0, "So many rows (50, at most 1000)", 0 },         \
    { "around", VIEW_KEY_AROUND, "SUBJECT", 0, "With this subject in the middle", 0 }, \
    { "unranked", VIEW_KEY_UNRANKED, NULL, 0,                                          \
      "Those without a rank, and what is missing", 0 }
/* clang-format on */

text_t view_text(const char *value);
/* A whole number in decimal digits that fits; *out is 0 otherwise. */
bool view_number(const char *value, uint32_t *out);
/* Takes one option; texts borrow from `value`. 0, EINVAL, or ARGP_ERR_UNKNOWN. */
error_t view_option(board_query_t *view, int key, const char *value);

/* What a filter line names; texts borrow from the line. */
typedef struct {
    text_t unit, front, category;
} view_filter_t;

/* NAME=VALUE pairs between blanks; an empty line or an empty value takes away.
 * STATUS_UNKNOWN_FILTER: no such name; STATUS_BAD_INPUT: not a pair;
 * STATUS_TEXT_TOO_LONG; *fault names it. *filter is set only by STATUS_OK. */
status_t view_filter_read(const char *line, view_filter_t *filter, fault_t *fault);
/* The same as text, NUL-terminated; what does not fit into `room` is left out. */
void view_filter_write(const view_filter_t *filter, char *line, size_t room);

#endif
