/* import_scheme.c - see import_scheme.h. */
#include "clients/cli/import_scheme.h"

#include "clients/cli/scheme_yaml.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static void take_names(const json_t *list, char *names[], uint32_t *count)
{
    size_t index;
    const json_t *entry;
    json_array_foreach(list, index, entry)
    {
        json_int_t number = json_integer_value(json_object_get(entry, "number"));
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (number < 1 || number > DIMENSIONS_MAX || name == NULL)
            continue;
        free(names[number - 1]);
        names[number - 1] = strdup(name);
        if ((uint32_t)number > *count)
            *count = (uint32_t)number;
    }
    for (uint32_t i = 0; i < *count; i++) {
        if (names[i] == NULL)
            names[i] = strdup(""); /* numbers may have gaps */
    }
}

exit_t import_scheme_load(const cli_t *cli, import_plan_t *plan, const char *path,
                          json_t **scheme)
{
    char reason[SCHEME_REASON_MAX];
    status_t status = scheme_yaml_load(path, scheme, reason);
    if (status != STATUS_OK)
        return cli_refuse_value(cli, status, reason, NULL);
    sheet_names_t *names = &plan->names;
    sheet_names_fini(names);
    take_names(json_object_get(*scheme, "dimensions"), names->dimensions,
               &names->dimension_count);
    take_names(json_object_get(*scheme, "channels"), names->channels,
               &names->channel_count);
    plan->brings_scheme = true;
    return EXIT_DONE;
}

static void on_groups(void *context, const answer_t *answer)
{
    import_plan_t *plan = context;
    if (sheet_take_names(&plan->names, &answer->body.groups) != STATUS_OK)
        plan->no_memory = true;
}

exit_t import_scheme_ask(session_t *session, import_plan_t *plan)
{
    query_t query = { .kind = QUERY_GROUPS };
    /* before the first account there are no names, and no observations either */
    (void)session_try(session, &query, on_groups, plan);
    return plan->no_memory ? cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL)
                           : EXIT_DONE;
}

/* ---- bringing it ---- */

/* Submits; a scheme that is there already (`known`) is as good as accepted. */
static exit_t submit(session_t *session, const char *verb, const json_t *object,
                     status_t known, bool *fresh)
{
    settled_t settled;
    char *json = json_dumps(object, JSON_COMPACT);
    if (json == NULL)
        return cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    exit_t result = session_submit(session, verb, json, &settled);
    free(json);
    if (result != EXIT_DONE)
        return result;
    *fresh = settled.status == STATUS_OK;
    if (settled.status == STATUS_OK || settled.status == known)
        return EXIT_DONE;
    return cli_refuse(session->cli, settled.status, &settled.fault, NULL);
}

static exit_t approve(const cli_t *cli, const char *profile, const char *code)
{
    session_t second;
    bool fresh;
    cli_t theirs = *cli;
    theirs.profile = profile;
    json_t *object = json_pack("{s:s}", "code", code);
    exit_t result = session_open(&second, &theirs, SESSION_SUBMITS);
    if (result == EXIT_DONE) {
        result = submit(&second, "approve_scheme", object, STATUS_SCHEME_FIXED, &fresh);
        session_close(&second);
    }
    json_decref(object);
    return result;
}

exit_t import_scheme_bring(session_t *session, const json_t *scheme,
                           const char *approve_profile)
{
    bool fresh = false;
    exit_t result =
        submit(session, "propose_scheme", scheme, STATUS_SCHEME_FIXED, &fresh);
    if (result == EXIT_DONE && fresh && approve_profile != NULL)
        result = approve(session->cli, approve_profile,
                         json_string_value(json_object_get(scheme, "code")));
    return result;
}

/* ---- accounts ---- */

typedef struct {
    char *code, *from, *to;
    uint32_t sheet, row;
} account_t;

static account_t *find_account(account_t *accounts, uint32_t count, const char *code)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(accounts[i].code, code) == 0)
            return &accounts[i];
    }
    return NULL;
}

/* Dates compare as texts. */
static void widen(char **date, const char *other, int sign)
{
    if (other == NULL || (*date != NULL && sign * strcmp(other, *date) <= 0))
        return;
    free(*date);
    *date = strdup(other);
}

static void take_round(account_t **accounts, uint32_t *count,
                       const import_command_t *command)
{
    json_t *round = json_loads(command->json, 0, NULL);
    const char *code = json_string_value(json_object_get(round, "account"));
    account_t *account = code != NULL ? find_account(*accounts, *count, code) : NULL;
    if (code != NULL && account == NULL) {
        account_t *moved = realloc(*accounts, (*count + 1) * sizeof *moved);
        if (moved != NULL) {
            *accounts = moved;
            account = &moved[(*count)++];
            *account = (account_t){ .code = strdup(code),
                                    .sheet = command->sheet,
                                    .row = command->row };
        }
    }
    if (account != NULL) {
        widen(&account->from, json_string_value(json_object_get(round, "from")), -1);
        widen(&account->to, json_string_value(json_object_get(round, "to")), 1);
    }
    json_decref(round);
}

static void add_account(import_plan_t *plan, const account_t *account,
                        const char *scheme)
{
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "code", account->code, "scheme",
                               scheme != NULL ? scheme : account->code, "from",
                               account->from, "to", account->to);
    char *json = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    import_command_t *command = plan_add_command(plan, "open_account", json, NULL,
                                                 account->sheet, account->row);
    if (command != NULL) /* before the rounds, behind all that stands before them */
        command->stage = import_stage(record_kind_find("rounds"), false) - 1;
    plan->opens_account = true;
    json_decref(object);
}

void import_plan_accounts(import_plan_t *plan, const char *scheme)
{
    account_t *accounts = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < plan->command_count; i++) {
        if (strcmp(plan->commands[i].verb, "round") == 0)
            take_round(&accounts, &count, &plan->commands[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (accounts[i].from != NULL && accounts[i].to != NULL)
            add_account(plan, &accounts[i], scheme);
        free(accounts[i].code);
        free(accounts[i].from);
        free(accounts[i].to);
    }
    free(accounts);
}
