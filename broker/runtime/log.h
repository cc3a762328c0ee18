/* log.h - levelled lines on standard error for the service manager.
 *
 * Under systemd (JOURNAL_STREAM is set) each line begins with its level as <3>, which
 * the journal reads. Lines never hold personal data: codes of things at most, neither
 * names nor texts nor secrets. Threads: the core thread only; others count or report.
 */
#ifndef YX_RUNTIME_LOG_H
#define YX_RUNTIME_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum { LEVEL_ERROR = 3, LEVEL_WARNING = 4, LEVEL_INFO = 6, LEVEL_DEBUG = 7 };

typedef void log_sink(void *context, uint32_t level, const char *line);

typedef struct {
    uint32_t level; /* lines with a larger number are left out */
    log_sink *sink; /* gets the line without newline */
    void *context;
} log_t;

/* Standard error. */
void log_init(log_t *log, uint32_t level);
/* Longer lines are cut. */
void log_line(const log_t *log, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
