/* text.h - a text that somebody else owns: bytes and their number, no NUL at the end.
 *
 * An absent text has size 0. Plain data without invariants.
 */
#ifndef YX_PROTO_TEXT_H
#define YX_PROTO_TEXT_H

#include <stdint.h>

typedef struct {
    const char *data;
    uint32_t size;
} text_t;

#endif
