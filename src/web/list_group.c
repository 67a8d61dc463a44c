#include "web/list_group.h"

#include <stdlib.h>

#include "record/access.h"

enum { SUMS_MOST = 4 };

/* --- by what --- */

static bool can_group(const struct visit *visit, const struct field *field)
{
	switch (field->kind) {
	case FIELD_CHOICE:
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_GROUP:
	case FIELD_BOOLEAN:
		return field->query && group_takes(field->query) && access_reads_field(visit->actor, field);
	default:
		return false;
	}
}

void list_group_find(struct list_state *state, struct str name)
{
	const struct field *field = type_field(state->type, name);

	state->by = NULL;
	if (str_is(name, "state") && state->type->state_count)
		state->by = map_get(&state->type->query->fields, name);
	else if (field && can_group(state->visit, field))
		state->by = field->query;
	if (state->by)
		state->group_words =
		    field ? words_of(state->visit, &field->label) : label(&state->visit->h, N_("State"));
	state->folded = state->by && str_is(http_query(state->visit->request, "fold"), "1");
}

static struct choice_view choice(const struct list_state *state, struct str name, struct str words)
{
	return (struct choice_view){.value = name,
				    .words = words,
				    .url = visit_url_with(state->visit, "group", name),
				    .chosen = state->by ? str_eq(state->by->name, name) : !name.n};
}

void list_group_menu(const struct list_state *state, struct filter_view *filter)
{
	struct visit *visit = state->visit;
	const struct type *type = state->type;
	struct choice_view *choices = arena_many(visit->arena, struct choice_view, type->field_count + 3);
	size_t count = 0;

	choices[count++] = choice(state, S(""), label(&visit->h, N_("Not grouped")));
	if (type->state_count)
		choices[count++] = choice(state, S("state"), label(&visit->h, N_("State")));
	for (size_t i = 0; i < type->field_count; i++)
		if (can_group(visit, type->fields[i]))
			choices[count++] =
			    choice(state, type->fields[i]->name, words_of(visit, &type->fields[i]->label));
	for (size_t i = 1; i < count; i++)
		if (choices[i].chosen)
			filter->grouped_by = choices[i].words;
	filter->groups = (struct menu_view){choices, count};
	if (state->by) {
		filter->folded = state->folded;
		filter->fold_url = visit_url_with(visit, "fold", state->folded ? (struct str){0} : S("1"));
	}
}

/* --- the groups --- */

static struct str value_words(const struct list_state *state, const struct show *show, struct value value)
{
	struct visit *visit = state->visit;
	const struct state *at;

	if (value.kind == VALUE_NONE)
		return label(&visit->h, N_("None"));
	if (!state->by->is_state)
		return show_value(show, state->by->owner, value);
	at = type_state(state->type, value.text);
	return at ? words_of(visit, &at->label) : value.text;
}

/* A condition by code, number or truth; without one, that there is none. */
static struct str condition_value(const struct list_state *state, struct value value)
{
	switch (value.kind) {
	case VALUE_RECORD:
		return number_text(state->visit, value.number);
	case VALUE_BOOLEAN:
		return value.boolean ? S("true") : S("false");
	case VALUE_CHOICE:
		return value.text;
	default:
		return S("");
	}
}

static struct str group_url(const struct list_state *state, struct value value)
{
	struct visit *visit = state->visit;
	struct str filter = list_add_condition(visit, state->type, state->expression, state->by->name, S("="),
					       condition_value(state, value));
	struct buf url = buf_new(visit->arena);

	buf_add(&url, type_list_url(visit->arena, state->type, filter));
	if (state->sort_text.n)
		buf_format(&url, "&sort=%.*s", STR_ARG(url_part(visit->arena, state->sort_text)));
	if (http_query(visit->request, "columns").n)
		buf_format(&url, "&columns=%.*s",
			   STR_ARG(url_part(visit->arena, http_query(visit->request, "columns"))));
	return buf_str(&url);
}

static bool is_amount(const struct list_column *column)
{
	const struct field *field = column->field;

	return column->what == LIST_FIELD && layout_has_column(field) &&
	       (field->kind == FIELD_INTEGER || field->kind == FIELD_DECIMAL || field->kind == FIELD_DURATION);
}

static struct str amount_words(const struct visit *visit, const struct show *show, const struct field *field,
			       int64_t amount)
{
	if (field->kind == FIELD_INTEGER)
		return words_number(&visit->h, amount);
	return show_value(show, field, value_number(field->value, amount));
}

static enum status ask(const struct list_state *state, struct connection *connection, const struct list_groups *groups,
		       const struct field *of, struct group_row **rows, size_t *count)
{
	struct visit *visit = state->visit;
	struct group_request request = {.type = state->type,
					.filter = state->filter,
					.least = groups->least,
					.by = {{.field = state->by}},
					.of = of ? of->query : NULL,
					.now = visit->now};

	return read_groups(visit->kernel, connection, visit->arena, visit->actor, &request, rows, count, &visit->error);
}

static enum status add_sums(const struct list_state *state, struct connection *connection, struct list_groups *groups,
			    struct list_sum *sums, const struct show *show)
{
	struct visit *visit = state->visit;

	for (size_t c = 0; c < state->columns.count && groups->sum_count < SUMS_MOST; c++) {
		const struct field *field = state->columns.items[c].field;
		struct group_row *rows;
		size_t count;
		enum status status;

		if (!is_amount(&state->columns.items[c]))
			continue;
		if ((status = ask(state, connection, groups, field, &rows, &count)))
			return status;
		for (size_t i = 0; i < count && i < groups->count; i++) {
			struct list_sum *sum = &sums[i * SUMS_MOST + groups->sum_count];

			sum->title = words_of(visit, &field->label);
			if (!rows[i].with)
				continue;
			sum->sum = amount_words(visit, show, field, rows[i].figure);
			sum->average = amount_words(visit, show, field, rows[i].figure / rows[i].with);
		}
		groups->sum_count++;
	}
	return OK;
}

static enum status fill(const struct list_state *state, struct connection *connection, struct list_groups *groups)
{
	struct visit *visit = state->visit;
	struct show show = show_new(visit);
	struct list_sum *sums;
	struct group_row *rows;
	enum status status = ask(state, connection, groups, NULL, &rows, &groups->count);

	if (status)
		return status;
	for (size_t i = 0; i < groups->count; i++)
		show_need(&show, rows[i].by[0]);
	if ((status = show_look_up(&show, connection)))
		return status;
	sums = arena_many(visit->arena, struct list_sum, groups->count * SUMS_MOST + 1);
	groups->items = arena_many(visit->arena, struct list_group, groups->count + 1);
	for (size_t i = 0; i < groups->count; i++)
		groups->items[i] = (struct list_group){.value = rows[i].by[0],
						       .words = value_words(state, &show, rows[i].by[0]),
						       .url = group_url(state, rows[i].by[0]),
						       .count = rows[i].count,
						       .sums = &sums[i * SUMS_MOST]};
	return add_sums(state, connection, groups, sums, &show);
}

/* The largest first. */
static int by_count(const void *a, const void *b)
{
	const struct list_group *x = a, *y = b;

	return (y->count > x->count) - (y->count < x->count);
}

/* What it costs hangs on how many records are looked at: of very many only the newest are. */
enum status list_groups_read(const struct list_state *state, struct connection *connection, struct list_groups *groups)
{
	struct visit *visit = state->visit;
	enum status status;

	*groups = (struct list_groups){0};
	if (!state->by || state->error.n)
		return OK;
	if ((status = read_reach(visit->kernel, connection, visit->arena, visit->actor, state->type, state->filter,
				 visit->now, GROUPED_MOST, &groups->least, &visit->error)))
		return status;
	if ((status = fill(state, connection, groups)))
		return status;
	if (groups->count)
		qsort(groups->items, groups->count, sizeof(*groups->items), by_count);
	return OK;
}

const struct list_group *list_group_of(const struct list_state *state, const struct list_groups *groups,
				       const struct record *record)
{
	struct value value =
	    state->by->is_state ? value_choice(record->state->name) : record_value(record, state->by->owner);

	for (size_t i = 0; i < groups->count; i++)
		if (value_eq(groups->items[i].value, value))
			return &groups->items[i];
	return NULL;
}

struct str list_group_words(const struct list_state *state, const struct list_groups *groups,
			    const struct list_group *group)
{
	const struct html *h = &state->visit->h;
	struct buf words = buf_new(state->visit->arena);

	buf_add(&words, phrase_count(h, group->count, N_("%s record"), N_("%s records")));
	for (size_t i = 0; i < groups->sum_count; i++)
		if (group->sums[i].sum.n)
			buf_format(&words, " · %.*s",
				   STR_ARG(phrase(h, N_("%1$s %2$s, on average %3$s"), group->sums[i].title,
						  group->sums[i].sum, group->sums[i].average)));
	return buf_str(&words);
}

/* --- alone --- */

void list_draw_newest(struct visit *visit, int64_t most)
{
	html(&visit->h, "<p class='notice'>%i<span>%t</span></p>", ICON_ALERT,
	     phrase(&visit->h,
		    N_("These are only the newest %s records: there are more than can be arranged at once. Narrow the "
		       "list to see the others."),
		    words_number(&visit->h, most)));
}

void list_draw_groups(const struct list_state *state, const struct list_groups *groups)
{
	struct html *h = &state->visit->h;
	int64_t total = 0;

	html(h,
	     "<div class='scroll groups' tabindex='0' role='region' aria-label='%l'><table class='data'><caption "
	     "class='vh'>%l</caption><thead><tr>",
	     N_("Groups"), N_("Groups"));
	html(h, "<th scope='col'>%t</th><th scope='col' class='num'>%l</th>", state->group_words, N_("Records"));
	for (size_t s = 0; groups->count && s < groups->sum_count; s++)
		html(h, "<th scope='col' class='num'>%t</th><th scope='col' class='num'>%l</th>",
		     groups->items[0].sums[s].title, N_("Average"));
	html(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < groups->count; i++) {
		const struct list_group *group = &groups->items[i];

		total += group->count;
		html(h, "<tr><th scope='row'><a href='%u'>%t</a></th><td class='num'>%t</td>", group->url, group->words,
		     words_number(h, group->count));
		for (size_t s = 0; s < groups->sum_count; s++)
			html(h, "<td class='num'>%t</td><td class='num'>%t</td>", group->sums[s].sum,
			     group->sums[s].average);
		html(h, "</tr>");
	}
	html(h, "</tbody><tfoot><tr><th scope='row'>%l</th><td class='num'>%t</td></tr></tfoot></table></div>",
	     N_("Total"), words_number(h, total));
}
