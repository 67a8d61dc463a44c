/* What came of an action on many records, one by one. */
#include "web/bulk.h"
#include "web/part_panel.h"
#include "web/show.h"

struct outcome {
	struct str words;
	enum icon icon;
	bool bad;
};

static struct str fault_words(struct visit *visit, const struct type *type, const struct error_item *item)
{
	const struct field *field = type_field(type, str_of(item->field));
	struct str words = visit_words(visit, item);

	return field ? phrase(&visit->h, N_("%1$s: %2$s"), words_of(visit, &field->label), words) : words;
}

/* The first fault is the reason; the others are seen when it is done on the record itself. */
static struct outcome outcome_of(struct visit *visit, const struct bulk *bulk, const struct edit_outcome *edited)
{
	const struct error *error = &edited->error;

	if (!edited->status && edited->result.event)
		return (struct outcome){label(&visit->h, N_("Done")), ICON_CHECK, false};
	if (!edited->status)
		return (struct outcome){label(&visit->h, N_("Nothing to change")), ICON_NONE, false};
	if (edited->status == E_STALE)
		return (struct outcome){label(&visit->h, N_("Somebody changed it meanwhile: left as it was")),
					ICON_ALERT, true};
	return (struct outcome){error->count ? fault_words(visit, bulk->type, &error->items[0])
					     : label(&visit->h, N_("Left as it was")),
				ICON_ALERT, true};
}

static void draw_outcomes(struct visit *visit, const struct bulk *bulk, const struct edit_outcome *outcomes,
			  const struct reference *references)
{
	struct html *h = &visit->h;

	html(h,
	     "<table class='data'><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th></tr></thead><tbody>",
	     N_("Number"), N_("Title"), N_("Outcome"));
	for (size_t i = 0; i < bulk->count; i++) {
		struct outcome outcome = outcome_of(visit, bulk, &outcomes[i]);

		html(h,
		     "<tr><th scope='row'><a href='%u'>%t</a></th><td>%t</td><td><span "
		     "class='%a'>%i%t</span></td></tr>",
		     record_url(visit, bulk->identities[i]), number_text(visit, bulk->identities[i]),
		     references[i].headline, outcome.bad ? "said bad" : "said", outcome.icon, outcome.words);
	}
	html(h, "</tbody></table>");
}

/* What somebody else changed meanwhile can be looked at, or be changed all the same. */
static void draw_way_on(struct visit *visit, const struct bulk *bulk, const struct edit_outcome *outcomes)
{
	struct html *h = &visit->h;
	bool *left_out = arena_many(visit->arena, bool, bulk->count + 1);
	int64_t stale = 0;

	for (size_t i = 0; i < bulk->count; i++) {
		left_out[i] = outcomes[i].status != E_STALE;
		stale += !left_out[i];
	}
	html(h, "<form class='btns' method='post' action='/%p/bulk'>", bulk->type->collection);
	if (stale) {
		bulk_draw_numbers(visit, bulk, left_out, true);
		if (bulk->field)
			html(h, "<input type='hidden' name='field' value='%a'>", bulk->field->name);
		html(h, "<button class='btn main'>%t</button>",
		     phrase_count(h, stale, N_("Do it with the other one, as it is now"),
				  N_("Do it with the other %s, as they are now")));
	}
	html(h, "<a class='btn' href='%u'>%l</a></form>", bulk->back, N_("Back to the list"));
}

static enum status look_up(struct visit *visit, const struct bulk *bulk, struct reference *references)
{
	READER connection = NULL;
	enum status status = kernel_reader(visit->kernel, &connection, &visit->error);

	for (size_t i = 0; i < bulk->count; i++)
		references[i].identity = bulk->identities[i];
	return status ? status
		      : read_references(visit->kernel, connection, visit->arena, visit->actor, references, bulk->count,
					&visit->error);
}

static void tell_sum(struct visit *visit, const struct bulk *bulk, const struct edit_outcome *outcomes)
{
	struct html *h = &visit->h;
	int64_t changed = 0, refused = 0;
	struct str words;

	for (size_t i = 0; i < bulk->count; i++) {
		changed += !outcomes[i].status && outcomes[i].result.event;
		refused += outcomes[i].status != OK;
	}
	words = changed ? phrase_count(h, changed, N_("%s record changed"), N_("%s records changed"))
			: label(h, N_("Nothing was changed."));
	if (refused) {
		struct str of_refused = phrase_count(h, refused, N_("%s was refused"), N_("%s were refused"));

		words = changed ? phrase(h, N_("%1$s; %2$s"), words, of_refused) : of_refused;
	}
	visit->page.notice = words;
	visit->page.notice_tone = refused ? NOTICE_BAD : changed ? NOTICE_GOOD : NOTICE_PLAIN;
}

void bulk_answer(struct visit *visit, const struct edit_outcome *outcomes, void *data)
{
	const struct bulk *bulk = data;
	struct reference *references = arena_many(visit->arena, struct reference, bulk->count + 1);
	enum status status = look_up(visit, bulk, references);

	if (status) {
		visit_refuse(visit, status);
		return;
	}
	tell_sum(visit, bulk, outcomes);
	visit_begin(visit, bulk->words, "page", str_format(visit->arena, "/%.*s", STR_ARG(bulk->type->collection)));
	html(&visit->h, "<div class='head'><h1>%t</h1></div>", bulk->words);
	draw_outcomes(visit, bulk, outcomes, references);
	draw_way_on(visit, bulk, outcomes);
	visit_end(visit, 200);
}
