/* places.h - the board of a table of ratings (SCORING.md sections 3 to 5) in a view.
 *
 * Totals are the broker's integers.
 * Threads: any; nothing shared.
 */
#ifndef YX_LAB_PLACES_H
#define YX_LAB_PLACES_H

#include "broker/calibration/calibrate.h"
#include "clients/lab/ratings.h"
#include "clients/lab/view.h"
#include "proto/status.h"

typedef struct {
    uint32_t subject;             /* number in the table */
    uint32_t rank, low, high;     /* 0 = not ranked */
    int64_t total, error;         /* micro-points x basis points */
    uint32_t ratings, inspectors; /* least over the dimensions */
    bool provisional;             /* someone who rated them is not known */
} place_t;

/* What one inspector adds to one subject's total through one dimension. */
typedef struct {
    uint32_t subject, inspector;
    int64_t amount; /* as totals; rounded down singly */
} place_look_t;

typedef struct {
    fit_t fit;
    bool fitted;               /* false: the prior */
    uint32_t components, thin; /* thin: teams that hang by a thin link */
} place_fit_t;

typedef struct {
    place_t *places; /* the ranked by rank and code, then the others by code */
    uint32_t count, ranked;
    place_fit_t fits[GROUP_DIMENSIONS_MAX];
    uint32_t dimension_count;
    int64_t *shares; /* [dimension][subject]: weight x score; they sum to the total */
    place_look_t *looks;
    size_t look_count;
    bool sets;      /* low and high are 95 percent sets, not the wide interval */
    bool connected; /* everybody can be compared in every dimension */
} places_t;

/* STATUS_OK, STATUS_NO_MEMORY, STATUS_GROUP_TOO_LARGE (inspectors and teams, or these
 * times units). */
status_t places_make(const lab_view_t *view, places_t **out);
void places_destroy(places_t **places);

#endif
