/* xlsx_relations.h - which part of a workbook is meant by an id or a type.
 *
 * Threads: one owner.
 */
#ifndef YX_XLSX_RELATIONS_H
#define YX_XLSX_RELATIONS_H

#include "clients/sheets/reasons.h"
#include "clients/sheets/xlsx_zip.h"

#define XLSX_RELATIONS_MAX 1024u

typedef struct xlsx_relations xlsx_relations_t;

/* The relations of `part`, "" for those of the whole archive. NULL and *reason;
 * REASON_NOT_A_WORKBOOK: it has none. */
xlsx_relations_t *xlsx_relations_read(zip_t *zip, const char *part,
                                      sheet_reason_t *reason);
void xlsx_relations_destroy(xlsx_relations_t **relations);
/* The path of the first part whose type ends with `type` (such as "/styles"); NULL when
 * there is none. With an id, the part must have that as well. */
const char *xlsx_relations_find(const xlsx_relations_t *relations, const char *id,
                                const char *type);

#endif
