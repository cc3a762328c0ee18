/* answer_facts.h - answers that tell of single facts: explanation, history, feed.
 *
 * Part of answer.h, which tells the rules of all answers. Scores, means, offsets and
 * contributions are micro-points, ratings centi-points, weights of channels mille,
 * weights of dimensions basis points (SCORING.md section 2).
 */
#ifndef YX_PROTO_ANSWER_FACTS_H
#define YX_PROTO_ANSWER_FACTS_H

#include "proto/answer_board.h"

typedef struct {
    text_t observation, inspector; /* inspector empty = withheld */
    uint64_t seq, m, g;
    int64_t observed_ms, channel_offset, offset, adjusted, contribution;
    uint32_t channel, value, weight;
    bool unknown; /* the epoch does not know the inspector */
} explanation_line_t;

typedef struct {
    text_t name;
    const explanation_line_t *lines;
    uint32_t line_count, dimension, weight, kappa, ratings, inspectors, u, rho;
    uint64_t w, s2;
    int64_t mu, score;
} explanation_dimension_t;

typedef struct {
    text_t account, group, scheme, epoch; /* epoch empty = none adopted */
    board_row_t row;
    const explanation_dimension_t *dimensions;
    uint32_t dimension_count;
    bool provisional;
    int64_t ledger, now_ms;
    demo_clock_t demo;
} explain_answer_t;

typedef struct {
    text_t principal;                          /* empty = withheld */
    const uint8_t *public_part, *private_part; /* NULL = withheld or none */
    uint32_t public_size, private_size;
    uint64_t seq;
    int64_t time_ms;
    uint32_t kind; /* command_kind_t */
    bool late, under_review;
    const text_t *withheld; /* names of what was left out */
    uint32_t withheld_count;
    uint8_t hash[HASH_BYTES];
} fact_t;

/* What the broker signs of an accepted command (receipt.h). */
typedef struct {
    uint64_t seq, instance, number;
    int64_t time_ms;
    uint8_t record[HASH_BYTES], command[HASH_BYTES], signature[SIGNATURE_BYTES];
} receipt_t;

typedef struct {
    uint8_t journal_id[JOURNAL_ID_BYTES], key[KEY_BYTES];
    uint64_t next;
    const receipt_t *receipts;
    uint32_t receipt_count;
} receipts_answer_t;

typedef struct {
    text_t code;
    const fact_t *facts; /* newest first */
    uint32_t fact_count;
    uint64_t before; /* 0 = there is nothing older */
} history_answer_t;

typedef struct {
    const fact_t *facts;
    uint32_t fact_count;
    uint64_t next, head;
} feed_answer_t;

typedef struct {
    uint64_t access;
    uint64_t allowed; /* bit i: the i-th key asked for */
} subscribers_answer_t;

#endif
