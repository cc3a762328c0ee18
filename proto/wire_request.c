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

_Static_assert((int)QUERY_BOARD == (int)YX__QUERY__BODY_BOARD &&
                   (int)QUERY_GROUPS == (int)YX__QUERY__BODY_GROUPS &&
                   (int)QUERY_COUNT == (int)YX__QUERY__BODY_GROUPS + 1,
               "kinds of queries are the field numbers of message Query");
_Static_assert((int)REQUEST_SUBMIT == (int)YX__REQUEST__BODY_SUBMIT &&
                   (int)REQUEST_QUERY == (int)YX__REQUEST__BODY_QUERY &&
                   (int)REQUEST_PING == (int)YX__REQUEST__BODY_PING,
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
                            request_t *request)
{
    submit_t submit = { 0 };
    place_t place = { NULL, "submit", PLACE_NO_INDEX };
    status_t status =
        decode_message(reader, &shape_submit, &message->base, &place, &submit);
    if (status == STATUS_OK)
        status = check_numbers(reader, &submit, &place);
    request->instance = submit.instance;
    request->items = submit.items;
    request->item_count = submit.item_count;
    return status;
}

static status_t read_query(const reader_t *reader, const Yx__Query *message,
                           query_t *query)
{
    place_t outer = { NULL, "query", PLACE_NO_INDEX };
    if (message->body_case == YX__QUERY__BODY__NOT_SET)
        return refuse(reader, "query", STATUS_UNKNOWN_OPERATION);
    query->kind = (query_kind_t)message->body_case;
    if (query->kind == QUERY_BOARD) {
        place_t place = { &outer, "board", PLACE_NO_INDEX };
        return decode_message(reader, &shape_board_query, &message->board->base, &place,
                              &query->board);
    }
    if (query->kind == QUERY_INSTANCE)
        query->instance = message->instance->instance;
    return STATUS_OK;
}

static status_t read_body(const reader_t *reader, const Yx__Request *message,
                          request_t *request)
{
    request->kind = (request_kind_t)message->body_case;
    switch (message->body_case) {
    case YX__REQUEST__BODY_SUBMIT:
        return read_submit(reader, message->submit, request);
    case YX__REQUEST__BODY_QUERY:
        return read_query(reader, message->query, &request->query);
    case YX__REQUEST__BODY_PING:
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

status_t wire_write_submit(buffer_t *out, uint64_t correlation, uint64_t instance,
                           const item_t *items, uint32_t count)
{
    CHECK(items != NULL || count == 0);
    CHECK(count <= SUBMIT_ITEMS_MAX);
    submit_t submit = { instance, items, count };
    writer_t writer = begin(out, correlation);
    encode_message(&writer, REQUEST_SUBMIT, &shape_submit, &submit);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_query(buffer_t *out, uint64_t correlation, const query_t *query)
{
    CHECK(query != NULL);
    CHECK(query->kind > QUERY_NONE && query->kind < QUERY_COUNT);
    writer_t writer = begin(out, correlation);
    size_t opened = encode_open(&writer, REQUEST_QUERY);
    if (query->kind == QUERY_BOARD)
        encode_message(&writer, QUERY_BOARD, &shape_board_query, &query->board);
    else if (query->kind == QUERY_INSTANCE)
        encode_message(&writer, QUERY_INSTANCE, &shape_instance_query, query);
    else
        encode_bytes(&writer, query->kind, NULL, 0); /* an Empty */
    encode_close(&writer, opened);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_ping(buffer_t *out, uint64_t correlation)
{
    writer_t writer = begin(out, correlation);
    encode_bytes(&writer, REQUEST_PING, NULL, 0);
    return encode_end(&writer, FRAME_BYTES_MAX);
}
