/* What somebody outside is shown of what they are asked to decide: it is written into their decision, in both
 * languages, as it stood at that moment. So they see that and no more, and it can be told later what they agreed to. */
#include <stdio.h>

#include "behaviour/approval.h"

static bool can_show(const struct field *field)
{
	return field->kind == FIELD_TEXT || field->kind == FIELD_MARKDOWN || field->kind == FIELD_CHOICE ||
	       field->kind == FIELD_DATE || field->kind == FIELD_DATETIME;
}

enum status approval_load_shown(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	enum status status = load_fields(loading, "shows", &p->shows, &p->show_count, error);

	if (status || !p->show_count)
		return status;
	p->shown = type_field(p->make, S("content"));
	if (!p->shown || p->shown->kind != FIELD_MARKDOWN)
		return load_fail(loading, "make", N_("There is no field \"%s\""), "content", error);
	for (size_t i = 0; i < p->show_count; i++)
		if (!can_show(p->shows[i]))
			return load_fail(loading, "shows", N_("\"shows\" holds texts, choices and days"), NULL, error);
	return OK;
}

static void add_moment(struct buf *text, const struct actor *reader, instant at)
{
	struct civil civil = zone_civil(reader->zone, at);

	buf_format(text, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour, civil.minute);
}

static void add_value(struct buf *text, const struct actor *reader, enum language language, const struct field *field,
		      struct value value)
{
	const struct choice *choice = field->kind == FIELD_CHOICE ? choice_find(field->choices, value.text) : NULL;
	char day[TIME_TEXT];

	if (choice)
		buf_add(text, label_in(&choice->label, language));
	else if (field->kind == FIELD_DATE)
		buf_add_c(text, day_format((int32_t)value.number, day));
	else if (field->kind == FIELD_DATETIME)
		add_moment(text, reader, value.number);
	else
		buf_add(text, value.text);
}

static struct value shown_in(const struct approval *p, struct edit *edit, const struct actor *reader,
			     enum language language)
{
	struct buf text = buf_new(edit_arena(edit));

	for (size_t i = 0; i < p->show_count; i++) {
		struct value value = edit_value(edit, p->shows[i]);
		bool own_lines = p->shows[i]->kind == FIELD_MARKDOWN;

		if (value_is_empty(value) || value_is_erased(value))
			continue;
		buf_format(&text, "%s**%.*s**%s", text.n ? "\n\n" : "",
			   STR_ARG(label_in(&p->shows[i]->label, language)), own_lines ? "\n\n" : "  \n");
		add_value(&text, reader, language, p->shows[i], value);
	}
	return text.n ? value_text(buf_str(&text)) : (struct value){0};
}

/* Where the decision has one field for it, in the language of whoever is asked. */
enum status approval_shown(const struct approval *p, struct edit *edit, int64_t person, struct value shown[LANGUAGES],
			   struct error *error)
{
	const struct actor *reader;
	enum status status;

	shown[ENGLISH] = shown[JAPANESE] = (struct value){0};
	if (!p->show_count)
		return OK;
	status = actor_of_person_on(edit_kernel(edit), edit_connection(edit), edit_arena(edit), person, &reader, error);
	if (status || actor_is_staff(reader))
		return status;
	shown[ENGLISH] = shown_in(p, edit, reader, p->shown->in_japanese ? ENGLISH : reader->language);
	if (p->shown->in_japanese)
		shown[JAPANESE] = shown_in(p, edit, reader, JAPANESE);
	return OK;
}
