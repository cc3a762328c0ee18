/* head.c - see head.h. */
#include "clients/sheets/head.h"

#include "clients/sheets/cells.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIMENSION_PREFIX "dim:"

static uint16_t find_dimension(const head_t *head, const char *text)
{
    size_t prefix = sizeof DIMENSION_PREFIX - 1;
    if (strncasecmp(text, DIMENSION_PREFIX, prefix) == 0)
        text += prefix;
    for (uint32_t i = 0; i < head->dimension_count; i++) {
        if (head->dimensions[i][0] != '\0' && cell_same_name(head->dimensions[i], text))
            return (uint16_t)(head->kind->count + i + 1);
    }
    return HEAD_NOTHING;
}

static uint16_t find_column(const head_t *head, const char *text)
{
    bool rated = false;
    for (uint32_t i = 0; i < head->kind->count; i++) {
        const record_column_t *column = &head->kind->columns[i];
        rated = rated || column->value == RECORD_RATINGS;
        if (column->value != RECORD_RATINGS &&
            (strcmp(column->header, text) == 0 || strcasecmp(column->key, text) == 0))
            return (uint16_t)i;
    }
    return rated ? find_dimension(head, text) : HEAD_NOTHING;
}

bool head_match(head_t *head, const row_t *row)
{
    CHECK(head != NULL && head->kind != NULL);
    uint32_t said = 0, known = 0;
    head->row = row->number;
    head->cells = row->count;
    for (uint32_t i = 0; i < row->count; i++) {
        cell_text_t text;
        cell_notes_t notes = 0;
        bool read = cell_take(&row->cells[i], true, &text, &notes) == REASON_NONE;
        head->column_of[i] = HEAD_NOTHING;
        if (read && text.size > 0) {
            said++;
            head->column_of[i] = find_column(head, text.text);
            known += head->column_of[i] != HEAD_NOTHING;
        }
        free(text.text);
    }
    return known >= 2 && 2 * known >= said;
}

/* The text cut at `mark` where it stands, without quotation marks; how many cells. */
static uint32_t part(char *text, char mark, cell_t cells[SOURCE_COLUMNS_MAX])
{
    uint32_t count = 0;
    for (char *next = text; next != NULL && count < SOURCE_COLUMNS_MAX;) {
        char *at = next, *end = strchr(at, mark);
        next = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *end = '\0';
        size_t size = strlen(at);
        if (size >= 2 && at[0] == '"' && at[size - 1] == '"') {
            at[size - 1] = '\0';
            at++;
            size -= 2;
        }
        cells[count++] = (cell_t){ .kind = size > 0 ? CELL_TEXT : CELL_EMPTY,
                                   .size = (uint32_t)size,
                                   .text = at };
    }
    return count;
}

bool head_match_parted(const head_t *head, const row_t *row)
{
    CHECK(head != NULL && row != NULL);
    cell_t cells[SOURCE_COLUMNS_MAX];
    bool matches = false;
    if (row->count != 1 || row->cells[0].kind != CELL_TEXT)
        return false;
    for (const char *mark = "\t;"; *mark != '\0' && !matches; mark++) {
        head_t trial = *head;
        char *text = strdup(row->cells[0].text);
        if (text == NULL)
            return false; /* it is refused all the same, in other words */
        const row_t parted = { row->number, part(text, *mark, cells), cells };
        matches = head_match(&trial, &parted);
        free(text);
    }
    return matches;
}

static uint32_t count_of(const head_t *head, uint16_t column)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < head->cells; i++)
        count += head->column_of[i] == column;
    return count;
}

sheet_reason_t head_fault(const head_t *head, const char **name)
{
    CHECK(head != NULL && name != NULL);
    for (uint32_t i = 0; i < head->dimension_count; i++) {
        *name = head->dimensions[i];
        if (count_of(head, (uint16_t)(head->kind->count + i + 1)) > 1)
            return REASON_COLUMN_REPEATED;
    }
    for (uint32_t i = 0; i < head->kind->count; i++) {
        const record_column_t *column = &head->kind->columns[i];
        uint32_t count = count_of(head, (uint16_t)i);
        *name = column->header;
        if (count > 1)
            return REASON_COLUMN_REPEATED;
        if (count == 0 && column->required)
            return REASON_COLUMN_MISSING;
    }
    return REASON_NONE;
}

const record_column_t *head_column(const head_t *head, uint32_t cell)
{
    CHECK(head != NULL);
    if (cell >= head->cells || head->column_of[cell] >= head->kind->count)
        return NULL;
    return &head->kind->columns[head->column_of[cell]];
}

uint32_t head_dimension(const head_t *head, uint32_t cell)
{
    CHECK(head != NULL);
    if (cell >= head->cells || head->column_of[cell] == HEAD_NOTHING ||
        head->column_of[cell] < head->kind->count)
        return 0;
    return head->column_of[cell] - head->kind->count;
}
