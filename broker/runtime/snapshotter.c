/* snapshotter.c - see snapshotter.h. */
#include "broker/runtime/snapshotter.h"

#include "broker/core/state_image.h"
#include "broker/runtime/snapshot_layout.h"
#include "proto/check.h"
#include "storage/snapshot.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NICENESS 10 /* the broker goes first */

struct snapshotter {
    int folder_fd;
    int tell_fd; /* to the child: the chain value */
    int ends_fd; /* from the child: ends when it does */
    pid_t child; /* 0 = none */
    uint64_t seq;
    bool told;
    snapshot_head_t head;
};

status_t snapshotter_create(const char *folder, snapshotter_t **out)
{
    CHECK(folder != NULL);
    CHECK(out != NULL);
    *out = NULL;
    snapshotter_t *snapshotter = calloc(1, sizeof *snapshotter);
    if (snapshotter == NULL)
        return STATUS_NO_MEMORY;
    snapshotter->tell_fd = -1;
    snapshotter->ends_fd = -1;
    snapshotter->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (snapshotter->folder_fd < 0) {
        free(snapshotter);
        return STATUS_IO;
    }
    snapshot_layout(snapshotter->head.layout);
    *out = snapshotter;
    return STATUS_OK;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        CHECK(close(*fd) == 0);
    *fd = -1;
}

static pid_t wait_for(pid_t child, int *how, int options)
{
    pid_t ended;
    do
        ended = waitpid(child, how, options);
    while (ended < 0 && errno == EINTR);
    CHECK(ended >= 0);
    return ended;
}

void snapshotter_destroy(snapshotter_t **out)
{
    CHECK(out != NULL);
    snapshotter_t *snapshotter = *out;
    if (snapshotter == NULL)
        return;
    if (snapshotter->child != 0) {
        int how;
        CHECK(kill(snapshotter->child, SIGKILL) == 0);
        (void)wait_for(snapshotter->child, &how, 0); /* how it ended is no news */
    }
    close_fd(&snapshotter->tell_fd);
    close_fd(&snapshotter->ends_fd);
    close_fd(&snapshotter->folder_fd);
    free(snapshotter);
    *out = NULL;
}

/* ---- the child ---- */

typedef struct {
    int chain_fd;
} child_t;

/* The end of the pipe instead of a chain value: the broker is gone. */
static bool await_chain(void *context, snapshot_head_t *head)
{
    const child_t *child = context;
    size_t got = 0;
    while (got < sizeof head->chain) {
        ssize_t bytes =
            read(child->chain_fd, head->chain + got, sizeof head->chain - got);
        if (bytes < 0 && errno == EINTR)
            continue;
        if (bytes <= 0)
            return false;
        got += (size_t)bytes;
    }
    return true;
}

static void close_range_of(unsigned from, unsigned to)
{
    if (from > to)
        return;
    if (syscall(SYS_close_range, from, to, 0) == 0)
        return;
    for (unsigned fd = from; fd <= to && fd < 65536; fd++) /* an older kernel */
        (void)close((int)fd);                              /* open or not */
}

/* Sockets and the lock must end with the broker, not with us. */
static void keep_only(int a, int b, int c)
{
    int kept[] = { a, b, c };
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = i + 1; j < 3; j++) {
            int larger = kept[i] > kept[j] ? kept[i] : kept[j];
            kept[i] = kept[i] < kept[j] ? kept[i] : kept[j];
            kept[j] = larger;
        }
    }
    close_range_of(3, (unsigned)kept[0] - 1);
    close_range_of((unsigned)kept[0] + 1, (unsigned)kept[1] - 1);
    close_range_of((unsigned)kept[1] + 1, (unsigned)kept[2] - 1);
    close_range_of((unsigned)kept[2] + 1, UINT_MAX);
}

/* Only calls that are async-signal-safe: other threads held locks when we were made. */
__attribute__((noreturn)) static void be_child(const snapshotter_t *snapshotter,
                                               const snapshot_piece_t *pieces,
                                               uint32_t count, int chain_fd,
                                               int ends_fd, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* else the pipe's end tells us */
    if (getppid() != parent)
        _exit(STATUS_STOPPING % 256);
    (void)setpriority(PRIO_PROCESS, 0, NICENESS); /* a courtesy */
    keep_only(snapshotter->folder_fd, chain_fd, ends_fd);
    child_t child = { chain_fd };
    status_t status = snapshot_write(snapshotter->folder_fd, &snapshotter->head, pieces,
                                     count, await_chain, &child);
    _exit(status == STATUS_OK ? 0 : status == STATUS_STORAGE_FULL ? 2 : 1);
}

/* ---- the parent ---- */

static bool open_pipes(int to_child[2], int from_child[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to_child) != 0)
        return false;
    if (pipe2(from_child, O_CLOEXEC) == 0)
        return true;
    close_fd(&to_child[0]);
    close_fd(&to_child[1]);
    return false;
}

static uint32_t gather(const state_t *state, state_image_t *image,
                       snapshot_piece_t *pieces)
{
    state_piece_t tables[STATE_IMAGE_PIECES_MAX];
    state_image_of(state, image);
    uint32_t count = state_image_pieces(state, tables);
    pieces[0] = (snapshot_piece_t){ image, sizeof *image };
    for (uint32_t i = 0; i < count; i++)
        pieces[1 + i] = (snapshot_piece_t){ tables[i].data, tables[i].bytes };
    return 1 + count;
}

uint64_t snapshotter_bytes(const state_t *state)
{
    CHECK(state != NULL);
    state_piece_t tables[STATE_IMAGE_PIECES_MAX];
    uint64_t bytes = sizeof(state_image_t);
    uint32_t count = state_image_pieces(state, tables);
    for (uint32_t i = 0; i < count; i++)
        bytes += tables[i].bytes;
    return bytes;
}

_Static_assert(1 + STATE_IMAGE_PIECES_MAX <= SNAPSHOT_PIECES_MAX,
               "a snapshot has room for every table");

status_t snapshotter_begin(snapshotter_t *snapshotter, const state_t *state)
{
    CHECK(snapshotter != NULL);
    CHECK(state != NULL && state->head_seq > 0);
    if (snapshotter->child != 0)
        return STATUS_BUSY;
    int to_child[2] = { -1, -1 }, from_child[2] = { -1, -1 };
    if (!open_pipes(to_child, from_child))
        return STATUS_NO_MEMORY;
    state_image_t image;
    snapshot_piece_t pieces[1 + STATE_IMAGE_PIECES_MAX];
    uint32_t count = gather(state, &image, pieces);
    snapshotter->head.seq = state->head_seq;
    memcpy(snapshotter->head.journal_id, state->journal_id, JOURNAL_ID_BYTES);
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        be_child(snapshotter, pieces, count, to_child[0], from_child[1], parent);
    close_fd(&to_child[0]);
    close_fd(&from_child[1]);
    if (child < 0) {
        close_fd(&to_child[1]);
        close_fd(&from_child[0]);
        return STATUS_NO_MEMORY;
    }
    snapshotter->child = child;
    snapshotter->tell_fd = to_child[1];
    snapshotter->ends_fd = from_child[0];
    snapshotter->seq = state->head_seq;
    snapshotter->told = false;
    return STATUS_OK;
}

uint64_t snapshotter_wants(const snapshotter_t *snapshotter)
{
    CHECK(snapshotter != NULL);
    bool wants = snapshotter->child != 0 && !snapshotter->told;
    return wants ? snapshotter->seq : 0;
}

void snapshotter_tell(snapshotter_t *snapshotter,
                      const uint8_t chain[RECORD_CHAIN_BYTES])
{
    CHECK(snapshotter_wants(snapshotter) != 0);
    /* An empty socket takes it at once; a child that died is told of by its end. */
    (void)send(snapshotter->tell_fd, chain, RECORD_CHAIN_BYTES,
               MSG_NOSIGNAL | MSG_DONTWAIT);
    close_fd(&snapshotter->tell_fd);
    snapshotter->told = true;
}

static status_t status_of(int how)
{
    if (!WIFEXITED(how))
        return STATUS_STOPPING;
    if (WEXITSTATUS(how) == 0)
        return STATUS_OK;
    return WEXITSTATUS(how) == 2 ? STATUS_STORAGE_FULL : STATUS_IO;
}

static void end_child(snapshotter_t *snapshotter, int how, snapshot_result_t *result)
{
    *result = (snapshot_result_t){ .status = status_of(how), .seq = snapshotter->seq };
    snapshotter->child = 0;
    close_fd(&snapshotter->tell_fd);
    close_fd(&snapshotter->ends_fd);
}

bool snapshotter_take(snapshotter_t *snapshotter, snapshot_result_t *result)
{
    CHECK(snapshotter != NULL);
    CHECK(result != NULL);
    int how;
    if (snapshotter->child == 0 || wait_for(snapshotter->child, &how, WNOHANG) == 0)
        return false;
    end_child(snapshotter, how, result);
    return true;
}

void snapshotter_wait(snapshotter_t *snapshotter, snapshot_result_t *result)
{
    CHECK(snapshotter_busy(snapshotter));
    int how;
    (void)wait_for(snapshotter->child, &how, 0); /* it is ours, so it ends */
    end_child(snapshotter, how, result);
}

bool snapshotter_busy(const snapshotter_t *snapshotter)
{
    CHECK(snapshotter != NULL);
    return snapshotter->child != 0;
}

int snapshotter_fd(const snapshotter_t *snapshotter)
{
    CHECK(snapshotter != NULL);
    return snapshotter->ends_fd;
}
