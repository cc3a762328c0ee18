/* watch_tty.c - see watch_tty.h. */
#include "clients/cli/watch_tty.h"

#include "proto/check.h"
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#undef columns /* term.h takes these names */
#undef lines

#define LINE_BYTES_MAX (CANVAS_COLUMNS_MAX * 12u + 1)
#define ESCAPE_MS      25 /* to tell the escape key from an arrow */

enum { PAIR_BAND = 1, PAIR_CHANGED, PAIR_GOOD, PAIR_WARNING };

struct watch_tty {
    SCREEN *screen;
    bool colour;
    buffer_t text;
};

/* ---- life ---- */

/* What is shown is UTF-8, whatever the environment says of messages. */
static void choose_characters(void)
{
    const char *chosen = setlocale(LC_CTYPE, "");
    if (chosen == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8"); /* else figures and signs still show */
}

/* newterm keeps memory of a terminal that it does not know; this does not. */
static bool is_known(void)
{
    int error = 0;
    if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
        return false;
    (void)del_curterm(cur_term);
    return true;
}

/* Each with its own ink and ground, so that it can be read on light and dark. */
static void choose_colours(watch_tty_t *tty)
{
    tty->colour = tty->colour && has_colors() && start_color() == OK &&
                  use_default_colors() == OK;
    if (!tty->colour)
        return;
    bool many = COLORS >= 256;
    (void)init_pair(PAIR_BAND, many ? 231 : COLOR_WHITE, many ? 23 : COLOR_BLUE);
    (void)init_pair(PAIR_CHANGED, COLOR_BLACK, many ? 186 : COLOR_CYAN);
    (void)init_pair(PAIR_GOOD, COLOR_BLACK, many ? 115 : COLOR_GREEN);
    (void)init_pair(PAIR_WARNING, COLOR_BLACK, many ? 214 : COLOR_YELLOW);
}

watch_tty_t *watch_tty_open(bool colour)
{
    watch_tty_t *tty = calloc(1, sizeof *tty);
    if (tty == NULL)
        return NULL;
    choose_characters();
    tty->colour = colour;
    tty->screen = is_known() ? newterm(NULL, stdout, stdin) : NULL;
    if (tty->screen == NULL) {
        free(tty);
        return NULL;
    }
    buffer_init(&tty->text, LINE_BYTES_MAX);
    (void)set_term(tty->screen); /* the one before was none */
    choose_colours(tty);
    (void)cbreak();
    (void)noecho();
    (void)nonl();
    (void)set_escdelay(ESCAPE_MS);
    (void)keypad(stdscr, TRUE);
    (void)nodelay(stdscr, TRUE);
    (void)curs_set(0);
    return tty;
}

void watch_tty_close(watch_tty_t **tty)
{
    CHECK(tty != NULL);
    if (*tty == NULL)
        return;
    (void)endwin(); /* a terminal that is gone needs nothing */
    delscreen((*tty)->screen);
    buffer_fini(&(*tty)->text);
    free(*tty);
    *tty = NULL;
}

void watch_tty_resize(watch_tty_t *tty)
{
    struct winsize size;
    CHECK(tty != NULL);
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0)
        (void)resizeterm(size.ws_row, size.ws_col); /* else it stays as it was */
    (void)clearok(stdscr, TRUE);
}

void watch_tty_size(watch_tty_t *tty, unsigned *columns, unsigned *lines)
{
    int height, width;
    CHECK(tty != NULL);
    getmaxyx(stdscr, height, width);
    *columns = width > 0 ? (unsigned)width : 1;
    *lines = height > 0 ? (unsigned)height : 1;
}

/* ---- out ---- */

static attr_t ink_of(const watch_tty_t *tty, unsigned style)
{
    static const struct {
        unsigned style;
        int pair;
    } grounds[] = { { STYLE_CHANGED, PAIR_CHANGED },
                    { STYLE_GOOD, PAIR_GOOD },
                    { STYLE_WARNING, PAIR_WARNING },
                    { STYLE_BAND, PAIR_BAND } };
    attr_t ink = (style & (STYLE_STRONG | STYLE_WARNING)) != 0 ? A_BOLD : A_NORMAL;
    if ((style & STYLE_STRONG) == 0) /* a quiet warning has no ground of its own */
        style &= ~(unsigned)STYLE_WARNING;
    if ((style & STYLE_SELECTED) != 0)
        ink |= A_REVERSE;
    if (!tty->colour && (style & STYLE_CHANGED) != 0)
        ink |= A_BOLD;
    for (size_t i = 0; tty->colour && i < sizeof grounds / sizeof grounds[0]; i++) {
        if ((style & grounds[i].style) != 0)
            return ink | (attr_t)COLOR_PAIR(grounds[i].pair);
    }
    return ink;
}

/* Every run is set to its own column: should the terminal think otherwise of the width
 * of a character, only that run is out of place. */
static void paint_line(watch_tty_t *tty, const canvas_t *canvas, unsigned line)
{
    unsigned column = 0, style = 0, begin = 0;
    for (;;) {
        begin = column;
        buffer_clear(&tty->text);
        if (!canvas_run(canvas, line, &column, &style, &tty->text))
            return;
        (void)attrset((int)ink_of(tty, style));
        /* fails in the last corner of the screen, where it is painted all the same */
        (void)mvaddnstr((int)line, (int)begin, (const char *)tty->text.data,
                        (int)tty->text.size);
    }
}

void watch_tty_paint(watch_tty_t *tty, const canvas_t *canvas, int caret)
{
    CHECK(tty != NULL && canvas != NULL);
    (void)erase();
    for (unsigned i = 0; i < canvas_lines(canvas); i++)
        paint_line(tty, canvas, i);
    (void)attrset(A_NORMAL);
    (void)curs_set(caret >= 0 ? 1 : 0); /* some terminals cannot hide it */
    if (caret >= 0)
        (void)move((int)canvas_lines(canvas) - 1, caret);
    (void)refresh();
}

/* ---- in ---- */

static bool read_key(wint_t key, press_t *press)
{
    static const struct {
        wint_t key;
        press_kind_t kind;
    } keys[] = { { KEY_UP, PRESS_UP },         { KEY_DOWN, PRESS_DOWN },
                 { KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
                 { KEY_HOME, PRESS_HOME },     { KEY_END, PRESS_END },
                 { KEY_ENTER, PRESS_ENTER },   { KEY_BACKSPACE, PRESS_BACKSPACE } };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].key == key) {
            press->kind = keys[i].kind;
            return true;
        }
    }
    return false;
}

static void read_character(wint_t character, press_t *press)
{
    static const struct {
        wint_t character;
        press_kind_t kind;
    } controls[] = { { '\r', PRESS_ENTER },    { '\n', PRESS_ENTER },
                     { 27, PRESS_ESCAPE },     { 8, PRESS_BACKSPACE },
                     { 127, PRESS_BACKSPACE }, { 21, PRESS_CLEAR } };
    *press = (press_t){ .kind = PRESS_CHARACTER, .character = (uint32_t)character };
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        if (controls[i].character == character)
            press->kind = controls[i].kind;
    }
}

bool watch_tty_press(watch_tty_t *tty, press_t *press)
{
    CHECK(tty != NULL && press != NULL);
    for (;;) {
        wint_t read = 0;
        int kind = get_wch(&read);
        if (kind == ERR)
            return false;
        if (kind != KEY_CODE_YES) {
            read_character(read, press);
            return true;
        }
        if (read_key(read, press))
            return true; /* other keys mean nothing here */
    }
}
