/* verb_import.c - yx import PATH: sheets of offices as commands, all or nothing. */
#include "clients/cli/import_check.h"
#include "clients/cli/import_partial.h"
#include "clients/cli/import_read.h"
#include "clients/cli/import_scheme.h"
#include "clients/cli/import_send.h"
#include "clients/cli/import_tell.h"
#include "clients/cli/verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_KIND = 256,
    KEY_ONLY,
    KEY_SCHEME,
    KEY_APPROVE,
    KEY_DRY_RUN,
    KEY_PARTIAL,
    KEY_PRINT
};

typedef struct {
    const cli_t *cli;
    import_choice_t choice;
    const char *path, *evidence, *scheme, *approve_profile, *partial;
    bool dry_run, print;
    json_t *scheme_command;
    import_plan_t plan;
    session_t session;
} importing_t;

static const struct argp_option options[] = {
    { "kind", KEY_KIND, "KIND", 0, "What the sheet is, when its name does not say so",
      0 },
    { "only", KEY_ONLY, "KIND,...", 0, "Only sheets of these kinds", 0 },
    { "evidence", 'e', "FOLDER", 0, "Where the files lie that the sheets name", 0 },
    { "scheme", KEY_SCHEME, "FILE.yaml", 0,
      "Propose this scheme first, and read names of dimensions from it", 0 },
    { "approve-profile", KEY_APPROVE, "PROFILE", 0,
      "Profile of the second person, who approves the scheme", 0 },
    { "dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be done, and store nothing", 0 },
    { "partial", KEY_PARTIAL, "OUT.csv", 0,
      "Store the good rows of one file and write the refused ones here", 0 },
    { "print", KEY_PRINT, NULL, 0, "Print the commands instead of sending them", 0 },
    { 0 }
};

static error_t on_option(int key, const char *value, void *input)
{
    importing_t *importing = input;
    switch (key) {
    case KEY_KIND:
        importing->choice.kind = value;
        return 0;
    case KEY_ONLY:
        importing->choice.only = value;
        return 0;
    case 'e':
        importing->evidence = value;
        return 0;
    case KEY_SCHEME:
        importing->scheme = value;
        return 0;
    case KEY_APPROVE:
        importing->approve_profile = value;
        return 0;
    case KEY_DRY_RUN:
        importing->dry_run = true;
        return 0;
    case KEY_PARTIAL:
        importing->partial = value;
        return 0;
    case KEY_PRINT:
        importing->print = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- reading ---- */

static exit_t learn_names(importing_t *importing)
{
    if (importing->scheme != NULL)
        return import_scheme_load(importing->cli, &importing->plan, importing->scheme,
                                  &importing->scheme_command);
    return importing->print ? EXIT_DONE
                            : import_scheme_ask(&importing->session, &importing->plan);
}

static exit_t read_all(importing_t *importing)
{
    import_plan_t *plan = &importing->plan;
    exit_t result = learn_names(importing);
    if (result == EXIT_DONE)
        result = import_read(importing->cli, plan, importing->path, &importing->choice);
    if (result != EXIT_DONE)
        return result;
    if (importing->partial != NULL && plan->sheet_count != 1)
        return cli_refuse_value(
            importing->cli, STATUS_USAGE, "--partial",
            cli_pick(importing->cli, "one sheet at a time", "一次只能用于一个表"));
    import_plan_accounts(
        plan, json_string_value(json_object_get(importing->scheme_command, "code")));
    return plan->no_memory ? cli_refuse(importing->cli, STATUS_NO_MEMORY, NULL, NULL)
                           : EXIT_DONE;
}

/* ---- checking and sending ---- */

static bool any_sheet_at_fault(const import_plan_t *plan)
{
    for (uint32_t i = 0; i < plan->sheet_count; i++) {
        if (plan->sheets[i].fault)
            return true;
    }
    return false;
}

/* Everything that can be told before something is stored. */
static exit_t check(importing_t *importing)
{
    import_plan_t *plan = &importing->plan;
    exit_t result = EXIT_DONE;
    if (!any_sheet_at_fault(plan))
        result = import_check(&importing->session, plan, IMPORT_ALL_STAGES, ROW_GOOD);
    import_tell_findings(importing->cli, plan, 0);
    import_tell_sheets(importing->cli, plan);
    return result;
}

static exit_t refuse_all(const importing_t *importing)
{
    if (!importing->cli->json)
        fputs(
            cli_pick(importing->cli,
                     "Nothing was stored. Correct the rows named above and import "
                     "again, or use --partial.\n",
                     "未导入任何内容。请改正以上各行后重新导入，或使用 --partial。\n"),
            stderr);
    return EXIT_REFUSED;
}

static exit_t tell_partial(importing_t *importing, exit_t result)
{
    uint64_t rows;
    exit_t written = import_write_refused(importing->cli, &importing->plan,
                                          importing->partial, &rows);
    if (written != EXIT_DONE)
        return written;
    if (!importing->cli->json)
        printf(cli_pick(importing->cli, "refused rows written to %s: %" PRIu64 "\n",
                        "退回的行已写入 %s：%" PRIu64 " 行\n"),
               importing->partial, rows);
    return result == EXIT_DONE ? EXIT_PARTLY : result;
}

static exit_t send(importing_t *importing)
{
    import_plan_t *plan = &importing->plan;
    bool partial = importing->partial != NULL;
    exit_t result = EXIT_DONE;
    if (importing->scheme_command != NULL)
        result = import_scheme_bring(&importing->session, importing->scheme_command,
                                     importing->approve_profile);
    if (result == EXIT_DONE)
        result = import_send(&importing->session, plan, partial);
    return partial && plan_refused(plan) > 0 ? tell_partial(importing, result) : result;
}

static exit_t work(importing_t *importing)
{
    import_plan_t *plan = &importing->plan;
    exit_t result = read_all(importing);
    if (result == EXIT_DONE)
        result = check(importing);
    if (result != EXIT_DONE)
        return result;
    bool refused = plan_refused(plan) > 0 &&
                   (importing->partial == NULL || any_sheet_at_fault(plan));
    if (importing->dry_run)
        return plan_refused(plan) > 0 ? EXIT_REFUSED : EXIT_DONE;
    return refused ? refuse_all(importing) : send(importing);
}

/* Without a broker: sheets to commands. */
static exit_t print_commands(importing_t *importing)
{
    exit_t result = read_all(importing);
    if (result != EXIT_DONE)
        return result;
    cli_t words = *importing->cli;
    words.json = false; /* standard output is for commands */
    if (plan_refused(&importing->plan) > 0) {
        import_tell_findings(&words, &importing->plan, 0);
        return EXIT_REFUSED;
    }
    import_print(&importing->plan);
    return EXIT_DONE;
}

static exit_t run(importing_t *importing)
{
    if (importing->print)
        return print_commands(importing);
    exit_t result = session_open(&importing->session, importing->cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = work(importing);
    session_close(&importing->session);
    return result;
}

exit_t verb_import(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    importing_t importing = { .cli = cli };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "FOLDER | FILE.xlsx | FILE.csv");
    usage.options = options;
    usage.words_min = 1;
    usage.words_max = 1;
    usage.option = on_option;
    usage.input = &importing;
    cli_parse(cli, &usage, argc, argv, &words);
    plan_init(&importing.plan);
    importing.path = words.words[0];
    importing.plan.evidence = importing.evidence;
    exit_t result = run(&importing);
    plan_fini(&importing.plan);
    json_decref(importing.scheme_command);
    return result;
}
