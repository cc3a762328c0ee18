/* Goal: watches as PROTOCOL.md tells them: beginnings, credit, ends, refusals, rights
 * and scopes, and that a watcher's copy is what a board query answers at that version.
 * Method: the whole broker in this process; sockets that speak the wire; the client's
 * mirror as the copy. "Nothing came" is shown by a second watcher of the same view that
 * stands behind the first one in the list and was told. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/watch_town.h"
#include "tests/support/world.h"
#include <sodium.h>
#include <stdlib.h>

#define PLENTY 1000000u

/* ---- beginnings ---- */

static void watch__begun__is_told_the_whole_view(void **state)
{
    town_t *town = *state;
    uint64_t seq = town_rank(town, 1, 8000);
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    mirror_t *mirror = mirror_create();
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    const update_t *update = peer_await_update(peer, TOWN_WATCH);
    assert_int_equal(update->number, 1);
    assert_int_equal(update->delta.base, 0);
    assert_true(update->delta.version >= seq);
    assert_int_equal(mirror_take(mirror, &update->delta), MIRROR_CHANGED);
    assert_int_equal(mirror_board(mirror)->row_count, 1);
    assert_int_equal(mirror_board(mirror)->now_ms, SITE_NOW_MS);
    town_assert_like_query(town, peer, mirror, town_specialists(50));
    mirror_destroy(&mirror);
    peer_close(peer);
}

static void watch__of_nothing__is_told_of_nothing_at_once(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 5);
    const update_t *update = peer_await_update(peer, TOWN_WATCH);
    assert_int_equal(update->delta.board.row_count, 0);
    assert_int_equal(update->delta.board.not_ranked, TOWN_SUBJECTS);
    peer_watch(peer, TOWN_WATCH + 1, town_specialists(0), 5);
    update = peer_await_update(peer, TOWN_WATCH + 1);
    assert_int_equal(update->delta.board.row_count, 0);
    assert_int_equal(update->delta.base, 0);
    peer_close(peer);
}

static uint64_t put_newcomer(town_t *town)
{
    (void)peer_put(town->organiser, world_person("HX"), "新人");
    return peer_put(town->organiser, world_cadre("CX", "HX", "U4", "specialists"),
                    "新人");
}

static void watch__of_those_not_ranked__follows_new_subjects(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    mirror_t *mirror = mirror_create();
    board_query_t view = town_specialists(100);
    view.unranked = true;
    peer_watch(peer, TOWN_WATCH, view, PLENTY);
    (void)peer_follow(peer, mirror, 1);
    assert_int_equal(mirror_board(mirror)->row_count, TOWN_SUBJECTS);
    (void)peer_follow(peer, mirror, put_newcomer(town));
    assert_int_equal(mirror_board(mirror)->row_count, TOWN_SUBJECTS + 1);
    (void)peer_follow(peer, mirror,
                      town_rank(town, 3, 7000)); /* it leaves for the ranked */
    assert_int_equal(mirror_board(mirror)->row_count, TOWN_SUBJECTS);
    town_assert_like_query(town, peer, mirror, view);
    mirror_destroy(&mirror);
    peer_close(peer);
}

static void watch__same_name_again__begins_anew(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    (void)town_rank(town, 1, 8000);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    assert_int_equal(peer_await_update(peer, TOWN_WATCH)->delta.board.row_count, 1);
    board_query_t view = town_specialists(3);
    view.unranked = true;
    peer_watch(peer, TOWN_WATCH, view, 1);
    const update_t *update = peer_await_update(peer, TOWN_WATCH);
    assert_int_equal(update->number, 1);
    assert_int_equal(update->delta.base, 0);
    assert_int_equal(update->delta.board.row_count, 3);
    peer_close(peer);
}

/* ---- credit ---- */

/* Returns when everybody who stands before `last` in the list was served. */
static void await_all_served(peer_t *last, mirror_t *mirror, uint64_t seq)
{
    (void)peer_follow(last, mirror, seq);
}

static void credit__of_one__holds_until_granted(void **state)
{
    town_t *town = *state;
    peer_t *slow = town_enrol(town, "slow", ROLE_SUPERVISOR, NULL),
           *quick = town_enrol(town, "quick", ROLE_SUPERVISOR, NULL);
    mirror_t *one = mirror_create(), *other = mirror_create();
    peer_watch(slow, TOWN_WATCH, town_specialists(50), 1);
    (void)peer_follow(slow, one, 1);
    peer_watch(quick, TOWN_WATCH, town_specialists(50), PLENTY);
    for (uint32_t i = 1; i <= 6; i++)
        await_all_served(quick, other, town_rank(town, i, 5000 + 100 * i));
    peer_assert_quiet(slow);
    uint64_t before = mirror_version(one);
    peer_credit(slow, TOWN_WATCH, 2);
    const update_t *update = peer_await_update(slow, TOWN_WATCH);
    assert_int_equal(update->number, 2);
    assert_true(update->delta.base == 0 || update->delta.base == before);
    assert_int_equal(mirror_take(one, &update->delta), MIRROR_CHANGED);
    assert_int_equal(mirror_version(one), mirror_version(other));
    town_assert_like_query(town, slow, one, town_specialists(50));
    mirror_destroy(&one);
    mirror_destroy(&other);
    peer_close(slow);
    peer_close(quick);
}

static void credit__repeated__does_no_harm(void **state)
{
    town_t *town = *state;
    peer_t *slow = town_enrol(town, "slow", ROLE_SUPERVISOR, NULL),
           *quick = town_enrol(town, "quick", ROLE_SUPERVISOR, NULL);
    mirror_t *one = mirror_create(), *other = mirror_create();
    peer_watch(slow, TOWN_WATCH, town_specialists(50), 0);
    for (int i = 0; i < 5; i++)
        peer_credit(slow, TOWN_WATCH, 1);
    (void)peer_follow(slow, one, 1);
    peer_watch(quick, TOWN_WATCH, town_specialists(50), PLENTY);
    peer_credit(slow, TOWN_WATCH, 1);
    peer_credit(slow, TOWN_WATCH,
                0); /* less than granted: nothing is taken back, nothing given */
    await_all_served(quick, other, town_rank(town, 1, 8000));
    peer_assert_quiet(slow);
    peer_credit(slow, TOWN_WATCH, 3);
    peer_credit(slow, TOWN_WATCH, 3);
    assert_int_equal(peer_await_update(slow, TOWN_WATCH)->number, 2);
    await_all_served(quick, other, town_rank(town, 2, 8000));
    uint64_t number = 0;
    while (number != 3)
        number = peer_await_update(slow, TOWN_WATCH)->number;
    await_all_served(quick, other, town_rank(town, 3, 8000));
    peer_assert_quiet(slow);
    mirror_destroy(&one);
    mirror_destroy(&other);
    peer_close(slow);
    peer_close(quick);
}

static void credit__for_no_watch__is_told_so(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    peer_credit(peer, TOWN_WATCH, 5);
    peer_await_failure(peer, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    (void)peer_await_update(peer, TOWN_WATCH);
    peer_credit(peer, TOWN_WATCH + 1, 5);
    peer_await_failure(peer, TOWN_WATCH + 1, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(peer);
}

static void watch__of_another_connection__is_not_known(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL),
           *same_key = site_connect_again(town->site, peer);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    (void)peer_await_update(peer, TOWN_WATCH);
    peer_credit(same_key, TOWN_WATCH, 5);
    peer_await_failure(same_key, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(same_key);
    peer_close(peer);
}

/* ---- ends and refusals ---- */

static void unwatch__ends_it_without_a_word(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    (void)peer_await_update(peer, TOWN_WATCH);
    peer_unwatch(peer, TOWN_WATCH);
    peer_unwatch(peer, TOWN_WATCH + 5); /* of none: no word either */
    peer_assert_quiet(peer);
    peer_credit(peer, TOWN_WATCH, 9);
    peer_await_failure(peer, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(peer);
}

static void broker__started_again__knows_no_watch(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), PLENTY);
    (void)peer_await_update(peer, TOWN_WATCH);
    peer_close(town->organiser);
    site_stop(town->site);
    site_start(town->site);
    town->organiser = site_connect_again(town->site, peer); /* any, to be closed */
    peer_credit(town->organiser, TOWN_WATCH, PLENTY);
    peer_await_failure(town->organiser, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(peer);
}

static void watches__more_than_one_connection_may_have__are_refused(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    for (uint64_t i = 1; i <= WATCHES_PER_PEER_MAX; i++) {
        peer_watch(peer, i, town_specialists((uint32_t)i), 1);
        (void)peer_await_update(peer, i);
    }
    peer_watch(peer, 99, town_specialists(50), 1);
    peer_await_failure(peer, 99, STATUS_TOO_MANY_WATCHES, NULL);
    peer_watch(peer, 3, town_specialists(50), 1); /* one of them begins anew */
    (void)peer_await_update(peer, 3);
    peer_unwatch(peer, 7);
    peer_watch(peer, 99, town_specialists(50), 1);
    (void)peer_await_update(peer, 99);
    peer_close(peer);
}

static void watch__of_what_is_not_there__is_refused_with_its_place(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    board_query_t view = town_specialists(10000);
    peer_watch(peer, 1, view, 1);
    peer_await_failure(peer, 1, STATUS_WINDOW_TOO_LARGE, "watch.view.window.count");
    view = town_specialists(50);
    view.group = site_text("nobody");
    peer_watch(peer, 2, view, 1);
    peer_await_failure(peer, 2, STATUS_UNKNOWN_GROUP, "watch.view.group");
    view = town_specialists(50);
    view.unit = site_text("U77");
    peer_watch(peer, 3, view, 1);
    peer_await_failure(peer, 3, STATUS_UNKNOWN_UNIT, "watch.view.filter.unit");
    view = town_specialists(50);
    view.front = site_text("none");
    peer_watch(peer, 4, view, 1);
    peer_await_failure(peer, 4, STATUS_UNKNOWN_LABEL, "watch.view.filter.front");
    view = town_specialists(50);
    view.around = site_text("C99");
    peer_watch(peer, 5, view, 1);
    peer_await_failure(peer, 5, STATUS_UNKNOWN_SUBJECT, "watch.view.window.around");
    view = town_specialists(50);
    view.account = site_text("1999");
    peer_watch(peer, 6, view, 1);
    peer_await_failure(peer, 6, STATUS_UNKNOWN_ACCOUNT, "watch.view.account");
    peer_assert_quiet(peer);
    peer_close(peer);
}

static void watch__refused__ends_the_one_of_that_name(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    (void)peer_await_update(peer, TOWN_WATCH);
    peer_watch(peer, TOWN_WATCH, town_specialists(5000), 1);
    peer_await_failure(peer, TOWN_WATCH, STATUS_WINDOW_TOO_LARGE, NULL);
    peer_credit(peer, TOWN_WATCH, 5);
    peer_await_failure(peer, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(peer);
}

/* ---- rights and scopes ---- */

static void watch__without_the_right__is_refused(void **state)
{
    town_t *town = *state;
    peer_t *admin = site_connect_admin(town->site),
           *office = town_enrol(town, "office", ROLE_OFFICE, "U2");
    peer_watch(admin, TOWN_WATCH, town_specialists(50), 1);
    peer_await_failure(admin, TOWN_WATCH, STATUS_NOT_ALLOWED, NULL);
    peer_watch(office, TOWN_WATCH, town_specialists(50), 1);
    peer_await_failure(office, TOWN_WATCH, STATUS_NOT_ALLOWED, NULL);
    peer_close(office);
    peer_close(admin);
}

static void watch__outside_the_scope__is_refused(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, "U2");
    board_query_t view = town_specialists(50);
    view.unit = site_text("U3");
    peer_watch(peer, 1, view, 1);
    peer_await_failure(peer, 1, STATUS_OUT_OF_SCOPE, "watch.view.filter.unit");
    view.unit = site_text("U1"); /* above it: what lies in both is told */
    peer_watch(peer, 2, view, 1);
    (void)peer_await_update(peer, 2);
    view.unit = site_text("U4"); /* within it */
    peer_watch(peer, 3, view, 1);
    (void)peer_await_update(peer, 3);
    peer_close(peer);
}

static void assert_only_odd(const board_answer_t *board)
{
    for (uint32_t i = 0; i < board->row_count; i++) {
        assert_int_equal(board->rows[i].unit.size, 2);
        assert_memory_equal(board->rows[i].unit.data, "U2", 2);
    }
}

static void scopes__two_of_them__never_see_each_others_rows(void **state)
{
    town_t *town = *state;
    peer_t *part = town_enrol(town, "part", ROLE_SUPERVISOR, "U2"),
           *all = town_enrol(town, "all", ROLE_SUPERVISOR, NULL);
    mirror_t *few = mirror_create(), *many = mirror_create();
    peer_watch(part, TOWN_WATCH, town_specialists(50), PLENTY);
    peer_watch(all, TOWN_WATCH, town_specialists(50), PLENTY);
    uint64_t seq = 0;
    for (uint32_t i = 1; i <= TOWN_SUBJECTS; i++)
        seq = town_rank(town, i, 9000 - 100 * i);
    (void)town_rate(town, 2, "I2", 100); /* changes ranks in U2 as well */
    seq = town_rate(town, 1, "I2", 9900);
    while (mirror_version(few) < seq) {
        const update_t *update = peer_await_update(part, TOWN_WATCH);
        assert_only_odd(&update->delta.board);
        assert_int_equal(mirror_take(few, &update->delta), MIRROR_CHANGED);
    }
    (void)peer_follow(all, many, seq);
    assert_int_equal(mirror_board(few)->row_count, TOWN_SUBJECTS / 2);
    assert_int_equal(mirror_board(many)->row_count, TOWN_SUBJECTS);
    town_assert_like_query(town, part, few, town_specialists(50));
    town_assert_like_query(town, all, many, town_specialists(50));
    mirror_destroy(&few);
    mirror_destroy(&many);
    peer_close(part);
    peer_close(all);
}

static void key__revoked__ends_its_watches_with_a_word(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL),
           *other = town_enrol(town, "other", ROLE_SUPERVISOR, NULL);
    mirror_t *mirror = mirror_create();
    peer_watch(peer, TOWN_WATCH, town_specialists(50), PLENTY);
    peer_watch(peer, TOWN_WATCH + 1, town_specialists(5), PLENTY);
    (void)peer_await_update(peer, TOWN_WATCH);
    (void)peer_await_update(peer, TOWN_WATCH + 1);
    peer_watch(other, TOWN_WATCH, town_specialists(50), PLENTY);
    town_administer(town, world_revoke("eye"));
    const reply_t *reply = peer_await(peer);
    assert_int_equal(reply->failure, STATUS_KEY_REVOKED);
    uint64_t first = reply->correlation;
    peer_await_failure(peer, 2 * TOWN_WATCH + 1 - first, STATUS_KEY_REVOKED, NULL);
    await_all_served(other, mirror, town_rank(town, 1, 8000));
    peer_credit(peer, TOWN_WATCH, PLENTY + 1);
    peer_await_failure(peer, TOWN_WATCH, STATUS_KEY_REVOKED,
                       NULL); /* and no update before */
    mirror_destroy(&mirror);
    peer_close(other);
    peer_close(peer);
}

static void scope__narrowed__goes_on_with_what_is_left(void **state)
{
    town_t *town = *state;
    uint64_t seq = 0;
    for (uint32_t i = 1; i <= 4; i++)
        seq = town_rank(town, i, 8000 + 10 * i);
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, "U1");
    mirror_t *mirror = mirror_create();
    peer_watch(peer, TOWN_WATCH, town_specialists(50), PLENTY);
    (void)peer_follow(peer, mirror, seq);
    assert_int_equal(mirror_board(mirror)->row_count, 4);
    town_set_scope(town, "eye", ROLE_SUPERVISOR, "U2");
    const update_t *update = peer_await_update(peer, TOWN_WATCH);
    assert_int_equal(update->delta.base, 0);
    assert_only_odd(&update->delta.board);
    assert_int_equal(mirror_take(mirror, &update->delta), MIRROR_CHANGED);
    assert_int_equal(mirror_board(mirror)->row_count, 2);
    (void)peer_follow(peer, mirror, town_rank(town, 5, 8500));
    town_assert_like_query(town, peer, mirror, town_specialists(50));
    town_set_scope(town, "eye", ROLE_OFFICE, "U2");
    peer_await_failure(peer, TOWN_WATCH, STATUS_NOT_ALLOWED, NULL);
    mirror_destroy(&mirror);
    peer_close(peer);
}

static void scope__narrowed_away__ends_the_watch(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, "U1");
    board_query_t view = town_specialists(50);
    view.unit = site_text("U3");
    peer_watch(peer, TOWN_WATCH, view, PLENTY);
    (void)peer_await_update(peer, TOWN_WATCH);
    town_set_scope(town, "eye", ROLE_SUPERVISOR, "U2");
    peer_await_failure(peer, TOWN_WATCH, STATUS_OUT_OF_SCOPE, NULL);
    peer_credit(peer, TOWN_WATCH, PLENTY + 1);
    peer_await_failure(peer, TOWN_WATCH, STATUS_UNKNOWN_WATCH, NULL);
    peer_close(peer);
}

/* Without credit nothing can be told; the next credit finds it out. */
static void scope__narrowed_without_credit__is_seen_when_credit_comes(void **state)
{
    town_t *town = *state;
    uint64_t seq = 0;
    for (uint32_t i = 1; i <= 4; i++)
        seq = town_rank(town, i, 8000 + 10 * i);
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, "U1");
    peer_watch(peer, TOWN_WATCH, town_specialists(50), 1);
    assert_true(peer_await_update(peer, TOWN_WATCH)->delta.version >= seq);
    town_set_scope(town, "eye", ROLE_SUPERVISOR, "U2");
    peer_assert_quiet(peer);
    peer_credit(peer, TOWN_WATCH, 2);
    const update_t *update = peer_await_update(peer, TOWN_WATCH);
    assert_int_equal(update->delta.base, 0);
    assert_int_equal(update->delta.board.row_count, 2);
    assert_only_odd(&update->delta.board);
    peer_close(peer);
}

/* ---- windows ---- */

static void watch__around_a_subject__must_be_there_at_first(void **state)
{
    town_t *town = *state;
    peer_t *peer = town_enrol(town, "eye", ROLE_SUPERVISOR, NULL);
    mirror_t *mirror = mirror_create();
    board_query_t view = town_specialists(3);
    view.around = site_text("C5");
    peer_watch(peer, TOWN_WATCH, view, PLENTY);
    peer_await_failure(peer, TOWN_WATCH, STATUS_UNKNOWN_SUBJECT,
                       "watch.view.window.around");
    uint64_t seq = 0;
    for (uint32_t i = 1; i <= 9; i++)
        seq = town_rank(town, i, 9000 - 100 * i);
    peer_watch(peer, TOWN_WATCH, view, PLENTY);
    (void)peer_follow(peer, mirror, seq);
    assert_int_equal(mirror_board(mirror)->row_count, 3);
    assert_memory_equal(mirror_board(mirror)->rows[1].subject.data, "C5", 2);
    town_assert_like_query(town, peer, mirror, view);
    seq = peer_put(town->organiser, world_cadre("C5", "HC5", "U2", "heads"), NULL);
    (void)peer_follow(peer, mirror, seq); /* it left for another group */
    assert_int_equal(mirror_board(mirror)->row_count, 0);
    (void)peer_put(town->organiser, world_cadre("C5", "HC5", "U2", "specialists"),
                   NULL);
    (void)peer_follow(peer, mirror, town_rank(town, 5, 8500));
    assert_int_equal(mirror_board(mirror)->row_count, 3);
    town_assert_like_query(town, peer, mirror, view);
    mirror_destroy(&mirror);
    peer_close(peer);
}

static uint32_t next_random(uint64_t *random, uint32_t below)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (uint32_t)((*random * 2685821657736338717u) >> 33) % below;
}

/* Watchers with credit of one and with plenty, of several windows, while sheets come. */
static void copies__under_changes__are_what_a_query_answers(void **state)
{
    town_t *town = *state;
    const char *given = getenv("WATCHES_SEED");
    uint64_t random = given != NULL ? strtoull(given, NULL, 10) : 20250106;
    print_message("WATCHES_SEED=%llu\n", (unsigned long long)random);
    board_query_t views[3] = { town_specialists(50), town_specialists(4),
                               town_specialists(50) };
    views[1].offset = 2;
    views[2].unit = site_text("U3");
    peer_t *peers[3];
    mirror_t *mirrors[3];
    for (uint32_t i = 0; i < 3; i++) {
        const char *const names[] = { "eye0", "eye1", "eye2" };
        peers[i] = town_enrol(town, names[i], ROLE_SUPERVISOR, i == 1 ? "U1" : NULL);
        mirrors[i] = mirror_create();
        peer_watch(peers[i], TOWN_WATCH, views[i], PLENTY);
    }
    for (uint32_t i = 1; i <= TOWN_SUBJECTS; i++)
        (void)town_rank(town, i, 5000 + 10 * i);
    for (uint32_t step = 0; step < 25; step++) {
        uint64_t seq = 0;
        for (uint32_t i = next_random(&random, 8); i < 8; i++)
            seq = town_rate(town, 1 + next_random(&random, TOWN_SUBJECTS),
                            next_random(&random, 2) == 0 ? "I1" : "I2",
                            next_random(&random, 10001));
        (void)peer_follow(peers[0], mirrors[0], seq); /* a sheet changes its row */
        town_assert_like_query(town, peers[0], mirrors[0], views[0]);
    }
    uint64_t seq = put_newcomer(town); /* one more is not ranked: every head changes */
    for (uint32_t i = 0; i < 3; i++) {
        (void)peer_follow(peers[i], mirrors[i], seq);
        town_assert_like_query(town, peers[i], mirrors[i], views[i]);
        mirror_destroy(&mirrors[i]);
        peer_close(peers[i]);
    }
}

#define WITH_TOWN(test)                                                                \
    cmocka_unit_test_setup_teardown(test, town_set_up, town_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_TOWN(watch__begun__is_told_the_whole_view),
        WITH_TOWN(watch__of_nothing__is_told_of_nothing_at_once),
        WITH_TOWN(watch__of_those_not_ranked__follows_new_subjects),
        WITH_TOWN(watch__same_name_again__begins_anew),
        WITH_TOWN(credit__of_one__holds_until_granted),
        WITH_TOWN(credit__repeated__does_no_harm),
        WITH_TOWN(credit__for_no_watch__is_told_so),
        WITH_TOWN(watch__of_another_connection__is_not_known),
        WITH_TOWN(unwatch__ends_it_without_a_word),
        WITH_TOWN(broker__started_again__knows_no_watch),
        WITH_TOWN(watches__more_than_one_connection_may_have__are_refused),
        WITH_TOWN(watch__of_what_is_not_there__is_refused_with_its_place),
        WITH_TOWN(watch__refused__ends_the_one_of_that_name),
        WITH_TOWN(watch__without_the_right__is_refused),
        WITH_TOWN(watch__outside_the_scope__is_refused),
        WITH_TOWN(scopes__two_of_them__never_see_each_others_rows),
        WITH_TOWN(key__revoked__ends_its_watches_with_a_word),
        WITH_TOWN(scope__narrowed__goes_on_with_what_is_left),
        WITH_TOWN(scope__narrowed_away__ends_the_watch),
        WITH_TOWN(scope__narrowed_without_credit__is_seen_when_credit_comes),
        WITH_TOWN(watch__around_a_subject__must_be_there_at_first),
        WITH_TOWN(copies__under_changes__are_what_a_query_answers),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
