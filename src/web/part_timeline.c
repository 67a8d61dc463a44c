#include "web/part_timeline.h"

static enum icon entry_icon(const struct entry_view *e)
{
	static const enum icon icons[] = {
	    [ENTRY_REPLY] = ICON_SEND,      [ENTRY_MAIL] = ICON_MAIL,   [ENTRY_NOTE] = ICON_LOCK,
	    [ENTRY_CHANGE] = ICON_PEN,      [ENTRY_LINK] = ICON_SWAP,   [ENTRY_ALARM] = ICON_RISE,
	    [ENTRY_SYSTEM] = ICON_SETTINGS, [ENTRY_LETTER] = ICON_MAIL,
	};

	return e->icon != ICON_NONE ? e->icon : icons[e->kind];
}

static void draw_files(struct html *h, const struct entry_view *e)
{
	if (e->file_count == 0)
		return;
	html(h, "<p class='files'>");
	for (size_t i = 0; i < e->file_count; i++)
		html(h, "<a href='%u' hx-boost='false'>%i%t</a>", e->files[i].url, ICON_CLIP, e->files[i].words);
	html(h, "</p>");
}

static const char *message_class(enum entry_kind kind)
{
	return kind == ENTRY_NOTE ? "note" : kind == ENTRY_REPLY ? "msg out" : "msg";
}

static void draw_when(struct html *h, const struct entry_view *e)
{
	if (!e->url.n) {
		html_near(h, e->at);
		return;
	}
	html(h, "<a class='when' href='%u' hx-boost='false' title='%l'>", e->url, N_("Link to this entry"));
	html_near(h, e->at);
	html(h, "</a>");
}

static void draw_who(struct html *h, const struct entry_view *e)
{
	html(h, "<p class='who'>");
	if (e->kind == ENTRY_NOTE)
		html(h, "<span class='lock'>%i%l</span>", ICON_LOCK, N_("Internal note"));
	html(h, "<b>%t</b>", e->actor);
	if (e->sentence.n)
		html(h, "<span>%t</span>", e->sentence);
	draw_when(h, e);
	html(h, "</p>");
}

static void draw_message(struct html *h, const struct entry_view *e, const struct markdown_options *markdown)
{
	html(h, "<article class='%a'>", message_class(e->kind));
	draw_who(h, e);
	html(h, "<div class='body'>");
	markdown_draw(h, e->body, markdown);
	draw_files(h, e);
	html(h, "</div></article>");
}

static void draw_changes(struct html *h, const struct entry_view *e)
{
	html(h, "<dl class='chg'>");
	for (size_t i = 0; i < e->change_count; i++) {
		const struct change_view *c = &e->changes[i];

		html(h, "<div><dt>%t</dt><dd>", c->field);
		if (c->before.n)
			html(h, "<del>%t</del>%i<span class='vh'> %l </span>", c->before, ICON_TO, N_("to"));
		if (c->after.n)
			html(h, "<ins>%t</ins>", c->after);
		else
			html(h, "<span>%l</span>", N_("empty"));
		html(h, "</dd></div>");
	}
	html(h, "</dl>");
}

static void draw_facts(struct html *h, const struct entry_view *e)
{
	html(h, "<dl class='chg'>");
	for (size_t i = 0; i < e->fact_count; i++)
		html(h, "<div><dt>%t</dt><dd%m>%t</dd></div>", e->facts[i].name,
		     attribute_if("class", e->facts[i].bad ? S("bad") : S("")), e->facts[i].words);
	html(h, "</dl>");
}

static void draw_event(struct html *h, const struct entry_view *e)
{
	html(h, "<div class='%a'><p class='who'>", e->kind == ENTRY_ALARM ? "ev alarm" : "ev");
	if (e->kind == ENTRY_ALARM) {
		html(h, "<b>%t</b>", e->sentence);
	} else {
		html(h, "<span>");
		html_sentence(h, e->sentence, e->actor);
		html(h, "</span>");
	}
	draw_when(h, e);
	html(h, "</p>");
	if (e->link.words.n) {
		html(h, "<p>");
		if (e->link.url.n)
			html(h, "<a href='%u'>%t</a>", e->link.url, e->link.words);
		else
			html(h, "%t", e->link.words);
		html(h, " %t ", e->link_title);
		if (e->link_state.word.n)
			draw_state(h, &e->link_state);
		html(h, "</p>");
	}
	if (e->change_count)
		draw_changes(h, e);
	if (e->body.n)
		html(h, "<p>%t</p>", e->body);
	if (e->fact_count)
		draw_facts(h, e);
	draw_files(h, e);
	html(h, "</div>");
}

void draw_entries(struct html *h, const struct timeline_view *t, const char *heading)
{
	html(h, "<ol class='tl' id='timeline' data-region='' aria-labelledby='%a'>", heading);
	for (size_t i = 0; i < t->count; i++) {
		const struct entry_view *e = &t->entries[i];

		html(h, "<li%m%m>%i", attribute_if("id", e->id), attribute_if("class", e->meant ? S("meant") : S("")),
		     entry_icon(e));
		if (e->kind <= ENTRY_NOTE)
			draw_message(h, e, t->markdown);
		else
			draw_event(h, e);
		html(h, "</li>");
	}
	html(h, "</ol>");
}

void draw_timeline(struct html *h, const struct timeline_view *t)
{
	html(h, "<div class='tlbar'><h2 id='tl'>%l</h2>", N_("Timeline"));
	if (t->order_url.n)
		html(h, "<a class='btn quiet s push' href='%u'>%t%i</a>", t->order_url,
		     label(h, t->oldest_first ? N_("Oldest first") : N_("Newest first")),
		     t->oldest_first ? ICON_UP : ICON_DOWN);
	html(h, "</div>");
	if (t->newest_url.n)
		html(h, "<p class='noprint'><a class='btn quiet s' href='%u'>%l%i</a></p>", t->newest_url,
		     N_("Newer entries"), ICON_UP);
	draw_entries(h, t, "tl");
	if (t->earlier_url.n)
		html(h, "<p class='noprint'><a class='btn quiet s' href='%u'>%t%i</a></p>", t->earlier_url,
		     t->earlier_words, ICON_DOWN);
}

void draw_entries_small(struct html *h, const struct entry_view *entries, size_t count)
{
	static const char *const kinds[] = {
	    [ENTRY_REPLY] = N_("Reply"),   [ENTRY_MAIL] = N_("Message"), [ENTRY_NOTE] = N_("Internal note"),
	    [ENTRY_CHANGE] = N_("Change"), [ENTRY_LINK] = N_("Link"),    [ENTRY_ALARM] = N_("Escalation"),
	    [ENTRY_SYSTEM] = N_("System"), [ENTRY_LETTER] = N_("Mail"),
	};

	html(h, "<ol class='stack'>");
	for (size_t i = 0; i < count; i++) {
		const struct entry_view *e = &entries[i];

		html(h, "<li class='%a'><p class='who'>", message_class(e->kind));
		if (e->kind == ENTRY_NOTE)
			html(h, "<span class='lock'>%i%l</span>", ICON_LOCK, kinds[e->kind]);
		else
			html(h, "<span>%l</span>", kinds[e->kind]);
		html(h, "<b>%t</b>", e->actor);
		html_near(h, e->at);
		html(h, "</p><p class='body small'>%t</p></li>", markdown_words(h->out->arena, e->body, 240));
	}
	html(h, "</ol>");
}

static void draw_audience(struct html *h, const struct composer_view *c)
{
	html(h, "<div class='to'><fieldset class='seg'><legend class='vh'>%l</legend>", N_("Write as"));
	if (c->can_reply)
		html(h,
		     "<label><input class='vh' type='radio' name='audience' value='public' data-key='r' "
		     "data-then='msg'%m>"
		     "%i%l</label>",
		     attribute_flag("checked", !c->internal || !c->can_note), ICON_SEND,
		     c->can_note && c->to_customer ? N_("Reply to customer") : N_("Reply"));
	if (c->can_note)
		html(h,
		     "<label><input class='vh' type='radio' name='audience' value='internal' data-key='c' "
		     "data-then='msg'%m>"
		     "%i%l</label>",
		     attribute_flag("checked", c->internal || !c->can_reply), ICON_LOCK, N_("Internal note"));
	html(h, "</fieldset>");
	if (c->can_reply && c->readers.n)
		html(h, "<span class='aud pub'>%i%t</span>", ICON_GLOBE, c->readers);
	html(h, "<span class='aud int'>%i%l</span></div>", ICON_LOCK, N_("Only the service team can read this"));
}

static void draw_templates(struct html *h, const struct composer_view *c)
{
	if (!c->template_count)
		return;
	html(h, "<details class='menu'><summary class='btn quiet s'>%i%l</summary><ul class='pop'>", ICON_TEXT,
	     N_("Templates"));
	for (size_t i = 0; i < c->template_count; i++) {
		const struct template_view *t = &c->templates[i];

		html(h, "<li><a href='%u' data-template='' hx-boost='false'%m>%i%t</a></li>", t->url,
		     attribute_if("lang", t->language), t->internal ? ICON_LOCK : ICON_SEND, t->name);
	}
	html(h, "</ul></details>");
}

static void draw_foot(struct html *h, const struct composer_view *c)
{
	html(h, "<div class='foot'>");
	draw_templates(h, c);
	html(h, "<label class='btn quiet s'><input class='vh' type='file' name='file' multiple>%i%l</label>", ICON_CLIP,
	     N_("Attach a file"));
	html(h, "<button class='btn quiet s' name='look' value='yes' formnovalidate>%i%l</button>", ICON_EYE,
	     N_("Preview"));
	html(h,
	     "<span class='push opt' aria-hidden='true'><kbd>Ctrl</kbd> <kbd>Enter</kbd></span><button class='btn s "
	     "send'>"
	     "<span class='pub'>%l</span><span class='int'>%l</span></button></div>",
	     N_("Send reply"), N_("Save note"));
	html(h,
	     "<ul class='sending' data-files='' data-remove='%l'></ul><p class='tiny sub' data-progress='%l' "
	     "role='status'></p>",
	     N_("Take away: %s"), N_("%s %% sent"));
}

/* The text as it will stand in the timeline. */
static void draw_preview(struct html *h, const struct composer_view *c)
{
	html(h, "<div class='shown' id='shown'>");
	if (c->preview) {
		html(h, "<p class='tiny sub'>%l</p><div class='body'>", N_("Preview"));
		if (str_trim(c->text).n)
			markdown_draw(h, c->text, c->markdown);
		else
			html(h, "<p class='dim'>%l</p>", N_("Nothing is written yet."));
		html(h, "</div>");
	}
	html(h, "</div>");
}

void draw_composer(struct html *h, const struct composer_view *c)
{
	if (!c->can_reply && !c->can_note)
		return;
	html(h, "<form class='%a' method='post' enctype='multipart/form-data' action='%u'%m>",
	     c->can_reply ? "write" : "write notes", c->action, attribute_if("data-draft", c->draft));
	html_token(h);
	draw_audience(h, c);
	draw_preview(h, c);
	html(h, "<label class='vh' for='msg'>%l</label><textarea id='msg' name='text' rows='4'%m%m%m%m>%t</textarea>",
	     N_("Message"), attribute_if("placeholder", c->can_reply ? S("") : label(h, N_("Write a note"))),
	     attribute_if("data-mention", c->people), attribute_if("aria-invalid", c->error.n ? S("true") : S("")),
	     attribute_if("aria-describedby", c->error.n ? S("msg-err") : S("")), c->text);
	if (c->error.n)
		html(h, "<p class='err' id='msg-err'>%i%t</p>", ICON_ALERT, c->error);
	draw_foot(h, c);
	html(h, "</form>");
}
