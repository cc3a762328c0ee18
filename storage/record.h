/* record.h - one journal record: layout, checksum, chain (FORMAT.md section 3).
 *
 * A record holds what an accepted command was (the client's own bytes, verbatim) and
 * what the broker added: journaled time, key, place in an outbox, verdict, links.
 * chain = BLAKE2b-256(previous chain | header | links | public | private as stored).
 *
 * Threads    none of its own.
 * Ownership  record_t borrows its parts; a view borrows from the stored bytes.
 * Time       time_ms is Unix time in milliseconds, never less than the record before.
 */
#ifndef YX_STORAGE_RECORD_H
#define YX_STORAGE_RECORD_H

#include "proto/limits.h"
#include "proto/status.h"
#include <stddef.h>
#include <stdint.h>

#define RECORD_LINKS_MAX   8u
#define RECORD_CHAIN_BYTES 32u
/* Largest encoded record: header, links, both parts, chain, checksum. */
#define RECORD_BYTES_MAX   (PUBLIC_BYTES_MAX + PRIVATE_BYTES_MAX + 1024u)

/* Points to the previous record that concerned the same thing: a chain to walk. */
typedef struct {
    uint64_t previous; /* seq, 0 = none */
    uint32_t key;      /* row of the thing in the state */
    uint32_t kind;     /* LINK_* of broker/core/event.h; storage does not read it */
} record_link_t;

typedef struct {
    int64_t time_ms;
    uint64_t instance, number;
    uint32_t key;     /* row of the submitting key in the state, 0 = genesis */
    uint32_t verdict; /* what decide found, kept so that replay need not judge */
    uint32_t link_count;
    record_link_t links[RECORD_LINKS_MAX];
    const uint8_t *public_part, *private_part;
    uint32_t public_size, private_size;
} record_t;

/* Encoded size, at most RECORD_BYTES_MAX for parts within their limits. */
size_t record_size(const record_t *record);

/* Writes record_size() bytes to `out` and the new chain value to `chain`, which holds
 * the previous one on entry (all zero before seq 1). */
void record_encode(const record_t *record, uint64_t seq,
                   uint8_t chain[RECORD_CHAIN_BYTES], uint8_t *out);

/* Reads and checks form and checksum. STATUS_DAMAGED; STATUS_FORMAT: a version that
 * this release does not read. `chain`, when not NULL, receives the stored value. */
status_t record_decode(const uint8_t *bytes, size_t size, uint64_t seq,
                       record_t *record, uint8_t chain[RECORD_CHAIN_BYTES]);

/* Whether the stored chain value follows from `previous`: STATUS_OK, STATUS_DAMAGED. */
status_t record_verify_chain(const record_t *record, uint64_t seq,
                             const uint8_t previous[RECORD_CHAIN_BYTES],
                             const uint8_t stored[RECORD_CHAIN_BYTES]);

#endif
