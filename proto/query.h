/* query.h - queries as plain C, the form in which the broker reads them.
 *
 * Texts and keys borrow from the frame and the request's arena. Fields mirror
 * wire.proto, where meanings and limits are told; an absent text has size 0, an absent
 * number its default.
 */
#ifndef YX_PROTO_QUERY_H
#define YX_PROTO_QUERY_H

#include "proto/limits.h"
#include "proto/query_overview.h"
#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

/* A view: what a board query asks once and a watch is told of again and again. */
typedef struct {
    text_t account, group, unit, front, category, around;
    uint32_t offset, count;
    bool unranked;
} board_query_t;

typedef struct {
    text_t account, subject;
} explain_query_t;

typedef struct {
    text_t code;
    uint64_t before; /* 0 = from the newest record */
    uint32_t count;
} chain_query_t;

typedef struct {
    uint64_t from;
    uint32_t count, wait_ms;
} feed_query_t;

typedef struct {
    const uint8_t *keys; /* KEY_BYTES each, one behind the other */
    uint32_t key_count;
} subscribers_query_t;

typedef struct {
    uint64_t seq; /* or, when 0: */
    uint64_t instance, number;
    uint32_t count;
} receipts_query_t;

typedef struct {
    text_t code;
    uint32_t offset, count;
    bool unranked;
} frozen_query_t;

typedef struct {
    text_t account;
} account_query_t;

typedef struct {
    text_t account, group, team;
    uint32_t count;
} plan_query_t;

typedef struct {
    uint32_t offset, count, state; /* state 0 = all */
} attention_query_t;

typedef struct {
    text_t principal, password, new_password;
    const uint8_t *link; /* TOKEN_BYTES, or NULL: by name and password */
    const uint8_t *key;  /* KEY_BYTES */
} sign_in_query_t;

typedef struct {
    text_t old, password;
} change_password_query_t;

typedef struct {
    uint32_t offset, count;
} users_query_t;

/* The field numbers of message Query. */
typedef enum {
    QUERY_NONE = 0,
    QUERY_BOARD = 1,
    QUERY_WHOAMI = 2,
    QUERY_DIGEST = 3,
    QUERY_STATS = 4,
    QUERY_SCRUB = 5,
    QUERY_INSTANCE = 6,
    QUERY_GROUPS = 7,
    QUERY_EXPLAIN = 8,
    QUERY_HISTORY_SUBJECT = 9,
    QUERY_HISTORY_PROJECT = 10,
    QUERY_HISTORY_INSPECTOR = 11,
    QUERY_HISTORY_VISIT = 12,
    QUERY_FEED = 13,
    QUERY_SUBSCRIBERS = 14,
    QUERY_RECEIPTS = 15,
    QUERY_EPOCHS = 16,
    QUERY_HISTORY_EPOCH = 17,
    QUERY_FROZEN = 18,
    QUERY_FROZEN_LIST = 19,
    QUERY_PLAN = 20,
    QUERY_ATTENTION = 21,
    QUERY_HISTORY_ATTENTION = 22,
    QUERY_SIGN_IN = 23,
    QUERY_USERS = 24,
    QUERY_CHANGE_PASSWORD = 25,
    QUERY_UNITS = 26,
    QUERY_SCHEMES = 27,
    QUERY_PROJECTS = 28,
    QUERY_ROUNDS = 29,
    QUERY_VISITS = 30,
    QUERY_COUNT = 31
} query_kind_t;

typedef struct {
    query_kind_t kind; /* tells which of these is meant */
    board_query_t board;
    explain_query_t explain;
    chain_query_t chain; /* of the histories */
    feed_query_t feed;
    subscribers_query_t subscribers;
    receipts_query_t receipts;
    account_query_t account; /* of epochs, frozen_list, rounds */
    frozen_query_t frozen;
    plan_query_t plan;
    attention_query_t attention;
    sign_in_query_t sign_in;
    users_query_t users;
    change_password_query_t change_password;
    units_query_t units;
    text_t scheme; /* of schemes; empty = all */
    projects_query_t projects;
    visits_query_t visits;
    uint64_t instance;
} query_t;

#endif
