/* main.c - yxrelay, the relay's process: command line, configuration, signals.
 *
 *   yxrelay --config FILE                  serve
 *   yxrelay --config FILE --check-config
 * Exit: 0 done, 1 refused, 2 usage or configuration.
 */
#include "clients/relay/identity.h"
#include "clients/relay/relay.h"
#include "clients/relay/report.h"
#include "proto/check.h"
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define EXIT_REFUSED 1
#define EXIT_USAGE   2

const char *argp_program_version = "yxrelay " YIXIAN_VERSION;

typedef struct {
    const char *config, *profile, *data, *listen, *last_value;
    const char *groups[GROUPS_MAX];
    uint32_t group_count;
    unsigned long window; /* 0 = not given */
    bool check;
} arguments_t;

enum { OPTION_CHECK = 256, OPTION_LAST_VALUE };

static const struct argp_option options[] = {
    { "config", 'c', "FILE", 0, "read the configuration from FILE", 0 },
    { "profile", 'p', "NAME", 0, "profile made by `yx enrol`, over the configuration",
      0 },
    { "data", 'd', "DIR", 0, "folder of the relay's own key, likewise", 0 },
    { "listen", 'l', "ENDPOINT", 0, "tcp://ADDRESS:PORT to publish on (PORT * = any)",
      0 },
    { "last-value", OPTION_LAST_VALUE, "ENDPOINT", 0,
      "tcp://ADDRESS:PORT to be asked for last values on", 0 },
    { "group", 'g', "GROUP", 0, "publish this group; may be repeated (all groups)", 0 },
    { "window", 'w', "ROWS", 0, "rows of each board, 1 to 1000", 0 },
    { "check-config", OPTION_CHECK, NULL, 0, "say whether it can be used, and end", 0 },
    { NULL, 0, NULL, 0, NULL, 0 }
};

static error_t take_group(arguments_t *arguments, const char *group,
                          struct argp_state *parser)
{
    if (arguments->group_count == GROUPS_MAX) {
        argp_error(parser, "at most %u groups", GROUPS_MAX);
        return EINVAL;
    }
    arguments->groups[arguments->group_count++] = group;
    return 0;
}

static error_t take_window(arguments_t *arguments, const char *text,
                           struct argp_state *parser)
{
    char *end;
    arguments->window = strtoul(text, &end, 10);
    if (*text != '\0' && *end == '\0' && arguments->window >= 1 &&
        arguments->window <= BOARD_WINDOW_MAX)
        return 0;
    argp_error(parser, "--window %s: must lie between 1 and %u", text,
               BOARD_WINDOW_MAX);
    return EINVAL;
}

static error_t parse_option(int key, char *argument, struct argp_state *parser)
{
    arguments_t *arguments = parser->input;
    const char **texts[] = { ['c'] = &arguments->config,
                             ['p'] = &arguments->profile,
                             ['d'] = &arguments->data,
                             ['l'] = &arguments->listen };
    switch (key) {
    case 'c':
    case 'p':
    case 'd':
    case 'l':
        *texts[key] = argument;
        return 0;
    case OPTION_LAST_VALUE:
        arguments->last_value = argument;
        return 0;
    case 'g':
        return take_group(arguments, argument, parser);
    case 'w':
        return take_window(arguments, argument, parser);
    case OPTION_CHECK:
        arguments->check = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(parser, "\"%s\" is no option; see yxrelay --help", argument);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- configuration ---- */

static bool set_text(const char *given, char *text, size_t room)
{
    if (given == NULL)
        return true;
    int size = snprintf(text, room, "%s", given);
    return size >= 0 && (size_t)size < room;
}

static bool take_arguments(const arguments_t *arguments, settings_t *settings)
{
    bool fits =
        set_text(arguments->profile, settings->profile, sizeof settings->profile) &&
        set_text(arguments->data, settings->data, sizeof settings->data) &&
        set_text(arguments->listen, settings->listen, sizeof settings->listen) &&
        set_text(arguments->last_value, settings->last_value,
                 sizeof settings->last_value);
    if (arguments->window != 0)
        settings->window = (uint32_t)arguments->window;
    if (arguments->group_count > 0)
        settings->group_count = 0;
    for (uint32_t i = 0; i < arguments->group_count && fits; i++)
        fits = settings_add_group(settings, arguments->groups[i]) == STATUS_OK;
    return fits;
}

static bool read_settings(const arguments_t *arguments, settings_t *settings)
{
    char message[SETTINGS_MESSAGE_MAX];
    status_t status = STATUS_OK;
    settings_default(settings);
    if (arguments->config != NULL)
        status = settings_load(arguments->config, settings, message);
    if (status == STATUS_OK && !take_arguments(arguments, settings)) {
        (void)snprintf(message, sizeof message, "a value on the command line");
        status = STATUS_TEXT_TOO_LONG;
    }
    if (status == STATUS_OK)
        status = settings_check(settings, message);
    if (status != STATUS_OK)
        report_status(REPORT_ERROR, message, status, NULL);
    return status == STATUS_OK;
}

static bool read_profile(const settings_t *settings, profile_t *profile)
{
    char folder[PROFILE_PATH_MAX], reason[PROFILE_REASON_MAX] = "";
    const char *name = settings->profile[0] != '\0' ? settings->profile : NULL;
    status_t status = profile_find(name, folder);
    if (status == STATUS_OK)
        status = profile_read(folder, profile, reason);
    if (status == STATUS_OK)
        return true;
    if (status == STATUS_NOT_FOUND)
        (void)snprintf(reason, sizeof reason,
                       "%.500s: not enrolled (yx enrol CODE --profile %.500s)", folder,
                       folder);
    report_status(REPORT_ERROR, reason[0] != '\0' ? reason : "profile", STATUS_PROFILE,
                  NULL);
    return false;
}

/* ---- serving ---- */

/* Before any thread is made, so that all of them leave the signals to us. -1: none. */
static int open_signals(void)
{
    sigset_t signals;
    (void)signal(SIGPIPE, SIG_IGN); /* a reader of our lines may go away */
    if (sigemptyset(&signals) != 0 || sigaddset(&signals, SIGTERM) != 0 ||
        sigaddset(&signals, SIGINT) != 0 || sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static status_t announce(const settings_t *settings, const identity_t *identity,
                         const relay_t *relay)
{
    char reason[IDENTITY_REASON_MAX];
    const char *publish = relay_publish_endpoint(relay);
    const char *last_value = relay_last_value_endpoint(relay);
    status_t status = identity_publish(settings->data, publish, last_value, reason);
    if (status != STATUS_OK) {
        report_status(REPORT_ERROR, reason, status, NULL);
        return status;
    }
    printf("publishing on %s, last values on %s, public key %s\n", publish, last_value,
           identity->z85);
    (void)fflush(stdout); /* the same stands in the data folder */
    /* without a service manager sd_notify does nothing, which is no failure */
    (void)sd_notifyf(0, "READY=1\nSTATUS=publishing on %s", publish);
    return STATUS_OK;
}

static status_t serve(const settings_t *settings, const profile_t *profile,
                      const identity_t *identity, int stop)
{
    char where[SETTINGS_MESSAGE_MAX] = "";
    relay_t *relay = NULL;
    relay_options_t how = { .settings = settings,
                            .profile = profile,
                            .secret_key = identity->secret_key };
    status_t status = relay_open(&how, &relay, where);
    if (status != STATUS_OK) {
        report_status(REPORT_ERROR, where, status, NULL);
        return status;
    }
    status = announce(settings, identity, relay);
    if (status == STATUS_OK)
        relay_run(relay, stop);
    (void)sd_notify(0, "STOPPING=1"); /* as above */
    relay_close(&relay);
    return status;
}

static int run(const settings_t *settings)
{
    profile_t profile;
    identity_t identity;
    char reason[IDENTITY_REASON_MAX];
    if (!read_profile(settings, &profile))
        return EXIT_USAGE;
    int stop = open_signals();
    status_t status =
        stop >= 0 ? identity_open(settings->data, &identity, reason) : STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        report_status(REPORT_ERROR, stop >= 0 ? reason : "signals", status, NULL);
        return EXIT_REFUSED;
    }
    status = serve(settings, &profile, &identity, stop);
    identity_forget(&identity);
    sodium_memzero(&profile, sizeof profile);
    (void)close(stop); /* nothing was written to it */
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse_option,
        NULL,
        "The yixian relay: watches boards and publishes them to plain ZeroMQ SUB "
        "sockets "
        "whose keys the broker allows. Serves until SIGTERM.",
        NULL,
        NULL,
        NULL
    };
    arguments_t arguments = { 0 };
    settings_t settings;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return EXIT_USAGE;
    if (sodium_init() < 0)
        return EXIT_REFUSED;
    if (!read_settings(&arguments, &settings))
        return EXIT_USAGE;
    if (arguments.check) {
        printf("%s can be used: listen %s, last values %s, %u groups (0 = all)\n",
               arguments.config != NULL ? arguments.config : "the default",
               settings.listen, settings.last_value, settings.group_count);
        return EXIT_SUCCESS;
    }
    return run(&settings);
}
