#include "api/elsewhere.h"

enum { HERE = 1, EDITS = 2, FLAG_BITS = 2 };

int64_t elsewhere_detail(int64_t person, bool here, bool edits)
{
	return person * (1 << FLAG_BITS) + (here ? HERE : 0) + (edits ? EDITS : 0);
}

int64_t elsewhere_person_of(int64_t detail)
{
	return detail >> FLAG_BITS;
}

static void take_out(struct elsewhere *elsewhere, struct elsewhere_person *one)
{
	*one = elsewhere->people[--elsewhere->count];
}

bool elsewhere_hear(struct elsewhere *elsewhere, const struct news *news, instant now)
{
	int64_t person = elsewhere_person_of(news->detail);
	bool here = news->detail & HERE, edits = news->detail & EDITS;

	for (size_t i = 0; i < elsewhere->count; i++) {
		struct elsewhere_person *one = &elsewhere->people[i];
		bool same = one->edits == edits;

		if (one->node != news->node || one->record != news->subject || one->person != person)
			continue;
		one->heard_at = now;
		one->edits = edits;
		if (!here)
			take_out(elsewhere, one);
		return !here || !same;
	}
	if (!here || elsewhere->count == ELSEWHERE_MOST)
		return false;
	elsewhere->people[elsewhere->count++] = (struct elsewhere_person){
	    .node = news->node, .record = news->subject, .person = person, .heard_at = now, .edits = edits};
	return true;
}

bool elsewhere_forget(struct elsewhere *elsewhere, instant now, struct elsewhere_person *gone)
{
	for (size_t i = 0; i < elsewhere->count; i++) {
		if (now - elsewhere->people[i].heard_at < ELSEWHERE_GONE_MS)
			continue;
		*gone = elsewhere->people[i];
		take_out(elsewhere, &elsewhere->people[i]);
		return true;
	}
	return false;
}
