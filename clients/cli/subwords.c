/* subwords.c - see subwords.h. */
#include "clients/cli/subwords.h"

#include <string.h>

static const subword_t *find(const subword_t *subwords, unsigned count,
                             const char *word)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(subwords[i].name, word) == 0)
            return &subwords[i];
    }
    return NULL;
}

bool subword_run(cli_t *cli, const verb_t *verb, const subword_t *subwords,
                 unsigned count, bool first, int argc, char **argv, exit_t *result)
{
    for (int at = 1; at < argc; at++) {
        const subword_t *found = find(subwords, count, argv[at]);
        if (found == NULL) {
            if (first && argv[at][0] != '-')
                return false;
            continue;
        }
        char *word = argv[at];
        memmove(&argv[2], &argv[1], (size_t)(at - 1) * sizeof argv[0]);
        argv[1] = word;
        *result = found->run(cli, verb, argc - 1, argv + 1);
        return true;
    }
    return false;
}

exit_t subword_missing(cli_t *cli, const verb_t *verb, const char *args, int argc,
                       char **argv)
{
    words_t words;
    usage_t usage = verb_usage(cli, verb, args);
    usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words); /* --help ends here */
    return cli_refuse_value(cli, STATUS_USAGE, NULL,
                            words.count > 0 ? words.words[0] : verb->name);
}

usage_t subword_usage(const cli_t *cli, const verb_t *verb, const char *name,
                      const char *args)
{
    usage_t usage = verb_usage(cli, verb, args);
    usage.name = name;
    return usage;
}
