/* wire_seeds.c - see wire_seeds.h. */
#include "tests/support/wire_seeds.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "tests/support/wire_samples.h"

/* Index behind the last seed of each sort. */
enum {
    COMMANDS = SAMPLE_KINDS,
    PRIVATES = COMMANDS + SAMPLE_KINDS,
    QUERIES = PRIVATES + QUERY_COUNT - 1,
    ANSWERS = QUERIES + QUERY_COUNT - 1,
    SUBMIT = ANSWERS, /* from here on each is one seed of its own */
    PING,
    OUTCOMES,
    FAILURE,
    PONG,
    WATCH,
    CREDIT,
    UNWATCH,
    UPDATE,
    DELTA,
    NO_BYTES,
    SEED_COUNT
};
_Static_assert(SEED_COUNT == WIRE_SEEDS, "every seed is counted");

static status_t write_submit(buffer_t *out)
{
    sample_t sample = sample_command(COMMAND_OBSERVE);
    buffer_t public_part, private_part;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status_t status =
        wire_write_command(&public_part, &sample.command, sample.tags, sample.evidence);
    CHECK(status == STATUS_OK);
    status = wire_write_private(&private_part, &sample.part, sample.evidence_names);
    CHECK(status == STATUS_OK);
    item_t items[] = {
        { 1, public_part.data, private_part.data, (uint32_t)public_part.size,
          (uint32_t)private_part.size },
        { 2, public_part.data, NULL, (uint32_t)public_part.size, 0 },
    };
    status = wire_write_submit(out, 5, 6, items, 2);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return status;
}

static status_t write_outcomes(buffer_t *out)
{
    outcome_t outcomes[3] = { { .number = 1, .seq = 77 },
                              { .number = 2, .status = STATUS_OWN_UNIT },
                              { .number = 300, .status = STATUS_BUSY } };
    fault_set(&outcomes[1].fault, "observe.subject", "s-1", 3);
    return wire_write_submit_reply(out, 5, outcomes, 3);
}

static status_t write_query(buffer_t *out, query_kind_t kind)
{
    static const text_t text = { "text", 4 };
    static const uint8_t keys[2 * KEY_BYTES] = { 1, 2, 3 };
    query_t query = { .kind = kind, .instance = 6 };
    query.board = (board_query_t){ text, text, text, text, text, text, 10, 20, true };
    query.explain = (explain_query_t){ text, text };
    query.chain = (chain_query_t){ text, 7, 8 };
    query.feed = (feed_query_t){ 9, 10, 11 };
    query.subscribers = (subscribers_query_t){ keys, 2 };
    query.receipts = (receipts_query_t){ 12, 13, 14, 15 };
    query.account = (account_query_t){ text };
    query.frozen = (frozen_query_t){ text, 16, 17, true };
    query.plan = (plan_query_t){ text, text, text, 18 };
    query.attention = (attention_query_t){ 19, 20, 2 };
    query.sign_in = (sign_in_query_t){ text, text, text, keys, keys };
    query.users = (users_query_t){ 21, 22 };
    query.units = (units_query_t){ 23, 24 };
    query.scheme = text;
    query.projects = (projects_query_t){ text, text, text, text, 2, 25, 26 };
    query.visits = (visits_query_t){ text, 27, 28 };
    query.change_password = (change_password_query_t){ text, text };
    return wire_write_query(out, 5, &query);
}

static status_t write_update(buffer_t *out)
{
    delta_t delta = sample_delta();
    buffer_t bytes;
    buffer_init(&bytes, FRAME_BYTES_MAX);
    status_t status = wire_write_delta(&bytes, &delta);
    if (status == STATUS_OK)
        status = wire_write_update(out, 5, 6, bytes.data, bytes.size);
    buffer_fini(&bytes);
    return status;
}

static status_t write_watching(buffer_t *out, uint32_t index)
{
    static const text_t text = { "text", 4 };
    const board_query_t view = { .group = text, .unit = text, .count = 50 };
    delta_t delta = sample_delta();
    switch (index) {
    case WATCH:
        return wire_write_watch(out, 5, &view, 3);
    case CREDIT:
        return wire_write_credit(out, 5, 4);
    case UNWATCH:
        return wire_write_unwatch(out, 5);
    case UPDATE:
        return write_update(out);
    default:
        CHECK(index == DELTA);
        return wire_write_delta(out, &delta);
    }
}

static status_t write_rest(buffer_t *out, uint32_t index)
{
    fault_t fault;
    fault_set(&fault, "version", "2", 1);
    switch (index) {
    case SUBMIT:
        return write_submit(out);
    case PING:
        return wire_write_ping(out, 5);
    case OUTCOMES:
        return write_outcomes(out);
    case FAILURE:
        return wire_write_failure(out, 5, STATUS_UNSUPPORTED_VERSION, &fault);
    case PONG:
        return wire_write_pong(out, 5);
    case NO_BYTES:
        return STATUS_OK;
    default:
        return write_watching(out, index);
    }
}

static status_t write_seed(buffer_t *out, uint32_t index)
{
    if (index < COMMANDS) {
        sample_t sample = sample_command(sample_kinds[index]);
        return wire_write_command(out, &sample.command, sample.tags, sample.evidence);
    }
    if (index < PRIVATES) {
        sample_t sample = sample_command(sample_kinds[index - COMMANDS]);
        return wire_write_private(out, &sample.part, sample.evidence_names);
    }
    if (index < QUERIES)
        return write_query(out, (query_kind_t)(index - PRIVATES + 1));
    if (index < ANSWERS) {
        answer_t answer = sample_answer((query_kind_t)(index - QUERIES + 1));
        return wire_write_answer(out, 5, &answer);
    }
    return write_rest(out, index);
}

static guard_kind_t kind_of(uint32_t index)
{
    if (index < COMMANDS)
        return GUARD_COMMAND;
    if (index < PRIVATES)
        return GUARD_PRIVATE;
    if (index < QUERIES || index == SUBMIT || index == PING ||
        (index >= WATCH && index <= UNWATCH))
        return GUARD_REQUEST;
    if (index == DELTA)
        return GUARD_DELTA;
    return GUARD_REPLY;
}

wire_seed_t wire_seed(uint32_t index)
{
    CHECK(index < WIRE_SEEDS);
    wire_seed_t seed = { .kind = kind_of(index) };
    buffer_init(&seed.bytes, FRAME_BYTES_MAX);
    status_t status = write_seed(&seed.bytes, index);
    CHECK(status == STATUS_OK);
    return seed;
}
