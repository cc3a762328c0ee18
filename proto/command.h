/* command.h - commands (and, by query.h, queries) as plain C, as the core reads them.
 *
 * wire.h fills these from checked bytes. Every text_t borrows from the batch arena
 * or the frame and lives no longer than that. Plain data without invariants: what
 * may stand in a field is checked by the guard (form) and by decide (meaning).
 * Fields mirror the .proto files, where units and meanings are told; an absent
 * optional text has size 0, an absent number its default, unless has_x says more.
 */
#ifndef YX_PROTO_COMMAND_H
#define YX_PROTO_COMMAND_H

#include "proto/command_access.h"
#include "proto/command_epochs.h"
#include "proto/command_frames.h"
#include "proto/command_observation.h"
#include "proto/command_registry.h"
#include "proto/limits.h"
#include "proto/query.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    COMMAND_PUT_USER = 64,
    COMMAND_SET_PASSWORD = 65,
    COMMAND_OPEN_SESSION = 66,
    COMMAND_CLOSE_SESSION = 67,
    COMMAND_CALIBRATE = 110,
    COMMAND_EPOCH_PART = 111,
    COMMAND_PROPOSE_EPOCH = 112,
    COMMAND_ADOPT_EPOCH = 113,
    COMMAND_FAIL_EPOCH = 114,
    COMMAND_OVERRIDE_LINKS = 115,
    COMMAND_DROP_EPOCH = 116,
    COMMAND_FREEZE_BOARD = 120,
    COMMAND_FROZEN_PART = 121,
    COMMAND_FINISH_FROZEN = 122,
    COMMAND_OPEN_ATTENTION = 160,
    COMMAND_ASSIGN_ATTENTION = 161,
    COMMAND_CLOSE_ATTENTION = 162,
    COMMAND_GENESIS = 200
} command_kind_t;
#define COMMAND_KIND_LIMIT 201u /* one more than the largest kind */

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
        principal_spec_t put_user;
        set_password_t set_password;
        open_session_t open_session;
        close_session_t close_session;
        calibrate_t calibrate;
        epoch_part_t epoch_part;
        propose_epoch_t propose_epoch;
        adopt_epoch_t adopt_epoch;
        fail_epoch_t fail_epoch;
        override_links_t override_links;
        named_t drop_epoch;
        freeze_board_t freeze_board;
        frozen_part_t frozen_part;
        finish_frozen_t finish_frozen;
        open_attention_t open_attention;
        assign_attention_t assign_attention;
        close_attention_t close_attention;
        genesis_t genesis;
    } body;
} command_t;

/* Written by the broker alone: no client may send it. */
bool command_is_internal(command_kind_t kind);

/* The private part; lengths in characters are those that the guard counted. */
typedef struct {
    text_t name, post, narrative, text;
    uint32_t narrative_chars, text_chars, evidence_name_count;
} private_t;

#endif
