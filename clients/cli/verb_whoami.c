/* verb_whoami.c - yx whoami and yx ping. */
#include "clients/cli/role_words.h"
#include "clients/cli/session.h"
#include "clients/cli/verb.h"

#include <inttypes.h>
#include <stdio.h>

static void print_text(const char *title, text_t text)
{
    if (text.size > 0)
        printf("%s %.*s\n", title, (int)text.size, text.data);
}

static void print_roles(const cli_t *cli, uint32_t roles)
{
    printf("%s", cli_pick(cli, "roles    ", "角色"));
    for (unsigned role = 1; role < ROLE_COUNT; role++) {
        if ((roles >> role & 1) != 0)
            printf(" %s", role_words(cli, (role_t)role));
    }
    putchar('\n');
}

static void print_list(const char *title, const text_t *texts, uint32_t count)
{
    if (count == 0)
        return;
    printf("%s", title);
    for (uint32_t i = 0; i < count; i++)
        printf(" %.*s", (int)texts[i].size, texts[i].data);
    putchar('\n');
}

static void print_whoami(void *context, const answer_t *answer)
{
    const cli_t *cli = context;
    const whoami_answer_t *who = &answer->body.whoami;
    if (cli->json || answer->kind != QUERY_WHOAMI)
        return;
    print_text(cli_pick(cli, "principal", "身份"), who->principal);
    print_roles(cli, who->roles);
    print_text(cli_pick(cli, "person   ", "人员"), who->person);
    print_list(cli_pick(cli, "units    ", "单位"), who->units, who->unit_count);
    print_list(cli_pick(cli, "groups   ", "比选组"), who->groups, who->group_count);
    if (who->everything)
        puts(cli_pick(cli, "scope     everything", "范围 全部"));
    printf("%s ", cli_pick(cli, "journal  ", "台账"));
    for (unsigned i = 0; i < JOURNAL_ID_BYTES; i++)
        printf("%02x", who->journal_id[i]);
    putchar('\n');
    print_text(cli_pick(cli, "broker   ", "服务版本"), who->version);
    if (who->demo.rate != 0)
        printf("%s x %" PRIu32 "\n", cli_pick(cli, "demonstration clock", "演示时钟"),
               who->demo.rate);
}

exit_t verb_whoami(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    usage_t usage = verb_usage(cli, verb, "");
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    query_t query = { .kind = QUERY_WHOAMI };
    result = session_ask(&session, &query, print_whoami, cli);
    session_close(&session);
    return result;
}

exit_t verb_ping(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    double milliseconds = 0;
    usage_t usage = verb_usage(cli, verb, "");
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    result = session_ping(&session, &milliseconds);
    if (result == EXIT_DONE && !cli->json)
        printf("%s %.2f %s\n",
               cli_pick(cli, "the broker answers in", "服务可用，应答用时"),
               milliseconds, cli_pick(cli, "ms", "毫秒"));
    session_close(&session);
    return result;
}
