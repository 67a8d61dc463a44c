#include "web/part_conflict.h"

static void draw_version(struct html *h, const struct conflict_view *c, struct str words)
{
	if (words.n)
		html(h, "<span class='%a'>%t</span>", c->prose ? "text prose" : "text", words);
	else
		html(h, "<span class='text dim'>%l</span>", N_("empty"));
}

static void draw_theirs(struct html *h, const struct conflict_view *c)
{
	html(h, "<label class='side'><span class='line'><input type='radio' name='%a.keep' value='theirs' required%m>",
	     c->name, attribute_flag("checked", c->gone.n > 0));
	if (c->by.n) {
		html(h, "<b>%t</b>", c->by);
		html_near(h, c->at);
	} else {
		html(h, "<b>%l</b>", N_("What stands there now"));
	}
	html(h, "</span>");
	draw_version(h, c, c->theirs);
	html(h, "</label>");
}

static void draw_mine(struct html *h, const struct conflict_view *c)
{
	struct str id = str_format(h->out->arena, "f-%.*s", STR_ARG(c->name));

	if (c->gone.n) {
		html(h, "<div class='side off'><span class='line'><b>%l</b></span>", N_("Yours"));
		draw_version(h, c, c->mine);
		html(h, "<p class='hint'>%t</p></div>", c->gone);
		return;
	}
	html(h,
	     "<div class='side'><label class='line'><input type='radio' name='%a.keep' value='mine' "
	     "required><b>%l</b></label>",
	     c->name, N_("Yours"));
	if (c->control) {
		html(h, "<label class='vh' for='%a'>%t</label>", id, phrase(h, N_("Yours: %s"), c->label));
		draw_control(h, c->control, id);
	} else {
		draw_version(h, c, c->mine);
	}
	html(h, "</div>");
}

static void draw_one(struct html *h, const struct conflict_view *c)
{
	html(h, "<fieldset class='field both'><legend class='label small'><b>%t</b></legend>", c->label);
	if (c->was_known) {
		html(h, "<p class='was'>%l ", N_("It was:"));
		draw_version(h, c, c->was);
		html(h, "</p>");
	}
	html(h, "<div class='sides'>");
	draw_theirs(h, c);
	draw_mine(h, c);
	html(h, "</div></fieldset>");
}

static void draw_told(struct html *h, const char *title, const struct told_view *told, size_t count)
{
	if (!count)
		return;
	html(h, "<div><h3>%l</h3><dl class='props'>", title);
	for (size_t i = 0; i < count; i++) {
		html(h, "<div><dt>%t</dt><dd><p class='fix'>", told[i].label);
		if (told[i].words.n)
			html(h, "%t", told[i].words);
		else
			html(h, "<span class='dim'>%l</span>", N_("empty"));
		html(h, "</p></dd></div>");
	}
	html(h, "</dl></div>");
}

void draw_conflict(struct html *h, const struct conflict_form_view *v)
{
	html(h, "<form class='dialog clash' id='dialog' method='post' action='%u' aria-labelledby='dialog-title'>",
	     v->action);
	html_token(h);
	html(h, "<input type='hidden' name='version' value='%a'>", v->version);
	for (size_t i = 0; i < v->kept_count; i++)
		html(h, "<input type='hidden' name='%a' value='%a'>", v->kept[i].name, v->kept[i].value);
	html(h,
	     "<h2 id='dialog-title' tabindex='-1' autofocus>%l</h2><p class='notice bad' "
	     "role='alert'>%i<span>%t</span></p>",
	     N_("This has been changed in the meantime"), ICON_ALERT, v->words);
	for (size_t i = 0; i < v->count; i++)
		draw_one(h, &v->conflicts[i]);
	draw_told(h, N_("Of yours, this goes in as well"), v->mine, v->mine_count);
	draw_told(h, N_("Of theirs, this stays as it is"), v->theirs, v->theirs_count);
	for (size_t i = 0; i < v->field_count; i++)
		draw_field(h, &v->fields[i]);
	html(h,
	     "<div class='btns'><button class='btn main'>%t</button><a class='btn quiet' href='%u' data-close=''>%l</a>"
	     "</div></form>",
	     v->submit, v->cancel_url, N_("Drop mine"));
}
