/* Goal: the configuration takes what is right and names what is wrong, key and line.
 * Method: files written into a folder of the test's own, one mistake each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/config.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/yixian-config-XXXXXX";

static status_t load(const char *text, config_t *config,
                     char message[CONFIG_MESSAGE_MAX])
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/yxd.yaml", folder); /* fits: both are fixed */
    FILE *stream = fopen(path, "we");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    status_t status = config_load(path, config, message);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void config__every_key__taken(void **unused)
{
    (void)unused;
    config_t config;
    char message[CONFIG_MESSAGE_MAX];
    assert_int_equal(load("data: /srv/yx\nlisten: tcp://127.0.0.1:*\nmap_gib: 8\n"
                          "low_water_mib: 10\nballast_mib: 40\nbatch_records: 300\n"
                          "snapshot_records: 5000\nmetrics: 127.0.0.1:9464\n"
                          "log_level: debug\n",
                          &config, message),
                     STATUS_OK);
    assert_string_equal(config.data, "/srv/yx");
    assert_string_equal(config.listen, "tcp://127.0.0.1:*");
    assert_int_equal(config.map_gib, 8);
    assert_int_equal(config.low_water_mib, 10);
    assert_int_equal(config.ballast_mib, 40);
    assert_int_equal(config.batch_records, 300);
    assert_int_equal(config.snapshot_records, 5000);
    assert_string_equal(config.metrics, "127.0.0.1:9464");
    assert_int_equal(config.log_level, 7);
}

static void config__empty_file_or_left_out_keys__defaults(void **unused)
{
    (void)unused;
    config_t config, plain;
    char message[CONFIG_MESSAGE_MAX];
    config_default(&plain);
    assert_int_equal(load("", &config, message), STATUS_OK);
    assert_memory_equal(&config, &plain, sizeof plain);
    assert_int_equal(load("map_gib: 3\n", &config, message), STATUS_OK);
    assert_int_equal(config.low_water_mib, plain.low_water_mib);
}

static void config__unknown_key__named_with_its_line(void **unused)
{
    (void)unused;
    config_t config;
    char message[CONFIG_MESSAGE_MAX];
    assert_int_equal(load("data: /x\n# listen_on: a remark\n  \nlisten_on: tcp://*:1\n",
                          &config, message),
                     STATUS_CONFIG_UNKNOWN_KEY);
    assert_non_null(strstr(message, "yxd.yaml:4"));
    assert_non_null(strstr(message, "\"listen_on\""));
}

static void config__bad_values__name_the_key(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *key;
    } cases[] = {
        { "map_gib: 0\n", "map_gib" },
        { "map_gib: many\n", "map_gib" },
        { "map_gib: -1\n", "map_gib" },
        { "map_gib: 99999999999999\n", "map_gib" },
        { "low_water_mib: 0\n", "low_water_mib" },
        { "snapshot_records: 999\n", "snapshot_records" },
        { "ballast_mib: 31\n", "ballast_mib" },
        { "batch_records: 255\n", "batch_records" },
        { "batch_records: 8001\n", "batch_records" },
        { "log_level: loud\n", "log_level" },
        { "listen: udp://*:1\n", "listen" },
        { "metrics: 0.0.0.0:9464\n", "metrics" },
        { "data: \"\"\n", "data" },
        { "data: [1, 2]\n", "data" },
        { "data: a\ndata: b\n", "data" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        config_t config;
        char message[CONFIG_MESSAGE_MAX];
        assert_int_equal(load(cases[i].text, &config, message), STATUS_CONFIG);
        if (strstr(message, cases[i].key) == NULL)
            print_error("%s gave: %s\n", cases[i].text, message);
        assert_non_null(strstr(message, cases[i].key));
    }
}

static void config__no_file__not_found(void **unused)
{
    (void)unused;
    config_t config;
    char message[CONFIG_MESSAGE_MAX];
    assert_int_equal(config_load("/nowhere/yxd.yaml", &config, message),
                     STATUS_NOT_FOUND);
    assert_non_null(strstr(message, "/nowhere/yxd.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__every_key__taken),
        cmocka_unit_test(config__empty_file_or_left_out_keys__defaults),
        cmocka_unit_test(config__unknown_key__named_with_its_line),
        cmocka_unit_test(config__bad_values__name_the_key),
        cmocka_unit_test(config__no_file__not_found),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return rmdir(folder) == 0 ? failed : 1;
}
