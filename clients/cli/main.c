/* main.c - yx, the command line: finds the verb and lets it run. */
#include "clients/cli/verb.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Who closed the other end of a pipe knows that it was cut. */
static bool reader_went_away(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

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
    bool cut = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (cut && result == EXIT_DONE) {
        result = EXIT_PARTLY;
        if (!reader_went_away())
            (void)cli_refuse(&cli, STATUS_IO, NULL, "stdout");
    }
    return (int)result;
}
