/* lab_view.h - what the verbs of yx lab share: tables and views as they are named.
 *
 * A view is named [SCHEME.yaml][+][prior | fitted | EPOCH.csv]: "fitted",
 * "dingtao.yaml" (its own prior), "dingtao.yaml+fitted", "E1.csv". Threads: one.
 */
#ifndef YX_LAB_VIEW_WORDS_H
#define YX_LAB_VIEW_WORDS_H

#include "clients/cli/cli.h"
#include "clients/lab/places.h"

/* Tells a table's fault; EXIT_USAGE when there is no such file, else EXIT_REFUSED. */
exit_t lab_refuse_table(const cli_t *cli, const char *path,
                        const ratings_fault_t *fault);
/* NULL: the table is refused and *result says how it ends. */
ratings_t *lab_read_ratings(const cli_t *cli, const char *path, exit_t *result);
/* What standard output still holds goes out; a reader who has left is no failure. */
exit_t lab_finish(const cli_t *cli);
/* Makes the view (view_fini() is the caller's, also then); refusals are told. */
exit_t lab_view_read(const cli_t *cli, const char *words, const char *group,
                     const ratings_t *ratings, lab_view_t *view);

#endif
