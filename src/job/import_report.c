/* What was refused and why, while the import runs and in sum. */
#include "job/import_run.h"

#include <inttypes.h>

static struct import_reason *find(struct import_run *run, struct import_reasons *reasons, struct str text)
{
	for (size_t i = 0; i < reasons->count; i++)
		if (str_eq(reasons->items[i].text, text))
			return &reasons->items[i];
	vec_push(run->arena, reasons, (struct import_reason){.text = str_dup(run->arena, text)});
	return &reasons->items[reasons->count - 1];
}

void import_leave_out(struct import_run *run, struct str field, struct str reason)
{
	ARENA arena = arena_new();

	if (reason.n)
		find(run, &run->passed->left_out, str_format(arena, "%.*s: %.*s", STR_ARG(field), STR_ARG(reason)))
		    ->count++;
}

static void count(struct import_run *run, struct import_figures *figures, const char *file, unsigned line,
		  struct str reason, const char *shown)
{
	struct import_reason *found = find(run, &figures->reasons, reason);
	FILE *told = run->request->told;

	figures->refused++;
	found->count++;
	if (!told || found->count > IMPORT_LINES)
		return;
	fprintf(told, "%s%s:%u: %s\n", run->request->progress ? "\r" : "", file, line, shown);
	if (found->count == IMPORT_LINES)
		fprintf(told, "%s: more lines like this one are only counted\n", file);
}

void import_refuse_text(struct import_run *run, struct import_figures *figures, const char *file, unsigned line,
			struct str reason)
{
	ARENA arena = arena_new();

	count(run, figures, file, line, reason, str_c(arena, reason));
}

/* The same fault with other values is the same reason. */
void import_refuse(struct import_run *run, struct import_figures *figures, const char *file, unsigned line,
		   const struct error *error)
{
	static const char *const ellipsis[ERROR_ARGUMENTS] = {"…", "…", "…"};
	ARENA arena = arena_new();
	struct error_item item = error->count ? error->items[0] : (struct error_item){.field = "", .message = "?"};
	char shown[ERROR_STORE], text[512];
	bool placed = item.rule && str_eq(str_of(item.rule), S("csv"));
	struct str reason;

	error_text(error, shown, sizeof(shown));
	for (int i = 0; i < ERROR_ARGUMENTS; i++)
		item.arguments[i] = item.arguments[i] ? ellipsis[i] : NULL;
	error_item_text(&item, item.message, text, sizeof(text));
	reason = *item.field && !placed ? str_format(arena, "%s: %s", item.field, text) : str_of(text);
	count(run, figures, file, line, reason, placed ? text : shown);
}

/* --- in sum --- */

static void print_count(FILE *out, int64_t number)
{
	char digits[32];
	int n = snprintf(digits, sizeof(digits), "%" PRId64, number);

	for (int i = 0; i < n; i++) {
		fputc(digits[i], out);
		if ((n - i) % 3 == 1 && i + 1 < n && digits[i] != '-')
			fputc(',', out);
	}
}

static void print_figures(const struct import_figures *figures, const char *what, FILE *out)
{
	const struct {
		int64_t number;
		const char *word;
	} parts[] = {{figures->lines, " lines: "},
		     {figures->taken, " taken, "},
		     {figures->updated, " updated, "},
		     {figures->unchanged, " there already, "},
		     {figures->refused, " refused\n"}};

	fprintf(out, "  %s: ", what);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		print_count(out, parts[i].number);
		fputs(parts[i].word, out);
	}
	for (size_t i = 0; i < figures->reasons.count; i++) {
		fputs("    refused ", out);
		print_count(out, figures->reasons.items[i].count);
		fprintf(out, ": %.*s\n", STR_ARG(figures->reasons.items[i].text));
	}
}

static void print_check(const struct import_check *check, const struct import_checked *checked, FILE *out)
{
	fprintf(out, check->where ? "  %.*s: lines " : "  %.*s for ", STR_ARG(checked->label));
	print_count(out, check->where ? checked->of : checked->equal);
	if (!check->where || checked->equal >= 0) {
		fputs(check->where ? ", records " : " of ", out);
		print_count(out, check->where ? checked->equal : checked->of);
	}
	fputc('\n', out);
}

static void print_pass(const struct import_passed *passed, FILE *out)
{
	const struct import_pass *pass = passed->pass;

	if (!passed->file) {
		fprintf(out, "%.*s: no such file was given\n", STR_ARG(pass->file));
		return;
	}
	fprintf(out, "%s\n", passed->file);
	if (!pass->type) {
		fputs("  lines looked at: ", out);
		print_count(out, passed->records.lines);
		fputc('\n', out);
		if (passed->records.refused)
			print_figures(&passed->records, "references", out);
		return;
	}
	char plural[160];
	struct str label = label_in(&pass->type->plural, ENGLISH);
	snprintf(plural, sizeof(plural), "%.*s", STR_ARG(label));
	print_figures(&passed->records, plural, out);
	if (passed->earlier) {
		fputs("    ", out);
		print_count(out, passed->earlier);
		fputs(" begin with their first activity, which came before the stated creation\n", out);
	}
	for (size_t i = 0; i < passed->left_out.count; i++) {
		fputs("    left empty ", out);
		print_count(out, passed->left_out.items[i].count);
		fprintf(out, ": %.*s\n", STR_ARG(passed->left_out.items[i].text));
	}
	if (pass->activities)
		print_figures(&passed->activities, "Activities", out);
	for (size_t i = 0; i < pass->check_count; i++)
		print_check(&pass->checks[i], &passed->checks[i], out);
}

void import_print(const struct import_mapping *mapping, const struct import_report *report, FILE *out)
{
	for (size_t i = 0; i < report->pass_count; i++)
		print_pass(&report->passes[i], out);
	for (size_t i = 0; i < mapping->reference_count; i++) {
		const struct import_reference *reference = &mapping->references[i];

		if (!reference->made)
			continue;
		struct str label = label_in(&reference->type->plural, ENGLISH);

		fprintf(out, "%.*s made on the way: ", STR_ARG(label));
		print_count(out, report->references[i]);
		fputc('\n', out);
	}
}
