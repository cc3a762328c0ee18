/* verb_admin.c - yx admin WORD: finds the verb behind it. */
#include "clients/cli/admin.h"

#include <string.h>

typedef struct {
    const char *name;
    exit_t (*run)(cli_t *cli, int argc, char **argv);
} word_t;

static const word_t admin_words[] = {
    { "digest", admin_digest }, { "scrub", admin_scrub },
    { "stats", admin_stats },   { "invite", admin_invite },
    { "revoke", admin_revoke }, { "set-principal", admin_set_principal },
    { "user", admin_user },     { "users", admin_users },
};

/* The first word that is no option; options before it are read as well. */
static int find_word(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        for (unsigned k = 0; k < sizeof admin_words / sizeof admin_words[0]; k++) {
            if (strcmp(argv[i], admin_words[k].name) == 0)
                return i;
        }
    }
    return 0;
}

/* yx admin --json stats is yx admin stats --json: the word moves to the front. */
static void move_to_front(char **argv, int at)
{
    char *word = argv[at];
    memmove(&argv[2], &argv[1], (size_t)(at - 1) * sizeof argv[0]);
    argv[1] = word;
}

exit_t verb_admin(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    int at = find_word(argc, argv);
    if (at == 0) {
        words_t words;
        usage_t usage = verb_usage(
            cli, verb, "digest|scrub|stats|invite|revoke|set-principal|user|users ...");
        usage.words_max = 1;
        cli_parse(cli, &usage, argc, argv, &words); /* --help ends here */
        return cli_refuse_value(cli, STATUS_USAGE, NULL,
                                words.count > 0 ? words.words[0] : "admin");
    }
    move_to_front(argv, at);
    for (unsigned k = 0; k < sizeof admin_words / sizeof admin_words[0]; k++) {
        if (strcmp(argv[1], admin_words[k].name) == 0)
            return admin_words[k].run(cli, argc - 1, argv + 1);
    }
    return EXIT_USAGE;
}
