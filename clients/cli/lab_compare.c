/* lab_compare.c - yx lab compare RATINGS A B: who moves between two views, and why. */
#include "clients/cli/csv_line.h"
#include "clients/cli/lab.h"
#include "clients/cli/lab_view.h"
#include "clients/lab/moves.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_GROUP  'g'
#define COLUMNS    11u
#define CELL_CHARS 24u

typedef struct {
    const char *group, *before, *after;
} asked_t;

static void put_rank(char cell[CELL_CHARS], uint32_t rank)
{
    cell[0] = '\0';
    if (rank > 0)
        (void)snprintf(cell, CELL_CHARS, "%" PRIu32, rank);
}

static void put_amount(char cell[CELL_CHARS], int64_t amount)
{
    (void)snprintf(cell, CELL_CHARS, "%" PRId64, amount);
}

static void print_move(const ratings_t *ratings, const rank_move_t *move)
{
    char cells[COLUMNS][CELL_CHARS] = { { 0 } };
    put_rank(cells[1], move->before);
    put_rank(cells[2], move->after);
    if (move->before > 0 && move->after > 0)
        put_amount(cells[3], (int64_t)move->before - (int64_t)move->after);
    put_amount(cells[4], move->total_before);
    put_amount(cells[5], move->total_after);
    put_amount(cells[6], move->total_after - move->total_before);
    put_amount(cells[8], move->part);
    put_amount(cells[10], move->count);
    bool nobody = move->inspector == RATINGS_NONE;
    const char *line[COLUMNS] = { ratings->subjects.names[move->subject] };
    for (unsigned i = 1; i < COLUMNS; i++)
        line[i] = cells[i];
    line[7] = ratings->dimensions.names[move->dimension];
    line[9] = nobody ? "" : ratings->inspectors.names[move->inspector];
    csv_line(stdout, line, COLUMNS);
}

/* A view in which not all can be compared is told, not refused: ranks that mean nothing
 * are what the comparison may be about. */
static void tell_links(const cli_t *cli, const char *view, const places_t *places)
{
    if (!places->connected)
        (void)fprintf(
            stderr,
            cli_pick(cli,
                     "%s: subjects of different components, or over a thin link, "
                     "cannot be compared\n",
                     "%s：不同连通分量或联系薄弱的对象之间不可比\n"),
            view);
}

static exit_t print_moves(const cli_t *cli, const ratings_t *ratings,
                          const asked_t *asked, const places_t *before,
                          const places_t *after)
{
    static const char *const heads[COLUMNS] = {
        "subject", "rank_a",    "rank_b",       "places",    "total_a",     "total_b",
        "change",  "dimension", "dimension_by", "inspector", "inspector_by"
    };
    rank_moves_t moves;
    status_t status = moves_make(ratings, before, after, &moves);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, NULL);
    tell_links(cli, asked->before, before);
    if (strcmp(asked->before, asked->after) != 0)
        tell_links(cli, asked->after, after);
    (void)fprintf(stderr,
                  cli_pick(cli,
                           "A = %s, B = %s: ranked on both %u, of these moved %u, at "
                           "most %u places; tau-b %s%" PRId64 ".%03" PRId64 "\n",
                           "A = %s，B = %s：两榜均排名 %u 个，其中变动 %u 个，最多 %u "
                           "位；tau-b %s%" PRId64 ".%03" PRId64 "\n"),
                  asked->before, asked->after, moves.ranked, moves.moved, moves.largest,
                  moves.tau < 0 ? "-" : "", llabs(moves.tau) / 1000,
                  llabs(moves.tau) % 1000);
    csv_line(stdout, heads, COLUMNS);
    for (uint32_t i = 0; i < moves.count; i++)
        print_move(ratings, &moves.moves[i]);
    free(moves.moves);
    return lab_finish(cli);
}

/* The board of one view; NULL: refused. */
static places_t *look(const cli_t *cli, const char *words, const char *group,
                      const ratings_t *ratings, exit_t *result)
{
    lab_view_t view;
    places_t *places = NULL;
    *result = lab_view_read(cli, words, group, ratings, &view);
    if (*result == EXIT_DONE) {
        status_t status = places_make(&view, &places);
        if (status != STATUS_OK)
            *result = cli_refuse(cli, status, NULL, words);
    }
    view_fini(&view);
    return places;
}

static exit_t compare(const cli_t *cli, const ratings_t *ratings, const asked_t *asked)
{
    exit_t result;
    places_t *after = NULL;
    places_t *before = look(cli, asked->before, asked->group, ratings, &result);
    if (before != NULL)
        after = look(cli, asked->after, asked->group, ratings, &result);
    if (after != NULL)
        result = print_moves(cli, ratings, asked, before, after);
    places_destroy(&before);
    places_destroy(&after);
    return result;
}

static error_t on_option(int key, const char *value, void *input)
{
    asked_t *asked = input;
    if (key != KEY_GROUP)
        return ARGP_ERR_UNKNOWN;
    asked->group = value;
    return 0;
}

exit_t lab_compare(cli_t *cli, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "group", KEY_GROUP, "GROUP", 0, "Of a scheme or an epoch with several", 0 },
        { 0 }
    };
    asked_t asked = { 0 };
    words_t words;
    const usage_t usage = {
        .name = "lab compare",
        .args = "RATINGS.csv A B",
        .help = cli_pick(cli, "Who moves between two ways to look at a table, and why",
                         "比较两种计分方式：谁的名次变动、为什么"),
        .example = "  yx lab compare ratings.csv prior fitted\n"
                   "  yx lab compare ratings.csv old.yaml new.yaml --group 一线干部\n"
                   "  yx lab compare ratings.csv E1.csv E2.csv > moves.csv\n"
                   "A and B: [SCHEME.yaml][+][prior | fitted | EPOCH.csv]; "
                   "docs/laboratory.md tells more.",
        .options = options,
        .words_min = 3,
        .words_max = 3,
        .option = on_option,
        .input = &asked,
    };
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result;
    asked.before = words.words[1];
    asked.after = words.words[2];
    ratings_t *ratings = lab_read_ratings(cli, words.words[0], &result);
    if (ratings == NULL)
        return result;
    result = compare(cli, ratings, &asked);
    ratings_destroy(&ratings);
    return result;
}
