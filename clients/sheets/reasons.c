/* reasons.c - see reasons.h. */
#include "clients/sheets/reasons.h"

#include "proto/check.h"

typedef struct {
    const char *name;
    uint32_t code;
    bool normalised;
} reason_row_t;

#define REASON_ROW(name, code, normalised, word) { word, code, normalised },
static const reason_row_t rows[] = { SHEET_REASON_LIST(REASON_ROW) };
#undef REASON_ROW

typedef struct {
    const char *english, *chinese;
} words_t;

static const words_t words[REASON_COUNT] = {
    [REASON_NONE] = { "", "" },
    [REASON_TITLE_ROW] = { "a title stands above the header: passed over",
                           "表头上方有标题行，已跳过" },
    [REASON_FULL_WIDTH] = { "full-width letters or digits: read as plain ones",
                            "全角字母或数字，已按半角读取" },
    [REASON_SPACES] = { "spaces around the value: taken away", "前后有空格，已去除" },
    [REASON_UNIT_SUFFIX] = { "a rating with its unit: read without it",
                             "评分带有单位，已去除" },
    [REASON_DATE_FORM] = { "another form of date: read as year-month-day",
                           "日期写法不同，已按年-月-日读取" },
    [REASON_DATE_SERIAL] = { "the day number of a spreadsheet: read as a date",
                             "电子表格的日期序号，已读作日期" },
    [REASON_DUPLICATE_ROW] = { "the very same row again: counted once",
                               "与前面的行完全相同，只计一次" },
    [REASON_EMPTY_ROWS] = { "rows without a value: passed over", "空行，已跳过" },
    [REASON_EXTRA_COLUMN] = { "nobody asked for this column: left out",
                              "多出的列，未读取" },
    [REASON_FORMULA_VALUE] = { "a formula: its stored value is taken",
                               "单元格为公式，取其保存的值" },
    [REASON_FORMULA_WITHOUT_VALUE] = { "a formula that was never calculated. Open the "
                                       "file in a spreadsheet program, save it, import "
                                       "again",
                                       "公式没有保存结果，请用表格软件打开并保存后重新"
                                       "导入" },
    [REASON_DUPLICATE_CODE] = { "the code is used by another row. Give this row a code "
                                "of its own",
                                "编码已被另一行使用，请改用新的编码" },
    [REASON_UNKNOWN_CODE] = { "nothing bears this code. Correct it, or import what it "
                              "names first",
                              "没有这个编码，请更正，或先导入它所指的内容" },
    [REASON_NOT_ALLOWED_VALUE] = { "not one of the allowed values. Take one of the "
                                   "list",
                                   "不是允许的取值，请从列表中选择" },
    [REASON_REQUIRED_BLANK] = { "must not be blank. Fill it in", "此项必填，请补充" },
    [REASON_NOT_A_NUMBER] = { "not a number. Correct it", "不是数字，请更正" },
    [REASON_OUT_OF_RANGE] = { "outside 0 to 100. Correct it and import again",
                              "超出 0 到 100，请改正后重新导入" },
    [REASON_TOO_MANY_DECIMALS] = { "more than two decimals. Round it as it was meant",
                                   "小数超过两位，请按原意改正" },
    [REASON_BAD_DATE] = { "no such date or time. Write 2024-03-05 or 2024-03-05 14:30",
                          "没有这个日期或时间，请写作 2024-03-05 或 2024-03-05 14:30" },
    [REASON_TIME_MISSING] = { "a day without its time. Add the time: 2024-03-05 14:30",
                              "只有日期，缺少时间，请补上，如 2024-03-05 14:30" },
    [REASON_OUTSIDE_VISIT] = { "observed outside the time of the visit. Correct one of "
                               "the two",
                               "观察时间不在走访时间内，请核对两者" },
    [REASON_EVIDENCE_MISSING] = { "a negative remark needs evidence. Name a file",
                                  "负面评价须有证据，请填写证据文件" },
    [REASON_NARRATIVE_MISSING] = { "a negative remark needs a narrative. Say what was "
                                   "seen",
                                   "负面评价须有考察情况，请写明所见" },
    [REASON_TOO_FEW_INSPECTORS] = { "a visit needs two inspectors of the team",
                                    "走访须有两名以上同组考察员" },
    [REASON_CONFLICT_OF_INTEREST] = { "this inspector may not rate this subject. "
                                      "Another one has to",
                                      "该考察员应当回避此对象，须由他人评价" },
    [REASON_NOT_ON_VISIT] = { "the inspector did not take part in the visit",
                              "该考察员没有参加这次走访" },
    [REASON_ID_NUMBER] = { "holds an identity card number. Take it out",
                           "含有身份证号，请删去" },
    [REASON_PHONE_NUMBER] = { "holds a telephone number. Take it out",
                              "含有电话号码，请删去" },
    [REASON_TEXT_TOO_LONG] = { "the text is too long. Shorten it", "文字过长，请缩短" },
    [REASON_BAD_FILE_NAME] = { "a file is named without folders", "文件名不得带路径" },
    [REASON_UNKNOWN_FILE] = { "the file is not in the folder of evidence. Put it there "
                              "(--evidence)",
                              "证据文件夹中没有此文件，请放入（--evidence）" },
    [REASON_OTHER_RULE] = { "", "" },
    [REASON_ROW_TOO_SHORT] = { "the row has fewer cells than the header. Separators "
                               "are "
                               "missing",
                               "本行单元格少于表头，缺少分隔符" },
    [REASON_NO_ROWS] = { "a header and no rows", "只有表头，没有数据" },
    [REASON_COLUMN_MISSING] = { "this column is missing. Add it", "缺少此列，请补上" },
    [REASON_COLUMN_REPEATED] = { "this column stands there twice. Take one out",
                                 "此列出现两次，请删去一列" },
    [REASON_TOO_MANY_COLUMNS] = { "more than 256 columns", "超过 256 列" },
    [REASON_TOO_MANY_ROWS] = { "more rows than a sheet may have", "行数超过上限" },
    [REASON_ROW_TOO_LONG] = { "the row has more cells than the header. Put a text with "
                              "a comma into quotation marks",
                              "本行单元格多于表头，文字中有逗号的须加引号" },
    [REASON_QUOTE_OPEN] = { "a quotation mark is never closed, so all behind it would "
                            "be "
                            "one cell. Close it",
                            "引号没有闭合，其后内容会并成一个单元格，请补上引号" },
    [REASON_NOT_FOUND] = { "the file cannot be read", "文件无法读取" },
    [REASON_BAD_ENCODING] = { "neither UTF-8 nor GB18030. Save the file as UTF-8",
                              "既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8" },
    [REASON_UNPACKED_TOO_LARGE] = { "the workbook unpacks to more than is sensible",
                                    "工作簿解压后过大" },
    [REASON_DTD_FORBIDDEN] = { "the workbook holds a document type, which no "
                               "spreadsheet program writes",
                               "工作簿含有文档类型声明，不予读取" },
    [REASON_DAMAGED_FILE] = { "the file is damaged or cut short. Copy it again",
                              "文件损坏或不完整，请重新复制" },
    [REASON_NOT_A_WORKBOOK] = { "this is no .xlsx workbook. Save it as .xlsx or .csv",
                                "不是 .xlsx 工作簿，请另存为 .xlsx 或 .csv" },
    [REASON_TOO_MANY_SHEETS] = { "more than 64 sheets. Split the workbook",
                                 "工作表超过 64 张，请拆分" },
    [REASON_EMPTY_FILE] = { "nothing stands in it. Save it again from where it was "
                            "filled in",
                            "表中没有任何内容，请从原处重新保存" },
    [REASON_LINE_ENDS] = { "its lines end in the way of old Macintosh programs (CR "
                           "alone). Save it as CSV UTF-8, separated by commas",
                           "换行符为旧式 CR，请另存为“CSV UTF-8（逗号分隔）”" },
    [REASON_SEPARATOR] = { "its cells are parted by tabs or semicolons. Save it as CSV "
                           "UTF-8, separated by commas",
                           "单元格以制表符或分号分隔，请另存为“CSV "
                           "UTF-8（逗号分隔）”" },
    [REASON_NO_MEMORY] = { "not enough memory", "内存不足" },
};

const char *reason_name(sheet_reason_t reason)
{
    CHECK(reason < REASON_COUNT);
    return rows[reason].name;
}

uint32_t reason_code(sheet_reason_t reason)
{
    CHECK(reason < REASON_COUNT);
    return rows[reason].code;
}

bool reason_is_normalised(sheet_reason_t reason)
{
    CHECK(reason < REASON_COUNT);
    return rows[reason].normalised;
}

const char *reason_words(sheet_reason_t reason, bool chinese)
{
    CHECK(reason < REASON_COUNT);
    return chinese ? words[reason].chinese : words[reason].english;
}
