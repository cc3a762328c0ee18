/* outbox_receipts.c - yx outbox receipts -o FILE: what was accepted, signed. */
#include "clients/cli/outbox_verbs.h"
#include "clients/cli/outbox_words.h"
#include "clients/cli/receipt_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the outbox knows of an accepted entry. */
typedef struct {
    uint64_t seq, entry, instance, number;
    uint8_t command[HASH_BYTES];
    char what[OUTBOX_WHAT_MAX];
    receipt_t receipt;
    bool received, false_one; /* false_one: it is not for this command */
} accepted_t;

typedef struct {
    session_t session;
    const char *path;
    accepted_t *list; /* by seq */
    size_t count, room;
    receipt_head_t head;
    bool asked, other_key; /* a key that is not the pinned one */
} export_t;

static error_t on_option(int key, const char *value, void *input)
{
    if (key != 'o')
        return ARGP_ERR_UNKNOWN;
    ((export_t *)input)->path = value;
    return 0;
}

static const struct argp_option options[] = {
    { "output", 'o', "FILE", 0, "Where to; - is standard output", 0 }, { 0 }
};

/* ---- what was accepted ---- */

static status_t add(export_t *export, const outbox_entry_t *entry)
{
    if (export->count == export->room) {
        size_t room = export->room * 2 + 256;
        accepted_t *grown = realloc(export->list, room * sizeof *grown);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        export->list = grown;
        export->room = room;
    }
    accepted_t *made = &export->list[export->count++];
    *made = (accepted_t){ .seq = entry->seq,
                          .entry = entry->entry,
                          .instance = entry->instance,
                          .number = entry->number };
    receipt_command_hash(entry->public_part, entry->public_size, entry->private_part,
                         entry->private_size, made->command);
    outbox_what(entry, made->what);
    return STATUS_OK;
}

static int by_seq(const void *a, const void *b)
{
    const accepted_t *one = a, *other = b;
    return one->seq < other->seq ? -1 : one->seq > other->seq;
}

static status_t collect(export_t *export)
{
    outbox_entry_t entry = { .entry = 0 };
    status_t status = STATUS_OK;
    while (status == STATUS_OK) {
        status = outbox_next(export->session.outbox, true, entry.entry, &entry);
        if (status == STATUS_OK)
            status = add(export, &entry);
        else if (status == STATUS_DAMAGED)
            status = STATUS_OK; /* yx outbox --all names it */
    }
    if (export->count > 0)
        qsort(export->list, export->count, sizeof *export->list, by_seq);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* ---- asking ---- */

static accepted_t *find(export_t *export, uint64_t seq)
{
    const accepted_t wanted = { .seq = seq };
    return export->count > 0 ? bsearch(&wanted, export->list, export->count,
                                       sizeof *export->list, by_seq)
                             : NULL;
}

static void take_part(void *context, const answer_t *answer)
{
    export_t *export = context;
    const receipts_answer_t *body = &answer->body.receipts;
    if (answer->kind != QUERY_RECEIPTS)
        return;
    if (export->asked && memcmp(export->head.key, body->key, KEY_BYTES) != 0)
        export->other_key = true;
    export->asked = true;
    memcpy(export->head.journal_id, body->journal_id, JOURNAL_ID_BYTES);
    memcpy(export->head.key, body->key, KEY_BYTES);
    for (uint32_t i = 0; i < body->receipt_count; i++) {
        const receipt_t *receipt = &body->receipts[i];
        accepted_t *accepted = find(export, receipt->seq);
        if (accepted == NULL)
            continue; /* of another of this principal's keys */
        accepted->receipt = *receipt;
        accepted->received = true;
        accepted->false_one =
            accepted->instance != receipt->instance ||
            accepted->number != receipt->number ||
            memcmp(accepted->command, receipt->command, HASH_BYTES) != 0 ||
            !receipt_holds(receipt, body->journal_id, body->key);
    }
}

/* The records from list[at] on that one question takes; a range that the broker does not
 * have (it was set back) stays without receipts. */
static size_t ask_range(export_t *export, size_t at)
{
    size_t end = at;
    uint64_t first = export->list[at].seq;
    while (end < export->count && export->list[end].seq - first < RECEIPTS_MAX)
        end++;
    uint32_t count = (uint32_t)(export->list[end - 1].seq - first + 1);
    query_t query = { .kind = QUERY_RECEIPTS,
                      .receipts = { .seq = first, .count = count } };
    (void)session_try(&export->session, &query, take_part, export);
    return end;
}

/* The first key seen is kept; another one later is told. */
static status_t pin(export_t *export)
{
    uint8_t pinned[KEY_BYTES];
    const char *folder = export->session.profile.folder;
    if (!export->asked)
        return STATUS_OK;
    status_t status = profile_read_signing(folder, pinned);
    if (status == STATUS_NOT_FOUND)
        return profile_write_signing(folder, export->head.key);
    if (status == STATUS_OK && memcmp(pinned, export->head.key, KEY_BYTES) != 0)
        export->other_key = true;
    return status;
}

/* ---- writing ---- */

static bool write_object(FILE *file, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    bool done = text != NULL && fprintf(file, "%s\n", text) > 0;
    free(text);
    json_decref(object);
    return done;
}

static bool write_lines(export_t *export, FILE *file)
{
    for (size_t i = 0; i < export->count; i++)
        export->head.count += export->list[i].received && !export->list[i].false_one;
    bool done = write_object(file, receipt_head_write(&export->head));
    for (size_t i = 0; i < export->count && done; i++) {
        const accepted_t *accepted = &export->list[i];
        if (!accepted->received || accepted->false_one)
            continue;
        json_t *object = receipt_line_write(&accepted->receipt);
        (void)json_object_set_new(object, "entry",
                                  json_integer((json_int_t)accepted->entry));
        (void)json_object_set_new(object, "what", json_string(accepted->what));
        done = write_object(file, object);
    }
    return done;
}

static status_t write_file(export_t *export)
{
    bool standard = strcmp(export->path, "-") == 0;
    FILE *file = standard ? stdout : fopen(export->path, "we");
    if (file == NULL)
        return STATUS_IO;
    bool done = write_lines(export, file) && fflush(file) == 0;
    if (!standard) {
        done = done && fsync(fileno(file)) == 0;
        done = fclose(file) == 0 && done;
    }
    return done ? STATUS_OK : STATUS_IO;
}

/* ---- what is told ---- */

static exit_t tell(const export_t *export)
{
    const cli_t *cli = export->session.cli;
    uint64_t wrong = 0;
    for (size_t i = 0; i < export->count; i++) {
        const accepted_t *accepted = &export->list[i];
        if (accepted->received && !accepted->false_one)
            continue;
        wrong++;
        fprintf(stderr, "%" PRIu64 " %s, seq %" PRIu64 ": %s\n", accepted->entry,
                accepted->what, accepted->seq,
                accepted->false_one
                    ? cli_pick(cli, "the broker's receipt is not for this command",
                               "服务给出的回执与本条内容不符")
                    : cli_pick(cli,
                               "the broker gives no receipt; it may have been set back "
                               "to an earlier time. Tell the administrator",
                               "服务未给出回执，可能已恢复到更早的状态，请告知管理员"));
    }
    if (export->other_key)
        fputs(
            cli_pick(cli,
                     "The broker signs with another key than before. Ask the "
                     "administrator; if it is right, remove the file `signing` in the "
                     "profile.\n",
                     "服务的签名密钥与以前不同。请向管理员核实；确认无误后删除配置"
                     "目录中的 signing 文件。\n"),
            stderr);
    fprintf(stderr, "%s %" PRIu64 "\n", cli_pick(cli, "receipts", "回执"),
            export->head.count);
    return wrong > 0 || export->other_key ? EXIT_DAMAGED : EXIT_DONE;
}

static exit_t export_all(export_t *export)
{
    const cli_t *cli = export->session.cli;
    status_t status = collect(export);
    for (size_t at = 0; status == STATUS_OK && at < export->count;)
        at = ask_range(export, at);
    if (status == STATUS_OK && export->count > 0 && !export->asked)
        return cli_refuse(cli, client_silence(export->session.client), NULL,
                          export->session.profile.endpoint);
    if (status == STATUS_OK)
        status = pin(export);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, export->session.profile.folder);
    status = write_file(export);
    return status == STATUS_OK
               ? tell(export)
               : cli_refuse_value(cli, status, export->path, strerror(errno));
}

exit_t outbox_receipts(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    export_t export = { .path = NULL };
    words_t words;
    usage_t usage = outbox_usage(cli, verb, "receipts -o FILE");
    usage.options = options;
    usage.words_max = 0;
    usage.option = on_option;
    usage.input = &export;
    cli_parse(cli, &usage, argc, argv, &words);
    if (export.path == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "-o");
    exit_t result = session_open(&export.session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = export_all(&export);
    session_close(&export.session);
    free(export.list);
    return result;
}
