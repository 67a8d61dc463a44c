#include "web/part_login.h"
#include "web/part_field.h"

static void draw_account(struct html *h, const struct login_view *v)
{
	html(h,
	     "<div class='field'><label for='user'>%l</label><input id='user' name='user' autocomplete='username' "
	     "autocapitalize='none' spellcheck='false' required value='%a'%m></div>",
	     N_("Account"), v->account, attribute_flag("autofocus", !v->account.n));
}

static void draw_password(struct html *h, const struct login_view *v)
{
	html(h,
	     "<div class='field'><label for='pass'>%l</label><input id='pass' name='password' type='password' "
	     "autocomplete='current-password' required%m%m%m>",
	     N_("Password"), attribute_if("aria-invalid", v->error.n ? S("true") : S("")),
	     attribute_if("aria-describedby", v->error.n ? S("pass-err") : S("")),
	     attribute_flag("autofocus", v->account.n > 0));
	if (v->error.n)
		html(h, "<p class='err' id='pass-err'>%i%t</p>", ICON_ALERT, v->error);
	html(h, "</div>");
}

static void draw_form(struct html *h, const struct login_view *v)
{
	html(h, "<form method='post' action='/login' hx-boost='false'>");
	html_token(h);
	if (v->next.n)
		html(h, "<input type='hidden' name='next' value='%a'>", v->next);
	draw_account(h, v);
	draw_password(h, v);
	if (v->wants_code)
		html(h,
		     "<div class='field'><label for='code'>%l</label><input id='code' name='code' inputmode='numeric' "
		     "autocomplete='one-time-code' required></div>",
		     N_("Code of your authenticator"));
	html(h,
	     "<label class='check small'><input type='checkbox' name='stay' value='true'>%l</label>"
	     "<button class='btn main'>%l</button>",
	     N_("Stay signed in on this device"), N_("Sign in"));
	if (v->other_url.n)
		html(h, "<p class='or'>%l</p><a class='btn' href='%u'>%i%t</a>", N_("or"), v->other_url, ICON_SHIELD,
		     v->other_words);
	html(h, "</form>");
}

void draw_login_page(struct html *h, const struct login_view *v)
{
	bool japanese = h->language == JAPANESE;

	bare_page_begin(h, str_of(tr(h->language, N_("Sign in"))), v->theme, S("login"));
	html(h, "<div class='mk'>");
	draw_fan_mark(h);
	html(h, "<h1>Kaname</h1>");
	if (v->organisation.n)
		html(h, "<p class='sub'>%t</p>", v->organisation);
	html(h, "</div>");
	draw_form(h, v);
	html(h, "<footer>");
	if (v->forgot_url.n)
		html(h, "<a href='%u'>%l</a>", v->forgot_url, N_("Forgot the password"));
	if (v->other_language_url.n)
		html(h, "<a class='push' href='%u' lang='%a' hreflang='%a' hx-boost='false'>%t</a>",
		     v->other_language_url, japanese ? "en" : "ja", japanese ? "en" : "ja",
		     japanese ? "English" : "日本語");
	html(h, "</footer>");
	bare_page_end(h);
}
