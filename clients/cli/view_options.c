/* view_options.c - see view_options.h. */
#include "clients/cli/view_options.h"

#include "proto/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

text_t view_text(const char *value)
{
    CHECK(value != NULL);
    return (text_t){ .data = value, .size = (uint32_t)strlen(value) };
}

bool view_number(const char *value, uint32_t *out)
{
    char *end = NULL;
    unsigned long number = strtoul(value, &end, 10);
    bool good =
        value[0] >= '0' && value[0] <= '9' && *end == '\0' && number <= UINT32_MAX;
    *out = good ? (uint32_t)number : 0;
    return good;
}

static error_t set_text(board_query_t *view, int key, const char *value)
{
    switch (key) {
    case VIEW_KEY_ACCOUNT:
        view->account = view_text(value);
        return 0;
    case VIEW_KEY_UNIT:
        view->unit = view_text(value);
        return 0;
    case VIEW_KEY_FRONT:
        view->front = view_text(value);
        return 0;
    case VIEW_KEY_CATEGORY:
        view->category = view_text(value);
        return 0;
    case VIEW_KEY_AROUND:
        view->around = view_text(value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

error_t view_option(board_query_t *view, int key, const char *value)
{
    CHECK(view != NULL);
    switch (key) {
    case VIEW_KEY_TOP:
        view->offset = 0;
        return view_number(value, &view->count) ? 0 : EINVAL;
    case VIEW_KEY_OFFSET:
        return view_number(value, &view->offset) ? 0 : EINVAL;
    case VIEW_KEY_COUNT:
        return view_number(value, &view->count) ? 0 : EINVAL;
    case VIEW_KEY_UNRANKED:
        view->unranked = true;
        return 0;
    default:
        return set_text(view, key, value);
    }
}

/* ---- filter lines ---- */

static text_t *field_of(view_filter_t *filter, const char *name, size_t size)
{
    struct {
        const char *name, *chinese;
        text_t *field;
    } known[] = { { "unit", "单位", &filter->unit },
                  { "front", "一线", &filter->front },
                  { "category", "类别", &filter->category } };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        bool same =
            (strlen(known[i].name) == size && memcmp(known[i].name, name, size) == 0) ||
            (strlen(known[i].chinese) == size &&
             memcmp(known[i].chinese, name, size) == 0);
        if (same)
            return known[i].field;
    }
    return NULL;
}

static status_t read_pair(const char *pair, size_t size, view_filter_t *filter,
                          fault_t *fault)
{
    const char *equals = memchr(pair, '=', size);
    if (equals == NULL) {
        fault_set(fault, "filter", pair, size);
        return STATUS_BAD_INPUT;
    }
    size_t name = (size_t)(equals - pair), value = size - name - 1;
    text_t *field = field_of(filter, pair, name);
    fault_set(fault, "filter", pair, name);
    if (field == NULL)
        return STATUS_UNKNOWN_FILTER;
    if (value > LABEL_BYTES_MAX)
        return STATUS_TEXT_TOO_LONG;
    *field = (text_t){ .data = equals + 1, .size = (uint32_t)value };
    return STATUS_OK;
}

status_t view_filter_read(const char *line, view_filter_t *filter, fault_t *fault)
{
    CHECK(line != NULL && filter != NULL);
    view_filter_t read = { .unit = { .size = 0 } };
    for (const char *at = line + strspn(line, " "); *at != '\0';) {
        size_t size = strcspn(at, " ");
        status_t status = read_pair(at, size, &read, fault);
        if (status != STATUS_OK)
            return status;
        at += size;
        at += strspn(at, " ");
    }
    *filter = read;
    return STATUS_OK;
}

void view_filter_write(const view_filter_t *filter, char *line, size_t room)
{
    const struct {
        const char *name;
        text_t value;
    } fields[] = { { "unit", filter->unit },
                   { "front", filter->front },
                   { "category", filter->category } };
    size_t at = 0;
    CHECK(room > 0);
    line[0] = '\0';
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        text_t value = fields[i].value;
        if (value.size == 0 || at + value.size + 12 > room)
            continue;
        int added = snprintf(line + at, room - at, "%s%s=%.*s", at > 0 ? " " : "",
                             fields[i].name, (int)value.size, value.data);
        at += added > 0 ? (size_t)added : 0;
    }
}
