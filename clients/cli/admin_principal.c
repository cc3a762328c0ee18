/* admin_principal.c - yx admin invite, set-principal, revoke. */
#include "clients/cli/admin.h"
#include "clients/cli/session.h"

#include "proto/enrol_code.h"
#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROLE_CHARS_MAX 32u
#define HEX_CHARS      (2 * KEY_BYTES)

static const struct argp_option principal_options[] = {
    ADMIN_SPEC_OPTIONS,
    { "name", ADMIN_KEY_NAME, "TEXT", 0, "Of the principal (invite only)", 0 },
    { 0 }
};

static const struct argp_option revoke_options[] = {
    { "key", ADMIN_KEY_KEY, "HEX", 0, "Only this key; otherwise all of them", 0 },
    { "text", ADMIN_KEY_TEXT, "TEXT", 0, "The reason", 0 },
    { 0 }
};

bool admin_spec_init(spec_t *spec)
{
    *spec = (spec_t){ json_object(), json_array(), json_object(), json_array(),
                      json_array() };
    return json_object_set_new(spec->object, "roles", spec->roles) == 0 &&
           json_object_set_new(spec->scope, "units", spec->units) == 0 &&
           json_object_set_new(spec->scope, "groups", spec->groups) == 0 &&
           json_object_set_new(spec->object, "scope", spec->scope) == 0;
}

static error_t set_text(json_t *object, const char *name, const char *value)
{
    return json_object_set_new(object, name, json_string(value)) == 0 ? 0 : EINVAL;
}

/* "inspector,reviewer" to ROLE_INSPECTOR, ROLE_REVIEWER. */
static error_t add_roles(json_t *roles, const char *value)
{
    while (*value != '\0') {
        char name[ROLE_CHARS_MAX] = "ROLE_";
        size_t size = strcspn(value, ","), at = strlen(name);
        if (size == 0 || at + size >= sizeof name)
            return EINVAL;
        for (size_t i = 0; i < size; i++)
            name[at + i] = (char)toupper((unsigned char)value[i]);
        name[at + size] = '\0';
        if (json_array_append_new(roles, json_string(name)) != 0)
            return EINVAL;
        value += size + (value[size] == ',');
    }
    return 0;
}

error_t admin_spec_option(int key, const char *value, void *input)
{
    spec_t *spec = input;
    switch (key) {
    case ADMIN_KEY_ROLE:
        return add_roles(spec->roles, value);
    case ADMIN_KEY_PERSON:
        return set_text(spec->object, "person", value);
    case ADMIN_KEY_NAME:
        return set_text(spec->object, "name", value);
    case ADMIN_KEY_UNIT:
        return json_array_append_new(spec->units, json_string(value)) == 0 ? 0 : EINVAL;
    case ADMIN_KEY_GROUP:
        return json_array_append_new(spec->groups, json_string(value)) == 0 ? 0
                                                                            : EINVAL;
    case ADMIN_KEY_EVERYTHING:
        return json_object_set_new(spec->scope, "everything", json_true()) == 0
                   ? 0
                   : EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t on_revoke(int key, const char *value, void *input)
{
    spec_t *spec = input;
    switch (key) {
    case ADMIN_KEY_KEY:
        return set_text(spec->object, "key", value);
    case ADMIN_KEY_TEXT:
        return set_text(spec->object, "text", value);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The words of a verb with one PRINCIPAL; what they say lies in spec->object. */
bool admin_parse_principal(cli_t *cli, usage_t usage, spec_t *spec, int argc,
                           char **argv)
{
    words_t words;
    usage.args = "PRINCIPAL";
    usage.words_min = usage.words_max = 1;
    usage.input = spec;
    cli_parse(cli, &usage, argc, argv, &words);
    return json_object_set_new(spec->object, "principal",
                               json_string(words.words[0])) == 0;
}

static exit_t submit_spec(const cli_t *cli, const char *verb, const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    exit_t result = text != NULL ? session_administer_and_tell(cli, verb, text)
                                 : cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    free(text);
    return result;
}

/* ---- invite ---- */

static void print_code(const cli_t *cli, const uint8_t *seed, const uint8_t *server_key)
{
    char code[ENROL_CODE_CHARS_MAX];
    enrol_code_write(code, seed, server_key);
    if (cli->json) {
        printf("{\"code\":\"%s\"}\n", code);
    } else {
        puts(cli_pick(cli, "one-time code, good for 24 hours and one enrolment:",
                      "一次性代码，24 小时内有效，只能登记一次："));
        printf("\n  %s\n\n  yx enrol CODE --broker tcp://HOST:PORT\n", code);
    }
    sodium_memzero(code, sizeof code);
}

/* Only the public half of the temporary key goes to the broker. */
static exit_t send_invite(const cli_t *cli, json_t *object)
{
    session_t session;
    settled_t settled;
    uint8_t seed[ENROL_SEED_BYTES], public_key[KEY_BYTES], secret_key[KEY_BYTES];
    char hex[HEX_CHARS + 1];
    exit_t result = session_open(&session, cli, SESSION_ADMINISTERS);
    if (result != EXIT_DONE)
        return result;
    randombytes_buf(seed, sizeof seed);
    int failed = crypto_box_seed_keypair(public_key, secret_key, seed);
    sodium_bin2hex(hex, sizeof hex, public_key, KEY_BYTES);
    failed |= json_object_set_new(object, "key", json_string(hex));
    char *text = failed == 0 ? json_dumps(object, JSON_COMPACT) : NULL;
    result = text != NULL ? session_submit(&session, "invite", text, &settled)
                          : cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    if (result == EXIT_DONE && settled.status != STATUS_OK)
        result = session_tell(&session, &settled);
    else if (result == EXIT_DONE)
        print_code(cli, seed, session.profile.server_key);
    free(text);
    session_close(&session);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(secret_key, sizeof secret_key);
    return result;
}

exit_t admin_invite(cli_t *cli, int argc, char **argv)
{
    spec_t spec;
    exit_t result = EXIT_REFUSED;
    usage_t usage = {
        .name = "admin invite",
        .help = cli_pick(cli, "Let somebody enrol, and print the one-time code",
                         "邀请登记，并显示一次性代码"),
        .example = "  yx admin invite I01 --role inspector --person H0001 --unit U001\n"
                   "  yx admin invite O1 --role organiser --everything",
        .options = principal_options,
        .option = admin_spec_option,
    };
    if (admin_spec_init(&spec) && admin_parse_principal(cli, usage, &spec, argc, argv))
        result = send_invite(cli, spec.object);
    else
        result = cli_refuse(cli, STATUS_BAD_INPUT, NULL, NULL);
    json_decref(spec.object);
    return result;
}

/* ---- set-principal and revoke ---- */

exit_t admin_set_principal(cli_t *cli, int argc, char **argv)
{
    spec_t spec;
    exit_t result = EXIT_REFUSED;
    usage_t usage = {
        .name = "admin set-principal",
        .help = cli_pick(cli, "Replace roles, person and scope of a principal",
                         "更改用户的角色、人员与范围"),
        .example = "  yx admin set-principal I01 --role inspector,reviewer --unit U001",
        .options = principal_options,
        .option = admin_spec_option,
    };
    if (admin_spec_init(&spec) && admin_parse_principal(cli, usage, &spec, argc, argv))
        result = submit_spec(cli, "set_principal", spec.object);
    else
        result = cli_refuse(cli, STATUS_BAD_INPUT, NULL, NULL);
    json_decref(spec.object);
    return result;
}

exit_t admin_revoke(cli_t *cli, int argc, char **argv)
{
    spec_t spec = { .object = json_object() };
    exit_t result = EXIT_REFUSED;
    usage_t usage = {
        .name = "admin revoke",
        .help = cli_pick(cli, "Take the keys of a principal away, at once",
                         "立即撤销用户的密钥"),
        .example = "  yx admin revoke I01\n  yx admin revoke I01 --key 3f2a...",
        .options = revoke_options,
        .option = on_revoke,
    };
    if (spec.object != NULL && admin_parse_principal(cli, usage, &spec, argc, argv))
        result = submit_spec(cli, "revoke", spec.object);
    else
        result = cli_refuse(cli, STATUS_BAD_INPUT, NULL, NULL);
    json_decref(spec.object);
    return result;
}
