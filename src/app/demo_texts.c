/* Texts of the demonstration: data files, slots and alternatives. */
#include <string.h>

#include "app/demo_world.h"
#include "model/node.h"
#include "web/embedded.h"

static enum status load(struct demo_world *world, const char *name, const struct node **root, struct error *error)
{
	struct node *node;
	enum status status;

	for (size_t i = 0; i < embedded_sources_count; i++)
		if (!strcmp(embedded_sources[i].name, name)) {
			status = node_parse(world->arena, name, embedded_sources[i].plain, &node, error);
			*root = status ? NULL : node;
			return status;
		}
	return error_fail(error, E_INTERNAL, name, "file", N_("A data file of the demonstration is missing"));
}

enum status demo_load_texts(struct demo_world *world, struct error *error)
{
	enum status status;

	if ((status = load(world, "data/demo-organisation.yaml", &world->organisation, error)))
		return status;
	if ((status = load(world, "data/demo-scenes.yaml", &world->scene_texts, error)))
		return status;
	return load(world, "data/demo-incidents.yaml", &world->texts, error);
}

struct str demo_text(const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node && node->kind == NODE_SCALAR ? node->text : (struct str){0};
}

int demo_number(const struct node *mapping, const char *key, int otherwise)
{
	int64_t number;

	return str_int64(demo_text(mapping, key), &number) ? (int)number : otherwise;
}

const struct node *demo_list(const struct node *mapping, const char *key)
{
	static const struct node none = {.kind = NODE_SEQUENCE};
	const struct node *node = node_get(mapping, key);

	return node && node->kind == NODE_SEQUENCE ? node : &none;
}

/* --- expanding --- */

static void add_slot(struct buf *out, struct str name, const struct demo_slots *slots)
{
	if (str_is(name, "ci"))
		buf_add(out, slots->item);
	else if (str_is(name, "site"))
		buf_add(out, slots->site);
	else if (str_is(name, "person"))
		buf_add(out, slots->person);
	else if (str_is(name, "time"))
		buf_add(out, slots->time);
	else if (str_is(name, "date"))
		buf_add(out, slots->date);
	else if (str_is(name, "n"))
		buf_add_int(out, slots->n);
	else if (str_is(name, "m"))
		buf_add_int(out, slots->m);
}

/* "a|b|c" -> one of them; without "|" the brackets belong to the text. */
static struct str choose(struct demo_world *world, struct str inside, struct str whole)
{
	int64_t count = 1, chosen;
	struct str part = {0};

	for (size_t i = 0; i < inside.n; i++)
		count += inside.p[i] == '|';
	if (count == 1)
		return whole;
	chosen = chance_below(&world->chance, count);
	while (chosen-- >= 0 && str_cut(&inside, '|', &part))
		;
	return part;
}

static struct str take_choices(struct demo_world *world, struct str text)
{
	struct buf out = buf_new(world->arena);
	size_t end, open;

	while (str_find_char(text, '[', &open)) {
		struct str rest = str_sub(text, open, text.n);

		buf_add(&out, str_sub(text, 0, open));
		if (!str_find_char(rest, ']', &end))
			end = rest.n - 1;
		buf_add(&out, choose(world, str_sub(rest, 1, end), str_sub(rest, 0, end + 1)));
		text = str_sub(rest, end + 1, rest.n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}

struct str demo_expand(struct demo_world *world, struct str text, const struct demo_slots *slots)
{
	struct buf out = buf_new(world->arena);
	size_t end, open;

	text = take_choices(world, text);
	while (str_find_char(text, '{', &open)) {
		struct str rest = str_sub(text, open, text.n);

		buf_add(&out, str_sub(text, 0, open));
		if (!str_find_char(rest, '}', &end))
			break;
		add_slot(&out, str_sub(rest, 1, end), slots);
		text = str_sub(rest, end + 1, rest.n);
	}
	buf_add(&out, text);
	return buf_str(&out);
}
