/* record_columns.c - see record_columns.h; the sheets are those of the sample data. */
#include "clients/sheets/record_columns.h"

#include "proto/check.h"
#include <stddef.h>
#include <string.h>

#define CODE_GUIDE  "编码，本表内唯一；启用后不改指他物"
#define LIST_GUIDE  "可填多项，用顿号（、）分隔"
#define DATE_GUIDE  "日期，如 2024-09-28"
#define TIME_GUIDE  "日期和时间，如 2024-09-28 14:30:00，北京时间"
#define MONEY_GUIDE "万元，至多两位小数"

static const record_word_t subject_kinds[] = { { "CADRE", "干部" },
                                               { "LEADING_TEAM", "领导班子" },
                                               { NULL, NULL } };
static const record_word_t project_states[] = {
    { "PROJECT_PLANNED", "未开工" }, { "PROJECT_STARTED", "在建" },
    { "PROJECT_STALLED", "停滞" },   { "PROJECT_DONE", "完成" },
    { "PROJECT_CANCELLED", "取消" }, { NULL, NULL }
};
static const record_word_t assignment_roles[] = { { "COMMANDER", "指挥长" },
                                                  { "SPECIALIST", "领办专员" },
                                                  { "STEWARD", "管家" },
                                                  { "POSTED", "选派" },
                                                  { NULL, NULL } };
static const record_word_t assignment_modes[] = {
    { "BY_UNIT", "单位交办" },         { "CLAIMED", "个人认领" },
    { "VOLUNTEERED", "个人自荐" },     { "RECOMMENDED", "单位推荐" },
    { "BY_ORGANISATION", "组织选派" }, { NULL, NULL }
};
static const record_word_t assignment_states[] = {
    { "WAITING", "待派" }, { "ON_POST", "在岗" }, { "ENDED", "结束" }, { NULL, NULL }
};
static const record_word_t inspector_roles[] = { { "LEAD", "组长" },
                                                 { "MEMBER", "成员" },
                                                 { NULL, NULL } };
static const record_word_t inspector_states[] = { { "ACTIVE", "在岗" },
                                                  { "SUSPENDED", "暂停" },
                                                  { NULL, NULL } };
static const record_word_t staff_roles[] = { { "REVIEWER", "复核人" },
                                             { "ORGANISER", "组织人员" },
                                             { "APPROVER", "审批人" },
                                             { "CASE_OFFICER", "个案办理人" },
                                             { NULL, NULL } };
static const record_word_t round_kinds[] = {
    { "SPECIAL", "专项考察" },         { "NO_APPOINTMENT", "无任用调研" },
    { "FULL_COVERAGE", "全覆盖走访" }, { "QUARTERLY", "季度实绩跟踪" },
    { "HALF_YEARLY", "半年观摩" },     { NULL, NULL }
};
static const record_word_t place_kinds[] = { { "FRONT_LINE", "一线" },
                                             { "PROJECT_SITE", "项目现场" },
                                             { "SERVICE_WINDOW", "服务窗口" },
                                             { "CLASSROOM", "培训课堂" },
                                             { "OFFICE", "单位" },
                                             { NULL, NULL } };
static const record_word_t polarities[] = { { "POSITIVE", "正面" },
                                            { "NEUTRAL", "中性" },
                                            { "NEGATIVE", "负面" },
                                            { NULL, NULL } };
static const record_word_t yes_no[] = { { "true", "是" },
                                        { "false", "否" },
                                        { NULL, NULL } };

#define CODE(header_)                                                                  \
    {                                                                                  \
        .header = header_, .key = "code", .field = "code", .required = true,           \
        .guide = CODE_GUIDE                                                            \
    }
#define MUST(header_, key_, field_, guide_)                                            \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .required = true,             \
        .guide = guide_                                                                \
    }
#define MAY(header_, key_, field_, guide_)                                             \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .guide = guide_               \
    }
#define LIST(header_, key_, field_, further_, guide_)                                  \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .further = further_,          \
        .value = RECORD_LIST, .guide = guide_                                          \
    }
#define WORD(header_, key_, field_, words_)                                            \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .value = RECORD_WORD,         \
        .words = words_, .required = true, .guide = "从列表中选择"               \
    }
#define YES_NO(header_, key_, field_)                                                  \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .value = RECORD_YES_NO,       \
        .words = yes_no, .guide = "是 或 否"                                        \
    }
#define TYPED(header_, key_, field_, value_, required_, guide_)                        \
    {                                                                                  \
        .header = header_, .key = key_, .field = field_, .value = value_,              \
        .required = required_, .guide = guide_                                         \
    }

static const record_column_t units[] = {
    CODE("单位编码"),
    MUST("单位名称", "name", "name", "单位全称"),
    MAY("上级单位", "parent", "parent", "单位编码，最上级留空"),
    MAY("单位类型", "kind", "kind", "如 镇街、部门、企业"),
};
static const record_column_t persons[] = {
    MUST("人员编码", "person_code", "code", "每人一个编码，各名册以此认定同一人"),
    MUST("姓名", "name", "name", "姓名，可以重名"),
};
static const record_column_t subjects[] = {
    CODE("对象编码"),
    MUST("名称", "name", "name", "干部姓名或领导班子名称"),
    WORD("对象类型", "kind", "kind", subject_kinds),
    MUST("单位编码", "unit", "unit", "所在单位的编码"),
    MAY("职务", "post", "post", "领导班子留空"),
    MAY("职级", "rank_class", "rank_class", "领导班子留空"),
    MUST("比选组", "group", "group", "方案中的比选组名称"),
    LIST("标签", "tags", "tags", NULL, LIST_GUIDE),
    MAY("人员编码", "person_code", "person", "干部必填，领导班子留空"),
};
static const record_column_t projects[] = {
    CODE("项目编码"),
    MUST("项目名称", "name", "name", "项目全称"),
    MAY("一线", "front", "front", "方案中的一线名称"),
    MAY("类别", "category", "category", "方案中的类别名称"),
    MAY("难度", "difficulty", "difficulty", "A 最难，B，C"),
    MUST("责任单位", "unit", "unit", "单位编码"),
    MAY("指挥长", "commander", "commander", "对象编码"),
    TYPED("计划投资(万元)", "planned_investment", "planned_investment", RECORD_CENTI,
          false, MONEY_GUIDE),
    TYPED("完成投资(万元)", "invested", "invested", RECORD_CENTI, false, MONEY_GUIDE),
    TYPED("进度(%)", "percent", "percent_centi", RECORD_CENTI, false, "0 至 100"),
    TYPED("计划开工", "planned_start", "planned_start", RECORD_DATE, false, DATE_GUIDE),
    TYPED("实际开工", "started_on", "started_on", RECORD_DATE, false,
          DATE_GUIDE "；未开工留空"),
    WORD("状态", "state", "state", project_states),
    MAY("主要问题", "problems", "text", "不写身份证号和电话"),
    YES_NO("重大项目", "major", "major"),
    MAY("重点任务", "key_task", "key_task", "重点任务名称"),
};
static const record_column_t milestones[] = {
    CODE("节点编码"),
    MUST("项目编码", "project", "project", "所属项目的编码"),
    MUST("节点名称", "name", "name", "节点名称"),
    TYPED("计划日期", "plan_date", "plan_date", RECORD_DATE, true, DATE_GUIDE),
    TYPED("完成日期", "done_date", "done_date", RECORD_DATE, false,
          DATE_GUIDE "；未完成留空"),
    TYPED("证据", "evidence", "evidence_names", RECORD_FILES, false,
          "文件名；" LIST_GUIDE),
};
static const record_column_t assignments[] = {
    CODE("领办编码"),
    MUST("对象编码", "subject", "subject", "对象编码"),
    MAY("项目编码", "project", "project", "与岗位至少填一项，待派可都留空"),
    MAY("岗位", "post", "post", "与项目编码至少填一项，待派可都留空"),
    WORD("角色", "role", "role", assignment_roles),
    WORD("方式", "mode", "mode", assignment_modes),
    MAY("帮带人", "tutor", "tutor", "对象编码"),
    MAY("日常管理单位", "daily_manager", "daily_manager", "单位编码"),
    TYPED("开始日期", "from", "from", RECORD_DATE, false, DATE_GUIDE "；待派留空"),
    TYPED("结束日期", "to", "to", RECORD_DATE, false, DATE_GUIDE "；在岗留空"),
    WORD("状态", "state", "state", assignment_states),
    MAY("鉴定", "identification", "text", "结束时填写"),
};
static const record_column_t teams[] = {
    CODE("考察组编码"),
    MUST("考察组名称", "name", "name", "考察组名称"),
    MAY("组长", "lead", "lead", "考察员编码"),
    LIST("负责单位", "units", "units", NULL, "单位编码；" LIST_GUIDE),
};
static const record_column_t inspectors[] = {
    CODE("考察员编码"),
    MAY("姓名", "name", "name", "姓名"),
    MUST("考察组", "team", "team", "考察组编码"),
    WORD("角色", "role", "role", inspector_roles),
    MUST("所在单位", "own_unit", "own_unit", "单位编码；不评价本单位的人"),
    LIST("回避对象", "conflicts", "conflict_units", "conflict_subjects",
         "单位编码或对象编码；" LIST_GUIDE),
    WORD("状态", "state", "state", inspector_states),
    MUST("人员编码", "person_code", "person", "人员编码"),
};
static const record_column_t staff[] = {
    CODE("工作人员编码"),
    MAY("姓名", "name", "name", "姓名"),
    WORD("岗位", "role", "role", staff_roles),
    MUST("单位编码", "unit", "unit", "所在单位的编码"),
    MUST("人员编码", "person_code", "person", "人员编码"),
};
static const record_column_t rounds[] = {
    CODE("轮次编码"),
    MAY("轮次名称", "name", "name", "轮次名称"),
    WORD("轮次类型", "kind", "kind", round_kinds),
    TYPED("开始日期", "from", "from", RECORD_DATE, true, DATE_GUIDE),
    TYPED("结束日期", "to", "to", RECORD_DATE, true, DATE_GUIDE),
    MUST("方案版本", "scheme_version", "account", "考核期编码"),
    TYPED("覆盖目标(%)", "coverage_target", "coverage_target", RECORD_WHOLE, false,
          "0 至 100"),
};
static const record_column_t visits[] = {
    CODE("走访编码"),
    MUST("轮次编码", "round", "round", "轮次编码"),
    MUST("考察组", "team", "team", "考察组编码"),
    LIST("考察员", "inspectors", "inspectors", NULL, "两人以上，同组；" LIST_GUIDE),
    WORD("地点类型", "place_kind", "place_kind", place_kinds),
    MUST("单位编码", "unit", "unit", "所到单位的编码"),
    MAY("项目编码", "project", "project", "所到项目的编码"),
    YES_NO("提前通知", "announced", "announced"),
    TYPED("开始时间", "opened", "opened_ms", RECORD_MOMENT, false, TIME_GUIDE),
    TYPED("结束时间", "closed", "closed_ms", RECORD_MOMENT, false,
          TIME_GUIDE "；与开始同日"),
};
static const record_column_t observations[] = {
    CODE("记录编码"),
    MUST("走访编码", "visit", "visit", "走访编码"),
    MUST("考察员编码", "inspector", "inspector", "参加该次走访的考察员"),
    MUST("对象编码", "subject", "subject", "对象编码"),
    TYPED("渠道", "channel", "channel", RECORD_CHANNEL, true, "方案中的渠道名称"),
    TYPED(NULL, "dim", "ratings", RECORD_RATINGS, false,
          "0 至 100，至多两位小数；未看到留空"),
    WORD("评价倾向", "polarity", "polarity", polarities),
    MAY("考察情况", "narrative", "narrative", "负面必填；不写身份证号和电话"),
    LIST("标签", "tags", "tags", NULL, LIST_GUIDE),
    TYPED("证据", "evidence", "evidence_names", RECORD_FILES, false,
          "文件名，负面至少一项；" LIST_GUIDE),
    TYPED("观察时间", "observed_at", "observed_ms", RECORD_MOMENT, true,
          TIME_GUIDE "；在走访时间之内"),
    MAY("复核人", "reviewer", "reviewer", "工作人员编码，仅负面"),
    TYPED("复核时间", "reviewed_at", "reviewed_ms", RECORD_MOMENT, false,
          TIME_GUIDE "；仅负面"),
};

#define KIND(name_, title_, verb_)                                                     \
    {                                                                                  \
#name_, title_, verb_, name_, sizeof name_ / sizeof name_[0]                   \
    }
static const record_kind_t kinds[] = {
    KIND(units, "单位", "unit"),           KIND(persons, "人员", "person"),
    KIND(subjects, "对象", "subject"),     KIND(projects, "项目", "project"),
    KIND(milestones, "节点", "milestone"), KIND(assignments, "领办", "assignment"),
    KIND(teams, "考察组", "team"),         KIND(inspectors, "考察员", "inspector"),
    KIND(staff, "工作人员", "staff"),      KIND(rounds, "轮次", "round"),
    KIND(visits, "走访", "visit"),         KIND(observations, "考察记录", "observe"),
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

const record_kind_t *record_kind_at(uint32_t index)
{
    return index < KIND_COUNT ? &kinds[index] : NULL;
}

const record_kind_t *record_kind_find(const char *name)
{
    CHECK(name != NULL);
    for (uint32_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    }
    return NULL;
}

const char *record_word(const record_column_t *column, const char *name)
{
    CHECK(column != NULL && name != NULL);
    for (const record_word_t *word = column->words; word != NULL && word->name != NULL;
         word++) {
        if (strcmp(word->name, name) == 0)
            return word->word;
    }
    return NULL;
}
