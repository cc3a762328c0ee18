/* evidence.c - see evidence.h. */
#include "clients/cli/evidence.h"

#include "clients/cli/fields.h"
#include "proto/check.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define READ_BYTES (64u * 1024u)
#define HEX_CHARS  (2 * crypto_hash_sha256_BYTES)

static bool hash_file(const char *path, char hex[HEX_CHARS + 1])
{
    uint8_t bytes[READ_BYTES], hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    CHECK(crypto_hash_sha256_init(&state) == 0);
    size_t size;
    while ((size = fread(bytes, 1, sizeof bytes, file)) > 0)
        CHECK(crypto_hash_sha256_update(&state, bytes, size) == 0);
    bool read = ferror(file) == 0;
    (void)fclose(file); /* opened for reading: nothing can be lost */
    CHECK(crypto_hash_sha256_final(&state, hash) == 0);
    sodium_bin2hex(hex, HEX_CHARS + 1, hash, sizeof hash);
    return read;
}

/* The list at `name`, made when it is missing. */
static json_t *list_at(json_t *object, const char *name)
{
    json_t *list = json_object_get(object, name);
    if (list != NULL)
        return list;
    list = json_array();
    return json_object_set_new(object, name, list) == 0 ? list : NULL;
}

status_t evidence_add(json_t *object, const char *const *paths, unsigned count,
                      fault_t *fault)
{
    CHECK(json_is_object(object));
    for (unsigned i = 0; i < count; i++) {
        char hex[HEX_CHARS + 1];
        const char *stroke = strrchr(paths[i], '/');
        const char *name = stroke != NULL ? stroke + 1 : paths[i];
        if (!hash_file(paths[i], hex))
            return fields_refuse(fault, STATUS_BAD_INPUT, "evidence", paths[i]);
        if (json_array_append_new(list_at(object, "evidence"), json_string(hex)) != 0 ||
            json_array_append_new(list_at(object, "evidence_names"),
                                  json_string(name)) != 0)
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}
