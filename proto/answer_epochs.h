/* answer_epochs.h - answers on epochs, frozen boards, plans and attention as plain C.
 *
 * Part of answer.h, which tells the rules of all answers.
 */
#ifndef YX_PROTO_ANSWER_EPOCHS_H
#define YX_PROTO_ANSWER_EPOCHS_H

#include "proto/limits.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    EPOCH_ASKED = 1,
    EPOCH_PROPOSED = 2,
    EPOCH_ADOPTED = 3,
    EPOCH_DROPPED = 4,
    EPOCH_FAILED = 5
};

typedef struct {
    text_t code, account, asked_by, settled_by;
    const text_t *groups;
    const uint8_t *hash; /* HASH_BYTES, NULL = not proposed yet */
    uint32_t group_count, state, parts, progress, status;
    uint64_t cutoff, settled;
} epoch_info_t;

typedef struct {
    const epoch_info_t *epochs; /* newest first */
    uint32_t epoch_count;
} epochs_answer_t;

enum { FROZEN_ASKED = 1, FROZEN_DONE = 2, FROZEN_FAILED = 3 };

typedef struct {
    text_t code, account, group, asked_by, epoch;
    const uint8_t *hash; /* HASH_BYTES, NULL = not frozen yet */
    uint32_t state, interval, rows, status;
    uint64_t cutoff;
} frozen_info_t;

typedef struct {
    const frozen_info_t *boards; /* newest first */
    uint32_t board_count;
} frozen_list_answer_t;

enum {
    PLAN_NEVER_SEEN = 1,
    PLAN_BELOW_MINIMUM = 2,
    PLAN_SECOND_INSPECTOR = 3,
    PLAN_JOINS_COMPONENTS = 4,
    PLAN_THIN_LINK = 5,
    PLAN_NOT_ENOUGH = 6,
    PLAN_WIDE_INTERVAL = 7
};

typedef struct {
    text_t subject, name, unit, unit_name, team;
    int64_t error_before, error_after;
    uint32_t reason, ratings, inspectors, ratings_after;
    bool link;
} plan_visit_t;

typedef struct {
    text_t account, group;
    const plan_visit_t *rows;
    uint32_t row_count, subjects, ranked_before, ranked_after;
    uint32_t components_before, components_after, thin_before, thin_after;
    uint32_t links_before, links_after; /* mille */
} plan_answer_t;

enum { ATTENTION_OPEN = 1, ATTENTION_ASSIGNED = 2, ATTENTION_CLOSED = 3 };

typedef struct {
    text_t code, epoch, group, inspector, inspector_name, other, other_name;
    text_t unit, unit_name, subject, subject_name, assigned, closed_by;
    int64_t figure, bound;
    uint64_t opened, closed;
    uint32_t rule, state, dimension, count;
} attention_info_t;

typedef struct {
    const attention_info_t *items;
    uint32_t item_count, matching;
} attention_answer_t;

#endif
