/* verb_help.c - yx help [VERB | errors | KIND]. */
#include "clients/cli/verb.h"

#include "proto/json.h"
#include <stdio.h>
#include <string.h>

static void print_status(const cli_t *cli, status_t status)
{
    const char *rule = status_rule(status);
    printf("E%u  %s%s%s\n       %s\n", (unsigned)status,
           cli_pick(cli, status_text(status), status_text_zh(status)),
           rule[0] != '\0' ? "  " : "", rule,
           cli_pick(cli, status_next(status), status_next_zh(status)));
}

static void print_errors(const cli_t *cli)
{
#define X(name, value, rule, text) name,
    static const status_t all[] = { STATUS_LIST(X) };
#undef X
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] != STATUS_OK)
            print_status(cli, all[i]);
    }
}

static void print_field(void *context, const char *path, const char *type, int required)
{
    const cli_t *cli = context;
    const char *dot = strrchr(path, '.');
    const char *chinese = words_field_zh(dot != NULL ? dot + 1 : path);
    bool shown = cli->language == LANGUAGE_CHINESE && chinese != NULL;
    printf("  %-22s %s%s%s%s\n", path, type,
           required ? cli_pick(cli, "  (required)", "  （必填）") : "",
           shown ? "  " : "", shown ? chinese : "");
}

static bool print_kind(const cli_t *cli, const char *kind)
{
    cli_t copy = *cli;
    static const char title[] = "yx put ";
    bool first = json_describe(kind, print_field, &copy) == STATUS_OK;
    if (first)
        printf("\n%s%s FIELD=VALUE ...   {\"FIELD\": VALUE, ...}\n", title, kind);
    return first;
}

exit_t verb_help(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    usage_t usage = verb_usage(cli, verb, "[VERB | errors | KIND]");
    usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count == 0) {
        verb_list(cli);
        return EXIT_DONE;
    }
    const char *about = words.words[0];
    const verb_t *other = verb_find(about);
    if (strcmp(about, "errors") == 0) {
        print_errors(cli);
        return EXIT_DONE;
    }
    if (print_kind(cli, about) && other == NULL)
        return EXIT_DONE;
    if (other == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, about);
    char help[] = "--help";
    char *args[] = { argv[0], help, NULL };
    return other->run(cli, other, 2, args);
}
