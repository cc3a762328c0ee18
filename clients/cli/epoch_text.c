/* epoch_text.c - see epoch_text.h. */
#include "clients/cli/epoch_text.h"

#include "clients/cli/points.h"
#include "clients/cli/table.h"
#include "proto/check.h"
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES_MAX 1024u
#define CELL_BYTES_MAX 96u

typedef struct {
    const cli_t *cli;
    const name_list_t *dimensions;
    buffer_t *out;
    status_t status; /* the first thing that went wrong */
} said_t;

__attribute__((format(printf, 2, 3))) static void say(said_t *said, const char *format,
                                                      ...)
{
    char line[LINE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    size_t shown = (size_t)size < sizeof line ? (size_t)size : sizeof line - 1;
    if (said->status == STATUS_OK)
        said->status = buffer_append(said->out, line, shown);
}

static void end_table(said_t *said, table_t **table, status_t status)
{
    if (said->status == STATUS_OK)
        said->status = status;
    if (said->status == STATUS_OK)
        said->status = cli_table_write(*table, said->cli->colour, said->out);
    cli_table_destroy(table);
}

void epoch_text_micro(int64_t micro, bool sign, char out[EPOCH_CELL_MAX])
{
    char points[POINTS_CHARS_MAX];
    points_write(points_round(micro, POINTS_MICRO_CENTI), sign, points);
    (void)snprintf(out, EPOCH_CELL_MAX, "%s", points);
}

/* A variance in centi-points squared as a standard deviation in points. */
static void put_deviation(uint64_t variance, char cell[CELL_BYTES_MAX])
{
    (void)snprintf(cell, CELL_BYTES_MAX, "%.2f", sqrt((double)variance) / 100.0);
}

static const char *name_of(const said_t *said, uint32_t dimension, char room[16])
{
    const char *name = name_list_of(said->dimensions, dimension);
    if (name[0] != '\0')
        return name;
    (void)snprintf(room, 16, "%" PRIu32, dimension);
    return room;
}

const char *epoch_text_state(const cli_t *cli, uint32_t state)
{
    switch (state) {
    case EPOCH_ASKED:
        return cli_pick(cli, "being fitted", "计算中");
    case EPOCH_PROPOSED:
        return cli_pick(cli, "proposed", "待采用");
    case EPOCH_ADOPTED:
        return cli_pick(cli, "adopted", "已采用");
    case EPOCH_DROPPED:
        return cli_pick(cli, "dropped", "已弃用");
    default:
        return cli_pick(cli, "failed", "未成");
    }
}

/* ---- fits ---- */

enum { FIT_CELLS = 11 };

static status_t add_fit(const said_t *said, table_t *table, const epoch_fit_t *fit)
{
    char cells[FIT_CELLS][CELL_BYTES_MAX], room[16];
    char mean[EPOCH_CELL_MAX];
    epoch_text_micro(fit->mu, false, mean);
    (void)snprintf(cells[0], CELL_BYTES_MAX, "%s", name_of(said, fit->dimension, room));
    (void)snprintf(cells[1], CELL_BYTES_MAX, "%s", mean);
    put_deviation(fit->var_subject, cells[2]);
    put_deviation(fit->var_unit, cells[3]);
    put_deviation(fit->var_inspector, cells[4]);
    put_deviation(fit->var_team, cells[5]);
    put_deviation(fit->s2, cells[6]);
    (void)snprintf(cells[7], CELL_BYTES_MAX, "%.2f", fit->kappa / 1000.0);
    (void)snprintf(cells[8], CELL_BYTES_MAX, "%.2f", fit->rho / 1000.0);
    (void)snprintf(cells[9], CELL_BYTES_MAX, "%" PRIu64 "·%" PRIu32 "·%" PRIu32,
                   fit->ratings, fit->subjects, fit->inspectors);
    (void)snprintf(cells[10], CELL_BYTES_MAX, "%" PRIu32 "/%" PRIu32, fit->components,
                   fit->thin);
    const char *pointers[FIT_CELLS];
    for (unsigned i = 0; i < FIT_CELLS; i++)
        pointers[i] = cells[i];
    return cli_table_add(table, pointers);
}

static void say_fits(said_t *said, const epoch_read_t *epoch, text_t group)
{
    static const char *const english[FIT_CELLS] = {
        "dimension",      "mean",  "subjects", "units", "inspectors",
        "teams",          "noise", "shrink",   "rho",   "ratings·subjects·inspectors",
        "components/thin"
    };
    static const char *const chinese[FIT_CELLS] = {
        "维度", "均值", "对象差异", "单位差异",         "考察员宽严",   "考察组差异",
        "随机", "收缩", "重复相关", "评分·对象·考察员", "连通块/弱连接"
    };
    table_t *table = cli_table_create(FIT_CELLS, 0x7fe);
    if (table == NULL) {
        said->status = STATUS_NO_MEMORY;
        return;
    }
    status_t status = cli_table_add(
        table, said->cli->language == LANGUAGE_CHINESE ? chinese : english);
    for (uint32_t d = 1; d <= DIMENSIONS_MAX && status == STATUS_OK; d++) {
        const epoch_fit_t *fit = epoch_read_fit(epoch, group, d);
        if (fit != NULL)
            status = add_fit(said, table, fit);
    }
    end_table(said, &table, status);
    say(said, "%s\n",
        cli_pick(said->cli,
                 "standard deviations in points; a shrink of 1 counts like one rating",
                 "差异为标准差（分）；收缩 1 相当于一次评分"));
}

/* Why something of the scheme's prior was kept; bits as PROTOCOL.md section 4 tells. */
static void say_kept(said_t *said, const epoch_fit_t *fit)
{
    static const struct {
        uint32_t bit;
        const char *english, *chinese;
    } reasons[] = {
        { 1, "the prior is kept: fewer than 2 subjects or inspectors",
          "沿用先验：对象或考察员不足 2 个" },
        { 2, "the prior's shrink is kept: subjects do not differ",
          "收缩沿用先验：对象之间没有差异" },
        { 4, "the prior is kept: the ratings leave no noise",
          "沿用先验：评分没有随机差异" },
        { 8, "the prior's correlation is kept: too few repeated ratings",
          "重复相关沿用先验：重复评分太少" },
        { 16, "the sweeps ended before the variances stood still",
          "迭代到限，方差尚未完全稳定" },
    };
    char room[16];
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if ((fit->kept & reasons[i].bit) != 0)
            say(said, "%s: %s\n", name_of(said, fit->dimension, room),
                cli_pick(said->cli, reasons[i].english, reasons[i].chinese));
}

static void say_links(said_t *said, const epoch_fit_t *fit)
{
    char room[16];
    const char *name = name_of(said, fit->dimension, room);
    for (uint32_t i = 0; i < fit->largest_count; i++) {
        const epoch_component_t *one = &fit->largest[i];
        say(said, "%s: %s %" PRIu32 ": %" PRIu32 " %s, %" PRIu32 " %s (%.*s ...)\n",
            name, cli_pick(said->cli, "component", "连通块"), i + 1, one->subjects,
            cli_pick(said->cli, "subjects", "名对象"), one->inspectors,
            cli_pick(said->cli, "inspectors", "名考察员"), (int)one->first_subject.size,
            one->first_subject.data);
    }
    for (uint32_t i = 0; i < fit->thin_team_count; i++)
        say(said, "%s: %s %.*s\n", name,
            cli_pick(said->cli, "thin link, fewer than 3 shared subjects: team",
                     "弱连接，共同考察对象不足 3 名：考察组"),
            (int)fit->thin_teams[i].size, fit->thin_teams[i].data);
}

/* ---- offsets ---- */

typedef struct {
    const epoch_offset_t *offset;
    const epoch_offset_t *other; /* of the second epoch, when two are compared */
    uint32_t dimension;
} shown_t;

static bool same_text(text_t a, text_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* All offsets of a group; the caller frees them. */
static shown_t *list_offsets(const epoch_read_t *epoch, text_t group, size_t *count)
{
    size_t room = 0;
    *count = 0;
    for (uint32_t i = 0; i < epoch->part_count; i++)
        for (uint32_t l = 0; l < epoch->parts[i]->offsets_count; l++)
            room += epoch->parts[i]->offsets[l].offset_count;
    shown_t *shown = calloc(room + 1, sizeof *shown);
    for (uint32_t i = 0; shown != NULL && i < epoch->part_count; i++)
        for (uint32_t l = 0; l < epoch->parts[i]->offsets_count; l++) {
            const epoch_offsets_t *list = &epoch->parts[i]->offsets[l];
            for (uint32_t o = 0;
                 same_text(list->group, group) && o < list->offset_count; o++)
                shown[(*count)++] = (shown_t){ .offset = &list->offsets[o],
                                               .dimension = list->dimension };
        }
    return shown;
}

static int by_offset(const void *left, const void *right)
{
    const shown_t *a = left, *b = right;
    if (a->dimension != b->dimension)
        return a->dimension < b->dimension ? -1 : 1;
    if (a->offset->offset != b->offset->offset)
        return a->offset->offset > b->offset->offset ? -1 : 1;
    return memcmp(a->offset->inspector.data, b->offset->inspector.data,
                  a->offset->inspector.size < b->offset->inspector.size
                      ? a->offset->inspector.size
                      : b->offset->inspector.size);
}

static status_t add_offset(const said_t *said, table_t *table, const shown_t *shown)
{
    char inspector[CODE_BYTES_MAX + 1], offset[EPOCH_CELL_MAX], error[EPOCH_CELL_MAX],
        room[16];
    const text_t code = shown->offset->inspector;
    (void)snprintf(inspector, sizeof inspector, "%.*s", (int)code.size, code.data);
    epoch_text_micro(shown->offset->offset, true, offset);
    epoch_text_micro(shown->offset->error, false, error);
    return cli_table_add(table,
                         (const char *const[]){ name_of(said, shown->dimension, room),
                                                inspector, offset, error });
}

static void say_offsets(said_t *said, const epoch_read_t *epoch, text_t group)
{
    size_t count;
    shown_t *shown = list_offsets(epoch, group, &count);
    table_t *table = cli_table_create(4, 1u << 2 | 1u << 3);
    const char *const titles[] = { cli_pick(said->cli, "dimension", "维度"),
                                   cli_pick(said->cli, "inspector", "考察员"),
                                   cli_pick(said->cli, "offset", "宽严偏差"),
                                   cli_pick(said->cli, "± error", "± 误差") };
    if (shown == NULL || table == NULL) {
        said->status = STATUS_NO_MEMORY;
    } else if (count > 0) {
        qsort(shown, count, sizeof *shown, by_offset);
        status_t status = cli_table_add(table, titles);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = add_offset(said, table, &shown[i]);
        say(said, "\n");
        end_table(said, &table, status);
        say(said, "%s\n",
            cli_pick(said->cli, "plus = lenient: it is taken off the ratings",
                     "正数为偏宽：从评分中扣除"));
    }
    cli_table_destroy(&table);
    free(shown);
}

/* ---- who moves ---- */

static status_t add_shift(const said_t *said, table_t *table, const shift_row_t *row)
{
    char subject[CODE_BYTES_MAX + 1], rank[32], before[POINTS_CHARS_MAX];
    char after[POINTS_CHARS_MAX], change[EPOCH_CELL_MAX], room[16],
        inspector[CODE_BYTES_MAX + 1];
    char total[2 * POINTS_CHARS_MAX + 8], why[LABEL_BYTES_MAX + 32];
    (void)snprintf(subject, sizeof subject, "%.*s", (int)row->subject.size,
                   row->subject.data);
    (void)snprintf(rank, sizeof rank, "%" PRIu32 " → %" PRIu32, row->before,
                   row->after);
    points_of_total(row->total_before, before);
    points_of_total(row->total_after, after);
    (void)snprintf(total, sizeof total, "%s → %s", before, after);
    epoch_text_micro(row->change, true, change);
    (void)snprintf(why, sizeof why, "%s %s", name_of(said, row->dimension, room),
                   change);
    (void)snprintf(inspector, sizeof inspector, "%.*s", (int)row->inspector.size,
                   row->inspector.size > 0 ? row->inspector.data : "");
    return cli_table_add(table,
                         (const char *const[]){ subject, rank, total, why, inspector });
}

static void say_shift_rows(said_t *said, const epoch_read_t *epoch, text_t group)
{
    const char *const titles[] = { cli_pick(said->cli, "subject", "对象"),
                                   cli_pick(said->cli, "rank", "名次"),
                                   cli_pick(said->cli, "total", "得分"),
                                   cli_pick(said->cli, "mostly by", "主要因为"),
                                   cli_pick(said->cli, "offset of", "考察员偏差") };
    table_t *table = cli_table_create(5, 0);
    if (table == NULL) {
        said->status = STATUS_NO_MEMORY;
        return;
    }
    status_t status = cli_table_add(table, titles);
    for (uint32_t i = 0; i < epoch->part_count; i++)
        for (uint32_t s = 0; s < epoch->parts[i]->shift_count; s++) {
            const epoch_shift_t *shift = &epoch->parts[i]->shifts[s];
            for (uint32_t r = 0; same_text(shift->group, group) &&
                                 r < shift->row_count && status == STATUS_OK;
                 r++)
                status = add_shift(said, table, &shift->rows[r]);
        }
    if (cli_table_rows(table) > 1)
        end_table(said, &table, status);
    cli_table_destroy(&table);
}

static const epoch_shift_t *find_shift(const epoch_read_t *epoch, text_t group)
{
    for (uint32_t i = 0; i < epoch->part_count; i++)
        for (uint32_t s = 0; s < epoch->parts[i]->shift_count; s++)
            if (same_text(epoch->parts[i]->shifts[s].group, group))
                return &epoch->parts[i]->shifts[s];
    return NULL;
}

static void say_shift(said_t *said, const epoch_read_t *epoch, text_t group)
{
    const epoch_shift_t *shift = find_shift(epoch, group);
    if (shift == NULL)
        return;
    say(said, "\n%s: %" PRIu32 " / %" PRIu32 ", %s %" PRIu32 ", tau-b %.3f\n",
        cli_pick(said->cli, "adopting it moves", "采用后名次变动"), shift->moved,
        shift->ranked, cli_pick(said->cli, "at most by places:", "最大变动"),
        shift->largest, (double)shift->tau / 1000.0);
    say_shift_rows(said, epoch, group);
}

/* ---- the whole ---- */

static void say_group(said_t *said, const epoch_read_t *epoch, text_t group)
{
    say(said, "\n%.*s\n", (int)group.size, group.data);
    say_fits(said, epoch, group);
    for (uint32_t d = 1; d <= DIMENSIONS_MAX; d++) {
        const epoch_fit_t *fit = epoch_read_fit(epoch, group, d);
        if (fit == NULL)
            continue;
        say_kept(said, fit);
        say_links(said, fit);
    }
    say_shift(said, epoch, group);
    say_offsets(said, epoch, group);
}

/* Groups in order of the parts; each is told by a fit at first. */
static uint32_t list_groups(const epoch_read_t *epoch, text_t groups[GROUPS_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < epoch->part_count; i++)
        for (uint32_t f = 0; f < epoch->parts[i]->fit_count; f++) {
            text_t group = epoch->parts[i]->fits[f].group;
            bool new = count < GROUPS_MAX;
            for (uint32_t g = 0; g < count; g++)
                new = new && !same_text(groups[g], group);
            if (new)
                groups[count++] = group;
        }
    return count;
}

status_t epoch_text_write(const cli_t *cli, const epoch_read_t *epoch,
                          const name_list_t *dimensions, buffer_t *out)
{
    CHECK(cli != NULL && epoch != NULL);
    said_t said = { cli, dimensions, out, STATUS_OK };
    text_t groups[GROUPS_MAX];
    uint32_t count = list_groups(epoch, groups);
    for (uint32_t g = 0; g < count; g++)
        say_group(&said, epoch, groups[g]);
    return said.status;
}

/* ---- two of them ---- */

static const epoch_offset_t *find_offset(const shown_t *list, size_t count,
                                         const shown_t *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].dimension == wanted->dimension &&
            same_text(list[i].offset->inspector, wanted->offset->inspector))
            return list[i].offset;
    return NULL;
}

static int64_t difference(const shown_t *shown)
{
    int64_t value =
        shown->other == NULL ? 0 : shown->other->offset - shown->offset->offset;
    return value < 0 ? -value : value;
}

static int by_difference(const void *left, const void *right)
{
    int64_t a = difference(left), b = difference(right);
    return a != b ? (a > b ? -1 : 1) : by_offset(left, right);
}

static status_t add_pair(const said_t *said, table_t *table, const shown_t *shown)
{
    char inspector[CODE_BYTES_MAX + 1], a[EPOCH_CELL_MAX],
        b[EPOCH_CELL_MAX] = "", change[EPOCH_CELL_MAX] = "", room[16];
    const text_t code = shown->offset->inspector;
    (void)snprintf(inspector, sizeof inspector, "%.*s", (int)code.size, code.data);
    epoch_text_micro(shown->offset->offset, true, a);
    if (shown->other != NULL) {
        epoch_text_micro(shown->other->offset, true, b);
        epoch_text_micro(shown->other->offset - shown->offset->offset, true, change);
    }
    return cli_table_add(table,
                         (const char *const[]){ name_of(said, shown->dimension, room),
                                                inspector, a, b, change });
}

static void compare_group(said_t *said, const epoch_read_t *a, const epoch_read_t *b,
                          text_t group)
{
    size_t count, other_count;
    shown_t *shown = list_offsets(a, group, &count);
    shown_t *other = list_offsets(b, group, &other_count);
    table_t *table = cli_table_create(5, 1u << 2 | 1u << 3 | 1u << 4);
    const char *const titles[] = { cli_pick(said->cli, "dimension", "维度"),
                                   cli_pick(said->cli, "inspector", "考察员"), "A", "B",
                                   "B - A" };
    if (shown == NULL || other == NULL || table == NULL) {
        said->status = STATUS_NO_MEMORY;
    } else {
        for (size_t i = 0; i < count; i++)
            shown[i].other = find_offset(other, other_count, &shown[i]);
        qsort(shown, count, sizeof *shown, by_difference);
        status_t status = cli_table_add(table, titles);
        for (size_t i = 0; i < count && status == STATUS_OK; i++)
            status = add_pair(said, table, &shown[i]);
        end_table(said, &table, status);
    }
    cli_table_destroy(&table);
    free(shown);
    free(other);
}

status_t epoch_text_compare(const cli_t *cli, const epoch_read_t *a,
                            const epoch_read_t *b, const name_list_t *dimensions,
                            buffer_t *out)
{
    CHECK(cli != NULL && a != NULL && b != NULL);
    said_t said = { cli, dimensions, out, STATUS_OK };
    text_t groups[GROUPS_MAX];
    uint32_t count = list_groups(a, groups);
    for (uint32_t g = 0; g < count; g++) {
        say(&said, "\n%.*s  A\n", (int)groups[g].size, groups[g].data);
        say_fits(&said, a, groups[g]);
        say(&said, "\n%.*s  B\n", (int)groups[g].size, groups[g].data);
        say_fits(&said, b, groups[g]);
        say(&said, "\n");
        compare_group(&said, a, b, groups[g]);
    }
    return said.status;
}
