/* verb_lab.c - yx lab WORD: finds the verb behind it. */
#include "clients/cli/lab.h"
#include "clients/cli/verb.h"

#include <string.h>

exit_t verb_lab(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "score") == 0)
        return lab_score(cli, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "compare") == 0)
        return lab_compare(cli, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "simulate") == 0)
        return lab_simulate(cli, argc - 1, argv + 1);
    words_t words;
    usage_t usage = verb_usage(cli, verb, "score|compare|simulate ...");
    usage.words_max = CLI_WORDS_MAX;
    cli_parse(cli, &usage, argc, argv, &words); /* --help ends here */
    return cli_refuse_value(cli, STATUS_USAGE, NULL,
                            words.count > 0 ? words.words[0] : "lab");
}
