/* Goal: who may do what is decided by one table, default deny, and by reach.
 * Method: every (role, operation) pair against a list written here in words of its own;
 * then reach over a small tree of units, groups and persons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/authorise.h"
#include "broker/runtime/memory.h"
#include <stdio.h>
#include <string.h>

/* ---- every pair ---- */

typedef struct {
    operation_t operation;
    role_t role;
    reach_t reach;
} grant_t;

#define C(kind) OPERATION_COMMAND(COMMAND_##kind)
#define Q(kind) OPERATION_QUERY(QUERY_##kind)

/* All there is; whatever is not listed is denied. */
static const grant_t grants[] = {
    { C(UNIT), ROLE_OFFICE, REACH_SCOPE },
    { C(UNIT), ROLE_ORGANISER, REACH_SCOPE },
    { C(PERSON), ROLE_OFFICE, REACH_SCOPE },
    { C(PERSON), ROLE_ORGANISER, REACH_SCOPE },
    { C(SUBJECT), ROLE_OFFICE, REACH_SCOPE },
    { C(SUBJECT), ROLE_ORGANISER, REACH_SCOPE },
    { C(PROJECT), ROLE_OFFICE, REACH_SCOPE },
    { C(PROJECT), ROLE_ORGANISER, REACH_SCOPE },
    { C(MILESTONE), ROLE_OFFICE, REACH_SCOPE },
    { C(MILESTONE), ROLE_ORGANISER, REACH_SCOPE },
    { C(ASSIGNMENT), ROLE_OFFICE, REACH_SCOPE },
    { C(ASSIGNMENT), ROLE_ORGANISER, REACH_SCOPE },
    { C(TEAM), ROLE_ORGANISER, REACH_ALL },
    { C(INSPECTOR), ROLE_ORGANISER, REACH_SCOPE },
    { C(STAFF), ROLE_ORGANISER, REACH_SCOPE },
    { C(PROPOSE_SCHEME), ROLE_ORGANISER, REACH_ALL },
    { C(APPROVE_SCHEME), ROLE_ORGANISER, REACH_ALL },
    { C(OPEN_ACCOUNT), ROLE_ORGANISER, REACH_ALL },
    { C(CLOSE_ACCOUNT), ROLE_ORGANISER, REACH_ALL },
    { C(ROUND), ROLE_ORGANISER, REACH_ALL },
    { C(MOVE_ROUND), ROLE_ORGANISER, REACH_ALL },
    { C(VISIT), ROLE_ORGANISER, REACH_SCOPE },
    { C(VISIT), ROLE_INSPECTOR, REACH_OWN },
    { C(MOVE_VISIT), ROLE_ORGANISER, REACH_SCOPE },
    { C(MOVE_VISIT), ROLE_INSPECTOR, REACH_OWN },
    { C(OBSERVE), ROLE_ORGANISER, REACH_SCOPE },
    { C(OBSERVE), ROLE_INSPECTOR, REACH_OWN },
    { C(REVIEW), ROLE_ORGANISER, REACH_SCOPE },
    { C(REVIEW), ROLE_REVIEWER, REACH_OWN },
    { C(RETRACT), ROLE_INSPECTOR, REACH_OWN },
    { C(INVITE), ROLE_ADMINISTRATOR, REACH_ALL },
    { C(REVOKE), ROLE_ADMINISTRATOR, REACH_ALL },
    { C(SET_PRINCIPAL), ROLE_ADMINISTRATOR, REACH_ALL },
    { C(PUT_USER), ROLE_ADMINISTRATOR, REACH_ALL },
    { C(CLOSE_SESSION), ROLE_GATEWAY, REACH_ALL },
    { Q(SIGN_IN), ROLE_GATEWAY, REACH_ALL },
    { Q(USERS), ROLE_ADMINISTRATOR, REACH_ALL },
    { C(CALIBRATE), ROLE_ORGANISER, REACH_ALL },
    { C(ADOPT_EPOCH), ROLE_ORGANISER, REACH_ALL },
    { C(OVERRIDE_LINKS), ROLE_ORGANISER, REACH_ALL },
    { C(DROP_EPOCH), ROLE_ORGANISER, REACH_ALL },
    { C(FREEZE_BOARD), ROLE_ORGANISER, REACH_ALL },
    { C(ASSIGN_ATTENTION), ROLE_ORGANISER, REACH_ALL },
    { C(CLOSE_ATTENTION), ROLE_ORGANISER, REACH_ALL },
    { C(CLOSE_ATTENTION), ROLE_SUPERVISOR, REACH_ALL },
    { Q(EPOCHS), ROLE_ORGANISER, REACH_ALL },
    { Q(EPOCHS), ROLE_SUPERVISOR, REACH_ALL },
    { Q(EPOCHS), ROLE_AUDITOR, REACH_ALL },
    { Q(EPOCHS), ROLE_SERVICE, REACH_ALL },
    { Q(HISTORY_EPOCH), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_EPOCH), ROLE_AUDITOR, REACH_ALL },
    { Q(FROZEN), ROLE_ORGANISER, REACH_SCOPE },
    { Q(FROZEN), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(FROZEN), ROLE_SERVICE, REACH_SCOPE },
    { Q(FROZEN), ROLE_AUDITOR, REACH_ALL },
    { Q(FROZEN), ROLE_SUBJECT, REACH_OWN },
    { Q(FROZEN_LIST), ROLE_ORGANISER, REACH_ALL },
    { Q(FROZEN_LIST), ROLE_SUPERVISOR, REACH_ALL },
    { Q(FROZEN_LIST), ROLE_SUBJECT, REACH_ALL },
    { Q(FROZEN_LIST), ROLE_AUDITOR, REACH_ALL },
    { Q(FROZEN_LIST), ROLE_SERVICE, REACH_ALL },
    { Q(PLAN), ROLE_ORGANISER, REACH_SCOPE },
    { Q(ATTENTION), ROLE_ORGANISER, REACH_SCOPE },
    { Q(ATTENTION), ROLE_SUPERVISOR, REACH_OWN },
    { Q(ATTENTION), ROLE_AUDITOR, REACH_ALL },
    { Q(HISTORY_ATTENTION), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_ATTENTION), ROLE_AUDITOR, REACH_ALL },
    { Q(BOARD), ROLE_ORGANISER, REACH_SCOPE },
    { Q(BOARD), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(BOARD), ROLE_SERVICE, REACH_SCOPE },
    { Q(BOARD), ROLE_AUDITOR, REACH_ALL },
    { Q(BOARD), ROLE_SUBJECT, REACH_OWN },
    { Q(EXPLAIN), ROLE_ORGANISER, REACH_SCOPE },
    { Q(EXPLAIN), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(EXPLAIN), ROLE_SERVICE, REACH_SCOPE },
    { Q(EXPLAIN), ROLE_AUDITOR, REACH_ALL },
    { Q(EXPLAIN), ROLE_SUBJECT, REACH_OWN },
    { Q(HISTORY_SUBJECT), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_SUBJECT), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(HISTORY_SUBJECT), ROLE_AUDITOR, REACH_ALL },
    { Q(HISTORY_SUBJECT), ROLE_SUBJECT, REACH_OWN },
    { Q(HISTORY_PROJECT), ROLE_OFFICE, REACH_SCOPE },
    { Q(HISTORY_PROJECT), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_PROJECT), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(HISTORY_PROJECT), ROLE_AUDITOR, REACH_ALL },
    { Q(HISTORY_INSPECTOR), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_INSPECTOR), ROLE_AUDITOR, REACH_ALL },
    { Q(HISTORY_INSPECTOR), ROLE_INSPECTOR, REACH_OWN },
    { Q(HISTORY_VISIT), ROLE_ORGANISER, REACH_SCOPE },
    { Q(HISTORY_VISIT), ROLE_AUDITOR, REACH_ALL },
    { Q(FEED), ROLE_ORGANISER, REACH_SCOPE },
    { Q(FEED), ROLE_AUDITOR, REACH_ALL },
    { Q(FEED), ROLE_SERVICE, REACH_SCOPE },
    { Q(SUBSCRIBERS), ROLE_SERVICE, REACH_ALL },
    { Q(UNITS), ROLE_OFFICE, REACH_SCOPE },
    { Q(UNITS), ROLE_ORGANISER, REACH_SCOPE },
    { Q(UNITS), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(UNITS), ROLE_AUDITOR, REACH_ALL },
    { Q(UNITS), ROLE_SERVICE, REACH_SCOPE },
    { Q(PROJECTS), ROLE_OFFICE, REACH_SCOPE },
    { Q(PROJECTS), ROLE_ORGANISER, REACH_SCOPE },
    { Q(PROJECTS), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(PROJECTS), ROLE_AUDITOR, REACH_ALL },
    { Q(PROJECTS), ROLE_SERVICE, REACH_SCOPE },
    { Q(ROUNDS), ROLE_INSPECTOR, REACH_ALL },
    { Q(ROUNDS), ROLE_OFFICE, REACH_ALL },
    { Q(ROUNDS), ROLE_REVIEWER, REACH_ALL },
    { Q(ROUNDS), ROLE_ORGANISER, REACH_ALL },
    { Q(ROUNDS), ROLE_SUPERVISOR, REACH_ALL },
    { Q(ROUNDS), ROLE_AUDITOR, REACH_ALL },
    { Q(VISITS), ROLE_ORGANISER, REACH_SCOPE },
    { Q(VISITS), ROLE_SUPERVISOR, REACH_SCOPE },
    { Q(VISITS), ROLE_AUDITOR, REACH_ALL },
    { Q(SCHEMES), ROLE_INSPECTOR, REACH_ALL },
    { Q(SCHEMES), ROLE_OFFICE, REACH_ALL },
    { Q(SCHEMES), ROLE_REVIEWER, REACH_ALL },
    { Q(SCHEMES), ROLE_ORGANISER, REACH_ALL },
    { Q(SCHEMES), ROLE_SUPERVISOR, REACH_ALL },
    { Q(SCHEMES), ROLE_SUBJECT, REACH_ALL },
    { Q(SCHEMES), ROLE_AUDITOR, REACH_ALL },
    { Q(SCHEMES), ROLE_SERVICE, REACH_ALL },
    { Q(RECEIPTS), ROLE_INSPECTOR, REACH_OWN },
    { Q(RECEIPTS), ROLE_OFFICE, REACH_OWN },
    { Q(RECEIPTS), ROLE_REVIEWER, REACH_OWN },
    { Q(RECEIPTS), ROLE_ORGANISER, REACH_OWN },
    { Q(RECEIPTS), ROLE_SUPERVISOR, REACH_OWN },
    { Q(RECEIPTS), ROLE_SUBJECT, REACH_OWN },
    { Q(RECEIPTS), ROLE_AUDITOR, REACH_ALL },
    { Q(RECEIPTS), ROLE_ADMINISTRATOR, REACH_OWN },
    { Q(RECEIPTS), ROLE_SERVICE, REACH_OWN },
    { Q(RECEIPTS), ROLE_GATEWAY, REACH_OWN },
    { Q(DIGEST), ROLE_AUDITOR, REACH_ALL },
    { Q(DIGEST), ROLE_ADMINISTRATOR, REACH_ALL },
    { Q(STATS), ROLE_AUDITOR, REACH_ALL },
    { Q(STATS), ROLE_ADMINISTRATOR, REACH_ALL },
    { Q(SCRUB), ROLE_AUDITOR, REACH_ALL },
    { Q(SCRUB), ROLE_ADMINISTRATOR, REACH_ALL },
};

/* Open to whoever has a role. */
static const operation_t for_everybody[] = { Q(WHOAMI), Q(INSTANCE), Q(GROUPS),
                                             Q(CHANGE_PASSWORD) };

static reach_t expected_of(role_t role, operation_t operation)
{
    for (size_t i = 0; i < sizeof for_everybody / sizeof for_everybody[0]; i++) {
        if (for_everybody[i] == operation)
            return role == 0 ? REACH_NONE : REACH_ALL;
    }
    for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
        if (grants[i].operation == operation && grants[i].role == role)
            return grants[i].reach;
    }
    return REACH_NONE;
}

static void rights__every_role_and_operation__as_written_here(void **unused)
{
    (void)unused;
    for (operation_t operation = 0; operation < OPERATION_COUNT; operation++) {
        for (uint32_t role = 0; role < ROLE_COUNT; role++) {
            reach_t reach = rights_reach((role_t)role, operation);
            if (reach != expected_of((role_t)role, operation))
                print_error("role %u, operation %u\n", role, operation);
            assert_int_equal(reach, expected_of((role_t)role, operation));
        }
    }
}

/* ---- reach ---- */

typedef struct {
    memory_t memory;
    state_t state;
    uint32_t town, village, other, group, stranger, person, principal;
} scope_t;

static uint32_t add_coded(table_t *table, const char *text)
{
    code_t code = { { 0 } };
    (void)snprintf(code.text, sizeof code.text, "%s", text); /* codes here are short */
    return table_add(table, &code);
}

static uint32_t add_unit(scope_t *scope, const char *code, uint32_t parent)
{
    uint32_t index = add_coded(&scope->state.units, code);
    TABLE_ROW(unit_row_t, &scope->state.units, index)->parent = parent;
    return index;
}

static uint32_t add_word(scope_t *scope, const char *text)
{
    char label[LABEL_BYTES_MAX + 1] = { 0 };
    (void)snprintf(label, sizeof label, "%s", text);
    return table_add(&scope->state.words, label);
}

static principal_row_t *principal_of(scope_t *scope)
{
    return TABLE_ROW(principal_row_t, &scope->state.principals, scope->principal);
}

static int setup(void **context)
{
    static scope_t scope;
    memset(&scope, 0, sizeof scope);
    memory_init(&scope.memory);
    state_memory_t source = memory_source(&scope.memory);
    state_limits_t limits;
    state_limits_default(&limits);
    assert_int_equal(state_init(&scope.state, &limits, &source), STATUS_OK);
    uint32_t district = add_unit(&scope, "U1", 0);
    scope.town = add_unit(&scope, "U2", district);
    scope.village = add_unit(&scope, "U3", scope.town);
    scope.other = add_unit(&scope, "U4", district);
    scope.group = add_word(&scope, "heads");
    scope.stranger = add_word(&scope, "others");
    scope.person = add_coded(&scope.state.persons, "H1");
    scope.principal = add_coded(&scope.state.principals, "P1");
    *context = &scope;
    return 0;
}

static int teardown(void **context)
{
    memory_fini(&((scope_t *)*context)->memory);
    return 0;
}

static void give_scope(scope_t *scope, uint32_t roles)
{
    principal_row_t *row = principal_of(scope);
    row->roles = roles;
    row->unit_count = 1;
    row->units[0] = scope->town;
    row->group_count = 1;
    row->groups[0] = scope->group;
}

static void expect(scope_t *scope, operation_t operation, target_t target,
                   status_t status)
{
    assert_int_equal(authorise(&scope->state, scope->principal, operation, &target),
                     status);
}

static void scope__units__with_everything_below(void **context)
{
    scope_t *scope = *context;
    give_scope(scope, 1u << ROLE_OFFICE);
    expect(scope, C(SUBJECT), (target_t){ .unit = scope->town }, STATUS_OK);
    expect(scope, C(SUBJECT), (target_t){ .unit = scope->village }, STATUS_OK);
    expect(scope, C(SUBJECT), (target_t){ .unit = scope->other }, STATUS_OUT_OF_SCOPE);
    expect(scope, C(SUBJECT), (target_t){ 0 }, STATUS_OUT_OF_SCOPE);
}

static void scope__groups__beside_units(void **context)
{
    scope_t *scope = *context;
    give_scope(scope, 1u << ROLE_SUPERVISOR);
    expect(scope, Q(BOARD), (target_t){ .unit = scope->other, .group = scope->group },
           STATUS_OK);
    expect(scope, Q(BOARD),
           (target_t){ .unit = scope->other, .group = scope->stranger },
           STATUS_OUT_OF_SCOPE);
}

static void scope__everything__has_no_bounds(void **context)
{
    scope_t *scope = *context;
    principal_of(scope)->roles = 1u << ROLE_ORGANISER;
    expect(scope, C(STAFF), (target_t){ .unit = scope->other }, STATUS_OUT_OF_SCOPE);
    principal_of(scope)->everything = 1;
    expect(scope, C(STAFF), (target_t){ .unit = scope->other }, STATUS_OK);
    expect(scope, C(UNIT), (target_t){ 0 }, STATUS_OK);
}

static void own__person__only_the_principals(void **context)
{
    scope_t *scope = *context;
    principal_of(scope)->roles = 1u << ROLE_INSPECTOR;
    principal_of(scope)->everything = 1; /* a wide scope does not widen what is own */
    expect(scope, C(OBSERVE), (target_t){ .person = scope->person },
           STATUS_OUT_OF_SCOPE);
    principal_of(scope)->person = scope->person;
    expect(scope, C(OBSERVE), (target_t){ .person = scope->person }, STATUS_OK);
    expect(scope, C(OBSERVE), (target_t){ .person = scope->person + 1 },
           STATUS_OUT_OF_SCOPE);
    expect(scope, C(OBSERVE), (target_t){ .person = 0 }, STATUS_OUT_OF_SCOPE);
}

static void roles__none_that_fits__not_allowed(void **context)
{
    scope_t *scope = *context;
    give_scope(scope, 0);
    expect(scope, C(SUBJECT), (target_t){ .unit = scope->town }, STATUS_NOT_ALLOWED);
    give_scope(scope, 1u << ROLE_ADMINISTRATOR);
    expect(scope, Q(BOARD), (target_t){ .unit = scope->town }, STATUS_NOT_ALLOWED);
    expect(scope, C(OBSERVE), (target_t){ .unit = scope->town }, STATUS_NOT_ALLOWED);
}

static void roles__several__are_alternatives(void **context)
{
    scope_t *scope = *context;
    give_scope(scope, 1u << ROLE_INSPECTOR | 1u << ROLE_ORGANISER);
    principal_of(scope)->person = scope->person;
    expect(scope, C(OBSERVE), (target_t){ .unit = scope->village, .person = 99 },
           STATUS_OK);
    expect(scope, C(OBSERVE),
           (target_t){ .unit = scope->other, .person = scope->person }, STATUS_OK);
    expect(scope, C(OBSERVE), (target_t){ .unit = scope->other, .person = 99 },
           STATUS_OUT_OF_SCOPE);
    assert_int_equal(principal_reach(&scope->state, scope->principal, C(OBSERVE)),
                     REACH_SCOPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights__every_role_and_operation__as_written_here),
        cmocka_unit_test_setup_teardown(scope__units__with_everything_below, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(scope__groups__beside_units, setup, teardown),
        cmocka_unit_test_setup_teardown(scope__everything__has_no_bounds, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(own__person__only_the_principals, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(roles__none_that_fits__not_allowed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(roles__several__are_alternatives, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
