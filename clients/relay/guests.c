/* guests.c - see guests.h. */
#include "clients/relay/guests.h"

#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t key[KEY_BYTES];
    uint64_t access; /* under which it was allowed */
    bool doubted;    /* whatever the number says */
} guest_t;

typedef enum { WAITING_NEW, WAITING_ASKED, WAITING_DECIDED } waiting_step_t;

typedef struct {
    knock_t knock;
    int64_t until_ms;
    waiting_step_t step;
    verdict_t verdict;
} waiting_t;

struct guests {
    guest_t *guests; /* by key */
    uint32_t count;
    waiting_t *waiting;
    uint32_t waiting_count;
    uint64_t access; /* the newest number heard */
    uint8_t asked[SUBSCRIBERS_MAX][KEY_BYTES];
    uint32_t asked_count;
};

guests_t *guests_create(void)
{
    guests_t *guests = calloc(1, sizeof *guests);
    if (guests == NULL)
        return NULL;
    guests->guests = calloc(GUESTS_MAX, sizeof *guests->guests);
    guests->waiting = calloc(GUESTS_WAITING_MAX, sizeof *guests->waiting);
    if (guests->guests == NULL || guests->waiting == NULL)
        guests_destroy(&guests);
    return guests;
}

void guests_destroy(guests_t **guests)
{
    CHECK(guests != NULL);
    if (*guests == NULL)
        return;
    free((*guests)->guests);
    free((*guests)->waiting);
    free(*guests);
    *guests = NULL;
}

/* ---- keys ---- */

/* The place of the key, or where it would stand. */
static uint32_t place_of(const guests_t *guests, const uint8_t *key)
{
    uint32_t low = 0, high = guests->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (memcmp(guests->guests[middle].key, key, KEY_BYTES) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const guests_t *guests, uint32_t place, const uint8_t *key)
{
    return place < guests->count &&
           memcmp(guests->guests[place].key, key, KEY_BYTES) == 0;
}

static bool has(const guests_t *guests, const uint8_t *key)
{
    return is_at(guests, place_of(guests, key), key);
}

/* When there is no room the key is not let in. */
static void allow(guests_t *guests, const uint8_t *key)
{
    uint32_t place = place_of(guests, key);
    guest_t *guest = &guests->guests[place];
    if (!is_at(guests, place, key)) {
        if (guests->count == GUESTS_MAX)
            return;
        memmove(guest + 1, guest, (guests->count - place) * sizeof *guest);
        memcpy(guest->key, key, KEY_BYTES);
        guests->count++;
    }
    guest->access = guests->access;
    guest->doubted = false;
}

static bool deny(guests_t *guests, const uint8_t *key)
{
    uint32_t place = place_of(guests, key);
    if (!is_at(guests, place, key))
        return false;
    guests->count--;
    memmove(&guests->guests[place], &guests->guests[place + 1],
            (guests->count - place) * sizeof *guests->guests);
    return true;
}

void guests_doubt(guests_t *guests)
{
    CHECK(guests != NULL);
    for (uint32_t i = 0; i < guests->count; i++)
        guests->guests[i].doubted = true;
}

uint32_t guests_count(const guests_t *guests)
{
    CHECK(guests != NULL);
    return guests->count;
}

/* ---- who waits ---- */

verdict_t guests_knock(guests_t *guests, const knock_t *knock, int64_t now_ms)
{
    CHECK(guests != NULL);
    CHECK(knock != NULL);
    if (has(guests, knock->key))
        return KNOCK_ALLOW;
    if (guests->count == GUESTS_MAX || guests->waiting_count == GUESTS_WAITING_MAX)
        return KNOCK_LATER;
    guests->waiting[guests->waiting_count++] =
        (waiting_t){ .knock = *knock, .until_ms = now_ms + GUESTS_WAIT_MS };
    return KNOCK_WAIT;
}

bool guests_next(guests_t *guests, int64_t now_ms, knock_t *knock, verdict_t *verdict)
{
    CHECK(guests != NULL);
    for (uint32_t i = 0; i < guests->waiting_count; i++) {
        waiting_t *waiting = &guests->waiting[i];
        bool decided = waiting->step == WAITING_DECIDED;
        if (!decided && now_ms < waiting->until_ms)
            continue;
        *knock = waiting->knock;
        *verdict = decided ? waiting->verdict : KNOCK_LATER;
        *waiting = guests->waiting[--guests->waiting_count];
        return true;
    }
    return false;
}

int64_t guests_due_ms(const guests_t *guests)
{
    CHECK(guests != NULL);
    int64_t due_ms = INT64_MAX;
    for (uint32_t i = 0; i < guests->waiting_count; i++) {
        const waiting_t *waiting = &guests->waiting[i];
        int64_t own_ms = waiting->step == WAITING_DECIDED ? 0 : waiting->until_ms;
        due_ms = own_ms < due_ms ? own_ms : due_ms;
    }
    return due_ms;
}

void guests_forget_waiting(guests_t *guests)
{
    CHECK(guests != NULL);
    guests->waiting_count = 0;
}

/* ---- questions ---- */

static bool is_stale(const guests_t *guests, const guest_t *guest)
{
    return guest->doubted || guest->access != guests->access;
}

bool guests_have_questions(const guests_t *guests)
{
    CHECK(guests != NULL);
    for (uint32_t i = 0; i < guests->waiting_count; i++) {
        if (guests->waiting[i].step == WAITING_NEW)
            return true;
    }
    for (uint32_t i = 0; i < guests->count; i++) {
        if (is_stale(guests, &guests->guests[i]))
            return true;
    }
    return false;
}

/* Whether the key stands in the question, if need be newly. */
static bool ask_for(guests_t *guests, const uint8_t *key)
{
    for (uint32_t i = 0; i < guests->asked_count; i++) {
        if (memcmp(guests->asked[i], key, KEY_BYTES) == 0)
            return true;
    }
    if (guests->asked_count == SUBSCRIBERS_MAX)
        return false;
    memcpy(guests->asked[guests->asked_count++], key, KEY_BYTES);
    return true;
}

static void ask_for_guests(guests_t *guests, uint32_t most)
{
    for (uint32_t i = 0; i < guests->count && guests->asked_count < most; i++) {
        if (is_stale(guests, &guests->guests[i]))
            (void)ask_for(guests, guests->guests[i].key); /* there is room */
    }
}

/* However many strangers knock, half of the question is for those who were let in: a
 * crowd before the door must not keep somebody inside whose right has ended. */
void guests_ask(guests_t *guests, subscribers_query_t *question)
{
    CHECK(guests != NULL);
    guests->asked_count = 0;
    ask_for_guests(guests, SUBSCRIBERS_MAX / 2);
    for (uint32_t i = 0; i < guests->waiting_count; i++) {
        waiting_t *waiting = &guests->waiting[i];
        if (waiting->step == WAITING_NEW && ask_for(guests, waiting->knock.key))
            waiting->step = WAITING_ASKED;
    }
    ask_for_guests(guests, SUBSCRIBERS_MAX);
    *question = (subscribers_query_t){ .keys = guests->asked[0],
                                       .key_count = guests->asked_count };
}

static void decide(guests_t *guests, bool answered)
{
    for (uint32_t i = 0; i < guests->waiting_count; i++) {
        waiting_t *waiting = &guests->waiting[i];
        if (waiting->step != WAITING_ASKED)
            continue;
        waiting->step = WAITING_DECIDED;
        waiting->verdict = has(guests, waiting->knock.key)          ? KNOCK_ALLOW
                           : answered && guests->count < GUESTS_MAX ? KNOCK_DENY
                                                                    : KNOCK_LATER;
    }
    guests->asked_count = 0;
}

bool guests_answer(guests_t *guests, const subscribers_answer_t *answer)
{
    CHECK(guests != NULL);
    CHECK(answer != NULL);
    bool lost = false;
    guests->access = answer->access;
    for (uint32_t i = 0; i < guests->asked_count; i++) {
        if ((answer->allowed >> i & 1) != 0)
            allow(guests, guests->asked[i]);
        else
            lost = deny(guests, guests->asked[i]) || lost;
    }
    decide(guests, true);
    return lost;
}

void guests_unanswered(guests_t *guests)
{
    CHECK(guests != NULL);
    decide(guests, false);
}
