/* name_list.c - see name_list.h. */
#include "clients/cli/name_list.h"

#include "proto/check.h"
#include <string.h>

static void keep(name_list_t *list, const text_t *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < DIMENSIONS_MAX; i++) {
        if (texts[i].size > 0 && texts[i].size <= LABEL_BYTES_MAX)
            memcpy(list->names[i], texts[i].data, texts[i].size);
    }
}

static void take_groups(void *context, const answer_t *answer)
{
    names_t *names = context;
    if (answer->kind != QUERY_GROUPS)
        return;
    keep(&names->dimensions, answer->body.groups.dimensions,
         answer->body.groups.dimension_count);
    keep(&names->channels, answer->body.groups.channels,
         answer->body.groups.channel_count);
}

void names_ask(session_t *session, names_t *names)
{
    CHECK(session != NULL && names != NULL);
    memset(names, 0, sizeof *names);
    /* without names the numbers are shown */
    (void)session_try(session, &(query_t){ .kind = QUERY_GROUPS }, take_groups, names);
}

const char *name_list_of(const name_list_t *list, uint32_t number)
{
    CHECK(list != NULL);
    return number >= 1 && number <= DIMENSIONS_MAX ? list->names[number - 1] : "";
}
