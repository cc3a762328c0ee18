/* Goal: the outbox is what a plain list of entries is, after any operations in any order.
 *
 * Method: random puts, drafts, answers of every sort, drops, changes given up, openings
 * anew, copies to another file; after each the counts and one entry are compared with the
 * list, at the end all. No (instance, number) is given twice. The seed is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/outbox.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS       1500u
#define ENTRIES_MAX (2u * STEPS)

typedef struct {
    outbox_state_t state; /* 0 = gone */
    uint32_t what;
    uint64_t instance, number;
} known_t;

typedef struct {
    char folder[FOLDER_PATH_MAX];
    outbox_t *outbox;
    known_t known[ENTRIES_MAX]; /* by entry */
    uint64_t count;             /* entries given, from 1 */
    uint64_t random;
} model_t;

static uint32_t draw(model_t *model, uint32_t below)
{
    model->random ^= model->random << 13;
    model->random ^= model->random >> 7;
    model->random ^= model->random << 17;
    return (uint32_t)(model->random >> 11) % below;
}

static void open_anew(model_t *model)
{
    outbox_close(&model->outbox);
    assert_int_equal(outbox_open(model->folder, NULL, &model->outbox), STATUS_OK);
}

/* The entry is the next one; its number is new. */
static void learn(model_t *model, uint64_t entry, outbox_state_t state, uint32_t what)
{
    outbox_entry_t found;
    assert_int_equal(entry, ++model->count);
    assert_true(entry < ENTRIES_MAX);
    assert_int_equal(outbox_get(model->outbox, entry, &found), STATUS_OK);
    model->known[entry] = (known_t){ state, what, found.instance, found.number };
    assert_int_equal(found.number == 0, state == OUTBOX_DRAFT);
    for (uint64_t i = 1; i < entry && found.number != 0; i++)
        assert_false(model->known[i].instance == found.instance &&
                     model->known[i].number == found.number);
}

static void put(model_t *model, bool given_up)
{
    uint32_t what = draw(model, UINT32_MAX);
    bool draft = draw(model, 4) == 0;
    uint64_t entry;
    const outbox_entry_t command = { .public_part = (const uint8_t *)&what,
                                     .public_size = sizeof what };
    assert_int_equal(outbox_begin(model->outbox), STATUS_OK);
    assert_int_equal(outbox_add(model->outbox, &command, draft, &entry), STATUS_OK);
    if (given_up) {
        outbox_abort(model->outbox);
        return;
    }
    assert_int_equal(outbox_commit(model->outbox), STATUS_OK);
    learn(model, entry, draft ? OUTBOX_DRAFT : OUTBOX_WAITING, what);
}

static void settle(model_t *model, uint64_t entry)
{
    static const status_t answers[] = {
        STATUS_OK,     STATUS_OK, STATUS_OK, STATUS_UNKNOWN_UNIT, STATUS_NUMBER_REUSED,
        STATUS_SETTLED
    };
    known_t *known = &model->known[entry];
    outbox_outcome_t outcome = { .entry = entry,
                                 .instance = known->instance,
                                 .number = known->number,
                                 .seq = 1,
                                 .status = answers[draw(model, 6)] };
    uint64_t moved;
    bool waits = known->state == OUTBOX_WAITING;
    if (draw(model, 8) == 0)
        outcome.number += 1000000; /* of no entry */
    assert_int_equal(outbox_begin(model->outbox), STATUS_OK);
    assert_int_equal(outbox_settle(model->outbox, &outcome, &moved), STATUS_OK);
    assert_int_equal(outbox_commit(model->outbox), STATUS_OK);
    waits = waits && outcome.number == known->number;
    assert_int_equal(moved != 0, waits && outcome.status == STATUS_NUMBER_REUSED);
    if (moved != 0) {
        known->state = (outbox_state_t)0;
        learn(model, moved, OUTBOX_WAITING, known->what);
    } else if (waits) {
        known->state =
            outcome.status == STATUS_OK ? OUTBOX_ACKNOWLEDGED : OUTBOX_REFUSED;
    }
}

static void drop(model_t *model, uint64_t entry)
{
    known_t *known = &model->known[entry];
    bool may = known->state == OUTBOX_DRAFT || known->state == OUTBOX_REFUSED;
    assert_int_equal(outbox_begin(model->outbox), STATUS_OK);
    assert_int_equal(outbox_drop(model->outbox, entry) == STATUS_OK, may);
    assert_int_equal(outbox_commit(model->outbox), STATUS_OK);
    if (may)
        known->state = (outbox_state_t)0;
}

static void release(model_t *model, uint64_t entry)
{
    known_t *known = &model->known[entry];
    uint64_t as;
    assert_int_equal(outbox_begin(model->outbox), STATUS_OK);
    bool done = outbox_release(model->outbox, entry, &as) == STATUS_OK;
    assert_int_equal(outbox_commit(model->outbox), STATUS_OK);
    assert_int_equal(done, known->state == OUTBOX_DRAFT);
    if (!done)
        return;
    known->state = (outbox_state_t)0;
    learn(model, as, OUTBOX_WAITING, known->what);
}

/* The same bytes in another file, as a copy makes them. */
static void copy(model_t *model)
{
    char path[FOLDER_PATH_MAX], other[FOLDER_PATH_MAX];
    size_t size;
    outbox_close(&model->outbox);
    folder_join(path, model->folder, "outbox/data.mdb");
    folder_join(other, model->folder, "outbox/copy.mdb");
    uint8_t *bytes = folder_read_file(path, &size);
    FILE *file = fopen(other, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(bytes);
    assert_int_equal(rename(other, path), 0);
    open_anew(model);
    assert_true(outbox_was_copied(model->outbox));
}

static void compare(model_t *model, uint64_t entry)
{
    outbox_entry_t found;
    const known_t *known = &model->known[entry];
    status_t status = outbox_get(model->outbox, entry, &found);
    assert_int_equal(status, known->state != 0 ? STATUS_OK : STATUS_NOT_FOUND);
    if (known->state == 0)
        return;
    assert_int_equal(found.state, known->state);
    assert_memory_equal(found.public_part, &known->what, sizeof known->what);
    assert_true(found.instance == known->instance && found.number == known->number);
}

static void compare_counts(model_t *model)
{
    uint64_t counts[OUTBOX_REFUSED + 1] = { 0 }, waiting;
    outbox_summary_t summary;
    for (uint64_t i = 1; i <= model->count; i++)
        counts[model->known[i].state]++;
    assert_int_equal(outbox_look(model->outbox, &summary), STATUS_OK);
    assert_int_equal(summary.draft, counts[OUTBOX_DRAFT]);
    assert_int_equal(summary.waiting, counts[OUTBOX_WAITING]);
    assert_int_equal(summary.refused, counts[OUTBOX_REFUSED]);
    assert_int_equal(summary.acknowledged, counts[OUTBOX_ACKNOWLEDGED]);
    assert_int_equal(outbox_waiting(model->outbox, &waiting), STATUS_OK);
    assert_int_equal(waiting, counts[OUTBOX_WAITING]);
}

static void step(model_t *model)
{
    uint64_t entry = model->count > 0 ? 1 + draw(model, (uint32_t)model->count) : 0;
    uint32_t sort = draw(model, 100);
    if (entry == 0 || sort < 40)
        put(model, sort < 4);
    else if (sort < 75)
        settle(model, entry);
    else if (sort < 85)
        drop(model, entry);
    else if (sort < 94)
        release(model, entry);
    else if (sort < 98)
        open_anew(model);
    else
        copy(model);
    if (entry != 0)
        compare(model, entry);
}

static void outbox__random_operations__as_the_list(void **unused)
{
    (void)unused;
    const char *given = getenv("YIXIAN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 20240928;
    print_message("seed %llu\n", (unsigned long long)seed);
    model_t *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->random = seed * 2654435761u + 1;
    folder_make(model->folder);
    open_anew(model);
    for (uint32_t i = 0; i < STEPS; i++) {
        step(model);
        if (i % 16 == 0)
            compare_counts(model);
    }
    compare_counts(model);
    for (uint64_t i = 1; i <= model->count; i++)
        compare(model, i);
    outbox_close(&model->outbox);
    folder_remove(model->folder);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outbox__random_operations__as_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
