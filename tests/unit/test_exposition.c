/* test_exposition.c - histograms and their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/runtime/exporter.h"
#include "broker/runtime/exposition.h"
#include <cmocka.h>
#include <string.h>

static void histogram__durations__counted_at_their_bound(void **unused)
{
    (void)unused;
    histogram_t histogram = { .sum_us = 0 };
    histogram_add(&histogram, 0, 1);
    histogram_add(&histogram, 250, 2);
    histogram_add(&histogram, 251, 3);
    histogram_add(&histogram, 10000000, 4);
    histogram_add(&histogram, 10000001, 5);
    assert_int_equal(histogram.counts[0], 3);
    assert_int_equal(histogram.counts[1], 3);
    assert_int_equal(histogram.counts[HISTOGRAM_BOUNDS - 1], 4);
    assert_int_equal(histogram.counts[HISTOGRAM_BOUNDS], 5);
    assert_int_equal(histogram.sum_us, 500 + 753 + 4 * 10000000ull + 5 * 10000001ull);
    for (uint32_t i = 1; i <= HISTOGRAM_BOUNDS; i++)
        assert_true(histogram_bound_us(i) > histogram_bound_us(i - 1));
}

static void text__of_figures__as_prometheus_reads_it(void **unused)
{
    (void)unused;
    const counter_t counters[] = { { "pings", 7 }, { "sessions", UINT64_MAX } };
    histogram_t histogram = { .sum_us = 0 };
    histogram_add(&histogram, 400, 2);
    histogram_add(&histogram, 20000000, 1);
    buffer_t out;
    buffer_init(&out, EXPOSITION_BYTES_MAX);
    const exposition_t what = { counters, 2, 1, &histogram };
    assert_int_equal(exposition_write(&out, &what), STATUS_OK);
    assert_int_equal(buffer_append(&out, "", 1), STATUS_OK);
    const char *text = (const char *)out.data;
    static const char *const wanted[] = {
        "# TYPE yixian_pings_total counter\nyixian_pings_total 7\n",
        "# TYPE yixian_sessions gauge\nyixian_sessions 18446744073709551615\n",
        "_bucket{le=\"0.00025\"} 0\n",
        "_bucket{le=\"0.0005\"} 2\n",
        "_bucket{le=\"10\"} 2\n",
        "_bucket{le=\"+Inf\"} 3\n",
        "_sum 20.000800\n",
        "_count 3\n",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_non_null(strstr(text, wanted[i]));
    buffer_fini(&out);
}

static void text__without_room__refused(void **unused)
{
    (void)unused;
    const histogram_t histogram = { .sum_us = 0 };
    buffer_t out;
    buffer_init(&out, 100);
    const exposition_t what = { NULL, 0, 0, &histogram };
    assert_int_equal(exposition_write(&out, &what), STATUS_TOO_LARGE);
    buffer_fini(&out);
}

static void address__only_of_this_machine(void **unused)
{
    (void)unused;
    static const char *const good[] = { "127.0.0.1:9464", "127.9.8.7:0", "[::1]:80" };
    static const char *const bad[] = { "",
                                       "9464",
                                       "0.0.0.0:9464",
                                       "10.0.0.1:9464",
                                       "[::]:9464",
                                       "127.0.0.1",
                                       "127.0.0.1:",
                                       "127.0.0.1:65536",
                                       "127.0.0.1:*",
                                       "127.0.0.1: 1",
                                       "[::1]",
                                       "localhost:9464" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(exporter_address_fits(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(exporter_address_fits(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram__durations__counted_at_their_bound),
        cmocka_unit_test(text__of_figures__as_prometheus_reads_it),
        cmocka_unit_test(text__without_room__refused),
        cmocka_unit_test(address__only_of_this_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
