/* write_seeds.c - writes the first corpus of fuzz_guard into a folder that exists. */
#include "tests/support/wire_seeds.h"
#include <stdio.h>

static int write_seed(const char *folder, uint32_t index)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/seed-%02u", folder, index);
    if (length < 0 || (size_t)length >= sizeof path)
        return 1;
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return 1;
    wire_seed_t seed = wire_seed(index);
    int failed = fputc((int)seed.kind, file) == EOF;
    if (seed.bytes.size > 0)
        failed |= fwrite(seed.bytes.data, seed.bytes.size, 1, file) != 1;
    failed |= fclose(file) != 0;
    buffer_fini(&seed.bytes);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int failed = 0;
    for (uint32_t i = 0; i < WIRE_SEEDS; i++)
        failed |= write_seed(argv[1], i);
    if (failed != 0)
        fprintf(stderr, "%s: cannot be written to\n", argv[1]);
    return failed;
}
