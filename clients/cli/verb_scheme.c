/* verb_scheme.c - yx scheme check FILE ...: a scheme judged before it is proposed. */
#include "clients/cli/said.h"
#include "clients/cli/scheme_yaml.h"
#include "clients/cli/verb.h"
#include "clients/cli/yaml_line.h"
#include "clients/lab/scheme_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROPOSAL       "propose_scheme."
#define SOURCE_MAX     400u
#define CONTENTS_BYTES (64u * 1024u)

/* ---- what a good one holds ---- */

/* The name of the dimension or group with this number or place; "" never happens with a
 * scheme that was judged good. */
static const char *dimension_name(const json_t *scheme, uint32_t number)
{
    size_t index;
    const json_t *entry;
    json_array_foreach(json_object_get(scheme, "dimensions"), index, entry)
    {
        if (json_integer_value(json_object_get(entry, "number")) == (json_int_t)number)
            return json_string_value(json_object_get(entry, "name"));
    }
    return "";
}

static void say_group(said_t *said, const json_t *scheme, size_t index,
                      const judged_group_t *group)
{
    const json_t *entry = json_array_get(json_object_get(scheme, "groups"), index);
    said_words(said, said_pick(said, "  %s:", "  %s："),
               json_string_value(json_object_get(entry, "name")));
    for (uint32_t k = 0; k < group->weight_count; k++) {
        uint32_t weight = group->weights[k].weight;
        said_words(said, "%s %s %u.%02u%%", k > 0 ? said_pick(said, ",", "，") : "",
                   dimension_name(scheme, group->weights[k].dimension), weight / 100,
                   weight % 100);
    }
    said_words(said,
               said_pick(said,
                         "\n    ranked with %u ratings by %u inspectors in every "
                         "dimension",
                         "\n    每个维度至少 %u 次评分、%u 名考察员方可排名"),
               group->min_ratings, group->min_inspectors);
    if (group->min_observations > 0)
        said_words(
            said,
            said_pick(said, " and %u observations in all", "，合计至少 %u 次考察"),
            group->min_observations);
    said_words(said, "\n");
}

static status_t say_scheme(const cli_t *cli, const char *path, const json_t *scheme,
                           const judged_scheme_t *judged)
{
    buffer_t out;
    buffer_init(&out, CONTENTS_BYTES);
    said_t said = { .language = cli->language, .out = &out };
    said_words(&said,
               said_pick(&said,
                         "%s: good. %s: dimensions %zu, channels %zu, groups %zu\n",
                         "%s：通过。方案 %s：%zu 个维度，%zu 个渠道，%zu 个组\n"),
               path, json_string_value(json_object_get(scheme, "code")),
               json_array_size(json_object_get(scheme, "dimensions")),
               json_array_size(json_object_get(scheme, "channels")),
               json_array_size(json_object_get(scheme, "groups")));
    for (uint32_t i = 0; i < judged->group_count; i++)
        say_group(&said, scheme, i, &judged->groups[i]);
    status_t status = said_print(&said);
    buffer_fini(&out);
    return status;
}

/* ---- one file ---- */

/* "mine.yaml:7" before the reason, as compilers do it. */
static exit_t refuse(const cli_t *cli, const char *path, const char *text, size_t size,
                     status_t status, const fault_t *fault)
{
    char source[SOURCE_MAX];
    const char *place = fault->place;
    if (strncmp(place, PROPOSAL, sizeof PROPOSAL - 1) == 0)
        place += sizeof PROPOSAL - 1;
    (void)snprintf(source, sizeof source, "%.300s:%u", path,
                   yaml_line(text, size, place));
    return cli_refuse(cli, status, fault, source);
}

static exit_t check_scheme(const cli_t *cli, const char *path, const char *text,
                           size_t size, const json_t *scheme)
{
    judged_scheme_t judged;
    fault_t fault = { .place = "" };
    char *json = json_dumps(scheme, JSON_COMPACT);
    if (json == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, path);
    status_t status = scheme_judge(json, strlen(json), &judged, &fault);
    free(json);
    if (status != STATUS_OK)
        return refuse(cli, path, text, size, status, &fault);
    status = say_scheme(cli, path, scheme, &judged);
    return status == STATUS_OK ? EXIT_DONE : cli_refuse(cli, status, NULL, path);
}

static exit_t check_file(const cli_t *cli, const char *path)
{
    char reason[SCHEME_REASON_MAX];
    char *text;
    size_t size;
    json_t *scheme = NULL;
    status_t status = scheme_yaml_read(path, &text, &size, reason);
    if (status != STATUS_OK)
        return cli_refuse(cli, status, NULL, reason);
    status = scheme_yaml_parse(path, text, size, &scheme, reason);
    exit_t result = status == STATUS_OK ? check_scheme(cli, path, text, size, scheme)
                                        : cli_refuse(cli, status, NULL, reason);
    json_decref(scheme);
    free(text);
    return result;
}

exit_t verb_scheme(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    usage_t usage = verb_usage(cli, verb, "check FILE ...");
    usage.words_min = 2;
    usage.words_max = CLI_WORDS_MAX;
    cli_parse(cli, &usage, argc, argv, &words);
    if (strcmp(words.words[0], "check") != 0)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, words.words[0]);
    exit_t first = EXIT_DONE;
    for (unsigned i = 1; i < words.count; i++) {
        exit_t result = check_file(cli, words.words[i]);
        first = first == EXIT_DONE ? result : first;
    }
    return first;
}
