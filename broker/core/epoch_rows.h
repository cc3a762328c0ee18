/* epoch_rows.h - rows of epochs, of frozen boards and of attention items.
 *
 * epoch: asked for by a person at a cut-off; its fits and offsets are laid out when it
 * is asked for (one fit per dimension of every calibrated group, one offset per
 * inspector known at the cut-off) and filled by parts. frozen board: its rows follow
 * one another in `frozen_rows`; one board is frozen at a time. Units: SCORING.md
 * section 2. `newest` is the head of the thing's chain of records.
 */
#ifndef YX_CORE_EPOCH_ROWS_H
#define YX_CORE_EPOCH_ROWS_H

#include "broker/core/rows.h"

#define FIT_TERMS        4u
#define EPOCHS_ASKED_MAX 4u /* that wait for the worker at the same time */

typedef struct {
    code_t code;
    uint64_t newest;
    uint64_t cutoff, settled;  /* seqs: asked, adopted or dropped (0 = not yet) */
    uint32_t account, state;   /* accounts, EPOCH_* */
    uint32_t asker, asker_key; /* principals, keys */
    uint32_t settler;          /* principals */
    uint32_t groups;           /* bit g: the scheme's g-th group is calibrated */
    uint32_t fits, fit_count;  /* fits: first of so many */
    uint32_t inspectors;       /* rows of that table at the cut-off */
    uint32_t parts, proposed;  /* journaled so far; 1 = `hash` is set */
    uint32_t status;           /* why it failed */
    uint8_t hash[HASH_BYTES];
} epoch_row_t;

typedef struct {
    int64_t mu, s2;               /* micro-points, centi-points squared */
    int64_t variances[FIT_TERMS]; /* of subjects, units, inspectors, teams: as s2 */
    uint32_t kappa, rho, u;       /* mille */
    uint32_t components, thin;    /* connected parts, teams on a thin link */
    uint32_t offsets;             /* offsets: of inspector 1, then one each */
    uint32_t given, unused;       /* 1 = a part told it */
} fit_row_t;

typedef struct {
    int64_t offset; /* micro-points */
    uint32_t error; /* standard error, micro-points */
    uint32_t known; /* 1 = the fit has this inspector */
} offset_row_t;

/* Why a board is shown although it falls apart; the newest text counts. */
typedef struct {
    uint32_t size, unused;
    char text[4 * REASON_CHARS_MAX];
} reason_row_t;

typedef struct {
    code_t code;
    uint64_t newest, cutoff;
    uint32_t account, scheme_group, state; /* accounts, index, FROZEN_* */
    uint32_t asker, asker_key;             /* principals, keys */
    uint32_t epoch, interval;              /* epochs (0 = prior), INTERVAL_* */
    uint32_t rows, row_count;              /* frozen_rows: first of so many */
    uint32_t ranked, components, thin;     /* as of the cut */
    uint32_t reason;                       /* reasons: of the override, 0 = none */
    uint32_t parts, status, finished;      /* finished 1 = `hash` is set */
    uint8_t hash[HASH_BYTES];
} frozen_row_t;

typedef struct {
    int64_t total, error;
    uint32_t subject, unit; /* subjects, units: as of the cut */
    uint32_t rank, low, high, band;
    uint32_t observations, inspectors, ratings;
    uint16_t missing_ratings, missing_inspectors, missing_observations;
    uint8_t standing, enough;
    uint32_t unused;
} frozen_entry_t;

typedef struct {
    code_t code;
    int64_t figure, bound; /* mille */
    uint64_t newest, opened, closed;
    uint32_t rule, state, epoch, scheme_group; /* RULE_*, ATTENTION_*, epochs, index */
    uint32_t dimension;                        /* number in the scheme, 0 = over all */
    uint32_t inspector, other, unit, subject;  /* inspectors, units, subjects */
    uint32_t count, assigned, closer;          /* of sheets; principals */
} attention_row_t;

#endif
