/* xlsx_tags.c - see xlsx_tags.h. */
#include "clients/sheets/xlsx_tags.h"

#include "proto/check.h"
#include <stddef.h>
#include <string.h>

static const struct {
    xlsx_tag_t parent;
    const char *name;
    xlsx_tag_t tag;
} tags[] = {
    /* a sheet first: it has by far the most */
    { TAG_DATA, "row", TAG_ROW },
    { TAG_ROW, "c", TAG_CELL },
    { TAG_CELL, "v", TAG_VALUE },
    { TAG_CELL, "f", TAG_FORMULA },
    { TAG_CELL, "is", TAG_ITEM },
    { TAG_ITEM, "t", TAG_TEXT },
    { TAG_ITEM, "r", TAG_RUN },
    { TAG_RUN, "t", TAG_TEXT },
    { TAG_STRINGS, "si", TAG_ITEM },
    { TAG_ROOT, "worksheet", TAG_SHEET },
    { TAG_SHEET, "sheetData", TAG_DATA },
    { TAG_ROOT, "sst", TAG_STRINGS },
    { TAG_ROOT, "styleSheet", TAG_STYLES },
    { TAG_STYLES, "numFmts", TAG_FORMATS },
    { TAG_FORMATS, "numFmt", TAG_FORMAT },
    { TAG_STYLES, "cellXfs", TAG_CELL_STYLES },
    { TAG_CELL_STYLES, "xf", TAG_CELL_STYLE },
    { TAG_ROOT, "workbook", TAG_BOOK },
    { TAG_BOOK, "workbookPr", TAG_BOOK_SETTINGS },
    { TAG_BOOK, "sheets", TAG_BOOK_SHEETS },
    { TAG_BOOK_SHEETS, "sheet", TAG_BOOK_SHEET },
    { TAG_ROOT, "Relationships", TAG_RELATIONS },
    { TAG_RELATIONS, "Relationship", TAG_RELATION },
};

const char *xlsx_local_name(const char *name)
{
    CHECK(name != NULL);
    const char *colon = strchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

xlsx_tag_t xlsx_tag_of(xlsx_tag_t parent, const char *name)
{
    const char *local = xlsx_local_name(name);
    if (parent == TAG_OTHER)
        return TAG_OTHER;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (tags[i].parent == parent && strcmp(tags[i].name, local) == 0)
            return tags[i].tag;
    }
    return TAG_OTHER;
}

const char *xlsx_attribute(const char *const *attributes, const char *name,
                           int prefixed)
{
    CHECK(attributes != NULL && name != NULL);
    for (; attributes[0] != NULL; attributes += 2) {
        const char *local = xlsx_local_name(attributes[0]);
        if ((local != attributes[0]) == (prefixed != 0) && strcmp(local, name) == 0)
            return attributes[1];
    }
    return NULL;
}
