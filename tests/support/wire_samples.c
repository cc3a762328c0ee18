/* wire_samples.c - see wire_samples.h. */
#include "tests/support/wire_samples.h"
#include "proto/check.h"
#include "tests/support/wire_samples_epochs.h"
#include "tests/support/wire_samples_facts.h"
#include "tests/support/wire_samples_overview.h"
#include <string.h>

#define T(literal)                                                                     \
    {                                                                                  \
        literal, sizeof(literal) - 1                                                   \
    }
#define TEXT(literal)   ((text_t)T(literal))
#define N(field)        SAMPLE_NUMBER(field)
#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

const command_kind_t sample_kinds[SAMPLE_KINDS] = {
    COMMAND_UNIT,
    COMMAND_PERSON,
    COMMAND_SUBJECT,
    COMMAND_PROJECT,
    COMMAND_MILESTONE,
    COMMAND_ASSIGNMENT,
    COMMAND_TEAM,
    COMMAND_INSPECTOR,
    COMMAND_STAFF,
    COMMAND_PROPOSE_SCHEME,
    COMMAND_APPROVE_SCHEME,
    COMMAND_OPEN_ACCOUNT,
    COMMAND_CLOSE_ACCOUNT,
    COMMAND_ROUND,
    COMMAND_MOVE_ROUND,
    COMMAND_VISIT,
    COMMAND_MOVE_VISIT,
    COMMAND_OBSERVE,
    COMMAND_REVIEW,
    COMMAND_RETRACT,
    COMMAND_INVITE,
    COMMAND_ENROL,
    COMMAND_REVOKE,
    COMMAND_SET_PRINCIPAL,
    COMMAND_PUT_USER,
    COMMAND_SET_PASSWORD,
    COMMAND_OPEN_SESSION,
    COMMAND_CLOSE_SESSION,
    COMMAND_CALIBRATE,
    COMMAND_EPOCH_PART,
    COMMAND_PROPOSE_EPOCH,
    COMMAND_ADOPT_EPOCH,
    COMMAND_FAIL_EPOCH,
    COMMAND_OVERRIDE_LINKS,
    COMMAND_DROP_EPOCH,
    COMMAND_FREEZE_BOARD,
    COMMAND_FROZEN_PART,
    COMMAND_FINISH_FROZEN,
    COMMAND_OPEN_ATTENTION,
    COMMAND_ASSIGN_ATTENTION,
    COMMAND_CLOSE_ATTENTION,
    COMMAND_GENESIS,
};

static const text_t tags[] = { T("tags"), T("tags") };
static const text_t units[] = { T("units"), T("units"), T("units") };
static const text_t groups[] = { T("groups") };
static const text_t inspectors[] = { T("inspectors"), T("inspectors") };
static const text_t conflict_units[] = { T("conflict_units") };
static const text_t conflict_subjects[] = { T("conflict_subjects") };
static const text_t evidence_names[] = { T("evidence_names"), T("evidence_names") };
static const uint8_t evidence[SAMPLE_EVIDENCE * HASH_BYTES] = { 1, 2, 3 };
static const uint8_t key[KEY_BYTES] = { 4, 5, 6 };
static const rating_t ratings[] = { { N(1), N(2) }, { N(1), N(2) }, { N(1), N(2) } };

static const scheme_dimension_t dimensions[] = {
    { T("name"), N(1), N(3), N(4), N(5), N(6), N(7) },
    { T("name"), N(1), N(3), N(4), N(5), N(6), N(7) },
};
static const scheme_offset_t offsets[] = { { N(1), N(2) }, { N(1), N(2) } };
static const scheme_channel_t channels[] = {
    { T("name"), offsets, N(1), N(3), COUNT_OF(offsets) },
};
static const scheme_group_dimension_t group_dimensions[] = { { N(1), N(2), true } };
static const scheme_group_t scheme_groups[] = {
    { T("name"), group_dimensions, COUNT_OF(group_dimensions), N(3), N(4), N(5), N(6) },
};
static const put_unit_t unit = { T("code"), T("parent"), T("kind") };
static const put_subject_t subject = {
    .code = T("code"),
    .person = T("person"),
    .unit = T("unit"),
    .rank_class = T("rank_class"),
    .group = T("group"),
    .tags = tags,
    .tag_count = COUNT_OF(tags),
    .kind = SUBJECT_LEADING_TEAM,
};
static const put_project_t project = {
    .code = T("code"),
    .front = T("front"),
    .category = T("category"),
    .difficulty = T("difficulty"),
    .unit = T("unit"),
    .commander = T("commander"),
    .key_task = T("key_task"),
    .planned_investment = N(7),
    .invested = N(8),
    .percent_centi = N(9),
    .planned_start = N(10),
    .started_on = N(11),
    .state = 3,
    .major = true,
};
static const put_milestone_t milestone = { T("code"), T("project"), N(3), N(4),
                                           SAMPLE_EVIDENCE };
static const put_assignment_t assignment = {
    .code = T("code"),
    .subject = T("subject"),
    .project = T("project"),
    .tutor = T("tutor"),
    .daily_manager = T("daily_manager"),
    .role = 4,
    .mode = 5,
    .from = N(8),
    .to = N(9),
    .state = ASSIGNMENT_ON_POST,
    .has_post = true,
};
static const put_team_t team = { T("code"), T("lead"), units, COUNT_OF(units) };
static const put_inspector_t inspector = {
    .code = T("code"),
    .person = T("person"),
    .team = T("team"),
    .own_unit = T("own_unit"),
    .conflict_units = conflict_units,
    .conflict_subjects = conflict_subjects,
    .conflict_unit_count = COUNT_OF(conflict_units),
    .conflict_subject_count = COUNT_OF(conflict_subjects),
    .role = 2,
    .state = INSPECTOR_ACTIVE,
};
static const put_staff_t staff = { T("code"), T("person"), T("unit"), 4 };

static const propose_scheme_t propose_scheme = {
    .code = T("code"),
    .dimensions = dimensions,
    .channels = channels,
    .groups = scheme_groups,
    .dimension_count = COUNT_OF(dimensions),
    .channel_count = COUNT_OF(channels),
    .group_count = COUNT_OF(scheme_groups),
    .scoring_revision = N(2),
    .review_below = N(6),
    .cap_positive = N(7),
    .cap_negative = N(8),
    .cap_achievement = N(9),
    .achievement_weight = N(10),
    .reply_window_days = N(11),
};
static const open_account_t open_account = { T("code"), T("scheme"), N(3), N(4) };
static const put_round_t round_sample = {
    T("code"), T("account"), 5, N(4), N(5), N(6)
};
static const put_visit_t visit = {
    .code = T("code"),
    .round = T("round"),
    .team = T("team"),
    .unit = T("unit"),
    .project = T("project"),
    .inspectors = inspectors,
    .inspector_count = COUNT_OF(inspectors),
    .place_kind = 3,
    .opened_ms = N(9),
    .closed_ms = N(10),
    .announced = true,
    .has_opened = true,
    .has_closed = true,
};
static const observe_t observe = {
    .code = T("code"),
    .visit = T("visit"),
    .inspector = T("inspector"),
    .subject = T("subject"),
    .late_approver = T("late_approver"),
    .ratings = ratings,
    .observed_ms = N(11),
    .rating_count = COUNT_OF(ratings),
    .channel = N(5),
    .polarity = POLARITY_NEGATIVE,
    .narrative_chars = N(8),
    .tag_count = COUNT_OF(tags),
    .evidence_count = SAMPLE_EVIDENCE,
    .source = 3,
    .reason_chars = N(14),
};
static const review_t review = { T("observation"), T("reviewer"), N(4), REVIEW_RETURN,
                                 true };
static const principal_spec_t invite = {
    .principal = T("principal"),
    .person = T("person"),
    .key = key,
    .roles = 1u << ROLE_INSPECTOR | 1u << ROLE_SERVICE,
    .scope = { units, groups, COUNT_OF(units), COUNT_OF(groups), true },
};
static const genesis_t genesis = { .journal_id = key,
                                   .hash_seed = key + 16,
                                   .administrator = T("administrator"),
                                   .key = key,
                                   .demo_from_ms = N(1),
                                   .demo_rate = N(2),
                                   .demo_started_ms = N(3) };

/* A narrative and a reason of exactly as many characters as `observe` tells. */
static void fill_private(private_t *part)
{
    static const char line[] =
        "line one\nline two\tof the narrative; line three\r\nline four of the same "
        "narrative and line five of it, and it ends here with a stop.........";
    _Static_assert(sizeof line > N(14), "the line covers the longest text");
    part->narrative = (text_t){ line, N(8) };
    part->text = (text_t){ line, N(14) };
    part->evidence_name_count = SAMPLE_EVIDENCE;
}

static void fill_registry(sample_t *sample)
{
    command_t *command = &sample->command;
    private_t *part = &sample->part;
    part->name = TEXT("name");
    switch (command->kind) {
    case COMMAND_UNIT:
        command->body.unit = unit;
        break;
    case COMMAND_PERSON:
        command->body.person = (put_person_t){ T("code") };
        break;
    case COMMAND_SUBJECT:
        command->body.subject = subject;
        part->post = TEXT("post");
        break;
    case COMMAND_PROJECT:
        command->body.project = project;
        part->text = TEXT("text\nof two lines");
        break;
    case COMMAND_MILESTONE:
        command->body.milestone = milestone;
        part->evidence_name_count = SAMPLE_EVIDENCE;
        break;
    case COMMAND_ASSIGNMENT:
        command->body.assignment = assignment;
        part->name = TEXT("");
        part->post = TEXT("post");
        break;
    case COMMAND_TEAM:
        command->body.team = team;
        break;
    case COMMAND_INSPECTOR:
        command->body.inspector = inspector;
        break;
    default:
        command->body.staff = staff;
        break;
    }
}

static void fill_frames(sample_t *sample)
{
    command_t *command = &sample->command;
    switch (command->kind) {
    case COMMAND_PROPOSE_SCHEME:
        command->body.propose_scheme = propose_scheme;
        sample->part.name = TEXT("name");
        break;
    case COMMAND_APPROVE_SCHEME:
        command->body.approve_scheme = (named_t){ T("code") };
        break;
    case COMMAND_OPEN_ACCOUNT:
        command->body.open_account = open_account;
        break;
    case COMMAND_CLOSE_ACCOUNT:
        command->body.close_account = (named_t){ T("code") };
        break;
    case COMMAND_ROUND:
        command->body.round = round_sample;
        sample->part.name = TEXT("name");
        break;
    case COMMAND_MOVE_ROUND:
        command->body.move_round = (move_t){ .code = T("code"), .stage = STAGE_CLOSED };
        break;
    case COMMAND_VISIT:
        command->body.visit = visit;
        break;
    default:
        command->body.move_visit = (move_t){ T("code"), N(3), STAGE_SEALED, true };
        break;
    }
}

static void fill_others(sample_t *sample)
{
    command_t *command = &sample->command;
    switch (command->kind) {
    case COMMAND_OBSERVE:
        command->body.observe = observe;
        fill_private(&sample->part);
        break;
    case COMMAND_REVIEW:
        command->body.review = review;
        break;
    case COMMAND_RETRACT:
        command->body.retract = (named_t){ T("observation") };
        break;
    case COMMAND_INVITE:
        command->body.invite = invite;
        break;
    case COMMAND_ENROL:
        command->body.enrol = (enrol_t){ key };
        break;
    case COMMAND_REVOKE:
        command->body.revoke = (revoke_t){ T("principal"), key };
        break;
    case COMMAND_SET_PRINCIPAL:
        command->body.set_principal = invite;
        command->body.set_principal.key = NULL;
        break;
    case COMMAND_PUT_USER:
        command->body.put_user = invite;
        break;
    case COMMAND_SET_PASSWORD:
        command->body.set_password = (set_password_t){ T("principal"), key + 16, key };
        break;
    case COMMAND_OPEN_SESSION:
        command->body.open_session =
            (open_session_t){ T("principal"), key, N(3), true };
        break;
    case COMMAND_CLOSE_SESSION:
        command->body.close_session = (close_session_t){ T("principal") };
        break;
    default:
        CHECK(command->kind == COMMAND_GENESIS);
        command->body.genesis = genesis;
        break;
    }
}

sample_t sample_command(command_kind_t kind)
{
    sample_t sample = { .command = { .kind = kind },
                        .tags = tags,
                        .evidence = evidence,
                        .evidence_names = evidence_names };
    if (kind <= COMMAND_STAFF)
        fill_registry(&sample);
    else if (kind <= COMMAND_MOVE_VISIT)
        fill_frames(&sample);
    else if (!sample_epoch_command(&sample))
        fill_others(&sample);
    return sample;
}

/* ---- answers ---- */

static const board_row_t board_rows[] = {
    { .subject = T("subject"),
      .name = T("name"),
      .unit = T("unit"),
      .unit_name = T("unit_name"),
      .post = T("post"),
      .total = N(11),
      .error = N(12),
      .standing = STANDING_RANKED,
      .rank = N(7),
      .low = N(8),
      .high = N(9),
      .band = N(10),
      .observations = N(13),
      .inspectors = N(14),
      .ratings = N(15),
      .missing_ratings = N(16),
      .missing_inspectors = N(17),
      .missing_observations = N(18),
      .enough = true },
    { .subject = T("subject"),
      .name = T("name"),
      .unit = T("unit"),
      .unit_name = T("unit_name"),
      .post = T("post"),
      .total = N(11),
      .error = N(12),
      .standing = STANDING_PROVISIONAL,
      .rank = N(7),
      .low = N(8),
      .high = N(9),
      .band = N(10),
      .observations = N(13),
      .inspectors = N(14),
      .ratings = N(15),
      .missing_ratings = N(16),
      .missing_inspectors = N(17),
      .missing_observations = N(18),
      .enough = true },
};
static const board_answer_t board = {
    .account = T("account"),
    .group = T("group"),
    .scheme = T("scheme"),
    .rows = board_rows,
    .row_count = COUNT_OF(board_rows),
    .ranked = N(4),
    .not_ranked = N(5),
    .offset = N(7),
    .matching = N(8),
    .provisional = true,
    .now_ms = N(10),
    .demo = { .from_ms = N(1), .rate = N(2), .started_ms = N(3) },
    .epoch = T("epoch"),
    .interval = INTERVAL_SETS,
    .components = N(14),
    .thin = N(15),
    .override = T("override"),
    .frozen = T("frozen"),
    .frozen_seq = N(18),
};
static const whoami_answer_t whoami = {
    .principal = T("principal"),
    .person = T("person"),
    .version = T("version"),
    .units = units,
    .groups = groups,
    .unit_count = COUNT_OF(units),
    .group_count = COUNT_OF(groups),
    .roles = 1u << ROLE_OFFICE | 1u << ROLE_AUDITOR,
    .everything = true,
    .now_ms = N(9),
    .demo = { .from_ms = N(1), .rate = N(2), .started_ms = N(3) },
    .journal_id = { 7, 8, 9 },
};
static const digest_answer_t digest = { { 1 }, { 2 }, { 3 } };
static const counter_t counters[] = { { "name", N(2) }, { "name", N(2) } };
static const group_info_t group_infos[] = { { T("name"), T("epoch"), T("override"),
                                              N(2), N(3), N(5), N(6) } };
static const text_t dimension_names[] = { T("dimensions"), T("dimensions") };
static const text_t channel_names[] = { T("channels") };
static const groups_answer_t groups_answer = {
    .account = T("account"),
    .scheme = T("scheme"),
    .groups = group_infos,
    .dimensions = dimension_names,
    .channels = channel_names,
    .group_count = COUNT_OF(group_infos),
    .dimension_count = COUNT_OF(dimension_names),
    .channel_count = COUNT_OF(channel_names),
};

static const user_info_t users[] = { { .principal = T("principal"),
                                       .person = T("person"),
                                       .units = units,
                                       .groups = groups,
                                       .unit_count = COUNT_OF(units),
                                       .group_count = COUNT_OF(groups),
                                       .roles = 1u << ROLE_OFFICE | 1u << ROLE_AUDITOR,
                                       .everything = true,
                                       .has_password = true,
                                       .link_expires_ms = N(9),
                                       .session_expires_ms = N(10),
                                       .locked_seconds = N(11) } };

answer_t sample_answer(query_kind_t kind)
{
    answer_t answer = { .kind = kind, .seq = N(1), .part = N(2), .parts = N(3) };
    switch (kind) {
    case QUERY_BOARD:
        answer.body.board = board;
        break;
    case QUERY_WHOAMI:
        answer.body.whoami = whoami;
        break;
    case QUERY_DIGEST:
        answer.body.digest = digest;
        break;
    case QUERY_STATS:
        answer.body.stats = (stats_answer_t){ counters, COUNT_OF(counters) };
        break;
    case QUERY_SCRUB:
        answer.body.scrub = (scrub_answer_t){ N(1), N(2), T("damage") };
        break;
    case QUERY_INSTANCE:
        answer.body.instance_highest = N(1);
        break;
    case QUERY_GROUPS:
        answer.body.groups = groups_answer;
        break;
    case QUERY_SIGN_IN:
        answer.body.sign_in = (sign_in_answer_t){ T("principal"), N(2), true };
        break;
    case QUERY_USERS:
        answer.body.users = (users_answer_t){ users, COUNT_OF(users), N(1) };
        break;
    case QUERY_CHANGE_PASSWORD:
        break;
    default:
        if (!sample_epoch_answer(kind, &board, &answer) &&
            !sample_overview_answer(kind, &propose_scheme, &answer))
            sample_facts(kind, &board_rows[0], &answer);
        break;
    }
    return answer;
}

delta_t sample_delta(void)
{
    static const text_t gone[] = { T("gone"), T("gone") };
    return (delta_t){ .base = N(1),
                      .version = N(2),
                      .part = N(3),
                      .parts = N(4),
                      .board = board,
                      .gone = gone,
                      .gone_count = COUNT_OF(gone) };
}
