/* Requests in the making. */
#include <stdlib.h>

#include "app/demo_world.h"

struct demo_form demo_form(struct demo_world *world, const struct type *type, instant at, int64_t on_behalf)
{
	return (struct demo_form){.world = world,
				  .request = {.type = type, .at = at, .on_behalf = on_behalf, .via = VIA_DEMO}};
}

void demo_put(struct demo_form *form, const char *name, struct value value)
{
	const struct field *field = type_field(form->request.type, str_of(name));
	struct field_input input = {field, value};

	if (field && !value_is_empty(value))
		vec_push(form->world->arena, &form->fields, input);
}

void demo_put_text(struct demo_form *form, const char *field, struct str text)
{
	demo_put(form, field, value_text(text));
}

void demo_put_choice(struct demo_form *form, const char *field, struct str code)
{
	demo_put(form, field, code.n ? value_choice(code) : (struct value){0});
}

void demo_put_record(struct demo_form *form, const char *field, int64_t identity)
{
	demo_put(form, field, identity ? value_record(identity) : (struct value){0});
}

static int by_number(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

void demo_put_key(struct demo_form *form, const char *field, struct str key)
{
	struct demo_world *world = form->world;
	const struct field *named = type_field(form->request.type, str_of(field));
	struct error error = {0};
	READER connection = NULL;
	int64_t identity = 0;

	if (!named || !named->to || kernel_reader(world->kernel, &connection, &error) ||
	    record_find(world->kernel, connection, named->to, key, &identity, &error))
		return;
	demo_put_record(form, field, identity);
}

void demo_put_list(struct demo_form *form, const char *field, int64_t *identities, size_t count)
{
	struct value list = {.kind = VALUE_LIST}, *items = arena_many(form->world->arena, struct value, count + 1);

	for (size_t i = 0; i < count; i++)
		items[i] = value_record(identities[i]);
	if (count)
		qsort(items, count, sizeof(*items), by_number);
	list.list.items = items;
	list.list.count = count;
	demo_put(form, field, list);
}

void demo_take(struct demo_form *form, const char *transition)
{
	form->request.transition = type_transition(form->request.type, str_of(transition));
}

void demo_say(struct demo_form *form, struct str comment, bool is_public)
{
	form->request.comment = comment;
	form->request.comment_is_public = is_public;
}

void demo_link(struct demo_form *form, const char *name, int64_t other)
{
	struct link_input link = {.link = type_link(form->request.type, str_of(name)), .other = other};

	if (link.link)
		vec_push(form->world->arena, &form->links, link);
}
