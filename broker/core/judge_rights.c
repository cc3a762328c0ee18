/* judge_rights.c - see judge_rights.h. */
#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "proto/check.h"

status_t judge_rights(const state_t *state, const event_t *event,
                      const target_t *target, fault_t *fault)
{
    if (event->internal) /* asked when somebody asked for it */
        return STATUS_OK;
    CHECK(event->command != NULL);
    CHECK(event->principal != 0);
    status_t status = authorise(state, event->principal,
                                OPERATION_COMMAND(event->command->kind), target);
    if (status == STATUS_OK)
        return STATUS_OK;
    const principal_row_t *principal =
        TABLE_ROW(principal_row_t, &state->principals, event->principal);
    return refuse(fault, status, "", text_of_code(&principal->code));
}
