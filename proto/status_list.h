/* status_list.h - the rows of the status list; status.h tells what they mean. Those of
 * access, the broker and clients stand in status_list_system.h. */
#ifndef YX_PROTO_STATUS_LIST_H
#define YX_PROTO_STATUS_LIST_H

#include "proto/status_list_system.h"

#define STATUS_LIST(X)                                                                 \
    X(STATUS_OK, 0, "", "done") /* 1xxx: the wire */                                   \
    X(STATUS_MALFORMED, 1001, "", "the message does not match the schema")             \
    X(STATUS_TOO_DEEP, 1002, "", "the message is nested too deeply")                   \
    X(STATUS_TOO_MANY_FIELDS, 1003, "", "the message has too many fields")             \
    X(STATUS_TOO_LARGE, 1004, "", "the message or a part of it is too large")          \
    X(STATUS_NOT_UTF8, 1005, "", "a text is not valid UTF-8")                          \
    X(STATUS_HAS_NUL, 1006, "", "a text holds a NUL or control character")             \
    X(STATUS_FIELD_MISSING, 1007, "", "a required field is missing")                   \
    X(STATUS_UNKNOWN_VALUE, 1008, "", "a value is not one of those allowed")           \
    X(STATUS_UNSUPPORTED_VERSION, 1009, "", "this protocol version is not spoken")     \
    X(STATUS_UNKNOWN_OPERATION, 1010, "", "the message asks for nothing known")        \
    X(STATUS_TOO_MANY_ITEMS, 1011, "", "too many entries in one list")                 \
    X(STATUS_BAD_CODE, 1012, "", "a code has a form that is not allowed")              \
    X(STATUS_PRIVATE_MISMATCH, 1013, "", "the private part does not fit the public")   \
    X(STATUS_NUMBER_REUSED, 1101, "", "the number was used for another command")       \
    X(STATUS_SETTLED, 1102, "", "the number lies below what the broker remembers")     \
    X(STATUS_BUSY, 1103, "", "too much in flight")                                     \
    X(STATUS_TOO_MANY_INSTANCES, 1104, "", "too many outboxes under one key")          \
    X(STATUS_WINDOW_TOO_LARGE, 1105, "", "more rows are asked for than one view has")  \
    X(STATUS_TOO_MANY_WATCHES, 1106, "", "too many watches on one connection")         \
    X(STATUS_BEYOND_HEAD, 1107, "", "the record asked for does not exist yet")         \
    X(STATUS_UNKNOWN_FILTER, 1108, "", "the filter names a field that is not known")   \
    X(STATUS_UNKNOWN_WATCH, 1109, "", "no such watch on this connection")              \
    /* 2xxx: rules and content of observations, rounds, schemes */                     \
    X(STATUS_NARRATIVE_MISSING, 2101, "R1", "a negative remark has no narrative")      \
    X(STATUS_EVIDENCE_MISSING, 2102, "R1", "a negative remark has no evidence")        \
    X(STATUS_NO_RATING, 2103, "", "neither a rating nor a narrative is given")         \
    X(STATUS_RATING_RANGE, 2104, "", "a rating lies outside 0 to 100")                 \
    X(STATUS_RATING_TWICE, 2105, "", "a dimension is rated twice on one sheet")        \
    X(STATUS_WRONG_DIMENSION, 2106, "", "the dimension is not one of the group's")     \
    X(STATUS_UNKNOWN_CHANNEL, 2107, "", "the channel is not one of the scheme's")      \
    X(STATUS_GROUP_NOT_IN_SCHEME, 2108, "R10", "the scheme does not name the group")   \
    X(STATUS_TEXT_TOO_LONG, 2109, "", "a text is too long")                            \
    X(STATUS_ID_NUMBER, 2110, "R20", "a text holds an identity card number")           \
    X(STATUS_PHONE_NUMBER, 2111, "R20", "a text holds a telephone number")             \
    X(STATUS_OUTSIDE_VISIT, 2112, "R15", "the time lies outside the visit")            \
    X(STATUS_IN_FUTURE, 2113, "R15", "the time lies in the future")                    \
    X(STATUS_VISIT_NOT_OPEN, 2114, "R15", "the visit has not been opened")             \
    X(STATUS_VISIT_SEALED, 2115, "R15", "the visit is sealed")                         \
    X(STATUS_NOT_ON_VISIT, 2116, "", "the inspector did not take part in the visit")   \
    X(STATUS_TOO_FEW_INSPECTORS, 2117, "R4", "a visit needs two inspectors")           \
    X(STATUS_OTHER_TEAM, 2118, "", "the inspector is not of the visit's team")         \
    X(STATUS_OWN_UNIT, 2119, "R16", "the inspector belongs to the subject's unit")     \
    X(STATUS_DECLARED_CONFLICT, 2120, "R16", "a conflict of interest is declared")     \
    X(STATUS_MUTUAL_RATING, 2121, "R16", "the subject rated this inspector before")    \
    X(STATUS_OWN_MATTER, 2122, "R2", "nobody acts on what concerns themselves")        \
    X(STATUS_SAME_AUTHOR, 2123, "R2", "the reviewer is the author")                    \
    X(STATUS_SAME_TEAM, 2124, "R2", "the reviewer is of the author's team")            \
    X(STATUS_REVIEWER_CONFLICT, 2125, "R2", "the reviewer has a conflict")             \
    X(STATUS_NOT_UNDER_REVIEW, 2126, "", "the observation awaits no review")           \
    X(STATUS_ALREADY_TAKEN_OUT, 2127, "R11", "the observation was taken out before")   \
    X(STATUS_REVIEWED_ALREADY, 2128, "R11", "the observation has been reviewed")       \
    X(STATUS_NOT_AUTHOR, 2129, "R11", "only the author may retract")                   \
    X(STATUS_INSPECTOR_SUSPENDED, 2130, "", "the inspector is suspended")              \
    X(STATUS_SUBJECT_NOT_RATED, 2131, "", "nobody rates themselves")                   \
    X(STATUS_GROUP_FULL, 2132, "", "one inspector rated this subject too often")       \
    X(STATUS_WEIGHTS_DO_NOT_SUM, 2201, "R18", "weights do not sum to 100 percent")     \
    X(STATUS_NUMBER_TWICE, 2202, "", "a number or name stands twice in the scheme")    \
    X(STATUS_UNKNOWN_DIMENSION, 2203, "", "the scheme has no such dimension")          \
    X(STATUS_PARAMETER_RANGE, 2204, "R18", "a parameter lies outside its bounds")      \
    X(STATUS_UNKNOWN_REVISION, 2205, "", "this scoring revision is not known")         \
    X(STATUS_SECOND_PERSON, 2206, "R2", "a second person has to approve")              \
    X(STATUS_SCHEME_NOT_ACTIVE, 2207, "", "the scheme has not been approved")          \
    X(STATUS_SCHEME_FIXED, 2208, "", "a proposed scheme does not change")              \
    X(STATUS_DATES_REVERSED, 2209, "", "the end lies before the beginning")            \
    X(STATUS_BAD_DATE, 2210, "", "there is no such date")                              \
    X(STATUS_OUTSIDE_ROUND, 2211, "", "the visit lies outside its round")              \
    X(STATUS_OUTSIDE_ACCOUNT, 2212, "", "the round lies outside its account")          \
    X(STATUS_ACCOUNT_CLOSED, 2213, "", "the account is closed")                        \
    X(STATUS_ROUND_CLOSED, 2214, "", "the round is closed")                            \
    X(STATUS_BAD_TRANSITION, 2215, "", "this step does not follow the present state")  \
    X(STATUS_VISIT_IN_USE, 2216, "", "observations of this visit exist already")       \
    X(STATUS_ACCOUNT_FIXED, 2217, "", "an opened account or round does not change")    \
    X(STATUS_ACCOUNTS_FULL, 2218, "", "two accounts are kept already")                 \
    X(STATUS_HASH_DIFFERS, 2219, "", "this is not the hash of what was proposed")      \
    X(STATUS_BOARD_DISCONNECTED, 2220, "R17", "this board does not hang together")     \
    X(STATUS_JOBS_FULL, 2221, "", "too many calibrations or freezes wait already")     \
    X(STATUS_GROUP_TOO_LARGE, 2222, "", "too many inspectors and units to be solved")  \
    /* 3xxx: the registry */                                                           \
    X(STATUS_UNKNOWN_UNIT, 3101, "", "no such unit")                                   \
    X(STATUS_UNKNOWN_PERSON, 3102, "", "no such person")                               \
    X(STATUS_UNKNOWN_SUBJECT, 3103, "", "no such subject")                             \
    X(STATUS_UNKNOWN_PROJECT, 3104, "", "no such project")                             \
    X(STATUS_UNKNOWN_MILESTONE, 3105, "", "no such milestone")                         \
    X(STATUS_UNKNOWN_ASSIGNMENT, 3106, "", "no such assignment")                       \
    X(STATUS_UNKNOWN_TEAM, 3107, "", "no such team")                                   \
    X(STATUS_UNKNOWN_INSPECTOR, 3108, "", "no such inspector")                         \
    X(STATUS_UNKNOWN_STAFF, 3109, "", "no such member of staff")                       \
    X(STATUS_UNKNOWN_SCHEME, 3110, "", "no such scheme")                               \
    X(STATUS_UNKNOWN_ACCOUNT, 3111, "", "no such account")                             \
    X(STATUS_UNKNOWN_ROUND, 3112, "", "no such round")                                 \
    X(STATUS_UNKNOWN_VISIT, 3113, "", "no such visit")                                 \
    X(STATUS_UNKNOWN_OBSERVATION, 3114, "", "no such observation")                     \
    X(STATUS_UNKNOWN_PRINCIPAL, 3115, "", "no such principal")                         \
    X(STATUS_UNKNOWN_KEY, 3116, "", "no such key")                                     \
    X(STATUS_UNKNOWN_GROUP, 3117, "", "no such comparison group")                      \
    X(STATUS_UNKNOWN_LABEL, 3118, "", "nothing bears this label")                      \
    X(STATUS_UNKNOWN_EPOCH, 3119, "", "no such epoch")                                 \
    X(STATUS_UNKNOWN_FROZEN, 3120, "", "no such frozen board")                         \
    X(STATUS_UNKNOWN_ATTENTION, 3121, "", "no such attention item")                    \
    X(STATUS_CODE_TAKEN, 3201, "", "the code is taken by another thing")               \
    X(STATUS_PERSON_FIXED, 3202, "", "the person behind a code does not change")       \
    X(STATUS_PERSON_NEEDED, 3203, "", "a cadre needs a person, a team has none")       \
    X(STATUS_ONE_TEAM_A_UNIT, 3204, "", "the unit has a leading team already")         \
    X(STATUS_UNIT_CYCLE, 3205, "", "the unit would lie below itself")                  \
    X(STATUS_UNIT_TOO_DEEP, 3206, "", "too many units above one another")              \
    X(STATUS_KIND_FIXED, 3207, "", "the kind behind a code does not change")           \
    X(STATUS_PROJECT_OR_POST, 3208, "", "an assignment names a project or a post")     \
    X(STATUS_TABLE_FULL, 3209, "", "the table is full")                                \
    X(STATUS_MIXED_GROUP, 3210, "R10", "cadres and teams share no group")              \
    STATUS_LIST_SYSTEM(X)

#endif
