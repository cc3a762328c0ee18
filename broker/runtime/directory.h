/* directory.h - names and posts of things, read from private parts (decision 0006).
 *
 * No part of state, digest or snapshot; built anew by replay. A put without a name
 * keeps the name that was there. Bounded by the tables: one entry a row. Names are the
 * one thing that is allocated when it comes; they come with registry puts, seldom.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_DIRECTORY_H
#define YX_RUNTIME_DIRECTORY_H

#include "broker/core/state.h"

typedef struct directory directory_t;

typedef enum {
    DIRECTORY_UNIT,
    DIRECTORY_PERSON,
    DIRECTORY_SUBJECT,
    DIRECTORY_PROJECT,
    DIRECTORY_MILESTONE,
    DIRECTORY_ASSIGNMENT,
    DIRECTORY_TEAM,
    DIRECTORY_INSPECTOR,
    DIRECTORY_STAFF,
    DIRECTORY_SCHEME,
    DIRECTORY_ROUND,
    DIRECTORY_PRINCIPAL,
    DIRECTORY_COUNT
} directory_kind_t;

/* STATUS_NO_MEMORY. */
status_t directory_create(const state_limits_t *limits, directory_t **directory);
void directory_destroy(directory_t **directory);

/* Takes name and post of a command that was just applied; what is of another kind or
 * has neither changes nothing. STATUS_NO_MEMORY: the old name stays. */
status_t directory_learn(directory_t *directory, const state_t *state,
                         const command_t *command, const private_t *part);

/* Likewise from a record that is older than what is known: fills what is empty. */
status_t directory_learn_older(directory_t *directory, const state_t *state,
                               const command_t *command, const private_t *part);

/* Empty when unknown; borrowed until the thing is put again. `row` 0 has none. */
text_t directory_name(const directory_t *directory, directory_kind_t kind,
                      uint32_t row);
text_t directory_post(const directory_t *directory, directory_kind_t kind,
                      uint32_t row);
/* A subject's own name, or else its person's. */
text_t directory_subject_name(const directory_t *directory, const state_t *state,
                              uint32_t subject);

#endif
