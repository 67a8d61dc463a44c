#include "fault_stage.h"

#include "../database.h"
#include "record/verify.h"

static const char process[] =
    "process: probe\n"
    "clause: '8.1'\n"
    "group: resolve\n"
    "label: {en: Probe, ja: 試験}\n"
    "purpose: {en: Try what disks can do., ja: 記録を試す。}\n"
    "roles:\n"
    "  keeper: {label: {en: Keeper, ja: 管理者}}\n"
    "records:\n"
    "  thing:\n"
    "    prefix: THG\n"
    "    collection: things\n"
    "    headline: title\n"
    "    fields: {title: {type: text, max: 40, required: true, public: true}, note: {type: markdown}}\n"
    "    access: {read: [keeper], create: [keeper], edit: [keeper], comment: [keeper]}\n";

void stage_explain(struct stage *stage, enum status status)
{
	char text[1024];

	if (!status)
		return;
	error_text(&stage->error, text, sizeof(text));
	fail_msg("%s", text);
}

/* --- opening and closing --- */

enum status stage_open(struct stage *stage, bool create)
{
	struct kernel_options options = {0};
	char url[160];
	struct store_options store = {.url = url, .create = create, .readers = 1};
	enum status status;

	snprintf(url, sizeof(url), "sqlite:%s", stage->path);
	error_clear(&stage->error);
	stage->kernel = NULL;
	if ((status = store_open(&store, &stage->store, &stage->error)))
		return status;
	if ((status = kernel_open(stage->model, stage->store, &options, &stage->kernel, &stage->error)))
		store_close(stage->store);
	return status;
}

void stage_close(struct stage *stage)
{
	kernel_close(stage->kernel);
	store_close(stage->store);
}

static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rbe"), *out = fopen(to, "wbe");
	char bytes[8192];
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)))
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

static void remove_database(struct stage *stage)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char path[160];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", stage->path, suffixes[i]);
		unlink(path);
	}
}

void stage_renew(struct stage *stage)
{
	memset(stage->outcomes, 0, sizeof(stage->outcomes));
	remove_database(stage);
	copy_file(stage->empty, stage->path);
}

int stage_setup(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct model_source source = {.file = "probe.yaml", .text = str_of(process)};

	assert_true(hash_start());
	directory_make(stage->directory);
	snprintf(stage->path, sizeof(stage->path), "%s/k.db", stage->directory);
	snprintf(stage->empty, sizeof(stage->empty), "%s/empty.db", stage->directory);
	stage->arena = arena_new();
	stage_explain(stage, model_load(stage->arena, &source, 1, &stage->model, &stage->error));
	stage->thing = model_type(stage->model, S("thing"));
	stage_explain(stage, stage_open(stage, true));
	stage_close(stage);
	copy_file(stage->path, stage->empty);
	*state = stage;
	return 0;
}

int stage_teardown(void **state)
{
	struct stage *stage = *state;

	remove_database(stage);
	unlink(stage->empty);
	rmdir(stage->directory);
	arena_free(stage->arena);
	free(stage);
	return 0;
}

/* --- the scenario --- */

static enum status edit(struct stage *stage, struct edit_request *requests, size_t count)
{
	struct edit_result results[2];
	struct edit_batch batch = {.actor = actor_system(), .requests = requests, .count = count, .results = results};

	for (size_t i = 0; i < count; i++) {
		requests[i].type = stage->thing;
		requests[i].via = VIA_JOB;
	}
	error_clear(&stage->error);
	return kernel_edit(stage->kernel, &batch, &stage->error);
}

enum status stage_do(struct stage *stage, enum step step)
{
	static char bytes[20000];
	const struct field *title = type_field(stage->thing, S("title")), *note = type_field(stage->thing, S("note"));
	int64_t first = kernel_identity(stage->kernel, stage->thing, 1);
	struct field_input fields[] = {{title, value_text(S("Made"))}, {note, value_text(S("ノート"))}};
	struct field_input other[] = {{title, value_text(S("Second of two"))}};
	struct attachment_input file = {S("a.bin"), S("application/octet-stream"), {bytes, sizeof(bytes)}};
	struct edit_request requests[2] = {{.fields = fields, .field_count = 1}, {.fields = other, .field_count = 1}};

	switch (step) {
	case MAKE:
		break;
	case AFTERWARDS:
		fields[0].value = value_text(S("Afterwards"));
		break;
	case MAKE_NOTED:
		fields[0].value = value_text(S("Noted"));
		requests[0].field_count = 2;
		requests[0].comment = S("with a comment");
		break;
	case CHANGE:
	case CHANGE_AGAIN:
		requests[0].record = first;
		fields[0].value = value_text(step == CHANGE ? S("Changed") : S("Changed again"));
		break;
	case ATTACH:
		requests[0] = (struct edit_request){.record = first, .attachments = &file, .attachment_count = 1};
		break;
	case COMMENT:
		requests[0] = (struct edit_request){.record = first, .comment = S("said")};
		break;
	case MAKE_TWO:
	default:
		fields[0].value = value_text(S("First of two"));
		return edit(stage, requests, 2);
	}
	return edit(stage, requests, 1);
}

bool stage_is_honest(enum status status)
{
	return status == OK || status == E_UNAVAILABLE || status == E_NOT_FOUND;
}

void stage_told_honestly(struct stage *stage, enum status status)
{
	char text[1024];

	if (stage_is_honest(status))
		return;
	error_text(&stage->error, text, sizeof(text));
	fail_msg("status %d, %s: %s", status, stage->error.items[0].rule, text);
}

void stage_play(struct stage *stage,
		void (*told)(void *context, struct stage *stage, enum step step, enum status status), void *context)
{
	for (enum step step = 0; step < AFTERWARDS; step++) {
		enum status status = stage_do(stage, step);

		stage->outcomes[step] = status ? REFUSED : ACKNOWLEDGED;
		told(context, stage, step, status);
	}
}

/* --- afterwards --- */

static int64_t count_of(struct stage *stage, struct connection *connection, const char *sql)
{
	STATEMENT statement = NULL;
	bool row;

	error_clear(&stage->error);
	stage_explain(stage, store_prepare(connection, str_of(sql), &statement, &stage->error));
	stage_explain(stage, store_step(statement, &row, &stage->error));
	return column_int(statement, 0);
}

static void check_steps(struct stage *stage, const char *when)
{
	static const struct {
		const char *sql; /* how often what the step does is there */
		int64_t whole;
	} signs[STEPS] = {
	    [MAKE] = {"SELECT count(*) FROM kaname_event WHERE changes LIKE '%\"Made\"]%' AND seq = 1", 1},
	    [MAKE_NOTED] = {"SELECT count(*) FROM thing t JOIN kaname_event e ON e.record = t.id WHERE "
			    "t.note = 'ノート' AND e.comment = 'with a comment' AND e.changes LIKE '%\"Noted\"%'",
			    1},
	    [CHANGE] = {"SELECT count(*) FROM kaname_event WHERE changes LIKE '%\"Changed\"]%'", 1},
	    [ATTACH] = {"SELECT count(*) FROM kaname_attachment a JOIN kaname_blob b ON b.hash = a.hash "
			"WHERE length(b.bytes) = 20000",
			1},
	    [COMMENT] = {"SELECT count(*) FROM kaname_event WHERE comment = 'said'", 1},
	    [MAKE_TWO] = {"SELECT count(*) FROM thing WHERE title LIKE '%of two'", 2},
	    [CHANGE_AGAIN] = {"SELECT count(*) FROM thing WHERE title = 'Changed again'", 1},
	    [AFTERWARDS] = {"SELECT count(*) FROM thing WHERE title = 'Afterwards'", 1},
	};
	READER connection = NULL;

	error_clear(&stage->error);
	stage_explain(stage, store_reader(stage->store, &connection, &stage->error));
	for (size_t i = 0; i < STEPS; i++) {
		int64_t found = count_of(stage, connection, signs[i].sql);

		if (stage->outcomes[i] == ACKNOWLEDGED && found != signs[i].whole)
			fail_msg("%s: step %zu was acknowledged and is gone", when, i);
		if (stage->outcomes[i] == NOT_TRIED && found)
			fail_msg("%s: step %zu was never tried and is there", when, i);
		if (found && found != signs[i].whole)
			fail_msg("%s: step %zu is there in part", when, i);
	}
	if (count_of(stage, connection, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"))
		fail_msg("%s: SQLite finds the database damaged", when);
}

void stage_check(struct stage *stage, const char *when)
{
	struct verify_report report;

	stage_explain(stage, stage_open(stage, false));
	stage_explain(stage, verify_history(stage->kernel, stage->arena, &report, NULL, NULL, &stage->error));
	if (report.broken.n)
		fail_msg("%s: %.*s", when, STR_ARG(report.broken));
	check_steps(stage, when);
	stage_close(stage);
}
