/* access_rows.h - rows of principals, keys, outbox instances and their windows.
 *
 * A key row is never reused, so that a record's key tells for ever who submitted it.
 * When a key is revoked the windows of its instances are given back.
 */
#ifndef YX_CORE_ACCESS_ROWS_H
#define YX_CORE_ACCESS_ROWS_H

#include "broker/core/rows.h"

typedef struct {
    code_t code;
    uint32_t roles;  /* bit (1 << role) */
    uint32_t person; /* persons */
    uint32_t everything;
    uint32_t unit_count, group_count;
    uint32_t units[SCOPE_UNITS_MAX];   /* units */
    uint32_t groups[SCOPE_GROUPS_MAX]; /* words */
    uint32_t key_count;                /* keys in state KEY_ACTIVE */
    uint32_t user, unused;             /* users, 0 = does not sign in */
} principal_row_t;

/* A person who may sign in. A session's key belongs to one gateway and one person for
 * ever; signing in again moves its end. */
typedef struct {
    uint32_t principal, has_password;
    uint32_t sessions, unused; /* keys: the newest session key */
    int64_t link_expires_ms;   /* 0 = no link is in force */
    uint8_t link[HASH_BYTES];
    uint8_t salt[SALT_BYTES];
    uint8_t verifier[HASH_BYTES];
} user_row_t;

enum {
    KEY_ACTIVE = 1,
    KEY_INVITE = 2,
    KEY_USED = 3,
    KEY_REVOKED = 4,
    KEY_SESSION = 5 /* until expires_ms */
};

typedef struct {
    uint8_t key[KEY_BYTES];
    int64_t expires_ms; /* of an invite or session */
    uint32_t principal; /* principals */
    uint32_t state;
    uint32_t instances; /* instances: first of this key */
    uint32_t instance_count;
    uint32_t gateway; /* principals: who opens this session */
    uint32_t older;   /* keys: session key of the same person, by another gateway */
} key_row_t;

/* Whether it speaks for its principal; of a session key_check() asks for the time. */
static inline bool key_is_enrolled(const key_row_t *row)
{
    return row->state == KEY_ACTIVE || row->state == KEY_SESSION;
}

typedef struct {
    uint64_t instance;
    uint32_t key, unused; /* keys */
} instance_key_t;

typedef struct {
    instance_key_t id;
    uint64_t highest; /* highest accepted number */
    uint32_t window;  /* windows */
    uint32_t next;    /* instances of the same key */
} instance_row_t;

typedef struct {
    uint64_t number, seq;
    uint64_t hash; /* first 8 bytes of BLAKE2b over both parts, little endian */
} window_slot_t;

/* Slot number % WINDOW_NUMBERS holds the accepted number that last used it. */
typedef struct {
    window_slot_t slots[WINDOW_NUMBERS];
} window_row_t;

#endif
