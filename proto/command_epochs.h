/* command_epochs.h - commands on epochs, frozen boards and attention items as plain C.
 *
 * Part of command.h, which tells the rules of all of them. Units: epochs.proto,
 * frozen.proto, attention.proto.
 */
#ifndef YX_PROTO_COMMAND_EPOCHS_H
#define YX_PROTO_COMMAND_EPOCHS_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    text_t code, account;
    const text_t *groups;
    uint32_t group_count;
} calibrate_t;

typedef struct {
    text_t first_subject;
    const text_t *teams;
    uint32_t team_count, subjects, inspectors;
} epoch_component_t;

typedef struct {
    text_t group;
    const epoch_component_t *largest;
    const text_t *thin_teams;
    const uint8_t *covariance; /* HASH_BYTES or NULL */
    uint32_t largest_count, thin_team_count;
    uint32_t dimension, kappa, s2, rho, u, sweeps, kept;
    int64_t mu;
    uint64_t var_subject, var_unit, var_inspector, var_team, residual, ratings;
    uint32_t pairs, repeated_pairs, subjects, inspectors, components, thin;
} epoch_fit_t;

typedef struct {
    text_t inspector;
    int64_t offset, error;
} epoch_offset_t;

typedef struct {
    text_t group;
    const epoch_offset_t *offsets;
    uint32_t offset_count, dimension;
} epoch_offsets_t;

typedef struct {
    text_t subject, inspector;
    int64_t total_before, total_after, change;
    uint32_t before, after, dimension;
} shift_row_t;

typedef struct {
    text_t group;
    const shift_row_t *rows;
    uint32_t row_count, ranked, moved, largest;
    int64_t tau;
} epoch_shift_t;

typedef struct {
    text_t epoch;
    const epoch_fit_t *fits;
    const epoch_offsets_t *offsets;
    const epoch_shift_t *shifts;
    uint32_t part, fit_count, offsets_count, shift_count;
} epoch_part_t;

/* The parts of a thing by their hash: propose_epoch. */
typedef struct {
    text_t epoch;
    const uint8_t *hash; /* HASH_BYTES */
    uint32_t parts;
} propose_epoch_t;

typedef struct {
    text_t code;
    const uint8_t *hash; /* HASH_BYTES */
} adopt_epoch_t;

typedef struct {
    text_t epoch;
    uint32_t status;
} fail_epoch_t;

typedef struct {
    text_t account, group, reason;
} override_links_t;

typedef struct {
    text_t code, account, group;
} freeze_board_t;

typedef struct {
    text_t subject, unit;
    int64_t total, error;
    uint32_t standing, rank, low, high, band;
    uint32_t observations, inspectors, ratings;
    uint32_t missing_ratings, missing_inspectors, missing_observations;
    bool enough;
} frozen_row_spec_t;

typedef struct {
    text_t board;
    const frozen_row_spec_t *rows;
    uint32_t row_count, part;
} frozen_part_t;

enum { INTERVAL_WIDE = 1, INTERVAL_SETS = 2 };

typedef struct {
    text_t board;
    const uint8_t *hash; /* HASH_BYTES */
    uint32_t parts, interval, status;
} finish_frozen_t;

enum {
    RULE_SPREAD = 1,
    RULE_HALO = 2,
    RULE_FIT = 3,
    RULE_SAME_SHEETS = 4,
    RULE_UNIT = 5,
    RULE_SUBJECT = 6
};

typedef struct {
    text_t code, epoch, group, inspector, other, unit, subject;
    int64_t figure, bound;
    uint32_t rule, dimension, count; /* dimension 0 = over all */
} open_attention_t;

typedef struct {
    text_t code, to;
} assign_attention_t;

typedef struct {
    text_t code;
    uint32_t reason_chars;
} close_attention_t;

#endif
