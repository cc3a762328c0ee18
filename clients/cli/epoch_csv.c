/* epoch_csv.c - see epoch_csv.h. */
#include "clients/cli/epoch_csv.h"

#include "clients/cli/csv_line.h"
#include "clients/cli/points.h"
#include "clients/cli/said.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CSV_COLUMNS 6u

typedef struct {
    text_t group, inspector;
    uint32_t dimension;
    bool has_a, has_b;
    int64_t a, b; /* micro-points */
} pair_t;

static int compare_texts(text_t a, text_t b)
{
    uint32_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.data, b.data, size) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* By group, dimension and inspector. */
static int by_key(const void *left, const void *right)
{
    const pair_t *a = left, *b = right;
    int order = compare_texts(a->group, b->group);
    if (order == 0)
        order = (a->dimension > b->dimension) - (a->dimension < b->dimension);
    return order != 0 ? order : compare_texts(a->inspector, b->inspector);
}

static int by_difference(const void *left, const void *right)
{
    const pair_t *a = left, *b = right;
    bool whole_a = a->has_a && a->has_b, whole_b = b->has_a && b->has_b;
    if (whole_a != whole_b)
        return whole_a ? -1 : 1;
    int64_t size_a = whole_a ? llabs(a->b - a->a) : 0;
    int64_t size_b = whole_b ? llabs(b->b - b->a) : 0;
    return size_a != size_b ? (size_a > size_b ? -1 : 1) : by_key(left, right);
}

static void put_line(FILE *out, text_t group, uint32_t dimension, const char *what,
                     const char *const values[3])
{
    char name[LABEL_BYTES_MAX + 1], number[16];
    said_copy(name, sizeof name, group);
    (void)snprintf(number, sizeof number, "%" PRIu32, dimension);
    csv_line(
        out,
        (const char *const[]){ name, number, what, values[0], values[1], values[2] },
        CSV_COLUMNS);
}

static void micro(int64_t value, bool sign, char out[POINTS_CHARS_MAX])
{
    points_write(points_round(value, POINTS_MICRO_CENTI), sign, out);
}

/* ---- parameters ---- */

static void put_mille(FILE *out, const epoch_fit_t *fit, const char *what, uint32_t a,
                      uint32_t b)
{
    char cells[3][24];
    (void)snprintf(cells[0], sizeof cells[0], "%" PRIu32, a);
    (void)snprintf(cells[1], sizeof cells[1], "%" PRIu32, b);
    (void)snprintf(cells[2], sizeof cells[2], "%+" PRId64, (int64_t)b - (int64_t)a);
    put_line(out, fit->group, fit->dimension, what,
             (const char *const[]){ cells[0], cells[1], cells[2] });
}

static void put_fit(FILE *out, const epoch_fit_t *a, const epoch_fit_t *b)
{
    char cells[3][POINTS_CHARS_MAX];
    micro(a->mu, false, cells[0]);
    micro(b->mu, false, cells[1]);
    micro(b->mu - a->mu, true, cells[2]);
    put_line(out, a->group, a->dimension, "mu",
             (const char *const[]){ cells[0], cells[1], cells[2] });
    put_mille(out, a, "kappa", a->kappa, b->kappa);
    put_mille(out, a, "rho", a->rho, b->rho);
}

static void put_fits(FILE *out, const epoch_read_t *a, const epoch_read_t *b)
{
    for (uint32_t i = 0; i < a->part_count; i++) {
        for (uint32_t f = 0; f < a->parts[i]->fit_count; f++) {
            const epoch_fit_t *fit = &a->parts[i]->fits[f];
            const epoch_fit_t *other = epoch_read_fit(b, fit->group, fit->dimension);
            if (other != NULL)
                put_fit(out, fit, other);
        }
    }
}

/* ---- offsets ---- */

/* `pairs` NULL only counts them. */
static size_t gather(const epoch_read_t *epoch, bool second, pair_t *pairs)
{
    size_t count = 0;
    for (uint32_t i = 0; i < epoch->part_count; i++) {
        for (uint32_t l = 0; l < epoch->parts[i]->offsets_count; l++) {
            const epoch_offsets_t *list = &epoch->parts[i]->offsets[l];
            for (uint32_t o = 0; o < list->offset_count; o++, count++) {
                if (pairs == NULL)
                    continue;
                pairs[count] = (pair_t){ .group = list->group,
                                         .inspector = list->offsets[o].inspector,
                                         .dimension = list->dimension,
                                         .has_a = !second,
                                         .has_b = second,
                                         .a = second ? 0 : list->offsets[o].offset,
                                         .b = second ? list->offsets[o].offset : 0 };
            }
        }
    }
    return count;
}

/* Neighbours of the same key become one; returns how many remain. */
static size_t join(pair_t *pairs, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        pair_t *last = kept > 0 ? &pairs[kept - 1] : NULL;
        if (last == NULL || by_key(last, &pairs[i]) != 0) {
            pairs[kept++] = pairs[i];
            continue;
        }
        last->a += pairs[i].a; /* the other side's is 0 */
        last->b += pairs[i].b;
        last->has_a = last->has_a || pairs[i].has_a;
        last->has_b = last->has_b || pairs[i].has_b;
    }
    return kept;
}

static void put_pair(FILE *out, const pair_t *pair)
{
    char cells[3][POINTS_CHARS_MAX] = { "", "", "" };
    char inspector[CODE_BYTES_MAX + 1];
    if (pair->has_a)
        micro(pair->a, true, cells[0]);
    if (pair->has_b)
        micro(pair->b, true, cells[1]);
    if (pair->has_a && pair->has_b)
        micro(pair->b - pair->a, true, cells[2]);
    said_copy(inspector, sizeof inspector, pair->inspector);
    put_line(out, pair->group, pair->dimension, inspector,
             (const char *const[]){ cells[0], cells[1], cells[2] });
}

status_t epoch_csv_compare(const epoch_read_t *a, const epoch_read_t *b, FILE *out)
{
    CHECK(a != NULL && b != NULL && out != NULL);
    _Static_assert(CSV_COLUMNS == 6, "as the header");
    size_t first = gather(a, false, NULL), second = gather(b, true, NULL);
    pair_t *pairs = calloc(first + second + 1, sizeof *pairs);
    if (pairs == NULL)
        return STATUS_NO_MEMORY;
    csv_line(
        out,
        (const char *const[]){ "group", "dimension", "what", "a", "b", "difference" },
        CSV_COLUMNS);
    put_fits(out, a, b);
    (void)gather(a, false, pairs);
    (void)gather(b, true, pairs + first);
    qsort(pairs, first + second, sizeof *pairs, by_key);
    size_t count = join(pairs, first + second);
    qsort(pairs, count, sizeof *pairs, by_difference);
    for (size_t i = 0; i < count; i++)
        put_pair(out, &pairs[i]);
    free(pairs);
    return STATUS_OK;
}

/* ---- one epoch, exact ---- */

#define EXACT_COLUMNS 5u

static void put_exact(FILE *out, text_t group, const char *dimension, text_t inspector,
                      const char *what, int64_t value)
{
    char name[LABEL_BYTES_MAX + 1], who[LABEL_BYTES_MAX + 1], number[24];
    said_copy(name, sizeof name, group);
    said_copy(who, sizeof who, inspector);
    (void)snprintf(number, sizeof number, "%" PRId64, value);
    csv_line(out, (const char *const[]){ name, dimension, who, what, number },
             EXACT_COLUMNS);
}

static const char *name_of(const name_list_t *names, uint32_t dimension,
                           char number[16])
{
    const char *name = name_list_of(names, dimension);
    (void)snprintf(number, 16, "%" PRIu32, dimension);
    return name[0] != '\0' ? name : number;
}

static void put_part(FILE *out, const epoch_part_t *part, const name_list_t *names)
{
    static const text_t nobody = { .data = "", .size = 0 };
    char number[16];
    for (uint32_t i = 0; i < part->fit_count; i++) {
        const epoch_fit_t *fit = &part->fits[i];
        const char *name = name_of(names, fit->dimension, number);
        put_exact(out, fit->group, name, nobody, "mu", fit->mu);
        put_exact(out, fit->group, name, nobody, "kappa", fit->kappa);
        put_exact(out, fit->group, name, nobody, "s2", fit->s2);
        put_exact(out, fit->group, name, nobody, "rho", fit->rho);
        put_exact(out, fit->group, name, nobody, "u", fit->u);
    }
    for (uint32_t i = 0; i < part->offsets_count; i++) {
        const epoch_offsets_t *list = &part->offsets[i];
        const char *name = name_of(names, list->dimension, number);
        for (uint32_t k = 0; k < list->offset_count; k++)
            put_exact(out, list->group, name, list->offsets[k].inspector, "offset",
                      list->offsets[k].offset);
    }
}

void epoch_csv_write(const epoch_read_t *epoch, const name_list_t *dimensions,
                     FILE *out)
{
    CHECK(epoch != NULL && dimensions != NULL);
    csv_line(
        out,
        (const char *const[]){ "group", "dimension", "inspector", "what", "value" },
        EXACT_COLUMNS);
    for (uint32_t i = 0; i < epoch->part_count; i++)
        put_part(out, epoch->parts[i], dimensions);
}
