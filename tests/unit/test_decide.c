/* Goal: the two doors and replay's: the order of the questions, what an event carries,
 * links, and that replay makes of a journaled command what decide made of it.
 * Method: an administrator and an organiser of a small district. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/world.h"
#include <string.h>

static int setup(void **context)
{
    world_t *world = world_create();
    world_settle(world);
    *context = world;
    return 0;
}

static int teardown(void **context)
{
    world_destroy((world_t **)context);
    return 0;
}

/* ---- the order of the questions ---- */

static void kind__not_in_the_table__no_operation(void **context)
{
    world_t *world = *context;
    static const uint32_t kinds[] = { COMMAND_NONE,       10,        53, 199,
                                      COMMAND_KIND_LIMIT, UINT16_MAX };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const command_t command = { .kind = (command_kind_t)kinds[i] };
        world_expect(world, world->admin, &command, STATUS_UNKNOWN_OPERATION, "", "");
    }
}

/* Who has no right learns nothing of which codes there are. */
static void rights__none__said_before_codes_are_looked_up(void **context)
{
    world_t *world = *context;
    command_t command = world_unit("U5", "U77");
    world_expect(world, world->admin, &command, STATUS_NOT_ALLOWED, "", "");
    world_expect(world, world->organiser, &command, STATUS_UNKNOWN_UNIT, "unit.parent",
                 "U77");
}

static void number__of_a_duplicate__answered_before_everything(void **context)
{
    world_t *world = *context;
    command_t command = world_person("H1");
    world_accept(world, world->organiser, &command);
    uint64_t seq = world->event.seq;
    command = world_invite("organiser", ROLE_SUPERVISOR, NULL); /* may put no more */
    command.kind = COMMAND_SET_PRINCIPAL;
    world_accept(world, world->admin, &command);
    const origin_t again = { .key = world->organiser,
                             .instance = 1,
                             .number = world->number - 1,
                             .hash = world->number - 1,
                             .now_ms = world->now_ms };
    command = world_person("H1");
    status_t status =
        decide(&world->state, &again, &command, &world->event, &world->fault);
    assert_int_equal(status, STATUS_OK);
    assert_true(world->event.duplicate);
    assert_int_equal(world->event.seq, seq);
}

/* ---- asking first ---- */

static void check__of_anything__judged_without_a_number_and_nothing_kept(void **context)
{
    world_t *world = *context;
    command_t command = world_person("H1");
    world_accept(world, world->organiser, &command);
    const uint64_t head = world->state.head_seq;
    const origin_t origin = { .key = world->organiser, /* a number that was used */
                              .instance = 1,
                              .number = world->number - 1,
                              .now_ms = world->now_ms };
    command = world_unit("U5", "U1");
    assert_int_equal(
        decide_check(&world->state, &origin, &command, &world->event, &world->fault),
        STATUS_OK);
    assert_false(world->event.duplicate);
    assert_int_equal(world->state.head_seq, head);
    command = world_unit("U6", "U5"); /* U5 was not made */
    assert_int_equal(
        decide_check(&world->state, &origin, &command, &world->event, &world->fault),
        STATUS_UNKNOWN_UNIT);
    assert_string_equal(world->fault.place, "unit.parent");
}

/* ---- what an event carries ---- */

static void event__of_an_accepted_command__origin_and_head(void **context)
{
    world_t *world = *context;
    uint64_t head = world->state.head_seq;
    world->now_ms += 5;
    command_t command = world_unit("U2", "U1");
    world_accept(world, world->organiser, &command);
    const event_t *event = &world->event;
    assert_int_equal(event->seq, head + 1);
    assert_int_equal(event->now_ms, world->now_ms);
    assert_int_equal(event->key, world->organiser);
    assert_int_equal(event->principal,
                     state_find(&world->state.principals, world_text("organiser")));
    assert_int_equal(event->verdict, 0);
    assert_ptr_equal(event->command, &command);
    assert_int_equal(world->state.head_seq, head + 1);
    assert_int_equal(world->state.head_ms, world->now_ms);
}

static void links__of_a_new_thing__its_row_to_be(void **context)
{
    world_t *world = *context;
    command_t command = world_unit("U5", "U1");
    world_accept(world, world->organiser, &command);
    const link_t first = world->event.links[0];
    assert_int_equal(first.kind, LINK_UNIT);
    assert_int_equal(first.key, state_find(&world->state.units, world_text("U5")));
    assert_int_equal(first.previous, 0);
    uint64_t seq = world->event.seq;
    world_accept(world, world->organiser, &command);
    assert_int_equal(world->event.links[0].previous, seq);
    assert_int_equal(world->event.links[0].key, first.key);
}

static void names__in_the_private_part__one_chain_for_all(void **context)
{
    world_t *world = *context;
    command_t command = world_person("H1");
    world->named = true;
    world_accept(world, world->organiser, &command);
    uint64_t first = world->event.seq;
    assert_int_equal(world->event.verdict, VERDICT_NAMED);
    assert_int_equal(world->event.link_count, 2);
    assert_int_equal(world->event.links[1].kind, LINK_DIRECTORY);
    assert_int_equal(world->event.links[1].key, 0);
    assert_int_equal(world->event.links[1].previous, 0);
    assert_int_equal(world->state.newest_directory, first);
    world->named = false;
    world_accept(world, world->organiser, &command);
    assert_int_equal(world->event.verdict, 0);
    assert_int_equal(world->state.newest_directory, first);
    world->named = true;
    command = world_unit("U2", "U1"); /* another kind of thing, the same chain */
    world_accept(world, world->organiser, &command);
    assert_int_equal(world->event.links[1].previous, first);
    assert_int_equal(world->state.newest_directory, world->event.seq);
}

/* ---- replay ---- */

static void expect_same(const event_t *live, const event_t *again)
{
    assert_memory_equal(live, again, offsetof(event_t, list));
    assert_int_equal(live->list_count, again->list_count);
    assert_int_equal(live->list_split, again->list_split);
    assert_memory_equal(live->list, again->list,
                        live->list_count * sizeof live->list[0]);
    assert_int_equal(live->link_count, again->link_count);
    assert_memory_equal(live->links, again->links,
                        live->link_count * sizeof live->links[0]);
}

/* Replay sees the state as it was and must fill the event as decide did. */
static void replay__every_kind_of_put__the_same_event(void **context)
{
    world_t *world = *context;
    static event_t again;
    const text_t units[] = { world_text("U2"), world_text("U3") };
    command_t team = world_team("T2");
    team.body.team.units = units;
    team.body.team.unit_count = 2;
    const command_t commands[] = {
        world_unit("U5", "U1"),
        world_unit("U5", NULL),
        world_person("H1"),
        world_cadre("C3", "H1", "U5", "heads"),
        world_leading_team("B5", "U5", "teams"),
        world_project("P5", "U5"),
        world_assignment("A1", "C3", "P5"),
        team,
        world_inspector("I9", "H1", "T2", "U9"),
        world_staff("S9", "H1", "U9"),
    };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const origin_t origin = { .key = world->organiser,
                                  .instance = 4,
                                  .number = i + 1,
                                  .hash = 77,
                                  .now_ms = world->now_ms,
                                  .named = i % 2 == 0 };
        assert_int_equal(
            decide(&world->state, &origin, &commands[i], &world->event, &world->fault),
            STATUS_OK);
        assert_int_equal(event_resolve(&world->state, &origin, &commands[i],
                                       world->event.verdict, &again),
                         STATUS_OK);
        expect_same(&world->event, &again);
        apply(&world->state, &again);
    }
}

/* What was decided stays decided: replay asks neither for rights nor for rules. */
static void replay__of_what_would_be_refused_today__not_judged(void **context)
{
    world_t *world = *context;
    const command_t command = world_leading_team("B9", "U2", "specialists");
    const origin_t origin = {
        .key = world->admin, .instance = 1, .number = 900, .now_ms = world->now_ms
    };
    assert_int_equal(event_resolve(&world->state, &origin, &command, 0, &world->event),
                     STATUS_OK);
    assert_int_equal(world->event.seq, world->state.head_seq + 1);
}

static void replay__of_what_does_not_fit__damaged(void **context)
{
    world_t *world = *context;
    command_t command = world_unit("U5", "U1");
    const origin_t good = {
        .key = world->organiser, .instance = 1, .number = 900, .now_ms = world->now_ms
    };
    event_t *event = &world->event;
    const state_t *state = &world->state;
    assert_int_equal(event_resolve(state, &good, &command, 0, event), STATUS_OK);
    origin_t origin = good;
    origin.key = 0;
    assert_int_equal(event_resolve(state, &origin, &command, 0, event), STATUS_DAMAGED);
    origin.key = state->keys.count + 1;
    assert_int_equal(event_resolve(state, &origin, &command, 0, event), STATUS_DAMAGED);
    origin = good;
    origin.now_ms = state->head_ms - 1;
    assert_int_equal(event_resolve(state, &origin, &command, 0, event), STATUS_DAMAGED);
    command = world_unit("U5", "U77");
    assert_int_equal(event_resolve(state, &good, &command, 0, event), STATUS_DAMAGED);
    command.kind = COMMAND_GENESIS; /* a second beginning */
    assert_int_equal(event_resolve(state, &good, &command, 0, event), STATUS_DAMAGED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kind__not_in_the_table__no_operation),
        TEST(rights__none__said_before_codes_are_looked_up),
        TEST(number__of_a_duplicate__answered_before_everything),
        TEST(check__of_anything__judged_without_a_number_and_nothing_kept),
        TEST(event__of_an_accepted_command__origin_and_head),
        TEST(links__of_a_new_thing__its_row_to_be),
        TEST(names__in_the_private_part__one_chain_for_all),
        TEST(replay__every_kind_of_put__the_same_event),
        TEST(replay__of_what_would_be_refused_today__not_judged),
        TEST(replay__of_what_does_not_fit__damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
