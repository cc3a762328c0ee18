/* yaml_line.c - see yaml_line.h. libyaml's document keeps the marks that libcyaml does
 * not hand out. */
#include "clients/cli/yaml_line.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* NULL: the mapping has no such key. */
static yaml_node_t *value_of(yaml_document_t *document, const yaml_node_t *node,
                             const char *key, size_t length)
{
    if (node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = yaml_document_get_node(document, pair->key);
        if (name != NULL && name->type == YAML_SCALAR_NODE &&
            name->data.scalar.length == length &&
            memcmp(name->data.scalar.value, key, length) == 0)
            return yaml_document_get_node(document, pair->value);
    }
    return NULL;
}

/* NULL: it is no list, or a shorter one. */
static yaml_node_t *item_of(yaml_document_t *document, const yaml_node_t *node,
                            unsigned long index)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return NULL;
    const yaml_node_item_t *first = node->data.sequence.items.start;
    if (index >= (unsigned long)(node->data.sequence.items.top - first))
        return NULL;
    return yaml_document_get_node(document, first[index]);
}

/* The node one step along the path, which moves on; NULL: there is none. */
static yaml_node_t *step(yaml_document_t *document, const yaml_node_t *node,
                         const char **path)
{
    if (**path == '[') {
        char *end;
        unsigned long index = strtoul(*path + 1, &end, 10);
        *path = *end == ']' ? end + 1 : end;
        return item_of(document, node, index);
    }
    if (**path == '.')
        ++*path;
    size_t length = strcspn(*path, ".[");
    const char *key = *path;
    *path += length;
    return length > 0 ? value_of(document, node, key, length) : NULL;
}

static unsigned line_in(yaml_document_t *document, const char *path)
{
    const yaml_node_t *node = yaml_document_get_root_node(document), *last = NULL;
    while (node != NULL) {
        last = node;
        node = *path != '\0' ? step(document, node, &path) : NULL;
    }
    return last != NULL ? (unsigned)last->start_mark.line + 1 : 0;
}

unsigned yaml_line(const char *text, size_t size, const char *path)
{
    CHECK(text != NULL && path != NULL);
    yaml_parser_t parser;
    yaml_document_t document;
    unsigned line = 0;
    if (yaml_parser_initialize(&parser) == 0)
        return 0;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (yaml_parser_load(&parser, &document) != 0) {
        line = line_in(&document, path);
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return line;
}
