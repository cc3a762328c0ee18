/* guard.c - what each kind of message is bounded by; guard_walk.c does the work. */
#include "proto/guard.h"
#include "command.pb-c.h"
#include "proto/check.h"
#include "proto/guard_walk.h"
#include "proto/limits.h"
#include "proto/text_scan.h"
#include "wire.pb-c.h"

/* Of all texts only what people write at length may have lines. */
static bool private_may_break(const struct ProtobufCMessageDescriptor *descriptor,
                              uint32_t number)
{
    return descriptor == &yx__private__descriptor && (number == 3 || number == 4);
}

static const guard_root_t roots[] = {
    [GUARD_REQUEST] = { &yx__request__descriptor, NULL, "request", false,
                        FRAME_BYTES_MAX, MESSAGE_FIELDS_MAX },
    [GUARD_REPLY] = { &yx__reply__descriptor, NULL, "reply", false, FRAME_BYTES_MAX,
                      REPLY_FIELDS_MAX },
    [GUARD_COMMAND] = { &yx__command__descriptor, NULL, "public", false,
                        PUBLIC_BYTES_MAX, MESSAGE_FIELDS_MAX },
    [GUARD_PRIVATE] = { &yx__private__descriptor, private_may_break, "private", true,
                        PRIVATE_BYTES_MAX, MESSAGE_FIELDS_MAX },
    [GUARD_DELTA] = { &yx__delta__descriptor, NULL, "delta", false, FRAME_BYTES_MAX,
                      REPLY_FIELDS_MAX },
};
_Static_assert(sizeof roots / sizeof roots[0] == GUARD_COUNT,
               "every kind of message needs its bounds");

status_t guard_check(guard_kind_t kind, const uint8_t *bytes, size_t size,
                     fault_t *fault)
{
    CHECK(kind < GUARD_COUNT);
    return guard_walk(&roots[kind], bytes, size, fault);
}

int64_t guard_text_chars(const char *data, size_t size)
{
    uint32_t chars;
    return text_scan(data, size, TEXT_ANY, &chars) == STATUS_OK ? (int64_t)chars : -1;
}
