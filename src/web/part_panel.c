#include "web/part_panel.h"

void panel_begin(struct html *h, const struct panel_head *v)
{
	html(h, "<section class='panel' id='%a' aria-labelledby='%a-h'><header><h2 id='%a-h'>%t</h2>", v->id, v->id,
	     v->id, v->title);
	if (v->note.n)
		html(h, "<span class='n'>%t</span>", v->note);
	if (v->words.n && v->icon != ICON_NONE)
		html(h, "<a class='btn quiet icon xs' href='%u' aria-label='%a' title='%a'%m>%i</a>", v->url, v->words,
		     v->words, attribute_flag("data-dialog", v->dialog), v->icon);
	else if (v->words.n)
		html(h, "<a class='small' href='%u'%m>%t</a>", v->url, attribute_flag("data-dialog", v->dialog),
		     v->words);
	html(h, "</header>");
}

void panel_end(struct html *h)
{
	html(h, "</section>");
}

static void draw_value(struct html *h, const struct property_view *p)
{
	if (p->state.word.n)
		draw_state(h, &p->state);
	else if (p->priority.n)
		draw_priority(h, p->priority);
	else if (p->url.n)
		html(h, "<a href='%u'>%t</a>", p->url, p->words);
	else if (p->lang.n)
		html(h, "<span lang='%a'>%t</span>", p->lang, p->words);
	else if (p->words.n)
		html(h, "%t", p->words);
	else
		html(h, "<span class='dim'>–</span>");
	if (p->note.n)
		html(h, "<span class='dim tiny'>%t</span>", p->note);
}

static void draw_editing(struct html *h, const struct properties_view *v, const struct property_view *p)
{
	struct str id = str_format(h->out->arena, "p-%.*s", STR_ARG(p->editing->name));
	bool failed = p->editing->error.n > 0;

	html(h, "<form class='editing' method='post' action='%u'>", v->save_url);
	html_token(h);
	html(h, "<input type='hidden' name='version' value='%a'><label class='vh' for='%a'>%t</label>", v->version, id,
	     p->label);
	draw_control(h, p->editing, id);
	html(h, "<button class='btn icon s' aria-label='%l' title='%l'>%i</button>", N_("Save"), N_("Save"),
	     ICON_CHECK);
	html(h, "<a class='btn quiet icon s' href='%u' aria-label='%l' title='%l'>%i</a>", v->cancel_url, N_("Cancel"),
	     N_("Cancel"), ICON_REMOVE);
	if (failed)
		html(h, "<p class='err' id='%a-err'>%i%t</p>", id, ICON_ALERT, p->editing->error);
	if (p->editing->help.n)
		html(h, "<p class='hint' id='%a-hint'>%t</p>", id, p->editing->help);
	html(h, "</form>");
}

static void draw_property(struct html *h, const struct properties_view *v, const struct property_view *p)
{
	html(h, "<div><dt>%t</dt><dd>", p->label);
	if (p->editing) {
		draw_editing(h, v, p);
	} else if (p->edit_url.n && !p->url.n) {
		html(h, "<a class='edit' href='%u'><span class='vh'>%l </span>", p->edit_url, N_("Edit:"));
		draw_value(h, p);
		html(h, "%i</a>", ICON_PEN);
	} else if (p->edit_url.n) {
		html(h, "<p class='edit two-way'>");
		draw_value(h, p);
		html(h, "<a class='pen' href='%u' aria-label='%a'>%i</a></p>", p->edit_url,
		     phrase(h, N_("Edit: %s"), p->label), ICON_PEN);
	} else {
		html(h, "<p class='fix line'>");
		draw_value(h, p);
		html(h, "</p>");
	}
	html(h, "</dd></div>");
}

void draw_properties(struct html *h, const struct properties_view *v)
{
	html(h,
	     "<section class='panel' id='properties' data-region='' aria-labelledby='properties-h'><header>"
	     "<h2 id='properties-h'>%l</h2>",
	     N_("Properties"));
	if (v->edit_url.n)
		html(h, "<a class='btn quiet xs' href='%u' data-key='e'>%l <kbd aria-hidden='true'>e</kbd></a>",
		     v->edit_url, N_("Edit"));
	html(h, "</header><dl class='props'>");
	for (size_t i = 0; i < v->count; i++)
		draw_property(h, v, &v->items[i]);
	html(h, "</dl></section>");
}

void draw_facts_list(struct html *h, const struct property_view *items, size_t count)
{
	html(h, "<dl class='props'>");
	for (size_t i = 0; i < count; i++) {
		html(h, "<div><dt>%t</dt><dd>", items[i].label);
		draw_value(h, &items[i]);
		html(h, "</dd></div>");
	}
	html(h, "</dl>");
}

static void draw_remove(struct html *h, const struct item_view *item)
{
	if (!item->remove_url.n)
		return;
	html(h, "<form method='post' action='%u'>", item->remove_url);
	html_token(h);
	html(h, "<button class='btn quiet icon xs' aria-label='%a' title='%l'>%i</button></form>",
	     phrase(h, N_("Remove link to %s"), item->number), N_("Remove"), ICON_REMOVE);
}

static void draw_item(struct html *h, const struct item_view *item)
{
	html(h, "<li>");
	if (item->number.n)
		html(h, "<a class='id' href='%u'>%t</a>", item->url, item->number);
	html(h, "<span class='t'>%t</span>", item->title);
	if (item->state.word.n)
		draw_state(h, &item->state);
	draw_remove(h, item);
	if (item->second.n)
		html(h, "<span class='two-l'>%t</span>", item->second);
	html(h, "</li>");
}

void draw_items(struct html *h, const struct item_group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (groups[i].kind.n)
			html(h, "<h3 class='kind'>%t</h3>", groups[i].kind);
		html(h, "<ul class='%a'>", groups[i].deep ? "items deep plain" : "items plain");
		for (size_t k = 0; k < groups[i].count; k++)
			draw_item(h, &groups[i].items[k]);
		html(h, "</ul>");
	}
}

void draw_tasks(struct html *h, const struct task_view *tasks, size_t count)
{
	html(h, "<ul class='items mid'>");
	for (size_t i = 0; i < count; i++) {
		const struct task_view *t = &tasks[i];

		html(h, "<li><form method='post' action='%u' class='t'>", t->url);
		html_token(h);
		html(h, "<button class='tick' name='done' value='%a' aria-pressed='%a'>", t->done ? "false" : "true",
		     t->done ? "true" : "false");
		html(h,
		     "<span class='box' aria-hidden='true'>%i</span>%t</button></form><span class='dim "
		     "tiny'>%t</span></li>",
		     t->done ? ICON_CHECK : ICON_NONE, t->words, t->person);
	}
	html(h, "</ul>");
}

void draw_file_list(struct html *h, const struct file_view *files, size_t count)
{
	html(h, "<ul class='items plain'>");
	for (size_t i = 0; i < count; i++)
		html(h, "<li><a class='t' href='%u' hx-boost='false'>%t</a><span class='dim tiny'>%t</span></li>",
		     files[i].url, files[i].name, words_bytes(h, files[i].bytes));
	html(h, "</ul>");
}

void draw_people(struct html *h, const struct person *people, size_t count)
{
	html(h, "<div class='people'>");
	for (size_t i = 0; i < count; i++)
		draw_face(h, &people[i]);
	html(h, "</div>");
}

void draw_history_proof(struct html *h, const struct history_view *v)
{
	html(h, "<div class='proof'>%i<p>", v->checked && !v->intact ? ICON_ALERT : ICON_SHIELD);
	if (!v->checked)
		html(h, "%t",
		     phrase_count(h, v->entries, N_("%s entry, not verified on this page"),
				  N_("%s entries, not verified on this page")));
	else if (v->intact)
		html(h, "<b class='good'>%l</b> %t", N_("Chain verified"),
		     phrase_count(h, v->entries, N_("%s entry, not altered."), N_("%s entries, none altered.")));
	else
		html(h, "<b class='bad'>%l</b> %t", N_("Chain broken"), phrase(h, N_("at entry %s"), v->broken_at));
	if (v->checkpoint != INSTANT_NONE)
		html(h, "%t%t", words_gap(h),
		     phrase(h, N_("Last checkpoint signed %s."), words_near(h, v->checkpoint)));
	html(h, "</p>");
	if (v->digest.n)
		html(h, "<p><code>%t</code></p>", v->digest);
	html(h, "</div>");
}
