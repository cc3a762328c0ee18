/* scheme_yaml.c - see scheme_yaml.h. libcyaml reads; unknown keys are its errors. */
#include "clients/cli/scheme_yaml.h"

#include "clients/cli/yaml_line.h"
#include "proto/check.h"
#include "proto/limits.h"
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME_BYTES_MAX (256u * 1024u)
#define COMPLAINT_MAX    1024u
#define PATH_MAX_BYTES   64u

/* ---- as the file says it; a NULL number was not given ---- */

typedef struct {
    uint32_t number;
    char *name;
    uint32_t *mu_centi, *kappa, *s2, *rho, *u;
} dimension_t;

typedef struct {
    char *dimension;
    int64_t offset;
} offset_t;

typedef struct {
    uint32_t number;
    char *name;
    uint32_t *weight;
    offset_t *offsets;
    uint32_t offsets_count;
} channel_t;

typedef struct {
    char *dimension;
    uint32_t *weight;
} member_t;

typedef struct {
    char *name;
    member_t *dimensions;
    uint32_t dimensions_count;
    uint32_t *min_ratings, *min_inspectors, *min_observations, *enough_ratings;
} group_t;

typedef struct {
    char *code, *name;
    uint32_t *scoring_revision;
    dimension_t *dimensions;
    channel_t *channels;
    group_t *groups;
    uint32_t dimensions_count, channels_count, groups_count;
    uint32_t *review_below, *cap_positive, *cap_negative, *cap_achievement,
        *achievement_weight, *reply_window_days;
} scheme_t;

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(type, field)                                                              \
    CYAML_FIELD_STRING_PTR(#field, CYAML_FLAG_POINTER, type, field, 1, 255)
#define NUMBER(type, field) CYAML_FIELD_UINT(#field, CYAML_FLAG_DEFAULT, type, field)
#define MAYBE(type, field)  CYAML_FIELD_UINT_PTR(#field, OPTIONAL, type, field)

static const cyaml_schema_field_t dimension_fields[] = {
    NUMBER(dimension_t, number), TEXT(dimension_t, name), MAYBE(dimension_t, mu_centi),
    MAYBE(dimension_t, kappa),   MAYBE(dimension_t, s2),  MAYBE(dimension_t, rho),
    MAYBE(dimension_t, u),       CYAML_FIELD_END
};
static const cyaml_schema_value_t dimension_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, dimension_t, dimension_fields) };

static const cyaml_schema_field_t offset_fields[] = {
    TEXT(offset_t, dimension),
    CYAML_FIELD_INT("offset", CYAML_FLAG_DEFAULT, offset_t, offset), CYAML_FIELD_END
};
static const cyaml_schema_value_t offset_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, offset_t, offset_fields) };

static const cyaml_schema_field_t channel_fields[] = {
    NUMBER(channel_t, number), TEXT(channel_t, name), MAYBE(channel_t, weight),
    CYAML_FIELD_SEQUENCE("offsets", OPTIONAL, channel_t, offsets, &offset_schema, 0,
                         DIMENSIONS_MAX),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t channel_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, channel_t, channel_fields) };

static const cyaml_schema_field_t member_fields[] = { TEXT(member_t, dimension),
                                                      MAYBE(member_t, weight),
                                                      CYAML_FIELD_END };
static const cyaml_schema_value_t member_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, member_t, member_fields) };

static const cyaml_schema_field_t group_fields[] = {
    TEXT(group_t, name),
    CYAML_FIELD_SEQUENCE("dimensions", CYAML_FLAG_POINTER, group_t, dimensions,
                         &member_schema, 0, GROUP_DIMENSIONS_MAX),
    MAYBE(group_t, min_ratings),
    MAYBE(group_t, min_inspectors),
    MAYBE(group_t, min_observations),
    MAYBE(group_t, enough_ratings),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t group_schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_DEFAULT, group_t, group_fields) };

static const cyaml_schema_field_t scheme_fields[] = {
    TEXT(scheme_t, code),
    CYAML_FIELD_STRING_PTR("name", OPTIONAL, scheme_t, name, 1, 800),
    MAYBE(scheme_t, scoring_revision),
    CYAML_FIELD_SEQUENCE("dimensions", CYAML_FLAG_POINTER, scheme_t, dimensions,
                         &dimension_schema, 0, DIMENSIONS_MAX),
    CYAML_FIELD_SEQUENCE("channels", CYAML_FLAG_POINTER, scheme_t, channels,
                         &channel_schema, 0, CHANNELS_MAX),
    CYAML_FIELD_SEQUENCE("groups", CYAML_FLAG_POINTER, scheme_t, groups, &group_schema,
                         0, GROUPS_MAX),
    MAYBE(scheme_t, review_below),
    MAYBE(scheme_t, cap_positive),
    MAYBE(scheme_t, cap_negative),
    MAYBE(scheme_t, cap_achievement),
    MAYBE(scheme_t, achievement_weight),
    MAYBE(scheme_t, reply_window_days),
    CYAML_FIELD_END
};
static const cyaml_schema_value_t schema = { CYAML_VALUE_MAPPING(
    CYAML_FLAG_POINTER, scheme_t, scheme_fields) };

/* ---- to JSON ---- */

static int set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value);
}

static int set_maybe(json_t *object, const char *name, const uint32_t *value)
{
    return value != NULL ? set(object, name, json_integer(*value)) : 0;
}

/* Number of a dimension given by its name or number; 0 = there is none. */
static uint32_t number_of(const scheme_t *scheme, const char *dimension)
{
    for (uint32_t i = 0; i < scheme->dimensions_count; i++) {
        char number[16];
        const dimension_t *one = &scheme->dimensions[i];
        (void)snprintf(number, sizeof number, "%u", one->number); /* always fits */
        if (strcmp(one->name, dimension) == 0 || strcmp(number, dimension) == 0)
            return one->number;
    }
    return 0;
}

typedef struct {
    const scheme_t *scheme;
    const char *unknown;       /* a dimension that the scheme has not, the first one */
    char path[PATH_MAX_BYTES]; /* and where it is named */
    int failed;                /* memory */
} making_t;

static json_t *dimension_json(const dimension_t *dimension, making_t *making)
{
    json_t *out = json_object();
    making->failed |= set(out, "number", json_integer(dimension->number));
    making->failed |= set(out, "name", json_string(dimension->name));
    making->failed |= set_maybe(out, "mu_centi", dimension->mu_centi);
    making->failed |= set_maybe(out, "kappa", dimension->kappa);
    making->failed |= set_maybe(out, "s2", dimension->s2);
    making->failed |= set_maybe(out, "rho", dimension->rho);
    making->failed |= set_maybe(out, "u", dimension->u);
    return out;
}

/* `list` and `inner` are where the name stands: groups[row].dimensions[i]. */
static json_t *named_dimension(const char *dimension, making_t *making,
                               const char *list, size_t row, const char *inner,
                               uint32_t i)
{
    json_t *out = json_object();
    uint32_t number = number_of(making->scheme, dimension);
    if (number == 0 && making->unknown == NULL) {
        making->unknown = dimension;
        (void)snprintf(making->path, sizeof making->path, "%s[%zu].%s[%u].dimension",
                       list, row, inner, i);
    }
    making->failed |= set(out, "dimension", json_integer(number));
    return out;
}

static json_t *channel_json(const channel_t *channel, making_t *making)
{
    json_t *out = json_object(), *offsets = json_array();
    making->failed |= set(out, "number", json_integer(channel->number));
    making->failed |= set(out, "name", json_string(channel->name));
    making->failed |= set_maybe(out, "weight", channel->weight);
    for (uint32_t i = 0; i < channel->offsets_count; i++) {
        json_t *offset =
            named_dimension(channel->offsets[i].dimension, making, "channels",
                            (size_t)(channel - making->scheme->channels), "offsets", i);
        making->failed |=
            set(offset, "offset", json_integer(channel->offsets[i].offset));
        making->failed |= json_array_append_new(offsets, offset);
    }
    making->failed |= set(out, "offsets", offsets);
    return out;
}

static json_t *group_json(const group_t *group, making_t *making)
{
    json_t *out = json_object(), *members = json_array();
    making->failed |= set(out, "name", json_string(group->name));
    for (uint32_t i = 0; i < group->dimensions_count; i++) {
        json_t *member =
            named_dimension(group->dimensions[i].dimension, making, "groups",
                            (size_t)(group - making->scheme->groups), "dimensions", i);
        making->failed |= set_maybe(member, "weight", group->dimensions[i].weight);
        making->failed |= json_array_append_new(members, member);
    }
    making->failed |= set(out, "dimensions", members);
    making->failed |= set_maybe(out, "min_ratings", group->min_ratings);
    making->failed |= set_maybe(out, "min_inspectors", group->min_inspectors);
    making->failed |= set_maybe(out, "min_observations", group->min_observations);
    making->failed |= set_maybe(out, "enough_ratings", group->enough_ratings);
    return out;
}

static void set_numbers(json_t *out, const scheme_t *scheme, making_t *making)
{
    static const uint32_t usual = SCORING_REVISION;
    making->failed |=
        set_maybe(out, "scoring_revision",
                  scheme->scoring_revision != NULL ? scheme->scoring_revision : &usual);
    making->failed |= set_maybe(out, "review_below", scheme->review_below);
    making->failed |= set_maybe(out, "cap_positive", scheme->cap_positive);
    making->failed |= set_maybe(out, "cap_negative", scheme->cap_negative);
    making->failed |= set_maybe(out, "cap_achievement", scheme->cap_achievement);
    making->failed |= set_maybe(out, "achievement_weight", scheme->achievement_weight);
    making->failed |= set_maybe(out, "reply_window_days", scheme->reply_window_days);
}

static json_t *scheme_json(const scheme_t *scheme, making_t *making)
{
    json_t *out = json_object(), *dimensions = json_array(), *channels = json_array(),
           *groups = json_array();
    making->failed |= set(out, "code", json_string(scheme->code));
    if (scheme->name != NULL)
        making->failed |= set(out, "name", json_string(scheme->name));
    set_numbers(out, scheme, making);
    for (uint32_t i = 0; i < scheme->dimensions_count; i++)
        making->failed |= json_array_append_new(
            dimensions, dimension_json(&scheme->dimensions[i], making));
    for (uint32_t i = 0; i < scheme->channels_count; i++)
        making->failed |=
            json_array_append_new(channels, channel_json(&scheme->channels[i], making));
    for (uint32_t i = 0; i < scheme->groups_count; i++)
        making->failed |=
            json_array_append_new(groups, group_json(&scheme->groups[i], making));
    making->failed |= set(out, "dimensions", dimensions);
    making->failed |= set(out, "channels", channels);
    making->failed |= set(out, "groups", groups);
    return out;
}

/* ---- what went wrong ---- */

/* The parser's words: the first line says what, the ones below where. */
typedef struct {
    char text[COMPLAINT_MAX];
    size_t size;
} complaint_t;

static void note_complaint(cyaml_log_t level, void *context, const char *format,
                           va_list arguments)
{
    complaint_t *complaint = context;
    size_t room = sizeof complaint->text - complaint->size;
    if (level < CYAML_LOG_ERROR || room <= 1)
        return;
    int written = vsnprintf(complaint->text + complaint->size, room, format, arguments);
    if (written > 0)
        complaint->size += (size_t)written < room ? (size_t)written : room - 1;
}

/* Line of the innermost place that the parser tells: "... (line: 7, column: 5)"; else
 * that of a key that it names without a place. 0 = none. */
static unsigned line_of(const complaint_t *complaint, const char *text, size_t size)
{
    static const char unknown[] = "Unexpected key: ";
    const char *key = strstr(complaint->text, unknown);
    if (key != NULL) {
        key += sizeof unknown - 1;
        size_t length = strcspn(key, "\n");
        unsigned number = 1;
        for (size_t at = 0; length > 0 && at + length < size; at++) {
            bool begins = at == 0 || strchr(" \t\n{,-\"'", text[at - 1]) != NULL;
            if (begins && memcmp(text + at, key, length) == 0 &&
                strchr(":\"' \t", text[at + length]) != NULL)
                return number;
            number += text[at] == '\n';
        }
    }
    unsigned line = 0;
    const char *place = strstr(complaint->text, "(line: ");
    return place != NULL && sscanf(place, "(line: %u", &line) == 1 ? line : 0;
}

static void explain(const char *name, const complaint_t *complaint, cyaml_err_t error,
                    const char *text, size_t size, char reason[SCHEME_REASON_MAX])
{
    static const char prefix[] = "Load: ";
    unsigned line = line_of(complaint, text, size);
    const char *what = complaint->size > 0 ? complaint->text
                       : error == CYAML_OK ? "Empty document" /* comments, or a mark */
                                           : cyaml_strerror(error);
    if (strncmp(what, prefix, sizeof prefix - 1) == 0)
        what += sizeof prefix - 1;
    char place[16] = "";
    if (line > 0)
        (void)snprintf(place, sizeof place, ":%u", line);
    (void)snprintf(reason, SCHEME_REASON_MAX, "%.300s%s: %.*s", name, place,
                   (int)(strcspn(what, "\n") < 200 ? strcspn(what, "\n") : 200), what);
}

/* ---- reading ---- */

static status_t make(const char *name, const char *text, size_t size,
                     const scheme_t *scheme, json_t **object,
                     char reason[SCHEME_REASON_MAX])
{
    making_t making = { .scheme = scheme };
    *object = scheme_json(scheme, &making);
    if (making.failed == 0 && making.unknown == NULL)
        return STATUS_OK;
    json_decref(*object);
    *object = NULL;
    if (making.unknown == NULL) { /* jansson refuses nothing but what is not UTF-8 */
        (void)snprintf(reason, SCHEME_REASON_MAX, "%.300s: UTF-8", name);
        return STATUS_NOT_UTF8;
    }
    (void)snprintf(reason, SCHEME_REASON_MAX, "%.300s:%u: dimension %.200s", name,
                   yaml_line(text, size, making.path), making.unknown);
    return STATUS_UNKNOWN_DIMENSION;
}

status_t scheme_yaml_parse(const char *name, const char *text, size_t size,
                           json_t **object, char reason[SCHEME_REASON_MAX])
{
    CHECK(object != NULL);
    complaint_t complaint = { .size = 0 };
    const cyaml_config_t parser = { .log_fn = note_complaint,
                                    .log_ctx = &complaint,
                                    .log_level = CYAML_LOG_ERROR,
                                    .mem_fn = cyaml_mem };
    scheme_t *scheme = NULL;
    *object = NULL;
    reason[0] = '\0';
    cyaml_err_t error = cyaml_load_data((const uint8_t *)text, size, &parser, &schema,
                                        (cyaml_data_t **)&scheme, NULL);
    if (error != CYAML_OK || scheme == NULL) {
        explain(name, &complaint, error, text, size, reason);
        return STATUS_BAD_INPUT;
    }
    status_t status = make(name, text, size, scheme, object, reason);
    /* freeing what was loaded cannot fail with the schema that loaded it */
    (void)cyaml_free(&parser, &schema, scheme, 0);
    return status;
}

status_t scheme_yaml_read(const char *path, char **text, size_t *size,
                          char reason[SCHEME_REASON_MAX])
{
    CHECK(path != NULL && text != NULL && size != NULL);
    (void)snprintf(reason, SCHEME_REASON_MAX, "%.300s: ", path);
    size_t told = strlen(reason);
    status_t status = STATUS_OK;
    FILE *file = fopen(path, "re");
    *text = malloc(SCHEME_BYTES_MAX);
    if (file == NULL || *text == NULL) {
        (void)snprintf(reason + told, SCHEME_REASON_MAX - told, "%s", strerror(errno));
        status = file == NULL ? STATUS_BAD_INPUT : STATUS_NO_MEMORY;
    } else {
        *size = fread(*text, 1, SCHEME_BYTES_MAX, file);
        if (*size == 0 || *size == SCHEME_BYTES_MAX || ferror(file) != 0) {
            (void)snprintf(reason + told, SCHEME_REASON_MAX - told, "%s",
                           *size == 0 ? "0 KiB" : "> 256 KiB");
            status = STATUS_BAD_INPUT;
        }
    }
    if (file != NULL)
        (void)fclose(file); /* opened for reading: nothing can be lost */
    if (status != STATUS_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

status_t scheme_yaml_load(const char *path, json_t **object,
                          char reason[SCHEME_REASON_MAX])
{
    char *text;
    size_t size;
    *object = NULL;
    status_t status = scheme_yaml_read(path, &text, &size, reason);
    if (status != STATUS_OK)
        return status;
    status = scheme_yaml_parse(path, text, size, object, reason);
    free(text);
    return status;
}
