/* What indexes and statements must say in the same words, so that the database knows an order or a condition again. */
#include "store/layout.h"

struct str layout_states(struct arena *arena, const char *column, const struct str *states, size_t count)
{
	struct buf sql = buf_new(arena);

	if (!count) /* open, of a type whose states are all done */
		return S("1 = 0");
	/* Names, checked when the model was loaded. For IN, SQLite makes a table of a longer list, for each index that
	 * has it as a condition and whenever a row is written. */
	for (size_t i = 0; i < count; i++)
		buf_format(&sql, "%s%s = '%.*s'", i ? " OR " : "(", column, STR_ARG(states[i]));
	buf_add_char(&sql, ')');
	return buf_str(&sql);
}

struct str layout_open(struct arena *arena, const char *column, const struct type *type)
{
	struct str *open = arena_many(arena, struct str, type->state_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < type->state_count; i++)
		if (type->states[i]->phase != PHASE_DONE)
			open[count++] = type->states[i]->name;
	return count == type->state_count ? (struct str){0} : layout_states(arena, column, open, count);
}

struct str layout_rank(struct arena *arena, struct str column, const struct query_field *field)
{
	struct buf sql = buf_new(arena);

	buf_format(&sql, "CASE %.*s", STR_ARG(column));
	for (size_t i = 0; i < field->code_count; i++) /* codes are identifiers, checked when the model was loaded */
		buf_format(&sql, " WHEN '%.*s' THEN %zu", STR_ARG(field->codes[i].name), i);
	buf_add(&sql, S(" END"));
	return buf_str(&sql);
}

struct str layout_any_case(struct arena *arena, const struct field *field)
{
	return str_format(arena, "lower(\"%.*s\")", STR_ARG(field->name));
}

struct str layout_order_key(struct arena *arena, const char *alias, const struct type *type, const struct sort *sort,
			    bool japanese)
{
	const struct query_field *field = sort->field;

	if (sort->clock.n)
		return str_format(arena, "%s%.*s", alias,
				  STR_ARG(layout_clock_column(arena, sort->clock, CLOCK_DUE_AT)));
	if (field->is_number)
		return str_format(arena, "%s\"id\"", alias);
	if (field->kind == VALUE_LIST || (field->kind == VALUE_RECORD && field->to && field->to->owner))
		return (struct str){0};
	struct str column = str_format(arena, "%s\"%.*s\"", alias, STR_ARG(field->name));

	if (field->kind == VALUE_CHOICE)
		return layout_rank(arena, column, field);
	if (japanese && type->reading && type->headline && field->owner == type->headline)
		return str_format(arena, "COALESCE(%s\"%.*s\", %.*s)", alias, STR_ARG(type->reading->name),
				  STR_ARG(column));
	return column;
}

struct str layout_order(struct arena *arena, const struct type *type, const struct sort *sort, size_t count,
			bool japanese)
{
	bool turned = !count || sort[0].descending;
	struct buf sql = buf_new(arena);

	for (size_t i = 0; i < count; i++) {
		struct str key = layout_order_key(arena, "", type, &sort[i], japanese);

		if (!key.n)
			return buf_str(&sql);
		buf_format(&sql, "%s%.*s%s", i ? ", " : "", STR_ARG(key), sort[i].descending != turned ? " DESC" : "");
	}
	buf_format(&sql, "%s\"id\"", count ? ", " : "");
	return buf_str(&sql);
}
