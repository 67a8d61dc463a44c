/* Chance: splitmix64. Whole numbers only, so that every machine and compiler draws the same. */
#include "app/demo_world.h"

uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

int64_t chance_below(struct chance *chance, int64_t bound)
{
	return bound > 0 ? (int64_t)(chance_next(chance) % (uint64_t)bound) : 0;
}

int64_t chance_between(struct chance *chance, int64_t least, int64_t most)
{
	return most > least ? least + chance_below(chance, most - least + 1) : least;
}

bool chance_percent(struct chance *chance, int percent)
{
	return chance_below(chance, 100) < percent;
}

size_t chance_weighted(struct chance *chance, const int *weights, size_t count)
{
	int64_t sum = 0, drawn;
	size_t i = 0;

	for (size_t w = 0; w < count; w++)
		sum += weights[w];
	drawn = chance_below(chance, sum);
	while (i + 1 < count && drawn >= weights[i])
		drawn -= weights[i++];
	return i;
}
