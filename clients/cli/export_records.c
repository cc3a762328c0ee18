/* export_records.c - see export_records.h. */
#include "clients/cli/export_records.h"

#include "clients/cli/export_file.h"
#include "clients/cli/export_fold.h"
#include "clients/cli/record_table.h"
#include "proto/check.h"
#include "proto/json.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define FACT_BYTES_MAX (1024u * 1024u)
#define ROW_BYTES      (2u * 1024u * 1024u)

/* ---- reading ---- */

typedef struct {
    export_fold_t *fold;
    buffer_t json;
    uint64_t next, head, answered; /* the newest answer's head */
    status_t status;
} reading_t;

static void take_part(void *context, const answer_t *answer)
{
    reading_t *reading = context;
    if (answer->kind != QUERY_FEED)
        return;
    const feed_answer_t *feed = &answer->body.feed;
    for (uint32_t i = 0; i < feed->fact_count && reading->status == STATUS_OK; i++) {
        const fact_t *fact = &feed->facts[i];
        if (fact->seq < reading->next)
            continue; /* of a part that came before, and came again */
        buffer_clear(&reading->json);
        reading->status = json_from_fact(fact, &reading->json, NULL);
        if (reading->status == STATUS_OK)
            reading->status = export_fold_take(
                reading->fold, (const char *)reading->json.data, reading->json.size);
        reading->next = fact->seq + 1;
    }
    if (answer->part + 1 < answer->parts)
        return;
    reading->next = feed->next;
    reading->answered = feed->head;
}

static exit_t read_feed(session_t *session, reading_t *reading)
{
    exit_t result = EXIT_DONE;
    do {
        query_t query = { .kind = QUERY_FEED,
                          .feed = { .from = reading->next,
                                    .count = HISTORY_FACTS_MAX } };
        result = session_ask_quietly(session, &query, take_part, reading);
        if (reading->head == 0)
            reading->head = reading->answered;
        if (result == EXIT_DONE && reading->status != STATUS_OK)
            result = cli_refuse(session->cli, reading->status, NULL, NULL);
    } while (result == EXIT_DONE && reading->next <= reading->head);
    return result;
}

/* ---- writing ---- */

typedef struct {
    const export_fold_t *fold;
    const record_table_t *table;
    export_file_t *file;
    buffer_t room;
    exit_t result;
} writing_t;

static status_t write_record(void *context, const json_t *command)
{
    writing_t *writing = context;
    text_t cells[RECORD_COLUMNS_MAX];
    const names_t *names = export_fold_names(writing->fold, command);
    status_t status =
        record_table_cells(writing->table, command, names, &writing->room, cells);
    if (status == STATUS_OK)
        writing->result = export_file_row(writing->file, cells);
    else
        writing->result =
            cli_refuse_value(writing->file->cli, status, writing->table->kind->name,
                             json_string_value(json_object_get(command, "code")));
    return writing->result == EXIT_DONE ? STATUS_OK : STATUS_USAGE; /* it was told */
}

static exit_t note_number(export_file_t *file, const char *what, uint64_t number)
{
    char value[24];
    (void)snprintf(value, sizeof value, "%" PRIu64, number); /* fits */
    return export_file_note(file, what, value);
}

static exit_t write_notes(export_file_t *file, const record_kind_t *kind, uint64_t head,
                          const export_fold_counts_t *counts)
{
    exit_t result = export_file_note(file, "类别", kind->title);
    if (result == EXIT_DONE)
        result = note_number(file, "记录序号", head);
    if (result == EXIT_DONE && counts->withheld > 0)
        result = note_number(file, "本机身份看不到、未列出的记录", counts->withheld);
    if (result == EXIT_DONE && counts->taken_out > 0)
        result = note_number(file, "已撤回或退回、未列出的记录", counts->taken_out);
    return result;
}

static void tell_left_out(const cli_t *cli, const export_fold_counts_t *counts)
{
    if (counts->withheld > 0)
        fprintf(stderr, "%" PRIu64 " %s\n", counts->withheld,
                cli_pick(cli, "records are withheld from this reader and not in it",
                         "条记录本机身份看不到，未列出"));
    if (counts->taken_out > 0)
        fprintf(stderr, "%" PRIu64 " %s\n", counts->taken_out,
                cli_pick(cli,
                         "observations were retracted or returned and are not in it",
                         "条考察记录已撤回或退回，未列出"));
}

static exit_t write_table(const cli_t *cli, const export_fold_t *fold,
                          const record_table_t *table, uint64_t head, const char *path)
{
    export_file_t file;
    writing_t writing = { .fold = fold, .table = table, .file = &file };
    export_fold_counts_t counts = export_fold_counts(fold);
    buffer_init(&writing.room, ROW_BYTES);
    exit_t result = export_file_open(&file, cli, path);
    if (result == EXIT_DONE)
        result =
            export_file_begin(&file, table->kind->name, table->columns, table->count);
    if (result == EXIT_DONE) {
        status_t status = export_fold_visit(fold, write_record, &writing);
        result = writing.result;
        if (result == EXIT_DONE && status != STATUS_OK)
            result = cli_refuse(cli, status, NULL, NULL);
    }
    if (result == EXIT_DONE)
        result = write_notes(&file, table->kind, head, &counts);
    if (result == EXIT_DONE)
        result = export_file_finish(&file);
    if (result == EXIT_DONE)
        tell_left_out(cli, &counts);
    export_file_drop(&file);
    buffer_fini(&writing.room);
    return result;
}

static exit_t write_records(const cli_t *cli, const record_kind_t *kind,
                            const reading_t *reading, const char *path)
{
    const char *dimensions[DIMENSIONS_MAX * 4u];
    uint32_t count = export_fold_dimensions(reading->fold, dimensions,
                                            sizeof dimensions / sizeof dimensions[0]);
    record_table_t *table = calloc(1, sizeof *table);
    if (table == NULL)
        return cli_refuse(cli, STATUS_NO_MEMORY, NULL, NULL);
    record_table_init(table, kind, dimensions, count, NULL);
    for (uint32_t i = 0; i < table->count; i++)
        table->columns[i].note = NULL; /* it is filled in already */
    exit_t result = write_table(cli, reading->fold, table, reading->head, path);
    free(table);
    return result;
}

exit_t export_records(session_t *session, const record_kind_t *kind, const char *path)
{
    CHECK(session != NULL && kind != NULL && path != NULL);
    names_t names;
    reading_t reading = { .next = 1 };
    names_ask(session, &names);
    buffer_init(&reading.json, FACT_BYTES_MAX);
    reading.fold = export_fold_create(kind, &names);
    exit_t result = reading.fold != NULL
                        ? read_feed(session, &reading)
                        : cli_refuse(session->cli, STATUS_NO_MEMORY, NULL, NULL);
    if (result == EXIT_DONE)
        result = write_records(session->cli, kind, &reading, path);
    export_fold_destroy(&reading.fold);
    buffer_fini(&reading.json);
    return result;
}
