/* outbox_verbs.h - the verbs behind yx outbox. argv[0] is the word behind outbox. */
#ifndef YX_OUTBOX_VERBS_H
#define YX_OUTBOX_VERBS_H

#include "clients/cli/session.h"
#include "clients/cli/verb.h"

/* outbox_list.c */
exit_t outbox_list(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t outbox_show(cli_t *cli, const verb_t *verb, int argc, char **argv);
/* outbox_send.c */
exit_t outbox_send(cli_t *cli, const verb_t *verb, int argc, char **argv);
/* Sends all that waits and says how it went; at most until the broker is silent. */
exit_t outbox_send_all(session_t *session);
/* outbox_mend.c */
exit_t outbox_mend(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t outbox_drop_some(cli_t *cli, const verb_t *verb, int argc, char **argv);
exit_t outbox_keep(cli_t *cli, const verb_t *verb, int argc, char **argv);
/* outbox_receipts.c */
exit_t outbox_receipts(cli_t *cli, const verb_t *verb, int argc, char **argv);

/* verb_outbox.c: the number of an entry, 0 when the word is none. */
uint64_t outbox_number(const char *word);
/* There is no such entry. */
exit_t outbox_refuse(const cli_t *cli, status_t status, const char *word);
/* The usage of one word, its name kept by the caller. */
usage_t outbox_usage(cli_t *cli, const verb_t *verb, const char *args);

#endif
