#include "record/tell.h"

#include "record/edit.h"

enum status tell_act(struct kernel *kernel, const struct actor *actor, int64_t record, const char *kind,
		     struct label says, instant now, struct error *error)
{
	struct edit_note note = {.kind = str_of(kind), .says = says};
	struct edit_request request = {.type = kernel_type_of(kernel, record),
				       .record = record,
				       .note = &note,
				       .via = VIA_WEB,
				       .on_behalf = actor->person};
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = &request, .count = 1, .results = &result, .now = now};

	return kernel_edit(kernel, &batch, error);
}

struct label tell_words(struct arena *arena, const char *msgid, struct str name)
{
	struct label label;

	for (enum language language = 0; language < LANGUAGES; language++)
		label.text[language] = str_fill(arena, str_of(translate(language, msgid)), name);
	return label;
}
