/* admin.h - the verbs behind yx admin. argv[0] is the word behind admin. */
#ifndef YX_ADMIN_H
#define YX_ADMIN_H

#include "clients/cli/verb.h"
#include <jansson.h>

/* admin_principal.c */
exit_t admin_invite(cli_t *cli, int argc, char **argv);
exit_t admin_set_principal(cli_t *cli, int argc, char **argv);
exit_t admin_revoke(cli_t *cli, int argc, char **argv);
enum {
    ADMIN_KEY_ROLE = 'r',
    ADMIN_KEY_PERSON = 'p',
    ADMIN_KEY_UNIT = 'u',
    ADMIN_KEY_GROUP = 'g',
    ADMIN_KEY_EVERYTHING = 'e',
    ADMIN_KEY_NAME = 'n',
    ADMIN_KEY_KEY = 'k',
    ADMIN_KEY_TEXT = 't',
    ADMIN_KEY_SITE = 's'
};
#define ADMIN_SPEC_OPTIONS                                                             \
    { "role",                                                                          \
      ADMIN_KEY_ROLE,                                                                  \
      "ROLE[,ROLE]",                                                                   \
      0,                                                                               \
      "inspector, office, reviewer, organiser, supervisor, subject, auditor, "         \
      "administrator, service, gateway",                                               \
      0 },                                                                             \
        { "person", ADMIN_KEY_PERSON, "CODE", 0, "The person behind it", 0 },          \
        { "unit",                                                                      \
          ADMIN_KEY_UNIT,                                                              \
          "CODE",                                                                      \
          0,                                                                           \
          "This unit and those below it; may be repeated",                             \
          0 },                                                                         \
        { "group",                                                                     \
          ADMIN_KEY_GROUP,                                                             \
          "LABEL",                                                                     \
          0,                                                                           \
          "This comparison group; may be repeated",                                    \
          0 },                                                                         \
    {                                                                                  \
        "everything", ADMIN_KEY_EVERYTHING, NULL, 0, "The whole jurisdiction", 0       \
    }

/* What options on roles and scope build: the JSON of the command. */
typedef struct {
    json_t *object, *roles, *scope, *units, *groups;
} spec_t;
/* admin_principal.c; the object is the caller's to give back. */
bool admin_spec_init(spec_t *spec);
error_t admin_spec_option(int key, const char *value, void *input);
bool admin_parse_principal(cli_t *cli, usage_t usage, spec_t *spec, int argc,
                           char **argv);
/* admin_users.c */
exit_t admin_user(cli_t *cli, int argc, char **argv);
exit_t admin_users(cli_t *cli, int argc, char **argv);
/* admin_state.c */
exit_t admin_digest(cli_t *cli, int argc, char **argv);
exit_t admin_scrub(cli_t *cli, int argc, char **argv);
exit_t admin_stats(cli_t *cli, int argc, char **argv);

#endif
