/* facts_rows.h - how each kind of row is told in the facts digest. For facts_digest.c. */
#ifndef YX_RANKING_FACTS_ROWS_H
#define YX_RANKING_FACTS_ROWS_H

#include "broker/ranking/facts_write.h"

/* Writes one row of a kind. */
typedef void facts_row(facts_writer_t *writer, uint32_t index);
facts_row facts_unit, facts_person, facts_subject, facts_project, facts_milestone,
    facts_assignment, facts_team, facts_inspector, facts_staff, facts_scheme,
    facts_account, facts_round, facts_visited, facts_observation;
/* All standings of a subject that have a confirmed fact, with groups, total and rank. */
facts_row facts_standings;

#endif
