/* user and init: people and their passwords. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/opened.h"
#include "record/account.h"
#include "record/edit.h"
#include "record/read.h"

struct new_person {
	const char *account, *name, *role, *customer, *language;
};

static enum status person_type(struct opened *opened, const struct type **type)
{
	*type = opened->program.model->acting[ACTS_PERSON];
	if (!*type || !(*type)->key || !(*type)->headline)
		return error_fail(&opened->error, E_CONFLICT, "", "model",
				  N_("The model declares no type that acts as %s"), "person");
	return OK;
}

/* One more field of the person, parsed as people would write it. */
static enum status add_field(struct opened *opened, struct connection *connection, const struct type *type,
			     const char *name, const char *text, struct field_input *inputs, size_t *count)
{
	const struct field *field = type_field(type, str_of(name));
	enum status status;

	if (!text)
		return OK;
	if (!field)
		return error_fail(&opened->error, E_CONFLICT, name, "model", N_("The model has no such field"));
	if ((status = field_parse(opened->program.kernel, connection, opened->arena, field, str_of(text), NULL,
				  &inputs[*count].value, &opened->error)))
		return status;
	inputs[(*count)++].field = field;
	return OK;
}

static enum status create_person(struct opened *opened, const struct new_person *person, int64_t *identity)
{
	struct field_input inputs[8];
	struct edit_request request = {.via = VIA_CLI, .at = INSTANT_NONE, .fields = inputs};
	struct edit_result result;
	struct edit_batch batch = {
	    .actor = actor_system(), .requests = &request, .count = 1, .results = &result, .now = INSTANT_NONE};
	READER connection = NULL;
	enum status status;

	if ((status = person_type(opened, &request.type)) ||
	    (status = kernel_reader(opened->program.kernel, &connection, &opened->error)) ||
	    (status = add_field(opened, connection, request.type, str_c(opened->arena, request.type->key->name),
				person->account, inputs, &request.field_count)) ||
	    (status = add_field(opened, connection, request.type, str_c(opened->arena, request.type->headline->name),
				person->name, inputs, &request.field_count)) ||
	    (status =
		 add_field(opened, connection, request.type, "roles", person->role, inputs, &request.field_count)) ||
	    (status = add_field(opened, connection, request.type, "customer", person->customer, inputs,
				&request.field_count)) ||
	    (status = add_field(opened, connection, request.type, "language", person->language, inputs,
				&request.field_count)))
		return status;
	store_reader_done(&connection);
	status = kernel_edit(opened->program.kernel, &batch, &opened->error);
	*identity = result.record;
	return status;
}

static enum status set_password(struct opened *opened, int64_t person)
{
	struct str password;

	if (!read_secret(opened->arena, "Password", &password))
		return error_fail(&opened->error, E_INVALID, "password", "required",
				  N_("A password is read from standard input"));
	return account_set_password(opened->program.kernel, person, password, time_now(), &opened->error);
}

static enum status find_person(struct opened *opened, const char *account, int64_t *identity)
{
	READER connection = NULL;
	const struct type *type;
	enum status status;

	if ((status = person_type(opened, &type)) ||
	    (status = kernel_reader(opened->program.kernel, &connection, &opened->error)) ||
	    (status = record_find(opened->program.kernel, connection, type, str_of(account), identity, &opened->error)))
		return status;
	return *identity ? OK
			 : error_fail(&opened->error, E_NOT_FOUND, account, "person", N_("There is no such person"));
}

/* A line of standard input for each. */
static enum status set_passwords(struct opened *opened, const char *const *accounts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t identity;
		enum status status = find_person(opened, accounts[i], &identity);

		if (status || (status = set_password(opened, identity)))
			return status;
	}
	return OK;
}

static enum status list_people(struct opened *opened)
{
	struct list_request request = {.limit = 1000, .as_of = INSTANT_NONE};
	READER connection = NULL;
	struct list_result result;
	enum status status;

	if ((status = person_type(opened, &request.type)) ||
	    (status = kernel_reader(opened->program.kernel, &connection, &opened->error)))
		return status;
	do {
		if ((status = read_list(opened->program.kernel, connection, opened->arena, actor_system(), &request,
					&result, &opened->error)))
			return status;
		for (size_t i = 0; i < result.count; i++)
			printf("%.*s\t%.*s\n", STR_ARG(record_value(result.records[i], request.type->key).text),
			       STR_ARG(record_value(result.records[i], request.type->headline).text));
		request.after = result.next;
	} while (result.next.n);
	return OK;
}

int command_user(int argc, char **argv)
{
	struct new_person person = {0};
	const struct option options[] = {{.name = "name", .value = &person.name},
					 {.name = "role", .value = &person.role},
					 {.name = "customer", .value = &person.customer},
					 {.name = "language", .value = &person.language}};
	OPENED opened = {0};
	int64_t identity;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));
	const char *verb = !code && opened.word_count ? opened.words[0] : "";
	enum status status;

	if (code)
		return code;
	if ((strcmp(verb, "list") != 0 || opened.word_count != 1) &&
	    (strcmp(verb, "create") != 0 || opened.word_count != 2) &&
	    (strcmp(verb, "password") != 0 || opened.word_count < 2))
		return fail_usage("user", "say create ACCOUNT, password ACCOUNT... or list");
	if ((code = opened_program(&opened, false)))
		return code;
	if (!strcmp(verb, "list"))
		return list_people(&opened) ? fail(&opened.error) : EXIT_OK;
	if (!strcmp(verb, "create")) {
		person.account = opened.words[1];
		person.name = person.name ? person.name : person.account;
		status = create_person(&opened, &person, &identity);
		status = status ? status : set_password(&opened, identity);
	} else {
		status = set_passwords(&opened, opened.words + 1, opened.word_count - 1);
	}
	return status ? fail(&opened.error) : EXIT_OK;
}

/* --- init --- */

static const char *administering_role(struct opened *opened)
{
	for (size_t i = 0; i < opened->program.model->role_count; i++)
		if (opened->program.model->roles[i]->administers)
			return str_c(opened->arena, opened->program.model->roles[i]->name);
	return NULL;
}

int command_init(int argc, char **argv)
{
	struct new_person person = {.account = "admin", .name = "Administrator"};
	const struct option options[] = {{.name = "admin", .value = &person.account}};
	OPENED opened = {0};
	READER connection = NULL;
	const struct type *type;
	int64_t people = 0, identity;
	int code = opened_take(&opened, argc, argv, options, 1);

	if (code)
		return code;
	if (opened.word_count)
		return fail_usage("init", "there is a word too many");
	if ((code = opened_program(&opened, true)))
		return code;
	if (person_type(&opened, &type) || kernel_reader(opened.program.kernel, &connection, &opened.error) ||
	    read_count(opened.program.kernel, connection, opened.arena, actor_system(), type, NULL, time_now(), &people,
		       &opened.error))
		return fail(&opened.error);
	store_reader_done(&connection);
	if (people) {
		puts("The database is ready; there are people in it already.");
		return EXIT_OK;
	}
	person.role = administering_role(&opened);
	if (create_person(&opened, &person, &identity) || set_password(&opened, identity))
		return fail(&opened.error);
	printf("The database is ready; sign in as %s.\n", person.account);
	return EXIT_OK;
}

/* --- token --- */

struct new_token {
	const char *name, *scope, *days;
};

static enum status make_token(struct opened *opened, const char *account, const struct new_token *token,
			      instant expires_at)
{
	char secret[TOKEN_TEXT];
	int64_t person;
	enum status status;

	if ((status = find_person(opened, account, &person)) ||
	    (status = token_create(opened->program.kernel, person, str_of(token->name ? token->name : "command line"),
				   token->scope && !strcmp(token->scope, "read") ? TOKEN_READ : TOKEN_ALL, expires_at,
				   time_now(), secret, &opened->error)))
		return status;
	puts(secret);
	return OK;
}

/* One for the first account, and one for each that stands among the words. */
static enum status make_tokens(struct opened *opened, const char *account, const struct new_token *token)
{
	const char *days = token->days, *scope = token->scope;
	instant now = time_now(), expires_at = INSTANT_NONE;
	int64_t number;
	enum status status;

	if (days) {
		if (!str_int64(str_of(days), &number) || number < 1 || number > 36500)
			return error_fail(&opened->error, E_INVALID, "days", "range",
					  N_("A number of days is expected"));
		expires_at = now + number * DAY;
	}
	if (scope && strcmp(scope, "all") != 0 && strcmp(scope, "read") != 0)
		return error_fail(&opened->error, E_INVALID, "scope", "choice", N_("One of these is expected: %s"),
				  "all, read");
	status = make_token(opened, account, token, expires_at);
	for (size_t i = 1; !status && i < opened->word_count; i++)
		status = make_token(opened, opened->words[i], token, expires_at);
	return status;
}

int command_token(int argc, char **argv)
{
	const char *account = NULL;
	struct new_token token = {0};
	const struct option options[] = {{.name = "user", .value = &account},
					 {.name = "name", .value = &token.name},
					 {.name = "scope", .value = &token.scope},
					 {.name = "days", .value = &token.days}};
	OPENED opened = {0};
	int64_t id = 0;
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));
	bool create, revoke;

	if (code)
		return code;
	create = opened.word_count && !strcmp(opened.words[0], "create") && account;
	revoke =
	    opened.word_count == 2 && !strcmp(opened.words[0], "revoke") && str_int64(str_of(opened.words[1]), &id);
	if (!create && !revoke)
		return fail_usage("token", "say create --user ACCOUNT..., or revoke ID");
	if ((code = opened_program(&opened, false)))
		return code;
	if (create)
		return make_tokens(&opened, account, &token) ? fail(&opened.error) : EXIT_OK;
	return token_revoke(opened.program.kernel, id, time_now(), &opened.error) ? fail(&opened.error) : EXIT_OK;
}
