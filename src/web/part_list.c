#include "web/part_list.h"

void draw_picks(struct html *h, const struct pick_view *picks, size_t count)
{
	html(h, "<ul class='pickl'>");
	for (size_t i = 0; i < count; i++) {
		const struct pick_view *p = &picks[i];

		html(h, "<li><a href='%u'%m>%t", p->url, attribute_if("aria-current", p->current ? S("true") : S("")),
		     p->name);
		if (p->words.n || p->count >= 0)
			html(h, "<span class='%a'>%t</span>", p->bad ? "n bad" : "n",
			     p->words.n ? p->words : words_number(h, p->count));
		else if (p->later.n)
			html(h, "<span class='n' data-view='%a'></span>", p->later);
		html(h, "</a></li>");
	}
	html(h, "</ul>");
}

void draw_views(struct html *h, const struct pick_group *groups, size_t count, struct str counts_url)
{
	html(h, "<div class='views' id='views' data-region=''%m><nav aria-label='%l'>",
	     attribute_if("data-counts", counts_url), N_("Views"));
	for (size_t i = 0; i < count; i++) {
		if (count > 1)
			html(h, "<h2>%t</h2>", groups[i].title);
		draw_picks(h, groups[i].picks, groups[i].count);
	}
	html(h, "</nav></div>");
}

static void draw_chip(struct html *h, const struct chip_view *chip)
{
	html(h, "<span class='chip'><b>%t</b>%t<a href='%u' aria-label='%a'>%i</a></span>", chip->field, chip->words,
	     chip->remove_url, phrase(h, N_("Remove condition: %s"), chip->field), ICON_REMOVE);
}

/* A menu whose choices are many has them only where they are asked for (menus.js fetches them when it is opened). */
static bool begin_menu(struct html *h, const struct filter_view *f, const char *name, enum icon icon, struct str words)
{
	bool here = str_is(f->menu, name), adds = str_is(str_of(name), "add");

	html(h, "<details class='menu'%m><summary class='btn quiet xs'>", attribute_flag("open", here));
	if (icon == ICON_DOWN)
		html(h, "%t%i", words, icon);
	else if (adds)
		html(h, "%i%t", icon, words);
	else
		html(h, "%i<span class='w'>%t</span>", icon, words);
	html(h, "</summary><div class='pop %a' id='menu-%a'>", adds ? S("addc") : S("end"), str_of(name));
	if (!here)
		html(h, "<a data-menu='' href='%u'>%l</a></div></details>",
		     str_format(h->out->arena, "%.*s%s", STR_ARG(f->menu_url), name), N_("Show the choices"));
	return here;
}

/* Without script this is a small form of its own inside the filter: field, comparison, value. */
static void draw_add_condition(struct html *h, const struct filter_view *f)
{
	static const struct {
		const char *sign, *words;
	} comparisons[] = {{"=", N_("is")},
			   {"!=", N_("is not")},
			   {"<", N_("below")},
			   {"<=", N_("at most")},
			   {">", N_("above")},
			   {">=", N_("at least")},
			   {"~", N_("has the text in it")}};

	if (!begin_menu(h, f, "add", ICON_PLUS, label(h, N_("Add a condition"))))
		return;
	html(h, "<select name='add_field' aria-label='%l'>", N_("Field"));
	html(h, "<option value=''>–</option>");
	for (size_t i = 0; i < f->fields.count; i++)
		html(h, "<option value='%a'>%t</option>", f->fields.choices[i].value, f->fields.choices[i].words);
	html(h, "</select><select name='add_op' aria-label='%l'>", N_("Comparison"));
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++)
		html(h, "<option value='%a'>%l</option>", str_of(comparisons[i].sign), comparisons[i].words);
	html(h,
	     "</select><input name='add_value' aria-label='%l' autocomplete='off' list='add-values'><button class='btn "
	     "s'>%l</button><datalist id='add-values'>",
	     N_("Value"), N_("Add"));
	for (size_t i = 0; i < f->values.count; i++)
		html(h, "<option value='%a'>%t</option>", f->values.choices[i].value, f->values.choices[i].words);
	html(h, "</datalist></div></details>");
}

static void draw_links_menu(struct html *h, enum icon icon, struct str words, const struct menu_view *menu)
{
	if (menu->count == 0)
		return;
	html(h,
	     "<details class='menu'><summary class='btn quiet xs'>%i<span class='w'>%t</span></summary>"
	     "<ul class='pop end'>",
	     icon, words);
	for (size_t i = 0; i < menu->count; i++)
		html(h, "<li><a href='%u'%m>%t</a></li>", menu->choices[i].url,
		     attribute_if("aria-current", menu->choices[i].chosen ? S("true") : S("")), menu->choices[i].words);
	html(h, "</ul></details>");
}

static void draw_columns_menu(struct html *h, const struct filter_view *f)
{
	const struct menu_view *menu = &f->columns;

	if (!f->has_columns || !begin_menu(h, f, "columns", ICON_COLUMNS, label(h, N_("Columns"))))
		return;
	html(h, "<input type='hidden' name='column' value=''>"); /* that they were here, though none may be ticked */
	for (size_t i = 0; i < menu->count; i++)
		html(h, "<label class='check'><input type='checkbox' name='column' value='%a'%m>%t</label>",
		     menu->choices[i].value, attribute_flag("checked", menu->choices[i].chosen),
		     menu->choices[i].words);
	html(h, "<button class='btn s'>%l</button></div></details>", N_("Apply"));
}

/* The first key is a link; the second and the third are chosen here, or with shift in the heads. */
static void draw_then(struct html *h, const struct filter_view *f)
{
	static const char *const names[] = {"then1", "then2"};

	html(h, "<input type='hidden' name='first' value='%a'>", f->first_sort);
	for (size_t i = 0; i < 2; i++) {
		html(h, "<label class='then'>%l<select name='%a'><option value=''>–</option>", N_("then by"), names[i]);
		for (size_t c = 0; c < f->then[i].count; c++)
			html(h, "<option value='%a'%m>%t</option>", f->then[i].choices[c].value,
			     attribute_flag("selected", f->then[i].choices[c].chosen), f->then[i].choices[c].words);
		html(h, "</select></label>");
	}
	if (f->last_sort.n)
		html(h, "<input type='hidden' name='then3' value='%a'>", f->last_sort);
	html(h, "<button class='btn s'>%l</button>", N_("Sort"));
}

static void draw_sort_menu(struct html *h, const struct filter_view *f)
{
	if (!f->sorted_by.n || !begin_menu(h, f, "sort", ICON_DOWN, phrase(h, N_("Sorted by %s"), f->sorted_by)))
		return;
	draw_then(h, f);
	html(h, "<ul>");
	for (size_t i = 0; i < f->sorts.count; i++)
		html(h, "<li><a href='%u'%m>%t</a></li>", f->sorts.choices[i].url,
		     attribute_if("aria-current", f->sorts.choices[i].chosen ? S("true") : S("")),
		     f->sorts.choices[i].words);
	html(h, "</ul></div></details>");
}

static void draw_groups_menu(struct html *h, const struct filter_view *f)
{
	const struct menu_view *menu = &f->groups;
	struct str words = f->grouped_by.n ? phrase(h, N_("Grouped by %s"), f->grouped_by) : label(h, N_("Group by"));

	if (!menu->count || !begin_menu(h, f, "group", ICON_ROWS, words))
		return;
	html(h, "<ul>");
	for (size_t i = 0; i < menu->count; i++)
		html(h, "<li><a href='%u'%m>%t</a></li>", menu->choices[i].url,
		     attribute_if("aria-current", menu->choices[i].chosen ? S("true") : S("")), menu->choices[i].words);
	html(h, "</ul></div></details>");
}

static void draw_tools(struct html *h, const struct filter_view *f)
{
	html(h, "<span class='push btns'>");
	draw_sort_menu(h, f);
	draw_groups_menu(h, f);
	if (f->fold_url.n)
		html(h, "<a class='btn quiet xs' href='%u'>%t</a>", f->fold_url,
		     label(h, f->folded ? N_("With records") : N_("Totals only")));
	draw_columns_menu(h, f);
	if (f->density_url.n)
		html(h, "<a class='btn quiet xs opt' href='%u'>%i%t</a>", f->density_url, ICON_MENU,
		     label(h, f->dense ? N_("Roomy") : N_("Dense")));
	draw_links_menu(h, ICON_DOWNLOAD, label(h, N_("Export")), &f->exports);
	html(h, "</span>");
}

/* The expression again with the wrong part marked: what is heard of it is the sentence below. */
static void draw_place(struct html *h, const struct query_place *place)
{
	html(h, "<p class='place' aria-hidden='true'><code>%t<mark>%t</mark>%t</code></p>", place->before,
	     place->wrong.n ? place->wrong : S("\xc2\xa0"), place->after);
}

void draw_expression(struct html *h, const struct expression_view *e)
{
	html(h, "<input id='expr' name='filter' value='%a' spellcheck='false' autocomplete='off'%m%m%m%m>", e->text,
	     attribute_if("data-expression", e->fields_url),
	     attribute_if("aria-invalid", e->error.n ? S("true") : S("")),
	     attribute_if("aria-errormessage", e->error.n ? S("expr-err") : S("")),
	     attribute_if("aria-describedby", e->error.n ? S("expr-err") : S("")));
}

void draw_expression_fault(struct html *h, const struct expression_view *e)
{
	if (e->place.column)
		draw_place(h, &e->place);
	if (e->error.n)
		html(h, "<p class='err' id='expr-err'>%i%t</p>", ICON_ALERT, e->error);
}

void draw_filter(struct html *h, const struct filter_view *f)
{
	html(h, "<form class='filter' role='search' aria-label='%l' action='%u'>", N_("Filter expression"), f->action);
	for (size_t i = 0; i < f->kept_count; i++)
		html(h, "<input type='hidden' name='%a' value='%a'>", f->kept[i].value, f->kept[i].words);
	html(h, "<div class='expr'>%i<label class='vh' for='expr'>%l</label>", ICON_FILTER, N_("Filter expression"));
	draw_expression(h, &f->expression);
	html(h, "<button class='btn'>%l</button></div>", N_("Apply"));
	draw_expression_fault(h, &f->expression);
	html(h, "<div class='chips'>");
	for (size_t i = 0; i < f->chip_count; i++)
		draw_chip(h, &f->chips[i]);
	draw_add_condition(h, f);
	draw_tools(h, f);
	html(h, "</div></form>");
}

static void draw_arrangements(struct html *h, const struct menu_view *menu)
{
	if (menu->count == 0)
		return;
	html(h, "<div class='seg' role='group' aria-label='%l'>", N_("Shown as"));
	for (size_t i = 0; i < menu->count; i++)
		html(h, "<a href='%u'%m>%t</a>", menu->choices[i].url,
		     attribute_if("aria-current", menu->choices[i].chosen ? S("true") : S("")), menu->choices[i].words);
	html(h, "</div>");
}

void draw_list_head(struct html *h, const struct list_head_view *v)
{
	html(h, "<div class='lhead'><h1>%t</h1><span class='sub'>%t</span><div class='btns push'>", v->title, v->view);
	draw_arrangements(h, &v->arrangements);
	if (v->save_url.n)
		html(h, "<a class='btn quiet s' href='%u' data-dialog=''>%i<span class='w'>%t</span></a>", v->save_url,
		     ICON_STAR, v->save_words);
	if (v->new_url.n)
		html(h, "<a class='btn main s' href='%u' data-key='n'>%i%t <kbd aria-hidden='true'>n</kbd></a>",
		     v->new_url, ICON_PLUS, v->new_words);
	html(h, "</div></div>");
}

enum { BULK_BESIDE = 8 }; /* as many as have room beside each other; the rest is in a menu */

void draw_bulk(struct html *h, const struct bulk_action *actions, size_t count, size_t selected)
{
	size_t beside = count <= BULK_BESIDE + 1 ? count : BULK_BESIDE;

	html(h, "<div class='bulk' role='group' aria-label='%l'><b role='status' data-count='%l'>%t</b>",
	     N_("Selection"), N_("%s selected"),
	     selected ? phrase(h, N_("%s selected"), words_number(h, (int64_t)selected)) : label(h, N_("Selected")));
	for (size_t i = 0; i < beside; i++)
		html(h, "<button class='btn s' name='action' value='%a'>%t%t</button>", actions[i].name,
		     actions[i].words, actions[i].asks ? "…" : "");
	if (beside < count) {
		html(h, "<details class='menu'><summary class='btn s'>%l</summary><ul class='pop'>",
		     N_("More actions"));
		for (size_t i = beside; i < count; i++)
			html(h, "<li><button class='item' name='action' value='%a'>%t%t</button></li>", actions[i].name,
			     actions[i].words, actions[i].asks ? "…" : "");
		html(h, "</ul></details>");
	}
	html(h, "<button class='btn quiet s push' type='reset'>%i%l</button></div>", ICON_REMOVE, N_("Clear"));
}
