/* model: are the declared processes sound, and what do they declare. */
#include <stdio.h>
#include <string.h>

#include "behaviour/behaviours.h"
#include "cli/commands.h"
#include "cli/opened.h"
#include "insight/dashboards.h"

static void print_faults(const struct error *error)
{
	for (size_t i = 0; i < error->count; i++) {
		char text[512];

		error_item_text(&error->items[i], error->items[i].message, text, sizeof(text));
		fprintf(stderr, "%s: %s\n", error->items[i].field, text);
	}
}

static enum status load(struct opened *opened, const char *directory, const struct model **model)
{
	struct model_source *sources = NULL;
	size_t count = 0;
	enum status status;

	if (!directory)
		return program_load_model(opened->arena, &opened->settings, model, &opened->error);
	if ((status = model_read_directory(opened->arena, directory, false, &sources, &count, &opened->error)))
		return status;
	for (size_t i = 0; i < opened->settings.overlay_count; i++)
		if ((status = model_read_directory(opened->arena, opened->settings.overlays[i], true, &sources, &count,
						   &opened->error)))
			return status;
	return model_load(opened->arena, sources, count, model, &opened->error);
}

static int check(struct opened *opened, const char *directory)
{
	struct register_of_demands demands;
	struct conformity conformity;
	struct figures figures;
	struct dashboards dashboards;
	const struct model *model;
	struct str *findings;
	size_t count;

	if (program_load_register(opened->arena, &demands, &opened->error) || load(opened, directory, &model) ||
	    kernel_check_behaviours(opened->arena, model, behaviours, &opened->error) ||
	    figures_load(opened->arena, model, &figures, &opened->error) ||
	    dashboards_load(opened->arena, model, &figures, &dashboards, &opened->error) ||
	    conformity_plan(opened->arena, model, &figures, &demands, &conformity, &opened->error)) {
		print_faults(&opened->error);
		return EXIT_FAILED;
	}
	count = model_check(opened->arena, model, &findings);
	count = register_check_model(opened->arena, &demands, model, &findings, count);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "%.*s\n", STR_ARG(findings[i]));
	if (count)
		return EXIT_FAILED;
	printf("%zu processes, %zu record types, %zu roles: no faults\n", model->process_count, model->type_count,
	       model->role_count);
	return EXIT_OK;
}

static int list(struct opened *opened)
{
	const struct model *model;

	if (load(opened, NULL, &model))
		return fail(&opened->error);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];

		printf("%-28.*s %-4.*s %-32.*s %s:%u\n", STR_ARG(type->name), STR_ARG(type->prefix),
		       STR_ARG(type->collection), type->place.file, type->place.line);
	}
	return EXIT_OK;
}

int command_model(int argc, char **argv)
{
	OPENED opened = {0};
	int code = opened_take(&opened, argc, argv, NULL, 0);

	if (code)
		return code;
	if (opened.word_count == 1 && !strcmp(opened.words[0], "list"))
		return list(&opened);
	if ((opened.word_count == 1 || opened.word_count == 2) && !strcmp(opened.words[0], "check"))
		return check(&opened, opened.word_count == 2 ? opened.words[1] : NULL);
	return fail_usage("model", "say check [DIR] or list");
}
