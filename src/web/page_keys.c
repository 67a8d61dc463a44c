/* The sheet of keys: what the keyboard does, and where g and a letter lead. */
#include "record/access.h"
#include "web/pages.h"

enum { JUMPS_MOST = 32 };

struct key_line {
	const char *keys[2];
	const char *words; /* a source text; or: */
	struct str told;
};

/* The pages and lists that a letter after g leads to. */
static size_t find_jumps(const struct visit *visit, struct key_line *jumps)
{
	const struct model *model = visit->kernel->model;
	size_t count = 0;

	jumps[count++] = (struct key_line){{"g", "h"}, N_("My work"), {0}};
	jumps[count++] = (struct key_line){{"g", "n"}, N_("Notices"), {0}};
	if (actor_is_staff(visit->actor))
		jumps[count++] = (struct key_line){{"g", "f"}, N_("Figures"), {0}};
	if (visit->actor->administers)
		jumps[count++] = (struct key_line){{"g", "a"}, N_("Administration"), {0}};
	for (size_t i = 0; i < model->type_count && count < JUMPS_MOST; i++)
		if (model->types[i]->jump.n && access_reads_type(visit->kernel, visit->actor, model->types[i]))
			jumps[count++] = (struct key_line){{"g", str_c(visit->arena, model->types[i]->jump)},
							   NULL,
							   words_of(visit, &model->types[i]->plural)};
	return count;
}

static void draw_key_group(struct html *h, const char *title, const struct key_line *lines, size_t count)
{
	html(h, "<h3>%l</h3><dl class='keysheet'>", title);
	for (size_t i = 0; i < count; i++) {
		html(h, "<div><dt><kbd>%t</kbd>", lines[i].keys[0]);
		if (lines[i].keys[1])
			html(h, " <kbd>%t</kbd>", lines[i].keys[1]);
		html(h, "</dt><dd>%t</dd></div>", lines[i].words ? label(h, lines[i].words) : lines[i].told);
	}
	html(h, "</dl>");
}

void page_keys(struct http_request *request, struct http_response *response)
{
	static const struct key_line everywhere[] = {{{"/", NULL}, N_("search, or go to a number"), {0}},
						     {{"Ctrl", "K"}, N_("go to anything"), {0}},
						     {{"n", NULL}, N_("new record, where there is one to make"), {0}},
						     {{"?", NULL}, N_("these keys"), {0}},
						     {{"Esc", NULL}, N_("leave a field, close what is open"), {0}}};
	static const struct key_line list[] = {
	    {{"j", "k"}, N_("next and previous row"), {0}},   {{"o", "Enter"}, N_("open the record"), {0}},
	    {{"p", NULL}, N_("preview it at the side"), {0}}, {{"x", NULL}, N_("select it"), {0}},
	    {{"←", "→"}, N_("next column of a board"), {0}},  {{"m", NULL}, N_("move the card"), {0}},
	    {{"[", "]"}, N_("turn the calendar"), {0}}};
	static const struct key_line record[] = {
	    {{"r", NULL}, N_("reply"), {0}},     {{"c", NULL}, N_("internal note"), {0}},
	    {{"s", NULL}, N_("next step"), {0}}, {{"a", NULL}, N_("assign"), {0}},
	    {{"e", NULL}, N_("edit"), {0}},      {{"Ctrl", "Enter"}, N_("send what is written"), {0}}};
	VISIT visit = {0};
	struct key_line jumps[JUMPS_MOST];
	size_t jump_count;

	if (!visit_start(&visit, request, response))
		return;
	visit_begin(&visit, label(&visit.h, N_("Keys")), "page", S("/keys"));
	html(&visit.h,
	     "<h1 class='vh'>%l</h1><section class='dialog keyhelp' id='dialog' aria-labelledby='dialog-title'><h2 "
	     "id='dialog-title' tabindex='-1'>%l</h2>",
	     N_("Keys"), N_("Keys"));
	draw_key_group(&visit.h, N_("Everywhere"), everywhere, sizeof(everywhere) / sizeof(*everywhere));
	jump_count = find_jumps(&visit, jumps);
	draw_key_group(&visit.h, N_("Go to"), jumps, jump_count);
	draw_key_group(&visit.h, N_("In a list"), list, sizeof(list) / sizeof(*list));
	draw_key_group(&visit.h, N_("On a record"), record, sizeof(record) / sizeof(*record));
	html(&visit.h, "<div class='btns'><a class='btn' data-close='' href='/'>%l</a></div></section>", N_("Close"));
	visit_end(&visit, 200);
}
