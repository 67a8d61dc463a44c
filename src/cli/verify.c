/* verify and anchor: is history whole, and proof of where it was, to be kept elsewhere. */
#include <stdio.h>
#include <unistd.h>

#include "backup/anchors.h"
#include "cli/commands.h"
#include "cli/opened.h"
#include "record/verify.h"

static bool show_progress(void *context, int64_t done, int64_t total)
{
	(void)context;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%lld of %lld events", (long long)done, (long long)total);
	return true;
}

static enum status verify(struct opened *opened, const char *file, struct verify_report *report)
{
	struct kernel *kernel = opened->program.kernel;
	struct checkpoint *anchors;
	size_t count = 0;
	enum status status;

	if ((status = store_check(opened->program.store, true, &opened->error)) ||
	    (file && (status = anchors_read(opened->arena, file, &anchors, &count, &opened->error))) ||
	    (status = verify_history(kernel, opened->arena, report, show_progress, NULL, &opened->error)) || !count ||
	    report->broken.n)
		return status;
	return verify_anchors(kernel, opened->arena, anchors, count, report, &opened->error);
}

int command_verify(int argc, char **argv)
{
	OPENED opened = {0};
	const char *anchors = NULL, *pack = NULL, *key = NULL;
	const struct option options[] = {{.name = "anchor", .value = &anchors},
					 {.name = "pack", .value = &pack},
					 {.name = "public-key", .value = &key}};
	struct verify_report report;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count)
		return fail_usage("verify", "there is a word too many");
	if (pack)
		return verify_pack(pack, key);
	if ((code = opened_program(&opened, false)))
		return code;
	if (verify(&opened, anchors, &report))
		return fail(&opened.error);
	if (report.broken.n) {
		fprintf(stderr, "kaname: %.*s\n", STR_ARG(report.broken));
		return EXIT_FAILED;
	}
	printf("whole: %lld records, %lld events, %lld files, %lld checkpoints", (long long)report.records,
	       (long long)report.events, (long long)report.attachments, (long long)report.checkpoints);
	if (anchors)
		printf(", %lld anchors", (long long)report.anchors);
	putchar('\n');
	return EXIT_OK;
}

int command_anchor(int argc, char **argv)
{
	OPENED opened = {0};
	struct checkpoint newest;
	int code = opened_take(&opened, argc, argv, NULL, 0);

	if (code)
		return code;
	if (opened.word_count > 1)
		return fail_usage("anchor", "say one FILE, or nothing");
	if ((code = opened_program(&opened, false)))
		return code;
	if (anchors_take(opened.program.kernel, time_now(), &newest, &opened.error) ||
	    (opened.word_count && anchors_add(opened.words[0], &newest, &opened.error)))
		return fail(&opened.error);
	if (!opened.word_count)
		printf("%.*s\n", STR_ARG(checkpoint_line(opened.arena, &newest)));
	return EXIT_OK;
}
