/* watch_model.c - see watch_model.h.
 *
 * What was seen of each subject stands in one list by code, so that a row finds its past
 * in O(log n); a view has at most 1,000 rows and comes at most twenty times a second.
 */
#include "clients/cli/watch_model.h"

#include "clients/cli/board_copy.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

/* What a change of a row is told by; without gaps, so that bytes can be compared. */
typedef struct {
    int64_t total, error;
    uint32_t standing, rank, low, high, band;
    uint32_t observations, inspectors, ratings, enough, present;
} values_t;
_Static_assert(sizeof(values_t) == 16 + 10 * 4, "no gaps");

typedef struct {
    char code[CODE_BYTES_MAX + 1];
    uint32_t began, marked; /* rank at the beginning, at the mark; 0 = none */
    int64_t changed_ms;
    bool has_changed;
    values_t last, shown; /* shown: when the picture was frozen */
} seen_t;

struct watch_model {
    board_copy_t latest, still; /* still.version 0 = not frozen */
    seen_t *seen;
    uint32_t seen_count, seen_room;
    bool first; /* the next view is the first one of its kind */
    bool live, marked, following;
    bool moved; /* the person has been at a row: before that none is shown as theirs */
    int64_t began_ms, mark_ms; /* broker's clock */
    int64_t taken_ms, lost_ms; /* the caller's clock */
    uint32_t top, selected;
    char code[CODE_BYTES_MAX + 1]; /* of the row that is followed */
};

/* ---- life ---- */

watch_model_t *watch_model_create(void)
{
    watch_model_t *model = calloc(1, sizeof *model);
    if (model != NULL)
        model->first = true;
    return model;
}

void watch_model_destroy(watch_model_t **model)
{
    CHECK(model != NULL);
    if (*model == NULL)
        return;
    board_copy_fini(&(*model)->latest);
    board_copy_fini(&(*model)->still);
    free((*model)->seen);
    free(*model);
    *model = NULL;
}

static const board_answer_t *board_of(const watch_model_t *model)
{
    return model->still.version != 0 ? &model->still.board : &model->latest.board;
}

/* ---- what was seen ---- */

static void copy_code(char code[CODE_BYTES_MAX + 1], text_t subject)
{
    size_t size = subject.size < CODE_BYTES_MAX ? subject.size : CODE_BYTES_MAX;
    memset(code, 0, CODE_BYTES_MAX + 1);
    if (size > 0)
        memcpy(code, subject.data, size);
}

static int by_code(const void *a, const void *b)
{
    return memcmp(((const seen_t *)a)->code, ((const seen_t *)b)->code,
                  sizeof(((const seen_t *)a)->code));
}

static seen_t *find_seen(const watch_model_t *model, uint32_t count, text_t subject)
{
    seen_t key;
    if (count == 0)
        return NULL;
    copy_code(key.code, subject);
    return bsearch(&key, model->seen, count, sizeof key, by_code);
}

static values_t values_of(const board_row_t *row)
{
    return (values_t){ .total = row->total,
                       .error = row->error,
                       .standing = row->standing,
                       .rank = row->rank,
                       .low = row->low,
                       .high = row->high,
                       .band = row->band,
                       .observations = row->observations,
                       .inspectors = row->inspectors,
                       .ratings = row->ratings,
                       .enough = row->enough,
                       .present = 1 };
}

/* Subjects that are not in the view are forgotten when there are too many. */
static void drop_absent(watch_model_t *model)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < model->seen_count; i++) {
        if (model->seen[i].last.present != 0)
            model->seen[kept++] = model->seen[i];
    }
    model->seen_count = kept;
}

static bool make_room(watch_model_t *model, uint32_t more)
{
    if (model->seen_count + more > WATCH_SEEN_MAX)
        drop_absent(model);
    uint32_t wanted = model->seen_count + more;
    if (wanted <= model->seen_room)
        return true;
    seen_t *seen = realloc(model->seen, (wanted * 2) * sizeof *seen);
    if (seen == NULL)
        return false;
    model->seen = seen;
    model->seen_room = wanted * 2;
    return true;
}

static void add_seen(watch_model_t *model, const board_row_t *row, int64_t now_ms)
{
    CHECK(model->seen_count < model->seen_room);
    seen_t *seen = &model->seen[model->seen_count++];
    *seen = (seen_t){ .began = model->first ? row->rank : 0,
                      .marked = model->first ? row->rank : 0,
                      .has_changed = !model->first,
                      .changed_ms = now_ms,
                      .last = values_of(row) };
    copy_code(seen->code, row->subject);
}

static void note_rows(watch_model_t *model, const board_answer_t *board, int64_t now_ms)
{
    uint32_t known = model->seen_count;
    for (uint32_t i = 0; i < board->row_count; i++) {
        const board_row_t *row = &board->rows[i];
        seen_t *seen = find_seen(model, known, row->subject);
        if (seen == NULL) {
            add_seen(model, row, now_ms);
            continue;
        }
        values_t values = values_of(row);
        seen->last.present = seen->last.present != 0; /* 2 = of the view before */
        if (!model->first && memcmp(&values, &seen->last, sizeof values) != 0) {
            seen->changed_ms = now_ms;
            seen->has_changed = true;
        }
        seen->last = values;
    }
    if (model->seen_count > 1)
        qsort(model->seen, model->seen_count, sizeof *model->seen, by_code);
}

/* Rows of the view before are marked 2; those that stay so have left. */
static void age_rows(watch_model_t *model)
{
    for (uint32_t i = 0; i < model->seen_count; i++) {
        if (model->seen[i].last.present != 0)
            model->seen[i].last.present = 2;
    }
}

static void drop_left(watch_model_t *model)
{
    for (uint32_t i = 0; i < model->seen_count; i++) {
        if (model->seen[i].last.present == 2)
            model->seen[i].last.present = 0;
    }
}

/* ---- the row a person is at ---- */

static void select_row(watch_model_t *model, uint32_t index, bool follow)
{
    const board_answer_t *board = board_of(model);
    if (board->row_count == 0) {
        model->selected = 0;
        model->following = false;
        return;
    }
    model->selected = index < board->row_count ? index : board->row_count - 1;
    model->following = follow;
    copy_code(model->code, board->rows[model->selected].subject);
}

/* After another board came: to where the followed row is now. */
static void follow(watch_model_t *model)
{
    const board_answer_t *board = board_of(model);
    char code[CODE_BYTES_MAX + 1];
    for (uint32_t i = 0; model->following && i < board->row_count; i++) {
        copy_code(code, board->rows[i].subject);
        if (memcmp(code, model->code, sizeof code) == 0) {
            model->selected = i;
            return;
        }
    }
    select_row(model, model->selected, false);
}

/* ---- what came ---- */

void watch_model_begin(watch_model_t *model, bool other_board)
{
    CHECK(model != NULL);
    board_copy_fini(&model->still);
    board_copy_fini(&model->latest);
    model->first = true;
    if (!other_board)
        return;
    model->seen_count = 0;
    model->marked = false;
    model->selected = model->top = 0;
    model->following = model->moved = false;
}

bool watch_model_take(watch_model_t *model, const board_answer_t *board,
                      uint64_t version, int64_t now_ms)
{
    CHECK(model != NULL && board != NULL);
    bool nothing_yet = model->seen_count == 0;
    if (!make_room(model, board->row_count) ||
        !board_copy_take(&model->latest, board, version))
        return false;
    age_rows(model);
    note_rows(model, board, now_ms);
    drop_left(model);
    if (nothing_yet)
        model->began_ms = board->now_ms;
    model->first = false;
    model->taken_ms = now_ms;
    model->live = true;
    if (model->still.version == 0)
        follow(model);
    return true;
}

void watch_model_live(watch_model_t *model, bool live, int64_t now_ms)
{
    CHECK(model != NULL);
    if (model->live && !live)
        model->lost_ms = now_ms;
    model->live = live;
}

/* ---- what the person does ---- */

void watch_model_freeze(watch_model_t *model)
{
    CHECK(model != NULL);
    if (model->still.version != 0) {
        board_copy_fini(&model->still);
        follow(model);
        return;
    }
    if (model->latest.version == 0 ||
        !board_copy_take(&model->still, &model->latest.board, model->latest.version))
        return; /* nothing to keep, or no memory to keep it in: it goes on */
    for (uint32_t i = 0; i < model->seen_count; i++)
        model->seen[i].shown = model->seen[i].last;
}

/* Also of those not in the view now: they have no rank here. */
void watch_model_mark(watch_model_t *model)
{
    CHECK(model != NULL);
    if (model->latest.version == 0)
        return;
    for (uint32_t i = 0; i < model->seen_count; i++)
        model->seen[i].marked =
            model->seen[i].last.present != 0 ? model->seen[i].last.rank : 0;
    model->marked = true;
    model->mark_ms = model->latest.board.now_ms;
}

void watch_model_unmark(watch_model_t *model)
{
    CHECK(model != NULL);
    model->marked = false;
}

void watch_model_move(watch_model_t *model, int64_t rows)
{
    CHECK(model != NULL);
    int64_t to = (int64_t)model->selected + rows;
    model->moved = true;
    select_row(model, to > 0 ? (uint32_t)to : 0, true);
}

void watch_model_first(watch_model_t *model)
{
    CHECK(model != NULL);
    model->moved = true;
    select_row(model, 0, false);
}

void watch_model_last(watch_model_t *model)
{
    CHECK(model != NULL);
    model->moved = true;
    select_row(model, UINT32_MAX, false);
}

static char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Bytes of UTF-8 never begin in the middle of a character, so bytes may be compared. */
static bool holds(text_t text, const char *part, size_t size)
{
    for (size_t at = 0; at + size <= text.size; at++) {
        size_t same = 0;
        while (same < size && small(text.data[at + same]) == small(part[same]))
            same++;
        if (same == size)
            return true;
    }
    return false;
}

bool watch_model_find(watch_model_t *model, const char *text, bool next)
{
    CHECK(model != NULL && text != NULL);
    const board_answer_t *board = board_of(model);
    size_t size = strlen(text);
    for (uint32_t i = 0; size > 0 && i < board->row_count; i++) {
        uint32_t at = (model->selected + i + (next ? 1 : 0)) % board->row_count;
        const board_row_t *row = &board->rows[at];
        if (holds(row->name, text, size) || holds(row->subject, text, size)) {
            model->moved = true;
            select_row(model, at, true);
            return true;
        }
    }
    return false;
}

void watch_model_fit(watch_model_t *model, uint32_t rows)
{
    CHECK(model != NULL);
    uint32_t count = board_of(model)->row_count;
    uint32_t last_top = count > rows ? count - rows : 0;
    if (rows > 0 && model->selected >= model->top + rows)
        model->top = model->selected - rows + 1;
    if (model->selected < model->top)
        model->top = model->selected;
    if (model->top > last_top)
        model->top = last_top;
}

/* ---- what is to be seen ---- */

static uint32_t count_news(const watch_model_t *model)
{
    uint32_t news = 0;
    for (uint32_t i = 0; i < model->seen_count; i++) {
        const seen_t *seen = &model->seen[i];
        news += memcmp(&seen->last, &seen->shown, sizeof seen->last) != 0;
    }
    return news;
}

static int64_t clock_of(const watch_model_t *model, int64_t now_ms)
{
    const board_answer_t *board = &model->latest.board;
    int64_t rate = board->demo.rate != 0 ? board->demo.rate : 1;
    int64_t since_ms =
        model->live ? now_ms - model->taken_ms : model->lost_ms - model->taken_ms;
    return board->now_ms + (since_ms > 0 ? since_ms : 0) * rate;
}

void watch_model_look(const watch_model_t *model, int64_t now_ms, watch_look_t *look)
{
    CHECK(model != NULL && look != NULL);
    bool frozen = model->still.version != 0;
    const board_copy_t *shown = frozen ? &model->still : &model->latest;
    *look = (watch_look_t){
        .board = shown->version != 0 ? &shown->board : NULL,
        .version = shown->version,
        .live = model->live,
        .frozen = frozen,
        .silent_ms = model->live ? 0 : now_ms - model->lost_ms,
        .news = frozen ? count_news(model) : 0,
        .marked = model->marked,
        .reference_ms = model->marked ? model->mark_ms : model->began_ms,
        .top = model->top,
        .selected = model->selected,
    };
    if (look->board == NULL)
        return;
    look->data_ms = look->board->now_ms;
    look->clock_ms = clock_of(model, now_ms);
}

static void put_movement(const watch_model_t *model, const seen_t *seen,
                         watch_row_t *row)
{
    uint32_t before = model->marked ? seen->marked : seen->began;
    if (row->row->rank == 0)
        return;
    if (before == 0)
        row->fresh = true;
    else
        row->moved = (int64_t)before - (int64_t)row->row->rank;
}

void watch_model_row(const watch_model_t *model, uint32_t index, int64_t now_ms,
                     watch_row_t *out)
{
    CHECK(model != NULL && out != NULL);
    const board_answer_t *board = board_of(model);
    CHECK(index < board->row_count);
    const board_row_t *row = &board->rows[index];
    const seen_t *seen = find_seen(model, model->seen_count, row->subject);
    *out = (watch_row_t){ .row = row,
                          .selected = model->moved && index == model->selected };
    out->band_first = index == 0 || row[-1].band != row->band;
    out->band_last = index + 1 == board->row_count || row[1].band != row->band;
    if (seen == NULL)
        return;
    out->changed = model->still.version == 0 && seen->has_changed &&
                   now_ms - seen->changed_ms < WATCH_CHANGED_MS;
    put_movement(model, seen, out);
}
