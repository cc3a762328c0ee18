/* core.c - see core.h. */
#include "broker/runtime/core.h"

#include "proto/check.h"
#include "proto/wire.h"

void core_fail(core_t *core, const caller_t *caller, uint64_t seq, status_t status,
               const fault_t *fault)
{
    CHECK(core != NULL && caller != NULL);
    CHECK(status != STATUS_OK);
    buffer_clear(&core->reply);
    status_t written =
        wire_write_failure(&core->reply, caller->correlation, status, fault);
    if (written == STATUS_OK)
        mailer_post(core->mailer, caller->route, seq, core->reply.data,
                    core->reply.size);
    else
        core->metrics.replies_dropped++; /* no memory: the client asks again */
    buffer_clear(&core->reply);
}

void core_post(core_t *core, const caller_t *caller, uint64_t seq, status_t status)
{
    CHECK(core != NULL && caller != NULL);
    if (status != STATUS_OK) {
        log_line(core->log, LEVEL_ERROR, "a reply could not be written: %s",
                 status_text(status));
        core_fail(core, caller, seq, status, NULL);
        return;
    }
    mailer_post(core->mailer, caller->route, seq, core->reply.data, core->reply.size);
    buffer_clear(&core->reply);
}
