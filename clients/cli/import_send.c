/* import_send.c - see import_send.h. */
#include "clients/cli/import_send.h"

#include "clients/cli/import_check.h"
#include "clients/cli/import_tell.h"
#include "clients/cli/many.h"
#include "proto/check.h"
#include <stdio.h>
#include <string.h>

typedef struct {
    session_t *session;
    import_plan_t *plan;
    bool partial;
    bool sent; /* anything at all */
} sending_t;

static status_t take_verb(void *context, json_t *object, const char **verb,
                          fault_t *fault)
{
    const char *const *own = context;
    (void)object;
    (void)fault;
    *verb = *own;
    return STATUS_OK;
}

static bool is_due(const import_command_t *command, uint32_t stage, uint32_t sheet)
{
    return command->stage == stage && command->sheet == sheet &&
           command->state == ROW_GOOD;
}

static uint32_t count_due(const import_plan_t *plan, uint32_t stage, uint32_t sheet)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->command_count; i++)
        count += is_due(&plan->commands[i], stage, sheet);
    return count;
}

static exit_t send_commands(sending_t *sending, many_t *many, const char **verb,
                            uint32_t stage, uint32_t sheet)
{
    const import_plan_t *plan = sending->plan;
    for (uint32_t i = 0; i < plan->command_count; i++) {
        const import_command_t *command = &plan->commands[i];
        if (!is_due(command, stage, sheet))
            continue;
        json_t *object = json_loads(command->json, 0, NULL);
        *verb = command->verb;
        bool going = object != NULL && many_object(many, object, command->row);
        json_decref(object);
        if (!going)
            break; /* told by many */
    }
    return many_finish(many);
}

/* One sheet's commands of a stage; refusals are told with its name and row. */
static exit_t send_sheet(sending_t *sending, uint32_t stage, uint32_t sheet)
{
    const char *name = sending->plan->sheets[sheet].name, *verb = NULL;
    const cli_t *cli = sending->session->cli;
    many_options_t how = { .source = name, .shape = take_verb, .context = &verb };
    if (count_due(sending->plan, stage, sheet) == 0)
        return EXIT_DONE;
    many_t *many = many_create(sending->session, &how);
    if (many == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    if (!cli->json) {
        printf("%s: ", name);
        (void)fflush(stdout); /* only words */
    }
    exit_t result = send_commands(sending, many, &verb, stage, sheet);
    many_destroy(&many);
    sending->sent = sending->sent || result == EXIT_DONE || result == EXIT_PARTLY;
    return result;
}

/* What still waits for something then waits for its own stage: a unit for the one above
 * it. It is sent behind it and judged there. */
static void release_rest(import_plan_t *plan, uint32_t stage)
{
    for (uint32_t i = 0; i < plan->command_count; i++) {
        if (plan->commands[i].stage == stage && plan->commands[i].state == ROW_LATER)
            plan->commands[i].state = ROW_GOOD;
    }
}

/* What could not be judged before its forerunners were there. */
static exit_t judge_stage(sending_t *sending, uint32_t stage)
{
    import_plan_t *plan = sending->plan;
    uint32_t refused = plan_refused(plan), findings = plan->finding_count;
    exit_t result = import_check(sending->session, plan, stage, ROW_LATER);
    import_tell_findings(sending->session->cli, plan, findings);
    release_rest(plan, stage);
    if (result != EXIT_DONE || plan_refused(plan) == refused || sending->partial)
        return result;
    return sending->sent ? EXIT_PARTLY : EXIT_REFUSED;
}

exit_t import_send(session_t *session, import_plan_t *plan, bool partial)
{
    CHECK(session != NULL && plan != NULL);
    sending_t sending = { .session = session, .plan = plan, .partial = partial };
    exit_t result = EXIT_DONE;
    for (uint32_t stage = 0; stage < IMPORT_STAGES && result == EXIT_DONE; stage++) {
        result = judge_stage(&sending, stage);
        for (uint32_t k = 0; k < plan->sheet_count && result == EXIT_DONE; k++)
            result = send_sheet(&sending, stage, k);
    }
    if (result != EXIT_DONE && result != EXIT_PARTLY && sending.sent)
        result = EXIT_PARTLY;
    return result;
}
