#include "web/share.h"

#include "record/access.h"

enum { NAMED_MOST = 200 };

/* --- what there is --- */

static void add_numbers(struct visit *visit, struct buf *filter, const int64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count && i < NAMED_MOST; i++)
		buf_format(filter, "%s\"%.*s\"", i ? ", " : " or role in (", STR_ARG(number_text(visit, numbers[i])));
	buf_add_c(filter, count ? ")" : "");
}

/* Whoever looks after the system may read all of them as records; what is shown is what concerns a person. */
static struct str concerning(struct visit *visit, struct str also)
{
	const struct actor *actor = visit->actor;
	struct buf filter = buf_new(visit->arena);

	if (also.n)
		buf_format(&filter, "%.*s and ", STR_ARG(also));
	buf_add_c(&filter, "state = kept and (owner = me");
	add_numbers(visit, &filter, actor->held, actor->held_count);
	buf_add_c(&filter, actor->group_count ? " or group in my.groups)" : ")");
	return buf_str(&filter);
}

enum status shared_read(struct visit *visit, struct connection *connection, const struct type *type, struct str also,
			size_t most, struct list_result *found)
{
	struct list_request request = {.type = type,
				       .limit = most,
				       .as_of = INSTANT_NONE,
				       .now = visit->now,
				       .japanese = visit->h.language == JAPANESE};
	struct sort *sort;
	enum status status;

	*found = (struct list_result){0};
	if (!type || !actor_is_staff(visit->actor) || !access_reads_type(visit->kernel, visit->actor, type))
		return OK;
	if ((status =
		 query_parse(visit->arena, type->query, concerning(visit, also), &request.filter, &visit->error)) ||
	    (status = sort_parse(visit->arena, type, S("name"), &sort, &request.sort_count, &visit->error)))
		return status;
	request.sort = sort;
	return read_list(visit->kernel, connection, visit->arena, visit->actor, &request, found, &visit->error);
}

struct shared shared_of(struct visit *visit, const struct record *record)
{
	struct shared shared = {
	    .identity = record->identity,
	    .version = record->version,
	    .owner = record_number_of(record, "owner"),
	    .with = record_number_of(record, "role"),
	    .may_change = access_may(visit->kernel, visit->actor, record->type, ACCESS_EDIT, record),
	    .first_for_all = record_is_set(record, "first_for_all"),
	};

	if (!shared.with)
		shared.with = record_number_of(record, "group");
	shared.own = shared.owner == visit->actor->person;
	shared.first = shared.own && record_is_set(record, "first");
	return shared;
}

void shared_need(struct show *show, const struct shared *shared)
{
	show_need_identity(show, shared->with);
	show_need_identity(show, shared->owner);
}

void shared_take_words(const struct show *show, struct shared *shared)
{
	shared->with_words = show_name(show, shared->with);
	shared->owner_words = show_name(show, shared->owner);
}

int shared_opens(const struct shared *shared)
{
	return shared->first ? 2 : shared->first_for_all && shared->with ? 1 : 0;
}

/* --- the questions of a form --- */

void sharing_begin(struct visit *visit, const struct shared *shared, struct str name, struct sharing *sharing)
{
	sharing->name = name;
	sharing->with = shared->with ? number_text(visit, shared->with) : S("");
	sharing->first = shared->first;
	sharing->first_for_all = shared->first_for_all;
}

/* A box comes after what stands for an empty one. */
static bool is_ticked(const struct http_form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (str_is(form->fields[i].name, name) && str_is(form->fields[i].value, "true"))
			return true;
	return false;
}

void sharing_posted(const struct http_form *form, struct sharing *sharing)
{
	sharing->name = str_trim(http_form_value(form, "name"));
	sharing->with = http_form_value(form, "share");
	sharing->first = is_ticked(form, "first");
	sharing->first_for_all = is_ticked(form, "first_for_all");
}

/* Nobody, the person's groups and roles, and what it is shared with now. */
static enum status with_field(struct visit *visit, struct connection *connection, int64_t now, struct str chosen,
			      struct field_form_view *field)
{
	const struct actor *actor = visit->actor;
	size_t most = actor->held_count + actor->group_count + 2, count = 1;
	int64_t *with = arena_many(visit->arena, int64_t, most);
	struct field_option *options = arena_many(visit->arena, struct field_option, most);
	struct show show = show_new(visit);
	enum status status;

	for (size_t i = 0; i < actor->group_count; i++)
		with[count++] = actor->groups[i];
	for (size_t i = 0; i < actor->held_count; i++)
		with[count++] = actor->held[i];
	if (now && !actor_holds(actor, now) && !actor_in_group(actor, now))
		with[count++] = now;
	for (size_t i = 1; i < count; i++)
		show_need_identity(&show, with[i]);
	if ((status = show_look_up(&show, connection)))
		return status;
	options[0] = (struct field_option){.words = label(&visit->h, N_("Nobody: only I see it"))};
	for (size_t i = 1; i < count; i++)
		options[i] = (struct field_option){number_text(visit, with[i]), show_name(&show, with[i]), false};
	for (size_t i = 0; i < count; i++)
		options[i].chosen = str_eq(options[i].value, chosen);
	*field = (struct field_form_view){.form = FORM_CHOICE,
					  .name = S("share"),
					  .label = label(&visit->h, N_("Shared with")),
					  .depends = true, /* the empty answer is one */
					  .options = options,
					  .option_count = count};
	return OK;
}

static struct field_form_view tick(struct visit *visit, const char *name, const char *words, bool on)
{
	return (struct field_form_view){.form = FORM_BOOLEAN,
					.name = str_of(name),
					.label = label(&visit->h, words),
					.value = on ? S("true") : S("false")};
}

static bool may_open_for_all(const struct visit *visit, const struct type *type)
{
	const struct field *field = type_field(type, S("first_for_all"));

	return field && access_may_set(visit->kernel, visit->actor, field);
}

enum status sharing_fields(struct visit *visit, struct connection *connection, const struct type *type,
			   const struct sharing *sharing, int64_t now, struct field_form_view *fields, size_t *count)
{
	enum status status = with_field(visit, connection, now, sharing->with, &fields[*count + 1]);

	if (status)
		return status;
	fields[*count] = (struct field_form_view){.form = FORM_TEXT,
						  .name = S("name"),
						  .label = label(&visit->h, N_("Name")),
						  .value = sharing->name,
						  .error = visit_words_of_field(visit, "name"),
						  .required = true};
	*count += 2;
	fields[(*count)++] = tick(visit, "first", sharing->first_words, sharing->first);
	if (may_open_for_all(visit, type))
		fields[(*count)++] = tick(visit, "first_for_all", sharing->first_for_all_words, sharing->first_for_all);
	return OK;
}

static void set(const struct type *type, const char *name, struct value value, struct field_input *inputs,
		size_t *count)
{
	const struct field *field = type_field(type, str_of(name));

	if (field)
		inputs[(*count)++] = (struct field_input){field, value};
}

void sharing_inputs(struct visit *visit, const struct type *type, const struct sharing *sharing,
		    struct field_input *inputs, size_t *count)
{
	struct value none = {0}, chosen = none;
	const struct type *with = NULL;
	int64_t identity;

	if (sharing->with.n && kernel_parse_number(visit->kernel, sharing->with, &identity)) {
		with = kernel_type_of(visit->kernel, identity);
		chosen = value_record(identity);
	}
	set(type, "name", sharing->name.n ? value_text(sharing->name) : none, inputs, count);
	set(type, "role", with && with->acts_as == ACTS_ROLE ? chosen : none, inputs, count);
	set(type, "group", with && with->acts_as == ACTS_GROUP ? chosen : none, inputs, count);
	set(type, "first", value_boolean(sharing->first), inputs, count);
	if (may_open_for_all(visit, type))
		set(type, "first_for_all", value_boolean(sharing->first_for_all), inputs, count);
}

struct str sharing_other_fault(struct visit *visit, const char *const *names, size_t count)
{
	for (size_t i = 0; i < visit->error.count; i++) {
		bool shown = false;

		for (size_t n = 0; n < count; n++)
			shown = shown || str_is(str_of(visit->error.items[i].field), names[n]);
		if (!shown)
			return visit_words(visit, &visit->error.items[i]);
	}
	return (struct str){0};
}
