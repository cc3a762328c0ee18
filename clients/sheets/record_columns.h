/* record_columns.h - the sheets of registry and observations: their columns, and where
 * in a record the value of each lies.
 *
 * What yx export writes and yx template offers. Headers and keys are those that import
 * reads, so that an exported sheet can be imported again. The columns of the dimensions
 * of a scheme stand where RECORD_RATINGS does, one for each, headed by its name.
 * Threads: none; all of it is constant.
 */
#ifndef YX_RECORD_COLUMNS_H
#define YX_RECORD_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RECORD_TEXT,
    RECORD_LIST,   /* several texts */
    RECORD_FILES,  /* likewise: names, or where there are none the files' SHA-256 */
    RECORD_WORD,   /* one of `words` */
    RECORD_YES_NO, /* 是 or 否 */
    RECORD_WHOLE,
    RECORD_CENTI, /* hundredths */
    RECORD_DATE,
    RECORD_MOMENT,
    RECORD_CHANNEL, /* a number that the scheme names */
    RECORD_RATINGS  /* not a column but one for each dimension */
} record_value_t;

/* A value of a command and what people call it. */
typedef struct {
    const char *name, *word;
} record_word_t;

typedef struct {
    const char *header, *key;
    const char *field;   /* of the command as JSON (proto/json.h) */
    const char *further; /* of a list: joined behind it, or NULL */
    record_value_t value;
    const record_word_t *words; /* ends with a name of NULL */
    bool required;
    const char *guide; /* for whoever fills it in */
} record_column_t;

typedef struct {
    const char *name;  /* "subjects": of the sheet and on the command line */
    const char *title; /* "对象" */
    const char *verb;  /* of the command that such a row is */
    const record_column_t *columns;
    uint32_t count;
} record_kind_t;

/* NULL when there is no such kind. */
const record_kind_t *record_kind_find(const char *name);
const record_kind_t *record_kind_at(uint32_t index); /* NULL behind the last one */
/* The word for a name; NULL when there is none. */
const char *record_word(const record_column_t *column, const char *name);

#endif
