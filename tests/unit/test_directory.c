/* Goal: names and posts are found by row; what a put does not tell stays as it was.
 * Method: a state whose tables are filled by hand, commands as plain structs. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/directory.h"
#include "broker/runtime/memory.h"
#include <string.h>

typedef struct {
    memory_t memory;
    state_t state;
    directory_t *directory;
} room_t;

static text_t text(const char *words)
{
    return (text_t){ words, (uint32_t)strlen(words) };
}

static void assert_text(text_t found, const char *expected)
{
    assert_int_equal(found.size, strlen(expected));
    assert_memory_equal(found.data, expected, found.size);
}

static int set_up(void **context)
{
    static room_t room;
    state_limits_t limits;
    state_limits_default(&limits);
    memory_init(&room.memory);
    state_memory_t source = memory_source(&room.memory);
    assert_int_equal(state_init(&room.state, &limits, &source), STATUS_OK);
    assert_int_equal(directory_create(&limits, &room.directory), STATUS_OK);
    *context = &room;
    return 0;
}

static int tear_down(void **context)
{
    room_t *room = *context;
    directory_destroy(&room->directory);
    assert_null(room->directory);
    memory_fini(&room->memory);
    return 0;
}

static uint32_t add_row(table_t *table, const char *name)
{
    code_t code;
    code_of_text(&code, text(name));
    return table_add(table, &code);
}

static void put_person(room_t *room, const char *code, const char *name)
{
    const command_t command = { .kind = COMMAND_PERSON,
                                .body.person = { .code = text(code) } };
    const private_t part = { .name = text(name) };
    assert_int_equal(directory_learn(room->directory, &room->state, &command, &part),
                     STATUS_OK);
}

static void put_subject(room_t *room, const char *name, const char *post)
{
    const command_t command = { .kind = COMMAND_SUBJECT,
                                .body.subject = { .code = text("C1") } };
    const private_t part = { .name = text(name), .post = text(post) };
    assert_int_equal(directory_learn(room->directory, &room->state, &command, &part),
                     STATUS_OK);
}

static void directory__unknown_row__has_no_name(void **context)
{
    const room_t *room = *context;
    assert_int_equal(directory_name(room->directory, DIRECTORY_UNIT, 0).size, 0);
    assert_int_equal(directory_post(room->directory, DIRECTORY_SUBJECT, 9).size, 0);
}

static void directory__put_again__takes_the_new_name(void **context)
{
    room_t *room = *context;
    uint32_t row = add_row(&room->state.persons, "H1");
    put_person(room, "H1", "张澜清");
    assert_text(directory_name(room->directory, DIRECTORY_PERSON, row), "张澜清");
    put_person(room, "H1", "李云渡");
    assert_text(directory_name(room->directory, DIRECTORY_PERSON, row), "李云渡");
}

static void directory__put_without_name__keeps_what_was_there(void **context)
{
    room_t *room = *context;
    uint32_t row = add_row(&room->state.subjects, "C1");
    put_subject(room, "某人", "镇长");
    put_subject(room, "", "书记");
    assert_text(directory_name(room->directory, DIRECTORY_SUBJECT, row), "某人");
    assert_text(directory_post(room->directory, DIRECTORY_SUBJECT, row), "书记");
    put_subject(room, "", "");
    assert_text(directory_post(room->directory, DIRECTORY_SUBJECT, row), "书记");
}

static void directory__subject_without_name__shows_its_person(void **context)
{
    room_t *room = *context;
    uint32_t person = add_row(&room->state.persons, "H1");
    uint32_t row = add_row(&room->state.subjects, "C1");
    TABLE_ROW(subject_row_t, &room->state.subjects, row)->person = person;
    put_person(room, "H1", "张澜清");
    assert_text(directory_subject_name(room->directory, &room->state, row), "张澜清");
    put_subject(room, "班子", "");
    assert_text(directory_subject_name(room->directory, &room->state, row), "班子");
}

static void directory__command_of_another_kind__changes_nothing(void **context)
{
    room_t *room = *context;
    const command_t command = { .kind = COMMAND_OBSERVE };
    const private_t part = { .name = text("x") };
    assert_int_equal(directory_learn(room->directory, &room->state, &command, &part),
                     STATUS_OK);
}

#define WITH_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ROOM(directory__unknown_row__has_no_name),
        WITH_ROOM(directory__put_again__takes_the_new_name),
        WITH_ROOM(directory__put_without_name__keeps_what_was_there),
        WITH_ROOM(directory__subject_without_name__shows_its_person),
        WITH_ROOM(directory__command_of_another_kind__changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
