/* parts_hash.h - the hash by which the parts of an epoch or frozen board are meant. */
#ifndef YX_RUNTIME_PARTS_HASH_H
#define YX_RUNTIME_PARTS_HASH_H

#include "broker/runtime/script.h"

/* BLAKE2b-256 over the public bytes of all commands so far, in order. */
void parts_hash(const script_t *script, uint8_t hash[HASH_BYTES]);

#endif
