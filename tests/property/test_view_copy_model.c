/* Goal: from every version that a view ever had, the difference that the broker tells
 * makes the view of now; the version moves only when something differs; the whole view
 * is told when departures do not reach back or the difference is not smaller.
 * Method: a seeded walk over a small world of subjects against copies of all versions,
 * kept and compared naively. Names are written anew into one scratch, so that a borrowed
 * one would show. VIEW_COPY_SEED replays one walk. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/view_copy.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS 60u
#define VERSIONS 300u
#define WALKS    12u

/* One subject as a version shows it. */
typedef struct {
    bool there;
    uint32_t rank, name;
    int64_t total;
} shown_t;

typedef struct {
    shown_t subjects[SUBJECTS];
    uint32_t ranked;
    uint64_t seq;
} snapshot_t;

typedef struct {
    uint64_t random;
    uint32_t rows_max;
    view_copy_t *copy;
    snapshot_t history[VERSIONS]; /* of versions, oldest first */
    uint32_t count;
    uint32_t wholes, differences, unchanged;
} walk_t;

static char codes[SUBJECTS][8]; /* borrowed for ever, as those of the state */

static uint32_t chance(walk_t *walk, uint32_t below)
{
    walk->random ^= walk->random >> 12;
    walk->random ^= walk->random << 25;
    walk->random ^= walk->random >> 27;
    return (uint32_t)((walk->random * 2685821657736338717u) >> 33) % below;
}

/* ---- what the view shows ---- */

typedef struct {
    board_row_t rows[SUBJECTS];
    uint32_t numbers[SUBJECTS];
    char names[SUBJECTS][16];
    view_shown_t shown;
} room_t;

static void tell(const snapshot_t *from, room_t *room)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        const shown_t *subject = &from->subjects[i];
        if (!subject->there)
            continue;
        int size =
            snprintf(room->names[count], sizeof room->names[0], "张 %u", subject->name);
        room->rows[count] =
            (board_row_t){ .subject = { codes[i], (uint32_t)strlen(codes[i]) },
                           .name = { room->names[count], (uint32_t)size },
                           .rank = subject->rank,
                           .total = subject->total };
        room->numbers[count] = i + 1;
        count++;
    }
    room->shown = (view_shown_t){ room->rows,
                                  room->numbers,
                                  { .count = count, .ranked = from->ranked } };
}

static uint32_t count_there(const snapshot_t *of)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < SUBJECTS; i++)
        count += of->subjects[i].there;
    return count;
}

static void change(walk_t *walk, snapshot_t *next)
{
    uint32_t changes = chance(walk, 10) == 0 ? chance(walk, 80) : chance(walk, 5);
    for (uint32_t i = 0; i < changes; i++) {
        shown_t *subject = &next->subjects[chance(walk, SUBJECTS)];
        switch (chance(walk, 4)) {
        case 0:
            subject->there = !subject->there && count_there(next) < walk->rows_max;
            break;
        case 1:
            subject->rank = chance(walk, 9);
            break;
        case 2:
            subject->name = chance(walk, 5);
            break;
        default:
            subject->total = chance(walk, 3);
        }
    }
    if (chance(walk, 20) == 0)
        next->ranked++;
}

static bool same_view(const snapshot_t *a, const snapshot_t *b)
{
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        const shown_t *x = &a->subjects[i], *y = &b->subjects[i];
        if (x->there != y->there)
            return false;
        if (x->there &&
            (x->rank != y->rank || x->name != y->name || x->total != y->total))
            return false;
    }
    return a->ranked == b->ranked;
}

/* ---- applying what is told ---- */

static uint32_t subject_of(text_t code)
{
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        if (code.size == strlen(codes[i]) &&
            memcmp(code.data, codes[i], code.size) == 0)
            return i;
    }
    fail_msg("a subject that nobody knows");
    return 0;
}

static void take_rows(snapshot_t *held, const board_row_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%.*s", (int)rows[i].name.size,
                       rows[i].name.data);
        held->subjects[subject_of(rows[i].subject)] =
            (shown_t){ .there = true,
                       .rank = rows[i].rank,
                       .name = (uint32_t)strtoul(name + strlen("张 "), NULL, 10),
                       .total = rows[i].total };
    }
}

static void assert_leads_here(walk_t *walk, const snapshot_t *from)
{
    board_row_t rows[SUBJECTS];
    text_t gone[SUBJECTS];
    const snapshot_t *now = &walk->history[walk->count - 1];
    snapshot_t held = *from;
    view_news_t news = view_copy_news(walk->copy, from->seq, rows, gone);
    assert_true(news.base == 0 || news.base == from->seq);
    if (news.base == 0) {
        memset(held.subjects, 0, sizeof held.subjects);
        assert_int_equal(news.gone_count, 0);
        walk->wholes++;
    } else {
        assert_true(news.row_count + news.gone_count < count_there(now));
        walk->differences++;
    }
    for (uint32_t i = 0; i < news.gone_count; i++) {
        uint32_t subject = subject_of(gone[i]);
        assert_false(now->subjects[subject].there);
        held.subjects[subject].there = false;
    }
    take_rows(&held, rows, news.row_count);
    held.ranked = view_copy_head(walk->copy)->ranked; /* the head is always complete */
    assert_true(same_view(&held, now));
}

/* What is told from the version before is no more than what differs. */
static void assert_no_more_than_needed(walk_t *walk)
{
    board_row_t rows[SUBJECTS];
    text_t gone[SUBJECTS];
    if (walk->count < 2)
        return;
    const snapshot_t *before = &walk->history[walk->count - 2], *now = before + 1;
    view_news_t news = view_copy_news(walk->copy, before->seq, rows, gone);
    for (uint32_t i = 0; news.base != 0 && i < news.row_count; i++) {
        uint32_t subject = subject_of(rows[i].subject);
        assert_true(memcmp(&before->subjects[subject], &now->subjects[subject],
                           sizeof(shown_t)) != 0);
    }
}

static void take(walk_t *walk, const snapshot_t *next)
{
    static room_t room;
    tell(next, &room);
    assert_int_equal(view_copy_take(walk->copy, &room.shown, next->seq), STATUS_OK);
    memset(room.names, '?', sizeof room.names);
    bool differs =
        walk->count == 0 || !same_view(next, &walk->history[walk->count - 1]);
    if (differs)
        walk->history[walk->count++] = *next;
    else
        walk->unchanged++;
    assert_int_equal(view_copy_version(walk->copy), walk->history[walk->count - 1].seq);
}

static void walk_once(uint64_t seed)
{
    static walk_t walk;
    snapshot_t next = { .seq = 1 };
    walk = (walk_t){ .random = seed };
    walk.rows_max = 1 + chance(&walk, SUBJECTS);
    walk.copy = view_copy_create(walk.rows_max);
    assert_non_null(walk.copy);
    assert_int_equal(view_copy_version(walk.copy), 0);
    while (walk.count < VERSIONS) {
        take(&walk, &next);
        assert_no_more_than_needed(&walk);
        for (uint32_t i = 0; i + 1 < walk.count; i++)
            assert_leads_here(&walk, &walk.history[i]);
        change(&walk, &next);
        next.seq += 1 + chance(&walk, 4);
    }
    assert_true(walk.unchanged > 0);
    assert_true(walk.wholes > 0);
    if (walk.rows_max > 10)
        assert_true(walk.differences > 0);
    view_copy_destroy(&walk.copy);
    assert_null(walk.copy);
}

static void view__from_every_version__the_difference_leads_here(void **unused)
{
    const char *given = getenv("VIEW_COPY_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20240728;
    (void)unused;
    for (uint32_t i = 0; i < SUBJECTS; i++)
        (void)snprintf(codes[i], sizeof codes[i], "C%u", i);
    for (uint32_t i = 0; i < (given != NULL ? 1 : WALKS); i++) {
        print_message("VIEW_COPY_SEED=%llu\n", (unsigned long long)(seed + i));
        walk_once(seed + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view__from_every_version__the_difference_leads_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
