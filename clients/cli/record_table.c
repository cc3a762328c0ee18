/* record_table.c - see record_table.h. */
#include "clients/cli/record_table.h"

#include "clients/cli/moment.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROW_BYTES_MAX (1024u * 1024u) /* of one command there are less */
#define PIECE_BYTES   48u

/* ---- columns ---- */

static column_type_t type_of(record_value_t value)
{
    switch (value) {
    case RECORD_LIST:
    case RECORD_FILES:
        return COLUMN_LIST;
    case RECORD_WHOLE:
        return COLUMN_INTEGER;
    case RECORD_CENTI:
    case RECORD_RATINGS:
        return COLUMN_DECIMAL;
    case RECORD_DATE:
        return COLUMN_DATE;
    case RECORD_MOMENT:
        return COLUMN_MOMENT;
    default:
        return COLUMN_TEXT;
    }
}

static void add_column(record_table_t *table, const record_column_t *of,
                       const char *header, const char *key)
{
    CHECK(table->count < RECORD_COLUMNS_MAX);
    uint32_t at = table->count++, words = 0;
    while (of->words != NULL && of->words[words].name != NULL) {
        CHECK(words < RECORD_WORDS_MAX);
        table->words[at][words] = of->words[words].word;
        words++;
    }
    table->of[at] = of;
    table->columns[at] = (table_column_t){ .header = header,
                                           .key = key,
                                           .type = type_of(of->value),
                                           .allowed = table->words[at],
                                           .allowed_count = words,
                                           .note = of->guide };
}

static void add_dimensions(record_table_t *table, const record_column_t *of,
                           const char *const *dimensions, uint32_t count)
{
    CHECK(count <= DIMENSIONS_MAX * 4u);
    table->ratings = table->count;
    table->dimensions = count;
    for (uint32_t i = 0; i < count; i++) {
        (void)snprintf(table->keys[i], sizeof table->keys[i], "%s:%s", of->key,
                       dimensions[i]); /* labels fit */
        add_column(table, of, dimensions[i], table->keys[i]);
    }
}

static void offer_channels(record_table_t *table, const name_list_t *channels)
{
    table_column_t *column = &table->columns[table->count - 1];
    column->allowed = table->channels;
    for (uint32_t i = 0; channels != NULL && i < CHANNELS_MAX; i++) {
        if (channels->names[i][0] != '\0')
            table->channels[column->allowed_count++] = channels->names[i];
    }
}

void record_table_init(record_table_t *table, const record_kind_t *kind,
                       const char *const *dimensions, uint32_t dimension_count,
                       const name_list_t *channels)
{
    CHECK(table != NULL && kind != NULL);
    *table = (record_table_t){ .kind = kind };
    for (uint32_t i = 0; i < kind->count; i++) {
        const record_column_t *of = &kind->columns[i];
        if (of->value == RECORD_RATINGS) {
            add_dimensions(table, of, dimensions, dimension_count);
            continue;
        }
        add_column(table, of, of->header, of->key);
        if (of->value == RECORD_CHANNEL)
            offer_channels(table, channels);
    }
}

/* ---- cells ---- */

typedef struct {
    buffer_t *room;
    status_t status;
} cells_t;

/* The room has its whole size from the start: texts in it do not move. */
static text_t keep(cells_t *cells, const char *text, size_t size)
{
    uint32_t at = (uint32_t)cells->room->size;
    if (cells->status == STATUS_OK && size > ROW_BYTES_MAX - at)
        cells->status = STATUS_TOO_LARGE;
    if (cells->status == STATUS_OK)
        cells->status = buffer_append(cells->room, text, size);
    if (cells->status != STATUS_OK)
        return (text_t){ .size = 0 };
    return (text_t){ .data = (const char *)cells->room->data + at,
                     .size = (uint32_t)size };
}

static text_t text_of(const json_t *value)
{
    return (text_t){ .data = json_string_value(value),
                     .size = (uint32_t)json_string_length(value) };
}

/* Behind what the cell holds already; it is the last one in the room. */
static void join(cells_t *cells, const json_t *list, text_t *cell)
{
    size_t index;
    const json_t *one;
    json_array_foreach(list, index, one)
    {
        text_t more = text_of(one), joint = { .size = 0 };
        if (cell->size > 0)
            joint = keep(cells, TABLE_LIST_JOINT, strlen(TABLE_LIST_JOINT));
        more = keep(cells, more.data, more.size);
        if (cell->size == 0)
            *cell = more;
        else
            cell->size += joint.size + more.size;
    }
}

static text_t list_of(cells_t *cells, const record_column_t *of, const json_t *command)
{
    text_t cell = { .size = 0 };
    join(cells, json_object_get(command, of->field), &cell);
    if (of->further != NULL)
        join(cells, json_object_get(command, of->further), &cell);
    if (of->value == RECORD_FILES && cell.size == 0)
        join(cells, json_object_get(command, "evidence"), &cell);
    return cell;
}

static text_t centi_of(cells_t *cells, const json_t *value)
{
    char text[PIECE_BYTES];
    uint64_t centi = (uint64_t)json_integer_value(value);
    int size =
        snprintf(text, sizeof text, "%" PRIu64 ".%02" PRIu64, centi / 100, centi % 100);
    while (text[size - 1] == '0')
        size--;
    size -= text[size - 1] == '.';
    return keep(cells, text, (size_t)size);
}

static text_t date_of(cells_t *cells, const json_t *value)
{
    char text[PIECE_BYTES];
    uint32_t date = (uint32_t)json_integer_value(value);
    int size = snprintf(text, sizeof text, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32,
                        date / 10000 % 10000, date / 100 % 100, date % 100);
    return date == 0 ? (text_t){ .size = 0 } : keep(cells, text, (size_t)size);
}

static text_t moment_of(cells_t *cells, const json_t *value)
{
    char text[MOMENT_CHARS_MAX], zoned[MOMENT_CHARS_MAX + 8];
    moment_write(json_integer_value(value), MOMENT_SECOND, text);
    char *blank = strchr(text, ' ');
    if (blank != NULL)
        *blank = 'T';
    int size = snprintf(zoned, sizeof zoned, "%s+08:00", text);
    return keep(cells, zoned, (size_t)size);
}

static text_t whole_of(cells_t *cells, const json_t *value)
{
    char text[PIECE_BYTES];
    int size =
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return keep(cells, text, (size_t)size);
}

static text_t word_of(const record_column_t *of, const json_t *value)
{
    const char *name = json_is_boolean(value) ? json_is_true(value) ? "true" : "false"
                                              : json_string_value(value);
    const char *word = name != NULL ? record_word(of, name) : NULL;
    word = word != NULL ? word : name;
    return (text_t){ .data = word, .size = word != NULL ? (uint32_t)strlen(word) : 0 };
}

static text_t channel_of(cells_t *cells, const json_t *value, const names_t *names)
{
    json_int_t number = json_integer_value(value);
    const char *name = number >= 1 && number <= (json_int_t)CHANNELS_MAX
                           ? name_list_of(&names->channels, (uint32_t)number)
                           : "";
    if (*name == '\0')
        return whole_of(cells, value);
    return keep(cells, name, strlen(name));
}

static text_t cell_of(cells_t *cells, const record_column_t *of, const json_t *command,
                      const names_t *names)
{
    const json_t *value = json_object_get(command, of->field);
    if (of->value == RECORD_LIST || of->value == RECORD_FILES)
        return list_of(cells, of, command);
    if (value == NULL)
        return (text_t){ .size = 0 };
    switch (of->value) {
    case RECORD_WORD:
    case RECORD_YES_NO:
        return word_of(of, value);
    case RECORD_WHOLE:
        return whole_of(cells, value);
    case RECORD_CENTI:
        return centi_of(cells, value);
    case RECORD_DATE:
        return date_of(cells, value);
    case RECORD_MOMENT:
        return moment_of(cells, value);
    case RECORD_CHANNEL:
        return channel_of(cells, value, names);
    default:
        return text_of(value);
    }
}

/* No rating may be lost because its dimension has no name. */
static void put_rating(const record_table_t *table, cells_t *cells,
                       const json_t *rating, const names_t *names, text_t *row)
{
    json_int_t number = json_integer_value(json_object_get(rating, "dimension"));
    const char *name = number >= 1 && number <= (json_int_t)DIMENSIONS_MAX
                           ? name_list_of(&names->dimensions, (uint32_t)number)
                           : "";
    for (uint32_t i = table->ratings; i < table->ratings + table->dimensions; i++) {
        if (strcmp(table->columns[i].header, name) == 0) {
            row[i] = centi_of(cells, json_object_get(rating, "value"));
            return;
        }
    }
    cells->status = STATUS_UNKNOWN_DIMENSION;
}

status_t record_table_cells(const record_table_t *table, const json_t *command,
                            const names_t *names, buffer_t *room, text_t *row)
{
    CHECK(table != NULL && command != NULL && names != NULL);
    CHECK(room != NULL && row != NULL);
    size_t index;
    const json_t *rating;
    buffer_clear(room);
    cells_t cells = { .room = room, .status = buffer_reserve(room, ROW_BYTES_MAX) };
    for (uint32_t i = 0; i < table->count; i++) {
        bool own = table->of[i]->value == RECORD_RATINGS;
        row[i] =
            own ? (text_t){ .size = 0 } : cell_of(&cells, table->of[i], command, names);
    }
    json_array_foreach(json_object_get(command, "ratings"), index, rating)
        put_rating(table, &cells, rating, names, row);
    return cells.status;
}
