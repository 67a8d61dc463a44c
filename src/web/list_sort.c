#include "web/list_sort.h"

enum { KEYS_MOST = 4, THEN_MOST = 2 };

struct key {
	struct str name;
	bool descending;
};

struct keys {
	struct key items[KEYS_MOST];
	size_t count;
};

static struct keys keys_of(struct str text)
{
	struct keys keys = {0};
	struct str part;

	while (keys.count < KEYS_MOST && text.n && str_cut(&text, ',', &part)) {
		part = str_trim(part);
		keys.items[keys.count].descending = str_starts(part, S("-"));
		keys.items[keys.count].name = str_sub(part, str_starts(part, S("-")), part.n);
		keys.count++;
	}
	return keys;
}

static struct keys keys_of_list(const struct list_state *state)
{
	return state->sort_text.n ? keys_of(state->sort_text)
				  : (struct keys){.items = {{S("created_at"), true}}, .count = 1};
}

static const struct key *key_named(const struct keys *keys, struct str name, size_t *place)
{
	for (size_t i = 0; name.n && i < keys->count; i++)
		if (str_eq(keys->items[i].name, name)) {
			*place = i;
			return &keys->items[i];
		}
	return NULL;
}

static struct str key_text(struct arena *arena, struct key key)
{
	return key.descending ? str_format(arena, "-%.*s", STR_ARG(key.name)) : key.name;
}

static struct str sort_url(const struct list_state *state, struct str text)
{
	return visit_url_with(state->visit, "sort", text);
}

/* Times begin with the newest. */
static bool newest_first(const struct list_column *column)
{
	return column->what == LIST_CREATED || column->what == LIST_UPDATED ||
	       (column->field && column->field->kind == FIELD_DATETIME);
}

static bool is_offered(const struct list_state *state, const struct list_column *column)
{
	return column->sort.n && (list_find_column(&state->columns, column->name) || newest_first(column));
}

/* --- the heads --- */

/* With shift: turned when it is a key already, else the next one. */
static struct str also_url(const struct list_state *state, const struct keys *keys, const struct list_column *column)
{
	struct arena *arena = state->visit->arena;
	struct buf text = buf_new(arena);
	bool there = false;

	for (size_t i = 0; i < keys->count; i++) {
		struct key key = keys->items[i];

		if (str_eq(key.name, column->sort)) {
			key.descending = !key.descending;
			there = true;
		}
		buf_format(&text, "%s%.*s", i ? "," : "", STR_ARG(key_text(arena, key)));
	}
	if (!there && keys->count == KEYS_MOST)
		return S("");
	if (!there)
		buf_format(&text, ",%.*s", STR_ARG(key_text(arena, (struct key){column->sort, newest_first(column)})));
	return sort_url(state, buf_str(&text));
}

void list_sort_heads(const struct list_state *state, struct column_view *views)
{
	struct keys keys = keys_of_list(state);

	for (size_t i = 0; i < state->columns.count; i++) {
		const struct list_column *column = &state->columns.items[i];
		size_t place = 0;
		const struct key *key = key_named(&keys, column->sort, &place);
		bool descending = key && !place ? !key->descending : newest_first(column);

		views[i].sorted = key ? (key->descending ? -1 : 1) : 0;
		views[i].rank = key && keys.count > 1 ? (int)place + 1 : 0;
		if (!column->sort.n)
			continue;
		views[i].sort_url =
		    sort_url(state, key_text(state->visit->arena, (struct key){column->sort, descending}));
		views[i].also_url = also_url(state, &keys, column);
	}
}

/* --- the menu --- */

static struct choice_view then_choice(const struct list_state *state, const struct list_column *column,
				      const struct key *chosen, bool descending)
{
	struct visit *visit = state->visit;

	return (struct choice_view){.value = key_text(visit->arena, (struct key){column->sort, descending}),
				    .words = phrase(&visit->h, descending ? N_("%s, descending") : N_("%s, ascending"),
						    list_column_title(visit, column, state->type)),
				    .chosen = chosen && chosen->descending == descending &&
					      str_eq(chosen->name, column->sort)};
}

/* chosen NULL: there is no such key yet. */
static struct menu_view then_choices(const struct list_state *state, const struct key *chosen)
{
	struct choice_view *choices = arena_many(state->visit->arena, struct choice_view, 2 * state->all.count + 1);
	size_t count = 0;

	for (size_t i = 0; i < state->all.count; i++) {
		const struct list_column *column = &state->all.items[i];
		bool is_key = chosen && str_eq(chosen->name, column->sort);

		if (!is_offered(state, column) && !is_key)
			continue;
		choices[count++] = then_choice(state, column, chosen, false);
		choices[count++] = then_choice(state, column, chosen, true);
	}
	return (struct menu_view){choices, count};
}

void list_sort_menu(const struct list_state *state, struct filter_view *filter)
{
	struct visit *visit = state->visit;
	struct choice_view *choices = arena_many(visit->arena, struct choice_view, state->all.count + 1);
	struct keys keys = keys_of_list(state);
	size_t count = 0;

	for (size_t i = 0; i < state->all.count; i++) {
		const struct list_column *column = &state->all.items[i];
		bool is_first = column->sort.n && str_eq(column->sort, keys.items[0].name);
		struct str words = list_column_title(visit, column, state->type);
		struct key key = {column->sort, newest_first(column)};

		if (is_first)
			filter->sorted_by = words;
		if (is_offered(state, column))
			choices[count++] = (struct choice_view){.value = column->sort,
								.words = words,
								.chosen = is_first,
								.url = sort_url(state, key_text(visit->arena, key))};
	}
	filter->sorts = (struct menu_view){choices, count};
	filter->first_sort = key_text(visit->arena, keys.items[0]);
	for (size_t i = 0; i < THEN_MOST; i++)
		filter->then[i] = then_choices(state, i + 1 < keys.count ? &keys.items[i + 1] : NULL);
	if (keys.count > THEN_MOST + 1)
		filter->last_sort = key_text(visit->arena, keys.items[THEN_MOST + 1]);
}

struct str list_sort_posted(const struct visit *visit)
{
	static const char *const names[] = {"first", "then1", "then2", "then3"};
	struct buf text = buf_new(visit->arena);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct str key = http_query(visit->request, names[i]);

		if (key.n)
			buf_format(&text, "%s%.*s", text.n ? "," : "", STR_ARG(key));
	}
	return buf_str(&text);
}
