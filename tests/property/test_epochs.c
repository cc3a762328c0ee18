/* Goal: epochs keep the laws: what the worker found is data that replay takes as it was
 * journaled; boards under an adopted epoch equal a rebuild, the rank-shift report and a
 * frozen board, bit for bit; explanations sum; who asked cannot adopt.
 *
 * Method: seeded random commands, an epoch now and then made by the broker's own job on
 * its own worker thread, all against one machine. Seeds are printed; YIXIAN_SEED chooses
 * another one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/calibration/intake.h"
#include "broker/core/epoch_state.h"
#include "broker/ranking/explain.h"
#include "broker/runtime/job_kinds.h"
#include "proto/arena.h"
#include "proto/wire.h"
#include "tests/property/run.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef YX_SLOW_BUILD
#define STEPS 8000u
#else
#define STEPS 100000u
#endif
#define EPOCHS      8u
#define ARENA_BYTES (256u << 20)
#define ORGANISER   1u
#define SECOND      2u
#define LINES_MAX   65536u

typedef struct {
    run_t run;
    worker_t *worker;
    arena_t *arena; /* what the broker wrote lives as long as the log */
    char codes[2 * EPOCHS][16];
    uint32_t made, adopted, open_still;
} walk_t;

static text_t text(const char *from)
{
    return (text_t){ from, (uint32_t)strlen(from) };
}

static uint64_t seed_of(uint64_t usual)
{
    const char *given = getenv("YIXIAN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : usual;
    print_message("seed %llu\n", (unsigned long long)seed);
    return seed;
}

static void begin(walk_t *walk, uint64_t seed)
{
    memset(walk, 0, sizeof *walk);
    run_found(&walk->run, seed);
    walk->arena = arena_create(ARENA_BYTES);
    assert_non_null(walk->arena);
    assert_int_equal(worker_create(WORKER_PATIENT, &walk->worker), STATUS_OK);
}

static void finish(walk_t *walk)
{
    worker_destroy(&walk->worker);
    run_end(&walk->run);
    arena_destroy(&walk->arena);
}

static state_t *state_of(walk_t *walk)
{
    return &walk->run.machine->state;
}

static uint32_t number_of(text_t code)
{
    uint32_t number = 0;
    for (uint32_t i = 1; i < code.size; i++)
        number = 10 * number + (uint32_t)(code.data[i] - '0');
    return number;
}

/* Ratings in which subjects differ and inspectors are lenient or severe, as chaos alone
 * does not make them. */
static void give_sense(walk_t *walk, observe_t *sheet)
{
    rating_t *ratings =
        arena_take(walk->arena, (sheet->rating_count + 1) * sizeof *ratings);
    assert_non_null(ratings);
    for (uint32_t i = 0; i < sheet->rating_count; i++) {
        ratings[i] = sheet->ratings[i];
        ratings[i].value = 4000 + 70 * (number_of(sheet->subject) % 12) +
                           500 * (number_of(sheet->inspector) % 8) +
                           chaos_below(walk->run.chaos, 600);
    }
    sheet->ratings = ratings;
}

static void stir(walk_t *walk, uint32_t steps)
{
    run_t *run = &walk->run;
    for (uint32_t i = 0; i < steps; i++) {
        command_t command;
        uint32_t by = 0;
        run->now_ms += 1 + chaos_below(run->chaos, 60000);
        chaos_next(run->chaos, run->now_ms, &command, &by);
        if (command.kind == COMMAND_OBSERVE)
            give_sense(walk, &command.body.observe);
        (void)run_send(run, run_key(run, chaos_key(by)), by, &command);
    }
}

/* ---- what the broker writes itself ---- */

static status_t write_own(walk_t *walk, const uint8_t *bytes, uint32_t size,
                          uint32_t key)
{
    run_t *run = &walk->run;
    command_t command;
    fault_t fault;
    uint64_t seq = 0;
    uint8_t *kept = arena_take(walk->arena, size);
    assert_non_null(kept);
    memcpy(kept, bytes, size);
    assert_int_equal(wire_read_stored(walk->arena, kept, size, &command), STATUS_OK);
    const origin_t origin = { .key = key, .now_ms = run->now_ms, .internal = true };
    return machine_submit(run->machine, &origin, &command, &seq, &fault);
}

static script_job_t *work(walk_t *walk, script_job_t *job)
{
    worker_hand(walk->worker, &job->job);
    struct pollfd bell = { .fd = worker_fd(walk->worker), .events = POLLIN };
    assert_int_equal(poll(&bell, 1, 120000), 1);
    job_t *done = worker_take(walk->worker);
    assert_ptr_equal(done, &job->job);
    assert_int_equal(done->status, STATUS_OK);
    return job;
}

static uint32_t organiser(walk_t *walk, uint32_t which)
{
    return run_key(&walk->run, chaos_key(which));
}

static status_t ask(walk_t *walk, command_t *command, uint32_t which)
{
    return run_send(&walk->run, organiser(walk, which), which, command);
}

/* Asked for, fitted, journaled and proposed. Returns its row. */
static uint32_t make_epoch(walk_t *walk)
{
    state_t *state = state_of(walk);
    char *code = walk->codes[walk->made];
    (void)snprintf(code, sizeof walk->codes[0], "E%u", walk->made++);
    command_t command = { .kind = COMMAND_CALIBRATE };
    command.body.calibrate = (calibrate_t){ .code = text(code), .account = text("A0") };
    assert_int_equal(ask(walk, &command, ORGANISER), STATUS_OK);
    uint32_t epoch = state_find(&state->epochs, text(code));
    script_job_t *job = NULL;
    assert_int_equal(epoch_job_create(state, epoch, &job), STATUS_OK);
    (void)work(walk, job);
    for (uint32_t i = 0; i < job->script.count; i++) {
        uint32_t size = 0;
        const uint8_t *bytes = script_at(&job->script, i, &size);
        status_t status = write_own(walk, bytes, size, organiser(walk, ORGANISER));
        if (status == STATUS_CODE_TAKEN) /* noticed before, and open still */
            walk->open_still++;
        else
            assert_int_equal(status, STATUS_OK);
    }
    job->job.destroy(&job->job);
    assert_int_equal(TABLE_ROW(epoch_row_t, &state->epochs, epoch)->state,
                     EPOCH_PROPOSED);
    return epoch;
}

static status_t adopt(walk_t *walk, uint32_t epoch, uint32_t which)
{
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state_of(walk)->epochs, epoch);
    uint8_t *hash = arena_take(walk->arena, HASH_BYTES);
    char *code = arena_take(walk->arena, sizeof row->code);
    memcpy(hash, row->hash, HASH_BYTES);
    memcpy(code, row->code.text, sizeof row->code);
    command_t command = { .kind = COMMAND_ADOPT_EPOCH };
    command.body.adopt_epoch = (adopt_epoch_t){ text(code), hash };
    return ask(walk, &command, which);
}

/* ---- what must hold ---- */

static void scores_equal(const boards_t *a, const boards_t *b, const state_t *state)
{
    for (uint32_t i = 1; i <= state->standings.count; i++) {
        const score_t *x = boards_score(a, i), *y = boards_score(b, i);
        assert_int_equal(x == NULL, y == NULL);
        if (x == NULL)
            continue;
        assert_true(x->total == y->total && x->error == y->error);
        assert_int_equal(x->standing, y->standing);
        assert_int_equal(boards_rank(a, i), boards_rank(b, i));
    }
}

/* Boards that followed all along, and those of a machine that replayed the log. */
static void replay_equals_live(walk_t *walk)
{
    machine_t *live = walk->run.machine, *again = machine_replay(live);
    uint8_t a[HASH_BYTES], b[HASH_BYTES];
    machine_digest(live, a);
    machine_digest(again, b);
    assert_memory_equal(a, b, HASH_BYTES);
    boards_refresh(live->boards, &live->state);
    boards_rebuild(again->boards, &again->state);
    scores_equal(live->boards, again->boards, &live->state);
    machine_destroy(&again);
}

static void lines_sum(const state_t *state, uint32_t standing, uint32_t k)
{
    static explain_line_t lines[LINES_MAX];
    uint32_t count = 0;
    dimension_score_t sums;
    parameters_t p;
    assert_int_equal(explain_standing(state, standing, k, lines, LINES_MAX, &count),
                     STATUS_OK);
    score_cell(state, standing, k, &sums);
    score_parameters(state, standing, k, &p);
    int64_t sum = p.mu;
    for (uint32_t i = 0; i < count; i++)
        sum += lines[i].contribution;
    assert_true(sum == sums.score);
}

static void explanations_sum(const state_t *state)
{
    for (uint32_t s = 1; s <= state->standings.count; s++) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, s);
        const account_row_t *account =
            TABLE_ROW(account_row_t, &state->accounts, row->account);
        const scheme_row_t *scheme =
            TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
        const group_rule_t *rule = &scheme->groups[row->scheme_group];
        for (uint32_t k = 0; row->ended_seq == 0 && k < rule->dimension_count; k++)
            lines_sum(state, s, k);
    }
}

/* ---- tests ---- */

static void epochs__random_commands__replay_and_rebuild_equal_live(void **unused)
{
    (void)unused;
    walk_t walk;
    begin(&walk, seed_of(20260101));
    for (uint32_t i = 0; i < EPOCHS; i++) {
        stir(&walk, STEPS / EPOCHS);
        uint32_t epoch = make_epoch(&walk);
        boards_refresh(walk.run.machine->boards, state_of(&walk));
        if (i % 4 == 3) /* one in four is not adopted */
            continue;
        assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_OK);
        walk.adopted++;
        explanations_sum(state_of(&walk));
    }
    stir(&walk, STEPS / EPOCHS);
    replay_equals_live(&walk);
    explanations_sum(state_of(&walk));
    print_message("%u commands logged, %u epochs, %u adopted\n",
                  walk.run.machine->count, walk.made, walk.adopted);
    finish(&walk);
}

static void adopt__rules_of_two_persons_and_of_the_hash__hold(void **unused)
{
    (void)unused;
    walk_t walk;
    begin(&walk, seed_of(7));
    stir(&walk, 3000);
    uint32_t epoch = make_epoch(&walk);
    epoch_row_t *row = TABLE_ROW(epoch_row_t, &state_of(&walk)->epochs, epoch);
    assert_int_equal(adopt(&walk, epoch, ORGANISER), STATUS_SECOND_PERSON);
    row->hash[0] ^= 1; /* what the second person read is not what was proposed */
    uint8_t other[HASH_BYTES];
    memcpy(other, row->hash, HASH_BYTES);
    command_t command = { .kind = COMMAND_ADOPT_EPOCH };
    row->hash[0] ^= 1;
    command.body.adopt_epoch = (adopt_epoch_t){ text("E0"), other };
    assert_int_equal(ask(&walk, &command, SECOND), STATUS_HASH_DIFFERS);
    command.body.adopt_epoch = (adopt_epoch_t){ text("E9"), other };
    assert_int_equal(ask(&walk, &command, SECOND), STATUS_UNKNOWN_EPOCH);
    assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_OK);
    assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_BAD_TRANSITION);
    command = (command_t){ .kind = COMMAND_DROP_EPOCH };
    command.body.drop_epoch.code = text("E0");
    assert_int_equal(ask(&walk, &command, SECOND), STATUS_BAD_TRANSITION);
    finish(&walk);
}

/* The journaled report says what adoption then does, subject by subject. */
static void shift__as_proposed__is_what_adoption_does(void **unused)
{
    (void)unused;
    walk_t walk;
    begin(&walk, seed_of(11));
    uint32_t all = 0;
    for (uint32_t round = 0; round < 4; round++) {
        stir(&walk, 2000);
        state_t *state = state_of(&walk);
        uint32_t epoch = make_epoch(&walk);
        machine_t *machine = walk.run.machine;
        uint32_t from = machine->count, told = 0;
        assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_OK);
        boards_refresh(machine->boards, state);
        for (uint32_t i = 0; i < from; i++) {
            const command_t *command = &machine->log[i].command;
            const epoch_part_t *part = &command->body.epoch_part;
            if (command->kind != COMMAND_EPOCH_PART ||
                state_find(&state->epochs, part->epoch) != epoch ||
                part->shift_count == 0)
                continue;
            for (uint32_t r = 0; r < part->shifts[0].row_count; r++) {
                const shift_row_t *row = &part->shifts[0].rows[r];
                uint32_t subject = state_find(&state->subjects, row->subject);
                uint32_t standing =
                    TABLE_ROW(subject_row_t, &state->subjects, subject)->standing;
                while (
                    TABLE_ROW(standing_row_t, &state->standings, standing)->ended_seq !=
                    0)
                    standing =
                        TABLE_ROW(standing_row_t, &state->standings, standing)->next;
                assert_int_equal(boards_rank(machine->boards, standing), row->after);
                assert_true(boards_score(machine->boards, standing)->total ==
                            row->total_after);
                told++;
            }
        }
        print_message("round %u: %u shifts as told\n", round, told);
        all += told;
    }
    assert_in_range(all, 1, UINT32_MAX);
    finish(&walk);
}

/* ---- frozen boards ---- */

static uint32_t freeze(walk_t *walk, const char *code, const char *group)
{
    state_t *state = state_of(walk);
    command_t command = { .kind = COMMAND_OVERRIDE_LINKS };
    command.body.override_links =
        (override_links_t){ text("A0"), text(group), text("a test") };
    assert_int_equal(ask(walk, &command, ORGANISER), STATUS_OK);
    command = (command_t){ .kind = COMMAND_FREEZE_BOARD };
    command.body.freeze_board = (freeze_board_t){ text(code), text("A0"), text(group) };
    assert_int_equal(ask(walk, &command, ORGANISER), STATUS_OK);
    uint32_t frozen = state_find(&state->frozen, text(code));
    script_job_t *job = NULL;
    assert_int_equal(freeze_job_create(state, frozen, &job), STATUS_OK);
    (void)work(walk, job);
    for (uint32_t i = 0; i < job->script.count; i++) {
        uint32_t size = 0;
        const uint8_t *bytes = script_at(&job->script, i, &size);
        assert_int_equal(write_own(walk, bytes, size, organiser(walk, ORGANISER)),
                         STATUS_OK);
    }
    job->job.destroy(&job->job);
    assert_int_equal(TABLE_ROW(frozen_row_t, &state->frozen, frozen)->state,
                     FROZEN_DONE);
    return frozen;
}

static void row_equals(const frozen_entry_t *entry, const view_row_t *row, bool sets)
{
    assert_int_equal(entry->subject, row->subject);
    assert_true(entry->total == row->score.total && entry->error == row->score.error);
    assert_int_equal(entry->rank, row->rank);
    assert_int_equal(entry->standing, row->score.standing == 0 ? STANDING_NOT_RANKED
                                                               : row->score.standing);
    if (row->rank == 0)
        return;
    if (sets) {
        assert_in_range(entry->rank, entry->low, entry->high);
        return;
    }
    assert_int_equal(entry->low, row->low);
    assert_int_equal(entry->high, row->high);
    assert_int_equal(entry->band, row->band);
}

static void frozen_equals(walk_t *walk, uint32_t frozen, const char *group, bool sets)
{
    static view_row_t rows[BOARD_WINDOW_MAX];
    const state_t *state = state_of(walk);
    const frozen_row_t *cut = TABLE_ROW(frozen_row_t, &state->frozen, frozen);
    uint32_t at = cut->rows;
    assert_int_equal(cut->interval, sets ? INTERVAL_SETS : INTERVAL_WIDE);
    for (int unranked = 0; unranked <= 1; unranked++) {
        view_head_t head;
        const view_t view = { .account = state->open_account,
                              .group = state_find_word(state, text(group)),
                              .count = BOARD_WINDOW_MAX,
                              .unranked = unranked == 1 };
        boards_refresh(walk->run.machine->boards, state_of(walk));
        assert_int_equal(
            boards_view(walk->run.machine->boards, state, &view, rows, &head),
            STATUS_OK);
        for (uint32_t i = 0; i < head.count; i++)
            row_equals(TABLE_ROW(frozen_entry_t, &state->frozen_rows, at++), &rows[i],
                       sets);
    }
    assert_int_equal(at, cut->rows + cut->row_count);
}

static void frozen__at_once__equals_the_live_board(void **unused)
{
    (void)unused;
    static const char *const groups[] = { "specialists", "heads" };
    walk_t walk;
    begin(&walk, seed_of(13));
    stir(&walk, 6000);
    frozen_equals(&walk, freeze(&walk, "F0", groups[0]), groups[0], false);
    frozen_equals(&walk, freeze(&walk, "F1", groups[1]), groups[1], false);
    assert_int_equal(adopt(&walk, make_epoch(&walk), SECOND), STATUS_OK);
    stir(&walk, 2000);
    uint32_t frozen = freeze(&walk, "F2", groups[0]);
    frozen_equals(&walk, frozen, groups[0], true);
    replay_equals_live(&walk);
    finish(&walk);
}

/* ---- a draft that begins anew ---- */

/* Behind the parts, before what was noticed. */
static uint32_t proposal_of(walk_t *walk, const script_job_t *job)
{
    for (uint32_t i = 0; i < job->script.count; i++) {
        command_t command;
        uint32_t size = 0;
        const uint8_t *bytes = script_at(&job->script, i, &size);
        assert_int_equal(wire_read_stored(walk->arena, bytes, size, &command),
                         STATUS_OK);
        if (command.kind == COMMAND_PROPOSE_EPOCH)
            return i;
    }
    fail_msg("nothing is proposed");
    return 0;
}

static void part__out_of_order__refused_and_part_0_begins_anew(void **unused)
{
    (void)unused;
    walk_t walk;
    begin(&walk, seed_of(17));
    stir(&walk, 3000);
    state_t *state = state_of(&walk);
    command_t command = { .kind = COMMAND_CALIBRATE };
    command.body.calibrate = (calibrate_t){ .code = text("E0"), .account = text("A0") };
    assert_int_equal(ask(&walk, &command, ORGANISER), STATUS_OK);
    uint32_t epoch = state_find(&state->epochs, text("E0")), size = 0;
    script_job_t *job = NULL;
    assert_int_equal(epoch_job_create(state, epoch, &job), STATUS_OK);
    (void)work(&walk, job);
    uint32_t key = organiser(&walk, ORGANISER), last = proposal_of(&walk, job);
    const uint8_t *second = script_at(&job->script, 1, &size);
    assert_int_equal(write_own(&walk, second, size, key), STATUS_BAD_TRANSITION);
    for (uint32_t run = 0; run < 2; run++)
        for (uint32_t i = 0; i < (run == 0 ? last / 2 : last); i++) {
            const uint8_t *bytes = script_at(&job->script, i, &size);
            assert_int_equal(write_own(&walk, bytes, size, key), STATUS_OK);
        }
    const uint8_t *proposal = script_at(&job->script, last, &size);
    assert_int_equal(write_own(&walk, proposal, size, key), STATUS_OK);
    assert_int_equal(write_own(&walk, proposal, size, key), STATUS_BAD_TRANSITION);
    job->job.destroy(&job->job);
    assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_OK);
    replay_equals_live(&walk);
    finish(&walk);
}

/* ---- the cut-off ---- */

static uint32_t sightings(const state_t *state, const epoch_row_t *row, uint64_t until)
{
    intake_t *intake = NULL;
    uint32_t count = 0;
    assert_int_equal(
        intake_gather(state, row->account, row->groups, until, false, &intake),
        STATUS_OK);
    for (uint32_t g = 0; g < intake->group_count; g++)
        count += intake->groups[g].sighting_count;
    intake_destroy(&intake);
    return count;
}

/* What counts now of the records up to a seq. */
static uint32_t confirmed(const state_t *state, const epoch_row_t *row, uint64_t until)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i <= state->observations.count; i++) {
        const observation_row_t *sheet =
            TABLE_ROW(observation_row_t, &state->observations, i);
        const standing_row_t *standing =
            TABLE_ROW(standing_row_t, &state->standings, sheet->standing);
        count += sheet->state == OBSERVATION_CONFIRMED && sheet->seq <= until &&
                         standing->account == row->account &&
                         (row->groups >> standing->scheme_group & 1) != 0
                     ? 1
                     : 0;
    }
    return count;
}

static void cutoff__facts_while_it_waits__are_not_looked_at(void **unused)
{
    (void)unused;
    walk_t walk;
    begin(&walk, seed_of(23));
    stir(&walk, 3000);
    state_t *state = state_of(&walk);
    command_t command = { .kind = COMMAND_CALIBRATE };
    command.body.calibrate = (calibrate_t){ .code = text("E0"), .account = text("A0") };
    assert_int_equal(ask(&walk, &command, ORGANISER), STATUS_OK);
    uint32_t epoch = state_find(&state->epochs, text("E0"));
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    uint32_t before = sightings(state, row, row->cutoff);
    assert_int_equal(before, sightings(state, row, INTAKE_ALL));
    stir(&walk, 3000);
    assert_true(sightings(state, row, INTAKE_ALL) > before);
    assert_int_equal(sightings(state, row, row->cutoff),
                     confirmed(state, row, row->cutoff));
    assert_true(sightings(state, row, row->cutoff) <=
                before + state->head_seq - row->cutoff); /* reviewed since */
    print_message("sightings: %u when asked for, %u of them or reviewed since, %u "
                  "without the cut-off\n",
                  before, sightings(state, row, row->cutoff),
                  sightings(state, row, INTAKE_ALL));
    script_job_t *job = NULL;
    assert_int_equal(epoch_job_create(state, epoch, &job), STATUS_OK);
    (void)work(&walk, job);
    for (uint32_t i = 0; i <= proposal_of(&walk, job); i++) {
        uint32_t size = 0;
        const uint8_t *bytes = script_at(&job->script, i, &size);
        assert_int_equal(write_own(&walk, bytes, size, organiser(&walk, ORGANISER)),
                         STATUS_OK);
    }
    job->job.destroy(&job->job);
    assert_int_equal(adopt(&walk, epoch, SECOND), STATUS_OK);
    replay_equals_live(&walk);
    finish(&walk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cutoff__facts_while_it_waits__are_not_looked_at),
        cmocka_unit_test(epochs__random_commands__replay_and_rebuild_equal_live),
        cmocka_unit_test(adopt__rules_of_two_persons_and_of_the_hash__hold),
        cmocka_unit_test(shift__as_proposed__is_what_adoption_does),
        cmocka_unit_test(frozen__at_once__equals_the_live_board),
        cmocka_unit_test(part__out_of_order__refused_and_part_0_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
