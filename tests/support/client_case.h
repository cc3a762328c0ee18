/* client_case.h - what tests of the client library share: what a script saw, what a
 * client was told, and a client of a fake broker.
 *
 * Commands are nobody's: each is the text of its number.
 */
#ifndef YX_CLIENT_CASE_H
#define YX_CLIENT_CASE_H

#include "clients/lib/client.h"
#include "tests/support/fake_broker.h"

#define PATIENCE_MS   20000
#define RECORDED_MAX  8192u
#define COMMANDS_MANY 1000u

/* What a script saw and what it is told to do. */
typedef struct {
    uint64_t numbers[RECORDED_MAX]; /* in the order they came */
    uint32_t count, requests, largest;
    uint32_t skip, busy; /* requests to pass over, to answer BUSY */
    uint64_t answered;   /* highest number answered */
    bool wide;           /* a number came that the window forbids */
    bool first_bytes_differ;
    uint8_t first[64];
    uint32_t first_size;
} seen_t;

typedef struct {
    uint64_t last;
    uint32_t count, refused;
    bool disorder, twice;
    status_t status[RECORDED_MAX];
    bool told[RECORDED_MAX];
    fault_t fault;
} told_t;

/* For scripts: notes a request; accepts all of it. */
void seen_record(seen_t *seen, const request_t *request);
void seen_settle(fake_t *fake, seen_t *seen, const request_t *request);
/* Scripts: accept all; pass over the first `skip` requests and accept the rest. */
void script_accept(fake_t *fake, void *context, const request_t *request);
void script_skip(fake_t *fake, void *context, const request_t *request);

/* The client's callback; `context` is a told_t. */
void told_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                  const fault_t *fault);
client_t *client_connect(const char *endpoint, const uint8_t *server_key,
                         uint32_t batch_items);
client_t *client_of(const fake_t *fake, uint32_t batch_items);
status_t submit_one(client_t *client, told_t *told);
void submit_many(client_t *client, told_t *told, uint32_t count);

#endif
