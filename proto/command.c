/* command.c - see command.h. */
#include "proto/command.h"

bool command_is_internal(command_kind_t kind)
{
    switch (kind) {
    case COMMAND_EPOCH_PART:
    case COMMAND_PROPOSE_EPOCH:
    case COMMAND_FAIL_EPOCH:
    case COMMAND_FROZEN_PART:
    case COMMAND_FINISH_FROZEN:
    case COMMAND_OPEN_ATTENTION:
    case COMMAND_SET_PASSWORD:
    case COMMAND_OPEN_SESSION:
    case COMMAND_GENESIS:
        return true;
    default:
        return false;
    }
}
