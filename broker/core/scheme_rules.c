/* scheme_rules.c - bounds as tables of fields, names and numbers by comparison: a
 * scheme has at most 32 of anything and is proposed once. */
#include "broker/core/scheme_rules.h"
#include "broker/core/groups.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "proto/check.h"
#include "proto/limits.h"
#include <stddef.h>
#include <string.h>

/* A uint32_t field and the values it may have. */
typedef struct {
    const char *name; /* its place; of rows, what stands behind theirs */
    size_t offset;
    uint32_t least, most;
} bound_t;

#define BOUND(type, field, least, most)                                                \
    {                                                                                  \
        "." #field, offsetof(type, field), least, most                                 \
    }

#define SCHEME_BOUND(field, least, most)                                               \
    {                                                                                  \
        "propose_scheme." #field, offsetof(propose_scheme_t, field), least, most       \
    }

static const bound_t scheme_bounds[] = {
    SCHEME_BOUND(dimension_count, 1, DIMENSIONS_MAX),
    SCHEME_BOUND(channel_count, 1, CHANNELS_MAX),
    SCHEME_BOUND(group_count, 1, GROUPS_MAX),
    SCHEME_BOUND(review_below, 0, RATING_MAX),
    SCHEME_BOUND(cap_positive, 0, RATING_MAX),
    SCHEME_BOUND(cap_negative, 0, RATING_MAX),
    SCHEME_BOUND(cap_achievement, 0, RATING_MAX),
    SCHEME_BOUND(achievement_weight, 0, CHANNEL_WEIGHT_MAX),
    SCHEME_BOUND(reply_window_days, 0, REPLY_DAYS_MAX),
};

static const bound_t dimension_bounds[] = {
    BOUND(scheme_dimension_t, number, 1, DIMENSIONS_MAX),
    BOUND(scheme_dimension_t, mu_centi, 0, RATING_MAX),
    BOUND(scheme_dimension_t, kappa, 1, KAPPA_MAX),
    BOUND(scheme_dimension_t, s2, 1, S2_MAX),
    BOUND(scheme_dimension_t, rho, 0, MILLE),
    BOUND(scheme_dimension_t, u, 0, MILLE),
};

static const bound_t channel_bounds[] = {
    BOUND(scheme_channel_t, number, 1, CHANNELS_MAX),
    BOUND(scheme_channel_t, weight, 0, CHANNEL_WEIGHT_MAX),
    BOUND(scheme_channel_t, offset_count, 0, DIMENSIONS_MAX),
};

static const bound_t group_bounds[] = {
    BOUND(scheme_group_t, dimension_count, 1, GROUP_DIMENSIONS_MAX),
    BOUND(scheme_group_t, min_ratings, 1, PARAMETER_COUNT_MAX),
    BOUND(scheme_group_t, min_inspectors, 1, PARAMETER_COUNT_MAX),
    BOUND(scheme_group_t, min_observations, 0, PARAMETER_COUNT_MAX),
    BOUND(scheme_group_t, enough_ratings, 1, PARAMETER_COUNT_MAX),
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The first field out of bounds, NULL = none; its value goes to *value. */
static const bound_t *bound_broken(const bound_t *bounds, size_t count, const void *row,
                                   uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(value, (const uint8_t *)row + bounds[i].offset, sizeof *value);
        if (*value < bounds[i].least || *value > bounds[i].most)
            return &bounds[i];
    }
    return NULL;
}

static bool same_text(text_t a, text_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static status_t check_scheme_bounds(const propose_scheme_t *scheme, fault_t *fault)
{
    uint32_t value;
    const bound_t *bound =
        bound_broken(scheme_bounds, COUNT_OF(scheme_bounds), scheme, &value);
    if (bound == NULL)
        return STATUS_OK;
    return refuse_number(fault, STATUS_PARAMETER_RANGE, bound->name, value);
}

/* Bit number - 1 of the result: the scheme names that dimension. */
static uint32_t dimension_bits(const propose_scheme_t *scheme)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < scheme->dimension_count; i++)
        bits |= 1u << (scheme->dimensions[i].number - 1);
    return bits;
}

static bool dimension_known(uint32_t bits, uint32_t number)
{
    return number >= 1 && number <= DIMENSIONS_MAX && (bits >> (number - 1) & 1u) != 0;
}

static status_t check_dimension(const propose_scheme_t *scheme, uint32_t i,
                                fault_t *fault)
{
    static const char place[] = "propose_scheme.dimensions";
    const scheme_dimension_t *row = &scheme->dimensions[i];
    uint32_t value;
    const bound_t *bound =
        bound_broken(dimension_bounds, COUNT_OF(dimension_bounds), row, &value);
    if (bound != NULL)
        return refuse_number_at(fault, STATUS_PARAMETER_RANGE, place, i, bound->name,
                                value);
    for (uint32_t j = 0; j < i; j++) {
        if (scheme->dimensions[j].number == row->number)
            return refuse_number_at(fault, STATUS_NUMBER_TWICE, place, i, ".number",
                                    row->number);
        if (same_text(scheme->dimensions[j].name, row->name))
            return refuse_at(fault, STATUS_NUMBER_TWICE, place, i, ".name", row->name);
    }
    return STATUS_OK;
}

static status_t check_offsets(const scheme_channel_t *channel, uint32_t dimensions,
                              uint32_t i, fault_t *fault)
{
    static const char place[] = "propose_scheme.channels";
    uint32_t seen = 0;
    for (uint32_t k = 0; k < channel->offset_count; k++) {
        const scheme_offset_t *row = &channel->offsets[k];
        if (!dimension_known(dimensions, row->dimension))
            return refuse_number_at(fault, STATUS_UNKNOWN_DIMENSION, place, i,
                                    ".offsets", row->dimension);
        uint32_t bit = 1u << (row->dimension - 1);
        if ((seen & bit) != 0)
            return refuse_number_at(fault, STATUS_NUMBER_TWICE, place, i, ".offsets",
                                    row->dimension);
        if (row->offset > CHANNEL_OFFSET_MAX || row->offset < -CHANNEL_OFFSET_MAX)
            return refuse_number_at(fault, STATUS_PARAMETER_RANGE, place, i, ".offsets",
                                    row->dimension);
        seen |= bit;
    }
    return STATUS_OK;
}

static status_t check_channel(const propose_scheme_t *scheme, uint32_t dimensions,
                              uint32_t i, fault_t *fault)
{
    static const char place[] = "propose_scheme.channels";
    const scheme_channel_t *row = &scheme->channels[i];
    uint32_t value;
    const bound_t *bound =
        bound_broken(channel_bounds, COUNT_OF(channel_bounds), row, &value);
    if (bound != NULL)
        return refuse_number_at(fault, STATUS_PARAMETER_RANGE, place, i, bound->name,
                                value);
    for (uint32_t j = 0; j < i; j++) {
        if (scheme->channels[j].number == row->number)
            return refuse_number_at(fault, STATUS_NUMBER_TWICE, place, i, ".number",
                                    row->number);
        if (same_text(scheme->channels[j].name, row->name))
            return refuse_at(fault, STATUS_NUMBER_TWICE, place, i, ".name", row->name);
    }
    return check_offsets(row, dimensions, i, fault);
}

static status_t check_group_dimensions(const scheme_group_t *group, uint32_t dimensions,
                                       uint32_t i, fault_t *fault)
{
    static const char place[] = "propose_scheme.groups";
    uint32_t seen = 0;
    for (uint32_t k = 0; k < group->dimension_count; k++) {
        uint32_t number = group->dimensions[k].dimension;
        if (!dimension_known(dimensions, number))
            return refuse_number_at(fault, STATUS_UNKNOWN_DIMENSION, place, i,
                                    ".dimensions", number);
        uint32_t bit = 1u << (number - 1);
        if ((seen & bit) != 0)
            return refuse_number_at(fault, STATUS_NUMBER_TWICE, place, i, ".dimensions",
                                    number);
        seen |= bit;
    }
    return STATUS_OK;
}

/* R18: all weights are given and sum to 100 percent, or none is. */
static status_t check_weights(const scheme_group_t *group, uint32_t i, fault_t *fault)
{
    uint64_t sum = 0;
    uint32_t given = 0;
    for (uint32_t k = 0; k < group->dimension_count; k++) {
        given += group->dimensions[k].has_weight ? 1 : 0;
        sum += group->dimensions[k].has_weight ? group->dimensions[k].weight : 0;
    }
    if (given == 0 || (given == group->dimension_count && sum == WEIGHT_SUM))
        return STATUS_OK;
    return refuse_at(fault, STATUS_WEIGHTS_DO_NOT_SUM, "propose_scheme.groups", i,
                     ".dimensions", group->name);
}

static status_t check_group(const propose_scheme_t *scheme, uint32_t dimensions,
                            uint32_t i, fault_t *fault)
{
    static const char place[] = "propose_scheme.groups";
    const scheme_group_t *row = &scheme->groups[i];
    uint32_t value;
    const bound_t *bound =
        bound_broken(group_bounds, COUNT_OF(group_bounds), row, &value);
    if (bound != NULL)
        return refuse_number_at(fault, STATUS_PARAMETER_RANGE, place, i, bound->name,
                                value);
    for (uint32_t j = 0; j < i; j++) {
        if (same_text(scheme->groups[j].name, row->name))
            return refuse_at(fault, STATUS_NUMBER_TWICE, place, i, ".name", row->name);
    }
    status_t status = check_group_dimensions(row, dimensions, i, fault);
    return status == STATUS_OK ? check_weights(row, i, fault) : status;
}

static status_t check_channels_and_groups(const propose_scheme_t *scheme,
                                          fault_t *fault)
{
    uint32_t dimensions = dimension_bits(scheme);
    status_t status = STATUS_OK;
    for (uint32_t i = 0; i < scheme->channel_count && status == STATUS_OK; i++)
        status = check_channel(scheme, dimensions, i, fault);
    for (uint32_t i = 0; i < scheme->group_count && status == STATUS_OK; i++)
        status = check_group(scheme, dimensions, i, fault);
    return status;
}

status_t scheme_check(const propose_scheme_t *scheme, fault_t *fault)
{
    CHECK(scheme != NULL);
    if (scheme->scoring_revision != SCORING_REVISION)
        return refuse_number(fault, STATUS_UNKNOWN_REVISION,
                             "propose_scheme.scoring_revision",
                             scheme->scoring_revision);
    status_t status = check_scheme_bounds(scheme, fault);
    for (uint32_t i = 0; i < scheme->dimension_count && status == STATUS_OK; i++)
        status = check_dimension(scheme, i, fault);
    return status == STATUS_OK ? check_channels_and_groups(scheme, fault) : status;
}

uint32_t scheme_weight(const scheme_group_t *group, uint32_t k)
{
    CHECK(k < group->dimension_count);
    if (group->dimensions[k].has_weight)
        return group->dimensions[k].weight;
    uint32_t count = group->dimension_count;
    return WEIGHT_SUM / count + (k < WEIGHT_SUM % count ? 1 : 0);
}
