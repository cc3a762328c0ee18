/* import_plan.c - see import_plan.h. */
#include "clients/cli/import_plan.h"

#include "clients/cli/import_places.h"
#include "clients/sheets/source.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
/* The usual function falls through cases without a word, which clang does not take. */
#define HASH_FUNCTION(key, size, hash) HASH_FNV(key, size, hash)
#define HASH_NONFATAL_OOM              1
#define uthash_nonfatal_oom(entry)     ((entry)->failed = true)
#include <uthash.h>

#define ROWS_MARKED                                                                    \
    (SOURCE_ROWS_MAX + 8) /* rows count from 1; one row too many is told */

/* Keyed by "verb code" with the row's JSON, and by the code alone without. */
typedef struct {
    UT_hash_handle hh;
    char *json;
    bool failed;
    char key[];
} code_entry_t;

struct codes {
    code_entry_t *entries;
};

uint32_t import_stage(const record_kind_t *kind, bool behind)
{
    uint32_t index = 0;
    while (record_kind_at(index) != kind) {
        CHECK(record_kind_at(index) != NULL);
        index++;
    }
    CHECK(2 * index + 1 < IMPORT_STAGES);
    return 2 * index + behind;
}

void plan_init(import_plan_t *plan)
{
    *plan = (import_plan_t){ .sheet_count = 0 };
    plan->codes = calloc(1, sizeof *plan->codes);
    plan->no_memory = plan->codes == NULL;
}

static void drop_codes(codes_t *codes)
{
    code_entry_t *entry, *next;
    if (codes == NULL)
        return;
    HASH_ITER(hh, codes->entries, entry, next)
    {
        HASH_DEL(codes->entries, entry);
        free(entry->json);
        free(entry);
    }
    free(codes);
}

void plan_fini(import_plan_t *plan)
{
    for (uint32_t i = 0; i < plan->sheet_count; i++) {
        free(plan->sheets[i].path);
        free(plan->sheets[i].name);
        free(plan->sheets[i].refused_rows);
    }
    for (uint32_t i = 0; i < plan->command_count; i++) {
        free(plan->commands[i].json);
        free(plan->commands[i].code);
    }
    for (uint32_t i = 0; i < plan->finding_count; i++) {
        free(plan->findings[i].column);
        free(plan->findings[i].value);
    }
    free(plan->sheets);
    free(plan->commands);
    free(plan->findings);
    drop_codes(plan->codes);
    sheet_names_fini(&plan->names);
    *plan = (import_plan_t){ .sheet_count = 0 };
}

/* Room for one more; the array may move. */
static bool grow(void **array, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return true;
    uint32_t more = *room == 0 ? 64 : *room * 2;
    void *moved = realloc(*array, more * size);
    if (moved == NULL)
        return false;
    *array = moved;
    *room = more;
    return true;
}

uint32_t plan_add_sheet(import_plan_t *plan, const char *path, uint32_t number,
                        const char *name, const record_kind_t *kind)
{
    import_sheet_t *moved =
        realloc(plan->sheets, (plan->sheet_count + 1) * sizeof *moved);
    if (moved == NULL) {
        plan->no_memory = true;
        return UINT32_MAX;
    }
    plan->sheets = moved;
    import_sheet_t *sheet = &plan->sheets[plan->sheet_count];
    *sheet = (import_sheet_t){
        .path = strdup(path), .name = strdup(name), .number = number, .kind = kind
    };
    plan->no_memory = plan->no_memory || sheet->path == NULL || sheet->name == NULL;
    return plan->sheet_count++;
}

import_command_t *plan_add_command(import_plan_t *plan, const char *verb, char *json,
                                   char *code, uint32_t sheet, uint32_t row)
{
    if (json == NULL || !grow((void **)&plan->commands, plan->command_count,
                              &plan->command_room, sizeof *plan->commands)) {
        plan->no_memory = true;
        free(json);
        free(code);
        return NULL;
    }
    import_command_t *command = &plan->commands[plan->command_count++];
    *command = (import_command_t){
        .json = json, .verb = verb, .code = code, .sheet = sheet, .row = row
    };
    command->stage = import_stage(plan->sheets[sheet].kind, false);
    return command;
}

/* ---- findings ---- */

/* Marks the row; false when it was marked before. */
static bool mark_refused(import_plan_t *plan, uint32_t sheet, uint32_t row)
{
    uint8_t **rows = &plan->sheets[sheet].refused_rows;
    CHECK(row < ROWS_MARKED);
    if (*rows == NULL)
        *rows = calloc(ROWS_MARKED / 8, 1);
    if (*rows == NULL) {
        plan->no_memory = true;
        return true;
    }
    uint8_t bit = (uint8_t)(1u << (row % 8));
    bool fresh = ((*rows)[row / 8] & bit) == 0;
    (*rows)[row / 8] |= bit;
    return fresh;
}

static finding_t *add_finding(import_plan_t *plan, uint32_t sheet, uint32_t row,
                              sheet_reason_t reason)
{
    if (!reason_is_normalised(reason) && mark_refused(plan, sheet, row))
        plan->sheets[sheet].refused++;
    if (!grow((void **)&plan->findings, plan->finding_count, &plan->finding_room,
              sizeof *plan->findings)) {
        plan->no_memory = true;
        return NULL;
    }
    finding_t *finding = &plan->findings[plan->finding_count++];
    *finding = (finding_t){ .sheet = sheet, .row = row, .reason = reason };
    return finding;
}

static char *copy(const char *text)
{
    return text != NULL && text[0] != '\0' ? strdup(text) : NULL;
}

void plan_find(import_plan_t *plan, uint32_t sheet, uint32_t row, sheet_reason_t reason,
               const char *column, const char *value)
{
    finding_t *finding = add_finding(plan, sheet, row, reason);
    if (finding == NULL)
        return;
    finding->column = copy(column);
    finding->value = copy(value);
}

void plan_refuse(import_plan_t *plan, uint32_t at, const fault_t *fault,
                 status_t status)
{
    import_command_t *command = &plan->commands[at];
    if (command->state == ROW_REFUSED)
        return;
    command->state = ROW_REFUSED;
    finding_t *finding =
        add_finding(plan, command->sheet, command->row, import_reason_of(status));
    if (finding == NULL)
        return;
    finding->status = status;
    /* who may not rate whom is mended by another inspector, not by another subject */
    const char *place = finding->reason == REASON_CONFLICT_OF_INTEREST
                            ? "observe.inspector"
                            : fault->place;
    finding->column = copy(import_column_of(plan, command, place));
    finding->value = copy(fault->detail);
}

/* ---- codes ---- */

static code_entry_t *find_key(const import_plan_t *plan, const char *key)
{
    code_entry_t *entry;
    HASH_FIND_STR(plan->codes->entries, key, entry);
    return entry;
}

static void add_key(import_plan_t *plan, const char *key, const char *json)
{
    size_t size = strlen(key) + 1;
    code_entry_t *entry = calloc(1, sizeof *entry + size);
    if (entry == NULL) {
        plan->no_memory = true;
        return;
    }
    memcpy(entry->key, key, size);
    entry->json = json != NULL ? strdup(json) : NULL;
    entry->failed = json != NULL && entry->json == NULL;
    if (!entry->failed)
        HASH_ADD_STR(plan->codes->entries, key, entry);
    if (!entry->failed)
        return;
    plan->no_memory = true;
    free(entry->json);
    free(entry);
}

code_use_t plan_use_code(import_plan_t *plan, const char *verb, const char *code,
                         const char *json)
{
    char *key = NULL;
    if (asprintf(&key, "%s %s", verb, code) < 0) {
        plan->no_memory = true;
        return CODE_NEW;
    }
    const code_entry_t *entry = find_key(plan, key);
    code_use_t use = CODE_NEW;
    if (entry != NULL)
        use = strcmp(entry->json, json) == 0 ? CODE_SAME_ROW : CODE_OTHER_ROW;
    else
        add_key(plan, key, json);
    if (entry == NULL && find_key(plan, code) == NULL)
        add_key(plan, code, NULL);
    free(key);
    return use;
}

bool plan_makes(const import_plan_t *plan, const char *code)
{
    return code[0] != '\0' && find_key(plan, code) != NULL;
}

uint32_t plan_refused(const import_plan_t *plan)
{
    uint32_t refused = 0;
    for (uint32_t i = 0; i < plan->sheet_count; i++)
        refused += plan->sheets[i].refused;
    return refused;
}
