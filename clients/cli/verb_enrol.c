/* verb_enrol.c - yx enrol CODE: from a one-time code to a profile (PROTOCOL.md section 6).
 *
 * The own key pair is stored before it is sent, and the enrolment's number and bytes
 * follow from it: whoever runs the same again after an interruption sends the same. A
 * code that was used is no trouble when it was used for this very key.
 */
#include "clients/cli/session.h"
#include "clients/cli/verb.h"

#include "proto/enrol_code.h"
#include "proto/json.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const cli_t *cli;
    uint8_t code_public[KEY_BYTES], code_secret[KEY_BYTES]; /* of the one-time code */
    uint8_t server_key[KEY_BYTES];
    profile_t profile; /* what is to be stored */
} enrolling_t;

static exit_t read_code(enrolling_t *enrolling, const char *code)
{
    uint8_t seed[ENROL_SEED_BYTES];
    status_t status = enrol_code_read(code, seed, enrolling->server_key);
    if (status == STATUS_OK &&
        (sodium_init() < 0 ||
         crypto_box_seed_keypair(enrolling->code_public, enrolling->code_secret,
                                 seed) != 0))
        status = STATUS_NO_MEMORY;
    sodium_memzero(seed, sizeof seed);
    return status == STATUS_OK ? EXIT_DONE
                               : cli_refuse(enrolling->cli, status, NULL, NULL);
}

static exit_t tell_profile(const enrolling_t *enrolling, status_t status,
                           const char *folder, char *reason)
{
    const cli_t *cli = enrolling->cli;
    if (status == STATUS_OK)
        return EXIT_DONE;
    if (status == STATUS_EXISTS)
        (void)snprintf(reason, PROFILE_REASON_MAX, "%s: %s", folder,
                       cli_pick(cli, "enrolled already; name another --profile",
                                "已登记，请用 --profile 另指定名称"));
    return cli_refuse(cli, status == STATUS_EXISTS ? STATUS_PROFILE : status, NULL,
                      reason[0] != '\0' ? reason : folder);
}

/* The key pair that the broker shall know, new or left by an interrupted run. */
static exit_t begin(enrolling_t *enrolling)
{
    char folder[PROFILE_PATH_MAX], reason[PROFILE_REASON_MAX] = "";
    bool again;
    const cli_t *cli = enrolling->cli;
    profile_t *profile = &enrolling->profile;
    status_t status = profile_find(cli->profile, folder);
    if (status == STATUS_OK)
        status = profile_begin(folder, enrolling->code_public, profile, &again, reason);
    if (status != STATUS_OK)
        return tell_profile(enrolling, status, folder, reason);
    if (strlen(cli->broker) >= sizeof profile->endpoint)
        return cli_refuse_value(cli, STATUS_USAGE, "--broker", cli->broker);
    memcpy(profile->endpoint, cli->broker, strlen(cli->broker) + 1);
    memcpy(profile->server_key, enrolling->server_key, KEY_BYTES);
    return EXIT_DONE;
}

/* ---- the message ---- */

static void on_outcome(void *context, uint64_t number, status_t status, uint64_t seq,
                       const fault_t *fault)
{
    settled_t *settled = context;
    *settled = (settled_t){ true, status, seq, number, *fault, 0 };
}

static status_t submit(session_t *session, const profile_t *profile, settled_t *settled)
{
    char hex[2 * KEY_BYTES + 1], json[2 * KEY_BYTES + 32];
    buffer_t public_part, private_part;
    sodium_bin2hex(hex, sizeof hex, profile->public_key, KEY_BYTES);
    (void)snprintf(json, sizeof json, "{\"key\":\"%s\"}", hex); /* always fits */
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status_t status = json_to_command("enrol", json, strlen(json), &public_part,
                                      &private_part, &settled->fault);
    if (status == STATUS_OK)
        status =
            client_submit(session->client, public_part.data, (uint32_t)public_part.size,
                          NULL, 0, on_outcome, settled, NULL);
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return status;
}

/* The outcome, or what the silence of the broker means. */
static exit_t send_enrol(const enrolling_t *enrolling, settled_t *settled)
{
    session_t session;
    profile_t temporary = enrolling->profile;
    uint64_t instance;
    memcpy(&instance, enrolling->profile.public_key, sizeof instance);
    memcpy(temporary.public_key, enrolling->code_public, KEY_BYTES);
    memcpy(temporary.secret_key, enrolling->code_secret, KEY_BYTES);
    *settled = (settled_t){ .answered = false };
    exit_t result = session_connect(&session, enrolling->cli, &temporary, instance);
    if (result != EXIT_DONE)
        return result;
    status_t status = submit(&session, &enrolling->profile, settled);
    while (status == STATUS_OK && !settled->answered)
        status = session_wait(&session);
    if (status != STATUS_OK)
        settled->status = status;
    session_close(&session);
    sodium_memzero(temporary.secret_key, KEY_BYTES);
    return EXIT_DONE;
}

/* ---- whether it happened before ---- */

typedef struct {
    bool answered, known;
} check_t;

static void on_whoami(void *context, const reply_t *reply, const uint8_t *bytes,
                      size_t size)
{
    (void)bytes;
    (void)size;
    check_t *check = context;
    check->answered = true;
    check->known = reply->kind == REPLY_ANSWER;
}

static bool may_have_happened(status_t status)
{
    return status == STATUS_INVITE_USED || status == STATUS_KEY_UNKNOWN ||
           status == STATUS_KEY_REVOKED || status == STATUS_KEY_TAKEN ||
           status == STATUS_NOT_ALLOWED || status == STATUS_UNKNOWN_KEY;
}

/* Whether the broker knows the own key already. */
static bool is_enrolled(const enrolling_t *enrolling)
{
    session_t session;
    check_t check = { false, false };
    query_t query = { .kind = QUERY_WHOAMI };
    if (session_connect(&session, enrolling->cli, &enrolling->profile, 0) != EXIT_DONE)
        return false;
    status_t status = client_query(session.client, &query, on_whoami, &check);
    while (status == STATUS_OK && !check.answered)
        status = session_wait(&session);
    session_close(&session);
    return check.known;
}

/* ---- the verb ---- */

static exit_t store(const enrolling_t *enrolling)
{
    char reason[PROFILE_REASON_MAX] = "";
    const cli_t *cli = enrolling->cli;
    const char *folder = enrolling->profile.folder;
    status_t status = profile_write(&enrolling->profile, reason);
    if (status != STATUS_OK)
        return tell_profile(enrolling, status, folder, reason);
    if (cli->json)
        puts("{\"enrolled\":true}");
    else
        printf("%s %s\n", cli_pick(cli, "enrolled; profile", "已登记，身份文件夹"),
               folder);
    return EXIT_DONE;
}

static exit_t enrol(enrolling_t *enrolling, const char *code)
{
    settled_t settled;
    exit_t result = read_code(enrolling, code);
    if (result == EXIT_DONE)
        result = begin(enrolling);
    if (result == EXIT_DONE)
        result = send_enrol(enrolling, &settled);
    if (result != EXIT_DONE)
        return result;
    if (settled.status != STATUS_OK &&
        !(may_have_happened(settled.status) && is_enrolled(enrolling)))
        return cli_refuse(enrolling->cli, settled.status, &settled.fault,
                          settled.answered ? NULL : enrolling->cli->broker);
    return store(enrolling);
}

exit_t verb_enrol(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    enrolling_t enrolling = { .cli = cli };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "CODE");
    usage.words_min = usage.words_max = 1;
    cli_parse(cli, &usage, argc, argv, &words);
    if (cli->broker == NULL)
        return cli_refuse_value(cli, STATUS_USAGE, NULL, "--broker tcp://HOST:PORT");
    exit_t result = enrol(&enrolling, words.words[0]);
    sodium_memzero(&enrolling, sizeof enrolling);
    return result;
}
