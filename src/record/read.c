/* One record, and references. */
#include "record/read.h"

#include "base/fold.h"
#include "record/list.h"

static enum status not_found(struct error *error)
{
	return error_fail(error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
}

enum status read_loaded(struct kernel *kernel, const struct actor *actor, struct record *record, struct error *error)
{
	if (!access_reads_record(kernel, actor, record))
		return not_found(error);
	list_hide_fields(actor, record);
	return OK;
}

enum status read_record(struct kernel *kernel, struct connection *connection, struct arena *arena,
			const struct actor *actor, int64_t identity, struct record **record, struct error *error)
{
	enum status status = record_load(kernel, connection, arena, identity, true, record, error);

	if (status)
		return status;
	return *record ? read_loaded(kernel, actor, *record, error) : not_found(error);
}

/* --- references --- */

struct str read_headline(const struct record *record, enum language language)
{
	const struct type *type = record->type;
	struct value headline = {0};

	if (language == JAPANESE && type->headline_ja)
		headline = record_value(record, type->headline_ja);
	if ((headline.kind != VALUE_TEXT || !headline.text.n) && type->headline)
		headline = record_value(record, type->headline);
	if (value_is_erased(headline))
		return str_of(tr(language, N_("(erased)")));
	return headline.kind == VALUE_TEXT ? headline.text : (struct str){0};
}

static void describe(struct kernel *kernel, struct arena *arena, enum language language, struct reference *reference,
		     const struct record *record)
{
	char number[NUMBER_TEXT];
	struct value key = {0};

	if (record && record->type->key && record->type->key_is_shown)
		key = record_value(record, record->type->key);
	reference->shown = key.kind == VALUE_TEXT && !value_is_erased(key)
			       ? key.text
			       : str_dup(arena, str_of(kernel_number(kernel, reference->identity, number)));
	reference->headline = record ? read_headline(record, language) : (struct str){0};
}

/* Beyond what may be read: a customer's people see the names of staff in public fields, and of course their own
 * customer's name. */
static bool may_describe(const struct actor *actor, const struct record *record)
{
	if (actor->customer && record->identity == actor->customer)
		return true;
	return record->type->acts_as == ACTS_PERSON && !record->restricted;
}

enum status read_references(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    const struct actor *actor, struct reference *references, size_t count, struct error *error)
{
	int64_t *wanted = arena_many(arena, int64_t, count);
	struct record **records = arena_many(arena, struct record *, count);
	size_t unknown = 0;
	enum status status;

	for (size_t i = 0; i < count; i++)
		if (!references[i].shown.n)
			wanted[unknown++] = references[i].identity;
	if ((status = record_load_many(kernel, connection, arena, wanted, unknown, records, error)))
		return status;
	for (size_t i = 0; i < count; i++) {
		if (references[i].shown.n)
			continue;
		struct record *record = *records++;
		references[i].readable = record && access_reads_record(kernel, actor, record);
		if (record && !references[i].readable && !may_describe(actor, record))
			record = NULL;
		describe(kernel, arena, actor->language, &references[i], record);
	}
	return OK;
}
