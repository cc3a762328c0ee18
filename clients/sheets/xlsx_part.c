/* xlsx_part.c - see xlsx_part.h. */
#include "clients/sheets/xlsx_part.h"

#include "clients/sheets/source.h"
#include "proto/check.h"
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES 65536
#define NAME_SLOTS  (2u * XLSX_NAMES_MAX)

struct xlsx_part {
    zip_file_t *file;
    XML_Parser parser;
    const xlsx_handlers_t *handlers;
    void *context;
    xlsx_tag_t root;
    xlsx_tag_t path[XLSX_DEPTH_MAX + 1]; /* path[0] is TAG_ROOT */
    uint32_t depth, name_count;
    uint64_t names[NAME_SLOTS]; /* their hashes, 0 = free */
    uint64_t unpacked_bytes, limit_bytes, quiet_bytes;
    bool paused, last;
    sheet_reason_t reason;
};

/* ---- bounds ---- */

/* FNV-1a, never 0: names are only counted, so a clash does no harm. */
static uint64_t hash_of(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    return hash | 1;
}

/* The parser remembers every name it meets; false: there are too many. */
static bool count_name(xlsx_part_t *part, const char *name)
{
    uint64_t hash = hash_of(name);
    uint32_t at = (uint32_t)(hash >> 20) % NAME_SLOTS;
    while (part->names[at] != 0 && part->names[at] != hash)
        at = (at + 1) % NAME_SLOTS;
    if (part->names[at] == hash)
        return true;
    part->names[at] = hash;
    return ++part->name_count <= XLSX_NAMES_MAX;
}

static bool count_names(xlsx_part_t *part, const char *name, const char **attributes)
{
    bool few = count_name(part, name);
    for (; few && attributes[0] != NULL; attributes += 2)
        few = count_name(part, attributes[0]);
    return few;
}

uint64_t xlsx_part_limit(xlsx_tag_t root, const xlsx_entry_t *entry)
{
    CHECK(entry != NULL);
    if (root != TAG_SHEET && root != TAG_STRINGS)
        return SOURCE_UNPACKED_MAX;
    if (entry->packed_bytes >= XLSX_STREAM_MAX / XLSX_STREAM_RATIO)
        return XLSX_STREAM_MAX;
    uint64_t allowed = entry->packed_bytes * XLSX_STREAM_RATIO;
    return allowed > SOURCE_UNPACKED_MAX ? allowed : SOURCE_UNPACKED_MAX;
}

/* ---- what the parser tells ---- */

/* After a refusal the parser may still have one or two things to tell. */
static bool is_over(xlsx_part_t *part)
{
    part->quiet_bytes = 0;
    return part->reason != REASON_NONE;
}

static void XMLCALL on_open(void *user, const XML_Char *name,
                            const XML_Char **attributes)
{
    xlsx_part_t *part = user;
    if (is_over(part))
        return;
    if (part->depth == XLSX_DEPTH_MAX || !count_names(part, name, attributes)) {
        xlsx_part_refuse(part, REASON_DAMAGED_FILE);
        return;
    }
    xlsx_tag_t tag = xlsx_tag_of(part->path[part->depth], name);
    if (part->depth == 0 && tag != part->root) { /* a text document, for one */
        xlsx_part_refuse(part, part->root == TAG_BOOK ? REASON_NOT_A_WORKBOOK
                                                      : REASON_DAMAGED_FILE);
        return;
    }
    part->path[++part->depth] = tag;
    if (tag != TAG_OTHER && part->handlers->open != NULL)
        part->handlers->open(part->context, tag, (const char *const *)attributes);
}

static void XMLCALL on_close(void *user, const XML_Char *name)
{
    xlsx_part_t *part = user;
    (void)name; /* the parser has compared it */
    if (is_over(part))
        return;
    CHECK(part->depth > 0);
    xlsx_tag_t tag = part->path[part->depth--];
    if (tag != TAG_OTHER && part->handlers->close != NULL)
        part->handlers->close(part->context, tag);
}

static void XMLCALL on_text(void *user, const XML_Char *text, int size)
{
    xlsx_part_t *part = user;
    if (is_over(part) || part->handlers->text == NULL)
        return;
    xlsx_tag_t tag = part->path[part->depth];
    if (tag == TAG_TEXT || tag == TAG_VALUE)
        part->handlers->text(part->context, text, (size_t)size);
}

static void XMLCALL on_other(void *user, const XML_Char *text, int size)
{
    (void)text;
    (void)size;
    (void)is_over(user); /* comments and the like: something was heard */
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                               const XML_Char *open, int internal)
{
    (void)name;
    (void)system;
    (void)open;
    (void)internal;
    xlsx_part_refuse(user, REASON_DTD_FORBIDDEN);
}

/* ---- opening and closing ---- */

static bool make_parser(xlsx_part_t *part)
{
    part->parser = XML_ParserCreate(NULL);
    if (part->parser == NULL)
        return false;
    XML_SetUserData(part->parser, part);
    XML_SetElementHandler(part->parser, on_open, on_close);
    XML_SetCharacterDataHandler(part->parser, on_text);
    XML_SetDefaultHandler(part->parser, on_other);
    XML_SetStartDoctypeDeclHandler(part->parser, on_doctype);
    return true;
}

xlsx_part_t *xlsx_part_open(zip_t *zip, const char *name, xlsx_tag_t root,
                            const xlsx_handlers_t *handlers, void *context,
                            sheet_reason_t *reason)
{
    CHECK(zip != NULL && name != NULL && handlers != NULL && reason != NULL);
    xlsx_entry_t entry;
    *reason = REASON_DAMAGED_FILE;
    if (!xlsx_zip_find(zip, name, &entry))
        return NULL;
    *reason = REASON_UNPACKED_TOO_LARGE;
    if (entry.unpacked_bytes > xlsx_part_limit(root, &entry))
        return NULL;
    *reason = REASON_NO_MEMORY;
    xlsx_part_t *part = calloc(1, sizeof *part);
    if (part == NULL)
        return NULL;
    part->root = root;
    part->handlers = handlers;
    part->context = context;
    part->limit_bytes = xlsx_part_limit(root, &entry);
    part->path[0] = TAG_ROOT;
    if (make_parser(part)) {
        *reason = REASON_DAMAGED_FILE;
        part->file = zip_fopen_index(zip, entry.index, 0);
    }
    if (part->file == NULL)
        xlsx_part_close(&part);
    else
        *reason = REASON_NONE;
    return part;
}

void xlsx_part_close(xlsx_part_t **part)
{
    CHECK(part != NULL);
    if (*part == NULL)
        return;
    if ((*part)->file != NULL)
        (void)zip_fclose((*part)->file); /* read only */
    if ((*part)->parser != NULL)
        XML_ParserFree((*part)->parser);
    free(*part);
    *part = NULL;
}

/* ---- running ---- */

void xlsx_part_pause(xlsx_part_t *part)
{
    CHECK(part != NULL);
    if (part->reason == REASON_NONE && !part->paused)
        part->paused = XML_StopParser(part->parser, XML_TRUE) == XML_STATUS_OK;
}

void xlsx_part_refuse(xlsx_part_t *part, sheet_reason_t reason)
{
    CHECK(part != NULL);
    CHECK(reason != REASON_NONE);
    if (part->reason != REASON_NONE)
        return;
    part->reason = reason;
    (void)XML_StopParser(part->parser, XML_FALSE); /* fails when it has stopped */
}

/* The next block, or a reason. */
static enum XML_Status feed(xlsx_part_t *part)
{
    void *room = XML_GetBuffer(part->parser, BLOCK_BYTES);
    if (room == NULL) {
        part->reason = REASON_NO_MEMORY;
        return XML_STATUS_ERROR;
    }
    zip_int64_t size = zip_fread(part->file, room, BLOCK_BYTES);
    part->unpacked_bytes += size > 0 ? (uint64_t)size : 0;
    part->quiet_bytes += size > 0 ? (uint64_t)size : 0;
    if (size < 0 || part->quiet_bytes > XLSX_TOKEN_MAX)
        part->reason = REASON_DAMAGED_FILE;
    else if (part->unpacked_bytes > part->limit_bytes)
        part->reason = REASON_UNPACKED_TOO_LARGE;
    if (part->reason != REASON_NONE)
        return XML_STATUS_ERROR;
    part->last = size == 0;
    return XML_ParseBuffer(part->parser, (int)size, part->last);
}

static sheet_reason_t reason_of(const xlsx_part_t *part)
{
    if (part->reason != REASON_NONE)
        return part->reason;
    return XML_GetErrorCode(part->parser) == XML_ERROR_NO_MEMORY ? REASON_NO_MEMORY
                                                                 : REASON_DAMAGED_FILE;
}

part_step_t xlsx_part_run(xlsx_part_t *part, sheet_reason_t *reason)
{
    CHECK(part != NULL && reason != NULL);
    enum XML_Status status = XML_STATUS_OK;
    *reason = part->reason;
    if (part->reason != REASON_NONE)
        return PART_REFUSED;
    if (part->paused) {
        part->paused = false;
        status = XML_ResumeParser(part->parser);
    }
    while (status == XML_STATUS_OK && !part->last)
        status = feed(part);
    if (status == XML_STATUS_SUSPENDED)
        return PART_PAUSED;
    if (status == XML_STATUS_OK)
        return PART_END;
    part->reason = *reason = reason_of(part);
    return PART_REFUSED;
}

sheet_reason_t xlsx_part_read(zip_t *zip, const char *name, xlsx_tag_t root,
                              const xlsx_handlers_t *handlers, void *context,
                              xlsx_part_t **self)
{
    CHECK(self != NULL);
    sheet_reason_t reason;
    *self = xlsx_part_open(zip, name, root, handlers, context, &reason);
    if (*self != NULL)
        CHECK(xlsx_part_run(*self, &reason) != PART_PAUSED);
    xlsx_part_close(self);
    return reason;
}
