/* exposition.c - see exposition.h. */
#include "broker/runtime/exposition.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX 256u
#define ACKNOWLEDGE    "yixian_acknowledge_seconds"

typedef struct {
    buffer_t *out;
    status_t status;
} writer_t;

__attribute__((format(printf, 2, 3))) static void put(writer_t *writer,
                                                      const char *format, ...)
{
    char line[LINE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    CHECK(size > 0 && (size_t)size < sizeof line); /* names are ours and short */
    if (writer->status == STATUS_OK)
        writer->status = buffer_append(writer->out, line, (size_t)size);
}

static void put_counter(writer_t *writer, const counter_t *counter, bool grows)
{
    const char *tail = grows ? "_total" : "";
    put(writer, "# TYPE yixian_%s%s %s\n", counter->name, tail,
        grows ? "counter" : "gauge");
    put(writer, "yixian_%s%s %" PRIu64 "\n", counter->name, tail, counter->value);
}

/* Buckets of the text count everything up to their bound. */
static void put_histogram(writer_t *writer, const histogram_t *histogram)
{
    uint64_t so_far = 0;
    put(writer,
        "# HELP " ACKNOWLEDGE
        " From taking a command in until it is on disk, oldest of each commit\n");
    put(writer, "# TYPE " ACKNOWLEDGE " histogram\n");
    for (uint32_t i = 0; i < HISTOGRAM_BOUNDS; i++) {
        so_far += histogram->counts[i];
        put(writer, ACKNOWLEDGE "_bucket{le=\"%.6g\"} %" PRIu64 "\n",
            (double)histogram_bound_us(i) / 1e6, so_far);
    }
    so_far += histogram->counts[HISTOGRAM_BOUNDS];
    put(writer, ACKNOWLEDGE "_bucket{le=\"+Inf\"} %" PRIu64 "\n", so_far);
    put(writer, ACKNOWLEDGE "_sum %.6f\n", (double)histogram->sum_us / 1e6);
    put(writer, ACKNOWLEDGE "_count %" PRIu64 "\n", so_far);
}

status_t exposition_write(buffer_t *out, const exposition_t *what)
{
    CHECK(out != NULL && what != NULL);
    CHECK(what->growing <= what->count);
    writer_t writer = { out, STATUS_OK };
    put(&writer, "# TYPE yixian_build_info gauge\n");
    put(&writer, "yixian_build_info{version=\"%s\"} 1\n", YIXIAN_VERSION);
    for (uint32_t i = 0; i < what->count; i++)
        put_counter(&writer, &what->counters[i], i < what->growing);
    put_histogram(&writer, what->acknowledge);
    return writer.status;
}
