/* fuzz_guard.c - libFuzzer target: the guard and protobuf-c agree on any bytes.
 *
 * The first byte chooses the kind of message, the rest are its bytes. What must hold
 * is told by tests/support/guard_agreement.h. write_seeds makes a first corpus.
 */
#include "tests/support/guard_agreement.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    guard_kind_t kind = (guard_kind_t)(data[0] % GUARD_COUNT);
    const char *wrong = guard_disagreement(guard_check, kind, data + 1, size - 1);
    if (wrong != NULL) {
        fprintf(stderr, "%s\n", wrong);
        abort();
    }
    return 0;
}
