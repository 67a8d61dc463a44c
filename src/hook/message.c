#include "hook/message.h"

#include "api/json.h"
#include "api/operations.h"

#include <ctype.h>

/* --- the webhook --- */

enum status hook_wish_read(struct kernel *kernel, struct arena *arena, const struct record *record,
			   struct hook_wish *wish, struct error *error)
{
	struct str of = record_text_of(record, "for"), filter = record_text_of(record, "filter");

	*wish = (struct hook_wish){.record = record,
				   .url = record_text_of(record, "url"),
				   .format = record_text_of(record, "format"),
				   .occasion = record_text_of(record, "occasion"),
				   .template = record_text_of(record, "template"),
				   .owner = record_number_of(record, "reads_as"),
				   .active = record_is_set(record, "active")};
	if (of.n && !(wish->type = model_type(kernel->model, of)))
		return error_fail(error, E_INVALID, "for", "choice", N_("There is no record type \"%s\""),
				  str_c(arena, of));
	if (filter.n && wish->type)
		return query_parse(arena, wish->type->query, filter, &wish->filter, error);
	return OK;
}

/* --- the event --- */

static enum status read_owner(struct hook_subject *subject, const struct hook_wish *wish, struct error *error)
{
	return subject->owner ? OK
			      : actor_of_person_on(subject->kernel, subject->connection, subject->arena, wish->owner,
						   &subject->owner, error);
}

static enum status read_subject(struct hook_subject *subject, int64_t record, struct error *error)
{
	return subject->record && subject->record->identity == record
		   ? OK
		   : read_record(subject->kernel, subject->connection, subject->arena, subject->owner, record,
				 &subject->record, error);
}

enum status hook_subject_read(struct hook_subject *subject, const struct hook_wish *wish, int64_t record, int64_t event,
			      bool *seen, struct error *error)
{
	struct error unseen = {0};
	enum status status = read_owner(subject, wish, &unseen);

	*seen = false;
	subject->event = NULL;
	if (!status)
		status = read_subject(subject, record, &unseen);
	if (status == E_NOT_FOUND) {
		subject->record = NULL;
		return OK;
	}
	if (status) {
		error_append(error, &unseen);
		return status;
	}
	status = read_event(subject->kernel, subject->connection, subject->arena, subject->owner, subject->record,
			    event, &subject->event, error);
	*seen = !status && subject->event;
	return status;
}

static bool changes_state(const struct event *event)
{
	for (size_t i = 0; i < event->change_count; i++)
		if (!event->changes[i].field)
			return true;
	return false;
}

static bool is_occasion(const struct event *event, struct str occasion)
{
	if (str_is(occasion, "create"))
		return str_is(event->kind, "create");
	if (str_is(occasion, "step"))
		return changes_state(event);
	return !str_is(occasion, "comment") || event->comment.n;
}

enum status hook_wants(const struct hook_subject *subject, const struct hook_wish *wish, instant now, bool *wants,
		       struct error *error)
{
	enum status status;

	*wants = is_occasion(subject->event, wish->occasion);
	if (!*wants || !wish->filter)
		return OK;
	if ((status = access_check_query(subject->kernel, subject->owner, wish->filter, error)))
		return status;
	return read_holds(subject->kernel, subject->connection, subject->arena, subject->owner, subject->record,
			  wish->filter, now, wants, error);
}

/* --- texts --- */

static struct str happening(const struct event *event)
{
	return event->transition && !str_is(event->kind, "create") ? event->transition->name : event->kind;
}

static struct str happening_words(const struct hook_subject *subject)
{
	const struct event *event = subject->event;
	enum language language = subject->owner->language;

	if (str_is(event->kind, "create"))
		return str_of(translate(language, N_("new")));
	if (event->transition)
		return label_in(&event->transition->label, language);
	if (event->note)
		return label_in(&event->note->says, language);
	return str_of(translate(language, event->comment.n ? N_("comment") : N_("changed")));
}

static enum status name_of(const struct hook_subject *subject, int64_t identity, struct str *name, struct error *error)
{
	struct reference reference = {.identity = identity};
	char number[NUMBER_TEXT];
	enum status status = identity ? read_references(subject->kernel, subject->connection, subject->arena,
							subject->owner, &reference, 1, error)
				      : OK;

	if (!identity)
		*name = S("Kaname");
	else
		*name = reference.headline.n ? reference.headline
			: reference.shown.n
			    ? reference.shown
			    : str_dup(subject->arena, str_of(kernel_number(subject->kernel, identity, number)));
	return status;
}

static struct str moment_text(const struct hook_subject *subject, instant at)
{
	struct civil civil = zone_civil(subject->owner->zone, at);
	char day[TIME_TEXT];

	return str_format(subject->arena, "%s %02d:%02d", day_format(zone_day(subject->owner->zone, at), day),
			  civil.hour, civil.minute);
}

static enum status field_words(const struct hook_subject *subject, const struct field *field, struct str *words,
			       struct error *error)
{
	struct value value = record_value(subject->record, field);
	enum language language = subject->owner->language;
	struct shown shown = shown_new(subject->kernel, subject->arena);
	struct buf json = buf_new(subject->arena);

	if (value_is_empty(value) || value_is_erased(value))
		return OK;
	if (value.kind == VALUE_RECORD)
		return name_of(subject, value.number, words, error);
	if (value.kind == VALUE_TIME)
		*words = moment_text(subject, value.number);
	else if (value.kind == VALUE_TEXT)
		*words = value.text;
	else if (value.kind == VALUE_CHOICE) {
		const struct choice *choice = field->choices ? choice_find(field->choices, value.text) : NULL;

		*words = choice ? label_in(&choice->label, language) : value.text;
	} else {
		json_value(&json, &shown, field, value);
		*words = buf_str(&json);
		if (words->n > 1 && *words->p == '"')
			*words = str_sub(*words, 1, words->n - 1);
	}
	return OK;
}

static struct str link_text(const struct hook_subject *subject)
{
	char number[NUMBER_TEXT];

	return str_format(subject->arena, "%s/%s", subject->address ? subject->address : "",
			  kernel_number(subject->kernel, subject->record->identity, number));
}

/* What a name stands for: those of the composer's templates (decision 0061), and what happened. */
static enum status fill(const struct hook_subject *subject, struct str name, struct str *words, struct error *error)
{
	const struct record *record = subject->record;
	const struct event *event = subject->event;
	const struct field *field = type_field(record->type, name);
	char number[NUMBER_TEXT];

	*words = (struct str){0};
	if (str_is(name, "number"))
		*words = str_dup(subject->arena, str_of(kernel_number(subject->kernel, record->identity, number)));
	else if (str_is(name, "headline"))
		*words = read_headline(record, subject->owner->language);
	else if (str_is(name, "state"))
		*words = record->state ? label_in(&record->state->label, subject->owner->language) : S("");
	else if (str_is(name, "event"))
		*words = happening_words(subject);
	else if (str_is(name, "by"))
		return name_of(subject, event->actor, words, error);
	else if (str_is(name, "comment"))
		*words = event->comment;
	else if (str_is(name, "at"))
		*words = moment_text(subject, event->at);
	else if (str_is(name, "link"))
		*words = link_text(subject);
	else if (field && access_reads_field(subject->owner, field))
		return field_words(subject, field, words, error);
	return OK;
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!islower((unsigned char)text.p[i]) && !isdigit((unsigned char)text.p[i]) && text.p[i] != '_')
			return false;
	return text.n > 0;
}

/* As it stands within the quotes of a JSON text. */
static void add_json_inside(struct buf *out, struct str words)
{
	struct buf quoted = buf_new(out->arena);

	buf_add_json_string(&quoted, words);
	buf_add(out, str_sub(buf_str(&quoted), 1, quoted.n - 1));
}

static enum status filled(const struct hook_subject *subject, struct str text, bool json, struct str *out_text,
			  struct error *error)
{
	struct buf out = buf_new(subject->arena);
	size_t open, close;

	while (str_find_char(text, '{', &open)) {
		struct str rest = str_sub(text, open + 1, text.n), words;
		enum status status;

		buf_add(&out, str_sub(text, 0, open));
		if (!str_find_char(rest, '}', &close) || !is_name(str_sub(rest, 0, close))) {
			buf_add_char(&out, '{');
			text = rest;
			continue;
		}
		if ((status = fill(subject, str_sub(rest, 0, close), &words, error)))
			return status;
		if (json)
			add_json_inside(&out, words);
		else
			buf_add(&out, words);
		text = str_sub(rest, close + 1, rest.n);
	}
	buf_add(&out, text);
	*out_text = buf_str(&out);
	return OK;
}

/* --- forms --- */

static enum status standard_body(const struct hook_subject *subject, struct buf *json, struct error *error)
{
	struct shown shown = shown_new(subject->kernel, subject->arena);
	enum status status;

	shown_need_record(&shown, subject->record);
	need_event(&shown, subject->event);
	if ((status = shown_look_up(&shown, subject->connection, subject->owner, error)))
		return status;
	buf_format(json, "{\"type\":\"%.*s.%.*s\",\"timestamp\":", STR_ARG(subject->record->type->name),
		   STR_ARG(happening(subject->event)));
	json_time(json, subject->event->recorded_at);
	buf_format(json, ",\"data\":{\"collection\":\"%.*s\",\"event\":", STR_ARG(subject->record->type->collection));
	event_json(json, &shown, subject->event, subject->owner->language);
	buf_add(json, S(",\"record\":"));
	json_record(json, &shown, subject->owner, subject->record, &projection_whole);
	buf_add(json, S("}}"));
	return OK;
}

static enum status chat_text(const struct hook_subject *subject, const struct hook_wish *wish, struct str *text,
			     struct error *error)
{
	static const char usual[] = "{number} {headline}: {event} ({by})";
	enum status status = filled(subject, wish->template.n ? wish->template : str_of(usual), false, text, error);

	if (!status && !wish->template.n && subject->event->comment.n)
		*text = str_format(subject->arena, "%.*s\n%.*s", STR_ARG(*text), STR_ARG(subject->event->comment));
	return status;
}

/* Slack reads & < > as markup of its own. */
static void slack_escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '&')
			buf_add(out, S("&amp;"));
		else if (text.p[i] == '<')
			buf_add(out, S("&lt;"));
		else if (text.p[i] == '>')
			buf_add(out, S("&gt;"));
		else
			buf_add_char(out, text.p[i]);
}

static void slack_body(const struct hook_subject *subject, struct str text, struct buf *json)
{
	struct buf marked = buf_new(subject->arena);
	char number[NUMBER_TEXT];

	slack_escape(&marked, text);
	if (subject->address)
		buf_format(&marked, "\n<%.*s|%s>", STR_ARG(link_text(subject)),
			   kernel_number(subject->kernel, subject->record->identity, number));
	buf_add(json, S("{\"text\":"));
	buf_add_json_string(json, buf_str(&marked));
	buf_add_char(json, '}');
}

static void teams_body(const struct hook_subject *subject, struct str text, struct buf *json)
{
	char number[NUMBER_TEXT];

	buf_add(json, S("{\"type\":\"message\",\"attachments\":[{\"contentType\":"
			"\"application/vnd.microsoft.card.adaptive\",\"content\":{\"$schema\":"
			"\"http://adaptivecards.io/schemas/adaptive-card.json\",\"type\":\"AdaptiveCard\",\"version\":"
			"\"1.4\",\"body\":[{\"type\":\"TextBlock\",\"wrap\":true,\"text\":"));
	buf_add_json_string(json, text);
	buf_add(json, S("}]"));
	if (subject->address) {
		buf_format(json, ",\"actions\":[{\"type\":\"Action.OpenUrl\",\"title\":\"%s\",\"url\":",
			   kernel_number(subject->kernel, subject->record->identity, number));
		buf_add_json_string(json, link_text(subject));
		buf_add(json, S("}]"));
	}
	buf_add(json, S("}}]}"));
}

enum status hook_message(const struct hook_subject *subject, const struct hook_wish *wish, struct str *body,
			 struct error *error)
{
	struct buf json = buf_new(subject->arena);
	struct str text;
	enum status status;

	if (str_is(wish->format, "template"))
		return filled(subject, wish->template, true, body, error);
	if (!str_is(wish->format, "slack") && !str_is(wish->format, "teams")) {
		status = standard_body(subject, &json, error);
	} else if (!(status = chat_text(subject, wish, &text, error))) {
		if (str_is(wish->format, "slack"))
			slack_body(subject, text, &json);
		else
			teams_body(subject, text, &json);
	}
	*body = buf_str(&json);
	return status;
}
