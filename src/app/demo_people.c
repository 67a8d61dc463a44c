/* Groups, staff, customers and their people. */
#include <string.h>

#include "app/demo_world.h"
#include "model/node.h"

int demo_group_by_key(const struct demo_world *world, struct str key)
{
	for (size_t i = 0; i < world->groups.count; i++)
		if (str_eq(world->groups.items[i].key, key))
			return (int)i;
	return NOBODY;
}

int demo_person_by_account(const struct demo_world *world, const char *account)
{
	for (size_t i = 0; i < world->people.count; i++)
		if (str_is(world->people.items[i].account, account))
			return (int)i;
	return NOBODY;
}

int demo_customer_by_key(const struct demo_world *world, struct str key)
{
	for (size_t i = 0; i < world->customers.count; i++)
		if (str_eq(world->customers.items[i].key, key))
			return (int)i;
	return NOBODY;
}

/* --- groups --- */

static void found_groups(struct demo_world *world, const struct type *type)
{
	const struct node *list = demo_list(world->organisation, "groups");

	for (size_t i = 0; i < list->count; i++) {
		const struct node *node = list->items[i];
		struct demo_form form = demo_form(world, type, world->founded, 0);
		struct demo_group group = {.key = demo_text(node, "key")};

		demo_put_text(&form, "key", group.key);
		demo_put_text(&form, "name", demo_text(node, "name"));
		demo_put_text(&form, "name_ja", demo_text(node, "ja"));
		demo_put_text(&form, "name_reading", demo_text(node, "reading"));
		demo_put_text(&form, "mail", str_format(world->arena, "%.*s@kaname.example", STR_ARG(group.key)));
		group.identity = demo_found(&form);
		vec_push(world->arena, &world->groups, group);
	}
}

/* The first member of a group leads it. */
static void appoint_leaders(struct demo_world *world, const struct type *type)
{
	for (size_t i = 0; i < world->groups.count; i++) {
		const struct demo_group *group = &world->groups.items[i];
		struct demo_form form = demo_form(world, type, world->founded + MINUTE, 0);

		form.request.record = group->identity;
		if (!group->member_count)
			continue;
		demo_put_record(&form, "manager", world->people.items[group->members[0]].identity);
		demo_found_edit(&form);
	}
}

/* --- staff --- */

static enum status put_roles(struct demo_world *world, struct demo_form *form, const struct node *node,
			     struct error *error)
{
	const struct type *type = world->model->acting[ACTS_ROLE];
	const struct node *list = demo_list(node, "roles");
	int64_t *roles = arena_many(world->arena, int64_t, list->count + 1), identity;
	READER connection = NULL;
	size_t count = 0;
	enum status status = type ? store_reader(world->kernel->store, &connection, error) : OK;

	for (size_t i = 0; type && i < list->count && !status; i++) {
		status = record_find(world->kernel, connection, type, list->items[i]->text, &identity, error);
		if (!status && identity)
			roles[count++] = identity;
	}
	demo_put_list(form, "roles", roles, count);
	return status;
}

static void put_groups(struct demo_world *world, struct demo_form *form, const struct node *node,
		       struct demo_person *person)
{
	const struct node *list = demo_list(node, "groups");
	int64_t *groups = arena_many(world->arena, int64_t, list->count + 1);
	size_t count = 0;

	person->group = NOBODY;
	for (size_t i = 0; i < list->count; i++) {
		int at = demo_group_by_key(world, list->items[i]->text);
		struct demo_group *group = at == NOBODY ? NULL : &world->groups.items[at];

		if (!group || group->member_count == sizeof(group->members) / sizeof(*group->members))
			continue;
		if (person->group == NOBODY)
			person->group = at;
		groups[count++] = group->identity;
		group->members[group->member_count++] = (int)world->people.count;
	}
	demo_put_list(form, "groups", groups, count);
}

/* What stands before the first blank. */
static struct str first_word(struct str name)
{
	size_t at;

	return str_find_char(name, ' ', &at) ? str_sub(name, 0, at) : name;
}

/* Family and given name, in the order in which the name is written in the person's language. */
static void put_parts(struct demo_form *form, const struct demo_person *person)
{
	struct str first = first_word(person->name), second = str_trim(str_sub(person->name, first.n, person->name.n));
	bool given_first = person->language == ENGLISH;

	if (!second.n)
		return;
	demo_put_text(form, "family_name", given_first ? second : first);
	demo_put_text(form, "given_name", given_first ? first : second);
}

static void put_person(struct demo_form *form, const struct demo_person *person, struct str reading, struct str domain)
{
	struct arena *arena = form->world->arena;

	demo_put_text(form, "account", person->account);
	demo_put_text(form, "name", person->name);
	put_parts(form, person);
	demo_put_text(form, "name_reading", reading);
	demo_put_text(form, "mail", str_format(arena, "%.*s@%.*s", STR_ARG(person->account), STR_ARG(domain)));
	demo_put_text(form, "phone", str_format(arena, "03-5550-%04d", 1000 + (int)form->world->people.count));
	demo_put_choice(form, "language", str_of(language_code(person->language)));
}

static enum status found_staff(struct demo_world *world, const struct type *type, struct error *error)
{
	const struct node *list = demo_list(world->organisation, "staff");

	for (size_t i = 0; i < list->count; i++) {
		const struct node *node = list->items[i];
		struct demo_form form = demo_form(world, type, world->founded, 0);
		struct demo_person person = {
		    .account = demo_text(node, "account"), .name = demo_text(node, "name"), .customer = NOBODY};
		enum status status;

		person.language = language_parse(demo_text(node, "language"), JAPANESE);
		person.called = first_word(person.name);
		put_person(&form, &person, demo_text(node, "reading"), S("kaname.example"));
		demo_put_text(&form, "zone", S("Asia/Tokyo"));
		put_groups(world, &form, node, &person);
		if ((status = put_roles(world, &form, node, error)))
			return status;
		person.identity = demo_found(&form);
		vec_push(world->arena, &world->people, person);
	}
	return OK;
}

enum status demo_found_people(struct demo_world *world, struct error *error)
{
	const struct type *group = world->model->acting[ACTS_GROUP], *person = world->model->acting[ACTS_PERSON];
	enum status status;

	if (!group || !person)
		return error_fail(error, E_CONFLICT, "", "model",
				  N_("The model lacks types that the demonstration needs"));
	found_groups(world, group);
	if ((status = found_staff(world, person, error)))
		return status;
	appoint_leaders(world, group);
	return OK;
}

/* --- customers --- */

static struct str word_of(const struct node *list, int64_t at, bool second)
{
	struct str text = list->items[at]->text, first = first_word(text);

	return second ? str_trim(str_sub(text, first.n, text.n)) : first;
}

/* "hiroto.sato"-like accounts would need romanisation; customers number their people. */
static struct str account_of(struct demo_world *world, const struct demo_customer *customer, int index)
{
	static const struct {
		const char *customer;
		int index;
		const char *account;
	} named[] = {{"minato", 0, "customer"}, {"minato", 1, "user"}, {"asahi", 1, "user2"}};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (str_is(customer->key, named[i].customer) && index == named[i].index)
			return str_of(named[i].account);
	return str_format(world->arena, "%.*s%02d", STR_ARG(customer->key), index + 1);
}

static struct str name_person(struct demo_world *world, struct demo_person *person)
{
	const struct node *data = world->organisation;
	bool english = person->language == ENGLISH;
	const struct node *family = demo_list(data, english ? "family_en" : "family");
	const struct node *given = demo_list(data, english ? "given_en" : "given");
	int64_t f = chance_below(&world->chance, (int64_t)family->count);
	int64_t g = chance_below(&world->chance, (int64_t)given->count);

	if (english) {
		person->name = str_format(world->arena, "%.*s %.*s", STR_ARG(given->items[g]->text),
					  STR_ARG(family->items[f]->text));
		person->called = person->name;
		return (struct str){0};
	}
	person->called = word_of(family, f, false);
	person->name =
	    str_format(world->arena, "%.*s %.*s", STR_ARG(person->called), STR_ARG(word_of(given, g, false)));
	return str_format(world->arena, "%.*s %.*s", STR_ARG(word_of(family, f, true)),
			  STR_ARG(word_of(given, g, true)));
}

static void found_people_of(struct demo_world *world, const struct demo_customer *customer, int at)
{
	const struct type *type = world->model->acting[ACTS_PERSON];

	for (int i = 0; i < customer->people; i++) {
		struct demo_form form = demo_form(world, type, world->founded, 0);
		struct demo_person person = {
		    .customer = at, .group = NOBODY, .account = account_of(world, customer, i)};
		struct str reading;

		person.site = (int)chance_below(&world->chance, (int64_t)customer->sites[JAPANESE]->count);
		person.language =
		    chance_percent(&world->chance, demo_number(customer->node, "english", 0)) ? ENGLISH : JAPANESE;
		reading = name_person(world, &person);
		put_person(&form, &person, reading, customer->domain);
		demo_put_text(&form, "zone", customer->zone);
		demo_put_record(&form, "customer", customer->identity);
		person.identity = demo_found(&form);
		vec_push(world->arena, &world->people, person);
	}
}

void demo_found_customers(struct demo_world *world)
{
	const struct node *list = demo_list(world->organisation, "customers");
	int manager = demo_person_by_account(world, "relations");

	for (size_t i = 0; i < list->count; i++) {
		const struct node *node = list->items[i];
		struct demo_form form = demo_form(world, world->model->acting[ACTS_CUSTOMER], world->founded, 0);
		struct demo_customer customer = {.key = demo_text(node, "key"),
						 .name = demo_text(node, "name"),
						 .domain = demo_text(node, "domain"),
						 .zone = demo_text(node, "zone"),
						 .node = node,
						 .people = demo_number(node, "people", 10)};

		customer.sites[JAPANESE] = demo_list(node, "sites");
		customer.sites[ENGLISH] = demo_list(node, "sites_en");
		customer.first_person = (int)world->people.count;
		if (!customer.zone.n)
			customer.zone = S("Asia/Tokyo");
		demo_put_text(&form, "name", customer.name);
		demo_put_text(&form, "name_reading", demo_text(node, "reading"));
		demo_put_text(&form, "domain", customer.domain);
		if (manager != NOBODY)
			demo_put_record(&form, "manager", world->people.items[manager].identity);
		customer.identity = demo_found(&form);
		vec_push(world->arena, &world->customers, customer);
		found_people_of(world, &customer, (int)i);
	}
}
