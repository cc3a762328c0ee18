/* script.h - commands that a job wants written, one behind the other, as bytes.
 *
 * Filled on the worker's thread, read on the core thread once the job was taken.
 * A command that cannot be added is remembered as the script's status.
 */
#ifndef YX_RUNTIME_SCRIPT_H
#define YX_RUNTIME_SCRIPT_H

#include "proto/buffer.h"
#include "proto/command.h"
#include "proto/status.h"

/* 4,096 inspectors in 12 dimensions of 32 groups, and some. */
#define SCRIPT_BYTES_MAX (256u * 1024u * 1024u)

typedef struct {
    buffer_t bytes;
    uint32_t *ends; /* of each command in `bytes` */
    uint32_t count, room;
    status_t status; /* of the first that could not be added */
} script_t;

void script_init(script_t *script);
void script_fini(script_t *script);
/* STATUS_OK, STATUS_TOO_LARGE, STATUS_NO_MEMORY; afterwards nothing is added. */
status_t script_add(script_t *script, const command_t *command);
/* Forgets all commands. */
void script_clear(script_t *script);
/* The i-th command's public part. */
const uint8_t *script_at(const script_t *script, uint32_t i, uint32_t *size);

#endif
