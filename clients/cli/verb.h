/* verb.h - the verbs of yx and who uses them.
 *
 * Each verb is a file of its own, verb_<name>.c, and parses its own words with
 * cli_parse. argv[0] is the verb.
 */
#ifndef YX_VERB_H
#define YX_VERB_H

#include "clients/cli/cli.h"

typedef enum {
    USER_EVERYBODY,
    USER_INSPECTOR,
    USER_OFFICE,
    USER_ADMIN,
    USER_COUNT
} user_t;

typedef struct verb verb_t;
struct verb {
    const char *name;
    user_t user;
    const char *help, *help_zh; /* one line */
    const char *example;
    exit_t (*run)(cli_t *cli, const verb_t *verb, int argc, char **argv);
};

/* NULL when there is no such verb. */
const verb_t *verb_find(const char *name);
const verb_t *verb_at(unsigned index); /* NULL behind the last one */
/* All verbs by user, on standard output. */
void verb_list(const cli_t *cli);
/* Name, help and example of the verb filled in. */
usage_t verb_usage(const cli_t *cli, const verb_t *verb, const char *args);

exit_t verb_enrol(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_outbox(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_verify(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_put(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_observe(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_review(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_retract(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_board(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_watch(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_epoch(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_plan(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_attention(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_explain(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_history(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_feed(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_import(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_export(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_template(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_groups(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_list_things(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_whoami(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_ping(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_admin(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_scheme(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_lab(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t verb_help(cli_t *cli, const verb_t *verb, int argc, char **argv);

#endif
