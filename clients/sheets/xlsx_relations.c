/* xlsx_relations.c - see xlsx_relations.h. */
#include "clients/sheets/xlsx_relations.h"

#include "clients/sheets/xlsx_part.h"
#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *id, *type, *path;
} relation_t;

struct xlsx_relations {
    char folder
        [XLSX_PATH_MAX]; /* what targets begin at; ends with a slash or is empty */
    relation_t list[XLSX_RELATIONS_MAX];
    uint32_t count;
    xlsx_part_t *part;
};

/* Takes "./" away and "name/../" with it. */
static void straighten(char *path)
{
    char *to = path;
    for (const char *from = path; *from != '\0';) {
        bool begins = to == path || to[-1] == '/';
        if (begins && strncmp(from, "./", 2) == 0) {
            from += 2;
        } else if (begins && strncmp(from, "../", 3) == 0) {
            from += 3;
            to -= to > path ? 1 : 0;
            while (to > path && to[-1] != '/')
                to--;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static char *path_of(const xlsx_relations_t *relations, const char *target)
{
    char path[XLSX_PATH_MAX];
    bool whole = target[0] == '/';
    int size = snprintf(path, sizeof path, "%s%s", whole ? "" : relations->folder,
                        target + whole);
    if (size < 0 || (size_t)size >= sizeof path)
        return NULL;
    straighten(path);
    return strdup(path);
}

static void on_open(void *context, xlsx_tag_t tag, const char *const *attributes)
{
    xlsx_relations_t *relations = context;
    const char *id = xlsx_attribute(attributes, "Id", 0);
    const char *type = xlsx_attribute(attributes, "Type", 0);
    const char *target = xlsx_attribute(attributes, "Target", 0);
    if (tag != TAG_RELATION || id == NULL || type == NULL || target == NULL)
        return;
    if (relations->count == XLSX_RELATIONS_MAX) {
        xlsx_part_refuse(relations->part, REASON_DAMAGED_FILE);
        return;
    }
    relation_t *own = &relations->list[relations->count++];
    *own = (relation_t){ .id = strdup(id),
                         .type = strdup(type),
                         .path = path_of(relations, target) };
    if (own->id == NULL || own->type == NULL || own->path == NULL)
        xlsx_part_refuse(relations->part, REASON_DAMAGED_FILE);
}

xlsx_relations_t *xlsx_relations_read(zip_t *zip, const char *part,
                                      sheet_reason_t *reason)
{
    static const xlsx_handlers_t handlers = { .open = on_open };
    CHECK(zip != NULL && part != NULL && reason != NULL);
    char name[XLSX_PATH_MAX + 16];
    xlsx_entry_t entry;
    const char *slash = strrchr(part, '/');
    int folder = slash != NULL ? (int)(slash - part) + 1 : 0;
    xlsx_relations_t *relations = calloc(1, sizeof *relations);
    *reason = REASON_NO_MEMORY;
    if (relations == NULL)
        return NULL;
    CHECK(folder < (int)sizeof relations->folder);
    memcpy(relations->folder, part, (size_t)folder);
    (void)snprintf(name, sizeof name, "%.*s_rels/%s.rels", folder, part,
                   part + folder); /* part is shorter than XLSX_PATH_MAX */
    *reason = REASON_NOT_A_WORKBOOK;
    if (xlsx_zip_find(zip, name, &entry))
        *reason = xlsx_part_read(zip, name, TAG_RELATIONS, &handlers, relations,
                                 &relations->part);
    if (*reason != REASON_NONE)
        xlsx_relations_destroy(&relations);
    return relations;
}

void xlsx_relations_destroy(xlsx_relations_t **relations)
{
    CHECK(relations != NULL);
    for (uint32_t i = 0; *relations != NULL && i < (*relations)->count; i++) {
        free((*relations)->list[i].id);
        free((*relations)->list[i].type);
        free((*relations)->list[i].path);
    }
    free(*relations);
    *relations = NULL;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), wanted = strlen(end);
    return size >= wanted && strcmp(text + size - wanted, end) == 0;
}

const char *xlsx_relations_find(const xlsx_relations_t *relations, const char *id,
                                const char *type)
{
    CHECK(relations != NULL && type != NULL);
    for (uint32_t i = 0; i < relations->count; i++) {
        const relation_t *relation = &relations->list[i];
        if (ends_with(relation->type, type) &&
            (id == NULL || strcmp(relation->id, id) == 0))
            return relation->path;
    }
    return NULL;
}
