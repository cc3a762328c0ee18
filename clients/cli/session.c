/* session.c - see session.h. */
#include "clients/cli/session.h"

#include "proto/check.h"
#include "proto/json.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define JSON_LINE_MAX (4u * 1024u * 1024u)

/* ---- life ---- */

static exit_t read_profile(session_t *session)
{
    char folder[PROFILE_PATH_MAX], reason[PROFILE_REASON_MAX] = "";
    const cli_t *cli = session->cli;
    status_t status = profile_find(cli->profile, folder);
    if (status == STATUS_OK)
        status = profile_read(folder, &session->profile, reason);
    if (status == STATUS_OK)
        return EXIT_DONE;
    if (status == STATUS_NOT_FOUND)
        (void)snprintf(reason, sizeof reason, "%s: %s", folder,
                       cli_pick(cli, "not enrolled", "尚未登记"));
    return cli_refuse(cli, STATUS_PROFILE, NULL, reason);
}

static exit_t open_numbers(session_t *session)
{
    status_t status = numbers_open(session->profile.folder, &session->numbers);
    return status == STATUS_OK
               ? EXIT_DONE
               : cli_refuse(session->cli, status, NULL, session->profile.folder);
}

static void ignore_outcome(void *context, const sender_outcome_t *outcome)
{
    (void)context;
    (void)outcome;
}

static void on_told(void *context, const sender_outcome_t *outcome)
{
    session_t *session = context;
    session->told(session->told_context, outcome);
}

void session_listen(session_t *session, sender_outcome_fn *told, void *context)
{
    session->told = told != NULL ? told : ignore_outcome;
    session->told_context = context;
}

void session_tell_copied(const session_t *session)
{
    const cli_t *cli = session->cli;
    fputs(
        cli_pick(cli,
                 "This profile was copied or restored. What is entered from now on "
                 "gets numbers of its own; what waits keeps its numbers, so that two "
                 "copies cannot enter it twice. If both copies stay in use, enrol one "
                 "anew. See: yx outbox\n",
                 "本配置是复制或恢复出来的。今后录入的使用新的编号；待发的保留原编号，"
                 "两份副本不会重复入账。若两份都要继续使用，请将其中一份重新登记。"
                 "查看：yx outbox\n"),
        stderr);
}

static exit_t open_outbox(session_t *session)
{
    status_t status = outbox_open(session->profile.folder, NULL, &session->outbox);
    if (status != STATUS_OK)
        return cli_refuse(session->cli, status, NULL, session->profile.folder);
    if (outbox_was_copied(session->outbox))
        session_tell_copied(session);
    return EXIT_DONE;
}

static exit_t open_sender(session_t *session)
{
    session_listen(session, NULL, NULL);
    status_t status = sender_create(session->outbox, session->client, on_told, session,
                                    &session->sender);
    return status == STATUS_OK ? EXIT_DONE
                               : cli_refuse(session->cli, status, NULL, NULL);
}

static exit_t connect_client(session_t *session, uint64_t instance, uint64_t number,
                             uint32_t resend_ms)
{
    const profile_t *profile = &session->profile;
    client_options_t options = {
        .endpoint =
            session->cli->broker != NULL ? session->cli->broker : profile->endpoint,
        .instance = instance,
        .first_number = number,
        .resend_ms = resend_ms,
    };
    memcpy(options.server_key, profile->server_key, KEY_BYTES);
    memcpy(options.public_key, profile->public_key, KEY_BYTES);
    memcpy(options.secret_key, profile->secret_key, KEY_BYTES);
    status_t status = client_create(&options, &session->client);
    return status == STATUS_OK
               ? EXIT_DONE
               : cli_refuse(session->cli, status, NULL, options.endpoint);
}

/* What waits at the broker is not asked for again meanwhile. */
#define FOLLOW_RESEND_MS (SESSION_WAIT_MS + 2000)

static exit_t connect_for(session_t *session, session_use_t use)
{
    const numbers_t *numbers = session->numbers;
    uint32_t resend_ms = use == SESSION_FOLLOWS ? FOLLOW_RESEND_MS : 0;
    return numbers != NULL ? connect_client(session, numbers_instance(numbers),
                                            numbers_next(numbers), resend_ms)
                           : connect_client(session, 0, 1, resend_ms);
}

exit_t session_connect(session_t *session, const cli_t *cli, const profile_t *profile,
                       uint64_t instance)
{
    CHECK(session != NULL);
    *session = (session_t){ .cli = cli, .profile = *profile };
    return connect_client(session, instance, 1, 0);
}

exit_t session_open(session_t *session, const cli_t *cli, session_use_t use)
{
    CHECK(session != NULL);
    *session = (session_t){ .cli = cli };
    exit_t result = read_profile(session);
    if (result == EXIT_DONE && use == SESSION_ADMINISTERS)
        result = open_numbers(session);
    if (result == EXIT_DONE && use == SESSION_SUBMITS)
        result = open_outbox(session);
    if (result == EXIT_DONE)
        result = connect_for(session, use);
    if (result == EXIT_DONE && use == SESSION_SUBMITS)
        result = open_sender(session);
    if (result != EXIT_DONE)
        session_close(session);
    return result;
}

void session_close(session_t *session)
{
    CHECK(session != NULL);
    if (session->sender != NULL && sender_moved(session->sender) > 0)
        session_tell_copied(session);
    sender_destroy(&session->sender);
    outbox_close(&session->outbox);
    client_destroy(&session->client);
    numbers_close(&session->numbers);
}

/* ---- waiting ---- */

static double clock_s(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define LOOK_MS 50

static uint32_t run(session_t *session, int wait_ms)
{
    return session->sender != NULL ? sender_run(session->sender, wait_ms)
                                   : client_run(session->client, wait_ms);
}

/* A refused key will not be accepted within this verb's time; nor is a broker that
 * takes nothing now waited for. */
static status_t trouble(const session_t *session)
{
    if (client_state(session->client) == CLIENT_REFUSED)
        return STATUS_KEY_UNKNOWN;
    return session->sender != NULL ? sender_trouble(session->sender) : STATUS_OK;
}

status_t session_wait(session_t *session)
{
    CHECK(session != NULL);
    double end_s = clock_s() + session->cli->timeout_ms / 1000.0;
    do {
        double left_ms = (end_s - clock_s()) * 1000;
        int wait_ms = left_ms < 1 ? 1 : left_ms > LOOK_MS ? LOOK_MS : (int)left_ms;
        if (run(session, wait_ms) > 0)
            return STATUS_OK;
        status_t status = trouble(session);
        if (status != STATUS_OK)
            return status;
    } while (clock_s() < end_s);
    return client_silence(session->client);
}

static exit_t tell_silence(const session_t *session, status_t status)
{
    const cli_t *cli = session->cli;
    return cli_refuse(cli, status, NULL,
                      cli->broker != NULL ? cli->broker : session->profile.endpoint);
}

/* ---- asking ---- */

typedef struct {
    const cli_t *cli;
    session_part_fn *part;
    void *context;
    bool print;  /* replies as JSON */
    bool silent; /* refusals are not told */
    bool done;
    exit_t result;
} asking_t;

static exit_t print_json(const cli_t *cli, const uint8_t *bytes, size_t size)
{
    buffer_t line;
    fault_t fault = { .place = "" };
    buffer_init(&line, JSON_LINE_MAX);
    status_t status = json_from_reply(bytes, size, &line, &fault);
    exit_t result = EXIT_DONE;
    if (status == STATUS_OK)
        printf("%.*s\n", (int)line.size, (const char *)line.data);
    else
        result = cli_refuse(cli, status, &fault, NULL);
    buffer_fini(&line);
    return result;
}

static void on_reply(void *context, const reply_t *reply, const uint8_t *bytes,
                     size_t size)
{
    asking_t *asking = context;
    asking->done =
        reply->kind != REPLY_ANSWER || reply->answer.part + 1 == reply->answer.parts;
    if (reply->kind == REPLY_FAILURE)
        asking->result = asking->silent ? EXIT_REFUSED
                                        : cli_refuse(asking->cli, reply->failure,
                                                     &reply->fault, NULL);
    else if (asking->print)
        asking->result = print_json(asking->cli, bytes, size);
    if (reply->kind == REPLY_ANSWER && asking->part != NULL)
        asking->part(asking->context, &reply->answer);
}

static exit_t wait_for(session_t *session, asking_t *asking, status_t status)
{
    while (status == STATUS_OK && !asking->done)
        status = session_wait(session);
    client_forget(session->client, asking);
    if (status == STATUS_OK)
        return asking->result;
    return asking->silent ? EXIT_UNREACHABLE : tell_silence(session, status);
}

static exit_t ask(session_t *session, const query_t *query, asking_t asking)
{
    asking.cli = session->cli;
    status_t status = client_query(session->client, query, on_reply, &asking);
    return wait_for(session, &asking, status);
}

exit_t session_ask(session_t *session, const query_t *query, session_part_fn *part,
                   void *context)
{
    return ask(
        session, query,
        (asking_t){ .part = part, .context = context, .print = session->cli->json });
}

exit_t session_ask_quietly(session_t *session, const query_t *query,
                           session_part_fn *part, void *context)
{
    return ask(session, query, (asking_t){ .part = part, .context = context });
}

bool session_try(session_t *session, const query_t *query, session_part_fn *part,
                 void *context)
{
    return ask(session, query,
               (asking_t){ .part = part, .context = context, .silent = true }) ==
           EXIT_DONE;
}

exit_t session_ping(session_t *session, double *milliseconds)
{
    asking_t asking = { .cli = session->cli };
    exit_t result = EXIT_DONE;
    /* the first one waits for the handshake too; the second one is the way itself */
    for (int i = 0; i < 2 && result == EXIT_DONE; i++) {
        double began_s = clock_s();
        asking.done = false;
        asking.print = session->cli->json && i == 1;
        status_t status = client_ping(session->client, on_reply, &asking);
        result = wait_for(session, &asking, status);
        *milliseconds = (clock_s() - began_s) * 1000;
    }
    return result;
}

/* ---- one command ---- */

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    settled_t *settled = context;
    *settled = (settled_t){ .answered = true,
                            .status = status,
                            .seq = seq,
                            .number = number,
                            .fault = *fault };
}

static void on_entry(void *context, const sender_outcome_t *outcome)
{
    settled_t *settled = context;
    *settled = (settled_t){ .answered = true,
                            .status = outcome->status,
                            .seq = outcome->seq,
                            .number = outcome->number,
                            .entry = outcome->entry,
                            .fault = outcome->fault };
}

static status_t put_parts(session_t *session, const buffer_t *public_part,
                          const buffer_t *private_part, settled_t *settled)
{
    sender_command_t command = { .public_part = public_part->data,
                                 .public_size = (uint32_t)public_part->size,
                                 .private_part = private_part->data,
                                 .private_size = (uint32_t)private_part->size };
    session_listen(session, on_entry, settled);
    status_t status = sender_put(session->sender, &command, &settled->entry);
    return status == STATUS_OK ? sender_commit(session->sender) : status;
}

static status_t submit_parts(session_t *session, const buffer_t *public_part,
                             const buffer_t *private_part, settled_t *settled)
{
    if (session->sender != NULL)
        return put_parts(session, public_part, private_part, settled);
    status_t status = numbers_take(session->numbers);
    if (status != STATUS_OK)
        return status;
    return client_submit(session->client, public_part->data,
                         (uint32_t)public_part->size, private_part->data,
                         (uint32_t)private_part->size, on_outcome, settled, NULL);
}

void session_tell_kept(const session_t *session, status_t why, uint64_t count)
{
    const cli_t *cli = session->cli;
    if (why != STATUS_OK)
        (void)tell_silence(session, why);
    fprintf(stderr,
            cli_pick(cli,
                     "Nothing is lost: %" PRIu64
                     " kept in the outbox. To send: yx outbox send\n",
                     "未丢失：%" PRIu64 " 条保存在待发箱。发送：yx outbox send\n"),
            count);
}

/* No outcome came: what is in the outbox stays there. */
static exit_t give_up(session_t *session, status_t why, const settled_t *settled)
{
    const cli_t *cli = session->cli;
    if (settled->entry == 0)
        return tell_silence(session, why);
    if (cli->json)
        printf("{\"entry\":%" PRIu64 ",\"state\":\"waiting\",\"why\":%u,"
               "\"name\":\"%s\"}\n",
               settled->entry, (unsigned)why, status_name(why));
    session_tell_kept(session, why, 1);
    return EXIT_KEPT;
}

exit_t session_submit(session_t *session, const char *verb, const char *json,
                      settled_t *settled)
{
    CHECK(session->numbers != NULL || session->sender != NULL);
    buffer_t public_part, private_part;
    fault_t fault = { .place = "" };
    *settled = (settled_t){ .answered = false };
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status_t status =
        json_to_command(verb, json, strlen(json), &public_part, &private_part, &fault);
    if (status == STATUS_OK)
        status = submit_parts(session, &public_part, &private_part, settled);
    exit_t result = status == STATUS_OK
                        ? EXIT_DONE
                        : cli_refuse(session->cli, status, &fault, NULL);
    while (status == STATUS_OK && !settled->answered)
        status = session_wait(session);
    if (result == EXIT_DONE && !settled->answered)
        result = give_up(session, status, settled);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return result;
}

exit_t session_tell(const session_t *session, const settled_t *settled)
{
    const cli_t *cli = session->cli;
    if (cli->json)
        printf("{\"number\":%" PRIu64 ",\"status\":%u,\"name\":\"%s\",\"seq\":%" PRIu64
               "}\n",
               settled->number, (unsigned)settled->status, status_name(settled->status),
               settled->seq);
    if (settled->status != STATUS_OK)
        return cli_refuse(cli, settled->status, &settled->fault, NULL);
    if (!cli->json)
        printf("%s %" PRIu64 "\n", cli_pick(cli, "accepted, seq", "已入账，序号"),
               settled->seq);
    return EXIT_DONE;
}

static exit_t submit_and_tell(const cli_t *cli, session_use_t use, const char *verb,
                              const char *json)
{
    session_t session;
    settled_t settled;
    exit_t result = session_open(&session, cli, use);
    if (result != EXIT_DONE)
        return result;
    result = session_submit(&session, verb, json, &settled);
    if (result == EXIT_DONE)
        result = session_tell(&session, &settled);
    session_close(&session);
    return result;
}

exit_t session_submit_and_tell(const cli_t *cli, const char *verb, const char *json)
{
    return submit_and_tell(cli, SESSION_SUBMITS, verb, json);
}

exit_t session_administer_and_tell(const cli_t *cli, const char *verb, const char *json)
{
    return submit_and_tell(cli, SESSION_ADMINISTERS, verb, json);
}
