/* site.h - a whole broker in the test's process: a real folder, a real port, peers.
 *
 * The broker runs in a thread of its own with a clock that stands still; peers are
 * DEALER sockets that speak the wire and wait for each reply with a patience that only a
 * hang exceeds. Failures end the test. Threads: one owner beside the broker's.
 */
#ifndef YX_SUPPORT_SITE_H
#define YX_SUPPORT_SITE_H

#include "broker/runtime/broker.h"
#include "broker/runtime/init.h"
#include "proto/wire.h"
#include <pthread.h>

#define SITE_NOW_MS    1736121600000 /* SCENE_OPENED_MS */
#define SITE_MAP_BYTES (1u << 30)
#define SITE_INSTANCE  0x1234567890abcdefu

typedef struct peer peer_t;

typedef struct {
    char folder[64];
    uint8_t seed[SEED_BYTES];
    server_key_t server;
    uint8_t admin_public[KEY_BYTES], admin_secret[KEY_BYTES];
    broker_t *broker;
    pthread_t thread;
    status_t ended;
    void *context;
    uint64_t low_water_bytes;
    peer_t *peers;  /* open ones: a test that fails leaves them */
    int64_t now_ms; /* of the broker's clock; change it while the broker is stopped */
} site_t;

struct peer {
    site_t *site;
    peer_t *next;
    void *socket;
    buffer_t out;
    uint8_t in[FRAME_BYTES_MAX];
    arena_t *arena;
    reply_t reply;
    uint64_t correlation; /* of the newest request */
    uint64_t number;      /* of the newest command that site_put sent */
    uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
};

/* cmocka's: a new folder with a running broker and an enrolled administrator. */
int site_set_up(void **state);
int site_tear_down(void **state);
void site_start(site_t *site);
void site_stop(site_t *site);

text_t site_text(const char *words);

peer_t *site_connect(site_t *site, const uint8_t *public_key,
                     const uint8_t *secret_key);
peer_t *site_connect_admin(site_t *site);
/* The same key on another connection. */
peer_t *site_connect_again(site_t *site, const peer_t *peer);
/* Invites and enrols; the spec's key is filled in. `number`: of the administrator's
 * command. */
peer_t *site_connect_new(site_t *site, uint64_t number, principal_spec_t spec);
void peer_close(peer_t *peer);

/* The next reply, whatever it answers; borrowed until the next one. */
const reply_t *peer_await(peer_t *peer);
/* Sends what was written to peer->out. */
void peer_send(peer_t *peer);
/* The same, and returns the reply to it. */
const reply_t *peer_ask(peer_t *peer);
const reply_t *peer_query(peer_t *peer, query_kind_t kind);
const outcome_t *peer_submit(peer_t *peer, uint64_t number, const command_t *command,
                             const private_t *part);
/* Submits under the next number and demands that it is accepted; returns the seq. */
uint64_t peer_put(peer_t *peer, command_t command, const char *name);

#endif
