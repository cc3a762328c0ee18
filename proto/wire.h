/* wire.h - bytes to plain C and back: the only door between protobuf and the rest.
 *
 * Threads    no state of its own; any thread with its own arena and buffer.
 * Ownership  what a read fills borrows from the bytes given and from the arena.
 * Bounds     every read runs the guard (guard.h) before protobuf-c sees a byte.
 * Statuses   of every read: STATUS_MALFORMED, STATUS_TOO_DEEP, STATUS_TOO_MANY_FIELDS,
 *            STATUS_TOO_LARGE, STATUS_NOT_UTF8, STATUS_HAS_NUL, STATUS_FIELD_MISSING,
 *            STATUS_UNKNOWN_VALUE, STATUS_TOO_MANY_ITEMS, STATUS_BAD_CODE,
 *            STATUS_TEXT_TOO_LONG (a label) and STATUS_NO_MEMORY (arena used up),
 *            with the place in *fault (NULL = not wanted).
 * Contract   PROTOCOL.md.
 */
#ifndef YX_PROTO_WIRE_H
#define YX_PROTO_WIRE_H

#include "proto/answer.h"
#include "proto/arena.h"
#include "proto/buffer.h"
#include "proto/command.h"
#include "proto/status.h"

typedef struct {
    uint64_t number;
    const uint8_t *public_part, *private_part; /* private_part may be NULL */
    uint32_t public_size, private_size;
} item_t;

typedef enum {
    REQUEST_SUBMIT = 10,
    REQUEST_QUERY = 11,
    REQUEST_PING = 12,
    REQUEST_WATCH = 13,
    REQUEST_CREDIT = 14,
    REQUEST_UNWATCH = 15,
    REQUEST_CHECK = 16 /* a Submit that is judged only */
} request_kind_t;

typedef struct {
    uint64_t correlation; /* valid even when the read fails after reading it, else 0 */
    request_kind_t kind;
    uint64_t instance;
    const item_t *items;
    uint32_t item_count;
    query_t query;
    board_query_t view; /* of a watch */
    uint64_t until;     /* of a watch or credit */
} request_t;

/* ---- the broker's side ---- */

/* Also STATUS_UNSUPPORTED_VERSION, STATUS_UNKNOWN_OPERATION. */
status_t wire_read_request(arena_t *arena, const uint8_t *bytes, size_t size,
                           request_t *request, fault_t *fault);

/* A command from the wire: both parts checked, that they belong together
 * (STATUS_PRIVATE_MISMATCH: narrative_chars, reason_chars, has_post, number of evidence
 * names, fields that the kind may carry), lengths
 * (STATUS_TEXT_TOO_LONG) and that no free text holds an identity card or telephone
 * number (STATUS_ID_NUMBER, STATUS_PHONE_NUMBER; rule R20). */
status_t wire_read_command(arena_t *arena, const item_t *item, command_t *command,
                           private_t *private_part, fault_t *fault);

/* A command from the journal: form only, never judged again (law 2). */
status_t wire_read_stored(arena_t *arena, const uint8_t *bytes, size_t size,
                          command_t *command);
/* The private part of a stored record, likewise. */
status_t wire_read_stored_private(arena_t *arena, const uint8_t *bytes, size_t size,
                                  private_t *private_part);

/* Each appends one Reply to `out`: STATUS_OK, STATUS_TOO_LARGE, STATUS_NO_MEMORY. */
status_t wire_write_submit_reply(buffer_t *out, uint64_t correlation,
                                 const outcome_t *outcomes, uint32_t count);
status_t wire_write_failure(buffer_t *out, uint64_t correlation, status_t status,
                            const fault_t *fault);
status_t wire_write_pong(buffer_t *out, uint64_t correlation);
/* One part; rows of a board are split by the caller. */
status_t wire_write_answer(buffer_t *out, uint64_t correlation, const answer_t *answer);

/* One Delta message by itself, for all watchers of a view and for the relay. */
status_t wire_write_delta(buffer_t *out, const delta_t *delta);
/* A Reply with an Update around a Delta that is written already. */
status_t wire_write_update(buffer_t *out, uint64_t correlation, uint64_t number,
                           const uint8_t *delta, size_t delta_size);
/* A stored Command without the one who rated: `observe.inspector` becomes empty. Other
 * kinds are copied as they are. STATUS_DAMAGED, STATUS_NO_MEMORY. */
status_t wire_write_without_rater(buffer_t *out, const uint8_t *public_part,
                                  size_t size);

/* ---- the client's side ---- */

typedef enum {
    REPLY_SUBMIT = 10,
    REPLY_ANSWER = 11,
    REPLY_PONG = 12,
    REPLY_FAILURE = 13,
    REPLY_UPDATE = 14
} reply_kind_t;

typedef struct {
    uint64_t correlation;
    reply_kind_t kind;
    const outcome_t *outcomes;
    uint32_t outcome_count;
    answer_t answer;
    update_t update;
    status_t failure; /* a number this release does not know becomes STATUS_MALFORMED */
    fault_t fault;
} reply_t;

status_t wire_read_reply(arena_t *arena, const uint8_t *bytes, size_t size,
                         reply_t *reply, fault_t *fault);

/* One Request. STATUS_TOO_LARGE when it would exceed FRAME_BYTES_MAX. */
status_t wire_write_submit(buffer_t *out, uint64_t correlation, uint64_t instance,
                           const item_t *items, uint32_t count);
/* Asks what would become of these: instance 0, answered by a SubmitReply. */
status_t wire_write_check(buffer_t *out, uint64_t correlation, const item_t *items,
                          uint32_t count);
status_t wire_write_query(buffer_t *out, uint64_t correlation, const query_t *query);
status_t wire_write_ping(buffer_t *out, uint64_t correlation);
status_t wire_write_watch(buffer_t *out, uint64_t correlation,
                          const board_query_t *view, uint64_t until);
status_t wire_write_credit(buffer_t *out, uint64_t correlation, uint64_t until);
status_t wire_write_unwatch(buffer_t *out, uint64_t correlation);
/* A Delta as the relay publishes it. */
status_t wire_read_delta(arena_t *arena, const uint8_t *bytes, size_t size,
                         delta_t *delta, fault_t *fault);

/* The public part of a command; an observation's tags and evidence hashes are given
 * apart because command_t keeps only their number (`evidence`: HASH_BYTES each, the
 * command's evidence_count). STATUS_TOO_LARGE above PUBLIC_BYTES_MAX. */
status_t wire_write_command(buffer_t *out, const command_t *command, const text_t *tags,
                            const uint8_t *evidence);
/* The private part; of the counts in `part` only evidence_name_count is read, that many
 * names follow it. STATUS_TOO_LARGE above PRIVATE_BYTES_MAX. */
status_t wire_write_private(buffer_t *out, const private_t *part,
                            const text_t *evidence_names);

#endif
