/* submit_object.c - see submit_object.h. */
#include "clients/cli/submit_object.h"

#include "clients/cli/said.h"
#include <stdlib.h>
#include <string.h>

exit_t submit_object(session_t *session, const char *verb, json_t *object)
{
    settled_t settled;
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (text == NULL)
        return cli_refuse(session->cli, STATUS_NOT_UTF8, NULL, NULL);
    exit_t result = session_submit(session, verb, text, &settled);
    free(text);
    return result == EXIT_DONE ? session_tell(session, &settled) : result;
}

exit_t submit_alone(const cli_t *cli, const char *verb, json_t *object)
{
    session_t session;
    exit_t result = session_open(&session, cli, SESSION_SUBMITS);
    if (result != EXIT_DONE) {
        json_decref(object);
        return result;
    }
    result = submit_object(&session, verb, object);
    session_close(&session);
    return result;
}

static void take_account(void *context, const answer_t *answer)
{
    char *account = context;
    if (answer->kind == QUERY_GROUPS)
        said_copy(account, CODE_BYTES_MAX + 1, answer->body.groups.account);
}

exit_t submit_account(session_t *session, const char *named,
                      char account[CODE_BYTES_MAX + 1])
{
    account[0] = '\0';
    if (named == NULL)
        return session_ask_quietly(session, &(query_t){ .kind = QUERY_GROUPS },
                                   take_account, account);
    said_copy(account, CODE_BYTES_MAX + 1,
              (text_t){ .data = named, .size = (uint32_t)strlen(named) });
    return EXIT_DONE;
}
