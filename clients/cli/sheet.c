/* sheet.c - see sheet.h. */
#include "clients/cli/sheet.h"

#include "clients/cli/fields.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

static status_t copy_names(char **out, uint32_t *out_count, const text_t *names,
                           uint32_t count)
{
    for (uint32_t i = 0; i < count && i < DIMENSIONS_MAX; i++) {
        out[i] = strndup(names[i].data != NULL ? names[i].data : "", names[i].size);
        if (out[i] == NULL)
            return STATUS_NO_MEMORY;
        *out_count = i + 1;
    }
    return STATUS_OK;
}

_Static_assert(DIMENSIONS_MAX == CHANNELS_MAX, "copy_names serves both");

status_t sheet_take_names(sheet_names_t *names, const groups_answer_t *answer)
{
    CHECK(names != NULL);
    sheet_names_fini(names);
    status_t status = copy_names(names->dimensions, &names->dimension_count,
                                 answer->dimensions, answer->dimension_count);
    if (status == STATUS_OK)
        status = copy_names(names->channels, &names->channel_count, answer->channels,
                            answer->channel_count);
    return status;
}

void sheet_names_fini(sheet_names_t *names)
{
    CHECK(names != NULL);
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++) {
        free(names->dimensions[i]);
        free(names->channels[i]);
    }
    *names = (sheet_names_t){ .dimension_count = 0 };
}

/* A number from 1 on, written in digits; 0 = it is none. */
static uint32_t number_in(const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || size > 2 || strspn(text, "0123456789") != size)
        return 0;
    return (uint32_t)strtoul(text, NULL, 10);
}

static uint32_t find_name(char *const *names, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (names[i][0] != '\0' && strcmp(names[i], name) == 0)
            return i + 1;
    }
    return 0;
}

/* ---- ratings ---- */

static bool read_value(const json_t *value, uint32_t *centi)
{
    if (json_is_string(value))
        return points_read(json_string_value(value), json_string_length(value), centi);
    return json_is_number(value) && points_of_real(json_number_value(value), centi);
}

static status_t add_rating(json_t *ratings, uint32_t dimension, uint32_t centi)
{
    json_t *rating = json_pack("{s:I, s:I}", "dimension", (json_int_t)dimension,
                               "value", (json_int_t)centi);
    return json_array_append_new(ratings, rating) == 0 ? STATUS_OK : STATUS_NO_MEMORY;
}

static status_t take_rating(json_t *ratings, const char *key, const json_t *value,
                            sheet_ask_fn *ask, void *context, fault_t *fault)
{
    uint32_t centi, dimension = number_in(key);
    if (dimension == 0) {
        const sheet_names_t *names = ask(context);
        if (names != NULL)
            dimension = find_name(names->dimensions, names->dimension_count, key);
    }
    if (dimension == 0)
        return fields_refuse(fault, STATUS_BAD_INPUT, key, NULL);
    if (json_is_null(value) ||
        (json_is_string(value) && json_string_length(value) == 0))
        return STATUS_OK; /* blank = not seen */
    if (!read_value(value, &centi))
        return fields_refuse(fault, STATUS_BAD_INPUT, key,
                             json_is_string(value) ? json_string_value(value) : NULL);
    return add_rating(ratings, dimension, centi);
}

static status_t take_ratings(json_t *object, json_t *ratings, sheet_ask_fn *ask,
                             void *context, fault_t *fault)
{
    const char *key;
    json_t *value;
    void *next;
    status_t status = STATUS_OK;
    json_object_foreach_safe(object, next, key, value)
    {
        if (status != STATUS_OK || fields_has("observe", key))
            continue;
        status = take_rating(ratings, key, value, ask, context, fault);
        if (status == STATUS_OK)
            (void)json_object_del(object, key); /* it is there: we are looking at it */
    }
    return status;
}

/* ---- channel ---- */

static status_t take_channel(json_t *object, sheet_ask_fn *ask, void *context,
                             fault_t *fault)
{
    json_t *channel = json_object_get(object, "channel");
    if (!json_is_string(channel))
        return STATUS_OK; /* a number, or nothing, or wrong: json_to_command tells */
    const char *name = json_string_value(channel);
    uint32_t number = number_in(name);
    if (number == 0) {
        const sheet_names_t *names = ask(context);
        if (names != NULL)
            number = find_name(names->channels, names->channel_count, name);
    }
    if (number == 0)
        return fields_refuse(fault, STATUS_UNKNOWN_CHANNEL, "observe.channel", name);
    return json_object_set_new(object, "channel", json_integer(number)) == 0
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

status_t sheet_resolve(json_t *object, sheet_ask_fn *ask, void *context, fault_t *fault)
{
    CHECK(json_is_object(object));
    json_t *ratings = json_object_get(object, "ratings");
    json_t *own = ratings == NULL ? json_array() : json_incref(ratings);
    status_t status = STATUS_OK;
    if (json_is_array(own))
        status = take_ratings(object, own, ask, context, fault);
    if (status == STATUS_OK && ratings == NULL && json_array_size(own) > 0 &&
        json_object_set(object, "ratings", own) != 0)
        status = STATUS_NO_MEMORY;
    json_decref(own);
    return status == STATUS_OK ? take_channel(object, ask, context, fault) : status;
}
