/* ratings.h - a table of ratings as people keep it: one line for each rating.
 *
 * Columns  subject 对象编码, inspector 考察员编码, dimension 维度, value 分值; optional unit
 *          单位编码 and team 考察组; others are counted, not read. The first row that says
 *          anything is the row of headers. Numbers by order of appearance.
 * Files    what clients/sheets reads: .csv (UTF-8, GB18030), .xlsx; the first sheet.
 * Bounds   RATINGS_*; SOURCE_ROWS_MAX rows.
 * Without a unit a subject is a unit of its own, without a team an inspector has none.
 * Ownership  ratings_read gives all, ratings_destroy frees it. Threads: one owner.
 */
#ifndef YX_LAB_RATINGS_H
#define YX_LAB_RATINGS_H

#include "clients/sheets/source.h"
#include "proto/limits.h"
#include <stddef.h>

#define RATINGS_NONE           UINT32_MAX
#define RATINGS_SUBJECTS_MAX   100000u
#define RATINGS_INSPECTORS_MAX 2048u     /* with their teams: 64 MiB a dense system */
#define RATINGS_UNIT_CELLS_MAX 33554432u /* units x inspectors: 256 MiB a dimension */
#define RATINGS_NAME_MAX       64u       /* bytes of a code or name */

typedef struct name_entry name_entry_t;

/* Names by number, in order of appearance. */
typedef struct {
    name_entry_t *index;
    char (*names)[RATINGS_NAME_MAX + 1];
    uint32_t count, room;
} name_set_t;

typedef struct {
    uint32_t subject, inspector, dimension;
    uint32_t centi;
} lab_rating_t;

typedef struct {
    name_set_t subjects, inspectors, units, teams, dimensions;
    uint32_t *unit_of, *team_of; /* RATINGS_NONE = not told */
    lab_rating_t *rows;
    size_t count;
    uint32_t other_columns;
} ratings_t;

/* Where and why a table is refused; row 0 = the table as a whole. The details say what
 * the reason leaves open and may be "". */
typedef struct {
    source_fault_t at;
    const char *column; /* its header in English, or NULL */
    const char *detail, *detail_zh;
} ratings_fault_t;

/* Number of a name; RATINGS_NONE: there is none. */
uint32_t ratings_find(const name_set_t *set, const char *name);

/* NULL and *fault. */
ratings_t *ratings_read(const char *path, ratings_fault_t *fault);
void ratings_destroy(ratings_t **ratings);

#endif
