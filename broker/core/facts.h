/* facts.h - rows that hold facts and what is summed from them.
 *
 * standing: one subject in one account under one group and unit; a move ends it and a
 * new one starts with the next fact (SCORING.md section 3, "Moves").
 * cell: one standing in one dimension of its group. group: what one inspector's ratings
 * of one cell sum to, (m, Y) of SCORING.md section 3 step 1. Groups are a function of
 * the set of confirmed observations: adding and taking away return the same bytes.
 * What is formed from them (S, W, scores, ranks) lives in broker/ranking.
 */
#ifndef YX_CORE_FACTS_H
#define YX_CORE_FACTS_H

#include "broker/core/rows.h"

enum {
    OBSERVATION_CONFIRMED = 1,
    OBSERVATION_UNDER_REVIEW = 2,
    OBSERVATION_RETURNED = 3,
    OBSERVATION_RETRACTED = 4
};

#define NO_DIMENSION 0xffu

typedef struct {
    code_t code;
    uint64_t seq; /* of the record that brought it */
    int64_t observed_ms;
    uint32_t visit, inspector; /* visits, inspectors */
    uint32_t standing;         /* standings */
    uint32_t previous;         /* observations: the one before of this standing */
    uint32_t reviewer;         /* staff, once reviewed */
    uint8_t state, polarity, channel, late; /* channel: number in the scheme */
    uint16_t
        values[GROUP_DIMENSIONS_MAX]; /* centi-points, k-th dimension of the group */
    uint16_t rated;                   /* bit k: values[k] was given */
    uint16_t reviewed;                /* 1 = went through review */
    uint32_t unused;
} observation_row_t;

typedef struct {
    uint64_t ended_seq;               /* 0 = runs */
    uint32_t subject, account, next;  /* subjects, accounts, standings of the subject */
    uint32_t group, unit;             /* words, units */
    uint32_t scheme_group;            /* index in the scheme's groups */
    uint32_t cells;                   /* first of dimension_count consecutive cells */
    uint32_t observation;             /* newest, then observation_row_t.previous */
    uint32_t confirmed, under_review; /* observations in these states */
} standing_row_t;

typedef struct {
    uint32_t groups;     /* groups: newest inspector first */
    uint32_t ratings;    /* confirmed ratings */
    uint32_t inspectors; /* persons behind the groups: two codes of one count once */
    uint32_t unused;
} cell_row_t;

typedef struct {
    uint32_t next; /* groups; its first 4 bytes also link the free list */
    uint32_t cell;
    uint32_t inspector;
    uint32_t m; /* mille; decide keeps it within 32 bits (STATUS_GROUP_FULL) */
    int64_t y;  /* mille x micro-points */
} group_row_t;

#endif
