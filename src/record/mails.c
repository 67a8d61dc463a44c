#include "record/mails.h"

#include <jansson.h>
#include <stdlib.h>

#include "record/access.h"
#include "record/outbox_row.h"

/* NEWEST: of one record, as many are looked at for those that went to one person. */
enum { NEWEST = 500 };

struct looking {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct record *record;
	struct mail_place before;
	size_t limit;
	VEC(struct mail_told) found;
};

/* Of what came at one moment, what went out stands before what came in. `from`: the greatest identity at that moment
 * that is looked for, exclusive. */
static void bind_place(const struct looking *looking, struct statement *statement, bool came_in)
{
	struct mail_place before = looking->before;
	instant at = before.at ? before.at : INT64_MAX;
	int64_t from = !before.at || before.came_in < came_in ? INT64_MAX
		       : before.came_in > came_in             ? 0
							      : before.identity;

	bind_int(statement, at);
	bind_int(statement, at);
	bind_int(statement, from);
}

/* --- what came in --- */

bool mails_may_come_in(const struct kernel *kernel, const struct actor *actor, const struct type *type)
{
	const struct type *mail = kernel->model->acting[ACTS_MAIL];

	return mail && type->mail && access_reads_type(kernel, actor, mail);
}

static enum status find_came_in(struct looking *looking, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    looking->connection,
	    S("SELECT l.source, l.since, (SELECT min(a.id) FROM kaname_attachment a WHERE a.record = l.source AND "
	      "a.media_type = 'message/rfc822') FROM kaname_link l WHERE l.target = ? AND l.kind = ? AND l.until IS "
	      "NULL AND (l.since < ? OR (l.since = ? AND l.source < ?)) ORDER BY l.since DESC, l.source DESC LIMIT ?"),
	    &statement, error);

	if (status)
		return status;
	bind_int(statement, looking->record->identity);
	bind_text(statement, looking->record->type->mail->kept_with->kind);
	bind_place(looking, statement, true);
	bind_int(statement, (int64_t)looking->limit);
	while (!(status = store_step(statement, &row, error)) && row) {
		struct mail_told told = {.place = {column_int(statement, 1), true, column_int(statement, 0)},
					 .raw = column_is_null(statement, 2) ? 0 : column_int(statement, 2)};

		vec_push(looking->arena, &looking->found, told);
	}
	return status;
}

static enum status add_came_in(struct looking *looking, struct error *error)
{
	struct record **records;
	int64_t *identities;
	size_t count, kept = 0;
	enum status status;

	if (!mails_may_come_in(looking->kernel, looking->actor, looking->record->type))
		return OK;
	if ((status = find_came_in(looking, error)))
		return status;
	count = looking->found.count;
	records = arena_many(looking->arena, struct record *, count + 1);
	identities = arena_many(looking->arena, int64_t, count + 1);
	for (size_t i = 0; i < count; i++)
		identities[i] = looking->found.items[i].place.identity;
	status =
	    record_load_many(looking->kernel, looking->connection, looking->arena, identities, count, records, error);
	for (size_t i = 0; i < count && !status; i++)
		if (records[i] && access_reads_record(looking->kernel, looking->actor, records[i])) {
			looking->found.items[kept] = looking->found.items[i];
			looking->found.items[kept++].mail = records[i];
		}
	looking->found.count = kept;
	return status;
}

/* --- what went out --- */

static int64_t first_notice(const struct outbox_entry *entry)
{
	json_t *payload = json_loadb(entry->payload.p, entry->payload.n, 0, NULL);
	int64_t notice = json_integer_value(json_array_get(json_object_get(payload, "notices"), 0));

	json_decref(payload);
	return notice;
}

static enum status read_words(struct looking *looking, struct mail_told *told, int64_t notice, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(looking->connection,
					   S("SELECT kind, en, ja FROM kaname_notice WHERE id = ?"), &statement, error);

	if (status)
		return status;
	bind_int(statement, notice);
	if ((status = store_step(statement, &row, error)) || !row)
		return status;
	told->kind = str_dup(looking->arena, column_text(statement, 0));
	told->says = (struct label){
	    {str_dup(looking->arena, column_text(statement, 1)), str_dup(looking->arena, column_text(statement, 2))}};
	return OK;
}

static void hide(const struct actor *actor, struct outbox_entry *entry)
{
	entry->payload = entry->address = entry->message_id = (struct str){0};
	if (!actor->administers)
		entry->reason = (struct str){0};
}

/* The statement gives the entry, and the notice that tells of the record where it is not the entry's first one. */
static enum status add_rows(struct looking *looking, struct statement *statement, bool of_several, struct error *error)
{
	VEC(int64_t) notices = {0};
	size_t from = looking->found.count;
	bool row;
	enum status status;

	while (!(status = store_step(statement, &row, error)) && row) {
		struct mail_told told = {.may_open = looking->actor->administers};

		outbox_row(statement, looking->arena, &told.entry);
		if (!actor_is_staff(looking->actor) && told.entry.person != looking->actor->person)
			continue;
		told.place = (struct mail_place){told.entry.at, false, told.entry.id};
		vec_push(looking->arena, &notices,
			 of_several ? column_int(statement, OUTBOX_COLUMN_COUNT) : first_notice(&told.entry));
		hide(looking->actor, &told.entry);
		vec_push(looking->arena, &looking->found, told);
	}
	for (size_t i = 0; i < notices.count && !status; i++)
		status = read_words(looking, &looking->found.items[from + i], notices.items[i], error);
	return status;
}

static enum status add_went_out(struct looking *looking, bool of_several, struct error *error)
{
	static const char one[] = "SELECT " OUTBOX_COLUMNS(
	    "") " FROM kaname_outbox WHERE record = ? AND (at < ? OR (at = ? AND id < ?)) ORDER BY at DESC, id DESC "
		"LIMIT ?";
	static const char several[] = "SELECT " OUTBOX_COLUMNS(
	    "o.") ", t.notice FROM kaname_outbox_told t JOIN "
		  "kaname_outbox o ON o.id = t.entry WHERE t.record = ? AND (t.at < ? OR (t.at = "
		  "? AND t.entry < ?)) ORDER BY t.at DESC, t.entry DESC LIMIT ?";
	bool all = actor_is_staff(looking->actor);
	STATEMENT statement = NULL;
	enum status status = store_prepare(looking->connection, str_of(of_several ? several : one), &statement, error);

	if (status)
		return status;
	bind_int(statement, looking->record->identity);
	bind_place(looking, statement, false);
	bind_int(statement, all ? (int64_t)looking->limit : NEWEST);
	return add_rows(looking, statement, of_several, error);
}

/* --- both --- */

static int newest_first(const void *a, const void *b)
{
	const struct mail_place *x = &((const struct mail_told *)a)->place, *y = &((const struct mail_told *)b)->place;

	if (x->at != y->at)
		return x->at < y->at ? 1 : -1;
	if (x->came_in != y->came_in)
		return x->came_in ? 1 : -1;
	return (x->identity < y->identity) - (x->identity > y->identity);
}

enum status mails_read(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct actor *actor, const struct record *record, struct mail_place before, size_t limit,
		       struct mail_told **mails, size_t *count, struct mail_place *next, struct error *error)
{
	struct looking looking = {.kernel = kernel,
				  .connection = connection,
				  .arena = arena,
				  .actor = actor,
				  .record = record,
				  .before = before,
				  .limit = limit + 1};
	enum status status;

	*next = (struct mail_place){0};
	*count = 0;
	if (!access_reads_record(kernel, actor, record))
		return OK;
	if ((status = add_came_in(&looking, error)) || (status = add_went_out(&looking, false, error)) ||
	    (status = add_went_out(&looking, true, error)))
		return status;
	if (looking.found.count)
		qsort(looking.found.items, looking.found.count, sizeof(*looking.found.items), newest_first);
	*mails = looking.found.items;
	*count = looking.found.count < limit ? looking.found.count : limit;
	if (looking.found.count > limit)
		*next = looking.found.items[limit - 1].place;
	return OK;
}

struct str mail_place_text(struct arena *arena, struct mail_place place)
{
	return str_format(arena, "%lld-%d-%lld", (long long)place.at, place.came_in ? 1 : 0, (long long)place.identity);
}

bool mail_place_parse(struct str text, struct mail_place *place)
{
	struct str at, way;
	int64_t came_in;

	if (!str_cut(&text, '-', &at) || !str_cut(&text, '-', &way) || !str_int64(at, &place->at) || place->at <= 0 ||
	    !str_int64(way, &came_in) || came_in < 0 || came_in > 1 || !str_int64(text, &place->identity))
		return false;
	place->came_in = came_in == 1;
	return true;
}
