/* verb_verify.c - yx verify FILE [--key HEX]: receipts, checked without the broker. */
#include "clients/cli/lines.h"
#include "clients/cli/receipt_line.h"
#include "clients/cli/verb.h"

#include "clients/lib/profile.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

typedef struct {
    const cli_t *cli;
    const char *path, *hex; /* --key */
    uint8_t key[KEY_BYTES];
    receipt_head_t head;
    uint64_t good, wrong, last_seq;
} verify_t;

static error_t on_option(int key, const char *value, void *input)
{
    if (key != 'k')
        return ARGP_ERR_UNKNOWN;
    ((verify_t *)input)->hex = value;
    return 0;
}

static const struct argp_option options[] = {
    { "key", 'k', "HEX", 0, "The broker's signing key; else that of the profile", 0 },
    { 0 }
};

static void name_line(verify_t *verify, uint64_t line, const char *english,
                      const char *chinese)
{
    verify->wrong++;
    if (verify->cli->json)
        printf("{\"line\":%" PRIu64 ",\"wrong\":\"%s\"}\n", line, english);
    else
        fprintf(stderr, "%s %s %" PRIu64 ": %s\n", verify->path,
                cli_pick(verify->cli, "line", "行"), line,
                cli_pick(verify->cli, english, chinese));
}

static void check_head(verify_t *verify, const json_t *object)
{
    if (!receipt_head_read(object, &verify->head))
        name_line(verify, 1, "this is not the head of a file of receipts",
                  "不是回执文件的首行");
    else if (memcmp(verify->head.key, verify->key, KEY_BYTES) != 0)
        name_line(verify, 1, "these receipts were signed with another key",
                  "这些回执由另一密钥签署");
}

static void check_line(verify_t *verify, uint64_t line, const json_t *object)
{
    receipt_t receipt;
    if (!receipt_line_read(object, &receipt))
        name_line(verify, line, "this is no receipt", "不是回执");
    else if (!receipt_holds(&receipt, verify->head.journal_id, verify->key))
        name_line(verify, line, "the signature does not hold", "签名不符");
    else if (receipt.seq <= verify->last_seq)
        name_line(verify, line, "it stands twice or out of order", "重复或次序不对");
    else
        verify->good++;
    if (json_is_object(object))
        verify->last_seq = receipt.seq;
}

static void check_text(verify_t *verify, uint64_t line, const char *text, size_t size)
{
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (line == 1)
        check_head(verify, object);
    else
        check_line(verify, line, object);
    json_decref(object);
}

static status_t check_file(verify_t *verify)
{
    lines_t lines;
    const char *text;
    size_t size;
    status_t status = lines_open(&lines, verify->path);
    bool more = status == STATUS_OK;
    while (more) {
        switch (lines_next(&lines, &text, &size)) {
        case LINES_LINE:
            check_text(verify, lines.number, text, size);
            break;
        case LINES_TOO_LONG:
            name_line(verify, lines.number, "this is no receipt", "不是回执");
            break;
        case LINES_MORE:
            status = lines_read(&lines);
            more = status == STATUS_OK;
            break;
        case LINES_END:
            more = false;
            break;
        }
    }
    if (status == STATUS_OK && verify->good + verify->wrong < verify->head.count)
        name_line(verify, lines.number + 1, "lines are missing at the end",
                  "文件末尾缺行");
    if (status == STATUS_OK && lines.number == 0)
        name_line(verify, 1, "the file is empty", "文件为空");
    lines_close(&lines);
    return status;
}

/* --key, or the key that the profile saw first. */
static status_t take_key(verify_t *verify)
{
    char folder[PROFILE_PATH_MAX];
    if (verify->hex != NULL)
        return receipt_key_read(verify->hex, verify->key) ? STATUS_OK : STATUS_USAGE;
    status_t status = profile_find(verify->cli->profile, folder);
    return status == STATUS_OK ? profile_read_signing(folder, verify->key) : status;
}

static exit_t refuse_key(const cli_t *cli)
{
    fprintf(
        stderr, "%s [E%u]\n",
        cli_pick(cli,
                 "No signing key to check with. Give --key (64 hexadecimal digits), "
                 "or run yx outbox receipts once with this profile",
                 "没有可用的签名公钥。请给出 --key（64 位十六进制），或先用本配置运行 "
                 "yx outbox receipts"),
        (unsigned)STATUS_USAGE);
    return EXIT_USAGE;
}

exit_t verb_verify(cli_t *cli, const verb_t *verb, int argc, char **argv)
{
    verify_t verify = { .cli = cli };
    words_t words;
    usage_t usage = verb_usage(cli, verb, "FILE");
    usage.options = options;
    usage.words_min = usage.words_max = 1;
    usage.option = on_option;
    usage.input = &verify;
    cli_parse(cli, &usage, argc, argv, &words);
    verify.path = words.words[0];
    if (sodium_init() < 0)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    if (take_key(&verify) != STATUS_OK)
        return refuse_key(cli);
    if (check_file(&verify) != STATUS_OK)
        return cli_refuse_value(cli, STATUS_BAD_INPUT, verify.path, strerror(errno));
    if (cli->json)
        printf("{\"good\":%" PRIu64 ",\"wrong\":%" PRIu64 "}\n", verify.good,
               verify.wrong);
    else
        printf("%s %" PRIu64 ", %s %" PRIu64 "\n", cli_pick(cli, "good", "相符"),
               verify.good, cli_pick(cli, "wrong", "不符"), verify.wrong);
    return verify.wrong == 0 ? EXIT_DONE : EXIT_DAMAGED;
}
