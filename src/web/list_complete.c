/* What may follow in an expression while somebody types it: found by its name, or by what people call it. */
#include "web/list_filter.h"

#include "base/fold.h"
#include "record/access.h"
#include "web/show.h"

struct completing {
	struct visit *visit;
	const struct query_completion *text;
	struct str typed; /* the word at the end, folded, without the quote before it */
	VEC(struct completion_view) named, called;
};

/* --- what may be spoken of --- */

static bool may_ask(const struct visit *visit, const struct query_field *field)
{
	return field->owner ? access_reads_field(visit->actor, field->owner)
			    : actor_is_staff(visit->actor) || field->kind != VALUE_RECORD;
}

static bool may_reach(const struct visit *visit, const struct query_type *type)
{
	return !type || !type->owner || access_reads_type(visit->kernel, visit->actor, type->owner);
}

/* Of what the reader may not know of nothing follows, as if there were nothing of that name. */
static bool may_speak(const struct visit *visit, const struct query_completion *text)
{
	if ((text->clocks || text->link_count) && !actor_is_staff(visit->actor))
		return false;
	for (size_t i = 0; i < text->field_count; i++)
		if (!may_ask(visit, text->fields[i]))
			return false;
	for (size_t i = 0; i < text->link_count; i++)
		if (!may_reach(visit, text->links[i]->to))
			return false;
	return true;
}

static bool is_open(const struct visit *visit, const struct query_candidate *candidate)
{
	const struct type *holder = candidate->holder ? candidate->holder->owner : NULL;

	switch (candidate->what) {
	case OFFER_FIELD:
		return may_ask(visit, candidate->field) && may_reach(visit, candidate->holder) &&
		       !str_is(candidate->field->name, "version");
	case OFFER_INTO:
		return may_reach(visit, candidate->holder);
	case OFFER_CLOCK:
		return actor_is_staff(visit->actor);
	case OFFER_LINK:
		return actor_is_staff(visit->actor) && (!candidate->link || may_reach(visit, candidate->link->to));
	case OFFER_ME:
		return !holder || holder->acts_as == ACTS_PERSON;
	case OFFER_MY_GROUPS:
		return actor_is_staff(visit->actor) && (!holder || holder->acts_as == ACTS_GROUP);
	case OFFER_MY_CUSTOMER:
		return !holder || holder->acts_as == ACTS_CUSTOMER;
	default:
		return true;
	}
}

/* --- what it is called --- */

static const struct {
	const char *text, *words;
} language[] = {{"=", N_("is")},
		{"!=", N_("is not")},
		{"<", N_("below")},
		{"<=", N_("at most")},
		{">", N_("above")},
		{">=", N_("at least")},
		{"contains", N_("has the text in it")},
		{"starts", N_("begins with the text")},
		{"in", N_("one of several")},
		{"not in", N_("none of several")},
		{"is empty", N_("nothing is filled in")},
		{"is not empty", N_("something is filled in")},
		{"and", N_("both hold")},
		{"or", N_("one of them holds")},
		{"not", N_("the opposite holds")},
		{"now", N_("this moment")},
		{"today", N_("this day")},
		{"true", N_("Yes")},
		{"false", N_("No")},
		{"breached", N_("over time")},
		{"running", N_("running")},
		{"paused", N_("paused")},
		{"met", N_("met")},
		{"clock(", N_("how a clock stands")},
		{"changed(", N_("a field was changed")},
		{"has link(", N_("a link to another record")},
		{"open", N_("work goes on")},
		{"waiting", N_("it waits")},
		{"done", N_("it is finished")}};

static struct str language_words(const struct visit *visit, struct str text)
{
	for (size_t i = 0; i < sizeof(language) / sizeof(*language); i++)
		if (str_is(text, language[i].text))
			return label(&visit->h, language[i].words);
	return S("");
}

static struct str candidate_words(struct visit *visit, const struct query_candidate *candidate, struct str word)
{
	const struct type *holder = candidate->holder ? candidate->holder->owner : NULL;

	switch (candidate->what) {
	case OFFER_FIELD:
		return list_field_words(visit, candidate->field);
	case OFFER_INTO:
		return holder ? words_of(visit, &holder->label) : S("");
	case OFFER_CODE:
		return list_code_words(visit, holder, candidate->field, candidate->code);
	case OFFER_CLOCK:
		return candidate->code.n ? show_clock_name(visit, holder, candidate->code)
					 : language_words(visit, word);
	case OFFER_LINK:
		return candidate->link && candidate->link->to && candidate->link->to->owner
			   ? words_of(visit, &((const struct type *)candidate->link->to->owner)->label)
			   : language_words(visit, word);
	case OFFER_ME:
		return label(&visit->h, N_("me"));
	case OFFER_MY_GROUPS:
		return label(&visit->h, N_("my groups"));
	case OFFER_MY_CUSTOMER:
		return label(&visit->h, N_("my organisation"));
	case OFFER_TEXT:
		return label(&visit->h, N_("text in quotes"));
	default:
		return language_words(visit, word);
	}
}

/* --- what fits --- */

static bool begins(struct str text, struct str with)
{
	return text.n >= with.n && str_eq_nocase(str_sub(text, 0, with.n), with);
}

static void consider(struct completing *c, const struct query_candidate *candidate)
{
	struct visit *visit = c->visit;
	struct str begun = c->text->begun;
	size_t at;
	bool goes_on = begun.n && candidate->text.n > begun.n && str_starts(candidate->text, begun);
	struct str word = goes_on ? str_trim(str_sub(candidate->text, begun.n, candidate->text.n)) : candidate->text;
	struct completion_view view = {.text = candidate->text};

	if (!is_open(visit, candidate) || str_eq(candidate->text, begun))
		return;
	view.words = candidate_words(visit, candidate, word);
	if (!view.words.n)
		view.words = candidate_words(visit, candidate, candidate->text);
	view.value = str_format(visit->arena, "%.*s%.*s", STR_ARG(c->text->before), STR_ARG(candidate->text));
	if (begins(candidate->text, begun) || begins(candidate->text, c->text->word) ||
	    (candidate->code.n && begins(candidate->code, c->text->word)))
		vec_push(visit->arena, &c->named, view);
	else if (c->typed.n && str_find(fold_text(visit->arena, view.words), c->typed, &at))
		vec_push(visit->arena, &c->called, view);
}

struct str list_complete_url(const struct visit *visit, const struct type *type)
{
	return str_format(visit->arena, "/suggest/%.*s?expression=", STR_ARG(type->collection));
}

struct completion_view *list_complete(struct visit *visit, const struct type *type, struct str expression, size_t most,
				      struct query_completion *text, size_t *count)
{
	struct completing c = {.visit = visit, .text = text};

	*count = 0;
	query_complete(visit->arena, type->query, expression, text);
	if (!may_speak(visit, text)) {
		text->records = NULL;
		return NULL;
	}
	if (!may_reach(visit, text->records))
		text->records = NULL;
	c.typed = fold_text(visit->arena, text->word);
	for (size_t i = 0; i < text->count; i++)
		consider(&c, &text->candidates[i]);
	for (size_t i = 0; i < c.called.count; i++)
		vec_push(visit->arena, &c.named, c.called.items[i]);
	*count = c.named.count < most ? c.named.count : most;
	return c.named.items;
}

struct completion_view list_complete_record(struct visit *visit, const struct query_completion *text, struct str shown,
					    struct str words)
{
	int64_t identity;
	struct str written =
	    kernel_parse_number(visit->kernel, shown, &identity) ? shown : query_quote(visit->arena, shown);

	return (struct completion_view){
	    .value = str_format(visit->arena, "%.*s%.*s", STR_ARG(text->before), STR_ARG(written)),
	    .text = written,
	    .words = words};
}
