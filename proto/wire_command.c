/* wire_command.c - commands: from the wire, from the journal, and to bytes (wire.h). */
#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "proto/wire_decode.h"
#include "proto/wire_encode.h"
#include "proto/wire_field.h"
#include "proto/wire_private.h"

static const shape_t *const shapes[COMMAND_KIND_LIMIT] = {
    [COMMAND_UNIT] = &shape_unit,
    [COMMAND_PERSON] = &shape_person,
    [COMMAND_SUBJECT] = &shape_subject,
    [COMMAND_PROJECT] = &shape_project,
    [COMMAND_MILESTONE] = &shape_milestone,
    [COMMAND_ASSIGNMENT] = &shape_assignment,
    [COMMAND_TEAM] = &shape_team,
    [COMMAND_INSPECTOR] = &shape_inspector,
    [COMMAND_STAFF] = &shape_staff,
    [COMMAND_PROPOSE_SCHEME] = &shape_propose_scheme,
    [COMMAND_APPROVE_SCHEME] = &shape_approve_scheme,
    [COMMAND_OPEN_ACCOUNT] = &shape_open_account,
    [COMMAND_CLOSE_ACCOUNT] = &shape_close_account,
    [COMMAND_ROUND] = &shape_round,
    [COMMAND_MOVE_ROUND] = &shape_move_round,
    [COMMAND_VISIT] = &shape_visit,
    [COMMAND_MOVE_VISIT] = &shape_move_visit,
    [COMMAND_OBSERVE] = &shape_observe,
    [COMMAND_REVIEW] = &shape_review,
    [COMMAND_RETRACT] = &shape_retract,
    [COMMAND_INVITE] = &shape_invite,
    [COMMAND_ENROL] = &shape_enrol,
    [COMMAND_REVOKE] = &shape_revoke,
    [COMMAND_SET_PRINCIPAL] = &shape_set_principal,
    [COMMAND_PUT_USER] = &shape_put_user,
    [COMMAND_SET_PASSWORD] = &shape_set_password,
    [COMMAND_OPEN_SESSION] = &shape_open_session,
    [COMMAND_CLOSE_SESSION] = &shape_close_session,
    [COMMAND_CALIBRATE] = &shape_calibrate,
    [COMMAND_EPOCH_PART] = &shape_epoch_part,
    [COMMAND_PROPOSE_EPOCH] = &shape_propose_epoch,
    [COMMAND_ADOPT_EPOCH] = &shape_adopt_epoch,
    [COMMAND_FAIL_EPOCH] = &shape_fail_epoch,
    [COMMAND_OVERRIDE_LINKS] = &shape_override_links,
    [COMMAND_DROP_EPOCH] = &shape_drop_epoch,
    [COMMAND_FREEZE_BOARD] = &shape_freeze_board,
    [COMMAND_FROZEN_PART] = &shape_frozen_part,
    [COMMAND_FINISH_FROZEN] = &shape_finish_frozen,
    [COMMAND_OPEN_ATTENTION] = &shape_open_attention,
    [COMMAND_ASSIGN_ATTENTION] = &shape_assign_attention,
    [COMMAND_CLOSE_ATTENTION] = &shape_close_attention,
    [COMMAND_GENESIS] = &shape_genesis,
};

const shape_t *shape_of_command(command_kind_t kind)
{
    return kind < COMMAND_KIND_LIMIT ? shapes[kind] : NULL;
}

/* The name of the field in message Command. */
static const char *verb_of(command_kind_t kind)
{
    return protobuf_c_message_descriptor_get_field(&yx__command__descriptor, kind)
        ->name;
}

/* The one known field of a guarded Command; COMMAND_NONE when it has none. Unpacking
 * the body alone spares protobuf-c the 25 fields of Command for every command. */
static command_kind_t find_body(const uint8_t *bytes, size_t size, wire_field_t *field)
{
    size_t at = 0;
    while (wire_field_next(bytes, size, &at, field)) {
        if (shape_of_command((command_kind_t)field->number) != NULL)
            return (command_kind_t)field->number;
    }
    return COMMAND_NONE;
}

static status_t read_public(const reader_t *reader, const uint8_t *bytes, size_t size,
                            command_t *command)
{
    *command = (command_t){ .kind = COMMAND_NONE };
    status_t status = guard_check(GUARD_COMMAND, bytes, size, reader->fault);
    if (status != STATUS_OK)
        return status;
    wire_field_t field;
    command_kind_t kind = find_body(bytes, size, &field);
    if (kind == COMMAND_NONE) {
        place_t whole = { NULL, "public", PLACE_NO_INDEX };
        return place_refuse(reader->fault, &whole, STATUS_UNKNOWN_OPERATION, NULL, 0);
    }
    const shape_t *shape = shape_of_command(kind);
    ProtobufCMessage *body;
    status = decode_guarded(reader, shape->descriptor, field.data, field.size, &body);
    if (status != STATUS_OK)
        return status;
    place_t verb = { NULL, verb_of(kind), PLACE_NO_INDEX };
    status = decode_message(reader, shape, body, &verb, &command->body);
    if (status == STATUS_OK)
        command->kind = kind;
    return status;
}

status_t wire_read_command(arena_t *arena, const item_t *item, command_t *command,
                           private_t *private_part, fault_t *fault)
{
    CHECK(arena != NULL);
    CHECK(item != NULL);
    fault_set(fault, NULL, NULL, 0);
    *private_part = (private_t){ 0 };
    reader_t reader = { arena, fault, true };
    status_t status =
        read_public(&reader, item->public_part, item->public_size, command);
    if (status != STATUS_OK)
        return status;
    if (command_is_internal(command->kind)) {
        place_t place = { NULL, verb_of(command->kind), PLACE_NO_INDEX };
        return place_refuse(fault, &place, STATUS_UNKNOWN_OPERATION, NULL, 0);
    }
    status =
        private_read(&reader, item->private_part, item->private_size, private_part);
    if (status != STATUS_OK)
        return status;
    return private_match(&reader, command, private_part);
}

status_t wire_read_stored(arena_t *arena, const uint8_t *bytes, size_t size,
                          command_t *command)
{
    CHECK(arena != NULL);
    reader_t reader = { arena, NULL, false };
    return read_public(&reader, bytes, size, command);
}

status_t wire_read_stored_private(arena_t *arena, const uint8_t *bytes, size_t size,
                                  private_t *private_part)
{
    CHECK(arena != NULL);
    reader_t reader = { arena, NULL, false };
    return private_read(&reader, bytes, size, private_part);
}

status_t wire_write_command(buffer_t *out, const command_t *command, const text_t *tags,
                            const uint8_t *evidence)
{
    CHECK(command != NULL);
    const shape_t *shape = shape_of_command(command->kind);
    CHECK(shape != NULL);
    writer_t writer = encode_begin(out);
    writer.tags = tags;
    writer.evidence = evidence;
    encode_message(&writer, command->kind, shape, &command->body);
    return encode_end(&writer, PUBLIC_BYTES_MAX);
}
