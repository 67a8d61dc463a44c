/* What was decided so far on a record that waits for approval (approval.c), and what is still needed. */
#include "behaviour/approval_tally.h"

#include "record/lookup.h"

static int64_t number_of(const struct record *decision, const struct field *field)
{
	struct value value = field ? record_value(decision, field) : (struct value){0};

	return value.kind == VALUE_INTEGER ? value.number : 1;
}

bool approval_is_by_hand(const struct record *decision)
{
	return decision->created_by != 0;
}

static void find_round(const struct approval *p, struct approval_tally *tally)
{
	tally->began = INSTANT_NONE;
	for (size_t i = 0; i < tally->count; i++)
		if (!approval_is_by_hand(tally->all[i]) && number_of(tally->all[i], p->round) > tally->round)
			tally->round = number_of(tally->all[i], p->round);
	for (size_t i = 0; i < tally->count; i++) {
		const struct record *decision = tally->all[i];

		if (approval_is_by_hand(decision) || number_of(decision, p->round) != tally->round)
			continue;
		if (number_of(decision, p->stage) > tally->stage)
			tally->stage = number_of(decision, p->stage);
		if (tally->began == INSTANT_NONE || decision->created_at < tally->began)
			tally->began = decision->created_at;
	}
}

bool approval_is_open(const struct approval *p, const struct record *decision)
{
	return decision->state == p->make->initial;
}

static void count_by_hand(const struct approval *p, const struct record *decision, struct approval_tally *tally)
{
	tally->open_by_hand += approval_is_open(p, decision);
	tally->no_by_hand +=
	    decision->state == p->no && (tally->began == INSTANT_NONE || decision->created_at >= tally->began);
}

bool approval_is_current(const struct approval *p, const struct record *decision, const struct approval_tally *tally)
{
	return !approval_is_by_hand(decision) && number_of(decision, p->round) == tally->round &&
	       number_of(decision, p->stage) == tally->stage;
}

static void count_decision(const struct approval *p, const struct record *decision, struct approval_tally *tally)
{
	bool late = p->late && decision->state == p->late->to, yes = decision->state == p->yes;

	if (approval_is_by_hand(decision)) {
		count_by_hand(p, decision, tally);
		return;
	}
	if (!approval_is_current(p, decision, tally))
		return;
	tally->open += approval_is_open(p, decision);
	tally->no += decision->state == p->no;
	tally->yes += yes;
	tally->expired += late;
	tally->escalated_yes += yes && p->escalated && record_value(decision, p->escalated).boolean;
	tally->asked += approval_is_open(p, decision) || decision->state == p->no || yes || late;
}

enum status approval_count(const struct approval *p, const struct subject *subject, struct approval_tally *tally,
			   struct error *error)
{
	int64_t *records;
	size_t count;
	enum status status = lookup_referring(subject->connection, subject->arena, p->as, subject->record->identity,
					      true, &records, &count, error);

	*tally = (struct approval_tally){.all = arena_many(subject->arena, struct record *, count + 1)};
	for (size_t i = 0; i < count && !status; i++)
		status = record_load(subject->kernel, subject->connection, subject->arena, records[i], false,
				     &tally->all[tally->count++], error);
	if (status)
		return status;
	find_round(p, tally);
	for (size_t i = 0; i < tally->count; i++)
		count_decision(p, tally->all[i], tally);
	return OK;
}

const struct stage *approval_stage(const struct approval *p, const struct approval_tally *tally)
{
	return tally->stage > 0 && (size_t)tally->stage <= p->stage_count ? &p->stages[tally->stage - 1]
									  : &p->stages[0];
}

enum status approval_needed(const struct stage *stage, const struct subject *subject, size_t asked, size_t *needed,
			    struct error *error)
{
	bool all = stage->quorum == QUORUM_ALL;
	enum status status = OK;

	if (stage->all_when && !all)
		status = subject_holds(subject, stage->all_when, &all, error);
	*needed = all                                ? asked
		  : stage->quorum == QUORUM_MAJORITY ? asked / 2 + 1
		  : stage->quorum == QUORUM_NUMBER   ? (size_t)stage->quorum_number
						     : 1;
	return status;
}

bool approval_is_agreed(const struct approval_tally *tally, size_t needed)
{
	return !tally->open_by_hand && (tally->escalated_yes || (tally->yes && tally->yes >= needed));
}

bool approval_is_refused(const struct stage *stage, const struct approval_tally *tally, size_t needed)
{
	bool counted = stage->quorum == QUORUM_NUMBER || stage->quorum == QUORUM_MAJORITY;

	if (tally->no_by_hand)
		return true;
	return counted ? !tally->expired && tally->no && tally->yes + tally->open < needed : tally->no > 0;
}
