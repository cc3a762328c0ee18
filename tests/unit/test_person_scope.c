/* Goal: an office that keeps its own unit's registry does not rename other units' people.
 * Method: put_person by principals of several scopes, persons in several registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"

static command_t person(const char *code)
{
    command_t command = { .kind = COMMAND_PERSON };
    command.body.person.code = scene_text(code);
    return command;
}

static principal_row_t *office(scene_t *scene)
{
    scene_speak_as(scene, "O3"); /* over U2 */
    principal_row_t *row =
        TABLE_ROW(principal_row_t, &scene->state.principals, scene->principal);
    row->roles = 1u << ROLE_OFFICE;
    return row;
}

static void put_person__new_or_in_no_register__anybody(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    command_t command = person("H900");
    (void)office(scene);
    scene_accept(scene, &command);
    scene_accept(scene, &command);
    command = person("HO1");
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_person__known__only_where_it_belongs(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    (void)office(scene);
    command_t command = person("HC1"); /* a cadre of U2 */
    scene_accept(scene, &command);
    command = person("HC3"); /* of U4, below U2 */
    scene_accept(scene, &command);
    static const char *const others[] = { "HC2", "HI1", "HS1" };
    for (uint32_t i = 0; i < 3; i++) {
        command = person(others[i]);
        scene_expect(scene, &command, STATUS_OUT_OF_SCOPE, "", "O3");
    }
    scene_add_subject(scene, "C9", "HC2", "U4", "heads"); /* has a second post here */
    command = person("HC2");
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

static void put_person__by_group_or_everything__likewise(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    principal_row_t *row = office(scene);
    command_t command = person("HC4"); /* of U3, group heads */
    scene_expect(scene, &command, STATUS_OUT_OF_SCOPE, "", "O3");
    row->group_count = 1;
    row->groups[0] = state_find_word(&scene->state, scene_text("heads"));
    scene_accept(scene, &command);
    scene_speak_as(scene, "O1");
    command = person("HI1");
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_person__new_or_in_no_register__anybody),
        cmocka_unit_test(put_person__known__only_where_it_belongs),
        cmocka_unit_test(put_person__by_group_or_everything__likewise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
