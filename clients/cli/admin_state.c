/* admin_state.c - yx admin digest, scrub, stats. */
#include "clients/cli/admin.h"
#include "clients/cli/session.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct {
    const cli_t *cli;
    bool damaged;
} shown_t;

static exit_t ask(cli_t *cli, const usage_t *usage, query_kind_t kind, int argc,
                  char **argv, session_part_fn *part, shown_t *shown)
{
    session_t session;
    words_t words;
    cli_parse(cli, usage, argc, argv, &words);
    shown->cli = cli;
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result != EXIT_DONE)
        return result;
    query_t query = { .kind = kind };
    result = session_ask(&session, &query, part, shown);
    session_close(&session);
    return result;
}

/* ---- digest ---- */

static void print_hash(const char *title, const uint8_t hash[HASH_BYTES])
{
    printf("%s ", title);
    for (unsigned i = 0; i < HASH_BYTES; i++)
        printf("%02x", hash[i]);
    putchar('\n');
}

static void print_digest(void *context, const answer_t *answer)
{
    const shown_t *shown = context;
    const digest_answer_t *digest = &answer->body.digest;
    if (shown->cli->json || answer->kind != QUERY_DIGEST)
        return;
    printf("seq   %" PRIu64 "\n", answer->seq);
    print_hash("state", digest->state);
    print_hash("facts", digest->facts);
    print_hash("chain", digest->chain);
}

exit_t admin_digest(cli_t *cli, int argc, char **argv)
{
    shown_t shown = { .damaged = false };
    usage_t usage = { .name = "admin digest",
                      .args = "",
                      .help = cli_pick(cli, "Hashes of state, facts and journal",
                                       "状态、事实与台账的校验值"),
                      .example = "  yx admin digest" };
    return ask(cli, &usage, QUERY_DIGEST, argc, argv, print_digest, &shown);
}

/* ---- scrub ---- */

static void print_scrub(void *context, const answer_t *answer)
{
    shown_t *shown = context;
    const cli_t *cli = shown->cli;
    const scrub_answer_t *scrub = &answer->body.scrub;
    if (answer->kind != QUERY_SCRUB)
        return;
    shown->damaged = scrub->damaged_seq != 0;
    if (cli->json)
        return;
    printf("%s %" PRIu64 "\n", cli_pick(cli, "good records", "完好记录"),
           scrub->records);
    if (shown->damaged)
        printf("%s %" PRIu64 ": %.*s\n", cli_pick(cli, "damaged at seq", "损坏处序号"),
               scrub->damaged_seq, (int)scrub->damage.size,
               scrub->damage.size > 0 ? scrub->damage.data : "");
}

exit_t admin_scrub(cli_t *cli, int argc, char **argv)
{
    shown_t shown = { .damaged = false };
    usage_t usage = { .name = "admin scrub",
                      .args = "",
                      .help = cli_pick(cli, "Read every record and check it",
                                       "逐条检查台账记录"),
                      .example = "  yx admin scrub --timeout 600" };
    exit_t result = ask(cli, &usage, QUERY_SCRUB, argc, argv, print_scrub, &shown);
    if (result != EXIT_DONE || !shown.damaged)
        return result;
    return cli_refuse(cli, STATUS_DAMAGED, NULL, NULL);
}

/* ---- stats ---- */

static void print_stats(void *context, const answer_t *answer)
{
    const shown_t *shown = context;
    const stats_answer_t *stats = &answer->body.stats;
    if (shown->cli->json || answer->kind != QUERY_STATS)
        return;
    for (uint32_t i = 0; i < stats->count; i++)
        printf("%-28s %" PRIu64 "\n", stats->counters[i].name,
               stats->counters[i].value);
}

exit_t admin_stats(cli_t *cli, int argc, char **argv)
{
    shown_t shown = { .damaged = false };
    usage_t usage = { .name = "admin stats",
                      .args = "",
                      .help = cli_pick(cli, "Counters of the broker", "服务运行计数"),
                      .example = "  yx admin stats" };
    return ask(cli, &usage, QUERY_STATS, argc, argv, print_stats, &shown);
}
