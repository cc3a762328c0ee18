/* admin.h - the verbs behind yx admin. argv[0] is the word behind admin. */
#ifndef YX_ADMIN_H
#define YX_ADMIN_H

#include "clients/cli/verb.h"

/* admin_principal.c */
exit_t admin_invite(cli_t *cli, int argc, char **argv);
exit_t admin_set_principal(cli_t *cli, int argc, char **argv);
exit_t admin_revoke(cli_t *cli, int argc, char **argv);
/* admin_state.c */
exit_t admin_digest(cli_t *cli, int argc, char **argv);
exit_t admin_scrub(cli_t *cli, int argc, char **argv);
exit_t admin_stats(cli_t *cli, int argc, char **argv);

#endif
