/* masks.h - what of a journal record a principal may see (R12), by role and class.
 *
 * Classes of records: registry (units, subjects, projects, milestones, assignments),
 * persons, staffing (teams, inspectors, staff), frame (schemes, accounts, rounds,
 * adoptions of epochs, overrides, freezes), parts (what the broker wrote of epochs and
 * frozen boards), attention, visits, facts (observations, reviews, retractions), access,
 * secrets (of passwords: that they were set and no more). One table gives every (role,
 * class) the parts that it sees and the reach within which it does; default deny;
 * several roles add up. Who rated is seen by organisers, auditors and the rater alone,
 * and by nobody who was rated: not even as an organiser or auditor.
 *
 * A negative fact counts only after its review. Before, in a history, only those see it
 * who may see raters; in the feed the others get it with everything withheld, so that the
 * feed stays a function of record, role and scope.
 * Pure. Threads: the owner of the state.
 */
#ifndef YX_CORE_MASKS_H
#define YX_CORE_MASKS_H

#include "broker/core/authorise.h"
#include "broker/core/event.h"

enum {
    MASK_SHOWN = 1u << 0,    /* that there is such a record, its kind, time, hash */
    MASK_PUBLIC = 1u << 1,   /* the public part */
    MASK_PRIVATE = 1u << 2,  /* the private part */
    MASK_RATER = 1u << 3,    /* who rated: observe.inspector */
    MASK_SUBMITTER = 1u << 4 /* the principal that sent it */
};

typedef struct {
    command_kind_t kind;
    uint32_t verdict;
    const link_t *links; /* as stored: they name rows of the state */
    uint32_t link_count;
    uint32_t observation; /* observations: that it brings or concerns, 0 = none */
} masked_record_t;

typedef enum { MASK_FEED, MASK_HISTORY } mask_purpose_t;

/* MASK_* bits; 0 = this principal does not learn of it. */
uint32_t mask_of(const state_t *state, uint32_t principal, mask_purpose_t purpose,
                 const masked_record_t *record);

#endif
