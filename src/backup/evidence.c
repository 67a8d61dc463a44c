#include "backup/evidence.h"

#include "record/edit.h"
#include "record/read.h"

enum { FIELDS_MOST = 16, REASON_MOST = 2000 };

struct writing {
	struct arena *arena;
	const struct type *type;
	int64_t record; /* 0: a new one */
	struct field_input fields[FIELDS_MOST];
	size_t count;
};

static void set(struct writing *writing, const char *name, struct value value)
{
	const struct field *field = type_field(writing->type, str_of(name));

	if (field && field->value == value.kind)
		writing->fields[writing->count++] = (struct field_input){field, value};
}

static void set_text(struct writing *writing, const char *name, struct str text)
{
	if (text.n)
		set(writing, name, value_text(text));
}

static void set_reason(struct writing *writing, const struct error *failed)
{
	char text[REASON_MOST];

	if (!failed)
		return;
	error_text(failed, text, sizeof(text));
	set_text(writing, "reason", str_dup(writing->arena, str_head(str_of(text), sizeof(text) - 1)));
}

static struct str hex_of(struct arena *arena, struct hash digest)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(digest, hex);
	return str_dup(arena, str_of(hex));
}

static enum status keep(struct kernel *kernel, struct writing *writing, instant now, struct error *error)
{
	struct edit_request request = {.type = writing->type,
				       .record = writing->record,
				       .fields = writing->fields,
				       .field_count = writing->count,
				       .via = VIA_JOB};
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = &request, .count = 1, .results = &result, .now = now};

	return kernel_edit(kernel, &batch, error);
}

/* The newest record of a type that a filter selects; 0: none. */
static enum status newest(struct kernel *kernel, struct arena *arena, const struct type *type, struct str filter,
			  struct list_result *found, struct error *error)
{
	struct list_request request = {.type = type, .limit = 1, .as_of = INSTANT_NONE, .now = time_now()};
	READER connection = NULL;
	struct sort *sort;
	enum status status;

	if ((status = sort_parse(arena, type, S("-created_at"), &sort, &request.sort_count, error)) ||
	    (status = query_parse(arena, type->query, filter, &request.filter, error)) ||
	    (status = kernel_reader(kernel, &connection, error)))
		return status;
	request.sort = sort;
	return read_list(kernel, connection, arena, actor_system(), &request, found, error);
}

/* The newest backup of that digest which also suits a filter. */
static enum status backup_of(struct kernel *kernel, struct arena *arena, struct hash digest, const char *also,
			     struct list_result *found, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_BACKUP];

	*found = (struct list_result){0};
	if (!type || !type_field(type, S("digest")) || !type_field(type, S("outcome")))
		return OK;
	return newest(kernel, arena, type,
		      str_format(arena, "digest = \"%.*s\"%s", STR_ARG(hex_of(arena, digest)), also), found, error);
}

/* --- backups --- */

enum status evidence_of_backup(struct kernel *kernel, const struct backup_evidence *evidence, struct error *error)
{
	ARENA arena = arena_new();
	struct writing writing = {.arena = arena, .type = kernel->model->acting[ACTS_BACKUP]};
	const struct backup_facts *facts = evidence->facts;

	if (!writing.type)
		return OK;
	set_text(&writing, "file", evidence->file);
	set_text(&writing, "place", evidence->place);
	set_text(&writing, "copy", evidence->copy);
	set(&writing, "taken_at", value_time(evidence->taken_at));
	set(&writing, "ended_at", value_time(evidence->ended_at));
	set(&writing, "outcome", value_choice(!facts ? S("failed") : evidence->failed ? S("not_copied") : S("done")));
	set_reason(&writing, evidence->failed);
	if (facts) {
		set(&writing, "bytes", value_integer(facts->file.bytes));
		set(&writing, "records", value_integer(census_records(&facts->census)));
		set(&writing, "events", value_integer(census_of(&facts->census, "kaname_event")));
		set_text(&writing, "digest", hex_of(arena, facts->file.digest));
	}
	return keep(kernel, &writing, evidence->ended_at, error);
}

enum status evidence_of_copy(struct kernel *kernel, struct hash digest, struct str copy, instant now,
			     struct error *error)
{
	ARENA arena = arena_new();
	struct writing writing = {.arena = arena, .type = kernel->model->acting[ACTS_BACKUP]};
	struct list_result found;
	enum status status = backup_of(kernel, arena, digest, " and outcome = not_copied", &found, error);

	if (status || !found.count)
		return status;
	writing.record = found.records[0]->identity;
	set_text(&writing, "copy", copy);
	set(&writing, "ended_at", value_time(now));
	set(&writing, "outcome", value_choice(S("done")));
	return keep(kernel, &writing, now, error);
}

/* --- restore tests --- */

/* What would have been lost, had the database gone when the test began. */
static enum status set_loss(struct kernel *kernel, struct writing *writing, const struct test_evidence *evidence,
			    struct error *error)
{
	const struct history_end *until = &evidence->until, *end = &evidence->facts->end;
	READER connection = NULL;
	int64_t changes = 0, lost;
	enum status status = store_reader(kernel->store, &connection, error);

	if (status || (status = census_between(connection, end->event, until->event, &changes, error)))
		return status;
	set(writing, "lost_changes", value_integer(changes));
	lost = changes && until->at > end->at ? until->at - end->at : 0;
	set(writing, "lost_time", value_number(VALUE_DURATION, (lost + SECOND - 1) / SECOND * SECOND));
	return OK;
}

static enum status set_backup(struct kernel *kernel, struct writing *writing, struct hash digest, struct error *error)
{
	struct list_result found;
	enum status status = backup_of(kernel, writing->arena, digest, "", &found, error);

	if (!status && found.count)
		set(writing, "backup", value_record(found.records[0]->identity));
	return status;
}

enum status evidence_of_test(struct kernel *kernel, const struct test_evidence *evidence, struct error *error)
{
	ARENA arena = arena_new();
	struct writing writing = {.arena = arena, .type = kernel->model->acting[ACTS_RESTORE_TEST]};
	const struct restore_facts *facts = evidence->facts;
	enum status status = OK;

	if (!writing.type)
		return OK;
	set_text(&writing, "file", evidence->file);
	set(&writing, "started_at", value_time(evidence->started_at));
	set(&writing, "ended_at", value_time(evidence->ended_at));
	set(&writing, "outcome", value_choice(evidence->failed ? S("failed") : S("passed")));
	set_reason(&writing, evidence->failed);
	if (facts->made)
		set(&writing, "taken_at", value_time(facts->made));
	if (facts->file.bytes)
		status = set_backup(kernel, &writing, facts->file.digest, error);
	if (facts->census.count) {
		set(&writing, "records", value_integer(census_records(&facts->census)));
		set(&writing, "events", value_integer(facts->report.events));
		set(&writing, "files", value_integer(facts->report.attachments));
		set(&writing, "checkpoints", value_integer(facts->report.checkpoints));
		set(&writing, "reached_at", value_time(facts->end.at));
		set(&writing, "journal_files", value_integer((int64_t)facts->files));
		status = status ? status : set_loss(kernel, &writing, evidence, error);
	}
	return status ? status : keep(kernel, &writing, evidence->ended_at, error);
}

enum status evidence_last_pass(struct kernel *kernel, instant *at, struct error *error)
{
	ARENA arena = arena_new();
	const struct type *type = kernel->model->acting[ACTS_RESTORE_TEST];
	struct list_result found;
	enum status status;

	*at = INSTANT_NONE;
	if (!type || !type_field(type, S("outcome")))
		return OK;
	status = newest(kernel, arena, type, S("outcome = passed"), &found, error);
	if (!status && found.count)
		*at = found.records[0]->created_at;
	return status;
}
