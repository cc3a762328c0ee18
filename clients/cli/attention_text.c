/* attention_text.c - see attention_text.h. */
#include "clients/cli/attention_text.h"

#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WHO_BYTES (4u * NAME_CHARS_MAX + CODE_BYTES_MAX + 8u)

/* "张三（I03）", or the code alone. */
static void put_who(const said_t *said, text_t code, text_t name, char out[WHO_BYTES])
{
    if (name.size == 0)
        said_copy(out, WHO_BYTES, code);
    else
        (void)snprintf(out, WHO_BYTES, said_pick(said, "%.*s (%.*s)", "%.*s（%.*s）"),
                       (int)name.size, name.data, (int)code.size,
                       code.size > 0 ? code.data : ""); /* names are shorter */
}

static void put_mille(int64_t mille, char out[32])
{
    uint64_t size = mille < 0 ? (uint64_t)-mille : (uint64_t)mille;
    (void)snprintf(out, 32, "%s%" PRIu64 ".%03" PRIu64, mille < 0 ? "-" : "",
                   size / MILLE, size % MILLE); /* fits */
}

typedef struct {
    char inspector[WHO_BYTES], other[WHO_BYTES], unit[WHO_BYTES], subject[WHO_BYTES];
    char figure[32], bound[32], where[2 * LABEL_BYTES_MAX + 32];
} parts_t;

static void fill(const said_t *said, const attention_info_t *item,
                 const name_list_t *dimensions, parts_t *parts)
{
    put_who(said, item->inspector, item->inspector_name, parts->inspector);
    put_who(said, item->other, item->other_name, parts->other);
    put_who(said, item->unit, item->unit_name, parts->unit);
    put_who(said, item->subject, item->subject_name, parts->subject);
    put_mille(item->figure, parts->figure);
    put_mille(item->bound, parts->bound);
    const char *dimension =
        item->dimension > 0 ? name_list_of(dimensions, item->dimension) : "";
    (void)snprintf(parts->where, sizeof parts->where, "%.*s%s%s", (int)item->group.size,
                   item->group.data, dimension[0] != '\0' ? " · " : "",
                   dimension); /* fits */
}

static void say_pattern(said_t *said, const attention_info_t *item,
                        const parts_t *parts)
{
    const char *words;
    switch (item->rule) {
    case RULE_SPREAD:
        words = said_pick(said, "ratings by %s hardly differ from one another",
                          "%s 的评分彼此相差很小");
        break;
    case RULE_HALO:
        words = said_pick(said, "the dimensions of one sheet by %s hardly differ",
                          "%s 的同一份评分表中各维度相差很小");
        break;
    default:
        words = said_pick(said, "ratings by %s lie far from what others saw",
                          "%s 的评分与其他考察员所见相差较大");
        break;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    said_words(said, words, parts->inspector);
#pragma GCC diagnostic pop
}

/* One inspector against somebody or something. */
static void say_pair(said_t *said, const attention_info_t *item, const parts_t *parts)
{
    if (item->rule == RULE_SAME_SHEETS)
        said_words(said,
                   said_pick(said, "%s and %s filled in identical sheets",
                             "%s 与 %s 的评分表相同"),
                   parts->inspector, parts->other);
    else if (item->rule == RULE_UNIT)
        said_words(said,
                   said_pick(said, "%s rates the people of %s differently from others",
                             "%s 对 %s 人员的评分与其他考察员有系统差异"),
                   parts->inspector, parts->unit);
    else
        said_words(said,
                   said_pick(said, "%s rates %s differently from others",
                             "%s 对 %s 的评分与其他考察员有系统差异"),
                   parts->inspector, parts->subject);
}

static const char *state_word(const said_t *said, uint32_t state)
{
    switch (state) {
    case ATTENTION_OPEN:
        return said_pick(said, "open", "待交办");
    case ATTENTION_ASSIGNED:
        return said_pick(said, "assigned", "已交办");
    default:
        return said_pick(said, "closed", "已办结");
    }
}

static void say_head(said_t *said, const attention_info_t *item)
{
    said_words(said, "%.*s  %s  %s %" PRIu64 "  %s %.*s", (int)item->code.size,
               item->code.data, state_word(said, item->state),
               said_pick(said, "opened at seq", "提出于序号"), item->opened,
               said_pick(said, "epoch", "校准"), (int)item->epoch.size,
               item->epoch.data);
    if (item->assigned.size > 0)
        said_words(said, "  %s %.*s", said_pick(said, "with", "交办"),
                   (int)item->assigned.size, item->assigned.data);
    if (item->closed_by.size > 0)
        said_words(said, "  %s %.*s", said_pick(said, "closed by", "办结人"),
                   (int)item->closed_by.size, item->closed_by.data);
    said_words(said, "\n");
}

void attention_text_item(said_t *said, const attention_info_t *item,
                         const name_list_t *dimensions)
{
    CHECK(said != NULL && item != NULL && dimensions != NULL);
    parts_t parts;
    fill(said, item, dimensions, &parts);
    say_head(said, item);
    said_words(said, "    %s%s", parts.where, said_pick(said, ": ", "："));
    if (item->rule == RULE_SAME_SHEETS || item->rule == RULE_UNIT ||
        item->rule == RULE_SUBJECT)
        say_pair(said, item, &parts);
    else
        say_pattern(said, item, &parts);
    said_words(said,
               said_pick(said, " (figure %s, bound %s, over %" PRIu32 ")\n",
                         "（数值 %s，界限 %s，依据 %" PRIu32 " 条）\n"),
               parts.figure, parts.bound, item->count);
}

void attention_text_promise(said_t *said)
{
    said_words(said, "%s\n",
               said_pick(said,
                         "For a person to look into: nothing was discounted, every "
                         "rating counts as it was given.",
                         "供人工核实：未折减任何评分，所有评分照常计入。"));
}
