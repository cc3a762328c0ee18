/* verbs.c - see verb.h: the table of verbs. */
#include "clients/cli/verb.h"

#include "proto/check.h"
#include <stdio.h>
#include <string.h>

static const verb_t verbs[] = {
    { "enrol", USER_EVERYBODY, "Make a profile with a one-time code",
      "用一次性代码登记本机身份",
      "  yx enrol yx1-... --broker tcp://broker.example:7750\n"
      "  yx enrol yx1-... --broker tcp://10.0.0.5:7750 --profile office",
      verb_enrol },
    { "whoami", USER_EVERYBODY, "Who the broker takes me for", "查看本机身份与权限",
      "  yx whoami", verb_whoami },
    { "ping", USER_EVERYBODY, "Whether the broker answers, and how fast",
      "检查能否连上服务", "  yx ping", verb_ping },
    { "groups", USER_EVERYBODY, "Comparison groups, dimensions and channels",
      "查看比选组、维度与渠道", "  yx groups", verb_groups },
    { "list", USER_EVERYBODY, "Units, schemes, projects, rounds, visits",
      "列出单位、方案、项目、轮次、走访",
      "  yx list units\n"
      "  yx list schemes dingtao-1\n"
      "  yx list projects --unit U010 --state stalled\n"
      "  yx list rounds\n"
      "  yx list visits R01",
      verb_list_things },
    { "board", USER_EVERYBODY, "The ranking of a comparison group", "查看比选组排名",
      "  yx board 领办专员\n"
      "  yx board 领办专员 --unit U010 --top 10\n"
      "  yx board 领办专员 --around C0001\n"
      "  yx board 领办专员 --unranked\n"
      "  yx board freeze 领办专员 --code 2025-h1 --wait\n"
      "  yx board frozen              all frozen boards\n"
      "  yx board frozen 2025-h1      one, with 95% rank sets\n"
      "  yx board override 领办专员 --reason 已安排补充走访\n"
      "  yx board override 领办专员 --lift",
      verb_board },
    { "watch", USER_EVERYBODY, "A ranking that moves as facts arrive", "实时查看排名",
      "  yx watch 领办专员\n"
      "  yx watch 领办专员 --unit U010 --top 20\n"
      "  yx watch 领办专员 --json --updates 10 | jq .board.rows[0]\n"
      "On a terminal ? shows the keys; into a pipe goes one line for each changed row.",
      verb_watch },
    { "explain", USER_EVERYBODY, "Where every point of a total comes from",
      "查看得分的每一条来源",
      "  yx explain C0001\n"
      "  yx explain C0001 --account 2025\n"
      "Figures are rounded to two decimals so that they still add up; --json has the\n"
      "exact whole numbers (micro-points).",
      verb_explain },
    { "epoch", USER_OFFICE, "Calibrations of the inspectors: ask for, read, adopt",
      "校准考察员宽严：提出、查看、采用",
      "  yx epoch calibrate 2025-h1 --wait\n"
      "  yx epoch list\n"
      "  yx epoch show 2025-h1        fits, offsets, who would move and why\n"
      "  yx epoch adopt 2025-h1       by another person than the one who asked\n"
      "  yx epoch drop 2025-h1 --text 数据不足\n"
      "  yx epoch compare 2025-h1 2025-h2",
      verb_epoch },
    { "plan", USER_OFFICE, "Whom to visit next, by which team, and what that gives",
      "下一步走访谁、由哪个组、有何改善",
      "  yx plan 领办专员\n"
      "  yx plan 领办专员 --team T1 --count 20\n"
      "  yx plan 领办专员 --csv > plan.csv",
      verb_plan },
    { "attention", USER_OFFICE, "What a rule noticed, for a person to look into",
      "查看规则提出的关注事项，交办、办结",
      "  yx attention --open\n"
      "  yx attention show Z0001\n"
      "  yx attention assign Z0001 L1\n"
      "  yx attention close Z0001 --text 已谈话核实，情况属实\n"
      "Nothing is discounted by itself: an item is a question, not a finding.",
      verb_attention },
    { "history", USER_EVERYBODY, "The records that concern one thing, newest first",
      "查看与某一对象有关的记录",
      "  yx history subject C0001\n"
      "  yx history project P001 --count 10\n"
      "  yx history inspector I01\n"
      "  yx history visit V001 --before 48213",
      verb_history },
    { "feed", USER_EVERYBODY, "Records in order, one JSON object a line, for services",
      "按顺序输出记录，供其他系统使用",
      "  yx feed --from 1 --count 100\n"
      "  yx feed --follow --state /var/lib/me/yixian.seq | my-consumer",
      verb_feed },
    { "import", USER_OFFICE, "Sheets (.xlsx, .csv) of an office: all rows or none",
      "导入表格（.xlsx、.csv）：全部或一行不入",
      "  yx import observations.xlsx --evidence files/ --dry-run\n"
      "  yx import 名册/ --evidence files/\n"
      "  yx import june.csv --kind observations --partial refused.csv\n"
      "  yx import district/ --scheme scheme.yaml --approve-profile other-person\n"
      "KIND: units, persons, subjects, projects, milestones, assignments, teams,\n"
      "inspectors, staff, rounds, visits, observations. docs/importing.md tells more.",
      verb_import },
    { "export", USER_EVERYBODY, "A board, observations or registry as a table file",
      "把排名、考察记录、名册导出为表格文件",
      "  yx export board 领办专员 -o board.xlsx\n"
      "  yx export board 领办专员 --unit U010 -o board.csv\n"
      "  yx export board 领办专员 --unranked -o open.ndjson\n"
      "  yx export board --frozen 2025-h1 -o frozen.xlsx\n"
      "  yx export observations -o observations.xlsx\n"
      "KIND: units, persons, subjects, projects, milestones, assignments, teams,\n"
      "inspectors, staff, rounds, visits, observations.",
      verb_export },
    { "help", USER_EVERYBODY, "Help on a verb, on errors, or on the fields of a kind",
      "查看命令、错误代码或栏目说明",
      "  yx help board\n"
      "  yx help errors\n"
      "  yx help json\n"
      "  yx help subject",
      verb_help },
    { "outbox", USER_EVERYBODY, "What was entered here, and what became of it",
      "查看待发箱：已录入的内容及其结果",
      "  yx outbox\n"
      "  yx outbox send              all that waits, at once\n"
      "  yx outbox send 12           a draft\n"
      "  yx outbox show 12\n"
      "  yx outbox mend 12 unit=U011 a refused one, as a new command\n"
      "  yx outbox drop 12           a refused one or a draft\n"
      "  yx outbox keep 30           forget what was accepted more than 30 days ago\n"
      "  yx outbox receipts -o receipts.ndjson",
      verb_outbox },
    { "verify", USER_EVERYBODY, "Check receipts without the broker", "离线校验回执文件",
      "  yx verify receipts.ndjson\n"
      "  yx verify receipts.ndjson --key 5f2c...   the broker's signing key",
      verb_verify },
    { "observe", USER_INSPECTOR, "Record what was observed", "记录考察情况",
      "  yx observe code=B0001 visit=V001 inspector=I01 subject=C0001 \\\n"
      "     channel=一线观察 担当精神=85.5 工作态度=90 narrative=现场处置及时。\n"
      "  yx observe code=B0002 ... polarity=NEGATIVE --evidence photo.png\n"
      "  yx observe --file observations.ndjson",
      verb_observe },
    { "retract", USER_INSPECTOR, "Take back an observation of one's own",
      "撤回本人的考察记录", "  yx retract B0001 --text 录入有误", verb_retract },
    { "review", USER_OFFICE, "Confirm or return a negative observation",
      "复核负面考察记录",
      "  yx review B0002 confirm --reviewer S01\n"
      "  yx review B0002 return --reviewer S01 --text 证据不足",
      verb_review },
    { "put", USER_OFFICE, "Enter units, people, schemes, rounds, visits ...",
      "录入单位、人员、方案、轮次、走访等",
      "  yx put unit code=U010 name=青岚镇 parent=U001\n"
      "  yx put subject code=C0001 kind=CADRE person=H0001 unit=U010 group=领办专员\n"
      "  yx put subject --file subjects.ndjson\n"
      "  yx put many --file - < everything.ndjson\n"
      "  yx put scheme dingtao-1.yaml\n"
      "  yx put approve_scheme code=dingtao-1",
      verb_put },
    { "template", USER_OFFICE,
      "An empty workbook to fill in, with lists to choose from",
      "生成待填写的空白表格，附填写说明",
      "  yx template subjects\n"
      "  yx template observations -o 考察记录.xlsx\n"
      "KIND: as of yx export. Columns of observations are those of the newest scheme.",
      verb_template },
    { "scheme", USER_OFFICE, "Check a scheme file before it is proposed",
      "提交之前检查方案文件",
      "  yx scheme check schemes/dingtao.yaml\n"
      "  yx scheme check mine.yaml && yx put scheme mine.yaml\n"
      "Needs no broker. docs/schemes.md teaches how to write one.",
      verb_scheme },
    { "lab", USER_OFFICE, "A laboratory for ranking, without a broker",
      "排名实验室，无需连接服务",
      "  yx lab score ratings.csv > board.csv\n"
      "  yx lab compare ratings.csv prior fitted > moves.csv\n"
      "  yx lab simulate B --repeat 10\n"
      "  yx lab simulate C --dense --ratings-out ratings.csv\n"
      "docs/laboratory.md tells more.",
      verb_lab },
    { "admin", USER_ADMIN, "Principals, keys and the state of the broker",
      "管理用户、密钥与服务状态",
      "  yx admin invite I01 --role inspector --person H0001 --unit U001\n"
      "  yx admin set-principal I01 --role inspector,reviewer --unit U001\n"
      "  yx admin revoke I01\n"
      "  yx admin digest | scrub | stats",
      verb_admin },
};
#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

const verb_t *verb_at(unsigned index)
{
    return index < VERB_COUNT ? &verbs[index] : NULL;
}

const verb_t *verb_find(const char *name)
{
    CHECK(name != NULL);
    for (unsigned i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

usage_t verb_usage(const cli_t *cli, const verb_t *verb, const char *args)
{
    return (usage_t){ .name = verb->name,
                      .args = args,
                      .help = cli_pick(cli, verb->help, verb->help_zh),
                      .example = verb->example };
}

void verb_list(const cli_t *cli)
{
    static const char *const users[USER_COUNT][2] = {
        [USER_EVERYBODY] = { "Everybody", "所有人" },
        [USER_INSPECTOR] = { "Inspectors", "考察员" },
        [USER_OFFICE] = { "Offices, organisers, reviewers", "单位、组织部门、复核人" },
        [USER_ADMIN] = { "Administrators", "管理员" },
    };
    puts(cli_pick(cli, "yx VERB ... [--profile NAME] [--json] [--lang zh|en]",
                  "yx 命令 ... [--profile 名称] [--json] [--lang zh|en]"));
    for (unsigned user = 0; user < USER_COUNT; user++) {
        printf("\n%s\n", cli_pick(cli, users[user][0], users[user][1]));
        for (unsigned i = 0; i < VERB_COUNT; i++) {
            if (verbs[i].user == user)
                printf("  %-9s %s\n", verbs[i].name,
                       cli_pick(cli, verbs[i].help, verbs[i].help_zh));
        }
    }
    puts(cli_pick(
        cli,
        "\nyx help VERB shows options and examples, yx help errors all codes.\n"
        "Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 no answer,\n"
        "4 not allowed, 5 damaged data, 6 partly done.",
        "\nyx help 命令 查看选项与示例，yx help errors 查看全部错误代码。\n"
        "退出码：0 完成，1 按规则被退回，2 用法有误，3 连不上服务，\n"
        "4 无权限，5 数据损坏，6 部分完成。"));
}
