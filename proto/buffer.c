/* buffer.c - doubles its memory up to the ceiling; see buffer.h. */
#include "proto/buffer.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define BUFFER_FIRST_BYTES ((size_t)256)

void buffer_init(buffer_t *buffer, size_t ceiling_bytes)
{
    CHECK(buffer != NULL);
    *buffer = (buffer_t){ .ceiling = ceiling_bytes };
}

void buffer_fini(buffer_t *buffer)
{
    CHECK(buffer != NULL);
    free(buffer->data);
    *buffer = (buffer_t){ .ceiling = buffer->ceiling };
}

/* The next capacity that holds `needed`; needed is at most the ceiling. */
static size_t capacity_for(const buffer_t *buffer, size_t needed)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : BUFFER_FIRST_BYTES;
    while (capacity < needed && capacity <= buffer->ceiling / 2)
        capacity *= 2;
    return capacity < needed || capacity > buffer->ceiling ? buffer->ceiling : capacity;
}

status_t buffer_reserve(buffer_t *buffer, size_t bytes)
{
    CHECK(buffer != NULL);
    CHECK(buffer->size <= buffer->capacity);
    if (bytes <= buffer->capacity - buffer->size)
        return STATUS_OK;
    if (bytes > buffer->ceiling - buffer->size)
        return STATUS_TOO_LARGE;
    size_t capacity = capacity_for(buffer, buffer->size + bytes);
    uint8_t *data = realloc(buffer->data, capacity);
    if (data == NULL)
        return STATUS_NO_MEMORY;
    buffer->data = data;
    buffer->capacity = capacity;
    return STATUS_OK;
}

status_t buffer_append(buffer_t *buffer, const void *data, size_t bytes)
{
    CHECK(data != NULL || bytes == 0);
    status_t status = buffer_reserve(buffer, bytes);
    if (status != STATUS_OK || bytes == 0)
        return status;
    memcpy(buffer->data + buffer->size, data, bytes);
    buffer->size += bytes;
    return STATUS_OK;
}

void buffer_clear(buffer_t *buffer)
{
    CHECK(buffer != NULL);
    buffer->size = 0;
}
