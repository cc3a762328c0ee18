/* yaml_line.h - where in a YAML text something stands.
 *
 * Threads: no state of its own.
 */
#ifndef YX_YAML_LINE_H
#define YX_YAML_LINE_H

#include <stddef.h>

/* Line, from 1, of what a field path as in a fault leads to: "groups[1].dimensions[0]".
 * A part that the text has not: the line of what is around it. A key's line is that of
 * its value. 0 = not YAML, or memory is short. */
unsigned yaml_line(const char *text, size_t size, const char *path);

#endif
