/* Goal: a full table of labels refuses new labels, not projects that use known ones.
 * Method: a scene whose words have no room left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/scene.h"

static void put_project__no_room_for_words__known_ones_pass(void **unused)
{
    (void)unused;
    scene_t *scene = scene_create();
    scene->state.words.limit = scene->state.words.count;
    command_t command = { .kind = COMMAND_PROJECT };
    command.body.project = (put_project_t){ .code = scene_text("P2"),
                                            .front = scene_text("heads"),
                                            .category = scene_text("unheard of"),
                                            .unit = scene_text("U2"),
                                            .state = 1 };
    scene_expect(scene, &command, STATUS_TABLE_FULL, "project.front", "heads");
    command.body.project.category = scene_text("teams");
    scene_accept(scene, &command);
    scene_destroy(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_project__no_room_for_words__known_ones_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
