/* Goal: a mirror that is fed whole views and differences, in parts, with parts lost, told
 * twice and mixed with others, shows at every version what a naive sort shows, or says
 * that there is a hole and stays as it was.
 * Method: a seeded walk. The model keeps each version it went through; what is sent is
 * found by comparing two of them. MIRROR_SEED replays one walk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/mirror.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS 90u
#define VERSIONS 400u
#define STEPS    4000u
#define WALKS    6u
#define PARTS    5u

typedef struct {
    bool there;
    uint32_t rank, name;
    int64_t total;
} fact_row_t;

typedef struct {
    fact_row_t rows[SUBJECTS];
} facts_t;

typedef struct {
    uint64_t random;
    facts_t versions[VERSIONS + 1];
    uint64_t newest;
    uint64_t held; /* version that the mirror must show */
    mirror_t *mirror;
    uint32_t holes, differences, wholes;
} walk_t;

static uint32_t chance(walk_t *walk, uint32_t below)
{
    walk->random ^= walk->random >> 12;
    walk->random ^= walk->random << 25;
    walk->random ^= walk->random >> 27;
    return (uint32_t)((walk->random * 2685821657736338717u) >> 33) % below;
}

/* ---- texts; written anew for each use, so that borrowed ones would show ---- */

typedef struct {
    char code[SUBJECTS][8], name[SUBJECTS][24];
} texts_t;

static board_row_t row_of(texts_t *texts, const facts_t *facts, uint32_t subject)
{
    const fact_row_t *from = &facts->rows[subject];
    int code = snprintf(texts->code[subject], sizeof texts->code[0], "C%u", subject);
    int name =
        snprintf(texts->name[subject], sizeof texts->name[0], "张 %u", from->name);
    return (board_row_t){ .subject = { texts->code[subject], (uint32_t)code },
                          .name = { texts->name[subject], (uint32_t)name },
                          .rank = from->rank,
                          .standing =
                              from->rank > 0 ? STANDING_RANKED : STANDING_NOT_RANKED,
                          .total = from->total };
}

/* ---- the model ---- */

static void change(walk_t *walk)
{
    facts_t *next = &walk->versions[walk->newest + 1];
    *next = walk->versions[walk->newest];
    uint32_t changes = chance(walk, 6);
    for (uint32_t i = 0; i < changes; i++) {
        fact_row_t *row = &next->rows[chance(walk, SUBJECTS)];
        row->there = chance(walk, 4) > 0;
        row->rank = chance(walk, 5) > 0 ? 1 + chance(walk, 40) : 0; /* equal ones too */
        row->total = (int64_t)chance(walk, 100000) - 50000;
        row->name = chance(walk, 1000);
    }
    walk->newest++;
}

static bool differs(const fact_row_t *a, const fact_row_t *b)
{
    return a->there != b->there || a->rank != b->rank || a->name != b->name ||
           a->total != b->total;
}

/* Naive: the row that comes next behind the one shown last. */
static bool comes_before(const facts_t *facts, texts_t *texts, uint32_t a, uint32_t b)
{
    uint32_t rank_a = facts->rows[a].rank - 1, rank_b = facts->rows[b].rank - 1;
    if (rank_a != rank_b) /* 0 has become the largest */
        return rank_a < rank_b;
    (void)row_of(texts, facts, a);
    (void)row_of(texts, facts, b);
    return strcmp(texts->code[a], texts->code[b]) < 0;
}

static void assert_shows(walk_t *walk)
{
    static texts_t texts;
    const facts_t *facts = &walk->versions[walk->held];
    const board_answer_t *board = mirror_board(walk->mirror);
    uint32_t order[SUBJECTS], count = 0;
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        if (!facts->rows[i].there || walk->held == 0)
            continue;
        uint32_t at = count++;
        for (; at > 0 && comes_before(facts, &texts, i, order[at - 1]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    assert_int_equal(mirror_version(walk->mirror), walk->held);
    assert_int_equal(board->row_count, count);
    for (uint32_t i = 0; i < count; i++) {
        board_row_t expected = row_of(&texts, facts, order[i]);
        const board_row_t *row = &board->rows[i];
        assert_int_equal(row->subject.size, expected.subject.size);
        assert_memory_equal(row->subject.data, expected.subject.data,
                            row->subject.size);
        assert_int_equal(row->name.size, expected.name.size);
        assert_memory_equal(row->name.data, expected.name.data, row->name.size);
        assert_int_equal(row->total, expected.total);
        assert_ptr_equal(mirror_find(walk->mirror, expected.subject), row);
    }
}

/* ---- what is sent ---- */

typedef struct {
    texts_t texts;
    board_row_t rows[SUBJECTS];
    text_t gone[SUBJECTS];
    delta_t parts[PARTS];
    uint32_t row_count, gone_count, count;
} sent_t;

static void collect(walk_t *walk, sent_t *sent, uint64_t base)
{
    const facts_t *to = &walk->versions[walk->newest], *from = &walk->versions[base];
    sent->row_count = sent->gone_count = 0;
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        board_row_t row = row_of(&sent->texts, to, i);
        if (base > 0 && !differs(&to->rows[i], &from->rows[i]))
            continue;
        if (to->rows[i].there)
            sent->rows[sent->row_count++] = row;
        else if (base > 0) /* also who came and went in between, or never was there */
            sent->gone[sent->gone_count++] = row.subject;
    }
}

static void compose(walk_t *walk, sent_t *sent, uint64_t base)
{
    collect(walk, sent, base);
    sent->count = 1 + chance(walk, PARTS);
    uint32_t row = 0, gone = 0;
    for (uint32_t part = 0; part < sent->count; part++) {
        bool last = part + 1 == sent->count;
        uint32_t rows =
            last ? sent->row_count - row : chance(walk, sent->row_count - row + 1);
        uint32_t goes =
            last ? sent->gone_count - gone : chance(walk, sent->gone_count - gone + 1);
        sent->parts[part] =
            (delta_t){ .base = base,
                       .version = walk->newest,
                       .part = part,
                       .parts = sent->count,
                       .board = { .rows = sent->rows + row, .row_count = rows },
                       .gone = sent->gone + gone,
                       .gone_count = goes };
        row += rows;
        gone += goes;
    }
}

static void scribble(sent_t *sent)
{
    memset(&sent->texts, '#', sizeof sent->texts); /* the mirror has copies */
}

/* ---- steps ---- */

static void send_all(walk_t *walk, sent_t *sent)
{
    for (uint32_t i = 0; i < sent->count; i++) {
        bool last = i + 1 == sent->count;
        assert_int_equal(mirror_take(walk->mirror, &sent->parts[i]),
                         last ? MIRROR_CHANGED : MIRROR_PARTLY);
        scribble(sent);
        walk->held = last ? walk->newest : walk->held;
        assert_shows(walk);
        for (uint32_t j = i + 1; j < sent->count; j++) /* written anew */
            collect(walk, sent, sent->parts[0].base);
    }
}

/* One part is left out, or comes from another update: a hole and no change. */
static void send_broken(walk_t *walk, sent_t *sent)
{
    if (sent->count < 2)
        return;
    uint32_t lost = 1 + chance(walk, sent->count - 1);
    for (uint32_t i = 0; i < lost; i++)
        assert_int_equal(mirror_take(walk->mirror, &sent->parts[i]), MIRROR_PARTLY);
    bool there = lost + 1 < sent->count && chance(walk, 2) == 0;
    delta_t wrong = sent->parts[there ? lost + 1 : lost];
    wrong.version += !there;
    assert_int_equal(mirror_take(walk->mirror, &wrong), MIRROR_HOLE);
    for (uint32_t i = lost; i < sent->count; i++) /* the rest fits nothing now */
        assert_int_equal(mirror_take(walk->mirror, &sent->parts[i]), MIRROR_HOLE);
    walk->holes++;
    assert_shows(walk);
}

/* An update is left in the middle for another one. */
static void send_left(walk_t *walk, sent_t *sent)
{
    uint32_t sends = chance(walk, sent->count);
    for (uint32_t i = 0; i < sends; i++)
        assert_int_equal(mirror_take(walk->mirror, &sent->parts[i]), MIRROR_PARTLY);
    assert_shows(walk);
}

static void send_of_other_base(walk_t *walk, sent_t *sent)
{
    uint64_t base = 1 + chance(walk, (uint32_t)walk->newest);
    if (base == walk->held)
        return;
    compose(walk, sent, base);
    assert_int_equal(mirror_take(walk->mirror, &sent->parts[0]), MIRROR_HOLE);
    walk->holes++;
    assert_shows(walk);
}

static void step(walk_t *walk)
{
    static sent_t sent;
    if (walk->newest < VERSIONS && chance(walk, 8) == 0)
        change(walk);
    bool whole = walk->held == 0 || chance(walk, 5) == 0;
    compose(walk, &sent, whole ? 0 : walk->held);
    switch (chance(walk, 8)) {
    case 0:
        send_broken(walk, &sent);
        return;
    case 1:
        send_left(walk, &sent);
        return;
    case 2:
        send_of_other_base(walk, &sent);
        return;
    case 3:
        if (chance(walk, 20) == 0) {
            mirror_clear(walk->mirror);
            walk->held = 0;
            assert_shows(walk);
        }
        return;
    default:
        send_all(walk, &sent);
        walk->wholes += whole;
        walk->differences += !whole;
    }
}

static void run(uint64_t seed)
{
    static walk_t walk;
    memset(&walk, 0, sizeof walk);
    walk.random = seed;
    walk.mirror = mirror_create();
    assert_non_null(walk.mirror);
    change(&walk);
    for (uint32_t i = 0; i < STEPS; i++)
        step(&walk);
    assert_true(walk.newest == VERSIONS);
    assert_true(walk.holes > 100 && walk.differences > 500 && walk.wholes > 100);
    mirror_destroy(&walk.mirror);
    assert_null(walk.mirror);
}

static void mirror__random_updates__shows_what_a_naive_sort_shows(void **unused)
{
    (void)unused;
    const char *given = getenv("MIRROR_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20250106u;
    for (uint32_t i = 0; i < (given != NULL ? 1 : WALKS); i++) {
        print_message("MIRROR_SEED=%llu\n", (unsigned long long)(seed + i));
        run(seed + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mirror__random_updates__shows_what_a_naive_sort_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
