/* outbox_list.c - yx outbox [list] and yx outbox show N. */
#include "clients/cli/moment.h"
#include "clients/cli/outbox_verbs.h"
#include "clients/cli/outbox_words.h"
#include "clients/cli/table.h"

#include <inttypes.h>
#include <string.h>

#define COLUMNS    5u
#define RIGHT      0x5u /* number and age end on their right side */
#define ROWS_BYTES (64u * 1024u * 1024u)
#define KEY_ALL    'a'

typedef struct {
    session_t session;
    table_t *table;
    bool all;
} listing_t;

static error_t on_option(int key, const char *value, void *input)
{
    (void)value; /* none */
    if (key != KEY_ALL)
        return ARGP_ERR_UNKNOWN;
    ((listing_t *)input)->all = true;
    return 0;
}

static const struct argp_option options[] = {
    { "all", KEY_ALL, NULL, 0, "Also what was accepted", 0 }, { 0 }
};

static void print_object(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    puts(text != NULL ? text : "{}");
    free(text);
    json_decref(object);
}

/* Why it was refused, where, and the code. */
static void reason_of(const cli_t *cli, const outbox_entry_t *entry, char out[512])
{
    out[0] = '\0';
    if (entry->state == OUTBOX_ACKNOWLEDGED)
        (void)snprintf(out, 512, "seq %" PRIu64, entry->seq);
    if (entry->state == OUTBOX_REFUSED)
        (void)snprintf(
            out, 512, "%s%s%s [E%u]", entry->fault.place,
            entry->fault.place[0] != '\0' ? ": " : "",
            cli_pick(cli, status_text(entry->status), status_text_zh(entry->status)),
            (unsigned)entry->status);
}

static status_t add_row(listing_t *listing, const outbox_entry_t *entry)
{
    const cli_t *cli = listing->session.cli;
    char number[24], age[OUTBOX_AGE_MAX], what[OUTBOX_WHAT_MAX], reason[512];
    if (cli->json) {
        print_object(outbox_object(entry, false));
        return STATUS_OK;
    }
    (void)snprintf(number, sizeof number, "%" PRIu64, entry->entry);
    outbox_age(cli, entry->put_ms, age);
    outbox_what(entry, what);
    reason_of(cli, entry, reason);
    const char *const cells[COLUMNS] = { number, outbox_state_word(cli, entry->state),
                                         age, what, reason };
    return cli_table_add(listing->table, cells);
}

static status_t add_rows(listing_t *listing, bool acknowledged)
{
    outbox_entry_t entry = { .entry = 0 };
    for (;;) {
        status_t status =
            outbox_next(listing->session.outbox, acknowledged, entry.entry, &entry);
        if (status == STATUS_NOT_FOUND)
            return STATUS_OK;
        if (status != STATUS_OK && status != STATUS_DAMAGED)
            return status;
        status = add_row(listing, &entry);
        if (status != STATUS_OK)
            return status;
    }
}

static status_t print_table(const listing_t *listing)
{
    buffer_t out;
    buffer_init(&out, ROWS_BYTES);
    status_t status =
        cli_table_write(listing->table, listing->session.cli->colour, &out);
    if (status == STATUS_OK && cli_table_rows(listing->table) > 1)
        (void)fwrite(out.data, 1, out.size, stdout); /* the end of main tells failure */
    buffer_fini(&out);
    return status;
}

static void print_summary(const cli_t *cli, const outbox_summary_t *summary)
{
    char age[OUTBOX_AGE_MAX] = "";
    printf("%s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64
           ", %s %" PRIu64,
           outbox_state_word(cli, OUTBOX_DRAFT), summary->draft,
           outbox_state_word(cli, OUTBOX_WAITING), summary->waiting,
           outbox_state_word(cli, OUTBOX_SENDING), summary->sending,
           outbox_state_word(cli, OUTBOX_REFUSED), summary->refused,
           outbox_state_word(cli, OUTBOX_ACKNOWLEDGED), summary->acknowledged);
    if (summary->oldest_ms != 0) {
        outbox_age(cli, summary->oldest_ms, age);
        printf("; %s %s", cli_pick(cli, "the oldest has waited", "最早一条已等待"),
               age);
    }
    putchar('\n');
}

static void print_summary_json(const outbox_summary_t *summary)
{
    printf("{\"draft\":%" PRIu64 ",\"waiting\":%" PRIu64 ",\"sending\":%" PRIu64
           ",\"refused\":%" PRIu64 ",\"acknowledged\":%" PRIu64 ",\"bytes\":%" PRIu64
           ",\"oldest_ms\":%" PRId64 ",\"instance\":\"%016" PRIx64
           "\",\"instances\":%" PRIu64 ",\"sender\":%" PRIu64 "}\n",
           summary->draft, summary->waiting, summary->sending, summary->refused,
           summary->acknowledged, summary->bytes, summary->oldest_ms, summary->instance,
           summary->instances, summary->sender);
}

static status_t list_all(listing_t *listing)
{
    const cli_t *cli = listing->session.cli;
    outbox_summary_t summary;
    const char *const head[COLUMNS] = { cli_pick(cli, "N", "序号"),
                                        cli_pick(cli, "state", "状态"),
                                        cli_pick(cli, "age", "时长"),
                                        cli_pick(cli, "what", "内容"),
                                        cli_pick(cli, "reason", "原因") };
    status_t status = outbox_look(listing->session.outbox, &summary);
    if (status == STATUS_OK && cli->json)
        print_summary_json(&summary);
    if (status == STATUS_OK)
        status = cli_table_add(listing->table, head);
    if (status == STATUS_OK && listing->all)
        status = add_rows(listing, true);
    if (status == STATUS_OK)
        status = add_rows(listing, false);
    if (status == STATUS_OK && !cli->json)
        status = print_table(listing);
    if (status == STATUS_OK && !cli->json)
        print_summary(cli, &summary);
    return status;
}

exit_t outbox_list(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    listing_t listing = { .all = false };
    words_t words;
    usage_t usage = outbox_usage(cli, verb,
                                 "\nshow N\nsend [N ...]\nmend N FIELD=VALUE ...\ndrop "
                                 "N ...\nkeep DAYS\nreceipts -o FILE");
    usage.options = options;
    usage.option = on_option;
    usage.input = &listing;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count > 0)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words.words[0]);
    listing.table = cli_table_create(COLUMNS, RIGHT);
    if (listing.table == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    exit_t result = session_open(&listing.session, cli, SESSION_SUBMITS);
    if (result == EXIT_DONE) {
        status_t status = list_all(&listing);
        if (status != STATUS_OK)
            result = cli_refuse(cli, status, NULL, listing.session.profile.folder);
        session_close(&listing.session);
    }
    cli_table_destroy(&listing.table);
    return result;
}

/* ---- one of them ---- */

static void print_entry(const cli_t *cli, const outbox_entry_t *entry)
{
    char what[OUTBOX_WHAT_MAX], put[MOMENT_CHARS_MAX], reason[512];
    const char *verb;
    json_t *fields, *read = outbox_command(entry, &verb, &fields);
    outbox_what(entry, what);
    moment_write(entry->put_ms, MOMENT_SECOND, put);
    reason_of(cli, entry, reason);
    printf("%" PRIu64 "  %s  %s  %s  %s\n", entry->entry,
           outbox_state_word(cli, entry->state), put, what, reason);
    if (entry->state == OUTBOX_REFUSED)
        printf("%s\n", cli_pick(cli, status_next(entry->status),
                                status_next_zh(entry->status)));
    char *text = read != NULL ? json_dumps(fields, JSON_INDENT(2)) : NULL;
    if (text != NULL)
        puts(text);
    free(text);
    json_decref(read);
}

exit_t outbox_show(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    usage_t usage = outbox_usage(cli, verb, "show N");
    usage.words_min = usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    outbox_entry_t entry;
    status_t status = outbox_get(session.outbox, outbox_number(words.words[0]), &entry);
    if (status != STATUS_OK)
        result = outbox_refuse(cli, status, words.words[0]);
    else if (cli->json)
        print_object(outbox_object(&entry, true));
    else
        print_entry(cli, &entry);
    session_close(&session);
    return result;
}
