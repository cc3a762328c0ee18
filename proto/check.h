/* check.h - broken invariants end the process, in release builds too.
 *
 * CHECK is for what only a bug of ours can cause. Bad input from a peer, a full
 * map and a full queue are status codes, never a CHECK.
 */
#ifndef YX_PROTO_CHECK_H
#define YX_PROTO_CHECK_H

/* Prints file, line and condition on standard error and aborts. */
_Noreturn void check_failed(const char *file, int line, const char *condition);

#define CHECK(condition)                                                               \
    do {                                                                               \
        if (__builtin_expect(!(condition), 0))                                         \
            check_failed(__FILE__, __LINE__, #condition);                              \
    } while (0)

#endif
