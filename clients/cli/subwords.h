/* subwords.h - verbs behind a verb: yx admin digest, yx epoch show.
 *
 * Threads: none of its own.
 */
#ifndef YX_SUBWORDS_H
#define YX_SUBWORDS_H

#include "clients/cli/verb.h"

/* argv[0] is the word itself. */
typedef struct {
    const char *name;
    exit_t (*run)(cli_t *cli, const verb_t *verb, int argc, char **argv);
} subword_t;

/* Runs the one that stands among the words of a command line, behind options or not:
 * yx epoch --json list is yx epoch list --json. `first` looks at the first word alone,
 * for verbs that also take a word of another meaning. false: there is none. */
bool subword_run(cli_t *cli, const verb_t *verb, const subword_t *subwords,
                 unsigned count, bool first, int argc, char **argv, exit_t *result);
/* For a verb that needs one of them: refuses the command line (or tells --help). */
exit_t subword_missing(cli_t *cli, const verb_t *verb, const char *args, int argc,
                       char **argv);
/* As verb_usage, under the name of both words. `name` is "epoch show". */
usage_t subword_usage(const cli_t *cli, const verb_t *verb, const char *name,
                      const char *args);

#endif
