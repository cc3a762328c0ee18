/* Goal: a profile is there whole or not at all, and its key is nobody else's to read.
 * Method: real folders; each file missing, damaged or open to others in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/profile.h"
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    char base[64], folder[PROFILE_PATH_MAX];
    char reason[PROFILE_REASON_MAX];
} site_t;

static void path_of(const site_t *site, const char *name, char path[PROFILE_PATH_MAX])
{
    int size = snprintf(path, PROFILE_PATH_MAX, "%.200s/%s", site->folder, name);
    assert_true(size > 0);
}

static int setup(void **state)
{
    assert_true(sodium_init() >= 0);
    site_t *site = calloc(1, sizeof *site);
    assert_non_null(site);
    snprintf(site->base, sizeof site->base, "/tmp/yx-profile-XXXXXX");
    assert_non_null(mkdtemp(site->base));
    snprintf(site->folder, sizeof site->folder, "%s/some/where", site->base);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    site_t *site = *state;
    static const char *const names[] = { "key", "broker", "enrolling" };
    char path[PROFILE_PATH_MAX];
    for (unsigned i = 0; i < 3; i++) {
        path_of(site, names[i], path);
        (void)unlink(path);
    }
    (void)rmdir(site->folder);
    snprintf(path, sizeof path, "%s/some", site->base);
    (void)rmdir(path);
    assert_int_equal(rmdir(site->base), 0);
    free(site);
    return 0;
}

static profile_t some_profile(const site_t *site)
{
    profile_t profile = { .endpoint = "tcp://broker.example:7750" };
    snprintf(profile.folder, sizeof profile.folder, "%s", site->folder);
    memset(profile.server_key, 0x5a, KEY_BYTES);
    crypto_box_keypair(profile.public_key, profile.secret_key);
    return profile;
}

static void overwrite(const site_t *site, const char *name, const char *text,
                      unsigned mode)
{
    char path[PROFILE_PATH_MAX];
    path_of(site, name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void write__then_read__same(void **state)
{
    site_t *site = *state;
    profile_t written = some_profile(site), read;
    assert_int_equal(profile_write(&written, site->reason), STATUS_OK);
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_OK);
    assert_memory_equal(&read.server_key, &written.server_key, KEY_BYTES);
    assert_memory_equal(&read.public_key, &written.public_key, KEY_BYTES);
    assert_memory_equal(&read.secret_key, &written.secret_key, KEY_BYTES);
    assert_string_equal(read.endpoint, written.endpoint);
    struct stat about;
    char path[PROFILE_PATH_MAX];
    path_of(site, "key", path);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(stat(site->folder, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
}

static void write__key_there_already__kept(void **state)
{
    site_t *site = *state;
    profile_t first = some_profile(site), second = some_profile(site), read;
    assert_int_equal(profile_write(&first, site->reason), STATUS_OK);
    assert_int_equal(profile_write(&second, site->reason), STATUS_EXISTS);
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_OK);
    assert_memory_equal(&read.secret_key, &first.secret_key, KEY_BYTES);
}

static void read__nothing_there__not_found(void **state)
{
    site_t *site = *state;
    profile_t read;
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_NOT_FOUND);
}

static void read__key_open_to_others__refused_with_reason(void **state)
{
    site_t *site = *state;
    profile_t written = some_profile(site), read;
    assert_int_equal(profile_write(&written, site->reason), STATUS_OK);
    char path[PROFILE_PATH_MAX];
    path_of(site, "key", path);
    static const unsigned modes[] = { 0640, 0604, 0660, 0620, 0602 };
    for (unsigned i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(profile_read(site->folder, &read, site->reason),
                         STATUS_PROFILE);
        assert_non_null(strstr(site->reason, "chmod 600"));
        assert_non_null(strstr(site->reason, path));
    }
}

static void read__damaged_files__named(void **state)
{
    site_t *site = *state;
    profile_t written = some_profile(site), read;
    static const char *const keys[] = { "", "yixian client key 1\n",
                                        "yixian client key 1\nsecret zz\npublic 00\n",
                                        "secret 00\n" };
    assert_int_equal(profile_write(&written, site->reason), STATUS_OK);
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        overwrite(site, "key", keys[i], 0600);
        assert_int_equal(profile_read(site->folder, &read, site->reason),
                         STATUS_PROFILE);
        assert_non_null(strstr(site->reason, "/key"));
    }
    char mixed[512], secret[65], public[65];
    profile_t other = some_profile(site);
    sodium_bin2hex(secret, sizeof secret, written.secret_key, KEY_BYTES);
    sodium_bin2hex(public, sizeof public, other.public_key, KEY_BYTES);
    snprintf(mixed, sizeof mixed, "yixian client key 1\nsecret %s\npublic %s\n", secret,
             public);
    overwrite(site, "key", mixed, 0600);
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_PROFILE);
    assert_non_null(strstr(site->reason, "belong together"));
}

static void read__broker_missing_or_damaged__named(void **state)
{
    site_t *site = *state;
    profile_t written = some_profile(site), read;
    static const char *const brokers[] = { "", "yixian broker 1\nendpoint \n",
                                           "yixian broker 1\nendpoint tcp://x:1\n" };
    assert_int_equal(profile_write(&written, site->reason), STATUS_OK);
    for (unsigned i = 0; i < sizeof brokers / sizeof brokers[0]; i++) {
        overwrite(site, "broker", brokers[i], 0600);
        assert_int_equal(profile_read(site->folder, &read, site->reason),
                         STATUS_PROFILE);
        assert_non_null(strstr(site->reason, "/broker"));
    }
    char path[PROFILE_PATH_MAX];
    path_of(site, "broker", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_PROFILE);
    assert_non_null(strstr(site->reason, "missing"));
}

static void read__server_key_in_z85__same_as_hex(void **state)
{
    site_t *site = *state;
    profile_t written = some_profile(site), read;
    assert_int_equal(profile_write(&written, site->reason), STATUS_OK);
    /* 32 bytes of 0 are 40 zeros in Z85 */
    overwrite(site, "broker",
              "yixian broker 1\nendpoint tcp://x:1\n"
              "server 0000000000000000000000000000000000000000\n",
              0644);
    assert_int_equal(profile_read(site->folder, &read, site->reason), STATUS_OK);
    static const uint8_t zeros[KEY_BYTES];
    assert_memory_equal(read.server_key, zeros, KEY_BYTES);
    assert_string_equal(read.endpoint, "tcp://x:1");
}

static void begin__interrupted__same_key_for_the_same_code(void **state)
{
    site_t *site = *state;
    uint8_t code[KEY_BYTES] = { 1 }, other[KEY_BYTES] = { 2 };
    profile_t first, again, third;
    bool known = true;
    assert_int_equal(profile_begin(site->folder, code, &first, &known, site->reason),
                     STATUS_OK);
    assert_false(known);
    assert_int_equal(profile_begin(site->folder, code, &again, &known, site->reason),
                     STATUS_OK);
    assert_true(known);
    assert_memory_equal(first.secret_key, again.secret_key, KEY_BYTES);
    assert_int_equal(profile_begin(site->folder, other, &third, &known, site->reason),
                     STATUS_OK);
    assert_false(known);
    assert_memory_not_equal(first.secret_key, third.secret_key, KEY_BYTES);
    assert_int_equal(profile_read(site->folder, &again, site->reason),
                     STATUS_NOT_FOUND);
}

static void begin__then_write__nothing_left_over(void **state)
{
    site_t *site = *state;
    uint8_t code[KEY_BYTES] = { 1 };
    profile_t profile;
    bool known;
    char path[PROFILE_PATH_MAX];
    assert_int_equal(profile_begin(site->folder, code, &profile, &known, site->reason),
                     STATUS_OK);
    snprintf(profile.endpoint, sizeof profile.endpoint, "tcp://x:1");
    assert_int_equal(profile_write(&profile, site->reason), STATUS_OK);
    path_of(site, "enrolling", path);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(profile_begin(site->folder, code, &profile, &known, site->reason),
                     STATUS_EXISTS);
}

static void find__names_and_folders__where_they_lie(void **state)
{
    (void)state;
    char folder[PROFILE_PATH_MAX], name[PROFILE_PATH_MAX + 1];
    setenv("HOME", "/home/clerk", 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("YX_PROFILE");
    assert_int_equal(profile_find(NULL, folder), STATUS_OK);
    assert_string_equal(folder, "/home/clerk/.config/yixian/default");
    assert_int_equal(profile_find("office", folder), STATUS_OK);
    assert_string_equal(folder, "/home/clerk/.config/yixian/office");
    setenv("YX_PROFILE", "/srv/yx", 1);
    assert_int_equal(profile_find(NULL, folder), STATUS_OK);
    assert_string_equal(folder, "/srv/yx");
    assert_int_equal(profile_find("./here", folder), STATUS_OK);
    assert_string_equal(folder, "./here");
    setenv("XDG_CONFIG_HOME", "/cfg", 1);
    assert_int_equal(profile_find("office", folder), STATUS_OK);
    assert_string_equal(folder, "/cfg/yixian/office");
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(profile_find(name, folder), STATUS_PROFILE);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(write__then_read__same),
        CASE(write__key_there_already__kept),
        CASE(read__nothing_there__not_found),
        CASE(read__key_open_to_others__refused_with_reason),
        CASE(read__damaged_files__named),
        CASE(read__broker_missing_or_damaged__named),
        CASE(read__server_key_in_z85__same_as_hex),
        CASE(begin__interrupted__same_key_for_the_same_code),
        CASE(begin__then_write__nothing_left_over),
        CASE(find__names_and_folders__where_they_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
