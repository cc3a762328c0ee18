/* list_text.c - see list_text.h. */
#include "clients/cli/list_text.h"

#include "clients/cli/moment.h"
#include "clients/cli/said.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>

#define COLUMNS_MAX    8u
#define CELL_BYTES     128u
#define DATE_CHARS     16u
#define LIST_BYTES_MAX (8u * 1024u * 1024u)
#define YUAN_CENTI     100u /* investments are in 1/100 of 10,000 yuan */

typedef char cell_t[CELL_BYTES];
typedef const char *pair_t[2]; /* English, Chinese */

/* Up to COLUMNS_MAX heads, and which columns end on their right side. */
typedef struct {
    pair_t heads[COLUMNS_MAX];
    unsigned columns, right;
} layout_t;

static const layout_t layouts[QUERY_COUNT] = {
    [QUERY_UNITS] = { { { "unit", "单位" }, { "name", "名称" }, { "in", "上级" } },
                      3,
                      0 },
    [QUERY_SCHEMES] = { { { "scheme", "方案" },
                          { "name", "名称" },
                          { "state", "状态" },
                          { "proposed by", "提出" },
                          { "dimensions", "维度" },
                          { "channels", "渠道" },
                          { "groups", "比选组" } },
                        7,
                        0x70 },
    [QUERY_PROJECTS] = { { { "project", "项目" },
                           { "name", "名称" },
                           { "unit", "单位" },
                           { "category", "类别" },
                           { "state", "状态" },
                           { "percent", "进度%" },
                           { "invested/planned", "完成/计划投资(万元)" },
                           { "next milestone", "下一节点" } },
                         8,
                         0x60 },
    [QUERY_ROUNDS] = { { { "round", "轮次" },
                         { "name", "名称" },
                         { "from", "起" },
                         { "to", "止" },
                         { "stage", "阶段" },
                         { "visits", "走访" },
                         { "to come", "未完" },
                         { "observations", "考察记录" } },
                       8,
                       0xe0 },
    [QUERY_VISITS] = { { { "visit", "走访" },
                         { "team", "考察组" },
                         { "unit", "单位" },
                         { "project", "项目" },
                         { "stage", "阶段" },
                         { "opened", "开始" },
                         { "closed", "结束" },
                         { "observations", "考察记录" } },
                       8,
                       0x80 },
};

static const pair_t stages[] = { { "", "" },
                                 { "planned", "计划" },
                                 { "open", "进行中" },
                                 { "closed", "结束" },
                                 { "sealed", "封存" } };
static const pair_t project_states[] = { { "", "" },
                                         { "planned", "计划" },
                                         { "started", "已开工" },
                                         { "stalled", "停滞" },
                                         { "done", "已完成" },
                                         { "cancelled", "已取消" } };

static const char *word(const cli_t *cli, const pair_t *pairs, size_t count,
                        uint32_t value)
{
    return value < count ? cli_pick(cli, pairs[value][0], pairs[value][1]) : "?";
}

#define WORD(cli, pairs, value)                                                        \
    word(cli, pairs, sizeof(pairs) / sizeof(pairs)[0], value)

void list_text_init(list_text_t *list, const cli_t *cli, query_kind_t kind)
{
    const layout_t *layout = &layouts[kind];
    const char *heads[COLUMNS_MAX];
    CHECK(layout->columns > 0);
    *list = (list_text_t){ .cli = cli,
                           .table = cli_table_create(layout->columns, layout->right) };
    for (unsigned i = 0; i < layout->columns; i++)
        heads[i] = cli_pick(cli, layout->heads[i][0], layout->heads[i][1]);
    list->status =
        list->table != NULL ? cli_table_add(list->table, heads) : STATUS_NO_MEMORY;
}

void list_text_fini(list_text_t *list)
{
    cli_table_destroy(&list->table);
}

/* ---- cells ---- */

static void write_date(char out[CELL_BYTES], uint32_t date)
{
    out[0] = '\0';
    if (date != 0)
        (void)snprintf(out, DATE_CHARS, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32,
                       date / 10000, date / 100 % 100, date % 100);
}

static void write_time(char out[CELL_BYTES], int64_t ms)
{
    char moment[MOMENT_CHARS_MAX] = "";
    if (ms != 0)
        moment_write(ms, MOMENT_MINUTE, moment);
    (void)snprintf(out, CELL_BYTES, "%s", moment);
}

/* The name, or the code when there is none. */
static void write_named(char out[CELL_BYTES], text_t name, text_t code)
{
    said_copy(out, CELL_BYTES, name.size > 0 ? name : code);
}

static void write_number(char out[CELL_BYTES], uint32_t number)
{
    (void)snprintf(out, CELL_BYTES, "%" PRIu32, number);
}

static void add(list_text_t *list, const cell_t *cells)
{
    const char *row[COLUMNS_MAX];
    for (unsigned i = 0; i < COLUMNS_MAX; i++)
        row[i] = cells[i];
    list->shown++;
    if (list->status == STATUS_OK)
        list->status = cli_table_add(list->table, row);
}

/* ---- rows ---- */

static void add_unit(list_text_t *list, const unit_info_t *unit)
{
    cell_t cells[COLUMNS_MAX] = { "" };
    said_copy(cells[0], CELL_BYTES, unit->code);
    said_copy(cells[1], CELL_BYTES, unit->name);
    said_copy(cells[2], CELL_BYTES, unit->parent);
    add(list, cells);
}

static void add_scheme(list_text_t *list, const scheme_info_t *scheme,
                       const propose_scheme_t *proposed)
{
    cell_t cells[COLUMNS_MAX] = { "" };
    said_copy(cells[0], CELL_BYTES, scheme->code);
    said_copy(cells[1], CELL_BYTES, scheme->name);
    (void)snprintf(cells[2], CELL_BYTES, "%s",
                   scheme->active ? cli_pick(list->cli, "active", "已批准")
                                  : cli_pick(list->cli, "proposed", "待批准"));
    said_copy(cells[3], CELL_BYTES, scheme->proposed_by);
    write_number(cells[4], proposed->dimension_count);
    write_number(cells[5], proposed->channel_count);
    write_number(cells[6], proposed->group_count);
    add(list, cells);
}

static void add_schemes(list_text_t *list, const schemes_answer_t *schemes)
{
    if (schemes->count != schemes->proposed_count) {
        list->status = STATUS_MALFORMED;
        return;
    }
    for (uint32_t i = 0; i < schemes->count; i++)
        add_scheme(list, &schemes->schemes[i], &schemes->proposed[i]);
}

/* The earliest milestone that is not done. */
static void write_next(char out[CELL_BYTES], const project_info_t *project)
{
    char date[CELL_BYTES], name[CELL_BYTES];
    out[0] = '\0';
    for (uint32_t i = 0; i < project->milestone_told; i++) {
        const milestone_info_t *one = &project->milestones[i];
        if (one->done_date != 0)
            continue;
        write_date(date, one->plan_date);
        write_named(name, one->name, one->code);
        (void)snprintf(out, CELL_BYTES, "%.10s %.110s", date, name);
        return;
    }
}

static void add_project(list_text_t *list, const project_info_t *project)
{
    cell_t cells[COLUMNS_MAX] = { "" };
    said_copy(cells[0], CELL_BYTES, project->code);
    said_copy(cells[1], CELL_BYTES, project->name);
    write_named(cells[2], project->unit_name, project->unit);
    said_copy(cells[3], CELL_BYTES, project->category);
    (void)snprintf(cells[4], CELL_BYTES, "%s",
                   WORD(list->cli, project_states, project->state));
    (void)snprintf(cells[5], CELL_BYTES, "%" PRIu32 ".%02" PRIu32,
                   project->percent_centi / 100, project->percent_centi % 100);
    (void)snprintf(cells[6], CELL_BYTES, "%" PRIu64 "/%" PRIu64,
                   project->invested / YUAN_CENTI,
                   project->planned_investment / YUAN_CENTI);
    write_next(cells[7], project);
    add(list, cells);
}

static void add_round(list_text_t *list, const round_info_t *round)
{
    cell_t cells[COLUMNS_MAX] = { "" };
    uint32_t to_come = round->planned + round->open;
    said_copy(cells[0], CELL_BYTES, round->code);
    said_copy(cells[1], CELL_BYTES, round->name);
    write_date(cells[2], round->from);
    write_date(cells[3], round->to);
    (void)snprintf(cells[4], CELL_BYTES, "%s", WORD(list->cli, stages, round->stage));
    write_number(cells[5], to_come + round->closed + round->sealed);
    write_number(cells[6], to_come);
    write_number(cells[7], round->observations);
    add(list, cells);
}

static void add_visit(list_text_t *list, const visit_info_t *visit)
{
    cell_t cells[COLUMNS_MAX] = { "" };
    said_copy(cells[0], CELL_BYTES, visit->code);
    said_copy(cells[1], CELL_BYTES, visit->team);
    write_named(cells[2], visit->unit_name, visit->unit);
    said_copy(cells[3], CELL_BYTES, visit->project);
    (void)snprintf(cells[4], CELL_BYTES, "%s", WORD(list->cli, stages, visit->stage));
    write_time(cells[5], visit->opened_ms);
    write_time(cells[6], visit->closed_ms);
    write_number(cells[7], visit->observations);
    add(list, cells);
}

void list_text_add(list_text_t *list, const answer_t *answer)
{
    switch (answer->kind) {
    case QUERY_UNITS:
        list->matching = answer->body.units.matching;
        for (uint32_t i = 0; i < answer->body.units.count; i++)
            add_unit(list, &answer->body.units.units[i]);
        return;
    case QUERY_SCHEMES:
        add_schemes(list, &answer->body.schemes);
        return;
    case QUERY_PROJECTS:
        list->matching = answer->body.projects.matching;
        for (uint32_t i = 0; i < answer->body.projects.count; i++)
            add_project(list, &answer->body.projects.projects[i]);
        return;
    case QUERY_ROUNDS:
        for (uint32_t i = 0; i < answer->body.rounds.count; i++)
            add_round(list, &answer->body.rounds.rounds[i]);
        return;
    default:
        CHECK(answer->kind == QUERY_VISITS);
        list->matching = answer->body.visits.matching;
        for (uint32_t i = 0; i < answer->body.visits.count; i++)
            add_visit(list, &answer->body.visits.visits[i]);
        return;
    }
}

status_t list_text_print(const list_text_t *list)
{
    buffer_t out;
    buffer_init(&out, LIST_BYTES_MAX);
    status_t status = list->status;
    if (status == STATUS_OK)
        status = cli_table_write(list->table, list->cli->colour, &out);
    if (status == STATUS_OK && fwrite(out.data, 1, out.size, stdout) != out.size)
        status = STATUS_IO;
    buffer_fini(&out);
    return status;
}
