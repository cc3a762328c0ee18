/* admin_users.c - yx admin user and yx admin users: people who sign in at a gateway. */
#include "clients/cli/admin.h"
#include "clients/cli/moment.h"
#include "clients/cli/role_words.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_CHARS                                                                    \
    sodium_base64_ENCODED_LEN(TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
#define HEX_CHARS (2 * HASH_BYTES + 1)

enum { COLUMNS = 5, ROLES_CHARS_MAX = 256 };
#define LIST_BYTES_MAX (1024u * 1024u)

/* ---- user ---- */

typedef struct {
    spec_t spec;      /* first: the option readers take it for the whole */
    const char *site; /* https://HOST, or NULL */
} wanted_t;

static error_t on_user(int key, const char *value, void *input)
{
    wanted_t *wanted = input;
    if (key != ADMIN_KEY_SITE)
        return admin_spec_option(key, value, &wanted->spec);
    wanted->site = value;
    return 0;
}

/* The token is told once; the broker and its journal know its hash alone. */
static bool make_token(char token[TOKEN_CHARS], char hex[HEX_CHARS])
{
    uint8_t bytes[TOKEN_BYTES], hash[HASH_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    int rc = crypto_generichash(hash, sizeof hash, bytes, sizeof bytes, NULL, 0);
    sodium_bin2base64(token, TOKEN_CHARS, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_bin2hex(hex, HEX_CHARS, hash, sizeof hash);
    sodium_memzero(bytes, sizeof bytes);
    return rc == 0;
}

static void tell_link(const cli_t *cli, const wanted_t *wanted, const char *token)
{
    const char *site = wanted->site != NULL ? wanted->site : "";
    if (cli->json) {
        json_t *told =
            json_pack("{s:O, s:s, s:o}", "principal",
                      json_object_get(wanted->spec.object, "principal"), "token", token,
                      "link", json_sprintf("%s/#/link/%s", site, token));
        if (told != NULL && json_dumpf(told, stdout, JSON_COMPACT) == 0)
            putchar('\n');
        json_decref(told);
        return;
    }
    puts(cli_pick(cli, "one-time sign-in link, good for 24 hours:",
                  "一次性登录链接，24 小时内有效，只能用一次："));
    printf("\n  %s/#/link/%s\n", site, token);
    if (wanted->site == NULL)
        puts(cli_pick(cli, "\nput the address of the gateway before it",
                      "\n请在前面加上网关的网址"));
}

static exit_t put_user(const cli_t *cli, const wanted_t *wanted)
{
    session_t session;
    settled_t settled;
    char token[TOKEN_CHARS], hex[HEX_CHARS];
    exit_t result = session_open(&session, cli, SESSION_ADMINISTERS);
    if (result != EXIT_DONE)
        return result;
    bool made = make_token(token, hex) &&
                json_object_set_new(wanted->spec.object, "link", json_string(hex)) == 0;
    char *text = made ? json_dumps(wanted->spec.object, JSON_COMPACT) : NULL;
    result = text != NULL ? session_submit(&session, "put_user", text, &settled)
                          : cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    if (result == EXIT_DONE && settled.status != STATUS_OK)
        result = session_tell(&session, &settled);
    else if (result == EXIT_DONE)
        tell_link(cli, wanted, token);
    free(text);
    session_close(&session);
    sodium_memzero(token, sizeof token);
    return result;
}

exit_t admin_user(cli_t *cli, int argc, char **argv)
{
    static const struct argp_option options[] = {
        ADMIN_SPEC_OPTIONS,
        { "site", ADMIN_KEY_SITE, "https://HOST", 0,
          "Address of the gateway, for the link", 0 },
        { 0 }
    };
    wanted_t wanted = { .site = NULL };
    exit_t result = EXIT_REFUSED;
    usage_t usage = {
        .name = "admin user",
        .help =
            cli_pick(cli,
                     "Let a person sign in at a gateway, and print a one-time link; "
                     "again: another link, roles and scope",
                     "允许人员登录网页，并显示一次性登录链接；再次执行即换发链接并更改"
                     "角色与范围"),
        .example =
            "  yx admin user zhang --role supervisor --person H0001 --everything\n"
            "  yx admin user zhang --role supervisor --everything --site "
            "https://board.example",
        .options = options,
        .option = on_user,
    };
    if (admin_spec_init(&wanted.spec) &&
        admin_parse_principal(cli, usage, &wanted.spec, argc, argv))
        result = put_user(cli, &wanted);
    else
        result = cli_refuse(cli, STATUS_BAD_INPUT, NULL, NULL);
    json_decref(wanted.spec.object);
    return result;
}

/* ---- users ---- */

typedef struct {
    const cli_t *cli;
    table_t *table;
    uint32_t shown, matching;
    status_t status;
} listing_t;

static void write_roles(const cli_t *cli, uint32_t roles, char out[ROLES_CHARS_MAX])
{
    size_t size = 0;
    out[0] = '\0';
    for (uint32_t role = 1; role < ROLE_COUNT; role++) {
        if ((roles >> role & 1) == 0)
            continue;
        int more = snprintf(out + size, ROLES_CHARS_MAX - size, "%s%s",
                            size > 0 ? ", " : "", role_words(cli, (role_t)role));
        if (more > 0 && (size_t)more < ROLES_CHARS_MAX - size)
            size += (size_t)more;
    }
}

static const char *password_words(const cli_t *cli, const user_info_t *user)
{
    if (user->locked_seconds > 0)
        return cli_pick(cli, "locked", "已锁定");
    if (user->has_password)
        return cli_pick(cli, "set", "已设置");
    return user->link_expires_ms != 0 ? cli_pick(cli, "link sent", "待用链接")
                                      : cli_pick(cli, "none", "无");
}

static void add_user(listing_t *listing, const user_info_t *user)
{
    char roles[ROLES_CHARS_MAX], session[MOMENT_CHARS_MAX] = "";
    char principal[CODE_BYTES_MAX + 1], person[CODE_BYTES_MAX + 1];
    write_roles(listing->cli, user->roles, roles);
    if (user->session_expires_ms != 0)
        moment_write(user->session_expires_ms, MOMENT_MINUTE, session);
    (void)snprintf(principal, sizeof principal, "%.*s", (int)user->principal.size,
                   user->principal.data);
    (void)snprintf(person, sizeof person, "%.*s", (int)user->person.size,
                   user->person.size > 0 ? user->person.data : "");
    const char *cells[COLUMNS] = { principal, person, roles,
                                   password_words(listing->cli, user), session };
    if (listing->status == STATUS_OK)
        listing->status = cli_table_add(listing->table, cells);
}

static void take_users(void *context, const answer_t *answer)
{
    listing_t *listing = context;
    if (answer->kind != QUERY_USERS)
        return;
    const users_answer_t *users = &answer->body.users;
    listing->matching = users->matching;
    listing->shown += users->count;
    for (uint32_t i = 0; i < users->count && !listing->cli->json; i++)
        add_user(listing, &users->users[i]);
}

static status_t print_users(const listing_t *listing)
{
    buffer_t out;
    buffer_init(&out, LIST_BYTES_MAX);
    status_t status = listing->status;
    if (status == STATUS_OK)
        status = cli_table_write(listing->table, listing->cli->colour, &out);
    if (status == STATUS_OK && fwrite(out.data, 1, out.size, stdout) != out.size)
        status = STATUS_IO;
    buffer_fini(&out);
    return status;
}

static exit_t ask_users(session_t *session, listing_t *listing)
{
    query_t query = { .kind = QUERY_USERS, .users = { .count = USERS_MAX } };
    exit_t result;
    uint32_t before;
    do {
        before = listing->shown;
        query.users.offset = before;
        result = session_ask(session, &query, take_users, listing);
    } while (result == EXIT_DONE && listing->shown > before &&
             listing->shown < listing->matching);
    return result;
}

exit_t admin_users(cli_t *cli, int argc, char **argv)
{
    session_t session;
    words_t words;
    listing_t listing = { .cli = cli, .table = cli_table_create(COLUMNS, 0) };
    usage_t usage = { .name = "admin users",
                      .args = "",
                      .help = cli_pick(cli, "Who may sign in at a gateway",
                                       "可登录网页的人员"),
                      .example = "  yx admin users" };
    cli_parse(cli, &usage, argc, argv, &words);
    if (listing.table == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    const char *head[COLUMNS] = { cli_pick(cli, "user", "用户"),
                                  cli_pick(cli, "person", "人员"),
                                  cli_pick(cli, "roles", "角色"),
                                  cli_pick(cli, "password", "密码"),
                                  cli_pick(cli, "session until", "登录有效至") };
    listing.status = cli_table_add(listing.table, head);
    exit_t result = session_open(&session, cli, SESSION_ASKS);
    if (result == EXIT_DONE) {
        result = ask_users(&session, &listing);
        if (result == EXIT_DONE && !cli->json)
            listing.status = print_users(&listing);
        if (listing.status != STATUS_OK)
            result = cli_refuse(cli, listing.status, NULL, NULL);
        session_close(&session);
    }
    cli_table_destroy(&listing.table);
    return result;
}
