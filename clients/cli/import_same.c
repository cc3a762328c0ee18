/* import_same.c - see import_same.h. */
#include "clients/cli/import_same.h"

#include "proto/check.h"
#include "proto/json.h"
#include <stdlib.h>
#include <string.h>

#define PAGE_RECORDS 200u

/* A row whose code is taken, with its visit. */
typedef struct {
    uint32_t command;
    char visit[CODE_BYTES_MAX + 1];
} taken_t;

/* What a row would write. */
typedef struct {
    import_command_t *command;
    buffer_t public_part, private_part;
} written_t;

typedef struct {
    written_t *rows; /* of one visit */
    uint32_t count;
    uint64_t before; /* the next page; 0 = none */
} comparing_t;

static bool take_visit(const char *json, char out[CODE_BYTES_MAX + 1])
{
    json_t *object = json_loads(json, 0, NULL);
    const char *visit = json_string_value(json_object_get(object, "visit"));
    bool fits = visit != NULL && strlen(visit) <= CODE_BYTES_MAX;
    if (fits)
        memcpy(out, visit, strlen(visit) + 1);
    json_decref(object);
    return fits;
}

static int by_visit(const void *a, const void *b)
{
    const taken_t *left = a, *right = b;
    int order = strcmp(left->visit, right->visit);
    return order != 0
               ? order
               : (left->command > right->command) - (left->command < right->command);
}

static void drop_rows(comparing_t *comparing)
{
    for (uint32_t i = 0; i < comparing->count; i++) {
        buffer_fini(&comparing->rows[i].public_part);
        buffer_fini(&comparing->rows[i].private_part);
    }
    free(comparing->rows);
}

/* Encoded once, for many records are looked at. */
static bool write_rows(comparing_t *comparing, import_plan_t *plan,
                       const taken_t *taken, uint32_t count)
{
    fault_t fault;
    comparing->rows = calloc(count, sizeof *comparing->rows);
    if (comparing->rows == NULL)
        return false;
    comparing->count = count;
    for (uint32_t i = 0; i < count; i++) {
        written_t *row = &comparing->rows[i];
        row->command = &plan->commands[taken[i].command];
        buffer_init(&row->public_part, PUBLIC_BYTES_MAX);
        buffer_init(&row->private_part, PRIVATE_BYTES_MAX);
        const char *json = row->command->json;
        if (json_to_command(row->command->verb, json, strlen(json), &row->public_part,
                            &row->private_part, &fault) != STATUS_OK)
            return false; /* it was encoded for the check: memory is short */
    }
    return true;
}

static bool is_same(const written_t *row, const fact_t *fact)
{
    if (row->public_part.size != fact->public_size ||
        memcmp(row->public_part.data, fact->public_part, fact->public_size) != 0)
        return false;
    return fact->withheld_count > 0 ||
           (row->private_part.size == fact->private_size &&
            (fact->private_size == 0 ||
             memcmp(row->private_part.data, fact->private_part, fact->private_size) ==
                 0));
}

static void on_page(void *context, const answer_t *answer)
{
    comparing_t *comparing = context;
    const history_answer_t *page = &answer->body.history;
    comparing->before = page->before;
    for (uint32_t i = 0; i < page->fact_count; i++) {
        const fact_t *fact = &page->facts[i];
        if (fact->kind != COMMAND_OBSERVE || fact->public_part == NULL)
            continue;
        for (uint32_t k = 0; k < comparing->count; k++) {
            if (is_same(&comparing->rows[k], fact))
                comparing->rows[k].command->state = ROW_UNCHANGED;
        }
    }
}

/* All pages of one visit's history. */
static exit_t ask_visit(session_t *session, comparing_t *comparing, const char *visit)
{
    query_t query = { .kind = QUERY_HISTORY_VISIT };
    exit_t result = EXIT_DONE;
    query.chain.code = (text_t){ visit, (uint32_t)strlen(visit) };
    query.chain.count = PAGE_RECORDS;
    do {
        query.chain.before = comparing->before;
        comparing->before = 0;
        result = session_ask_quietly(session, &query, on_page, comparing);
    } while (result == EXIT_DONE && comparing->before != 0);
    return result;
}

static exit_t compare_visit(session_t *session, import_plan_t *plan,
                            const taken_t *taken, uint32_t count)
{
    comparing_t comparing = { .count = 0 };
    exit_t result = write_rows(&comparing, plan, taken, count)
                        ? ask_visit(session, &comparing, taken[0].visit)
                        : cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    drop_rows(&comparing);
    return result;
}

/* What was not found is another observation; a review goes with its observation. */
static void settle(import_plan_t *plan)
{
    for (uint32_t i = 0; i < plan->command_count; i++) {
        import_command_t *command = &plan->commands[i];
        if (command->state != ROW_TAKEN)
            continue;
        if (command->with != 0) {
            command->state = plan->commands[command->with - 1].state;
            continue;
        }
        fault_t fault;
        fault_set(&fault, "observe.code", command->code, strlen(command->code));
        plan_refuse(plan, i, &fault, STATUS_CODE_TAKEN);
    }
}

static taken_t *list_taken(import_plan_t *plan, uint32_t *count)
{
    taken_t *taken = calloc((size_t)plan->command_count + 1, sizeof *taken);
    *count = 0;
    for (uint32_t i = 0; taken != NULL && i < plan->command_count; i++) {
        const import_command_t *command = &plan->commands[i];
        if (command->state == ROW_TAKEN && command->with == 0 &&
            take_visit(command->json, taken[*count].visit))
            taken[(*count)++].command = i;
    }
    if (taken != NULL && *count > 0)
        qsort(taken, *count, sizeof *taken, by_visit);
    return taken;
}

exit_t import_compare(session_t *session, import_plan_t *plan)
{
    CHECK(session != NULL && plan != NULL);
    uint32_t count;
    taken_t *taken = list_taken(plan, &count);
    exit_t result = EXIT_DONE;
    if (taken == NULL)
        return cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    for (uint32_t from = 0; from < count && result == EXIT_DONE;) {
        uint32_t to = from + 1;
        while (to < count && strcmp(taken[to].visit, taken[from].visit) == 0)
            to++;
        result = compare_visit(session, plan, taken + from, to - from);
        from = to;
    }
    free(taken);
    if (result == EXIT_DONE)
        settle(plan);
    return result;
}
