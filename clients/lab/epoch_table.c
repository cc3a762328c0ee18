/* epoch_table.c - view_take_epoch(): an epoch read from a table. See view.h. */
#include "clients/lab/view.h"
#include "clients/sheets/cells.h"
#include "proto/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { AT_GROUP, AT_DIMENSION, AT_INSPECTOR, AT_WHAT, AT_VALUE, AT_COUNT };

static const char *const headers[AT_COUNT] = { "group", "dimension", "inspector",
                                               "what", "value" };

/* Parameters in the order of their bits; the last is an inspector's. */
enum { WHAT_MU, WHAT_KAPPA, WHAT_S2, WHAT_RHO, WHAT_U, WHAT_OFFSET, WHAT_COUNT };
#define WHAT_ALL ((1u << WHAT_OFFSET) - 1)

static const struct {
    const char *name;
    int64_t least, most;
} whats[WHAT_COUNT] = {
    [WHAT_MU] = { "mu", -100000000, 200000000 },
    [WHAT_KAPPA] = { "kappa", 1, 1000000 },
    [WHAT_S2] = { "s2", 0, 25000000 },
    [WHAT_RHO] = { "rho", 0, 1000 },
    [WHAT_U] = { "u", 0, 1000 },
    [WHAT_OFFSET] = { "offset", -100000000, 100000000 },
};

typedef struct {
    lab_view_t *view;
    const char *group; /* NULL: whatever the first row says */
    char first[RATINGS_NAME_MAX + 1];
    ratings_fault_t *fault;
    uint32_t cell_of[AT_COUNT], row;
    uint32_t seen[GROUP_DIMENSIONS_MAX]; /* bits of whats */
} reading_t;

static bool refuse(reading_t *reading, sheet_reason_t reason, unsigned at,
                   const char *detail, const char *detail_zh)
{
    uint32_t cell = at < AT_COUNT ? reading->cell_of[at] : RATINGS_NONE;
    *reading->fault = (ratings_fault_t){
        .at = { reason, reading->row, cell == RATINGS_NONE ? 0 : cell + 1 },
        .column = at < AT_COUNT ? headers[at] : NULL,
        .detail = detail,
        .detail_zh = detail_zh,
    };
    return false;
}

static bool take_texts(reading_t *reading, const row_t *row,
                       char texts[AT_COUNT][RATINGS_NAME_MAX + 1])
{
    reading->row = row->number;
    for (unsigned at = 0; at < AT_COUNT; at++) {
        uint32_t cell = reading->cell_of[at];
        cell_text_t text = { 0 };
        cell_notes_t notes = 0;
        texts[at][0] = '\0';
        if (cell >= row->count || cell_is_blank(&row->cells[cell]))
            continue;
        sheet_reason_t reason = cell_take(&row->cells[cell], true, &text, &notes);
        if (reason == REASON_NONE && text.size > RATINGS_NAME_MAX)
            reason = REASON_TEXT_TOO_LONG;
        if (reason == REASON_NONE)
            memcpy(texts[at], text.text, text.size + 1);
        free(text.text);
        if (reason != REASON_NONE)
            return refuse(reading, reason, at, "", "");
    }
    return true;
}

static bool read_value(reading_t *reading, const char *text, unsigned what,
                       int64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    if (text[0] == '\0' || *end != '\0' || errno != 0)
        return refuse(reading, REASON_NOT_A_NUMBER, AT_VALUE, "a whole number is taken",
                      "应为整数");
    if (*value < whats[what].least || *value > whats[what].most)
        return refuse(reading, REASON_OUT_OF_RANGE, AT_VALUE, whats[what].name,
                      whats[what].name);
    return true;
}

static void store(reading_t *reading, uint32_t k, unsigned what, uint32_t inspector,
                  int64_t value)
{
    lab_view_t *view = reading->view;
    parameters_t *p = &view->parameters[k];
    int64_t *const fields[] = { [WHAT_MU] = &p->mu,
                                [WHAT_KAPPA] = &p->kappa,
                                [WHAT_S2] = &p->s2,
                                [WHAT_RHO] = &p->rho,
                                [WHAT_U] = &p->u };
    reading->seen[k] |= 1u << what;
    if (what != WHAT_OFFSET) {
        *fields[what] = value;
        return;
    }
    size_t at = (size_t)k * view->ratings->inspectors.count + inspector;
    view->offsets[at] = value;
    view->known[at] = true;
}

/* Whether the row is of the group that is looked at. */
static bool is_ours(reading_t *reading, const char *group, bool *ours)
{
    if (reading->group == NULL && reading->first[0] == '\0') {
        memcpy(reading->first, group, strlen(group) + 1);
        reading->group = reading->first;
    }
    *ours = strcmp(group, reading->group) == 0;
    if (!*ours && reading->group == reading->first)
        return refuse(reading, REASON_NOT_ALLOWED_VALUE, AT_GROUP,
                      "the epoch has several groups; choose one with --group",
                      "该校准含多个比选组，请以 --group 指定");
    return true;
}

static bool take_row(reading_t *reading, const row_t *row)
{
    char texts[AT_COUNT][RATINGS_NAME_MAX + 1];
    const ratings_t *ratings = reading->view->ratings;
    int64_t value;
    unsigned what = 0;
    bool ours;
    if (!take_texts(reading, row, texts) || !is_ours(reading, texts[AT_GROUP], &ours))
        return false;
    if (!ours)
        return true;
    while (what < WHAT_COUNT && strcmp(whats[what].name, texts[AT_WHAT]) != 0)
        what++;
    if (what == WHAT_COUNT)
        return refuse(reading, REASON_NOT_ALLOWED_VALUE, AT_WHAT,
                      "mu, kappa, s2, rho, u or offset is taken",
                      "应为 mu、kappa、s2、rho、u 或 offset");
    if (!read_value(reading, texts[AT_VALUE], what, &value))
        return false;
    uint32_t k = ratings_find(&ratings->dimensions, texts[AT_DIMENSION]);
    uint32_t inspector = ratings_find(&ratings->inspectors, texts[AT_INSPECTOR]);
    if (k != RATINGS_NONE && (what != WHAT_OFFSET || inspector != RATINGS_NONE))
        store(reading, k, what, inspector, value);
    return true;
}

static bool take_head(reading_t *reading, const row_t *row)
{
    reading->row = row->number;
    for (uint32_t i = 0; i < row->count; i++) {
        for (unsigned at = 0; at < AT_COUNT; at++) {
            if (row->cells[i].kind == CELL_TEXT &&
                cell_same_name(row->cells[i].text, headers[at]))
                reading->cell_of[at] = i;
        }
    }
    for (unsigned at = 0; at < AT_COUNT; at++) {
        if (reading->cell_of[at] == RATINGS_NONE)
            return refuse(reading, REASON_COLUMN_MISSING, at, "", "");
    }
    return true;
}

static bool read_rows(reading_t *reading, source_t *source)
{
    row_t row;
    bool headed = false;
    source_step_t step;
    while ((step = source_next(source, &row, &reading->fault->at)) == SOURCE_ROW) {
        if (!(headed ? take_row(reading, &row) : take_head(reading, &row)))
            return false;
        headed = true;
    }
    reading->row = 0;
    if (step == SOURCE_FAULT)
        return false;
    for (uint32_t k = 0; k < reading->view->ratings->dimensions.count; k++) {
        if (reading->view->weights[k] > 0 && (reading->seen[k] & WHAT_ALL) != WHAT_ALL)
            return refuse(reading, REASON_REQUIRED_BLANK, AT_DIMENSION,
                          reading->view->ratings->dimensions.names[k],
                          reading->view->ratings->dimensions.names[k]);
    }
    return true;
}

bool view_take_epoch(lab_view_t *view, const char *path, const char *group,
                     ratings_fault_t *fault)
{
    CHECK(view != NULL && view->offsets == NULL);
    *fault = (ratings_fault_t){ .detail = "", .detail_zh = "" };
    reading_t reading = { .view = view, .group = group, .fault = fault };
    const ratings_t *ratings = view->ratings;
    size_t cells = (size_t)ratings->dimensions.count * ratings->inspectors.count;
    for (unsigned at = 0; at < AT_COUNT; at++)
        reading.cell_of[at] = RATINGS_NONE;
    view->kind = VIEW_EPOCH;
    view->offsets = calloc(cells + 1, sizeof *view->offsets);
    view->known = calloc(cells + 1, sizeof *view->known);
    if (view->offsets == NULL || view->known == NULL)
        return refuse(&reading, REASON_NO_MEMORY, AT_COUNT, "", "");
    source_t *source = source_open(path, &fault->at);
    if (source == NULL)
        return false;
    bool whole = source_begin(source, 0, &fault->at) && read_rows(&reading, source);
    source_close(&source);
    return whole;
}
