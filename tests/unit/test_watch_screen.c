/* Goal: the picture of a board is right at every width: columns align whatever the script,
 * no rank stands without its range, looks and state, and what does not fit is said.
 * Method: the lines of small pictures, exact where a reader looks first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/table.h"
#include "clients/cli/watch_axis.h"
#include "clients/cli/watch_control.h"
#include "tests/support/sample_board.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    watch_model_t *model;
    watch_control_t *control;
    sample_board_t sample;
    char screen[256 * 1024];
} case_t;

static board_query_t usual_view(void)
{
    return (board_query_t){ .group = sample_text("领办专员"), .count = 50 };
}

static case_t *case_open(language_t language, uint32_t rows)
{
    case_t *one = calloc(1, sizeof *one);
    assert_non_null(one);
    board_query_t view = usual_view();
    one->model = watch_model_create();
    assert_int_equal(watch_control_create(language, one->model, &view, &one->control),
                     STATUS_OK);
    sample_board_fill(&one->sample, rows);
    assert_true(watch_model_take(one->model, &one->sample.board, 311, 1000));
    return one;
}

static void case_close(case_t *one)
{
    watch_control_destroy(&one->control);
    watch_model_destroy(&one->model);
    free(one);
}

/* Paints, checks that every line is as wide as the screen, and keeps the text. */
static const char *paint(case_t *one, unsigned columns, unsigned lines, int64_t now_ms)
{
    watch_picture_t picture;
    buffer_t text;
    canvas_t *canvas = canvas_create(columns, lines);
    assert_non_null(canvas);
    watch_control_picture(one->control, now_ms, &picture);
    watch_model_fit(one->model, watch_screen_rows(&picture, columns, lines));
    watch_screen_draw(&picture, canvas);
    buffer_init(&text, sizeof one->screen);
    for (unsigned i = 0; i < lines; i++) {
        size_t from = text.size;
        assert_int_equal(canvas_text(canvas, i, &text), STATUS_OK);
        assert_int_equal(
            cli_table_width((const char *)text.data + from, text.size - from), columns);
        assert_int_equal(buffer_append(&text, "\n", 1), STATUS_OK);
    }
    memcpy(one->screen, text.data, text.size);
    one->screen[text.size] = '\0';
    buffer_fini(&text);
    canvas_destroy(&canvas);
    return one->screen;
}

static void press(case_t *one, const char *text)
{
    while (*text != '\0') {
        unsigned char head = (unsigned char)*text;
        unsigned size = head < 0x80 ? 1 : head < 0xe0 ? 2 : head < 0xf0 ? 3 : 4;
        uint32_t code = size == 1 ? head : head & (0xffu >> (size + 1));
        for (unsigned i = 1; i < size; i++)
            code = code << 6 | ((unsigned char)text[i] & 0x3f);
        (void)watch_control_press(one->control, (press_t){ PRESS_CHARACTER, code }, 5);
        text += size;
    }
}

static control_t press_kind(case_t *one, press_kind_t kind)
{
    return watch_control_press(one->control, (press_t){ .kind = kind }, 5);
}

#define assert_shows(screen, text)                                                     \
    do {                                                                               \
        if (strstr(screen, text) == NULL)                                              \
            fail_msg("\"%s\" is not on the screen:\n%s", text, screen);                \
    } while (0)
#define assert_hides(screen, text)                                                     \
    do {                                                                               \
        if (strstr(screen, text) != NULL)                                              \
            fail_msg("\"%s\" is on the screen:\n%s", text, screen);                    \
    } while (0)

/* ---- widths ---- */

static void screen__120_columns__everything_in_its_place(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    const char *screen = paint(one, 120, 20, 1000);
    assert_shows(screen, "领办专员");
    assert_shows(screen,
                 "考核期 A2025  方案 town-1  版本 311  时钟 2026-11-22 09:31:05");
    assert_shows(screen, "有名次 8 人，缺 2 人");
    assert_shows(screen, "暂：尚未采用校准");
    assert_shows(screen, "实时\n");
    assert_shows(screen, "  ┌   1         1–3  张澜清    青岚镇    项目专员  95.00");
    assert_shows(screen, "  └   3         1–5  王石湾    石湾街道  项目专员  93.00");
    assert_shows(screen, "  └   8         6–8  吴涛      云渡镇    项目专员  88.00");
    assert_shows(screen, "31次·6人  暂");
    assert_shows(screen, "1–8 / 8");
    case_close(one);
}

static void screen__any_width__rank_never_without_range_looks_and_state(void **unused)
{
    (void)unused;
    for (unsigned language = 0; language < 2; language++) {
        case_t *one = case_open(language, 120);
        for (unsigned columns = 1; columns <= 220; columns++) {
            const char *screen = paint(one, columns, 24, 1000);
            const char *looks =
                columns < 44 || language == LANGUAGE_ENGLISH ? "31/6" : "31次·6人";
            bool small =
                strstr(screen, language == LANGUAGE_CHINESE ? "太小" : "Too") != NULL;
            if (columns >= 44)
                assert_false(small);
            if (columns < 30 || small)
                continue;
            assert_shows(screen, "1–3");
            assert_shows(screen, "95.00");
            if (columns >= 44)
                assert_shows(screen, looks);
            assert_shows(screen, language == LANGUAGE_CHINESE ? "暂" : "prov");
        }
        case_close(one);
    }
}

static void screen__40_columns__fits_a_group_of_199(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 199);
    const char *screen = paint(one, 40, 24, 1000);
    assert_hides(screen, "太小");
    assert_shows(screen, "张澜清");
    case_close(one);
}

static void screen__too_small__says_what_it_needs(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    assert_shows(paint(one, 24, 24, 1000), "窗口太小");
    assert_shows(paint(one, 100, 8, 1000), "列 9 行");
    assert_hides(paint(one, 100, 9, 1000), "太小");
    (void)paint(one, 1, 1, 1000); /* nothing to read, nothing broken */
    case_close(one);
}

static void screen__narrower__columns_go_in_their_order(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    const char *screen = paint(one, 80, 24, 1000);
    assert_shows(screen, "单位");
    assert_shows(screen, "●");
    assert_hides(screen, "职务");
    screen = paint(one, 62, 24, 1000);
    assert_shows(screen, "单位");
    assert_hides(screen, "└─");
    screen = paint(one, 50, 24, 1000);
    assert_shows(screen, "升降");
    assert_hides(screen, "单位");
    case_close(one);
}

static void legend__shown__says_what_a_band_means(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    assert_shows(paint(one, 120, 20, 1000), "同色同框┌│└不分高下");
    assert_shows(paint(one, 120, 20, 1000), "▲▼升降自 2026-11-22 09:31");
    case_close(one);
}

/* ---- what happens ---- */

static void row__moves_up__arrow_and_star_for_two_seconds(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    board_row_t *rows = one->sample.rows, kept = rows[0];
    rows[0] = rows[4];
    rows[4] = kept;
    rows[0].rank = rows[0].band = 1;
    rows[4].rank = 5;
    rows[4].band = 2;
    assert_true(watch_model_take(one->model, &one->sample.board, 312, 9000));
    const char *screen = paint(one, 120, 20, 9000);
    assert_shows(screen, " *┌   1    ▲4   3–7  陈行舟");
    assert_shows(screen, " *│   5    ▼4   1–3  张澜清");
    screen = paint(one, 120, 20, 9000 + WATCH_CHANGED_MS);
    assert_shows(screen, "  ┌   1    ▲4");
    case_close(one);
}

static void band__even_one__has_another_ground_and_a_bracket(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    watch_picture_t picture;
    buffer_t text;
    unsigned columns_tinted = 0;
    canvas_t *canvas = canvas_create(100, 20);
    watch_control_picture(one->control, 1000, &picture);
    watch_screen_draw(&picture, canvas);
    for (unsigned line = 0; line < 18; line++) { /* but the legend */
        unsigned column = 0, style, from = 0;
        buffer_init(&text, 4096);
        while (from = column, canvas_run(canvas, line, &column, &style, &text))
            columns_tinted += (style & STYLE_BAND) != 0 ? column - from : 0;
        buffer_fini(&text);
    }
    assert_int_equal(columns_tinted, 3 * 100); /* the second band of three */
    canvas_destroy(&canvas);
    case_close(one);
}

static void frozen__said_with_version_and_news(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    press(one, " ");
    one->sample.rows[2].total += SAMPLE_POINT;
    assert_true(watch_model_take(one->model, &one->sample.board, 400, 2000));
    const char *screen = paint(one, 120, 20, 2000);
    assert_shows(screen, "已冻结于版本 311，此后 1 行有变化");
    assert_shows(screen, "93.00");
    press(one, " ");
    screen = paint(one, 120, 20, 2000);
    assert_shows(screen, "版本 400");
    assert_shows(screen, "94.00");
    case_close(one);
}

static void stale__said_with_age(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_ENGLISH, 8);
    watch_model_live(one->model, false, 3000);
    assert_shows(paint(one, 120, 20, 20000), "STALE, not heard for 17 s");
    assert_shows(paint(one, 120, 20, 20000), "as of 2026-11-22 09:31:05");
    assert_shows(paint(one, 120, 20, 603000), "STALE, not heard for 10 min");
    case_close(one);
}

static void demonstration_clock__said_plainly(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    one->sample.board.demo.rate = 86400;
    assert_true(watch_model_take(one->model, &one->sample.board, 312, 2000));
    assert_shows(paint(one, 40, 24, 2000), "演示时钟 x 86400");
    assert_shows(paint(one, 120, 24, 2000), "演示时钟 x 86400");
    case_close(one);
}

static void unranked__what_is_missing_is_listed_apart(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 3);
    press(one, "u");
    for (unsigned i = 0; i < 3; i++) {
        board_row_t *row = &one->sample.rows[i];
        row->rank = row->low = row->high = row->band = 0;
        row->standing = STANDING_NOT_RANKED;
        row->missing_ratings = 2;
        row->missing_inspectors = 1;
    }
    assert_true(watch_model_take(one->model, &one->sample.board, 312, 2000));
    const char *screen = paint(one, 100, 20, 2000);
    assert_shows(screen, "领办专员·未排名");
    assert_shows(screen, "缺：差 2 次、1 名考察员");
    assert_hides(screen, "名次  升降");
    case_close(one);
}

static void empty_and_waiting__say_what_to_do(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 0);
    assert_shows(paint(one, 80, 20, 1000), "还没有人达到排名条件。按 u");
    press(one, "f");
    press(one, "unit=U010");
    (void)press_kind(one, PRESS_ENTER);
    assert_shows(paint(one, 80, 20, 1000), "正在等待第一份榜单");
    assert_true(watch_model_take(one->model, &one->sample.board, 312, 2000));
    assert_shows(paint(one, 80, 20, 1000), "没有符合筛选的对象。按 f");
    assert_shows(paint(one, 80, 20, 1000), "筛选 unit=U010");
    case_close(one);
}

/* ---- keys ---- */

static void search__chinese__typed_rubbed_out_and_found(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    press(one, "/敬成");
    (void)press_kind(one, PRESS_BACKSPACE);
    assert_shows(paint(one, 100, 20, 1000), "姓名或编码：敬 ");
    (void)press_kind(one, PRESS_ENTER);
    assert_shows(paint(one, 100, 20, 1000), "> ┌   7         5–8  欧阳敬之");
    press(one, "/nobody");
    (void)press_kind(one, PRESS_ENTER);
    assert_shows(paint(one, 100, 20, 1000), "没有姓名或编码含“nobody”的对象");
    press(one, "/x");
    (void)press_kind(one, PRESS_ESCAPE);
    assert_shows(paint(one, 100, 20, 1000), "? 帮助");
    case_close(one);
}

static void filter__unknown_field__refused_in_words_and_can_be_mended(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    board_query_t view;
    press(one, "fcolour=red");
    assert_int_equal(press_kind(one, PRESS_ENTER), CONTROL_GOES_ON);
    assert_shows(paint(one, 100, 20, 1000), "colour");
    assert_shows(paint(one, 100, 20, 1000), "[E1108]");
    assert_shows(paint(one, 100, 20, 1000), "筛选：colour=red");
    (void)press_kind(one, PRESS_CLEAR);
    press(one, "unit=U010 front=项目攻坚");
    assert_int_equal(press_kind(one, PRESS_ENTER), CONTROL_OTHER_VIEW);
    watch_control_view(one->control, &view);
    assert_int_equal(view.unit.size, 4);
    assert_int_equal(view.front.size, 12);
    assert_int_equal(view.category.size, 0);
    case_close(one);
}

static void refused_view__the_one_before_comes_back(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    board_query_t view;
    fault_t fault;
    watch_control_accepted(one->control);
    press(one, "funit=U999");
    (void)press_kind(one, PRESS_ENTER);
    fault_set(&fault, "watch.view.filter.unit", "U999", 4);
    assert_true(watch_control_refused(one->control, STATUS_UNKNOWN_UNIT, &fault));
    watch_control_view(one->control, &view);
    assert_int_equal(view.unit.size, 0);
    assert_shows(paint(one, 100, 20, 1000), "U999：没有该单位");
    assert_shows(paint(one, 60, 20, 1000), "[E3101]"); /* in two lines */
    assert_false(watch_control_refused(one->control, STATUS_NOT_ALLOWED, &fault));
    case_close(one);
}

static void next_group__goes_around_and_forgets(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_ENGLISH, 8);
    board_query_t view;
    const group_info_t infos[] = { { .name = sample_text("党政正职") },
                                   { .name = sample_text("领办专员") } };
    press(one, "g");
    assert_shows(paint(one, 100, 20, 1000), "no other group");
    watch_control_groups(one->control,
                         &(groups_answer_t){ .groups = infos, .group_count = 2 });
    press(one, "g");
    watch_control_view(one->control, &view);
    assert_memory_equal(view.group.data, "党政正职", view.group.size);
    press(one, "g");
    watch_control_view(one->control, &view);
    assert_memory_equal(view.group.data, "领办专员", view.group.size);
    case_close(one);
}

static void window__more_and_fewer__within_bounds(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_ENGLISH, 8);
    board_query_t view;
    press(one, "++++++");
    watch_control_view(one->control, &view);
    assert_int_equal(view.count, BOARD_WINDOW_MAX);
    press(one, "-----------");
    watch_control_view(one->control, &view);
    assert_int_equal(view.count, 10);
    case_close(one);
}

static void help__any_key__back(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_ENGLISH, 8);
    press(one, "?");
    assert_shows(paint(one, 100, 24, 1000), "search a name or a code");
    press(one, "x");
    assert_hides(paint(one, 100, 24, 1000), "search a name or a code");
    assert_int_equal(
        watch_control_press(one->control, (press_t){ PRESS_CHARACTER, 'q' }, 5),
        CONTROL_QUIT);
    case_close(one);
}

static void help__small_screen__all_of_it_page_by_page(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    press(one, "?");
    const char *screen = paint(one, 40, 10, 1000);
    assert_shows(screen, "按姓名或编码查找");
    assert_shows(screen, "增减取回的行数");
    assert_hides(screen, "不分高下"); /* no legend is painted into it */
    (void)press_kind(one, PRESS_DOWN);
    assert_shows(paint(one, 40, 10, 1000), "状态：实 已排名");
    (void)press_kind(one, PRESS_DOWN);
    assert_shows(paint(one, 40, 10, 1000), "张澜清");
    press(one, "?");
    assert_shows(paint(one, 40, 9, 1000), "按姓名或编码查找"); /* from the top again */
    case_close(one);
}

static void head__small_screen__demonstration_and_filter_stay(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_CHINESE, 8);
    one->sample.board.demo.rate = 400000;
    assert_true(watch_model_take(one->model, &one->sample.board, 312, 1000));
    /* as a Chinese keyboard in wide letters types it */
    press(one, "f单位＝Ｕ０１０　一线=东线");
    assert_int_equal(press_kind(one, PRESS_ENTER), CONTROL_OTHER_VIEW);
    assert_true(watch_model_take(one->model, &one->sample.board, 313, 1000));
    const char *screen = paint(one, 40, 10, 1000);
    assert_shows(screen, "演示时钟 x 400000");
    assert_shows(screen, "筛选 unit=U010 front=东线");
    case_close(one);
}

static void message__longer_than_the_line__words_and_code_whole(void **unused)
{
    (void)unused;
    case_t *one = case_open(LANGUAGE_ENGLISH, 8);
    press(one, "fcolour=red");
    (void)press_kind(one, PRESS_ENTER);
    const char *screen = paint(one, 40, 12, 1000);
    assert_shows(screen, "filter = colour: the filter names a");
    assert_shows(screen, "[E1108]");
    case_close(one);
}

static void label__too_long__refused_at_once(void **unused)
{
    (void)unused;
    char label[LABEL_BYTES_MAX + 2];
    memset(label, 'a', sizeof label);
    label[sizeof label - 1] = '\0';
    board_query_t view = { .group = sample_text(label) };
    watch_model_t *model = watch_model_create();
    watch_control_t *control;
    assert_int_equal(watch_control_create(LANGUAGE_ENGLISH, model, &view, &control),
                     STATUS_TEXT_TOO_LONG);
    assert_null(control);
    watch_model_destroy(&model);
}

/* ---- canvas and axis ---- */

static void canvas__wide_text_in_narrow_room__cut_at_a_character(void **unused)
{
    (void)unused;
    buffer_t text;
    buffer_init(&text, 1024);
    canvas_t *canvas = canvas_create(12, 1);
    canvas_put(canvas, 0, 0, 6, false, "张澜清敬", 12, STYLE_PLAIN);
    canvas_put(canvas, 0, 6, 6, true, "9.5", 3, STYLE_PLAIN);
    assert_int_equal(canvas_text(canvas, 0, &text), STATUS_OK);
    assert_int_equal(buffer_append(&text, "", 1), STATUS_OK);
    assert_string_equal((const char *)text.data, "张澜…    9.5");
    buffer_clear(&text);
    canvas_put(canvas, 0, 1, 2, false, "ab", 2,
               STYLE_PLAIN); /* half of 张, half of 澜 */
    assert_int_equal(canvas_text(canvas, 0, &text), STATUS_OK);
    assert_int_equal(buffer_append(&text, "", 1), STATUS_OK);
    assert_string_equal((const char *)text.data, " ab …    9.5");
    canvas_destroy(&canvas);
    buffer_fini(&text);
}

static void canvas__controls_and_turned_writing__never_reach_a_terminal(void **unused)
{
    (void)unused;
    static const char evil[] = "a\x1b[31mb\xe2\x80\xae"
                               "c\xc2\x9b"
                               "d\xff";
    buffer_t text;
    buffer_init(&text, 1024);
    canvas_t *canvas = canvas_create(30, 1);
    canvas_put(canvas, 0, 0, 30, false, evil, sizeof evil - 1, STYLE_PLAIN);
    assert_int_equal(canvas_text(canvas, 0, &text), STATUS_OK);
    for (size_t i = 0; i < text.size; i++)
        assert_true(text.data[i] >= ' ' && text.data[i] < 0x7f);
    canvas_destroy(&canvas);
    buffer_fini(&text);
}

static void axis__bar__dot_at_the_total_between_its_ends(void **unused)
{
    (void)unused;
    static sample_board_t sample;
    watch_axis_t axis;
    char figures[WATCH_AXIS_BYTES_MAX], bar[WATCH_AXIS_BYTES_MAX];
    sample_board_fill(&sample, 8);
    watch_axis_choose(&sample.board, 21, &axis);
    assert_int_equal(axis.low, 80);
    assert_int_equal(axis.high, 100);
    watch_axis_figures(&axis, figures);
    assert_string_equal(figures, "80       90       100");
    watch_axis_bar(&axis, 90 * SAMPLE_POINT, 5 * SAMPLE_POINT, bar);
    assert_string_equal(bar, "     ─────●─────     ");
    assert_int_equal(cli_table_width(bar, strlen(bar)), 21);
    watch_axis_bar(&axis, 200 * SAMPLE_POINT, SAMPLE_POINT, bar); /* beside the axis */
    assert_int_equal(cli_table_width(bar, strlen(bar)), 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screen__120_columns__everything_in_its_place),
        cmocka_unit_test(screen__any_width__rank_never_without_range_looks_and_state),
        cmocka_unit_test(screen__40_columns__fits_a_group_of_199),
        cmocka_unit_test(screen__too_small__says_what_it_needs),
        cmocka_unit_test(screen__narrower__columns_go_in_their_order),
        cmocka_unit_test(legend__shown__says_what_a_band_means),
        cmocka_unit_test(row__moves_up__arrow_and_star_for_two_seconds),
        cmocka_unit_test(band__even_one__has_another_ground_and_a_bracket),
        cmocka_unit_test(frozen__said_with_version_and_news),
        cmocka_unit_test(stale__said_with_age),
        cmocka_unit_test(demonstration_clock__said_plainly),
        cmocka_unit_test(unranked__what_is_missing_is_listed_apart),
        cmocka_unit_test(empty_and_waiting__say_what_to_do),
        cmocka_unit_test(search__chinese__typed_rubbed_out_and_found),
        cmocka_unit_test(filter__unknown_field__refused_in_words_and_can_be_mended),
        cmocka_unit_test(refused_view__the_one_before_comes_back),
        cmocka_unit_test(next_group__goes_around_and_forgets),
        cmocka_unit_test(window__more_and_fewer__within_bounds),
        cmocka_unit_test(help__any_key__back),
        cmocka_unit_test(help__small_screen__all_of_it_page_by_page),
        cmocka_unit_test(head__small_screen__demonstration_and_filter_stay),
        cmocka_unit_test(message__longer_than_the_line__words_and_code_whole),
        cmocka_unit_test(label__too_long__refused_at_once),
        cmocka_unit_test(canvas__wide_text_in_narrow_room__cut_at_a_character),
        cmocka_unit_test(canvas__controls_and_turned_writing__never_reach_a_terminal),
        cmocka_unit_test(axis__bar__dot_at_the_total_between_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
