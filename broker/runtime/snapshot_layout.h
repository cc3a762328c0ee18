/* snapshot_layout.h - what tells one release's snapshots from another's. */
#ifndef YX_RUNTIME_SNAPSHOT_LAYOUT_H
#define YX_RUNTIME_SNAPSHOT_LAYOUT_H

#include "proto/limits.h"

#include <stdint.h>

/* BLAKE2b-256 over the layout of the state's image. */
void snapshot_layout(uint8_t layout[HASH_BYTES]);

#endif
