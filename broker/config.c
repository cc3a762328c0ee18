/* config.c - see config.h. libcyaml reads; unknown keys are its errors already. */
#include "broker/config.h"

#include "broker/runtime/exporter.h"
#include "proto/check.h"
#include "storage/journal.h"
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As the file says it; NULL was not given. */
typedef struct {
    char *data, *listen, *metrics, *log_level;
    uint32_t *map_gib, *low_water_mib, *ballast_mib, *batch_records, *snapshot_records;
} file_t;

#define TEXT(name, max)                                                                \
    CYAML_FIELD_STRING_PTR(#name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_t,    \
                           name, 1, (max)-1)
#define NUMBER(name)                                                                   \
    CYAML_FIELD_UINT_PTR(#name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_t, name)

static const cyaml_schema_field_t fields[] = { TEXT(data, CONFIG_PATH_MAX),
                                               TEXT(listen, CONFIG_ADDRESS_MAX),
                                               TEXT(metrics, CONFIG_ADDRESS_MAX),
                                               TEXT(log_level, 16),
                                               NUMBER(map_gib),
                                               NUMBER(low_water_mib),
                                               NUMBER(ballast_mib),
                                               NUMBER(batch_records),
                                               NUMBER(snapshot_records),
                                               CYAML_FIELD_END };

static const cyaml_schema_value_t schema = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
                                                                 file_t, fields) };

/* Collects what the parser says; its last lines tell key, line and column. */
typedef struct {
    char text[CONFIG_MESSAGE_MAX];
    size_t size;
} complaint_t;

static void note_complaint(cyaml_log_t level, void *context, const char *format,
                           va_list arguments)
{
    complaint_t *complaint = context;
    if (level < CYAML_LOG_ERROR || complaint->size >= sizeof complaint->text - 1)
        return;
    int written =
        vsnprintf(complaint->text + complaint->size,
                  sizeof complaint->text - complaint->size, format, arguments);
    if (written > 0)
        complaint->size += (size_t)written;
    if (complaint->size >= sizeof complaint->text)
        complaint->size = sizeof complaint->text - 1;
    for (char *at = complaint->text; *at != '\0'; at++) {
        if (*at == '\n')
            *at = ' ';
    }
}

void config_default(config_t *config)
{
    CHECK(config != NULL);
    *config = (config_t){ .data = "/var/lib/yixian",
                          .listen = "tcp://*:7750",
                          .map_gib = 256,
                          .low_water_mib = 256,
                          .ballast_mib = 64,
                          .batch_records = 4000,
                          .snapshot_records = 1000000,
                          .log_level = 6 };
}

static status_t complain(char message[CONFIG_MESSAGE_MAX], const char *key,
                         const char *what)
{
    (void)snprintf(message, CONFIG_MESSAGE_MAX, "%s: %s", key, what);
    return STATUS_CONFIG; /* a message that was cut still names its key */
}

status_t config_check(const config_t *config, char message[CONFIG_MESSAGE_MAX])
{
    CHECK(config != NULL);
    CHECK(message != NULL);
    if (config->data[0] == '\0')
        return complain(message, "data", "names no folder");
    if (strncmp(config->listen, "tcp://", 6) != 0)
        return complain(message, "listen", "must read tcp://ADDRESS:PORT");
    if (config->metrics[0] != '\0' && !exporter_address_fits(config->metrics))
        return complain(message, "metrics",
                        "must be an address of this machine: 127.0.0.1:PORT");
    if (config->map_gib < 1 || config->map_gib > 16384)
        return complain(message, "map_gib", "must lie between 1 and 16384");
    if (config->low_water_mib < 1 || config->low_water_mib > 1048576)
        return complain(message, "low_water_mib", "must lie between 1 and 1048576");
    if (config->ballast_mib < 4 * (JOURNAL_BATCH_BYTES_MAX >> 20) ||
        config->ballast_mib > 65536)
        return complain(message, "ballast_mib", "must lie between 32 and 65536");
    if (config->batch_records < SUBMIT_ITEMS_MAX ||
        config->batch_records > JOURNAL_BATCH_MAX)
        return complain(message, "batch_records", "must lie between 256 and 8000");
    if (config->snapshot_records != 0 &&
        config->snapshot_records < CONFIG_SNAPSHOT_RECORDS_MIN)
        return complain(message, "snapshot_records",
                        "must be 0 (none) or 1000 or more");
    return STATUS_OK;
}

static status_t level_of_text(const char *text, uint32_t *level)
{
    static const struct {
        const char *text;
        uint32_t level;
    } levels[] = { { "error", 3 }, { "warning", 4 }, { "info", 6 }, { "debug", 7 } };
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(levels[i].text, text) == 0) {
            *level = levels[i].level;
            return STATUS_OK;
        }
    }
    return STATUS_CONFIG;
}

static void take_number(const uint32_t *given, uint32_t *number)
{
    if (given != NULL)
        *number = *given;
}

static status_t take_file(const file_t *file, config_t *config,
                          char message[CONFIG_MESSAGE_MAX])
{
    if (file->data != NULL)
        (void)snprintf(config->data, sizeof config->data, "%s", file->data);
    if (file->listen != NULL)
        (void)snprintf(config->listen, sizeof config->listen, "%s", file->listen);
    if (file->metrics != NULL)
        (void)snprintf(config->metrics, sizeof config->metrics, "%s", file->metrics);
    if (file->log_level != NULL &&
        level_of_text(file->log_level, &config->log_level) != STATUS_OK)
        return complain(message, "log_level", "is error, warning, info or debug");
    take_number(file->map_gib, &config->map_gib);
    take_number(file->low_water_mib, &config->low_water_mib);
    take_number(file->ballast_mib, &config->ballast_mib);
    take_number(file->batch_records, &config->batch_records);
    take_number(file->snapshot_records, &config->snapshot_records);
    return config_check(config, message); /* lengths were bounded by the schema */
}

/* The parser tells an unknown key but not its line: finds the line that begins with
 * it, 0 = none. */
static unsigned line_of_key(const char *path, const char *key, size_t size)
{
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return 0;
    char line[CONFIG_PATH_MAX];
    unsigned number = 0;
    bool found = false;
    while (!found && fgets(line, sizeof line, stream) != NULL) {
        number++;
        const char *at = line + strspn(line, " \t\"'");
        found = strncmp(at, key, size) == 0 && strchr(":\"' \t", at[size]) != NULL;
    }
    (void)fclose(stream); /* opened for reading: nothing can be lost */
    return found ? number : 0;
}

/* One line: FILE:LINE: what. */
static status_t explain_failure(const char *path, cyaml_err_t rc,
                                const complaint_t *complaint,
                                char message[CONFIG_MESSAGE_MAX])
{
    static const char unknown[] = "Unexpected key: ";
    const char *key = strstr(complaint->text, unknown);
    if (rc != CYAML_ERR_INVALID_KEY || key == NULL) {
        (void)snprintf(message, CONFIG_MESSAGE_MAX, "%.200s: %.300s", path,
                       complaint->size > 0 ? complaint->text : cyaml_strerror(rc));
        return STATUS_CONFIG;
    }
    key += sizeof unknown - 1;
    size_t size = strcspn(key, " ");
    (void)snprintf(
        message, CONFIG_MESSAGE_MAX,
        "%.200s:%u: unknown key \"%.*s\"; known are data, listen, metrics, map_gib, "
        "low_water_mib, ballast_mib, batch_records, snapshot_records, log_level",
        path, line_of_key(path, key, size), (int)(size < 64 ? size : 64), key);
    return STATUS_CONFIG_UNKNOWN_KEY; /* a cut message still begins with the place */
}

status_t config_load(const char *path, config_t *config,
                     char message[CONFIG_MESSAGE_MAX])
{
    CHECK(path != NULL);
    CHECK(config != NULL);
    config_default(config);
    message[0] = '\0';
    if (access(path, R_OK) != 0) {
        (void)snprintf(message, CONFIG_MESSAGE_MAX, "%s: %s", path, strerror(errno));
        return STATUS_NOT_FOUND;
    }
    complaint_t complaint = { .size = 0 };
    const cyaml_config_t parser = { .log_fn = note_complaint,
                                    .log_ctx = &complaint,
                                    .log_level = CYAML_LOG_ERROR,
                                    .mem_fn = cyaml_mem };
    file_t *file = NULL;
    cyaml_err_t rc =
        cyaml_load_file(path, &parser, &schema, (cyaml_data_t **)&file, NULL);
    if (rc != CYAML_OK)
        return explain_failure(path, rc, &complaint, message);
    if (file == NULL) /* an empty file: every key has its default */
        return STATUS_OK;
    char what[CONFIG_MESSAGE_MAX];
    status_t status = take_file(file, config, what);
    if (status != STATUS_OK)
        (void)snprintf(message, CONFIG_MESSAGE_MAX, "%.200s: %.300s", path, what);
    /* freeing what was loaded cannot fail when the schema is the one that loaded it */
    (void)cyaml_free(&parser, &schema, file, 0);
    return status;
}
