/* components.h - whether the ratings of a dimension hang together (SCORING.md section 4).
 *
 * Subjects and inspectors are joined by pairs; subjects of different components cannot be
 * compared. Teams that share too few subjects with the others hang by a thin link.
 * Threads: a worker.
 */
#ifndef YX_CALIBRATION_COMPONENTS_H
#define YX_CALIBRATION_COMPONENTS_H

#include "broker/calibration/sample.h"

#define LINK_SUBJECTS_MIN 3u

typedef struct {
    uint32_t count;           /* of components with at least one pair */
    uint32_t *of_subject;     /* from 0 in order of their first subject; UINT32_MAX = no
                                pair */
    uint32_t *shared_by_team; /* subjects that a team shares with the others together */
    uint32_t thin; /* teams with pairs that share fewer than LINK_SUBJECTS_MIN */
} components_t;

/* STATUS_OK, STATUS_NO_MEMORY. Release with components_fini also after a failure. */
status_t components_find(const sample_t *sample, components_t *out);
void components_fini(components_t *components);
/* Whether the team has pairs, others have too, and they share too little. */
bool components_team_is_thin(const sample_t *sample, const components_t *components,
                             uint32_t team);

#endif
