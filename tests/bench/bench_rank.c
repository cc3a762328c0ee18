/* bench_rank.c - rank-of, top 100, refresh and memory on boards of growing size.
 *
 * usage: bench_rank [SUBJECTS]
 * Builds one comparison group of six dimensions by hand (rows of the state, three
 * inspectors each), refreshes the board and measures in process. The aims are those of
 * docs/performance.md: 5 us for a rank, 50 us for the top 100 at 1,000,000 subjects,
 * at most 512 bytes a subject beside text and 24 bytes a group. Then an epoch that knows
 * all inspectors is adopted, and everything is measured again.
 */
#include "broker/ranking/board.h"
#include "tests/bench/measure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define DIMENSIONS 6u
#define INSPECTORS 3u
#define ROUNDS     20000u

static void *take(void *context, size_t bytes)
{
    (void)context; /* every piece is mapped for itself and lives as long as we do */
    void *piece = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return piece == MAP_FAILED ? NULL : piece;
}

static code_t code_of(const char *kind, unsigned number)
{
    code_t code = { { 0 } };
    (void)snprintf(code.text, sizeof code.text, "%s%07u", kind, number);
    return code;
}

static void build_frame(state_t *state, uint32_t *group)
{
    char label[LABEL_BYTES_MAX + 1] = "specialists";
    *group = table_add(&state->words, label);
    code_t code = code_of("S", 1);
    uint32_t scheme = table_add(&state->schemes, &code);
    scheme_row_t *row = TABLE_ROW(scheme_row_t, &state->schemes, scheme);
    row->state = SCHEME_ACTIVE;
    row->scoring_revision = SCORING_REVISION;
    row->dimension_count = DIMENSIONS;
    row->channel_count = 1;
    row->group_count = 1;
    row->channels[0].used = 1;
    row->channels[0].weight = MILLE;
    group_rule_t *rule = &row->groups[0];
    *rule = (group_rule_t){ .word = *group,
                            .dimension_count = DIMENSIONS,
                            .min_ratings = 3,
                            .min_inspectors = 2,
                            .enough_ratings = 12 };
    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        row->dimensions[d].used = 1;
        row->dimensions[d].mu_centi = 8000;
        row->dimensions[d].kappa = 1000;
        row->dimensions[d].s2 = 360000;
        row->dimensions[d].rho = 300;
        row->dimensions[d].u = MILLE;
        rule->dimensions[d] = d;
        rule->weights[d] =
            WEIGHT_SUM / DIMENSIONS + (d < WEIGHT_SUM % DIMENSIONS ? 1 : 0);
    }
    code = code_of("A", 1);
    uint32_t account = table_add(&state->accounts, &code);
    account_row_t *open = TABLE_ROW(account_row_t, &state->accounts, account);
    open->scheme = scheme;
    open->state = ACCOUNT_OPEN;
    open->from = 20250101;
    open->to = 20251231;
    state->open_account = account;
}

static void add_group(state_t *state, uint32_t cell, uint32_t inspector, int64_t micro)
{
    uint32_t index = table_add(&state->groups, NULL);
    group_row_t *group = TABLE_ROW(group_row_t, &state->groups, index);
    cell_row_t *row = TABLE_ROW(cell_row_t, &state->cells, cell);
    *group = (group_row_t){ .next = row->groups,
                            .cell = cell,
                            .inspector = inspector,
                            .m = MILLE,
                            .y = (int64_t)MILLE * micro };
    row->groups = index;
    row->ratings++;
    row->inspectors++;
}

static void add_subject(state_t *state, unsigned number, uint32_t unit, uint32_t group,
                        uint64_t *random)
{
    code_t code = code_of("C", number);
    uint32_t subject = table_add(&state->subjects, &code);
    uint32_t standing = table_add(&state->standings, NULL);
    standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
    row->subject = subject;
    row->account = state->open_account;
    row->group = group;
    row->unit = unit;
    row->confirmed = INSPECTORS;
    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        uint32_t cell = table_add(&state->cells, NULL);
        if (d == 0)
            row->cells = cell;
        for (uint32_t i = 1; i <= INSPECTORS; i++)
            add_group(state, cell, i,
                      (int64_t)(6000 + measure_random(random) % 4000) * CENTI_TO_MICRO);
    }
    subject_row_t *named = TABLE_ROW(subject_row_t, &state->subjects, subject);
    named->kind = SUBJECT_CADRE;
    named->unit = unit;
    named->group = group;
    named->standing = standing;
    state_mark_changed(state, standing);
}

/* An epoch with a fit and three offsets in every dimension, adopted: what
 * adopt_epoch_apply() leaves behind. */
static void adopt_epoch(state_t *state, unsigned subjects)
{
    code_t code = code_of("E", 1);
    uint32_t epoch = table_add(&state->epochs, &code);
    epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    row->account = state->open_account;
    row->state = EPOCH_ADOPTED;
    row->groups = 1;
    row->fit_count = DIMENSIONS;
    row->inspectors = INSPECTORS;
    for (uint32_t d = 0; d < DIMENSIONS; d++) {
        uint32_t fit = table_add(&state->fits, NULL), first = 0;
        for (uint32_t i = 0; i < INSPECTORS; i++) {
            uint32_t offset = table_add(&state->offsets, NULL);
            first = i == 0 ? offset : first;
            *TABLE_ROW(offset_row_t, &state->offsets, offset) =
                (offset_row_t){ .offset = ((int64_t)i - 1) * 3 * MICRO, .known = 1 };
        }
        *TABLE_ROW(fit_row_t, &state->fits, fit) = (fit_row_t){ .mu = 79 * MICRO,
                                                                .s2 = 340000,
                                                                .kappa = 1200,
                                                                .rho = 250,
                                                                .u = 800,
                                                                .components = 1,
                                                                .offsets = first,
                                                                .given = 1 };
        row->fits = d == 0 ? fit : row->fits;
    }
    account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, state->open_account);
    account->adopted[0] = account->looked_at[0] = epoch;
    for (uint32_t standing = 1; standing <= subjects; standing++)
        state_mark_changed(state, standing);
}

static void measure_ranks(const boards_t *boards, unsigned subjects, uint64_t *random)
{
    static uint64_t samples[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t standing = 1 + (uint32_t)(measure_random(random) % subjects);
        uint64_t start = measure_now();
        uint32_t rank = boards_rank(boards, standing);
        samples[i] = measure_now() - start;
        if (rank == 0)
            abort();
    }
    double us = (double)measure_percentile(samples, ROUNDS, 500) / 1e3;
    printf("rank-of      limit    5.00 us  figure %8.2f us  ratio %.3f\n", us,
           us / 5.0);
}

static void measure_top(const boards_t *boards, const state_t *state, uint32_t group)
{
    static uint64_t samples[2000];
    static view_row_t rows[100];
    view_t view = { .account = state->open_account, .group = group, .count = 100 };
    view_head_t head;
    for (unsigned i = 0; i < 2000; i++) {
        uint64_t start = measure_now();
        if (boards_view(boards, state, &view, rows, &head) != STATUS_OK ||
            head.count != 100)
            abort();
        samples[i] = measure_now() - start;
    }
    double us = (double)measure_percentile(samples, 2000, 500) / 1e3;
    printf("top 100      limit   50.00 us  figure %8.2f us  ratio %.3f\n", us,
           us / 50.0);
}

/* Changes one rating each of `count` subjects and refreshes once. */
static void measure_refresh(boards_t *boards, state_t *state, unsigned subjects,
                            unsigned count, uint64_t *random)
{
    for (unsigned i = 0; i < count; i++) {
        uint32_t standing = 1 + (uint32_t)(measure_random(random) % subjects);
        standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
        cell_row_t *cell = TABLE_ROW(cell_row_t, &state->cells, row->cells);
        group_row_t *group = TABLE_ROW(group_row_t, &state->groups, cell->groups);
        group->y = (int64_t)MILLE * (int64_t)(6000 + measure_random(random) % 4000) *
                   CENTI_TO_MICRO;
        state_mark_changed(state, standing);
    }
    unsigned changed = state->changed.count;
    uint64_t start = measure_now();
    boards_refresh(boards, state);
    printf("refresh      %u changed subjects, %.2f us each\n", changed,
           (double)(measure_now() - start) / 1e3 / changed);
}

static void measure_board(boards_t *boards, state_t *state, uint32_t group,
                          unsigned subjects, uint64_t *random)
{
    measure_ranks(boards, subjects, random);
    measure_top(boards, state, group);
    measure_refresh(boards, state, subjects, 10000, random);
}

static void run(unsigned subjects)
{
    state_memory_t memory = { .take = take };
    state_limits_t limits;
    state_limits_default(&limits);
    static state_t state;
    memset(&state, 0, sizeof state);
    boards_t *boards = NULL;
    uint32_t group = 0;
    uint64_t random = 88172645463325252u, before = measure_resident();
    if (state_init(&state, &limits, &memory) != STATUS_OK ||
        boards_create(&memory, limits.rows[TABLE_standings], &boards) != STATUS_OK)
        abort();
    build_frame(&state, &group);
    code_t code = code_of("U", 1);
    uint32_t unit = table_add(&state.units, &code);
    for (unsigned i = 1; i <= subjects; i++)
        add_subject(&state, i, unit, group, &random);
    uint64_t start = measure_now();
    boards_refresh(boards, &state);
    printf("-- %u subjects, first refresh %.0f ms\n", subjects,
           (double)(measure_now() - start) / 1e6);
    double groups = (double)subjects * DIMENSIONS * INSPECTORS * sizeof(group_row_t);
    double each = ((double)(measure_resident() - before) - groups) / subjects;
    measure_board(boards, &state, group, subjects, &random);
    printf("memory       limit  512 bytes    figure %8.0f bytes a subject, code "
           "included\n",
           each);
    printf("group        limit   24 bytes    figure %8zu bytes\n", sizeof(group_row_t));
    adopt_epoch(&state, subjects);
    start = measure_now();
    boards_refresh(boards, &state);
    printf("-- %u subjects, an epoch adopted in %.0f ms\n", subjects,
           (double)(measure_now() - start) / 1e6);
    measure_board(boards, &state, group, subjects, &random);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        run((unsigned)strtoul(argv[1], NULL, 10));
        return 0;
    }
    run(10000);
    run(100000);
    run(1000000);
    return 0;
}
