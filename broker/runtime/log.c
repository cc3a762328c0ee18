/* log.c - see log.h. */
#include "broker/runtime/log.h"

#include "proto/check.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES_MAX 512u

static void write_plain(void *context, uint32_t level, const char *line)
{
    (void)context;
    (void)level;
    (void)fprintf(stderr, "yxd: %s\n", line); /* nowhere else to complain */
}

static void write_prefixed(void *context, uint32_t level, const char *line)
{
    (void)context;
    (void)fprintf(stderr, "<%u>%s\n", (unsigned)level, line); /* as above */
}

void log_init(log_t *log, uint32_t level)
{
    CHECK(log != NULL);
    CHECK(level >= LEVEL_ERROR && level <= LEVEL_DEBUG);
    bool managed = getenv("JOURNAL_STREAM") != NULL;
    *log = (log_t){ .level = level, .sink = managed ? write_prefixed : write_plain };
}

void log_line(const log_t *log, uint32_t level, const char *format, ...)
{
    CHECK(log != NULL);
    CHECK(format != NULL);
    if (level > log->level)
        return;
    char line[LINE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    log->sink(log->context, level, line);
}
