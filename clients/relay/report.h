/* report.h - lines on standard error for people and for the service manager.
 *
 * Under systemd (JOURNAL_STREAM is set) each line begins with its level as <3>, which
 * the journal reads. Lines hold neither names nor secrets. Threads: one.
 */
#ifndef YX_RELAY_REPORT_H
#define YX_RELAY_REPORT_H

#include "proto/answer.h"

typedef enum { REPORT_ERROR = 3, REPORT_WARNING = 4, REPORT_INFO = 6 } report_level_t;

void report_line(report_level_t level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* What is wrong, where, what to do next, the code; `fault` may be NULL. */
void report_status(report_level_t level, const char *where, status_t status,
                   const fault_t *fault);

#endif
