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

typedef struct {
    import_plan_t *plan;
    const taken_t *taken; /* of one visit */
    uint32_t count;
    uint64_t before; /* the next page; 0 = none */
    status_t status;
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

/* Whether the record is what this command would write. */
static bool is_same(const import_command_t *command, const fact_t *fact)
{
    buffer_t public_part, private_part;
    fault_t fault;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    bool same = json_to_command(command->verb, command->json, strlen(command->json),
                                &public_part, &private_part, &fault) == STATUS_OK &&
                public_part.size == fact->public_size &&
                memcmp(public_part.data, fact->public_part, public_part.size) == 0;
    if (same && fact->withheld_count == 0)
        same = private_part.size == fact->private_size &&
               (private_part.size == 0 ||
                memcmp(private_part.data, fact->private_part, private_part.size) == 0);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return same;
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
            import_command_t *command =
                &comparing->plan->commands[comparing->taken[k].command];
            if (command->state == ROW_TAKEN && is_same(command, fact))
                command->state = ROW_UNCHANGED;
        }
    }
}

/* All pages of one visit's history. */
static exit_t compare_visit(session_t *session, comparing_t *comparing)
{
    const char *visit = comparing->taken[0].visit;
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
        comparing_t comparing = { .plan = plan,
                                  .taken = taken + from,
                                  .count = to - from };
        result = compare_visit(session, &comparing);
        from = to;
    }
    free(taken);
    if (result == EXIT_DONE)
        settle(plan);
    return result;
}
