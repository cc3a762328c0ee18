/* command_access.h - commands on principals, their keys and scopes as plain C.
 *
 * Part of command.h, which tells the rules of all commands.
 */
#ifndef YX_PROTO_COMMAND_ACCESS_H
#define YX_PROTO_COMMAND_ACCESS_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

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
    ROLE_GATEWAY = 10,
    ROLE_COUNT = 11
} role_t;

typedef struct {
    const text_t *units, *groups;
    uint32_t unit_count, group_count;
    bool everything;
} scope_spec_t;

/* invite (with key), put_user (`key` is its link) and set_principal (without). */
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
    text_t principal;
    const uint8_t *salt;     /* SALT_BYTES */
    const uint8_t *verifier; /* HASH_BYTES */
} set_password_t;

typedef struct {
    text_t principal;
    const uint8_t *key; /* KEY_BYTES */
    int64_t expires_ms;
    bool by_link;
} open_session_t;

typedef struct {
    text_t principal;
} close_session_t;

typedef struct {
    const uint8_t *journal_id, *hash_seed; /* JOURNAL_ID_BYTES each */
    text_t administrator;
    const uint8_t *key;
    int64_t demo_from_ms, demo_started_ms;
    uint32_t demo_rate; /* 0 = the real clock */
} genesis_t;

#endif
