/* board_json.c - see board_json.h. */
#include "clients/cli/board_json.h"

#include "proto/check.h"

/* Every setter takes NULL as a failure; one failure fails the whole. */
static bool set(json_t *object, const char *name, json_t *value)
{
    return json_object_set_new(object, name, value) == 0;
}

static bool set_text(json_t *object, const char *name, text_t text, bool always)
{
    if (text.size == 0 && !always)
        return true;
    return set(object, name, json_stringn(text.size > 0 ? text.data : "", text.size));
}

static bool set_number(json_t *object, const char *name, int64_t number, bool always)
{
    if (number == 0 && !always)
        return true;
    return set(object, name, json_integer((json_int_t)number));
}

static json_t *standing_name(uint32_t standing)
{
    static const char *const names[] = { [STANDING_NOT_RANKED] = "NOT_RANKED",
                                         [STANDING_PROVISIONAL] = "PROVISIONAL",
                                         [STANDING_RANKED] = "RANKED" };
    bool known = standing >= STANDING_NOT_RANKED && standing <= STANDING_RANKED;
    return known ? json_string(names[standing]) : json_integer((json_int_t)standing);
}

static bool set_who(json_t *object, const board_row_t *row)
{
    return set_text(object, "subject", row->subject, true) &&
           set_text(object, "name", row->name, false) &&
           set_text(object, "unit", row->unit, false) &&
           set_text(object, "unit_name", row->unit_name, false) &&
           set_text(object, "post", row->post, false);
}

static bool set_rank(json_t *object, const board_row_t *row)
{
    return set(object, "standing", standing_name(row->standing)) &&
           set_number(object, "rank", row->rank, false) &&
           set_number(object, "low", row->low, false) &&
           set_number(object, "high", row->high, false) &&
           set_number(object, "band", row->band, false) &&
           set_number(object, "total", row->total, true) &&
           set_number(object, "error", row->error, true);
}

static bool set_counts(json_t *object, const board_row_t *row)
{
    return set_number(object, "observations", row->observations, true) &&
           set_number(object, "inspectors", row->inspectors, true) &&
           set_number(object, "ratings", row->ratings, true) &&
           set_number(object, "missing_ratings", row->missing_ratings, false) &&
           set_number(object, "missing_inspectors", row->missing_inspectors, false) &&
           set_number(object, "missing_observations", row->missing_observations,
                      false) &&
           (!row->enough || set(object, "enough", json_true()));
}

static json_t *row_of(const board_row_t *row)
{
    json_t *object = json_object();
    if (object != NULL && set_who(object, row) && set_rank(object, row) &&
        set_counts(object, row))
        return object;
    json_decref(object);
    return NULL;
}

static json_t *rows_of(const board_answer_t *board)
{
    json_t *rows = json_array();
    for (uint32_t i = 0; rows != NULL && i < board->row_count; i++) {
        if (json_array_append_new(rows, row_of(&board->rows[i])) != 0) {
            json_decref(rows);
            rows = NULL;
        }
    }
    return rows;
}

static json_t *demo_of(const demo_clock_t *demo)
{
    json_t *object = json_object();
    if (object != NULL && set_number(object, "from_ms", demo->from_ms, true) &&
        set_number(object, "rate", demo->rate, true) &&
        set_number(object, "started_ms", demo->started_ms, true))
        return object;
    json_decref(object);
    return NULL;
}

static const char *interval_name(const board_answer_t *board)
{
    return board->interval == INTERVAL_SETS ? "SETS" : "WIDE";
}

json_t *board_json(const board_answer_t *board)
{
    CHECK(board != NULL);
    json_t *object = json_object();
    bool done = object != NULL && set_text(object, "account", board->account, true) &&
                set_text(object, "group", board->group, true) &&
                set_text(object, "scheme", board->scheme, true) &&
                set_number(object, "ranked", board->ranked, true) &&
                set_number(object, "not_ranked", board->not_ranked, true) &&
                set(object, "provisional", json_boolean(board->provisional)) &&
                set_number(object, "offset", board->offset, true) &&
                set_number(object, "matching", board->matching, false) &&
                set_text(object, "epoch", board->epoch, false) &&
                (board->interval == 0 ||
                 set(object, "interval", json_string(interval_name(board)))) &&
                set_number(object, "components", board->components, false) &&
                set_number(object, "thin", board->thin, false) &&
                set_text(object, "override", board->override, false) &&
                set_text(object, "frozen", board->frozen, false) &&
                set_number(object, "frozen_seq", (int64_t)board->frozen_seq, false) &&
                set(object, "rows", rows_of(board)) &&
                set_number(object, "now_ms", board->now_ms, false) &&
                (board->demo.rate == 0 || set(object, "demo", demo_of(&board->demo)));
    if (done)
        return object;
    json_decref(object);
    return NULL;
}
