/* main.c - yxd, the broker's process: command line, configuration, signals' meaning.
 *
 *   yxd init --data DIR            make a new data folder, print a one-time code
 *   yxd init --data DIR --demo --from 2024-03-01 --rate 500
 *                                  likewise, with the quickened clock of a demonstration
 *   yxd --config FILE              serve
 *   yxd --config FILE --check-config
 *   yxd backup|verify|restore FOLDER   copies of the journal (copies.h)
 * Exit: 0 done, 1 refused or a failed write, 2 usage or configuration.
 */
#include "broker/config.h"
#include "broker/copies.h"
#include "broker/core/dates.h"
#include "broker/runtime/broker.h"
#include "broker/runtime/init.h"
#include "proto/enrol_code.h"
#include <argp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#define EXIT_REFUSED 1
#define EXIT_USAGE   2
#define MIB          (1ull << 20)
#define GIB          (1ull << 30)

const char *argp_program_version = "yxd " YIXIAN_VERSION;

typedef struct {
    const char *config, *data, *listen, *administrator, *from, *rate;
    const char *verb, *folder; /* of the copies */
    bool init, check, demo, dry_run;
    int64_t demo_from_ms;
    uint32_t demo_rate; /* 0 = not asked for */
} arguments_t;

enum {
    OPTION_CHECK = 256,
    OPTION_ADMINISTRATOR,
    OPTION_DEMO,
    OPTION_FROM,
    OPTION_RATE,
    OPTION_DRY_RUN
};

static const struct argp_option options[] = {
    { "config", 'c', "FILE", 0, "read the configuration from FILE", 0 },
    { "data", 'd', "DIR", 0, "data folder, over what the configuration says", 0 },
    { "listen", 'l', "ENDPOINT", 0, "tcp://ADDRESS:PORT, likewise", 0 },
    { "check-config", OPTION_CHECK, NULL, 0, "say whether FILE can be used, and end",
      0 },
    { "administrator", OPTION_ADMINISTRATOR, "CODE", 0,
      "with init: code of the first administrator (admin)", 0 },
    { "demo", OPTION_DEMO, NULL, 0,
      "with init: a folder for demonstrations, whose clock is quickened for ever", 0 },
    { "from", OPTION_FROM, "DATE", 0, "with --demo: the day on which its clock begins",
      0 },
    { "rate", OPTION_RATE, "N", 0, "with --demo: how many times faster it runs", 0 },
    { "dry-run", OPTION_DRY_RUN, NULL, 0,
      "with restore: check the copy and say what would be made", 0 },
    { NULL, 0, NULL, 0, NULL, 0 }
};

static error_t take_word(arguments_t *arguments, const char *word,
                         struct argp_state *parser)
{
    static const char *const verbs[] = { "backup", "verify", "restore" };
    if (parser->arg_num == 1 && arguments->verb != NULL) {
        arguments->folder = word;
        return 0;
    }
    arguments->init = parser->arg_num == 0 && strcmp(word, "init") == 0;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (parser->arg_num == 0 && strcmp(word, verbs[i]) == 0)
            arguments->verb = word;
    }
    if (arguments->init || arguments->verb != NULL)
        return 0;
    argp_error(parser, "there is no \"%s\"; did you mean yxd init?", word);
    return EINVAL;
}

static error_t parse_option(int key, char *argument, struct argp_state *parser)
{
    arguments_t *arguments = parser->input;
    switch (key) {
    case 'c':
        arguments->config = argument;
        return 0;
    case 'd':
        arguments->data = argument;
        return 0;
    case 'l':
        arguments->listen = argument;
        return 0;
    case OPTION_CHECK:
        arguments->check = true;
        return 0;
    case OPTION_ADMINISTRATOR:
        arguments->administrator = argument;
        return 0;
    case OPTION_DEMO:
        arguments->demo = true;
        return 0;
    case OPTION_FROM:
        arguments->from = argument;
        return 0;
    case OPTION_RATE:
        arguments->rate = argument;
        return 0;
    case OPTION_DRY_RUN:
        arguments->dry_run = true;
        return 0;
    case ARGP_KEY_ARG:
        return take_word(arguments, argument, parser);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is wrong, where, what to do next, the code at the end. */
static void say(status_t status, const char *where)
{
    (void)fprintf(stderr, "yxd: %s: %s. %s [E%u]\n", where, status_text(status),
                  status_next(status), (unsigned)status);
}

static bool read_config(const arguments_t *arguments, config_t *config)
{
    char message[CONFIG_MESSAGE_MAX];
    status_t status = STATUS_OK;
    config_default(config);
    if (arguments->config != NULL)
        status = config_load(arguments->config, config, message);
    if (status != STATUS_OK) {
        say(status, message);
        return false;
    }
    if (arguments->data != NULL)
        (void)snprintf(config->data, sizeof config->data, "%s", arguments->data);
    if (arguments->listen != NULL)
        (void)snprintf(config->listen, sizeof config->listen, "%s", arguments->listen);
    status = config_check(config, message); /* also catches what was cut */
    if (status != STATUS_OK)
        say(status, message);
    return status == STATUS_OK;
}

/* ---- the clock of a demonstration ---- */

/* YYYY-MM-DD, the first moment of that day in UTC+8, from 1970 on. */
static bool read_day(const char *words, int64_t *out_ms)
{
    unsigned year = 0, month = 0, day = 0;
    int size = 0;
    if (sscanf(words, "%4u-%2u-%2u%n", &year, &month, &day, &size) != 3 ||
        words[size] != '\0' || size != 10)
        return false;
    struct tm moment = { .tm_year = (int)year - 1900,
                         .tm_mon = (int)month - 1,
                         .tm_mday = (int)day };
    *out_ms = ((int64_t)timegm(&moment) - 8 * 3600) * 1000;
    return *out_ms >= 0 && date_of_ms(*out_ms) == year * 10000 + month * 100 + day;
}

static bool read_rate(const char *words, uint32_t *out)
{
    char *end = NULL;
    unsigned long rate = strtoul(words, &end, 10);
    *out = (uint32_t)rate;
    return words[0] >= '0' && words[0] <= '9' && *end == '\0' && rate >= 1 &&
           rate <= DEMO_RATE_MAX;
}

/* All of --demo, --from and --rate, or none of them; NULL, or what is wrong. */
static const char *read_demo(arguments_t *arguments)
{
    if (!arguments->demo && arguments->from == NULL && arguments->rate == NULL)
        return NULL;
    if (!arguments->demo)
        return "--from and --rate are for init --demo";
    if (!arguments->init)
        return "--demo is for init: a folder that exists keeps its clock";
    if (arguments->from == NULL || !read_day(arguments->from, &arguments->demo_from_ms))
        return "--demo needs --from YYYY-MM-DD, from 1970-01-02 on";
    if (arguments->rate == NULL || !read_rate(arguments->rate, &arguments->demo_rate))
        return "--demo needs --rate N, from 1 to 1000000";
    return NULL;
}

/* ---- copies ---- */

static int run_copies(const arguments_t *arguments, const config_t *config)
{
    if (strcmp(arguments->verb, "backup") == 0)
        return copies_backup(config, arguments->folder);
    if (strcmp(arguments->verb, "verify") == 0)
        return copies_verify(arguments->folder);
    return copies_restore(config, arguments->folder, arguments->dry_run);
}

/* ---- init ---- */

static int64_t real_ms(void)
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_REALTIME, &now); /* there is one */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int run_init(const arguments_t *arguments, const config_t *config)
{
    const char *administrator =
        arguments->administrator != NULL ? arguments->administrator : "admin";
    const init_options_t how = {
        .path = config->data,
        .administrator = { administrator, (uint32_t)strlen(administrator) },
        .now_ms = real_ms(),
        .demo_from_ms = arguments->demo_from_ms,
        .demo_rate = arguments->demo_rate,
        .map_bytes = config->map_gib * GIB,
    };
    uint8_t seed[SEED_BYTES];
    server_key_t key;
    status_t status = init_folder(&how, seed, &key);
    if (status != STATUS_OK) {
        say(status, config->data);
        return EXIT_REFUSED;
    }
    char code[ENROL_CODE_CHARS_MAX];
    enrol_code_write(code, seed, key.public_key);
    printf("%s is ready. One-time code of %s, valid for 24 hours:\n\n  %s\n\n"
           "Start the broker, then on the administrator's machine:\n"
           "  yx enrol CODE --broker tcp://HOST:PORT\n",
           config->data, administrator, code);
    if (arguments->demo)
        printf("\nThis is a demonstration: its clock runs %s times faster from %s, and "
               "every board says so.\n",
               arguments->rate, arguments->from);
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(&key, sizeof key);
    return EXIT_SUCCESS;
}

/* ---- serving ---- */

typedef struct {
    const arguments_t *arguments;
    broker_t *broker; /* NULL until it is open */
} service_t;

/* Without a service manager sd_notify does nothing, which is no failure. */
static void on_ready(void *context, const char *endpoint)
{
    (void)context;
    (void)sd_notifyf(0, "READY=1\nSTATUS=serving on %s", endpoint);
}

static void on_stopping(void *context)
{
    (void)context;
    (void)sd_notify(0, "STOPPING=1\nSTATUS=draining");
}

static bool on_reload(void *context, loop_reload_t *reload)
{
    const service_t *service = context;
    struct timespec now;
    config_t config;
    if (clock_gettime(CLOCK_MONOTONIC, &now) == 0)
        (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
                         (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    bool read = read_config(service->arguments, &config);
    if (read) {
        reload->low_water_bytes = config.low_water_mib * MIB;
        reload->log_level = config.log_level;
    }
    (void)sd_notify(0, "READY=1");
    return read;
}

static int serve(service_t *service, const config_t *config)
{
    server_key_t key;
    status_t status = init_read_key(config->data, &key);
    if (status != STATUS_OK) {
        say(status, config->data);
        return EXIT_REFUSED;
    }
    broker_options_t how = {
        .data = config->data,
        .listen = config->listen,
        .metrics = config->metrics[0] != '\0' ? config->metrics : NULL,
        .secret_key = key.secret_key,
        .batch_records = config->batch_records,
        .snapshot_records = config->snapshot_records,
        .low_water_bytes = config->low_water_mib * MIB,
        .ballast_bytes = config->ballast_mib * MIB,
        .map_bytes = config->map_gib * GIB,
        .signals = true,
        .on_ready = on_ready,
        .on_reload = on_reload,
        .on_stopping = on_stopping,
        .context = service,
    };
    log_init(&how.log, config->log_level);
    status = broker_open(&how, &service->broker);
    sodium_memzero(&key, sizeof key);
    if (status == STATUS_OK)
        status = broker_run(service->broker);
    if (status != STATUS_OK)
        say(status, config->data);
    broker_close(&service->broker);
    return status == STATUS_OK ? EXIT_SUCCESS : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse_option,
        "[init | backup FOLDER | verify FOLDER | restore FOLDER]",
        "The yixian broker. Without a word it serves the data folder until SIGTERM.",
        NULL,
        NULL,
        NULL
    };
    arguments_t arguments = { 0 };
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
        return EXIT_USAGE;
    const char *wrong = read_demo(&arguments);
    if (wrong != NULL) {
        (void)fprintf(stderr, "yxd: %s. yxd --help shows the options. [E%u]\n", wrong,
                      (unsigned)STATUS_USAGE);
        return EXIT_USAGE;
    }
    if (arguments.verb != NULL && arguments.folder == NULL) {
        (void)fprintf(stderr, "yxd: %s needs the folder of the copies. [E%u]\n",
                      arguments.verb, (unsigned)STATUS_USAGE);
        return EXIT_USAGE;
    }
    if (sodium_init() < 0)
        return EXIT_REFUSED;
    config_t config;
    if (!read_config(&arguments, &config))
        return EXIT_USAGE;
    if (arguments.check) {
        printf("%s can be used: data %s, listen %s\n",
               arguments.config != NULL ? arguments.config : "the default", config.data,
               config.listen);
        return EXIT_SUCCESS;
    }
    if (arguments.verb != NULL)
        return run_copies(&arguments, &config);
    service_t service = { .arguments = &arguments };
    return arguments.init ? run_init(&arguments, &config) : serve(&service, &config);
}
