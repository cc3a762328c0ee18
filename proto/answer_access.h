/* answer_access.h - answers on people who sign in, as plain C; part of answer.h. */
#ifndef YX_PROTO_ANSWER_ACCESS_H
#define YX_PROTO_ANSWER_ACCESS_H

#include "proto/text.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    text_t principal;
    int64_t expires_ms;
    bool has_password;
} sign_in_answer_t;

typedef struct {
    text_t principal, person;
    const text_t *units, *groups;
    uint32_t unit_count, group_count, roles;
    bool everything, has_password;
    int64_t link_expires_ms;    /* 0 = no link is in force */
    int64_t session_expires_ms; /* 0 = never signed in */
    uint32_t locked_seconds;
} user_info_t;

typedef struct {
    const user_info_t *users;
    uint32_t count, matching;
} users_answer_t;

#endif
