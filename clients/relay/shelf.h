/* shelf.h - one board that the relay passes on: its watch, its topic, its last value.
 *
 * Parts are published as they come, byte for byte. A watch that ended is opened again
 * after SHELF_AGAIN_MS; meanwhile there is no last value. Threads: the relay's.
 */
#ifndef YX_RELAY_SHELF_H
#define YX_RELAY_SHELF_H

#include "clients/lib/watch.h"
#include "clients/relay/outlet.h"
#include "clients/relay/whole.h"

#define SHELF_TOPIC_HEAD "board/"
#define SHELF_TOPIC_MAX  (sizeof SHELF_TOPIC_HEAD + LABEL_BYTES_MAX)
#define SHELF_AGAIN_MS   10000
#define SHELF_CREDIT     4u

_Static_assert(SHELF_TOPIC_MAX <= OUTLET_TOPIC_MAX, "every topic can be asked for");

typedef struct {
    char topic[SHELF_TOPIC_MAX]; /* NUL-terminated */
    uint32_t topic_size;
    watch_t *watch;    /* NULL = none is open */
    outlet_t **outlet; /* where it publishes; *outlet is NULL while ports are shut */
    status_t status;   /* STATUS_OK: there is a last value, else why there is none */
    status_t told;     /* what people were told last about its end */
    bool moved;        /* the watch shows an account that is not the newest */
    int64_t again_ms;  /* not opened before */
    whole_t whole;
} shelf_t;

void shelf_init(shelf_t *shelf, text_t group, outlet_t **outlet);
/* Before its client is destroyed. */
void shelf_fini(shelf_t *shelf);

text_t shelf_group(const shelf_t *shelf);
/* Opens the watch when none is open and it is time to; closes one that ended. */
void shelf_tend(shelf_t *shelf, client_t *client, uint32_t window, int64_t now_ms);
/* Notes when the watch shows another account than the one named; the next shelf_tend
 * then watches anew. */
void shelf_follow(shelf_t *shelf, text_t account);
/* Whether the watch ended and waits to be opened again. */
bool shelf_is_shut(const shelf_t *shelf);
bool shelf_is_live(const shelf_t *shelf);
/* Of the last value; 0 = there is none. */
uint64_t shelf_version(const shelf_t *shelf);
/* The last value, frame by frame with the topic first, to one who asked. */
void shelf_answer(shelf_t *shelf, outlet_t *outlet, const outlet_request_t *request);
/* An error: one frame that begins with E and the code. */
void shelf_refuse(outlet_t *outlet, const outlet_request_t *request, status_t status);

#endif
