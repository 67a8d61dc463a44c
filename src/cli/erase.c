/* erase: what is kept of a person goes, as on a request that was decided (docs/operator/erasure.md). */
#include <stdio.h>

#include "backup/erasures.h"
#include "cli/commands.h"
#include "cli/opened.h"
#include "record/edit.h"
#include "record/read.h"

struct wish {
	const char *person, *also, *ground, *asked_by, *title;
	bool only_own; /* not what the person wrote about others */
};

struct making {
	struct opened *opened;
	struct connection *connection;
	const struct type *type;
	struct field_input inputs[8];
	size_t count;
};

static enum status set(struct making *making, const char *name, const char *text)
{
	struct opened *opened = making->opened;
	struct field_input *input = &making->inputs[making->count];

	if (!text)
		return OK;
	input->field = type_field(making->type, str_of(name));
	if (!input->field)
		return error_fail(&opened->error, E_CONFLICT, name, "model", N_("The model has no such field"));
	making->count++;
	return field_parse(opened->program.kernel, making->connection, opened->arena, input->field, str_of(text), NULL,
			   &input->value, &opened->error);
}

static enum status set_all(struct making *making, const struct wish *wish)
{
	enum status status;

	if ((status = set(making, "title", wish->title ? wish->title : "kaname erase")) ||
	    (status = set(making, "person", wish->person)) || (status = set(making, "also", wish->also)) ||
	    (status = set(making, "ground", wish->ground)) || (status = set(making, "requested_by", wish->asked_by)))
		return status;
	return set(making, "written", wish->only_own ? "false" : "true");
}

/* The request, its approval and what it leads to, in one transaction. */
static enum status carry_out(struct making *making, int64_t *record)
{
	static const char *const steps[] = {"approve", "erase"};
	struct edit_request requests[3] = {
	    {.type = making->type, .fields = making->inputs, .field_count = making->count, .via = VIA_CLI}};
	struct edit_result results[3];
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = requests, .count = 3, .results = results, .now = time_now()};
	struct error *error = &making->opened->error;
	enum status status;

	for (size_t i = 0; i < 2; i++) {
		requests[i + 1] = (struct edit_request){.type = making->type,
							.of_request = 1,
							.transition = type_transition(making->type, str_of(steps[i])),
							.via = VIA_CLI};
		if (!requests[i + 1].transition)
			return error_fail(error, E_CONFLICT, steps[i], "model", N_("The model has no such step"));
	}
	status = kernel_edit(making->opened->program.kernel, &batch, error);
	*record = results[0].record;
	return status;
}

static enum status erase(struct opened *opened, const struct wish *wish, int64_t *record)
{
	struct making making = {.opened = opened, .type = opened->program.model->acting[ACTS_ERASURE]};
	READER connection = NULL;
	enum status status;

	if (!making.type)
		return error_fail(&opened->error, E_CONFLICT, "", "model",
				  N_("The model declares no type that acts as %s"), "erasure");
	if ((status = kernel_reader(opened->program.kernel, &connection, &opened->error)))
		return status;
	making.connection = connection;
	if ((status = set_all(&making, wish)))
		return status;
	store_reader_done(&connection);
	if ((status = carry_out(&making, record)))
		return status;
	return erasures_settle(opened->program.kernel, erasures_path(opened->arena, opened->settings.anchor_to),
			       &opened->error);
}

static int tell(struct opened *opened, int64_t identity)
{
	READER connection = NULL;
	struct record *record = NULL;
	char number[NUMBER_TEXT];

	if (kernel_reader(opened->program.kernel, &connection, &opened->error) ||
	    record_load(opened->program.kernel, connection, opened->arena, identity, false, &record, &opened->error))
		return fail(&opened->error);
	printf("%s: %lld records, %lld values, %lld comments, %lld files\n",
	       kernel_number(opened->program.kernel, identity, number),
	       (long long)record_named(record, "erased_records").number,
	       (long long)record_named(record, "erased_values").number,
	       (long long)record_named(record, "erased_comments").number,
	       (long long)record_named(record, "erased_files").number);
	return EXIT_OK;
}

int command_erase(int argc, char **argv)
{
	OPENED opened = {0};
	struct wish wish = {0};
	const struct option options[] = {{.name = "person", .value = &wish.person},
					 {.name = "also", .value = &wish.also},
					 {.name = "ground", .value = &wish.ground},
					 {.name = "asked-by", .value = &wish.asked_by},
					 {.name = "title", .value = &wish.title},
					 {.name = "only-own", .flag = &wish.only_own},
					 {.name = "anchor-to", .value = &opened.settings.anchor_to}};
	int64_t record = 0;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count || !wish.ground || (!wish.person && !wish.also))
		return fail_usage("erase", "say --person ACCOUNT or --also NUMBERS, and --ground GROUND");
	if ((code = opened_program(&opened, false)))
		return code;
	return erase(&opened, &wish, &record) ? fail(&opened.error) : tell(&opened, record);
}
