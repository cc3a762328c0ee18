/* command_observation.h - observations and their reviews as plain C.
 *
 * Part of command.h, which tells the rules of all commands.
 */
#ifndef YX_PROTO_COMMAND_OBSERVATION_H
#define YX_PROTO_COMMAND_OBSERVATION_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

enum { POLARITY_POSITIVE = 1, POLARITY_NEUTRAL = 2, POLARITY_NEGATIVE = 3 };

typedef struct {
    uint32_t dimension, value;
} rating_t;

typedef struct {
    text_t code, visit, inspector, subject, late_approver;
    const rating_t *ratings;
    int64_t observed_ms;
    uint32_t rating_count, channel, polarity, narrative_chars;
    uint32_t tag_count, evidence_count, source;
    uint32_t reason_chars; /* characters of private.text, told in public */
} observe_t;

enum { REVIEW_CONFIRM = 1, REVIEW_RETURN = 2 };

typedef struct {
    text_t observation, reviewer;
    int64_t reviewed_ms;
    uint32_t decision;
    bool has_reviewed;
} review_t;

#endif
