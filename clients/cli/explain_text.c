/* explain_text.c - see explain_text.h. */
#include "clients/cli/explain_text.h"

#include "clients/cli/board_words.h"
#include "clients/cli/moment.h"
#include "clients/cli/points.h"
#include "clients/cli/said.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_CELLS 10u

typedef struct {
    explanation_line_t line; /* without its texts */
    char observation[CODE_BYTES_MAX + 1], inspector[CODE_BYTES_MAX + 1];
} line_t;

typedef struct {
    explanation_dimension_t dimension; /* without name and lines */
    char name[LABEL_BYTES_MAX + 1];
    size_t first, count; /* lines */
} rated_t;

struct explain_text {
    language_t language;
    const name_list_t *channels;
    status_t status;
    uint64_t seq;
    explain_answer_t answer; /* numbers only */
    char account[BOARD_CELL_BYTES_MAX], group[BOARD_CELL_BYTES_MAX];
    char scheme[BOARD_CELL_BYTES_MAX], epoch[BOARD_CELL_BYTES_MAX];
    char subject[BOARD_CELL_BYTES_MAX];
    char name[BOARD_CELL_BYTES_MAX], unit[BOARD_CELL_BYTES_MAX];
    char post[BOARD_CELL_BYTES_MAX];
    rated_t parts[GROUP_DIMENSIONS_MAX];
    unsigned part_count;
    line_t *lines;
    size_t line_count, line_room;
};

static const char *pick(const explain_text_t *text, const char *english,
                        const char *chinese)
{
    return text->language == LANGUAGE_CHINESE ? chinese : english;
}

explain_text_t *explain_text_create(language_t language, const name_list_t *channels)
{
    CHECK(channels != NULL);
    explain_text_t *text = calloc(1, sizeof *text);
    if (text == NULL)
        return NULL;
    text->language = language;
    text->channels = channels;
    return text;
}

void explain_text_destroy(explain_text_t **text)
{
    CHECK(text != NULL);
    if (*text == NULL)
        return;
    free((*text)->lines);
    free(*text);
    *text = NULL;
}

/* ---- what comes ---- */

static void copy_code(char code[CODE_BYTES_MAX + 1], text_t text)
{
    size_t size = text.size < CODE_BYTES_MAX ? text.size : CODE_BYTES_MAX;
    if (size > 0)
        memcpy(code, text.data, size);
    code[size] = '\0';
}

static bool make_room(explain_text_t *text, size_t more)
{
    size_t wanted = text->line_count + more;
    if (wanted <= text->line_room)
        return true;
    line_t *lines = realloc(text->lines, wanted * 2 * sizeof *lines);
    if (lines == NULL)
        return false;
    text->lines = lines;
    text->line_room = wanted * 2;
    return true;
}

static void add_lines(explain_text_t *text, const explanation_dimension_t *dimension)
{
    if (!make_room(text, dimension->line_count)) {
        text->status = STATUS_NO_MEMORY;
        return;
    }
    for (uint32_t i = 0; i < dimension->line_count; i++) {
        line_t *line = &text->lines[text->line_count++];
        line->line = dimension->lines[i];
        copy_code(line->observation, dimension->lines[i].observation);
        copy_code(line->inspector, dimension->lines[i].inspector);
    }
    text->parts[text->part_count - 1].count += dimension->line_count;
}

/* A dimension that stands in two parts of the answer is one. */
static void add_dimension(explain_text_t *text,
                          const explanation_dimension_t *dimension)
{
    const rated_t *last =
        text->part_count > 0 ? &text->parts[text->part_count - 1] : NULL;
    bool same = last != NULL && last->dimension.dimension == dimension->dimension;
    if (!same && text->part_count == GROUP_DIMENSIONS_MAX) {
        text->status = STATUS_MALFORMED;
        return;
    }
    if (!same) {
        rated_t *part = &text->parts[text->part_count++];
        *part = (rated_t){ .dimension = *dimension, .first = text->line_count };
        size_t size =
            dimension->name.size <= LABEL_BYTES_MAX ? dimension->name.size : 0;
        if (size > 0)
            memcpy(part->name, dimension->name.data, size);
    }
    add_lines(text, dimension);
}

static void take_head(explain_text_t *text, const answer_t *answer)
{
    static const text_t nothing = { .data = "" };
    const explain_answer_t *body = &answer->body.explain;
    const board_row_t *row = &body->row;
    text->seq = answer->seq;
    text->answer = *body;
    text->part_count = 0;
    text->line_count = 0;
    text->status = STATUS_OK;
    board_words_text(body->account, nothing, text->account);
    board_words_text(body->group, nothing, text->group);
    board_words_text(body->scheme, nothing, text->scheme);
    board_words_text(body->epoch, nothing, text->epoch);
    board_words_text(row->subject, nothing, text->subject);
    board_words_text(row->name, nothing, text->name);
    board_words_text(row->unit_name, row->unit, text->unit);
    board_words_text(row->post, nothing, text->post);
}

void explain_text_add(explain_text_t *text, const answer_t *answer)
{
    CHECK(text != NULL && answer != NULL);
    if (answer->kind != QUERY_EXPLAIN)
        return;
    if (answer->part == 0)
        take_head(text, answer);
    const explain_answer_t *body = &answer->body.explain;
    for (uint32_t i = 0; i < body->dimension_count && text->status == STATUS_OK; i++)
        add_dimension(text, &body->dimensions[i]);
}

/* ---- saying ---- */

static void say_table(said_t *said, table_t *table)
{
    if (said->status == STATUS_OK)
        said->status = cli_table_write(table, false, said->out);
}

static void say_rank(const explain_text_t *text, said_t *said)
{
    const board_row_t *row = &text->answer.row;
    char looks[BOARD_CELL_BYTES_MAX], state[BOARD_CELL_BYTES_MAX];
    char set[BOARD_CELL_BYTES_MAX], total[POINTS_CHARS_MAX], error[POINTS_CHARS_MAX];
    board_words_set(row, set);
    board_words_looks(text->language, row, looks);
    board_words_state(text->language, row, state);
    points_of_total(row->total, total);
    points_of_total(row->error, error);
    if (row->rank > 0)
        said_words(said,
                   pick(text, "rank %" PRIu32 " (may lie in %s)  ",
                        "名次 %" PRIu32 "（可能在 %s）  "),
                   row->rank, set);
    said_words(said, "%s %s ± %s  %s  %s\n", pick(text, "total", "得分"), total, error,
               looks, state);
}

/* Which figures count: those of an adopted epoch, or the scheme's prior. */
static void say_basis(const explain_text_t *text, said_t *said)
{
    if (text->epoch[0] != '\0')
        said_words(said, "%s %s\n", pick(text, "calibrated by epoch", "采用校准"),
                   text->epoch);
    if (!text->answer.provisional)
        return;
    said_words(said, "%s\n",
               text->epoch[0] != '\0'
                   ? pick(text,
                          "provisional: an inspector here is unknown to the epoch",
                          "暂：其中有考察员尚未列入校准")
                   : pick(text,
                          "provisional: no calibration adopted yet; means are the "
                          "scheme's",
                          "暂：尚未采用校准，均值取自方案的先验"));
}

static void say_head(const explain_text_t *text, said_t *said)
{
    const explain_answer_t *answer = &text->answer;
    char moment[MOMENT_CHARS_MAX];
    said_words(said, "%s  %s  %s %s\n", text->name, text->subject, text->unit,
               text->post);
    said_words(said,
               pick(text, "%s  account %s, scheme %s, seq %" PRIu64 "\n",
                    "%s  考核期 %s，方案 %s，序号 %" PRIu64 "\n"),
               text->group, text->account, text->scheme, text->seq);
    say_rank(text, said);
    say_basis(text, said);
    if (answer->demo.rate != 0) {
        moment_write(answer->now_ms, MOMENT_SECOND, moment);
        said_words(said, "%s x %" PRIu32 "  %s\n",
                   pick(text, "demonstration clock", "演示时钟"), answer->demo.rate,
                   moment);
    }
}

/* ---- a dimension ---- */

/* What a point of difference moves the score: g w / (m (W + kappa)). */
static void put_weight(const explanation_dimension_t *dimension,
                       const explanation_line_t *line, char out[POINTS_CHARS_MAX])
{
    double below = (double)line->m * (double)(dimension->w + dimension->kappa);
    double weight = below > 0 ? (double)line->g * (double)line->weight / below : 0;
    (void)snprintf(out, POINTS_CHARS_MAX, "%.2f", weight); /* fits */
}

static void put_channel(const explain_text_t *text, uint32_t channel, char *out)
{
    const char *name = name_list_of(text->channels, channel);
    if (name[0] != '\0')
        (void)snprintf(out, LABEL_BYTES_MAX + 1, "%s", name);
    else
        (void)snprintf(out, LABEL_BYTES_MAX + 1, "%" PRIu32, channel);
}

/* Without an adopted epoch nobody is known, and the head says so. */
static void put_inspector(const explain_text_t *text, const line_t *kept, char *out,
                          size_t room)
{
    bool told = kept->line.unknown && text->epoch[0] != '\0';
    (void)snprintf(out, room, "%s%s",
                   kept->inspector[0] != '\0' ? kept->inspector
                                              : pick(text, "withheld", "不公开"),
                   told ? pick(text, " (unknown to the epoch)", "（校准中无此人）")
                        : ""); /* fits */
}

static status_t add_row(const explain_text_t *text, table_t *table, const rated_t *part,
                        const line_t *kept, int64_t share)
{
    const explanation_line_t *line = &kept->line;
    char seq[24], moment[MOMENT_CHARS_MAX], channel[LABEL_BYTES_MAX + 1];
    char figures[6][POINTS_CHARS_MAX], inspector[96];
    put_inspector(text, kept, inspector, sizeof inspector);
    (void)snprintf(seq, sizeof seq, "%" PRIu64, line->seq);
    moment_write(line->observed_ms, MOMENT_MINUTE, moment);
    put_channel(text, line->channel, channel);
    points_write(line->value, false, figures[0]);
    points_write(points_round(line->offset, POINTS_MICRO_CENTI), true, figures[1]);
    if (line->unknown && !text->answer.provisional) /* nobody can say how severe */
        (void)snprintf(figures[1], sizeof figures[1], "%s",
                       pick(text, "unknown", "未知"));
    points_write(points_round(line->channel_offset, POINTS_MICRO_CENTI), true,
                 figures[2]);
    points_write(points_round(line->adjusted, POINTS_MICRO_CENTI), true, figures[3]);
    put_weight(&part->dimension, line, figures[4]);
    points_write(share, true, figures[5]);
    const char *const cells[LINE_CELLS] = {
        kept->observation, seq,        moment,     inspector,  channel,
        figures[0],        figures[1], figures[2], figures[3], figures[4],
    };
    const char *all[LINE_CELLS + 1];
    memcpy(all, cells, sizeof cells);
    all[LINE_CELLS] = figures[5];
    return cli_table_add(table, all);
}

static status_t add_rows(const explain_text_t *text, table_t *table,
                         const rated_t *part)
{
    const line_t *lines = text->lines != NULL ? text->lines + part->first : NULL;
    const explanation_dimension_t *dimension = &part->dimension;
    int64_t sum = points_round(dimension->score, POINTS_MICRO_CENTI) -
                  points_round(dimension->mu, POINTS_MICRO_CENTI);
    int64_t *room = calloc(part->count * 3 + 1, sizeof *room);
    if (room == NULL)
        return STATUS_NO_MEMORY;
    int64_t *parts = room, *rests = room + part->count, *shares = rests + part->count;
    for (size_t i = 0; i < part->count; i++)
        parts[i] = lines[i].line.contribution;
    points_share(parts, part->count, POINTS_MICRO_CENTI, sum, rests, shares);
    status_t status = STATUS_OK;
    for (size_t i = 0; i < part->count && status == STATUS_OK; i++)
        status = add_row(text, table, part, &lines[i], shares[i]);
    free(room);
    return status;
}

static void say_lines(const explain_text_t *text, const rated_t *part, said_t *said)
{
    static const char *const english[] = {
        "observation", "seq",    "observed", "inspector",
        "channel",     "raw",    "offset",   "channel offset",
        "from mean",   "weight", "moves"
    };
    static const char *const chinese[] = { "考察记录", "序号", "时间",       "考察员",
                                           "渠道",     "评分", "考察员偏差", "渠道偏差",
                                           "与均值差", "权重", "贡献" };
    table_t *table = cli_table_create(LINE_CELLS + 1, 0x7e2); /* seq and figures */
    if (table == NULL) {
        said->status = STATUS_NO_MEMORY;
        return;
    }
    status_t status =
        cli_table_add(table, text->language == LANGUAGE_CHINESE ? chinese : english);
    if (status == STATUS_OK)
        status = add_rows(text, table, part);
    if (said->status == STATUS_OK)
        said->status = status;
    say_table(said, table);
    cli_table_destroy(&table);
}

static void say_dimension(const explain_text_t *text, const rated_t *part, said_t *said)
{
    const explanation_dimension_t *dimension = &part->dimension;
    char mean[POINTS_CHARS_MAX], score[POINTS_CHARS_MAX], moved[POINTS_CHARS_MAX];
    int64_t mu = points_round(dimension->mu, POINTS_MICRO_CENTI);
    int64_t whole = points_round(dimension->score, POINTS_MICRO_CENTI);
    points_write(mu, false, mean);
    points_write(whole, false, score);
    points_write(whole - mu, true, moved);
    said_words(said, "\n%s  %s %" PRIu32 ".%02" PRIu32 "%%\n", part->name,
               pick(text, "weight", "权重"), dimension->weight / 100,
               dimension->weight % 100);
    if (part->count == 0) {
        said_words(
            said, "%s %s\n",
            pick(text, "not rated; the group's mean counts:", "没有评分，按组均值计："),
            mean);
        return;
    }
    say_lines(text, part, said);
    said_words(said,
               pick(text,
                    "the group's mean %s, all lines %s, score %s (%" PRIu32
                    " ratings by %" PRIu32 " inspectors)\n",
                    "组均值 %s，各条合计 %s，维度得分 %s（评分 %" PRIu32
                    " 条，考察员 %" PRIu32 " 名）\n"),
               mean, moved, score, dimension->ratings, dimension->inspectors);
}

/* ---- the total ---- */

static status_t add_total(table_t *table, const rated_t *part, int64_t share)
{
    char score[POINTS_CHARS_MAX], weight[24], points[POINTS_CHARS_MAX];
    points_write(points_round(part->dimension.score, POINTS_MICRO_CENTI), false, score);
    (void)snprintf(weight, sizeof weight, "%" PRIu32 ".%02" PRIu32 "%%",
                   part->dimension.weight / 100, part->dimension.weight % 100);
    points_write(share, false, points);
    return cli_table_add(table,
                         (const char *const[]){ part->name, score, weight, points });
}

static status_t add_totals(const explain_text_t *text, table_t *table)
{
    int64_t parts[GROUP_DIMENSIONS_MAX], rests[GROUP_DIMENSIONS_MAX];
    int64_t shares[GROUP_DIMENSIONS_MAX];
    int64_t total = points_round(text->answer.row.total, POINTS_TOTAL_CENTI);
    int64_t ledger = points_round(text->answer.ledger, POINTS_TOTAL_CENTI);
    char figure[POINTS_CHARS_MAX];
    for (unsigned i = 0; i < text->part_count; i++)
        parts[i] = text->parts[i].dimension.score * text->parts[i].dimension.weight;
    points_share(parts, text->part_count, POINTS_TOTAL_CENTI, total - ledger, rests,
                 shares);
    const char *const titles[] = { pick(text, "dimension", "维度"),
                                   pick(text, "score", "得分"),
                                   pick(text, "weight", "权重"),
                                   pick(text, "counts", "计入总分") };
    status_t status = cli_table_add(table, titles);
    for (unsigned i = 0; i < text->part_count && status == STATUS_OK; i++)
        status = add_total(table, &text->parts[i], shares[i]);
    points_write(ledger, true, figure);
    if (status == STATUS_OK)
        status =
            cli_table_add(table, (const char *const[]){ pick(text, "ledger", "台账"),
                                                        "", "", figure });
    points_write(total, false, figure);
    if (status == STATUS_OK)
        status =
            cli_table_add(table, (const char *const[]){ pick(text, "total", "总分"), "",
                                                        "", figure });
    return status;
}

static void say_total(const explain_text_t *text, said_t *said)
{
    table_t *table = cli_table_create(4, 1u << 1 | 1u << 2 | 1u << 3);
    if (table == NULL) {
        said->status = STATUS_NO_MEMORY;
        return;
    }
    said_words(said, "\n");
    status_t status = add_totals(text, table);
    if (said->status == STATUS_OK)
        said->status = status;
    say_table(said, table);
    cli_table_destroy(&table);
    if (text->answer.ledger == 0)
        said_words(
            said, "%s\n",
            pick(text,
                 "The ledger is empty: no list entry and no achievement counts yet.",
                 "台账为空：尚无正面、负面清单或实绩条目计入。"));
}

status_t explain_text_write(const explain_text_t *text, buffer_t *out)
{
    CHECK(text != NULL && out != NULL);
    said_t said = { .language = text->language, .out = out, .status = text->status };
    say_head(text, &said);
    for (unsigned i = 0; i < text->part_count; i++)
        say_dimension(text, &text->parts[i], &said);
    say_total(text, &said);
    return said.status;
}
