/* fake_broker.h - a broker of a few lines for tests of clients: a ROUTER under CURVE in
 * a thread of its own that hands each request to a script.
 *
 * The script runs in that thread; what it wrote may be read after fake_stop.
 */
#ifndef YX_FAKE_BROKER_H
#define YX_FAKE_BROKER_H

#include "proto/wire.h"

typedef struct fake fake_t;
typedef void fake_script(fake_t *fake, void *context, const request_t *request);

/* `endpoint` NULL = any port of this machine. Fails the test when it cannot serve. */
fake_t *fake_start(fake_script *script, void *context, const char *endpoint);
/* As above, but every key is refused by authentication while *refuse is not 0. */
fake_t *fake_start_refusing(fake_script *script, void *context, int *refuse);
void fake_stop(fake_t **fake);

const char *fake_endpoint(const fake_t *fake);
const uint8_t *fake_server_key(const fake_t *fake);
/* The key pair is the same for every fake of the process. */

/* For scripts: answers to the peer whose request is being handled. */
void fake_outcomes(fake_t *fake, const request_t *request, const outcome_t *outcomes,
                   uint32_t count);
/* The same status for every item; seq = number + 1000 when it is STATUS_OK. */
void fake_settle(fake_t *fake, const request_t *request, status_t status);
void fake_failure(fake_t *fake, const request_t *request, status_t status);
void fake_pong(fake_t *fake, const request_t *request);
void fake_answer(fake_t *fake, const request_t *request, const answer_t *answer);
/* One frame as it is; `more` = another frame of the same message follows. */
void fake_raw(fake_t *fake, const void *bytes, size_t size, int more);

#endif
