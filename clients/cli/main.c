/* main.c - yx, the command line: finds the verb and lets it run. */
#include "clients/cli/verb.h"
#include <signal.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    cli_t cli;
    bool help = false;
    cli_init(&cli);
    /* A reader that went away shows as an error of writing. */
    (void)signal(SIGPIPE, SIG_IGN);
    int at = cli_parse_global(&cli, argc, argv, &help);
    if (at >= argc) {
        verb_list(&cli);
        return help ? EXIT_DONE : EXIT_USAGE;
    }
    const verb_t *verb = verb_find(argv[at]);
    if (verb == NULL)
        return (int)cli_refuse_value(&cli, STATUS_USAGE, NULL, argv[at]);
    exit_t result = verb->run(&cli, verb, argc - at, argv + at);
    if (fflush(stdout) != 0 && result == EXIT_DONE)
        result = EXIT_PARTLY;
    return (int)result;
}
