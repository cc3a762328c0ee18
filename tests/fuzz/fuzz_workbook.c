/* fuzz_workbook.c - libFuzzer target: any bytes as a part of a workbook are read or refused.
 *
 * The first byte chooses the part (sheet, shared texts, styles, list of sheets, or the
 * archive itself), the rest are its bytes. What is read must keep the promises of
 * source.h, which tests/support/sheet_text.c checks.
 */
#include "tests/support/sheet_text.h"
#include "tests/support/workbook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS                                                                           \
    "<row r='1'><c t='s'><v>0</v></c><c s='1'><v>45356</v></c><c t='str'><f>A1</f>"    \
    "<v>_x000A_</v></c></row>"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum {
    PART_SHEET,
    PART_STRINGS,
    PART_STYLES,
    PART_BOOK,
    PART_ARCHIVE,
    PARTS
} part_t;

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
}

static void write_part(const char *path, part_t part, const char *text, size_t size)
{
    char *sheet = workbook_sheet(ROWS);
    workbook_t workbook = { .sheet = sheet };
    if (part == PART_SHEET) {
        workbook.sheet = text;
        workbook.sheet_size = size;
    } else if (part == PART_STRINGS) {
        workbook.strings = text;
    } else if (part == PART_STYLES) {
        workbook.styles = text;
    } else {
        workbook.book = text;
    }
    workbook_write(path, &workbook);
    free(sheet);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/yx-fuzz-XXXXXX";
    if (size < 2)
        return 0;
    int file = mkstemp(path);
    char *text = malloc(size);
    if (file < 0 || text == NULL)
        abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    part_t part = (part_t)(data[0] % PARTS);
    if (part == PART_ARCHIVE)
        write_file(path, data + 1, size - 1);
    else
        write_part(path, part, text, size - 1);
    source_fault_t fault;
    (void)sheet_rows(path, &fault);
    (void)close(file); /* only its name was of use */
    (void)unlink(path);
    free(text);
    return 0;
}
