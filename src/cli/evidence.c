/* evidence: a signed folder of how the demands of the standard stand and what shows it; and verify --pack. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "pack/check.h"
#include "pack/pack.h"
#include "record/read.h"

struct asked {
	const char *out, *clause, *reader, *organisation, *as_of;
	bool japanese;
	instant past; /* 0: none was asked for */
};

/* A day means its end, where most of its readers are. */
static bool read_moment(struct str text, instant *at)
{
	int32_t day;

	if (day_parse(text, &day))
		*at = zone_instant(organisation_zone(), day + 1, 0) - 1;
	else if (!time_parse(text, at))
		return false;
	return *at > 0 && *at <= time_now();
}

static bool show_progress(void *context, int64_t done, int64_t total)
{
	(void)context;
	if (total && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%lld of %lld", (long long)done, (long long)total);
	return true;
}

static enum status find_reader(struct opened *opened, const struct asked *asked, const struct actor **actor)
{
	struct kernel *kernel = opened->program.kernel;
	enum language language = asked->japanese ? JAPANESE : ENGLISH;
	const struct actor *found;
	struct actor *reader;
	READER connection = NULL;
	int64_t person = 0;
	enum status status;

	*actor = pack_reader(opened->arena, kernel->model, language);
	if (!asked->reader)
		return OK;
	if ((status = kernel_reader(kernel, &connection, &opened->error)) ||
	    (status = record_find(kernel, connection, kernel->model->acting[ACTS_PERSON], str_of(asked->reader),
				  &person, &opened->error)) ||
	    (status = actor_of_person(kernel, opened->arena, person, &found, &opened->error)))
		return status;
	if (!actor_is_staff(found))
		return error_fail(&opened->error, E_DENIED, "reader", "access",
				  N_("Only staff see how the demands stand"));
	reader = arena_one(opened->arena, struct actor);
	*reader = *found;
	reader->language = language;
	*actor = reader;
	return OK;
}

static enum status write_pack(struct opened *opened, const struct asked *asked, struct pack_outcome *outcome)
{
	const struct program *program = &opened->program;
	const char *named = asked->organisation ? asked->organisation : opened->settings.organisation;
	struct pack_wish wish = {.kernel = program->kernel,
				 .plan = &program->conformity,
				 .clause = asked->clause ? str_of(asked->clause) : S(""),
				 .organisation = str_of(named ? named : ""),
				 .version = S(KANAME_VERSION),
				 .now = time_now(),
				 .as_of = asked->past,
				 .tell = show_progress};
	enum status status;

	if (wish.clause.n && !map_get(&program->demands.clauses_by_number, wish.clause))
		return error_fail(&opened->error, E_NOT_FOUND, "clause", "not_found",
				  N_("The standard has no such clause"));
	if ((status = find_reader(opened, asked, &wish.actor)))
		return status;
	return pack_write(&wish, asked->out, outcome, &opened->error);
}

int command_evidence(int argc, char **argv)
{
	OPENED opened = {0};
	struct asked asked = {0};
	struct pack_outcome outcome;
	const struct option options[] = {
	    {.name = "out", .value = &asked.out},       {.name = "clause", .value = &asked.clause},
	    {.name = "reader", .value = &asked.reader}, {.name = "organisation", .value = &asked.organisation},
	    {.name = "as-of", .value = &asked.as_of},   {.name = "japanese", .flag = &asked.japanese}};
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count)
		return fail_usage("evidence", "there is a word too many");
	if (!asked.out)
		return fail_usage("evidence", "say where to: --out DIR");
	if (asked.as_of && !read_moment(str_of(asked.as_of), &asked.past))
		return fail_usage("evidence",
				  "--as-of wants a day or a moment that is past: 2026-03-31, or 2026-03-31T15:00:00Z");
	if ((code = opened_program(&opened, false)))
		return code;
	if (write_pack(&opened, &asked, &outcome))
		return fail(&opened.error);
	if (!outcome.has_paper)
		fputs("kaname: there is no PDF in it: weasyprint is not installed, or failed\n", stderr);
	printf("%s: %lld files, %lld demands, %lld records, %lld withheld\nkey %s\n", asked.out,
	       (long long)outcome.files, (long long)outcome.demands, (long long)outcome.records,
	       (long long)outcome.withheld, outcome.key);
	return EXIT_OK;
}

/* --- verify --pack --- */

static bool read_key(const char *told, unsigned char key[PUBLIC_KEY_BYTES])
{
	char text[4096];
	FILE *in;
	size_t n;

	if (public_key_read(str_of(told), key))
		return true;
	if (!(in = fopen(told, "re")))
		return false;
	n = fread(text, 1, sizeof(text), in);
	fclose(in);
	return public_key_read((struct str){text, n}, key);
}

int verify_pack(const char *folder, const char *told)
{
	ARENA arena = arena_new();
	unsigned char key[PUBLIC_KEY_BYTES];
	char hex[PUBLIC_KEY_BYTES * 2 + 1];
	struct pack_report report;
	struct error error = {0};

	if (told && !read_key(told, key))
		return fail_usage("verify", "'%s' is no public key: neither a file with one nor 64 hexadecimal digits",
				  told);
	if (pack_check(arena, folder, told ? key : NULL, &report, &error))
		return fail(&error);
	for (size_t i = 0; i < report.fault_count; i++)
		fprintf(stderr, "kaname: %.*s\n", STR_ARG(report.faults[i]));
	if (report.fault_count)
		return EXIT_FAILED;
	public_key_hex(report.key, hex);
	printf("whole: %lld files, made at %.*s, signed by %s\n", (long long)report.files, STR_ARG(report.made_at),
	       hex);
	if (!told)
		puts("That key lies in the pack itself: compare it with the one that you were told otherwise.");
	return EXIT_OK;
}
