/* Goal: a relay's configuration and key are taken whole or refused with their place.
 * Method: small files in a folder of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/relay/identity.h"
#include "clients/relay/settings.h"
#include "tests/support/folder.h"
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char path[FOLDER_PATH_MAX + 32];

static status_t load(const char *folder, const char *yaml, settings_t *settings,
                     char *message)
{
    (void)snprintf(path, sizeof path, "%s/relay.yaml", folder);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_int_equal(fwrite(yaml, 1, strlen(yaml), stream), strlen(yaml));
    assert_int_equal(fclose(stream), 0);
    return settings_load(path, settings, message);
}

static void settings__every_key__taken_over_the_defaults(void **unused)
{
    (void)unused;
    char folder[FOLDER_PATH_MAX], message[SETTINGS_MESSAGE_MAX];
    settings_t settings;
    folder_make(folder);
    assert_int_equal(load(folder, "# nothing\n", &settings, message), STATUS_OK);
    assert_string_equal(settings.listen, "tcp://127.0.0.1:7751");
    assert_int_equal(settings.window, BOARD_WINDOW_MAX);
    assert_int_equal(load(folder,
                          "profile: p\ndata: /d\nlisten: tcp://*:1\n"
                          "last_value: tcp://*:2\ngroups: [领办专员, b]\nwindow: 50\n",
                          &settings, message),
                     STATUS_OK);
    assert_string_equal(settings.profile, "p");
    assert_string_equal(settings.data, "/d");
    assert_string_equal(settings.listen, "tcp://*:1");
    assert_string_equal(settings.last_value, "tcp://*:2");
    assert_int_equal(settings.group_count, 2);
    assert_string_equal(settings.groups[0], "领办专员");
    assert_int_equal(settings.window, 50);
    folder_remove(folder);
}

static void settings__what_cannot_be_used__refused_with_its_key(void **unused)
{
    (void)unused;
    static const struct {
        const char *yaml, *says;
        status_t status;
    } cases[] = {
        { "window: 10000\n", "window", STATUS_CONFIG },
        { "window: 0\n", "window", STATUS_CONFIG },
        { "window: many\n", "window", STATUS_CONFIG },
        { "listen: 127.0.0.1:1\n", "listen", STATUS_CONFIG },
        { "listen: tcp://127.0.0.1\n", "listen", STATUS_CONFIG },
        { "last_value: ipc://x\n", "last_value", STATUS_CONFIG },
        { "lissten: tcp://*:1\n", "lissten", STATUS_CONFIG_UNKNOWN_KEY },
        { "groups: [\"\"]\n", "groups", STATUS_CONFIG },
        { "- a\n", "relay.yaml", STATUS_CONFIG },
    };
    char folder[FOLDER_PATH_MAX], message[SETTINGS_MESSAGE_MAX];
    settings_t settings;
    folder_make(folder);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(load(folder, cases[i].yaml, &settings, message),
                         cases[i].status);
        assert_non_null(strstr(message, cases[i].says));
    }
    assert_int_equal(settings_load("/nowhere/x", &settings, message), STATUS_NOT_FOUND);
    folder_remove(folder);
}

static unsigned mode_of(const char *folder, const char *name)
{
    struct stat about;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(stat(path, &about), 0);
    return about.st_mode & 0777;
}

static void identity__made_once__the_same_ever_after(void **unused)
{
    (void)unused;
    char folder[FOLDER_PATH_MAX], reason[IDENTITY_REASON_MAX];
    identity_t made, read;
    folder_make(folder);
    assert_true(sodium_init() >= 0);
    assert_int_equal(identity_open(folder, &made, reason), STATUS_OK);
    assert_int_equal(identity_open(folder, &read, reason), STATUS_OK);
    assert_memory_equal(&made, &read, sizeof made);
    assert_int_equal(strlen(made.z85), IDENTITY_Z85_CHARS);
    assert_int_equal(mode_of(folder, "relay.key"), 0600);
    assert_int_equal(mode_of(folder, "relay.pub"), 0644);
    assert_int_equal(identity_publish(folder, "tcp://a:1", "tcp://a:2", reason),
                     STATUS_OK);
    assert_int_equal(mode_of(folder, "endpoints"), 0644);
    identity_forget(&made);
    folder_remove(folder);
}

static void identity__readable_or_damaged__refused_and_kept(void **unused)
{
    (void)unused;
    char folder[FOLDER_PATH_MAX], reason[IDENTITY_REASON_MAX];
    identity_t identity;
    folder_make(folder);
    assert_int_equal(identity_open(folder, &identity, reason), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/relay.key", folder);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(identity_open(folder, &identity, reason), STATUS_PROFILE);
    assert_non_null(strstr(reason, "chmod 600"));
    assert_int_equal(chmod(path, 0600), 0);
    FILE *stream = fopen(path, "r+");
    assert_non_null(stream);
    assert_int_equal(
        fseek(stream, (long)strlen("yixian relay key 1\nsecret "), SEEK_SET), 0);
    assert_true(fputs("0000000", stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(identity_open(folder, &identity, reason), STATUS_PROFILE);
    assert_non_null(strstr(reason, "belong together"));
    assert_int_equal(identity_open("/proc/no/such", &identity, reason),
                     STATUS_NOT_FOUND);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__every_key__taken_over_the_defaults),
        cmocka_unit_test(settings__what_cannot_be_used__refused_with_its_key),
        cmocka_unit_test(identity__made_once__the_same_ever_after),
        cmocka_unit_test(identity__readable_or_damaged__refused_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
