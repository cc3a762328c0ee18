/* jobs.h - what the worker is asked for, and what becomes of what it brings.
 *
 * Calibrations and frozen boards are asked for by journaled commands: the state says
 * what waits, so that a job which a stop of the broker cut off is begun again. What a
 * job found is written as commands of the broker's own, some a turn, under the key of
 * the person who asked. An account that was closed is calibrated without being asked.
 * Plans and passwords are asked about by queries and answered. There are two workers, so that a plan or
 * a frozen board does not wait behind a calibration.
 * Threads: the core thread.
 */
#ifndef YX_RUNTIME_JOBS_H
#define YX_RUNTIME_JOBS_H

#include "broker/runtime/core.h"
#include "proto/wire.h"

#define JOBS_COMMANDS_MAX 64u /* written in one turn */
#define JOBS_LANES        2u

typedef struct jobs jobs_t;

/* STATUS_NO_MEMORY. */
status_t jobs_create(const state_t *state, jobs_t **jobs);
/* Stops what runs and waits for it. */
void jobs_destroy(jobs_t **jobs);

/* Every turn: takes what ended, writes some of what it found, begins what waits.
 * `stopping`: nothing more is begun or written. */
void jobs_turn(core_t *core, bool stopping);
/* Whether commands wait to be written: the loop does not sleep. */
bool jobs_wait(const core_t *core);
/* Rings when a job of this lane has ended; JOBS_LANES: a password was looked at. */
int jobs_fd(const core_t *core, uint32_t lane);

/* A plan; the answer comes when it is made. STATUS_UNKNOWN_ACCOUNT,
 * STATUS_UNKNOWN_GROUP, STATUS_UNKNOWN_TEAM, STATUS_WINDOW_TOO_LARGE,
 * STATUS_OUT_OF_SCOPE (a plan names everybody of a group), STATUS_BUSY. */
status_t jobs_plan(core_t *core, const caller_t *caller, const query_t *query,
                   fault_t *fault);
/* See sign_in.h. */
status_t jobs_sign_in(core_t *core, const caller_t *caller, const query_t *query,
                      fault_t *fault);
status_t jobs_change_password(core_t *core, const caller_t *caller,
                              const query_t *query, fault_t *fault);
/* How long no password of this user is looked at. */
uint32_t jobs_locked_seconds(const core_t *core, uint32_t user);

#endif
