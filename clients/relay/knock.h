/* knock.h - a handshake that asks to be let in, and what it is told. Plain data. */
#ifndef YX_RELAY_KNOCK_H
#define YX_RELAY_KNOCK_H

#include "proto/limits.h"
#include <stddef.h>
#include <stdint.h>

#define KNOCK_ROUTE_MAX 64u
#define KNOCK_ID_MAX    64u

typedef struct {
    uint8_t route[KNOCK_ROUTE_MAX]; /* of the ZAP client within this process */
    uint8_t id[KNOCK_ID_MAX];       /* ZAP's number of the request */
    size_t route_size, id_size;
    uint8_t key[KEY_BYTES];
} knock_t;

typedef enum {
    KNOCK_ALLOW,
    KNOCK_DENY,  /* ZAP 400: the peer gives up */
    KNOCK_LATER, /* ZAP 300: the peer's ZeroMQ tries again by itself */
    KNOCK_WAIT
} verdict_t;

#endif
