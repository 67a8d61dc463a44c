/* Records by the texts that name them, and making those that are missing. */
#include "job/import_run.h"

#include <string.h>

#include "record/read.h"

enum status import_reader(struct import_run *run, struct error *error)
{
	return run->connection ? OK : store_reader(run->kernel->store, &run->connection, error);
}

void import_reader_done(struct import_run *run)
{
	if (run->connection)
		store_reader_done(&run->connection);
	run->connection = NULL;
}

struct import_entry *import_entry_of(struct import_run *run, struct import_index *index, struct str key)
{
	struct import_entry *entry = map_get(&index->entries, key);

	if (entry)
		return entry;
	entry = arena_one(run->arena, struct import_entry);
	entry->changed_at = INSTANT_NONE;
	map_put(&index->entries, str_dup(run->arena, key), entry);
	return entry;
}

static enum status fill(struct import_run *run, struct import_index *index, struct error *error)
{
	ARENA page = arena_new();
	struct list_request request = {.type = index->type, .limit = 1000, .as_of = INSTANT_NONE, .now = time_now()};
	struct list_result result;
	char after[256];
	enum status status;

	do {
		arena_reset(page);
		status = read_list(run->kernel, run->connection, page, actor_system(), &request, &result, error);
		for (size_t i = 0; !status && i < result.count; i++) {
			const struct record *record = result.records[i];
			struct value key = record_value(record, index->field);
			struct import_entry *entry;

			if (value_is_empty(key))
				continue;
			entry = import_entry_of(run, index, key.text);
			*entry = (struct import_entry){record->identity, record->updated_at, record->version};
		}
		if (status)
			return status;
		if (result.next.n >= sizeof(after))
			return error_fail(error, E_INTERNAL, "", "cursor", N_("A cursor is too long"));
		if (result.next.n)
			memcpy(after, result.next.p, result.next.n);
		request.after = (struct str){after, result.next.n};
	} while (request.after.n);
	return OK;
}

enum status import_index_of(struct import_run *run, const struct type *type, const struct field *field,
			    struct import_index **index, struct error *error)
{
	enum status status;

	for (size_t i = 0; i < run->indexes.count; i++) {
		*index = run->indexes.items[i];
		if ((*index)->type == type && (*index)->field == field)
			return OK;
	}
	if ((status = import_reader(run, error)))
		return status;
	*index = arena_one(run->arena, struct import_index);
	**index = (struct import_index){.type = type, .field = field, .entries = map_new(run->arena)};
	vec_push(run->arena, &run->indexes, *index);
	return fill(run, *index, error);
}

/* --- making references --- */

static enum status make(struct import_run *run, struct arena *arena, const struct import_reference *reference,
			const struct import_scope *scope, struct str text, struct import_entry *entry,
			struct error *error)
{
	struct field_input *inputs = arena_many(arena, struct field_input, reference->fields.count + 1);
	struct edit_request request = {.type = reference->type,
				       .fields = inputs,
				       .via = VIA_IMPORT,
				       .at = INSTANT_NONE,
				       .state = reference->state};
	struct edit_result result = {0};
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = &request,
				   .count = 1,
				   .results = &result,
				   .now = INSTANT_NONE,
				   .dry_run = run->request->dry_run};
	bool lacking = false;
	enum status status;

	inputs[request.field_count++] = (struct field_input){reference->by, value_text(text)};
	if ((status =
		 import_inputs(run, arena, &reference->fields, scope, inputs, &request.field_count, &lacking, error)))
		return status;
	import_reader_done(run);
	if (!lacking && (status = kernel_edit(run->kernel, &batch, error)))
		return status;
	run->report->references[reference->index]++;
	entry->identity = run->request->dry_run ? 0 : result.record;
	entry->version = 1; /* so that a dry run counts it once */
	return OK;
}

/* The arguments become the only names that the reference's fields may speak of. */
static enum status arguments(struct import_run *run, struct arena *arena, const struct import_source *source,
			     const struct import_scope *scope, struct str text, struct import_scope *inner,
			     struct error *error)
{
	struct str *names = arena_many(arena, struct str, source->with_count + 1);
	struct str *cells = arena_many(arena, struct str, source->with_count + 1);
	struct map *map = arena_one(arena, struct map);

	names[0] = S("value");
	cells[0] = text;
	for (size_t i = 0; i < source->with_count; i++) {
		enum status status = import_source_text(run, arena, source->with[i].source, scope, source->with[i].name,
							&cells[i + 1], error);

		if (status)
			return status;
		names[i + 1] = source->with[i].name;
	}
	*map = import_names(arena, names, source->with_count + 1);
	*inner = (struct import_scope){
	    .names = map, .cells = cells, .count = source->with_count + 1, .format = scope->format, .at = scope->at};
	return OK;
}

enum status import_refer(struct import_run *run, struct arena *arena, const struct import_source *source,
			 const struct import_scope *scope, struct str name, int64_t *identity, bool *lacking,
			 struct error *error)
{
	const struct import_reference *reference = source->reference;
	struct import_index *index;
	struct import_entry *entry;
	struct import_scope inner;
	struct str text, *reason;
	enum status status = import_source_text(run, arena, source, scope, name, &text, error);

	*identity = 0;
	if (status || !text.n)
		return status;
	if (source->left_out && (reason = map_get(source->left_out, text))) {
		import_leave_out(run, name, *reason);
		return OK;
	}
	if ((status = import_index_of(run, reference->type, reference->by, &index, error)))
		return status;
	entry = map_get(&index->entries, text);
	if (entry && !entry->identity && !run->request->dry_run) /* its own line was refused */
		entry = NULL;
	if (!entry && (source->existing_only || !reference->made)) {
		if (source->existing_only) {
			import_leave_out(run, name, source->missing);
			return OK;
		}
		return error_fail_at(error, E_INVALID, name, "reference", N_("There is no '%s' to refer to"),
				     str_c(arena, text));
	}
	if (!entry) {
		struct import_entry made = {.changed_at = INSTANT_NONE};

		if ((status = arguments(run, arena, source, scope, text, &inner, error)) ||
		    (status = make(run, arena, reference, &inner, text, &made, error)))
			return status;
		entry = import_entry_of(run, index, text);
		*entry = made;
	}
	*identity = entry->identity;
	*lacking = *lacking || !entry->identity;
	return OK;
}
