/* links.c - chains of records that concern the same thing; see family.h. */
#include "broker/core/family.h"
#include "proto/check.h"

static const table_t *table_of(const state_t *state, uint32_t kind)
{
    switch (kind) {
    case LINK_UNIT:
        return &state->units;
    case LINK_PERSON:
        return &state->persons;
    case LINK_SUBJECT:
        return &state->subjects;
    case LINK_PROJECT:
        return &state->projects;
    case LINK_INSPECTOR:
        return &state->inspectors;
    case LINK_EPOCH:
        return &state->epochs;
    case LINK_FROZEN:
        return &state->frozen;
    case LINK_ATTENTION:
        return &state->attention;
    default:
        CHECK(kind == LINK_VISIT);
        return &state->visits;
    }
}

/* Where a thing keeps the seq of its newest record. */
static uint64_t *newest_of(const state_t *state, uint32_t kind, uint32_t key)
{
    void *row = table_row(table_of(state, kind), key);
    switch (kind) {
    case LINK_UNIT:
        return &((unit_row_t *)row)->newest;
    case LINK_PERSON:
        return &((person_row_t *)row)->newest;
    case LINK_SUBJECT:
        return &((subject_row_t *)row)->newest;
    case LINK_PROJECT:
        return &((project_row_t *)row)->newest;
    case LINK_INSPECTOR:
        return &((inspector_row_t *)row)->newest;
    case LINK_EPOCH:
        return &((epoch_row_t *)row)->newest;
    case LINK_FROZEN:
        return &((frozen_row_t *)row)->newest;
    case LINK_ATTENTION:
        return &((attention_row_t *)row)->newest;
    default:
        return &((visit_row_t *)row)->newest;
    }
}

void event_link(const state_t *state, event_t *event, uint32_t kind, uint32_t key)
{
    CHECK(event->link_count < EVENT_LINKS_MAX);
    uint64_t previous = 0;
    if (kind == LINK_DIRECTORY)
        previous = state->newest_directory;
    else if (key != 0)
        previous = *newest_of(state, kind, key);
    else
        key = table_of(state, kind)->count + 1; /* keyed rows are never reused */
    event->links[event->link_count++] = (link_t){ previous, key, kind };
}

void event_links_apply(state_t *state, const event_t *event)
{
    for (uint32_t i = 0; i < event->link_count; i++) {
        const link_t *link = &event->links[i];
        if (link->kind == LINK_DIRECTORY)
            state->newest_directory = event->seq;
        else
            *newest_of(state, link->kind, link->key) = event->seq;
    }
}
