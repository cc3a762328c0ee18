/* role_words.h - what people call the roles. Threads: none of its own. */
#ifndef YX_ROLE_WORDS_H
#define YX_ROLE_WORDS_H

#include "clients/cli/cli.h"
#include "proto/command_access.h"

/* "" for a number that is no role. */
const char *role_words(const cli_t *cli, role_t role);

#endif
