/* lab.h - the words of yx lab: verbs that need no broker.
 *
 * Threads: one. argv[0] is the word.
 */
#ifndef YX_LAB_VERBS_H
#define YX_LAB_VERBS_H

#include "clients/cli/cli.h"

#define LAB_REPEAT_MAX 1000u

/* The board of a table of ratings as CSV on standard output, its fits on the other. */
exit_t lab_score(cli_t *cli, int argc, char **argv);
/* Who moves between two views of a table, as CSV on standard output. */
exit_t lab_compare(cli_t *cli, int argc, char **argv);
/* Figures of a made-up world as CSV on standard output, its ratings into a file. */
exit_t lab_simulate(cli_t *cli, int argc, char **argv);

#endif
