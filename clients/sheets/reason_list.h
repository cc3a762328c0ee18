/* reason_list.h - the rows of the list of reasons; reasons.h tells what they mean.
 * X(name, code, normalised, word) */
#ifndef YX_SHEETS_REASON_LIST_H
#define YX_SHEETS_REASON_LIST_H

#define SHEET_REASON_LIST(X)                                                           \
    X(REASON_NONE, 0, true, "")                                                        \
    /* taken, and told */                                                              \
    X(REASON_TITLE_ROW, 7001, true, "title_row")                                       \
    X(REASON_FULL_WIDTH, 7002, true, "full_width")                                     \
    X(REASON_SPACES, 7003, true, "spaces")                                             \
    X(REASON_UNIT_SUFFIX, 7004, true, "unit_suffix")                                   \
    X(REASON_DATE_FORM, 7005, true, "date_form")                                       \
    X(REASON_DATE_SERIAL, 7006, true, "date_serial")                                   \
    X(REASON_DUPLICATE_ROW, 7007, true, "duplicate_row")                               \
    X(REASON_EMPTY_ROWS, 7008, true, "empty_rows")                                     \
    X(REASON_EXTRA_COLUMN, 7009, true, "extra_column")                                 \
    X(REASON_FORMULA_VALUE, 7010, true, "formula_value")                               \
    /* refused: a cell */                                                              \
    X(REASON_FORMULA_WITHOUT_VALUE, 7101, false, "formula_without_value")              \
    X(REASON_DUPLICATE_CODE, 7102, false, "duplicate_code")                            \
    X(REASON_UNKNOWN_CODE, 7103, false, "unknown_code")                                \
    X(REASON_NOT_ALLOWED_VALUE, 7104, false, "not_allowed_value")                      \
    X(REASON_REQUIRED_BLANK, 7105, false, "required_blank")                            \
    X(REASON_NOT_A_NUMBER, 7106, false, "not_a_number")                                \
    X(REASON_OUT_OF_RANGE, 2104, false, "out_of_range")                                \
    X(REASON_TOO_MANY_DECIMALS, 7107, false, "too_many_decimals")                      \
    X(REASON_BAD_DATE, 2210, false, "bad_date")                                        \
    X(REASON_OUTSIDE_VISIT, 2112, false, "outside_visit")                              \
    X(REASON_EVIDENCE_MISSING, 2102, false, "evidence_missing")                        \
    X(REASON_NARRATIVE_MISSING, 2101, false, "narrative_missing")                      \
    X(REASON_TOO_FEW_INSPECTORS, 2117, false, "too_few_inspectors")                    \
    X(REASON_CONFLICT_OF_INTEREST, 7108, false, "conflict_of_interest")                \
    X(REASON_NOT_ON_VISIT, 2116, false, "not_on_visit")                                \
    X(REASON_ID_NUMBER, 2110, false, "id_number")                                      \
    X(REASON_PHONE_NUMBER, 2111, false, "phone_number")                                \
    X(REASON_TEXT_TOO_LONG, 2109, false, "text_too_long")                              \
    X(REASON_BAD_FILE_NAME, 7109, false, "bad_file_name")                              \
    X(REASON_UNKNOWN_FILE, 7110, false, "unknown_file")                                \
    X(REASON_TIME_MISSING, 7112, false, "time_missing")                                \
    X(REASON_OTHER_RULE, 7111, false, "rule") /* the broker's own words follow */      \
    /* refused: a row or the sheet */                                                  \
    X(REASON_ROW_TOO_SHORT, 7201, false, "row_too_short")                              \
    X(REASON_NO_ROWS, 7202, false, "no_rows")                                          \
    X(REASON_COLUMN_MISSING, 7203, false, "column_missing")                            \
    X(REASON_COLUMN_REPEATED, 7204, false, "column_repeated")                          \
    X(REASON_TOO_MANY_COLUMNS, 7205, false, "too_many_columns")                        \
    X(REASON_TOO_MANY_ROWS, 7206, false, "too_many_rows")                              \
    X(REASON_ROW_TOO_LONG, 7207, false, "row_too_long")                                \
    X(REASON_QUOTE_OPEN, 7208, false, "quote_open")                                    \
    /* refused: the file */                                                            \
    X(REASON_NOT_FOUND, 7301, false, "not_found")                                      \
    X(REASON_BAD_ENCODING, 7302, false, "bad_encoding")                                \
    X(REASON_UNPACKED_TOO_LARGE, 7303, false, "unpacked_too_large")                    \
    X(REASON_DTD_FORBIDDEN, 7304, false, "dtd_forbidden")                              \
    X(REASON_DAMAGED_FILE, 7305, false, "damaged_file")                                \
    X(REASON_NOT_A_WORKBOOK, 7306, false, "not_a_workbook")                            \
    X(REASON_TOO_MANY_SHEETS, 7307, false, "too_many_sheets")                          \
    X(REASON_EMPTY_FILE, 7308, false, "empty_file")                                    \
    X(REASON_LINE_ENDS, 7309, false, "line_ends")                                      \
    X(REASON_SEPARATOR, 7310, false, "separator")                                      \
    X(REASON_NO_MEMORY, 5109, false, "no_memory")

#endif
