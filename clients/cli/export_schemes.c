/* export_schemes.c - see export_schemes.h. */
#include "clients/cli/export_schemes.h"

#include "proto/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* The usual function falls through cases without a word, which clang does not take. */
#define HASH_FUNCTION(key, size, hash) HASH_FNV(key, size, hash)
#define HASH_NONFATAL_OOM              1
#define uthash_nonfatal_oom(element)   ((element)->lost = true)
#include <uthash.h>

typedef enum { LINK_VISIT, LINK_ROUND, LINK_ACCOUNT, LINK_COUNT } link_kind_t;

/* A code and what it belongs to. */
typedef struct {
    char *code, *above;
    bool lost; /* there was no memory to add it; likewise below */
    UT_hash_handle hh;
} link_t;

typedef struct {
    char *code;
    names_t names;
    bool lost;
    UT_hash_handle hh;
} scheme_t;

struct export_schemes {
    link_t *links[LINK_COUNT];
    scheme_t *schemes;
    names_t usual;
};

export_schemes_t *export_schemes_create(const names_t *usual)
{
    CHECK(usual != NULL);
    export_schemes_t *schemes = calloc(1, sizeof *schemes);
    if (schemes != NULL)
        schemes->usual = *usual;
    return schemes;
}

static void free_link(link_t *own)
{
    free(own->code);
    free(own->above);
    free(own);
}

static void free_scheme(scheme_t *scheme)
{
    free(scheme->code);
    free(scheme);
}

static void free_links(link_t **links)
{
    link_t *own, *next;
    HASH_ITER(hh, *links, own, next)
    {
        HASH_DEL(*links, own);
        free_link(own);
    }
}

void export_schemes_destroy(export_schemes_t **schemes)
{
    CHECK(schemes != NULL);
    if (*schemes == NULL)
        return;
    for (unsigned i = 0; i < LINK_COUNT; i++)
        free_links(&(*schemes)->links[i]);
    scheme_t *scheme, *next;
    HASH_ITER(hh, (*schemes)->schemes, scheme, next)
    {
        HASH_DEL((*schemes)->schemes, scheme);
        free_scheme(scheme);
    }
    free(*schemes);
    *schemes = NULL;
}

/* ---- taking ---- */

static const char *text_in(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static status_t add_link(link_t **links, const char *code, const char *above)
{
    link_t *own = calloc(1, sizeof *own);
    if (own == NULL)
        return STATUS_NO_MEMORY;
    own->code = strdup(code);
    own->above = strdup(above);
    own->lost = own->code == NULL || own->above == NULL;
    if (!own->lost)
        HASH_ADD_KEYPTR(hh, *links, own->code, strlen(own->code), own);
    if (!own->lost)
        return STATUS_OK;
    free_link(own);
    return STATUS_NO_MEMORY;
}

static status_t take_link(link_t **links, const char *code, const char *above)
{
    link_t *own = NULL;
    HASH_FIND_STR(*links, code, own);
    if (own == NULL)
        return add_link(links, code, above);
    char *copy = strdup(above);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    free(own->above);
    own->above = copy;
    return STATUS_OK;
}

static void take_names(name_list_t *list, const json_t *named)
{
    size_t index;
    const json_t *one;
    json_array_foreach(named, index, one)
    {
        json_int_t number = json_integer_value(json_object_get(one, "number"));
        if (number >= 1 && number <= (json_int_t)DIMENSIONS_MAX)
            (void)snprintf(list->names[number - 1], sizeof list->names[0], "%s",
                           text_in(one, "name")); /* labels fit */
    }
}

static scheme_t *add_scheme(export_schemes_t *schemes, const char *code)
{
    scheme_t *scheme = calloc(1, sizeof *scheme);
    if (scheme == NULL)
        return NULL;
    scheme->code = strdup(code);
    scheme->lost = scheme->code == NULL;
    if (!scheme->lost)
        HASH_ADD_KEYPTR(hh, schemes->schemes, scheme->code, strlen(scheme->code),
                        scheme);
    if (!scheme->lost)
        return scheme;
    free_scheme(scheme);
    return NULL;
}

static status_t take_scheme(export_schemes_t *schemes, const json_t *command)
{
    scheme_t *scheme = NULL;
    const char *code = text_in(command, "code");
    HASH_FIND_STR(schemes->schemes, code, scheme);
    if (scheme == NULL)
        scheme = add_scheme(schemes, code);
    if (scheme == NULL)
        return STATUS_NO_MEMORY;
    scheme->names = (names_t){ .dimensions = { { "" } } };
    take_names(&scheme->names.dimensions, json_object_get(command, "dimensions"));
    take_names(&scheme->names.channels, json_object_get(command, "channels"));
    return STATUS_OK;
}

status_t export_schemes_take(export_schemes_t *schemes, const char *kind,
                             const json_t *command)
{
    static const struct {
        const char *kind, *above;
        link_kind_t link;
    } links[] = { { "visit", "round", LINK_VISIT },
                  { "round", "account", LINK_ROUND },
                  { "open_account", "scheme", LINK_ACCOUNT } };
    CHECK(schemes != NULL && kind != NULL);
    if (strcmp(kind, "propose_scheme") == 0)
        return take_scheme(schemes, command);
    for (unsigned i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (strcmp(kind, links[i].kind) == 0)
            return take_link(&schemes->links[links[i].link], text_in(command, "code"),
                             text_in(command, links[i].above));
    }
    return STATUS_OK;
}

/* ---- telling ---- */

static const char *above(const export_schemes_t *schemes, link_kind_t kind,
                         const char *code)
{
    link_t *own = NULL;
    if (code != NULL)
        HASH_FIND_STR(schemes->links[kind], code, own);
    return own != NULL ? own->above : NULL;
}

static const names_t *names_of_account(const export_schemes_t *schemes,
                                       const char *account)
{
    scheme_t *scheme = NULL;
    const char *code = above(schemes, LINK_ACCOUNT, account);
    if (code != NULL)
        HASH_FIND_STR(schemes->schemes, code, scheme);
    return scheme != NULL ? &scheme->names : &schemes->usual;
}

const names_t *export_schemes_of_visit(const export_schemes_t *schemes,
                                       const char *visit)
{
    CHECK(schemes != NULL && visit != NULL);
    const char *round = above(schemes, LINK_VISIT, visit);
    return names_of_account(schemes, above(schemes, LINK_ROUND, round));
}

static uint32_t add_names(const name_list_t *list, const char **names, uint32_t count,
                          uint32_t room)
{
    for (uint32_t i = 0; i < DIMENSIONS_MAX; i++) {
        const char *name = list->names[i];
        bool known = *name == '\0';
        for (uint32_t j = 0; j < count && !known; j++)
            known = strcmp(names[j], name) == 0;
        if (!known && count < room)
            names[count++] = name;
    }
    return count;
}

uint32_t export_schemes_dimensions(const export_schemes_t *schemes, const char **names,
                                   uint32_t room)
{
    CHECK(schemes != NULL && names != NULL);
    uint32_t count = 0;
    for (const link_t *account = schemes->links[LINK_ACCOUNT]; account != NULL;
         account = account->hh.next)
        count = add_names(&names_of_account(schemes, account->code)->dimensions, names,
                          count, room);
    return count > 0 ? count : add_names(&schemes->usual.dimensions, names, 0, room);
}
