/* Services and what they are made of. */
#include "app/demo_world.h"
#include "model/node.h"

int demo_service_by_key(const struct demo_world *world, struct str key)
{
	for (size_t i = 0; i < world->services.count; i++)
		if (str_eq(world->services.items[i].key, key))
			return (int)i;
	return NOBODY;
}

/* The nth item of a kind, counted round; NOBODY when there is none. */
static int nth_of_kind(const struct demo_world *world, struct str kind, int64_t nth)
{
	int64_t count = 0;

	for (size_t i = 0; i < world->items.count; i++)
		count += str_eq(world->items.items[i].kind, kind);
	if (!count)
		return NOBODY;
	nth %= count;
	for (size_t i = 0; i < world->items.count; i++)
		if (str_eq(world->items.items[i].kind, kind) && nth-- == 0)
			return (int)i;
	return NOBODY;
}

int demo_item_of_kind(struct demo_world *world, struct str kind)
{
	return nth_of_kind(world, kind, chance_below(&world->chance, 1 << 20));
}

static int64_t person_identity(const struct demo_world *world, struct str account)
{
	for (size_t i = 0; i < world->people.count; i++)
		if (str_eq(world->people.items[i].account, account))
			return world->people.items[i].identity;
	return 0;
}

static int64_t group_identity(const struct demo_world *world, struct str key)
{
	int at = demo_group_by_key(world, key);

	return at == NOBODY ? 0 : world->groups.items[at].identity;
}

static int64_t calendar_identity(const struct demo_world *world, struct str key)
{
	for (size_t i = 0; i < world->calendars.count; i++)
		if (str_eq(world->calendars.items[i].key, key))
			return world->calendars.items[i].identity;
	return 0;
}

/* A later step of a record of the organisation. */
static void step(struct demo_world *world, const struct type *type, int64_t record, const char *transition)
{
	struct demo_form form = demo_form(world, type, world->founded + HOUR, 0);

	form.request.record = record;
	demo_take(&form, transition);
	if (form.request.transition)
		demo_found_edit(&form);
}

static void found_service(struct demo_world *world, const struct type *type, const struct node *node)
{
	struct demo_form form = demo_form(world, type, world->founded, 0);
	struct demo_service service = {.key = demo_text(node, "key")};

	demo_put_text(&form, "name", demo_text(node, "name"));
	demo_put_text(&form, "name_ja", demo_text(node, "ja"));
	demo_put_text(&form, "name_reading", demo_text(node, "reading"));
	demo_put_text(&form, "description", demo_text(node, "about"));
	demo_put_text(&form, "description_ja", demo_text(node, "about_ja"));
	demo_put_record(&form, "owner", person_identity(world, demo_text(node, "owner")));
	demo_put_record(&form, "support_group", group_identity(world, demo_text(node, "group")));
	demo_put_choice(&form, "criticality", demo_text(node, "criticality"));
	demo_put_record(&form, "calendar", calendar_identity(world, demo_text(node, "calendar")));
	service.identity = demo_found(&form);
	vec_push(world->arena, &world->services, service);
	step(world, type, service.identity, "go_live");
}

static void put_supports(struct demo_world *world, struct demo_form *form, const struct node *node)
{
	const struct node *list = demo_list(node, "services");
	int64_t *services = arena_many(world->arena, int64_t, list->count + 1);
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		int at = demo_service_by_key(world, list->items[i]->text);

		if (at != NOBODY)
			services[count++] = world->services.items[at].identity;
	}
	demo_put_list(form, "supports", services, count);
}

static void found_item(struct demo_world *world, const struct type *type, const struct node *node, int number)
{
	const struct node *on = demo_list(node, "on");
	struct demo_form form = demo_form(world, type, world->founded, 0);
	struct demo_item item = {.kind = demo_text(node, "key"),
				 .group = demo_group_by_key(world, demo_text(node, "group"))};

	item.name = str_format(world->arena, "%.*s-%02d", STR_ARG(demo_text(node, "label")), number + 1);
	demo_put_text(&form, "name", item.name);
	demo_put_choice(&form, "ci_type", demo_text(node, "type"));
	demo_put_text(&form, "subtype", demo_text(node, "subtype"));
	demo_put_text(&form, "description",
		      str_format(world->arena, "%.*s(%d号機)", STR_ARG(demo_text(node, "name")), number + 1));
	demo_put_text(&form, "location", demo_text(node, "location"));
	demo_put_text(&form, "installed_version", demo_text(node, "version"));
	demo_put_record(&form, "owner_group", group_identity(world, demo_text(node, "group")));
	put_supports(world, &form, node);
	for (size_t i = 0; i < on->count; i++) {
		int other = nth_of_kind(world, on->items[i]->text, number);

		if (other != NOBODY)
			demo_link(&form, "depends_on", world->items.items[other].identity);
	}
	item.identity = demo_found(&form);
	vec_push(world->arena, &world->items, item);
	step(world, type, item.identity, "put_into_use");
}

void demo_found_services(struct demo_world *world)
{
	const struct type *service = model_type(world->model, S("service"));
	const struct type *item = model_type(world->model, S("configuration_item"));
	const struct node *services = demo_list(world->organisation, "services");
	const struct node *items = demo_list(world->organisation, "items");

	for (size_t i = 0; service && i < services->count; i++)
		found_service(world, service, services->items[i]);
	for (size_t i = 0; item && i < items->count; i++)
		for (int n = 0; n < demo_number(items->items[i], "count", 1); n++)
			found_item(world, item, items->items[i], n);
}
