/* epoch_job.c - see job_kinds.h: a calibration, and its words for the journal. */
#include "broker/runtime/job_kinds.h"

#include "broker/calibration/epoch_run.h"
#include "broker/calibration/findings.h"
#include "broker/runtime/parts_hash.h"
#include "proto/check.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    script_job_t base;
    code_t code;     /* of the epoch */
    uint64_t cutoff; /* names what is noticed */
    uint32_t noticed;
    intake_t *intake;
    code_t *units; /* of all units, by row - 1 */
    uint32_t parts;
} epoch_job_t;

/* ---- words ---- */

static text_t label_of(const intake_group_t *group)
{
    return (text_t){ group->name, (uint32_t)strnlen(group->name, sizeof group->name) };
}

static uint32_t name_teams(const intake_group_t *group, const uint32_t *teams,
                           uint32_t count, text_t *names)
{
    for (uint32_t i = 0; i < count; i++)
        names[i] = text_of_code(&group->teams[teams[i]]);
    return count;
}

/* Texts of one fit's lists. */
typedef struct {
    epoch_component_t components[EPOCH_COMPONENTS_MAX];
    text_t teams[EPOCH_COMPONENTS_MAX][EPOCH_TEAMS_MAX];
    text_t thin[EPOCH_TEAMS_MAX];
    uint8_t covariance[HASH_BYTES];
} fit_room_t;

static void tell_components(const intake_group_t *group, const found_dimension_t *found,
                            fit_room_t *room, epoch_fit_t *fit)
{
    for (uint32_t i = 0; i < found->largest_count; i++) {
        const found_component_t *from = &found->largest[i];
        room->components[i] = (epoch_component_t){
            .first_subject = text_of_code(&group->subjects[from->first_subject].code),
            .teams = room->teams[i],
            .team_count =
                name_teams(group, from->teams, from->team_count, room->teams[i]),
            .subjects = from->subjects,
            .inspectors = from->inspectors,
        };
    }
    fit->largest = room->components;
    fit->largest_count = found->largest_count;
    fit->thin_teams = room->thin;
    fit->thin_team_count =
        name_teams(group, found->thin_teams, found->thin_team_count, room->thin);
}

/* The lower triangle in little endian, 8 bytes each: any machine gives the same. */
static void hash_covariance(const found_dimension_t *found, uint8_t hash[HASH_BYTES])
{
    crypto_generichash_state state;
    CHECK(crypto_generichash_init(&state, NULL, 0, HASH_BYTES) == 0);
    for (size_t i = 0; i < found->covariance_count; i++) {
        uint64_t value = (uint64_t)found->covariance[i];
        uint8_t bytes[sizeof value];
        for (unsigned b = 0; b < sizeof value; b++)
            bytes[b] = (uint8_t)(value >> (8 * b));
        CHECK(crypto_generichash_update(&state, bytes, sizeof bytes) == 0);
    }
    CHECK(crypto_generichash_final(&state, hash, HASH_BYTES) == 0);
}

static epoch_fit_t fit_of(const intake_group_t *group, const found_group_t *all,
                          uint32_t k, fit_room_t *room)
{
    const found_dimension_t *found = &all->dimensions[k];
    const fit_t *from = &found->fit;
    epoch_fit_t fit = {
        .group = label_of(group),
        .dimension = group->rule.dimensions[k] + 1,
        .mu = from->parameters.mu,
        .kappa = (uint32_t)from->parameters.kappa,
        .s2 = (uint32_t)from->parameters.s2,
        .rho = (uint32_t)from->parameters.rho,
        .u = (uint32_t)from->parameters.u,
        .var_subject = (uint64_t)from->variances[TERM_SUBJECT],
        .var_unit = (uint64_t)from->variances[TERM_UNIT],
        .var_inspector = (uint64_t)from->variances[TERM_INSPECTOR],
        .var_team = (uint64_t)from->variances[TERM_TEAM],
        .residual = (uint64_t)from->residual,
        .sweeps = from->sweeps,
        .kept = from->kept,
        .ratings = from->ratings,
        .pairs = found->pairs,
        .repeated_pairs = from->repeated_pairs,
        .subjects = found->subjects,
        .inspectors = found->inspectors,
        .components = found->components,
        .thin = found->thin,
    };
    tell_components(group, found, room, &fit);
    if (found->covariance != NULL) {
        hash_covariance(found, room->covariance);
        fit.covariance = room->covariance;
    }
    return fit;
}

/* ---- parts ---- */

static void add_part(epoch_job_t *job, epoch_part_t *part)
{
    command_t command = { .kind = COMMAND_EPOCH_PART };
    part->epoch = text_of_code(&job->code);
    part->part = job->parts++;
    command.body.epoch_part = *part;
    /* the script keeps the first failure */
    (void)script_add(&job->base.script, &command);
}

/* Inspectors that the dimension knows, from *at on; returns how many were taken. */
static uint32_t take_offsets(const intake_group_t *group,
                             const found_dimension_t *found, uint32_t *at,
                             epoch_offset_t *offsets)
{
    uint32_t count = 0;
    for (; *at < group->inspector_count && count < EPOCH_OFFSETS_MAX; ++*at) {
        if (!found->known[*at])
            continue;
        offsets[count++] =
            (epoch_offset_t){ .inspector = text_of_code(&group->inspectors[*at].code),
                              .offset = found->offsets[*at],
                              .error = found->errors[*at] };
    }
    return count;
}

static void tell_dimension(epoch_job_t *job, const intake_group_t *group,
                           const found_group_t *found, uint32_t k)
{
    fit_room_t room;
    epoch_offset_t offsets[EPOCH_OFFSETS_MAX];
    const epoch_fit_t fit = fit_of(group, found, k, &room);
    uint32_t at = 0;
    bool first = true;
    while (first || at < group->inspector_count) {
        epoch_offsets_t list = { .group = fit.group,
                                 .offsets = offsets,
                                 .dimension = fit.dimension };
        list.offset_count = take_offsets(group, &found->dimensions[k], &at, offsets);
        epoch_part_t part = { .fits = &fit,
                              .fit_count = first ? 1 : 0,
                              .offsets = &list,
                              .offsets_count = list.offset_count > 0 ? 1 : 0 };
        if (first || list.offset_count > 0)
            add_part(job, &part);
        first = false;
    }
}

static shift_row_t shift_of(const intake_group_t *group, const found_shift_t *from)
{
    shift_row_t row = { .subject = text_of_code(&group->subjects[from->subject].code),
                        .total_before = from->total_before,
                        .total_after = from->total_after,
                        .change = from->change,
                        .before = from->before,
                        .after = from->after,
                        .dimension = group->rule.dimensions[from->k] + 1 };
    if (from->inspector != INTAKE_NONE)
        row.inspector = text_of_code(&group->inspectors[from->inspector].code);
    return row;
}

static void tell_shifts(epoch_job_t *job, const intake_group_t *group,
                        const found_group_t *found)
{
    shift_row_t rows[EPOCH_ROWS_MAX];
    uint32_t at = 0;
    do {
        uint32_t count = 0;
        for (; at < found->shift_count && count < EPOCH_ROWS_MAX; at++)
            rows[count++] = shift_of(group, &found->shifts[at]);
        const epoch_shift_t shift = { .group = label_of(group),
                                      .rows = rows,
                                      .row_count = count,
                                      .ranked = found->ranked,
                                      .moved = found->moved,
                                      .largest = found->largest,
                                      .tau = found->tau };
        epoch_part_t part = { .shifts = &shift, .shift_count = 1 };
        add_part(job, &part);
    } while (at < found->shift_count);
}

static void propose(epoch_job_t *job)
{
    uint8_t hash[HASH_BYTES];
    command_t command = { .kind = COMMAND_PROPOSE_EPOCH };
    parts_hash(&job->base.script, hash);
    command.body.propose_epoch = (propose_epoch_t){ .epoch = text_of_code(&job->code),
                                                    .hash = hash,
                                                    .parts = job->parts };
    (void)script_add(&job->base.script, &command); /* keeps the first failure */
}

/* ---- what is noticed ---- */

static text_t unit_of(const epoch_job_t *job, const intake_group_t *group,
                      uint32_t unit)
{
    for (uint32_t s = 0; s < group->subject_count; s++)
        if (group->subjects[s].unit == unit)
            return text_of_code(&job->units[group->subjects[s].unit_row - 1]);
    return (text_t){ 0 };
}

static void notice(epoch_job_t *job, const intake_group_t *group,
                   const finding_t *finding)
{
    char code[CODE_BYTES_MAX + 1];
    int size = snprintf(code, sizeof code, "A%" PRIu64 "-%" PRIu32, job->cutoff,
                        ++job->noticed);
    CHECK(size > 0);
    if ((size_t)size >= sizeof code)
        return; /* no journal is so long */
    command_t command = { .kind = COMMAND_OPEN_ATTENTION };
    open_attention_t *item = &command.body.open_attention;
    *item = (open_attention_t){
        .code = { code, (uint32_t)size },
        .epoch = text_of_code(&job->code),
        .group = label_of(group),
        .inspector = text_of_code(&group->inspectors[finding->inspector].code),
        .rule = finding->rule,
        .figure = finding->figure,
        .bound = finding->bound,
        .count = finding->count,
    };
    if (finding->k != INTAKE_NONE)
        item->dimension = group->rule.dimensions[finding->k] + 1;
    if (finding->other != INTAKE_NONE)
        item->other = text_of_code(&group->inspectors[finding->other].code);
    if (finding->unit != INTAKE_NONE)
        item->unit = unit_of(job, group, finding->unit);
    if (finding->subject != INTAKE_NONE)
        item->subject = text_of_code(&group->subjects[finding->subject].code);
    (void)script_add(&job->base.script, &command); /* keeps the first failure */
}

static status_t notice_all(epoch_job_t *job, const found_epoch_t *found)
{
    finding_t findings[FINDINGS_MAX];
    status_t status = STATUS_OK;
    for (uint32_t g = 0; g < found->group_count && status == STATUS_OK; g++) {
        const intake_group_t *group = &job->intake->groups[g];
        uint32_t count = 0;
        status = findings_find(job->intake, group, &found->groups[g], findings, &count);
        for (uint32_t i = 0; i < count && status == STATUS_OK; i++)
            notice(job, group, &findings[i]);
    }
    return status;
}

/* ---- the job ---- */

static bool goes_on(void *worker, uint32_t percent)
{
    return worker_goes_on(worker, percent);
}

static status_t run(job_t *base, worker_t *worker)
{
    epoch_job_t *job = (epoch_job_t *)base; /* its first member's first member */
    found_epoch_t *found = NULL;
    status_t status = epoch_run(job->intake, goes_on, worker, &found);
    for (uint32_t g = 0; status == STATUS_OK && g < found->group_count; g++) {
        const intake_group_t *group = &job->intake->groups[g];
        for (uint32_t k = 0; k < group->rule.dimension_count; k++)
            tell_dimension(job, group, &found->groups[g], k);
        tell_shifts(job, group, &found->groups[g]);
    }
    if (status == STATUS_OK)
        propose(job);
    if (status == STATUS_OK)
        status = notice_all(job, found);
    found_epoch_destroy(&found);
    intake_destroy(&job->intake);
    return status == STATUS_OK ? job->base.script.status : status;
}

static void destroy(job_t *base)
{
    epoch_job_t *job = (epoch_job_t *)base;
    script_fini(&job->base.script);
    intake_destroy(&job->intake);
    free(job->units);
    free(job);
}

static status_t take_units(const state_t *state, epoch_job_t *job)
{
    job->units = calloc((size_t)state->units.count + 1, sizeof *job->units);
    for (uint32_t i = 1; job->units != NULL && i <= state->units.count; i++)
        job->units[i - 1] = TABLE_ROW(unit_row_t, &state->units, i)->code;
    return job->units != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t epoch_job_create(const state_t *state, uint32_t epoch, script_job_t **out)
{
    CHECK(state != NULL && out != NULL);
    const epoch_row_t *row = TABLE_ROW(epoch_row_t, &state->epochs, epoch);
    *out = NULL;
    epoch_job_t *job = calloc(1, sizeof *job);
    if (job == NULL)
        return STATUS_NO_MEMORY;
    job->base.job = (job_t){ .run = run, .destroy = destroy };
    job->code = row->code;
    job->cutoff = row->cutoff;
    script_init(&job->base.script);
    status_t status = intake_gather(state, row->account, row->groups, row->cutoff,
                                    false, &job->intake);
    if (status == STATUS_OK)
        status = take_units(state, job);
    if (status == STATUS_OK)
        *out = &job->base;
    else
        destroy(&job->base.job);
    return status;
}
