/* state.h - everything the broker knows, as tables; one thread owns it (law 1).
 *
 * Built from the journal alone: two states that applied the same events are the same
 * bytes, table by table. decide reads it, apply changes it, nothing else does. The
 * memory comes from the caller once; later neither decide nor apply allocates.
 * Limits of tables are given at creation and are part of no decision but "full".
 */
#ifndef YX_CORE_STATE_H
#define YX_CORE_STATE_H

#include "broker/core/access_rows.h"
#include "broker/core/epoch_rows.h"
#include "broker/core/event.h"
#include "broker/core/facts.h"
#include "broker/core/frames.h"
#include "broker/core/rows.h"

#define TABLE_LIST(X)                                                                  \
    X(words, word_row_t, LABEL_BYTES_MAX + 1, 65536)                                   \
    X(units, unit_row_t, sizeof(code_t), 65536)                                        \
    X(persons, person_row_t, sizeof(code_t), 2097152)                                  \
    X(subjects, subject_row_t, sizeof(code_t), 2097152)                                \
    X(projects, project_row_t, sizeof(code_t), 262144)                                 \
    X(milestones, milestone_row_t, sizeof(code_t), 2097152)                            \
    X(assignments, assignment_row_t, sizeof(code_t), 4194304)                          \
    X(teams, team_row_t, sizeof(code_t), 8192)                                         \
    X(inspectors, inspector_row_t, sizeof(code_t), 65536)                              \
    X(staff, staff_row_t, sizeof(code_t), 65536)                                       \
    X(nodes, node_row_t, 0, 4194304)                                                   \
    X(schemes, scheme_row_t, sizeof(code_t), 256)                                      \
    X(accounts, account_row_t, sizeof(code_t), 256)                                    \
    X(rounds, round_row_t, sizeof(code_t), 16384)                                      \
    X(visits, visit_row_t, sizeof(code_t), 1048576)                                    \
    X(observations, observation_row_t, sizeof(code_t), 67108864)                       \
    X(standings, standing_row_t, 0, 8388608)                                           \
    X(cells, cell_row_t, 0, 67108864)                                                  \
    X(groups, group_row_t, 0, 268435456)                                               \
    X(principals, principal_row_t, sizeof(code_t), 65536)                              \
    X(users, user_row_t, 0, 65536)                                                     \
    X(keys, key_row_t, KEY_BYTES, 262144)                                              \
    X(instances, instance_row_t, sizeof(instance_key_t), 262144)                       \
    X(windows, window_row_t, 0, 65536)                                                 \
    X(epochs, epoch_row_t, sizeof(code_t), 4096)                                       \
    X(fits, fit_row_t, 0, 262144)                                                      \
    X(offsets, offset_row_t, 0, 16777216)                                              \
    X(reasons, reason_row_t, 0, 8192)                                                  \
    X(frozen, frozen_row_t, sizeof(code_t), 8192)                                      \
    X(frozen_rows, frozen_entry_t, 0, 16777216)                                        \
    X(attention, attention_row_t, sizeof(code_t), 1048576)

/* Standings whose facts changed since the boards were last refreshed; derived, in no
 * digest. Bit i of `marks` = standing i is in `list`. */
typedef struct {
    uint32_t *list;
    uint64_t *marks;
    uint32_t count, limit;
    uint32_t regrouped; /* counts the times that a known subject changed its group */
} changed_t;

typedef struct {
#define X(name, row, key_bytes, limit) table_t name;
    TABLE_LIST(X)
#undef X
    uint64_t head_seq; /* of the newest event applied */
    int64_t head_ms;   /* its journaled time */
    uint64_t newest_directory;
    uint8_t journal_id[JOURNAL_ID_BYTES];
    uint8_t hash_seed[JOURNAL_ID_BYTES];
    uint32_t open_account;   /* accounts: the newest open one, 0 = none */
    uint32_t administrators; /* principals with the role and an active key */
    demo_clock_t demo;       /* from genesis; rate 0 = the real clock */
    changed_t changed;
} state_t;

typedef enum {
#define X(name, row, key_bytes, limit) TABLE_##name,
    TABLE_LIST(X)
#undef X
        TABLE_COUNT
} table_id_t;

typedef struct {
    uint32_t rows[TABLE_COUNT]; /* limits per table */
} state_limits_t;

/* Where the tables' address space comes from: zeroed, never moved; NULL when short. */
typedef struct {
    void *(*take)(void *context, size_t bytes);
    void *context;
} state_memory_t;

/* The limits written in TABLE_LIST. */
void state_limits_default(state_limits_t *limits);
/* STATUS_NO_MEMORY. A new state has head_seq 0 and awaits a genesis event. */
status_t state_init(state_t *state, const state_limits_t *limits,
                    const state_memory_t *memory);
/* O(1) in release builds: counts within limits, head times in order. For CHECKs. */
bool state_sane(const state_t *state);

/* Calls `visit` with the bytes of every table and of the fields above it in a fixed
 * order; hashing them gives the state digest. Hash chains and heads are left out. */
typedef void state_bytes_visitor(void *context, const void *bytes, size_t size);
void state_visit_bytes(const state_t *state, state_bytes_visitor *visit, void *context);

/* Adds a standing to the changed list unless it is there. */
void state_mark_changed(state_t *state, uint32_t standing);
void state_clear_changed(state_t *state);
/* Takes the list away in exchange for *spare, which has as much room, and begins a new
 * one; returns how many standings it holds. */
uint32_t state_take_changed(state_t *state, uint32_t **spare);

/* Lookups by code: row index or 0. */
void code_of_text(code_t *code, text_t text); /* CHECKs the length */
text_t text_of_code(const code_t *code);
uint32_t state_find(const table_t *table, text_t code);
/* Adds a row under a new code; judge asked for the room. */
uint32_t state_add(table_t *table, text_t code);
uint32_t state_find_word(const state_t *state, text_t label);

/* Whether `unit` is `ancestor` or lies below it. */
bool unit_is_within(const state_t *state, uint32_t unit, uint32_t ancestor);

/* Lists in `nodes`. */
bool list_has(const state_t *state, uint32_t list, uint32_t value);

#endif
