/* xlsx_strings.c - see xlsx_strings.h. */
#include "clients/sheets/xlsx_strings.h"

#include "clients/sheets/source.h"
#include "clients/sheets/xlsx_part.h"
#include "proto/buffer.h"
#include "proto/check.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE_CHARS 7u /* _x000A_ */
#define FIRST_ROOM   4096u

struct xlsx_strings {
    buffer_t text;    /* each with a NUL */
    uint32_t *starts; /* count + 1: the last is where the next one would begin */
    uint32_t count, room;
    xlsx_part_t *part;
};

/* ---- escapes ---- */

/* The code of an escape at `text`, 0 when there is none or it is no character. */
static unsigned escape_at(const char *text, size_t left)
{
    char digits[5] = { 0 };
    if (left < ESCAPE_CHARS || text[0] != '_' || text[1] != 'x' || text[6] != '_')
        return 0;
    memcpy(digits, text + 2, 4);
    for (unsigned i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)digits[i]))
            return 0;
    }
    unsigned code = (unsigned)strtoul(digits, NULL, 16);
    return code >= 0xD800 && code <= 0xDFFF ? 0 : code; /* half a pair */
}

static size_t put_utf8(unsigned code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

size_t xlsx_unescape(char *text, size_t size)
{
    size_t to = 0;
    if (size < ESCAPE_CHARS || memchr(text, '_', size) == NULL)
        return size;
    for (size_t from = 0; from < size;) {
        unsigned code = escape_at(text + from, size - from);
        if (code != 0) {
            to += put_utf8(code, text + to);
            from += ESCAPE_CHARS;
        } else {
            text[to++] = text[from++];
        }
    }
    return to;
}

/* ---- reading ---- */

static sheet_reason_t reason_of(status_t status)
{
    if (status == STATUS_OK)
        return REASON_NONE;
    return status == STATUS_NO_MEMORY ? REASON_NO_MEMORY : REASON_UNPACKED_TOO_LARGE;
}

/* Writes down where the next text begins. */
static sheet_reason_t mark_start(xlsx_strings_t *strings)
{
    size_t held =
        strings->text.size + (strings->count + (size_t)1) * sizeof *strings->starts;
    if (held > SOURCE_UNPACKED_MAX)
        return REASON_UNPACKED_TOO_LARGE;
    if (strings->count == strings->room) {
        uint32_t room = strings->room == 0 ? FIRST_ROOM : strings->room * 2;
        uint32_t *grown = realloc(strings->starts, room * sizeof *grown);
        if (grown == NULL)
            return REASON_NO_MEMORY;
        strings->starts = grown;
        strings->room = room;
    }
    strings->starts[strings->count] = (uint32_t)strings->text.size;
    return REASON_NONE;
}

static void on_text(void *context, const char *text, size_t size)
{
    xlsx_strings_t *strings = context;
    sheet_reason_t reason = reason_of(buffer_append(&strings->text, text, size));
    if (reason != REASON_NONE)
        xlsx_part_refuse(strings->part, reason);
}

static void on_close(void *context, xlsx_tag_t tag)
{
    xlsx_strings_t *strings = context;
    if (tag != TAG_ITEM)
        return;
    buffer_t *all = &strings->text;
    size_t start = strings->starts[strings->count];
    if (all->data != NULL)
        all->size = start + xlsx_unescape((char *)all->data + start, all->size - start);
    sheet_reason_t reason = reason_of(buffer_append(all, "", 1));
    if (reason == REASON_NONE) {
        strings->count++;
        reason = mark_start(strings);
    }
    if (reason != REASON_NONE)
        xlsx_part_refuse(strings->part, reason);
}

xlsx_strings_t *xlsx_strings_read(zip_t *zip, const char *name, sheet_reason_t *reason)
{
    static const xlsx_handlers_t handlers = { .text = on_text, .close = on_close };
    CHECK(zip != NULL && reason != NULL);
    *reason = REASON_NO_MEMORY;
    xlsx_strings_t *strings = calloc(1, sizeof *strings);
    if (strings == NULL)
        return NULL;
    buffer_init(&strings->text, SOURCE_UNPACKED_MAX);
    *reason = mark_start(strings);
    if (*reason == REASON_NONE && name != NULL)
        *reason =
            xlsx_part_read(zip, name, TAG_STRINGS, &handlers, strings, &strings->part);
    if (*reason != REASON_NONE)
        xlsx_strings_destroy(&strings);
    return strings;
}

void xlsx_strings_destroy(xlsx_strings_t **strings)
{
    CHECK(strings != NULL);
    if (*strings != NULL) {
        buffer_fini(&(*strings)->text);
        free((*strings)->starts);
    }
    free(*strings);
    *strings = NULL;
}

const char *xlsx_strings_at(const xlsx_strings_t *strings, uint32_t index,
                            uint32_t *size)
{
    CHECK(strings != NULL && size != NULL);
    *size = 0;
    if (index >= strings->count)
        return NULL;
    uint32_t start = strings->starts[index];
    *size = strings->starts[index + 1] - start - 1;
    return (const char *)strings->text.data + start;
}
