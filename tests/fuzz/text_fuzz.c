/* Any text as times, durations, numbers and search words: what is understood comes back the same when it is written and
 * read again, and folding twice changes nothing more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/fold.h"
#include "base/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_)
{
	if (!true_)
		abort();
}

static void read_durations(struct str text)
{
	struct duration duration, again;
	char written[DURATION_TEXT];

	if (!duration_parse(text, &duration) || duration.days)
		return;
	must(duration_parse(str_of(duration_format(duration.ms, written)), &again));
	must(duration_ms(again) == duration.ms);
}

static void fold_all(struct arena *arena, struct str text)
{
	struct fold_phrase *phrases;
	struct str normal = fold_nfc(arena, text), folded = fold_text(arena, text);
	size_t count;

	must(str_is_utf8(normal) && str_eq(fold_nfc(arena, normal), normal));
	must(str_is_utf8(folded) && str_eq(fold_text(arena, folded), folded));
	must(str_is_utf8(fold_terms(arena, text)));
	fold_query(arena, text, &phrases, &count);
	for (size_t i = 0; i < count; i++)
		must(phrases[i].terms.n && str_is_utf8(phrases[i].terms));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	ARENA arena = arena_new();
	int64_t number;
	instant moment;
	int32_t day;

	read_durations(text);
	(void)time_parse(text, &moment);
	(void)day_parse(text, &day);
	(void)decimal_parse(text, &number);
	if (str_is_utf8(text))
		fold_all(arena, text);
	return 0;
}
