/* ratings.c - see ratings.h. */
#define HASH_FUNCTION HASH_FNV /* the usual one overflows under clang's sanitizer */
#include "clients/lab/ratings.h"

#include "clients/sheets/cells.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define CENTI_MAX 10000

enum { AT_SUBJECT, AT_INSPECTOR, AT_DIMENSION, AT_VALUE, AT_UNIT, AT_TEAM, AT_COUNT };
#define AT_NEEDED AT_UNIT /* those before it */

static const char *const headers[AT_COUNT][3] = {
    [AT_SUBJECT] = { "subject", "对象编码", "考察对象" },
    [AT_INSPECTOR] = { "inspector", "考察员编码", "考察员" },
    [AT_DIMENSION] = { "dimension", "维度", "考察维度" },
    [AT_VALUE] = { "value", "分值", "评分" },
    [AT_UNIT] = { "unit", "单位编码", "单位" },
    [AT_TEAM] = { "team", "考察组编码", "考察组" },
};

struct name_entry {
    char name[RATINGS_NAME_MAX + 1];
    uint32_t number;
    UT_hash_handle hh;
};

typedef struct {
    ratings_t *table;
    ratings_fault_t *fault;
    uint32_t cell_of[AT_COUNT];
    uint32_t row;
} reading_t;

/* ---- names ---- */

/* The array with room for one more behind `count`; NULL: no memory, it stays. */
static void *grown(void *array, uint32_t *room, uint32_t count, size_t size)
{
    if (count < *room)
        return array;
    uint32_t more = *room == 0 ? 64 : *room * 2;
    void *moved = realloc(array, (size_t)more * size);
    if (moved != NULL)
        *room = more;
    return moved;
}

static bool add_name(name_set_t *set, const char *name, size_t size)
{
    void *names = grown(set->names, &set->room, set->count, sizeof *set->names);
    if (names == NULL)
        return false;
    set->names = names;
    memcpy(set->names[set->count], name, size);
    return true;
}

uint32_t ratings_find(const name_set_t *set, const char *name)
{
    name_entry_t *entry;
    HASH_FIND_STR(set->index, name, entry);
    return entry != NULL ? entry->number : RATINGS_NONE;
}

/* RATINGS_NONE: no memory. */
static uint32_t number_of(name_set_t *set, const char *name)
{
    uint32_t number = ratings_find(set, name);
    if (number != RATINGS_NONE)
        return number;
    name_entry_t *entry = calloc(1, sizeof *entry);
    size_t size = strlen(name) + 1; /* it was looked at */
    if (entry == NULL || !add_name(set, name, size)) {
        free(entry);
        return RATINGS_NONE;
    }
    memcpy(entry->name, name, size);
    entry->number = set->count++;
    HASH_ADD_STR(set->index, name, entry);
    return entry->number;
}

static void set_fini(name_set_t *set)
{
    name_entry_t *entry, *next;
    HASH_ITER(hh, set->index, entry, next)
    {
        HASH_DEL(set->index, entry);
        free(entry);
    }
    free(set->names);
}

/* ---- cells ---- */

static bool refuse(reading_t *reading, sheet_reason_t reason, unsigned at,
                   const char *detail, const char *detail_zh)
{
    uint32_t cell = at < AT_COUNT ? reading->cell_of[at] : RATINGS_NONE;
    *reading->fault = (ratings_fault_t){
        .at = { reason, reading->row, cell == RATINGS_NONE ? 0 : cell + 1 },
        .column = at < AT_COUNT ? headers[at][0] : NULL,
        .detail = detail,
        .detail_zh = detail_zh,
    };
    return false;
}

/* The text of a cell, "" for a blank one. */
static bool take_text(reading_t *reading, const row_t *row, unsigned at,
                      char out[RATINGS_NAME_MAX + 1])
{
    uint32_t cell = reading->cell_of[at];
    cell_text_t text = { 0 };
    cell_notes_t notes = 0;
    out[0] = '\0';
    if (cell >= row->count || cell_is_blank(&row->cells[cell]))
        return at < AT_NEEDED ? refuse(reading, REASON_REQUIRED_BLANK, at, "", "")
                              : true;
    sheet_reason_t reason = cell_take(&row->cells[cell], true, &text, &notes);
    if (reason == REASON_NONE && text.size > RATINGS_NAME_MAX)
        reason = REASON_TEXT_TOO_LONG;
    if (reason == REASON_NONE)
        memcpy(out, text.text, text.size + 1);
    free(text.text);
    return reason == REASON_NONE ? true : refuse(reading, reason, at, "", "");
}

static bool take_name(reading_t *reading, const row_t *row, unsigned at,
                      name_set_t *set, uint32_t *number)
{
    char text[RATINGS_NAME_MAX + 1];
    *number = RATINGS_NONE;
    if (!take_text(reading, row, at, text))
        return false;
    if (text[0] == '\0')
        return true;
    *number = number_of(set, text);
    return *number != RATINGS_NONE ? true
                                   : refuse(reading, REASON_NO_MEMORY, at, "", "");
}

static bool take_value(reading_t *reading, const row_t *row, uint32_t *centi)
{
    char text[RATINGS_NAME_MAX + 1];
    int64_t value = 0;
    cell_notes_t notes = 0;
    if (!take_text(reading, row, AT_VALUE, text))
        return false;
    sheet_reason_t reason = cell_read_centi(text, "分", &value, &notes);
    if (reason == REASON_NONE && (value < 0 || value > CENTI_MAX))
        reason = REASON_OUT_OF_RANGE;
    if (reason != REASON_NONE)
        return refuse(reading, reason, AT_VALUE, "0 to 100 is taken", "允许 0 至 100");
    *centi = (uint32_t)value;
    return true;
}

/* ---- rows ---- */

static bool bounds_hold(reading_t *reading)
{
    const ratings_t *table = reading->table;
    if (table->subjects.count > RATINGS_SUBJECTS_MAX)
        return refuse(reading, REASON_TOO_MANY_ROWS, AT_SUBJECT,
                      "more than 100000 subjects; divide the table",
                      "对象超过 100000 个，请拆分表格");
    if (table->inspectors.count > RATINGS_INSPECTORS_MAX)
        return refuse(reading, REASON_TOO_MANY_ROWS, AT_INSPECTOR,
                      "more than 2048 inspectors; divide the table",
                      "考察员超过 2048 名，请拆分表格");
    if (table->dimensions.count > GROUP_DIMENSIONS_MAX)
        return refuse(reading, REASON_NOT_ALLOWED_VALUE, AT_DIMENSION,
                      "more dimensions than a group may have", "维度数超过比选组上限");
    return true;
}

/* What is told of a subject or inspector for the second time must be the same. */
static bool settle(reading_t *reading, uint32_t **of, uint32_t *room, uint32_t who,
                   uint32_t what, unsigned at)
{
    uint32_t before = *room;
    uint32_t *array = grown(*of, room, who, sizeof **of);
    if (array == NULL)
        return refuse(reading, REASON_NO_MEMORY, at, "", "");
    *of = array;
    for (uint32_t i = before; i < *room; i++)
        (*of)[i] = RATINGS_NONE;
    if (what == RATINGS_NONE)
        return true;
    if ((*of)[who] != RATINGS_NONE && (*of)[who] != what)
        return refuse(reading, REASON_NOT_ALLOWED_VALUE, at,
                      "an earlier row names another one; keep one of them",
                      "与前面的行不一致，请只保留一个");
    (*of)[who] = what;
    return true;
}

typedef struct {
    uint32_t units, teams, rows;
} rooms_t;

static bool take_row(reading_t *reading, const row_t *row, rooms_t *rooms)
{
    ratings_t *table = reading->table;
    lab_rating_t one = { 0 };
    uint32_t unit, team;
    reading->row = row->number;
    if (!take_name(reading, row, AT_SUBJECT, &table->subjects, &one.subject) ||
        !take_name(reading, row, AT_INSPECTOR, &table->inspectors, &one.inspector) ||
        !take_name(reading, row, AT_DIMENSION, &table->dimensions, &one.dimension) ||
        !take_value(reading, row, &one.centi) || !bounds_hold(reading) ||
        !take_name(reading, row, AT_UNIT, &table->units, &unit) ||
        !take_name(reading, row, AT_TEAM, &table->teams, &team) ||
        !settle(reading, &table->unit_of, &rooms->units, one.subject, unit, AT_UNIT) ||
        !settle(reading, &table->team_of, &rooms->teams, one.inspector, team, AT_TEAM))
        return false;
    lab_rating_t *array =
        grown(table->rows, &rooms->rows, (uint32_t)table->count, sizeof one);
    if (array == NULL)
        return refuse(reading, REASON_NO_MEMORY, AT_COUNT, "", "");
    table->rows = array;
    table->rows[table->count++] = one;
    return true;
}

static bool is_blank(const row_t *row)
{
    for (uint32_t i = 0; i < row->count; i++) {
        if (!cell_is_blank(&row->cells[i]))
            return false;
    }
    return true;
}

static unsigned column_named(const char *text)
{
    for (unsigned at = 0; at < AT_COUNT; at++) {
        for (unsigned k = 0; k < 3; k++) {
            if (cell_same_name(text, headers[at][k]))
                return at;
        }
    }
    return AT_COUNT;
}

static bool take_head(reading_t *reading, const row_t *row)
{
    reading->row = row->number;
    for (uint32_t i = 0; i < row->count; i++) {
        cell_text_t text = { 0 };
        cell_notes_t notes = 0;
        if (cell_is_blank(&row->cells[i]))
            continue;
        sheet_reason_t reason = cell_take(&row->cells[i], true, &text, &notes);
        unsigned at = reason == REASON_NONE ? column_named(text.text) : AT_COUNT;
        free(text.text);
        if (reason == REASON_NO_MEMORY)
            return refuse(reading, reason, AT_COUNT, "", "");
        if (at == AT_COUNT)
            reading->table->other_columns++;
        else if (reading->cell_of[at] != RATINGS_NONE)
            return refuse(reading, REASON_COLUMN_REPEATED, at, "", "");
        else
            reading->cell_of[at] = i;
    }
    for (unsigned at = 0; at < AT_NEEDED; at++) {
        if (reading->cell_of[at] == RATINGS_NONE)
            return refuse(reading, REASON_COLUMN_MISSING, at, "", "");
    }
    return true;
}

static bool read_rows(reading_t *reading, source_t *source)
{
    row_t row;
    rooms_t rooms = { 0 };
    bool headed = false;
    source_step_t step;
    while ((step = source_next(source, &row, &reading->fault->at)) == SOURCE_ROW) {
        if (is_blank(&row))
            continue;
        if (!(headed ? take_row(reading, &row, &rooms) : take_head(reading, &row)))
            return false;
        headed = true;
    }
    if (step == SOURCE_FAULT)
        return false;
    reading->row = 0;
    return reading->table->count > 0
               ? true
               : refuse(reading, REASON_NO_ROWS, AT_COUNT, "", "");
}

ratings_t *ratings_read(const char *path, ratings_fault_t *fault)
{
    CHECK(path != NULL);
    CHECK(fault != NULL);
    *fault = (ratings_fault_t){ .detail = "", .detail_zh = "" };
    reading_t reading = { .fault = fault };
    for (unsigned at = 0; at < AT_COUNT; at++)
        reading.cell_of[at] = RATINGS_NONE;
    source_t *source = source_open(path, &fault->at);
    if (source == NULL)
        return NULL;
    reading.table = calloc(1, sizeof *reading.table);
    bool whole =
        reading.table != NULL || refuse(&reading, REASON_NO_MEMORY, AT_COUNT, "", "");
    whole = whole && source_begin(source, 0, &fault->at) && read_rows(&reading, source);
    source_close(&source);
    if (!whole)
        ratings_destroy(&reading.table);
    return reading.table;
}

void ratings_destroy(ratings_t **ratings)
{
    CHECK(ratings != NULL);
    ratings_t *table = *ratings;
    if (table == NULL)
        return;
    set_fini(&table->subjects);
    set_fini(&table->inspectors);
    set_fini(&table->units);
    set_fini(&table->teams);
    set_fini(&table->dimensions);
    free(table->unit_of);
    free(table->team_of);
    free(table->rows);
    free(table);
    *ratings = NULL;
}
