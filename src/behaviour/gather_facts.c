/* gather: what a sign means here: which item it is about, how grave it is, whether planned work explains it. */
#include "behaviour/gather.h"

#include "record/lookup.h"
#include "record/read.h"
#include "record/said.h"

enum { WORKS_MOST = 200, TRIED_MOST = 290 };

/* --- the item --- */

static struct str label_named(const struct gathering *gathering, struct str name)
{
	struct str key = S("name"), value = S("value");

	return rows_cell(edit_arena(gathering->edit), gather_own(gathering, OWN_LABELS), &key, &name, 1, value);
}

/* By number or key, by what people recognise it by, and by what its source called it. */
static enum status find_exactly(const struct gathering *gathering, struct str text, int64_t *item, struct error *error)
{
	struct edit *edit = gathering->edit;
	const struct type *type = gathering->rule->own[OWN_ITEM]->to;
	const struct field *fields[] = {type->headline, type_field(type, S("source_reference"))};
	enum status status = record_find(edit_kernel(edit), edit_connection(edit), type, text, item, error);

	for (size_t i = 0; i < 2 && !status && !*item; i++)
		if (fields[i] && fields[i]->value == VALUE_TEXT)
			status = lookup_named(edit_connection(edit), edit_arena(edit), fields[i], text, item, error);
	return status;
}

/* "web1.example.jp:9100" as it stands, then without the port, then without the domain. An address has no domain. */
static enum status find_nearly(const struct gathering *gathering, struct str text, int64_t *item, struct error *error)
{
	enum status status = find_exactly(gathering, text, item, error);
	size_t at;

	if (!status && !*item && str_find_char(text, ':', &at) && at) {
		text = str_sub(text, 0, at);
		status = find_exactly(gathering, text, item, error);
	}
	if (!status && !*item && str_find_char(text, '.', &at) && at && (text.p[0] < '0' || text.p[0] > '9'))
		status = find_exactly(gathering, str_sub(text, 0, at), item, error);
	return status;
}

static enum status find_item(const struct gathering *gathering, struct error *error)
{
	struct arena *arena = edit_arena(gathering->edit);
	struct str rest = gather_source(gathering, SOURCE_CI_LABELS).text, name;
	const struct label *unknown = &gathering->rule->unknown;
	struct str in_english = unknown->text[ENGLISH], in_japanese = label_in(unknown, JAPANESE);
	struct buf tried = buf_new(arena);
	int64_t item = 0;
	enum status status = OK;

	while (!item && !status && str_cut(&rest, ',', &name)) {
		struct str value = label_named(gathering, str_trim(name));

		if (!value.n)
			continue;
		buf_format(&tried, "%s%.*s=%.*s", tried.n ? ", " : "", STR_ARG(str_trim(name)),
			   STR_ARG(str_sub(value, 0, 60)));
		status = find_nearly(gathering, value, &item, error);
	}
	if (status || (status = gather_set(gathering, OWN_ITEM, item ? value_record(item) : (struct value){0}, error)))
		return status;
	if (tried.n && tried.n < TRIED_MOST) {
		in_english = str_format(arena, "%.*s: %.*s", STR_ARG(in_english), STR_ARG(buf_str(&tried)));
		in_japanese = str_format(arena, "%.*s：%.*s", STR_ARG(in_japanese), STR_ARG(buf_str(&tried)));
	}
	return gather_set(gathering, OWN_UNKNOWN,
			  item ? (struct value){0} : value_text(said_keep_both(arena, in_english, in_japanese)), error);
}

/* --- how grave it is --- */

static enum status find_gravity(const struct gathering *gathering, struct error *error)
{
	struct arena *arena = edit_arena(gathering->edit);
	struct value severity = gather_own(gathering, OWN_SEVERITY);
	json_t *rows = rows_list(gather_source(gathering, SOURCE_PRIORITIES));
	struct value impact = {0}, urgency = {0};
	enum status status;

	for (size_t i = 0; i < json_array_size(rows) && !value_is_empty(severity); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!str_eq_nocase(str_of(json_string_value(json_object_get(row, "severity"))), severity.text))
			continue;
		impact = value_choice(str_dup(arena, str_of(json_string_value(json_object_get(row, "impact")))));
		urgency = value_choice(str_dup(arena, str_of(json_string_value(json_object_get(row, "urgency")))));
		break;
	}
	json_decref(rows);
	status = gather_set(gathering, OWN_IMPACT, impact, error);
	return status ? status : gather_set(gathering, OWN_URGENCY, urgency, error);
}

/* --- planned work --- */

static bool holds(struct value list, int64_t identity)
{
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++)
		if (list.list.items[i].number == identity)
			return true;
	return false;
}

/* Work on certain items is about these; work that names none is about all of its service. */
static bool explains(const struct gathering *gathering, const struct gather_quiet *quiet, const struct record *work)
{
	struct value item = gather_own(gathering, OWN_ITEM), service = gather_source(gathering, SOURCE_SERVICE);
	struct value items = quiet->items ? record_value(work, quiet->items) : (struct value){0};

	if (!value_is_empty(items))
		return item.kind == VALUE_RECORD && holds(items, item.number);
	return quiet->service && service.kind == VALUE_RECORD && value_eq(record_value(work, quiet->service), service);
}

static enum status find_work(const struct gathering *gathering, const struct gather_quiet *quiet, int64_t *work,
			     struct error *error)
{
	struct edit *edit = gathering->edit;
	struct list_request request = {.type = quiet->type,
				       .filter = quiet->when,
				       .limit = WORKS_MOST,
				       .as_of = INSTANT_NONE,
				       .now = edit_now(edit),
				       .with_links = true};
	struct list_result found;
	enum status status = read_list(edit_kernel(edit), edit_connection(edit), edit_arena(edit), actor_system(),
				       &request, &found, error);

	for (size_t i = 0; !status && i < found.count && !*work; i++)
		if (explains(gathering, quiet, found.records[i]))
			*work = found.records[i]->identity;
	return status;
}

enum status gather_facts(const struct gathering *gathering, bool *quiet, struct error *error)
{
	const struct gather *rule = gathering->rule;
	int64_t work = 0;
	enum status status;

	if ((status = find_item(gathering, error)) || (status = find_gravity(gathering, error)))
		return status;
	for (size_t i = 0; i < rule->quiet_count && !status && !work; i++)
		status = find_work(gathering, &rule->quiets[i], &work, error);
	*quiet = work != 0;
	return status ? status
		      : gather_set(gathering, OWN_SUPPRESSED_BY, work ? value_record(work) : (struct value){0}, error);
}

enum status gather_quiet_until(const struct gathering *gathering, instant *until, struct error *error)
{
	struct edit *edit = gathering->edit;
	struct value by = gather_own(gathering, OWN_SUPPRESSED_BY), end;
	struct record *work;
	enum status status;

	*until = INSTANT_NONE;
	if (by.kind != VALUE_RECORD)
		return OK;
	status =
	    record_load(edit_kernel(edit), edit_connection(edit), edit_arena(edit), by.number, false, &work, error);
	if (status || !work)
		return status;
	end = record_value(work, gathering->rule->quiets[0].until);
	if (end.kind == VALUE_TIME)
		*until = end.number;
	return OK;
}
