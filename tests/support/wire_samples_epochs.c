/* wire_samples_epochs.c - see wire_samples_epochs.h. */
#include "tests/support/wire_samples_epochs.h"

#define N(field) SAMPLE_NUMBER(field)
#define T(name)                                                                        \
    {                                                                                  \
        name, sizeof(name) - 1                                                         \
    }
#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static const uint8_t hash[HASH_BYTES] = { 9, 8, 7 };
static const text_t groups[] = { T("groups"), T("groups") };
static const text_t teams[] = { T("teams") };
static const text_t thin_teams[] = { T("thin_teams"), T("thin_teams") };

static const epoch_component_t components[] = {
    { T("first_subject"), teams, COUNT_OF(teams), N(2), N(3) },
};
static const epoch_fit_t fits[] = { {
    .group = T("group"),
    .largest = components,
    .thin_teams = thin_teams,
    .covariance = hash,
    .largest_count = COUNT_OF(components),
    .thin_team_count = COUNT_OF(thin_teams),
    .dimension = N(2),
    .kappa = N(4),
    .s2 = N(5),
    .rho = N(6),
    .u = N(7),
    .sweeps = N(13),
    .kept = N(14),
    .mu = N(3),
    .var_subject = N(8),
    .var_unit = N(9),
    .var_inspector = N(10),
    .var_team = N(11),
    .residual = N(12),
    .ratings = N(15),
    .pairs = N(16),
    .repeated_pairs = N(17),
    .subjects = N(18),
    .inspectors = N(19),
    .components = N(20),
    .thin = N(23),
} };
static const epoch_offset_t offsets[] = {
    { T("inspector"), N(2), N(3) },
    { T("inspector"), N(2), N(3) },
};
static const epoch_offsets_t lists[] = { { T("group"), offsets, COUNT_OF(offsets),
                                           N(2) } };
static const shift_row_t shift_rows[] = { {
    .subject = T("subject"),
    .inspector = T("inspector"),
    .total_before = N(4),
    .total_after = N(5),
    .change = N(7),
    .before = N(2),
    .after = N(3),
    .dimension = N(6),
} };
static const epoch_shift_t shifts[] = { { T("group"), shift_rows, COUNT_OF(shift_rows),
                                          N(2), N(3), N(4), N(5) } };
static const frozen_row_spec_t frozen_rows[] = { {
    .subject = T("subject"),
    .unit = T("unit"),
    .total = N(8),
    .error = N(9),
    .standing = N(3),
    .rank = N(4),
    .low = N(5),
    .high = N(6),
    .band = N(7),
    .observations = N(10),
    .inspectors = N(11),
    .ratings = N(12),
    .missing_ratings = N(13),
    .missing_inspectors = N(14),
    .missing_observations = N(15),
    .enough = true,
} };

static bool fill_epochs(command_t *command)
{
    switch (command->kind) {
    case COMMAND_CALIBRATE:
        command->body.calibrate =
            (calibrate_t){ T("code"), T("account"), groups, COUNT_OF(groups) };
        return true;
    case COMMAND_EPOCH_PART:
        command->body.epoch_part = (epoch_part_t){
            T("epoch"), fits,           lists,           shifts,
            N(2),       COUNT_OF(fits), COUNT_OF(lists), COUNT_OF(shifts)
        };
        return true;
    case COMMAND_PROPOSE_EPOCH:
        command->body.propose_epoch = (propose_epoch_t){ T("epoch"), hash, N(2) };
        return true;
    case COMMAND_ADOPT_EPOCH:
        command->body.adopt_epoch = (adopt_epoch_t){ T("code"), hash };
        return true;
    case COMMAND_FAIL_EPOCH:
        command->body.fail_epoch = (fail_epoch_t){ T("epoch"), N(2) };
        return true;
    case COMMAND_OVERRIDE_LINKS:
        command->body.override_links =
            (override_links_t){ T("account"), T("group"), T("reason") };
        return true;
    case COMMAND_DROP_EPOCH:
        command->body.drop_epoch = (named_t){ T("code") };
        return true;
    default:
        return false;
    }
}

static bool fill_frozen(sample_t *sample)
{
    command_t *command = &sample->command;
    switch (command->kind) {
    case COMMAND_FREEZE_BOARD:
        command->body.freeze_board =
            (freeze_board_t){ T("code"), T("account"), T("group") };
        sample->part.name = (text_t)T("name");
        return true;
    case COMMAND_FROZEN_PART:
        command->body.frozen_part =
            (frozen_part_t){ T("board"), frozen_rows, COUNT_OF(frozen_rows), N(2) };
        return true;
    case COMMAND_FINISH_FROZEN:
        command->body.finish_frozen =
            (finish_frozen_t){ T("board"), hash, N(2), INTERVAL_SETS, N(5) };
        return true;
    default:
        return false;
    }
}

static const char words[] =
    "words of a person who looked into it and found an explanation: the four villages "
    "were seen on one day of flood";
_Static_assert(sizeof words > N(2), "as many as the public part tells");

static bool fill_attention(sample_t *sample)
{
    command_t *command = &sample->command;
    switch (command->kind) {
    case COMMAND_OPEN_ATTENTION:
        command->body.open_attention = (open_attention_t){
            .code = T("code"),
            .epoch = T("epoch"),
            .group = T("group"),
            .inspector = T("inspector"),
            .other = T("other"),
            .unit = T("unit"),
            .subject = T("subject"),
            .figure = N(10),
            .bound = N(11),
            .rule = RULE_SUBJECT,
            .dimension = N(5),
            .count = N(12),
        };
        return true;
    case COMMAND_ASSIGN_ATTENTION:
        command->body.assign_attention = (assign_attention_t){ T("code"), T("to") };
        return true;
    case COMMAND_CLOSE_ATTENTION:
        command->body.close_attention = (close_attention_t){ T("code"), N(2) };
        sample->part.text = (text_t){ words, N(2) };
        return true;
    default:
        return false;
    }
}

bool sample_epoch_command(sample_t *sample)
{
    return fill_epochs(&sample->command) || fill_frozen(sample) ||
           fill_attention(sample);
}

/* ---- answers ---- */

static const epoch_info_t epoch_infos[] = { {
    .code = T("code"),
    .account = T("account"),
    .asked_by = T("asked_by"),
    .settled_by = T("settled_by"),
    .groups = groups,
    .hash = hash,
    .group_count = COUNT_OF(groups),
    .state = EPOCH_ADOPTED,
    .parts = N(9),
    .progress = N(11),
    .status = N(12),
    .cutoff = N(5),
    .settled = N(8),
} };
static const frozen_info_t frozen_infos[] = { {
    .code = T("code"),
    .account = T("account"),
    .group = T("group"),
    .asked_by = T("asked_by"),
    .epoch = T("epoch"),
    .hash = hash,
    .state = FROZEN_DONE,
    .interval = INTERVAL_SETS,
    .rows = N(9),
    .status = N(11),
    .cutoff = N(5),
} };
static const plan_visit_t plan_rows[] = { {
    .subject = T("subject"),
    .name = T("name"),
    .unit = T("unit"),
    .unit_name = T("unit_name"),
    .team = T("team"),
    .error_before = N(11),
    .error_after = N(12),
    .reason = PLAN_THIN_LINK,
    .ratings = N(8),
    .inspectors = N(9),
    .ratings_after = N(10),
    .link = true,
} };
static const plan_answer_t plan = {
    .account = T("account"),
    .group = T("group"),
    .rows = plan_rows,
    .row_count = COUNT_OF(plan_rows),
    .subjects = N(3),
    .ranked_before = N(4),
    .ranked_after = N(5),
    .components_before = N(6),
    .components_after = N(7),
    .thin_before = N(8),
    .thin_after = N(9),
    .links_before = N(10),
    .links_after = N(11),
};
static const attention_info_t items[] = { {
    .code = T("code"),
    .epoch = T("epoch"),
    .group = T("group"),
    .inspector = T("inspector"),
    .inspector_name = T("inspector_name"),
    .other = T("other"),
    .other_name = T("other_name"),
    .unit = T("unit"),
    .unit_name = T("unit_name"),
    .subject = T("subject"),
    .subject_name = T("subject_name"),
    .assigned = T("assigned"),
    .closed_by = T("closed_by"),
    .figure = N(16),
    .bound = N(17),
    .opened = N(4),
    .closed = N(21),
    .rule = RULE_UNIT,
    .state = ATTENTION_CLOSED,
    .dimension = N(7),
    .count = N(18),
} };

bool sample_epoch_answer(query_kind_t kind, const board_answer_t *board,
                         answer_t *answer)
{
    switch (kind) {
    case QUERY_EPOCHS:
        answer->body.epochs = (epochs_answer_t){ epoch_infos, COUNT_OF(epoch_infos) };
        return true;
    case QUERY_FROZEN:
        answer->body.board = *board;
        return true;
    case QUERY_FROZEN_LIST:
        answer->body.frozen_list =
            (frozen_list_answer_t){ frozen_infos, COUNT_OF(frozen_infos) };
        return true;
    case QUERY_PLAN:
        answer->body.plan = plan;
        return true;
    case QUERY_ATTENTION:
        answer->body.attention = (attention_answer_t){ items, COUNT_OF(items), N(1) };
        return true;
    default:
        return false;
    }
}
