/* masks.c - see masks.h. */
#include "broker/core/masks.h"

#include "proto/check.h"

typedef enum {
    CLASS_NONE,
    CLASS_REGISTRY,
    CLASS_PERSON,
    CLASS_STAFFING,
    CLASS_FRAME,
    CLASS_VISIT,
    CLASS_FACT,
    CLASS_ACCESS,
    CLASS_SECRET,
    CLASS_PARTS,
    CLASS_ATTENTION,
    CLASS_COUNT
} class_t;

static const uint8_t classes[COMMAND_KIND_LIMIT] = {
    [COMMAND_UNIT] = CLASS_REGISTRY,
    [COMMAND_SUBJECT] = CLASS_REGISTRY,
    [COMMAND_PROJECT] = CLASS_REGISTRY,
    [COMMAND_MILESTONE] = CLASS_REGISTRY,
    [COMMAND_ASSIGNMENT] = CLASS_REGISTRY,
    [COMMAND_PERSON] = CLASS_PERSON,
    [COMMAND_TEAM] = CLASS_STAFFING,
    [COMMAND_INSPECTOR] = CLASS_STAFFING,
    [COMMAND_STAFF] = CLASS_STAFFING,
    [COMMAND_PROPOSE_SCHEME] = CLASS_FRAME,
    [COMMAND_APPROVE_SCHEME] = CLASS_FRAME,
    [COMMAND_OPEN_ACCOUNT] = CLASS_FRAME,
    [COMMAND_CLOSE_ACCOUNT] = CLASS_FRAME,
    [COMMAND_ROUND] = CLASS_FRAME,
    [COMMAND_MOVE_ROUND] = CLASS_FRAME,
    [COMMAND_VISIT] = CLASS_VISIT,
    [COMMAND_MOVE_VISIT] = CLASS_VISIT,
    [COMMAND_OBSERVE] = CLASS_FACT,
    [COMMAND_REVIEW] = CLASS_FACT,
    [COMMAND_RETRACT] = CLASS_FACT,
    [COMMAND_INVITE] = CLASS_ACCESS,
    [COMMAND_ENROL] = CLASS_ACCESS,
    [COMMAND_REVOKE] = CLASS_ACCESS,
    [COMMAND_SET_PRINCIPAL] = CLASS_ACCESS,
    [COMMAND_PUT_USER] = CLASS_ACCESS,
    [COMMAND_SET_PASSWORD] = CLASS_SECRET,
    [COMMAND_OPEN_SESSION] = CLASS_ACCESS,
    [COMMAND_CLOSE_SESSION] = CLASS_ACCESS,
    [COMMAND_GENESIS] = CLASS_ACCESS,
    [COMMAND_CALIBRATE] = CLASS_FRAME,
    [COMMAND_ADOPT_EPOCH] = CLASS_FRAME,
    [COMMAND_DROP_EPOCH] = CLASS_FRAME,
    [COMMAND_FAIL_EPOCH] = CLASS_FRAME,
    [COMMAND_PROPOSE_EPOCH] = CLASS_FRAME,
    [COMMAND_OVERRIDE_LINKS] = CLASS_FRAME,
    [COMMAND_FREEZE_BOARD] = CLASS_FRAME,
    [COMMAND_FINISH_FROZEN] = CLASS_FRAME,
    [COMMAND_EPOCH_PART] = CLASS_PARTS,
    [COMMAND_FROZEN_PART] = CLASS_PARTS,
    [COMMAND_OPEN_ATTENTION] = CLASS_ATTENTION,
    [COMMAND_ASSIGN_ATTENTION] = CLASS_ATTENTION,
    [COMMAND_CLOSE_ATTENTION] = CLASS_ATTENTION,
};

typedef struct {
    uint8_t reach, bits;
} sight_t;

#define WHOLE (MASK_SHOWN | MASK_PUBLIC | MASK_PRIVATE | MASK_RATER | MASK_SUBMITTER)
#define PARTS (MASK_SHOWN | MASK_PUBLIC | MASK_PRIVATE)
#define CODES (MASK_SHOWN | MASK_PUBLIC)

/* What is not named here nobody sees. */
static const sight_t sights[ROLE_COUNT][CLASS_COUNT] = {
    [ROLE_INSPECTOR] = { [CLASS_STAFFING] = { REACH_OWN, CODES },
                         [CLASS_FACT] = { REACH_OWN, WHOLE } },
    [ROLE_OFFICE] = { [CLASS_REGISTRY] = { REACH_SCOPE, WHOLE },
                      [CLASS_PERSON] = { REACH_SCOPE, WHOLE } },
    [ROLE_ORGANISER] = { [CLASS_REGISTRY] = { REACH_SCOPE, WHOLE },
                         [CLASS_PERSON] = { REACH_SCOPE, WHOLE },
                         [CLASS_STAFFING] = { REACH_ALL, WHOLE },
                         [CLASS_FRAME] = { REACH_ALL, WHOLE },
                         [CLASS_VISIT] = { REACH_SCOPE, WHOLE },
                         [CLASS_FACT] = { REACH_SCOPE, WHOLE },
                         [CLASS_PARTS] = { REACH_SCOPE, WHOLE },
                         [CLASS_ATTENTION] = { REACH_SCOPE, WHOLE } },
    [ROLE_SUPERVISOR] = { [CLASS_REGISTRY] = { REACH_SCOPE, PARTS },
                          [CLASS_FRAME] = { REACH_ALL, PARTS },
                          [CLASS_FACT] = { REACH_SCOPE, PARTS } },
    [ROLE_SUBJECT] = { [CLASS_REGISTRY] = { REACH_OWN, PARTS },
                       [CLASS_FACT] = { REACH_OWN, PARTS } },
    [ROLE_AUDITOR] = { [CLASS_REGISTRY] = { REACH_ALL, WHOLE },
                       [CLASS_PERSON] = { REACH_ALL, WHOLE },
                       [CLASS_STAFFING] = { REACH_ALL, WHOLE },
                       [CLASS_FRAME] = { REACH_ALL, WHOLE },
                       [CLASS_VISIT] = { REACH_ALL, WHOLE },
                       [CLASS_FACT] = { REACH_ALL, WHOLE },
                       [CLASS_ACCESS] = { REACH_ALL, WHOLE },
                       [CLASS_SECRET] = { REACH_ALL, MASK_SHOWN | MASK_SUBMITTER },
                       [CLASS_PARTS] = { REACH_ALL, WHOLE },
                       [CLASS_ATTENTION] = { REACH_ALL, WHOLE } },
    [ROLE_SERVICE] = { [CLASS_REGISTRY] = { REACH_SCOPE, PARTS },
                       [CLASS_FRAME] = { REACH_ALL, PARTS },
                       [CLASS_FACT] = { REACH_SCOPE, CODES } },
};

/* ---- what a record concerns ---- */

typedef struct {
    uint32_t unit, group, subject_person, inspector_person;
    uint32_t person; /* persons: of a record about a person itself */
} concern_t;

static void concern_subject(const state_t *state, uint32_t subject, concern_t *concern)
{
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    concern->unit = row->unit;
    concern->group = row->group;
    concern->subject_person = row->person;
}

static void concern_link(const state_t *state, const link_t *link, concern_t *concern)
{
    switch (link->kind) {
    case LINK_UNIT:
        concern->unit = link->key;
        return;
    case LINK_PERSON:
        concern->person = link->key;
        return;
    case LINK_SUBJECT:
        concern_subject(state, link->key, concern);
        return;
    case LINK_PROJECT:
        if (concern->unit == 0)
            concern->unit = TABLE_ROW(project_row_t, &state->projects, link->key)->unit;
        return;
    case LINK_INSPECTOR:
        concern->inspector_person =
            TABLE_ROW(inspector_row_t, &state->inspectors, link->key)->person;
        return;
    case LINK_VISIT:
        if (concern->unit == 0)
            concern->unit = TABLE_ROW(visit_row_t, &state->visits, link->key)->unit;
        return;
    case LINK_EPOCH:
    case LINK_FROZEN:
    case LINK_ATTENTION:
        return; /* seen whole or not at all */
    default:
        CHECK(link->kind == LINK_DIRECTORY);
    }
}

/* Subjects first: a fact lies where its subject is, wherever the visit was. */
static concern_t concern_of(const state_t *state, const masked_record_t *record)
{
    concern_t concern = { 0 };
    for (uint32_t i = 0; i < record->link_count; i++) {
        if (record->links[i].kind == LINK_SUBJECT)
            concern_link(state, &record->links[i], &concern);
    }
    for (uint32_t i = 0; i < record->link_count; i++) {
        if (record->links[i].kind != LINK_SUBJECT)
            concern_link(state, &record->links[i], &concern);
    }
    return concern;
}

/* A person lies in the units of all registers that name it. */
static bool person_in_scope(const state_t *state, uint32_t principal, uint32_t person)
{
    const person_row_t *row = TABLE_ROW(person_row_t, &state->persons, person);
    for (uint32_t i = row->subject; i != 0;) {
        const subject_row_t *subject = TABLE_ROW(subject_row_t, &state->subjects, i);
        if (scope_has(state, principal, subject->unit, subject->group))
            return true;
        i = subject->same_person;
    }
    for (uint32_t i = row->inspector; i != 0;) {
        const inspector_row_t *inspector =
            TABLE_ROW(inspector_row_t, &state->inspectors, i);
        if (scope_has(state, principal, inspector->own_unit, 0))
            return true;
        i = inspector->same_person;
    }
    for (uint32_t i = row->staff; i != 0;) {
        const staff_row_t *staff = TABLE_ROW(staff_row_t, &state->staff, i);
        if (scope_has(state, principal, staff->unit, 0))
            return true;
        i = staff->same_person;
    }
    return scope_has(state, principal, 0, 0); /* everything */
}

static bool within(const state_t *state, uint32_t principal, reach_t reach,
                   class_t class, const concern_t *concern)
{
    if (reach == REACH_ALL)
        return true;
    CHECK(reach == REACH_SCOPE);
    return class == CLASS_PERSON
               ? person_in_scope(state, principal, concern->person)
               : scope_has(state, principal, concern->unit, concern->group);
}

/* Own means the inspector's own sheets, the subject's own record. */
static bool is_own(const state_t *state, uint32_t principal, role_t role,
                   const concern_t *concern)
{
    uint32_t own = TABLE_ROW(principal_row_t, &state->principals, principal)->person;
    return own != 0 && own == (role == ROLE_INSPECTOR ? concern->inspector_person
                                                      : concern->subject_person);
}

/* ---- before the review ---- */

static bool confirmed(const state_t *state, uint32_t observation)
{
    return observation != 0 &&
           TABLE_ROW(observation_row_t, &state->observations, observation)->state ==
               OBSERVATION_CONFIRMED;
}

/* Whether the record is about a fact that had to be reviewed. */
static bool reviewed_fact(const state_t *state, const masked_record_t *record)
{
    if (record->kind == COMMAND_REVIEW)
        return true;
    if (record->kind == COMMAND_OBSERVE)
        return (record->verdict & VERDICT_UNDER_REVIEW) != 0;
    return record->kind == COMMAND_RETRACT && record->observation != 0 &&
           TABLE_ROW(observation_row_t, &state->observations, record->observation)
                   ->reviewed != 0;
}

static uint32_t hold_back(const state_t *state, mask_purpose_t purpose,
                          const masked_record_t *record, uint32_t bits)
{
    if (bits == 0 || (bits & MASK_RATER) != 0 || !reviewed_fact(state, record))
        return bits;
    if (purpose == MASK_FEED)
        return record->kind == COMMAND_OBSERVE ? MASK_SHOWN : bits;
    return confirmed(state, record->observation) ? bits : 0;
}

uint32_t mask_of(const state_t *state, uint32_t principal, mask_purpose_t purpose,
                 const masked_record_t *record)
{
    CHECK(state != NULL);
    CHECK(record != NULL);
    CHECK((uint32_t)record->kind < COMMAND_KIND_LIMIT);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    class_t class = (class_t)classes[record->kind];
    concern_t concern = concern_of(state, record);
    uint32_t bits = 0;
    for (uint32_t role = 1; role < ROLE_COUNT; role++) {
        const sight_t *sight = &sights[role][class];
        if ((row->roles >> role & 1) == 0 || sight->reach == REACH_NONE)
            continue;
        bool sees =
            sight->reach == REACH_OWN
                ? is_own(state, principal, (role_t)role, &concern)
                : within(state, principal, (reach_t)sight->reach, class, &concern);
        if (sees)
            bits |= hold_back(state, purpose, record, sight->bits);
    }
    if (class == CLASS_FACT && row->person != 0 &&
        row->person == concern.subject_person)
        bits &= ~(uint32_t)(MASK_RATER | MASK_SUBMITTER);
    return bits;
}
