/* wire_request.c - requests: read by the broker, written by clients (wire.h). */
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_decode.h"
#include "proto/wire_encode.h"
#include "proto/wire_field.h"
#include "wire.pb-c.h"

/* Field numbers of message Request, for its first two fields are read before all. */
enum { FIELD_VERSION = 1, FIELD_CORRELATION = 2 };

typedef struct {
    uint64_t instance;
    const item_t *items;
    uint32_t item_count;
} submit_t;

static const row_t item_rows[] = {
    ROW(1, FORM_NUMBER_64, item_t, number),
    ROW_HAS(2, FORM_SPAN, item_t, public_part, public_size),
    ROW_HAS(3, FORM_SPAN, item_t, private_part, private_size),
};
static const shape_t shape_item = SHAPE(yx__item__descriptor, item_rows, item_t);

static const row_t submit_rows[] = {
    ROW(1, FORM_NUMBER_64, submit_t, instance),
    ROW_ROWS(2, submit_t, items, item_count, SUBMIT_ITEMS_MAX, shape_item),
};
static const shape_t shape_submit =
    SHAPE(yx__submit__descriptor, submit_rows, submit_t);

static const row_t filter_rows[] = {
    ROW(1, FORM_CODE, board_query_t, unit),
    ROW(2, FORM_LABEL, board_query_t, front),
    ROW(3, FORM_LABEL, board_query_t, category),
};
static const shape_t shape_filter =
    SHAPE(yx__filter__descriptor, filter_rows, board_query_t);

static const row_t window_rows[] = {
    ROW(1, FORM_NUMBER, board_query_t, offset),
    ROW(2, FORM_NUMBER, board_query_t, count),
    ROW(3, FORM_CODE, board_query_t, around),
};
static const shape_t shape_window =
    SHAPE(yx__window__descriptor, window_rows, board_query_t);

/* Filter and window are messages of their own and no structs: both lie at the start. */
static const row_t board_query_rows[] = {
    ROW(1, FORM_CODE, board_query_t, account),
    ROW(2, FORM_LABEL, board_query_t, group),
    { 3, FORM_INLINE, 0, SLOT_NONE, 0, &shape_filter },
    { 4, FORM_INLINE, 0, SLOT_NONE, 0, &shape_window },
    ROW(5, FORM_FLAG, board_query_t, unranked),
};
static const shape_t shape_board_query =
    SHAPE(yx__board_query__descriptor, board_query_rows, board_query_t);

static const row_t instance_query_rows[] = {
    ROW(1, FORM_NUMBER_64, query_t, instance),
};
static const shape_t shape_instance_query =
    SHAPE(yx__instance_query__descriptor, instance_query_rows, query_t);

static const row_t chain_query_rows[] = {
    ROW(1, FORM_CODE, chain_query_t, code),
    ROW(2, FORM_NUMBER_64, chain_query_t, before),
    ROW(3, FORM_NUMBER, chain_query_t, count),
};
static const shape_t shape_chain_query =
    SHAPE(yx__chain_query__descriptor, chain_query_rows, chain_query_t);

static const row_t explain_query_rows[] = {
    ROW(1, FORM_CODE, explain_query_t, account),
    ROW(2, FORM_CODE, explain_query_t, subject),
};
static const shape_t shape_explain_query =
    SHAPE(yx__explain_query__descriptor, explain_query_rows, explain_query_t);

static const row_t feed_query_rows[] = {
    ROW(1, FORM_NUMBER_64, feed_query_t, from),
    ROW(2, FORM_NUMBER, feed_query_t, count),
    ROW(3, FORM_NUMBER, feed_query_t, wait_ms),
};
static const shape_t shape_feed_query =
    SHAPE(yx__feed_query__descriptor, feed_query_rows, feed_query_t);

static const row_t subscribers_query_rows[] = {
    ROW_LIST(1, FORM_KEYS, subscribers_query_t, keys, key_count, SUBSCRIBERS_MAX),
};
static const shape_t shape_subscribers_query = SHAPE(
    yx__subscribers_query__descriptor, subscribers_query_rows, subscribers_query_t);

static const row_t receipts_query_rows[] = {
    ROW(1, FORM_NUMBER_64, receipts_query_t, seq),
    ROW(2, FORM_NUMBER, receipts_query_t, count),
    ROW(3, FORM_NUMBER_64, receipts_query_t, instance),
    ROW(4, FORM_NUMBER_64, receipts_query_t, number),
};
static const shape_t shape_receipts_query =
    SHAPE(yx__receipts_query__descriptor, receipts_query_rows, receipts_query_t);

static const row_t account_query_rows[] = {
    ROW(1, FORM_CODE, account_query_t, account),
};
static const shape_t shape_account_query =
    SHAPE(yx__account_query__descriptor, account_query_rows, account_query_t);

static const row_t frozen_query_rows[] = {
    ROW(1, FORM_CODE, frozen_query_t, code),
    ROW(2, FORM_NUMBER, frozen_query_t, offset),
    ROW(3, FORM_NUMBER, frozen_query_t, count),
    ROW(4, FORM_FLAG, frozen_query_t, unranked),
};
static const shape_t shape_frozen_query =
    SHAPE(yx__frozen_query__descriptor, frozen_query_rows, frozen_query_t);

static const row_t plan_query_rows[] = {
    ROW(1, FORM_CODE, plan_query_t, account),
    ROW(2, FORM_LABEL, plan_query_t, group),
    ROW(3, FORM_NUMBER, plan_query_t, count),
    ROW(4, FORM_CODE, plan_query_t, team),
};
static const shape_t shape_plan_query =
    SHAPE(yx__plan_query__descriptor, plan_query_rows, plan_query_t);

static const row_t attention_query_rows[] = {
    ROW(1, FORM_NUMBER, attention_query_t, offset),
    ROW(2, FORM_NUMBER, attention_query_t, count),
    ROW(3, FORM_NUMBER, attention_query_t, state),
};
static const shape_t shape_attention_query =
    SHAPE(yx__attention_query__descriptor, attention_query_rows, attention_query_t);

static const row_t sign_in_query_rows[] = {
    ROW(1, FORM_CODE, sign_in_query_t, principal),
    ROW(2, FORM_TEXT, sign_in_query_t, password),
    ROW_SIZED(3, FORM_KEY, sign_in_query_t, link, TOKEN_BYTES),
    ROW(4, FORM_TEXT, sign_in_query_t, new_password),
    ROW_SIZED(5, FORM_KEY, sign_in_query_t, key, KEY_BYTES),
};
static const shape_t shape_sign_in_query =
    SHAPE(yx__sign_in_query__descriptor, sign_in_query_rows, sign_in_query_t);

static const row_t users_query_rows[] = {
    ROW(1, FORM_NUMBER, users_query_t, offset),
    ROW(2, FORM_NUMBER, users_query_t, count),
};
static const shape_t shape_users_query =
    SHAPE(yx__users_query__descriptor, users_query_rows, users_query_t);

static const row_t change_password_query_rows[] = {
    ROW(1, FORM_TEXT, change_password_query_t, old),
    ROW(2, FORM_TEXT, change_password_query_t, password),
};
static const shape_t shape_change_password_query =
    SHAPE(yx__change_password_query__descriptor, change_password_query_rows,
          change_password_query_t);

static const row_t units_query_rows[] = {
    ROW(1, FORM_NUMBER, units_query_t, offset),
    ROW(2, FORM_NUMBER, units_query_t, count),
};
static const shape_t shape_units_query =
    SHAPE(yx__units_query__descriptor, units_query_rows, units_query_t);

static const row_t schemes_query_rows[] = {
    ROW(1, FORM_CODE, query_t, scheme),
};
static const shape_t shape_schemes_query =
    SHAPE(yx__schemes_query__descriptor, schemes_query_rows, query_t);

static const row_t projects_query_rows[] = {
    ROW(1, FORM_CODE, projects_query_t, code),
    ROW(2, FORM_CODE, projects_query_t, unit),
    ROW(3, FORM_LABEL, projects_query_t, front),
    ROW(4, FORM_LABEL, projects_query_t, category),
    ROW(5, FORM_NUMBER, projects_query_t, state),
    ROW(6, FORM_NUMBER, projects_query_t, offset),
    ROW(7, FORM_NUMBER, projects_query_t, count),
};
static const shape_t shape_projects_query =
    SHAPE(yx__projects_query__descriptor, projects_query_rows, projects_query_t);

static const row_t visits_query_rows[] = {
    ROW(1, FORM_CODE, visits_query_t, round),
    ROW(2, FORM_NUMBER, visits_query_t, offset),
    ROW(3, FORM_NUMBER, visits_query_t, count),
};
static const shape_t shape_visits_query =
    SHAPE(yx__visits_query__descriptor, visits_query_rows, visits_query_t);

static const row_t watch_rows[] = {
    ROW_INLINE(1, request_t, view, shape_board_query),
    ROW(2, FORM_NUMBER_64, request_t, until),
};
static const shape_t shape_watch = SHAPE(yx__watch__descriptor, watch_rows, request_t);

static const row_t credit_rows[] = {
    ROW(1, FORM_NUMBER_64, request_t, until),
};
static const shape_t shape_credit =
    SHAPE(yx__credit__descriptor, credit_rows, request_t);

/* What a kind of query asks, and where query_t keeps it; shape NULL = it asks nothing. */
typedef struct {
    const shape_t *shape;
    size_t offset;
} question_t;

#define CHAIN                                                                          \
    {                                                                                  \
        &shape_chain_query, offsetof(query_t, chain)                                   \
    }

static const question_t questions[QUERY_COUNT] = {
    [QUERY_BOARD] = { &shape_board_query, offsetof(query_t, board) },
    [QUERY_INSTANCE] = { &shape_instance_query, 0 },
    [QUERY_EXPLAIN] = { &shape_explain_query, offsetof(query_t, explain) },
    [QUERY_HISTORY_SUBJECT] = CHAIN,
    [QUERY_HISTORY_PROJECT] = CHAIN,
    [QUERY_HISTORY_INSPECTOR] = CHAIN,
    [QUERY_HISTORY_VISIT] = CHAIN,
    [QUERY_FEED] = { &shape_feed_query, offsetof(query_t, feed) },
    [QUERY_SUBSCRIBERS] = { &shape_subscribers_query, offsetof(query_t, subscribers) },
    [QUERY_RECEIPTS] = { &shape_receipts_query, offsetof(query_t, receipts) },
    [QUERY_EPOCHS] = { &shape_account_query, offsetof(query_t, account) },
    [QUERY_HISTORY_EPOCH] = CHAIN,
    [QUERY_FROZEN] = { &shape_frozen_query, offsetof(query_t, frozen) },
    [QUERY_FROZEN_LIST] = { &shape_account_query, offsetof(query_t, account) },
    [QUERY_PLAN] = { &shape_plan_query, offsetof(query_t, plan) },
    [QUERY_ATTENTION] = { &shape_attention_query, offsetof(query_t, attention) },
    [QUERY_HISTORY_ATTENTION] = CHAIN,
    [QUERY_SIGN_IN] = { &shape_sign_in_query, offsetof(query_t, sign_in) },
    [QUERY_USERS] = { &shape_users_query, offsetof(query_t, users) },
    [QUERY_CHANGE_PASSWORD] = { &shape_change_password_query,
                                offsetof(query_t, change_password) },
    [QUERY_UNITS] = { &shape_units_query, offsetof(query_t, units) },
    [QUERY_SCHEMES] = { &shape_schemes_query, 0 },
    [QUERY_PROJECTS] = { &shape_projects_query, offsetof(query_t, projects) },
    [QUERY_ROUNDS] = { &shape_account_query, offsetof(query_t, account) },
    [QUERY_VISITS] = { &shape_visits_query, offsetof(query_t, visits) },
};

_Static_assert((int)QUERY_BOARD == (int)YX__QUERY__BODY_BOARD &&
                   (int)QUERY_RECEIPTS == (int)YX__QUERY__BODY_RECEIPTS &&
                   (int)QUERY_COUNT == (int)YX__QUERY__BODY_VISITS + 1,
               "kinds of queries are the field numbers of message Query");
_Static_assert((int)REQUEST_SUBMIT == (int)YX__REQUEST__BODY_SUBMIT &&
                   (int)REQUEST_QUERY == (int)YX__REQUEST__BODY_QUERY &&
                   (int)REQUEST_PING == (int)YX__REQUEST__BODY_PING &&
                   (int)REQUEST_WATCH == (int)YX__REQUEST__BODY_WATCH &&
                   (int)REQUEST_UNWATCH == (int)YX__REQUEST__BODY_UNWATCH &&
                   (int)REQUEST_CHECK == (int)YX__REQUEST__BODY_CHECK,
               "kinds of requests are the field numbers of message Request");

/* ---- reading ---- */

typedef struct {
    uint64_t version, correlation;
    bool has_version;
} head_t;

/* Version and correlation of whatever can be read of a request: a client of another
 * version shall be told so, and each shall know which request was refused. */
static head_t read_head(const uint8_t *bytes, size_t size)
{
    head_t head = { 0 };
    size_t at = 0;
    wire_field_t field;
    for (uint32_t i = 0; i < MESSAGE_FIELDS_MAX; i++) {
        if (!wire_field_next(bytes, size, &at, &field))
            break;
        if (field.number == FIELD_CORRELATION)
            head.correlation = field.value;
        if (field.number != FIELD_VERSION)
            continue;
        head.version = field.value;
        head.has_version = true;
    }
    return head;
}

static status_t refuse(const reader_t *reader, const char *name, status_t status)
{
    place_t place = { NULL, name, PLACE_NO_INDEX };
    return place_refuse(reader->fault, &place, status, NULL, 0);
}

/* Numbers count upwards from 1; the window of law 4 rests on it. */
static status_t check_numbers(const reader_t *reader, const submit_t *submit,
                              const place_t *place)
{
    for (uint32_t i = 0; i < submit->item_count; i++) {
        if (submit->items[i].number != 0)
            continue;
        place_t item = { place, "items", i };
        place_t number = { &item, "number", PLACE_NO_INDEX };
        return place_refuse_number(reader->fault, &number, STATUS_UNKNOWN_VALUE, "", 0);
    }
    return STATUS_OK;
}

static status_t read_submit(const reader_t *reader, const Yx__Submit *message,
                            const char *name, request_t *request)
{
    submit_t submit = { 0 };
    place_t place = { NULL, name, PLACE_NO_INDEX };
    status_t status =
        decode_message(reader, &shape_submit, &message->base, &place, &submit);
    if (status == STATUS_OK)
        status = check_numbers(reader, &submit, &place);
    request->instance = submit.instance;
    request->items = submit.items;
    request->item_count = submit.item_count;
    return status;
}

/* What narrows a view and is not understood must not be passed over: the answer would
 * hold more than was asked for. */
static bool view_is_known(const Yx__BoardQuery *view)
{
    return view->base.n_unknown_fields == 0 &&
           (view->filter == NULL || view->filter->base.n_unknown_fields == 0) &&
           (view->window == NULL || view->window->base.n_unknown_fields == 0);
}

static status_t refuse_view(const reader_t *reader, const place_t *view)
{
    return place_refuse(reader->fault, view, STATUS_UNKNOWN_FILTER, NULL, 0);
}

static status_t read_query(const reader_t *reader, const Yx__Query *message,
                           query_t *query)
{
    place_t outer = { NULL, "query", PLACE_NO_INDEX };
    if (message->body_case == YX__QUERY__BODY__NOT_SET)
        return refuse(reader, "query", STATUS_UNKNOWN_OPERATION);
    query->kind = (query_kind_t)message->body_case;
    const question_t *question = &questions[query->kind];
    if (question->shape == NULL)
        return STATUS_OK;
    const char *name = protobuf_c_message_descriptor_get_field(&yx__query__descriptor,
                                                               message->body_case)
                           ->name;
    place_t place = { &outer, name, PLACE_NO_INDEX };
    if (query->kind == QUERY_BOARD && !view_is_known(message->board))
        return refuse_view(reader, &place);
    /* Every member of the oneof is a pointer to a message; any of them names it. */
    return decode_message(reader, question->shape, &message->board->base, &place,
                          (char *)query + question->offset);
}

static status_t read_watch(const reader_t *reader, const Yx__Watch *message,
                           request_t *request)
{
    place_t place = { NULL, "watch", PLACE_NO_INDEX };
    place_t view = { &place, "view", PLACE_NO_INDEX };
    if (!view_is_known(message->view))
        return refuse_view(reader, &view);
    return decode_message(reader, &shape_watch, &message->base, &place, request);
}

static status_t read_credit(const reader_t *reader, const Yx__Credit *message,
                            request_t *request)
{
    place_t place = { NULL, "credit", PLACE_NO_INDEX };
    return decode_message(reader, &shape_credit, &message->base, &place, request);
}

static status_t read_body(const reader_t *reader, const Yx__Request *message,
                          request_t *request)
{
    request->kind = (request_kind_t)message->body_case;
    switch (message->body_case) {
    case YX__REQUEST__BODY_SUBMIT:
        return read_submit(reader, message->submit, "submit", request);
    case YX__REQUEST__BODY_CHECK:
        return read_submit(reader, message->check, "check", request);
    case YX__REQUEST__BODY_QUERY:
        return read_query(reader, message->query, &request->query);
    case YX__REQUEST__BODY_WATCH:
        return read_watch(reader, message->watch, request);
    case YX__REQUEST__BODY_CREDIT:
        return read_credit(reader, message->credit, request);
    case YX__REQUEST__BODY_PING:
    case YX__REQUEST__BODY_UNWATCH:
        return STATUS_OK;
    default:
        return refuse(reader, "request", STATUS_UNKNOWN_OPERATION);
    }
}

status_t wire_read_request(arena_t *arena, const uint8_t *bytes, size_t size,
                           request_t *request, fault_t *fault)
{
    CHECK(arena != NULL);
    CHECK(request != NULL);
    *request = (request_t){ 0 };
    fault_set(fault, NULL, NULL, 0);
    reader_t reader = { arena, fault, true };
    head_t head = read_head(bytes, size);
    request->correlation = head.correlation;
    if (head.has_version && head.version != PROTOCOL_VERSION) {
        place_t place = { NULL, "version", PLACE_NO_INDEX };
        return place_refuse_number(fault, &place, STATUS_UNSUPPORTED_VERSION, "",
                                   head.version);
    }
    ProtobufCMessage *unpacked;
    status_t status = decode_unpack(&reader, GUARD_REQUEST, bytes, size, &unpacked);
    if (status != STATUS_OK)
        return status;
    return read_body(&reader, (const Yx__Request *)unpacked, request);
}

/* ---- writing ---- */

static writer_t begin(buffer_t *out, uint64_t correlation)
{
    writer_t writer = encode_begin(out);
    encode_number(&writer, FIELD_VERSION, PROTOCOL_VERSION);
    encode_fixed64(&writer, FIELD_CORRELATION, correlation);
    return writer;
}

static status_t write_items(buffer_t *out, uint64_t correlation, request_kind_t kind,
                            const submit_t *submit)
{
    CHECK(submit->items != NULL || submit->item_count == 0);
    CHECK(submit->item_count <= SUBMIT_ITEMS_MAX);
    writer_t writer = begin(out, correlation);
    encode_message(&writer, kind, &shape_submit, submit);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_submit(buffer_t *out, uint64_t correlation, uint64_t instance,
                           const item_t *items, uint32_t count)
{
    submit_t submit = { instance, items, count };
    return write_items(out, correlation, REQUEST_SUBMIT, &submit);
}

status_t wire_write_check(buffer_t *out, uint64_t correlation, const item_t *items,
                          uint32_t count)
{
    submit_t submit = { 0, items, count };
    return write_items(out, correlation, REQUEST_CHECK, &submit);
}

status_t wire_write_query(buffer_t *out, uint64_t correlation, const query_t *query)
{
    CHECK(query != NULL);
    CHECK(query->kind > QUERY_NONE && query->kind < QUERY_COUNT);
    writer_t writer = begin(out, correlation);
    size_t opened = encode_open(&writer, REQUEST_QUERY);
    const question_t *question = &questions[query->kind];
    if (question->shape != NULL)
        encode_message(&writer, query->kind, question->shape,
                       (const char *)query + question->offset);
    else
        encode_bytes(&writer, query->kind, NULL, 0); /* an Empty */
    encode_close(&writer, opened);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

static status_t write_empty(buffer_t *out, uint64_t correlation, request_kind_t kind)
{
    writer_t writer = begin(out, correlation);
    encode_bytes(&writer, kind, NULL, 0);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_ping(buffer_t *out, uint64_t correlation)
{
    return write_empty(out, correlation, REQUEST_PING);
}

status_t wire_write_unwatch(buffer_t *out, uint64_t correlation)
{
    return write_empty(out, correlation, REQUEST_UNWATCH);
}

status_t wire_write_watch(buffer_t *out, uint64_t correlation,
                          const board_query_t *view, uint64_t until)
{
    CHECK(view != NULL);
    request_t request = { .view = *view, .until = until };
    writer_t writer = begin(out, correlation);
    encode_message(&writer, REQUEST_WATCH, &shape_watch, &request);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_credit(buffer_t *out, uint64_t correlation, uint64_t until)
{
    request_t request = { .until = until };
    writer_t writer = begin(out, correlation);
    encode_message(&writer, REQUEST_CREDIT, &shape_credit, &request);
    return encode_end(&writer, FRAME_BYTES_MAX);
}
