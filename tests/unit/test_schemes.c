/* Goal: a scheme is laid out as proposed, every fault of it is refused at its place, a
 * second person approves it, and accounts open and close by the dates.
 * Method: a good scheme with one field spoiled at a time, at both sides of each bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/scheme_rules.h"
#include "tests/support/scene.h"
#include <string.h>

/* A scheme of one's own, every field of which may be spoiled. */
typedef struct {
    command_t command;
    propose_scheme_t *scheme;
    scheme_dimension_t dimensions[DIMENSIONS_MAX];
    scheme_channel_t channels[3];
    scheme_offset_t offsets[2];
    scheme_group_t groups[3];
    scheme_group_dimension_t parts[3][GROUP_DIMENSIONS_MAX + 1];
} draft_t;

static void draft_init(draft_t *draft)
{
    draft->command = scene_scheme("S");
    draft->scheme = &draft->command.body.propose_scheme;
    memcpy(draft->dimensions, draft->scheme->dimensions,
           4 * sizeof(scheme_dimension_t));
    memcpy(draft->channels, draft->scheme->channels, sizeof draft->channels);
    memcpy(draft->groups, draft->scheme->groups, sizeof draft->groups);
    draft->offsets[0] = draft->channels[1].offsets[0];
    draft->channels[1].offsets = draft->offsets;
    for (uint32_t i = 0; i < 3; i++) {
        memcpy(draft->parts[i], draft->groups[i].dimensions,
               draft->groups[i].dimension_count * sizeof(scheme_group_dimension_t));
        draft->groups[i].dimensions = draft->parts[i];
    }
    draft->scheme->dimensions = draft->dimensions;
    draft->scheme->channels = draft->channels;
    draft->scheme->groups = draft->groups;
}

static const scheme_row_t *scheme_row(const scene_t *scene)
{
    return TABLE_ROW(scheme_row_t, &scene->state.schemes,
                     scene_row(scene, &scene->state.schemes, "S"));
}

static uint32_t word(const scene_t *scene, const char *name)
{
    return state_find_word(&scene->state, scene_text(name));
}

/* ---- proposals ---- */

static void propose_scheme__a_good_one__is_laid_out_as_given(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene_accept(scene, &command);
    const scheme_row_t *row = scheme_row(scene);
    assert_int_equal(row->state, SCHEME_PROPOSED);
    assert_int_equal(row->proposer, scene->principal);
    assert_int_equal(row->scoring_revision, 1);
    assert_int_equal(row->dimension_count, 4);
    assert_int_equal(row->dimensions[3].used, 1);
    assert_string_equal(row->dimensions[3].name, "reform");
    assert_int_equal(row->dimensions[3].mu_centi, 8000);
    assert_int_equal(row->dimensions[4].used, 0);
    assert_int_equal(row->channels[1].weight, 750);
    assert_true(row->channels[1].offset[1] == 1500000);
    assert_true(row->channels[1].offset[0] == 0);
    assert_int_equal(row->channels[2].used, 1);
    assert_int_equal(row->channels[3].used, 0);
    assert_int_equal(row->groups[0].word, word(scene, "specialists"));
    assert_int_equal(row->groups[1].dimensions[0], 2);
    assert_int_equal(row->groups[1].weights[1], 6000);
    assert_int_equal(row->groups[1].min_observations, 3);
    assert_int_equal(row->reply_window_days, 7);
    scene_destroy(&scene);
}

static void propose_scheme__no_weights__are_equal_with_the_rest_first(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene_accept(scene, &command);
    const group_rule_t *rule = &scheme_row(scene)->groups[0];
    assert_int_equal(rule->weights[0], 3334);
    assert_int_equal(rule->weights[1], 3333);
    assert_int_equal(rule->weights[2], 3333);
    for (uint32_t n = 1; n <= GROUP_DIMENSIONS_MAX; n++) {
        scheme_group_dimension_t parts[GROUP_DIMENSIONS_MAX] = { { 1, 0, false } };
        scheme_group_t group = { .dimensions = parts, .dimension_count = n };
        uint32_t sum = 0;
        for (uint32_t k = 0; k < n; k++)
            sum += scheme_weight(&group, k);
        assert_int_equal(sum, WEIGHT_SUM);
    }
    scene_destroy(&scene);
}

static void propose_scheme__a_new_group__becomes_a_word_once(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    draft_t draft;
    draft_init(&draft);
    draft.groups[2].name = scene_text("stewards");
    assert_int_equal(word(scene, "stewards"), 0);
    uint32_t words = scene->state.words.count;
    scene_accept(scene, &draft.command);
    assert_int_equal(scene->state.words.count, words + 1);
    assert_int_equal(scheme_row(scene)->groups[2].word, word(scene, "stewards"));
    scene_destroy(&scene);
}

static void propose_scheme__same_code_again__is_fixed(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene_accept(scene, &command);
    scene_expect(scene, &command, STATUS_SCHEME_FIXED, "propose_scheme.code", "S");
    scene_destroy(&scene);
}

static void propose_scheme__without_right__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene_speak_as(scene, "PI1");
    scene_expect(scene, &command, STATUS_NOT_ALLOWED, "", "PI1");
    scene_destroy(&scene);
}

static void propose_scheme__tables_full__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S");
    scene->state.schemes.limit = 0;
    scene_expect(scene, &command, STATUS_TABLE_FULL, "propose_scheme.code", "S");
    scene->state.schemes.limit = 8;
    draft_t draft;
    draft_init(&draft);
    draft.groups[2].name = scene_text("stewards");
    scene->state.words.limit = scene->state.words.count;
    scene_expect(scene, &draft.command, STATUS_TABLE_FULL, "propose_scheme.code", "S");
    scene->state.words.limit++;
    scene_accept(scene, &draft.command);
    scene_destroy(&scene);
}

/* ---- bounds ---- */

typedef struct {
    uint32_t *field;
    uint32_t least, most;
    const char *place;
} range_t;

static status_t try_value(draft_t *draft, uint32_t *field, uint32_t value,
                          fault_t *fault)
{
    uint32_t kept = *field;
    *field = value;
    memset(fault, 0, sizeof *fault);
    status_t status = scheme_check(draft->scheme, fault);
    *field = kept;
    return status;
}

static void scheme_check__parameters__both_sides_of_each_bound(void **unused)
{
    (void)unused;
    draft_t draft;
    draft_init(&draft);
    propose_scheme_t *s = draft.scheme;
    const range_t ranges[] = {
        { &s->review_below, 0, 10000, "propose_scheme.review_below" },
        { &s->cap_positive, 0, 10000, "propose_scheme.cap_positive" },
        { &s->cap_negative, 0, 10000, "propose_scheme.cap_negative" },
        { &s->cap_achievement, 0, 10000, "propose_scheme.cap_achievement" },
        { &s->achievement_weight, 0, 1000000, "propose_scheme.achievement_weight" },
        { &s->reply_window_days, 0, 365, "propose_scheme.reply_window_days" },
        { &draft.dimensions[1].mu_centi, 0, 10000,
          "propose_scheme.dimensions[1].mu_centi" },
        { &draft.dimensions[1].kappa, 1, 1000000,
          "propose_scheme.dimensions[1].kappa" },
        { &draft.dimensions[1].s2, 1, 25000000, "propose_scheme.dimensions[1].s2" },
        { &draft.dimensions[1].rho, 0, 1000, "propose_scheme.dimensions[1].rho" },
        { &draft.dimensions[1].u, 0, 1000, "propose_scheme.dimensions[1].u" },
        { &draft.channels[2].weight, 0, 1000000, "propose_scheme.channels[2].weight" },
        { &draft.groups[1].min_ratings, 1, 10000,
          "propose_scheme.groups[1].min_ratings" },
        { &draft.groups[1].min_inspectors, 1, 10000,
          "propose_scheme.groups[1].min_inspectors" },
        { &draft.groups[1].min_observations, 0, 10000,
          "propose_scheme.groups[1].min_observations" },
        { &draft.groups[1].enough_ratings, 1, 10000,
          "propose_scheme.groups[1].enough_ratings" },
    };
    fault_t fault;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const range_t *range = &ranges[i];
        assert_int_equal(try_value(&draft, range->field, range->least, &fault), 0);
        assert_int_equal(try_value(&draft, range->field, range->most, &fault), 0);
        assert_int_equal(try_value(&draft, range->field, range->most + 1, &fault),
                         STATUS_PARAMETER_RANGE);
        assert_string_equal(fault.place, range->place);
        if (range->least > 0)
            assert_int_equal(try_value(&draft, range->field, 0, &fault),
                             STATUS_PARAMETER_RANGE);
    }
}

static void expect_fault(draft_t *draft, status_t status, const char *place,
                         const char *detail)
{
    fault_t fault;
    memset(&fault, 0, sizeof fault);
    assert_int_equal(scheme_check(draft->scheme, &fault), status);
    assert_string_equal(fault.place, place);
    assert_string_equal(fault.detail, detail);
    draft_init(draft);
}

static void scheme_check__numbers_and_counts__within_their_limits(void **unused)
{
    (void)unused;
    draft_t draft;
    draft_init(&draft);
    draft.scheme->scoring_revision = 2;
    expect_fault(&draft, STATUS_UNKNOWN_REVISION, "propose_scheme.scoring_revision",
                 "2");
    draft.scheme->dimension_count = 0;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.dimension_count", "0");
    draft.scheme->channel_count = 0;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.channel_count", "0");
    draft.scheme->group_count = 0;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.group_count", "0");
    draft.dimensions[0].number = 0;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.dimensions[0].number",
                 "0");
    draft.dimensions[0].number = DIMENSIONS_MAX + 1;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.dimensions[0].number",
                 "33");
    draft.channels[0].number = CHANNELS_MAX + 1;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.channels[0].number",
                 "33");
    draft.groups[0].dimension_count = 0;
    expect_fault(&draft, STATUS_PARAMETER_RANGE,
                 "propose_scheme.groups[0].dimension_count", "0");
    draft.groups[0].dimension_count = GROUP_DIMENSIONS_MAX + 1;
    expect_fault(&draft, STATUS_PARAMETER_RANGE,
                 "propose_scheme.groups[0].dimension_count", "13");
}

static void scheme_check__names_and_numbers__only_once(void **unused)
{
    (void)unused;
    draft_t draft;
    draft_init(&draft);
    draft.dimensions[2].number = 1;
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.dimensions[2].number",
                 "1");
    draft.dimensions[2].name = scene_text("attitude");
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.dimensions[2].name",
                 "attitude");
    draft.channels[2].number = 2;
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.channels[2].number", "2");
    draft.channels[2].name = scene_text("asking");
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.channels[2].name",
                 "asking");
    draft.groups[2].name = scene_text("heads");
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.groups[2].name", "heads");
    draft.parts[0][2].dimension = 1;
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.groups[0].dimensions",
                 "1");
}

static void scheme_check__dimensions_of_groups_and_offsets__exist(void **unused)
{
    (void)unused;
    draft_t draft;
    draft_init(&draft);
    static const uint32_t unknown[] = { 0, 5, 33, UINT32_MAX };
    static const char *const words[] = { "0", "5", "33", "4294967295" };
    for (size_t i = 0; i < 4; i++) {
        draft.parts[1][0].dimension = unknown[i];
        expect_fault(&draft, STATUS_UNKNOWN_DIMENSION,
                     "propose_scheme.groups[1].dimensions", words[i]);
        draft.offsets[0].dimension = unknown[i];
        expect_fault(&draft, STATUS_UNKNOWN_DIMENSION,
                     "propose_scheme.channels[1].offsets", words[i]);
    }
}

static void scheme_check__offsets__once_and_at_most_100_points(void **unused)
{
    (void)unused;
    draft_t draft;
    draft_init(&draft);
    draft.offsets[1] = draft.offsets[0];
    draft.channels[1].offset_count = 2;
    expect_fault(&draft, STATUS_NUMBER_TWICE, "propose_scheme.channels[1].offsets",
                 "2");
    fault_t fault;
    static const int64_t fine[] = { 100000000, -100000000, 0 };
    for (size_t i = 0; i < 3; i++) {
        draft.offsets[0].offset = fine[i];
        assert_int_equal(scheme_check(draft.scheme, &fault), STATUS_OK);
    }
    draft.offsets[0].offset = 100000001;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.channels[1].offsets",
                 "2");
    draft.offsets[0].offset = -100000001;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.channels[1].offsets",
                 "2");
    draft.offsets[0].offset = INT64_MIN;
    expect_fault(&draft, STATUS_PARAMETER_RANGE, "propose_scheme.channels[1].offsets",
                 "2");
}

static void scheme_check__weights__all_or_none_and_100_percent(void **unused)
{
    (void)unused;
    static const char place[] = "propose_scheme.groups[1].dimensions";
    draft_t draft;
    draft_init(&draft);
    draft.parts[1][0].weight = 4001;
    expect_fault(&draft, STATUS_WEIGHTS_DO_NOT_SUM, place, "heads");
    draft.parts[1][0].weight = 3999;
    expect_fault(&draft, STATUS_WEIGHTS_DO_NOT_SUM, place, "heads");
    draft.parts[1][0].has_weight = false;
    expect_fault(&draft, STATUS_WEIGHTS_DO_NOT_SUM, place, "heads");
    draft.parts[1][0].has_weight = false;
    draft.parts[1][1].weight = 10000;
    expect_fault(&draft, STATUS_WEIGHTS_DO_NOT_SUM, place, "heads");
    /* 2^32 + 10000 in sum must not pass for 10000 */
    draft.parts[1][0].weight = UINT32_MAX;
    draft.parts[1][1].weight = 10001;
    expect_fault(&draft, STATUS_WEIGHTS_DO_NOT_SUM, place, "heads");
    draft.parts[1][0].weight = 0;
    draft.parts[1][1].weight = 10000;
    fault_t fault;
    assert_int_equal(scheme_check(draft.scheme, &fault), STATUS_OK);
}

/* ---- approval ---- */

static void approve_scheme__the_proposer__needs_a_second_person(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S"), approve = scene_approve("S");
    scene_expect(scene, &approve, STATUS_UNKNOWN_SCHEME, "approve_scheme.code", "S");
    scene_accept(scene, &command);
    scene_expect(scene, &approve, STATUS_SECOND_PERSON, "approve_scheme.code", "S");
    scene_speak_as(scene, "O2");
    scene_accept(scene, &approve);
    assert_int_equal(scheme_row(scene)->state, SCHEME_ACTIVE);
    scene_expect(scene, &approve, STATUS_BAD_TRANSITION, "approve_scheme.code", "S");
    scene_destroy(&scene);
}

static void approve_scheme__other_principal_same_person__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = scene_scheme("S"), approve = scene_approve("S");
    scene_accept(scene, &command);
    uint32_t second = scene_row(scene, &scene->state.principals, "O2");
    principal_row_t *row = TABLE_ROW(principal_row_t, &scene->state.principals, second);
    row->person = scene_row(scene, &scene->state.persons, "HO1");
    scene_speak_as(scene, "O2");
    scene_expect(scene, &approve, STATUS_SECOND_PERSON, "approve_scheme.code", "S");
    row->person = 0; /* nobody known behind it: principals are compared */
    scene_accept(scene, &approve);
    scene_destroy(&scene);
}

/* ---- accounts ---- */

static command_t account(const char *code, uint32_t from, uint32_t to)
{
    command_t command = { .kind = COMMAND_OPEN_ACCOUNT };
    command.body.open_account =
        (open_account_t){ scene_text(code), scene_text("S"), from, to };
    return command;
}

static command_t closing(const char *code)
{
    command_t command = { .kind = COMMAND_CLOSE_ACCOUNT };
    command.body.close_account.code = scene_text(code);
    return command;
}

static void open_account__scheme_not_active__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = account("A1", 20250101, 20251231), scheme = scene_scheme("S");
    scene_expect(scene, &command, STATUS_UNKNOWN_SCHEME, "open_account.scheme", "S");
    scene_accept(scene, &scheme);
    scene_expect(scene, &command, STATUS_SCHEME_NOT_ACTIVE, "open_account.scheme", "S");
    scene_destroy(&scene);
}

static void open_account__dates__valid_and_in_order(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = account("A1", 20250229, 20251231);
    scene_expect(scene, &command, STATUS_BAD_DATE, "open_account.from", "20250229");
    command = account("A1", 20250101, 0);
    scene_expect(scene, &command, STATUS_BAD_DATE, "open_account.to", "0");
    command = account("A1", 20250102, 20250101);
    scene_expect(scene, &command, STATUS_DATES_REVERSED, "open_account.to", "20250101");
    command = account("A1", 20250101, 20250101);
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void open_account__twice_or_a_third__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = account("A", 20250101, 20251231);
    scene_expect(scene, &command, STATUS_ACCOUNT_FIXED, "open_account.code", "A");
    command = account("A1", 20260101, 20261231);
    scene_accept(scene, &command);
    assert_int_equal(scene->state.open_account,
                     scene_row(scene, &scene->state.accounts, "A1"));
    command = account("A2", 20270101, 20271231);
    scene_expect(scene, &command, STATUS_ACCOUNTS_FULL, "open_account.code", "A2");
    scene_destroy(&scene);
}

static void open_account__table_full__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = account("A1", 20260101, 20261231);
    scene->state.accounts.limit = 1;
    scene_expect(scene, &command, STATUS_TABLE_FULL, "open_account.code", "A1");
    scene_destroy(&scene);
}

static void close_account__open_account__is_the_newest_that_is_open(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t command = account("A1", 20260101, 20261231), close = closing("A1");
    uint32_t first = scene->state.open_account;
    scene_expect(scene, &close, STATUS_UNKNOWN_ACCOUNT, "close_account.code", "A1");
    scene_accept(scene, &command);
    scene_accept(scene, &close);
    assert_int_equal(scene->state.open_account, first);
    scene_expect(scene, &close, STATUS_ACCOUNT_CLOSED, "close_account.code", "A1");
    close = closing("A");
    scene_accept(scene, &close);
    assert_int_equal(scene->state.open_account, 0);
    scene_destroy(&scene);
}

static void close_account__without_right__refused(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create_framed();
    command_t close = closing("A");
    scene_speak_as(scene, "PS1");
    scene_expect(scene, &close, STATUS_NOT_ALLOWED, "", "PS1");
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(propose_scheme__a_good_one__is_laid_out_as_given),
        cmocka_unit_test(propose_scheme__no_weights__are_equal_with_the_rest_first),
        cmocka_unit_test(propose_scheme__a_new_group__becomes_a_word_once),
        cmocka_unit_test(propose_scheme__same_code_again__is_fixed),
        cmocka_unit_test(propose_scheme__without_right__refused),
        cmocka_unit_test(propose_scheme__tables_full__refused),
        cmocka_unit_test(scheme_check__parameters__both_sides_of_each_bound),
        cmocka_unit_test(scheme_check__numbers_and_counts__within_their_limits),
        cmocka_unit_test(scheme_check__names_and_numbers__only_once),
        cmocka_unit_test(scheme_check__dimensions_of_groups_and_offsets__exist),
        cmocka_unit_test(scheme_check__offsets__once_and_at_most_100_points),
        cmocka_unit_test(scheme_check__weights__all_or_none_and_100_percent),
        cmocka_unit_test(approve_scheme__the_proposer__needs_a_second_person),
        cmocka_unit_test(approve_scheme__other_principal_same_person__refused),
        cmocka_unit_test(open_account__scheme_not_active__refused),
        cmocka_unit_test(open_account__dates__valid_and_in_order),
        cmocka_unit_test(open_account__twice_or_a_third__refused),
        cmocka_unit_test(open_account__table_full__refused),
        cmocka_unit_test(close_account__open_account__is_the_newest_that_is_open),
        cmocka_unit_test(close_account__without_right__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
