/* Goal: a scope has one form; a query's names become rows or are refused with status and
 * place; what a scope can hold no row of is refused, everything else is not (R12).
 * Method: the small district of world.h, principals of many scopes. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/board_scope.h"
#include "tests/support/world.h"
#include <string.h>

#define BOARDS OPERATION_QUERY(QUERY_BOARD)

static int set_up(void **state)
{
    world_t *world = world_create();
    world_settle(world);
    world_frame(world);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    world_t *world = *state;
    world_destroy(&world);
    return 0;
}

/* A supervisor with a scope of up to two units and two groups; NULL = none. */
static board_scope_t scope_of(world_t *world, const char *const units[2],
                              const char *const groups[2], const char *person)
{
    static uint32_t made;
    text_t unit_texts[2], group_texts[2];
    char name[8] = "p00";
    const world_key_t key = world_key(500 + ++made);
    name[1] = (char)('0' + made / 10 % 10);
    name[2] = (char)('0' + made % 10);
    command_t command = world_invite(name, ROLE_SUPERVISOR, &key);
    scope_spec_t *spec = &command.body.invite.scope;
    *spec = (scope_spec_t){ .units = unit_texts, .groups = group_texts };
    for (uint32_t i = 0; i < 2; i++) {
        if (units != NULL && units[i] != NULL)
            unit_texts[spec->unit_count++] = world_text(units[i]);
        if (groups != NULL && groups[i] != NULL)
            group_texts[spec->group_count++] = world_text(groups[i]);
    }
    command.body.invite.person = world_text(person);
    world_accept(world, world->admin, &command);
    board_scope_t scope;
    board_scope_of(&world->state,
                   state_find(&world->state.principals, world_text(name)), BOARDS,
                   &scope);
    return scope;
}

static board_scope_t of_units(world_t *world, const char *one, const char *other)
{
    return scope_of(world, (const char *const[]){ one, other }, NULL, NULL);
}

static board_query_t specialists(void)
{
    return (board_query_t){ .group = world_text("specialists"), .count = 50 };
}

static void expect(world_t *world, const board_scope_t *scope, board_query_t query,
                   status_t status, const char *place)
{
    view_t view;
    fault_t fault = { { 0 }, { 0 } };
    status_t got =
        board_scope_view(&world->state, &query, scope, "watch.view", &view, &fault);
    assert_string_equal(status_name(got), status_name(status));
    if (place != NULL)
        assert_string_equal(fault.place, place);
    if (status == STATUS_OK)
        assert_true((view.visible == NULL) == (scope->reach == REACH_ALL));
}

static void scope__written_in_any_order__has_one_form(void **state)
{
    world_t *world = *state;
    board_scope_t one = of_units(world, "U2", "U3"),
                  other = of_units(world, "U3", "U2"),
                  twice = of_units(world, "U2", "U2"),
                  once = of_units(world, "U2", NULL);
    assert_memory_equal(&one, &other, sizeof one);
    assert_memory_equal(&twice, &once, sizeof once);
    assert_memory_not_equal(&one, &once, sizeof one);
    board_scope_t with_person =
        scope_of(world, (const char *const[]){ "U2", NULL }, NULL, "HC1");
    assert_memory_not_equal(&with_person, &once, sizeof once);
}

static void scope__everything__is_the_reach_of_all(void **state)
{
    world_t *world = *state;
    uint32_t auditor = world_enrol(world, "aud", ROLE_AUDITOR, NULL, "U2", 31),
             all = world_enrol(world, "all", ROLE_SUPERVISOR, NULL, NULL, 32),
             office = world_enrol(world, "off", ROLE_OFFICE, NULL, "U2", 33);
    const uint32_t keys[] = { auditor, all, office };
    const reach_t reaches[] = { REACH_ALL, REACH_ALL, REACH_NONE };
    for (uint32_t i = 0; i < 3; i++) {
        const board_scope_t plain = { .reach = reaches[i] };
        board_scope_t scope;
        board_scope_of(&world->state,
                       TABLE_ROW(key_row_t, &world->state.keys, keys[i])->principal,
                       BOARDS, &scope);
        assert_memory_equal(&scope, &plain, sizeof scope);
    }
}

static void names__unknown__are_refused_with_their_place(void **state)
{
    world_t *world = *state;
    const board_scope_t all = { .reach = REACH_ALL };
    board_query_t query = specialists();
    expect(world, &all, query, STATUS_OK, NULL);
    query.account = world_text("B");
    expect(world, &all, query, STATUS_UNKNOWN_ACCOUNT, "watch.view.account");
    query = specialists();
    query.group = world_text("U2");
    expect(world, &all, query, STATUS_UNKNOWN_GROUP, "watch.view.group");
    query = specialists();
    query.unit = world_text("U7");
    expect(world, &all, query, STATUS_UNKNOWN_UNIT, "watch.view.filter.unit");
    query = specialists();
    query.front = world_text("none");
    expect(world, &all, query, STATUS_UNKNOWN_LABEL, "watch.view.filter.front");
    query = specialists();
    query.category = world_text("none");
    expect(world, &all, query, STATUS_UNKNOWN_LABEL, "watch.view.filter.category");
    query = specialists();
    query.around = world_text("C9");
    expect(world, &all, query, STATUS_UNKNOWN_SUBJECT, "watch.view.window.around");
    query = specialists();
    query.count = BOARD_WINDOW_MAX;
    expect(world, &all, query, STATUS_OK, NULL);
    query.count++;
    expect(world, &all, query, STATUS_WINDOW_TOO_LARGE, "watch.view.window.count");
}

/* A label that subjects bear but the scheme does not name is no group of the board. */
static void group__that_the_scheme_does_not_name__is_unknown(void **state)
{
    world_t *world = *state;
    const board_scope_t all = { .reach = REACH_ALL };
    command_t command = world_person("HZ");
    world_accept(world, world->organiser, &command);
    command = world_cadre("CZ", "HZ", "U2", "strangers");
    world_accept(world, world->organiser, &command);
    board_query_t query = specialists();
    query.group = world_text("strangers");
    expect(world, &all, query, STATUS_UNKNOWN_GROUP, "watch.view.group");
}

static void filter__beside_the_scope__is_out_of_it(void **state)
{
    world_t *world = *state;
    board_scope_t scope = of_units(world, "U2", NULL);
    board_query_t query = specialists();
    const struct {
        const char *unit;
        status_t status;
    } cases[] = {
        { "U1", STATUS_OK },           { "U2", STATUS_OK },
        { "U4", STATUS_OK },           { "U3", STATUS_OUT_OF_SCOPE },
        { "U9", STATUS_OUT_OF_SCOPE },
    };
    expect(world, &scope, query, STATUS_OK, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        query.unit = world_text(cases[i].unit);
        expect(world, &scope, query, cases[i].status,
               cases[i].status == STATUS_OK ? NULL : "watch.view.filter.unit");
    }
}

static void groups__alone__hold_their_own_boards_only(void **state)
{
    world_t *world = *state;
    board_scope_t scope =
        scope_of(world, NULL, (const char *const[]){ "teams", NULL }, NULL);
    board_query_t query = specialists();
    expect(world, &scope, query, STATUS_OUT_OF_SCOPE, "watch.view.group");
    query.group = world_text("teams");
    expect(world, &scope, query, STATUS_OK, NULL);
    query.unit = world_text("U3"); /* any unit: the group is the scope */
    expect(world, &scope, query, STATUS_OK, NULL);
}

static void person__own_row__may_be_seen_on_its_board(void **state)
{
    world_t *world = *state;
    board_scope_t scope = scope_of(world, NULL, NULL, "HC2");
    board_scope_t own = { .reach = REACH_OWN, .person = scope.person };
    const board_scope_t *both[] = { &scope, &own };
    uint32_t c1 = state_find(&world->state.subjects, world_text("C1")),
             c2 = state_find(&world->state.subjects, world_text("C2"));
    for (uint32_t i = 0; i < 2; i++) {
        board_query_t query = specialists();
        expect(world, both[i], query, STATUS_OK, NULL);
        query.unit = world_text("U2"); /* C2 is of U3 */
        expect(world, both[i], query, STATUS_OUT_OF_SCOPE, "watch.view.filter.unit");
        query = specialists();
        query.group = world_text("teams");
        expect(world, both[i], query, STATUS_OUT_OF_SCOPE, "watch.view.group");
        assert_false(board_scope_sees(both[i], &world->state, c1));
        assert_true(board_scope_sees(both[i], &world->state, c2));
    }
}

static void rows__seen__are_those_of_units_groups_and_person(void **state)
{
    world_t *world = *state;
    const char *const units[] = { "U2", NULL }, *const groups[] = { "teams", NULL };
    uint32_t c1 = state_find(&world->state.subjects, world_text("C1")),
             c2 = state_find(&world->state.subjects, world_text("C2")),
             b1 = state_find(&world->state.subjects, world_text("B1"));
    board_scope_t scope = scope_of(world, units, NULL, NULL);
    assert_true(board_scope_sees(&scope, &world->state, c1));
    assert_false(board_scope_sees(&scope, &world->state, c2));
    assert_true(board_scope_sees(&scope, &world->state, b1));
    scope = scope_of(world, NULL, groups, NULL);
    assert_false(board_scope_sees(&scope, &world->state, c1));
    assert_true(board_scope_sees(&scope, &world->state, b1));
    scope = scope_of(world, units, NULL, "HC2");
    assert_true(board_scope_sees(&scope, &world->state, c2));
    const board_scope_t nothing = { .reach = REACH_SCOPE };
    assert_false(board_scope_sees(&nothing, &world->state, b1)); /* B1 has no person */
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(scope__written_in_any_order__has_one_form),
        WITH_WORLD(scope__everything__is_the_reach_of_all),
        WITH_WORLD(names__unknown__are_refused_with_their_place),
        WITH_WORLD(group__that_the_scheme_does_not_name__is_unknown),
        WITH_WORLD(filter__beside_the_scope__is_out_of_it),
        WITH_WORLD(groups__alone__hold_their_own_boards_only),
        WITH_WORLD(person__own_row__may_be_seen_on_its_board),
        WITH_WORLD(rows__seen__are_those_of_units_groups_and_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
