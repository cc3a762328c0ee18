/* status_list_system.h - the end of the status list: access, the broker, clients. */
#ifndef YX_PROTO_STATUS_LIST_SYSTEM_H
#define YX_PROTO_STATUS_LIST_SYSTEM_H

#define STATUS_LIST_SYSTEM(X)                                                          \
    /* 4xxx: access */                                                                 \
    X(STATUS_NOT_ALLOWED, 4101, "", "the principal has no right to this")              \
    X(STATUS_OUT_OF_SCOPE, 4102, "R12", "this lies outside the principal's scope")     \
    X(STATUS_KEY_UNKNOWN, 4103, "", "the key is not enrolled")                         \
    X(STATUS_KEY_REVOKED, 4104, "", "the key has been revoked")                        \
    X(STATUS_INVITE_EXPIRED, 4105, "", "the one-time code has expired")                \
    X(STATUS_INVITE_USED, 4106, "", "the one-time code was used before")               \
    X(STATUS_KEY_TAKEN, 4107, "", "the key is known already")                          \
    X(STATUS_TOO_MANY_KEYS, 4108, "", "the principal has too many keys")               \
    X(STATUS_LAST_ADMINISTRATOR, 4109, "", "the last administrator must stay")         \
    X(STATUS_ROLE_NEEDS_PERSON, 4110, "", "this role needs a person")                  \
    X(STATUS_NO_ROLE, 4111, "", "a principal needs a role")                            \
    X(STATUS_SESSION_EXPIRED, 4112, "", "the session has ended")                       \
    X(STATUS_WRONG_PASSWORD, 4113, "", "name or password is wrong")                    \
    X(STATUS_LOCKED_OUT, 4114, "", "too many wrong passwords")                         \
    X(STATUS_LINK_EXPIRED, 4115, "", "the one-time link has expired")                  \
    X(STATUS_LINK_USED, 4116, "", "there is no such one-time link any more")           \
    X(STATUS_PASSWORD_WEAK, 4117, "", "a password has 12 to 128 characters")           \
    X(STATUS_NOT_A_USER, 4118, "", "nobody signs in under this name")                  \
    /* 5xxx: storage and the broker */                                                 \
    X(STATUS_STORAGE_FULL, 5101, "", "no room to store new facts")                     \
    X(STATUS_IO, 5102, "", "the disk refused to read or write")                        \
    X(STATUS_CONFLICT, 5103, "", "somebody else appended to the journal")              \
    X(STATUS_DAMAGED, 5104, "", "a stored record is damaged")                          \
    X(STATUS_READ_ONLY, 5105, "", "the broker serves reading only")                    \
    X(STATUS_LOCKED, 5106, "", "another broker runs on this folder")                   \
    X(STATUS_NOT_FOUND, 5107, "", "there is nothing at this place")                    \
    X(STATUS_FORMAT, 5108, "", "the folder was written in an unknown format")          \
    X(STATUS_NO_MEMORY, 5109, "", "not enough memory")                                 \
    X(STATUS_EXISTS, 5110, "", "the folder holds a journal already")                   \
    X(STATUS_CONFIG, 5201, "", "the configuration cannot be used")                     \
    X(STATUS_CONFIG_UNKNOWN_KEY, 5202, "", "the configuration has an unknown key")     \
    X(STATUS_STOPPING, 5203, "", "the broker is stopping")                             \
    /* 6xxx: the client's own */                                                       \
    X(STATUS_TIMEOUT, 6101, "", "the broker did not answer in time")                   \
    X(STATUS_UNREACHABLE, 6102, "", "the broker cannot be reached")                    \
    X(STATUS_USAGE, 6103, "", "the command line cannot be read")                       \
    X(STATUS_BAD_ENROL_CODE, 6104, "", "the one-time code is damaged")                 \
    X(STATUS_QUEUE_FULL, 6105, "", "too many commands wait to be sent")                \
    X(STATUS_BAD_INPUT, 6106, "", "the input cannot be read")                          \
    X(STATUS_PROFILE, 6107, "", "the profile cannot be used")

#endif
