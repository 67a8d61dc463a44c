/* gather: the record that a group of signs has open. */
#include "behaviour/gather.h"

#include "record/lookup.h"
#include "record/read.h"

enum { GROUP_NAME_MOST = 300, STORM_MOST = 1000 };

bool gather_is_open(const struct gather *rule, const struct record *record)
{
	const struct state *over = rule->steps[AT_RECOVERS].take->to;

	return record->state && record->state->phase != PHASE_DONE && record->state != over;
}

static enum status load_record(const struct gathering *gathering, struct value reference, struct record **record,
			       struct error *error)
{
	struct edit *edit = gathering->edit;

	*record = NULL;
	if (reference.kind != VALUE_RECORD)
		return OK;
	return record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), reference.number, true, record,
			   error);
}

/* What was merged went over into another. */
static enum status load_last(const struct gathering *gathering, struct value reference, struct record **last,
			     struct error *error)
{
	enum { HOPS_MOST = 8 };
	const struct field *successor = gathering->rule->into_type->successor;
	enum status status = load_record(gathering, reference, last, error);

	for (int hop = 0; !status && *last && successor && hop < HOPS_MOST; hop++) {
		struct value into = record_value(*last, successor);

		if (into.kind != VALUE_RECORD || (*last)->state->phase != PHASE_DONE)
			break;
		status = load_record(gathering, into, last, error);
	}
	return status;
}

/* --- which group --- */

struct wanted { /* group */
	struct str name, key;
	struct record *record; /* NULL: a new one */
};

static void add_part(struct buf *name, struct str label, struct str value)
{
	if (name->n)
		buf_add_c(name, ", ");
	buf_format(name, "%.*s=%.*s", STR_ARG(label), STR_ARG(value));
}

/* By the labels that the source's setting names; else as the sender grouped it; else each for itself. People are not
 * told the sender's own mark of it, but what the first of them says. */
static struct str group_name(const struct gathering *gathering, struct str *told)
{
	struct arena *arena = edit_arena(gathering->edit);
	struct value labels = gather_own(gathering, OWN_LABELS), sender = gather_own(gathering, OWN_SENDER_GROUP);
	struct str rest = gather_source(gathering, SOURCE_GROUP_BY).text, part, key = S("name");
	struct buf name = buf_new(arena);

	while (str_cut(&rest, ',', &part)) {
		struct str label = str_trim(part);

		if (label.n)
			add_part(&name, label, rows_cell(arena, labels, &key, &label, 1, S("value")));
	}
	*told = name.n ? buf_str(&name) : read_headline(edit_after(gathering->edit), ENGLISH);
	if (name.n)
		return buf_str(&name);
	return value_is_empty(sender) ? gather_own(gathering, OWN_FINGERPRINT).text : sender.text;
}

/* The name may be long, and what it holds anything. */
static enum status find_group(const struct gathering *gathering, struct wanted *wanted, struct error *error)
{
	struct edit *edit = gathering->edit;
	struct str told, name = group_name(gathering, &told);
	char number[NUMBER_TEXT], hex[HASH_BYTES * 2 + 1];
	int64_t identity;
	enum status status;

	hash_hex(hash_bytes(name), hex);
	wanted->name = str_first(told, GROUP_NAME_MOST);
	wanted->key = str_format(edit_arena(edit), "%s/%.40s",
				 kernel_number(edit_kernel(edit), gathering->source->identity, number), hex);
	status = record_find(edit_kernel(edit), edit_connection(edit), gathering->rule->group_type, wanted->key,
			     &identity, error);
	wanted->record = NULL;
	return status || !identity ? status : load_record(gathering, value_record(identity), &wanted->record, error);
}

/* --- opening --- */

static enum status follow(const struct gathering *gathering, struct edit_request *request, struct edit_result *result,
			  struct error *error)
{
	int64_t who = edit_who(gathering->edit);

	request->on_behalf = request->on_behalf ? request->on_behalf : who;
	request->via = who ? edit_request_of(gathering->edit)->via : VIA_JOB;
	return edit_follow_up(gathering->edit, request, result, error);
}

static enum status make(const struct gathering *gathering, enum gather_at at, int64_t *made, struct error *error)
{
	const struct gather *rule = gathering->rule;
	const struct gather_step *step = &rule->steps[at];
	struct arena *arena = edit_arena(gathering->edit);
	struct field_input *fields = arena_many(arena, struct field_input, step->assignments.count + 1);
	struct edit_request request = {.type = rule->into_type, .fields = fields};
	struct value *item = arena_one(arena, struct value);
	struct edit_result result;
	enum status status = assignments_make(gathering->edit, &step->assignments, fields, &request.field_count, error);

	*item = gather_own(gathering, OWN_ITEM);
	if (at == AT_OPENS && rule->items && item->kind == VALUE_RECORD)
		fields[request.field_count++] = (struct field_input){
		    rule->items, (struct value){.kind = VALUE_LIST, .list = {.items = item, .count = 1}}};
	if (!status)
		status = follow(gathering, &request, &result, error);
	*made = status ? 0 : result.record;
	return status;
}

/* In both languages, for a stored text. */
static struct str in_both(struct arena *arena, const struct label *label)
{
	struct str en = label->text[ENGLISH], ja = label->text[JAPANESE];

	return str_eq(en, ja) ? en : str_format(arena, "%.*s / %.*s", STR_ARG(en), STR_ARG(ja));
}

/* What fires again soon after it was over goes on where it was. */
static enum status reopen(const struct gathering *gathering, const struct record *record, bool *reopened,
			  struct error *error)
{
	const struct gather_step *step = &gathering->rule->steps[AT_REOPENS];
	struct value ended = record_value(record, gathering->rule->ended_at),
		     window = gather_source(gathering, SOURCE_FLAP_WINDOW);
	struct edit_request request = {.record = record->identity,
				       .transition = step->take,
				       .comment = in_both(edit_arena(gathering->edit), &step->says)};
	struct edit_result result;
	enum status status;

	*reopened = false;
	if (ended.kind != VALUE_TIME || window.kind != VALUE_DURATION ||
	    edit_now(gathering->edit) - ended.number > window.number)
		return OK;
	if ((status = edit_could_take(gathering->edit, record->identity, step->take, NULL, reopened, error)) ||
	    !*reopened)
		return status;
	return follow(gathering, &request, &result, error);
}

static size_t rank(const struct field *field, struct value value)
{
	const struct choice *choice = value.kind == VALUE_CHOICE ? choice_find(field->choices, value.text) : NULL;

	return choice ? (size_t)(choice - field->choices->choices) : field->choices->count;
}

/* A sign that joins, or is graver than it was, makes the record graver; told again, it does not: people may know
 * better. Choices stand in the order of their rank. */
static enum status raise(const struct gathering *gathering, const struct record *record, struct error *error)
{
	const struct gather *rule = gathering->rule;
	const struct assignments *said = &rule->steps[AT_OPENS].assignments;
	const struct record *before = edit_before(gathering->edit);
	struct field_input *fields = arena_many(edit_arena(gathering->edit), struct field_input, said->count + 1);
	struct edit_request request = {.record = record->identity, .fields = fields};
	struct value storm = gather_source(gathering, SOURCE_STORM);
	struct edit_result result;

	if ((storm.kind == VALUE_RECORD && storm.number == record->identity) ||
	    (before && value_eq(record_value(before, rule->into), value_record(record->identity)) &&
	     !edit_changes(gathering->edit, rule->own[OWN_SEVERITY])))
		return OK;
	for (size_t i = 0; i < said->count; i++) {
		const struct assignment *item = &said->items[i];
		struct value value;

		if (item->from != ASSIGN_PATH || !item->into->choices || item->path.hop_count)
			continue;
		value = edit_value(gathering->edit, item->path.base);
		if (rank(item->into, value) < rank(item->into, record_value(record, item->into)))
			fields[request.field_count++] = (struct field_input){item->into, value};
	}
	return request.field_count ? follow(gathering, &request, &result, error) : OK;
}

/* --- storms --- */

static enum status list_recent(const struct gathering *gathering, struct list_result *recent, struct error *error)
{
	const struct gather *rule = gathering->rule;
	struct edit *edit = gathering->edit;
	struct value most = gather_source(gathering, SOURCE_STORM_GROUPS),
		     within = gather_source(gathering, SOURCE_STORM_WITHIN);
	struct sort newest = {.field = rule->group[GROUP_OPENED_AT]->query, .descending = true};
	struct list_request request = {
	    .type = rule->group_type,
	    .sort = &newest,
	    .sort_count = 1,
	    .limit = most.kind == VALUE_INTEGER && most.number < STORM_MOST ? (size_t)most.number : STORM_MOST,
	    .as_of = INSTANT_NONE,
	    .now = edit_now(edit)};
	char number[NUMBER_TEXT], since[TIME_TEXT];
	struct str text;
	enum status status;

	text = str_format(edit_arena(edit), "source = %s and opened_at > %s",
			  kernel_number(edit_kernel(edit), gathering->source->identity, number),
			  time_format(edit_now(edit) - within.number, since));
	if ((status = query_parse(edit_arena(edit), rule->group_type->query, text, &request.filter, error)))
		return status;
	status = read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(), &request, recent,
			   error);
	recent->total = status ? 0 : recent->count == request.limit;
	return status;
}

/* What the groups before it have opened hangs below the storm, where it is still open and hangs nowhere. */
static enum status hang_below(const struct gathering *gathering, const struct list_result *recent, int64_t storm,
			      struct error *error)
{
	const struct gather *rule = gathering->rule;
	enum status status = OK;

	for (size_t i = 0; i < recent->count && !status; i++) {
		struct link_input link = {.link = rule->children, .other = storm};
		struct edit_request request = {.links = &link, .link_count = 1};
		struct edit_result result;
		struct record *child;
		int64_t *parents;
		size_t count;

		status =
		    load_record(gathering, record_value(recent->records[i], rule->group[GROUP_INTO]), &child, error);
		if (status || !child || child->identity == storm || !gather_is_open(rule, child))
			continue;
		status = lookup_ends(edit_connection(gathering->edit), edit_arena(gathering->edit),
				     rule->children->kind, child->identity, false, &parents, &count, error);
		request.record = child->identity;
		if (!status && !count)
			status = follow(gathering, &request, &result, error);
	}
	return status;
}

static enum status open_storm(const struct gathering *gathering, const struct list_result *recent, int64_t *storm,
			      struct error *error)
{
	const struct field *field = gathering->rule->source[SOURCE_STORM];
	struct field_input input = {.field = field};
	struct edit_request request = {.record = gathering->source->identity, .fields = &input, .field_count = 1};
	struct edit_result result;
	struct record *last;
	enum status status = load_record(gathering, record_value(gathering->source, field), &last, error);

	if (status)
		return status;
	*storm = last && gather_is_open(gathering->rule, last) ? last->identity : 0;
	if (*storm)
		return OK;
	if ((status = make(gathering, AT_STORM, storm, error)))
		return status;
	input.value = value_record(*storm);
	status = follow(gathering, &request, &result, error);
	return status ? status : hang_below(gathering, recent, *storm, error);
}

/* --- all of it --- */

static enum status write_group(const struct gathering *gathering, struct wanted *wanted, int64_t into, bool gathered,
			       struct error *error)
{
	const struct gather *rule = gathering->rule;
	struct field_input fields[] = {
	    {rule->group[GROUP_INTO], value_record(into)},
	    {rule->group[GROUP_OPENED_AT], value_time(edit_now(gathering->edit))},
	    {rule->group[GROUP_GATHERED], value_boolean(gathered)},
	    {rule->group[GROUP_KEY], value_text(wanted->key)},
	    {rule->group[GROUP_NAME], value_text(wanted->name)},
	    {rule->group[GROUP_SOURCE], value_record(gathering->source->identity)},
	};
	struct edit_request request = {.type = rule->group_type,
				       .record = wanted->record ? wanted->record->identity : 0,
				       .fields = fields,
				       .field_count = wanted->record ? 3 : GROUPS};
	struct edit_result result;
	enum status status = follow(gathering, &request, &result, error);

	return status ? status : edit_set(gathering->edit, rule->in_group, value_record(result.record), error);
}

static enum status open_new(const struct gathering *gathering, struct wanted *wanted, int64_t *into,
			    struct error *error)
{
	struct list_result recent;
	enum status status = list_recent(gathering, &recent, error);
	bool is_storm = !status && recent.total;

	if (status)
		return status;
	status = is_storm ? open_storm(gathering, &recent, into, error) : make(gathering, AT_OPENS, into, error);
	return status ? status : write_group(gathering, wanted, *into, is_storm, error);
}

enum status gather_open(const struct gathering *gathering, struct error *error)
{
	const struct gather *rule = gathering->rule;
	struct wanted wanted;
	struct record *last = NULL;
	int64_t into = 0;
	bool goes_on = false;
	enum status status = find_group(gathering, &wanted, error);

	if (!status && wanted.record)
		status = load_last(gathering, record_value(wanted.record, rule->group[GROUP_INTO]), &last, error);
	if (!status && last && !(goes_on = gather_is_open(rule, last)))
		status = reopen(gathering, last, &goes_on, error);
	if (status)
		return status;
	if (!goes_on)
		status = open_new(gathering, &wanted, &into, error);
	else if (!(status = raise(gathering, last, error)))
		status = edit_set(gathering->edit, rule->in_group, value_record(wanted.record->identity), error);
	into = goes_on ? last->identity : into;
	return status ? status : edit_set(gathering->edit, rule->into, value_record(into), error);
}
