/* identity.c - see identity.h. */
#include "clients/relay/identity.h"

#include "clients/lib/files.h"
#include "proto/check.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#define KEY_FILE       "relay.key"
#define PUBLIC_FILE    "relay.pub"
#define ENDPOINTS_FILE "endpoints"
#define KEY_TITLE      "yixian relay key 1"
#define FILE_BYTES_MAX 1024u
#define HEX_CHARS      (2 * KEY_BYTES)

static status_t complain(status_t status, char *reason, const char *folder,
                         const char *name, const char *what)
{
    (void)snprintf(reason, IDENTITY_REASON_MAX, "%s/%s: %s", folder, name, what);
    return status;
}

static status_t explain(status_t status, char *reason, const char *folder,
                        const char *name)
{
    int error = errno;
    return status == STATUS_OK
               ? STATUS_OK
               : complain(status, reason, folder, name, strerror(error));
}

static bool read_hex(const char *text, const char *name, uint8_t key[KEY_BYTES])
{
    size_t read = 0;
    const char *at = strstr(text, name);
    if (at == NULL)
        return false;
    at += strlen(name);
    return strspn(at, "0123456789abcdef") == HEX_CHARS &&
           sodium_hex2bin(key, KEY_BYTES, at, HEX_CHARS, NULL, &read, NULL) == 0 &&
           read == KEY_BYTES;
}

static status_t parse_key(const char *folder, const char *text, unsigned mode,
                          identity_t *identity, char *reason)
{
    uint8_t derived[KEY_BYTES];
    if ((mode & 077) != 0)
        return complain(STATUS_PROFILE, reason, folder, KEY_FILE,
                        "others may read it; chmod 600 it");
    if (strncmp(text, KEY_TITLE "\n", sizeof KEY_TITLE) != 0 ||
        !read_hex(text, "\nsecret ", identity->secret_key) ||
        !read_hex(text, "\npublic ", identity->public_key))
        return complain(STATUS_PROFILE, reason, folder, KEY_FILE, "is not a key file");
    if (crypto_scalarmult_base(derived, identity->secret_key) != 0 ||
        memcmp(derived, identity->public_key, KEY_BYTES) != 0)
        return complain(STATUS_PROFILE, reason, folder, KEY_FILE,
                        "the two keys do not belong together");
    return STATUS_OK;
}

static status_t make_key(const char *folder, identity_t *identity, char *reason)
{
    char text[FILE_BYTES_MAX], secret[HEX_CHARS + 1], public[HEX_CHARS + 1];
    status_t status = explain(files_make_folder(folder), reason, folder, "");
    if (status != STATUS_OK)
        return status;
    if (crypto_box_keypair(identity->public_key, identity->secret_key) != 0)
        return complain(STATUS_NO_MEMORY, reason, folder, KEY_FILE, "no random bytes");
    sodium_bin2hex(secret, sizeof secret, identity->secret_key, KEY_BYTES);
    sodium_bin2hex(public, sizeof public, identity->public_key, KEY_BYTES);
    int size = snprintf(text, sizeof text, KEY_TITLE "\nsecret %s\npublic %s\n", secret,
                        public);
    CHECK(size > 0 && (size_t)size < sizeof text);
    status = explain(files_write(folder, KEY_FILE, text, (size_t)size), reason, folder,
                     KEY_FILE);
    sodium_memzero(text, sizeof text);
    sodium_memzero(secret, sizeof secret);
    return status;
}

/* A file that everybody may read. */
static status_t write_open(const char *folder, const char *name, const char *text,
                           char *reason)
{
    char path[FILES_PATH_MAX];
    status_t status = files_write(folder, name, text, strlen(text));
    if (status == STATUS_OK)
        status = files_join(path, folder, name);
    if (status == STATUS_OK && chmod(path, 0644) != 0)
        status = files_status_of_errno(errno);
    return explain(status, reason, folder, name);
}

static status_t read_or_make(const char *folder, identity_t *identity, char *reason)
{
    char text[FILE_BYTES_MAX];
    unsigned mode;
    status_t status = files_read(folder, KEY_FILE, text, sizeof text, &mode);
    if (status == STATUS_OK)
        status = parse_key(folder, text, mode, identity, reason);
    else if (status == STATUS_NOT_FOUND)
        status = make_key(folder, identity, reason);
    else
        status = explain(status, reason, folder, KEY_FILE);
    sodium_memzero(text, sizeof text);
    return status;
}

status_t identity_open(const char *folder, identity_t *identity,
                       char reason[IDENTITY_REASON_MAX])
{
    CHECK(folder != NULL);
    CHECK(identity != NULL);
    char line[IDENTITY_Z85_CHARS + 2];
    reason[0] = '\0';
    *identity = (identity_t){ .z85 = "" };
    status_t status = read_or_make(folder, identity, reason);
    if (status != STATUS_OK)
        return status;
    CHECK(zmq_z85_encode(identity->z85, identity->public_key, KEY_BYTES) != NULL);
    (void)snprintf(line, sizeof line, "%s\n", identity->z85);
    return write_open(folder, PUBLIC_FILE, line, reason);
}

status_t identity_publish(const char *folder, const char *publish,
                          const char *last_value, char reason[IDENTITY_REASON_MAX])
{
    char text[FILE_BYTES_MAX];
    reason[0] = '\0';
    int size =
        snprintf(text, sizeof text, "publish %s\nlast_value %s\n", publish, last_value);
    CHECK(size > 0 && (size_t)size < sizeof text);
    return write_open(folder, ENDPOINTS_FILE, text, reason);
}

void identity_forget(identity_t *identity)
{
    sodium_memzero(identity->secret_key, KEY_BYTES);
}
