#include "record/seeds.h"

#include <stdio.h>

#include "record/edit.h"
#include "record/said.h"

/* One type's seeds while they are being made. Seeds may name each other, also those of other types, so they are made in
 * rounds: each makes those whose references exist. */
struct sowing {
	struct kernel *kernel;
	struct connection *connection; /* of the round; reads what the rounds before have made */
	struct arena *arena;
	const struct type *type;
	bool *made;
	size_t left;
};

static enum status fail_at(const struct node *node, struct error *error)
{
	char place[300], text[400];

	error_text(error, text, sizeof(text));
	snprintf(place, sizeof(place), "%s:%u", node->place.file ? node->place.file : "model", node->place.line);
	error_clear(error);
	return error_fail(error, E_INVALID, place, "seed", N_("The record cannot be made: %s"), text);
}

static void write_scalar(struct buf *text, const struct node *node)
{
	bool plain = !node->quoted && (str_is(node->text, "true") || str_is(node->text, "false"));

	if (plain)
		buf_add(text, node->text);
	else
		buf_add_json_string(text, node->text);
}

/* Rows in YAML become the JSON that field_parse() reads; a plain list is written with commas. */
static struct str text_of_node(struct arena *arena, const struct node *node)
{
	struct buf text = buf_new(arena);
	bool rows = node->kind == NODE_SEQUENCE && node->count && node->items[0]->kind == NODE_MAPPING;

	if (node->kind == NODE_SCALAR)
		return node->text;
	if (rows)
		buf_add_char(&text, '[');
	for (size_t i = 0; i < node->count; i++) {
		const struct node *item = node->items[i];

		buf_add_c(&text, i ? "," : "");
		if (item->kind != NODE_MAPPING) {
			buf_add(&text, item->text);
			continue;
		}
		buf_add_char(&text, '{');
		for (size_t k = 0; k < item->count; k++) {
			buf_add_c(&text, k ? "," : "");
			buf_add_json_string(&text, item->keys[k]);
			buf_add_char(&text, ':');
			write_scalar(&text, item->items[k]);
		}
		buf_add_char(&text, '}');
	}
	if (rows)
		buf_add_char(&text, ']');
	return buf_str(&text);
}

/* {en: ..., ja: ...} of a message. */
static struct value both_languages(struct arena *arena, const struct node *node)
{
	const struct node *english = node_get(node, "en"), *japanese = node_get(node, "ja");

	return english && japanese ? value_text(said_keep_both(arena, english->text, japanese->text))
				   : (struct value){0};
}

/* E_INVALID with the rule "reference" when it names what is not there (yet). */
static enum status read_seed(struct sowing *sowing, const struct node *seed, struct edit_request *request,
			     struct error *error)
{
	struct field_input *inputs = arena_many(sowing->arena, struct field_input, seed->count + 1);

	*request = (struct edit_request){.type = sowing->type, .fields = inputs, .via = VIA_JOB};
	for (size_t i = 0; i < seed->count; i++) {
		const struct field *field = type_field(sowing->type, seed->keys[i]);
		struct field_input *input = &inputs[request->field_count];
		enum status status;

		if (str_is(seed->keys[i], "state")) {
			request->state = type_state(sowing->type, seed->items[i]->text);
			if (!request->state)
				return error_fail(error, E_INVALID, "state", "choice", N_("There is no state \"%s\""),
						  str_c(sowing->arena, seed->items[i]->text));
			continue;
		}
		if (!field)
			return error_fail_at(error, E_INVALID, seed->keys[i], "unknown",
					     N_("Such records do not have this"));
		input->field = field;
		request->field_count++;
		if (field->is_message && seed->items[i]->kind == NODE_MAPPING) {
			input->value = both_languages(sowing->arena, seed->items[i]);
			continue;
		}
		status =
		    field_parse(sowing->kernel, sowing->connection, sowing->arena, field,
				text_of_node(sowing->arena, seed->items[i]), zone_open(S("UTC")), &input->value, error);
		if (status)
			return status;
	}
	return OK;
}

static bool waits(const struct error *error)
{
	return error->count && str_is(str_of(error->items[0].rule), "reference");
}

/* Makes what can be made now. nothing_yet: it fails because nothing can, for what it names is not there. */
static enum status make_round(struct sowing *sowing, bool *nothing_yet, struct error *error)
{
	const struct node *seeds = sowing->type->seeds;
	struct edit_request *requests = arena_many(sowing->arena, struct edit_request, seeds->count);
	struct edit_batch batch = {.actor = actor_system(), .requests = requests};
	READER connection = NULL;
	size_t last = 0;
	enum status status = store_reader(sowing->kernel->store, &connection, error);

	if (status)
		return status;
	sowing->connection = connection;
	for (size_t i = 0; i < seeds->count; i++) {
		if (sowing->made[i])
			continue;
		last = i;
		error_clear(error);
		status = read_seed(sowing, seeds->items[i], &requests[batch.count], error);
		if (status && !waits(error))
			return fail_at(seeds->items[i], error);
		if (!status) {
			sowing->made[i] = true;
			batch.count++;
		}
	}
	sowing->left -= batch.count;
	*nothing_yet = !batch.count;
	if (!batch.count)
		return fail_at(seeds->items[last], error);
	error_clear(error);
	store_reader_done(&connection);
	batch.results = arena_many(sowing->arena, struct edit_result, batch.count);
	status = kernel_edit(sowing->kernel, &batch, error);
	return status ? fail_at(seeds, error) : OK;
}

static enum status has_any(struct kernel *kernel, const struct type *type, bool *any, struct error *error)
{
	READER connection = NULL;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_reader(kernel->store, &connection, error);

	if (status || (status = store_prepare(connection, kernel->sql[type->index].first, &statement, error)))
		return status;
	if (!(status = store_step(statement, &row, error)))
		*any = row && !column_is_null(statement, 0);
	return status;
}

static enum status begin_sowing(struct kernel *kernel, struct arena *arena, struct sowing **sowings, size_t *count,
				struct error *error)
{
	const struct model *model = kernel->model;
	enum status status = OK;

	*sowings = arena_many(arena, struct sowing, model->type_count + 1);
	*count = 0;
	for (size_t i = 0; i < model->type_count && !status; i++) {
		const struct type *type = model->types[i];
		bool any = true;

		if (!type->seeds || (status = has_any(kernel, type, &any, error)) || any)
			continue;
		(*sowings)[(*count)++] = (struct sowing){.kernel = kernel,
							 .arena = arena,
							 .type = type,
							 .made = arena_many(arena, bool, type->seeds->count),
							 .left = type->seeds->count};
	}
	return status;
}

/* One round of each type; made: of how many seeds. Fails when some are left and none could be made. */
static enum status sow_once(struct sowing *sowings, size_t count, size_t *made, struct error *error)
{
	enum status waiting = OK;

	*made = 0;
	for (size_t i = 0; i < count; i++) {
		size_t left = sowings[i].left;
		bool nothing_yet = false;
		enum status status = left ? make_round(&sowings[i], &nothing_yet, error) : OK;

		if (status && !nothing_yet)
			return status;
		waiting = status ? status : waiting;
		*made += left - sowings[i].left;
	}
	return *made ? OK : waiting;
}

enum status seeds_make(struct kernel *kernel, struct error *error)
{
	ARENA arena = arena_new();
	struct sowing *sowings;
	size_t count, made = 1;
	enum status status = begin_sowing(kernel, arena, &sowings, &count, error);

	while (!status && made)
		status = sow_once(sowings, count, &made, error);
	return status;
}
