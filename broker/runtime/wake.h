/* wake.h - a bell (eventfd) that one thread rings and another one's poll hears.
 *
 * Any number of rings before the clearing count as one. What happened is told by a
 * mailbox beside it. Threads: any.
 */
#ifndef YX_RUNTIME_WAKE_H
#define YX_RUNTIME_WAKE_H

/* -1 when there is no descriptor left. Closed with wake_close. */
int wake_open(void);
void wake_close(int *fd); /* leaves -1; accepts -1 */
void wake_ring(int fd);
void wake_clear(int fd);

#endif
