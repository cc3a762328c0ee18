/* guard_agreement.c - see guard_agreement.h. */
#include "tests/support/guard_agreement.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include <protobuf-c/protobuf-c.h>
#include <stdlib.h>
#include <string.h>

/* More than any message takes for its size: two bytes can be a field of some 100. */
#define ARENA_BYTES(size) (65536u + 100u * (size))

extern const ProtobufCMessageDescriptor yx__request__descriptor;
extern const ProtobufCMessageDescriptor yx__reply__descriptor;
extern const ProtobufCMessageDescriptor yx__command__descriptor;
extern const ProtobufCMessageDescriptor yx__private__descriptor;
extern const ProtobufCMessageDescriptor yx__delta__descriptor;

static const ProtobufCMessageDescriptor *descriptor_of(guard_kind_t kind)
{
    static const ProtobufCMessageDescriptor *const descriptors[GUARD_COUNT] = {
        [GUARD_REQUEST] = &yx__request__descriptor,
        [GUARD_REPLY] = &yx__reply__descriptor,
        [GUARD_COMMAND] = &yx__command__descriptor,
        [GUARD_PRIVATE] = &yx__private__descriptor,
        [GUARD_DELTA] = &yx__delta__descriptor,
    };
    return descriptors[kind];
}

typedef struct {
    uint8_t *data;
    size_t size;
} packed_t;

/* Unpacks and packs again; data is NULL when protobuf-c cannot. */
static packed_t pack_again(guard_kind_t kind, const uint8_t *bytes, size_t size)
{
    packed_t packed = { NULL, 0 };
    ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor_of(kind), NULL, size, bytes);
    if (message == NULL)
        return packed;
    packed.size = protobuf_c_message_get_packed_size(message);
    packed.data = malloc(packed.size + 1);
    if (packed.data != NULL &&
        protobuf_c_message_pack(message, packed.data) != packed.size)
        packed.size = SIZE_MAX;
    protobuf_c_message_free_unpacked(message, NULL);
    return packed;
}

/* Lists that came packed are packed one by one and grow; only then may a bound of the
 * guard be passed by the second form. */
static bool is_bound(status_t status)
{
    return status == STATUS_TOO_LARGE || status == STATUS_TOO_MANY_FIELDS;
}

static const char *compare(guard_function_t guard, guard_kind_t kind,
                           const uint8_t *bytes, size_t size)
{
    const char *wrong = NULL;
    packed_t second = { NULL, 0 };
    packed_t first = pack_again(kind, bytes, size);
    if (first.data == NULL) {
        wrong = "the guard passed what protobuf-c cannot unpack";
        goto done;
    }
    status_t status = guard(kind, first.data, first.size, NULL);
    if (status != STATUS_OK) {
        if (!is_bound(status) || first.size <= size)
            wrong = "the guard refused what protobuf-c made of a message it had passed";
        goto done;
    }
    second = pack_again(kind, first.data, first.size);
    if (second.data == NULL || second.size != first.size ||
        memcmp(second.data, first.data, first.size) != 0)
        wrong = "the second packing differs from the first";

done:
    free(first.data);
    free(second.data);
    return wrong;
}

static status_t read_command(arena_t *arena, const item_t *item)
{
    command_t command;
    private_t part;
    status_t judged = wire_read_command(arena, item, &command, &part, NULL);
    status_t stored =
        wire_read_stored(arena, item->public_part, item->public_size, &command);
    /* What was accepted once must be readable for ever. */
    return judged == STATUS_OK && stored != STATUS_OK ? STATUS_DAMAGED : stored;
}

static status_t read_any(arena_t *arena, guard_kind_t kind, const uint8_t *bytes,
                         size_t size)
{
    request_t request;
    reply_t reply;
    private_t part;
    delta_t delta;
    item_t item = { 1, bytes, NULL, (uint32_t)size, 0 };
    switch (kind) {
    case GUARD_REQUEST:
        return wire_read_request(arena, bytes, size, &request, NULL);
    case GUARD_REPLY:
        return wire_read_reply(arena, bytes, size, &reply, NULL);
    case GUARD_COMMAND:
        return read_command(arena, &item);
    case GUARD_DELTA:
        return wire_read_delta(arena, bytes, size, &delta, NULL);
    default:
        return wire_read_stored_private(arena, bytes, size, &part);
    }
}

static const char *read_with_wire(bool passed, guard_kind_t kind, const uint8_t *bytes,
                                  size_t size)
{
    arena_t *arena = arena_create(ARENA_BYTES(size));
    if (arena == NULL)
        return "no memory for the test";
    status_t status = read_any(arena, kind, bytes, size);
    arena_destroy(&arena);
    if (status == STATUS_OK && !passed)
        return "a read accepted what the guard refused";
    if (status == STATUS_DAMAGED)
        return "a command was accepted that cannot be read from the journal";
    if (status == STATUS_NO_MEMORY)
        return "a message of lawful size needs more than the arena has";
    return NULL;
}

const char *guard_disagreement(guard_function_t guard, guard_kind_t kind,
                               const uint8_t *bytes, size_t size)
{
    fault_t fault;
    bool passed = guard(kind, bytes, size, &fault) == STATUS_OK;
    const char *wrong = read_with_wire(passed, kind, bytes, size);
    if (wrong == NULL && passed)
        wrong = compare(guard, kind, bytes, size);
    return wrong;
}
