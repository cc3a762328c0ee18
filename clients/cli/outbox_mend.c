/* outbox_mend.c - yx outbox mend, drop, keep. */
#include "clients/cli/fields.h"
#include "clients/cli/outbox_verbs.h"
#include "clients/cli/outbox_words.h"
#include "clients/cli/sheet.h"

#include "proto/json.h"
#include <inttypes.h>
#include <string.h>

/* Names of dimensions would have to be asked for: numbers do without. */
static const sheet_names_t *no_names(void *context)
{
    (void)context;
    return NULL;
}

/* A dimension that is given again takes the place of the old rating. */
static bool merge_ratings(json_t *fields, json_t *changes)
{
    json_t *given = json_object_get(changes, "ratings");
    json_t *old = json_object_get(fields, "ratings"), *rating;
    size_t at;
    json_array_foreach(old, at, rating)
    {
        json_int_t dimension = json_integer_value(json_object_get(rating, "dimension"));
        bool again = false;
        for (size_t i = 0; i < json_array_size(given) && !again; i++)
            again = json_integer_value(json_object_get(json_array_get(given, i),
                                                       "dimension")) == dimension;
        if (given != NULL && !again && json_array_append(given, rating) != 0)
            return false;
    }
    return true;
}

/* What json_to_command counts by itself is left to it. */
static status_t change_fields(const char *verb, json_t *fields, const words_t *words,
                              fault_t *fault)
{
    bool sheet = strcmp(verb, "observe") == 0;
    json_t *changes = json_object();
    status_t status =
        fields_add(verb, words->words + 1, words->count - 1, sheet, changes, fault);
    if (status == STATUS_OK && sheet)
        status = sheet_resolve(changes, no_names, NULL, fault);
    if (status == STATUS_OK && json_object_get(changes, "ratings") != NULL &&
        !merge_ratings(fields, changes))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK && json_object_update(fields, changes) != 0)
        status = STATUS_NO_MEMORY;
    json_decref(changes);
    static const char *const counted[] = { "narrative_chars", "reason_chars",
                                           "has_post" };
    for (unsigned i = 0; i < sizeof counted / sizeof counted[0]; i++)
        (void)json_object_del(fields, counted[i]); /* it may be absent */
    return status;
}

/* The entry with its fields changed, as the two parts of a command. */
static status_t build(const outbox_entry_t *entry, const words_t *words,
                      buffer_t *public_part, buffer_t *private_part, fault_t *fault)
{
    const char *verb;
    json_t *fields, *object = outbox_command(entry, &verb, &fields);
    if (object == NULL)
        return STATUS_DAMAGED;
    status_t status = change_fields(verb, fields, words, fault);
    char *text = status == STATUS_OK ? json_dumps(fields, JSON_COMPACT) : NULL;
    if (status == STATUS_OK)
        status = text == NULL ? STATUS_NO_MEMORY
                              : json_to_command(verb, text, strlen(text), public_part,
                                                private_part, fault);
    free(text);
    json_decref(object);
    return status;
}

/* The new one is put and the old one dropped in one change. */
static status_t replace(session_t *session, const outbox_entry_t *old,
                        const buffer_t *public_part, const buffer_t *private_part,
                        uint64_t *entry)
{
    sender_command_t command = { .public_part = public_part->data,
                                 .public_size = (uint32_t)public_part->size,
                                 .private_part = private_part->data,
                                 .private_size = (uint32_t)private_part->size,
                                 .instead_of = old->entry,
                                 .draft = old->state == OUTBOX_DRAFT };
    status_t status = sender_put(session->sender, &command, entry);
    if (status == STATUS_OK)
        status = outbox_drop(session->outbox, old->entry);
    return status == STATUS_OK ? sender_commit(session->sender) : status;
}

static exit_t mend(session_t *session, const words_t *words)
{
    const cli_t *cli = session->cli;
    buffer_t public_part, private_part;
    outbox_entry_t old;
    fault_t fault = { .place = "" };
    uint64_t entry = 0;
    status_t status = outbox_get(session->outbox, outbox_number(words->words[0]), &old);
    if (status == STATUS_OK && old.state != OUTBOX_REFUSED && old.state != OUTBOX_DRAFT)
        status = STATUS_CONFLICT;
    if (status != STATUS_OK)
        return outbox_refuse(cli, status, words->words[0]);
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status = build(&old, words, &public_part, &private_part, &fault);
    if (status == STATUS_OK)
        status = replace(session, &old, &public_part, &private_part, &entry);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, &fault, NULL);
    if (!cli->json)
        printf("%" PRIu64 " -> %" PRIu64 "\n", old.entry, entry);
    return old.state == OUTBOX_DRAFT ? EXIT_DONE : outbox_send_all(session);
}

exit_t outbox_mend(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    usage_t usage = outbox_usage(cli, verb, "mend N FIELD=VALUE ...");
    usage.words_min = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = mend(&session, &words);
    session_close(&session);
    return result;
}

/* ---- forgetting ---- */

static status_t drop_one(outbox_t *outbox, uint64_t entry)
{
    status_t status = outbox_begin(outbox);
    if (status != STATUS_OK)
        return status;
    status = outbox_drop(outbox, entry);
    if (status == STATUS_OK)
        return outbox_commit(outbox);
    outbox_abort(outbox);
    return status;
}

/* All refused ones, in one change. */
static status_t drop_refused(outbox_t *outbox, uint64_t *count)
{
    outbox_entry_t entry = { .entry = 0 };
    uint64_t *places = NULL;
    size_t room = 0;
    status_t status = STATUS_OK;
    *count = 0;
    while ((status = outbox_next(outbox, false, entry.entry, &entry)) == STATUS_OK ||
           status == STATUS_DAMAGED) {
        if (status == STATUS_DAMAGED || entry.state != OUTBOX_REFUSED)
            continue;
        if (*count == room) {
            room = room * 2 + 64;
            uint64_t *grown = realloc(places, room * sizeof *grown);
            if (grown == NULL)
                break;
            places = grown;
        }
        places[(*count)++] = entry.entry;
    }
    if (status == STATUS_NOT_FOUND)
        status = outbox_begin(outbox);
    else if (status == STATUS_OK)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        for (uint64_t i = 0; i < *count; i++)
            (void)outbox_drop(outbox, places[i]); /* another process was faster */
        status = outbox_commit(outbox);
    }
    free(places);
    return status;
}

static error_t on_drop_option(int key, const char *value, void *input)
{
    (void)value; /* none */
    if (key != 'r')
        return ARGP_ERR_UNKNOWN;
    *(bool *)input = true;
    return 0;
}

static const struct argp_option drop_options[] = {
    { "refused", 'r', NULL, 0, "All that was refused", 0 }, { 0 }
};

static exit_t drop_named(session_t *session, const words_t *words)
{
    for (unsigned i = 0; i < words->count; i++) {
        status_t status = drop_one(session->outbox, outbox_number(words->words[i]));
        if (status != STATUS_OK)
            return outbox_refuse(session->cli, status, words->words[i]);
    }
    return EXIT_DONE;
}

exit_t outbox_drop_some(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    bool refused = false;
    uint64_t count = 0;
    usage_t usage = outbox_usage(cli, verb, "drop N ...\ndrop --refused");
    usage.options = drop_options;
    usage.option = on_drop_option;
    usage.input = &refused;
    cli_parse(cli, &usage, argc, argv, &words);
    if (refused == (words.count > 0))
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "drop");
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    status_t status = refused ? drop_refused(session.outbox, &count) : STATUS_OK;
    if (status != STATUS_OK)
        result = cli_refuse(cli, status, NULL, session.profile.folder);
    else
        result = drop_named(&session, &words);
    if (result == EXIT_DONE && refused)
        printf("%s %" PRIu64 "\n", cli_pick(cli, "dropped", "已放弃"), count);
    session_close(&session);
    return result;
}

#define DAY_MS   (24 * 60 * 60 * 1000LL)
#define DAYS_MAX 100000u

static status_t clean(outbox_t *outbox, uint64_t days, uint64_t *count)
{
    status_t status = outbox_begin(outbox);
    if (status != STATUS_OK)
        return status;
    status =
        outbox_clean(outbox, outbox_clock().wall_ms - (int64_t)days * DAY_MS, count);
    if (status == STATUS_OK)
        return outbox_commit(outbox);
    outbox_abort(outbox);
    return status;
}

exit_t outbox_keep(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    uint64_t count = 0;
    usage_t usage = outbox_usage(cli, verb, "keep DAYS");
    usage.words_min = usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    uint64_t days = outbox_number(words.words[0]);
    if (days == 0 || days > DAYS_MAX)
        return cli_refuse_value(cli, STATUS_USAGE, "keep", words.words[0]);
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    status_t status = clean(session.outbox, days, &count);
    if (status != STATUS_OK)
        result = cli_refuse(cli, status, NULL, session.profile.folder);
    else
        printf("%s %" PRIu64 "\n", cli_pick(cli, "forgotten", "已清理"), count);
    session_close(&session);
    return result;
}
