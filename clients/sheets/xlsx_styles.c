/* xlsx_styles.c - see xlsx_styles.h. */
#include "clients/sheets/xlsx_styles.h"

#include "clients/sheets/xlsx_numbers.h"
#include "clients/sheets/xlsx_part.h"
#include "proto/check.h"
#include <stdlib.h>

#define STYLES_MAX  65536u
#define FORMATS_MAX 65536u

typedef enum { FORMAT_BUILT_IN, FORMAT_PLAIN, FORMAT_DATE } format_t;

struct xlsx_styles {
    uint8_t formats[FORMATS_MAX]; /* a format_t each, by number */
    uint16_t *styles;             /* the number of its format, by style */
    uint32_t count, room;
    xlsx_part_t *part;
};

/* What a workbook does not say because every program knows it. */
static bool is_built_in_date(uint32_t format)
{
    return (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
           (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
}

/* FORMATS_MAX when it is missing or no number of a format. */
static uint32_t format_number(const char *const *attributes)
{
    const char *text = xlsx_attribute(attributes, "numFmtId", 0);
    char *end = NULL;
    if (text == NULL || *text < '0' || *text > '9')
        return FORMATS_MAX;
    unsigned long number = strtoul(text, &end, 10);
    return *end == '\0' && number < FORMATS_MAX ? (uint32_t)number : FORMATS_MAX;
}

static void take_format(xlsx_styles_t *styles, const char *const *attributes)
{
    const char *code = xlsx_attribute(attributes, "formatCode", 0);
    uint32_t number = format_number(attributes);
    if (number < FORMATS_MAX && code != NULL)
        styles->formats[number] =
            xlsx_format_is_date(code) ? FORMAT_DATE : FORMAT_PLAIN;
}

static sheet_reason_t take_style(xlsx_styles_t *styles, const char *const *attributes)
{
    uint32_t number = format_number(attributes);
    if (styles->count == STYLES_MAX)
        return REASON_DAMAGED_FILE;
    if (styles->count == styles->room) {
        uint32_t room = styles->room == 0 ? 64 : styles->room * 2;
        uint16_t *grown = realloc(styles->styles, room * sizeof *grown);
        if (grown == NULL)
            return REASON_NO_MEMORY;
        styles->styles = grown;
        styles->room = room;
    }
    styles->styles[styles->count++] = number < FORMATS_MAX ? (uint16_t)number : 0;
    return REASON_NONE;
}

static void on_open(void *context, xlsx_tag_t tag, const char *const *attributes)
{
    xlsx_styles_t *styles = context;
    sheet_reason_t reason = REASON_NONE;
    if (tag == TAG_FORMAT)
        take_format(styles, attributes);
    else if (tag == TAG_CELL_STYLE)
        reason = take_style(styles, attributes);
    if (reason != REASON_NONE)
        xlsx_part_refuse(styles->part, reason);
}

xlsx_styles_t *xlsx_styles_read(zip_t *zip, const char *name, sheet_reason_t *reason)
{
    static const xlsx_handlers_t handlers = { .open = on_open };
    CHECK(zip != NULL && reason != NULL);
    xlsx_styles_t *styles = calloc(1, sizeof *styles);
    *reason = styles != NULL ? REASON_NONE : REASON_NO_MEMORY;
    if (styles != NULL && name != NULL)
        *reason =
            xlsx_part_read(zip, name, TAG_STYLES, &handlers, styles, &styles->part);
    if (*reason != REASON_NONE)
        xlsx_styles_destroy(&styles);
    return styles;
}

void xlsx_styles_destroy(xlsx_styles_t **styles)
{
    CHECK(styles != NULL);
    if (*styles != NULL)
        free((*styles)->styles);
    free(*styles);
    *styles = NULL;
}

bool xlsx_styles_is_date(const xlsx_styles_t *styles, uint32_t style)
{
    CHECK(styles != NULL);
    if (style >= styles->count)
        return false;
    uint32_t number = styles->styles[style];
    uint8_t format = styles->formats[number];
    return format == FORMAT_BUILT_IN ? is_built_in_date(number) : format == FORMAT_DATE;
}
