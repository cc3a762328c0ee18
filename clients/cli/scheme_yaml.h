/* scheme_yaml.h - a scheme as people write it, to what propose_scheme takes.
 *
 * Keys are the fields of ProposeScheme; a group and a channel's offset name a dimension
 * by its name or its number. An unknown key is an error. Threads: none of its own.
 */
#ifndef YX_SCHEME_YAML_H
#define YX_SCHEME_YAML_H

#include "proto/status.h"
#include <jansson.h>

#define SCHEME_REASON_MAX 600u

/* *object is the JSON of the command, the caller's; NULL unless STATUS_OK. Otherwise
 * `reason` tells file, line where it is known, and what is wrong: STATUS_BAD_INPUT,
 * STATUS_NOT_FOUND, STATUS_UNKNOWN_DIMENSION, STATUS_NO_MEMORY. */
status_t scheme_yaml_load(const char *path, json_t **object,
                          char reason[SCHEME_REASON_MAX]);
/* The bytes of such a file, the caller's to free; NULL unless STATUS_OK.
 * STATUS_BAD_INPUT: it cannot be read, is empty, or has 256 KiB or more;
 * STATUS_NO_MEMORY. */
status_t scheme_yaml_read(const char *path, char **text, size_t *size,
                          char reason[SCHEME_REASON_MAX]);
/* scheme_yaml_load() from memory; `name` stands for the file. */
status_t scheme_yaml_parse(const char *name, const char *text, size_t size,
                           json_t **object, char reason[SCHEME_REASON_MAX]);

#endif
