/* fact_words.c - see fact_words.h. */
#include "clients/cli/fact_words.h"

#include "clients/cli/fact_templates.h"
#include "clients/cli/moment.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include "proto/text_scan.h"
#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define FIELD_BYTES_MAX 48u
#define HASH_SHOWN      8 /* digits */

typedef struct {
    language_t language;
    const name_list_t *dimensions;
    buffer_t *out;
    status_t status; /* the first thing that went wrong */
} writing_t;

static void add(writing_t *writing, const char *text, size_t size)
{
    if (writing->status == STATUS_OK && size > 0)
        writing->status = buffer_append(writing->out, text, size);
}

static void add_words(writing_t *writing, const char *text)
{
    add(writing, text, strlen(text));
}

static const char *pick(const writing_t *writing, const char *english,
                        const char *chinese)
{
    return writing->language == LANGUAGE_CHINESE ? chinese : english;
}

/* ---- values ---- */

/* Only so much of a text, on one line. */
static void add_text(writing_t *writing, const char *text, size_t size)
{
    size_t shown = text_cut(text, size, FACT_TEXT_BYTES_MAX);
    for (size_t i = 0; i < shown; i++) {
        bool control = (unsigned char)text[i] < ' ' || text[i] == 0x7f;
        add(writing, control ? " " : text + i, 1);
    }
    if (shown < size)
        add_words(writing, "…");
}

/* PROJECT_STARTED: 已开工, started. */
static bool add_value(writing_t *writing, const char *value)
{
    static const char *const prefixes[] = { "PROJECT_", "STAGE_", "ROLE_" };
    const char *chinese = fact_value_zh(value);
    if (chinese == NULL)
        return false;
    if (writing->language == LANGUAGE_CHINESE) {
        add_words(writing, chinese);
        return true;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t size = strlen(prefixes[i]);
        /* a project site is a place, not a state */
        if (strncmp(value, prefixes[i], size) == 0 &&
            strcmp(value, "PROJECT_SITE") != 0)
            value += size;
    }
    for (; *value != '\0'; value++) {
        char letter = *value == '_' ? ' ' : (char)tolower((unsigned char)*value);
        add(writing, &letter, 1);
    }
    return true;
}

static void add_string(writing_t *writing, const json_t *value)
{
    const char *text = json_string_value(value);
    if (!add_value(writing, text))
        add_text(writing, text, json_string_length(value));
}

static bool is_date(const char *name)
{
    static const char *const dates[] = { "from",      "to",         "plan_date",
                                         "done_date", "started_on", "planned_start" };
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        if (strcmp(dates[i], name) == 0)
            return true;
    }
    return false;
}

static void add_integer(writing_t *writing, const char *name, int64_t value)
{
    char
        text[MOMENT_CHARS_MAX > POINTS_CHARS_MAX ? MOMENT_CHARS_MAX : POINTS_CHARS_MAX];
    size_t size = strlen(name);
    if (size > 3 && strcmp(name + size - 3, "_ms") == 0)
        moment_write(value, MOMENT_MINUTE, text);
    else if (size > 6 && strcmp(name + size - 6, "_centi") == 0)
        points_write(value, false, text);
    else if (is_date(name))
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", (int)(value / 10000),
                       (int)(value / 100 % 100), (int)(value % 100)); /* eight digits */
    else
        (void)snprintf(text, sizeof text, "%" PRId64, value); /* fits */
    add_words(writing, text);
}

static void add_rating(writing_t *writing, const json_t *rating)
{
    char value[POINTS_CHARS_MAX];
    json_int_t number = json_integer_value(json_object_get(rating, "dimension"));
    const char *name = name_list_of(writing->dimensions, (uint32_t)number);
    points_write(json_integer_value(json_object_get(rating, "value")), false, value);
    if (name[0] != '\0') {
        add_words(writing, name);
    } else {
        add_words(writing, pick(writing, "dimension ", "维度"));
        add_integer(writing, "", number);
    }
    add_words(writing, " ");
    add_words(writing, value);
}

static void add_list(writing_t *writing, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        if (i > 0)
            add_words(writing, pick(writing, ", ", "、"));
        if (json_is_string(entry))
            add_string(writing, entry);
        else if (json_is_object(entry))
            add_rating(writing, entry);
    }
}

static void add_field(writing_t *writing, const char *name, const json_t *value)
{
    if (json_is_string(value))
        add_string(writing, value);
    else if (json_is_integer(value))
        add_integer(writing, name, json_integer_value(value));
    else if (json_is_array(value))
        add_list(writing, value);
}

/* ---- sentences ---- */

/* The field that a sentence names at `at`, which stands behind its "{". */
static const json_t *field_at(const json_t *command, const char *at,
                              char name[FIELD_BYTES_MAX])
{
    size_t size = strcspn(at, "}");
    CHECK(size > 0 && size < FIELD_BYTES_MAX); /* sentences are ours */
    memcpy(name, at, size);
    name[size] = '\0';
    return json_object_get(command, name);
}

static bool is_empty(const json_t *value)
{
    return value == NULL || (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_integer(value) && json_integer_value(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

/* Whether all fields up to the "]" are there. */
static bool is_whole(const json_t *command, const char *at)
{
    char name[FIELD_BYTES_MAX];
    for (; *at != ']'; at++) {
        CHECK(*at != '\0');
        if (*at == '{' && is_empty(field_at(command, at + 1, name)))
            return false;
    }
    return true;
}

static void add_sentence(writing_t *writing, const char *at, const json_t *command)
{
    char name[FIELD_BYTES_MAX];
    while (*at != '\0') {
        size_t plain = strcspn(at, "[]{");
        add(writing, at, plain);
        at += plain;
        if (*at == '{') {
            const json_t *value = field_at(command, at + 1, name);
            if (is_empty(value))
                add_words(writing, "?");
            else
                add_field(writing, name, value);
            at += strlen(name) + 2;
        } else if (*at == '[' && !is_whole(command, at + 1)) {
            at = strchr(at, ']') + 1;
        } else if (*at != '\0') {
            at++; /* a bracket whose content is shown */
        }
    }
}

static void add_what(writing_t *writing, const json_t *fact)
{
    const char *kind = json_string_value(json_object_get(fact, "kind"));
    const json_t *command = json_object_get(fact, "command");
    const char *sentence = kind != NULL ? fact_template(kind, writing->language) : NULL;
    if (sentence != NULL && command != NULL)
        add_sentence(writing, sentence, command);
    else
        add_words(writing, kind != NULL ? fact_kind(kind, writing->language) : "?");
    if (json_is_true(json_object_get(fact, "late")))
        add_words(writing, pick(writing, " (late)", "（迟报）"));
    if (json_is_true(json_object_get(fact, "under_review")))
        add_words(writing,
                  pick(writing, " (counts after a review)", "（须复核后计入）"));
}

/* ---- around it ---- */

static void add_head(writing_t *writing, const json_t *fact)
{
    char moment[MOMENT_CHARS_MAX], head[96];
    const char *hash = json_string_value(json_object_get(fact, "hash"));
    moment_write(json_integer_value(json_object_get(fact, "time_ms")), MOMENT_SECOND,
                 moment);
    (void)snprintf(head, sizeof head, "%s  %8" PRId64 "  %.*s  ", moment,
                   (int64_t)json_integer_value(json_object_get(fact, "seq")),
                   HASH_SHOWN, hash != NULL ? hash : ""); /* fits */
    add_words(writing, head);
}

static void add_withheld(writing_t *writing, const json_t *list)
{
    if (json_array_size(list) == 0)
        return;
    add_words(writing, pick(writing, "  [withheld: ", "  [不公开："));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (i > 0)
            add_words(writing, pick(writing, ", ", "、"));
        add_words(writing, name != NULL ? fact_withheld(name, writing->language) : "?");
    }
    add_words(writing, "]");
}

static void add_principal(writing_t *writing, const json_t *fact)
{
    const char *principal = json_string_value(json_object_get(fact, "principal"));
    if (principal == NULL)
        return;
    add_words(writing, pick(writing, "  by ", "  提交人 "));
    add_words(writing, principal);
}

status_t fact_words(language_t language, const name_list_t *dimensions,
                    const char *json, size_t size, buffer_t *out)
{
    CHECK(json != NULL && out != NULL);
    CHECK(dimensions != NULL);
    json_t *fact = json_loadb(json, size, 0, NULL);
    if (!json_is_object(fact)) {
        json_decref(fact);
        return STATUS_BAD_INPUT;
    }
    writing_t writing = { .language = language, .dimensions = dimensions, .out = out };
    add_head(&writing, fact);
    add_what(&writing, fact);
    add_principal(&writing, fact);
    add_withheld(&writing, json_object_get(fact, "withheld"));
    json_decref(fact);
    return writing.status;
}
