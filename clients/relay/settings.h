/* settings.h - the relay's configuration file (YAML), checked key by key.
 *
 * An unknown key, a value of the wrong type or outside its bounds is an error that names
 * file and key. Keys and defaults stand in settings_default() and docs/operations.md.
 * Threads: none.
 */
#ifndef YX_RELAY_SETTINGS_H
#define YX_RELAY_SETTINGS_H

#include "clients/lib/profile.h"
#include "proto/limits.h"
#include "proto/status.h"

#define SETTINGS_ADDRESS_MAX 256u
#define SETTINGS_MESSAGE_MAX 1400u

typedef struct {
    char profile[PROFILE_PATH_MAX];    /* as --profile of yx; empty = the usual one */
    char data[PROFILE_PATH_MAX];       /* folder of the relay's own key and endpoints */
    char listen[SETTINGS_ADDRESS_MAX]; /* of the PUB socket */
    char last_value[SETTINGS_ADDRESS_MAX]; /* of the socket that is asked */
    char groups[GROUPS_MAX][LABEL_BYTES_MAX + 1];
    uint32_t group_count; /* 0 = all of the account */
    uint32_t window;      /* rows of a view */
} settings_t;

void settings_default(settings_t *settings);

/* Reads `path` over the defaults. STATUS_NOT_FOUND, STATUS_CONFIG_UNKNOWN_KEY,
 * STATUS_CONFIG; `message` then says where and what in one line. */
status_t settings_load(const char *path, settings_t *settings,
                       char message[SETTINGS_MESSAGE_MAX]);
/* One more group. STATUS_TEXT_TOO_LONG, STATUS_TOO_MANY_ITEMS. */
status_t settings_add_group(settings_t *settings, const char *group);
/* The bounds alone, for values that came from the command line. STATUS_CONFIG. */
status_t settings_check(const settings_t *settings, char message[SETTINGS_MESSAGE_MAX]);

#endif
