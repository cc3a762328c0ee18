/* directory.c - see directory.h. Per kind an array of pointers by row, in address space
 * without reservation; each points to one block that holds name and post. */
#include "broker/runtime/directory.h"

#include "broker/runtime/memory.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t name_size, post_size;
    char text[]; /* the name, then the post */
} entry_t;

struct directory {
    memory_t memory;
    entry_t **entries[DIRECTORY_COUNT];
    uint32_t rows[DIRECTORY_COUNT]; /* limits */
    uint32_t used[DIRECTORY_COUNT]; /* largest row that ever had a name */
};

/* Where a kind of command names its thing, and in which table the thing lies. */
typedef struct {
    command_kind_t command;
    table_id_t table;
    size_t code_at;  /* text_t in command_t */
    size_t table_at; /* table_t in state_t */
} source_t;

#define SOURCE(kind, member, code, table)                                              \
    {                                                                                  \
        kind, TABLE_##table, offsetof(command_t, body.member.code),                    \
            offsetof(state_t, table)                                                   \
    }

static const source_t sources[] = {
    [DIRECTORY_UNIT] = SOURCE(COMMAND_UNIT, unit, code, units),
    [DIRECTORY_PERSON] = SOURCE(COMMAND_PERSON, person, code, persons),
    [DIRECTORY_SUBJECT] = SOURCE(COMMAND_SUBJECT, subject, code, subjects),
    [DIRECTORY_PROJECT] = SOURCE(COMMAND_PROJECT, project, code, projects),
    [DIRECTORY_MILESTONE] = SOURCE(COMMAND_MILESTONE, milestone, code, milestones),
    [DIRECTORY_ASSIGNMENT] = SOURCE(COMMAND_ASSIGNMENT, assignment, code, assignments),
    [DIRECTORY_TEAM] = SOURCE(COMMAND_TEAM, team, code, teams),
    [DIRECTORY_INSPECTOR] = SOURCE(COMMAND_INSPECTOR, inspector, code, inspectors),
    [DIRECTORY_STAFF] = SOURCE(COMMAND_STAFF, staff, code, staff),
    [DIRECTORY_SCHEME] = SOURCE(COMMAND_PROPOSE_SCHEME, propose_scheme, code, schemes),
    [DIRECTORY_ROUND] = SOURCE(COMMAND_ROUND, round, code, rounds),
    [DIRECTORY_PRINCIPAL] = SOURCE(COMMAND_INVITE, invite, principal, principals),
};
_Static_assert(sizeof sources / sizeof sources[0] == DIRECTORY_COUNT,
               "every kind needs a source");

status_t directory_create(const state_limits_t *limits, directory_t **out)
{
    CHECK(limits != NULL);
    CHECK(out != NULL);
    *out = NULL;
    directory_t *directory = calloc(1, sizeof *directory);
    if (directory == NULL)
        return STATUS_NO_MEMORY;
    memory_init(&directory->memory);
    for (size_t kind = 0; kind < DIRECTORY_COUNT; kind++) {
        directory->rows[kind] = limits->rows[sources[kind].table];
        directory->entries[kind] =
            memory_take(&directory->memory,
                        ((size_t)directory->rows[kind] + 1) * sizeof(entry_t *));
        if (directory->entries[kind] == NULL) {
            directory_destroy(&directory);
            return STATUS_NO_MEMORY;
        }
    }
    *out = directory;
    return STATUS_OK;
}

void directory_destroy(directory_t **directory)
{
    CHECK(directory != NULL);
    if (*directory == NULL)
        return;
    for (size_t kind = 0; kind < DIRECTORY_COUNT; kind++) {
        for (uint32_t row = 1; row <= (*directory)->used[kind]; row++)
            free((*directory)->entries[kind][row]);
    }
    memory_fini(&(*directory)->memory);
    free(*directory);
    *directory = NULL;
}

static text_t name_of(const entry_t *entry)
{
    return entry != NULL ? (text_t){ entry->text, entry->name_size } : (text_t){ 0 };
}

static text_t post_of(const entry_t *entry)
{
    return entry != NULL ? (text_t){ entry->text + entry->name_size, entry->post_size }
                         : (text_t){ 0 };
}

static entry_t *entry_of(text_t name, text_t post)
{
    entry_t *entry = malloc(sizeof *entry + name.size + post.size);
    if (entry == NULL)
        return NULL;
    entry->name_size = name.size;
    entry->post_size = post.size;
    if (name.size > 0)
        memcpy(entry->text, name.data, name.size);
    if (post.size > 0)
        memcpy(entry->text + name.size, post.data, post.size);
    return entry;
}

static const source_t *source_of(command_kind_t kind)
{
    for (size_t i = 0; i < DIRECTORY_COUNT; i++) {
        if (sources[i].command == kind)
            return &sources[i];
    }
    return NULL;
}

static uint32_t row_of(const state_t *state, const command_t *command,
                       const source_t *source)
{
    const text_t *code =
        (const text_t *)(const void *)((const char *)command + source->code_at);
    const table_t *table =
        (const table_t *)(const void *)((const char *)state + source->table_at);
    return state_find(table, *code);
}

static text_t chosen(text_t first, text_t second)
{
    return first.size > 0 ? first : second;
}

static status_t learn(directory_t *directory, const state_t *state,
                      const command_t *command, const private_t *part, bool older)
{
    CHECK(directory != NULL);
    CHECK(state != NULL && command != NULL && part != NULL);
    const source_t *source = source_of(command->kind);
    if (source == NULL || (part->name.size == 0 && part->post.size == 0))
        return STATUS_OK;
    size_t kind = (size_t)(source - sources);
    uint32_t row = row_of(state, command, source);
    CHECK(row > 0 && row <= directory->rows[kind]);
    entry_t **kept = &directory->entries[kind][row];
    text_t name = name_of(*kept), post = post_of(*kept);
    entry_t *entry = older
                         ? entry_of(chosen(name, part->name), chosen(post, part->post))
                         : entry_of(chosen(part->name, name), chosen(part->post, post));
    if (entry == NULL)
        return STATUS_NO_MEMORY;
    free(*kept);
    *kept = entry;
    if (row > directory->used[kind])
        directory->used[kind] = row;
    return STATUS_OK;
}

status_t directory_learn(directory_t *directory, const state_t *state,
                         const command_t *command, const private_t *part)
{
    return learn(directory, state, command, part, false);
}

status_t directory_learn_older(directory_t *directory, const state_t *state,
                               const command_t *command, const private_t *part)
{
    return learn(directory, state, command, part, true);
}

static const entry_t *find(const directory_t *directory, directory_kind_t kind,
                           uint32_t row)
{
    CHECK(directory != NULL);
    CHECK(kind < DIRECTORY_COUNT);
    CHECK(row <= directory->rows[kind]);
    return row <= directory->used[kind] ? directory->entries[kind][row] : NULL;
}

text_t directory_name(const directory_t *directory, directory_kind_t kind, uint32_t row)
{
    return name_of(find(directory, kind, row));
}

text_t directory_post(const directory_t *directory, directory_kind_t kind, uint32_t row)
{
    return post_of(find(directory, kind, row));
}

text_t directory_subject_name(const directory_t *directory, const state_t *state,
                              uint32_t subject)
{
    CHECK(state != NULL);
    text_t own = directory_name(directory, DIRECTORY_SUBJECT, subject);
    if (own.size > 0 || subject == 0)
        return own;
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    return directory_name(directory, DIRECTORY_PERSON, row->person);
}
