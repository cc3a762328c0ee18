/* wire_access.c - how commands on principals, their keys and scopes lie. */
#include "access.pb-c.h"
#include "proto/wire_shape.h"

static const row_t scope_rows[] = {
    ROW_LIST(1, FORM_CODES, scope_spec_t, units, unit_count, SCOPE_UNITS_MAX),
    ROW_LIST(2, FORM_LABELS, scope_spec_t, groups, group_count, SCOPE_GROUPS_MAX),
    ROW(3, FORM_FLAG, scope_spec_t, everything),
};
static const shape_t shape_scope =
    SHAPE(yx__scope__descriptor, scope_rows, scope_spec_t);

static const row_t invite_rows[] = {
    ROW(1, FORM_CODE, principal_spec_t, principal),
    ROW_SIZED(2, FORM_KEY, principal_spec_t, key, KEY_BYTES),
    ROW(3, FORM_ROLES, principal_spec_t, roles),
    ROW(4, FORM_CODE, principal_spec_t, person),
    ROW_INLINE(5, principal_spec_t, scope, shape_scope),
};
const shape_t shape_invite =
    SHAPE(yx__invite__descriptor, invite_rows, principal_spec_t);

static const row_t enrol_rows[] = {
    ROW_SIZED(1, FORM_KEY, enrol_t, key, KEY_BYTES),
};
const shape_t shape_enrol = SHAPE(yx__enrol__descriptor, enrol_rows, enrol_t);

static const row_t revoke_rows[] = {
    ROW(1, FORM_CODE, revoke_t, principal),
    ROW_SIZED(2, FORM_KEY, revoke_t, key, KEY_BYTES),
};
const shape_t shape_revoke = SHAPE(yx__revoke__descriptor, revoke_rows, revoke_t);

static const row_t set_principal_rows[] = {
    ROW(1, FORM_CODE, principal_spec_t, principal),
    ROW(2, FORM_ROLES, principal_spec_t, roles),
    ROW(3, FORM_CODE, principal_spec_t, person),
    ROW_INLINE(4, principal_spec_t, scope, shape_scope),
};
const shape_t shape_set_principal =
    SHAPE(yx__set_principal__descriptor, set_principal_rows, principal_spec_t);

static const row_t put_user_rows[] = {
    ROW(1, FORM_CODE, principal_spec_t, principal),
    ROW(2, FORM_ROLES, principal_spec_t, roles),
    ROW(3, FORM_CODE, principal_spec_t, person),
    ROW_INLINE(4, principal_spec_t, scope, shape_scope),
    ROW_SIZED(5, FORM_KEY, principal_spec_t, key, KEY_BYTES),
};
const shape_t shape_put_user =
    SHAPE(yx__put_user__descriptor, put_user_rows, principal_spec_t);

static const row_t set_password_rows[] = {
    ROW(1, FORM_CODE, set_password_t, principal),
    ROW_SIZED(2, FORM_KEY, set_password_t, salt, SALT_BYTES),
    ROW_SIZED(3, FORM_KEY, set_password_t, verifier, HASH_BYTES),
};
const shape_t shape_set_password =
    SHAPE(yx__set_password__descriptor, set_password_rows, set_password_t);

static const row_t open_session_rows[] = {
    ROW(1, FORM_CODE, open_session_t, principal),
    ROW_SIZED(2, FORM_KEY, open_session_t, key, KEY_BYTES),
    ROW(3, FORM_NUMBER_64, open_session_t, expires_ms),
    ROW(4, FORM_FLAG, open_session_t, by_link),
};
const shape_t shape_open_session =
    SHAPE(yx__open_session__descriptor, open_session_rows, open_session_t);

static const row_t close_session_rows[] = {
    ROW(1, FORM_CODE, close_session_t, principal),
};
const shape_t shape_close_session =
    SHAPE(yx__close_session__descriptor, close_session_rows, close_session_t);

static const row_t demo_rows[] = {
    ROW(1, FORM_NUMBER_64, genesis_t, demo_from_ms),
    ROW(2, FORM_NUMBER, genesis_t, demo_rate),
    ROW(3, FORM_NUMBER_64, genesis_t, demo_started_ms),
};
static const shape_t shape_genesis_demo =
    SHAPE(yx__demo_clock__descriptor, demo_rows, genesis_t);

static const row_t genesis_rows[] = {
    ROW_SIZED(1, FORM_KEY, genesis_t, journal_id, JOURNAL_ID_BYTES),
    ROW_SIZED(2, FORM_KEY, genesis_t, hash_seed, JOURNAL_ID_BYTES),
    ROW(3, FORM_CODE, genesis_t, administrator),
    ROW_SIZED(4, FORM_KEY, genesis_t, key, KEY_BYTES),
    { 5, FORM_INLINE, 0, SLOT_NONE, 0, &shape_genesis_demo },
};
const shape_t shape_genesis = SHAPE(yx__genesis__descriptor, genesis_rows, genesis_t);
