/* watch_head.h - the lines above and below a watched board; a part of watch_screen.h. */
#ifndef YX_WATCH_HEAD_H
#define YX_WATCH_HEAD_H

#include "clients/cli/watch_screen.h"

/* Lines that the head takes on a screen of this size. */
unsigned watch_head_lines(const watch_picture_t *picture, const watch_look_t *look,
                          unsigned columns, unsigned lines);
void watch_head_draw(const watch_picture_t *picture, const watch_look_t *look,
                     canvas_t *canvas);
/* The legend or a message, and what is being typed or the keys: the last two lines; a
 * long message begins higher. */
void watch_foot_draw(const watch_picture_t *picture, const watch_look_t *look,
                     uint32_t rows, canvas_t *canvas);
/* What every key does, from `line` on; on a small screen instead of the head. */
void watch_help_draw(const watch_picture_t *picture, unsigned line, canvas_t *canvas);

#endif
