#include "record/rotas.h"

#include <jansson.h>

#include "record/clocks.h"

bool rota_parse_time(struct str text, int64_t *time_of_day)
{
	struct span span;
	char both[16];

	if (text.n != 5)
		return false;
	snprintf(both, sizeof(both), "%.*s-24:00", STR_ARG(text));
	if (!span_parse(str_of(both), &span))
		return false;
	*time_of_day = span.from;
	return true;
}

static int64_t number_of(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

static void read_people(struct arena *arena, struct value rows, struct rota *rota)
{
	json_t *list = rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
	int64_t *people = arena_many(arena, int64_t, json_array_size(list) + 1);

	for (size_t i = 0; i < json_array_size(list); i++) {
		int64_t person = number_of(json_array_get(list, i), "person");

		if (person)
			people[rota->count++] = person;
	}
	rota->people = people;
	json_decref(list);
}

static void read_overrides(struct arena *arena, struct value rows, struct rota *rota)
{
	json_t *list = rows.kind == VALUE_ROWS ? json_loadb(rows.text.p, rows.text.n, 0, NULL) : NULL;
	struct rota_override *overrides = arena_many(arena, struct rota_override, json_array_size(list) + 1);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		overrides[rota->override_count++] =
		    (struct rota_override){number_of(row, "from"), number_of(row, "to"), number_of(row, "person")};
	}
	rota->overrides = overrides;
	json_decref(list);
}

bool rota_of_record(struct arena *arena, const struct record *record, struct rota *rota)
{
	struct value zone = record_named(record, "zone"), starts_on = record_named(record, "starts_on"),
		     hand_over = record_named(record, "hand_over"), turn = record_named(record, "turn");

	*rota = (struct rota){.turn_days = turn.kind == VALUE_CHOICE && str_is(turn.text, "day") ? 1 : 7};
	rota->zone = zone.kind == VALUE_TEXT ? zone_open(zone.text) : NULL;
	if (!rota->zone || starts_on.kind != VALUE_DATE || hand_over.kind != VALUE_TEXT ||
	    !rota_parse_time(hand_over.text, &rota->hand_over))
		return false;
	rota->starts_on = (int32_t)starts_on.number;
	read_people(arena, record_named(record, "people"), rota);
	read_overrides(arena, record_named(record, "overrides"), rota);
	return true;
}

/* The active rota with the lowest number, of those that a condition selects; its marks all stand for one identity. */
static enum status find_rota(struct kernel *kernel, struct connection *connection, struct arena *arena,
			     const char *condition, int64_t identity, struct record **record, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_ROTA];
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	*record = NULL;
	if (!type)
		return OK;
	status =
	    store_prepare(connection,
			  str_format(arena, "SELECT \"id\" FROM \"%.*s\" WHERE \"active\" = 1 AND %s, \"id\" LIMIT 1",
				     STR_ARG(type->name), condition),
			  &statement, error);
	if (status)
		return status;
	bind_int(statement, identity);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	return record_load(kernel, connection, arena, column_int(statement, 0), false, record, error);
}

static bool has_roles(const struct kernel *kernel)
{
	const struct type *type = kernel->model->acting[ACTS_ROTA];

	return type && type_field(type, S("role"));
}

enum status rota_person_now(struct kernel *kernel, struct connection *connection, struct arena *arena,
			    int64_t group_or_role, instant now, int64_t *person, struct error *error)
{
	const char *condition =
	    has_roles(kernel) ? "?1 IN (\"group\", \"role\") ORDER BY \"role\" IS NULL" : "?1 = \"group\" ORDER BY 1";
	struct record *record;
	struct rota rota;
	enum status status = find_rota(kernel, connection, arena, condition, group_or_role, &record, error);

	*person = 0;
	if (!status && record && rota_of_record(arena, record, &rota))
		*person = rota_at(&rota, now).person;
	return status;
}

enum status rota_person_outside_hours(struct kernel *kernel, struct connection *connection, struct arena *arena,
				      int64_t group, int64_t calendar, instant now, int64_t *person,
				      struct error *error)
{
	const struct calendar *hours;
	struct record *record;
	struct value own;
	struct rota rota;
	const char *condition =
	    has_roles(kernel)
		? "(\"group\" = ?1 OR (\"group\" IS NULL AND \"role\" IS NULL)) ORDER BY \"group\" IS NULL"
		: "(\"group\" = ?1 OR \"group\" IS NULL) ORDER BY \"group\" IS NULL";
	enum status status = find_rota(kernel, connection, arena, condition, group, &record, error);

	*person = 0;
	if (status || !record)
		return status;
	own = record_named(record, "hours");
	if ((status = calendar_of_record(kernel, connection, own.kind == VALUE_RECORD ? own.number : calendar, &hours,
					 error)))
		return status;
	if (rota_of_record(arena, record, &rota) && !calendar_is_open(hours, now))
		*person = rota_at(&rota, now).person;
	return OK;
}
