/* guard_walk.c - see guard_walk.h and guard.h.
 *
 * One frame per open message, at most MESSAGE_DEPTH_MAX of them. Nothing is kept for
 * the place of a fault but where its fields began: indices in lists are counted anew
 * when something is refused. Where protobuf-c is laxer than the format (it drops the
 * upper bits of numbers, takes any bool), the walk is strict, so that whoever reads
 * the bytes later with another library reads the same values.
 */
#include "proto/guard_walk.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/text_scan.h"
#include <protobuf-c/protobuf-c.h>

typedef ProtobufCMessageDescriptor descriptor_t;
typedef ProtobufCFieldDescriptor field_t;

#define WIRE_NONE       0xffu
#define VARINT_BYTES    10u /* of a number */
#define PREFIX_BYTES    5u  /* of a tag or a length, as protobuf-c reads them */
#define FRAME_FIELDS    64u /* bits in frame_t.seen */
#define BYTE_WORDS      "byte "
#define CHARACTER_WORDS "character "

typedef struct {
    const descriptor_t *descriptor;
    const uint8_t *begin, *end;
    const uint8_t *tag_at; /* where the field being read begins */
    const field_t *field;  /* the field being read; NULL = none or unknown */
    uint64_t seen;         /* bit i: descriptor->fields[i] was there */
    bool oneof_seen;       /* no message of ours has two oneofs */
} frame_t;

typedef struct {
    const guard_root_t *root;
    fault_t *fault;
    const uint8_t *at;
    frame_t frames[MESSAGE_DEPTH_MAX];
    uint32_t depth, fields;
} walk_t;

static const uint8_t wire_of_type[] = {
    [PROTOBUF_C_TYPE_INT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SINT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SFIXED32] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_INT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SINT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_SFIXED64] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_UINT32] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_FIXED32] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_UINT64] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_FIXED64] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_FLOAT] = PROTOBUF_C_WIRE_TYPE_32BIT,
    [PROTOBUF_C_TYPE_DOUBLE] = PROTOBUF_C_WIRE_TYPE_64BIT,
    [PROTOBUF_C_TYPE_BOOL] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_ENUM] = PROTOBUF_C_WIRE_TYPE_VARINT,
    [PROTOBUF_C_TYPE_STRING] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
    [PROTOBUF_C_TYPE_BYTES] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
    [PROTOBUF_C_TYPE_MESSAGE] = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
};

/* ---- reading ---- */

/* Behind the number, or NULL when it does not end within `bytes_max` or the message. */
static const uint8_t *read_long_varint(const uint8_t *at, const uint8_t *end,
                                       uint32_t bytes_max, uint64_t *value)
{
    uint64_t result = 0;
    for (uint32_t i = 0; i < bytes_max && at + i < end; i++) {
        if (i == VARINT_BYTES - 1 && at[i] > 1)
            return NULL; /* more than 64 bits */
        result |= (uint64_t)(at[i] & 0x7f) << (7 * i);
        if (at[i] < 0x80) {
            *value = result;
            return at + i + 1;
        }
    }
    return NULL;
}

static inline const uint8_t *read_varint(const uint8_t *at, const uint8_t *end,
                                         uint32_t bytes_max, uint64_t *value)
{
    if (at < end && at[0] < 0x80) {
        *value = at[0];
        return at + 1;
    }
    return read_long_varint(at, end, bytes_max, value);
}

/* Behind the value of a field, which is not looked into; NULL when it does not fit. */
static const uint8_t *skip_value(const uint8_t *at, const uint8_t *end, uint32_t wire)
{
    uint64_t value;
    size_t left = (size_t)(end - at);
    switch (wire) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return read_varint(at, end, VARINT_BYTES, &value);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        return left >= 8 ? at + 8 : NULL;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        return left >= 4 ? at + 4 : NULL;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        at = read_varint(at, end, PREFIX_BYTES, &value);
        return at != NULL && value <= (size_t)(end - at) ? at + value : NULL;
    default:
        return NULL; /* groups, and what the format does not have */
    }
}

/* ---- refusing ---- */

/* How often the frame's present field stood in it before. Those bytes were read. */
static uint32_t count_before(const frame_t *frame)
{
    uint32_t count = 0;
    const uint8_t *at = frame->begin;
    while (at < frame->tag_at) {
        uint64_t tag = 0;
        at = read_varint(at, frame->end, PREFIX_BYTES, &tag);
        CHECK(at != NULL);
        count += tag >> 3 == frame->field->id;
        at = skip_value(at, frame->end, (uint32_t)(tag & 7));
        CHECK(at != NULL);
    }
    return count;
}

/* Refuses at the field being read, or at `last` of the innermost message. */
static status_t refuse_at(const walk_t *walk, const field_t *last, status_t status,
                          const char *words, uint64_t number)
{
    place_t places[MESSAGE_DEPTH_MAX + 1];
    const place_t *outer = NULL;
    places[0] = (place_t){ NULL, walk->root->name, PLACE_NO_INDEX };
    if (walk->root->name_leads)
        outer = &places[0];
    for (uint32_t i = 0; i < walk->depth; i++) {
        const frame_t *frame = &walk->frames[i];
        bool innermost = i + 1 == walk->depth;
        const field_t *field = innermost && last != NULL ? last : frame->field;
        if (field == NULL)
            break;
        bool listed = field->label == PROTOBUF_C_LABEL_REPEATED;
        places[i + 1] = (place_t){ outer, field->name,
                                   listed ? count_before(frame) : PLACE_NO_INDEX };
        outer = &places[i + 1];
    }
    if (outer == NULL)
        outer = &places[0];
    if (words == NULL)
        return place_refuse(walk->fault, outer, status, NULL, 0);
    return place_refuse_number(walk->fault, outer, status, words, number);
}

static status_t refuse(const walk_t *walk, status_t status, const char *words,
                       uint64_t number)
{
    return refuse_at(walk, NULL, status, words, number);
}

static status_t refuse_form(const walk_t *walk)
{
    return refuse(walk, STATUS_MALFORMED, BYTE_WORDS,
                  (uint64_t)(walk->at - walk->frames[0].begin));
}

/* ---- values ---- */

static bool enum_has(const ProtobufCEnumDescriptor *descriptor, uint64_t value)
{
    for (unsigned i = 0; i < descriptor->n_value_ranges; i++) {
        const ProtobufCIntRange *range = &descriptor->value_ranges[i];
        uint64_t count = range[1].orig_index - range[0].orig_index;
        uint64_t first = (uint64_t)(int64_t)range->start_value;
        if (value - first < count)
            return true;
    }
    return false;
}

static bool fits_int32(uint64_t value)
{
    return value <= INT32_MAX || value >= (uint64_t)(int64_t)INT32_MIN;
}

static status_t check_number(const walk_t *walk, const field_t *field, uint64_t value)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_ENUM:
        if (enum_has(field->descriptor, value))
            return STATUS_OK;
        return refuse(walk, STATUS_UNKNOWN_VALUE, "", value);
    case PROTOBUF_C_TYPE_BOOL:
        return value <= 1 ? STATUS_OK : refuse(walk, STATUS_UNKNOWN_VALUE, "", value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SINT32:
        return value <= UINT32_MAX ? STATUS_OK : refuse_form(walk);
    case PROTOBUF_C_TYPE_INT32:
        return fits_int32(value) ? STATUS_OK : refuse_form(walk);
    default:
        return STATUS_OK;
    }
}

static status_t read_number(walk_t *walk, const field_t *field, const uint8_t *end)
{
    uint64_t value;
    const uint8_t *next = read_varint(walk->at, end, VARINT_BYTES, &value);
    if (next == NULL)
        return refuse_form(walk);
    status_t status = check_number(walk, field, value);
    walk->at = next;
    return status;
}

static status_t count_field(walk_t *walk)
{
    walk->fields++;
    if (walk->fields <= walk->root->fields_max)
        return STATUS_OK;
    return refuse(walk, STATUS_TOO_MANY_FIELDS, "more than ", walk->root->fields_max);
}

/* A list of numbers in one field; each counts as a field. */
static status_t read_packed(walk_t *walk, const field_t *field, const uint8_t *end)
{
    while (walk->at < end) {
        status_t status = read_number(walk, field, end);
        if (status == STATUS_OK)
            status = count_field(walk);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static status_t read_text(walk_t *walk, const field_t *field, size_t size)
{
    const descriptor_t *descriptor = walk->frames[walk->depth - 1].descriptor;
    const guard_root_t *root = walk->root;
    bool breaks = root->may_break != NULL && root->may_break(descriptor, field->id);
    uint32_t chars;
    status_t status = text_scan((const char *)walk->at, size,
                                breaks ? TEXT_LINES : TEXT_LINE, &chars);
    if (status != STATUS_OK)
        return refuse(walk, status, CHARACTER_WORDS, chars);
    walk->at += size;
    return STATUS_OK;
}

static status_t push(walk_t *walk, const descriptor_t *descriptor, size_t size)
{
    if (walk->depth == MESSAGE_DEPTH_MAX)
        return refuse(walk, STATUS_TOO_DEEP, "more than ", MESSAGE_DEPTH_MAX);
    CHECK(descriptor->n_fields <= FRAME_FIELDS);
    walk->frames[walk->depth++] = (frame_t){ .descriptor = descriptor,
                                             .begin = walk->at,
                                             .end = walk->at + size };
    return STATUS_OK;
}

static status_t read_prefixed(walk_t *walk, const field_t *field)
{
    const uint8_t *end = walk->frames[walk->depth - 1].end;
    uint64_t size;
    const uint8_t *begin = read_varint(walk->at, end, PREFIX_BYTES, &size);
    if (begin == NULL || size > (size_t)(end - begin))
        return refuse_form(walk);
    walk->at = begin;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return read_text(walk, field, size);
    case PROTOBUF_C_TYPE_MESSAGE:
        return push(walk, field->descriptor, size);
    case PROTOBUF_C_TYPE_BYTES:
        walk->at += size;
        return STATUS_OK;
    default:
        return read_packed(walk, field, begin + size);
    }
}

/* ---- fields ---- */

static const field_t *find_field(const descriptor_t *descriptor, uint32_t number)
{
    /* Most messages number their fields 1, 2, 3 ... without a gap. */
    if (number <= descriptor->n_fields && descriptor->fields[number - 1].id == number)
        return &descriptor->fields[number - 1];
    for (unsigned i = 0; i < descriptor->n_field_ranges; i++) {
        const ProtobufCIntRange *range = &descriptor->field_ranges[i];
        uint32_t within = number - (uint32_t)range->start_value;
        if (within < range[1].orig_index - range[0].orig_index)
            return &descriptor->fields[range->orig_index + within];
    }
    return NULL;
}

/* No field twice that is no list, and one member of a oneof at most. */
static status_t check_once(walk_t *walk, frame_t *frame, const field_t *field)
{
    uint64_t bit = UINT64_C(1) << (field - frame->descriptor->fields);
    bool in_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    if ((frame->seen & bit) != 0 && field->label != PROTOBUF_C_LABEL_REPEATED)
        return refuse_form(walk);
    if (in_oneof && frame->oneof_seen)
        return refuse_form(walk);
    frame->seen |= bit;
    frame->oneof_seen |= in_oneof;
    return STATUS_OK;
}

static bool may_be_packed(const field_t *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED &&
           wire_of_type[field->type] == PROTOBUF_C_WIRE_TYPE_VARINT;
}

static status_t read_value(walk_t *walk, const field_t *field, uint32_t wire)
{
    const frame_t *frame = &walk->frames[walk->depth - 1];
    bool prefixed = wire == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    if (wire != wire_of_type[field->type] && !(prefixed && may_be_packed(field)))
        return refuse_form(walk);
    if (prefixed)
        return read_prefixed(walk, field);
    if (wire == PROTOBUF_C_WIRE_TYPE_VARINT)
        return read_number(walk, field, frame->end);
    const uint8_t *next = skip_value(walk->at, frame->end, wire);
    if (next == NULL)
        return refuse_form(walk);
    walk->at = next;
    return STATUS_OK;
}

static status_t read_field(walk_t *walk)
{
    frame_t *frame = &walk->frames[walk->depth - 1];
    uint64_t tag = 0;
    frame->field = NULL;
    frame->tag_at = walk->at;
    const uint8_t *next = read_varint(walk->at, frame->end, PREFIX_BYTES, &tag);
    if (next == NULL || tag > UINT32_MAX || tag >> 3 == 0)
        return refuse_form(walk);
    status_t status = count_field(walk);
    if (status != STATUS_OK)
        return status;
    uint32_t wire = (uint32_t)(tag & 7);
    frame->field = find_field(frame->descriptor, (uint32_t)(tag >> 3));
    if (frame->field == NULL) {
        next = skip_value(next, frame->end, wire);
        if (next == NULL)
            return refuse_form(walk);
        walk->at = next;
        return STATUS_OK;
    }
    status = check_once(walk, frame, frame->field);
    if (status != STATUS_OK)
        return status;
    walk->at = next;
    return read_value(walk, frame->field, wire);
}

/* Ends the innermost message: whatever it must have has been seen. */
static status_t pop(walk_t *walk)
{
    const frame_t *frame = &walk->frames[walk->depth - 1];
    const descriptor_t *descriptor = frame->descriptor;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const field_t *field = &descriptor->fields[i];
        /* Behind the members of a oneof no message of ours requires anything (and if one
         * did, protobuf-c would refuse); Command has 25 of them to pass over. */
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
            break;
        if (field->label == PROTOBUF_C_LABEL_REQUIRED && (frame->seen >> i & 1) == 0)
            return refuse_at(walk, field, STATUS_FIELD_MISSING, NULL, 0);
    }
    walk->depth--;
    return STATUS_OK;
}

status_t guard_walk(const guard_root_t *root, const uint8_t *bytes, size_t size,
                    fault_t *fault)
{
    CHECK(root != NULL);
    CHECK(bytes != NULL || size == 0);
    static const uint8_t nothing[1];
    walk_t walk;
    walk.root = root;
    walk.fault = fault;
    walk.at = bytes != NULL ? bytes : nothing;
    walk.depth = 0;
    walk.fields = 0;
    status_t status = push(&walk, root->descriptor, size);
    if (size > root->bytes_max)
        status = refuse(&walk, STATUS_TOO_LARGE, "more than ", root->bytes_max);
    while (status == STATUS_OK && walk.depth > 0) {
        const frame_t *frame = &walk.frames[walk.depth - 1];
        status = walk.at == frame->end ? pop(&walk) : read_field(&walk);
    }
    return status;
}
