#include "web/part_record.h"

static void draw_crumb_list(struct html *h, const struct link_view *crumbs, size_t count)
{
	html(h, "<ol>");
	for (size_t i = 0; i < count; i++)
		html(h, "<li><a href='%u'>%t</a></li>", crumbs[i].url, crumbs[i].words);
	html(h, "</ol>");
}

void draw_crumbs(struct html *h, const struct link_view *crumbs, size_t count)
{
	html(h, "<nav class='crumbs' aria-label='%l'>", N_("Breadcrumb"));
	draw_crumb_list(h, crumbs, count);
	html(h, "</nav>");
}

/* Among the steps, and where those fill the width, at the head (record.css). */
static void draw_print(struct html *h, const struct record_head_view *v, const char *class)
{
	if (v->print_url.n)
		html(h, "<a class='%a' href='%u' aria-label='%l' title='%l'>%i</a>", class, v->print_url, N_("Print"),
		     N_("Print"), ICON_PRINTER);
}

static void draw_way(struct html *h, const struct record_head_view *v)
{
	html(h, "<nav class='crumbs' aria-label='%l'>", N_("Breadcrumb"));
	draw_crumb_list(h, v->crumbs, v->crumb_count);
	if (v->position.n) {
		html(h, "<span class='push'><span>%t</span>", v->position);
		if (v->previous_url.n)
			html(
			    h,
			    "<a class='btn quiet icon xs' href='%u' data-key='k' aria-label='%l' title='%l (k)'>%i</a>",
			    v->previous_url, N_("Previous record"), N_("Previous record"), ICON_UP);
		if (v->next_url.n)
			html(
			    h,
			    "<a class='btn quiet icon xs' href='%u' data-key='j' aria-label='%l' title='%l (j)'>%i</a>",
			    v->next_url, N_("Next record"), N_("Next record"), ICON_DOWN);
		html(h, "</span>");
	}
	draw_print(h, v, "btn quiet icon xs narrow");
	html(h, "</nav>");
}

/* The time stands inside a sentence: the parts before and after it are drawn round it. */
static void draw_opened(struct html *h, const struct record_head_view *v)
{
	size_t at;

	if (!str_find(v->opened, S("%s"), &at))
		return;
	html(h, "<span>%t", str_sub(v->opened, 0, at));
	html_ago(h, v->opened_at, false);
	html(h, "%t</span>", str_sub(v->opened, at + 2, v->opened.n));
}

static void draw_facts(struct html *h, const struct record_head_view *v)
{
	html(h, "<p class='facts'>");
	if (v->state.word.n)
		draw_state(h, &v->state);
	draw_priority(h, v->priority);
	for (size_t i = 0; i < v->flag_count; i++)
		draw_flag(h, ICON_RISE, v->flags[i]);
	for (size_t i = 0; i < v->fact_count; i++)
		if (v->facts[i].url.n)
			html(h, "<a href='%u'>%t</a>", v->facts[i].url, v->facts[i].words);
		else
			html(h, "<span>%t</span>", v->facts[i].words);
	draw_opened(h, v);
	html(h, "</p>");
}

static void draw_transition(struct html *h, const struct transition_view *t)
{
	const char *class = t->main ? "btn main" : "btn";

	if (t->asks) {
		html(h, "<a class='%a' href='%u' data-dialog=''%m%m>%t…</a>", class, t->url,
		     attribute_if("data-key", t->key), attribute_if("data-key-too", t->key_too), t->words);
		return;
	}
	html(h, "<form method='post' action='%u'>", t->url);
	html_token(h);
	html(h, "<button class='%a'%m>%t</button></form>", class, attribute_if("data-key", t->key), t->words);
}

static void draw_actions(struct html *h, const struct record_head_view *v)
{
	html(h, "<div class='btns' id='actions' data-region=''>");
	for (size_t i = 0; i < v->transition_count; i++)
		draw_transition(h, &v->transitions[i]);
	if (v->more_count) {
		html(h,
		     "<details class='menu'><summary class='btn quiet icon' aria-label='%l' title='%l'>%i</summary>"
		     "<ul class='pop'>",
		     N_("More actions"), N_("More actions"), ICON_MORE);
		for (size_t i = 0; i < v->more_count; i++)
			html(h, "<li><a href='%u'>%t</a></li>", v->more[i].url, v->more[i].words);
		html(h, "</ul></details>");
	}
	draw_print(h, v, "btn quiet icon");
	if (v->here.n)
		html(h,
		     "<span class='here' role='status' title='%a'><span class='dot' aria-hidden='true'></span>"
		     "<span>%t</span></span>",
		     v->here, v->here);
	html(h, "</div>");
}

void draw_record_head(struct html *h, const struct record_head_view *v)
{
	html(h, "<div class='rhead' id='rhead' data-region=''%m>", attribute_if("data-list", v->list));
	draw_way(h, v);
	html(h, "<div class='rtop'><div><h1><span class='id'>%t</span> <span%m>%t</span></h1>", v->number,
	     attribute_if("lang", words_other_language(h, v->title)), v->title);
	draw_facts(h, v);
	html(h, "</div>");
	draw_clocks(h, v->clocks, v->clock_count);
	draw_actions(h, v);
	html(h, "</div></div>");
}

void draw_banner(struct html *h, struct str words, struct str step_url, struct str step)
{
	html(h, "<div class='notice banner' role='status'>%i<span>%t</span>", ICON_ALERT, words);
	if (step_url.n)
		html(h, "<a class='btn s' href='%u'>%t</a>", step_url, step);
	html(h, "</div>");
}

static void draw_found(struct html *h, const struct found_list_view *v)
{
	html(h, "<div id='found' class='found' role='group' aria-label='%l' aria-live='polite'>", N_("Found"));
	for (size_t i = 0; i < v->count; i++) {
		const struct found_view *f = &v->items[i];

		html(h,
		     "<label class='check'><input type='radio' name='%a' value='%a'><span class='id'>%t</span>"
		     "<span>%t</span>",
		     v->name, f->number, f->number, f->title);
		if (f->state.word.n)
			draw_state(h, &f->state);
		html(h, "</label>");
	}
	if (!v->count && v->words.n)
		html(h, "<p class='dim small'>%t</p>", phrase(h, N_("Nothing was found for “%s”."), v->words));
	html(h, "</div>");
}

static void draw_happens(struct html *h, const struct dialog_view *d)
{
	if (!d->happens_count)
		return;
	html(h, "<div id='happens' aria-live='polite'><h3>%l</h3><ul class='happens'>", N_("What will happen"));
	for (size_t i = 0; i < d->happens_count; i++)
		html(h, "<li>%t</li>", d->happens[i]);
	html(h, "</ul></div>");
}

void draw_dialog(struct html *h, const struct dialog_view *d)
{
	html(h, "<form class='dialog' id='dialog' method='post' action='%u' aria-labelledby='dialog-title'%m%m>",
	     d->action, attribute_if("data-find", d->find_url),
	     attribute_if("data-field", d->find_url.n && d->found ? d->found->name : S("")));
	html_token(h);
	if (d->version.n)
		html(h, "<input type='hidden' name='version' value='%a'>", d->version);
	html(h, "<h2 id='dialog-title'>%t</h2>", d->title);
	if (d->words.n)
		html(h, "<p class='sub'>%t</p>", d->words);
	if (d->warning.n)
		html(h, "<p class='notice bad'>%i%t</p>", ICON_ALERT, d->warning);
	if (d->error.n)
		html(h, "<p class='notice bad' role='alert'>%i%t</p>", ICON_ALERT, d->error);
	for (size_t i = 0; i < d->field_count; i++)
		draw_field(h, &d->fields[i]);
	if (d->found)
		draw_found(h, d->found);
	draw_happens(h, d);
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' href='%u' "
	     "data-close=''>%l</a></div>"
	     "</form>",
	     d->submit, d->cancel_url, N_("Cancel"));
}
