/* joint_signature: several named parties sign the same text, each by a person of theirs; when the text changes, all
 * signatures fall.
 *
 * Parameters: state: in which signatures are collected; make: the type of a signature, which has `decision`; as: its
 * reference to this record; signer: its person field; sides: a list {label: {en, ja}, whom: [roles, persons, groups]
 * or one path to a person, group or role}; any one person signs for a party; text: fields whose text is signed;
 * signed, refused: states of a signature; withdraw, fall: its transitions, of an open one and of one that was given;
 * concluded: the transition of this record when every party has signed; declined: when one of them refuses; reopen: the
 * transition taken when the text changes after that.
 *
 * A signature has the fields title, perhaps title_ja, party (of format message: it is kept in both languages), and
 * fingerprint (a text): the digest of what is signed, so that it is proven that all signed the same. */
#include "behaviour/behaviours.h"

#include "base/hash.h"
#include "record/lookup.h"
#include "record/said.h"
#include "record/subject.h"

struct party {
	struct label label;
	struct str called; /* as a signature keeps it: in both languages where its field is a message */
	struct path path;
	struct who *who; /* in place of a path */
	size_t who_count;
};

struct joint_signature {
	const struct state *state, *signed_state, *refused;
	const struct type *make;
	const struct field *as, *signer, *party, *fingerprint;
	struct party *parties;
	size_t party_count;
	const struct field **text;
	size_t text_count;
	const struct transition *withdraw, *fall, *concluded, *declined, *reopen;
};

/* --- parameters --- */

static enum status load_signature(struct behaviour_loading *loading, struct joint_signature *p, struct error *error)
{
	static const char *const needed[] = {"title", "party", "fingerprint"};
	struct str signer;
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_text(loading, "signer", true, &signer, error)) ||
	    (status = load_state(loading, "signed", p->make, &p->signed_state, error)) ||
	    (status = load_state(loading, "refused", p->make, &p->refused, error)) ||
	    (status = load_transition(loading, "withdraw", true, p->make, &p->withdraw, error)) ||
	    (status = load_transition(loading, "fall", true, p->make, &p->fall, error)))
		return status;
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		const struct field *field = type_field(p->make, str_of(needed[i]));

		if (!field || field->kind != FIELD_TEXT)
			return load_fail(loading, "make", N_("There is no field \"%s\""), needed[i], error);
	}
	p->signer = type_field(p->make, signer);
	p->party = type_field(p->make, S("party"));
	p->fingerprint = type_field(p->make, S("fingerprint"));
	return p->signer && p->signer->kind == FIELD_PERSON
		   ? OK
		   : load_fail(loading, "signer", N_("The field must be a person"), NULL, error);
}

/* What a party is called, as a signature keeps it. */
static struct str called(struct arena *arena, const struct joint_signature *p, const struct party *party)
{
	return p->party->is_message
		   ? said_keep_both(arena, party->label.text[ENGLISH], label_in(&party->label, JAPANESE))
		   : party->label.text[ENGLISH];
}

static enum status load_party(struct behaviour_loading *loading, struct party *party, struct error *error)
{
	static const char *const keys[] = {"label", "whom", NULL};
	const struct node *whom = load_node(loading, "whom");
	enum status status;

	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_label(loading, "label", true, &party->label, error)))
		return status;
	if (whom && whom->kind == NODE_SCALAR && path_read(loading->arena, loading->type, whom->text, &party->path) &&
	    path_end(&party->path)->to)
		return OK;
	party->path = (struct path){0};
	return load_who(loading, "whom", true, &party->who, &party->who_count, error);
}

static enum status load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {"state",   "make",     "as",   "signer",    "sides",    "text",   "signed",
					   "refused", "withdraw", "fall", "concluded", "declined", "reopen", NULL};
	struct joint_signature *p = arena_one(loading->arena, struct joint_signature);
	struct behaviour_loading *parts;
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_state(loading, "state", loading->type, &p->state, error)) ||
	    (status = load_signature(loading, p, error)) ||
	    (status = load_fields(loading, "text", &p->text, &p->text_count, error)) ||
	    (status = load_transition(loading, "concluded", true, loading->type, &p->concluded, error)) ||
	    (status = load_transition(loading, "declined", true, loading->type, &p->declined, error)) ||
	    (status = load_transition(loading, "reopen", false, loading->type, &p->reopen, error)) ||
	    (status = load_parts(loading, "sides", &parts, &p->party_count, error)))
		return status;
	p->parties = arena_many(loading->arena, struct party, p->party_count + 1);
	for (size_t i = 0; i < p->party_count; i++) {
		if ((status = load_party(&parts[i], &p->parties[i], error)))
			return status;
		p->parties[i].called = called(loading->arena, p, &p->parties[i]);
	}
	return p->text_count ? OK : load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "text", error);
}

/* --- what is signed, and by whom --- */

/* Of the values as history writes them. What is not there in the other language does not count, so that what was signed
 * before the model had a field for it stands. */
static struct str fingerprint(const struct joint_signature *p, const struct subject *subject)
{
	struct str *parts = arena_many(subject->arena, struct str, 2 * p->text_count);
	char hex[HASH_BYTES * 2 + 1];
	size_t count = 0;

	for (size_t i = 0; i < p->text_count; i++) {
		struct value value = subject_value(subject, p->text[i]);
		struct buf json = buf_new(subject->arena);

		if (p->text[i]->in_english && value_is_empty(value))
			continue;
		value_write_json(&json, p->text[i], value);
		parts[count++] = p->text[i]->name;
		parts[count++] = buf_str(&json);
	}
	hash_hex(hash_parts(parts, count), hex);
	return str_dup(subject->arena, str_of(hex));
}

static enum status people_of_party(const struct subject *subject, const struct party *party, struct people *people,
				   struct error *error)
{
	return party->who_count ? subject_people_meant(subject, party->who, party->who_count, people, error)
				: subject_people_at(subject, &party->path, people, error);
}

/* Earlier versions kept the name in English alone. */
static bool is_for(const struct joint_signature *p, const struct record *signature, const struct party *party)
{
	struct value name = record_value(signature, p->party);

	return name.kind == VALUE_TEXT &&
	       (str_eq(name.text, party->label.text[ENGLISH]) || str_eq(name.text, party->called));
}

/* Whether whoever was asked still signs for that party, and it still reads as it did. */
static enum status judge(const struct behaviour_call *call, const struct subject *subject, struct judging *judging,
			 struct error *error)
{
	const struct joint_signature *p = call->parameters;
	struct value print;
	struct people people;
	enum status status = OK;

	if (p->as != judging->as)
		return OK;
	print = record_value(judging->decision, p->fingerprint);
	judging->may = false;
	if (print.kind != VALUE_TEXT || !str_eq(print.text, fingerprint(p, subject)))
		return OK;
	for (size_t i = 0; i < p->party_count && !judging->may && !status; i++) {
		if (!is_for(p, judging->decision, &p->parties[i]))
			continue;
		status = people_of_party(subject, &p->parties[i], &people, error);
		judging->may = !status && people_have(&people, judging->asked);
	}
	return status;
}

/* --- asking --- */

static enum status ask(const struct joint_signature *p, struct edit *edit, const struct party *party, int64_t person,
		       struct str print, struct error *error)
{
	const struct type *type = edit_after(edit)->type;
	const struct field *title_ja = type_field(p->make, S("title_ja"));
	struct value title = edit_value(edit, type->headline);
	struct field_input fields[6] = {{p->as, value_record(edit_after(edit)->identity)},
					{p->signer, value_record(person)},
					{type_field(p->make, S("title")), title},
					{p->party, value_text(party->called)},
					{p->fingerprint, value_text(print)}};
	struct edit_request request = {.type = p->make, .fields = fields, .field_count = 5, .via = VIA_JOB};
	struct edit_result result;

	if (title_ja && type->headline_ja)
		fields[request.field_count++] = (struct field_input){title_ja, edit_value(edit, type->headline_ja)};
	return edit_follow_up(edit, &request, &result, error);
}

static enum status ask_all(const struct joint_signature *p, struct edit *edit, struct error *error)
{
	struct subject subject = subject_of_edit(edit);
	struct str print = fingerprint(p, &subject);
	enum status status = OK;

	for (size_t i = 0; i < p->party_count && !status; i++) {
		struct people people;

		if ((status = people_of_party(&subject, &p->parties[i], &people, error)))
			return status;
		if (!people.count)
			return error_fail(
			    error, E_CONFLICT, "state", "party", N_("Nobody can sign for: %s"),
			    str_c(edit_arena(edit), label_in(&p->parties[i].label, edit_actor(edit)->language)));
		for (size_t n = 0; n < people.count && !status; n++)
			status = ask(p, edit, &p->parties[i], people.items[n], print, error);
	}
	return status;
}

/* --- what became of them --- */

static enum status load_all(const struct joint_signature *p, struct edit *edit, struct record ***all, size_t *count,
			    struct error *error)
{
	int64_t *records;
	enum status status = lookup_referring(edit_connection(edit), edit_arena(edit), p->as,
					      edit_after(edit)->identity, true, &records, count, error);

	*all = arena_many(edit_arena(edit), struct record *, *count + 1);
	for (size_t i = 0; i < *count && !status; i++)
		status = record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), records[i], false,
				     &(*all)[i], error);
	return status;
}

static enum status take(struct edit *edit, int64_t record, const struct transition *transition, struct error *error)
{
	struct edit_request request = {.record = record, .transition = transition, .via = VIA_JOB};
	struct edit_result result;

	return edit_follow_up(edit, &request, &result, error);
}

/* What is ended brings this record to look again, and may end further ones before the turn comes to them here. */
static enum status take_still(struct edit *edit, int64_t record, const struct transition *transition,
			      struct error *error)
{
	bool could;
	enum status status = edit_could_take(edit, record, transition, NULL, &could, error);

	return status || !could ? status : take(edit, record, transition, error);
}

/* The open ones (of a party; NULL: of all), and with `given` those that were given. */
static enum status end(const struct joint_signature *p, struct edit *edit, const struct party *party, bool given,
		       struct error *error)
{
	struct record **all;
	size_t count;
	enum status status = load_all(p, edit, &all, &count, error);

	for (size_t i = 0; i < count && !status; i++) {
		if (party && !is_for(p, all[i], party))
			continue;
		if (all[i]->state == p->make->initial)
			status = take_still(edit, all[i]->identity, p->withdraw, error);
		else if (given && all[i]->state == p->signed_state)
			status = take_still(edit, all[i]->identity, p->fall, error);
	}
	return status;
}

/* A later question to the same person for the same party puts an earlier answer out of date. */
static bool is_newest(const struct joint_signature *p, struct record **all, size_t count, size_t at)
{
	for (size_t i = at + 1; i < count; i++)
		if (value_eq(record_value(all[i], p->party), record_value(all[at], p->party)) &&
		    value_eq(record_value(all[i], p->signer), record_value(all[at], p->signer)))
			return false;
	return true;
}

static enum status decide(const struct joint_signature *p, struct edit *edit, struct error *error)
{
	struct subject subject = subject_of_edit(edit);
	struct str print = fingerprint(p, &subject);
	struct record **all;
	size_t count, signed_count = 0;
	bool refused = false;
	enum status status = load_all(p, edit, &all, &count, error);

	for (size_t i = 0; i < p->party_count && !status; i++) {
		bool has_signed = false;

		for (size_t n = 0; n < count; n++) {
			struct value value = record_value(all[n], p->fingerprint);
			bool counts =
			    is_for(p, all[n], &p->parties[i]) && value.kind == VALUE_TEXT && str_eq(value.text, print);

			has_signed = has_signed || (counts && all[n]->state == p->signed_state);
			refused = refused || (counts && all[n]->state == p->refused && is_newest(p, all, count, n));
		}
		signed_count += has_signed;
		if (has_signed)
			status = end(p, edit, &p->parties[i], false, error);
	}
	if (status)
		return status;
	if (refused)
		return take_still(edit, edit_after(edit)->identity, p->declined, error);
	return signed_count == p->party_count ? take_still(edit, edit_after(edit)->identity, p->concluded, error) : OK;
}

static bool text_changes(const struct joint_signature *p, const struct edit *edit)
{
	for (size_t i = 0; i < p->text_count; i++)
		if (edit_changes(edit, p->text[i]))
			return true;
	return false;
}

static enum status after_text(const struct joint_signature *p, struct edit *edit, struct error *error)
{
	bool could = false;
	enum status status = end(p, edit, NULL, true, error);

	if (status || edit_after(edit)->state == p->state)
		return status ? status : ask_all(p, edit, error);
	if (!p->reopen || edit_after(edit)->state != p->concluded->to)
		return OK;
	if ((status = edit_could_take(edit, edit_after(edit)->identity, p->reopen, NULL, &could, error)) || !could)
		return status;
	return take(edit, edit_after(edit)->identity, p->reopen, error);
}

static enum status after(const struct behaviour_call *call, struct edit *edit, struct error *error)
{
	const struct joint_signature *p = call->parameters;
	const struct state *is = edit_after(edit)->state, *was = edit_before(edit) ? edit_before(edit)->state : NULL;
	enum status status;

	if (was && text_changes(p, edit) && (status = after_text(p, edit, error)))
		return status;
	if (is == p->state && was != is)
		return ask_all(p, edit, error);
	if (was == p->state && is != was)
		return end(p, edit, NULL, is != p->concluded->to, error);
	return is == p->state && edit_request_of(edit)->reconsider ? decide(p, edit, error) : OK;
}

const struct behaviour behaviour_joint_signature = {
    .name = "joint_signature", .load = load, .after = after, .judge = judge};
