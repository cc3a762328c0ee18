/* chance.h - numbers that look random and are the same for the same seed.
 *
 * xoshiro256** seeded through splitmix64; normals by Marsaglia's polar method. For draws
 * from a posterior and for made-up worlds, never for keys. Threads: one owner each.
 */
#ifndef YX_CALIBRATION_CHANCE_H
#define YX_CALIBRATION_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state[4];
    double spare; /* the second normal of a pair */
    bool has_spare;
} chance_t;

void chance_init(chance_t *chance, uint64_t seed);
uint64_t chance_bits(chance_t *chance);
double chance_unit(chance_t *chance); /* 0 <= x < 1 */
uint32_t chance_below(chance_t *chance, uint32_t bound);
double chance_normal(chance_t *chance); /* mean 0, variance 1 */

#endif
