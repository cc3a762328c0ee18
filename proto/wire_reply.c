/* wire_reply.c - replies: written by the broker, read by clients (wire.h). */
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_answer.h"
#include "proto/wire_decode.h"
#include "proto/wire_encode.h"
#include "proto/wire_update.h"
#include "wire.pb-c.h"

enum { FIELD_CORRELATION = 1 };

typedef struct {
    const outcome_t *outcomes;
    uint32_t count;
} submit_reply_t;

static const row_t outcome_rows[] = {
    ROW(1, FORM_NUMBER_64, outcome_t, number),
    ROW(2, FORM_STATUS, outcome_t, status),
    ROW(3, FORM_NUMBER_64, outcome_t, seq),
    ROW_SIZED(4, FORM_CHARS, outcome_t, fault.place, FAULT_PLACE_MAX),
    ROW_SIZED(5, FORM_CHARS, outcome_t, fault.detail, FAULT_DETAIL_MAX),
};
static const shape_t shape_outcome =
    SHAPE(yx__outcome__descriptor, outcome_rows, outcome_t);

static const row_t submit_reply_rows[] = {
    ROW_ROWS(1, submit_reply_t, outcomes, count, 0, shape_outcome),
};
static const shape_t shape_submit_reply =
    SHAPE(yx__submit_reply__descriptor, submit_reply_rows, submit_reply_t);

typedef struct {
    status_t status;
    fault_t fault;
} failure_t;

static const row_t failure_rows[] = {
    ROW(1, FORM_STATUS, failure_t, status),
    ROW_SIZED(2, FORM_CHARS, failure_t, fault.place, FAULT_PLACE_MAX),
    ROW_SIZED(3, FORM_CHARS, failure_t, fault.detail, FAULT_DETAIL_MAX),
};
static const shape_t shape_failure =
    SHAPE(yx__failure__descriptor, failure_rows, failure_t);

_Static_assert((int)REPLY_SUBMIT == (int)YX__REPLY__BODY_SUBMIT &&
                   (int)REPLY_ANSWER == (int)YX__REPLY__BODY_ANSWER &&
                   (int)REPLY_PONG == (int)YX__REPLY__BODY_PONG &&
                   (int)REPLY_FAILURE == (int)YX__REPLY__BODY_FAILURE &&
                   (int)REPLY_UPDATE == (int)YX__REPLY__BODY_UPDATE,
               "kinds of replies are the field numbers of message Reply");

/* ---- writing ---- */

static writer_t begin(buffer_t *out, uint64_t correlation)
{
    writer_t writer = encode_begin(out);
    encode_fixed64(&writer, FIELD_CORRELATION, correlation);
    return writer;
}

status_t wire_write_submit_reply(buffer_t *out, uint64_t correlation,
                                 const outcome_t *outcomes, uint32_t count)
{
    CHECK(outcomes != NULL || count == 0);
    submit_reply_t reply = { outcomes, count };
    writer_t writer = begin(out, correlation);
    encode_message(&writer, REPLY_SUBMIT, &shape_submit_reply, &reply);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_failure(buffer_t *out, uint64_t correlation, status_t status,
                            const fault_t *fault)
{
    CHECK(status != STATUS_OK);
    failure_t failure = { .status = status };
    if (fault != NULL)
        failure.fault = *fault;
    writer_t writer = begin(out, correlation);
    encode_message(&writer, REPLY_FAILURE, &shape_failure, &failure);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_pong(buffer_t *out, uint64_t correlation)
{
    writer_t writer = begin(out, correlation);
    encode_bytes(&writer, REPLY_PONG, NULL, 0);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

status_t wire_write_answer(buffer_t *out, uint64_t correlation, const answer_t *answer)
{
    CHECK(answer != NULL);
    CHECK(answer->part < answer->parts);
    writer_t writer = begin(out, correlation);
    size_t opened = encode_open(&writer, REPLY_ANSWER);
    encode_number(&writer, 1, answer->seq);
    encode_number(&writer, 2, answer->part);
    encode_number(&writer, 3, answer->parts);
    encode_message(&writer, ANSWER_FIELD(answer->kind), shape_of_answer(answer->kind),
                   &answer->body);
    encode_close(&writer, opened);
    return encode_end(&writer, FRAME_BYTES_MAX);
}

/* ---- reading ---- */

static status_t refuse(const reader_t *reader, const char *name, status_t status)
{
    place_t place = { NULL, name, PLACE_NO_INDEX };
    return place_refuse(reader->fault, &place, status, NULL, 0);
}

static status_t read_submit(const reader_t *reader, const Yx__SubmitReply *message,
                            reply_t *reply)
{
    submit_reply_t submit = { 0 };
    place_t place = { NULL, "submit", PLACE_NO_INDEX };
    status_t status =
        decode_message(reader, &shape_submit_reply, &message->base, &place, &submit);
    reply->outcomes = submit.outcomes;
    reply->outcome_count = submit.count;
    return status;
}

static status_t read_answer(const reader_t *reader, const Yx__Answer *message,
                            answer_t *answer)
{
    if (message->body_case == YX__ANSWER__BODY__NOT_SET)
        return refuse(reader, "answer", STATUS_UNKNOWN_OPERATION);
    if (message->part >= message->parts)
        return refuse(reader, "answer.part", STATUS_MALFORMED);
    answer->seq = message->seq;
    answer->part = message->part;
    answer->parts = message->parts;
    answer->kind = (query_kind_t)(message->body_case - ANSWER_FIELD(0));
    /* Every member of the oneof is a pointer to a message; any of them names it. */
    const ProtobufCMessage *body = (const ProtobufCMessage *)message->board;
    place_t outer = { NULL, "answer", PLACE_NO_INDEX };
    const char *name = protobuf_c_message_descriptor_get_field(&yx__answer__descriptor,
                                                               message->body_case)
                           ->name;
    place_t place = { &outer, name, PLACE_NO_INDEX };
    return decode_message(reader, shape_of_answer(answer->kind), body, &place,
                          &answer->body);
}

static status_t read_failure(const reader_t *reader, const Yx__Failure *message,
                             reply_t *reply)
{
    failure_t failure = { .status = STATUS_OK };
    place_t place = { NULL, "failure", PLACE_NO_INDEX };
    status_t status =
        decode_message(reader, &shape_failure, &message->base, &place, &failure);
    reply->failure = failure.status;
    reply->fault = failure.fault;
    return status;
}

status_t wire_read_reply(arena_t *arena, const uint8_t *bytes, size_t size,
                         reply_t *reply, fault_t *fault)
{
    CHECK(arena != NULL);
    CHECK(reply != NULL);
    *reply = (reply_t){ 0 };
    fault_set(fault, NULL, NULL, 0);
    reader_t reader = { arena, fault, false };
    ProtobufCMessage *unpacked;
    status_t status = decode_unpack(&reader, GUARD_REPLY, bytes, size, &unpacked);
    if (status != STATUS_OK)
        return status;
    const Yx__Reply *message = (const Yx__Reply *)unpacked;
    reply->correlation = message->correlation;
    reply->kind = (reply_kind_t)message->body_case;
    switch (message->body_case) {
    case YX__REPLY__BODY_SUBMIT:
        return read_submit(&reader, message->submit, reply);
    case YX__REPLY__BODY_ANSWER:
        return read_answer(&reader, message->answer, &reply->answer);
    case YX__REPLY__BODY_PONG:
        return STATUS_OK;
    case YX__REPLY__BODY_UPDATE:
        return update_read(&reader, &message->update->base, bytes, size,
                           &reply->update);
    case YX__REPLY__BODY_FAILURE:
        return read_failure(&reader, message->failure, reply);
    default:
        return refuse(&reader, "reply", STATUS_UNKNOWN_OPERATION);
    }
}
