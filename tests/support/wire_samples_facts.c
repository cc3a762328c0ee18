/* wire_samples_facts.c - see wire_samples_facts.h. */
#include "tests/support/wire_samples_facts.h"
#include "proto/check.h"
#include "tests/support/wire_samples.h"

#define N(field) SAMPLE_NUMBER(field)
#define T(name)                                                                        \
    {                                                                                  \
        name, sizeof(name) - 1                                                         \
    }
#define COUNT_OF(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

static const explanation_line_t lines[] = { {
    .observation = T("observation"),
    .inspector = T("inspector"),
    .seq = N(1),
    .m = N(11),
    .g = N(12),
    .observed_ms = N(4),
    .channel_offset = -(int64_t)N(7),
    .offset = N(8),
    .adjusted = N(9),
    .contribution = N(13),
    .channel = N(5),
    .value = N(6),
    .weight = N(10),
    .unknown = true,
} };
static const explanation_dimension_t dimensions[] = { {
    .name = T("name"),
    .lines = lines,
    .line_count = COUNT_OF(lines),
    .dimension = N(1),
    .weight = N(3),
    .kappa = N(5),
    .ratings = N(8),
    .inspectors = N(9),
    .w = N(6),
    .mu = N(4),
    .score = N(7),
    .s2 = N(11),
    .u = N(12),
    .rho = N(13),
} };
static const uint8_t public_part[] = "public", private_part[] = "private";
static const text_t withheld[] = { T("withheld") };
static const fact_t facts[] = { {
    .principal = T("principal"),
    .public_part = public_part,
    .private_part = private_part,
    .public_size = sizeof public_part - 1,
    .private_size = sizeof private_part - 1,
    .seq = N(1),
    .time_ms = N(2),
    .kind = N(4),
    .late = true,
    .under_review = true,
    .withheld = withheld,
    .withheld_count = COUNT_OF(withheld),
    .hash = { 3 },
} };

static explain_answer_t explanation(const board_row_t *row)
{
    return (explain_answer_t){
        .account = T("account"),
        .group = T("group"),
        .scheme = T("scheme"),
        .epoch = T("epoch"),
        .row = *row,
        .dimensions = dimensions,
        .dimension_count = COUNT_OF(dimensions),
        .provisional = true,
        .ledger = N(6),
        .now_ms = N(8),
        .demo = { .from_ms = N(1), .rate = N(2), .started_ms = N(3) },
    };
}

void sample_facts(query_kind_t kind, const board_row_t *row, answer_t *answer)
{
    if (kind == QUERY_EXPLAIN) {
        answer->body.explain = explanation(row);
    } else if (kind == QUERY_FEED) {
        answer->body.feed = (feed_answer_t){ facts, COUNT_OF(facts), N(1), N(2) };
    } else if (kind == QUERY_SUBSCRIBERS) {
        answer->body.subscribers = (subscribers_answer_t){ N(1), N(2) };
    } else if (kind == QUERY_RECEIPTS) {
        static const receipt_t receipts[] = {
            { 1, 2, 3, 4, { 5 }, { 6 }, { 7 } },
            { 8, 9, 10, 11, { 12 }, { 13 }, { 14 } }
        };
        answer->body.receipts = (receipts_answer_t){ { 1 }, { 2 }, N(3), receipts, 2 };
    } else {
        CHECK((kind >= QUERY_HISTORY_SUBJECT && kind <= QUERY_HISTORY_VISIT) ||
              kind == QUERY_HISTORY_EPOCH || kind == QUERY_HISTORY_ATTENTION);
        answer->body.history =
            (history_answer_t){ T("code"), facts, COUNT_OF(facts), N(3) };
    }
}
