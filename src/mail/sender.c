#include "mail/taking.h"
#include "record/lookup.h"
#include "record/said.h"

enum { CANDIDATES = 100, NAME_MOST = 100, ACCOUNT_MOST = 64, INPUTS_MOST = 8 };

/* --- whom we know --- */

static bool has_text(const struct record *record, const char *field, struct str text)
{
	struct value value = record_named(record, field);

	return value.kind == VALUE_TEXT && str_eq_nocase(value.text, text);
}

static bool is_active(const struct record *record)
{
	struct value active = record_named(record, "active");

	return active.kind != VALUE_BOOLEAN || active.boolean;
}

struct acquaintance {
	int64_t person; /* 0: nobody */
	bool active;
};

/* Of several with one address the active one, and of these the one whom we have known longest. */
static void prefer(struct acquaintance *best, const struct record *record)
{
	bool active = is_active(record);

	if (best->person && (active < best->active || (active == best->active && record->identity > best->person)))
		return;
	*best = (struct acquaintance){record->identity, active};
}

/* Who has this address in a field. */
static enum status look_in(struct taking *taking, const char *name, struct str address, struct acquaintance *best,
			   struct error *error)
{
	const struct field *field = type_field(taking->kernel->model->acting[ACTS_PERSON], str_of(name));
	struct record *record;
	int64_t *people;
	size_t count;
	enum status status;

	if (!field)
		return OK;
	status = lookup_written(taking->connection, taking->arena, field, address, CANDIDATES, &people, &count, error);
	for (size_t i = 0; !status && i < count; i++) {
		status =
		    record_load(taking->kernel, taking->connection, taking->arena, people[i], false, &record, error);
		if (!status && record && has_text(record, name, address))
			prefer(best, record);
	}
	return status;
}

static enum status look_for_person(struct taking *taking, struct str address, int64_t *person, struct error *error)
{
	struct acquaintance best = {0};
	enum status status = look_in(taking, "mail", address, &best, error);

	if (!status)
		status = look_in(taking, "account", address, &best, error);
	*person = status ? 0 : best.person;
	return status;
}

enum status taking_find_person(struct taking *taking, struct str address, int64_t *person, struct error *error)
{
	struct actor_age age;
	size_t at;
	enum status status;

	*person = 0;
	if (!taking->kernel->model->acting[ACTS_PERSON] ||
	    !str_find_char(address, '@', &at)) /* "From: admin" is nobody's address, though it is an account */
		return OK;
	status = actor_recall_address(taking->kernel, taking->connection, address, person, &age, error);
	if (status || *person)
		return status;
	if (!(status = look_for_person(taking, address, person, error)) && *person)
		actor_remember_address(taking->kernel, address, *person, age);
	return status;
}

static enum status search_customers(struct taking *taking, struct str words, struct list_result *result,
				    struct error *error)
{
	struct list_request request = {.type = taking->kernel->model->acting[ACTS_CUSTOMER],
				       .search = str_format(taking->arena, "\"%.*s\"", STR_ARG(words)),
				       .limit = CANDIDATES,
				       .as_of = INSTANT_NONE,
				       .now = taking->delivery->now};

	return read_list(taking->kernel, taking->connection, taking->arena, actor_system(), &request, result, error);
}

static enum status find_customer(struct taking *taking, struct str address, int64_t *customer, struct error *error)
{
	struct list_result result;
	enum status status;
	size_t at;

	*customer = 0;
	if (!taking->kernel->model->acting[ACTS_CUSTOMER] || !str_find_char(address, '@', &at) || at + 1 == address.n)
		return OK;
	address = str_sub(address, at + 1, address.n);
	if ((status = search_customers(taking, address, &result, error)))
		return status;
	for (size_t i = 0; i < result.count; i++)
		if (has_text(result.records[i], "domain", address) && is_active(result.records[i]))
			*customer = result.records[i]->identity;
	return OK;
}

/* --- contacts --- */

static void give(struct edit_request *request, struct field_input *inputs, const char *name, struct value value)
{
	const struct field *field = type_field(request->type, str_of(name));

	if (field && field->value == value.kind)
		inputs[request->field_count++] = (struct field_input){field, value};
}

static struct str name_of(const struct mail_address *from)
{
	size_t at;

	if (from->name.n && from->name.n <= NAME_MOST)
		return from->name;
	return str_find_char(from->address, '@', &at) && at ? str_sub(from->address, 0, at < NAME_MOST ? at : NAME_MOST)
							    : from->address;
}

static enum status make_contact(struct taking *taking, int64_t customer, struct error *error)
{
	const struct mail_address *from = &taking->reading.message.from;
	struct field_input inputs[INPUTS_MOST];
	struct edit_request request = {
	    .type = taking->kernel->model->acting[ACTS_PERSON], .fields = inputs, .via = VIA_MAIL};
	struct edit_result result;
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = &request,
				   .count = 1,
				   .results = &result,
				   .now = taking->delivery->now};
	enum status status;

	give(&request, inputs, "account", value_text(from->address));
	give(&request, inputs, "name", value_text(name_of(from)));
	give(&request, inputs, "mail", value_text(from->address));
	give(&request, inputs, "customer", value_record(customer));
	give(&request, inputs, "language", record_named(taking->mailbox, "language"));
	store_reader_done(&taking->connection);
	status = kernel_edit(taking->kernel, &batch, error);
	taking->sender = status ? 0 : result.record;
	return status ? status : kernel_reader(taking->kernel, &taking->connection, error);
}

/* Only a person who writes personally becomes a contact: newsletters have no customer. */
static enum status decide_unknown(struct taking *taking, struct error *error)
{
	const struct mail_message *message = &taking->reading.message;
	struct value policy = record_named(taking->mailbox, "unknown_sender");
	int64_t customer;
	enum status status;

	taking->why = said_keep(taking->arena, N_("Nobody has the address %s"), message->from.address);
	taking->outcome = str_is(policy.text, "refuse") ? "refused" : "unknown";
	if (!str_is(policy.text, "contact") || message->nature != MAIL_PERSONAL || taking_is_doubtful(taking) ||
	    message->from.address.n > ACCOUNT_MOST)
		return OK;
	if ((status = find_customer(taking, message->from.address, &customer, error)) || !customer)
		return status;
	taking->outcome = NULL;
	taking->why = said_keep(taking->arena, N_("The sender became a contact of the customer with the domain of %s"),
				message->from.address);
	return make_contact(taking, customer, error);
}

/* --- checks of the sender --- */

bool taking_has_checker(const struct taking *taking)
{
	return record_named(taking->mailbox, "trusted_host").kind == VALUE_TEXT;
}

/* Only what the host that we trust has put there (RFC 8601, section 5): others may have been written by anybody. */
static bool checker_wrote(const struct taking *taking, struct str *results)
{
	struct value host = record_named(taking->mailbox, "trusted_host");
	struct str said = taking->reading.message.authentication, by;
	size_t at;

	if (host.kind != VALUE_TEXT || !str_find_char(said, ';', &at))
		return false;
	by = str_trim(str_sub(said, 0, at));
	*results = str_sub(said, at + 1, said.n);
	if (str_find_char(by, ' ', &at)) /* a version after it */
		by = str_sub(by, 0, at);
	return str_eq_nocase(by, str_trim(host.text));
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* "dkim=pass (2048-bit key) header.d=..."; of several signatures one that passes is enough. */
struct str taking_verdict(const struct taking *taking, struct str method)
{
	struct str results, one, verdict = {0};

	if (!checker_wrote(taking, &results))
		return verdict;
	while (str_cut(&results, ';', &one)) {
		size_t end = method.n + 1;

		one = str_trim(one);
		if (one.n <= end || one.p[method.n] != '=' || !str_eq_nocase(str_sub(one, 0, method.n), method))
			continue;
		while (end < one.n && is_word(one.p[end]))
			end++;
		if (!verdict.n || str_eq_nocase(str_sub(one, method.n + 1, end), S("pass")))
			verdict = str_sub(one, method.n + 1, end);
	}
	return verdict;
}

bool taking_is_doubtful(const struct taking *taking)
{
	return str_eq_nocase(taking_verdict(taking, S("dmarc")), S("fail"));
}

bool taking_is_proven(const struct taking *taking)
{
	return str_eq_nocase(taking_verdict(taking, S("dmarc")), S("pass"));
}

enum status taking_find_sender(struct taking *taking, struct error *error)
{
	enum status status = taking_find_person(taking, taking->reading.message.from.address, &taking->sender, error);

	if (!status && taking->sender)
		taking->why = said_keep(taking->arena, N_("The sender was known by the address %s"),
					taking->reading.message.from.address);
	if (!status && !taking->sender)
		status = decide_unknown(taking, error);
	if (status || !taking->sender)
		return status;
	status = actor_of_person_on(taking->kernel, taking->connection, taking->arena, taking->sender, &taking->actor,
				    error);
	if (status == E_NOT_FOUND) { /* no longer active */
		error_clear(error);
		taking->actor = NULL;
		taking->outcome = "denied";
		return OK;
	}
	return status;
}
