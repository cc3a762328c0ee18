/* wire_answer.c - see wire_answer.h. */
#include "proto/wire_answer.h"
#include "proto/check.h"
#include "wire.pb-c.h"

static const row_t board_row_rows[] = {
    ROW(1, FORM_TEXT, board_row_t, subject),
    ROW(2, FORM_TEXT, board_row_t, name),
    ROW(3, FORM_TEXT, board_row_t, unit),
    ROW(4, FORM_TEXT, board_row_t, unit_name),
    ROW(5, FORM_TEXT, board_row_t, post),
    ROW(6, FORM_NUMBER, board_row_t, standing),
    ROW(7, FORM_NUMBER, board_row_t, rank),
    ROW(8, FORM_NUMBER, board_row_t, low),
    ROW(9, FORM_NUMBER, board_row_t, high),
    ROW(10, FORM_NUMBER, board_row_t, band),
    ROW(11, FORM_NUMBER_64, board_row_t, total),
    ROW(12, FORM_NUMBER_64, board_row_t, error),
    ROW(13, FORM_NUMBER, board_row_t, observations),
    ROW(14, FORM_NUMBER, board_row_t, inspectors),
    ROW(15, FORM_NUMBER, board_row_t, ratings),
    ROW(16, FORM_NUMBER, board_row_t, missing_ratings),
    ROW(17, FORM_NUMBER, board_row_t, missing_inspectors),
    ROW(18, FORM_NUMBER, board_row_t, missing_observations),
    ROW(19, FORM_FLAG, board_row_t, enough),
};
const shape_t shape_board_row =
    SHAPE(yx__board_row__descriptor, board_row_rows, board_row_t);

static const row_t demo_clock_rows[] = {
    ROW(1, FORM_NUMBER_64, demo_clock_t, from_ms),
    ROW(2, FORM_NUMBER, demo_clock_t, rate),
    ROW(3, FORM_NUMBER_64, demo_clock_t, started_ms),
};
const shape_t shape_demo_clock =
    SHAPE(yx__demo_clock__descriptor, demo_clock_rows, demo_clock_t);

static const row_t board_rows[] = {
    ROW(1, FORM_TEXT, board_answer_t, account),
    ROW(2, FORM_TEXT, board_answer_t, group),
    ROW(3, FORM_TEXT, board_answer_t, scheme),
    ROW(4, FORM_NUMBER, board_answer_t, ranked),
    ROW(5, FORM_NUMBER, board_answer_t, not_ranked),
    ROW(6, FORM_FLAG, board_answer_t, provisional),
    ROW(7, FORM_NUMBER, board_answer_t, offset),
    ROW(8, FORM_NUMBER, board_answer_t, matching),
    ROW_ROWS(9, board_answer_t, rows, row_count, 0, shape_board_row),
    ROW(10, FORM_NUMBER_64, board_answer_t, now_ms),
    ROW_INLINE(11, board_answer_t, demo, shape_demo_clock),
    ROW(12, FORM_TEXT, board_answer_t, epoch),
    ROW(13, FORM_NUMBER, board_answer_t, interval),
    ROW(14, FORM_NUMBER, board_answer_t, components),
    ROW(15, FORM_NUMBER, board_answer_t, thin),
    ROW(16, FORM_TEXT, board_answer_t, override),
    ROW(17, FORM_TEXT, board_answer_t, frozen),
    ROW(18, FORM_NUMBER_64, board_answer_t, frozen_seq),
};
const shape_t shape_board =
    SHAPE(yx__board_answer__descriptor, board_rows, board_answer_t);

static const row_t whoami_rows[] = {
    ROW(1, FORM_TEXT, whoami_answer_t, principal),
    ROW(2, FORM_ROLES, whoami_answer_t, roles),
    ROW(3, FORM_TEXT, whoami_answer_t, person),
    ROW_LIST(4, FORM_TEXTS, whoami_answer_t, units, unit_count, 0),
    ROW_LIST(5, FORM_TEXTS, whoami_answer_t, groups, group_count, 0),
    ROW(6, FORM_FLAG, whoami_answer_t, everything),
    ROW_SIZED(7, FORM_BYTES, whoami_answer_t, journal_id, JOURNAL_ID_BYTES),
    ROW(8, FORM_TEXT, whoami_answer_t, version),
    ROW(9, FORM_NUMBER_64, whoami_answer_t, now_ms),
    ROW_INLINE(10, whoami_answer_t, demo, shape_demo_clock),
};
static const shape_t shape_whoami =
    SHAPE(yx__whoami_answer__descriptor, whoami_rows, whoami_answer_t);

static const row_t digest_rows[] = {
    ROW_SIZED(1, FORM_BYTES, digest_answer_t, state, HASH_BYTES),
    ROW_SIZED(2, FORM_BYTES, digest_answer_t, facts, HASH_BYTES),
    ROW_SIZED(3, FORM_BYTES, digest_answer_t, chain, HASH_BYTES),
};
static const shape_t shape_digest =
    SHAPE(yx__digest_answer__descriptor, digest_rows, digest_answer_t);

static const row_t counter_rows[] = {
    ROW(1, FORM_STRING, counter_t, name),
    ROW(2, FORM_NUMBER_64, counter_t, value),
};
static const shape_t shape_counter =
    SHAPE(yx__counter__descriptor, counter_rows, counter_t);

static const row_t stats_rows[] = {
    ROW_ROWS(1, stats_answer_t, counters, count, 0, shape_counter),
};
static const shape_t shape_stats =
    SHAPE(yx__stats_answer__descriptor, stats_rows, stats_answer_t);

static const row_t scrub_rows[] = {
    ROW(1, FORM_NUMBER_64, scrub_answer_t, records),
    ROW(2, FORM_NUMBER_64, scrub_answer_t, damaged_seq),
    ROW(3, FORM_TEXT, scrub_answer_t, damage),
};
static const shape_t shape_scrub =
    SHAPE(yx__scrub_answer__descriptor, scrub_rows, scrub_answer_t);

static const row_t instance_rows[] = {
    { 1, FORM_NUMBER_64, 0, SLOT_NONE, 0, NULL },
};
static const shape_t shape_instance =
    SHAPE(yx__instance_answer__descriptor, instance_rows, uint64_t);

static const row_t sign_in_rows[] = {
    ROW(1, FORM_TEXT, sign_in_answer_t, principal),
    ROW(2, FORM_NUMBER_64, sign_in_answer_t, expires_ms),
    ROW(3, FORM_FLAG, sign_in_answer_t, has_password),
};
static const shape_t shape_sign_in =
    SHAPE(yx__sign_in_answer__descriptor, sign_in_rows, sign_in_answer_t);

static const row_t user_rows[] = {
    ROW(1, FORM_TEXT, user_info_t, principal),
    ROW(2, FORM_ROLES, user_info_t, roles),
    ROW(3, FORM_TEXT, user_info_t, person),
    ROW_LIST(5, FORM_TEXTS, user_info_t, units, unit_count, 0),
    ROW_LIST(6, FORM_TEXTS, user_info_t, groups, group_count, 0),
    ROW(7, FORM_FLAG, user_info_t, everything),
    ROW(8, FORM_FLAG, user_info_t, has_password),
    ROW(9, FORM_NUMBER_64, user_info_t, link_expires_ms),
    ROW(10, FORM_NUMBER_64, user_info_t, session_expires_ms),
    ROW(11, FORM_NUMBER, user_info_t, locked_seconds),
};
static const shape_t shape_user =
    SHAPE(yx__user_info__descriptor, user_rows, user_info_t);

static const row_t users_rows[] = {
    ROW(1, FORM_NUMBER, users_answer_t, matching),
    ROW_ROWS(2, users_answer_t, users, count, 0, shape_user),
};
static const shape_t shape_users =
    SHAPE(yx__users_answer__descriptor, users_rows, users_answer_t);

static const shape_t shape_nothing = { &yx__empty__descriptor, NULL, 0, 0 };

static const row_t group_info_rows[] = {
    ROW(1, FORM_TEXT, group_info_t, name),
    ROW(2, FORM_NUMBER, group_info_t, ranked),
    ROW(3, FORM_NUMBER, group_info_t, subjects),
    ROW(4, FORM_TEXT, group_info_t, epoch),
    ROW(5, FORM_NUMBER, group_info_t, components),
    ROW(6, FORM_NUMBER, group_info_t, thin),
    ROW(7, FORM_TEXT, group_info_t, override),
};
static const shape_t shape_group_info =
    SHAPE(yx__group_info__descriptor, group_info_rows, group_info_t);

static const row_t groups_rows[] = {
    ROW(1, FORM_TEXT, groups_answer_t, account),
    ROW(2, FORM_TEXT, groups_answer_t, scheme),
    ROW_ROWS(3, groups_answer_t, groups, group_count, 0, shape_group_info),
    ROW_LIST(4, FORM_TEXTS, groups_answer_t, dimensions, dimension_count, 0),
    ROW_LIST(5, FORM_TEXTS, groups_answer_t, channels, channel_count, 0),
};
static const shape_t shape_groups =
    SHAPE(yx__groups_answer__descriptor, groups_rows, groups_answer_t);

static const shape_t *const shapes[QUERY_COUNT] = {
    [QUERY_BOARD] = &shape_board,
    [QUERY_WHOAMI] = &shape_whoami,
    [QUERY_DIGEST] = &shape_digest,
    [QUERY_STATS] = &shape_stats,
    [QUERY_SCRUB] = &shape_scrub,
    [QUERY_INSTANCE] = &shape_instance,
    [QUERY_GROUPS] = &shape_groups,
    [QUERY_EXPLAIN] = &shape_explain,
    [QUERY_HISTORY_SUBJECT] = &shape_history,
    [QUERY_HISTORY_PROJECT] = &shape_history,
    [QUERY_HISTORY_INSPECTOR] = &shape_history,
    [QUERY_HISTORY_VISIT] = &shape_history,
    [QUERY_FEED] = &shape_feed,
    [QUERY_SUBSCRIBERS] = &shape_subscribers,
    [QUERY_RECEIPTS] = &shape_receipts,
    [QUERY_EPOCHS] = &shape_epochs,
    [QUERY_HISTORY_EPOCH] = &shape_history,
    [QUERY_FROZEN] = &shape_board,
    [QUERY_FROZEN_LIST] = &shape_frozen_list,
    [QUERY_PLAN] = &shape_plan,
    [QUERY_ATTENTION] = &shape_attention,
    [QUERY_HISTORY_ATTENTION] = &shape_history,
    [QUERY_SIGN_IN] = &shape_sign_in,
    [QUERY_USERS] = &shape_users,
    [QUERY_CHANGE_PASSWORD] = &shape_nothing,
    [QUERY_UNITS] = &shape_units,
    [QUERY_SCHEMES] = &shape_schemes,
    [QUERY_PROJECTS] = &shape_projects,
    [QUERY_ROUNDS] = &shape_rounds,
    [QUERY_VISITS] = &shape_visits,
};
_Static_assert(ANSWER_FIELD(QUERY_BOARD) == YX__ANSWER__BODY_BOARD &&
                   ANSWER_FIELD(QUERY_VISITS) == YX__ANSWER__BODY_VISITS,
               "bodies of answers stand in the order of the queries");

const shape_t *shape_of_answer(query_kind_t kind)
{
    CHECK(kind > QUERY_NONE);
    CHECK(kind < QUERY_COUNT);
    return shapes[kind];
}
