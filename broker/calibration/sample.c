/* sample.c - see sample.h. */
#include "broker/calibration/sample.h"

#include <stddef.h>

static bool pair_sane(const sample_t *sample, uint32_t at)
{
    const pair_t *pair = &sample->pairs[at];
    if (pair->subject >= sample->subjects || pair->inspector >= sample->inspectors ||
        pair->ratings == 0 || pair->m == 0 || !(pair->within >= 0.0))
        return false;
    if (at == 0)
        return true;
    const pair_t *before = pair - 1;
    return before->subject < pair->subject ||
           (before->subject == pair->subject && before->inspector < pair->inspector);
}

bool sample_sane(const sample_t *sample)
{
    if (sample == NULL)
        return false;
    for (uint32_t i = 0; i < sample->subjects; i++) {
        if (sample->unit_of[i] >= sample->units)
            return false;
    }
    for (uint32_t i = 0; i < sample->inspectors; i++) {
        if (sample->team_of[i] != SAMPLE_NO_TEAM && sample->team_of[i] >= sample->teams)
            return false;
    }
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        if (!pair_sane(sample, i))
            return false;
    }
    return true;
}
