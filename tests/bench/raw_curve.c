/* raw_curve.c - the limit of bench latency: one CURVE round trip over loopback.
 *
 * usage: raw_curve ROUNDS BYTES
 * A ROUTER in a second thread echoes every message of a DEALER, both under CURVE with
 * an accept-all handler; prints the median and the 99th percentile in microseconds.
 */
#include "tests/bench/measure.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

static void must(int ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
        exit(1);
    }
}

/* Echoes until a message of one byte comes. */
static void *echo(void *argument)
{
    void *router = argument;
    for (;;) {
        zmq_msg_t peer, frame;
        must(zmq_msg_init(&peer) == 0 && zmq_msg_init(&frame) == 0, "message");
        must(zmq_msg_recv(&peer, router, 0) >= 0, "receive");
        must(zmq_msg_recv(&frame, router, 0) >= 0, "receive");
        int last = zmq_msg_size(&frame) == 1;
        must(zmq_msg_send(&peer, router, ZMQ_SNDMORE) >= 0, "send");
        must(zmq_msg_send(&frame, router, 0) >= 0, "send");
        if (last)
            return NULL;
    }
}

static void set_server(void *router, char public_key[41])
{
    char secret[41];
    int yes = 1;
    must(zmq_curve_keypair(public_key, secret) == 0, "key pair");
    must(zmq_setsockopt(router, ZMQ_CURVE_SERVER, &yes, sizeof yes) == 0, "server");
    must(zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, secret, 41) == 0, "secret");
    must(zmq_bind(router, "tcp://127.0.0.1:*") == 0, "bind");
}

static void set_client(void *dealer, void *router, const char *server_key)
{
    char public_key[41], secret[41], endpoint[128];
    size_t size = sizeof endpoint;
    must(zmq_curve_keypair(public_key, secret) == 0, "key pair");
    must(zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, server_key, 41) == 0,
         "server key");
    must(zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, public_key, 41) == 0, "public");
    must(zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, secret, 41) == 0, "secret");
    must(zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size) == 0, "endpoint");
    must(zmq_connect(dealer, endpoint) == 0, "connect");
}

static uint64_t round_trip(void *dealer, char *bytes, size_t size)
{
    uint64_t start = measure_now();
    must(zmq_send(dealer, bytes, size, 0) >= 0, "send");
    must(zmq_recv(dealer, bytes, size, 0) >= 0, "receive");
    return measure_now() - start;
}

int main(int argc, char **argv)
{
    size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 5000;
    size_t size = argc > 2 ? strtoul(argv[2], NULL, 10) : 300;
    void *context = zmq_ctx_new(), *router = zmq_socket(context, ZMQ_ROUTER);
    void *dealer = zmq_socket(context, ZMQ_DEALER);
    uint64_t *samples = calloc(rounds, sizeof *samples);
    char *bytes = calloc(1, size + 2), server_key[41];
    pthread_t thread;
    must(samples != NULL && bytes != NULL && size > 1, "arguments");
    set_server(router, server_key);
    set_client(dealer, router, server_key);
    must(pthread_create(&thread, NULL, echo, router) == 0, "thread");
    for (size_t i = 0; i < 200; i++)
        (void)round_trip(dealer, bytes,
                         size); /* the first ones pay for the handshake */
    for (size_t i = 0; i < rounds; i++)
        samples[i] = round_trip(dealer, bytes, size);
    (void)round_trip(dealer, bytes, 1); /* tells the thread to end */
    must(pthread_join(thread, NULL) == 0, "join");
    printf("%.1f %.1f\n", (double)measure_percentile(samples, rounds, 500) / 1e3,
           (double)measure_percentile(samples, rounds, 990) / 1e3);
    must(zmq_close(dealer) == 0 && zmq_close(router) == 0, "close");
    must(zmq_ctx_term(context) == 0, "end");
    free(samples);
    free(bytes);
    return 0;
}
