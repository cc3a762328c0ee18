/* watch_town.c - see watch_town.h. */
#include "tests/support/watch_town.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/scene.h"
#include "tests/support/world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

peer_t *town_enrol(town_t *town, const char *name, role_t role, const char *unit)
{
    const text_t units[] = { site_text(unit != NULL ? unit : "") };
    principal_spec_t spec = { .principal = site_text(name), .roles = 1u << role };
    spec.scope.everything = unit == NULL;
    if (unit != NULL) {
        spec.scope.units = units;
        spec.scope.unit_count = 1;
    }
    return site_connect_new(town->site, ++town->admin_number, spec);
}

static void put_units(peer_t *peer)
{
    static const char *const units[][3] = {
        { "U1", NULL, "澜川区" },   { "U2", "U1", "青岚镇" }, { "U3", "U1", "石桥镇" },
        { "U4", "U2", "小河口村" }, { "U9", "U1", "督查室" },
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        (void)peer_put(peer, world_unit(units[i][0], units[i][1]), units[i][2]);
}

/* C1, C3 ... in U2, C2, C4 ... in U3. */
static void put_subjects(peer_t *peer)
{
    for (uint32_t i = 1; i <= TOWN_SUBJECTS; i++) {
        char person[8], code[8], name[24];
        (void)snprintf(person, sizeof person, "HC%u", i);
        (void)snprintf(code, sizeof code, "C%u", i);
        (void)snprintf(name, sizeof name, "张 %u", i);
        (void)peer_put(peer, world_person(person), name);
        (void)peer_put(
            peer, world_cadre(code, person, i % 2 == 1 ? "U2" : "U3", "specialists"),
            NULL);
    }
}

static void put_frame(town_t *town)
{
    peer_t *peer = town->organiser,
           *second = town_enrol(town, "org2", ROLE_ORGANISER, NULL);
    (void)peer_put(peer, world_team("T1"), "一组");
    (void)peer_put(peer, world_person("HI1"), "周");
    (void)peer_put(peer, world_person("HI2"), "吴");
    (void)peer_put(peer, world_inspector("I1", "HI1", "T1", "U9"), NULL);
    (void)peer_put(peer, world_inspector("I2", "HI2", "T1", "U9"), NULL);
    (void)peer_put(peer, scene_scheme("S"), NULL);
    (void)peer_put(second, scene_approve("S"), NULL);
    peer_close(second);
    command_t command = { .kind = COMMAND_OPEN_ACCOUNT };
    command.body.open_account =
        (open_account_t){ site_text("A"), site_text("S"), 20250101, 20251231 };
    (void)peer_put(peer, command, NULL);
    command = (command_t){ .kind = COMMAND_ROUND };
    command.body.round =
        (put_round_t){ site_text("R"), site_text("A"), 1, 20250101, 20250630, 60 };
    (void)peer_put(peer, command, NULL);
    (void)peer_put(peer, scene_visit("V"), NULL);
}

/* One sheet on subject C<n>, all three dimensions with this value. */
uint64_t town_rate(town_t *town, uint32_t subject, const char *inspector,
                   uint32_t value)
{
    char code[12], name[8];
    const rating_t ratings[3] = { { 1, value }, { 2, value }, { 3, value } };
    (void)snprintf(code, sizeof code, "O%u", ++town->sheets);
    (void)snprintf(name, sizeof name, "C%u", subject);
    command_t command = scene_sheet(code);
    command.body.observe.subject = site_text(name);
    command.body.observe.inspector = site_text(inspector);
    command.body.observe.ratings = ratings;
    command.body.observe.observed_ms = SITE_NOW_MS;
    return peer_put(town->organiser, command, NULL);
}

/* Enough sheets for a rank; returns the seq of the last. */
uint64_t town_rank(town_t *town, uint32_t subject, uint32_t value)
{
    (void)town_rate(town, subject, "I1", value);
    (void)town_rate(town, subject, "I2", value);
    return town_rate(town, subject, "I1", value);
}

int town_set_up(void **state)
{
    town_t *town = calloc(1, sizeof *town);
    void *site;
    assert_non_null(town);
    assert_int_equal(site_set_up(&site), 0);
    town->site = site;
    town->organiser = town_enrol(town, "org", ROLE_ORGANISER, NULL);
    put_units(town->organiser);
    put_subjects(town->organiser);
    put_frame(town);
    *state = town;
    return 0;
}

int town_tear_down(void **state)
{
    town_t *town = *state;
    void *site = town->site;
    assert_int_equal(site_tear_down(&site), 0);
    free(town);
    return 0;
}

void town_administer(town_t *town, command_t command)
{
    peer_t *admin = site_connect_admin(town->site);
    assert_int_equal(peer_submit(admin, ++town->admin_number, &command, NULL)->status,
                     STATUS_OK);
    peer_close(admin);
}

void town_set_scope(town_t *town, const char *name, role_t role, const char *unit)
{
    const text_t units[] = { site_text(unit) };
    command_t command = { .kind = COMMAND_SET_PRINCIPAL };
    command.body.set_principal =
        (principal_spec_t){ .principal = site_text(name),
                            .roles = 1u << role,
                            .scope = { .units = units, .unit_count = 1 } };
    town_administer(town, command);
}

/* ---- watching ---- */

board_query_t town_specialists(uint32_t count)
{
    return (board_query_t){ .group = site_text("specialists"), .count = count };
}

void peer_watch(peer_t *peer, uint64_t name, board_query_t view, uint64_t until)
{
    assert_int_equal(wire_write_watch(&peer->out, name, &view, until), STATUS_OK);
    peer_send(peer);
}

void peer_credit(peer_t *peer, uint64_t name, uint64_t until)
{
    assert_int_equal(wire_write_credit(&peer->out, name, until), STATUS_OK);
    peer_send(peer);
}

void peer_unwatch(peer_t *peer, uint64_t name)
{
    assert_int_equal(wire_write_unwatch(&peer->out, name), STATUS_OK);
    peer_send(peer);
}

const update_t *peer_await_update(peer_t *peer, uint64_t name)
{
    const reply_t *reply = peer_await(peer);
    if (reply->kind == REPLY_FAILURE)
        fail_msg("%s at %s", status_name(reply->failure), reply->fault.place);
    assert_int_equal(reply->kind, REPLY_UPDATE);
    assert_int_equal(reply->correlation, name);
    return &reply->update;
}

void peer_await_failure(peer_t *peer, uint64_t name, status_t status, const char *place)
{
    const reply_t *reply = peer_await(peer);
    assert_int_equal(reply->kind, REPLY_FAILURE);
    assert_int_equal(reply->correlation, name);
    assert_string_equal(status_name(reply->failure), status_name(status));
    if (place != NULL)
        assert_string_equal(reply->fault.place, place);
}

void peer_assert_quiet(peer_t *peer)
{
    assert_int_equal(wire_write_ping(&peer->out, ++peer->correlation), STATUS_OK);
    assert_int_equal(peer_ask(peer)->kind, REPLY_PONG);
}

/* Takes updates until the copy is at `seq` or later; returns how many. */
uint32_t peer_follow(peer_t *peer, mirror_t *mirror, uint64_t seq)
{
    uint32_t count = 0;
    while (mirror_version(mirror) < seq) {
        const update_t *update = peer_await_update(peer, TOWN_WATCH);
        mirror_taken_t taken = mirror_take(mirror, &update->delta);
        assert_true(taken == MIRROR_CHANGED || taken == MIRROR_PARTLY);
        count++;
    }
    return count;
}

static void assert_same_text(text_t a, text_t b)
{
    assert_int_equal(a.size, b.size);
    if (a.size > 0)
        assert_memory_equal(a.data, b.data, a.size);
}

static void assert_same_row(const board_row_t *a, const board_row_t *b)
{
    assert_same_text(a->subject, b->subject);
    assert_same_text(a->name, b->name);
    assert_same_text(a->unit, b->unit);
    assert_same_text(a->unit_name, b->unit_name);
    assert_true(a->total == b->total && a->error == b->error);
    assert_int_equal(a->standing, b->standing);
    assert_int_equal(a->rank, b->rank);
    assert_int_equal(a->low, b->low);
    assert_int_equal(a->high, b->high);
    assert_int_equal(a->band, b->band);
    assert_int_equal(a->observations, b->observations);
    assert_int_equal(a->ratings, b->ratings);
    assert_int_equal(a->missing_ratings, b->missing_ratings);
}

/* The copy is what a query of the same key answers now. */
void town_assert_like_query(town_t *town, const peer_t *watcher, const mirror_t *mirror,
                            board_query_t view)
{
    peer_t *peer = site_connect_again(town->site, watcher);
    const query_t query = { .kind = QUERY_BOARD, .board = view };
    assert_int_equal(wire_write_query(&peer->out, ++peer->correlation, &query),
                     STATUS_OK);
    const reply_t *reply = peer_ask(peer);
    assert_int_equal(reply->kind, REPLY_ANSWER);
    const board_answer_t *asked = &reply->answer.body.board,
                         *held = mirror_board(mirror);
    assert_int_equal(reply->answer.parts, 1);
    assert_true(mirror_version(mirror) <= reply->answer.seq);
    assert_int_equal(held->row_count, asked->row_count);
    assert_int_equal(held->ranked, asked->ranked);
    assert_int_equal(held->not_ranked, asked->not_ranked);
    assert_int_equal(held->matching, asked->matching);
    assert_int_equal(held->offset, asked->offset);
    for (uint32_t i = 0; i < held->row_count; i++)
        assert_same_row(&held->rows[i], &asked->rows[i]);
    peer_close(peer);
}
