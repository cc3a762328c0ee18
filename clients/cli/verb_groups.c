/* verb_groups.c - yx groups: what the newest account ranks, by which scheme. */
#include "clients/cli/board_words.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "clients/cli/verb.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (256u * 1024u)

typedef struct {
    const cli_t *cli;
    status_t status;
} groups_t;

static status_t add_group(table_t *table, const group_info_t *group)
{
    char name[LABEL_BYTES_MAX + 1], ranked[16], subjects[16];
    char epoch[BOARD_CELL_BYTES_MAX], links[BOARD_CELL_BYTES_MAX] = "";
    size_t size = group->name.size <= LABEL_BYTES_MAX ? group->name.size : 0;
    (void)snprintf(name, sizeof name, "%.*s", (int)size,
                   size > 0 ? group->name.data : "");
    (void)snprintf(ranked, sizeof ranked, "%" PRIu32, group->ranked);
    (void)snprintf(subjects, sizeof subjects, "%" PRIu32, group->subjects);
    board_words_text(group->epoch, (text_t){ .data = "" }, epoch);
    if (group->components > 0)
        (void)snprintf(links, sizeof links, "%" PRIu32 "/%" PRIu32, group->components,
                       group->thin); /* fits */
    return cli_table_add(table,
                         (const char *const[]){ name, ranked, subjects, epoch, links });
}

static status_t print_table(const cli_t *cli, const groups_answer_t *groups)
{
    table_t *table = cli_table_create(5, 1u << 1 | 1u << 2 | 1u << 4);
    if (table == NULL)
        return STATUS_NO_MEMORY;
    buffer_t text;
    buffer_init(&text, TEXT_MAX);
    const char *const titles[] = { cli_pick(cli, "group", "比选组"),
                                   cli_pick(cli, "ranked", "有名次"),
                                   cli_pick(cli, "subjects", "对象数"),
                                   cli_pick(cli, "calibration", "校准"),
                                   cli_pick(cli, "components/thin", "连通块/弱连接") };
    status_t status = cli_table_add(table, titles);
    for (uint32_t i = 0; i < groups->group_count && status == STATUS_OK; i++)
        status = add_group(table, &groups->groups[i]);
    if (status == STATUS_OK)
        status = cli_table_write(table, cli->colour, &text);
    if (status == STATUS_OK)
        printf("%.*s", (int)text.size, (const char *)text.data);
    buffer_fini(&text);
    cli_table_destroy(&table);
    return status;
}

static void print_numbered(const char *title, const text_t *names, uint32_t count)
{
    printf("\n%s\n", title);
    for (uint32_t i = 0; i < count; i++) {
        if (names[i].size > 0) /* numbers may have gaps */
            printf("%4" PRIu32 "  %.*s\n", i + 1, (int)names[i].size, names[i].data);
    }
}

/* Which boards are shown although their ratings do not hang together, and why. */
static void print_overrides(const cli_t *cli, const groups_answer_t *groups)
{
    for (uint32_t i = 0; i < groups->group_count; i++) {
        const group_info_t *group = &groups->groups[i];
        if (group->override.size > 0)
            printf("%.*s %s%.*s\n", (int)group->name.size, group->name.data,
                   cli_pick(cli, "does not hang together, shown because: ",
                            "评分互不连通，例外显示："),
                   (int)group->override.size, group->override.data);
    }
}

static void print_groups(void *context, const answer_t *answer)
{
    groups_t *shown = context;
    const cli_t *cli = shown->cli;
    const groups_answer_t *groups = &answer->body.groups;
    if (cli->json || answer->kind != QUERY_GROUPS)
        return;
    printf("%s %.*s%s %.*s\n\n", cli_pick(cli, "account", "考核期"),
           (int)groups->account.size, groups->account.data,
           cli_pick(cli, ", scheme", "，方案"), (int)groups->scheme.size,
           groups->scheme.data);
    shown->status = print_table(cli, groups);
    print_overrides(cli, groups);
    print_numbered(cli_pick(cli, "dimensions", "维度"), groups->dimensions,
                   groups->dimension_count);
    print_numbered(cli_pick(cli, "channels", "渠道"), groups->channels,
                   groups->channel_count);
}

exit_t verb_groups(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    groups_t shown = { cli, STATUS_OK };
    usage_t usage = verb_usage(cli, verb, "");
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    query_t query = { .kind = QUERY_GROUPS };
    result = session_ask(&session, &query, print_groups, &shown);
    if (result == EXIT_DONE && shown.status != STATUS_OK)
        result = cli_refuse(cli, shown.status, NULL, NULL);
    session_close(&session);
    return result;
}
