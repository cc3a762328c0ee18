/* lab_view.c - see lab_view.h. */
#include "clients/cli/lab_view.h"

#include "clients/cli/scheme_yaml.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096u

exit_t lab_refuse_table(const cli_t *cli, const char *path,
                        const ratings_fault_t *fault)
{
    bool chinese = cli->language == LANGUAGE_CHINESE;
    const char *detail = chinese ? fault->detail_zh : fault->detail;
    (void)fprintf(stderr, "%s", path);
    if (fault->at.row > 0)
        (void)fprintf(stderr, cli_pick(cli, ", row %u", "，第 %u 行"), fault->at.row);
    if (fault->at.column > 0)
        (void)fprintf(stderr, cli_pick(cli, ", column %u", "，第 %u 列"),
                      fault->at.column);
    if (fault->column != NULL)
        (void)fprintf(stderr, cli_pick(cli, " (%s)", "（%s）"), fault->column);
    (void)fprintf(stderr, ": %s%s%s [E%u]\n", reason_words(fault->at.reason, chinese),
                  detail[0] != '\0' ? " - " : "", detail,
                  (unsigned)reason_code(fault->at.reason));
    return fault->at.reason == REASON_NOT_FOUND ? EXIT_USAGE : EXIT_REFUSED;
}

ratings_t *lab_read_ratings(const cli_t *cli, const char *path, exit_t *result)
{
    ratings_fault_t fault;
    ratings_t *ratings = ratings_read(path, &fault);
    *result = ratings != NULL ? EXIT_DONE : lab_refuse_table(cli, path, &fault);
    return ratings;
}

exit_t lab_finish(const cli_t *cli)
{
    errno = 0;
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || errno == EPIPE)
        return EXIT_DONE;
    return cli_refuse(cli, STATUS_IO, NULL, NULL);
}

/* ---- a scheme ---- */

static exit_t refuse_names(const cli_t *cli, const char *path, status_t status,
                           const char *group, const char *what)
{
    if (status == STATUS_UNKNOWN_DIMENSION)
        (void)fprintf(stderr,
                      cli_pick(cli,
                               "%s: the ratings have no dimension \"%s\", which the "
                               "scheme weighs. Use its names in the table [E%u]\n",
                               "%s：评分表中没有方案所列的维度“%s”，请在表中使用方案的"
                               "维度名称 [E%u]\n"),
                      path, what, (unsigned)status);
    else if (group == NULL)
        (void)fprintf(stderr,
                      cli_pick(cli,
                               "%s: the scheme has several groups; choose one with "
                               "--group [E%u]\n",
                               "%s：方案含多个比选组，请以 --group 指定 [E%u]\n"),
                      path, (unsigned)status);
    else
        (void)fprintf(stderr,
                      cli_pick(cli, "%s: the scheme has no group \"%s\" [E%u]\n",
                               "%s：方案中没有比选组“%s” [E%u]\n"),
                      path, group, (unsigned)status);
    return EXIT_REFUSED;
}

static exit_t judge(const cli_t *cli, const char *path, const json_t *object,
                    const char *group, lab_view_t *view)
{
    judged_scheme_t scheme;
    fault_t fault = { .place = "" };
    const char *what;
    char *json = json_dumps(object, JSON_COMPACT);
    if (json == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, path);
    status_t status = scheme_judge(json, strlen(json), &scheme, &fault);
    free(json);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, &fault, path);
    status = view_take_scheme(view, &scheme, group, &what);
    if (status == STATUS_OK)
        return EXIT_DONE;
    return refuse_names(cli, path, status, group, what);
}

static exit_t take_scheme(const cli_t *cli, const char *path, const char *group,
                          lab_view_t *view)
{
    char reason[SCHEME_REASON_MAX];
    json_t *object = NULL;
    status_t status = scheme_yaml_load(path, &object, reason);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, reason);
    exit_t result = judge(cli, path, object, group, view);
    json_decref(object);
    return result;
}

/* ---- the words ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);
    return size > tail && strcmp(text + size - tail, end) == 0;
}

static bool is_scheme(const char *path)
{
    return ends_with(path, ".yaml") || ends_with(path, ".yml");
}

static exit_t take_numbers(const cli_t *cli, const char *words, const char *group,
                           lab_view_t *view)
{
    ratings_fault_t fault;
    if (words[0] == '\0' || strcmp(words, "prior") == 0)
        return EXIT_DONE;
    if (strcmp(words, "fitted") == 0) {
        view->kind = VIEW_FITTED;
        return EXIT_DONE;
    }
    if (!ends_with(words, ".csv") && !ends_with(words, ".xlsx"))
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words);
    return view_take_epoch(view, words, group, &fault)
               ? EXIT_DONE
               : lab_refuse_table(cli, words, &fault);
}

exit_t lab_view_read(const cli_t *cli, const char *words, const char *group,
                     const ratings_t *ratings, lab_view_t *view)
{
    char scheme[PATH_BYTES];
    const char *plus = strrchr(words, '+');
    size_t size = plus != NULL ? (size_t)(plus - words) : strlen(words);
    view_init(view, ratings, VIEW_PRIOR);
    if (size >= sizeof scheme)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words);
    memcpy(scheme, words, size);
    scheme[size] = '\0';
    if (!is_scheme(scheme))
        return take_numbers(cli, words, group, view);
    exit_t result = take_scheme(cli, scheme, group, view);
    return result == EXIT_DONE
               ? take_numbers(cli, plus != NULL ? plus + 1 : "", group, view)
               : result;
}
