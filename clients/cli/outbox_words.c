/* outbox_words.c - see outbox_words.h. */
#include "clients/cli/outbox_words.h"

#include "proto/buffer.h"
#include "proto/json.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The field number of the command's kind: the first tag of its public part. */
static uint32_t kind_of(const outbox_entry_t *entry)
{
    uint32_t tag = 0;
    for (uint32_t i = 0; i < entry->public_size && i < 4; i++) {
        tag |= (entry->public_part[i] & 0x7fu) << (7 * i);
        if (entry->public_part[i] < 0x80)
            break;
    }
    return tag >> 3;
}

json_t *outbox_command(const outbox_entry_t *entry, const char **verb, json_t **fields)
{
    buffer_t text;
    const fact_t fact = { .public_part = entry->public_part,
                          .public_size = entry->public_size,
                          .private_part =
                              entry->private_size > 0 ? entry->private_part : NULL,
                          .private_size = entry->private_size,
                          .kind = kind_of(entry) };
    buffer_init(&text, JSON_BYTES_MAX);
    json_t *object = NULL;
    if (json_from_fact(&fact, &text, NULL) == STATUS_OK)
        object = json_loadb((const char *)text.data, text.size, 0, NULL);
    buffer_fini(&text);
    *verb = json_string_value(json_object_get(object, "kind"));
    *fields = json_object_get(object, "command");
    if (*verb != NULL && json_is_object(*fields))
        return object;
    json_decref(object);
    return NULL;
}

void outbox_what(const outbox_entry_t *entry, char out[OUTBOX_WHAT_MAX])
{
    const char *verb;
    json_t *fields, *object = outbox_command(entry, &verb, &fields);
    if (object == NULL) {
        (void)snprintf(out, OUTBOX_WHAT_MAX, "?");
        return;
    }
    const char *code = json_string_value(json_object_get(fields, "code"));
    if (code == NULL)
        code = json_string_value(json_object_get(fields, "observation"));
    (void)snprintf(out, OUTBOX_WHAT_MAX, "%s %s", verb, code != NULL ? code : "");
    json_decref(object);
}

const char *outbox_state_name(outbox_state_t state)
{
    static const char *const names[] = { [0] = "damaged",
                                         [OUTBOX_DRAFT] = "draft",
                                         [OUTBOX_WAITING] = "waiting",
                                         [OUTBOX_SENDING] = "sending",
                                         [OUTBOX_ACKNOWLEDGED] = "acknowledged",
                                         [OUTBOX_REFUSED] = "refused" };
    return names[state];
}

const char *outbox_state_word(const cli_t *cli, outbox_state_t state)
{
    static const char *const chinese[] = { [0] = "已损坏",
                                           [OUTBOX_DRAFT] = "草稿",
                                           [OUTBOX_WAITING] = "待发",
                                           [OUTBOX_SENDING] = "发送中",
                                           [OUTBOX_ACKNOWLEDGED] = "已入账",
                                           [OUTBOX_REFUSED] = "被退回" };
    return cli_pick(cli, outbox_state_name(state), chinese[state]);
}

void outbox_age(const cli_t *cli, int64_t then_ms, char out[OUTBOX_AGE_MAX])
{
    int64_t age_s = (outbox_clock().wall_ms - then_ms) / 1000;
    if (age_s < 0)
        age_s = 0; /* the clock was set back */
    if (age_s >= 2 * 86400)
        (void)snprintf(out, OUTBOX_AGE_MAX, "%" PRId64 " %s", age_s / 86400,
                       cli_pick(cli, "d", "天"));
    else if (age_s >= 2 * 3600)
        (void)snprintf(out, OUTBOX_AGE_MAX, "%" PRId64 " %s", age_s / 3600,
                       cli_pick(cli, "h", "小时"));
    else if (age_s >= 120)
        (void)snprintf(out, OUTBOX_AGE_MAX, "%" PRId64 " %s", age_s / 60,
                       cli_pick(cli, "min", "分钟"));
    else
        (void)snprintf(out, OUTBOX_AGE_MAX, "%" PRId64 " %s", age_s,
                       cli_pick(cli, "s", "秒"));
}

static void set_number(json_t *object, const char *name, uint64_t value)
{
    if (value != 0)
        (void)json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *name, const char *value)
{
    if (value[0] != '\0')
        (void)json_object_set_new(object, name, json_string(value));
}

/* Fields are left out when memory is short. */
json_t *outbox_object(const outbox_entry_t *entry, bool whole)
{
    char what[OUTBOX_WHAT_MAX], instance[20] = "";
    json_t *object = json_object();
    set_number(object, "entry", entry->entry);
    set_text(object, "state", outbox_state_name(entry->state));
    outbox_what(entry, what);
    set_text(object, "what", what);
    set_number(object, "put_ms", (uint64_t)entry->put_ms);
    set_number(object, "settled_ms", (uint64_t)entry->settled_ms);
    if (entry->number != 0)
        (void)snprintf(instance, sizeof instance, "%016" PRIx64, entry->instance);
    set_text(object, "instance", instance);
    set_number(object, "number", entry->number);
    set_number(object, "seq", entry->seq);
    set_number(object, "instead_of", entry->instead_of);
    if (entry->state == OUTBOX_REFUSED) {
        set_number(object, "status", (uint64_t)entry->status);
        set_text(object, "name", status_name(entry->status));
        set_text(object, "place", entry->fault.place);
        set_text(object, "detail", entry->fault.detail);
    }
    if (whole) {
        const char *verb;
        json_t *fields, *read = outbox_command(entry, &verb, &fields);
        if (read != NULL) {
            (void)json_object_set_new(object, "verb", json_string(verb));
            (void)json_object_set(object, "command", fields);
        }
        json_decref(read);
    }
    return object;
}
