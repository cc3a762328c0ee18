/* chaos.c - see chaos.h. */
#include "tests/property/chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNITS      6u
#define SUBJECTS   12u
#define INSPECTORS 8u
#define TEAMS      3u
#define STAFF      3u
#define VISITS     10u
#define POOL_BYTES (64u << 20)
#define DAY_MS     (24 * 3600 * 1000LL)

struct chaos {
    uint64_t state;
    uint32_t observations; /* codes O0 .. were offered */
    char *pool;
    size_t used;
};

static const int64_t start_ms = 1736121600000; /* 2025-01-06 08:00 in UTC+8 */
static const char group_name[] = "specialists", other_group[] = "heads";

static text_t text(const char *from)
{
    return (text_t){ from, (uint32_t)strlen(from) };
}

static void *keep(chaos_t *chaos, const void *bytes, size_t size)
{
    chaos->used = (chaos->used + 15) & ~(size_t)15;
    if (chaos->used + size > POOL_BYTES)
        abort();
    void *copy = chaos->pool + chaos->used;
    memcpy(copy, bytes, size);
    chaos->used += size;
    return copy;
}

static text_t code(chaos_t *chaos, const char *kind, uint32_t number)
{
    char buffer[CODE_BYTES_MAX + 1];
    int size = snprintf(buffer, sizeof buffer, "%s%u", kind, number);
    return (text_t){ keep(chaos, buffer, (size_t)size), (uint32_t)size };
}

chaos_t *chaos_create(uint64_t seed)
{
    chaos_t *chaos = calloc(1, sizeof *chaos);
    if (chaos == NULL)
        abort();
    chaos->state = seed * 2862933555777941757u + 3037000493u;
    if (chaos->state == 0)
        chaos->state = 1;
    chaos->pool = malloc(POOL_BYTES);
    if (chaos->pool == NULL)
        abort();
    return chaos;
}

void chaos_destroy(chaos_t **chaos)
{
    free((*chaos)->pool);
    free(*chaos);
    *chaos = NULL;
}

uint64_t chaos_random(chaos_t *chaos)
{
    chaos->state ^= chaos->state >> 12;
    chaos->state ^= chaos->state << 25;
    chaos->state ^= chaos->state >> 27;
    return chaos->state * 2685821657736338717u;
}

uint32_t chaos_below(chaos_t *chaos, uint32_t limit)
{
    return (uint32_t)((chaos_random(chaos) >> 33) % limit);
}

static bool chance(chaos_t *chaos, uint32_t percent)
{
    return chaos_below(chaos, 100) < percent;
}

/* Mostly one of `count` that exist, now and then one that does not. */
static text_t some(chaos_t *chaos, const char *kind, uint32_t count)
{
    return code(chaos, kind, chance(chaos, 2) ? count + 7 : chaos_below(chaos, count));
}

static const uint8_t *key_of(uint8_t mark, uint32_t index)
{
    static uint8_t keys[2][CHAOS_KEYS][KEY_BYTES];
    uint8_t *key = keys[mark & 1][index];
    memset(key, 0x11 + mark, KEY_BYTES);
    key[0] = (uint8_t)(index + 1);
    return key;
}

const uint8_t *chaos_key(uint32_t index)
{
    return key_of(0, index);
}

const uint8_t *chaos_temporary_key(uint32_t index)
{
    return key_of(1, index);
}

command_t chaos_genesis(void)
{
    static const uint8_t id[JOURNAL_ID_BYTES] = "journal-of-test",
                         seed[JOURNAL_ID_BYTES] = "seed-of-the-test";
    command_t command = { .kind = COMMAND_GENESIS };
    command.body.genesis = (genesis_t){
        .journal_id = id,
        .hash_seed = seed,
        .administrator = text("admin"),
        .key = chaos_temporary_key(CHAOS_ADMINISTRATOR),
    };
    return command;
}

/* ---- the foundation ---- */

/* Keys: 0 administrator, 1 and 2 organisers, 3 office, 4 reviewer, 5 to 9 inspectors. */
static void invite_of(chaos_t *chaos, uint32_t index, principal_spec_t *spec)
{
    static const role_t roles[CHAOS_KEYS] = { ROLE_ADMINISTRATOR, ROLE_ORGANISER,
                                              ROLE_ORGANISER,     ROLE_OFFICE,
                                              ROLE_REVIEWER,      ROLE_INSPECTOR,
                                              ROLE_INSPECTOR,     ROLE_INSPECTOR,
                                              ROLE_INSPECTOR,     ROLE_INSPECTOR };
    memset(spec, 0, sizeof *spec);
    spec->principal = code(chaos, "P", index);
    spec->key = chaos_temporary_key(index);
    spec->roles = 1u << roles[index];
    spec->scope.everything = index < 3;
    if (index >= 4)
        spec->person = index == 4 ? text("HS0") : code(chaos, "HI", index - 5);
    if (index >= 3) {
        text_t unit = code(chaos, "U", index == 3 ? 1 : 0);
        spec->scope.units = keep(chaos, &unit, sizeof unit);
        spec->scope.unit_count = 1;
    }
}

static void scheme_of(chaos_t *chaos, propose_scheme_t *scheme)
{
    (void)chaos; /* one scheme for every seed */
    static scheme_dimension_t dimensions[4];
    static scheme_channel_t channels[3];
    static scheme_group_dimension_t first[3], second[2];
    static scheme_group_t groups[2];
    static const char *const names[] = { "attitude", "courage", "effect", "reform" };
    static const char *const ways[] = { "watching", "asking", "self-report" };
    static const scheme_offset_t offset = { 2, 1500000 };
    for (uint32_t d = 0; d < 4; d++)
        dimensions[d] = (scheme_dimension_t){ text(names[d]), d + 1, 8000, 1000,
                                              360000,         300,   1000 };
    for (uint32_t k = 0; k < 3; k++)
        channels[k] = (scheme_channel_t){ text(ways[k]), k == 1 ? &offset : NULL, k + 1,
                                          k == 2 ? 0 : 1000 - 250 * k, k == 1 };
    for (uint32_t i = 0; i < 3; i++)
        first[i] = (scheme_group_dimension_t){ i + 1, 0, false };
    second[0] = (scheme_group_dimension_t){ 3, 4000, true };
    second[1] = (scheme_group_dimension_t){ 4, 6000, true };
    groups[0] = (scheme_group_t){ text(group_name), first, 3, 3, 2, 0, 12 };
    groups[1] = (scheme_group_t){ text(other_group), second, 2, 2, 2, 3, 12 };
    *scheme = (propose_scheme_t){ .code = text("town-1"),
                                  .dimensions = dimensions,
                                  .channels = channels,
                                  .groups = groups,
                                  .dimension_count = 4,
                                  .channel_count = 3,
                                  .group_count = 2,
                                  .scoring_revision = 1,
                                  .review_below = 3000,
                                  .cap_positive = 300,
                                  .cap_negative = 500,
                                  .cap_achievement = 500,
                                  .achievement_weight = 100,
                                  .reply_window_days = 7 };
}

static void subject_of(chaos_t *chaos, uint32_t index, put_subject_t *subject)
{
    memset(subject, 0, sizeof *subject);
    subject->code = code(chaos, "C", index);
    subject->kind = SUBJECT_CADRE;
    /* the first inspector is a registered cadre as well */
    subject->person = index == 0 ? text("HI0") : code(chaos, "HC", index);
    subject->unit = code(chaos, "U", 1 + index % (UNITS - 1));
    subject->group = text(index % 4 == 3 ? other_group : group_name);
}

static void inspector_of(chaos_t *chaos, uint32_t index, put_inspector_t *inspector)
{
    memset(inspector, 0, sizeof *inspector);
    inspector->code = code(chaos, "I", index);
    inspector->person = code(chaos, "HI", index);
    inspector->team = code(chaos, "T", index % TEAMS);
    inspector->role = 2;
    inspector->own_unit = code(chaos, "U", 1 + index % (UNITS - 1));
    inspector->state = INSPECTOR_ACTIVE;
    if (index == 1) {
        text_t conflict = code(chaos, "C", 2);
        inspector->conflict_subjects = keep(chaos, &conflict, sizeof conflict);
        inspector->conflict_subject_count = 1;
    }
}

static void visit_of(chaos_t *chaos, uint32_t index, put_visit_t *visit)
{
    text_t members[3] = { { NULL, 0 } };
    uint32_t team = index % TEAMS, count = 0;
    for (uint32_t i = team; i < INSPECTORS && count < 3; i += TEAMS)
        members[count++] = code(chaos, "I", i);
    memset(visit, 0, sizeof *visit);
    visit->code = code(chaos, "V", index);
    visit->round = text("R0");
    visit->team = code(chaos, "T", team);
    visit->unit = code(chaos, "U", 1 + index % (UNITS - 1));
    visit->inspectors = keep(chaos, members, sizeof members);
    visit->inspector_count = count;
    visit->place_kind = 1;
    visit->opened_ms = start_ms + index * DAY_MS;
    visit->has_opened = true;
    visit->closed_ms = visit->opened_ms + 8 * 3600 * 1000;
    visit->has_closed = index % 2 == 0;
}

/* Steps of the foundation, each a kind and how many of it. */
static const struct {
    command_kind_t kind;
    uint32_t count, by;
} steps[] = {
    { COMMAND_UNIT, UNITS, 1 },
    { COMMAND_PERSON, SUBJECTS + INSPECTORS + STAFF, 1 },
    { COMMAND_SUBJECT, SUBJECTS, 1 },
    { COMMAND_TEAM, TEAMS, 1 },
    { COMMAND_INSPECTOR, INSPECTORS, 1 },
    { COMMAND_STAFF, STAFF, 1 },
    { COMMAND_PROPOSE_SCHEME, 1, 1 },
    { COMMAND_APPROVE_SCHEME, 1, 2 },
    { COMMAND_OPEN_ACCOUNT, 1, 1 },
    { COMMAND_ROUND, 1, 1 },
    { COMMAND_VISIT, VISITS, 1 },
};

static text_t person_of(chaos_t *chaos, uint32_t index)
{
    if (index < SUBJECTS)
        return code(chaos, "HC", index);
    if (index < SUBJECTS + INSPECTORS)
        return code(chaos, "HI", index - SUBJECTS);
    return code(chaos, "HS", index - SUBJECTS - INSPECTORS);
}

static void build(chaos_t *chaos, command_kind_t kind, uint32_t index,
                  command_t *command)
{
    memset(command, 0, sizeof *command);
    command->kind = kind;
    switch (kind) {
    case COMMAND_UNIT:
        command->body.unit.code = code(chaos, "U", index);
        if (index > 0)
            command->body.unit.parent = code(chaos, "U", 0);
        break;
    case COMMAND_PERSON:
        command->body.person.code = person_of(chaos, index);
        break;
    case COMMAND_SUBJECT:
        subject_of(chaos, index, &command->body.subject);
        break;
    case COMMAND_TEAM:
        command->body.team.code = code(chaos, "T", index);
        break;
    case COMMAND_INSPECTOR:
        inspector_of(chaos, index, &command->body.inspector);
        break;
    case COMMAND_STAFF:
        command->body.staff = (put_staff_t){ .code = code(chaos, "S", index),
                                             .person = code(chaos, "HS", index),
                                             .unit = code(chaos, "U", 0),
                                             .role = index == 2 ? 3 : 1 };
        break;
    case COMMAND_PROPOSE_SCHEME:
        scheme_of(chaos, &command->body.propose_scheme);
        break;
    case COMMAND_APPROVE_SCHEME:
        command->body.approve_scheme.code = text("town-1");
        break;
    case COMMAND_OPEN_ACCOUNT:
        command->body.open_account =
            (open_account_t){ text("A0"), text("town-1"), 20250101, 20251231 };
        break;
    case COMMAND_ROUND:
        command->body.round =
            (put_round_t){ text("R0"), text("A0"), 1, 20250101, 20251231, 60 };
        break;
    case COMMAND_VISIT:
        visit_of(chaos, index, &command->body.visit);
        break;
    default:
        abort();
    }
}

bool chaos_foundation(chaos_t *chaos, uint32_t step, command_t *command, uint32_t *by)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (step < steps[i].count) {
            build(chaos, steps[i].kind, step, command);
            *by = steps[i].by;
            return true;
        }
        step -= steps[i].count;
    }
    return false;
}

command_t chaos_invite(chaos_t *chaos, uint32_t index)
{
    command_t command = { .kind = COMMAND_INVITE };
    invite_of(chaos, index, &command.body.invite);
    return command;
}

/* ---- random commands ---- */

static void random_sheet(chaos_t *chaos, uint32_t inspector, observe_t *sheet)
{
    uint32_t visit = chance(chaos, 85)
                         ? inspector % TEAMS + TEAMS * chaos_below(chaos, 3)
                         : chaos_below(chaos, VISITS);
    rating_t ratings[4];
    uint32_t count = 0;
    for (uint32_t d = 1; d <= 4; d++) {
        if (chance(chaos, d <= 3 ? 70 : 8))
            ratings[count++] =
                (rating_t){ d, chaos_below(chaos, chance(chaos, 2) ? 10400 : 10001) };
    }
    uint32_t number = chance(chaos, 4) && chaos->observations > 0
                          ? chaos_below(chaos, chaos->observations)
                          : chaos->observations++;
    memset(sheet, 0, sizeof *sheet);
    sheet->code = code(chaos, "O", number);
    sheet->visit = chance(chaos, 2) ? text("V99") : code(chaos, "V", visit);
    sheet->inspector = code(chaos, "I", inspector);
    sheet->subject = some(chaos, "C", SUBJECTS);
    sheet->channel = 1 + chaos_below(chaos, chance(chaos, 3) ? 5 : 3);
    sheet->ratings = keep(chaos, ratings, sizeof ratings);
    sheet->rating_count = count;
    sheet->polarity = chance(chaos, 12) ? POLARITY_NEGATIVE : POLARITY_NEUTRAL;
    sheet->narrative_chars = chance(chaos, 80) ? 30 : 0;
    sheet->evidence_count = chance(chaos, 60);
    sheet->observed_ms =
        start_ms + visit * DAY_MS + (int64_t)chaos_below(chaos, 9) * 3600 * 1000;
}

static void random_observe(chaos_t *chaos, command_t *command, uint32_t *by)
{
    uint32_t inspector = chaos_below(chaos, 5);
    command->kind = COMMAND_OBSERVE;
    *by = chance(chaos, 80) ? 5 + inspector : 1;
    if (*by == 1)
        inspector = chaos_below(chaos, INSPECTORS);
    random_sheet(chaos, inspector, &command->body.observe);
}

static void random_review(chaos_t *chaos, command_t *command, uint32_t *by)
{
    command->kind = COMMAND_REVIEW;
    *by = chance(chaos, 50) ? 4 : 1;
    command->body.review =
        (review_t){ .observation = some(chaos, "O", chaos->observations + 1),
                    .reviewer = some(chaos, "S", STAFF),
                    .decision = 1 + chaos_below(chaos, 2) };
}

static void random_retract(chaos_t *chaos, command_t *command, uint32_t *by)
{
    command->kind = COMMAND_RETRACT;
    *by = chance(chaos, 50) ? 1 : 5 + chaos_below(chaos, 5);
    command->body.retract.code = some(chaos, "O", chaos->observations + 1);
}

/* Moves of subjects, changed inspectors, changed units. */
static void random_registry(chaos_t *chaos, command_t *command, uint32_t *by)
{
    static const command_kind_t kinds[] = { COMMAND_UNIT,    COMMAND_SUBJECT,
                                            COMMAND_SUBJECT, COMMAND_INSPECTOR,
                                            COMMAND_STAFF,   COMMAND_PERSON };
    command_kind_t kind = kinds[chaos_below(chaos, 6)];
    build(chaos, kind, chaos_below(chaos, 3), command);
    *by = chance(chaos, 60) ? 1 : chaos_below(chaos, CHAOS_KEYS);
    if (kind == COMMAND_SUBJECT && chance(chaos, 40))
        command->body.subject.unit = some(chaos, "U", UNITS);
    if (kind == COMMAND_SUBJECT && chance(chaos, 20))
        command->body.subject.group = text(other_group);
    if (kind == COMMAND_INSPECTOR && chance(chaos, 30))
        command->body.inspector.state = INSPECTOR_SUSPENDED;
    if (kind == COMMAND_UNIT && chance(chaos, 50))
        command->body.unit.parent = some(chaos, "U", UNITS);
}

static void random_frame(chaos_t *chaos, int64_t now_ms, command_t *command,
                         uint32_t *by)
{
    *by = 1;
    if (chance(chaos, 50)) {
        command->kind = COMMAND_VISIT;
        visit_of(chaos, chaos_below(chaos, VISITS + 2), &command->body.visit);
        command->body.visit.inspector_count =
            1 + chaos_below(chaos, command->body.visit.inspector_count);
        return;
    }
    command->kind = COMMAND_MOVE_VISIT;
    command->body.move_visit =
        (move_t){ .code = some(chaos, "V", VISITS),
                  .at_ms = now_ms,
                  .stage = 1 + chaos_below(chaos, chance(chaos, 5) ? 4 : 3),
                  .has_at = chance(chaos, 50) };
}

void chaos_next(chaos_t *chaos, int64_t now_ms, command_t *command, uint32_t *by)
{
    memset(command, 0, sizeof *command);
    uint32_t roll = chaos_below(chaos, 1000);
    if (roll < 760)
        random_observe(chaos, command, by);
    else if (roll < 860)
        random_review(chaos, command, by);
    else if (roll < 930)
        random_retract(chaos, command, by);
    else if (roll < 985)
        random_registry(chaos, command, by);
    else
        random_frame(chaos, now_ms, command, by);
}
