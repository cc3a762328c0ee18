/* profile.c - see profile.h. */
#include "clients/lib/profile.h"

#include "clients/lib/files.h"
#include "proto/check.h"
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define KEY_FILE       "key"
#define BROKER_FILE    "broker"
#define ENROLLING_FILE "enrolling"
#define KEY_TITLE      "yixian client key 1"
#define BROKER_TITLE   "yixian broker 1"
#define FILE_BYTES_MAX 1024u
#define HEX_CHARS      (2 * KEY_BYTES)
#define Z85_CHARS      40u

__attribute__((format(printf, 4, 5))) static status_t complain(char *reason,
                                                               const char *folder,
                                                               const char *name,
                                                               const char *format, ...)
{
    int size = snprintf(reason, PROFILE_REASON_MAX, "%s/%s: ", folder, name);
    if (size < 0 || (size_t)size >= PROFILE_REASON_MAX)
        return STATUS_PROFILE; /* the path alone fills it */
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason + size, PROFILE_REASON_MAX - (size_t)size, format,
                    arguments);
    va_end(arguments);
    return STATUS_PROFILE;
}

/* Says what errno tells when a file could not be used, and gives the status back. */
static status_t explain(status_t status, char *reason, const char *folder,
                        const char *name)
{
    int error = errno;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        (void)complain(reason, folder, name, "%s", strerror(error));
    return status;
}

/* ---- where ---- */

static status_t fits(int size)
{
    return size > 0 && (size_t)size < PROFILE_PATH_MAX ? STATUS_OK : STATUS_PROFILE;
}

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

status_t profile_find(const char *name, char folder[PROFILE_PATH_MAX])
{
    CHECK(folder != NULL);
    folder[0] = '\0';
    if (!is_set(name))
        name = getenv("YX_PROFILE");
    if (!is_set(name))
        name = "default";
    if (strchr(name, '/') != NULL)
        return fits(snprintf(folder, PROFILE_PATH_MAX, "%s", name));
    const char *settings = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (is_set(settings))
        return fits(snprintf(folder, PROFILE_PATH_MAX, "%s/yixian/%s", settings, name));
    if (!is_set(home))
        return STATUS_PROFILE;
    return fits(snprintf(folder, PROFILE_PATH_MAX, "%s/.config/yixian/%s", home, name));
}

/* ---- reading ---- */

/* The text behind `name` and a blank, to the end of its line; NULL when not there. */
static const char *value_of(const char *text, const char *name, size_t *size)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) != 0 || line[length] != ' ')
            continue;
        const char *value = line + length + strspn(line + length, " ");
        *size = strcspn(value, "\n");
        return value;
    }
    return NULL;
}

static bool read_z85(const char *text, uint8_t key[KEY_BYTES])
{
    char copy[Z85_CHARS + 1];
    memcpy(copy, text, Z85_CHARS);
    copy[Z85_CHARS] = '\0';
    return zmq_z85_decode(key, copy) != NULL;
}

static bool read_key(const char *text, const char *name, uint8_t key[KEY_BYTES])
{
    size_t size = 0, read = 0;
    const char *value = value_of(text, name, &size);
    if (value == NULL)
        return false;
    if (size == Z85_CHARS)
        return read_z85(value, key);
    return size == HEX_CHARS &&
           sodium_hex2bin(key, KEY_BYTES, value, size, NULL, &read, NULL) == 0 &&
           read == KEY_BYTES;
}

static bool has_title(const char *text, const char *title)
{
    size_t size = strlen(title);
    return strncmp(text, title, size) == 0 && text[size] == '\n';
}

/* A key pair from a file that nobody else may read. */
static status_t read_pair(const char *name, char text[FILE_BYTES_MAX],
                          profile_t *profile, char *reason)
{
    unsigned mode;
    uint8_t derived[KEY_BYTES];
    const char *folder = profile->folder;
    status_t status = files_read(folder, name, text, FILE_BYTES_MAX, &mode);
    if (status != STATUS_OK)
        return explain(status, reason, folder, name);
    if ((mode & 077) != 0)
        return complain(reason, folder, name,
                        "others may read it (mode %03o); chmod 600 it", mode);
    if (!has_title(text, KEY_TITLE) || !read_key(text, "secret", profile->secret_key) ||
        !read_key(text, "public", profile->public_key))
        return complain(reason, folder, name, "is not a key file");
    if (crypto_scalarmult_base(derived, profile->secret_key) != 0 ||
        memcmp(derived, profile->public_key, KEY_BYTES) != 0)
        return complain(reason, folder, name, "the two keys do not belong together");
    return STATUS_OK;
}

static status_t read_broker(profile_t *profile, char *reason)
{
    char text[FILE_BYTES_MAX];
    unsigned mode;
    size_t size = 0;
    const char *folder = profile->folder;
    status_t status = files_read(folder, BROKER_FILE, text, sizeof text, &mode);
    if (status != STATUS_OK)
        return explain(status, reason, folder, BROKER_FILE);
    const char *endpoint = value_of(text, "endpoint", &size);
    if (!has_title(text, BROKER_TITLE) || endpoint == NULL || size == 0 ||
        size >= PROFILE_ENDPOINT_MAX || !read_key(text, "server", profile->server_key))
        return complain(reason, folder, BROKER_FILE, "is not a broker file");
    memcpy(profile->endpoint, endpoint, size);
    profile->endpoint[size] = '\0';
    return STATUS_OK;
}

static status_t set_folder(profile_t *profile, const char *folder)
{
    *profile = (profile_t){ .folder = "" };
    return fits(snprintf(profile->folder, sizeof profile->folder, "%s", folder));
}

status_t profile_read(const char *folder, profile_t *profile, char *reason)
{
    CHECK(folder != NULL);
    CHECK(profile != NULL);
    char text[FILE_BYTES_MAX];
    reason[0] = '\0';
    status_t status = set_folder(profile, folder);
    if (status == STATUS_OK)
        status = read_pair(KEY_FILE, text, profile, reason);
    sodium_memzero(text, sizeof text);
    if (status != STATUS_OK)
        return status;
    status = read_broker(profile, reason);
    if (status == STATUS_NOT_FOUND)
        return complain(reason, folder, BROKER_FILE, "is missing");
    return status;
}

#define SIGNING_FILE  "signing"
#define SIGNING_TITLE "yixian signing key 1"

status_t profile_read_signing(const char *folder, uint8_t key[KEY_BYTES])
{
    CHECK(folder != NULL && key != NULL);
    char text[FILE_BYTES_MAX];
    unsigned mode;
    status_t status = files_read(folder, SIGNING_FILE, text, sizeof text, &mode);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? status : STATUS_PROFILE;
    return has_title(text, SIGNING_TITLE) && read_key(text, "public", key)
               ? STATUS_OK
               : STATUS_PROFILE;
}

status_t profile_write_signing(const char *folder, const uint8_t key[KEY_BYTES])
{
    CHECK(folder != NULL && key != NULL);
    char text[FILE_BYTES_MAX], public[HEX_CHARS + 1];
    sodium_bin2hex(public, sizeof public, key, KEY_BYTES);
    int size = snprintf(text, sizeof text, SIGNING_TITLE "\npublic %s\n", public);
    CHECK(size > 0 && (size_t)size < sizeof text);
    return files_write(folder, SIGNING_FILE, text, (size_t)size);
}

/* ---- writing ---- */

static status_t write_pair(const profile_t *profile, const char *name,
                           const uint8_t *code_key)
{
    char text[FILE_BYTES_MAX], secret[HEX_CHARS + 1], public[HEX_CHARS + 1];
    char code[HEX_CHARS + 1] = "";
    sodium_bin2hex(secret, sizeof secret, profile->secret_key, KEY_BYTES);
    sodium_bin2hex(public, sizeof public, profile->public_key, KEY_BYTES);
    if (code_key != NULL)
        sodium_bin2hex(code, sizeof code, code_key, KEY_BYTES);
    int size = snprintf(text, sizeof text, KEY_TITLE "\nsecret %s\npublic %s\n%s%s%s",
                        secret, public, code_key != NULL ? "code " : "", code,
                        code_key != NULL ? "\n" : "");
    CHECK(size > 0 && (size_t)size < sizeof text);
    status_t status = files_write(profile->folder, name, text, (size_t)size);
    sodium_memzero(text, sizeof text);
    sodium_memzero(secret, sizeof secret);
    return status;
}

static status_t write_broker(const profile_t *profile)
{
    char text[FILE_BYTES_MAX], server[HEX_CHARS + 1];
    sodium_bin2hex(server, sizeof server, profile->server_key, KEY_BYTES);
    int size = snprintf(text, sizeof text, BROKER_TITLE "\nendpoint %s\nserver %s\n",
                        profile->endpoint, server);
    CHECK(size > 0 && (size_t)size < sizeof text);
    return files_write(profile->folder, BROKER_FILE, text, (size_t)size);
}

/* STATUS_EXISTS: the folder holds a key, readable or not. */
static status_t check_free(const char *folder)
{
    char text[FILE_BYTES_MAX];
    unsigned mode;
    status_t status = files_read(folder, KEY_FILE, text, sizeof text, &mode);
    sodium_memzero(text, sizeof text);
    return status == STATUS_NOT_FOUND ? STATUS_OK : STATUS_EXISTS;
}

status_t profile_write(const profile_t *profile, char *reason)
{
    CHECK(profile != NULL);
    const char *folder = profile->folder;
    reason[0] = '\0';
    status_t status = check_free(folder);
    if (status == STATUS_OK)
        status = explain(files_make_folder(folder), reason, folder, "");
    if (status == STATUS_OK)
        status = explain(write_broker(profile), reason, folder, BROKER_FILE);
    if (status == STATUS_OK)
        status = explain(write_pair(profile, KEY_FILE, NULL), reason, folder, KEY_FILE);
    if (status == STATUS_OK)
        status = explain(files_remove(folder, ENROLLING_FILE), reason, folder,
                         ENROLLING_FILE);
    return status;
}

/* Whether an enrolment with this code was begun before. */
static bool read_begun(profile_t *profile, const uint8_t code_key[KEY_BYTES],
                       char *reason)
{
    char text[FILE_BYTES_MAX];
    uint8_t begun[KEY_BYTES];
    bool same = read_pair(ENROLLING_FILE, text, profile, reason) == STATUS_OK &&
                read_key(text, "code", begun) &&
                memcmp(begun, code_key, KEY_BYTES) == 0;
    sodium_memzero(text, sizeof text);
    return same;
}

status_t profile_begin(const char *folder, const uint8_t code_key[KEY_BYTES],
                       profile_t *profile, bool *again, char *reason)
{
    CHECK(folder != NULL);
    CHECK(profile != NULL);
    reason[0] = '\0';
    *again = false;
    status_t status = set_folder(profile, folder);
    if (status == STATUS_OK)
        status = check_free(folder);
    if (status == STATUS_OK)
        status = explain(files_make_folder(folder), reason, folder, "");
    if (status != STATUS_OK)
        return status;
    *again = read_begun(profile, code_key, reason);
    reason[0] = '\0';
    if (*again)
        return STATUS_OK;
    if (crypto_box_keypair(profile->public_key, profile->secret_key) != 0)
        return STATUS_NO_MEMORY;
    return explain(write_pair(profile, ENROLLING_FILE, code_key), reason, folder,
                   ENROLLING_FILE);
}
