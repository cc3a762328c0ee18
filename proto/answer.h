/* answer.h - answers of the broker as plain C: what runtime fills and clients read.
 *
 * Texts borrow: on the broker's side from state, directory and scratch memory until
 * the answer is encoded; on the client's side from the arena it was decoded into.
 * Totals and errors are micro-points x basis points (SCORING.md section 2).
 */
#ifndef YX_PROTO_ANSWER_H
#define YX_PROTO_ANSWER_H

#include "proto/answer_access.h"
#include "proto/answer_board.h"
#include "proto/answer_epochs.h"
#include "proto/answer_facts.h"
#include "proto/answer_overview.h"
#include "proto/command.h"
#include "proto/status.h"

#define FAULT_PLACE_MAX  96u
#define FAULT_DETAIL_MAX 96u

/* Where a refusal points at, as NUL-terminated UTF-8: a field path such as
 * "observe.ratings[2].value" and the offending value or code. Empty = none. */
typedef struct {
    char place[FAULT_PLACE_MAX];
    char detail[FAULT_DETAIL_MAX];
} fault_t;

/* Both may be NULL or longer than the room; they are cut at a character. Control
 * characters and what is not UTF-8 become '?'. fault NULL = not wanted. */
void fault_set(fault_t *fault, const char *place, const char *detail,
               size_t detail_size);

typedef struct {
    uint64_t number, seq; /* seq 0 when refused */
    status_t status;
    fault_t fault;
} outcome_t;

typedef struct {
    text_t principal, person, version;
    const text_t *units, *groups;
    uint32_t unit_count, group_count, roles;
    bool everything;
    int64_t now_ms;
    demo_clock_t demo;
    uint8_t journal_id[JOURNAL_ID_BYTES];
} whoami_answer_t;

typedef struct {
    uint8_t state[HASH_BYTES], facts[HASH_BYTES], chain[HASH_BYTES];
} digest_answer_t;

typedef struct {
    const char *name; /* NUL-terminated */
    uint64_t value;
} counter_t;

typedef struct {
    const counter_t *counters;
    uint32_t count;
} stats_answer_t;

typedef struct {
    uint64_t records, damaged_seq; /* damaged_seq 0 = none */
    text_t damage;
} scrub_answer_t;

typedef struct {
    text_t name, epoch, override;
    uint32_t ranked, subjects, components, thin;
} group_info_t;

typedef struct {
    text_t account, scheme;
    const group_info_t *groups;
    const text_t *dimensions, *channels; /* in order of their numbers */
    uint32_t group_count, dimension_count, channel_count;
} groups_answer_t;

typedef struct {
    query_kind_t kind; /* the query that it answers */
    uint64_t seq;
    uint32_t part, parts;
    union {
        board_answer_t board;
        whoami_answer_t whoami;
        digest_answer_t digest;
        stats_answer_t stats;
        scrub_answer_t scrub;
        uint64_t instance_highest;
        groups_answer_t groups;
        explain_answer_t explain;
        history_answer_t history; /* of the histories */
        feed_answer_t feed;
        subscribers_answer_t subscribers;
        receipts_answer_t receipts;
        epochs_answer_t epochs;
        frozen_list_answer_t frozen_list;
        plan_answer_t plan;
        attention_answer_t attention;
        sign_in_answer_t sign_in;
        users_answer_t users;
        units_answer_t units;
        schemes_answer_t schemes;
        projects_answer_t projects;
        rounds_answer_t rounds;
        visits_answer_t visits;
    } body;
} answer_t;

#endif
