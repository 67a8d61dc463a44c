/* From a cell to a value. */
#include "job/import_run.h"

#include <stdio.h>
#include <string.h>

struct map import_names(struct arena *arena, const struct str *names, size_t count)
{
	struct map map = map_new(arena);

	for (size_t i = 0; i < count; i++)
		if (names[i].n)
			map_put(&map, names[i], (void *)(uintptr_t)(map_get(&map, names[i]) ? UINTPTR_MAX : i + 1));
	return map;
}

static struct str look_up(const struct import_scope *scope, struct str name)
{
	uintptr_t at = (uintptr_t)map_get(scope->names, name);

	return at && at <= scope->count ? str_trim(scope->cells[at - 1]) : (struct str){0};
}

/* --- names --- */

enum status import_check_name(struct place place, struct str name, const struct map *names, struct error *error)
{
	uintptr_t at = (uintptr_t)map_get(names, name);
	char where[300], shown[120];

	if (at && at != UINTPTR_MAX)
		return OK;
	snprintf(where, sizeof(where), "%s:%u", place.file, place.line);
	snprintf(shown, sizeof(shown), "%.*s", STR_ARG(name));
	if (at)
		return error_fail(error, E_INVALID, where, "column", N_("The file has more than one column \"%s\""),
				  shown);
	return error_fail(error, E_INVALID, where, "column", N_("The file has no column \"%s\""), shown);
}

/* The next {name} of a template; *before is what stands before it. */
static bool next_part(struct str *rest, struct str *before, struct str *name)
{
	size_t open, close;

	if (!str_find_char(*rest, '{', &open) || !str_find_char(str_sub(*rest, open, rest->n), '}', &close)) {
		*before = *rest;
		*rest = *name = (struct str){0};
		return false;
	}
	*before = str_sub(*rest, 0, open);
	*name = str_sub(*rest, open + 1, open + close);
	*rest = str_sub(*rest, open + close + 1, rest->n);
	return true;
}

enum status import_check_source(const struct import_source *source, const struct map *names, struct error *error)
{
	struct str rest = source->text, before, name;
	enum status status = OK;

	if (source->kind == IMPORT_COLUMN)
		status = import_check_name(source->place, source->text, names, error);
	while (!status && source->kind == IMPORT_TEMPLATE && next_part(&rest, &before, &name))
		status = import_check_name(source->place, name, names, error);
	for (size_t i = 0; i < source->with_count && !status; i++)
		status = import_check_source(source->with[i].source, names, error);
	return status;
}

enum status import_check_fields(const struct import_fields *fields, const struct map *names, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < fields->count && !status; i++)
		for (size_t j = 0; j < fields->items[i].source_count && !status; j++)
			status = import_check_source(&fields->items[i].sources[j], names, error);
	return status;
}

/* --- text --- */

static struct str fill_template(struct arena *arena, const struct import_source *source,
				const struct import_scope *scope)
{
	struct str rest = source->text, before, name;
	struct buf buf = buf_new(arena);
	bool more;

	do {
		more = next_part(&rest, &before, &name);
		buf_add(&buf, before);
		if (more)
			buf_add(&buf, look_up(scope, name));
	} while (more);
	return buf_str(&buf);
}

static struct str raw_text(struct arena *arena, const struct import_source *source, const struct import_scope *scope)
{
	char time[TIME_TEXT];

	switch (source->kind) {
	case IMPORT_COLUMN:
		return look_up(scope, source->text);
	case IMPORT_CONSTANT:
		return source->text;
	case IMPORT_TEMPLATE:
		return fill_template(arena, source, scope);
	case IMPORT_AT:
		return scope->at == INSTANT_NONE ? (struct str){0}
						 : str_dup(arena, str_of(time_format(scope->at, time)));
	case IMPORT_COUNT:
		return str_format(arena, "%lld",
				  (long long)(scope->counted ? scope->counted(scope->context, source->text) : 0));
	}
	return (struct str){0};
}

static bool is_nothing(const struct import_format *format, struct str text)
{
	for (size_t i = 0; i < format->nothing_count; i++)
		if (str_eq(format->nothing[i], text))
			return true;
	return !text.n;
}

static enum status refuse(struct error *error, struct str name, const char *rule, const char *message, struct str text)
{
	char shown[100];

	snprintf(shown, sizeof(shown), "%.*s", (int)(text.n < 80 ? text.n : 80), text.p);
	return error_fail_at(error, E_INVALID, name, rule, message, shown);
}

enum status import_source_text(struct import_run *run, struct arena *arena, const struct import_source *source,
			       const struct import_scope *scope, struct str name, struct str *text, struct error *error)
{
	struct str *code;

	*text = raw_text(arena, source, scope);
	code = source->codes ? map_get(source->codes, *text) : NULL;
	if (code) {
		*text = *code;
		return OK;
	}
	if (is_nothing(scope->format, *text))
		*text = (struct str){0};
	if (source->has_otherwise && (source->codes || !text->n))
		*text = source->otherwise;
	else if (source->codes && text->n)
		return refuse(error, name, "map", N_("The mapping does not say what '%s' stands for"), *text);
	return OK;
}

/* --- times --- */

static bool digits(struct str text, size_t *at, size_t least, size_t most, int *number)
{
	size_t n = 0;

	*number = 0;
	while (n < most && *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9') {
		*number = *number * 10 + (text.p[(*at)++] - '0');
		n++;
	}
	return n >= least;
}

static int *part_of(struct civil *civil, char letter)
{
	switch (letter) {
	case 'y':
		return &civil->year;
	case 'M':
		return &civil->month;
	case 'd':
		return &civil->day;
	case 'H':
		return &civil->hour;
	case 'm':
		return &civil->minute;
	case 's':
		return &civil->second;
	default:
		return NULL;
	}
}

static bool civil_parse(struct str pattern, struct str text, struct civil *civil)
{
	size_t at = 0;

	*civil = (struct civil){0};
	for (size_t i = 0; i < pattern.n;) {
		char letter = pattern.p[i];
		int *part = part_of(civil, letter);
		size_t run = 1;

		while (part && i + run < pattern.n && pattern.p[i + run] == letter)
			run++;
		if (part && !digits(text, &at, run, letter == 'y' ? 4 : 2, part))
			return false;
		if (!part && (at >= text.n || text.p[at++] != letter))
			return false;
		i += run;
	}
	return at == text.n && civil->year >= 1000 && day_is_valid(civil->year, civil->month, civil->day) &&
	       civil->hour < 24 && civil->minute < 60 && civil->second < 60;
}

static bool parse_civil(const struct import_format *format, struct str text, struct civil *civil)
{
	for (size_t i = 0; i < format->time_count; i++)
		if (civil_parse(format->times[i], text, civil))
			return true;
	return false;
}

bool import_time(const struct import_format *format, struct str text, instant *at)
{
	struct civil civil;

	if (!parse_civil(format, text, &civil))
		return time_parse(text, at);
	*at =
	    zone_instant(format->zone, day_from_civil(civil.year, civil.month, civil.day),
			 civil.hour * (int64_t)HOUR + civil.minute * (int64_t)MINUTE + civil.second * (int64_t)SECOND);
	return true;
}

/* --- values --- */

static struct str with_point(struct arena *arena, struct str text)
{
	char *copy = str_c(arena, text);

	for (size_t i = 0; i < text.n; i++)
		if (copy[i] == ',')
			copy[i] = '.';
	return (struct str){copy, text.n};
}

/* To the nearest ms, whatever decimals division in the source has left. */
static bool scaled(struct str text, int64_t unit, int64_t *ms)
{
	size_t point = text.n;
	int64_t whole, fraction = 0, scale = 1;

	str_find_char(text, '.', &point);
	if (!str_int64(str_sub(text, 0, point), &whole) || whole < 0 || whole > INT64_MAX / unit / 2)
		return false;
	for (size_t i = point + 1; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		if (scale < 1000000000) {
			fraction = fraction * 10 + (text.p[i] - '0');
			scale *= 10;
		}
	}
	*ms = whole * unit + (fraction * unit + scale / 2) / scale;
	return true;
}

static enum status parse_duration(struct str name, const struct import_source *source, struct str text,
				  struct value *value, struct error *error)
{
	int64_t ms;

	if (!scaled(text, source->unit, &ms))
		return refuse(error, name, "number", N_("'%s' is no number"), text);
	*value = value_number(VALUE_DURATION, ms);
	return OK;
}

enum status import_parse(struct import_run *run, struct arena *arena, const struct field *field,
			 const struct import_source *source, const struct import_scope *scope, struct value *value,
			 struct error *error)
{
	const struct import_format *format = scope->format;
	bool is_number = field->value == VALUE_INTEGER || field->value == VALUE_DECIMAL ||
			 field->value == VALUE_MONEY || source->unit;
	struct civil civil;
	struct str text;
	enum status status = import_source_text(run, arena, source, scope, field->name, &text, error);

	*value = (struct value){0};
	if (status || !text.n)
		return status;
	if (is_number && format->decimal_comma)
		text = with_point(arena, text);
	if (source->unit && field->value == VALUE_DURATION)
		return parse_duration(field->name, source, text, value, error);
	if (field->value == VALUE_DATE && parse_civil(format, text, &civil)) {
		*value = value_number(VALUE_DATE, day_from_civil(civil.year, civil.month, civil.day));
		return OK;
	}
	if (field->value == VALUE_TIME && format->time_count) {
		if (!import_time(format, text, &value->number))
			return refuse(error, field->name, "time",
				      N_("'%s' is no time in the forms that the mapping names"), text);
		value->kind = VALUE_TIME;
		return OK;
	}
	if ((status = import_reader(run, error)))
		return status;
	return field_parse(run->kernel, run->connection, arena, field, text, format->zone, value, error);
}

static enum status parse_links(struct import_run *run, struct arena *arena, const struct import_field *field,
			       const struct import_scope *scope, struct value *value, bool *lacking,
			       struct error *error)
{
	struct value *ends = arena_many(arena, struct value, field->source_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < field->source_count; i++) {
		int64_t identity;
		size_t at = 0;
		enum status status =
		    import_refer(run, arena, &field->sources[i], scope, field->field->name, &identity, lacking, error);

		if (status)
			return status;
		while (at < count && ends[at].number < identity)
			at++;
		if (!identity || (at < count && ends[at].number == identity))
			continue;
		memmove(ends + at + 1, ends + at, (count - at) * sizeof(*ends));
		ends[at] = value_record(identity);
		count++;
	}
	*value =
	    count ? (struct value){.kind = VALUE_LIST, .list = {.items = ends, .count = count}} : (struct value){0};
	return OK;
}

static enum status parse_field(struct import_run *run, struct arena *arena, const struct import_field *field,
			       const struct import_scope *scope, struct value *value, bool *lacking,
			       struct error *error)
{
	int64_t identity;
	enum status status;

	if (!field->sources[0].reference)
		return import_parse(run, arena, field->field, &field->sources[0], scope, value, error);
	if (field->field->kind == FIELD_LINKS)
		return parse_links(run, arena, field, scope, value, lacking, error);
	status = import_refer(run, arena, &field->sources[0], scope, field->field->name, &identity, lacking, error);
	*value = !status && identity ? value_record(identity) : (struct value){0};
	return status;
}

enum status import_inputs(struct import_run *run, struct arena *arena, const struct import_fields *fields,
			  const struct import_scope *scope, struct field_input *inputs, size_t *count, bool *lacking,
			  struct error *error)
{
	enum status status = OK;

	/* What is plain comes first: a row that is refused for it makes no references. */
	for (int references = 0; references < 2; references++) {
		for (size_t i = 0; i < fields->count; i++) {
			const struct import_field *field = &fields->items[i];
			struct field_input *input = &inputs[*count];
			enum status failed;

			if ((field->sources[0].reference != NULL) != (references == 1))
				continue;
			failed = parse_field(run, arena, field, scope, &input->value, lacking, error);
			status = status ? status : failed;
			input->field = field->field;
			(*count)++;
		}
		if (status)
			return status;
	}
	return OK;
}
