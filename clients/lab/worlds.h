/* worlds.h - made-up worlds whose truth is known (SCORING.md section 9).
 *
 * 199 subjects in 42 units of 7 teams, 28 inspectors; standard deviations: subject 6,
 * severity 5, pair 2.5, noise 6; ratings are whole points. Half of the severity's variance
 * is the team's, a quarter of the subjects' is their unit's, and the team of the better
 * area is the severer one (correlation -0.5): in blocked worlds quality and severity are
 * confounded. A visit takes two inspectors of one team; a link visit another team's.
 * Threads: none of its own.
 */
#ifndef YX_LAB_WORLDS_H
#define YX_LAB_WORLDS_H

#include "broker/calibration/chance.h"
#include <stdbool.h>
#include <stdint.h>

#define WORLD_SUBJECTS        199u
#define WORLD_UNITS           42u
#define WORLD_INSPECTORS      28u
#define WORLD_TEAMS           7u
#define WORLD_STRAIGHT_LINERS 3u
#define WORLD_RATINGS_MAX     (WORLD_SUBJECTS * 24u)
#define WORLD_MEAN            78.0

typedef enum {
    WORLD_BLOCKED = 1u << 0,     /* teams see their own areas */
    WORLD_LINKS = 1u << 1,       /* 15 percent of visits cross the borders */
    WORLD_STRAIGHT = 1u << 2,    /* three inspectors give everybody the same */
    WORLD_NO_SEVERITY = 1u << 3, /* all eyes are alike */
    WORLD_HEAVY_TAILS = 1u << 4, /* noise of Student's t, 3 degrees */
    WORLD_FIVE_LEVELS = 1u << 5, /* 60, 70, 80, 90, 100 only */
    WORLD_COMPRESSED = 1u << 6,  /* half of the inspectors use half of the scale */
    WORLD_DENSE = 1u << 7        /* 9 to 24 ratings a subject, otherwise 3 to 8 */
} world_flags_t;

typedef struct {
    uint32_t subject, inspector;
    uint32_t centi; /* the rating */
} world_rating_t;

typedef struct {
    double quality[WORLD_SUBJECTS], severity[WORLD_INSPECTORS];
    uint32_t unit_of[WORLD_SUBJECTS], team_of[WORLD_INSPECTORS];
    world_rating_t ratings[WORLD_RATINGS_MAX];
    uint32_t rating_count;
} world_t;

/* Flags of world "A" to "I"; UINT32_MAX: there is no such world. */
uint32_t world_flags(char name);
void world_make(world_t *world, uint32_t flags, uint64_t seed);

#endif
