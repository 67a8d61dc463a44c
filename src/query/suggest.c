#include "query/parser.h"

enum { EDITS_MOST = 2, NAME_MOST = 64 };

/* Edits (insert, remove, replace a byte, swap neighbours) between two names; more than EDITS_MOST for long ones. */
static size_t edits_between(struct str a, struct str b)
{
	size_t rows[3][NAME_MOST + 1];
	if (a.n > NAME_MOST || b.n > NAME_MOST)
		return EDITS_MOST + 1;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);
			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] &&
			    two_above[j - 2] + 1 < best)
				best = two_above[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[a.n % 3][b.n];
}

static void consider(struct str name, struct str written, size_t *best, struct str *found)
{
	size_t edits = edits_between(name, written);
	/* Two edits make any two-letter name of any other. */
	if (edits < *best && edits < name.n && edits < written.n) {
		*best = edits;
		*found = name;
	}
}

bool suggest_name(const struct map *names, struct str written, struct str *found)
{
	size_t best = EDITS_MOST + 1;
	for (size_t i = 0; i < names->count; i++)
		consider(names->entries[i].key, written, &best, found);
	return best <= EDITS_MOST;
}

bool suggest_code(const struct query_code *codes, size_t count, struct str written, struct str *found)
{
	size_t best = EDITS_MOST + 1;
	for (size_t i = 0; i < count; i++)
		consider(codes[i].name, written, &best, found);
	return best <= EDITS_MOST;
}
