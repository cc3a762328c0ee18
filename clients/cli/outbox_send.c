/* outbox_send.c - yx outbox send: all that waits, at once. */
#include "clients/cli/outbox_verbs.h"

#include <inttypes.h>

#define KEY_FOLLOW 'f'
#define LOOK_MS    1000 /* at what others put, while there is nothing to send */

static error_t on_option(int key, const char *value, void *input)
{
    (void)value; /* none */
    if (key != KEY_FOLLOW)
        return ARGP_ERR_UNKNOWN;
    *(bool *)input = true;
    return 0;
}

static const struct argp_option options[] = {
    { "follow", KEY_FOLLOW, NULL, 0, "Go on for ever, whatever the network does", 0 },
    { 0 }
};

/* How many wait, and how many are refused. */
typedef struct {
    uint64_t waiting, refused;
} count_t;

static status_t count(session_t *session, count_t *counted)
{
    outbox_summary_t summary;
    status_t status = outbox_look(session->outbox, &summary);
    if (status == STATUS_OK)
        *counted = (count_t){ summary.waiting + summary.sending, summary.refused };
    return status;
}

static exit_t tell(session_t *session, const count_t *before, const count_t *after,
                   status_t why)
{
    const cli_t *cli = session->cli;
    uint64_t refused =
        after->refused > before->refused ? after->refused - before->refused : 0;
    uint64_t left =
        before->waiting > after->waiting ? before->waiting - after->waiting : 0;
    uint64_t accepted = left > refused ? left - refused : 0;
    if (cli->json)
        printf("{\"accepted\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"waiting\":%" PRIu64
               "}\n",
               accepted, refused, after->waiting);
    else
        printf("%s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 "\n",
               cli_pick(cli, "accepted", "已入账"), accepted,
               cli_pick(cli, "refused", "被退回"), refused,
               cli_pick(cli, "waiting", "待发"), after->waiting);
    if (refused > 0)
        fputs(cli_pick(cli, "Why something was refused: yx outbox\n",
                       "退回原因请查看：yx outbox\n"),
              stderr);
    if (after->waiting > 0)
        session_tell_kept(session, why, after->waiting);
    if (refused == 0 && after->waiting == 0)
        return EXIT_DONE;
    if (accepted > 0)
        return EXIT_PARTLY;
    return after->waiting > 0 ? EXIT_KEPT : EXIT_REFUSED;
}

exit_t outbox_send_all(session_t *session)
{
    count_t before = { 0, 0 }, after = { 0, 0 };
    status_t why = STATUS_OK;
    status_t status = count(session, &before);
    uint64_t waiting = before.waiting;
    while (status == STATUS_OK && waiting > 0 && why == STATUS_OK) {
        why = session_wait(session);
        status = outbox_waiting(session->outbox, &waiting);
    }
    if (sender_moved(session->sender) > 0)
        session_tell_copied(session);
    sender_destroy(&session->sender); /* what is known is written */
    if (status == STATUS_OK)
        status = count(session, &after);
    return status == STATUS_OK
               ? tell(session, &before, &after, why)
               : cli_refuse(session->cli, status, NULL, session->profile.folder);
}

/* Drafts that are named wait from now on. */
static exit_t release(session_t *session, const words_t *words)
{
    for (unsigned i = 0; i < words->count; i++) {
        uint64_t as;
        status_t status = outbox_begin(session->outbox);
        if (status == STATUS_OK) {
            status =
                outbox_release(session->outbox, outbox_number(words->words[i]), &as);
            if (status == STATUS_OK)
                status = outbox_commit(session->outbox);
            else
                outbox_abort(session->outbox);
        }
        if (status != STATUS_OK)
            return outbox_refuse(session->cli, status, words->words[i]);
    }
    return EXIT_DONE;
}

exit_t outbox_send(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    session_t session;
    words_t words;
    bool follow = false;
    usage_t usage = outbox_usage(cli, verb, "send [N ...]");
    usage.options = options;
    usage.option = on_option;
    usage.input = &follow;
    cli_parse(cli, &usage, argc, argv, &words);
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE)
        return result;
    result = release(&session, &words);
    while (result == EXIT_DONE && follow)
        (void)sender_run(session.sender, LOOK_MS); /* until somebody ends it */
    if (result == EXIT_DONE)
        result = outbox_send_all(&session);
    session_close(&session);
    return result;
}
