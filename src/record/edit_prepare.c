/* What of a batch can be worked out before its turn, on the thread that asks for it: there is one turn at a time, and
 * all who write wait for it. What is not found out here, or is found wrong, is looked at in the turn. */
#include "record/edit_run.h"

#include "base/fold.h"
#include "record/search_terms.h"

enum { TEXT_MOST = 1 << 20 }; /* of a batch: what comes after it waits for its turn */

struct preparing {
	const struct kernel *kernel;
	struct arena *arena;
	const struct known_texts *before; /* of the request before: a mail says the same as what it opens */
	size_t text;                      /* bytes so far */
	struct error ignored;             /* what is wrong is told in the turn */
};

static void know_terms(struct preparing *preparing, struct edit_prepared *prepared, struct str text)
{
	prepared->known.items[prepared->known.count++] =
	    (struct known_terms){text, known_terms_of(preparing->arena, text, preparing->before)};
	preparing->text += text.n;
}

static bool is_searched(const struct preparing *preparing, const struct field *field)
{
	const struct field_list *searched = &preparing->kernel->plans[field->type->index].searched;

	for (size_t i = 0; i < searched->count; i++)
		if (searched->items[i] == field)
			return true;
	return false;
}

static void prepare_field(struct preparing *preparing, const struct field_input *input, struct edit_prepared *prepared,
			  struct prepared_value *own)
{
	error_clear(&preparing->ignored);
	own->value = input->value;
	own->holds = !field_check(preparing->arena, preparing->kernel, input->field, &own->value, &preparing->ignored);
	if (own->holds && own->value.kind == VALUE_TEXT && is_searched(preparing, input->field))
		know_terms(preparing, prepared, own->value.text);
}

static void prepare_request(struct preparing *preparing, const struct edit_request *request,
			    struct edit_prepared *prepared)
{
	struct arena *arena = preparing->arena;
	struct str comment = edit_clean_comment(request->comment);

	prepared->values = arena_many(arena, struct prepared_value, request->field_count + 1);
	prepared->known.items = arena_many(arena, struct known_terms, request->field_count + 1);
	prepared->file_hashes = arena_many(arena, struct hash, request->attachment_count + 1);
	for (size_t i = 0; i < request->field_count; i++)
		prepare_field(preparing, &request->fields[i], prepared, &prepared->values[i]);
	if (comment.n) {
		prepared->comment = fold_nfc(arena, comment);
		know_terms(preparing, prepared, prepared->comment);
	}
	for (size_t i = 0; i < request->attachment_count; i++)
		prepared->file_hashes[i] = hash_bytes(request->attachments[i].bytes);
	prepared->is_ready = true;
}

struct edit_prepared *edit_prepare(const struct kernel *kernel, struct arena *arena, const struct edit_batch *batch)
{
	struct edit_prepared *prepared = arena_many(arena, struct edit_prepared, batch->count + 1);
	struct preparing preparing = {.kernel = kernel, .arena = arena};

	for (size_t i = 0; i < batch->count && preparing.text < TEXT_MOST; i++) {
		preparing.before = i ? &prepared[i - 1].known : NULL;
		prepare_request(&preparing, &batch->requests[i], &prepared[i]);
	}
	return prepared;
}
