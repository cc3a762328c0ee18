/* export_fold.c - see export_fold.h. */
#include "clients/cli/export_fold.h"

#include "clients/cli/export_schemes.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
/* The usual function falls through cases without a word, which clang does not take. */
#define HASH_FUNCTION(key, size, hash) HASH_FNV(key, size, hash)
#define HASH_NONFATAL_OOM              1
#define uthash_nonfatal_oom(element)   ((element)->lost = true)
#include <uthash.h>

typedef struct {
    char *code;
    char *json;                                /* the newest command */
    char *reviewer;                            /* of a confirmed review, or NULL */
    int64_t reviewed_ms, opened_ms, closed_ms; /* 0 = nothing came later */
    bool taken_out, lost;                      /* lost: there was no memory to add it */
    UT_hash_handle hh;
} entry_t;

struct export_fold {
    const record_kind_t *kind;
    entry_t *entries; /* uthash keeps the order of adding */
    export_schemes_t *schemes;
    uint64_t withheld;
};

export_fold_t *export_fold_create(const record_kind_t *kind, const names_t *usual)
{
    CHECK(kind != NULL && usual != NULL);
    export_fold_t *fold = calloc(1, sizeof *fold);
    if (fold == NULL)
        return NULL;
    fold->kind = kind;
    fold->schemes = export_schemes_create(usual);
    if (fold->schemes == NULL)
        export_fold_destroy(&fold);
    return fold;
}

static void free_entry(entry_t *entry)
{
    free(entry->code);
    free(entry->json);
    free(entry->reviewer);
    free(entry);
}

void export_fold_destroy(export_fold_t **fold)
{
    CHECK(fold != NULL);
    if (*fold == NULL)
        return;
    entry_t *entry, *next;
    HASH_ITER(hh, (*fold)->entries, entry, next)
    {
        HASH_DEL((*fold)->entries, entry);
        free_entry(entry);
    }
    export_schemes_destroy(&(*fold)->schemes);
    free(*fold);
    *fold = NULL;
}

/* ---- taking ---- */

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static entry_t *find(const export_fold_t *fold, const char *code)
{
    entry_t *entry = NULL;
    HASH_FIND_STR(fold->entries, code, entry);
    return entry;
}

static entry_t *add(export_fold_t *fold, const char *code)
{
    entry_t *entry = calloc(1, sizeof *entry);
    if (entry == NULL)
        return NULL;
    entry->code = strdup(code);
    entry->lost = entry->code == NULL;
    if (!entry->lost)
        HASH_ADD_KEYPTR(hh, fold->entries, entry->code, strlen(entry->code), entry);
    if (!entry->lost)
        return entry;
    free_entry(entry);
    return NULL;
}

static status_t put(export_fold_t *fold, const json_t *command)
{
    const char *code = text_in(command, "code");
    char *json = json_dumps(command, JSON_COMPACT);
    entry_t *entry = find(fold, code);
    if (entry == NULL)
        entry = add(fold, code);
    if (json == NULL || entry == NULL) {
        free(json);
        return STATUS_NO_MEMORY;
    }
    free(entry->json);
    entry->json = json;
    entry->opened_ms = entry->closed_ms = 0; /* of what stood there before */
    return STATUS_OK;
}

/* When something happened: as the command says, otherwise when it was recorded. */
static int64_t moment_of(const json_t *fact, const json_t *command, const char *name)
{
    const json_t *told = json_object_get(command, name);
    return json_integer_value(told != NULL ? told : json_object_get(fact, "time_ms"));
}

static status_t take_review(export_fold_t *fold, const json_t *fact,
                            const json_t *command)
{
    entry_t *entry = find(fold, text_in(command, "observation"));
    if (entry == NULL)
        return STATUS_OK; /* of an observation that this reader does not get */
    if (strcmp(text_in(command, "decision"), "CONFIRM") != 0) {
        entry->taken_out = true;
        return STATUS_OK;
    }
    free(entry->reviewer);
    entry->reviewer = strdup(text_in(command, "reviewer"));
    entry->reviewed_ms = moment_of(fact, command, "reviewed_ms");
    return entry->reviewer != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static void take_move(export_fold_t *fold, const json_t *fact, const json_t *command)
{
    entry_t *entry = find(fold, text_in(command, "code"));
    const char *stage = text_in(command, "stage");
    if (entry == NULL)
        return;
    if (strcmp(stage, "STAGE_OPEN") == 0)
        entry->opened_ms = moment_of(fact, command, "at_ms");
    else if (strcmp(stage, "STAGE_CLOSED") == 0)
        entry->closed_ms = moment_of(fact, command, "at_ms");
}

static status_t take_command(export_fold_t *fold, const json_t *fact, const char *kind,
                             const json_t *command)
{
    if (strcmp(kind, fold->kind->verb) == 0)
        return put(fold, command);
    if (strcmp(fold->kind->verb, "visit") == 0 && strcmp(kind, "move_visit") == 0)
        take_move(fold, fact, command);
    if (strcmp(fold->kind->verb, "observe") != 0)
        return STATUS_OK;
    if (strcmp(kind, "review") == 0)
        return take_review(fold, fact, command);
    entry_t *entry = strcmp(kind, "retract") == 0
                         ? find(fold, text_in(command, "observation"))
                         : NULL;
    if (entry != NULL)
        entry->taken_out = true;
    return export_schemes_take(fold->schemes, kind, command);
}

status_t export_fold_take(export_fold_t *fold, const char *json, size_t size)
{
    CHECK(fold != NULL && json != NULL);
    json_error_t error;
    json_t *fact = json_loadb(json, size, 0, &error);
    if (fact == NULL)
        return STATUS_BAD_INPUT;
    const char *kind = text_in(fact, "kind");
    const json_t *command = json_object_get(fact, "command");
    status_t status = STATUS_OK;
    if (json_string_length(json_object_get(command, "code")) > 0 ||
        json_string_length(json_object_get(command, "observation")) > 0)
        status = take_command(fold, fact, kind, command);
    else if (strcmp(kind, fold->kind->verb) == 0)
        fold->withheld++;
    json_decref(fact);
    return status;
}

/* ---- telling ---- */

export_fold_counts_t export_fold_counts(const export_fold_t *fold)
{
    CHECK(fold != NULL);
    export_fold_counts_t counts = { .withheld = fold->withheld };
    for (const entry_t *entry = fold->entries; entry != NULL; entry = entry->hh.next)
        counts.taken_out += entry->taken_out;
    return counts;
}

uint32_t export_fold_dimensions(const export_fold_t *fold, const char **names,
                                uint32_t room)
{
    CHECK(fold != NULL && names != NULL);
    return export_schemes_dimensions(fold->schemes, names, room);
}

const names_t *export_fold_names(const export_fold_t *fold, const json_t *command)
{
    CHECK(fold != NULL);
    return export_schemes_of_visit(fold->schemes, text_in(command, "visit"));
}

static bool set_moment(json_t *command, const char *name, int64_t moment_ms)
{
    return moment_ms == 0 ||
           json_object_set_new(command, name, json_integer(moment_ms)) == 0;
}

static bool set_later(json_t *command, const entry_t *entry)
{
    return set_moment(command, "opened_ms", entry->opened_ms) &&
           set_moment(command, "closed_ms", entry->closed_ms) &&
           set_moment(command, "reviewed_ms", entry->reviewed_ms) &&
           (entry->reviewer == NULL ||
            json_object_set_new(command, "reviewer", json_string(entry->reviewer)) ==
                0);
}

status_t export_fold_visit(const export_fold_t *fold, export_fold_visitor *visit,
                           void *context)
{
    CHECK(fold != NULL && visit != NULL);
    status_t status = STATUS_OK;
    for (const entry_t *entry = fold->entries; entry != NULL && status == STATUS_OK;
         entry = entry->hh.next) {
        if (entry->taken_out)
            continue;
        json_t *command = json_loads(entry->json, 0, NULL);
        status = command != NULL && set_later(command, entry) ? visit(context, command)
                                                              : STATUS_NO_MEMORY;
        json_decref(command);
    }
    return status;
}
