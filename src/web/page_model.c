/* The model as it is loaded: every type with its fields, states, steps, rules and who may do what, and the file and
 * line in which each was declared. */
#include "web/administration.h"
#include "web/pages.h"
#include "web/show.h"

/* --- one type --- */

/* What a cell says, and as the files write it. */
struct said {
	struct str words, code;
};

static struct said kind_of(const struct visit *visit, const struct field *field)
{
	static const char *const kinds[] = {[FIELD_TEXT] = N_("text"),
					    [FIELD_MARKDOWN] = N_("formatted text"),
					    [FIELD_INTEGER] = N_("whole number"),
					    [FIELD_DECIMAL] = N_("number with decimals"),
					    [FIELD_MONEY] = N_("money"),
					    [FIELD_BOOLEAN] = N_("yes or no"),
					    [FIELD_DATE] = N_("date"),
					    [FIELD_DATETIME] = N_("date and time"),
					    [FIELD_DURATION] = N_("length of time"),
					    [FIELD_CHOICE] = N_("choice"),
					    [FIELD_REFERENCE] = N_("reference"),
					    [FIELD_LINKS] = N_("links"),
					    [FIELD_PERSON] = N_("person"),
					    [FIELD_GROUP] = N_("group"),
					    [FIELD_COMPUTED] = N_("computed"),
					    [FIELD_ROWS] = N_("rows")};
	const struct html *h = &visit->h;
	struct str kind = label(h, kinds[field->kind]);

	if (field->to && field->kind != FIELD_PERSON && field->kind != FIELD_GROUP)
		kind = phrase(h, N_("%1$s: %2$s"), kind, words_of(visit, &field->to->label));
	return (struct said){kind, field->choices ? field->choices->name : S("")};
}

static struct said traits_of(const struct visit *visit, const struct field *field)
{
	const struct html *h = &visit->h;
	struct buf words = buf_new(visit->arena);
	const struct {
		bool on;
		const char *word;
	} traits[] = {{field->required, N_("required")},
		      {field->is_public, N_("shown to customers")},
		      {field->is_personal, N_("about a person")},
		      {field->internal, N_("kept by Kaname itself")},
		      {field->unique, N_("unique")},
		      {field->is_own, N_("set by its own person")},
		      {field->is_counted, N_("counted")}};

	for (size_t i = 0; i < sizeof(traits) / sizeof(*traits); i++)
		if (traits[i].on)
			words_list(h, &words, label(h, traits[i].word));
	if (field->derived_by.n)
		words_list(h, &words, label(h, N_("derived by")));
	return (struct said){buf_str(&words), field->derived_by.n ? field->derived_by : field->computed};
}

static struct str names_of(const struct visit *visit, const struct who *list, size_t count)
{
	static const char *const words[] = {[WHO_EVERYONE] = N_("everybody"),
					    [WHO_STAFF] = N_("staff"),
					    [WHO_CUSTOMER] = N_("people of customers"),
					    [WHO_NOBODY] = N_("nobody")};
	struct buf names = buf_new(visit->arena);

	for (size_t i = 0; i < count; i++)
		words_list(&visit->h, &names,
			   list[i].kind == WHO_ROLE ? words_of(visit, &list[i].role->label)
			   : list[i].field          ? words_of(visit, &list[i].field->label)
						    : label(&visit->h, words[list[i].kind]));
	return buf_str(&names);
}

/* What each row says; a column without a heading is left out. */
struct columns {
	const char *label, *second, *third; /* source texts */
};

static void begin_table(struct visit *visit, const char *title, const struct columns *columns)
{
	const char *const headings[] = {N_("Name"), columns->label, columns->second, columns->third, N_("Declared in")};
	struct html *h = &visit->h;

	html(h,
	     "<section><h2>%l</h2><div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data "
	     "tall'><caption class='vh'>%l</caption><thead><tr>",
	     title, title, title);
	for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
		if (headings[i])
			html(h, "<th scope='col'>%l</th>", headings[i]);
	html(h, "</tr></thead><tbody>");
}

static void draw_cell(struct html *h, const char *heading, struct said said)
{
	if (!heading)
		return;
	html(h, "<td data-label='%l'>%t", heading, said.words);
	if (said.code.n)
		html(h, "%t<code>%t</code>", said.words.n ? " " : "", said.code);
	html(h, "</td>");
}

static void draw_row(struct visit *visit, struct str name, const struct label *text, const struct columns *columns,
		     struct said second, struct said third, struct place place)
{
	struct html *h = &visit->h;

	html(h, "<tr><th scope='row'><code>%t</code></th>", name);
	draw_cell(h, columns->label, (struct said){.words = text ? words_of(visit, text) : S("")});
	draw_cell(h, columns->second, second);
	draw_cell(h, columns->third, third);
	html(h, "<td class='dim' data-label='%l'>%t</td></tr>", N_("Declared in"), administration_place(visit, place));
}

static void end_table(struct visit *visit)
{
	html(&visit->h, "</tbody></table></div></section>");
}

static void draw_fields(struct visit *visit, const struct type *type)
{
	static const struct columns columns = {N_("Label"), N_("Type"), N_("Says of itself")};

	begin_table(visit, N_("Fields"), &columns);
	for (size_t i = 0; i < type->field_count; i++)
		draw_row(visit, type->fields[i]->name, &type->fields[i]->label, &columns,
			 kind_of(visit, type->fields[i]), traits_of(visit, type->fields[i]), type->fields[i]->place);
	end_table(visit);
}

static void draw_states(struct visit *visit, const struct type *type)
{
	static const struct columns columns = {N_("Label"), N_("Phase"), N_("In the portal")};
	static const char *const phases[] = {[PHASE_OPEN] = N_("being worked on"),
					     [PHASE_WAITING] = N_("waiting for something"),
					     [PHASE_DONE] = N_("finished")};

	if (!type->state_count)
		return;
	begin_table(visit, N_("States"), &columns);
	for (size_t i = 0; i < type->state_count; i++)
		draw_row(visit, type->states[i]->name, &type->states[i]->label, &columns,
			 (struct said){.words = label(&visit->h, phases[type->states[i]->phase])},
			 (struct said){.words = words_of(visit, &type->states[i]->plain)}, type->states[i]->place);
	end_table(visit);
}

static struct str way_of(struct visit *visit, const struct transition *transition)
{
	struct buf way = buf_new(visit->arena);

	for (size_t i = 0; i < transition->from_count; i++)
		words_list(&visit->h, &way, words_of(visit, &transition->from[i]->label));
	if (transition->to)
		buf_format(&way, " → %.*s", STR_ARG(words_of(visit, &transition->to->label)));
	return buf_str(&way);
}

static void draw_transitions(struct visit *visit, const struct type *type)
{
	static const struct columns columns = {N_("Label"), N_("From and to"), N_("Who may")};

	if (!type->transition_count)
		return;
	begin_table(visit, N_("Steps"), &columns);
	for (size_t i = 0; i < type->transition_count; i++) {
		const struct transition *transition = type->transitions[i];

		draw_row(visit, transition->name, &transition->label, &columns,
			 (struct said){.words = way_of(visit, transition)},
			 (struct said){.words = names_of(visit, transition->by, transition->by_count)},
			 transition->place);
	}
	end_table(visit);
}

static void draw_behaviours(struct visit *visit, const struct type *type)
{
	static const struct columns columns = {.second = N_("Parameters")};

	if (!type->behaviour_count)
		return;
	begin_table(visit, N_("Rules"), &columns);
	for (size_t i = 0; i < type->behaviour_count; i++) {
		const struct behaviour_use *use = &type->behaviours[i];
		struct buf keys = buf_new(visit->arena);

		for (size_t k = 0;
		     use->parameters && use->parameters->kind == NODE_MAPPING && k < use->parameters->count; k++)
			buf_format(&keys, "%s%.*s", k ? ", " : "", STR_ARG(use->parameters->keys[k]));
		draw_row(visit, use->name, NULL, &columns, (struct said){.code = buf_str(&keys)}, (struct said){0},
			 use->place);
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
		html(h, "<div><dt>%l</dt><dd>%t</dd></div>", verbs[verb],
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
	html(h, "<p class='sub'><code>%t</code> %t</p><p>%t</p><p class='wish'><a class='btn' href='/%p'>%t</a></p>",
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
