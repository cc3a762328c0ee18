/* wire_shape.h - one table per message: how its fields lie in the plain struct.
 *
 * wire_decode.c copies protobuf-c's struct into the plain one along such a table and
 * checks each field by its form; wire_encode.c writes the plain struct as bytes along
 * the same table. So a field of a message is told once, and read and written alike.
 * Rows stand in the order of the .proto file and none is left out: row i belongs to
 * field i of protobuf-c's descriptor, which gives name, label and type on the wire.
 */
#ifndef YX_PROTO_WIRE_SHAPE_H
#define YX_PROTO_WIRE_SHAPE_H

#include "proto/command.h"

struct ProtobufCMessageDescriptor;

/* What a row's field is in the plain struct, and what is asked of it. */
typedef enum {
    FORM_CODE,        /* text_t, guard_code */
    FORM_LABEL,       /* text_t, at most LABEL_BYTES_MAX bytes, not empty if required */
    FORM_TEXT,        /* text_t, anything the guard passed */
    FORM_CODES,       /* const text_t * and count, each as FORM_CODE */
    FORM_LABELS,      /* likewise, each as FORM_LABEL, none empty */
    FORM_TEXTS,       /* likewise, each as FORM_TEXT */
    FORM_LABEL_COUNT, /* uint32_t: labels are checked and counted, not kept */
    FORM_HASH_COUNT,  /* uint32_t: hashes of HASH_BYTES are counted, not kept */
    FORM_NUMBER,      /* uint32_t, also enums; absent = the default, an enum 0 */
    FORM_NUMBER_64,   /* uint64_t or int64_t */
    FORM_FLAG,        /* bool */
    FORM_STATUS,      /* status_t; an unknown number reads as STATUS_MALFORMED */
    FORM_ROLES,       /* uint32_t, bit (1 << role) for each number of a list */
    FORM_KEY,         /* const uint8_t *, `limit` bytes or NULL */
    FORM_KEYS,        /* const uint8_t * and count, KEY_BYTES each, in one piece */
    FORM_BYTES,       /* uint8_t[limit] */
    FORM_SPAN,        /* const uint8_t * and size */
    FORM_CHARS,       /* char[limit], NUL-terminated, cut */
    FORM_STRING,      /* const char *, NUL-terminated */
    FORM_INLINE,      /* a struct at offset, by `shape` */
    FORM_ROWS,        /* const struct * and count, each by `shape` */
    FORM_COUNT
} form_t;

#define SLOT_NONE UINT16_MAX

typedef struct shape shape_t;

typedef struct {
    uint8_t number; /* of the field in the .proto file */
    uint8_t form;
    uint16_t offset; /* in the plain struct */
    uint16_t second; /* of the count, size or has_x, or SLOT_NONE */
    uint16_t limit;  /* most entries of a list (0 = any), or exact bytes */
    const shape_t *shape;
} row_t;

struct shape {
    const struct ProtobufCMessageDescriptor *descriptor;
    const row_t *rows;
    uint32_t row_count;
    uint32_t size; /* of the plain struct */
};

/* Spelling of rows: number, form, struct, member ... */
#define ROW(number, form, type, member)                                                \
    {                                                                                  \
        number, form, offsetof(type, member), SLOT_NONE, 0, NULL                       \
    }
#define ROW_HAS(number, form, type, member, has)                                       \
    {                                                                                  \
        number, form, offsetof(type, member), offsetof(type, has), 0, NULL             \
    }
#define ROW_LIST(number, form, type, member, count, limit)                             \
    {                                                                                  \
        number, form, offsetof(type, member), offsetof(type, count), limit, NULL       \
    }
#define ROW_COUNT(number, form, type, member, limit)                                   \
    {                                                                                  \
        number, form, offsetof(type, member), SLOT_NONE, limit, NULL                   \
    }
#define ROW_SIZED(number, form, type, member, bytes)                                   \
    {                                                                                  \
        number, form, offsetof(type, member), SLOT_NONE, bytes, NULL                   \
    }
#define ROW_INLINE(number, type, member, shape)                                        \
    {                                                                                  \
        number, FORM_INLINE, offsetof(type, member), SLOT_NONE, 0, &(shape)            \
    }
#define ROW_ROWS(number, type, member, count, limit, shape)                            \
    {                                                                                  \
        number, FORM_ROWS, offsetof(type, member), offsetof(type, count), limit,       \
            &(shape)                                                                   \
    }
#define SHAPE(descriptor, rows, type)                                                  \
    {                                                                                  \
        &(descriptor), rows, sizeof(rows) / sizeof((rows)[0]), sizeof(type)            \
    }

/* The shape of each command, by kind; NULL = no such command. */
const shape_t *shape_of_command(command_kind_t kind);

/* wire_registry.c */
extern const shape_t shape_unit, shape_person, shape_subject, shape_project,
    shape_milestone, shape_assignment, shape_team, shape_inspector, shape_staff;
/* wire_frames.c */
extern const shape_t shape_propose_scheme, shape_approve_scheme, shape_open_account,
    shape_close_account, shape_round, shape_move_round, shape_visit, shape_move_visit;
/* wire_observation.c */
extern const shape_t shape_observe, shape_review, shape_retract;
/* wire_epochs.c */
extern const shape_t shape_calibrate, shape_epoch_part, shape_propose_epoch,
    shape_adopt_epoch, shape_fail_epoch, shape_override_links, shape_drop_epoch,
    shape_freeze_board, shape_frozen_part, shape_finish_frozen, shape_open_attention,
    shape_assign_attention, shape_close_attention;
/* wire_access.c */
extern const shape_t shape_invite, shape_enrol, shape_revoke, shape_set_principal,
    shape_put_user, shape_set_password, shape_open_session, shape_close_session,
    shape_genesis;

#endif
