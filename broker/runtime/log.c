/* log.c - see log.h. */
#include "broker/runtime/log.h"

#include "proto/check.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void log_init(log_t *log, uint32_t level)
{
    CHECK(log != NULL);
    log->level = level;
    log->marked = getenv("JOURNAL_STREAM") != NULL;
}

void log_line(const log_t *log, uint32_t level, const char *format, ...)
{
    CHECK(log != NULL);
    if (level > log->level)
        return;
    char line[LOG_LINE_MAX];
    int at = log->marked ? snprintf(line, sizeof line, "<%u>", level)
                         : snprintf(line, sizeof line, "yxd: ");
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line + at, sizeof line - (size_t)at - 1, format, arguments);
    va_end(arguments);
    size_t total = (size_t)at + (size_t)(size < 0 ? 0 : size);
    if (total > sizeof line - 2)
        total = sizeof line - 2;
    line[total++] = '\n';
    if (write(STDERR_FILENO, line, total) < 0)
        return; /* nobody is left to be told */
}
