/* fact_page.c - see fact_page.h. */
#include "broker/runtime/fact_page.h"

#include "proto/check.h"
#include "proto/wire.h"
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (4u * 1024u * 1024u) /* one command, decoded */

struct fact_page {
    arena_t *arena;
    buffer_t cut; /* commands without their rater */
    uint32_t count;
    fact_t list[READER_PAGE_RECORDS_MAX];
    size_t cut_at[READER_PAGE_RECORDS_MAX]; /* 1 + where in `cut`, 0 = as stored */
    text_t withheld[READER_PAGE_RECORDS_MAX][FACT_WITHHELD_MAX];
};

fact_page_t *fact_page_create(void)
{
    fact_page_t *facts = calloc(1, sizeof *facts);
    if (facts == NULL)
        return NULL;
    facts->arena = arena_create(ARENA_BYTES);
    buffer_init(&facts->cut, READER_PAGE_BYTES);
    if (facts->arena == NULL)
        fact_page_destroy(&facts);
    return facts;
}

void fact_page_destroy(fact_page_t **facts)
{
    CHECK(facts != NULL);
    if (*facts == NULL)
        return;
    arena_destroy(&(*facts)->arena);
    buffer_fini(&(*facts)->cut);
    free(*facts);
    *facts = NULL;
}

/* ---- cutting down ---- */

static uint32_t find_observation(const state_t *state, const command_t *command)
{
    switch (command->kind) {
    case COMMAND_OBSERVE:
        return state_find(&state->observations, command->body.observe.code);
    case COMMAND_REVIEW:
        return state_find(&state->observations, command->body.review.observation);
    case COMMAND_RETRACT:
        return state_find(&state->observations, command->body.retract.code);
    default:
        return 0;
    }
}

/* The kind, and the observation that the record brings or concerns. */
static status_t look_at(fact_page_t *facts, const state_t *state,
                        const reader_record_t *from, masked_record_t *masked)
{
    command_t command;
    arena_reset(facts->arena);
    status_t status = wire_read_stored(facts->arena, from->record.public_part,
                                       from->record.public_size, &command);
    if (status != STATUS_OK)
        return status;
    masked->kind = command.kind;
    masked->observation = find_observation(state, &command);
    return STATUS_OK;
}

static void withhold(fact_page_t *facts, fact_t *fact, const char *name)
{
    text_t *list = facts->withheld[facts->count];
    CHECK(fact->withheld_count < FACT_WITHHELD_MAX);
    list[fact->withheld_count++] = (text_t){ name, (uint32_t)strlen(name) };
    fact->withheld = list;
}

static text_t submitter_of(const state_t *state, uint32_t key)
{
    if (key == 0)
        return (text_t){ 0 }; /* genesis */
    uint32_t principal = TABLE_ROW(key_row_t, &state->keys, key)->principal;
    return text_of_code(
        &TABLE_ROW(principal_row_t, &state->principals, principal)->code);
}

/* The public part as this reader gets it. */
static status_t cut_public(fact_page_t *facts, const record_t *record, uint32_t bits,
                           fact_t *fact)
{
    if ((bits & MASK_PUBLIC) == 0) {
        withhold(facts, fact, "public");
        return STATUS_OK;
    }
    fact->public_part = record->public_part;
    fact->public_size = record->public_size;
    if (fact->kind != COMMAND_OBSERVE || (bits & MASK_RATER) != 0)
        return STATUS_OK;
    size_t before = facts->cut.size;
    status_t status =
        wire_write_without_rater(&facts->cut, record->public_part, record->public_size);
    if (status != STATUS_OK)
        return status;
    facts->cut_at[facts->count] = 1 + before; /* the buffer may still move */
    fact->public_size = (uint32_t)(facts->cut.size - before);
    withhold(facts, fact, "observe.inspector");
    return STATUS_OK;
}

static status_t cut(fact_page_t *facts, const state_t *state,
                    const reader_record_t *from, uint32_t bits, fact_t *fact)
{
    const record_t *record = &from->record;
    status_t status = cut_public(facts, record, bits, fact);
    if (status != STATUS_OK)
        return status;
    if ((bits & MASK_PRIVATE) != 0 && record->private_size > 0) {
        fact->private_part = record->private_part;
        fact->private_size = record->private_size;
    } else if (record->private_size > 0) {
        withhold(facts, fact, "private");
    }
    if ((bits & MASK_SUBMITTER) != 0)
        fact->principal = submitter_of(state, record->key);
    else
        withhold(facts, fact, "principal");
    return STATUS_OK;
}

/* A record that cannot be read is left out: scrub tells of it. */
static void take(fact_page_t *facts, const core_t *core, uint32_t principal,
                 mask_purpose_t purpose, const reader_record_t *from)
{
    const record_t *record = &from->record;
    masked_record_t masked = { .verdict = record->verdict,
                               .links = (const link_t *)record->links,
                               .link_count = record->link_count };
    if (look_at(facts, core->state, from, &masked) != STATUS_OK)
        return;
    uint32_t bits = mask_of(core->state, principal, purpose, &masked);
    if ((bits & MASK_SHOWN) == 0)
        return;
    fact_t *fact = &facts->list[facts->count];
    facts->cut_at[facts->count] = 0;
    *fact = (fact_t){ .seq = from->seq,
                      .time_ms = record->time_ms,
                      .kind = masked.kind,
                      .late = (record->verdict & VERDICT_LATE) != 0,
                      .under_review = (record->verdict & VERDICT_UNDER_REVIEW) != 0 };
    memcpy(fact->hash, from->chain, sizeof fact->hash);
    if (cut(facts, core->state, from, bits, fact) == STATUS_OK)
        facts->count++;
}

void fact_page_cut(fact_page_t *facts, const core_t *core, uint32_t principal,
                   mask_purpose_t purpose, const reader_page_t *page)
{
    CHECK(facts != NULL);
    CHECK(core != NULL && page != NULL);
    facts->count = 0;
    buffer_clear(&facts->cut);
    for (uint32_t i = 0; i < page->count; i++)
        take(facts, core, principal, purpose, &page->records[i]);
    for (uint32_t i = 0; i < facts->count; i++) {
        if (facts->cut_at[i] != 0)
            facts->list[i].public_part = facts->cut.data + facts->cut_at[i] - 1;
    }
}

/* ---- posting ---- */

static uint32_t records_fit(const fact_page_t *facts, uint32_t first)
{
    size_t bytes = FACT_FIXED_BYTES; /* the answer's head */
    uint32_t taken = 0;
    while (first + taken < facts->count) {
        const fact_t *fact = &facts->list[first + taken];
        bytes += FACT_FIXED_BYTES + fact->public_size + fact->private_size;
        if (bytes > ANSWER_PART_BYTES_MAX && taken > 0)
            break;
        taken++;
    }
    return taken;
}

static uint32_t count_parts(const fact_page_t *facts)
{
    uint32_t parts = 0;
    for (uint32_t first = 0; first < facts->count; parts++)
        first += records_fit(facts, first);
    return parts > 0 ? parts : 1;
}

void fact_page_post(fact_page_t *facts, core_t *core, const caller_t *caller,
                    answer_t *answer)
{
    CHECK(facts != NULL);
    CHECK(core != NULL && caller != NULL && answer != NULL);
    uint32_t first = 0;
    answer->parts = count_parts(facts);
    for (answer->part = 0; answer->part < answer->parts; answer->part++) {
        uint32_t taken = records_fit(facts, first);
        if (answer->kind == QUERY_FEED) {
            answer->body.feed.facts = facts->list + first;
            answer->body.feed.fact_count = taken;
        } else {
            answer->body.history.facts = facts->list + first;
            answer->body.history.fact_count = taken;
        }
        status_t status = wire_write_answer(&core->reply, caller->correlation, answer);
        core_post(core, caller, answer->seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
        first += taken;
    }
    CHECK(first == facts->count);
}
