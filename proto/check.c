/* check.c - see check.h. */
#include "proto/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    abort(); /* the line above is a last word; nobody can act on its failure */
}
