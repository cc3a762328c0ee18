/* import_tell.c - see import_tell.h. */
#include "clients/cli/import_tell.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- findings ---- */

static void print_place(const cli_t *cli, const import_plan_t *plan,
                        const finding_t *finding, FILE *to)
{
    fputs(plan->sheets[finding->sheet].name, to);
    if (finding->row > 0)
        fprintf(to, cli_pick(cli, " row %" PRIu32, " 第 %" PRIu32 " 行"), finding->row);
    if (finding->column != NULL)
        fprintf(to, "「%s」", finding->column);
    if (finding->value != NULL)
        fprintf(to, "= %s", finding->value);
    fputs(cli_pick(cli, ": ", "："), to);
}

static void print_words(const cli_t *cli, const finding_t *finding, FILE *to)
{
    bool chinese = cli->language == LANGUAGE_CHINESE;
    if (finding->reason == REASON_OTHER_RULE) {
        status_t status = finding->status;
        if (chinese)
            fprintf(to, "%s。%s [E%d]\n", status_text_zh(status),
                    status_next_zh(status), (int)status);
        else
            fprintf(to, "%s. %s [E%d]\n", status_text(status), status_next(status),
                    (int)status);
        return;
    }
    fprintf(to, "%s [E%" PRIu32 "]\n", reason_words(finding->reason, chinese),
            reason_code(finding->reason));
}

static void print_object(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    puts(text != NULL ? text : "{}"); /* left out when memory is short */
    free(text);
    json_decref(object);
}

static void print_json(const import_plan_t *plan, const finding_t *finding)
{
    const import_sheet_t *sheet = &plan->sheets[finding->sheet];
    bool rule = finding->reason == REASON_OTHER_RULE;
    json_t *object = json_pack(
        "{s:s, s:s, s:b, s:s, s:I}", "file", sheet->name, "sheet", sheet->kind->name,
        "accepted", reason_is_normalised(finding->reason), "reason",
        rule ? status_name(finding->status) : reason_name(finding->reason), "code",
        (json_int_t)(rule ? (uint32_t)finding->status : reason_code(finding->reason)));
    if (finding->row > 0)
        (void)json_object_set_new(object, "row", json_integer(finding->row));
    if (finding->column != NULL)
        (void)json_object_set_new(object, "column", json_string(finding->column));
    if (finding->value != NULL)
        (void)json_object_set_new(object, "value", json_string(finding->value));
    print_object(object);
}

static void print_more(const cli_t *cli, const import_plan_t *plan, uint32_t sheet,
                       uint32_t told)
{
    if (told <= IMPORT_TOLD_MAX)
        return;
    fprintf(stderr,
            cli_pick(cli, "%s: %" PRIu32 " more; --json tells all\n",
                     "%s：另有 %" PRIu32 " 条，--json 可查看全部\n"),
            plan->sheets[sheet].name, told - IMPORT_TOLD_MAX);
}

void import_tell_findings(const cli_t *cli, const import_plan_t *plan, uint32_t from)
{
    uint32_t told = 0;
    for (uint32_t i = from; i < plan->finding_count; i++) {
        const finding_t *finding = &plan->findings[i];
        bool refused = !reason_is_normalised(finding->reason);
        bool same = i > from && plan->findings[i - 1].sheet == finding->sheet;
        if (!same && i > from)
            print_more(cli, plan, plan->findings[i - 1].sheet, told);
        told = same ? told + 1 : 1;
        if (cli->json) {
            print_json(plan, finding);
        } else if (told <= IMPORT_TOLD_MAX) {
            FILE *to = refused ? stderr : stdout;
            print_place(cli, plan, finding, to);
            print_words(cli, finding, to);
        }
    }
    if (plan->finding_count > from && !cli->json)
        print_more(cli, plan, plan->findings[plan->finding_count - 1].sheet, told);
}

/* ---- sheets ---- */

/* Rows of a sheet of which a command is in this state. */
static uint32_t rows_in(const import_plan_t *plan, uint32_t sheet, row_state_t state)
{
    uint32_t count = 0, last = 0;
    for (uint32_t i = 0; i < plan->command_count; i++) {
        const import_command_t *command = &plan->commands[i];
        bool own = command->stage == import_stage(plan->sheets[sheet].kind, false);
        if (command->sheet != sheet || command->state != state || !own ||
            command->row == last || command->with != 0)
            continue;
        last = command->row;
        count++;
    }
    return count;
}

static void tell_sheet(const cli_t *cli, const import_plan_t *plan, uint32_t at)
{
    const import_sheet_t *sheet = &plan->sheets[at];
    uint32_t unchanged = rows_in(plan, at, ROW_UNCHANGED);
    uint32_t good = sheet->fault ? 0
                                 : rows_in(plan, at, ROW_GOOD) +
                                       rows_in(plan, at, ROW_LATER) + unchanged;
    if (cli->json) {
        print_object(json_pack("{s:s, s:s, s:I, s:I, s:I, s:I}", "file", sheet->name,
                               "sheet", sheet->kind->name, "rows",
                               (json_int_t)sheet->rows, "good", (json_int_t)good,
                               "unchanged", (json_int_t)unchanged, "refused",
                               (json_int_t)sheet->refused));
        return;
    }
    printf(cli_pick(cli,
                    "%s: %" PRIu32 " rows, %" PRIu32 " good, %" PRIu32
                    " of them stored already, %" PRIu32 " refused\n",
                    "%s：共 %" PRIu32 " 行，可导入 %" PRIu32 " 行（其中已有 %" PRIu32
                    " 行），退回 %" PRIu32 " 行\n"),
           sheet->name, sheet->rows, good, unchanged, sheet->refused);
}

void import_tell_sheets(const cli_t *cli, const import_plan_t *plan)
{
    for (uint32_t i = 0; i < plan->sheet_count; i++)
        tell_sheet(cli, plan, i);
}

/* ---- --print ---- */

static void print_command(const import_plan_t *plan, const import_command_t *command)
{
    json_t *object = json_loads(command->json, 0, NULL);
    json_t *line = json_pack("{s:s, s:I, s:s, s:I}", "verb", command->verb, "due_ms",
                             (json_int_t)command->due_ms, "sheet",
                             plan->sheets[command->sheet].kind->name, "row",
                             (json_int_t)command->row);
    if (object != NULL && line != NULL && json_object_update(line, object) == 0) {
        char *text = json_dumps(line, JSON_COMPACT);
        if (text != NULL)
            puts(text);
        free(text);
    }
    json_decref(object);
    json_decref(line);
}

void import_print(const import_plan_t *plan)
{
    for (uint32_t stage = 0; stage < IMPORT_STAGES; stage++) {
        for (uint32_t i = 0; i < plan->command_count; i++) {
            if (plan->commands[i].stage == stage)
                print_command(plan, &plan->commands[i]);
        }
    }
}
