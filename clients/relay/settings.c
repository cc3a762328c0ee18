/* settings.c - see settings.h. libcyaml reads; unknown keys are its errors already. */
#include "clients/relay/settings.h"

#include "proto/check.h"
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As the file says it; NULL was not given. */
typedef struct {
    char *profile, *data, *listen, *last_value;
    char **groups;
    unsigned groups_count;
    uint32_t *window;
} file_t;

#define TEXT(name, max)                                                                \
    CYAML_FIELD_STRING_PTR(#name, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_t,    \
                           name, 1, (max)-1)

static const cyaml_schema_value_t group_schema = { CYAML_VALUE_STRING(
    CYAML_FLAG_POINTER, char *, 1, LABEL_BYTES_MAX) };

static const cyaml_schema_field_t fields[] = {
    TEXT(profile, PROFILE_PATH_MAX),
    TEXT(data, PROFILE_PATH_MAX),
    TEXT(listen, SETTINGS_ADDRESS_MAX),
    TEXT(last_value, SETTINGS_ADDRESS_MAX),
    CYAML_FIELD_SEQUENCE_COUNT("groups", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                               file_t, groups, groups_count, &group_schema, 0,
                               GROUPS_MAX),
    CYAML_FIELD_UINT_PTR("window", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, file_t,
                         window),
    CYAML_FIELD_END
};

static const cyaml_schema_value_t schema = { CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER,
                                                                 file_t, fields) };

/* Collects what the parser says; its last lines tell key, line and column. */
typedef struct {
    char text[512];
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

void settings_default(settings_t *settings)
{
    CHECK(settings != NULL);
    *settings = (settings_t){ .data = "/var/lib/yixian-relay",
                              .listen = "tcp://127.0.0.1:7751",
                              .last_value = "tcp://127.0.0.1:7752",
                              .window = BOARD_WINDOW_MAX };
}

static status_t complain(char message[SETTINGS_MESSAGE_MAX], const char *key,
                         const char *what)
{
    (void)snprintf(message, SETTINGS_MESSAGE_MAX, "%s: %s", key, what);
    return STATUS_CONFIG;
}

static bool is_tcp(const char *endpoint)
{
    const char *port = strrchr(endpoint, ':');
    return strncmp(endpoint, "tcp://", 6) == 0 && port > endpoint + 6 &&
           port[1] != '\0';
}

status_t settings_check(const settings_t *settings, char message[SETTINGS_MESSAGE_MAX])
{
    CHECK(settings != NULL);
    CHECK(message != NULL);
    if (settings->data[0] == '\0')
        return complain(message, "data", "names no folder");
    if (!is_tcp(settings->listen))
        return complain(message, "listen", "must read tcp://ADDRESS:PORT");
    if (!is_tcp(settings->last_value))
        return complain(message, "last_value", "must read tcp://ADDRESS:PORT");
    if (settings->window < 1 || settings->window > BOARD_WINDOW_MAX)
        return complain(message, "window", "must lie between 1 and 1000");
    return STATUS_OK;
}

status_t settings_add_group(settings_t *settings, const char *group)
{
    CHECK(settings != NULL);
    CHECK(group != NULL);
    size_t size = strlen(group);
    if (size == 0 || size > LABEL_BYTES_MAX)
        return STATUS_TEXT_TOO_LONG;
    if (settings->group_count == GROUPS_MAX)
        return STATUS_TOO_MANY_ITEMS;
    memcpy(settings->groups[settings->group_count++], group, size + 1);
    return STATUS_OK;
}

static void take_text(const char *given, char *text, size_t room)
{
    if (given != NULL) /* its length was bounded by the schema */
        (void)snprintf(text, room, "%s", given);
}

static status_t take_file(const file_t *file, settings_t *settings,
                          char message[SETTINGS_MESSAGE_MAX])
{
    take_text(file->profile, settings->profile, sizeof settings->profile);
    take_text(file->data, settings->data, sizeof settings->data);
    take_text(file->listen, settings->listen, sizeof settings->listen);
    take_text(file->last_value, settings->last_value, sizeof settings->last_value);
    for (unsigned i = 0; i < file->groups_count; i++) {
        if (settings_add_group(settings, file->groups[i]) != STATUS_OK)
            return complain(message, "groups", "at most 32 groups of 63 bytes");
    }
    if (file->window != NULL)
        settings->window = *file->window;
    return settings_check(settings, message);
}

/* One line: FILE: what. The parser's words name key, line and column. */
static status_t explain_failure(const char *path, cyaml_err_t rc,
                                const complaint_t *complaint,
                                char message[SETTINGS_MESSAGE_MAX])
{
    (void)snprintf(message, SETTINGS_MESSAGE_MAX, "%.500s: %.500s%s", path,
                   complaint->size > 0 ? complaint->text : cyaml_strerror(rc),
                   rc == CYAML_ERR_INVALID_KEY
                       ? "; known are profile, data, listen, last_value, groups, window"
                       : "");
    return rc == CYAML_ERR_INVALID_KEY ? STATUS_CONFIG_UNKNOWN_KEY : STATUS_CONFIG;
}

status_t settings_load(const char *path, settings_t *settings,
                       char message[SETTINGS_MESSAGE_MAX])
{
    CHECK(path != NULL);
    CHECK(settings != NULL);
    settings_default(settings);
    message[0] = '\0';
    if (access(path, R_OK) != 0) {
        (void)snprintf(message, SETTINGS_MESSAGE_MAX, "%.500s: %s", path,
                       strerror(errno));
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
    char what[SETTINGS_MESSAGE_MAX];
    status_t status = take_file(file, settings, what);
    if (status != STATUS_OK)
        (void)snprintf(message, SETTINGS_MESSAGE_MAX, "%.500s: %.500s", path, what);
    /* freeing what was loaded cannot fail when the schema is the one that loaded it */
    (void)cyaml_free(&parser, &schema, file, 0);
    return status;
}
