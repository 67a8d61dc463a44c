#include "record/verify_parts.h"

#include <jansson.h>
#include <string.h>

#include "record/names.h"

/* --- sums by record --- */

static struct part_sum *place_of(const struct part_sum *places, size_t room, int64_t record)
{
	size_t at = (uint64_t)record * 0x9E3779B97F4A7C15u >> 32 & (room - 1);

	while (places[at].record && places[at].record != record)
		at = (at + 1) & (room - 1);
	return (struct part_sum *)&places[at];
}

static struct part_sum *sum_of(struct part_sums *sums, int64_t record)
{
	struct part_sum *place;

	if (sums->count * 2 >= sums->room) {
		size_t room = sums->room ? sums->room * 2 : 1024;
		struct part_sum *places = arena_many(sums->arena, struct part_sum, room);

		for (size_t i = 0; i < sums->room; i++)
			if (sums->places[i].record)
				*place_of(places, room, sums->places[i].record) = sums->places[i];
		sums->places = places;
		sums->room = room;
	}
	place = place_of(sums->places, sums->room, record);
	sums->count += !place->record;
	place->record = record;
	return place;
}

static void change(uint64_t lanes[4], struct str text, bool take_away)
{
	struct hash hash = hash_bytes(text);

	for (size_t i = 0; i < 4; i++) {
		uint64_t lane;

		memcpy(&lane, hash.bytes + i * sizeof(lane), sizeof(lane));
		lanes[i] += take_away ? -lane : lane;
	}
}

static bool is_nothing(const uint64_t lanes[4])
{
	return !(lanes[0] | lanes[1] | lanes[2] | lanes[3]);
}

/* --- what history tells --- */

static struct str link_text(struct arena *arena, struct str kind, int64_t target, char sign, instant at)
{
	return str_format(arena, "%.*s %lld %c %lld", STR_ARG(kind), (long long)target, sign, (long long)at);
}

static struct str file_text(struct arena *arena, int64_t event, struct str name, struct str media_type, int64_t size,
			    struct str hex, bool is_public, instant at, int64_t by)
{
	return str_format(arena, "%lld %zu %.*s %zu %.*s %lld %.*s %d %lld %lld", (long long)event, name.n,
			  STR_ARG(name), media_type.n, STR_ARG(media_type), (long long)size, STR_ARG(hex), is_public,
			  (long long)at, (long long)by);
}

static struct str text_at(const json_t *array, size_t index)
{
	const json_t *text = json_array_get(array, index);

	return json_is_string(text) ? (struct str){json_string_value(text), json_string_length(text)} : S("");
}

static bool has_end(const json_t *ends, int64_t identity)
{
	for (size_t i = 0; i < json_array_size(ends); i++)
		if (json_integer_value(json_array_get(ends, i)) == identity)
			return true;
	return false;
}

static void add_ends(struct part_sums *sums, struct arena *scratch, const struct event_row *event, struct str kind,
		     const json_t *from, const json_t *to, char sign)
{
	for (size_t i = 0; i < json_array_size(to); i++) {
		int64_t other = json_integer_value(json_array_get(to, i));

		if (!has_end(from, other))
			change(sum_of(sums, event->record)->links, link_text(scratch, kind, other, sign, event->at),
			       false);
	}
}

/* Links fields change with their record; what they keep are links. */
static void add_changes(struct part_sums *sums, struct arena *scratch, const struct event_row *event)
{
	const struct type *type = kernel_type_of(sums->kernel, event->record);
	struct event_changes changes;
	struct event_change told;

	event_changes_open(event, &changes);
	while (type && event_changes_next(&changes, &told)) {
		const struct field *field = field_once(type, told.name);

		if (!field || field->kind != FIELD_LINKS)
			continue;
		add_ends(sums, scratch, event, field->link, told.after, told.before, '-');
		add_ends(sums, scratch, event, field->link, told.before, told.after, '+');
	}
	event_changes_close(&changes);
}

static json_t *parse(struct str text)
{
	json_error_t fault;

	return text.n ? json_loadb(text.p, text.n, 0, &fault) : NULL;
}

static void add_links(struct part_sums *sums, struct arena *scratch, const struct event_row *event)
{
	json_t *details = parse(event->details);
	const json_t *links = json_object_get(details, "links");

	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *told = json_array_get(links, i);
		int64_t other = json_integer_value(json_array_get(told, 1));
		bool backwards = json_integer_value(json_array_get(told, 3)) == 1,
		     removed = str_is(text_at(told, 2), "-");
		const struct link_kind *link = link_once(sums->kernel->model, text_at(told, 0));

		if (link)
			change(sum_of(sums, backwards ? other : event->record)->links,
			       link_text(scratch, link->kind, backwards ? event->record : other, removed ? '-' : '+',
					 event->at),
			       false);
	}
	json_decref(details);
}

static void add_files(struct part_sums *sums, struct arena *scratch, const struct event_row *event)
{
	json_t *files = parse(event->places[PLACE_FILES]);

	for (size_t i = 0; i < json_array_size(files); i++) {
		const json_t *file = json_array_get(files, i);

		change(sum_of(sums, event->record)->files,
		       file_text(scratch, event->id, text_at(file, 0), text_at(file, 1),
				 json_integer_value(json_array_get(file, 2)), text_at(file, 3),
				 json_integer_value(json_array_get(file, 4)) == 1, event->at, event->actor),
		       false);
	}
	json_decref(files);
}

void parts_add_event(struct part_sums *sums, struct arena *scratch, const struct event_row *event)
{
	add_changes(sums, scratch, event);
	add_links(sums, scratch, event);
	add_files(sums, scratch, event);
}

/* --- what the tables hold --- */

static enum status take_links(struct part_sums *sums, struct connection *connection, struct error *error)
{
	ARENA scratch = arena_new();
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection, S("SELECT kind, source, target, since, until FROM kaname_link"),
					   &statement, error);

	while (!status && !(status = store_step(statement, &row, error)) && row) {
		const struct link_kind *link = link_once(sums->kernel->model, column_text(statement, 0));
		int64_t source = column_int(statement, 1), target = column_int(statement, 2);

		arena_reset(scratch);
		if (!link) /* of kinds that are no longer declared nothing is known */
			continue;
		change(sum_of(sums, source)->links,
		       link_text(scratch, link->kind, target, '+', column_int(statement, 3)), true);
		if (!column_is_null(statement, 4))
			change(sum_of(sums, source)->links,
			       link_text(scratch, link->kind, target, '-', column_int(statement, 4)), true);
	}
	return status;
}

static enum status take_files(struct part_sums *sums, struct connection *connection, struct error *error)
{
	ARENA scratch = arena_new();
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(connection,
					   S("SELECT record, event, name, media_type, size, hash, public, created_at, "
					     "created_by FROM kaname_attachment"),
					   &statement, error);

	while (!status && !(status = store_step(statement, &row, error)) && row) {
		struct str bytes = column_blob(statement, 5);
		char hex[HASH_BYTES * 2 + 1] = "";
		struct hash hash;

		arena_reset(scratch);
		if (bytes.n == HASH_BYTES) {
			memcpy(hash.bytes, bytes.p, HASH_BYTES);
			hash_hex(hash, hex);
		}
		change(sum_of(sums, column_int(statement, 0))->files,
		       file_text(scratch, column_int(statement, 1), str_dup(scratch, column_text(statement, 2)),
				 str_dup(scratch, column_text(statement, 3)), column_int(statement, 4), str_of(hex),
				 column_int(statement, 6) != 0, column_int(statement, 7), column_int(statement, 8)),
		       true);
	}
	return status;
}

enum status parts_compare(struct part_sums *sums, struct connection *connection, int64_t *wrong, const char **what,
			  struct error *error)
{
	enum status status = take_links(sums, connection, error);

	*wrong = 0;
	if (status || (status = take_files(sums, connection, error)))
		return status;
	for (size_t i = 0; i < sums->room; i++) {
		const struct part_sum *sum = &sums->places[i];

		if (!sum->record || (is_nothing(sum->links) && is_nothing(sum->files)) ||
		    (*wrong && *wrong < sum->record))
			continue;
		*wrong = sum->record;
		*what = is_nothing(sum->links) ? "files" : "links";
	}
	return OK;
}
