/* scheme_judge.c - see scheme_judge.h. The way of a command: JSON, bytes, the wire's
 * door, the core's rules. */
#include "clients/lab/scheme_judge.h"

#include "broker/core/scheme_rules.h"
#include "proto/check.h"
#include "proto/json.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include <string.h>

#define ARENA_BYTES (1024u * 1024u) /* as the broker gives one command, and more */

/* A label, which the wire's door has measured. */
static void take_name(char out[LABEL_BYTES_MAX + 1], text_t name)
{
    CHECK(name.size <= LABEL_BYTES_MAX);
    memcpy(out, name.data, name.size);
    out[name.size] = '\0';
}

static void take_dimension(const scheme_dimension_t *from, judged_dimension_t *one)
{
    *one = (judged_dimension_t){ .number = from->number,
                                 .mu_centi = from->mu_centi,
                                 .kappa = from->kappa,
                                 .s2 = from->s2,
                                 .rho = from->rho,
                                 .u = from->u };
    take_name(one->name, from->name);
}

static void take_group(const scheme_group_t *from, judged_group_t *group)
{
    take_name(group->name, from->name);
    group->min_ratings = from->min_ratings;
    group->min_inspectors = from->min_inspectors;
    group->min_observations = from->min_observations;
    group->weight_count = from->dimension_count;
    for (uint32_t k = 0; k < from->dimension_count; k++) {
        group->weights[k].dimension = from->dimensions[k].dimension;
        group->weights[k].weight = scheme_weight(from, k);
    }
}

static status_t judge(const item_t *item, judged_scheme_t *judged, fault_t *fault)
{
    command_t command;
    private_t private_part;
    arena_t *arena = arena_create(ARENA_BYTES);
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    status_t status = wire_read_command(arena, item, &command, &private_part, fault);
    if (status == STATUS_OK)
        status = scheme_check(&command.body.propose_scheme, fault);
    if (status == STATUS_OK) {
        const propose_scheme_t *scheme = &command.body.propose_scheme;
        CHECK(scheme->group_count <= GROUPS_MAX);
        judged->group_count = scheme->group_count;
        judged->dimension_count = scheme->dimension_count;
        for (uint32_t i = 0; i < scheme->dimension_count; i++)
            take_dimension(&scheme->dimensions[i], &judged->dimensions[i]);
        for (uint32_t i = 0; i < scheme->group_count; i++)
            take_group(&scheme->groups[i], &judged->groups[i]);
    }
    arena_destroy(&arena);
    return status;
}

status_t scheme_judge(const char *json, size_t size, judged_scheme_t *judged,
                      fault_t *fault)
{
    CHECK(json != NULL && judged != NULL && fault != NULL);
    buffer_t public_part, private_part;
    buffer_init(&public_part, PUBLIC_BYTES_MAX);
    buffer_init(&private_part, PRIVATE_BYTES_MAX);
    status_t status = json_to_command("propose_scheme", json, size, &public_part,
                                      &private_part, fault);
    if (status == STATUS_OK) {
        item_t item = { .public_part = public_part.data,
                        .public_size = (uint32_t)public_part.size,
                        .private_part = private_part.data,
                        .private_size = (uint32_t)private_part.size };
        status = judge(&item, judged, fault);
    }
    buffer_fini(&public_part);
    buffer_fini(&private_part);
    return status;
}
