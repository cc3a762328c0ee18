/* import_row.c - see import_row.h. */
#include "clients/cli/import_row.h"

#include "clients/cli/import_cell.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define OBSERVE "observe"

static bool is_blank(const row_t *row, uint32_t cell)
{
    return cell >= row->count || row->cells[cell].kind == CELL_EMPTY;
}

/* ---- cells to fields ---- */

static void take_cells(import_cell_t *at, const head_t *head, const row_t *row)
{
    for (uint32_t i = 0; i < head->cells; i++) {
        at->column = head_column(head, i);
        at->dimension = head_dimension(head, i);
        if (at->column == NULL && at->dimension == 0)
            continue;
        at->header = at->column != NULL ? at->column->header
                                        : at->plan->names.dimensions[at->dimension - 1];
        if (!is_blank(row, i))
            import_cell(at, &row->cells[i]);
    }
}

/* Required columns whose cell is blank, or holds nothing but blanks. */
static void find_blanks(import_cell_t *at, const head_t *head)
{
    for (uint32_t i = 0; i < head->cells; i++) {
        const record_column_t *column = head_column(head, i);
        if (column == NULL || !column->required || at->refused ||
            json_object_get(at->object, column->field) != NULL)
            continue;
        at->column = column;
        at->header = column->header;
        import_cell_refuse(at, REASON_REQUIRED_BLANK, NULL);
    }
}

/* ---- commands ---- */

static char *code_of(const json_t *object)
{
    const char *code = json_string_value(json_object_get(object, "code"));
    return code != NULL ? strdup(code) : NULL;
}

static import_command_t *add(import_cell_t *at, const char *verb, const json_t *object,
                             char *code, int64_t due_ms)
{
    char *json = json_dumps(object, JSON_COMPACT);
    import_command_t *command =
        plan_add_command(at->plan, verb, json, code, at->sheet, at->row);
    if (command != NULL)
        command->due_ms = due_ms;
    return command;
}

static int64_t number_at(const json_t *object, const char *field)
{
    return json_integer_value(json_object_get(object, field)); /* 0 when it is none */
}

/* A day's first moment in UTC+8, as the other times of a sheet. */
static int64_t day_ms(const json_t *object, const char *field)
{
    const char *day = json_string_value(json_object_get(object, field));
    cell_notes_t notes = 0;
    char moment[32];
    int64_t ms = 0;
    if (day == NULL)
        return 0;
    (void)snprintf(moment, sizeof moment, "%.10s 00:00", day);
    return cell_read_moment(moment, CELL_TEXT, &ms, &notes) == REASON_NONE ? ms : 0;
}

/* When the thing happened, by kind. */
static int64_t due_of(const char *verb, const json_t *object)
{
    static const struct {
        const char *verb, *field;
        bool day;
    } dues[] = { { "milestone", "done_date", true },
                 { "assignment", "from", true },
                 { "visit", "opened_ms", false },
                 { OBSERVE, "observed_ms", false } };
    for (size_t i = 0; i < sizeof dues / sizeof dues[0]; i++) {
        if (strcmp(dues[i].verb, verb) == 0)
            return dues[i].day ? day_ms(object, dues[i].field)
                               : number_at(object, dues[i].field);
    }
    return 0;
}

/* The columns of the review stand beside the observation. */
static json_t *split_review(json_t *object)
{
    json_t *reviewer = json_object_get(object, "reviewer");
    json_t *moment = json_object_get(object, "reviewed_ms");
    json_t *review = NULL;
    if (reviewer != NULL) {
        review =
            json_pack("{s:O, s:O, s:s}", "observation", json_object_get(object, "code"),
                      "reviewer", reviewer, "decision", "CONFIRM");
        if (moment != NULL)
            (void)json_object_set(review, "reviewed_ms", moment);
    }
    (void)json_object_del(object, "reviewer");
    (void)json_object_del(object, "reviewed_ms");
    return review;
}

static void add_review(import_cell_t *at, json_t *review)
{
    uint32_t with = at->plan->command_count; /* the observation is the last one */
    import_command_t *command =
        add(at, "review", review, NULL, number_at(review, "reviewed_ms"));
    if (command != NULL)
        command->with = with;
    json_decref(review);
}

/* A team is named by its inspectors and names its lead: it comes twice. */
static void add_team(import_cell_t *at, json_t *object, char *code)
{
    json_t *lead = json_incref(json_object_get(object, "lead"));
    (void)json_object_del(object, "lead");
    import_command_t *command = add(at, "team", object, code, 0);
    if (command != NULL && lead != NULL && json_object_set(object, "lead", lead) == 0) {
        command = add(at, "team", object, NULL, 0);
        if (command != NULL)
            command->stage = import_stage(record_kind_find("inspectors"), true);
    }
    json_decref(lead);
}

static void add_commands(import_cell_t *at, const char *verb, char *code)
{
    if (strcmp(verb, "team") == 0) {
        add_team(at, at->object, code);
        return;
    }
    json_t *review = strcmp(verb, OBSERVE) == 0 ? split_review(at->object) : NULL;
    import_command_t *command =
        add(at, verb, at->object, code, due_of(verb, at->object));
    if (command != NULL) {
        memcpy(command->rated, at->rated, sizeof command->rated);
        command->rated_count = at->rated_count;
    }
    if (review != NULL)
        add_review(at, review);
}

/* The same row twice counts once; one code for two rows is the later one's fault. */
static bool is_new(import_cell_t *at, const char *verb, const char *code)
{
    char *json = json_dumps(at->object, JSON_COMPACT | JSON_SORT_KEYS);
    at->column = at->plan->sheets[at->sheet].kind->columns; /* the code */
    at->header = at->column->header;
    code_use_t use = json == NULL || code == NULL
                         ? CODE_NEW
                         : plan_use_code(at->plan, verb, code, json);
    free(json);
    if (use == CODE_SAME_ROW)
        plan_find(at->plan, at->sheet, at->row, REASON_DUPLICATE_ROW, at->header, code);
    if (use == CODE_OTHER_ROW)
        import_cell_refuse(at, REASON_DUPLICATE_CODE, code);
    return use == CODE_NEW;
}

void import_row(import_plan_t *plan, uint32_t sheet, const head_t *head,
                const row_t *row)
{
    CHECK(plan != NULL && head != NULL);
    const record_kind_t *kind = plan->sheets[sheet].kind;
    import_cell_t at = {
        .plan = plan, .sheet = sheet, .row = row->number, .object = json_object()
    };
    if (at.object == NULL) {
        plan->no_memory = true;
        return;
    }
    plan->sheets[sheet].rows++;
    take_cells(&at, head, row);
    find_blanks(&at, head);
    char *code = at.refused ? NULL : code_of(at.object);
    if (!at.refused && is_new(&at, kind->verb, code))
        add_commands(&at, kind->verb, code);
    else
        free(code);
    json_decref(at.object);
}
