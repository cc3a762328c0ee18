/* wire_private.c - see wire_private.h. PROTOCOL.md section 4 lists what may stand
 * with which command. */
#include "proto/wire_private.h"
#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/limits.h"
#include "proto/text_scan.h"
#include "proto/wire.h"
#include "proto/wire_encode.h"

enum { MAY_NAME = 1, MAY_POST = 2, MAY_NARRATIVE = 4, MAY_TEXT = 8, MAY_EVIDENCE = 16 };

static const uint8_t may_carry[COMMAND_KIND_LIMIT] = {
    [COMMAND_UNIT] = MAY_NAME,
    [COMMAND_PERSON] = MAY_NAME,
    [COMMAND_SUBJECT] = MAY_NAME | MAY_POST,
    [COMMAND_PROJECT] = MAY_NAME | MAY_TEXT,
    [COMMAND_MILESTONE] = MAY_NAME | MAY_EVIDENCE,
    [COMMAND_ASSIGNMENT] = MAY_POST | MAY_TEXT,
    [COMMAND_TEAM] = MAY_NAME,
    [COMMAND_INSPECTOR] = MAY_NAME,
    [COMMAND_STAFF] = MAY_NAME,
    [COMMAND_PROPOSE_SCHEME] = MAY_NAME,
    [COMMAND_ROUND] = MAY_NAME,
    [COMMAND_OBSERVE] = MAY_NARRATIVE | MAY_TEXT | MAY_EVIDENCE,
    [COMMAND_REVIEW] = MAY_TEXT,
    [COMMAND_RETRACT] = MAY_TEXT,
    [COMMAND_INVITE] = MAY_NAME,
    [COMMAND_REVOKE] = MAY_TEXT,
    [COMMAND_ADOPT_EPOCH] = MAY_TEXT,
    [COMMAND_DROP_EPOCH] = MAY_TEXT,
    [COMMAND_FREEZE_BOARD] = MAY_NAME,
    [COMMAND_CLOSE_ATTENTION] = MAY_TEXT,
};

static const place_t private_place = { NULL, "private", PLACE_NO_INDEX };

/* ---- reading ---- */

static status_t check_free(const reader_t *reader, const place_t *place, text_t text,
                           uint32_t chars, uint32_t chars_max)
{
    if (!reader->judge || text.size == 0)
        return STATUS_OK;
    if (chars > chars_max)
        return place_refuse_number(reader->fault, place, STATUS_TEXT_TOO_LONG,
                                   "characters: ", chars);
    uint32_t at = 0;
    status_t status = guard_free_text(text.data, text.size, &at);
    if (status == STATUS_OK)
        return STATUS_OK;
    /* The number itself must not travel back into screens and logs. */
    return place_refuse_number(reader->fault, place, status, "character ", at);
}

static status_t read_free(const reader_t *reader, const char *name, uint32_t index,
                          const char *string, uint32_t chars_max, text_t *text,
                          uint32_t *chars)
{
    *text = decode_text(string);
    *chars = 0;
    if (text->size == 0)
        return STATUS_OK;
    *chars = text_count(text->data, text->size); /* the guard passed it */
    place_t place = { &private_place, name, index };
    return check_free(reader, &place, *text, *chars, chars_max);
}

static status_t read_evidence(const reader_t *reader, const Yx__Private *message)
{
    if (reader->judge && message->n_evidence_names > EVIDENCE_MAX) {
        place_t place = { &private_place, "evidence_names", PLACE_NO_INDEX };
        return place_refuse_number(reader->fault, &place, STATUS_TOO_MANY_ITEMS, "",
                                   message->n_evidence_names);
    }
    status_t status = STATUS_OK;
    for (size_t i = 0; i < message->n_evidence_names && status == STATUS_OK; i++) {
        text_t name;
        uint32_t chars;
        status = read_free(reader, "evidence_names", (uint32_t)i,
                           message->evidence_names[i], NAME_CHARS_MAX, &name, &chars);
    }
    return status;
}

status_t private_read(const reader_t *reader, const uint8_t *bytes, size_t size,
                      private_t *part)
{
    *part = (private_t){ 0 };
    if (size == 0)
        return STATUS_OK;
    ProtobufCMessage *unpacked;
    status_t status = decode_unpack(reader, GUARD_PRIVATE, bytes, size, &unpacked);
    if (status != STATUS_OK)
        return status;
    const Yx__Private *message = (const Yx__Private *)unpacked;
    uint32_t chars;
    status = read_free(reader, "name", PLACE_NO_INDEX, message->name, NAME_CHARS_MAX,
                       &part->name, &chars);
    if (status == STATUS_OK)
        status = read_free(reader, "post", PLACE_NO_INDEX, message->post,
                           NAME_CHARS_MAX, &part->post, &chars);
    if (status == STATUS_OK)
        status =
            read_free(reader, "narrative", PLACE_NO_INDEX, message->narrative,
                      NARRATIVE_CHARS_MAX, &part->narrative, &part->narrative_chars);
    if (status == STATUS_OK)
        status = read_free(reader, "text", PLACE_NO_INDEX, message->text,
                           TEXT_CHARS_MAX, &part->text, &part->text_chars);
    if (status == STATUS_OK)
        status = read_evidence(reader, message);
    part->evidence_name_count = (uint32_t)message->n_evidence_names;
    return status;
}

/* ---- matching ---- */

static status_t mismatch(const reader_t *reader, const char *name, const char *words,
                         uint64_t number)
{
    place_t place = { &private_place, name, PLACE_NO_INDEX };
    return place_refuse_number(reader->fault, &place, STATUS_PRIVATE_MISMATCH, words,
                               number);
}

/* The name of a field that is there but may not be, or NULL. */
static const char *misplaced(command_kind_t kind, const private_t *part)
{
    uint8_t may = may_carry[kind];
    if (part->name.size > 0 && (may & MAY_NAME) == 0)
        return "name";
    if (part->post.size > 0 && (may & MAY_POST) == 0)
        return "post";
    if (part->narrative.size > 0 && (may & MAY_NARRATIVE) == 0)
        return "narrative";
    if (part->text.size > 0 && (may & MAY_TEXT) == 0)
        return "text";
    if (part->evidence_name_count > 0 && (may & MAY_EVIDENCE) == 0)
        return "evidence_names";
    return NULL;
}

/* The one free text of a public part: it is shown with the board (rule R20). */
static status_t check_reason(const reader_t *reader, text_t reason)
{
    static const place_t outer = { NULL, "override_links", PLACE_NO_INDEX };
    place_t place = { &outer, "reason", PLACE_NO_INDEX };
    uint32_t chars = reason.size == 0 ? 0 : text_count(reason.data, reason.size);
    return check_free(reader, &place, reason, chars, REASON_CHARS_MAX);
}

static status_t match_evidence(const reader_t *reader, uint32_t hashes,
                               const private_t *part)
{
    if (part->evidence_name_count == hashes)
        return STATUS_OK;
    return mismatch(reader, "evidence_names", "", part->evidence_name_count);
}

static status_t match_observe(const reader_t *reader, const observe_t *observe,
                              const private_t *part)
{
    if (part->narrative_chars != observe->narrative_chars)
        return mismatch(reader, "narrative", "characters: ", part->narrative_chars);
    if (part->text_chars != observe->reason_chars)
        return mismatch(reader, "text", "characters: ", part->text_chars);
    return match_evidence(reader, observe->evidence_count, part);
}

status_t private_match(const reader_t *reader, const command_t *command,
                       const private_t *part)
{
    CHECK(command->kind < COMMAND_KIND_LIMIT);
    const char *name = misplaced(command->kind, part);
    if (name != NULL) {
        place_t place = { &private_place, name, PLACE_NO_INDEX };
        return place_refuse(reader->fault, &place, STATUS_PRIVATE_MISMATCH, NULL, 0);
    }
    if (command->kind == COMMAND_OBSERVE)
        return match_observe(reader, &command->body.observe, part);
    if (command->kind == COMMAND_MILESTONE)
        return match_evidence(reader, command->body.milestone.evidence_count, part);
    if (command->kind == COMMAND_OVERRIDE_LINKS)
        return check_reason(reader, command->body.override_links.reason);
    if (command->kind == COMMAND_CLOSE_ATTENTION &&
        command->body.close_attention.reason_chars != part->text_chars)
        return mismatch(reader, "text", "characters: ", part->text_chars);
    if (command->kind == COMMAND_ASSIGNMENT &&
        command->body.assignment.has_post != (part->post.size > 0)) {
        place_t place = { &private_place, "post", PLACE_NO_INDEX };
        return place_refuse(reader->fault, &place, STATUS_PRIVATE_MISMATCH, NULL, 0);
    }
    return STATUS_OK;
}

/* ---- writing ---- */

static void put_text(writer_t *writer, uint32_t field, text_t text)
{
    if (text.size > 0)
        encode_bytes(writer, field, text.data, text.size);
}

status_t wire_write_private(buffer_t *out, const private_t *part,
                            const text_t *evidence_names)
{
    CHECK(part != NULL);
    CHECK(evidence_names != NULL || part->evidence_name_count == 0);
    writer_t writer = encode_begin(out);
    put_text(&writer, 1, part->name);
    put_text(&writer, 2, part->post);
    put_text(&writer, 3, part->narrative);
    put_text(&writer, 4, part->text);
    for (uint32_t i = 0; i < part->evidence_name_count; i++)
        encode_bytes(&writer, 5, evidence_names[i].data, evidence_names[i].size);
    return encode_end(&writer, PRIVATE_BYTES_MAX);
}
