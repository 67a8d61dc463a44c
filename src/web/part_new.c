#include "web/part_new.h"

void draw_result(struct html *h, struct str priority, struct str words, const struct outcome_view *outcomes,
		 size_t count)
{
	html(h, "<p class='result' id='result' role='status'>");
	if (priority.n)
		draw_priority(h, priority);
	if (words.n)
		html(h, "<span>%t</span>", words);
	for (size_t i = 0; i < count; i++)
		html(h, "<span>%t <b>%t</b></span>", outcomes[i].words, outcomes[i].value);
	html(h, "</p>");
}

/* How long the word of `found` is that stands at the start of text; 0 when none does. ASCII case does not matter. */
static size_t found_length(struct str found, struct str text)
{
	struct str word;

	while (str_cut(&found, ' ', &word))
		if (word.n && str_eq_nocase(str_sub(text, 0, word.n), word))
			return word.n;
	return 0;
}

static void draw_marked(struct html *h, struct str text, struct str found)
{
	size_t plain = 0;

	for (size_t at = 0; at < text.n;) {
		size_t n = found_length(found, str_sub(text, at, text.n));

		if (n == 0) {
			str_next_char(text, &at);
			continue;
		}
		html(h, "%t<mark>%t</mark>", str_sub(text, plain, at), str_sub(text, at, at + n));
		at += n;
		plain = at;
	}
	html(h, "%t", str_sub(text, plain, text.n));
}

static void draw_action(struct html *h, const struct hint_view *v)
{
	if (v->form) {
		html(h,
		     "<label class='check'><input type='checkbox' form='%a' name='%a' value='%a'%m>%t <span "
		     "class='vh'>%t</span></label>",
		     v->form, v->name, v->value, attribute_flag("checked", v->picked), v->action, v->title);
		return;
	}
	html(h, "<form method='post' action='%u'>", v->action_url);
	html_token(h);
	if (v->name.n)
		html(h, "<input type='hidden' name='%a' value='%a'>", v->name, v->value);
	html(h, "<button class='btn s'>%i%t <span class='vh'>%t</span></button></form>", v->icon, v->action, v->title);
}

static void draw_hint(struct html *h, const struct hint_view *v)
{
	html(h, "<li><a href='%u'>", v->url);
	draw_marked(h, v->title, v->found);
	html(h, "</a>");
	if (v->state.word.n || v->words.n) {
		html(h, "<p>");
		if (v->state.word.n)
			draw_state(h, &v->state);
		html(h, " ");
		draw_marked(h, v->words, v->found);
		html(h, "</p>");
	}
	if (v->shown.n)
		html(h, "<p><b>%t</b> %t</p>", v->shown_label, v->shown);
	if (v->action.n || v->more.n) {
		html(h, "<div class='line'>");
		if (v->action.n)
			draw_action(h, v);
		if (v->more.n)
			html(h, "<a class='btn quiet s' href='%u'>%t</a>", v->more_url, v->more);
		html(h, "</div>");
	}
	html(h, "</li>");
}

void draw_hint_groups(struct html *h, const struct hint_group *groups, size_t count, bool below)
{
	for (size_t i = 0; i < count; i++) {
		html(h, "<section aria-labelledby='hint-%d'>", (long)i);
		if (below)
			html(h, "<h3 class='kind' id='hint-%d'>%t</h3><ul>", (long)i, groups[i].title);
		else
			html(h, "<h2 id='hint-%d'>%t <span class='n'>%t</span></h2><ul>", (long)i, groups[i].title,
			     groups[i].note);
		for (size_t k = 0; k < groups[i].count; k++)
			draw_hint(h, &groups[i].hints[k]);
		html(h, "</ul></section>");
	}
}

void hints_begin(struct html *h)
{
	html(h, "<aside class='hints' id='hints' aria-label='%l' aria-live='polite'>", N_("Already known"));
}

void hints_end(struct html *h)
{
	html(h, "</aside>");
}
