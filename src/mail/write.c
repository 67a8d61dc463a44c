/* What a mail leads to, written: the record, and the mail beside it, in one transaction. */
#include <string.h>

#include "mail/taking.h"
#include "mail/words.h"
#include "record/said.h"

enum { FILES_MOST = 19, FIELDS_MOST = 64, TEXT_MOST = 90000, REQUESTS_MOST = 2 + COPIED_MOST, LINE_MOST = 500 };

struct writing {
	struct taking *taking;
	struct field_input fields[FIELDS_MOST], kept[FIELDS_MOST];
	struct attachment_input files[FILES_MOST], raw[FILES_MOST + 1];
	struct link_input related, tie;
	struct edit_request requests[REQUESTS_MOST];
	struct edit_result results[REQUESTS_MOST];
	size_t count;
	size_t of_record, of_mail; /* n: request n - 1 is about it; 0: none is */
};

static enum language language_of(const struct taking *taking)
{
	struct value language = record_named(taking->mailbox, "language");

	return language_parse(language.kind == VALUE_CHOICE ? language.text : S(""), ENGLISH);
}

static void give(struct edit_request *request, struct field_input *inputs, const struct field *field,
		 struct value value)
{
	if (field && request->field_count < FIELDS_MOST && field->value == value.kind)
		inputs[request->field_count++] = (struct field_input){field, value};
}

static struct str shortened(struct taking *taking, struct str text)
{
	if (text.n <= TEXT_MOST)
		return text;
	return str_format(taking->arena, "%.*s\n\n%s", STR_ARG(str_head(text, TEXT_MOST)),
			  tr(language_of(taking), N_("(The rest stands in the mail itself.)")));
}

/* A field that declares no other limit takes LINE_MOST characters. */
static struct str fitting(const struct field *field, struct str text)
{
	return str_trim(str_first(text, field->has_most ? (size_t)field->most : LINE_MOST));
}

static struct str first_line(struct taking *taking, struct str text)
{
	size_t end;

	text = str_trim(text);
	return words_on_one_line(taking->arena, str_find_char(text, '\n', &end) ? str_sub(text, 0, end) : text);
}

static size_t take_files(const struct taking *taking, struct attachment_input *files)
{
	const struct mail_message *message = &taking->reading.message;
	size_t count = message->file_count < FILES_MOST ? message->file_count : FILES_MOST;

	for (size_t i = 0; i < count; i++)
		files[i] = (struct attachment_input){message->files[i].name, message->files[i].media_type,
						     message->files[i].bytes};
	return count;
}

/* --- the record --- */

/* Whatever the mailbox says of records: service, group, category... A customer only where the sender has none. */
static void give_presets(struct writing *writing, struct edit_request *request)
{
	const struct record *mailbox = writing->taking->mailbox;

	for (size_t i = 0; i < mailbox->type->field_count; i++) {
		const struct field *from = mailbox->type->fields[i];
		const struct field *to = type_field(request->type, from->name);
		struct value value = record_value(mailbox, from);

		if (!from->to || !to || to->kind != from->kind || to->to != from->to || value.kind != VALUE_RECORD ||
		    (to->to->acts_as == ACTS_CUSTOMER && writing->taking->actor && writing->taking->actor->customer))
			continue;
		give(request, writing->fields, to, value);
	}
}

/* As a choice that the field offers, in small letters; others are left out. */
static void give_verdict(struct writing *writing, struct edit_request *request, struct field_input *inputs,
			 const char *name, struct str method)
{
	const struct field *field = type_field(request->type, str_of(name));
	struct str verdict = taking_verdict(writing->taking, method);

	if (!field || !field->choices)
		return;
	for (size_t i = 0; i < field->choices->count; i++)
		if (str_eq_nocase(field->choices->choices[i].code, verdict))
			give(request, inputs, field, value_choice(field->choices->choices[i].code));
}

static struct edit_request *add_request(struct writing *writing)
{
	struct edit_request *request = &writing->requests[writing->count++];

	*request = (struct edit_request){.via = VIA_MAIL};
	return request;
}

static struct edit_request *about_record(struct writing *writing)
{
	struct edit_request *request = add_request(writing);

	writing->of_record = writing->count;
	request->on_behalf = writing->taking->sender;
	request->fields = writing->fields;
	request->attachments = writing->files;
	request->attachment_count = take_files(writing->taking, writing->files);
	request->comment_is_public = true;
	return request;
}

static enum status open_record(struct writing *writing, struct error *error)
{
	struct taking *taking = writing->taking;
	struct value opens = record_named(taking->mailbox, "opens");
	const struct type *type = opens.kind == VALUE_CHOICE ? model_type(taking->kernel->model, opens.text) : NULL;
	const struct field *title = type ? type->headline : NULL;
	struct edit_request *request;
	struct str words = taking->subject.n ? taking->subject : first_line(taking, taking->fresh);

	if (!type || !type->mail)
		return error_fail(error, E_CONFLICT, "opens", "model", N_("Such records do not come by mail"));
	request = about_record(writing);
	request->type = type;
	give(request, writing->fields, title, value_text(fitting(title, words)));
	give(request, writing->fields, type->mail->text, value_text(shortened(taking, taking->fresh)));
	give(request, writing->fields, type->mail->by, value_record(taking->sender));
	give_presets(writing, request);
	give_verdict(writing, request, writing->fields, "sender_check", S("dmarc"));
	if (taking->answers && taking->answers->type == type &&
	    type->mail->related) { /* it came too late for that one */
		writing->related = (struct link_input){.link = type->mail->related, .other = taking->answers->identity};
		request->links = &writing->related;
		request->link_count = 1;
	}
	taking->outcome = "opened";
	return OK;
}

static bool is_from(const struct transition *transition, const struct state *state)
{
	for (size_t i = 0; i < transition->from_count; i++)
		if (transition->from[i] == state)
			return true;
	return false;
}

/* Whether an answer of this sender sets the record going again. */
static enum status reopens(struct taking *taking, bool *reopen, struct error *error)
{
	const struct transition *transition = taking->answers->type->mail->reopen;

	*reopen = transition && is_from(transition, taking->answers->state);
	if (!*reopen)
		return OK;
	return edit_may_transition(taking->kernel, taking->connection, taking->arena, taking->actor, taking->answers,
				   transition, taking->delivery->now, reopen, error);
}

/* What staff write stays among staff; what customers' people write they may read. */
static enum status answer_record(struct writing *writing, bool reopen, struct error *error)
{
	struct taking *taking = writing->taking;
	struct edit_request *request = about_record(writing);

	request->record = taking->answers->identity;
	request->transition = reopen ? taking->answers->type->mail->reopen : NULL;
	request->comment = shortened(taking, taking->fresh.n ? taking->fresh : taking->subject);
	request->comment_is_public = !actor_is_staff(taking->actor);
	taking->outcome = reopen ? "reopened" : "answered";
	return OK;
}

static enum status about_what(struct writing *writing, struct error *error)
{
	struct taking *taking = writing->taking;
	const struct record *answers = taking->answers;
	bool reopen;
	enum status status;

	if (!answers)
		return open_record(writing, error);
	if (!access_reads_record(taking->kernel, taking->actor, answers) ||
	    !access_may(taking->kernel, taking->actor, answers->type, ACCESS_COMMENT, answers)) {
		taking->outcome = "denied";
		return OK;
	}
	if ((status = reopens(taking, &reopen, error)))
		return status;
	if (!reopen && answers->state && answers->state->phase == PHASE_DONE)
		return open_record(writing, error); /* over for good, or for this sender */
	return answer_record(writing, reopen, error);
}

/* --- the mail --- */

static void keep(struct writing *writing, struct edit_request *request, const char *name, struct value value)
{
	give(request, writing->kept, type_field(request->type, str_of(name)), value);
}

static void keep_text(struct writing *writing, struct edit_request *request, const char *name, struct str text)
{
	const struct field *field = type_field(request->type, str_of(name));

	if (field && text.n)
		give(request, writing->kept, field,
		     value_text(field->kind == FIELD_MARKDOWN ? shortened(writing->taking, text)
							      : fitting(field, text)));
}

static void keep_fields(struct writing *writing, struct edit_request *request)
{
	struct taking *taking = writing->taking;
	const struct mail_message *message = &taking->reading.message;
	struct str subject = message->subject;

	request->fields = writing->kept;
	keep_text(writing, request, "subject", subject.n ? subject : first_line(taking, taking->fresh));
	keep_text(writing, request, "from_name", message->from.name);
	keep_text(writing, request, "from_address", message->from.address);
	if (taking->sender)
		keep(writing, request, "sender", value_record(taking->sender));
	keep(writing, request, "mailbox", value_record(taking->mailbox->identity));
	keep(writing, request, "outcome", value_choice(str_of(taking->outcome)));
	keep_text(writing, request, "reason", said_and(taking->arena, taking->why, taking->reason));
	keep_text(writing, request, "text", taking->fresh);
	keep_text(writing, request, "folded", taking->folded);
	keep_text(writing, request, "authentication", message->authentication);
	give_verdict(writing, request, writing->kept, "spf", S("spf"));
	give_verdict(writing, request, writing->kept, "dkim", S("dkim"));
	give_verdict(writing, request, writing->kept, "dmarc", S("dmarc"));
	keep(writing, request, "occurrence", value_text(taking_occurrence(taking, taking->mailbox, taking->id)));
}

/* As it came; and what it brings, where no record has it. */
static void keep_files(struct writing *writing, struct edit_request *request)
{
	writing->raw[0] = (struct attachment_input){S("mail.eml"), S("message/rfc822"), writing->taking->delivery->raw};
	request->attachments = writing->raw;
	request->attachment_count = 1;
	if (!writing->of_record)
		request->attachment_count += take_files(writing->taking, writing->raw + 1);
}

static const char *step_of(const char *outcome)
{
	static const char *const steps[][2] = {{"opened", "take"},  {"answered", "take"}, {"reopened", "take"},
					       {"obeyed", "take"},  {"repeated", "keep"}, {"automatic", "keep"},
					       {"bounced", "keep"}, {"looped", "keep"},   {"refused", "refuse"}};

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (!strcmp(steps[i][0], outcome))
			return steps[i][1];
	return NULL; /* it waits */
}

/* Of what it leads to or, where it adds nothing, of what it answers all the same; NULL: it stands alone. */
static const struct type *type_of_record(const struct writing *writing)
{
	const struct record *answers = writing->taking->answers;

	if (writing->of_record && writing->requests[writing->of_record - 1].type)
		return writing->requests[writing->of_record - 1].type;
	return answers ? answers->type : NULL;
}

static void tie_mail(struct writing *writing, struct edit_request *request)
{
	const struct type *type = type_of_record(writing);

	if (!type || !type->mail)
		return;
	writing->tie = (struct link_input){.link = type->mail->kept_with, .of_request = writing->of_record};
	if (!writing->of_record)
		writing->tie.other = writing->taking->answers->identity;
	request->links = &writing->tie;
	request->link_count = 1;
}

static void keep_mail(struct writing *writing)
{
	struct taking *taking = writing->taking;
	struct edit_request *request = add_request(writing);
	const char *step = step_of(taking->outcome);

	writing->of_mail = writing->count;
	request->type = taking->type;
	keep_fields(writing, request);
	keep_files(writing, request);
	tie_mail(writing, request);
	if (step)
		request->transition = type_transition(taking->type, str_of(step));
}

/* --- both --- */

static void add_watchers(struct writing *writing)
{
	const struct taking *taking = writing->taking;
	const struct edit_request *about;

	if (!writing->of_record)
		return;
	about = &writing->requests[writing->of_record - 1];
	for (size_t i = 0; i < taking->copied_count; i++) {
		struct edit_request *request = add_request(writing);

		request->record = about->record;
		request->of_request = about->record ? 0 : writing->of_record;
		request->on_behalf = taking->copied[i];
		request->watch = true;
	}
}

static enum status commit(struct writing *writing, struct error *error)
{
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = writing->requests,
				   .count = writing->count,
				   .results = writing->results,
				   .now = writing->taking->delivery->now};
	struct mail_delivery *delivery = writing->taking->delivery;
	enum status status = kernel_edit(writing->taking->kernel, &batch, error);

	if (status)
		return status;
	delivery->mail = writing->results[writing->of_mail - 1].record;
	delivery->record = writing->of_record  ? writing->results[writing->of_record - 1].record
			   : writing->tie.link ? writing->tie.other
					       : 0;
	delivery->outcome = str_of(writing->taking->outcome);
	return OK;
}

/* Somebody handed over the same mail at the same time. */
static bool was_taken(const struct error *error)
{
	return error->status == E_INVALID && error->count == 1 && !strcmp(error->items[0].rule, "unique");
}

/* A refusal of the record is no reason to lose the mail. */
static enum status keep_alone(struct writing *writing, const struct error *why, struct error *error)
{
	struct taking *taking = writing->taking;
	const struct edit_request *about = &writing->requests[writing->of_record - 1];
	const struct type *type = about->type ? about->type : kernel_type_of(taking->kernel, about->record);

	*writing = (struct writing){.taking = taking};
	taking->outcome = "incomplete";
	taking->reason = said_keep_error(taking->arena, why, type, (struct str){0});
	keep_mail(writing);
	return commit(writing, error);
}

enum status taking_write(struct taking *taking, struct error *error)
{
	struct writing *writing = arena_one(taking->arena, struct writing);
	struct error own = {0};
	enum status status = OK;

	writing->taking = taking;
	if (!taking->outcome && !taking->command.step)
		status = about_what(writing, error);
	store_reader_done(&taking->connection);
	if (!taking->outcome && taking->command.step) {
		status = taking_obey(taking, error);
		if (taking->command.record->type->mail)
			taking->answers = taking->command.record;
	}
	if (status)
		return status;
	keep_mail(writing);
	add_watchers(writing);
	status = commit(writing, &own);
	if (status && status != E_UNAVAILABLE && status != E_INTERNAL && !was_taken(&own) && writing->of_record)
		return keep_alone(writing, &own, error);
	if (was_taken(&own)) {
		taking->delivery->outcome = S("");
		return OK;
	}
	if (status)
		error_append(error, &own);
	return status;
}
