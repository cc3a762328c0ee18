/* watch_screen.c - see watch_screen.h. */
#include "clients/cli/watch_screen.h"

#include "clients/cli/watch_columns.h"
#include "clients/cli/watch_head.h"
#include "proto/check.h"
#include <stdio.h>
#include <string.h>

#define FOOT_LINES 2u

/* Where the parts of the screen lie. */
typedef struct {
    watch_look_t look;
    watch_columns_t columns;
    unsigned head, titles; /* lines */
    uint32_t rows;
} plan_t;

static const char *pick(const watch_picture_t *picture, const char *english,
                        const char *chinese)
{
    return picture->language == LANGUAGE_CHINESE ? chinese : english;
}

static void make_plan(const watch_picture_t *picture, unsigned columns, unsigned lines,
                      plan_t *plan)
{
    static const board_answer_t nothing = { .row_count = 0 };
    watch_model_look(picture->model, picture->now_ms, &plan->look);
    const board_answer_t *board = plan->look.board;
    watch_columns_choose(board != NULL ? board : &nothing, picture->language,
                         picture->unranked, columns, &plan->columns);
    plan->head = watch_head_lines(picture, &plan->look, columns, lines);
    plan->titles = plan->columns.fits && plan->columns.shown[COLUMN_INTERVAL] ? 2 : 1;
    unsigned others = plan->head + plan->titles + FOOT_LINES;
    plan->rows = lines > others ? lines - others : 1;
}

uint32_t watch_screen_rows(const watch_picture_t *picture, unsigned columns,
                           unsigned lines)
{
    CHECK(picture != NULL && picture->model != NULL);
    plan_t plan;
    make_plan(picture, columns, lines, &plan);
    return plan.rows;
}

/* ---- the table ---- */

static void draw_cell(const watch_columns_t *columns, column_t column, unsigned line,
                      const char *text, unsigned style, canvas_t *canvas)
{
    canvas_put(canvas, line, columns->at[column], columns->width[column],
               watch_columns_right(column), text, strlen(text), style);
}

static void draw_titles(const plan_t *plan, canvas_t *canvas)
{
    const watch_columns_t *columns = &plan->columns;
    unsigned line = plan->head + plan->titles - 1;
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (columns->shown[i])
            draw_cell(columns, i, line, watch_columns_title(columns, i), STYLE_STRONG,
                      canvas);
    }
    if (!columns->shown[COLUMN_INTERVAL])
        return;
    char axis[WATCH_AXIS_BYTES_MAX];
    watch_axis_figures(&columns->axis, axis);
    draw_cell(columns, COLUMN_INTERVAL, line - 1, axis, STYLE_QUIET, canvas);
    watch_axis_ticks(&columns->axis, axis);
    draw_cell(columns, COLUMN_INTERVAL, line, axis, STYLE_QUIET, canvas);
}

/* A band of one needs no bracket. */
static const char *bracket_of(const watch_row_t *row)
{
    if (row->row->band == 0 || (row->band_first && row->band_last))
        return " ";
    return row->band_first ? "┌" : row->band_last ? "└" : "│";
}

static unsigned style_of(const watch_row_t *row)
{
    unsigned style = STYLE_PLAIN;
    if (row->row->band != 0 && row->row->band % 2 == 0)
        style |= STYLE_BAND;
    if (row->changed)
        style |= STYLE_CHANGED;
    return row->selected ? style | STYLE_SELECTED : style;
}

static void draw_row(const watch_columns_t *columns, const watch_row_t *row,
                     unsigned line, canvas_t *canvas)
{
    char cell[BOARD_CELL_BYTES_MAX];
    (void)canvas_add(canvas, line, 0, row->selected ? ">" : " ", STYLE_STRONG);
    (void)canvas_add(canvas, line, 1, row->changed ? "*" : " ", STYLE_STRONG);
    (void)canvas_add(canvas, line, 2, bracket_of(row), STYLE_PLAIN);
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (!columns->shown[i])
            continue;
        watch_columns_cell(columns, i, row, cell);
        unsigned style =
            i == COLUMN_TOTAL || i == COLUMN_NAME ? STYLE_STRONG : STYLE_PLAIN;
        draw_cell(columns, i, line, cell, style, canvas);
    }
    canvas_ground(canvas, line, style_of(row));
}

static void draw_rows(const watch_picture_t *picture, const plan_t *plan,
                      canvas_t *canvas)
{
    const watch_look_t *look = &plan->look;
    for (uint32_t i = 0; i < plan->rows && look->top + i < look->board->row_count;
         i++) {
        watch_row_t row;
        watch_model_row(picture->model, look->top + i, picture->now_ms, &row);
        draw_row(&plan->columns, &row, plan->head + plan->titles + i, canvas);
    }
}

/* ---- when there is no table ---- */

static const char *why_empty(const watch_picture_t *picture, const plan_t *plan)
{
    if (plan->look.board == NULL)
        return pick(picture, "Waiting for the first view ...", "正在等待第一份榜单……");
    if (picture->filter[0] != '\0')
        return pick(picture, "Nobody passes this filter. Press f to change it.",
                    "没有符合筛选的对象。按 f 修改筛选。");
    if (picture->unranked)
        return pick(picture, "Everybody here has a rank. Press u to go back.",
                    "没有缺名次的对象。按 u 返回。");
    return pick(picture, "Nobody has a rank yet. Press u to see what is missing.",
                "还没有人达到排名条件。按 u 查看缺什么。");
}

static void draw_too_small(const watch_picture_t *picture, const plan_t *plan,
                           canvas_t *canvas)
{
    static const board_answer_t nothing = { .row_count = 0 };
    const board_answer_t *board =
        plan->look.board != NULL ? plan->look.board : &nothing;
    unsigned needed = watch_columns_least(board, picture->language, picture->unranked);
    char text[160];
    (void)snprintf(text, sizeof text,
                   picture->language == LANGUAGE_CHINESE
                       ? "窗口太小：需 %u 列 %u 行"
                       : "Too small: %u columns, %u lines needed",
                   needed, WATCH_LINES_MIN); /* fits */
    canvas_put(canvas, 0, 0, canvas_columns(canvas), false, text, strlen(text),
               STYLE_STRONG);
    if (canvas_lines(canvas) > 1)
        canvas_put(canvas, 1, 0, canvas_columns(canvas), false,
                   pick(picture, "q quit", "q 退出"),
                   strlen(pick(picture, "q quit", "q 退出")), STYLE_QUIET);
}

/* ---- everything ---- */

void watch_screen_draw(const watch_picture_t *picture, canvas_t *canvas)
{
    CHECK(picture != NULL && canvas != NULL);
    plan_t plan;
    unsigned columns = canvas_columns(canvas), lines = canvas_lines(canvas);
    make_plan(picture, columns, lines, &plan);
    if (!plan.columns.fits || lines < WATCH_LINES_MIN) {
        draw_too_small(picture, &plan, canvas);
        return;
    }
    watch_head_draw(picture, &plan.look, canvas);
    if (picture->help) {
        watch_help_draw(picture, plan.head + 1, canvas);
    } else if (plan.look.board == NULL || plan.look.board->row_count == 0) {
        const char *why = why_empty(picture, &plan);
        canvas_put(canvas, plan.head + 1, 1, columns - 1, false, why, strlen(why),
                   STYLE_PLAIN);
    } else {
        draw_titles(&plan, canvas);
        draw_rows(picture, &plan, canvas);
    }
    watch_foot_draw(picture, &plan.look, plan.rows, canvas);
}
