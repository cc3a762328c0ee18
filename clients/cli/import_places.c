/* import_places.c - see import_places.h. */
#include "clients/cli/import_places.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    status_t status;
    sheet_reason_t reason;
} reasons[] = {
    { STATUS_CODE_TAKEN, REASON_DUPLICATE_CODE },
    { STATUS_UNKNOWN_VALUE, REASON_NOT_ALLOWED_VALUE },
    { STATUS_UNKNOWN_CHANNEL, REASON_NOT_ALLOWED_VALUE },
    { STATUS_FIELD_MISSING, REASON_REQUIRED_BLANK },
    { STATUS_RATING_RANGE, REASON_OUT_OF_RANGE },
    { STATUS_BAD_DATE, REASON_BAD_DATE },
    { STATUS_OUTSIDE_VISIT, REASON_OUTSIDE_VISIT },
    { STATUS_EVIDENCE_MISSING, REASON_EVIDENCE_MISSING },
    { STATUS_NARRATIVE_MISSING, REASON_NARRATIVE_MISSING },
    { STATUS_TOO_FEW_INSPECTORS, REASON_TOO_FEW_INSPECTORS },
    { STATUS_OWN_UNIT, REASON_CONFLICT_OF_INTEREST },
    { STATUS_DECLARED_CONFLICT, REASON_CONFLICT_OF_INTEREST },
    { STATUS_MUTUAL_RATING, REASON_CONFLICT_OF_INTEREST },
    { STATUS_SUBJECT_NOT_RATED, REASON_CONFLICT_OF_INTEREST },
    { STATUS_NOT_ON_VISIT, REASON_NOT_ON_VISIT },
    { STATUS_ID_NUMBER, REASON_ID_NUMBER },
    { STATUS_PHONE_NUMBER, REASON_PHONE_NUMBER },
    { STATUS_TEXT_TOO_LONG, REASON_TEXT_TOO_LONG },
    { STATUS_TOO_LARGE, REASON_TEXT_TOO_LONG },
};

static bool is_unknown(status_t status)
{
    return status >= STATUS_UNKNOWN_UNIT && status <= STATUS_UNKNOWN_OBSERVATION;
}

sheet_reason_t import_reason_of(status_t status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return is_unknown(status) ? REASON_UNKNOWN_CODE : REASON_OTHER_RULE;
}

/* "observe.ratings[2].value" -> field "ratings", index 2. */
static size_t split_place(const char *place, const char **field, uint32_t *index)
{
    const char *dot = strchr(place, '.');
    *field = dot != NULL ? dot + 1 : place;
    size_t size = strcspn(*field, ".[");
    *index = (*field)[size] == '[' ? (uint32_t)strtoul(*field + size + 1, NULL, 10) : 0;
    return size;
}

static bool is_field(const char *name, const char *field, size_t size)
{
    return name != NULL && strlen(name) == size && memcmp(name, field, size) == 0;
}

static const char *dimension_of(const import_plan_t *plan,
                                const import_command_t *command, uint32_t index)
{
    uint32_t number = index < command->rated_count ? command->rated[index] : 0;
    return number > 0 && number <= plan->names.dimension_count
               ? plan->names.dimensions[number - 1]
               : NULL;
}

/* Fields that no column has, and the column that they are made from. */
static const char *field_in_sheet(const char *field, size_t *size)
{
    static const char *const made[][2] = { { "evidence", "evidence_names" },
                                           { "narrative_chars", "narrative" },
                                           { "has_post", "post" } };
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        if (!is_field(made[i][0], field, *size))
            continue;
        *size = strlen(made[i][1]);
        return made[i][1];
    }
    return field;
}

const char *import_column_of(const import_plan_t *plan, const import_command_t *command,
                             const char *place)
{
    const record_kind_t *kind = plan->sheets[command->sheet].kind;
    const char *field;
    uint32_t index;
    size_t size = split_place(place, &field, &index);
    if (is_field("ratings", field, size))
        return dimension_of(plan, command, index);
    field = field_in_sheet(field, &size);
    for (uint32_t i = 0; i < kind->count; i++) {
        const record_column_t *column = &kind->columns[i];
        if (is_field(column->field, field, size) ||
            is_field(column->further, field, size))
            return column->header;
    }
    return NULL;
}

bool import_comes_later(const import_plan_t *plan, status_t status,
                        const fault_t *fault)
{
    if (status == STATUS_UNKNOWN_SCHEME)
        return plan->brings_scheme;
    if (status == STATUS_UNKNOWN_ACCOUNT)
        return plan->opens_account;
    return is_unknown(status) && plan_makes(plan, fault->detail);
}
