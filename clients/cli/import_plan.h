/* import_plan.h - all that an import is going to do, and all that is wrong with it.
 *
 * Sheets are read into commands in order of dependence before anything is sent. A finding
 * names file, row and column as people see them; findings that are only told (normalised
 * values) do not keep a row from being taken.
 * Ownership: the plan owns everything; texts given are copied.
 * Threads: one owner.
 */
#ifndef YX_IMPORT_PLAN_H
#define YX_IMPORT_PLAN_H

#include "clients/cli/sheet.h"
#include "clients/sheets/reasons.h"
#include "clients/sheets/record_columns.h"
#include <stdio.h>

#define PLAN_COLUMNS_TOLD_MAX 256u

typedef enum {
    ROW_GOOD,
    ROW_LATER, /* rests on an earlier row of the same import: judged before sending */
    ROW_TAKEN, /* its code is taken: compared with what is stored */
    ROW_UNCHANGED, /* stored already, byte for byte */
    ROW_REFUSED
} row_state_t;

/* One command; a row of a sheet may be two (an observation and its review). */
typedef struct {
    char *json;       /* what json_to_command takes */
    const char *verb; /* a constant */
    char *code;       /* what it makes; NULL = nothing new */
    uint32_t sheet, row;
    uint32_t stage; /* those of a lower one are sent first: import_stage() */
    int64_t due_ms; /* when the sheet says that it happened, 0 = from the beginning */
    row_state_t state;
    uint32_t with; /* index + 1 of the command whose fate it shares, 0 = none */
    /* dimension numbers of its ratings, in order, for places like ratings[2] */
    uint8_t rated[DIMENSIONS_MAX];
    uint8_t rated_count;
} import_command_t;

typedef struct {
    char *path, *name; /* of the file; as people are told of it */
    uint32_t number;   /* of the sheet within the file */
    const record_kind_t *kind;
    uint32_t rows, refused; /* rows with values; those of them that are refused */
    bool fault;             /* the sheet as a whole is refused */
    uint8_t *refused_rows;  /* a bit for each row; NULL = none yet */
} import_sheet_t;

typedef struct {
    uint32_t sheet, row; /* row 0 = the file as a whole */
    sheet_reason_t reason;
    char *column, *value; /* may be NULL */
    status_t status;      /* of REASON_OTHER_RULE */
} finding_t;

typedef struct codes codes_t;

typedef struct {
    import_sheet_t *sheets;
    uint32_t sheet_count;
    import_command_t *commands;
    uint32_t command_count, command_room;
    finding_t *findings;
    uint32_t finding_count, finding_room;
    codes_t *codes;
    sheet_names_t names;  /* of dimensions and channels */
    const char *evidence; /* folder, or NULL */
    bool opens_account, brings_scheme, no_memory;
} import_plan_t;

/* Kinds name only what stands in kinds before them (record_kind_at); `behind` is for
 * what has to wait until the kind itself is there. */
uint32_t import_stage(const record_kind_t *kind, bool behind);
#define IMPORT_STAGES 64u

void plan_init(import_plan_t *plan);
void plan_fini(import_plan_t *plan);

/* Index of a new sheet, UINT32_MAX when memory is short (plan->no_memory). */
uint32_t plan_add_sheet(import_plan_t *plan, const char *path, uint32_t number,
                        const char *name, const record_kind_t *kind);
/* Takes json and code over. NULL: no memory. */
import_command_t *plan_add_command(import_plan_t *plan, const char *verb, char *json,
                                   char *code, uint32_t sheet, uint32_t row);
/* A refusal counts once for each row and sheet. */
void plan_find(import_plan_t *plan, uint32_t sheet, uint32_t row, sheet_reason_t reason,
               const char *column, const char *value);
/* Likewise of a command, by a status of the broker. */
void plan_refuse(import_plan_t *plan, uint32_t command, const fault_t *fault,
                 status_t status);

typedef enum { CODE_NEW, CODE_SAME_ROW, CODE_OTHER_ROW } code_use_t;
/* Whether the verb and code were met before, with the same row or another one. */
code_use_t plan_use_code(import_plan_t *plan, const char *verb, const char *code,
                         const char *json);
/* Whether a row of this import makes something of this code. */
bool plan_makes(const import_plan_t *plan, const char *code);
/* Refused rows and sheets. */
uint32_t plan_refused(const import_plan_t *plan);

#endif
