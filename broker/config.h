/* config.h - the broker's configuration file (YAML), checked key by key.
 *
 * An unknown key, a value of the wrong type or outside its bounds is an error that
 * names file, line and key: nothing is guessed. Keys, units and defaults stand in
 * config_default() and in docs/operations.md. Threads: none.
 */
#ifndef YX_BROKER_CONFIG_H
#define YX_BROKER_CONFIG_H

#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

#define CONFIG_PATH_MAX             1024u
#define CONFIG_ADDRESS_MAX          256u
#define CONFIG_MESSAGE_MAX          512u
#define CONFIG_SNAPSHOT_RECORDS_MIN 1000u

typedef struct {
    char data[CONFIG_PATH_MAX];       /* folder of the journal and keys */
    char listen[CONFIG_ADDRESS_MAX];  /* ZeroMQ endpoint: tcp://ADDRESS:PORT */
    char metrics[CONFIG_ADDRESS_MAX]; /* of the exporter, on this machine; "" = none */
    uint32_t map_gib;                 /* address space of the journal */
    uint32_t low_water_mib;           /* free room under which nothing new is taken */
    uint32_t ballast_mib;
    uint32_t batch_records;    /* commands that one commit holds at most */
    uint32_t snapshot_records; /* new records between two snapshots, 0 = none */
    uint32_t log_level;        /* 3 errors, 4 warnings, 6 information, 7 debug */
} config_t;

void config_default(config_t *config);

/* Reads `path` over the defaults. STATUS_NOT_FOUND, STATUS_CONFIG_UNKNOWN_KEY,
 * STATUS_CONFIG; `message` then says where and what in one line. */
status_t config_load(const char *path, config_t *config,
                     char message[CONFIG_MESSAGE_MAX]);
/* The bounds alone, for values that came from the command line. STATUS_CONFIG. */
status_t config_check(const config_t *config, char message[CONFIG_MESSAGE_MAX]);

#endif
