/* verb_outbox.c - yx outbox WORD: finds the verb behind it. */
#include "clients/cli/outbox_verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    exit_t (*run)(cli_t *cli, const verb_t *verb, int argc, char **argv);
} word_t;

static const word_t outbox_words[] = {
    { "list", outbox_list },         { "show", outbox_show },
    { "send", outbox_send },         { "mend", outbox_mend },
    { "drop", outbox_drop_some },    { "keep", outbox_keep },
    { "receipts", outbox_receipts },
};
#define WORD_COUNT (sizeof outbox_words / sizeof outbox_words[0])

uint64_t outbox_number(const char *word)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(word, &end, 10);
    bool whole = end != word && *end == '\0' && errno == 0 && word[0] != '-';
    return whole ? number : 0;
}

exit_t outbox_refuse(const cli_t *cli, status_t status, const char *word)
{
    const char *text = NULL;
    if (status == STATUS_NOT_FOUND)
        text =
            cli_pick(cli, "there is no such entry in the outbox. See: yx outbox --all",
                     "待发箱里没有这一条。查看：yx outbox --all");
    if (status == STATUS_CONFLICT)
        text = cli_pick(
            cli,
            "this entry is not refused and no draft: it is sent or was sent. "
            "To send what waits: yx outbox send",
            "这一条既不是被退回的也不是草稿，已发或待发。发送：yx outbox send");
    if (text == NULL)
        return cli_refuse_value(cli, status, "outbox", word);
    fprintf(stderr, "%s: %s [E%u]\n", word, text, (unsigned)status);
    return EXIT_REFUSED;
}

usage_t outbox_usage(cli_t *cli, const verb_t *verb, const char *args)
{
    usage_t usage = verb_usage(cli, verb, args);
    usage.words_max = CLI_WORDS_MAX;
    return usage;
}

exit_t verb_outbox(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        for (unsigned k = 0; k < WORD_COUNT; k++) {
            if (strcmp(argv[i], outbox_words[k].name) != 0)
                continue;
            /* options before the word are read as well: it moves to the front */
            memmove(&argv[2], &argv[1], (size_t)(i - 1) * sizeof argv[0]);
            argv[1] = argv[0];
            return outbox_words[k].run(cli, verb, argc - 1, argv + 1);
        }
    }
    return outbox_list(cli, verb, argc, argv);
}
