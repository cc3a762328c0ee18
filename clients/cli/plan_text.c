/* plan_text.c - see plan_text.h. */
#include "clients/cli/plan_text.h"

#include "clients/cli/csv_line.h"
#include "clients/cli/points.h"
#include "proto/check.h"
#include <inttypes.h>
#include <string.h>

#define NAME_BYTES (4u * NAME_CHARS_MAX + 1)

enum {
    CELL_SUBJECT,
    CELL_NAME,
    CELL_UNIT,
    CELL_TEAM,
    CELL_LINK,
    CELL_REASON,
    CELL_RATINGS,
    CELL_INSPECTORS,
    CELL_WIDTH,
    CELL_COUNT
};
_Static_assert(CELL_COUNT == PLAN_COLUMNS, "one cell each");

static const char *pick(const plan_text_t *text, const char *english,
                        const char *chinese)
{
    return text->language == LANGUAGE_CHINESE ? chinese : english;
}

static const char *reason_words(const plan_text_t *text, uint32_t reason)
{
    switch (reason) {
    case PLAN_NEVER_SEEN:
        return pick(text, "never seen", "尚未考察");
    case PLAN_BELOW_MINIMUM:
        return pick(text, "fewer ratings than a rank needs", "评分不足，无法排名");
    case PLAN_SECOND_INSPECTOR:
        return pick(text, "needs another inspector", "缺另一名考察员");
    case PLAN_JOINS_COMPONENTS:
        return pick(text, "joins parts that cannot be compared", "连通互不可比的部分");
    case PLAN_THIN_LINK:
        return pick(text, "strengthens a thin link", "加强薄弱的交叉走访");
    case PLAN_NOT_ENOUGH:
        return pick(text, "not enough for a decision", "依据不足以作决定");
    case PLAN_WIDE_INTERVAL:
        return pick(text, "wide interval", "名次区间偏宽");
    default:
        return "?";
    }
}

static status_t add_titles(plan_text_t *text)
{
    const char *const titles[CELL_COUNT] = {
        pick(text, "subject", "对象编码"),   pick(text, "name", "姓名"),
        pick(text, "unit", "单位"),          pick(text, "team", "考察组"),
        pick(text, "link", "交叉"),          pick(text, "why", "理由"),
        pick(text, "ratings", "评分数"),     pick(text, "inspectors", "考察员数"),
        pick(text, "half width", "误差半宽")
    };
    if (text->csv == NULL)
        return cli_table_add(text->table, titles);
    const char *const columns[] = { "subject",       "name",         "unit",
                                    "unit_name",     "team",         "link",
                                    "reason",        "ratings",      "inspectors",
                                    "ratings_after", "error_before", "error_after" };
    csv_line(text->csv, columns, 12);
    return STATUS_OK;
}

typedef struct {
    char subject[CODE_BYTES_MAX + 1], unit[CODE_BYTES_MAX + 1];
    char team[CODE_BYTES_MAX + 1], name[NAME_BYTES], unit_name[NAME_BYTES];
    char now[16], after[16], inspectors[16];
    char before[POINTS_CHARS_MAX], then[POINTS_CHARS_MAX];
} cells_t;

static void fill(cells_t *cells, const plan_visit_t *visit)
{
    said_copy(cells->subject, sizeof cells->subject, visit->subject);
    said_copy(cells->name, sizeof cells->name, visit->name);
    said_copy(cells->unit, sizeof cells->unit, visit->unit);
    said_copy(cells->unit_name, sizeof cells->unit_name, visit->unit_name);
    said_copy(cells->team, sizeof cells->team, visit->team);
    (void)snprintf(cells->now, sizeof cells->now, "%" PRIu32, visit->ratings);
    (void)snprintf(cells->after, sizeof cells->after, "%" PRIu32, visit->ratings_after);
    (void)snprintf(cells->inspectors, sizeof cells->inspectors, "%" PRIu32,
                   visit->inspectors);
    points_of_total(visit->error_before, cells->before);
    points_of_total(visit->error_after, cells->then);
}

static void csv_row(const plan_text_t *text, const plan_visit_t *visit,
                    const cells_t *cells)
{
    const char *const columns[] = { cells->subject,
                                    cells->name,
                                    cells->unit,
                                    cells->unit_name,
                                    cells->team,
                                    visit->link ? pick(text, "yes", "是")
                                                : pick(text, "no", "否"),
                                    reason_words(text, visit->reason),
                                    cells->now,
                                    cells->inspectors,
                                    cells->after,
                                    cells->before,
                                    cells->then };
    csv_line(text->csv, columns, 12);
}

static status_t add_row(plan_text_t *text, const plan_visit_t *visit)
{
    cells_t cells;
    char ratings[40], width[2 * POINTS_CHARS_MAX + 8];
    fill(&cells, visit);
    if (text->csv != NULL) {
        csv_row(text, visit, &cells);
        return STATUS_OK;
    }
    (void)snprintf(ratings, sizeof ratings, "%s → %s", cells.now, cells.after);
    (void)snprintf(width, sizeof width, "%s → %s", cells.before, cells.then);
    return cli_table_add(text->table,
                         (const char *const[]){
                             cells.subject, cells.name,
                             cells.unit_name[0] != '\0' ? cells.unit_name : cells.unit,
                             cells.team, visit->link ? pick(text, "link", "交叉") : "",
                             reason_words(text, visit->reason), ratings,
                             cells.inspectors, width });
}

status_t plan_text_init(plan_text_t *text, language_t language, FILE *csv)
{
    CHECK(text != NULL);
    *text = (plan_text_t){ .language = language, .csv = csv };
    text->table = cli_table_create(
        CELL_COUNT, 1u << CELL_RATINGS | 1u << CELL_INSPECTORS | 1u << CELL_WIDTH);
    return text->table != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

void plan_text_fini(plan_text_t *text)
{
    CHECK(text != NULL);
    cli_table_destroy(&text->table);
}

void plan_text_add(plan_text_t *text, const answer_t *answer)
{
    const plan_answer_t *plan = &answer->body.plan;
    if (answer->kind != QUERY_PLAN)
        return;
    if (answer->part == 0) {
        cli_table_clear(text->table);
        text->plan = *plan;
        text->rows = 0;
        said_copy(text->account, sizeof text->account, plan->account);
        said_copy(text->group, sizeof text->group, plan->group);
        text->status = add_titles(text);
    }
    for (uint32_t i = 0; i < plan->row_count && text->status == STATUS_OK; i++)
        text->status = add_row(text, &plan->rows[i]);
    text->rows += plan->row_count;
}

/* What all of it together would do. */
static void say_sum(const plan_text_t *text, said_t *said)
{
    const plan_answer_t *plan = &text->plan;
    said_words(said,
               pick(text,
                    "when all of it is done: ranked %" PRIu32 " → %" PRIu32
                    " of %" PRIu32 ", separate parts %" PRIu32 " → %" PRIu32
                    ", teams on thin links %" PRIu32 " → %" PRIu32
                    ", sheets outside home units %" PRIu32 ".%" PRIu32 "%% → %" PRIu32
                    ".%" PRIu32 "%%\n",
                    "全部完成后：有名次 %" PRIu32 " → %" PRIu32 " 人（共 %" PRIu32
                    " 人），互不连通的部分 %" PRIu32 " → %" PRIu32
                    "，薄弱考察组 %" PRIu32 " → %" PRIu32 "，交叉考察占比 %" PRIu32
                    ".%" PRIu32 "%% → %" PRIu32 ".%" PRIu32 "%%\n"),
               plan->ranked_before, plan->ranked_after, plan->subjects,
               plan->components_before, plan->components_after, plan->thin_before,
               plan->thin_after, plan->links_before / 10, plan->links_before % 10,
               plan->links_after / 10, plan->links_after % 10);
}

status_t plan_text_write(plan_text_t *text, buffer_t *out)
{
    said_t said = { .language = text->language, .out = out, .status = text->status };
    said_words(
        &said,
        pick(text, "%s  account %s: visits to make\n", "%s  考核期 %s：走访安排\n"),
        text->group, text->account);
    if (text->rows == 0)
        said_words(&said, "%s\n",
                   pick(text, "no visit is needed now", "目前无需另行走访"));
    else if (said.status == STATUS_OK)
        said.status = cli_table_write(text->table, false, out);
    say_sum(text, &said);
    return said.status;
}
