/* verb_epoch.c - yx epoch WORD ...: calibrations asked for, read, adopted. */
#include "clients/cli/epoch_csv.h"
#include "clients/cli/epoch_text.h"
#include "clients/cli/name_list.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "clients/cli/verb.h"
#include "clients/cli/view_options.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT_BYTES_MAX (64u * 1024u * 1024u)
#define POLL_NS        250000000L
#define GROUPS_GIVEN   GROUPS_MAX

enum {
    KEY_ACCOUNT = 'a',
    KEY_GROUP = 'g',
    KEY_TEXT = 't',
    KEY_WAIT = 'w',
    KEY_CSV = 2
};

typedef struct {
    const char *account, *text;
    const char *groups[GROUPS_GIVEN];
    unsigned group_count;
    bool wait, csv;
} wanted_t;

static error_t on_option(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    switch (key) {
    case KEY_ACCOUNT:
        wanted->account = value;
        return 0;
    case KEY_TEXT:
        wanted->text = value;
        return 0;
    case KEY_WAIT:
        wanted->wait = true;
        return 0;
    case KEY_CSV:
        wanted->csv = true;
        return 0;
    case KEY_GROUP:
        if (wanted->group_count == GROUPS_GIVEN)
            return EINVAL;
        wanted->groups[wanted->group_count++] = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the list ---- */

/* What the list says of one epoch, copied. */
typedef struct {
    const char *code; /* looked for; NULL = none */
    bool found;
    uint32_t state, progress, status;
    bool has_hash;
    uint8_t hash[HASH_BYTES];
    char asked_by[CODE_BYTES_MAX + 1], settled_by[CODE_BYTES_MAX + 1];
    uint64_t cutoff;
    const cli_t *cli;
    table_t *table;
    status_t trouble;
} looked_t;

static void copy_code(char out[CODE_BYTES_MAX + 1], text_t code)
{
    size_t size = code.size <= CODE_BYTES_MAX ? code.size : 0;
    if (size > 0)
        memcpy(out, code.data, size);
    out[size] = '\0';
}

static void take_info(looked_t *looked, const epoch_info_t *info)
{
    if (looked->code == NULL || strlen(looked->code) != info->code.size ||
        memcmp(looked->code, info->code.data, info->code.size) != 0)
        return;
    looked->found = true;
    looked->state = info->state;
    looked->progress = info->progress;
    looked->status = info->status;
    looked->cutoff = info->cutoff;
    looked->has_hash = info->hash != NULL;
    if (info->hash != NULL)
        memcpy(looked->hash, info->hash, HASH_BYTES);
    copy_code(looked->asked_by, info->asked_by);
    copy_code(looked->settled_by, info->settled_by);
}

static status_t add_info(looked_t *looked, const epoch_info_t *info)
{
    char code[CODE_BYTES_MAX + 1], asked[CODE_BYTES_MAX + 1],
        settled[CODE_BYTES_MAX + 1];
    char cutoff[24], state[64], progress[16] = "";
    copy_code(code, info->code);
    copy_code(asked, info->asked_by);
    copy_code(settled, info->settled_by);
    if (info->state == EPOCH_ASKED)
        (void)snprintf(progress, sizeof progress, " %" PRIu32 "%%", info->progress);
    (void)snprintf(state, sizeof state, "%s%s",
                   epoch_text_state(looked->cli, info->state), progress);
    (void)snprintf(cutoff, sizeof cutoff, "%" PRIu64, info->cutoff);
    return cli_table_add(looked->table,
                         (const char *const[]){ code, state, cutoff, asked, settled });
}

static void take_epochs(void *context, const answer_t *answer)
{
    looked_t *looked = context;
    const epochs_answer_t *epochs = &answer->body.epochs;
    if (answer->kind != QUERY_EPOCHS)
        return;
    for (uint32_t i = 0; i < epochs->epoch_count; i++) {
        take_info(looked, &epochs->epochs[i]);
        if (looked->table != NULL && looked->trouble == STATUS_OK)
            looked->trouble = add_info(looked, &epochs->epochs[i]);
    }
}

static query_t list_query(const wanted_t *wanted)
{
    query_t query = { .kind = QUERY_EPOCHS };
    if (wanted->account != NULL)
        query.account.account = view_text(wanted->account);
    return query;
}

static exit_t print_list(const cli_t *cli, looked_t *looked)
{
    buffer_t out;
    buffer_init(&out, TEXT_BYTES_MAX);
    status_t status = looked->trouble;
    if (status == STATUS_OK)
        status = cli_table_write(looked->table, cli->colour, &out);
    if (status == STATUS_OK)
        printf("%.*s", (int)out.size, (const char *)out.data);
    buffer_fini(&out);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, NULL);
}

static exit_t show_list(session_t *session, const wanted_t *wanted)
{
    const cli_t *cli = session->cli;
    const query_t query = list_query(wanted);
    looked_t looked = { .cli = cli };
    if (cli->json)
        return session_ask(session, &query, NULL, NULL);
    looked.table = cli_table_create(5, 1u << 2);
    const char *const titles[] = { cli_pick(cli, "epoch", "校准"),
                                   cli_pick(cli, "state", "状态"),
                                   cli_pick(cli, "cut-off", "截至序号"),
                                   cli_pick(cli, "asked by", "提出人"),
                                   cli_pick(cli, "settled by", "采用人") };
    looked.trouble =
        looked.table != NULL ? cli_table_add(looked.table, titles) : STATUS_NO_MEMORY;
    exit_t result = session_ask(session, &query, take_epochs, &looked);
    if (result == EXIT_DONE)
        result = print_list(cli, &looked);
    cli_table_destroy(&looked.table);
    return result;
}

static exit_t look_for(session_t *session, const wanted_t *wanted, const char *code,
                       looked_t *looked)
{
    const query_t query = list_query(wanted);
    *looked = (looked_t){ .code = code, .cli = session->cli };
    exit_t result = session_ask_quietly(session, &query, take_epochs, looked);
    if (result == EXIT_DONE && !looked->found)
        result = cli_refuse_value(session->cli, STATUS_UNKNOWN_EPOCH, "code", code);
    return result;
}

/* ---- calibrate ---- */

static json_t *calibrate_object(const wanted_t *wanted, const char *code,
                                const char *account)
{
    json_t *groups = json_array();
    for (unsigned i = 0; i < wanted->group_count; i++)
        if (json_array_append_new(groups, json_string(wanted->groups[i])) != 0)
            break;
    return json_pack("{s:s, s:s, s:o}", "code", code, "account", account, "groups",
                     groups);
}

static exit_t submit(const cli_t *cli, const char *verb, json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    exit_t result = text != NULL ? session_administer_and_tell(cli, verb, text)
                                 : cli_refuse(cli, STATUS_NOT_UTF8, NULL, NULL);
    free(text);
    json_decref(object);
    return result;
}

static void tell_progress(const cli_t *cli, const looked_t *looked)
{
    if (isatty(STDERR_FILENO) && !cli->json)
        fprintf(stderr, "\r%s %" PRIu32 "%% ", epoch_text_state(cli, looked->state),
                looked->progress);
}

/* Until the broker has settled it; asks again and again, each time within --timeout. */
static exit_t wait_for(session_t *session, const wanted_t *wanted, const char *code)
{
    const cli_t *cli = session->cli;
    looked_t looked;
    exit_t result;
    do {
        result = look_for(session, wanted, code, &looked);
        if (result != EXIT_DONE || looked.state != EPOCH_ASKED)
            break;
        tell_progress(cli, &looked);
        nanosleep(&(struct timespec){ .tv_nsec = POLL_NS }, NULL);
    } while (true);
    if (isatty(STDERR_FILENO) && !cli->json)
        fprintf(stderr, "\r                    \r");
    if (result != EXIT_DONE)
        return result;
    if (looked.state == EPOCH_FAILED)
        return cli_refuse_value(cli, (status_t)looked.status, "epoch", code);
    if (!cli->json)
        printf("%s: %s\n", code, epoch_text_state(cli, looked.state));
    return EXIT_DONE;
}

static void take_account(void *context, const answer_t *answer)
{
    if (answer->kind == QUERY_GROUPS)
        copy_code(context, answer->body.groups.account);
}

/* The account given, or the newest open one. */
static exit_t find_account(session_t *session, const wanted_t *wanted,
                           char account[CODE_BYTES_MAX + 1])
{
    const query_t query = { .kind = QUERY_GROUPS };
    if (wanted->account == NULL)
        return session_ask_quietly(session, &query, take_account, account);
    copy_code(account, view_text(wanted->account));
    return EXIT_DONE;
}

static exit_t calibrate(session_t *session, const wanted_t *wanted, const char *code)
{
    char account[CODE_BYTES_MAX + 1] = "";
    exit_t result = find_account(session, wanted, account);
    if (result == EXIT_DONE)
        result =
            submit(session->cli, "calibrate", calibrate_object(wanted, code, account));
    if (result == EXIT_DONE && wanted->wait)
        result = wait_for(session, wanted, code);
    return result;
}

/* ---- show, compare ---- */

static void put_hex(const uint8_t hash[HASH_BYTES], char out[2 * HASH_BYTES + 1])
{
    sodium_bin2hex(out, 2 * HASH_BYTES + 1, hash, HASH_BYTES);
}

static void print_head(const cli_t *cli, const char *code, const looked_t *looked,
                       const epoch_read_t *epoch)
{
    char hex[2 * HASH_BYTES + 1];
    printf("%s  %s  %s %" PRIu64 "  %s %s\n", code,
           epoch_text_state(cli, looked->state), cli_pick(cli, "cut-off", "截至序号"),
           looked->cutoff, cli_pick(cli, "asked by", "提出人"), looked->asked_by);
    if (looked->settled_by[0] != '\0')
        printf("%s %s\n", cli_pick(cli, "settled by", "采用或弃用人"),
               looked->settled_by);
    if (!looked->has_hash)
        return;
    put_hex(looked->hash, hex);
    printf(
        "%s %s  %s\n", cli_pick(cli, "hash", "摘要"), hex,
        epoch->hash_fits
            ? cli_pick(cli, "the parts read have this hash", "与所读分册一致")
            : cli_pick(cli, "THE PARTS READ HAVE ANOTHER HASH", "与所读分册不一致！"));
}

static exit_t print_text(const cli_t *cli, status_t status, buffer_t *out)
{
    if (status == STATUS_OK)
        printf("%.*s", (int)out->size, (const char *)out->data);
    buffer_fini(out);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, NULL);
}

/* The list's word on it, its records, and the text of both. */
static exit_t read_and_print(session_t *session, const wanted_t *wanted,
                             const char *code, epoch_read_t *epoch)
{
    const cli_t *cli = session->cli;
    looked_t looked;
    names_t names;
    exit_t result = look_for(session, wanted, code, &looked);
    if (result == EXIT_DONE)
        result = epoch_read(session, view_text(code), epoch);
    if (result != EXIT_DONE)
        return result;
    names_ask(session, &names);
    print_head(cli, code, &looked, epoch);
    buffer_t out;
    buffer_init(&out, TEXT_BYTES_MAX);
    status_t status = epoch_text_write(cli, epoch, &names.dimensions, &out);
    result = print_text(cli, status, &out);
    if (result == EXIT_DONE && looked.has_hash && !epoch->hash_fits)
        result = EXIT_DAMAGED;
    if (result != EXIT_DONE)
        epoch_read_fini(epoch);
    return result;
}

static exit_t show_csv(session_t *session, const char *code)
{
    epoch_read_t epoch;
    names_t names;
    exit_t result = epoch_read(session, view_text(code), &epoch);
    if (result != EXIT_DONE)
        return result;
    names_ask(session, &names);
    epoch_csv_write(&epoch, &names.dimensions, stdout);
    epoch_read_fini(&epoch);
    return fflush(stdout) == 0 ? EXIT_DONE
                               : cli_refuse(session->cli, STATUS_IO, NULL, NULL);
}

static exit_t show_one(session_t *session, const wanted_t *wanted, const char *code)
{
    epoch_read_t epoch;
    if (wanted->csv)
        return show_csv(session, code);
    if (session->cli->json) {
        query_t query = { .kind = QUERY_HISTORY_EPOCH };
        query.chain =
            (chain_query_t){ .code = view_text(code), .count = HISTORY_FACTS_MAX };
        return session_ask(session, &query, NULL, NULL);
    }
    exit_t result = read_and_print(session, wanted, code, &epoch);
    if (result == EXIT_DONE)
        epoch_read_fini(&epoch);
    return result;
}

static exit_t print_csv(const cli_t *cli, const epoch_read_t *a, const epoch_read_t *b)
{
    status_t status = epoch_csv_compare(a, b, stdout);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, NULL);
}

static exit_t compare(session_t *session, const wanted_t *wanted, const char *first,
                      const char *second)
{
    epoch_read_t a, b;
    names_t names;
    exit_t result = epoch_read(session, view_text(first), &a);
    if (result != EXIT_DONE)
        return result;
    result = epoch_read(session, view_text(second), &b);
    if (result == EXIT_DONE && wanted->csv) {
        result = print_csv(session->cli, &a, &b);
        epoch_read_fini(&b);
    } else if (result == EXIT_DONE) {
        names_ask(session, &names);
        buffer_t out;
        buffer_init(&out, TEXT_BYTES_MAX);
        status_t status =
            epoch_text_compare(session->cli, &a, &b, &names.dimensions, &out);
        printf("A = %s, B = %s\n", first, second);
        result = print_text(session->cli, status, &out);
        epoch_read_fini(&b);
    }
    epoch_read_fini(&a);
    return result;
}

/* ---- adopt, drop ---- */

/* What is adopted is what was read and shown: the hash of the parts as they came. Parts
 * that have not the hash of the proposal are not adopted (EXIT_DAMAGED). */
static exit_t adopt(session_t *session, const wanted_t *wanted, const char *code)
{
    char hex[2 * HASH_BYTES + 1];
    epoch_read_t epoch;
    exit_t result = session->cli->json ? epoch_read(session, view_text(code), &epoch)
                                       : read_and_print(session, wanted, code, &epoch);
    if (result != EXIT_DONE)
        return result;
    put_hex(epoch.hash, hex);
    epoch_read_fini(&epoch);
    if (!session->cli->json)
        printf("\n%s %s\n", cli_pick(session->cli, "adopting", "采用摘要"), hex);
    return submit(
        session->cli, "adopt_epoch",
        json_pack("{s:s, s:s, s:s*}", "code", code, "hash", hex, "text", wanted->text));
}

static exit_t drop(session_t *session, const wanted_t *wanted, const char *code)
{
    return submit(session->cli, "drop_epoch",
                  json_pack("{s:s, s:s*}", "code", code, "text", wanted->text));
}

/* ---- the verb ---- */

static exit_t one_of(session_t *session, const wanted_t *wanted, const words_t *words)
{
    static const struct {
        const char *word;
        exit_t (*run)(session_t *, const wanted_t *, const char *);
    } verbs[] = { { "calibrate", calibrate },
                  { "show", show_one },
                  { "adopt", adopt },
                  { "drop", drop } };
    const char *word = words->words[0];
    if (strcmp(word, "list") == 0 && words->count == 1)
        return show_list(session, wanted);
    if (strcmp(word, "compare") == 0 && words->count == 3)
        return compare(session, wanted, words->words[1], words->words[2]);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(word, verbs[i].word) == 0 && words->count == 2)
            return verbs[i].run(session, wanted, words->words[1]);
    return cli_refuse_value(session->cli, STATUS_USAGE, NULL, word);
}

exit_t verb_epoch(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "account", KEY_ACCOUNT, "CODE", 0, "Another account than the newest", 0 },
        { "group", KEY_GROUP, "GROUP", 0, "calibrate: only this one; may be repeated",
          0 },
        { "wait", KEY_WAIT, NULL, 0, "calibrate: until it is proposed", 0 },
        { "csv", KEY_CSV, NULL, 0, "show, compare: as CSV", 0 },
        { "text", KEY_TEXT, "TEXT", 0, "adopt, drop: the reason", 0 },
        { 0 }
    };
    wanted_t wanted = { .wait = false };
    session_t session;
    words_t words;
    usage_t usage =
        verb_usage(cli, verb, "list|calibrate|show|adopt|drop|compare [CODE...]");
    usage.options = options;
    usage.words_min = 1;
    usage.words_max = 3;
    usage.option = on_option;
    usage.input = &wanted;
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    result = one_of(&session, &wanted, &words);
    session_close(&session);
    return result;
}
