/* board_scope.c - see board_scope.h. */
#include "broker/runtime/board_scope.h"

#include "broker/core/epoch_state.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the scope ---- */

/* Inserts into a sorted list, once. */
static void insert(uint32_t *list, uint32_t *count, uint32_t value)
{
    uint32_t at = 0;
    while (at < *count && list[at] < value)
        at++;
    if (at < *count && list[at] == value)
        return;
    memmove(list + at + 1, list + at, (*count - at) * sizeof *list);
    list[at] = value;
    (*count)++;
}

void board_scope_of(const state_t *state, uint32_t principal, operation_t operation,
                    board_scope_t *scope)
{
    CHECK(state != NULL);
    CHECK(scope != NULL);
    const principal_row_t *row =
        TABLE_ROW(principal_row_t, &state->principals, principal);
    reach_t reach = principal_reach(state, principal, operation);
    if (reach == REACH_SCOPE && row->everything != 0)
        reach = REACH_ALL;
    *scope = (board_scope_t){ .reach = reach };
    if (reach == REACH_ALL || reach == REACH_NONE)
        return;
    scope->person = row->person;
    if (reach == REACH_OWN)
        return;
    for (uint32_t i = 0; i < row->unit_count; i++)
        insert(scope->units, &scope->unit_count, row->units[i]);
    for (uint32_t i = 0; i < row->group_count; i++)
        insert(scope->groups, &scope->group_count, row->groups[i]);
}

static bool has_group(const board_scope_t *scope, uint32_t group)
{
    for (uint32_t i = 0; i < scope->group_count; i++) {
        if (scope->groups[i] == group)
            return true;
    }
    return false;
}

bool board_scope_sees(const void *context, const state_t *state, uint32_t subject)
{
    const board_scope_t *scope = context;
    const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, subject);
    if (scope->reach == REACH_ALL)
        return true;
    if (row->person != 0 && row->person == scope->person)
        return true;
    for (uint32_t i = 0; row->unit != 0 && i < scope->unit_count; i++) {
        if (unit_is_within(state, row->unit, scope->units[i]))
            return true;
    }
    return row->group != 0 && has_group(scope, row->group);
}

/* Whether one of the person's own rows may stand in the view. */
static bool holds_own(const state_t *state, uint32_t person, const view_t *view)
{
    uint32_t next =
        person != 0 ? TABLE_ROW(person_row_t, &state->persons, person)->subject : 0;
    while (next != 0) {
        const subject_row_t *row = TABLE_ROW(subject_row_t, &state->subjects, next);
        bool within = view->unit == 0 || row->unit == 0 ||
                      unit_is_within(state, row->unit, view->unit);
        if (row->group == view->group && within)
            return true;
        next = row->same_person;
    }
    return false;
}

bool board_scope_holds(const state_t *state, const board_scope_t *scope,
                       const view_t *view)
{
    CHECK(state != NULL && scope != NULL);
    CHECK(view != NULL);
    if (scope->reach == REACH_ALL || has_group(scope, view->group))
        return true;
    for (uint32_t i = 0; i < scope->unit_count; i++) {
        if (view->unit == 0 || unit_is_within(state, view->unit, scope->units[i]) ||
            unit_is_within(state, scope->units[i], view->unit))
            return true;
    }
    return holds_own(state, scope->person, view);
}

static text_t word_text(const state_t *state, uint32_t word)
{
    const word_row_t *row = TABLE_ROW(word_row_t, &state->words, word);
    return (text_t){ row->text, (uint32_t)strnlen(row->text, sizeof row->text) };
}

/* ---- names to rows ---- */

typedef struct {
    const char *root;
    fault_t *fault;
} teller_t;

static status_t refuse(const teller_t *teller, status_t status, const char *field,
                       text_t what)
{
    char place[FAULT_PLACE_MAX];
    (void)snprintf(place, sizeof place, "%s.%s", teller->root, field); /* short */
    fault_set(teller->fault, place, what.data, what.size);
    return status;
}

status_t board_scope_account(const state_t *state, text_t code, const char *place,
                             uint32_t *account, fault_t *fault)
{
    CHECK(state != NULL);
    CHECK(account != NULL);
    *account = code.size > 0 ? state_find(&state->accounts, code) : state->open_account;
    if (*account != 0)
        return STATUS_OK;
    fault_set(fault, place, code.data, code.size);
    return STATUS_UNKNOWN_ACCOUNT;
}

static status_t find_label(const teller_t *teller, const state_t *state, text_t label,
                           const char *field, uint32_t *word)
{
    if (label.size == 0)
        return STATUS_OK;
    *word = state_find_word(state, label);
    return *word != 0 ? STATUS_OK : refuse(teller, STATUS_UNKNOWN_LABEL, field, label);
}

/* Things of the filter and the window that may be absent. */
static status_t find_filter(const teller_t *teller, const state_t *state,
                            const board_query_t *query, view_t *view)
{
    if (query->around.size > 0) {
        view->around = state_find(&state->subjects, query->around);
        if (view->around == 0)
            return refuse(teller, STATUS_UNKNOWN_SUBJECT, "window.around",
                          query->around);
    }
    if (query->unit.size > 0) {
        view->unit = state_find(&state->units, query->unit);
        if (view->unit == 0)
            return refuse(teller, STATUS_UNKNOWN_UNIT, "filter.unit", query->unit);
    }
    status_t status =
        find_label(teller, state, query->front, "filter.front", &view->front);
    if (status != STATUS_OK)
        return status;
    return find_label(teller, state, query->category, "filter.category",
                      &view->category);
}

static bool names_group(const state_t *state, uint32_t account, uint32_t group)
{
    uint32_t number = TABLE_ROW(account_row_t, &state->accounts, account)->scheme;
    const scheme_row_t *scheme = TABLE_ROW(scheme_row_t, &state->schemes, number);
    for (uint32_t i = 0; i < scheme->group_count; i++) {
        if (scheme->groups[i].word == group)
            return true;
    }
    return false;
}

static status_t find_group(const teller_t *teller, const state_t *state,
                           const board_query_t *query, view_t *view)
{
    char place[FAULT_PLACE_MAX];
    (void)snprintf(place, sizeof place, "%s.account", teller->root); /* short */
    status_t status = board_scope_account(state, query->account, place, &view->account,
                                          teller->fault);
    if (status != STATUS_OK)
        return status;
    view->group = state_find_word(state, query->group);
    if (view->group == 0 || !names_group(state, view->account, view->group))
        return refuse(teller, STATUS_UNKNOWN_GROUP, "group", query->group);
    return STATUS_OK;
}

status_t board_scope_shown(const state_t *state, uint32_t account, uint32_t group,
                           char detail[FAULT_DETAIL_MAX])
{
    board_links_t links;
    uint32_t found = scheme_group_named(state, account, word_text(state, group));
    CHECK(found != 0);
    epoch_links(state, account, found - 1, &links);
    if (!links.refused)
        return STATUS_OK;
    (void)snprintf(detail, FAULT_DETAIL_MAX,
                   "components: %" PRIu32 ", thin teams: %" PRIu32, links.components,
                   links.thin); /* short */
    return STATUS_BOARD_DISCONNECTED;
}

static status_t check_shown(const teller_t *teller, const state_t *state,
                            const view_t *view)
{
    char detail[FAULT_DETAIL_MAX];
    status_t status = board_scope_shown(state, view->account, view->group, detail);
    if (status == STATUS_OK)
        return STATUS_OK;
    return refuse(teller, status, "group",
                  (text_t){ detail, (uint32_t)strlen(detail) });
}

status_t board_scope_view(const state_t *state, const board_query_t *query,
                          const board_scope_t *scope, const char *root, view_t *view,
                          fault_t *fault)
{
    CHECK(state != NULL && query != NULL);
    CHECK(scope != NULL && view != NULL);
    const teller_t teller = { .root = root, .fault = fault };
    const text_t nothing = { 0 };
    *view = (view_t){ .offset = query->offset,
                      .count = query->count,
                      .unranked = query->unranked };
    if (query->count > BOARD_WINDOW_MAX)
        return refuse(&teller, STATUS_WINDOW_TOO_LARGE, "window.count", nothing);
    status_t status = find_group(&teller, state, query, view);
    if (status == STATUS_OK)
        status = find_filter(&teller, state, query, view);
    if (status != STATUS_OK)
        return status;
    if (!board_scope_holds(state, scope, view)) {
        bool filtered = query->unit.size > 0;
        return refuse(&teller, STATUS_OUT_OF_SCOPE, filtered ? "filter.unit" : "group",
                      filtered ? query->unit : query->group);
    }
    if (scope->reach != REACH_ALL) {
        view->visible = board_scope_sees;
        view->context = scope;
    }
    return check_shown(&teller, state, view);
}
