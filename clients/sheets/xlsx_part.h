/* xlsx_part.h - one part of a workbook, unpacked and parsed as a stream.
 *
 * Bounds     a part may unpack to SOURCE_UNPACKED_MAX; sheets and shared texts, which are
 *            not held as they come, to XLSX_STREAM_RATIO times what they take in the
 *            archive, XLSX_STREAM_MAX at most. It is counted while unpacking: what the
 *            archive says of itself is believed only when it says too much. The parser's
 *            own memory is bounded by what it is given: nesting, different names and the
 *            length of one token.
 * Refused    any DOCTYPE; a root element of another kind.
 * Threads    one owner. The handlers are called from xlsx_part_run.
 */
#ifndef YX_XLSX_PART_H
#define YX_XLSX_PART_H

#include "clients/sheets/xlsx_tags.h"
#include "clients/sheets/xlsx_zip.h"
#include <stddef.h>

/* Sheets shrink to a tenth or so; shared texts that LibreOffice has cut into runs, one
 * for each font, to a hundredth. */
#define XLSX_STREAM_RATIO 200u
#define XLSX_STREAM_MAX   (512u * 1024u * 1024u)
#define XLSX_DEPTH_MAX    64u
#define XLSX_NAMES_MAX    512u            /* different names in a part */
#define XLSX_TOKEN_MAX    (1024u * 1024u) /* bytes of one tag or comment */

typedef struct xlsx_part xlsx_part_t;

/* Tags of TAG_OTHER are not told; text only of TAG_TEXT and TAG_VALUE, in pieces. Each
 * may be NULL. `attributes` are names and values in turn, NULL at the end. */
typedef struct {
    void (*open)(void *context, xlsx_tag_t tag, const char *const *attributes);
    void (*text)(void *context, const char *text, size_t size);
    void (*close)(void *context, xlsx_tag_t tag);
} xlsx_handlers_t;

/* `root` is what the part must begin with; TAG_SHEET is a sheet. NULL and *reason:
 * REASON_DAMAGED_FILE (also: no such part), REASON_UNPACKED_TOO_LARGE,
 * REASON_NO_MEMORY. `zip` and `handlers` must live as long. */
xlsx_part_t *xlsx_part_open(zip_t *zip, const char *name, xlsx_tag_t root,
                            const xlsx_handlers_t *handlers, void *context,
                            sheet_reason_t *reason);
void xlsx_part_close(xlsx_part_t **part);

typedef enum { PART_PAUSED, PART_END, PART_REFUSED } part_step_t;
/* Parses until a handler pauses, or to the end. */
part_step_t xlsx_part_run(xlsx_part_t *part, sheet_reason_t *reason);
/* From within a handler: xlsx_part_run returns when the handler has. */
void xlsx_part_pause(xlsx_part_t *part);
/* Likewise, for good; the first reason counts. */
void xlsx_part_refuse(xlsx_part_t *part, sheet_reason_t reason);

/* Opens, runs to the end and closes; for parts whose handlers never pause. `self` is
 * set before the first handler is called and is NULL again afterwards. */
sheet_reason_t xlsx_part_read(zip_t *zip, const char *name, xlsx_tag_t root,
                              const xlsx_handlers_t *handlers, void *context,
                              xlsx_part_t **self);

/* What a part may unpack to. */
uint64_t xlsx_part_limit(xlsx_tag_t root, const xlsx_entry_t *entry);

#endif
