#include "web/share.h"

#include "web/show.h"

enum status share_field(struct visit *visit, struct connection *connection, int64_t now, struct str chosen,
			struct field_form_view *field)
{
	const struct actor *actor = visit->actor;
	size_t most = actor->held_count + actor->group_count + 2, count = 1;
	int64_t *with = arena_many(visit->arena, int64_t, most);
	struct field_option *options = arena_many(visit->arena, struct field_option, most);
	struct show show = show_new(visit);
	enum status status;

	for (size_t i = 0; i < actor->group_count; i++)
		with[count++] = actor->groups[i];
	for (size_t i = 0; i < actor->held_count; i++)
		with[count++] = actor->held[i];
	if (now && !actor_holds(actor, now) && !actor_in_group(actor, now))
		with[count++] = now;
	for (size_t i = 1; i < count; i++)
		show_need_identity(&show, with[i]);
	if ((status = show_look_up(&show, connection)))
		return status;
	options[0] = (struct field_option){.words = label(&visit->h, N_("Nobody: only I see it"))};
	for (size_t i = 1; i < count; i++)
		options[i] = (struct field_option){number_text(visit, with[i]), show_name(&show, with[i]), false};
	for (size_t i = 0; i < count; i++)
		options[i].chosen = str_eq(options[i].value, chosen);
	*field = (struct field_form_view){.form = FORM_CHOICE,
					  .name = S("share"),
					  .label = label(&visit->h, N_("Shared with")),
					  .depends = true, /* the empty answer is one */
					  .options = options,
					  .option_count = count};
	return OK;
}

void share_read(struct visit *visit, struct str chosen, struct value *role, struct value *group)
{
	int64_t with = 0;
	bool shared = chosen.n && kernel_parse_number(visit->kernel, chosen, &with);
	const struct type *type = shared ? kernel_type_of(visit->kernel, with) : NULL;

	*role = type && type->acts_as == ACTS_ROLE ? value_record(with) : (struct value){0};
	*group = type && type->acts_as == ACTS_GROUP ? value_record(with) : (struct value){0};
}

struct field_form_view share_tick(struct visit *visit, const char *name, const char *words, bool on)
{
	return (struct field_form_view){.form = FORM_BOOLEAN,
					.name = str_of(name),
					.label = label(&visit->h, words),
					.value = on ? S("true") : S("false")};
}

bool share_ticked(const struct http_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (str_is(form->fields[i].name, name) && str_is(form->fields[i].value, "true"))
			return true;
	return false;
}
