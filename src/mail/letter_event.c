/* Values in the words of whom a mail goes to, and what an event changed. */
#include "base/duration.h"
#include "mail/letter.h"
#include "record/said.h"

enum { VALUE_MOST = 300, COMMENT_MOST = 20000, EVENTS_LOOKED_AT = 50, NAMES_MOST = 20 };

static struct str names_of(struct letter *letter, const struct value *values, size_t count, struct error *error)
{
	struct reference references[NAMES_MOST] = {0};
	struct buf names = buf_new(letter->arena);

	if (count > NAMES_MOST)
		count = NAMES_MOST;
	for (size_t i = 0; i < count; i++)
		references[i].identity = values[i].number;
	if (read_references(letter->kernel, letter->connection, letter->arena, letter->actor, references, count,
			    error)) {
		error_clear(error); /* without names a mail is as good as lost, and with numbers it is not */
		return (struct str){0};
	}
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add_c(&names, letter->actor->language == JAPANESE ? "、" : ", ");
		buf_add(&names, references[i].headline.n ? references[i].headline : references[i].shown);
	}
	return buf_str(&names);
}

static struct str choice_words(const struct letter *letter, const struct field *field, struct str code)
{
	const struct choice *choice = field && field->choices ? choice_find(field->choices, code) : NULL;

	return choice ? label_in(&choice->label, letter->actor->language) : code;
}

static struct str state_words(const struct letter *letter, const struct type *type, struct str name)
{
	const struct state *state = type_state(type, name);

	return state ? label_in(&state->label, letter->actor->language) : name;
}

static struct str day_words(struct arena *arena, int64_t day)
{
	int year, month, of_month;

	day_to_civil((int32_t)day, &year, &month, &of_month);
	return str_format(arena, "%04d-%02d-%02d", year, month, of_month);
}

static struct str one_line(struct arena *arena, struct str text)
{
	struct str line = str_dup(arena, str_first(text, VALUE_MOST));

	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '\n' || line.p[i] == '\r')
			((char *)line.p)[i] = ' ';
	return line.n < text.n ? str_format(arena, "%.*s…", STR_ARG(line)) : line;
}

static struct str value_words(struct letter *letter, const struct type *type, const struct field *field,
			      struct value value, struct error *error)
{
	char room[DECIMAL_TEXT + DURATION_TEXT];

	if (value_is_erased(value))
		return str_of(letter_words(letter, N_("(erased)")));
	switch (value.kind) {
	case VALUE_NONE:
		return (struct str){0};
	case VALUE_BOOLEAN:
		return str_of(letter_words(letter, value.boolean ? N_("Yes") : N_("No")));
	case VALUE_INTEGER:
		return str_format(letter->arena, "%lld", (long long)value.number);
	case VALUE_DECIMAL:
		return str_dup(letter->arena, str_of(decimal_format(value.number, 0, room)));
	case VALUE_MONEY:
		return str_format(letter->arena, "%.3s %s", value.currency, decimal_format(value.number, 0, room));
	case VALUE_CHOICE:
		return field ? choice_words(letter, field, value.text) : state_words(letter, type, value.text);
	case VALUE_DATE:
		return day_words(letter->arena, value.number);
	case VALUE_TIME:
		return letter_moment(letter, value.number);
	case VALUE_DURATION:
		return str_dup(letter->arena, str_of(duration_format(value.number, room)));
	case VALUE_RECORD:
		return names_of(letter, &value, 1, error);
	case VALUE_LIST:
		return names_of(letter, value.list.items, value.list.count, error);
	case VALUE_ROWS:
		return str_of(letter_words(letter, N_("(a table)")));
	case VALUE_TEXT:
		return one_line(letter->arena, field && field->is_message
						   ? said_in(letter->arena, letter->actor->language, value.text)
						   : value.text);
	}
	return (struct str){0};
}

/* Counters and the like, that nobody set, would only stand in the way of what was changed. */
static bool is_told(const struct change *change)
{
	return !change->field || !change->field->is_counted;
}

static void take_event(struct letter *letter, struct letter_item *item, const struct event *event, struct error *error)
{
	enum language language = letter->actor->language;

	item->changes = arena_many(letter->arena, struct letter_change, event->change_count + 1);
	for (size_t i = 0; i < event->change_count && !str_is(event->kind, "create"); i++) {
		const struct change *change = &event->changes[i];
		const struct type *type = item->record->type;

		if (!is_told(change))
			continue;
		item->changes[item->change_count++] =
		    (struct letter_change){.name = change->field ? label_in(&change->field->label, language)
								 : str_of(letter_words(letter, N_("State"))),
					   .before = value_words(letter, type, change->field, change->before, error),
					   .after = value_words(letter, type, change->field, change->after, error)};
	}
	item->comment = str_head(event->comment, COMMENT_MOST);
}

/* --- files --- */

static struct str url_of(struct letter *letter, const struct letter_item *item, const struct attachment *file)
{
	return str_format(letter->arena, "%.*s/files/%lld/%.*s", STR_ARG(item->url), (long long)file->identity,
			  STR_ARG(url_part(letter->arena, file->name)));
}

/* As many as the model's limit for all of the mail takes; the others are led to. */
static enum status take_files(struct letter *letter, struct letter_item *item, const struct event *event,
			      struct error *error)
{
	int64_t room = item->words ? item->words->encloses - letter->enclosed : 0;
	struct attachment *all;
	size_t count = 0;
	enum status status = event->attachment_count
				 ? read_attachments(letter->kernel, letter->connection, letter->arena, letter->actor,
						    item->record, &all, &count, error)
				 : OK;

	item->files = arena_many(letter->arena, struct letter_file, count + 1);
	for (size_t i = 0; i < count && !status; i++) {
		struct letter_file *file = &item->files[item->file_count];
		struct attachment *found;

		if (all[i].event != event->identity)
			continue;
		item->file_count++;
		*file = (struct letter_file){
		    all[i].name, all[i].media_type, url_of(letter, item, &all[i]), all[i].size, {0}};
		if (all[i].size > room)
			continue;
		room -= all[i].size;
		letter->enclosed += all[i].size;
		status = read_attachment_bytes(letter->kernel, letter->connection, letter->arena, letter->actor,
					       all[i].identity, &found, &file->bytes, error);
	}
	return status;
}

enum status letter_take_event(struct letter *letter, struct letter_item *item, int64_t identity, struct error *error)
{
	struct event *events;
	size_t count;
	enum status status;

	if (!identity)
		return OK;
	status = read_history(letter->kernel, letter->connection, letter->arena, letter->actor, item->record, 0,
			      EVENTS_LOOKED_AT, &events, &count, error);
	for (size_t i = 0; i < count && !status; i++)
		if (events[i].identity == identity) {
			take_event(letter, item, &events[i], error);
			status = take_files(letter, item, &events[i], error);
		}
	return status;
}
