/* workbook.c - see workbook.h. */
#include "tests/support/workbook.h"

#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#define TYPES "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

static const char usual_relations[] =
    "<Relationships "
    "xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='rId1' Type='" TYPES "officeDocument' Target='xl/workbook.xml'/>"
    "</Relationships>";
static const char usual_book[] =
    "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
    "<sheets><sheet name='一' sheetId='1' r:id='rId1'/></sheets></workbook>";
static const char usual_book_relations[] =
    "<Relationships "
    "xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='rId1' Type='" TYPES "worksheet' Target='worksheets/sheet1.xml'/>"
    "<Relationship Id='rId2' Type='" TYPES "styles' Target='styles.xml'/>"
    "<Relationship Id='rId3' Type='" TYPES "sharedStrings' Target='sharedStrings.xml'/>"
    "</Relationships>";
static const char usual_strings[] =
    "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<si><t>甲</t></si><si><t>乙</t></si></sst>";
static const char usual_styles[] =
    "<styleSheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    "<numFmts count='2'><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m'/>"
    "<numFmt numFmtId='165' formatCode='0.00&quot;d&quot;'/></numFmts>"
    "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='22'/>"
    "<xf numFmtId='164'/><xf numFmtId='165'/></cellXfs></styleSheet>";

static void add(zip_t *zip, const char *name, const char *own, const char *usual,
                size_t size, bool deflated)
{
    const char *text = own != NULL ? own : usual;
    if (*text == '\0' && size == 0)
        return;
    zip_source_t *source =
        zip_source_buffer(zip, text, size > 0 ? size : strlen(text), 0);
    CHECK(source != NULL);
    zip_int64_t index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    CHECK(index >= 0);
    CHECK(zip_set_file_compression(zip, (zip_uint64_t)index,
                                   deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 1) == 0);
}

void workbook_write(const char *path, const workbook_t *workbook)
{
    int error;
    (void)unlink(path); /* of the case before */
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &error);
    CHECK(zip != NULL);
    add(zip, "_rels/.rels", workbook->relations, usual_relations, 0, false);
    add(zip, "xl/workbook.xml", workbook->book, usual_book, 0, false);
    add(zip, "xl/_rels/workbook.xml.rels", workbook->book_relations,
        usual_book_relations, 0, false);
    add(zip, "xl/sharedStrings.xml", workbook->strings, usual_strings, 0, false);
    add(zip, "xl/styles.xml", workbook->styles, usual_styles, 0, false);
    add(zip, "xl/worksheets/sheet1.xml", workbook->sheet, "", workbook->sheet_size,
        workbook->deflated);
    CHECK(zip_close(zip) == 0);
}

char *workbook_sheet(const char *rows)
{
    static const char head[] =
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        "<sheetData>";
    static const char tail[] = "</sheetData></worksheet>";
    char *text = malloc(sizeof head + sizeof tail + strlen(rows));
    CHECK(text != NULL);
    (void)sprintf(text, "%s%s%s", head, rows, tail); /* fits */
    return text;
}
