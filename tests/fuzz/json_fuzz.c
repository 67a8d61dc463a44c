/* Any bytes as the JSON body of a request: what the API reads from it is refused, or makes a record that the kernel
 * takes or refuses. Everything is rolled back. The first byte chooses the record type. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/json.h"
#include "app/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[200];

static void remove_directory(void)
{
	static const char *const names[] = {"kaname.db", "kaname.db-wal", "kaname.db-shm", "key"};
	char path[300];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

/* A database of its own, made when the first input comes. */
static struct program *open_program(void)
{
	static struct program program;
	static char url[300], key[300];
	const char *base = getenv("TMPDIR");
	struct settings settings = {.database = url, .key = key};
	struct error error = {0};

	if (program.kernel)
		return &program;
	snprintf(directory, sizeof(directory), "%s/kaname-fuzz-json-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(directory))
		abort();
	snprintf(url, sizeof(url), "sqlite:%s/kaname.db", directory);
	snprintf(key, sizeof(key), "%s/key", directory);
	if (!hash_start() || program_open(&settings, true, &program, &error))
		abort();
	atexit(remove_directory);
	return &program;
}

static void try_edit(struct call *call, const struct field_input *inputs, size_t count)
{
	struct edit_request request = {
	    .type = call->type, .via = VIA_API, .at = INSTANT_NONE, .fields = inputs, .field_count = count};
	struct edit_result result;
	struct edit_batch batch = {.actor = call->actor,
				   .requests = &request,
				   .count = 1,
				   .results = &result,
				   .now = INSTANT_NONE,
				   .dry_run = true};
	struct error error = {0};

	if (kernel_edit(call->kernel, &batch, &error) == E_INTERNAL)
		abort(); /* bad input is never our own fault */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const others[] = {"comment", NULL};
	const struct program *program = open_program();
	struct call call = {.kernel = program->kernel, .actor = actor_system(), .now = time_now()};
	struct field_input *inputs;
	json_error_t fault;
	size_t count;
	json_t *object;

	if (!size)
		return 0;
	object = json_loadb((const char *)data + 1, size - 1, JSON_REJECT_DUPLICATES, &fault);
	if (json_is_object(object)) {
		ARENA arena = arena_new();
		READER connection = NULL;
		struct error error = {0};
		enum status status;

		call.arena = arena;
		call.type = program->model->types[data[0] % program->model->type_count];
		if (store_reader(program->store, &connection, &error))
			abort();
		status = json_fields(&call, connection, call.type, object, others, &inputs, &count);
		store_reader_done(&connection);
		if (!status)
			try_edit(&call, inputs, count);
	}
	json_decref(object);
	return 0;
}
