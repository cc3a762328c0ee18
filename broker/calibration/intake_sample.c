/* intake_sample.c - see intake.h: one dimension of a group as the solver looks at it. */
#include "broker/calibration/collect.h"
#include "broker/calibration/intake.h"
#include "proto/check.h"
#include <stdlib.h>

static status_t make_looks(const intake_t *intake, const intake_group_t *group,
                           uint32_t k, look_t **looks, size_t *count)
{
    uint32_t dimension = group->rule.dimensions[k];
    *count = 0;
    *looks = calloc((size_t)group->sighting_count + 1, sizeof **looks);
    if (*looks == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < group->sighting_count; i++) {
        const sighting_t *s = &group->sightings[i];
        if ((s->rated >> k & 1u) == 0)
            continue;
        const intake_channel_t *channel = &intake->channels[s->channel];
        (*looks)[(*count)++] = (look_t){
            .subject = s->subject,
            .inspector = s->inspector,
            .weight = channel->weight,
            .adjusted =
                (int64_t)s->values[k] * CENTI_TO_MICRO - channel->offset[dimension],
        };
    }
    return STATUS_OK;
}

status_t intake_sample(const intake_t *intake, const intake_group_t *group, uint32_t k,
                       intake_sample_t *out)
{
    CHECK(k < group->rule.dimension_count);
    *out = (intake_sample_t){ .pairs = NULL };
    look_t *looks = NULL;
    size_t count = 0;
    uint32_t pairs = 0;
    status_t status = make_looks(intake, group, k, &looks, &count);
    if (status == STATUS_OK)
        status = collect_pairs(looks, count, &out->pairs, &pairs);
    free(looks);
    out->unit_of = calloc((size_t)group->subject_count + 1, sizeof *out->unit_of);
    out->team_of = calloc((size_t)group->inspector_count + 1, sizeof *out->team_of);
    if (status == STATUS_OK && (out->unit_of == NULL || out->team_of == NULL))
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        intake_sample_fini(out);
        return status;
    }
    for (uint32_t i = 0; i < group->subject_count; i++)
        out->unit_of[i] = group->subjects[i].unit;
    for (uint32_t i = 0; i < group->inspector_count; i++)
        out->team_of[i] = group->inspectors[i].team;
    out->sample = (sample_t){ .subjects = group->subject_count,
                              .units = group->unit_count,
                              .inspectors = group->inspector_count,
                              .teams = group->team_count,
                              .pair_count = pairs,
                              .unit_of = out->unit_of,
                              .team_of = out->team_of,
                              .pairs = out->pairs,
                              .prior = group->lenses[k].prior };
    return STATUS_OK;
}

void intake_sample_fini(intake_sample_t *sample)
{
    CHECK(sample != NULL);
    free(sample->unit_of);
    free(sample->team_of);
    free(sample->pairs);
    *sample = (intake_sample_t){ .pairs = NULL };
}
