/* event.h - what decide hands to apply: an accepted command with everything looked up.
 *
 * decide fills it; the journal keeps key, instance, number, verdict, links and the
 * command's bytes; replay fills the same event again with event_resolve() and the
 * stored verdict, without judging. Indices refer to rows of the state's tables.
 */
#ifndef YX_CORE_EVENT_H
#define YX_CORE_EVENT_H

#include "broker/core/rows.h"
#include "proto/answer.h"
#include "proto/command.h"

/* Kinds of journal links; stored, never renumber. */
enum {
    LINK_UNIT = 1,
    LINK_PERSON = 2,
    LINK_SUBJECT = 3,
    LINK_PROJECT = 4,
    LINK_INSPECTOR = 5,
    LINK_VISIT = 6,
    LINK_DIRECTORY = 7, /* key 0: every record that carries a name or post */
    LINK_EPOCH = 8,
    LINK_FROZEN = 9,
    LINK_ATTENTION = 10
};
#define EVENT_LINKS_MAX 8u

typedef struct {
    uint64_t previous;
    uint32_t key, kind;
} link_t;

/* Bits of the verdict; stored, never renumber. */
enum {
    VERDICT_LATE = 1u << 0,         /* received after the visit closed (R15) */
    VERDICT_UNDER_REVIEW = 1u << 1, /* counts only when confirmed */
    VERDICT_NAMED = 1u << 2         /* the private part carries a name or post */
};

/* What a list in a command resolves to; the meaning follows the command's kind. */
#define EVENT_LIST_MAX                                                                 \
    (TEAM_UNITS_MAX > 2 * CONFLICTS_MAX ? TEAM_UNITS_MAX : 2 * CONFLICTS_MAX)

typedef struct {
    const command_t *command; /* borrowed for the call */
    uint64_t seq;             /* the event's own: head + 1 when decided */
    int64_t now_ms;
    uint64_t instance, number, hash;
    uint32_t key;       /* keys: who submitted */
    uint32_t principal; /* principals */
    uint32_t verdict;

    uint32_t self; /* row of the thing that the command names, 0 = new */
    uint32_t unit, parent, person, group, project, commander, front, category;
    uint32_t team, inspector, staff, scheme, account, round, visit, subject;
    uint32_t observation, standing, scheme_group, tutor, target_key, target_principal;
    bool new_word_group, new_word_front, new_word_category; /* apply adds the word */
    bool new_standing, duplicate;
    bool internal;                   /* the broker itself wrote the command */
    uint32_t list[EVENT_LIST_MAX];   /* units, inspectors, conflicts */
    uint32_t list_count, list_split; /* conflicts: units before list_split */
    uint16_t values[GROUP_DIMENSIONS_MAX], rated;

    link_t links[EVENT_LINKS_MAX];
    uint32_t link_count;
} event_t;

#endif
