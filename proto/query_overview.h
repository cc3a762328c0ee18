/* query_overview.h - queries on units, projects and visits as plain C; part of query.h. */
#ifndef YX_PROTO_QUERY_OVERVIEW_H
#define YX_PROTO_QUERY_OVERVIEW_H

#include "proto/text.h"
#include <stdint.h>

typedef struct {
    uint32_t offset, count;
} units_query_t;

typedef struct {
    text_t code, unit, front, category;
    uint32_t state, offset, count; /* state 0 = all */
} projects_query_t;

typedef struct {
    text_t round;
    uint32_t offset, count;
} visits_query_t;

#endif
