/* Scenes: what happened once, told line by line in processes/data/demo-scenes.yaml, and played among everything else.
 *
 *	- {find: service, as: mail, where: 'name contains "メール"'}
 *	- {day: -40, time: "09:12", by: desk, make: incident, as: outage, fields: {title: ..., service: "@mail"}}
 *	- {day: -40, time: "09:20", by: problem, on: outage, do: declare_major, fields: {...}, say: ..., public: true}
 *	- {day: -38, time: "10:00", by: problem, find: review, as: review, where: 'incident = @outage'}
 *	- {day: -1, time: "09:10", mail: support@kaname.example, from: ..., subject: ..., text: ...}
 *	- {ago: 50, by: change, feed: changes}
 *
 * mail: handed to that mailbox, as demo_channels.c says. feed: a calendar that the person subscribes to. ago: so many
 * minutes before the present, in place of a day.
 *
 * "@name" stands for the number of what a line before has found or made, {14} for the date that many days later. Days
 * count from the present back; what would lie before the organisation began happens in its first hours. A type or step
 * that an overlay has taken away is passed over, and so is what speaks of it; a line that `needs` a name is passed over
 * while there is none such, as a report that a short history has not seen yet. */
#include <stdlib.h>

#include "app/demo_world.h"
#include "model/node.h"
#include "record/read.h"

struct named {
	struct str name;
	int64_t identity;
};

struct demo_scenes {
	const struct node *list;
	size_t next;
	instant at; /* of the scene that is played */
	VEC(struct named) known;
};

void demo_scenes_begin(struct demo_world *world)
{
	world->scenes = arena_one(world->arena, struct demo_scenes);
	world->scenes->list = demo_list(world->scene_texts, "scenes");
}

static int64_t known(const struct demo_world *world, struct str name)
{
	for (size_t i = world->scenes->known.count; i-- > 0;)
		if (str_eq(world->scenes->known.items[i].name, name))
			return world->scenes->known.items[i].identity;
	return 0;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* "{14}": the date so many days after the scene. */
static size_t add_date(struct demo_world *world, struct str text, size_t i, struct buf *out)
{
	size_t end = i + 1;
	int64_t days;
	char date[TIME_TEXT];

	while (end < text.n && text.p[end] != '}')
		end++;
	if (end == text.n || !str_int64(str_sub(text, i + 1, end), &days)) {
		buf_add_char(out, text.p[i]);
		return i + 1;
	}
	buf_add_c(out, day_format(zone_day(world->zone, world->scenes->at) + (int32_t)days, date));
	return end + 1;
}

/* False when a name is not known. */
static bool expand(struct demo_world *world, struct str text, struct str *expanded)
{
	struct buf out = buf_new(world->arena);

	for (size_t i = 0; i < text.n;) {
		char number[NUMBER_TEXT];
		size_t end = i + 1;
		int64_t identity;

		if (text.p[i] == '{') {
			i = add_date(world, text, i, &out);
			continue;
		}
		if (text.p[i] != '@' || (i && is_name(text.p[i - 1]))) { /* or of a mail address */
			buf_add_char(&out, text.p[i++]);
			continue;
		}
		while (end < text.n && is_name(text.p[end]))
			end++;
		identity = known(world, str_sub(text, i + 1, end));
		if (!identity)
			return false;
		buf_add_c(&out, kernel_number(world->kernel, identity, number));
		i = end;
	}
	*expanded = buf_str(&out);
	return true;
}

static void remember(struct demo_world *world, struct str name, int64_t identity)
{
	struct named entry = {name, identity};

	if (name.n && identity)
		vec_push(world->arena, &world->scenes->known, entry);
}

static instant moment_of(struct demo_world *world, const struct node *scene)
{
	struct str time = demo_text(scene, "time"), hour, minute;
	int64_t h = 9, m = 0;

	if (node_get(scene, "ago"))
		return world->until - demo_number(scene, "ago", 0) * MINUTE;
	if (str_cut(&time, ':', &hour) && str_cut(&time, ':', &minute) && str_int64(hour, &h))
		(void)str_int64(minute, &m);
	instant at = zone_instant(world->zone, zone_day(world->zone, world->until) + demo_number(scene, "day", 0),
				  h * HOUR + m * MINUTE);

	return at > world->from ? at : world->from + (instant)world->scenes->next * MINUTE;
}

static int64_t person_of(struct demo_world *world, const struct node *scene)
{
	int person = demo_person_by_account(world, str_c(world->arena, demo_text(scene, "by")));

	return person == NOBODY ? 0 : world->people.items[person].identity;
}

/* --- finding --- */

static enum status find(struct demo_world *world, const struct node *scene, struct error *error)
{
	const struct type *type = model_type(world->model, demo_text(scene, "find"));
	struct list_request request = {.type = type, .limit = 1, .as_of = INSTANT_NONE, .now = world->until};
	struct list_result result;
	READER connection = NULL;
	struct str where;
	enum status status;

	if (!type || !expand(world, demo_text(scene, "where"), &where))
		return OK;
	if ((status = query_parse(world->arena, type->query, where, &request.filter, error)) ||
	    (status = kernel_reader(world->kernel, &connection, error)) ||
	    (status = read_list(world->kernel, connection, world->arena, actor_system(), &request, &result, error)))
		return status;
	if (result.count)
		remember(world, demo_text(scene, "as"), result.records[0]->identity);
	return OK;
}

/* --- doing --- */

static void write_cell(struct buf *json, const struct node *cell, struct str text)
{
	if (!cell->quoted && (str_is(text, "true") || str_is(text, "false")))
		buf_add(json, text);
	else
		buf_add_json_string(json, text);
}

static bool text_of_value(struct demo_world *world, const struct node *node, struct str *text)
{
	struct buf json = buf_new(world->arena);

	if (node->kind == NODE_SCALAR)
		return expand(world, node->text, text);
	buf_add_char(&json, '[');
	for (size_t i = 0; i < node->count; i++) {
		const struct node *row = node->items[i];

		buf_add_c(&json, i ? ",{" : "{");
		for (size_t k = 0; row->kind == NODE_MAPPING && k < row->count; k++) {
			struct str cell;

			if (!expand(world, row->items[k]->text, &cell))
				return false;
			buf_add_c(&json, k ? "," : "");
			buf_add_json_string(&json, row->keys[k]);
			buf_add_char(&json, ':');
			write_cell(&json, row->items[k], cell);
		}
		buf_add_char(&json, '}');
	}
	buf_add_char(&json, ']');
	*text = buf_str(&json);
	return true;
}

static enum status add_fields(struct demo_world *world, const struct node *scene, struct demo_form *form,
			      struct error *error)
{
	const struct node *fields = node_get(scene, "fields");
	READER connection = NULL;
	enum status status = kernel_reader(world->kernel, &connection, error);

	for (size_t i = 0; fields && fields->kind == NODE_MAPPING && i < fields->count && !status; i++) {
		const struct field *field = type_field(form->request.type, fields->keys[i]);
		struct field_input input = {.field = field};
		struct str text;

		if (!field || !text_of_value(world, fields->items[i], &text))
			continue;
		status =
		    field_parse(world->kernel, connection, world->arena, field, text, world->zone, &input.value, error);
		if (!status)
			vec_push(world->arena, &form->fields, input);
	}
	return status;
}

static void add_links(struct demo_world *world, const struct node *scene, struct demo_form *form)
{
	const struct node *links = node_get(scene, "links");

	for (size_t i = 0; links && links->kind == NODE_MAPPING && i < links->count; i++) {
		struct str name = links->items[i]->text;
		int64_t other = known(world, str_sub(name, str_starts(name, S("@")), name.n));

		if (other)
			demo_link(form, str_c(world->arena, links->keys[i]), other);
	}
}

/* What a monitoring system tells by itself: known by its key, and counted. */
static enum status tell_sign(struct demo_form *form, struct edit_batch *batch, struct error *error)
{
	struct demo_world *world = form->world;
	const struct type *type = form->request.type;
	const struct field *times = type_field(type, S("count")), *last = type_field(type, S("last_at"));
	struct tally_input *tallies = arena_many(world->arena, struct tally_input, 2);
	enum status status;

	if (type->acts_as != ACTS_ALERT || !form->request.on_behalf)
		return OK;
	for (size_t i = 0; i < form->fields.count; i++)
		if (form->fields.items[i].field == type->key)
			form->request.key = form->fields.items[i].value.text;
	form->request.tallies = tallies;
	if (times && times->is_counted)
		tallies[form->request.tally_count++] = (struct tally_input){times, 1};
	if (last && last->is_counted)
		tallies[form->request.tally_count++] = (struct tally_input){last, form->request.at};
	batch->now = form->request.at;
	form->request.at = INSTANT_NONE;
	status = actor_of_person(world->kernel, world->arena, form->request.on_behalf, &batch->actor, error);
	form->request.on_behalf = 0;
	return status;
}

static enum status run(struct demo_world *world, const struct node *scene, struct demo_form *form, struct error *error)
{
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = &form->request, .count = 1, .results = &result, .now = world->until};
	enum status status;

	form->request.fields = form->fields.items;
	form->request.field_count = form->fields.count;
	form->request.links = form->links.items;
	form->request.link_count = form->links.count;
	if ((status = tell_sign(form, &batch, error)) || (status = kernel_edit(world->kernel, &batch, error))) {
		char why[400];

		error_text(error, why, sizeof(why));
		error_clear(error);
		return error_fail(error, status, "demo-scenes", "scene", N_("Line %s of the scenes: %s"),
				  str_c(world->arena, str_format(world->arena, "%u", scene->place.line)), why);
	}
	if (result.created)
		world->serials[form->request.type->index]++;
	remember(world, demo_text(scene, "as"), result.record);
	return OK;
}

static enum status act(struct demo_world *world, const struct node *scene, instant at, struct error *error)
{
	struct str make = demo_text(scene, "make"), step = demo_text(scene, "do"), needs = demo_text(scene, "needs");
	int64_t record = known(world, demo_text(scene, "on"));
	const struct type *type = make.n ? model_type(world->model, make) : kernel_type_of(world->kernel, record);
	struct demo_form form;
	enum status status;

	if (!type || (!make.n && !record) || (needs.n && !known(world, needs)))
		return OK;
	form = demo_form(world, type, at, person_of(world, scene));
	form.request.record = make.n ? 0 : record;
	if (step.n && !(form.request.transition = type_transition(type, step)))
		return OK;
	demo_say(&form, demo_text(scene, "say"), str_is(demo_text(scene, "public"), "true"));
	add_links(world, scene, &form);
	if ((status = add_fields(world, scene, &form, error)))
		return status;
	return run(world, scene, &form, error);
}

enum status demo_scenes_until(struct demo_world *world, instant until, struct error *error)
{
	struct demo_scenes *scenes = world->scenes;
	enum status status = OK;

	for (; scenes->next < scenes->list->count && !status; scenes->next++) {
		const struct node *scene = scenes->list->items[scenes->next];
		instant at = moment_of(world, scene);

		if (at > until)
			break;
		scenes->at = at;
		status = node_get(scene, "find")   ? find(world, scene, error)
			 : node_get(scene, "mail") ? demo_mail_comes(world, scene, at, error)
			 : node_get(scene, "feed") ? demo_subscribe(world, scene, at, error)
						   : act(world, scene, at, error);
	}
	return status;
}
