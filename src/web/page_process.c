/* /processes: the processes of the management system; /processes/problem: one of them: what it is for, who has which
 * role in it, what it keeps, and what passes between it and others, and when it last did. */
#include "insight/conformity_interfaces.h"
#include "record/people.h"
#include "web/conformity.h"
#include "web/pages.h"

struct one {
	struct conformity_page page;
	const struct process *process;
	struct answering *roles;             /* by the process's roles */
	const struct interface **interfaces; /* of which it is an end */
	size_t interface_count;
};

static const struct process *process_named(const struct model *model, struct str name)
{
	for (size_t i = 0; i < model->process_count; i++)
		if (str_eq(model->processes[i]->name, name))
			return model->processes[i];
	return NULL;
}

/* In the order of the standard, which is that of their files. */
static const struct process **in_order(struct visit *visit)
{
	const struct model *model = visit->kernel->model;
	const struct process **order = arena_many(visit->arena, const struct process *, model->process_count + 1);

	for (size_t i = 0; i < model->process_count; i++) {
		size_t at = i;

		for (; at && clause_compare(order[at - 1]->clause, model->processes[i]->clause) > 0; at--)
			order[at] = order[at - 1];
		order[at] = model->processes[i];
	}
	return order;
}

/* --- what passes --- */

static void find_interfaces(struct one *one)
{
	struct visit *visit = one->page.visit;
	const struct model *model = visit->kernel->model;
	size_t all = 0;

	for (size_t i = 0; i < model->process_count; i++)
		all += model->processes[i]->interface_count;
	one->interfaces = arena_many(visit->arena, const struct interface *, all + 1);
	for (size_t i = 0; i < model->process_count; i++) {
		const struct process *process = model->processes[i];

		for (size_t k = 0; k < process->interface_count; k++) {
			const struct interface *interface = &process->interfaces[k];

			if (interface->from.process == one->process || interface->to.process == one->process)
				one->interfaces[one->interface_count++] = interface;
		}
	}
}

/* The other end. */
static void draw_end(struct one *one, const struct interface *interface)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	bool comes = interface->to.process == one->process;
	const struct interface_end *end = comes ? &interface->from : &interface->to;

	html(h, "<td data-label='%l'><span class='dim'>%l</span> ", N_("With"),
	     comes ? N_("takes from") : N_("gives to"));
	if (end->process)
		html(h, "<a href='/processes/%p'>%t</a></td>", end->process->name,
		     words_of(visit, &end->process->label));
	else
		html(h, "%t</td>", words_of(visit, &end->outside->label));
}

static void draw_flow(struct one *one, const struct interface *interface)
{
	struct html *h = &one->page.visit->h;
	const struct check_result *flow = interface_flow(one->page.plan, &one->page.survey, interface);

	html(h, "<td data-label='%l'>", N_("Carried by"));
	if (flow)
		draw_check_count(&one->page, flow);
	else
		html(h, "<span class='dim'>%l</span>",
		     interface->carries || interface->by.n ? N_("By what they keep") : N_("Nothing carries it yet"));
	html(h, "</td><td data-label='%l'>", N_("Last"));
	if (flow && flow->newest != INSTANT_NONE)
		html_ago(h, flow->newest, false);
	else if (flow)
		html(h, "<span class='dim'>%l</span>", N_("Never"));
	html(h, "</td>");
}

static void draw_interface(struct one *one, const struct interface *interface)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct demand *demand = map_get(&one->page.plan->demands->by_id, interface->id);
	struct label words = interface_words(one->page.plan, interface);

	html(h, "<tr>");
	if (demand)
		html(h, "<th scope='row'><a href='/conformity/%p'>%t</a></th>", demand->id, words_of(visit, &words));
	else
		html(h, "<th scope='row'>%t</th>", words_of(visit, &words));
	draw_end(one, interface);
	draw_flow(one, interface);
	html(h, "</tr>");
}

static void draw_interfaces(struct one *one)
{
	struct html *h = &one->page.visit->h;

	if (!one->interface_count)
		return;
	html(h,
	     "<section><h2>%l</h2><div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data "
	     "tall'><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th></tr></thead><tbody>",
	     N_("Interfaces with others"), N_("Interfaces with others"), N_("What passes"), N_("With"),
	     N_("Carried by"), N_("Last"));
	for (size_t i = 0; i < one->interface_count; i++)
		draw_interface(one, one->interfaces[i]);
	html(h, "</tbody></table></div></section>");
}

/* --- what it is --- */

static void draw_sentences(struct one *one, const char *title, const struct label *labels, size_t count)
{
	struct html *h = &one->page.visit->h;

	if (!count)
		return;
	html(h, "<section><h2>%l</h2><ul class='items'>", title);
	for (size_t i = 0; i < count; i++)
		html(h, "<li>%t</li>", words_of(one->page.visit, &labels[i]));
	html(h, "</ul></section>");
}

static void draw_roles(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;

	if (!one->process->role_count)
		return;
	html(h, "<section><h2>%l</h2><dl class='facts'>", N_("Roles"));
	for (size_t i = 0; i < one->process->role_count; i++) {
		struct buf names = buf_new(visit->arena);

		for (size_t k = 0; k < one->roles[i].count; k++)
			words_list(h, &names, show_name(&one->page.show, one->roles[i].people[k]));
		html(h, "<div><dt>%t</dt><dd>", words_of(visit, &one->process->roles[i]->label));
		if (one->roles[i].count)
			html(h, "%t</dd></div>", buf_str(&names));
		else
			html(h, "<span class='dim'>%l</span></dd></div>", N_("Nobody yet"));
	}
	html(h, "</dl></section>");
}

static void draw_types(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;

	html(h, "<section><h2>%l</h2>", N_("Records that it keeps"));
	if (!one->process->type_count)
		html(h, "<p class='nothing'>%l</p></section>", N_("None yet: this process is still to be built."));
	if (!one->process->type_count)
		return;
	html(h, "<ul class='items many'>");
	for (size_t i = 0; i < one->process->type_count; i++) {
		const struct type *type = one->process->types[i];

		if (access_reads_type(visit->kernel, visit->actor, type))
			html(h, "<li><a class='t' href='/%p'>%t</a></li>", type->collection,
			     words_of(visit, &type->plural));
		else
			html(h, "<li><span class='t'>%t</span></li>", words_of(visit, &type->plural));
	}
	html(h, "</ul></section>");
}

static void draw_measures(struct one *one)
{
	struct html *h = &one->page.visit->h;
	const struct process *process = one->process;

	if (!process->kpis)
		return;
	html(h, "<section><h2>%l</h2><ul class='items'>", N_("Measures"));
	for (size_t i = 0; i < process->kpis->count; i++)
		html(h, "<li><a class='t' href='/figures'>%t</a> <span class='dim'>%t</span></li>",
		     words_of(one->page.visit, &process->kpi_labels[i]),
		     words_of(one->page.visit, &process->kpi_helps[i]));
	html(h, "</ul></section>");
}

static void draw_process(struct one *one)
{
	struct visit *visit = one->page.visit;
	struct html *h = &visit->h;
	const struct process *process = one->process;

	html(h,
	     "<nav class='sub' aria-label='%l'><a href='/conformity'>%l</a> / <a href='/processes'>%l</a></nav><div "
	     "class='head'><div><h1><span class='dim'>%t</span> %t</h1><p class='lead'>%t</p></div><a class='btn push "
	     "noprint' href='/conformity?process=%p#demands'>%l</a></div><div class='demand'>",
	     N_("Where it stands"), N_("Conformity"), N_("Processes"), process->clause,
	     words_of(visit, &process->label), words_of(visit, &process->purpose), process->clause, N_("Its demands"));
	draw_sentences(one, N_("Outcomes"), process->outcomes, process->outcome_count);
	draw_sentences(one, N_("Inputs"), process->inputs, process->input_count);
	draw_sentences(one, N_("Outputs"), process->outputs, process->output_count);
	draw_roles(one);
	draw_measures(one);
	draw_interfaces(one);
	draw_types(one);
	html(h, "</div>");
}

static enum status load_one(struct one *one, struct connection *connection)
{
	struct conformity_page *page = &one->page;
	struct visit *visit = page->visit;
	const struct register_of_demands *demands = page->plan->demands;
	bool *wanted = arena_many(visit->arena, bool, demands->count + 1);
	enum status status = OK;

	find_interfaces(one);
	for (size_t i = 0; i < one->interface_count; i++) {
		const struct demand *demand = map_get(&demands->by_id, one->interfaces[i]->id);

		if (demand)
			wanted[demand - demands->demands] = true;
	}
	one->roles = arena_many(visit->arena, struct answering, one->process->role_count + 1);
	for (size_t i = 0; !status && i < one->process->role_count; i++) {
		struct answering *role = &one->roles[i];

		role->role = one->process->roles[i];
		status = people_of_role(visit->kernel, connection, visit->arena, role->role, &role->people,
					&role->count, &visit->error);
		for (size_t k = 0; k < role->count; k++)
			show_need_identity(&page->show, role->people[k]);
	}
	if (status || (status = conformity_survey(visit->kernel, connection, visit->arena, page->plan, wanted,
						  visit->now, &page->survey, &visit->error)))
		return status;
	return conformity_look_up(page, connection);
}

void page_process(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	READER connection = NULL;
	struct one one = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if (!(status = conformity_begin(&one.page, &visit))) {
		one.process = process_named(visit.kernel->model, http_parameter(request, "process"));
		if (!one.process)
			status = error_fail(&visit.error, E_NOT_FOUND, "", "not_found", N_("There is no such page"));
	}
	if (status || (status = visit_reader(&visit, &connection)) || (status = load_one(&one, connection))) {
		visit_refuse(&visit, status);
		return;
	}
	visit_begin(&visit, words_of(&visit, &one.process->label), "page", S("/conformity"));
	draw_process(&one);
	visit_end(&visit, 200);
}

/* --- all of them --- */

static void draw_row(struct conformity_page *page, const struct process *process)
{
	struct visit *visit = page->visit;
	struct html *h = &visit->h;
	size_t carried = 0;

	for (size_t i = 0; i < process->interface_count; i++)
		carried += process->interfaces[i].carries || process->interfaces[i].by.n;
	html(h,
	     "<tr><td>%t</td><th scope='row'><a href='/processes/%p'>%t</a></th><td data-label='%l'>%t</td><td "
	     "data-label='%l'>%t</td>",
	     process->clause, process->name, words_of(visit, &process->label), N_("Purpose"),
	     words_of(visit, &process->purpose), N_("Answers for it"), answering_words(page, process));
	html(h, "<td class='num' data-label='%l'>%t</td><td class='nb' data-label='%l'>", N_("Kinds of records"),
	     words_number(h, (int64_t)process->type_count), N_("Interfaces"));
	if (process->interface_count)
		html(h, "%t",
		     phrase(h, N_("%1$s of %2$s carry something"), words_number(h, (int64_t)carried),
			    words_number(h, (int64_t)process->interface_count)));
	html(h, "</td></tr>");
}

void page_processes(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	READER connection = NULL;
	struct conformity_page page;
	const struct process **order;
	struct html *h = &visit.h;
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = conformity_begin(&page, &visit)) || (status = visit_reader(&visit, &connection)) ||
	    (status = conformity_look_up(&page, connection))) {
		visit_refuse(&visit, status);
		return;
	}
	order = in_order(&visit);
	visit_begin(&visit, label(h, N_("Processes")), "page", S("/conformity"));
	html(h,
	     "<nav class='sub' aria-label='%l'><a href='/conformity'>%l</a></nav><div class='head'><h1>%l</h1></div>"
	     "<div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data tall'><thead><tr><th "
	     "scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col' "
	     "class='num'>%l</th><th scope='col'>%l</th></tr></thead><tbody>",
	     N_("Where it stands"), N_("Conformity"), N_("Processes"), N_("Processes"), N_("Clause"), N_("Process"),
	     N_("Purpose"), N_("Answers for it"), N_("Kinds of records"), N_("Interfaces"));
	for (size_t i = 0; i < visit.kernel->model->process_count; i++)
		draw_row(&page, order[i]);
	html(h, "</tbody></table></div>");
	visit_end(&visit, 200);
}
