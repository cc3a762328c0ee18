/* status.c - see status.h: what the rows of the list say, in English. */
#include "proto/status.h"

const char *status_text(status_t status)
{
    switch (status) {
#define X(name, value, rule, text)                                                     \
    case name:                                                                         \
        return text;
        STATUS_LIST(X)
#undef X
    }
    return "unknown status";
}

const char *status_rule(status_t status)
{
    switch (status) {
#define X(name, value, rule, text)                                                     \
    case name:                                                                         \
        return rule;
        STATUS_LIST(X)
#undef X
    }
    return "";
}

const char *status_name(status_t status)
{
    switch (status) {
#define X(name, value, rule, text)                                                     \
    case name:                                                                         \
        return &#name[sizeof "STATUS_" - 1];
        STATUS_LIST(X)
#undef X
    }
    return "UNKNOWN";
}

bool status_known(uint32_t value)
{
    switch (value) {
#define X(name, number, rule, text) case (uint32_t)(name):
        STATUS_LIST(X)
#undef X
        return true;
    }
    return false;
}
