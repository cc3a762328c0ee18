/* outbox_words.h - entries of the outbox in words and as JSON.
 *
 * Threads: none of its own.
 */
#ifndef YX_OUTBOX_WORDS_H
#define YX_OUTBOX_WORDS_H

#include "clients/cli/cli.h"
#include "clients/lib/outbox.h"
#include <jansson.h>

#define OUTBOX_WHAT_MAX 96u
#define OUTBOX_AGE_MAX  32u

/* The command of an entry: {"verb": {fields}} taken apart. *verb is kept by the object.
 * NULL: it cannot be read. json_decref() the result. */
json_t *outbox_command(const outbox_entry_t *entry, const char **verb, json_t **fields);
/* "observe B0001". */
void outbox_what(const outbox_entry_t *entry, char out[OUTBOX_WHAT_MAX]);
const char *outbox_state_word(const cli_t *cli, outbox_state_t state);
const char *outbox_state_name(outbox_state_t state); /* of JSON */
/* "3 d", "5 h", "12 min", "8 s" */
void outbox_age(const cli_t *cli, int64_t then_ms, char out[OUTBOX_AGE_MAX]);
/* One object; `whole` adds the command. json_decref() it. */
json_t *outbox_object(const outbox_entry_t *entry, bool whole);

#endif
