/* wire_samples.h - one full command of every kind and one full answer of every kind.
 *
 * Every field is set, and to a value that tells which field it is: a text is the name
 * of its field in the .proto file, a number (but enums, flags) 100 plus its field
 * number. So a test can see through protobuf-c alone that nothing was swapped.
 */
#ifndef YX_TESTS_WIRE_SAMPLES_H
#define YX_TESTS_WIRE_SAMPLES_H

#include "proto/answer.h"
#include "proto/command.h"

#define SAMPLE_NUMBER(field) (100u + (field))
#define SAMPLE_EVIDENCE      2u

typedef struct {
    command_t command;
    private_t part;
    const text_t *tags;
    const uint8_t *evidence;
    const text_t *evidence_names;
} sample_t;

#define SAMPLE_KINDS 42u
extern const command_kind_t sample_kinds[SAMPLE_KINDS];

sample_t sample_command(command_kind_t kind);
answer_t sample_answer(query_kind_t kind);
delta_t sample_delta(void);

#endif
