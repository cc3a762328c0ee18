/* metrics.c - see metrics.h. */
#include "broker/runtime/metrics.h"

#include "proto/check.h"

void metrics_list(const metrics_t *metrics, counter_t *out)
{
    CHECK(metrics != NULL);
    CHECK(out != NULL);
#define X(metric) *out++ = (counter_t){ .name = #metric, .value = metrics->metric };
    METRICS_LIST(X)
#undef X
}
