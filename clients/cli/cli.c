/* cli.c - see cli.h. */
#include "clients/cli/cli.h"

#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_SECONDS_MAX 86400.0
#define NAME_MAX_CHARS      64u

enum { KEY_PROFILE = 1000, KEY_BROKER, KEY_TIMEOUT, KEY_JSON, KEY_LANG, KEY_HELP };

static const struct argp_option global_options[] = {
    { "profile", KEY_PROFILE, "NAME", 0, "Who I am: a name or a folder ($YX_PROFILE)",
      9 },
    { "broker", KEY_BROKER, "tcp://HOST:PORT", 0, "Another address of the broker", 9 },
    { "timeout", KEY_TIMEOUT, "SECONDS", 0,
      "Give up when nothing came for so long (10)", 9 },
    { "json", KEY_JSON, NULL, 0, "One JSON object a line", 9 },
    { "lang", KEY_LANG, "zh|en", 0, "Language (LC_ALL, LC_MESSAGES, LANG)", 9 },
    { 0 }
};

/* ---- what a verb knows ---- */

static const char *first_set(const char *const *names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return NULL;
}

void cli_init(cli_t *cli)
{
    static const char *const locales[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    CHECK(cli != NULL);
    const char *plain = getenv("NO_COLOR");
    *cli =
        (cli_t){ .timeout_ms = CLI_TIMEOUT_MS,
                 .colour = isatty(STDOUT_FILENO) && (plain == NULL || plain[0] == '\0'),
                 .language = words_language(first_set(locales, 3)) };
}

const char *cli_pick(const cli_t *cli, const char *english, const char *chinese)
{
    return cli->language == LANGUAGE_CHINESE ? chinese : english;
}

exit_t cli_exit_of(status_t status)
{
    switch (status) {
    case STATUS_OK:
        return EXIT_DONE;
    case STATUS_TIMEOUT:
    case STATUS_UNREACHABLE:
    case STATUS_STOPPING:
    case STATUS_BUSY:
        return EXIT_UNREACHABLE;
    case STATUS_USAGE:
    case STATUS_PROFILE:
    case STATUS_BAD_INPUT:
    case STATUS_BAD_ENROL_CODE:
        return EXIT_USAGE;
    case STATUS_DAMAGED:
    case STATUS_FORMAT:
        return EXIT_DAMAGED;
    default:
        return status / 1000 == 4 ? EXIT_NOT_ALLOWED : EXIT_REFUSED;
    }
}

exit_t cli_refuse(const cli_t *cli, status_t status, const fault_t *fault,
                  const char *source)
{
    buffer_t line;
    buffer_init(&line, WORDS_BYTES_MAX);
    if (words_explain(&line, cli->language, status, fault, source) == STATUS_OK)
        fprintf(stderr, "%.*s\n", (int)line.size, (const char *)line.data);
    else
        fprintf(stderr, "%s [E%u]\n", status_text(status), (unsigned)status);
    buffer_fini(&line);
    return cli_exit_of(status);
}

exit_t cli_refuse_value(const cli_t *cli, status_t status, const char *place,
                        const char *value)
{
    fault_t fault;
    fault_set(&fault, place, value, value != NULL ? strlen(value) : 0);
    return cli_refuse(cli, status, &fault, NULL);
}

/* ---- command lines ---- */

static bool read_timeout(const char *text, int *timeout_ms)
{
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds > 0) || seconds > TIMEOUT_SECONDS_MAX)
        return false;
    *timeout_ms = seconds < 0.001 ? 1 : (int)(seconds * 1000);
    return true;
}

static bool read_language(const char *text, language_t *language)
{
    bool chinese = strcmp(text, "zh") == 0;
    *language = chinese ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
    return chinese || strcmp(text, "en") == 0;
}

static error_t on_global(int key, char *value, struct argp_state *state)
{
    cli_t *cli = state->input;
    switch (key) {
    case KEY_PROFILE:
        cli->profile = value;
        return 0;
    case KEY_BROKER:
        cli->broker = value;
        return 0;
    case KEY_JSON:
        cli->json = true;
        return 0;
    case KEY_TIMEOUT:
        if (!read_timeout(value, &cli->timeout_ms))
            argp_error(state, "--timeout=%s: seconds, more than 0", value);
        return 0;
    case KEY_LANG:
        if (!read_language(value, &cli->language))
            argp_error(state, "--lang=%s: zh or en", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp global_argp = { .options = global_options,
                                         .parser = on_global };

/* ---- before the verb ---- */

typedef struct {
    cli_t *cli;
    int verb;
    bool help;
} before_t;

static error_t on_before(int key, char *value, struct argp_state *state)
{
    (void)value; /* read again by the verb */
    before_t *before = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = before->cli;
        return 0;
    case KEY_HELP:
    case '?':
        before->help = true;
        return 0;
    case 'V':
        puts("yx " YIXIAN_VERSION);
        exit(EXIT_DONE);
    case ARGP_KEY_ARG:
        before->verb = state->next - 1;
        state->next = state->argc; /* the rest belongs to the verb */
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int cli_parse_global(cli_t *cli, int argc, char **argv, bool *help)
{
    static const struct argp_option options[] = {
        { "help", '?', NULL, 0, "This", 9 },
        { "version", 'V', NULL, 0, "The release", 9 },
        { 0 },
    };
    const struct argp_child children[] = { { &global_argp, 0, NULL, 9 }, { 0 } };
    const struct argp argp = { options,  on_before, "VERB ...", NULL,
                               children, NULL,      NULL };
    before_t before = { .cli = cli, .verb = argc };
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, &before) != 0)
        exit(EXIT_USAGE);
    *help = before.help;
    return before.verb;
}

/* ---- behind the verb ---- */

typedef struct {
    cli_t *cli;
    const usage_t *usage;
    words_t *words;
} behind_t;

static error_t add_word(const behind_t *behind, const char *word,
                        struct argp_state *state)
{
    if (behind->words->count >= behind->usage->words_max)
        argp_error(state,
                   cli_pick(behind->cli, "%s: one word too many; wanted: %s %s",
                            "%s：多出的内容；用法：%s %s"),
                   word, state->name, behind->usage->args);
    behind->words->words[behind->words->count++] = word;
    return 0;
}

static const char *name_of(const usage_t *usage, int key)
{
    const struct argp_option *option = usage->options;
    while (option->name != NULL && option->key != key)
        option++;
    return option->name != NULL ? option->name : "";
}

static error_t read_option(const behind_t *behind, int key, const char *value,
                           struct argp_state *state)
{
    if (behind->usage->option == NULL)
        return ARGP_ERR_UNKNOWN;
    error_t error = behind->usage->option(key, value, behind->usage->input);
    if (error != 0 && error != ARGP_ERR_UNKNOWN)
        argp_error(state,
                   cli_pick(behind->cli, "--%s=%s: not a value that this option takes",
                            "--%s=%s：该选项不接受这个值"),
                   name_of(behind->usage, key), value != NULL ? value : "");
    return error;
}

static error_t on_behind(int key, char *value, struct argp_state *state)
{
    const behind_t *behind = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = behind->cli;
        return 0;
    case ARGP_KEY_ARG:
        return add_word(behind, value, state);
    case ARGP_KEY_END:
        if (behind->words->count < behind->usage->words_min)
            argp_error(state,
                       cli_pick(behind->cli, "something is missing; wanted: %s %s",
                                "内容不全；用法：%s %s"),
                       state->name, behind->usage->args);
        return 0;
    default:
        return read_option(behind, key, value, state);
    }
}

void cli_parse(cli_t *cli, const usage_t *usage, int argc, char **argv, words_t *words)
{
    CHECK(argc > 0);
    CHECK(usage->words_max <= CLI_WORDS_MAX);
    char name[NAME_MAX_CHARS], doc[2048];
    (void)snprintf(name, sizeof name, "yx %s", usage->name); /* a name of ours */
    (void)snprintf(doc, sizeof doc, "%s\v%s:\n%s", usage->help,
                   cli_pick(cli, "Examples", "示例"), usage->example);
    const struct argp_child children[] = { { &global_argp, 0, "Everywhere:", 9 },
                                           { 0 } };
    const struct argp argp = { usage->options, on_behind, usage->args, doc,
                               children,       NULL,      NULL };
    behind_t behind = { cli, usage, words };
    words->count = 0;
    char *before = argv[0];
    argv[0] = name;
    error_t error = argp_parse(&argp, argc, argv, 0, NULL, &behind);
    argv[0] = before;
    if (error != 0)
        exit(EXIT_USAGE);
}
