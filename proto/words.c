/* words.c - see words.h: puts the parts of a refusal into one line. */
#include "proto/words.h"

#include "proto/check.h"
#include "proto/place.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_WORDS_MAX 400u
#define CHARACTER       "character "

typedef struct {
    char data[WORDS_BYTES_MAX];
    size_t size;
} text_line_t;

language_t words_language(const char *locale)
{
    return locale != NULL && strncmp(locale, "zh", 2) == 0 ? LANGUAGE_CHINESE
                                                           : LANGUAGE_ENGLISH;
}

/* Appends, or leaves the line as it was when the piece does not fit. */
__attribute__((format(printf, 2, 3))) static void add(text_line_t *line,
                                                      const char *format, ...)
{
    size_t room = sizeof line->data - line->size;
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line->data + line->size, room, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    if ((size_t)size < room)
        line->size += (size_t)size;
    line->data[line->size] = '\0';
}

/* One part of a path, such as ratings[2]; false when it is not one. */
static bool read_part(const char **at, char *name, size_t room, uint64_t *index)
{
    size_t length = strspn(*at, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (length == 0 || length >= room)
        return false;
    memcpy(name, *at, length);
    name[length] = '\0';
    *at += length;
    *index = 0;
    if (**at == '[') {
        char *end = NULL;
        *index = strtoull(*at + 1, &end, 10) + 1;
        if (end == *at + 1 || *end != ']')
            return false;
        *at = end + 1;
    }
    return **at == '\0' || **at == '.';
}

/* Puts a path into Chinese words; false when it is none, or nothing in it has a name. */
static bool place_in_words(const char *place, char words[PLACE_WORDS_MAX])
{
    size_t size = 0;
    bool named = false;
    for (const char *at = place; *at != '\0'; at += *at == '.' ? 1 : 0) {
        char name[FAULT_PLACE_MAX];
        uint64_t index = 0;
        if (!read_part(&at, name, sizeof name, &index))
            return false;
        const char *chinese = words_field_zh(name);
        named = named || chinese != NULL;
        char nth[40] = "";
        if (index > 0)
            snprintf(nth, sizeof nth, "第 %" PRIu64 " 项", index);
        int added =
            snprintf(words + size, PLACE_WORDS_MAX - size, "%s%s%s",
                     size > 0 ? "·" : "", chinese != NULL ? chinese : name, nth);
        CHECK(added > 0);
        size += (size_t)added;
        if (size >= PLACE_WORDS_MAX)
            return false;
    }
    return named;
}

/* "line 3, column 5", the place in a text that could not be read. */
static bool line_in_words(const char *place, char words[PLACE_WORDS_MAX])
{
    unsigned line, column;
    int read = 0;
    if (sscanf(place, "line %u, column %u%n", &line, &column, &read) != 2 ||
        place[read] != '\0')
        return false;
    snprintf(words, PLACE_WORDS_MAX, "第 %u 行第 %u 列", line, column);
    return true;
}

static void add_place(text_line_t *line, language_t language, const char *place)
{
    char words[PLACE_WORDS_MAX];
    if (language == LANGUAGE_CHINESE && line_in_words(place, words))
        add(line, "%s", words);
    else if (language == LANGUAGE_CHINESE && place_in_words(place, words))
        add(line, "%s（%s）", words, place);
    else
        add(line, "%s", place);
}

/* A detail of "character 17" counts from 0; people count from 1. */
static bool add_character(text_line_t *line, language_t language, const char *detail)
{
    if (strncmp(detail, CHARACTER, sizeof CHARACTER - 1) != 0)
        return false;
    char *end = NULL;
    uint64_t index = strtoull(detail + sizeof CHARACTER - 1, &end, 10);
    if (*end != '\0' || end == detail + sizeof CHARACTER - 1)
        return false;
    if (language == LANGUAGE_CHINESE)
        add(line, "第 %" PRIu64 " 个字", index + 1);
    else
        add(line, "%s" CHARACTER "%" PRIu64, line->size > 0 ? ", " : "", index + 1);
    return true;
}

/* What stands between the place and the value found there. */
static const char *equals(const text_line_t *line)
{
    static const char bracket[] = "）";
    size_t size = sizeof bracket - 1;
    if (line->size == 0)
        return "";
    bool closed = line->size >= size &&
                  memcmp(line->data + line->size - size, bracket, size) == 0;
    return closed ? "= " : " = ";
}

/* Ratings travel in centi-points; people know points. */
static bool add_points(text_line_t *line, status_t status, const char *detail)
{
    char *end = NULL;
    uint64_t centi = strtoull(detail, &end, 10);
    if (status != STATUS_RATING_RANGE || end == detail || *end != '\0')
        return false;
    add(line, "%s%" PRIu64 ".%02" PRIu64, equals(line), centi / 100, centi % 100);
    return true;
}

static void add_where(text_line_t *line, language_t language, status_t status,
                      const char *place, const char *detail)
{
    if (place[0] != '\0')
        add_place(line, language, place);
    if (detail[0] != '\0' && !add_character(line, language, detail) &&
        !add_points(line, status, detail))
        add(line, "%s%s", equals(line), detail);
    if (line->size > 0)
        add(line, "%s", language == LANGUAGE_CHINESE ? "：" : ": ");
}

static void add_what(text_line_t *line, language_t language, status_t status)
{
    const char *rule = status_rule(status);
    bool chinese = language == LANGUAGE_CHINESE;
    add(line, "%s", chinese ? status_text_zh(status) : status_text(status));
    if (rule[0] != '\0')
        add(line, chinese ? "（规则 %s）" : " (rule %s)", rule);
    add(line, chinese ? "。%s [E%u]" : ". %s [E%u]",
        chinese ? status_next_zh(status) : status_next(status), (unsigned)status);
}

status_t words_explain(buffer_t *out, language_t language, status_t status,
                       const fault_t *fault, const char *source)
{
    CHECK(out != NULL);
    char from[WORDS_SOURCE_MAX], place[FAULT_PLACE_MAX], detail[FAULT_DETAIL_MAX];
    place_copy(from, sizeof from, source, source != NULL ? strlen(source) : 0);
    place_copy(place, sizeof place, fault != NULL ? fault->place : NULL,
               fault != NULL ? strnlen(fault->place, FAULT_PLACE_MAX) : 0);
    place_copy(detail, sizeof detail, fault != NULL ? fault->detail : NULL,
               fault != NULL ? strnlen(fault->detail, FAULT_DETAIL_MAX) : 0);
    text_line_t line = { .size = 0 };
    if (from[0] != '\0')
        add(&line, "%s%s", from, place[0] != '\0' ? " " : "");
    add_where(&line, language, status, place, detail);
    add_what(&line, language, status);
    return buffer_append(out, line.data, line.size);
}
