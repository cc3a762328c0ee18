/* verb_help.c - yx help [VERB | errors | json | KIND]. */
#include "clients/cli/verb.h"

#include "proto/json.h"
#include <stdio.h>
#include <string.h>

static void print_status(const cli_t *cli, status_t status)
{
    const char *rule = status_rule(status);
    printf("E%u  %s%s%s\n       %s\n", (unsigned)status,
           cli_pick(cli, status_text(status), status_text_zh(status)),
           rule[0] != '\0' ? "  " : "", rule,
           cli_pick(cli, status_next(status), status_next_zh(status)));
}

static void print_errors(const cli_t *cli)
{
#define X(name, value, rule, text) name,
    static const status_t all[] = { STATUS_LIST(X) };
#undef X
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] != STATUS_OK)
            print_status(cli, all[i]);
    }
}

static void print_field(void *context, const char *path, const char *type, int required)
{
    const cli_t *cli = context;
    const char *dot = strrchr(path, '.');
    const char *chinese = words_field_zh(dot != NULL ? dot + 1 : path);
    bool shown = cli->language == LANGUAGE_CHINESE && chinese != NULL;
    printf("  %-22s %s%s%s%s\n", path, type,
           required ? cli_pick(cli, "  (required)", "  （必填）") : "",
           shown ? "  " : "", shown ? chinese : "");
}

static bool print_kind(const cli_t *cli, const char *kind)
{
    cli_t copy = *cli;
    static const char title[] = "yx put ";
    bool first = json_describe(kind, print_field, &copy) == STATUS_OK;
    if (first)
        printf("\n%s%s FIELD=VALUE ...   {\"FIELD\": VALUE, ...}\n", title, kind);
    return first;
}

static void print_json_help(const cli_t *cli)
{
    puts(cli_pick(
        cli,
        "With --json standard output is one JSON object a line; refusals are also told "
        "in\n"
        "words on standard error, and the exit code says the same as without it.\n\n"
        "whoami, ping, groups, board, explain, admin digest|scrub|stats: each Reply of "
        "the\n"
        "broker, fields by their names in proto/wire.proto, bytes in hexadecimal; a "
        "long\n"
        "answer is several lines, answer.part 0 to answer.parts - 1.\n\n"
        "put, observe: for each command {\"line\", \"number\", \"status\", \"name\", "
        "\"seq\",\n"
        "\"place\", \"detail\"}: line of the input (not for words of the command "
        "line),\n"
        "number in the outbox (not when it was refused here), status 0 = accepted; "
        "seq\n"
        "only when accepted, place and detail only when refused.\n"
        "What is kept in the outbox instead (exit code 7): \"line\" or \"why\", "
        "\"entry\", \"state\".\n"
        "review, retract, admin revoke|set-principal: number, status, name, seq.\n"
        "outbox: first the counts, then each entry; outbox send: accepted, refused, "
        "waiting.\n"
        "admin invite: {\"code\"}. enrol: {\"enrolled\": true}. export: {\"rows\"}.\n"
        "template: {\"written\": true}.\n\n"
        "watch: for each view {\"version\", \"live\", \"board\"}, without board when "
        "the "
        "broker\n"
        "is not heard, and when it is heard again. history, feed: for each record "
        "{\"seq\",\n"
        "\"time_ms\", \"hash\", \"kind\", \"principal\", \"late\", "
        "\"under_review\", \"withheld\",\n"
        "\"command\"}; what is absent or false is left out.",
        "加 --json 时，标准输出每行一个 JSON "
        "对象；被退回的内容同时在标准错误中以文字说明，\n"
        "退出码与不加时相同。\n\n"
        "whoami、ping、groups、board、explain、admin digest|scrub|stats：服务的每条 "
        "Reply "
        "消息，\n"
        "字段名同 proto/wire.proto，字节为十六进制；较长的答复分为多行，\n"
        "answer.part 从 0 到 answer.parts - 1。\n\n"
        "put、observe：每条命令 {\"line\", \"number\", \"status\", \"name\", \"seq\", "
        "\"place\",\n"
        "\"detail\"}"
        "：输入的行号（命令行输入时没有）、待发箱编号（在本机被退回时没有）、\n"
        "status 为 0 即已入账；seq 仅在已入账时有，place 与 detail 仅在被退回时有。\n"
        "未能发出而保存在待发箱时（退出码 7）：\"line\" 或 "
        "\"why\"、\"entry\"、\"state\"。\n"
        "review、retract、admin revoke|set-principal：number、status、name、seq。\n"
        "outbox：先是各状态条数，再逐条列出；outbox "
        "send：accepted、refused、waiting。\n"
        "admin invite：{\"code\"}。enrol：{\"enrolled\": true}。export：{\"rows\"}。\n"
        "template：{\"written\": true}。\n\n"
        "watch：每份视图 {\"version\", \"live\", "
        "\"board\"}；连接中断及恢复时各有一条不带 board 的。\n"
        "history、feed：每条记录 {\"seq\", \"time_ms\", \"hash\", \"kind\", "
        "\"principal\", \"late\",\n"
        "\"under_review\", \"withheld\", \"command\"}；没有或为否的不列出。"));
}

exit_t verb_help(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    words_t words;
    usage_t usage = verb_usage(cli, verb, "[VERB | errors | json | KIND]");
    usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    if (words.count == 0) {
        verb_list(cli);
        return EXIT_DONE;
    }
    const char *about = words.words[0];
    const verb_t *other = verb_find(about);
    if (strcmp(about, "errors") == 0) {
        print_errors(cli);
        return EXIT_DONE;
    }
    if (strcmp(about, "json") == 0) {
        print_json_help(cli);
        return EXIT_DONE;
    }
    if (print_kind(cli, about) && other == NULL)
        return EXIT_DONE;
    if (other == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, about);
    char help[] = "--help";
    char *args[] = { argv[0], help, NULL };
    return other->run(cli, other, 2, args);
}
