/* lab_score.c - yx lab score RATINGS: the board of a table, without a broker. */
#include "clients/cli/lab.h"

#include "clients/cli/lab_view.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KEY_PRIOR    'p'
#define KEY_OVERRIDE 'r'
#define KEY_VIEW     'v'
#define KEY_GROUP    'g'

typedef struct {
    const char *reason; /* of --override, or NULL */
    const char *view, *group;
} asked_t;

/* ---- what is told on standard error ---- */

/* Why the prior, or a part of it, was kept. */
static const char *kept_words(const cli_t *cli, uint32_t kept)
{
    if (kept & KEPT_TOO_FEW)
        return cli_pick(cli, "; prior kept: fewer than 2 subjects or inspectors",
                        "；沿用初始参数：对象或考察员不足 2");
    if (kept & KEPT_NO_NOISE)
        return cli_pick(cli, "; prior kept: the ratings leave no rest to tell from",
                        "；沿用初始参数：评分没有差异，无法估计");
    if (kept & KEPT_NO_SPREAD)
        return cli_pick(cli, "; kappa kept: subjects do not differ",
                        "；沿用 kappa：对象之间无差异");
    if (kept & KEPT_NOT_CONVERGED)
        return cli_pick(cli, "; the fit had not come to rest", "；拟合未完全收敛");
    if (kept & KEPT_CORRELATION)
        return cli_pick(cli, "; rho kept: too few repeated pairs",
                        "；沿用 rho：重复评分太少");
    return "";
}

static void tell_fit(const cli_t *cli, const char *name, const place_fit_t *told,
                     view_kind_t kind)
{
    const fit_t *fit = &told->fit;
    (void)fprintf(stderr,
                  cli_pick(cli, "%s: components %u, thin links %u",
                           "%s：连通分量 %u，薄弱联系 %u"),
                  name, told->components, told->thin);
    if (kind == VIEW_FITTED && told->fitted)
        (void)fprintf(
            stderr,
            "; mu %lld, kappa %lld, rho %lld, s2 %lld; variances %lld subject, "
            "%lld unit, %lld inspector, %lld team, %lld rest",
            (long long)fit->parameters.mu, (long long)fit->parameters.kappa,
            (long long)fit->parameters.rho, (long long)fit->parameters.s2,
            (long long)fit->variances[TERM_SUBJECT],
            (long long)fit->variances[TERM_UNIT],
            (long long)fit->variances[TERM_INSPECTOR],
            (long long)fit->variances[TERM_TEAM], (long long)fit->residual);
    (void)fprintf(stderr, "%s\n",
                  kind == VIEW_PRIOR   ? cli_pick(cli, "; prior", "；初始参数")
                  : kind == VIEW_EPOCH ? cli_pick(cli, "; epoch", "；校准参数")
                                       : kept_words(cli, fit->kept));
}

static void tell(const cli_t *cli, const lab_view_t *view, const places_t *places)
{
    const ratings_t *ratings = view->ratings;
    for (uint32_t k = 0; k < places->dimension_count; k++)
        if (view->weights[k] > 0)
            tell_fit(cli, ratings->dimensions.names[k], &places->fits[k], view->kind);
    if (ratings->other_columns > 0)
        (void)fprintf(
            stderr,
            cli_pick(cli, "%u other columns are not used\n", "另有 %u 列未使用\n"),
            ratings->other_columns);
    if (places->ranked == 0)
        (void)fprintf(
            stderr,
            cli_pick(cli,
                     "nobody is ranked: that takes %u ratings by %u inspectors in "
                     "every dimension\n",
                     "无人参与排名：每个维度须有 %u 次评分、%u 名考察员\n"),
            view->ratings_min, view->inspectors_min);
}

static exit_t refuse_board(const cli_t *cli)
{
    (void)fprintf(stderr, "%s\n",
                  cli_pick(cli,
                           "the board is refused: subjects of different components, or "
                           "over a thin link, cannot\nbe compared. Let teams visit "
                           "each other's subjects, or give --override REASON",
                           "不予排名：不同连通分量或联系薄弱的对象之间不可比。\n"
                           "请安排交叉考察，或以 --override 说明理由"));
    return EXIT_REFUSED;
}

/* ---- the board ---- */

/* One cell of CSV; what a spreadsheet takes for a formula gets an apostrophe. */
static void print_cell(const char *before, const char *text)
{
    (void)fputs(before, stdout);
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        (void)putchar('"');
    if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
        (void)putchar('\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            (void)putchar('"');
        (void)putchar(*at);
    }
    if (quoted)
        (void)putchar('"');
}

static void print_place(const ratings_t *ratings, const places_t *places,
                        const place_t *place, const asked_t *asked)
{
    const char *interval = places->sets ? "set" : "wide";
    print_cell("", ratings->subjects.names[place->subject]);
    if (place->rank > 0)
        printf(",%u,%lld,%u,%u,%s,", place->rank, (long long)place->total, place->low,
               place->high, place->provisional ? "provisional" : "ranked");
    else
        printf(",,%lld,,,not ranked,", (long long)place->total);
    printf("%u,%u,%s", place->ratings, place->inspectors,
           place->rank > 0 ? interval : "");
    print_cell(",", asked->reason != NULL && !places->connected ? asked->reason : "");
    (void)putchar('\n');
}

static exit_t print_board(const cli_t *cli, const lab_view_t *view,
                          const asked_t *asked)
{
    const ratings_t *ratings = view->ratings;
    places_t *places;
    status_t status = places_make(view, &places);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, NULL);
    tell(cli, view, places);
    if (!places->connected && asked->reason == NULL) {
        places_destroy(&places);
        return refuse_board(cli);
    }
    puts(
        "subject,rank,total,low,high,sufficiency,ratings,inspectors,interval,override");
    for (uint32_t i = 0; i < places->count; i++)
        print_place(ratings, places, &places->places[i], asked);
    places_destroy(&places);
    return lab_finish(cli);
}

/* ---- the verb ---- */

static error_t on_option(int key, const char *value, void *input)
{
    asked_t *asked = input;
    switch (key) {
    case KEY_PRIOR:
        asked->view = "prior";
        return 0;
    case KEY_VIEW:
        asked->view = value;
        return 0;
    case KEY_GROUP:
        asked->group = value;
        return 0;
    case KEY_OVERRIDE:
        asked->reason = value;
        return value[0] != '\0' ? 0 : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

exit_t lab_score(cli_t *cli, int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "no-calibrate", KEY_PRIOR, NULL, 0, "Under the default prior", 0 },
        { "override", KEY_OVERRIDE, "REASON", 0,
          "A board even of what cannot be compared; it shows the reason", 0 },
        { "view", KEY_VIEW, "VIEW", 0,
          "[SCHEME.yaml][+][prior | fitted | EPOCH.csv]; fitted unless given", 0 },
        { "group", KEY_GROUP, "GROUP", 0, "Of a scheme or an epoch with several", 0 },
        { 0 }
    };
    asked_t asked = { .view = "fitted" };
    lab_view_t view;
    exit_t result;
    words_t words;
    const usage_t usage = {
        .name = "lab score",
        .args = "RATINGS.csv",
        .help = cli_pick(cli, "The board of a table of ratings", "为评分表计分排名"),
        .example = "  yx lab score ratings.csv > board.csv\n"
                   "  yx lab score ratings.csv --no-calibrate\n"
                   "  yx lab score ratings.csv --view dingtao.yaml+E1.csv --group "
                   "党政正职",
        .options = options,
        .words_min = 1,
        .words_max = 1,
        .option = on_option,
        .input = &asked,
    };
    cli_parse(cli, &usage, argc, argv, &words);
    ratings_t *ratings = lab_read_ratings(cli, words.words[0], &result);
    if (ratings == NULL)
        return result;
    result = lab_view_read(cli, asked.view, asked.group, ratings, &view);
    if (result == EXIT_DONE)
        result = print_board(cli, &view, &asked);
    view_fini(&view);
    ratings_destroy(&ratings);
    return result;
}
