#include "record/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/node.h"
#include "record/behaviour.h"
#include "record/cache.h"
#include "record/claim.h"
#include "record/edit_plan.h"
#include "record/guesses.h"
#include "record/leavings.h"
#include "record/meters.h"
#include "record/readings.h"
#include "record/record.h"
#include "record/seeds.h"
#include "record/tally.h"
#include "store/copy.h"

/* --- behaviours --- */

static const struct behaviour *behaviour_named(const struct behaviour *const *behaviours, struct str name)
{
	for (; behaviours && *behaviours; behaviours++)
		if (str_is(name, (*behaviours)->name))
			return *behaviours;
	return NULL;
}

/* "strict" of one line among the behaviours, and of the type for all lines of that name, which an overlay sets. */
static enum status read_strictness(struct behaviour_loading *loading, const struct behaviour *behaviour,
				   enum strictness *strict, struct error *error)
{
	static const char *const words[] = {"refuse", "warn", "record"};
	const struct node *given = load_node(loading, "strict"),
			  *general = loading->type->strict ? node_get(loading->type->strict, behaviour->name) : NULL;

	given = general ? general : given;
	for (int i = 0; given && i < 3; i++)
		if (given->kind == NODE_SCALAR && str_is(given->text, words[i])) {
			*strict = (enum strictness)i;
			if (behaviour->check || *strict == STRICT_REFUSE)
				return OK;
			return load_fail(loading, NULL, N_("\"%s\" refuses nothing that could be let pass"),
					 behaviour->name, error);
		}
	return given ? load_fail(loading, NULL, N_("\"strict\" is refuse, warn or record"), NULL, error) : OK;
}

static enum status attach_one(struct kernel *kernel, const struct type *type, const struct behaviour_use *use,
			      const struct behaviour *const *behaviours, struct attached_behaviour *attached,
			      struct error *error)
{
	struct behaviour_loading loading = {.arena = kernel->arena,
					    .model = kernel->model,
					    .type = type,
					    .restriction = &kernel->restrictions[type->index],
					    .use = use};
	const struct behaviour *behaviour = behaviour_named(behaviours, use->name);
	enum status status;

	if (!behaviour)
		return load_fail(&loading, NULL, N_("There is no behaviour \"%s\""), str_c(kernel->arena, use->name),
				 error);
	*attached = (struct attached_behaviour){.behaviour = behaviour, .use = use};
	if ((status = read_strictness(&loading, behaviour, &attached->strict, error)))
		return status;
	if (load_node(&loading, "strict")) {
		struct behaviour_use *plain = arena_one(kernel->arena, struct behaviour_use);

		*plain = *use;
		plain->parameters = node_without(kernel->arena, use->parameters, "strict");
		loading.use = plain;
	}
	return behaviour->load ? behaviour->load(&loading, &attached->parameters, error) : OK;
}

/* A field that says by what it is set needs that behaviour at its type. */
static enum status check_derived(struct kernel *kernel, const struct type *type, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < type->field_count; i++) {
		const struct field *field = type->fields[i];
		bool found = !field->derived_by.n;

		for (size_t j = 0; j < type->behaviour_count; j++)
			found = found || str_eq(type->behaviours[j].name, field->derived_by);
		if (!found) {
			struct behaviour_use use = {.place = field->place};
			struct behaviour_loading loading = {.use = &use};

			status =
			    load_fail(&loading, NULL, N_("The field is derived by \"%s\", which is no behaviour here"),
				      str_c(kernel->arena, field->derived_by), error);
		}
	}
	return status;
}

static enum status attach_behaviours(struct kernel *kernel, const struct behaviour *const *behaviours,
				     struct error *error)
{
	const struct model *model = kernel->model;
	enum status status = OK;

	kernel->behaviours = arena_many(kernel->arena, struct attached_behaviour *, model->type_count + 1);
	kernel->restrictions = arena_many(kernel->arena, struct restriction, model->type_count + 1);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];
		enum status failed = check_derived(kernel, type, error);

		status = status ? status : failed;
		kernel->behaviours[i] = arena_many(kernel->arena, struct attached_behaviour, type->behaviour_count + 1);
		for (size_t j = 0; j < type->behaviour_count; j++) {
			failed = attach_one(kernel, type, &type->behaviours[j], behaviours, &kernel->behaviours[i][j],
					    error);
			status = status ? status : failed;
		}
	}
	return status;
}

enum status kernel_check_behaviours(struct arena *arena, const struct model *model,
				    const struct behaviour *const *behaviours, struct error *error)
{
	struct kernel kernel = {.arena = arena, .model = model};
	enum status status = attach_behaviours(&kernel, behaviours, error), failed = edit_plans_make(&kernel, error);

	return status ? status : failed;
}

const void *behaviour_parameters(const struct kernel *kernel, const struct type *type,
				 const struct behaviour *behaviour)
{
	const struct attached_behaviour *at = kernel->behaviours[type->index];

	while (at && at->behaviour && at->behaviour != behaviour)
		at++;
	return at ? at->parameters : NULL;
}

/* --- numbers --- */

static enum status reader_that(struct kernel *kernel,
			       enum status (*begins)(struct connection *connection, struct error *error),
			       struct connection **connection, struct error *error)
{
	enum status status = store_reader(kernel->store, connection, error);

	if (status || !(status = begins(*connection, error)))
		return status;
	store_reader_done(connection);
	return status;
}

enum status kernel_reader(struct kernel *kernel, struct connection **connection, struct error *error)
{
	return reader_that(kernel, store_snapshot_begin, connection, error);
}

enum status kernel_glance(struct kernel *kernel, struct connection **connection, struct error *error)
{
	return reader_that(kernel, store_glance_begin, connection, error);
}

bool kernel_relieve(struct connection **connection)
{
	return store_relieve(connection);
}

bool kernel_asks_again(const struct error *error)
{
	return error->status == E_UNAVAILABLE && !store_took_too_long(error);
}

const struct type *kernel_type_of(const struct kernel *kernel, int64_t identity)
{
	int64_t code = IDENTITY_CODE(identity);

	return code > 0 && code <= kernel->codes.highest ? kernel->codes.type_of[code] : NULL;
}

int64_t kernel_identity(const struct kernel *kernel, const struct type *type, int64_t serial)
{
	return IDENTITY_MAKE(kernel->codes.code_of[type->index], serial);
}

char *kernel_number(const struct kernel *kernel, int64_t identity, char out[NUMBER_TEXT])
{
	const struct type *type = kernel_type_of(kernel, identity);
	size_t n = type ? type->prefix.n : 0;

	if (!type || n > NUMBER_TEXT - 24) {
		snprintf(out, NUMBER_TEXT, "?");
		return out;
	}
	memcpy(out, type->prefix.p, n);
	out[n] = '-';
	*digits_put(out + n + 1, (uint64_t)IDENTITY_SERIAL(identity), type->number_width) = '\0';
	return out;
}

/* "INC-12": the prefix as it is written in any case, and what stands behind the hyphen. */
static bool cut_number(struct str number, struct str *prefix, int64_t *serial)
{
	size_t hyphen;

	if (!str_find_char(number, '-', &hyphen) || hyphen + 1 >= number.n || number.p[hyphen + 1] < '0' ||
	    number.p[hyphen + 1] > '9' || !str_int64(str_sub(number, hyphen + 1, number.n), serial) || *serial < 1 ||
	    *serial >> IDENTITY_SERIAL_BITS)
		return false;
	*prefix = str_sub(number, 0, hyphen);
	return true;
}

bool kernel_parse_number(const struct kernel *kernel, struct str number, int64_t *identity)
{
	char upper[8];
	const struct type *type;
	struct str prefix;
	int64_t serial;

	if (!cut_number(number, &prefix, &serial) || prefix.n >= sizeof(upper))
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		upper[i] = prefix.p[i] >= 'a' && prefix.p[i] <= 'z' ? (char)(prefix.p[i] - 'a' + 'A') : prefix.p[i];
	type = map_get(&kernel->model->types_by_prefix, (struct str){upper, prefix.n});
	if (!type)
		return false;
	*identity = kernel_identity(kernel, type, serial);
	return true;
}

static bool parse_number(const struct query_type *query, struct str text, int64_t *identity)
{
	const struct type *type = query->owner;
	struct str prefix;
	int64_t serial;

	if (!type || !cut_number(text, &prefix, &serial) || !str_eq_nocase(prefix, type->prefix))
		return false;
	*identity = IDENTITY_MAKE(type->code, serial);
	return true;
}

/* From here on expressions may name records by their numbers. */
static void tell_codes(struct kernel *kernel)
{
	for (size_t i = 0; i < kernel->model->type_count; i++) {
		struct type *type = kernel->model->types[i];

		type->code = kernel->codes.code_of[i];
		((struct query_type *)type->query)->parse_number = parse_number;
	}
}

/* --- role records --- */

static enum status role_is_there(struct kernel *kernel, const struct type *type, const struct role *role, bool *there,
				 struct error *error)
{
	READER connection = NULL;
	int64_t identity = 0;
	enum status status = store_reader(kernel->store, &connection, error);

	if (!status)
		status = record_find(kernel, connection, type, role->name, &identity, error);
	*there = identity != 0;
	return status;
}

/* Many processes have an owner: what several roles are called needs its process beside it. */
static struct value role_called(const struct kernel *kernel, struct arena *arena, const struct role *role,
				enum language language)
{
	struct str called = label_in(&role->label, language);
	struct str process = label_in(&role->process->label, language);
	size_t alike = 0;

	for (size_t i = 0; i < kernel->model->role_count; i++)
		alike += str_eq(label_in(&kernel->model->roles[i]->label, language), called);
	return value_text(alike < 2 ? called
				    : str_format(arena, language == JAPANESE ? "%.*s（%.*s）" : "%.*s (%.*s)",
						 STR_ARG(called), STR_ARG(process)));
}

static enum status make_role(struct kernel *kernel, const struct type *type, const struct role *role, instant founded,
			     struct error *error)
{
	ARENA arena = arena_new();
	const struct field *english = type_field(type, S("label_en")), *japanese = type_field(type, S("label_ja"));
	struct field_input inputs[3] = {{type->key, value_text(role->name)}};
	struct edit_request request = {
	    .type = type, .fields = inputs, .field_count = 1, .via = founded ? VIA_DEMO : VIA_JOB, .at = founded};
	struct edit_result result;
	struct edit_batch batch = {.actor = actor_system(), .requests = &request, .count = 1, .results = &result};

	if (english)
		inputs[request.field_count++] =
		    (struct field_input){english, role_called(kernel, arena, role, ENGLISH)};
	if (japanese)
		inputs[request.field_count++] =
		    (struct field_input){japanese, role_called(kernel, arena, role, JAPANESE)};
	return kernel_edit(kernel, &batch, error);
}

static enum status make_roles(struct kernel *kernel, instant founded, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_ROLE];

	for (size_t i = 0; type && type->key && i < kernel->model->role_count; i++) {
		bool there;
		enum status status = role_is_there(kernel, type, kernel->model->roles[i], &there, error);

		if (status || (!there && (status = make_role(kernel, type, kernel->model->roles[i], founded, error))))
			return status;
	}
	return OK;
}

/* --- opening --- */

static void remember_indexes(struct kernel *kernel)
{
	const struct model *model = kernel->model;

	kernel->indexes = arena_many(kernel->arena, struct type_indexes, model->type_count + 1);
	for (size_t i = 0; i < model->type_count; i++)
		layout_indexes(kernel->arena, model, model->types[i], &kernel->indexes[i].items,
			       &kernel->indexes[i].count);
}

static enum status open_parts(struct kernel *kernel, const struct kernel_options *options, struct error *error)
{
	enum status status;

	if ((status = attach_behaviours(kernel, options->behaviours, error)) ||
	    (status = edit_plans_make(kernel, error)) ||
	    (status = options->unfinished ? OK : copy_check_finished(kernel->store, error)) ||
	    (status =
		 layout_prepare(kernel->arena, kernel->store, kernel->model, options->joins, &kernel->codes, error)))
		return status;
	tell_codes(kernel);
	remember_indexes(kernel);
	record_prepare(kernel);
	if (options->key_path && (status = signing_key_open(options->key_path, &kernel->key, error)))
		return status;
	kernel->has_key = options->key_path != NULL;
	status = make_roles(kernel, options->founded, error);
	return status ? status : seeds_make(kernel, error);
}

enum status kernel_open(const struct model *model, struct store *store, const struct kernel_options *options,
			struct kernel **kernel, struct error *error)
{
	struct arena *arena = arena_new();
	struct kernel *opened = arena_one(arena, struct kernel);
	enum status status;

	*opened = (struct kernel){.arena = arena, .model = model, .store = store};
	opened->cache = arena_one(arena, struct cache);
	*opened->cache = (struct cache){.actors = actor_cache_new(),
					.calendars = calendar_cache_new(),
					.claims = claims_new(),
					.guesses = guesses_new(),
					.leavings = leavings_new(),
					.tallies = tally_cache_new(),
					.readings = readings_new(),
					.meters = meters_new(arena),
					.writing = arena_new()};
	if ((status = open_parts(opened, options, error))) {
		kernel_close(opened);
		return status;
	}
	*kernel = opened;
	return OK;
}

void kernel_close(struct kernel *kernel)
{
	if (!kernel)
		return;
	actor_cache_free(kernel->cache->actors);
	calendar_cache_free(kernel->cache->calendars);
	claims_free(kernel->cache->claims);
	guesses_free(kernel->cache->guesses);
	leavings_free(kernel->cache->leavings);
	tally_cache_free(kernel->cache->tallies);
	readings_free(kernel->cache->readings);
	arena_free(kernel->cache->writing);
	arena_free(kernel->arena);
}
