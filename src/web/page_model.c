/* The model as it is loaded: every type with its fields, states, steps, rules and who may do what, and the file and
 * line in which each was declared. */
#include "web/administration.h"
#include "web/pages.h"
#include "web/show.h"

/* --- one type --- */

static struct str kind_of(const struct field *field)
{
	static const char *const kinds[] = {
	    [FIELD_TEXT] = "text",       [FIELD_MARKDOWN] = "markdown",   [FIELD_INTEGER] = "integer",
	    [FIELD_DECIMAL] = "decimal", [FIELD_MONEY] = "money",         [FIELD_BOOLEAN] = "boolean",
	    [FIELD_DATE] = "date",       [FIELD_DATETIME] = "datetime",   [FIELD_DURATION] = "duration",
	    [FIELD_CHOICE] = "choice",   [FIELD_REFERENCE] = "reference", [FIELD_LINKS] = "links",
	    [FIELD_PERSON] = "person",   [FIELD_GROUP] = "group",         [FIELD_COMPUTED] = "computed",
	    [FIELD_ROWS] = "rows"};

	return str_of(kinds[field->kind]);
}

/* The words of the model are shown as they stand in the files. */
static struct str traits_of(struct visit *visit, const struct field *field)
{
	struct buf words = buf_new(visit->arena);
	const struct {
		bool on;
		const char *word;
	} traits[] = {{field->required, "required"}, {field->is_public, "public"}, {field->is_personal, "personal"},
		      {field->internal, "internal"}, {field->unique, "unique"},    {field->is_own, "own"},
		      {field->is_counted, "counted"}};

	if (field->choices)
		buf_format(&words, "of %.*s", STR_ARG(field->choices->name));
	else if (field->to)
		buf_format(&words, "to %.*s", STR_ARG(field->to->name));
	else if (field->computed.n)
		buf_add(&words, field->computed);
	for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
		if (traits[i].on)
			buf_format(&words, "%s%s", words.n ? ", " : "", traits[i].word);
	if (field->derived_by.n)
		buf_format(&words, "%sderived_by %.*s", words.n ? ", " : "", STR_ARG(field->derived_by));
	return buf_str(&words);
}

static struct str names_of(struct visit *visit, const struct who *list, size_t count)
{
	static const char *const words[] = {
	    [WHO_EVERYONE] = "everyone", [WHO_STAFF] = "staff", [WHO_CUSTOMER] = "customer", [WHO_NOBODY] = "nobody"};
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < count; i++) {
		struct str name = list[i].kind == WHO_ROLE ? list[i].role->name
				  : list[i].field          ? list[i].field->name
							   : str_of(words[list[i].kind]);

		buf_format(&names, "%s%.*s", names.n ? ", " : "", STR_ARG(name));
	}
	return buf_str(&names);
}

static void begin_table(struct visit *visit, const char *title, const char *second, const char *third)
{
	struct html *h = &visit->h;

	html(h,
	     "<section><h2>%l</h2><div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data'>"
	     "<caption class='vh'>%l</caption><thead><tr>",
	     title, title, title);
	html(h,
	     "<th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th></tr></thead><tbody>",
	     N_("Name"), N_("Label"), second, third, N_("Declared in"));
}

static void draw_row(struct visit *visit, struct str name, const struct label *text, struct str second,
		     struct str third, struct place place)
{
	html(&visit->h,
	     "<tr><th scope='row'><code>%t</code></th><td>%t</td><td><code>%t</code></td><td><code>%t</code></td>"
	     "<td class='dim'>%t</td></tr>",
	     name, text ? words_of(visit, text) : S(""), second, third, administration_place(visit, place));
}

static void end_table(struct visit *visit)
{
	html(&visit->h, "</tbody></table></div></section>");
}

static void draw_fields(struct visit *visit, const struct type *type)
{
	begin_table(visit, N_("Fields"), N_("Type"), N_("Says of itself"));
	for (size_t i = 0; i < type->field_count; i++)
		draw_row(visit, type->fields[i]->name, &type->fields[i]->label, kind_of(type->fields[i]),
			 traits_of(visit, type->fields[i]), type->fields[i]->place);
	end_table(visit);
}

static void draw_states(struct visit *visit, const struct type *type)
{
	static const char *const phases[] = {[PHASE_OPEN] = "open", [PHASE_WAITING] = "waiting", [PHASE_DONE] = "done"};

	if (!type->state_count)
		return;
	begin_table(visit, N_("States"), N_("Phase"), N_("In the portal"));
	for (size_t i = 0; i < type->state_count; i++)
		draw_row(visit, type->states[i]->name, &type->states[i]->label, str_of(phases[type->states[i]->phase]),
			 words_of(visit, &type->states[i]->plain), type->states[i]->place);
	end_table(visit);
}

static struct str way_of(struct visit *visit, const struct transition *transition)
{
	struct buf way = buf_new(visit->arena);

	for (size_t i = 0; i < transition->from_count; i++)
		buf_format(&way, "%s%.*s", i ? ", " : "", STR_ARG(transition->from[i]->name));
	if (transition->to)
		buf_format(&way, " → %.*s", STR_ARG(transition->to->name));
	return buf_str(&way);
}

static void draw_transitions(struct visit *visit, const struct type *type)
{
	if (!type->transition_count)
		return;
	begin_table(visit, N_("Steps"), N_("From and to"), N_("Who may"));
	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *transition = type->transitions[i];

		draw_row(visit, transition->name, &transition->label, way_of(visit, transition),
			 names_of(visit, transition->by, transition->by_count), transition->place);
	}
	end_table(visit);
}

static void draw_behaviours(struct visit *visit, const struct type *type)
{
	if (!type->behaviour_count)
		return;
	begin_table(visit, N_("Rules"), N_("Parameters"), N_("Sets"));
	for (size_t i = 0; i < type->behaviour_count; i++) {
		const struct behaviour_use *use = &type->behaviours[i];
		struct buf keys = buf_new(visit->arena);

		for (size_t k = 0;
		     use->parameters && use->parameters->kind == NODE_MAPPING && k < use->parameters->count; k++)
			buf_format(&keys, "%s%.*s", k ? ", " : "", STR_ARG(use->parameters->keys[k]));
		draw_row(visit, use->name, NULL, buf_str(&keys), S(""), use->place);
	}
	end_table(visit);
}

static void draw_access(struct visit *visit, const struct type *type)
{
	static const char *const verbs[] = {[ACCESS_READ] = N_("Read"),
					    [ACCESS_CREATE] = N_("Make"),
					    [ACCESS_EDIT] = N_("Edit"),
					    [ACCESS_COMMENT] = N_("Comment")};
	struct html *h = &visit->h;

	html(h, "<section><h2>%l</h2><dl class='facts'>", N_("Who may"));
	for (int verb = 0; verb < ACCESS_VERBS; verb++)
		html(h, "<div><dt>%l</dt><dd><code>%t</code></dd></div>", verbs[verb],
		     names_of(visit, type->access[verb], type->access_count[verb]));
	html(h, "</dl></section>");
}

void page_model_type(struct http_request *request, struct http_response *response)
{
	const struct type *type;
	struct html *h;
	VISIT visit = {0};

	if (!administration_start(&visit, request, response))
		return;
	type = map_get(&visit.kernel->model->types_by_name, http_parameter(request, "type"));
	if (!type) {
		visit_refuse(&visit,
			     error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page")));
		return;
	}
	h = &visit.h;
	administration_begin_below(&visit, words_of(&visit, &type->label),
				   tr(h->language, N_("The model as it is loaded")), "/administration/model");
	html(h, "<p class='sub'><code>%t</code>, %t. %t</p><p class='wish'><a class='btn' href='/%p'>%t</a></p>",
	     type->name, administration_place(&visit, type->place), words_of(&visit, &type->help), type->collection,
	     words_of(&visit, &type->plural));
	draw_access(&visit, type);
	draw_fields(&visit, type);
	draw_states(&visit, type);
	draw_transitions(&visit, type);
	draw_behaviours(&visit, type);
	visit_end(&visit, 200);
}

/* --- all of it --- */

static void draw_types(struct visit *visit)
{
	const struct model *model = visit->kernel->model;
	struct html *h = &visit->h;

	for (size_t p = 0; p < model->process_count; p++) {
		const struct process *process = model->processes[p];

		html(h, "<section><h2>%t %t</h2><p class='dim'>%t</p><ul class='items'>", process->clause,
		     words_of(visit, &process->label), administration_place(visit, process->place));
		for (size_t i = 0; i < process->type_count; i++)
			html(h, "<li><a class='t' href='/administration/model/%p'>%t</a> <code>%t</code></li>",
			     process->types[i]->name, words_of(visit, &process->types[i]->plural),
			     process->types[i]->name);
		for (size_t i = 0; i < process->role_count; i++)
			html(h, "<li><span class='t'>%t</span> <code>%t</code></li>",
			     words_of(visit, &process->roles[i]->label), process->roles[i]->short_name);
		html(h, "</ul></section>");
	}
}

static void draw_matrix(struct visit *visit, const struct matrix *matrix)
{
	struct html *h = &visit->h;
	struct str name = words_of(visit, &matrix->label);

	html(h,
	     "<section id='matrix-%a'><h2>%t</h2><p class='dim'><code>%t</code> %t</p><div class='scroll' tabindex='0' "
	     "role='region' aria-label='%a'><table class='data'><tr><td>%t</td>",
	     matrix->name, name, matrix->name, administration_place(visit, matrix->place), name,
	     phrase(h, N_("%1$s \\ %2$s"), words_of(visit, &matrix->of_rows->label),
		    words_of(visit, &matrix->of_columns->label)));
	for (size_t c = 0; c < matrix->column_count; c++)
		html(h, "<th scope='col'>%t</th>", show_choice(visit, matrix->of_columns, matrix->columns[c]));
	html(h, "</tr>");
	for (size_t r = 0; r < matrix->row_count; r++) {
		html(h, "<tr><th scope='row'>%t</th>", show_choice(visit, matrix->of_rows, matrix->rows[r]));
		for (size_t c = 0; c < matrix->column_count; c++)
			html(h, "<td>%t</td>",
			     show_choice(visit, matrix->of_values, matrix->cells[r * matrix->column_count + c]));
		html(h, "</tr>");
	}
	html(h, "</table></div></section>");
}

static void draw_targets(struct visit *visit, const struct target_table *table)
{
	struct html *h = &visit->h;

	html(h, "<section id='targets-%a'><h2>%t</h2><p class='dim'><code>%t</code> %t</p><dl class='facts'>",
	     table->name, phrase(h, N_("Targets: %s"), words_of(visit, &table->label)), table->name,
	     administration_place(visit, table->place));
	for (size_t i = 0; i < table->count; i++)
		html(h, "<div><dt>%t</dt><dd>%t</dd></div>", show_choice(visit, table->of, table->codes[i]),
		     words_length(h, duration_ms(table->durations[i])));
	html(h, "</dl></section>");
}

void page_model(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};

	if (!administration_start(&visit, request, response))
		return;
	administration_begin(&visit, N_("The model as it is loaded"));
	html(&visit.h, "<div class='sections plain'>");
	draw_types(&visit);
	for (size_t i = 0; i < visit.kernel->model->matrix_count; i++)
		draw_matrix(&visit, visit.kernel->model->matrices[i]);
	for (size_t i = 0; i < visit.kernel->model->target_count; i++)
		draw_targets(&visit, visit.kernel->model->targets[i]);
	html(&visit.h, "</div>");
	visit_end(&visit, 200);
}
