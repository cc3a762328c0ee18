/* plan_gather.c - see plan.h: what a plan needs of teams, on the core thread. */
#include "broker/calibration/plan.h"

#include "broker/core/observation_rules.h"
#include "proto/check.h"
#include <stdlib.h>

static bool is_home(const state_t *state, const team_row_t *team, uint32_t unit)
{
    for (uint32_t node = team->units; node != 0;) {
        const node_row_t *row = TABLE_ROW(node_row_t, &state->nodes, node);
        if (unit_is_within(state, unit, row->value))
            return true;
        node = row->next;
    }
    return false;
}

/* Rows of the group's units, by their numbers. */
static uint32_t *list_units(const intake_group_t *group)
{
    uint32_t *units = calloc((size_t)group->unit_count + 1, sizeof *units);
    for (uint32_t s = 0; units != NULL && s < group->subject_count; s++)
        units[group->subjects[s].unit] = group->subjects[s].unit_row;
    return units;
}

static void fill(const state_t *state, const intake_group_t *group,
                 const uint32_t *units, plan_teams_t *teams)
{
    for (uint32_t t = 1; t <= teams->team_count; t++)
        for (uint32_t u = 0; u < teams->unit_count; u++)
            teams->home[(size_t)(t - 1) * teams->unit_count + u] =
                is_home(state, TABLE_ROW(team_row_t, &state->teams, t), units[u]);
    for (uint32_t i = 1; i <= state->inspectors.count; i++) {
        const inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors, i);
        if (row->state != INSPECTOR_ACTIVE || row->team == 0)
            continue;
        uint16_t *able = &teams->able[(size_t)(row->team - 1) * teams->unit_count];
        for (uint32_t u = 0; u < teams->unit_count; u++)
            if (able[u] < PLAN_INSPECTORS && rule_unit_unbiased(state, i, units[u]))
                able[u]++;
    }
    for (uint32_t r = 0; r < group->inspector_count; r++)
        teams->team_of[r] =
            TABLE_ROW(inspector_row_t, &state->inspectors, group->inspectors[r].row)
                ->team;
}

status_t plan_gather(const state_t *state, const intake_t *intake, plan_teams_t **out)
{
    CHECK(state != NULL && intake != NULL && out != NULL);
    CHECK(intake->group_count == 1);
    const intake_group_t *group = &intake->groups[0];
    *out = NULL;
    if ((uint64_t)state->inspectors.count * group->unit_count > PLAN_MATRIX_MAX)
        return STATUS_GROUP_TOO_LARGE;
    plan_teams_t *teams = calloc(1, sizeof *teams);
    uint32_t *units = list_units(group);
    if (teams != NULL && units != NULL) {
        size_t cells = (size_t)state->teams.count * group->unit_count + 1;
        teams->team_count = state->teams.count;
        teams->unit_count = group->unit_count;
        teams->able = calloc(cells, sizeof *teams->able);
        teams->home = calloc(cells, sizeof *teams->home);
        teams->team_of =
            calloc((size_t)group->inspector_count + 1, sizeof *teams->team_of);
    }
    bool had = teams != NULL && units != NULL && teams->able != NULL &&
               teams->home != NULL && teams->team_of != NULL;
    if (had)
        fill(state, group, units, teams);
    else
        plan_teams_destroy(&teams);
    free(units);
    *out = teams;
    return had ? STATUS_OK : STATUS_NO_MEMORY;
}

void plan_teams_destroy(plan_teams_t **out)
{
    CHECK(out != NULL);
    plan_teams_t *teams = *out;
    if (teams == NULL)
        return;
    free(teams->able);
    free(teams->home);
    free(teams->team_of);
    free(teams);
    *out = NULL;
}

bool plan_may_go(const state_t *state, uint32_t account, uint32_t team,
                 uint32_t subject)
{
    uint32_t able = 0;
    for (uint32_t i = 1; i <= state->inspectors.count && able < PLAN_INSPECTORS; i++) {
        const inspector_row_t *row = TABLE_ROW(inspector_row_t, &state->inspectors, i);
        if (row->team == team && row->state == INSPECTOR_ACTIVE &&
            rule_unbiased(state, i, subject, account) == STATUS_OK)
            able++;
    }
    return able >= PLAN_INSPECTORS;
}
