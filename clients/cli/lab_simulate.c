/* lab_simulate.c - yx lab simulate WORLD: a world of known truth, made and scored. */
#include "clients/cli/lab.h"

#include "clients/lab/trial.h"
#include "clients/sheets/table_writer.h"
#include "proto/check.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SEED    's'
#define KEY_REPEAT  'n'
#define KEY_DENSE   'd'
#define KEY_RATINGS 'o'
#define CELL_CHARS  24u

enum {
    COLUMN_SUBJECT,
    COLUMN_UNIT,
    COLUMN_INSPECTOR,
    COLUMN_TEAM,
    COLUMN_NAME,
    COLUMN_VALUE
};
static const table_column_t rating_columns[] = {
    [COLUMN_SUBJECT] = { .header = "subject", .key = "subject" },
    [COLUMN_UNIT] = { .header = "unit", .key = "unit" },
    [COLUMN_INSPECTOR] = { .header = "inspector", .key = "inspector" },
    [COLUMN_TEAM] = { .header = "team", .key = "team" },
    [COLUMN_NAME] = { .header = "dimension", .key = "dimension" },
    [COLUMN_VALUE] = { .header = "value", .key = "value", .type = COLUMN_DECIMAL },
};
#define RATING_COLUMNS (sizeof rating_columns / sizeof rating_columns[0])

typedef struct {
    uint64_t seed, repeat;
    const char *ratings; /* file, or NULL */
    bool dense;
} asked_t;

/* ---- the ratings of a world ---- */

static status_t write_rating(table_writer_t *writer, const world_t *world, uint32_t i)
{
    const world_rating_t *rating = &world->ratings[i];
    char words[RATING_COLUMNS][CELL_CHARS];
    text_t cells[RATING_COLUMNS];
    (void)snprintf(words[COLUMN_SUBJECT], CELL_CHARS, "S%03u", rating->subject + 1);
    (void)snprintf(words[COLUMN_UNIT], CELL_CHARS, "U%02u",
                   world->unit_of[rating->subject] + 1);
    (void)snprintf(words[COLUMN_INSPECTOR], CELL_CHARS, "I%02u", rating->inspector + 1);
    (void)snprintf(words[COLUMN_TEAM], CELL_CHARS, "T%u",
                   world->team_of[rating->inspector] + 1);
    (void)snprintf(words[COLUMN_NAME], CELL_CHARS, "quality");
    (void)snprintf(words[COLUMN_VALUE], CELL_CHARS, "%u.%02u", rating->centi / 100,
                   rating->centi % 100);
    for (size_t k = 0; k < RATING_COLUMNS; k++)
        cells[k] = (text_t){ .data = words[k], .size = (uint32_t)strlen(words[k]) };
    return table_writer_row(writer, cells);
}

static status_t write_ratings(const world_t *world, const char *path,
                              table_format_t format)
{
    uint64_t rows;
    status_t status;
    table_writer_t *writer = table_writer_open(path, format, &status);
    if (writer == NULL)
        return status;
    status = table_writer_begin(writer, "ratings", rating_columns, RATING_COLUMNS);
    for (uint32_t i = 0; i < world->rating_count && status == STATUS_OK; i++)
        status = write_rating(writer, world, i);
    if (status == STATUS_OK)
        status = table_writer_finish(&writer, &rows);
    table_writer_abandon(&writer);
    if (status == STATUS_OK && rows != world->rating_count)
        status = STATUS_IO;
    return status;
}

/* ---- the figures ---- */

static void print_trial(char name, bool dense, const char *seed, const trial_t *trial)
{
    printf("%c,%s,%s,%u,%u,%u,%.3f,%.3f,", name, dense ? "dense" : "sparse", seed,
           trial->ratings, trial->components, trial->thin, trial->plain, trial->score);
    if (trial->sets)
        printf("%.3f,%.1f\n", trial->covered, trial->width);
    else
        puts(",");
}

static void print_mean(char name, bool dense, const trial_t *sum, uint64_t count)
{
    double n = (double)count;
    printf("%c,%s,mean,,,,%.3f,%.3f,", name, dense ? "dense" : "sparse", sum->plain / n,
           sum->score / n);
    if (sum->sets)
        printf("%.3f,%.1f\n", sum->covered / n, sum->width / n);
    else
        puts(",");
}

static void add_trial(trial_t *sum, const trial_t *one)
{
    sum->plain += one->plain;
    sum->score += one->score;
    sum->covered += one->covered;
    sum->width += one->width;
    sum->sets = sum->sets && one->sets;
}

/* The first world's ratings go into the file; the world is the caller's. */
static status_t run(world_t *world, char name, const asked_t *asked,
                    table_format_t format)
{
    trial_t one, sum = { .sets = true };
    char seed[CELL_CHARS];
    uint32_t flags = world_flags(name) | (asked->dense ? WORLD_DENSE : 0u);
    status_t status = STATUS_OK;
    puts("world,density,seed,ratings,components,thin_teams,tau_plain,tau_score,"
         "coverage,width");
    for (uint64_t i = 0; i < asked->repeat && status == STATUS_OK; i++) {
        status = trial_run(world, flags, asked->seed + i, &one);
        if (status == STATUS_OK && i == 0 && asked->ratings != NULL)
            status = write_ratings(world, asked->ratings, format);
        if (status != STATUS_OK)
            break;
        (void)snprintf(seed, sizeof seed, "%llu",
                       (unsigned long long)(asked->seed + i));
        print_trial(name, asked->dense, seed, &one);
        add_trial(&sum, &one);
    }
    if (status == STATUS_OK && asked->repeat > 1)
        print_mean(name, asked->dense, &sum, asked->repeat);
    return status;
}

/* ---- the verb ---- */

static bool read_number(const char *text, uint64_t low, uint64_t high, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *out = value;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
           value >= low && value <= high;
}

static error_t on_option(int key, const char *value, void *input)
{
    asked_t *asked = input;
    switch (key) {
    case KEY_SEED:
        return read_number(value, 0, UINT64_MAX - LAB_REPEAT_MAX, &asked->seed)
                   ? 0
                   : EINVAL;
    case KEY_REPEAT:
        return read_number(value, 1, LAB_REPEAT_MAX, &asked->repeat) ? 0 : EINVAL;
    case KEY_DENSE:
        asked->dense = true;
        return 0;
    case KEY_RATINGS:
        asked->ratings = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static exit_t refuse_world(const cli_t *cli, const char *name)
{
    (void)fprintf(
        stderr,
        cli_pick(cli,
                 "yx lab simulate: there is no world \"%s\"; the worlds are A to I\n",
                 "yx lab simulate：没有世界“%s”，可用 A 至 I\n"),
        name);
    return EXIT_USAGE;
}

static exit_t refuse_file(const cli_t *cli, const char *path)
{
    (void)fprintf(
        stderr,
        cli_pick(cli,
                 "yx lab simulate: \"%s\" should end with .csv, .xlsx or .ndjson\n",
                 "yx lab simulate：“%s”应以 .csv、.xlsx 或 .ndjson 结尾\n"),
        path);
    return EXIT_USAGE;
}

exit_t lab_simulate(cli_t *cli, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "seed", KEY_SEED, "N", 0, "Of the first world, 1 unless given", 0 },
        { "repeat", KEY_REPEAT, "N", 0, "So many worlds, 1 to 1000, and their mean",
          0 },
        { "dense", KEY_DENSE, NULL, 0, "9 to 24 ratings a subject instead of 3 to 8",
          0 },
        { "ratings-out", KEY_RATINGS, "FILE", 0, "The first world's ratings as a table",
          0 },
        { 0 }
    };
    asked_t asked = { .seed = 1, .repeat = 1 };
    table_format_t format = TABLE_CSV;
    words_t words;
    const usage_t usage = {
        .name = "lab simulate",
        .args = "WORLD",
        .help = cli_pick(cli, "Make a world of known truth and score it",
                         "生成真值已知的模拟数据并计分"),
        .example = "  yx lab simulate B --repeat 10\n"
                   "  yx lab simulate C --dense --seed 7 --ratings-out ratings.csv",
        .options = options,
        .words_min = 1,
        .words_max = 1,
        .option = on_option,
        .input = &asked,
    };
    cli_parse(cli, &usage, argc, argv, &words);
    const char *name = words.words[0];
    if (strlen(name) != 1 || world_flags(name[0]) == UINT32_MAX)
        return refuse_world(cli, name);
    if (asked.ratings != NULL && !table_format_of(asked.ratings, &format))
        return refuse_file(cli, asked.ratings);
    world_t *world = calloc(1, sizeof *world);
    if (world == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    status_t status = run(world, name[0], &asked, format);
    free(world);
    return status == STATUS_OK ? EXIT_DONE
                               : cli_refuse(cli, status, NULL, asked.ratings);
}
