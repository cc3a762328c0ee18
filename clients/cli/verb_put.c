/* verb_put.c - yx put KIND field=value ... | --file FILE, and yx put scheme FILE.yaml. */
#include "clients/cli/fields.h"
#include "clients/cli/many.h"
#include "clients/cli/scheme_yaml.h"
#include "clients/cli/verb.h"

#include "proto/json.h"
#include <stdlib.h>
#include <string.h>

#define MANY "many" /* each line names its kind: {"verb":"subject", ...} */

typedef struct {
    const char *file;
    bool timing, draft;
} put_t;

#define KEY_TIMING 256
#define KEY_DRAFT  257

static error_t on_option(int key, const char *value, void *input)
{
    put_t *put = input;
    switch (key) {
    case 'f':
        put->file = value;
        return 0;
    case KEY_TIMING:
        put->timing = true;
        return 0;
    case KEY_DRAFT:
        put->draft = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option options[] = {
    { "file", 'f', "FILE.ndjson", 0, "One JSON object a line; - is standard input", 0 },
    { "draft", KEY_DRAFT, NULL, 0, "Keep in the outbox until yx outbox send N", 0 },
    { "timing", KEY_TIMING, NULL, 0,
      "With --json: each line tells the milliseconds from submitting to the answer",
      0 },
    { 0 }
};

static void ignore_field(void *context, const char *path, const char *type,
                         int required)
{
    (void)context;
    (void)path;
    (void)type;
    (void)required;
}

/* The kind of a line, which is no field of the command. The name is kept by the context
 * until the next line, for the object loses it. */
static status_t take_verb(void *context, json_t *object, const char **verb,
                          fault_t *fault)
{
    char **kept = context;
    const char *name = json_string_value(json_object_get(object, "verb"));
    if (name == NULL)
        return fields_refuse(fault, STATUS_FIELD_MISSING, "verb", NULL);
    free(*kept);
    *kept = strdup(name);
    if (*kept == NULL)
        return STATUS_NO_MEMORY;
    (void)json_object_del(object, "verb"); /* it was just found */
    *verb = *kept;
    return json_describe(*kept, ignore_field, NULL) == STATUS_OK
               ? STATUS_OK
               : fields_refuse(fault, STATUS_UNKNOWN_VALUE, "verb", *kept);
}

/* One command from the words, or all lines of the file with the words as defaults. */
static exit_t put_fields(const cli_t *cli, const put_t *put, const char *kind,
                         json_t *object)
{
    bool many = strcmp(kind, MANY) == 0;
    char *kept = NULL;
    session_t session;
    many_options_t how = { .verb = many ? NULL : kind,
                           .source = put->file,
                           .shape = many ? take_verb : NULL,
                           .context = &kept,
                           .draft = put->draft,
                           .timing = put->timing,
                           .defaults = json_object_size(object) > 0 ? object : NULL };
    if (put->file == NULL)
        how.defaults = NULL;
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    many_t *commands = many_create(&session, &how);
    if (commands == NULL) {
        result = cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    } else {
        if (put->file != NULL)
            many_file(commands, put->file);
        else
            (void)many_object(commands, object, 0); /* silence is told at the end */
        result = many_finish(commands);
    }
    many_destroy(&commands);
    session_close(&session);
    free(kept);
    return result;
}

static exit_t put_scheme(const cli_t *cli, const char *path)
{
    char reason[SCHEME_REASON_MAX];
    json_t *object = NULL;
    status_t status = scheme_yaml_load(path, &object, reason);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, reason);
    char *text = json_dumps(object, JSON_COMPACT);
    exit_t result = text != NULL ? session_submit_and_tell(cli, "propose_scheme", text)
                                 : cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    free(text);
    json_decref(object);
    return result;
}

static exit_t put_words(const cli_t *cli, const put_t *put, const words_t *words)
{
    const char *kind = words->words[0];
    fault_t fault = { .place = "" };
    bool many = strcmp(kind, MANY) == 0;
    if (many ? put->file == NULL || words->count > 1
             : json_describe(kind, ignore_field, NULL) != STATUS_OK)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, many ? "--file" : kind);
    json_t *object = json_object();
    if (object == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    status_t status = fields_add(many ? "unit" : kind, words->words + 1,
                                 words->count - 1, false, object, &fault);
    exit_t result = status == STATUS_OK ? put_fields(cli, put, kind, object)
                                        : cli_refuse(cli, status, &fault, kind);
    json_decref(object);
    return result;
}

exit_t verb_put(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    put_t put = { .file = NULL, .timing = false };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "KIND [FIELD=VALUE ...]\nscheme FILE.yaml");
    usage.options = options;
    usage.words_min = 1;
    usage.words_max = CLI_WORDS_MAX;
    usage.option = on_option;
    usage.input = &put;
    cli_parse(cli, &usage, argc, argv, &words);
    if (put.timing && (!cli->json || put.file == NULL))
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--timing");
    if (strcmp(words.words[0], "scheme") != 0)
        return put_words(cli, &put, &words);
    return words.count == 2
               ? put_scheme(cli, words.words[1])
               : cli_refuse_value(cli, STATUS_USAGE, NULL, "put scheme FILE.yaml");
}
