/* fact_templates.c - see fact_templates.h. */
#include "clients/cli/fact_templates.h"

#include <stddef.h>
#include <string.h>

typedef struct {
    const char *kind;
    const char *name[2]; /* by language_t */
    const char *sentence[2];
} template_t;

static const template_t templates[] = {
    { "unit",
      { "unit", "单位" },
      { "unit {code}[ {name}][, below {parent}][, {kind}]",
        "单位 {code}[ {name}][，上级 {parent}][，{kind}]" } },
    { "person",
      { "person", "人员" },
      { "person {code}[ {name}]", "人员 {code}[ {name}]" } },
    { "subject",
      { "subject", "考察对象" },
      { "subject {code}[ {name}], {kind}, unit {unit}[, {post}], group {group}",
        "考察对象 {code}[ {name}]，{kind}，单位 {unit}[，{post}]，比选组 {group}" } },
    { "project",
      { "project", "项目" },
      { "project {code}[ {name}]: {state}[, {percent_centi} %], unit {unit}[, front "
        "{front}][, category {category}][, problems: {text}]",
        "项目 {code}[ {name}]：{state}[，进度 {percent_centi}%]，单位 {unit}[，一线 "
        "{front}][，类别 {category}][，问题：{text}]" } },
    { "milestone",
      { "milestone", "节点" },
      { "milestone {code}[ {name}] of {project}: planned {plan_date}[, done "
        "{done_date}]",
        "节点 {code}[ {name}]，项目 {project}：计划 {plan_date}[，完成 "
        "{done_date}]" } },
    { "assignment",
      { "assignment", "领办选派" },
      { "assignment {code}: {subject}, {role}[ of {project}][, {post}], {mode}, "
        "{state}[, from {from}][ to {to}][: {text}]",
        "领办选派 {code}：{subject}，{role}[，项目 {project}][，{post}]，{mode}，"
        "{state}[，{from} 起][，{to} 止][：{text}]" } },
    { "team",
      { "team", "考察组" },
      { "team {code}[ {name}][, led by {lead}]",
        "考察组 {code}[ {name}][，组长 {lead}]" } },
    { "inspector",
      { "inspector", "考察员" },
      { "inspector {code}[ {name}], team {team}, {role}, {state}",
        "考察员 {code}[ {name}]，考察组 {team}，{role}，{state}" } },
    { "staff",
      { "staff", "工作人员" },
      { "staff {code}[ {name}], {role}, unit {unit}",
        "工作人员 {code}[ {name}]，{role}，单位 {unit}" } },
    { "propose_scheme",
      { "scheme", "考核方案" },
      { "scheme {code}[ {name}] proposed", "提出考核方案 {code}[ {name}]" } },
    { "approve_scheme",
      { "scheme", "考核方案" },
      { "scheme {code} approved", "批准考核方案 {code}" } },
    { "open_account",
      { "account", "考核期" },
      { "account {code} opened under {scheme}, {from} to {to}",
        "开启考核期 {code}，方案 {scheme}，{from} 至 {to}" } },
    { "close_account",
      { "account", "考核期" },
      { "account {code} closed", "关闭考核期 {code}" } },
    { "round",
      { "round", "轮次" },
      { "round {code}[ {name}], {kind}, {from} to {to}",
        "轮次 {code}[ {name}]，{kind}，{from} 至 {to}" } },
    { "move_round",
      { "round", "轮次" },
      { "round {code} is {stage}", "轮次 {code}：{stage}" } },
    { "visit",
      { "visit", "走访" },
      { "visit {code} to {unit}, {place_kind}[, inspectors {inspectors}][, from "
        "{opened_ms}][ to {closed_ms}]",
        "走访 {code}，单位 {unit}，{place_kind}[，考察员 {inspectors}][，{opened_ms} "
        "开始][，{closed_ms} 结束]" } },
    { "move_visit",
      { "visit", "走访" },
      { "visit {code} is {stage}[ at {at_ms}]", "走访 {code}：{stage}[，{at_ms}]" } },
    { "observe",
      { "observation", "考察记录" },
      { "observation {code} of {subject}[ by {inspector}], visit {visit}, "
        "{polarity}[: {ratings}][; {narrative}]",
        "考察记录 {code}：评 {subject}[，考察员 {inspector}]，走访 "
        "{visit}，{polarity}[：{ratings}][；{narrative}]" } },
    { "review",
      { "review", "复核" },
      { "review of {observation}: {decision}[, by {reviewer}][: {text}]",
        "复核 {observation}：{decision}[，复核人 {reviewer}][：{text}]" } },
    { "retract",
      { "retraction", "撤回" },
      { "observation {observation} taken out[: {text}]",
        "撤回 {observation}[：{text}]" } },
    { "invite",
      { "invitation", "邀请" },
      { "{principal} invited as {roles}", "邀请 {principal}，{roles}" } },
    { "enrol", { "enrolment", "登记密钥" }, { "a key enrolled", "登记密钥" } },
    { "revoke",
      { "revocation", "吊销" },
      { "keys of {principal} revoked[: {text}]",
        "吊销 {principal} 的密钥[：{text}]" } },
    { "set_principal",
      { "rights", "权限" },
      { "{principal} is now {roles}", "变更 {principal} 的权限：{roles}" } },
    { "put_user",
      { "rights", "权限" },
      { "{principal} may sign in as {roles}", "{principal} 可登录，角色：{roles}" } },
    { "set_password",
      { "rights", "权限" },
      { "another password[ of {principal}]", "[{principal} ]更改密码" } },
    { "open_session",
      { "rights", "权限" },
      { "{principal} signed in", "{principal} 登录" } },
    { "close_session",
      { "rights", "权限" },
      { "{principal} signed out", "{principal} 退出登录" } },
    { "genesis", { "beginning", "建账" }, { "the journal begins", "建立台账" } },
    { "calibrate",
      { "epoch", "校准" },
      { "epoch {code} calibrates account {account}[, {groups}]",
        "校准 {code}：考核期 {account}[，{groups}]" } },
    { "epoch_part",
      { "epoch", "校准" },
      { "epoch {epoch}: part {part} of the result", "校准 {epoch}：结果分册 {part}" } },
    { "propose_epoch",
      { "epoch", "校准" },
      { "epoch {epoch} proposed, {parts} parts, hash {hash}",
        "校准 {epoch} 待采用，{parts} 册，摘要 {hash}" } },
    { "adopt_epoch",
      { "epoch", "校准" },
      { "epoch {code} adopted, hash {hash}[: {text}]",
        "采用校准 {code}，摘要 {hash}[：{text}]" } },
    { "fail_epoch",
      { "epoch", "校准" },
      { "epoch {epoch} failed, code {status}", "校准 {epoch} 未成，代码 {status}" } },
    { "drop_epoch",
      { "epoch", "校准" },
      { "epoch {code} dropped[: {text}]", "弃用校准 {code}[：{text}]" } },
    { "override_links",
      { "override", "例外显示" },
      { "board {group} of {account}: override[: {reason}]",
        "榜单 {group}，考核期 {account}：例外显示[：{reason}]" } },
    { "freeze_board",
      { "frozen board", "定榜" },
      { "frozen board {code}[ {name}] asked for: {group}, account {account}",
        "定榜 {code}[ {name}]：{group}，考核期 {account}" } },
    { "frozen_part",
      { "frozen board", "定榜" },
      { "frozen board {board}: part {part}", "定榜 {board}：分册 {part}" } },
    { "finish_frozen",
      { "frozen board", "定榜" },
      { "frozen board {board} done, {parts} parts", "定榜 {board} 完成，{parts} 册" } },
    { "open_attention",
      { "attention item", "关注事项" },
      { "attention item {code} of epoch {epoch}: inspector {inspector}[, {other}][, "
        "unit {unit}][, {subject}], {group}",
        "关注事项 {code}，校准 {epoch}：考察员 {inspector}[、{other}][，单位 "
        "{unit}][，{subject}]，{group}" } },
    { "assign_attention",
      { "attention item", "关注事项" },
      { "attention item {code} assigned to {to}", "关注事项 {code} 交办 {to}" } },
    { "close_attention",
      { "attention item", "关注事项" },
      { "attention item {code} closed[: {text}]", "办结关注事项 {code}[：{text}]" } },
};

static const template_t *find(const char *kind)
{
    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++) {
        if (strcmp(templates[i].kind, kind) == 0)
            return &templates[i];
    }
    return NULL;
}

const char *fact_template(const char *kind, language_t language)
{
    const template_t *found = find(kind);
    return found != NULL ? found->sentence[language] : NULL;
}

const char *fact_kind(const char *kind, language_t language)
{
    const template_t *found = find(kind);
    return found != NULL ? found->name[language] : kind;
}

typedef struct {
    const char *value, *words;
} pair_t;

static const char *find_words(const pair_t *pairs, size_t count, const char *value)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].value, value) == 0)
            return pairs[i].words;
    }
    return NULL;
}

const char *fact_value_zh(const char *value)
{
    static const pair_t values[] = {
        { "CADRE", "干部" },
        { "LEADING_TEAM", "领导班子" },
        { "PROJECT_PLANNED", "计划" },
        { "PROJECT_STARTED", "已开工" },
        { "PROJECT_STALLED", "停滞" },
        { "PROJECT_DONE", "已完成" },
        { "PROJECT_CANCELLED", "已取消" },
        { "COMMANDER", "指挥长" },
        { "SPECIALIST", "领办专员" },
        { "STEWARD", "管家" },
        { "POSTED", "选派" },
        { "BY_UNIT", "单位交办" },
        { "CLAIMED", "个人认领" },
        { "VOLUNTEERED", "个人自荐" },
        { "RECOMMENDED", "单位推荐" },
        { "BY_ORGANISATION", "组织选派" },
        { "WAITING", "待派" },
        { "ON_POST", "在岗" },
        { "ENDED", "结束" },
        { "LEAD", "组长" },
        { "MEMBER", "组员" },
        { "ACTIVE", "在任" },
        { "SUSPENDED", "暂停" },
        { "REVIEWER", "复核人" },
        { "ORGANISER", "组织员" },
        { "APPROVER", "审批人" },
        { "CASE_OFFICER", "个案承办人" },
        { "SPECIAL", "专项考察" },
        { "NO_APPOINTMENT", "无任用调研" },
        { "FULL_COVERAGE", "全覆盖走访" },
        { "QUARTERLY", "季度实绩跟踪" },
        { "HALF_YEARLY", "半年观摩" },
        { "STAGE_PLANNED", "计划" },
        { "STAGE_OPEN", "开始" },
        { "STAGE_CLOSED", "结束" },
        { "STAGE_SEALED", "封存" },
        { "FRONT_LINE", "一线" },
        { "PROJECT_SITE", "项目现场" },
        { "SERVICE_WINDOW", "服务窗口" },
        { "CLASSROOM", "培训课堂" },
        { "OFFICE", "单位" },
        { "POSITIVE", "正面" },
        { "NEUTRAL", "中性" },
        { "NEGATIVE", "负面" },
        { "CONFIRM", "确认" },
        { "RETURN", "退回" },
        { "ROLE_INSPECTOR", "考察员" },
        { "ROLE_OFFICE", "单位" },
        { "ROLE_REVIEWER", "复核人" },
        { "ROLE_ORGANISER", "组织部门" },
        { "ROLE_SUPERVISOR", "督查" },
        { "ROLE_SUBJECT", "干部本人" },
        { "ROLE_AUDITOR", "纪检" },
        { "ROLE_ADMINISTRATOR", "管理员" },
        { "ROLE_SERVICE", "系统" },
    };
    return find_words(values, sizeof values / sizeof values[0], value);
}

const char *fact_withheld(const char *name, language_t language)
{
    static const pair_t english[] = { { "public", "content" },
                                      { "private", "words" },
                                      { "principal", "who submitted" },
                                      { "observe.inspector", "inspector" } };
    static const pair_t chinese[] = { { "public", "内容" },
                                      { "private", "文字" },
                                      { "principal", "提交人" },
                                      { "observe.inspector", "考察员" } };
    const char *words = language == LANGUAGE_CHINESE ? find_words(chinese, 4, name)
                                                     : find_words(english, 4, name);
    return words != NULL ? words : name;
}
