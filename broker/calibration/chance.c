/* chance.c - see chance.h. */
#include "broker/calibration/chance.h"

#include "proto/check.h"
#include <math.h>
#include <stddef.h>

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

void chance_init(chance_t *chance, uint64_t seed)
{
    CHECK(chance != NULL);
    *chance = (chance_t){ .has_spare = false };
    for (uint32_t i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        chance->state[i] = z ^ (z >> 31);
    }
}

uint64_t chance_bits(chance_t *chance)
{
    uint64_t *s = chance->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double chance_unit(chance_t *chance)
{
    return (double)(chance_bits(chance) >> 11) * 0x1p-53;
}

uint32_t chance_below(chance_t *chance, uint32_t bound)
{
    CHECK(bound > 0);
    return (uint32_t)(((chance_bits(chance) >> 32) * bound) >> 32);
}

double chance_normal(chance_t *chance)
{
    if (chance->has_spare) {
        chance->has_spare = false;
        return chance->spare;
    }
    double u, v, s;
    do {
        u = 2.0 * chance_unit(chance) - 1.0;
        v = 2.0 * chance_unit(chance) - 1.0;
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    double factor = sqrt(-2.0 * log(s) / s);
    chance->spare = v * factor;
    chance->has_spare = true;
    return u * factor;
}
