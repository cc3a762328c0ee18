/* fields.c - see fields.h. */
#include "clients/cli/fields.h"

#include "clients/cli/points.h"
#include "proto/check.h"
#include "proto/json.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_MAX 128u

status_t fields_refuse(fault_t *fault, status_t status, const char *place,
                       const char *value)
{
    fault_set(fault, place, value, value != NULL ? strlen(value) : 0);
    return status;
}

/* ---- what kind of field ---- */

typedef struct {
    const char *name;
    char type[512];
    bool found;
} search_t;

static void on_field(void *context, const char *path, const char *type, int required)
{
    (void)required;
    search_t *search = context;
    if (search->found || strcmp(path, search->name) != 0)
        return;
    search->found = strlen(type) < sizeof search->type;
    if (search->found)
        strcpy(search->type, type);
}

static status_t find_type(const char *verb, search_t *search)
{
    return json_describe(verb, on_field, search);
}

bool fields_has(const char *verb, const char *name)
{
    search_t search = { .name = name };
    return find_type(verb, &search) == STATUS_OK && search.found;
}

/* ---- values ---- */

static json_t *choice_of(const char *value)
{
    char upper[NAME_BYTES_MAX];
    size_t size = strlen(value);
    if (size >= sizeof upper)
        return json_string(value);
    for (size_t i = 0; i <= size; i++)
        upper[i] = value[i] == '-' ? '_' : (char)toupper((unsigned char)value[i]);
    return json_string(upper);
}

/* What is no whole number stays a text, which json_to_command refuses with its place. */
static json_t *number_of(const char *value)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    bool whole = end != value && *end == '\0' && errno == 0;
    return whole ? json_integer(number) : json_string(value);
}

static json_t *flag_of(const char *value)
{
    static const char *const yes[] = { "true", "yes", "1", "是" };
    static const char *const no[] = { "false", "no", "0", "否" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(value, yes[i]) == 0)
            return json_true();
        if (strcmp(value, no[i]) == 0)
            return json_false();
    }
    return json_string(value);
}

/* Amounts travel in hundredths. */
static bool is_hundredths(const char *name)
{
    static const char *const names[] = { "planned_investment", "invested",
                                         "percent_centi" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static json_t *hundredths_of(const char *value)
{
    uint32_t centi;
    return points_read(value, strlen(value), &centi) ? json_integer(centi)
                                                     : json_string(value);
}

static json_t *value_of(const char *name, const char *type, const char *value)
{
    if (is_hundredths(name))
        return hundredths_of(value);
    if (strcmp(type, "number") == 0)
        return number_of(value);
    if (strcmp(type, "date") == 0 || strcmp(type, "time") == 0)
        return strspn(value, "0123456789") == strlen(value) ? number_of(value)
                                                            : json_string(value);
    if (strcmp(type, "true | false") == 0)
        return flag_of(value);
    return strchr(type, '|') != NULL ? choice_of(value) : json_string(value);
}

static json_t *list_of(const char *name, const char *type, const char *value)
{
    json_t *list = json_array();
    while (list != NULL && *value != '\0') {
        size_t size = strcspn(value, ",");
        char *entry = strndup(value, size);
        if (entry == NULL ||
            json_array_append_new(list, value_of(name, type, entry)) != 0) {
            json_decref(list);
            list = NULL;
        }
        free(entry);
        value += size + (value[size] == ',');
    }
    return list;
}

static json_t *typed_value(const char *name, const char *type, const char *value)
{
    static const char list[] = "list of ";
    return strncmp(type, list, sizeof list - 1) == 0
               ? list_of(name, type + sizeof list - 1, value)
               : value_of(name, type, value);
}

/* ---- words ---- */

/* Puts `value` where the path says, making the objects on the way. */
static status_t put_at(json_t *object, char *path, json_t *value)
{
    char *dot = strchr(path, '.');
    if (dot == NULL)
        return json_object_set_new(object, path, value) == 0 ? STATUS_OK
                                                             : STATUS_NO_MEMORY;
    *dot = '\0';
    json_t *inner = json_object_get(object, path);
    if (!json_is_object(inner)) {
        inner = json_object();
        if (json_object_set_new(object, path, inner) != 0) {
            json_decref(value);
            return STATUS_NO_MEMORY;
        }
    }
    return put_at(inner, dot + 1, value);
}

static status_t add_word(const char *verb, const char *word, bool keep_unknown,
                         json_t *object, fault_t *fault)
{
    char name[NAME_BYTES_MAX];
    const char *equals = strchr(word, '=');
    if (equals == NULL || equals == word)
        return fields_refuse(fault, STATUS_USAGE, NULL, word);
    size_t size = (size_t)(equals - word);
    if (size >= sizeof name)
        return fields_refuse(fault, STATUS_BAD_INPUT, NULL, word);
    memcpy(name, word, size);
    name[size] = '\0';
    search_t search = { .name = name };
    status_t status = find_type(verb, &search);
    if (status != STATUS_OK)
        return fields_refuse(fault, status, NULL, verb);
    if (!search.found && !keep_unknown)
        return fields_refuse(fault, STATUS_BAD_INPUT, name, NULL);
    if (!search.found)
        return json_object_set_new(object, name, json_string(equals + 1)) == 0
                   ? STATUS_OK
                   : STATUS_NOT_UTF8;
    return put_at(object, name, typed_value(name, search.type, equals + 1));
}

status_t fields_add(const char *verb, const char *const *words, unsigned count,
                    bool keep_unknown, json_t *object, fault_t *fault)
{
    CHECK(verb != NULL);
    CHECK(json_is_object(object));
    status_t status = STATUS_OK;
    for (unsigned i = 0; i < count && status == STATUS_OK; i++)
        status = add_word(verb, words[i], keep_unknown, object, fault);
    return status;
}
