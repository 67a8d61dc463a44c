/* Steps that an answer takes by its first line: "approve", 承認 (docs/decisions/0059). */
#include "base/hash.h"
#include "mail/taking.h"
#include "record/decision_link.h"
#include "record/said.h"

enum { WORD_MOST = 60, LINKS_MOST = 50 };

/* --- the word --- */

static bool is_end_of_word(struct str line, size_t *n)
{
	static const char *const signs[] = {".", "!", "。", "！", "．", " ", "　", NULL};

	for (size_t i = 0; signs[i]; i++)
		if (str_ends(line, str_of(signs[i]))) {
			*n = str_of(signs[i]).n;
			return true;
		}
	return false;
}

/* The first line without its full stop, and what stands below it. */
static struct str first_line(struct str text, struct str *rest)
{
	struct str line;
	size_t n;

	text = str_trim(text);
	if (!str_cut(&text, '\n', &line))
		line = (struct str){0};
	*rest = text.p ? str_trim(text) : (struct str){0};
	line = str_trim(line);
	while (line.n && is_end_of_word(line, &n))
		line = str_sub(line, 0, line.n - n);
	return line;
}

static const struct transition *step_of(const struct type *type, struct str word)
{
	for (size_t i = 0; i < type->transition_count; i++)
		for (size_t j = 0; j < type->transitions[i]->mail_word_count; j++)
			if (str_eq_nocase(type->transitions[i]->mail_words[j], word))
				return type->transitions[i];
	return NULL;
}

/* --- the proof --- */

/* The signed address in the mail that is answered, which its quotation holds. Of several records none is meant. */
static bool find_link(struct taking *taking, struct str text, struct decision_link *found)
{
	struct str mark = S("/decide/");
	size_t at, n = 0;

	found->record = 0;
	for (size_t i = 0; i < LINKS_MOST && str_find(text, mark, &at); i++) {
		struct decision_link link;

		text = str_sub(text, at + mark.n, text.n);
		for (n = 0;
		     n < text.n && (text.p[n] == '.' || text.p[n] == '-' || text.p[n] == '_' ||
				    (text.p[n] >= '0' && text.p[n] <= '9') || (text.p[n] >= 'A' && text.p[n] <= 'Z') ||
				    (text.p[n] >= 'a' && text.p[n] <= 'z'));)
			n++;
		if (!decision_link_read(taking->kernel, taking->arena, str_sub(text, 0, n), &link) ||
		    link.person != taking->sender || link.until <= taking->delivery->now)
			continue;
		if (found->record && found->record != link.record)
			return false;
		*found = link;
	}
	return found->record != 0;
}

/* "[APR-12]" of any record that the sender may read. */
static enum status find_subject(struct taking *taking, struct record **record, struct error *error)
{
	struct str rest = taking->reading.message.subject;
	size_t from, to;
	int64_t identity;
	enum status status = OK;

	while (!*record && !status && str_find_char(rest, '[', &from)) {
		rest = str_sub(rest, from + 1, rest.n);
		if (!str_find_char(rest, ']', &to) ||
		    !kernel_parse_number(taking->kernel, str_sub(rest, 0, to), &identity))
			continue;
		status = read_record(taking->kernel, taking->connection, taking->arena, taking->actor, identity, record,
				     error);
		if (status == E_NOT_FOUND) {
			error_clear(error);
			*record = NULL;
			status = OK;
		}
	}
	return status;
}

enum status taking_find_command(struct taking *taking, struct error *error)
{
	struct command *command = &taking->command;
	struct decision_link link;
	struct str word = first_line(taking->fresh, &command->comment);
	bool linked;
	enum status status;

	if (!word.n || word.n > WORD_MOST || taking->reading.message.nature != MAIL_PERSONAL)
		return OK;
	linked = find_link(taking, taking->reading.message.text, &link);
	if (!linked && !taking_has_checker(taking)) /* nobody tells who has sent it: it is an answer like any other */
		return OK;
	if (linked)
		status = read_record(taking->kernel, taking->connection, taking->arena, taking->actor, link.record,
				     &command->record, error);
	else if ((command->record = taking->answers))
		status = OK;
	else
		status = find_subject(taking, &command->record, error);
	if (status == E_NOT_FOUND)
		error_clear(error);
	else if (status)
		return status;
	if (command->record && !status)
		command->step = step_of(command->record->type, word);
	command->proven = linked || taking_is_proven(taking);
	return OK;
}

/* --- taking it --- */

static enum status take_step(struct taking *taking, struct error *error)
{
	const struct command *command = &taking->command;
	struct edit_request request = {.record = command->record->identity,
				       .transition = command->step,
				       .comment = command->comment,
				       .comment_is_public = !actor_is_staff(taking->actor),
				       .via = VIA_MAIL};
	struct edit_result result;
	char hex[HASH_BYTES * 2 + 1];
	struct edit_batch batch = {.actor = taking->actor,
				   .requests = &request,
				   .count = 1,
				   .results = &result,
				   .idempotency_content = hash_bytes(taking->delivery->raw),
				   .now = taking->delivery->now};

	hash_hex(hash_bytes(taking_occurrence(taking, taking->mailbox, taking->id)), hex);
	batch.idempotency_key = str_format(taking->arena, "mail %s", hex);
	return kernel_edit(taking->kernel, &batch, error);
}

/* As the person's own edit, so that every rule sees whose it is. It is written before the mail is: should something
 * come in between, the mail comes again, and the step is known by its key. */
enum status taking_obey(struct taking *taking, struct error *error)
{
	struct error own = {0};
	char room[NUMBER_TEXT];
	struct str number;
	enum status status;

	if (taking->command.proven)
		status = take_step(taking, &own);
	else
		status = error_fail(&own, E_DENIED, "", "command",
				    N_("It asks for a step, and nothing proves who has sent it"));
	if (status == E_UNAVAILABLE || status == E_INTERNAL) {
		error_append(error, &own);
		return status;
	}
	number = str_of(kernel_number(taking->kernel, taking->command.record->identity, room));
	taking->reason = status ? said_keep_error(taking->arena, &own, taking->command.record->type, number)
				: said_keep(taking->arena, N_("The step was taken of %s"), number);
	taking->outcome = status ? "powerless" : "obeyed";
	return OK;
}
