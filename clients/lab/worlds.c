/* worlds.c - see worlds.h. */
#include "clients/lab/worlds.h"

#include "proto/check.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#define SD_SUBJECT      6.0
#define SD_SEVERITY     5.0
#define SD_PAIR         2.5
#define SD_NOISE        6.0
#define SHARE_OF_TEAM   0.5  /* of the severity's variance */
#define SHARE_OF_UNIT   0.25 /* of the subjects' variance */
#define CONFOUNDED      (-0.5)
#define LINK_PART       0.15
#define STRAIGHT_POINTS 85.0
#define INSPECTORS_EACH (WORLD_INSPECTORS / WORLD_TEAMS)

static const struct {
    char name;
    uint32_t flags;
} worlds[] = {
    { 'A', 0 },
    { 'B', WORLD_BLOCKED | WORLD_LINKS },
    { 'C', WORLD_BLOCKED },
    { 'D', WORLD_BLOCKED | WORLD_LINKS | WORLD_STRAIGHT },
    { 'E', WORLD_NO_SEVERITY },
    { 'F', WORLD_BLOCKED | WORLD_LINKS | WORLD_NO_SEVERITY },
    { 'G', WORLD_BLOCKED | WORLD_LINKS | WORLD_HEAVY_TAILS },
    { 'H', WORLD_BLOCKED | WORLD_LINKS | WORLD_FIVE_LEVELS },
    { 'I', WORLD_BLOCKED | WORLD_LINKS | WORLD_COMPRESSED },
};

uint32_t world_flags(char name)
{
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        if (worlds[i].name == name)
            return worlds[i].flags;
    }
    return UINT32_MAX;
}

typedef struct {
    world_t *world;
    uint32_t flags;
    chance_t chance;
    double pair[WORLD_SUBJECTS][WORLD_INSPECTORS];
} making_t;

static bool has(const making_t *making, uint32_t flag)
{
    return (making->flags & flag) != 0;
}

static uint32_t team_of_subject(const world_t *world, uint32_t subject)
{
    return world->unit_of[subject] % WORLD_TEAMS;
}

/* How good the units of each team's area are, as one standard normal. */
static void sum_areas(const double unit[WORLD_UNITS], double area[WORLD_TEAMS])
{
    for (uint32_t t = 0; t < WORLD_TEAMS; t++)
        area[t] = 0.0;
    for (uint32_t u = 0; u < WORLD_UNITS; u++)
        area[u % WORLD_TEAMS] += unit[u] / sqrt((double)WORLD_UNITS / WORLD_TEAMS);
}

static void make_subjects(making_t *making, double area[WORLD_TEAMS])
{
    world_t *world = making->world;
    double unit[WORLD_UNITS];
    for (uint32_t u = 0; u < WORLD_UNITS; u++)
        unit[u] = chance_normal(&making->chance);
    sum_areas(unit, area);
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++) {
        world->unit_of[s] = s % WORLD_UNITS;
        world->quality[s] =
            SD_SUBJECT * (sqrt(SHARE_OF_UNIT) * unit[world->unit_of[s]] +
                          sqrt(1.0 - SHARE_OF_UNIT) * chance_normal(&making->chance));
    }
}

static void make_inspectors(making_t *making, const double area[WORLD_TEAMS])
{
    world_t *world = making->world;
    bool severe = !has(making, WORLD_NO_SEVERITY);
    double team[WORLD_TEAMS];
    for (uint32_t t = 0; t < WORLD_TEAMS; t++)
        team[t] = CONFOUNDED * area[t] +
                  sqrt(1.0 - CONFOUNDED * CONFOUNDED) * chance_normal(&making->chance);
    for (uint32_t r = 0; r < WORLD_INSPECTORS; r++) {
        double own = chance_normal(&making->chance);
        world->team_of[r] = r / INSPECTORS_EACH;
        world->severity[r] =
            severe ? SD_SEVERITY * (sqrt(SHARE_OF_TEAM) * team[world->team_of[r]] +
                                    sqrt(1.0 - SHARE_OF_TEAM) * own)
                   : 0.0;
    }
}

static void make_people(making_t *making)
{
    double area[WORLD_TEAMS];
    make_subjects(making, area);
    make_inspectors(making, area);
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++) {
        for (uint32_t r = 0; r < WORLD_INSPECTORS; r++)
            making->pair[s][r] = SD_PAIR * chance_normal(&making->chance);
    }
}

static double noise(making_t *making)
{
    double z = chance_normal(&making->chance);
    if (!has(making, WORLD_HEAVY_TAILS))
        return SD_NOISE * z;
    double squares = 0.0;
    for (uint32_t i = 0; i < 3; i++) {
        double x = chance_normal(&making->chance);
        squares += x * x;
    }
    return SD_NOISE / sqrt(3.0) * z / sqrt(squares / 3.0); /* variance of t3 is 3 */
}

static bool is_straight(const making_t *making, uint32_t inspector)
{
    return has(making, WORLD_STRAIGHT) && inspector % INSPECTORS_EACH == 1 &&
           inspector / INSPECTORS_EACH < WORLD_STRAIGHT_LINERS;
}

/* In points, before it is made whole. */
static double opinion(making_t *making, uint32_t s, uint32_t r)
{
    const world_t *world = making->world;
    double seen = world->quality[s] + making->pair[s][r] + noise(making);
    if (is_straight(making, r))
        return STRAIGHT_POINTS;
    if (has(making, WORLD_COMPRESSED) && r % 2 == 0)
        seen *= 0.5;
    return WORLD_MEAN + world->severity[r] + seen;
}

static uint32_t centi_of(const making_t *making, double points)
{
    double step = has(making, WORLD_FIVE_LEVELS) ? 10.0 : 1.0;
    double least = has(making, WORLD_FIVE_LEVELS) ? 60.0 : 0.0;
    double whole = floor(points / step + 0.5) * step;
    whole = whole < least ? least : whole > 100.0 ? 100.0 : whole;
    return (uint32_t)(whole * 100.0);
}

static void rate(making_t *making, uint32_t s, uint32_t r)
{
    world_t *world = making->world;
    CHECK(world->rating_count < WORLD_RATINGS_MAX);
    uint32_t centi = centi_of(making, opinion(making, s, r));
    world->ratings[world->rating_count++] = (world_rating_t){ s, r, centi };
}

static uint32_t pick_team(making_t *making, uint32_t s)
{
    uint32_t home = team_of_subject(making->world, s);
    if (!has(making, WORLD_BLOCKED))
        return chance_below(&making->chance, WORLD_TEAMS);
    if (!has(making, WORLD_LINKS) || chance_unit(&making->chance) >= LINK_PART)
        return home;
    return (home + 1 + chance_below(&making->chance, WORLD_TEAMS - 1)) % WORLD_TEAMS;
}

/* Visits until the subject has its number of ratings: two inspectors of a team each. */
static void visit(making_t *making, uint32_t s)
{
    uint32_t wanted = has(making, WORLD_DENSE) ? 9 + chance_below(&making->chance, 16)
                                               : 3 + chance_below(&making->chance, 6);
    for (uint32_t given = 0; given < wanted;) {
        uint32_t team = pick_team(making, s);
        uint32_t first = chance_below(&making->chance, INSPECTORS_EACH);
        uint32_t second = 1 + chance_below(&making->chance, INSPECTORS_EACH - 1);
        rate(making, s, team * INSPECTORS_EACH + first);
        given++;
        if (given++ < wanted)
            rate(making, s,
                 team * INSPECTORS_EACH + (first + second) % INSPECTORS_EACH);
    }
}

void world_make(world_t *world, uint32_t flags, uint64_t seed)
{
    CHECK(world != NULL);
    making_t making = { .world = world, .flags = flags };
    memset(world, 0, sizeof *world);
    chance_init(&making.chance, seed);
    make_people(&making);
    for (uint32_t s = 0; s < WORLD_SUBJECTS; s++)
        visit(&making, s);
}
