/* watch_head.c - see watch_head.h. */
#include "clients/cli/watch_head.h"

#include "clients/cli/moment.h"
#include "clients/cli/table.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ITEMS_MAX         16u
#define ITEM_BYTES_MAX    512u
#define FOOT_LINES        2u
#define TITLE_LINES       2u
#define ROWS_MIN          3u
#define GAP               2u
#define MESSAGE_LINES_MAX 4u

typedef struct {
    char text[ITEM_BYTES_MAX];
    unsigned style;
} item_words_t;

typedef struct {
    item_words_t items[ITEMS_MAX];
    unsigned count;
} items_t;

static const char *pick(language_t language, const char *english, const char *chinese)
{
    return language == LANGUAGE_CHINESE ? chinese : english;
}

__attribute__((format(printf, 3, 4))) static void add(items_t *items, unsigned style,
                                                      const char *format, ...)
{
    CHECK(items->count < ITEMS_MAX);
    item_words_t *item = &items->items[items->count++];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(item->text, sizeof item->text, format, arguments); /* may be cut */
    va_end(arguments);
    item->style = style;
}

/* ---- what the head tells ---- */

static void add_clock(items_t *items, language_t language, const watch_look_t *look)
{
    char moment[MOMENT_CHARS_MAX];
    bool running = look->live && !look->frozen;
    moment_write(running ? look->clock_ms : look->data_ms, MOMENT_SECOND, moment);
    add(items, STYLE_PLAIN, "%s %s",
        running ? pick(language, "clock", "时钟") : pick(language, "as of", "截至"),
        moment);
}

/* What a board must not be read without: before all that a small screen leaves out. */
static void add_warnings(items_t *items, const watch_picture_t *picture,
                         const board_answer_t *board)
{
    language_t language = picture->language;
    if (board->demo.rate != 0)
        add(items, STYLE_WARNING | STYLE_STRONG, "%s x %" PRIu32,
            pick(language, "demonstration clock", "演示时钟"), board->demo.rate);
    if (picture->filter[0] != '\0')
        add(items, STYLE_STRONG, "%s %s", pick(language, "filter", "筛选"),
            picture->filter);
}

/* Shown although its ratings do not hang together, and why. */
static void add_override(items_t *items, language_t language,
                         const board_answer_t *board)
{
    if (board->override.size > 0)
        add(items, STYLE_WARNING | STYLE_STRONG, "%s %.*s",
            pick(language,
                 "does not hang together, shown because:", "评分互不连通，例外显示："),
            (int)board->override.size, board->override.data);
}

static void add_counts(items_t *items, language_t language, const board_answer_t *board)
{
    if (language == LANGUAGE_CHINESE)
        add(items, STYLE_PLAIN, "有名次 %" PRIu32 " 人，缺 %" PRIu32 " 人",
            board->ranked, board->not_ranked);
    else
        add(items, STYLE_PLAIN, "%" PRIu32 " ranked, %" PRIu32 " not ranked",
            board->ranked, board->not_ranked);
    if (board->provisional && board->epoch.size == 0)
        add(items, STYLE_WARNING, "%s",
            pick(language, "provisional: no calibration adopted yet",
                 "暂：尚未采用校准，按方案先验计算"));
    else if (board->epoch.size > 0)
        add(items, STYLE_PLAIN, "%s %.*s", pick(language, "calibration", "校准"),
            (int)board->epoch.size, board->epoch.data);
    add_override(items, language, board);
}

static void add_frozen(items_t *items, language_t language, const watch_look_t *look)
{
    if (language == LANGUAGE_CHINESE)
        add(items, STYLE_WARNING | STYLE_STRONG,
            "已冻结于版本 %" PRIu64 "，此后 %" PRIu32 " 行有变化，按空格继续",
            look->version, look->news);
    else
        add(items, STYLE_WARNING | STYLE_STRONG,
            "frozen at version %" PRIu64 ", %" PRIu32
            " rows changed since, space goes on",
            look->version, look->news);
}

static void gather(const watch_picture_t *picture, const watch_look_t *look,
                   items_t *items)
{
    language_t language = picture->language;
    const board_answer_t *board = look->board;
    items->count = 0;
    if (board == NULL)
        return;
    if (look->frozen)
        add_frozen(items, language, look);
    add_warnings(items, picture, board);
    add(items, STYLE_PLAIN, "%s %.*s", pick(language, "account", "考核期"),
        (int)board->account.size, board->account.data);
    add(items, STYLE_PLAIN, "%s %.*s", pick(language, "scheme", "方案"),
        (int)board->scheme.size, board->scheme.data);
    add(items, STYLE_PLAIN, "%s %" PRIu64, pick(language, "version", "版本"),
        look->version);
    add_clock(items, language, look);
    add_counts(items, language, board);
}

/* ---- where it stands ---- */

/* Puts the items into lines; `canvas` NULL only counts them. */
static unsigned flow(const items_t *items, unsigned columns, unsigned from,
                     unsigned lines_max, canvas_t *canvas)
{
    unsigned line = 0, column = 0;
    for (unsigned i = 0; i < items->count; i++) {
        const item_words_t *item = &items->items[i];
        unsigned width = (unsigned)cli_table_width(item->text, strlen(item->text));
        if (column > 0 && column + GAP + width > columns) {
            if (line + 1 >= lines_max)
                break;
            line++;
            column = 0;
        }
        column += column > 0 ? GAP : 0;
        if (canvas != NULL)
            canvas_put(canvas, from + line, column, width, false, item->text,
                       strlen(item->text), item->style);
        column += width;
    }
    return items->count > 0 ? line + 1 : 0;
}

static unsigned lines_for_items(unsigned lines)
{
    unsigned others = 1 + TITLE_LINES + FOOT_LINES + ROWS_MIN;
    return lines > others ? lines - others : 1;
}

unsigned watch_head_lines(const watch_picture_t *picture, const watch_look_t *look,
                          unsigned columns, unsigned lines)
{
    items_t items;
    gather(picture, look, &items);
    return 1 + flow(&items, columns, 1, lines_for_items(lines), NULL);
}

/* "断线 12 秒"; the number of hours never matters more than that it is long. */
static void put_state(language_t language, const watch_look_t *look,
                      char out[ITEM_BYTES_MAX])
{
    int64_t seconds = look->silent_ms / 1000;
    const char *unit = pick(language, " s", " 秒");
    if (seconds >= 120) {
        seconds /= 60;
        unit = pick(language, " min", " 分钟");
    }
    if (look->board == NULL)
        (void)snprintf(out, ITEM_BYTES_MAX, "%s",
                       pick(language, "CONNECTING", "连接中"));
    else if (look->live)
        (void)snprintf(out, ITEM_BYTES_MAX, "%s",
                       look->frozen ? pick(language, "FROZEN", "已冻结")
                                    : pick(language, "LIVE", "实时"));
    else
        (void)snprintf(out, ITEM_BYTES_MAX, "%s %" PRId64 "%s",
                       pick(language, "STALE, not heard for", "断线，未更新已"),
                       seconds, unit);
}

void watch_head_draw(const watch_picture_t *picture, const watch_look_t *look,
                     canvas_t *canvas)
{
    char state[ITEM_BYTES_MAX];
    items_t items;
    unsigned columns = canvas_columns(canvas);
    put_state(picture->language, look, state);
    unsigned width = (unsigned)cli_table_width(state, strlen(state));
    unsigned room = columns > width + GAP ? columns - width - GAP : 0;
    char title[ITEM_BYTES_MAX];
    (void)snprintf(title, sizeof title, "%s%s", picture->group,
                   picture->unranked
                       ? pick(picture->language, " - without a rank", "·未排名")
                       : "");
    canvas_put(canvas, 0, 0, room, false, title, strlen(title), STYLE_STRONG);
    if (columns >= width)
        canvas_put(canvas, 0, columns - width, width, true, state, strlen(state),
                   STYLE_STRONG | (look->live && !look->frozen && look->board != NULL
                                       ? STYLE_GOOD
                                       : STYLE_WARNING));
    gather(picture, look, &items);
    (void)flow(&items, columns, 1, lines_for_items(canvas_lines(canvas)), canvas);
}

/* ---- the last two lines ---- */

static void put_legend(const watch_picture_t *picture, const watch_look_t *look,
                       canvas_t *canvas)
{
    items_t items = { .count = 0 };
    language_t language = picture->language;
    char moment[MOMENT_CHARS_MAX];
    if (!picture->unranked) {
        add(&items, STYLE_BAND, "%s",
            pick(language, "same ground and bracket ┌│└: not to be told apart",
                 "同色同框┌│└不分高下"));
        moment_write(look->reference_ms, MOMENT_MINUTE, moment);
        add(&items, STYLE_QUIET, "%s%s%s", pick(language, "▲▼ since ", "▲▼升降自 "),
            moment,
            pick(language, look->marked ? " (mark)" : "",
                 look->marked ? "（标记）" : ""));
    }
    add(&items, STYLE_QUIET, "%s", pick(language, "* just changed", "* 刚变动"));
    if (!picture->unranked)
        add(&items, STYLE_QUIET, "%s",
            pick(language, "● total ── where it may lie", "●得分 ──可能所在"));
    (void)flow(&items, canvas_columns(canvas), canvas_lines(canvas) - FOOT_LINES, 1,
               canvas);
}

static void put_keys(const watch_picture_t *picture, const watch_look_t *look,
                     uint32_t rows, canvas_t *canvas)
{
    char where[ITEM_BYTES_MAX] = "";
    unsigned columns = canvas_columns(canvas), last = canvas_lines(canvas) - 1;
    const board_answer_t *board = look->board;
    const char *keys =
        pick(picture->language,
             "? help  q quit  / search  space freeze  f filter  g group  u unranked",
             "? 帮助  q 退出  / 查找  空格 冻结  f 筛选  g 换组  u 未排名");
    if (board != NULL && board->row_count > 0) {
        uint32_t from = board->offset + look->top + 1;
        uint32_t shown = board->row_count - look->top;
        shown = shown < rows ? shown : rows;
        (void)snprintf(where, sizeof where, "%" PRIu32 "–%" PRIu32 " / %" PRIu32, from,
                       from + shown - 1, board->matching);
    }
    unsigned width = (unsigned)cli_table_width(where, strlen(where));
    unsigned room = columns > width + GAP ? columns - width - GAP : 0;
    canvas_put(canvas, last, 0, room, false, keys, strlen(keys), STYLE_QUIET);
    if (columns > width)
        canvas_put(canvas, last, columns - width, width, true, where, strlen(where),
                   STYLE_PLAIN);
}

/* Whether a line may end before this byte: words of letters and codes stay whole. */
static bool may_break(const char *text, size_t at)
{
    bool whole = ((unsigned char)text[at] & 0xc0) != 0x80;
    return whole && (text[at] == ' ' || text[at - 1] == ' ' ||
                     ((unsigned char)text[at - 1] & 0x80) != 0);
}

/* Bytes of a text that go into the next line. */
static size_t fill_line(const char *text, size_t size, unsigned columns)
{
    size_t fits = cli_table_fit(text, size, columns);
    for (size_t at = fits; fits < size && at > 0; at--) {
        if (may_break(text, at))
            return at;
    }
    return fits;
}

static unsigned lines_of(const char *message, unsigned columns)
{
    unsigned lines = 0;
    size_t size = strlen(message);
    while (size > 0 && lines < MESSAGE_LINES_MAX) {
        message += strspn(message, " ");
        size = strlen(message);
        size_t taken = fill_line(message, size, columns);
        message += taken;
        size -= taken;
        lines++;
    }
    return lines;
}

/* Above the last line; a long one begins higher. */
static void put_message(const char *message, canvas_t *canvas)
{
    unsigned columns = canvas_columns(canvas), count = lines_of(message, columns);
    unsigned line = canvas_lines(canvas) - 1 - count;
    for (unsigned i = 0; i < count; i++) {
        message += strspn(message, " ");
        size_t size = strlen(message);
        size_t taken = i + 1 < count ? fill_line(message, size, columns) : size;
        canvas_put(canvas, line + i, 0, columns, false, message, taken,
                   STYLE_WARNING | STYLE_STRONG);
        message += taken;
    }
}

void watch_foot_draw(const watch_picture_t *picture, const watch_look_t *look,
                     uint32_t rows, canvas_t *canvas)
{
    unsigned lines = canvas_lines(canvas);
    if (picture->message[0] != '\0')
        put_message(picture->message, canvas);
    else if (!picture->help)
        put_legend(picture, look, canvas);
    if (picture->prompt == NULL) {
        put_keys(picture, look, rows, canvas);
        return;
    }
    unsigned column = canvas_add(canvas, lines - 1, 0, picture->prompt, STYLE_STRONG);
    (void)canvas_add(canvas, lines - 1, column, picture->typed, STYLE_PLAIN);
}

unsigned watch_screen_caret(const watch_picture_t *picture)
{
    CHECK(picture->prompt != NULL);
    return (unsigned)(cli_table_width(picture->prompt, strlen(picture->prompt)) +
                      cli_table_width(picture->typed, strlen(picture->typed)));
}

/* ---- help ---- */

/* As much as there is room for between two lines, from `first` on if not all is. */
static void put_help(const char *const lines[][2], unsigned count,
                     const watch_picture_t *picture, unsigned line, canvas_t *canvas)
{
    unsigned last = canvas_lines(canvas) - FOOT_LINES;
    if (line + count > last + 1) /* the head may go, its first line stays */
        line = 1;
    unsigned room = last + 1 - line, spare = count > room ? count - room : 0;
    unsigned first = picture->help_from < spare ? picture->help_from : spare;
    for (unsigned i = 0; i < count - spare; i++) {
        const char *text = lines[first + i][picture->language == LANGUAGE_CHINESE];
        canvas_put(canvas, line + i, 0, 1, false, " ", 1, STYLE_PLAIN);
        canvas_put(canvas, line + i, 1, canvas_columns(canvas) - 1, false, text,
                   strlen(text), STYLE_PLAIN);
    }
}

void watch_help_draw(const watch_picture_t *picture, unsigned line, canvas_t *canvas)
{
    static const char *const lines[][2] = {
        { "up down PgUp PgDn Home End   move", "↑ ↓ PgUp PgDn Home End  移动" },
        { "/ text   search a name or a code; n the next one",
          "/ 文字  按姓名或编码查找，n 下一个" },
        { "f   filter: unit=U010 front=... category=...; empty = all",
          "f  筛选：unit=U010 front=... category=...；留空为全部" },
        { "g   the next group        u   those without a rank, and back",
          "g  下一个比选组      u  切换未排名名单" },
        { "space   keep the picture as it is; again: go on",
          "空格  冻结画面，再按恢复" },
        { "m   movement counts from now      b   from the beginning again",
          "m  升降从此刻算起    b  恢复从开始算起" },
        { "+ -   more or fewer rows are asked for", "+ -  增减取回的行数" },
        { "down   more of this   any other key   back   q   quit",
          "↓ 后续说明  其他键  返回  q  退出" },
        { "", "" },
        { "set: the ranks a person may really have. The bar shows the same in points.",
          "区间：实际名次可能落在的范围；横线是同一意思的分数范围。" },
        { "People in one bracket cannot be told apart: do not read their order.",
          "同一框内的人不分高下，先后不说明问题。" },
        { "looks: observations / inspectors. state: ranked, provisional, not ranked.",
          "考察：次数·考察员人数。状态：实 已排名，暂 暂定，缺 数据不足。" },
    };
    _Static_assert(sizeof lines / sizeof lines[0] == WATCH_HELP_LINES, "as paged");
    put_help(lines, WATCH_HELP_LINES, picture, line, canvas);
}
