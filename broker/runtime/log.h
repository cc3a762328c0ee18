/* log.h - lines for the administrator, on standard error.
 *
 * Levels are those of syslog: 3 errors, 4 warnings, 6 information, 7 debug. Under
 * systemd every line begins with its level in angle brackets. No line ever holds
 * personal data. Threads: any; a line is one write.
 */
#ifndef YX_RUNTIME_LOG_H
#define YX_RUNTIME_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define LOG_LINE_MAX 1024u

enum { LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFORMATION = 6, LOG_DETAIL = 7 };

typedef struct {
    uint32_t level; /* lines above it are dropped */
    bool marked;    /* begin with <level> */
} log_t;

void log_init(log_t *log, uint32_t level);
__attribute__((format(printf, 3, 4))) void log_line(const log_t *log, uint32_t level,
                                                    const char *format, ...);

#endif
