/* import_cell.c - see import_cell.h. */
#include "clients/cli/import_cell.h"

#include "clients/cli/evidence.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define JOINT            "、"
#define RATING_SUFFIX    "分"
#define VALUE_TOLD_BYTES 60u

void import_cell_refuse(import_cell_t *at, sheet_reason_t reason, const char *value)
{
    char told[VALUE_TOLD_BYTES + 4];
    size_t size = value != NULL ? strlen(value) : 0;
    if (size > VALUE_TOLD_BYTES) { /* cut at a character */
        size = VALUE_TOLD_BYTES;
        while (size > 0 && ((uint8_t)value[size] & 0xc0u) == 0x80u)
            size--;
        memcpy(told, value, size);
        memcpy(told + size, "…", sizeof "…");
        value = told;
    }
    plan_find(at->plan, at->sheet, at->row, reason, at->header, value);
    at->refused = true;
}

static void tell_notes(import_cell_t *at, cell_notes_t notes, const char *value)
{
    for (uint32_t reason = 1; reason < REASON_COUNT && reason < 64; reason++) {
        if ((notes & CELL_NOTE(reason)) != 0)
            plan_find(at->plan, at->sheet, at->row, (sheet_reason_t)reason, at->header,
                      value);
    }
}

static void set(import_cell_t *at, const char *field, json_t *value)
{
    if (json_object_set_new(at->object, field, value) != 0)
        at->plan->no_memory = true;
}

/* ---- by type ---- */

static sheet_reason_t take_text(import_cell_t *at, const char *text, const cell_t *cell,
                                cell_notes_t *notes)
{
    (void)cell;
    (void)notes;
    if (strlen(text) > PRIVATE_BYTES_MAX)
        return REASON_TEXT_TOO_LONG;
    set(at, at->column->field, json_string(text));
    return REASON_NONE;
}

/* Calls `take` for each part between the joints. */
static void each_part(import_cell_t *at, const char *text,
                      void (*take)(import_cell_t *at, const char *part))
{
    char *parts = strdup(text);
    if (parts == NULL) {
        at->plan->no_memory = true;
        return;
    }
    for (char *part = parts; part != NULL;) {
        char *joint = strstr(part, JOINT);
        if (joint != NULL)
            *joint = '\0';
        if (part[0] != '\0')
            take(at, part);
        part = joint != NULL ? joint + sizeof JOINT - 1 : NULL;
    }
    free(parts);
}

static void append(import_cell_t *at, const char *field, const char *part)
{
    json_t *list = json_object_get(at->object, field);
    if (list == NULL) {
        set(at, field, json_array());
        list = json_object_get(at->object, field);
    }
    if (json_array_append_new(list, json_string(part)) != 0)
        at->plan->no_memory = true;
}

/* Units and subjects may share a column: codes of units begin with U. */
static void take_part(import_cell_t *at, const char *part)
{
    const record_column_t *column = at->column;
    bool first = column->further == NULL || part[0] == 'U';
    append(at, first ? column->field : column->further, part);
}

static sheet_reason_t take_list(import_cell_t *at, const char *text, const cell_t *cell,
                                cell_notes_t *notes)
{
    (void)cell;
    (void)notes;
    each_part(at, text, take_part);
    return REASON_NONE;
}

static void take_file(import_cell_t *at, const char *name)
{
    char *path = NULL;
    fault_t fault;
    if (strpbrk(name, "/\\") != NULL || strcmp(name, "..") == 0) {
        import_cell_refuse(at, REASON_BAD_FILE_NAME, name);
        return;
    }
    const char *folder = at->plan->evidence != NULL ? at->plan->evidence : ".";
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        at->plan->no_memory = true;
        return;
    }
    const char *const paths[] = { path };
    if (evidence_add(at->object, paths, 1, &fault) != STATUS_OK)
        import_cell_refuse(at, REASON_UNKNOWN_FILE, name);
    free(path);
}

static sheet_reason_t take_files(import_cell_t *at, const char *text,
                                 const cell_t *cell, cell_notes_t *notes)
{
    (void)cell;
    (void)notes;
    each_part(at, text, take_file);
    return REASON_NONE;
}

static sheet_reason_t take_word(import_cell_t *at, const char *text, const cell_t *cell,
                                cell_notes_t *notes)
{
    (void)cell;
    (void)notes;
    const record_word_t *word = at->column->words;
    for (; word->name != NULL; word++) {
        if (strcmp(word->word, text) != 0 && strcmp(word->name, text) != 0)
            continue;
        set(at, at->column->field,
            at->column->value == RECORD_YES_NO ? json_boolean(word->name[0] == 't')
                                               : json_string(word->name));
        return REASON_NONE;
    }
    return REASON_NOT_ALLOWED_VALUE;
}

static sheet_reason_t take_centi(import_cell_t *at, const char *text,
                                 const cell_t *cell, cell_notes_t *notes)
{
    (void)cell;
    int64_t centi = 0;
    sheet_reason_t reason = cell_read_centi(text, NULL, &centi, notes);
    if (reason == REASON_NONE)
        set(at, at->column->field, json_integer(centi));
    return reason;
}

static sheet_reason_t take_whole(import_cell_t *at, const char *text,
                                 const cell_t *cell, cell_notes_t *notes)
{
    (void)cell;
    int64_t centi = 0;
    sheet_reason_t reason = cell_read_centi(text, NULL, &centi, notes);
    if (reason == REASON_NONE && centi % 100 != 0)
        return REASON_TOO_MANY_DECIMALS;
    if (reason == REASON_NONE)
        set(at, at->column->field, json_integer(centi / 100));
    return reason;
}

static sheet_reason_t take_date(import_cell_t *at, const char *text, const cell_t *cell,
                                cell_notes_t *notes)
{
    char date[CELLS_DATE_BYTES];
    sheet_reason_t reason = cell_read_date(text, cell->kind, date, notes);
    if (reason == REASON_NONE)
        set(at, at->column->field, json_string(date));
    return reason;
}

static sheet_reason_t take_moment(import_cell_t *at, const char *text,
                                  const cell_t *cell, cell_notes_t *notes)
{
    int64_t ms = 0;
    sheet_reason_t reason = cell_read_moment(text, cell->kind, &ms, notes);
    if (reason == REASON_NONE)
        set(at, at->column->field, json_integer(ms));
    return reason;
}

static sheet_reason_t take_channel(import_cell_t *at, const char *text,
                                   const cell_t *cell, cell_notes_t *notes)
{
    (void)cell;
    const sheet_names_t *names = &at->plan->names;
    for (uint32_t i = 0; i < names->channel_count; i++) {
        if (names->channels[i][0] == '\0' || !cell_same_name(names->channels[i], text))
            continue;
        if (strcmp(names->channels[i], text) != 0)
            *notes |= CELL_NOTE(REASON_FULL_WIDTH);
        set(at, at->column->field, json_integer(i + 1));
        return REASON_NONE;
    }
    return REASON_NOT_ALLOWED_VALUE;
}

static sheet_reason_t take_rating(import_cell_t *at, const char *text,
                                  cell_notes_t *notes)
{
    int64_t centi = 0;
    sheet_reason_t reason = cell_read_centi(text, RATING_SUFFIX, &centi, notes);
    if (reason != REASON_NONE)
        return reason;
    if (centi < 0 || centi > (int64_t)RATING_MAX)
        return REASON_OUT_OF_RANGE;
    json_t *ratings = json_object_get(at->object, "ratings");
    if (ratings == NULL) {
        set(at, "ratings", json_array());
        ratings = json_object_get(at->object, "ratings");
    }
    if (json_array_append_new(ratings, json_pack("{s:I, s:I}", "dimension",
                                                 (json_int_t)at->dimension, "value",
                                                 (json_int_t)centi)) != 0)
        at->plan->no_memory = true;
    if (at->rated_count < DIMENSIONS_MAX)
        at->rated[at->rated_count++] = (uint8_t)at->dimension;
    return REASON_NONE;
}

/* ---- the whole ---- */

typedef sheet_reason_t take_fn(import_cell_t *at, const char *text, const cell_t *cell,
                               cell_notes_t *notes);

static take_fn *const takers[] = {
    [RECORD_TEXT] = take_text,     [RECORD_LIST] = take_list,
    [RECORD_FILES] = take_files,   [RECORD_WORD] = take_word,
    [RECORD_YES_NO] = take_word,   [RECORD_WHOLE] = take_whole,
    [RECORD_CENTI] = take_centi,   [RECORD_DATE] = take_date,
    [RECORD_MOMENT] = take_moment, [RECORD_CHANNEL] = take_channel,
};

/* Texts that people wrote freely, and names that are compared by cell_same_name, keep
 * their characters. */
static bool is_free_text(const record_column_t *column)
{
    static const char *const free_fields[] = { "name",  "text",           "narrative",
                                               "post",  "rank_class",     "group",
                                               "front", "category",       "key_task",
                                               "tags",  "evidence_names", "channel" };
    for (size_t i = 0; column != NULL && i < sizeof free_fields / sizeof free_fields[0];
         i++) {
        if (strcmp(column->field, free_fields[i]) == 0)
            return true;
    }
    return false;
}

void import_cell(import_cell_t *at, const cell_t *cell)
{
    CHECK(at != NULL && cell != NULL);
    cell_text_t text;
    cell_notes_t notes = 0;
    sheet_reason_t reason = cell_take(cell, !is_free_text(at->column), &text, &notes);
    if (reason == REASON_NONE && text.size > 0)
        reason = at->column != NULL
                     ? takers[at->column->value](at, text.text, cell, &notes)
                     : take_rating(at, text.text, &notes);
    if (reason == REASON_NO_MEMORY)
        at->plan->no_memory = true;
    else if (reason != REASON_NONE)
        import_cell_refuse(at, reason, text.text);
    else if (text.size > 0)
        tell_notes(at, notes, text.text);
    free(text.text);
}
