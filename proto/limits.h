/* limits.h - the named limits of the wire and of every thing that travels on it.
 *
 * PROTOCOL.md section 8 lists them for clients. Bytes are octets, chars are
 * Unicode scalar values. Limits of tables live with the tables (broker/core).
 */
#ifndef YX_PROTO_LIMITS_H
#define YX_PROTO_LIMITS_H

#define FRAME_BYTES_MAX        (64u * 1024u) /* one message on the wire */
#define ANSWER_PART_BYTES_MAX  (48u * 1024u) /* one part of a long answer */
#define SUBMIT_ITEMS_MAX       256u          /* commands in one Submit */
#define PUBLIC_BYTES_MAX       (20u * 1024u) /* serialised Command */
#define PRIVATE_BYTES_MAX      (20u * 1024u) /* serialised Private */
#define MESSAGE_DEPTH_MAX      6u            /* nested messages, the outer one counts */
#define MESSAGE_FIELDS_MAX     4096u  /* fields of one message, nested ones too */
#define REPLY_FIELDS_MAX       32768u /* likewise of a Reply: boards */

#define CODE_BYTES_MAX         23u  /* codes of things; ASCII, no blanks */
#define LABEL_BYTES_MAX        63u  /* groups, fronts, tags, kinds: UTF-8 */
#define NAME_CHARS_MAX         200u /* names and posts */
#define NARRATIVE_CHARS_MAX    4000u
#define TEXT_CHARS_MAX         4000u /* reasons, problems, reports */

#define KEY_BYTES              32u /* a CURVE public key */
#define HASH_BYTES             32u /* BLAKE2b-256 */
#define JOURNAL_ID_BYTES       16u

#define DIMENSIONS_MAX         32u /* of one scheme; numbers are 1..32 */
#define CHANNELS_MAX           32u /* of one scheme; numbers are 1..32 */
#define GROUPS_MAX             32u /* comparison groups of one scheme */
#define GROUP_DIMENSIONS_MAX   12u /* of one group = ratings of a sheet */
#define TAGS_MAX               16u
#define EVIDENCE_MAX           16u /* hashes in one command */
#define VISIT_INSPECTORS_MAX   8u
#define VISIT_INSPECTORS_MIN   2u /* rule R4 */
#define TEAM_UNITS_MAX         256u
#define CONFLICTS_MAX          64u /* units and subjects of an inspector */
#define SCOPE_UNITS_MAX        16u
#define SCOPE_GROUPS_MAX       16u
#define KEYS_PER_PRINCIPAL_MAX 8u
#define UNIT_DEPTH_MAX         16u /* units above a unit */

#define RATING_MAX             10000u /* centi-points */
#define WEIGHT_SUM             10000u /* basis points (R18) */
#define MILLE                  1000u

#define WINDOW_NUMBERS         1024u /* law 4: numbers kept per instance */
#define BOARD_WINDOW_MAX       1000u /* rows of one view */
#define HISTORY_FACTS_MAX      200u  /* records looked at for one answer */
#define FEED_WAIT_MS_MAX       10000u
#define SUBSCRIBERS_MAX        64u  /* keys of one query */
#define RECEIPTS_MAX           100u /* records looked at for one answer */
#define SIGNATURE_BYTES        64u  /* Ed25519 */
#define WATCHES_PER_PEER_MAX   16u  /* watches of one connection */
#define REASON_CHARS_MAX       100u /* of an override, shown with its board */
#define EPOCH_TEAMS_MAX        16u  /* teams named in one list of a fit */
#define EPOCH_COMPONENTS_MAX   8u   /* components that a fit tells of */
#define EPOCH_OFFSETS_MAX      256u /* offsets in one list of a part */
#define EPOCH_ROWS_MAX         128u /* rows of a shift or frozen board in one part */
#define SHIFT_ROWS_MAX         512u /* of one group in all parts */
#define PLAN_VISITS_MAX        1000u
#define ATTENTION_ITEMS_MAX    200u /* of one answer */
#define DEMO_RATE_MAX          1000000u
#define SALT_BYTES             16u /* of a password */
#define TOKEN_BYTES            32u /* the token of a one-time link */
#define PASSWORD_CHARS_MIN     12u
#define PASSWORD_CHARS_MAX     128u
#define USERS_MAX              200u /* of one `users` answer */
#define PASSWORD_TRIES_MAX     10u  /* wrong ones in a row, then the name is locked */
#define LOCK_OUT_MS            (15 * 60 * 1000LL)
#define SESSION_LIFE_MS        (12 * 60 * 60 * 1000LL)
#define UNITS_MAX              1000u /* of one `units` answer */
#define SCHEMES_MAX            16u   /* of one `schemes` answer */
#define PROJECTS_MAX           200u  /* of one `projects` answer */
#define PROJECT_MILESTONES_MAX 32u   /* told of one project */
#define PROJECT_LEADS_MAX      16u
#define ROUNDS_MAX             64u  /* of one `rounds` answer */
#define VISITS_MAX             200u /* of one `visits` answer */
#define INVITE_LIFE_MS         (24 * 60 * 60 * 1000LL)
#define CLOCK_SKEW_MS          (10 * 60 * 1000LL) /* a device clock may run ahead */

#define PROTOCOL_VERSION       1u
#define SCORING_REVISION       1u

#endif
