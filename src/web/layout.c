#include "web/layout.h"
#include "record/notices.h"
#include "web/embedded.h"
#include "web/part_mark.h"
#include "web/words.h"

static enum language other_language(enum language language)
{
	return language == JAPANESE ? ENGLISH : JAPANESE;
}

static const char *language_name(enum language language)
{
	return language == JAPANESE ? "日本語" : "English"; /* each in itself */
}

static struct str theme_name(enum theme theme)
{
	return theme == THEME_LIGHT ? S("light") : theme == THEME_DARK ? S("dark") : S("");
}

static void begin(struct html *h, struct str title, enum theme theme, struct str body_class, int again)
{
	html(h,
	     "<!doctype html><html lang='%a'%m><head><meta charset='utf-8'>"
	     "<meta name='viewport' content='width=device-width, initial-scale=1'>"
	     "<meta name='color-scheme' content='light dark'>",
	     language_code(h->language), attribute_if("data-theme", theme_name(theme)));
	html(h,
	     "<title>%t · Kaname</title><link rel='icon' href='%u' type='image/svg+xml'><link rel='stylesheet' "
	     "href='%u'>"
	     "<link rel='prefetch' href='%u'><script src='%u' defer></script>",
	     title, asset_url("mark.svg"), asset_url("kaname.css"), asset_url("icons.svg"), asset_url("kaname.js"));
	if (again)
		html(h, "<noscript><meta http-equiv='refresh' content='%d'></noscript>", again);
	html(h, "</head><body hx-boost='true' hx-ext='morph' hx-swap='morph'%m><a class='skip' href='#main'>%l</a>",
	     attribute_if("class", body_class), N_("Skip to content"));
}

void draw_fan_mark(struct html *h)
{
	html(
	    h,
	    "<svg viewBox='-2.5 2 29 19' aria-hidden='true'><path fill='currentColor' d='M6.95 17.24L-1.58 15.11L-1.05 "
	    "11.52L1.65 9.07L8.16 15.00ZM8.32 14.83L2.09 8.61L4.40 5.80L7.96 5.09L10.50 13.52ZM10.73 13.46L8.58 "
	    "4.93L12.00 3.70L15.42 4.93L13.27 13.46ZM13.50 13.52L16.04 5.09L19.60 5.80L21.91 8.61L15.68 "
	    "14.83ZM15.84 15.00L22.35 9.07L25.05 11.52L25.58 15.11L17.05 17.24Z'/><circle cx='12' cy='18.5' r='1.9' "
	    "fill='currentColor'/></svg>");
}

static void draw_nav_link(struct html *h, const struct nav_link *link, struct str under)
{
	html(h, "<li>");
	if (under.n)
		html(h, "<span class='sub'>%t</span>", under);
	html(h, "<a href='%u'%m%m>%t</a></li>", link->url,
	     attribute_if("aria-current", link->current ? S("page") : S("")), attribute_if("data-key", link->key),
	     link->words);
}

static void draw_nav_group(struct html *h, const struct nav_group *group)
{
	enum { LONG = 12 }; /* what one takes in without headings */
	bool on = false, headed = group->count > LONG;

	if (!group->title.n) {
		for (size_t i = 0; i < group->count; i++)
			draw_nav_link(h, &group->links[i], S(""));
		return;
	}
	for (size_t i = 0; i < group->count; i++)
		on = on || group->links[i].current;
	html(h, "<li><details class='%a' name='nav'><summary>%t%i</summary><ul class='%a'>", on ? "menu on" : "menu",
	     group->title, ICON_DOWN, headed ? "pop many" : "pop");
	for (size_t i = 0; i < group->count; i++)
		draw_nav_link(h, &group->links[i], headed ? group->links[i].under : S(""));
	html(h, "</ul></details></li>");
}

static void draw_search(struct html *h, struct str query)
{
	html(h,
	     "<form class='find' role='search' action='/search'><label class='vh' for='q'>%l</label>%i"
	     "<input id='q' type='search' name='q' value='%a' placeholder='%l' autocomplete='off' data-key='/'>"
	     "<kbd aria-hidden='true'>Ctrl K</kbd></form>",
	     N_("Search or go to"), ICON_SEARCH, query, N_("Search or go to"));
}

/* A form that saves one choice of the person, and comes back. */
static void begin_choice(struct html *h, const struct page_view *p, const char *next)
{
	html(h, "<form method='post' action='/settings' hx-boost='false'>");
	html_token(h);
	html(h, "<input type='hidden' name='next' value='%a'>", next ? str_of(next) : p->here);
}

static void draw_themes(struct html *h, const struct page_view *p)
{
	static const struct {
		enum theme theme;
		const char *value, *words;
	} themes[] = {{THEME_SYSTEM, "system", N_("As the system")},
		      {THEME_LIGHT, "light", N_("Paper")},
		      {THEME_DARK, "dark", N_("Ink")}};

	begin_choice(h, p, NULL);
	for (size_t i = 0; i < sizeof(themes) / sizeof(*themes); i++)
		html(h, "<button class='item' name='theme' value='%a' aria-pressed='%a'>%l</button>", themes[i].value,
		     themes[i].theme == p->theme ? "true" : "false", themes[i].words);
	html(h, "</form>");
}

static void draw_account(struct html *h, const struct page_view *p)
{
	struct person face = p->person;

	face.url = S("");
	html(h, "<details class='menu'><summary>");
	draw_face(h, &face);
	html(h, "</summary><div class='pop end'><a class='item' href='%u'%m>%t</a>", p->person.url,
	     attribute_if("lang", words_other_language(h, p->person.name)), p->person.name);
	if (p->portal)
		html(h, "<a class='item' href='/'>%l</a>", N_("My lists"));
	else
		html(h, "<a class='item' href='/keys' data-key='?' data-dialog=''>%l</a>", N_("Keys"));
	html(h, "<a class='item' href='/go' data-palette=''>%l</a>", N_("Go to anything"));
	html(h, "<a class='item' href='/settings'>%l</a>", N_("Settings"));
	begin_choice(h, p, p->portal ? "/" : "/portal");
	html(h, "<button class='item' name='first_page' value='%a'>%l</button></form>", p->portal ? "work" : "portal",
	     p->portal ? N_("Begin with my lists") : N_("Begin with the portal"));
	draw_themes(h, p);
	html(h, "<form method='post' action='/logout' hx-boost='false'>");
	html_token(h);
	html(h, "<button class='item'>%i%l</button></form></div></details>", ICON_OUT, N_("Sign out"));
}

static void draw_other_language(struct html *h, const struct page_view *p, const char *tone)
{
	enum language other = other_language(h->language);

	begin_choice(h, p, NULL);
	html(h, "<button class='%a' name='language' value='%a' lang='%a'>%t</button></form>", tone,
	     language_code(other), language_code(other), language_name(other));
}

static void draw_me(struct html *h, const struct page_view *p)
{
	struct str count = p->unread < NOTICES_COUNTED ? words_number(h, p->unread)
						       : phrase(h, N_("%s+"), words_number(h, NOTICES_COUNTED - 1));
	struct str bell = p->unread ? phrase(h, N_("Notices: %s unread"), count) : label(h, N_("Notices"));

	html(h, "<div class='me'>");
	if (p->notices_url.n)
		html(h, "<a class='%a' href='%u' aria-label='%a' data-key='g n'>%i</a>",
		     p->unread ? "btn quiet icon unread" : "btn quiet icon", p->notices_url, bell, ICON_BELL);
	draw_other_language(h, p, "btn quiet opt");
	draw_account(h, p);
	html(h, "</div>");
}

static void draw_top(struct html *h, const struct page_view *p)
{
	html(h,
	     "<header class='top'><button class='btn quiet icon burger' type='button' popovertarget='nav' "
	     "aria-label='%l'>%i"
	     "</button><a class='brand' href='/' data-key='g h'><span class='vh'>Kaname, </span>",
	     N_("Menu"), ICON_MENU);
	draw_fan_mark(h);
	html(h, "<b aria-hidden='true'>Kaname</b><span class='vh'>%l</span></a>", N_("My work"));
	html(h, "<nav class='nav' id='nav' popover aria-label='%l'><ul>", N_("Main"));
	for (size_t i = 0; i < p->group_count; i++)
		draw_nav_group(h, &p->groups[i]);
	html(h, "</ul></nav>");
	draw_search(h, p->query);
	draw_me(h, p);
	html(h, "</header>");
}

static void draw_portal_top(struct html *h, const struct page_view *p)
{
	html(h, "<header class='top'><a class='brand' href='/portal'>");
	draw_fan_mark(h);
	html(h, "<span>%l</span></a><nav class='push line' aria-label='%l'>", N_("Service portal"), N_("Main"));
	html(h, "<a class='btn quiet s' href='/portal/requests'>%l</a>", N_("Requests"));
	draw_other_language(h, p, "btn quiet s");
	html(h, "</nav>");
	draw_account(h, p);
	html(h, "</header>");
}

void draw_notice(struct html *h, struct str words, enum notice_tone tone)
{
	static const char *const classes[] = {
	    [NOTICE_GOOD] = "notice good", [NOTICE_PLAIN] = "notice plain", [NOTICE_BAD] = "notice bad"};
	static const enum icon icons[] = {
	    [NOTICE_GOOD] = ICON_CHECK, [NOTICE_PLAIN] = ICON_NONE, [NOTICE_BAD] = ICON_ALERT};

	html(h, "<p class='%a' role='%a'>%i<span>%t</span></p>", classes[tone], tone == NOTICE_BAD ? "alert" : "status",
	     icons[tone], words);
}

void page_begin(struct html *h, const struct page_view *p)
{
	begin(h, p->title, p->theme, p->portal ? S("portal") : S(""), p->again);
	if (p->portal)
		draw_portal_top(h, p);
	else
		draw_top(h, p);
	html(h, "<main id='main' tabindex='-1'%m%m>", attribute_if("class", p->main_class),
	     attribute_if("data-live", p->live));
	if (p->notice.n)
		draw_notice(h, p->notice, p->notice_tone);
}

void page_end(struct html *h, const struct page_view *p)
{
	html(h, "</main>");
	draw_shapes(h);
	html(h, "</body></html>\n");
}

void bare_page_begin(struct html *h, struct str title, enum theme theme, struct str body_class)
{
	begin(h, title, theme, body_class, 0);
	html(h, "<main id='main' tabindex='-1'>");
}

void bare_page_end(struct html *h)
{
	html(h, "</main>");
	draw_shapes(h);
	html(h, "</body></html>\n");
}

void draw_keys(struct html *h, const struct key_hint *keys, size_t count)
{
	html(h, "<div class='keys' aria-hidden='true'>");
	for (size_t i = 0; i < count; i++) {
		html(h, "<span><kbd>%t</kbd> ", keys[i].first);
		if (keys[i].second)
			html(h, "<kbd>%t</kbd> ", keys[i].second);
		html(h, "%t</span>", keys[i].words);
	}
	html(h, "</div>");
}
