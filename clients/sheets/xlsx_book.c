/* xlsx_book.c - see xlsx_book.h. */
#include "clients/sheets/xlsx_book.h"

#include "clients/sheets/xlsx_part.h"
#include "clients/sheets/xlsx_relations.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    xlsx_book_t *book;
    const xlsx_relations_t *relations;
    xlsx_part_t *part;
} reading_t;

static bool is_true(const char *value)
{
    return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static sheet_reason_t take_sheet(const reading_t *reading,
                                 const char *const *attributes)
{
    xlsx_book_t *book = reading->book;
    const char *name = xlsx_attribute(attributes, "name", 0);
    const char *id = xlsx_attribute(attributes, "id", 1);
    if (name == NULL || id == NULL)
        return REASON_DAMAGED_FILE;
    const char *part = xlsx_relations_find(reading->relations, id, "/worksheet");
    if (part == NULL) /* a chart, or a macro sheet */
        return xlsx_relations_find(reading->relations, id, "") != NULL
                   ? REASON_NONE
                   : REASON_DAMAGED_FILE;
    if (book->sheet_count == SOURCE_SHEETS_MAX)
        return REASON_TOO_MANY_SHEETS;
    xlsx_book_sheet_t *sheet = &book->sheets[book->sheet_count++];
    sheet->name = strdup(name);
    sheet->part = strdup(part);
    return sheet->name != NULL && sheet->part != NULL ? REASON_NONE : REASON_NO_MEMORY;
}

static void on_open(void *context, xlsx_tag_t tag, const char *const *attributes)
{
    reading_t *reading = context;
    sheet_reason_t reason = REASON_NONE;
    if (tag == TAG_BOOK_SETTINGS)
        reading->book->from_1904 = is_true(xlsx_attribute(attributes, "date1904", 0));
    else if (tag == TAG_BOOK_SHEET)
        reason = take_sheet(reading, attributes);
    if (reason != REASON_NONE)
        xlsx_part_refuse(reading->part, reason);
}

/* The part that has the others, as a text of one's own; NULL and *reason. */
static char *find_book(zip_t *zip, sheet_reason_t *reason)
{
    xlsx_entry_t entry;
    xlsx_relations_t *relations = xlsx_relations_read(zip, "", reason);
    if (relations == NULL)
        return NULL;
    const char *found = xlsx_relations_find(relations, NULL, "/officeDocument");
    char *part = NULL;
    *reason = REASON_NOT_A_WORKBOOK;
    if (found != NULL && xlsx_zip_find(zip, found, &entry)) {
        part = strdup(found);
        *reason = part != NULL ? REASON_NONE : REASON_NO_MEMORY;
    }
    xlsx_relations_destroy(&relations);
    return part;
}

/* false: no memory. */
static bool copy_part(const xlsx_relations_t *relations, const char *type, char **out)
{
    const char *part = xlsx_relations_find(relations, NULL, type);
    *out = part != NULL ? strdup(part) : NULL;
    return part == NULL || *out != NULL;
}

sheet_reason_t xlsx_book_read(zip_t *zip, xlsx_book_t *book)
{
    static const xlsx_handlers_t handlers = { .open = on_open };
    CHECK(zip != NULL && book != NULL);
    sheet_reason_t reason;
    xlsx_relations_t *relations = NULL;
    *book = (xlsx_book_t){ .sheet_count = 0 };
    char *part = find_book(zip, &reason);
    if (part == NULL)
        goto done;
    relations = xlsx_relations_read(zip, part, &reason);
    if (relations == NULL)
        goto done;
    reason = REASON_NO_MEMORY;
    if (!copy_part(relations, "/sharedStrings", &book->strings) ||
        !copy_part(relations, "/styles", &book->styles))
        goto done;
    reading_t reading = { .book = book, .relations = relations };
    reason = xlsx_part_read(zip, part, TAG_BOOK, &handlers, &reading, &reading.part);
    /* A text document has a document where a workbook has its list of sheets. */
    if (reason == REASON_NONE && book->sheet_count == 0)
        reason = REASON_NOT_A_WORKBOOK;

done:
    xlsx_relations_destroy(&relations);
    free(part);
    return reason;
}

void xlsx_book_fini(xlsx_book_t *book)
{
    CHECK(book != NULL);
    for (uint32_t i = 0; i < book->sheet_count; i++) {
        free(book->sheets[i].name);
        free(book->sheets[i].part);
    }
    free(book->strings);
    free(book->styles);
    *book = (xlsx_book_t){ .sheet_count = 0 };
}
