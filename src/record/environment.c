#include "record/environment.h"

#include "record/clocks.h"
#include "record/edit_run.h"
#include "record/read.h"

struct environment {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	instant now, as_of;
	struct edit *edit; /* NULL: none is being made */
	bool before;       /* the record is looked at as it was before that edit */
};

/* The record of the edit, as the environment looks at it. */
static const struct record *root_of(const struct environment *environment)
{
	if (!environment->edit)
		return NULL;
	return environment->before ? environment->edit->before : environment->edit->after;
}

static bool is_root(const struct environment *environment, const struct record *record)
{
	return record == root_of(environment);
}

/* --- fields --- */

static struct value builtin(const struct record *record, const struct query_field *field)
{
	if (field->is_state)
		return record->state ? value_choice(record->state->name) : (struct value){0};
	if (field->is_number)
		return value_record(record->identity);
	if (str_is(field->name, "created_at"))
		return value_time(record->created_at);
	if (str_is(field->name, "updated_at"))
		return value_time(record->updated_at);
	if (str_is(field->name, "version"))
		return value_integer(record->version);
	if (str_is(field->name, "created_by"))
		return record->created_by ? value_record(record->created_by) : (struct value){0};
	if (str_is(field->name, "updated_by"))
		return record->updated_by ? value_record(record->updated_by) : (struct value){0};
	return (struct value){0};
}

static enum status list_ends(const struct environment *environment, struct str kind, int64_t identity, bool backwards,
			     int64_t **ends, size_t *count);

static enum status get_list(const struct environment *environment, const struct record *record,
			    const struct field *field, struct value *value)
{
	int64_t *ends;
	size_t count;
	enum status status;

	*value = record_value(record, field);
	if (value->kind == VALUE_LIST || is_root(environment, record))
		return OK;
	status = list_ends(environment, field->link, record->identity, false, &ends, &count);
	if (status || !count)
		return status;
	struct value *items = arena_many(environment->arena, struct value, count);
	for (size_t i = 0; i < count; i++)
		items[i] = value_record(ends[i]);
	*value = (struct value){.kind = VALUE_LIST, .list = {.items = items, .count = count}};
	return OK;
}

static enum status get(void *context, const void *handle, const struct query_field *query_field, struct value *value)
{
	const struct environment *environment = context;
	const struct record *record = handle;
	const struct field *field = query_field->owner;

	if (!field) {
		*value = builtin(record, query_field);
		return OK;
	}
	if (field->kind == FIELD_LINKS)
		return get_list(environment, record, field, value);
	*value = record_value(record, field);
	return OK;
}

static enum status follow(void *context, const struct query_type *type, int64_t identity, const void **handle)
{
	const struct environment *environment = context;
	struct record *record = NULL;
	struct error error;
	enum status status;

	*handle = NULL;
	error_clear(&error);
	if (identity && root_of(environment) && root_of(environment)->identity == identity) {
		*handle = root_of(environment);
		return OK;
	}
	if (environment->as_of == INSTANT_NONE)
		status = record_load(environment->kernel, environment->connection, environment->arena, identity, false,
				     &record, &error);
	else
		status = read_record_as_of(environment->kernel, environment->connection, environment->arena,
					   actor_system(), identity, environment->as_of, &record, &error);
	if (status == E_NOT_FOUND)
		return OK;
	*handle = record;
	return status;
}

/* --- links --- */

static enum status list_ends(const struct environment *environment, struct str kind, int64_t identity, bool backwards,
			     int64_t **ends, size_t *count)
{
	static const struct str forth = S("SELECT target FROM kaname_link WHERE kind = ? AND source = ? AND since <= ? "
					  "AND (until IS NULL OR until > ?) ORDER BY target");
	static const struct str back = S("SELECT source FROM kaname_link WHERE kind = ? AND target = ? AND since <= ? "
					 "AND (until IS NULL OR until > ?) ORDER BY source");
	instant at = environment->as_of == INSTANT_NONE ? INT64_MAX : environment->as_of;
	VEC(int64_t) found = {0};
	STATEMENT statement = NULL;
	struct error error;
	bool row;

	error_clear(&error);
	enum status status = store_prepare(environment->connection, backwards ? back : forth, &statement, &error);
	if (status)
		return status;
	bind_text(statement, kind);
	bind_int(statement, identity);
	bind_int(statement, at);
	bind_int(statement, at);
	while (!(status = store_step(statement, &row, &error)) && row)
		vec_push(environment->arena, &found, column_int(statement, 0));
	*ends = found.items;
	*count = found.count;
	return status;
}

static bool concerns(const struct link_change *change, const struct query_link *link)
{
	return change->backwards == link->backwards && str_eq(change->stored, link->kind);
}

/* Applies to ends what the edit changes, or undoes it: whether that is written yet makes no difference. */
static void merge_changes(const struct environment *environment, const struct query_link *link, int64_t **ends,
			  size_t *count)
{
	const struct edit *edit = environment->edit;
	VEC(int64_t) merged = {0};

	for (size_t i = 0; i < *count; i++) {
		bool told = false;

		for (size_t j = 0; j < edit->links.count; j++)
			told =
			    told || (concerns(&edit->links.items[j], link) && edit->links.items[j].other == (*ends)[i]);
		if (!told)
			vec_push(environment->arena, &merged, (*ends)[i]);
	}
	for (size_t j = 0; j < edit->links.count; j++) {
		const struct link_change *change = &edit->links.items[j];

		if (change->remove == environment->before && concerns(change, link))
			vec_push(environment->arena, &merged, change->other);
	}
	*ends = merged.items;
	*count = merged.count;
}

static enum status links(void *context, const void *handle, const struct query_link *link, const int64_t **ends,
			 size_t *count)
{
	const struct environment *environment = context;
	const struct record *record = handle;
	int64_t *found = NULL;
	enum status status = OK;

	*count = 0;
	if (record->identity)
		status = list_ends(environment, link->kind, record->identity, link->backwards, &found, count);
	if (!status && is_root(environment, record))
		merge_changes(environment, link, &found, count);
	*ends = found;
	return status;
}

/* --- history, clocks, keys --- */

static enum status changed(void *context, const void *handle, const struct query_field *field, bool *has_changed)
{
	static const struct str sql = S("SELECT 1 FROM kaname_event WHERE record = ? AND seq > 1 AND at <= ? AND "
					"fields LIKE ? ESCAPE '\\' LIMIT 1");
	const struct environment *environment = context;
	const struct record *record = handle;
	struct buf pattern = buf_new(environment->arena);
	STATEMENT statement = NULL;
	struct error error;

	*has_changed = false;
	if (is_root(environment, record)) {
		const struct edit *edit = environment->edit;

		if (!edit->before)
			return OK;
		*has_changed = field->is_state ? edit->before->state != edit->after->state
					       : field->owner && edit_field_differs(edit, field->owner);
		if (*has_changed)
			return OK;
	}
	error_clear(&error);
	enum status status = store_prepare(environment->connection, sql, &statement, &error);
	if (status)
		return status;
	buf_add_c(&pattern, "%,");
	for (size_t i = 0; i < field->name.n; i++) {
		if (field->name.p[i] == '_')
			buf_add_char(&pattern, '\\');
		buf_add_char(&pattern, field->name.p[i]);
	}
	buf_add_c(&pattern, ",%");
	bind_int(statement, record->identity);
	bind_int(statement, environment->as_of == INSTANT_NONE ? INT64_MAX : environment->as_of);
	bind_text(statement, buf_str(&pattern));
	return store_step(statement, has_changed, &error);
}

static enum status clock(void *context, const void *handle, struct str name, struct clock_result *result, bool *found)
{
	const struct environment *environment = context;
	const struct record *record = handle;
	struct record_clock *clocks;
	struct error error;
	size_t count = 0;
	enum status status = OK;

	error_clear(&error);
	*found = false;
	if (environment->edit)
		status = edit_write_clocks(environment->edit->run, &error);
	if (!status && record->identity)
		status = clocks_of(environment->kernel, environment->connection, environment->arena, record->identity,
				   environment->as_of == INSTANT_NONE ? environment->now : environment->as_of, &clocks,
				   &count, &error);
	for (size_t i = 0; i < count && !status; i++)
		if (str_eq(clocks[i].name, name)) {
			*result = clocks[i].result;
			*found = true;
		}
	return status;
}

static enum status find(void *context, const struct query_type *type, struct str key, int64_t *identity)
{
	const struct environment *environment = context;
	struct error error;

	error_clear(&error);
	*identity = 0;
	return type->owner
		   ? record_find(environment->kernel, environment->connection, type->owner, key, identity, &error)
		   : OK;
}

static struct query_environment make(struct environment *environment, const struct actor *actor)
{
	return (struct query_environment){
	    .context = environment,
	    .now = environment->now,
	    .zone = environment->edit ? organisation_zone() : actor_zone(actor),
	    .me = actor ? actor->person : 0,
	    .my_customer = actor ? actor->customer : 0,
	    .my_groups = actor ? actor->groups : NULL,
	    .my_group_count = actor ? actor->group_count : 0,
	    .get = get,
	    .follow = follow,
	    .links = links,
	    .changed = changed,
	    .clock = clock,
	    .find = find,
	};
}

struct query_environment environment_of_records(struct kernel *kernel, struct connection *connection,
						struct arena *arena, const struct actor *actor, instant now,
						instant as_of)
{
	struct environment *environment = arena_one(arena, struct environment);

	*environment = (struct environment){
	    .kernel = kernel, .connection = connection, .arena = arena, .now = now, .as_of = as_of};
	return make(environment, actor);
}

static enum status get_own(void *context, const void *handle, const struct query_field *field, struct value *value)
{
	const struct record *record = handle;

	(void)context;
	*value = field->owner ? record_value(record, field->owner) : builtin(record, field);
	return OK;
}

struct query_environment environment_of_row(const struct actor *actor)
{
	return (struct query_environment){.now = INSTANT_NONE,
					  .zone = organisation_zone(),
					  .me = actor->person,
					  .my_customer = actor->customer,
					  .my_groups = actor->groups,
					  .my_group_count = actor->group_count,
					  .get = get_own};
}

static struct query_environment around_edit(struct edit *edit, bool before)
{
	struct environment *environment = arena_one(edit->arena, struct environment);

	*environment = (struct environment){.kernel = edit->kernel,
					    .connection = edit->connection,
					    .arena = edit->arena,
					    .now = edit->at,
					    .as_of = INSTANT_NONE,
					    .edit = edit,
					    .before = before};
	return make(environment, edit->actor);
}

struct query_environment environment_of_edit(struct edit *edit)
{
	return around_edit(edit, false);
}

struct query_environment environment_before_edit(struct edit *edit)
{
	return around_edit(edit, true);
}

static enum status judged(enum status status, struct error *error)
{
	return status ? error_fail(error, status, "", "rule", N_("A rule of the record could not be judged")) : OK;
}

enum status read_holds(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct record *record, const struct query *query, instant now,
		       bool *holds, struct error *error)
{
	struct query_environment around = environment_of_records(kernel, connection, arena, actor, now, INSTANT_NONE);

	return judged(query_matches(query, record, &around, holds), error);
}

enum status read_rule_holds(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, const struct record *record, const struct query *query,
			    instant now, bool *holds, struct error *error)
{
	struct query_environment around = environment_of_records(kernel, connection, arena, actor, now, INSTANT_NONE);

	around.zone = organisation_zone();
	return judged(query_matches(query, record, &around, holds), error);
}
