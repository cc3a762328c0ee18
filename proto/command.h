/* command.h - commands and queries as plain C, the form in which the core reads them.
 *
 * wire.h fills these from checked bytes. Every text_t borrows from the batch arena
 * or the frame and lives no longer than that. Plain data without invariants: what
 * may stand in a field is checked by the guard (form) and by decide (meaning).
 * Fields mirror the .proto files, where units and meanings are told; an absent
 * optional text has size 0, an absent number its default, unless has_x says more.
 */
#ifndef YX_PROTO_COMMAND_H
#define YX_PROTO_COMMAND_H

#include "proto/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *data;
    uint32_t size;
} text_t;

/* Numbers are the field numbers of message Command: they are stored, never reused. */
typedef enum {
    COMMAND_NONE = 0,
    COMMAND_UNIT = 1,
    COMMAND_PERSON = 2,
    COMMAND_SUBJECT = 3,
    COMMAND_PROJECT = 4,
    COMMAND_MILESTONE = 5,
    COMMAND_ASSIGNMENT = 6,
    COMMAND_TEAM = 7,
    COMMAND_INSPECTOR = 8,
    COMMAND_STAFF = 9,
    COMMAND_PROPOSE_SCHEME = 30,
    COMMAND_APPROVE_SCHEME = 31,
    COMMAND_OPEN_ACCOUNT = 32,
    COMMAND_CLOSE_ACCOUNT = 33,
    COMMAND_ROUND = 34,
    COMMAND_MOVE_ROUND = 35,
    COMMAND_VISIT = 36,
    COMMAND_MOVE_VISIT = 37,
    COMMAND_OBSERVE = 50,
    COMMAND_REVIEW = 51,
    COMMAND_RETRACT = 52,
    COMMAND_INVITE = 60,
    COMMAND_ENROL = 61,
    COMMAND_REVOKE = 62,
    COMMAND_SET_PRINCIPAL = 63,
    COMMAND_GENESIS = 200
} command_kind_t;
#define COMMAND_KIND_LIMIT 201u /* one more than the largest kind */

typedef struct {
    text_t code, parent, kind;
} put_unit_t;

typedef struct {
    text_t code;
} put_person_t;

enum { SUBJECT_CADRE = 1, SUBJECT_LEADING_TEAM = 2 };

typedef struct {
    text_t code, person, unit, rank_class, group;
    const text_t *tags;
    uint32_t tag_count;
    uint32_t kind;
} put_subject_t;

typedef struct {
    text_t code, front, category, difficulty, unit, commander, key_task;
    uint64_t planned_investment, invested;
    uint32_t percent_centi, planned_start, started_on, state;
    bool major;
} put_project_t;

typedef struct {
    text_t code, project;
    uint32_t plan_date, done_date; /* done_date 0 = open */
    uint32_t evidence_count;
} put_milestone_t;

enum { ASSIGNMENT_WAITING = 1, ASSIGNMENT_ON_POST = 2, ASSIGNMENT_ENDED = 3 };

typedef struct {
    text_t code, subject, project, tutor, daily_manager;
    uint32_t role, mode, from, to, state; /* from, to: 0 = blank */
    bool has_post;                        /* the private part names a post */
} put_assignment_t;

typedef struct {
    text_t code, lead;
    const text_t *units;
    uint32_t unit_count;
} put_team_t;

enum { INSPECTOR_ACTIVE = 1, INSPECTOR_SUSPENDED = 2 };

typedef struct {
    text_t code, person, team, own_unit;
    const text_t *conflict_units, *conflict_subjects;
    uint32_t conflict_unit_count, conflict_subject_count;
    uint32_t role, state;
} put_inspector_t;

typedef struct {
    text_t code, person, unit;
    uint32_t role;
} put_staff_t;

typedef struct {
    text_t name;
    uint32_t number, mu_centi, kappa, s2, rho, u;
} scheme_dimension_t;

typedef struct {
    uint32_t dimension;
    int64_t offset; /* micro-points */
} scheme_offset_t;

typedef struct {
    text_t name;
    const scheme_offset_t *offsets;
    uint32_t number, weight, offset_count;
} scheme_channel_t;

typedef struct {
    uint32_t dimension, weight;
    bool has_weight;
} scheme_group_dimension_t;

typedef struct {
    text_t name;
    const scheme_group_dimension_t *dimensions;
    uint32_t dimension_count;
    uint32_t min_ratings, min_inspectors, min_observations, enough_ratings;
} scheme_group_t;

typedef struct {
    text_t code;
    const scheme_dimension_t *dimensions;
    const scheme_channel_t *channels;
    const scheme_group_t *groups;
    uint32_t dimension_count, channel_count, group_count;
    uint32_t scoring_revision, review_below;
    uint32_t cap_positive, cap_negative, cap_achievement, achievement_weight;
    uint32_t reply_window_days;
} propose_scheme_t;

/* Commands that name one thing: approve_scheme, close_account, retract. */
typedef struct {
    text_t code;
} named_t;

typedef struct {
    text_t code, scheme;
    uint32_t from, to;
} open_account_t;

enum { STAGE_PLANNED = 1, STAGE_OPEN = 2, STAGE_CLOSED = 3, STAGE_SEALED = 4 };

typedef struct {
    text_t code, account;
    uint32_t kind, from, to, coverage_target;
} put_round_t;

typedef struct {
    text_t code;
    int64_t at_ms;
    uint32_t stage;
    bool has_at;
} move_t; /* move_round (never has_at), move_visit */

typedef struct {
    text_t code, round, team, unit, project;
    const text_t *inspectors;
    uint32_t inspector_count, place_kind;
    int64_t opened_ms, closed_ms;
    bool announced, has_opened, has_closed;
} put_visit_t;

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

typedef enum {
    ROLE_INSPECTOR = 1,
    ROLE_OFFICE = 2,
    ROLE_REVIEWER = 3,
    ROLE_ORGANISER = 4,
    ROLE_SUPERVISOR = 5,
    ROLE_SUBJECT = 6,
    ROLE_AUDITOR = 7,
    ROLE_ADMINISTRATOR = 8,
    ROLE_SERVICE = 9,
    ROLE_COUNT = 10
} role_t;

typedef struct {
    const text_t *units, *groups;
    uint32_t unit_count, group_count;
    bool everything;
} scope_spec_t;

/* invite (with key) and set_principal (without). */
typedef struct {
    text_t principal, person;
    const uint8_t *key; /* KEY_BYTES or NULL */
    uint32_t roles;     /* bit (1 << role) */
    scope_spec_t scope;
} principal_spec_t;

typedef struct {
    const uint8_t *key; /* KEY_BYTES */
} enrol_t;

typedef struct {
    text_t principal;
    const uint8_t *key; /* KEY_BYTES, or NULL = all of them */
} revoke_t;

typedef struct {
    const uint8_t *journal_id, *hash_seed; /* JOURNAL_ID_BYTES each */
    text_t administrator;
    const uint8_t *key;
} genesis_t;

typedef struct {
    command_kind_t kind;
    union {
        put_unit_t unit;
        put_person_t person;
        put_subject_t subject;
        put_project_t project;
        put_milestone_t milestone;
        put_assignment_t assignment;
        put_team_t team;
        put_inspector_t inspector;
        put_staff_t staff;
        propose_scheme_t propose_scheme;
        named_t approve_scheme;
        open_account_t open_account;
        named_t close_account;
        put_round_t round;
        move_t move_round;
        put_visit_t visit;
        move_t move_visit;
        observe_t observe;
        review_t review;
        named_t retract;
        principal_spec_t invite;
        enrol_t enrol;
        revoke_t revoke;
        principal_spec_t set_principal;
        genesis_t genesis;
    } body;
} command_t;

/* The private part; lengths in characters are those that the guard counted. */
typedef struct {
    text_t name, post, narrative, text;
    uint32_t narrative_chars, text_chars, evidence_name_count;
} private_t;

typedef struct {
    text_t account, group, unit, front, category, around;
    uint32_t offset, count;
    bool unranked;
} board_query_t;

typedef enum {
    QUERY_NONE = 0,
    QUERY_BOARD = 1,
    QUERY_WHOAMI = 2,
    QUERY_DIGEST = 3,
    QUERY_STATS = 4,
    QUERY_SCRUB = 5,
    QUERY_INSTANCE = 6,
    QUERY_GROUPS = 7,
    QUERY_COUNT = 8
} query_kind_t;

typedef struct {
    query_kind_t kind;
    board_query_t board;
    uint64_t instance;
} query_t;

#endif
