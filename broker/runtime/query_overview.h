/* query_overview.h - units, schemes, projects, rounds and visits, as far as the asking
 * principal may see them (R12): rows outside its scope are left out and not counted.
 *
 * One turn answers: a walk over the table of units or projects, or over the visits of
 * one round. Names are the directory's. Of a project's people those outside the scope
 * are left out; inspectors of visits are told to those alone who may see raters.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_QUERY_OVERVIEW_H
#define YX_RUNTIME_QUERY_OVERVIEW_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

/* All: STATUS_WINDOW_TOO_LARGE. STATUS_UNKNOWN_SCHEME. */
status_t query_units(core_t *core, const caller_t *caller, const query_t *query,
                     fault_t *fault);
status_t query_schemes(core_t *core, const caller_t *caller, const query_t *query,
                       fault_t *fault);
/* STATUS_UNKNOWN_PROJECT (also one outside the scope), STATUS_UNKNOWN_UNIT,
 * STATUS_UNKNOWN_LABEL, STATUS_UNKNOWN_VALUE (state). */
status_t query_projects(core_t *core, const caller_t *caller, const query_t *query,
                        fault_t *fault);
/* STATUS_UNKNOWN_ACCOUNT. */
status_t query_rounds(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault);
/* STATUS_UNKNOWN_ROUND. */
status_t query_visits(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault);

/* What several of them need. */
uint32_t overview_principal(const core_t *core, const caller_t *caller);
/* Whether a thing of this unit (and group) is within reach; for rows. */
bool overview_sees(const core_t *core, uint32_t principal, query_kind_t kind,
                   uint32_t unit, uint32_t group);
status_t overview_window(uint32_t count, uint32_t limit, const char *place,
                         fault_t *fault);
text_t overview_unit(const core_t *core, uint32_t unit, text_t *name);

#endif
