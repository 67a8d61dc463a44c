#include "base/difference.h"

#include <string.h>

enum { CELLS_MOST = 1 << 22 }; /* of the table: 8 MB */

struct words {
	struct str *items;
	size_t count;
};

struct result {
	struct arena *arena;
	struct difference *items;
	size_t count, capacity;
};

static bool is_of_word(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (c >= 0xC0 && c < 0x2000) || (c >= 0xAC00 && c < 0xD7B0);
}

static size_t word_end(struct str text, size_t at)
{
	size_t next = at;
	uint32_t c = str_next_char(text, &next);

	while (is_of_word(c) && next < text.n) {
		size_t further = next;

		if (!is_of_word(str_next_char(text, &further)))
			break;
		next = further;
	}
	return next > at ? next : at + 1;
}

static size_t line_end(struct str text, size_t at)
{
	const char *end = memchr(text.p + at, '\n', text.n - at);

	return end ? (size_t)(end - text.p) + 1 : text.n;
}

static struct words split(struct arena *arena, struct str text, size_t (*end_of)(struct str text, size_t at))
{
	VEC(struct str) words = {0};

	for (size_t at = 0; at < text.n;) {
		size_t end = end_of(text, at);

		vec_push(arena, &words, str_sub(text, at, end));
		at = end;
	}
	return (struct words){words.items, words.count};
}

static void add(struct result *result, enum difference_kind kind, struct str text)
{
	struct difference *last = result->count ? &result->items[result->count - 1] : NULL;

	if (!text.n)
		return;
	if (last && last->kind == kind && last->text.p + last->text.n == text.p) {
		last->text.n += text.n;
		return;
	}
	if (result->count == result->capacity) {
		size_t grown = result->capacity ? result->capacity * 2 : 16;

		result->items = arena_grow(result->arena, result->items, result->capacity * sizeof(*result->items),
					   grown * sizeof(*result->items));
		result->capacity = grown;
	}
	result->items[result->count++] = (struct difference){kind, text};
}

/* length[i][j]: of the longest common sequence of what begins at word i and at word j. */
static uint16_t *lengths_of(struct arena *arena, struct words a, struct words b)
{
	size_t wide = b.count + 1;
	uint16_t *length = arena_many(arena, uint16_t, (a.count + 1) * wide);

	memset(length, 0, (a.count + 1) * wide * sizeof(*length));
	for (size_t i = a.count; i-- > 0;)
		for (size_t j = b.count; j-- > 0;) {
			uint16_t down = length[(i + 1) * wide + j], right = length[i * wide + j + 1];

			length[i * wide + j] = str_eq(a.items[i], b.items[j])
						   ? (uint16_t)(length[(i + 1) * wide + j + 1] + 1)
					       : down >= right ? down
							       : right;
		}
	return length;
}

static void compare(struct result *result, struct words a, struct words b)
{
	const uint16_t *length = lengths_of(result->arena, a, b);
	size_t wide = b.count + 1, i = 0, j = 0;

	while (i < a.count && j < b.count) {
		if (str_eq(a.items[i], b.items[j])) {
			add(result, DIFFERENCE_SAME, a.items[i]);
			i++, j++;
		} else if (length[(i + 1) * wide + j] >= length[i * wide + j + 1]) {
			add(result, DIFFERENCE_REMOVED, a.items[i++]);
		} else {
			add(result, DIFFERENCE_ADDED, b.items[j++]);
		}
	}
	while (i < a.count)
		add(result, DIFFERENCE_REMOVED, a.items[i++]);
	while (j < b.count)
		add(result, DIFFERENCE_ADDED, b.items[j++]);
}

static bool fits(struct words a, struct words b)
{
	return a.count < UINT16_MAX && b.count < UINT16_MAX && (a.count + 1) * (b.count + 1) <= CELLS_MOST;
}

static void compare_rest(struct result *result, struct str before, struct str after)
{
	struct words a = split(result->arena, before, word_end), b = split(result->arena, after, word_end);

	if (!fits(a, b)) {
		a = split(result->arena, before, line_end);
		b = split(result->arena, after, line_end);
	}
	if (fits(a, b)) {
		compare(result, a, b);
	} else {
		add(result, DIFFERENCE_REMOVED, before);
		add(result, DIFFERENCE_ADDED, after);
	}
}

struct difference *difference_of(struct arena *arena, struct str before, struct str after, size_t *count)
{
	struct result result = {.arena = arena};
	struct words a = split(arena, before, word_end), b = split(arena, after, word_end);
	size_t head = 0, tail = 0, from = 0, end_a = before.n, end_b = after.n;

	for (; head < a.count && head < b.count && str_eq(a.items[head], b.items[head]); head++)
		from += a.items[head].n;
	for (; tail < a.count - head && tail < b.count - head &&
	       str_eq(a.items[a.count - 1 - tail], b.items[b.count - 1 - tail]);
	     tail++) {
		end_a -= a.items[a.count - 1 - tail].n;
		end_b -= b.items[b.count - 1 - tail].n;
	}
	add(&result, DIFFERENCE_SAME, str_sub(before, 0, from));
	compare_rest(&result, str_sub(before, from, end_a), str_sub(after, from, end_b));
	add(&result, DIFFERENCE_SAME, str_sub(before, end_a, before.n));
	*count = result.count;
	return result.items;
}
