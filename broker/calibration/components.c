/* components.c - see components.h. */
#include "broker/calibration/components.h"

#include "proto/check.h"
#include <stdlib.h>

/* ---- union and find: subjects first, inspectors behind them ---- */

static uint32_t root_of(uint32_t *parent, uint32_t node)
{
    while (parent[node] != node) {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    return node;
}

/* The smaller number stays the root: components are found in order of their subjects. */
static void join(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

static void number_components(const sample_t *sample, uint32_t *parent,
                              components_t *out)
{
    for (uint32_t s = 0; s < sample->subjects; s++)
        out->of_subject[s] = UINT32_MAX;
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        uint32_t subject = sample->pairs[i].subject, root = root_of(parent, subject);
        if (out->of_subject[root] == UINT32_MAX)
            out->of_subject[root] = out->count++;
        out->of_subject[subject] = out->of_subject[root];
    }
}

/* ---- links between teams ---- */

/* The pairs of one subject, from `first` on: whether more than one team is among them,
 * then each of them shares it. Inspectors without a team stand apart, each for itself. */
static uint32_t count_shared(const sample_t *sample, uint32_t first, components_t *out)
{
    const pair_t *pairs = sample->pairs;
    uint32_t end = first, team = sample->team_of[pairs[first].inspector];
    bool mixed = false;
    for (; end < sample->pair_count && pairs[end].subject == pairs[first].subject;
         end++)
        mixed = mixed || sample->team_of[pairs[end].inspector] != team;
    for (uint32_t i = first; mixed && i < end; i++) {
        uint32_t own = sample->team_of[pairs[i].inspector];
        bool seen = own == SAMPLE_NO_TEAM;
        for (uint32_t k = first; k < i && !seen; k++)
            seen = sample->team_of[pairs[k].inspector] == own;
        if (!seen)
            out->shared_by_team[own]++;
    }
    return end;
}

static bool team_has_pairs(const sample_t *sample, uint32_t team)
{
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        if (sample->team_of[sample->pairs[i].inspector] == team)
            return true;
    }
    return false;
}

static bool others_have_pairs(const sample_t *sample, uint32_t team)
{
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        if (sample->team_of[sample->pairs[i].inspector] != team)
            return true;
    }
    return false;
}

bool components_team_is_thin(const sample_t *sample, const components_t *components,
                             uint32_t team)
{
    CHECK(team < sample->teams);
    return components->shared_by_team[team] < LINK_SUBJECTS_MIN &&
           team_has_pairs(sample, team) && others_have_pairs(sample, team);
}

/* ---- the whole ---- */

status_t components_find(const sample_t *sample, components_t *out)
{
    CHECK(out != NULL);
    CHECK(sample_sane(sample));
    size_t nodes = (size_t)sample->subjects + sample->inspectors;
    *out = (components_t){ .count = 0 };
    uint32_t *parent = calloc(nodes + 1, sizeof *parent);
    out->of_subject = calloc((size_t)sample->subjects + 1, sizeof *out->of_subject);
    out->shared_by_team =
        calloc((size_t)sample->teams + 1, sizeof *out->shared_by_team);
    if (parent == NULL || out->of_subject == NULL || out->shared_by_team == NULL) {
        free(parent);
        return STATUS_NO_MEMORY;
    }
    for (uint32_t i = 0; i < nodes; i++)
        parent[i] = i;
    for (uint32_t i = 0; i < sample->pair_count; i++)
        join(parent, sample->pairs[i].subject,
             sample->subjects + sample->pairs[i].inspector);
    number_components(sample, parent, out);
    for (uint32_t i = 0; i < sample->pair_count;)
        i = count_shared(sample, i, out);
    for (uint32_t t = 0; t < sample->teams; t++)
        out->thin += components_team_is_thin(sample, out, t);
    free(parent);
    return STATUS_OK;
}

void components_fini(components_t *components)
{
    CHECK(components != NULL);
    free(components->of_subject);
    free(components->shared_by_team);
    *components = (components_t){ .count = 0 };
}
