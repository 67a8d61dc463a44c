/* Tokens of the API: who acts with which, made with their secret shown once, and revoked. */
#include "record/account.h"
#include "web/administration.h"
#include "web/form.h"
#include "web/pages.h"

enum { TOKENS_SHOWN = 500, DAYS_MOST = 36500, NAME_MOST = 100 };

static struct str end_words(struct visit *visit, const struct token_view *token)
{
	struct html *h = &visit->h;

	if (token->revoked_at != INSTANT_NONE)
		return phrase(h, N_("revoked %s"), words_moment(h, token->revoked_at));
	if (token->expires_at == INSTANT_NONE)
		return label(h, N_("does not expire"));
	return phrase(h, token->expires_at > visit->now ? N_("until %s") : N_("expired %s"),
		      words_moment(h, token->expires_at));
}

static void draw_token(struct visit *visit, const struct show *show, const struct token_view *token)
{
	struct html *h = &visit->h;
	bool ended =
	    token->revoked_at != INSTANT_NONE || (token->expires_at != INSTANT_NONE && token->expires_at <= visit->now);

	html(h,
	     "<tr><th scope='row'>%t</th><td data-label='%l'><a href='%u'>%t</a></td><td data-label='%l'>%l</td><td "
	     "data-label='%l'>",
	     token->name, N_("Acts for"), record_url(visit, token->person), show_name(show, token->person),
	     N_("Access"), token->scope == TOKEN_READ ? N_("reads only") : N_("reads and writes"), N_("Made"));
	html_ago(h, token->created_at, false);
	html(h, "</td><td data-label='%l'>%t</td><td class='num'>", N_("Ends"), end_words(visit, token));
	if (!ended) {
		html(h, "<form method='post' action='/administration/tokens'>");
		html_token(h);
		html(h, "<button class='btn s' name='revoke' value='%d'>%l<span class='vh'> %t</span></button></form>",
		     token->id, N_("Revoke"), token->name);
	}
	html(h, "</td></tr>");
}

static enum status draw_tokens(struct visit *visit)
{
	READER connection = NULL;
	struct show show = show_new(visit);
	struct token_view *tokens;
	struct html *h = &visit->h;
	size_t count;
	enum status status;

	if ((status = visit_reader(visit, &connection)) ||
	    (status = token_list(connection, visit->arena, visit->now, TOKENS_SHOWN, &tokens, &count, &visit->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		show_need_identity(&show, tokens[i].person);
	if ((status = show_look_up(&show, connection)))
		return status;
	html(h,
	     "<div class='scroll' tabindex='0' role='region' aria-label='%l'><table class='data tall'><caption "
	     "class='vh'>%l"
	     "</caption><thead><tr><th scope='col'>%l</th><th scope='col'>%l</th><th scope='col'>%l</th><th "
	     "scope='col'>%l</th><th scope='col'>%l</th><td></td></tr></thead><tbody>",
	     N_("Tokens of the API"), N_("Tokens of the API"), N_("Name"), N_("Acts for"), N_("Access"), N_("Made"),
	     N_("Ends"));
	for (size_t i = 0; i < count; i++)
		draw_token(visit, &show, &tokens[i]);
	html(h, "</tbody></table></div>");
	if (!count)
		html(h, "<p class='none'>%l</p>", N_("There are no tokens."));
	return OK;
}

static void draw_new(struct visit *visit)
{
	const struct field_form_view fields[] = {
	    {.form = FORM_TEXT,
	     .name = S("name"),
	     .label = label(&visit->h, N_("Name")),
	     .help = label(&visit->h, N_("What it is for: the program that will use it.")),
	     .required = true,
	     .value = form_word(visit, "name"),
	     .error = visit_words_of_field(visit, "name")},
	    {.form = FORM_TEXT,
	     .name = S("account"),
	     .label = label(&visit->h, N_("Acts for")),
	     .help = label(&visit->h, N_("The account whose rights it has.")),
	     .required = true,
	     .value = form_word(visit, "account"),
	     .error = visit_words_of_field(visit, "account")},
	    {.form = FORM_INTEGER,
	     .name = S("days"),
	     .label = label(&visit->h, N_("Days until it expires")),
	     .value = form_word(visit, "days"),
	     .least = S("1"),
	     .most = S("36500"),
	     .error = visit_words_of_field(visit, "days")},
	    {.form = FORM_BOOLEAN,
	     .name = S("reads_only"),
	     .label = label(&visit->h, N_("Read only")),
	     .value = form_word(visit, "reads_only")},
	};

	html(&visit->h,
	     "<section aria-labelledby='new-token'><h2 id='new-token'>%l</h2><form class='narrow' method='post' "
	     "action='/administration/tokens'>",
	     N_("New token"));
	html_token(&visit->h);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		draw_field(&visit->h, &fields[i]);
	html(&visit->h, "<div class='btns'><button class='btn main'>%l</button></div></form></section>",
	     N_("Create token"));
}

/* secret: of the one that was just made; it is never shown again. */
static enum status draw_page(struct visit *visit, struct str secret, unsigned code)
{
	struct html *h = &visit->h;
	enum status status;

	administration_begin(visit, N_("Tokens of the API"));
	if (secret.n)
		html(h,
		     "<div class='notice good' role='status'>%i<div><p>%l</p><p><code "
		     "id='secret'>%t</code></p></div></div>",
		     ICON_KEY, N_("This is the token. Keep it now: it is not shown again."), secret);
	if ((status = draw_tokens(visit)))
		return status;
	draw_new(visit);
	visit_end(visit, code);
	return OK;
}

void page_tokens(struct http_request *request, struct http_response *response)
{
	VISIT visit = {0};
	enum status status;

	if (administration_start(&visit, request, response) && (status = draw_page(&visit, S(""), 200)))
		visit_refuse(&visit, status);
}

struct wanted_token {
	struct str name;
	int64_t person;
	instant expires_at;
	enum token_scope scope;
};

static enum status find_account(struct visit *visit, int64_t *person)
{
	READER connection = NULL;
	struct str account = str_trim(form_word(visit, "account"));
	const struct actor *actor;
	struct error error = {0};
	enum status status;

	*person = 0;
	if ((status = visit_reader(visit, &connection)) ||
	    (account.n && (status = record_find(visit->kernel, connection, visit->kernel->model->acting[ACTS_PERSON],
						account, person, &visit->error))))
		return status;
	if (*person && !actor_of_person_on(visit->kernel, connection, visit->arena, *person, &actor, &error))
		return OK;
	return error_fail(&visit->error, E_INVALID, "account", "person", N_("There is no such active person"));
}

static enum status read_wanted(struct visit *visit, struct wanted_token *wanted)
{
	struct str days = str_trim(form_word(visit, "days"));
	int64_t number = 0;

	*wanted =
	    (struct wanted_token){.name = str_trim(form_word(visit, "name")),
				  .expires_at = INSTANT_NONE,
				  .scope = str_is(form_word(visit, "reads_only"), "true") ? TOKEN_READ : TOKEN_ALL};
	if (!wanted->name.n || wanted->name.n > NAME_MOST)
		return error_fail(&visit->error, E_INVALID, "name", "required", N_("A value is needed"));
	if (days.n && (!str_int64(days, &number) || number < 1 || number > DAYS_MOST))
		return error_fail(&visit->error, E_INVALID, "days", "range", N_("A number of days is expected"));
	if (number)
		wanted->expires_at = visit->now + number * DAY;
	return find_account(visit, &wanted->person);
}

static void make(struct visit *visit)
{
	char secret[TOKEN_TEXT] = "";
	struct wanted_token wanted;
	enum status status = read_wanted(visit, &wanted);

	visit_release(visit);
	if (!status)
		status = token_create_by(visit->kernel, visit->actor, wanted.person, wanted.name, wanted.scope,
					 wanted.expires_at, visit->now, secret, &visit->error);
	if (status && status != E_INVALID) {
		visit_refuse(visit, status);
		return;
	}
	if (!status)
		visit->form.count = 0; /* the form begins anew */
	if ((status = draw_page(visit, str_of(secret), status ? 422 : 200)))
		visit_refuse(visit, status);
}

void post_tokens(struct http_request *request, struct http_response *response)
{
	struct str revoke;
	int64_t token;
	VISIT visit = {0};
	enum status status;

	if (!administration_start_form(&visit, request, response))
		return;
	revoke = form_word(&visit, "revoke");
	if (!revoke.n) {
		make(&visit);
		return;
	}
	visit_release(&visit);
	if (!str_int64(revoke, &token))
		token = 0;
	if ((status = token_revoke_by(visit.kernel, visit.actor, token, visit.now, &visit.error)))
		visit_refuse(&visit, status);
	else
		visit_go(&visit, S("/administration/tokens"));
}
