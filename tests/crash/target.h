/* target.h - a real folder that is made to hold one image after another.
 *
 * Only what differs from the image before is written: files that stay the same, byte for
 * byte, are left alone.
 *
 * Threads: one owner. Everything ends the test when it fails.
 */
#ifndef YX_TESTS_TARGET_H
#define YX_TESTS_TARGET_H

#include "tests/crash/disk.h"

typedef struct target target_t;

/* `root` exists and is empty; borrowed. */
target_t *target_create(const char *root);
void target_destroy(target_t **target);
/* Makes the folder hold the image and nothing else. */
void target_put(target_t *target, const image_t *image);

#endif
