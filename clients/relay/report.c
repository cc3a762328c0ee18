/* report.c - see report.h. */
#include "clients/relay/report.h"

#include "proto/check.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES_MAX 1536u

void report_line(report_level_t level, const char *format, ...)
{
    CHECK(format != NULL);
    char line[LINE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    /* nowhere else to complain when standard error cannot be written */
    if (getenv("JOURNAL_STREAM") != NULL)
        (void)fprintf(stderr, "<%u>%s\n", (unsigned)level, line);
    else
        (void)fprintf(stderr, "yxrelay: %s\n", line);
}

void report_status(report_level_t level, const char *where, status_t status,
                   const fault_t *fault)
{
    CHECK(where != NULL);
    bool placed = fault != NULL && fault->place[0] != '\0';
    bool detailed = fault != NULL && fault->detail[0] != '\0';
    report_line(level, "%s: %s%s%s%s%s%s. %s [E%u]", where, status_text(status),
                placed ? " (" : "", placed ? fault->place : "", detailed ? " " : "",
                placed && detailed ? fault->detail : "", placed ? ")" : "",
                status_next(status), (unsigned)status);
}
