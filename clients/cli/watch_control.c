/* watch_control.c - see watch_control.h. */
#include "clients/cli/watch_control.h"

#include "clients/cli/view_options.h"
#include "proto/check.h"
#include "proto/words.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef char label_t[LABEL_BYTES_MAX + 1];

typedef struct {
    label_t account, group, unit, front, category, around;
    uint32_t offset, count;
    bool unranked;
} kept_view_t;

typedef enum { ASKS_NOTHING, ASKS_SEARCH, ASKS_FILTER } asks_t;

struct watch_control {
    language_t language;
    watch_model_t *model;
    kept_view_t view, good; /* good: the last one that was answered */
    bool has_good;
    label_t groups[GROUPS_MAX];
    uint32_t group_count;
    asks_t asks;
    bool help;
    unsigned help_from;
    char typed[WATCH_TYPED_MAX];
    char sought[WATCH_TYPED_MAX];
    char filter[4 * sizeof(label_t)];
    char message[WORDS_BYTES_MAX];
};

static const char *pick(const watch_control_t *control, const char *english,
                        const char *chinese)
{
    return control->language == LANGUAGE_CHINESE ? chinese : english;
}

/* ---- views ---- */

static bool keep(label_t label, text_t text)
{
    if (text.size > LABEL_BYTES_MAX)
        return false;
    if (text.size > 0)
        memcpy(label, text.data, text.size);
    label[text.size] = '\0';
    return true;
}

static bool keep_view(kept_view_t *kept, const board_query_t *view)
{
    kept->offset = view->offset;
    kept->count = view->count;
    kept->unranked = view->unranked;
    return keep(kept->account, view->account) && keep(kept->group, view->group) &&
           keep(kept->unit, view->unit) && keep(kept->front, view->front) &&
           keep(kept->category, view->category) && keep(kept->around, view->around);
}

static void write_filter(watch_control_t *control)
{
    const kept_view_t *view = &control->view;
    view_filter_write(&(view_filter_t){ .unit = view_text(view->unit),
                                        .front = view_text(view->front),
                                        .category = view_text(view->category) },
                      control->filter, sizeof control->filter);
}

status_t watch_control_create(language_t language, watch_model_t *model,
                              const board_query_t *view, watch_control_t **out)
{
    CHECK(model != NULL && view != NULL);
    CHECK(out != NULL);
    *out = NULL;
    watch_control_t *control = calloc(1, sizeof *control);
    if (control == NULL)
        return STATUS_NO_MEMORY;
    control->language = language;
    control->model = model;
    if (!keep_view(&control->view, view)) {
        free(control);
        return STATUS_TEXT_TOO_LONG;
    }
    write_filter(control);
    *out = control;
    return STATUS_OK;
}

void watch_control_destroy(watch_control_t **control)
{
    CHECK(control != NULL);
    free(*control);
    *control = NULL;
}

void watch_control_view(const watch_control_t *control, board_query_t *view)
{
    CHECK(control != NULL && view != NULL);
    const kept_view_t *kept = &control->view;
    *view = (board_query_t){ .account = view_text(kept->account),
                             .group = view_text(kept->group),
                             .unit = view_text(kept->unit),
                             .front = view_text(kept->front),
                             .category = view_text(kept->category),
                             .around = view_text(kept->around),
                             .offset = kept->offset,
                             .count = kept->count,
                             .unranked = kept->unranked };
}

static control_t other_view(watch_control_t *control, bool other_board)
{
    write_filter(control);
    watch_model_begin(control->model, other_board);
    return CONTROL_OTHER_VIEW;
}

void watch_control_groups(watch_control_t *control, const groups_answer_t *groups)
{
    CHECK(control != NULL && groups != NULL);
    control->group_count = 0;
    for (uint32_t i = 0; i < groups->group_count && i < GROUPS_MAX; i++) {
        if (keep(control->groups[control->group_count], groups->groups[i].name))
            control->group_count++;
    }
}

void watch_control_accepted(watch_control_t *control)
{
    CHECK(control != NULL);
    control->good = control->view;
    control->has_good = true;
}

static void say_refusal(watch_control_t *control, status_t status, const fault_t *given)
{
    static const char inside[] = "watch.view."; /* a person knows of no messages */
    buffer_t line;
    fault_t fault = *given;
    if (strncmp(given->place, inside, sizeof inside - 1) == 0)
        (void)snprintf(fault.place, sizeof fault.place, "%s",
                       given->place + sizeof inside - 1); /* shorter */
    buffer_init(&line, WORDS_BYTES_MAX);
    if (words_explain(&line, control->language, status, &fault, NULL) == STATUS_OK)
        (void)snprintf(control->message, sizeof control->message, "%.*s",
                       (int)line.size, (const char *)line.data);
    buffer_fini(&line);
}

bool watch_control_refused(watch_control_t *control, status_t status,
                           const fault_t *fault)
{
    CHECK(control != NULL);
    if (!control->has_good)
        return false;
    bool other_board = strcmp(control->good.group, control->view.group) != 0;
    control->view = control->good;
    control->has_good = false;              /* until it is answered again */
    (void)other_view(control, other_board); /* the caller asks for it */
    say_refusal(control, status, fault);
    return true;
}

/* ---- commands ---- */

typedef control_t command_fn(watch_control_t *control);

static control_t do_quit(watch_control_t *control)
{
    (void)control; /* nothing to settle */
    return CONTROL_QUIT;
}

static control_t do_help(watch_control_t *control)
{
    control->help = true;
    control->help_from = 0;
    return CONTROL_GOES_ON;
}

static control_t do_freeze(watch_control_t *control)
{
    watch_model_freeze(control->model);
    return CONTROL_GOES_ON;
}

static control_t do_mark(watch_control_t *control)
{
    watch_model_mark(control->model);
    (void)snprintf(control->message, sizeof control->message, "%s",
                   pick(control, "Movement counts from now on; b goes back.",
                        "升降从此刻算起，按 b 恢复从开始算起。"));
    return CONTROL_GOES_ON;
}

static control_t do_unmark(watch_control_t *control)
{
    watch_model_unmark(control->model);
    return CONTROL_GOES_ON;
}

static control_t ask(watch_control_t *control, asks_t asks, const char *typed)
{
    control->asks = asks;
    (void)snprintf(control->typed, sizeof control->typed, "%.*s",
                   (int)sizeof control->typed - 1, typed);
    return CONTROL_GOES_ON;
}

static control_t do_search(watch_control_t *control)
{
    return ask(control, ASKS_SEARCH, "");
}

static control_t do_filter(watch_control_t *control)
{
    /* a filter that is too long to be edited is typed anew */
    bool fits = strlen(control->filter) < sizeof control->typed;
    return ask(control, ASKS_FILTER, fits ? control->filter : "");
}

static void find(watch_control_t *control, bool next)
{
    if (control->sought[0] == '\0' ||
        watch_model_find(control->model, control->sought, next))
        return;
    (void)snprintf(control->message, sizeof control->message,
                   control->language == LANGUAGE_CHINESE
                       ? "本页没有姓名或编码含“%s”的对象。"
                       : "Nobody in this view has \"%s\" in name or code.",
                   control->sought); /* fits */
}

static control_t do_next(watch_control_t *control)
{
    find(control, true);
    return CONTROL_GOES_ON;
}

static control_t do_unranked(watch_control_t *control)
{
    control->view.unranked = !control->view.unranked;
    control->view.offset = 0;
    control->view.around[0] = '\0'; /* who is asked for may stand in the other list */
    return other_view(control, true);
}

static control_t do_group(watch_control_t *control)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < control->group_count; i++) {
        if (strcmp(control->groups[i], control->view.group) == 0)
            next = (i + 1) % control->group_count;
    }
    bool other = control->group_count > 0 &&
                 strcmp(control->groups[next], control->view.group) != 0;
    if (!other) {
        (void)snprintf(
            control->message, sizeof control->message, "%s",
            pick(control, "There is no other group to go to.", "没有其他比选组可换。"));
        return CONTROL_GOES_ON;
    }
    memcpy(control->view.group, control->groups[next], sizeof(label_t));
    control->view.around[0] = '\0';
    control->view.offset = 0;
    control->view.unranked = false;
    return other_view(control, true);
}

static control_t resize(watch_control_t *control, bool more)
{
    static const uint32_t sizes[] = { 10, 20, 50, 100, 200, 500, BOARD_WINDOW_MAX };
    uint32_t count = control->view.count;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t at = more ? i : sizeof sizes / sizeof sizes[0] - 1 - i;
        if (more ? sizes[at] > control->view.count : sizes[at] < control->view.count) {
            count = sizes[at];
            break;
        }
    }
    (void)snprintf(control->message, sizeof control->message,
                   control->language == LANGUAGE_CHINESE ? "取回 %" PRIu32 " 行"
                                                         : "%" PRIu32
                                                           " rows are asked for",
                   count); /* fits */
    if (count == control->view.count)
        return CONTROL_GOES_ON;
    control->view.count = count;
    return other_view(control, false);
}

static control_t do_more(watch_control_t *control)
{
    return resize(control, true);
}

static control_t do_fewer(watch_control_t *control)
{
    return resize(control, false);
}

static const struct {
    char key;
    command_fn *run;
} commands[] = {
    { 'q', do_quit },   { '?', do_help },     { ' ', do_freeze }, { 'm', do_mark },
    { 'b', do_unmark }, { '/', do_search },   { 'f', do_filter }, { 'n', do_next },
    { 'g', do_group },  { 'u', do_unranked }, { '+', do_more },   { '=', do_more },
    { '-', do_fewer },
};

/* ---- typing ---- */

/* A Chinese keyboard gives "＝" and "　" where a filter wants "=" and a blank. */
static uint32_t narrow(uint32_t code)
{
    bool wide = code >= 0xff01 && code <= 0xff5e;
    return wide ? code - 0xff01 + '!' : code == 0x3000 ? ' ' : code;
}

static void type(watch_control_t *control, uint32_t code)
{
    if (control->asks == ASKS_FILTER)
        code = narrow(code);
    size_t size = strlen(control->typed);
    uint8_t bytes[4];
    unsigned count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t heads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    if (code < ' ' || code == 0x7f || code > 0x10ffff ||
        size + count >= WATCH_TYPED_MAX)
        return;
    for (unsigned i = count; i-- > 1; code >>= 6)
        bytes[i] = (uint8_t)(0x80 | (code & 0x3f));
    bytes[0] = (uint8_t)(heads[count] | code);
    memcpy(control->typed + size, bytes, count);
    control->typed[size + count] = '\0';
}

static void rub_out(watch_control_t *control)
{
    size_t size = strlen(control->typed);
    while (size > 0 && ((uint8_t)control->typed[size - 1] & 0xc0) == 0x80)
        size--;
    control->typed[size > 0 ? size - 1 : 0] = '\0';
}

static control_t take_filter(watch_control_t *control)
{
    view_filter_t filter;
    fault_t fault = { .place = "" };
    status_t status = view_filter_read(control->typed, &filter, &fault);
    if (status != STATUS_OK) { /* it can be mended where it stands */
        say_refusal(control, status, &fault);
        return CONTROL_GOES_ON;
    }
    control->asks = ASKS_NOTHING;
    CHECK(keep(control->view.unit, filter.unit)); /* as read, they are labels */
    CHECK(keep(control->view.front, filter.front));
    CHECK(keep(control->view.category, filter.category));
    control->view.offset = 0;
    return other_view(control, false);
}

static control_t enter(watch_control_t *control)
{
    if (control->asks == ASKS_FILTER)
        return take_filter(control);
    control->asks = ASKS_NOTHING;
    memcpy(control->sought, control->typed, sizeof control->sought);
    find(control, false);
    return CONTROL_GOES_ON;
}

static control_t press_typing(watch_control_t *control, press_t press)
{
    switch (press.kind) {
    case PRESS_CHARACTER:
        type(control, press.character);
        return CONTROL_GOES_ON;
    case PRESS_BACKSPACE:
        rub_out(control);
        return CONTROL_GOES_ON;
    case PRESS_CLEAR:
        control->typed[0] = '\0';
        return CONTROL_GOES_ON;
    case PRESS_ESCAPE:
        control->asks = ASKS_NOTHING;
        return CONTROL_GOES_ON;
    case PRESS_ENTER:
        return enter(control);
    default:
        return CONTROL_GOES_ON;
    }
}

/* ---- keys ---- */

static control_t press_character(watch_control_t *control, uint32_t character)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (character == (uint8_t)commands[i].key)
            return commands[i].run(control);
    }
    return CONTROL_GOES_ON;
}

static control_t press_moving(watch_control_t *control, press_t press, uint32_t rows)
{
    int64_t page = rows > 1 ? (int64_t)rows - 1 : 1;
    switch (press.kind) {
    case PRESS_CHARACTER:
        return press_character(control, press.character);
    case PRESS_UP:
        watch_model_move(control->model, -1);
        return CONTROL_GOES_ON;
    case PRESS_DOWN:
        watch_model_move(control->model, 1);
        return CONTROL_GOES_ON;
    case PRESS_PAGE_UP:
        watch_model_move(control->model, -page);
        return CONTROL_GOES_ON;
    case PRESS_PAGE_DOWN:
        watch_model_move(control->model, page);
        return CONTROL_GOES_ON;
    case PRESS_HOME:
        watch_model_first(control->model);
        return CONTROL_GOES_ON;
    case PRESS_END:
        watch_model_last(control->model);
        return CONTROL_GOES_ON;
    default:
        return CONTROL_GOES_ON;
    }
}

/* A small screen shows the rest of it; any other key goes back, q still quits. */
static control_t press_help(watch_control_t *control, press_t press)
{
    bool down = press.kind == PRESS_DOWN || press.kind == PRESS_PAGE_DOWN;
    control->help = down && control->help_from + WATCH_HELP_PAGE < WATCH_HELP_LINES;
    control->help_from += WATCH_HELP_PAGE;
    bool quits = press.kind == PRESS_CHARACTER && press.character == 'q';
    return quits ? CONTROL_QUIT : CONTROL_GOES_ON;
}

control_t watch_control_press(watch_control_t *control, press_t press, uint32_t rows)
{
    CHECK(control != NULL);
    control->message[0] = '\0';
    if (control->help)
        return press_help(control, press);
    if (control->asks != ASKS_NOTHING)
        return press_typing(control, press);
    return press_moving(control, press, rows);
}

void watch_control_picture(const watch_control_t *control, int64_t now_ms,
                           watch_picture_t *picture)
{
    CHECK(control != NULL && picture != NULL);
    static const char *const prompts[][2] = {
        [ASKS_SEARCH] = { "name or code: ", "姓名或编码：" },
        [ASKS_FILTER] = { "filter: ", "筛选：" },
    };
    bool asks = control->asks != ASKS_NOTHING;
    bool chinese = control->language == LANGUAGE_CHINESE;
    *picture = (watch_picture_t){
        .language = control->language,
        .model = control->model,
        .group = control->view.group,
        .filter = control->filter,
        .prompt = asks ? prompts[control->asks][chinese] : NULL,
        .typed = control->typed,
        .message = control->message,
        .unranked = control->view.unranked,
        .help = control->help,
        .help_from = control->help_from,
        .now_ms = now_ms,
    };
}
