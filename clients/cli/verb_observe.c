/* verb_observe.c - yx observe field=value ... dimension=points ... | --file FILE. */
#include "clients/cli/evidence.h"
#include "clients/cli/fields.h"
#include "clients/cli/many.h"
#include "clients/cli/sheet.h"
#include "clients/cli/verb.h"

#include <errno.h>
#include <time.h>

typedef struct {
    const char *file;
    bool draft;
    const char *evidence[EVIDENCE_MAX];
    unsigned evidence_count;
    session_t session;
    sheet_names_t names;
    bool asked;
    status_t trouble; /* while the names were taken */
} observing_t;

#define KEY_DRAFT 256

static error_t on_option(int key, const char *value, void *input)
{
    observing_t *observing = input;
    if (key == 'f') {
        observing->file = value;
        return 0;
    }
    if (key == KEY_DRAFT) {
        observing->draft = true;
        return 0;
    }
    if (key != 'e')
        return ARGP_ERR_UNKNOWN;
    if (observing->evidence_count == EVIDENCE_MAX)
        return E2BIG;
    observing->evidence[observing->evidence_count++] = value;
    return 0;
}

static const struct argp_option options[] = {
    { "file", 'f', "FILE.ndjson", 0, "One JSON object a line; - is standard input", 0 },
    { "draft", KEY_DRAFT, NULL, 0, "Keep in the outbox until yx outbox send N", 0 },
    { "evidence", 'e', "FILE", 0, "A file that proves it; its SHA-256 is sent", 0 },
    { 0 }
};

static void take_part(void *context, const answer_t *answer)
{
    observing_t *observing = context;
    observing->trouble = sheet_take_names(&observing->names, &answer->body.groups);
}

static const sheet_names_t *ask_names(void *context)
{
    observing_t *observing = context;
    query_t query = { .kind = QUERY_GROUPS };
    if (!observing->asked) {
        observing->asked = true;
        (void)session_ask_quietly(&observing->session, &query, take_part, observing);
    }
    return observing->trouble == STATUS_OK ? &observing->names : NULL;
}

static status_t shape(void *context, json_t *object, const char **verb, fault_t *fault)
{
    *verb = "observe";
    return sheet_resolve(object, ask_names, context, fault);
}

/* What a person at the keyboard need not type. */
static status_t add_defaults(json_t *object)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return STATUS_IO;
    json_int_t now_ms = (json_int_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    json_t *usual =
        json_pack("{s:s, s:I}", "polarity", "NEUTRAL", "observed_ms", now_ms);
    int failed = json_object_update_missing(object, usual);
    json_decref(usual);
    return failed == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t read_words(const observing_t *observing, const words_t *words,
                           json_t *object, fault_t *fault)
{
    status_t status =
        fields_add("observe", words->words, words->count, true, object, fault);
    if (status == STATUS_OK)
        status =
            evidence_add(object, observing->evidence, observing->evidence_count, fault);
    if (status == STATUS_OK && observing->file == NULL)
        status = add_defaults(object);
    return status;
}

static exit_t submit_all(observing_t *observing, json_t *object)
{
    many_options_t how = { .verb = "observe",
                           .source = observing->file,
                           .shape = shape,
                           .context = observing,
                           .draft = observing->draft,
                           .defaults = observing->file != NULL ? object : NULL };
    many_t *commands = many_create(&observing->session, &how);
    if (commands == NULL)
        return cli_refuse(observing->session.cli, STATUS_NO_MEMORY, NULL, NULL);
    if (observing->file != NULL)
        many_file(commands, observing->file);
    else
        (void)many_object(commands, object, 0); /* silence is told at the end */
    exit_t result = many_finish(commands);
    many_destroy(&commands);
    return result;
}

static exit_t observe(const cli_t *cli, observing_t *observing, const words_t *words)
{
    fault_t fault = { .place = "" };
    json_t *object = json_object();
    if (object == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    status_t status = read_words(observing, words, object, &fault);
    exit_t result = status == STATUS_OK
                        ? session_open(&observing->session, cli, SESSION_SUBMITS)
                        : cli_refuse(cli, status, &fault, NULL);
    if (result == EXIT_DONE) {
        result = submit_all(observing, object);
        session_close(&observing->session);
    }
    sheet_names_fini(&observing->names);
    json_decref(object);
    return result;
}

exit_t verb_observe(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    observing_t observing = { .trouble = STATUS_OK };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "FIELD=VALUE ... DIMENSION=POINTS ...");
    usage.options = options;
    usage.words_max = CLI_WORDS_MAX;
    usage.option = on_option;
    usage.input = &observing;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count == 0 && observing.file == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "observe");
    return observe(cli, &observing, &words);
}
