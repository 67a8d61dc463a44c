#include "report/export_inside.h"

#include "record/access.h"

/* --- which --- */

static bool clock_named(const struct type *type, struct str text, struct str *name)
{
	if (!str_starts(text, S("clock(")) || !str_ends(text, S(")")))
		return false;
	*name = str_sub(text, 6, text.n - 1);
	return map_get(&type->query->clocks, *name) != NULL;
}

static bool own_column(const struct type *type, struct str name, enum export_what *what)
{
	static const struct {
		const char *name;
		enum export_what what;
	} own[] = {{"number", EXPORT_NUMBER},
		   {"state", EXPORT_STATE},
		   {"created_at", EXPORT_CREATED},
		   {"updated_at", EXPORT_UPDATED}};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (str_is(name, own[i].name)) {
			*what = own[i].what;
			return *what != EXPORT_STATE || type->state_count;
		}
	return false;
}

void export_columns_named(struct arena *arena, const struct type *type, const struct actor *actor, struct str names,
			  struct export_column **columns, size_t *count)
{
	VEC(struct export_column) found = {0};
	struct str name, clock;

	while (str_cut(&names, ',', &name)) {
		const struct field *field = type_field(type, str_trim(name));
		enum export_what what;

		name = str_trim(name);
		if (own_column(type, name, &what)) {
			vec_push(arena, &found, (struct export_column){.what = what});
		} else if (clock_named(type, name, &clock) && actor_is_staff(actor)) {
			clock = str_dup(arena, clock);
			vec_push(arena, &found, (struct export_column){.what = EXPORT_CLOCK_DUE, .clock = clock});
			vec_push(arena, &found, (struct export_column){.what = EXPORT_CLOCK_STATE, .clock = clock});
		} else if (field && access_reads_field(actor, field)) {
			vec_push(arena, &found, (struct export_column){.what = EXPORT_FIELD, .field = field});
		}
	}
	*columns = found.items;
	*count = found.count;
}

void export_columns_all(struct arena *arena, const struct type *type, struct export_column **columns, size_t *count)
{
	static const enum export_what own[] = {EXPORT_NUMBER,  EXPORT_STATE,   EXPORT_VERSION,
					       EXPORT_CREATED, EXPORT_UPDATED, EXPORT_CREATED_BY};
	VEC(struct export_column) found = {0};

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (own[i] != EXPORT_STATE || type->state_count)
			vec_push(arena, &found, (struct export_column){.what = own[i]});
	for (size_t i = 0; i < type->field_count; i++)
		vec_push(arena, &found, (struct export_column){.what = EXPORT_FIELD, .field = type->fields[i]});
	*columns = found.items;
	*count = found.count;
}

/* --- what stands above them --- */

static struct str natural_title(const struct export_column *column)
{
	static const struct str names[] = {[EXPORT_NUMBER] = S("number"),
					   [EXPORT_STATE] = S("state"),
					   [EXPORT_VERSION] = S("version"),
					   [EXPORT_CREATED] = S("created_at"),
					   [EXPORT_UPDATED] = S("updated_at"),
					   [EXPORT_CREATED_BY] = S("created_by"),
					   [EXPORT_CLOCK_DUE] = S("due_at"),
					   [EXPORT_CLOCK_STATE] = S("clock"),
					   [EXPORT_FIELD] = S("")};

	return column->what == EXPORT_FIELD ? column->field->name : names[column->what];
}

static struct str clock_title(struct arena *arena, const struct export *export, const struct export_column *column)
{
	enum language language = export->actor->language;
	struct label name = type_clock_label(export->type, column->clock);
	const char *words = column->what == EXPORT_CLOCK_DUE ? N_("%s: due at") : N_("%s: clock");
	struct error_item item = {.arguments = {str_c(arena, label_in(&name, language))}};
	char text[256];

	error_item_text(&item, tr(language, words), text, sizeof(text));
	return str_dup(arena, str_of(text));
}

struct str export_title(struct arena *arena, const struct export *export, const struct export_column *column)
{
	static const char *const words[] = {
	    [EXPORT_NUMBER] = N_("Number"),   [EXPORT_STATE] = N_("State"),     [EXPORT_VERSION] = N_("Version"),
	    [EXPORT_CREATED] = N_("Created"), [EXPORT_UPDATED] = N_("Updated"), [EXPORT_CREATED_BY] = N_("Created by")};
	enum language language = export->actor->language;

	if (export->natural)
		return natural_title(column);
	if (column->what == EXPORT_FIELD)
		return label_in(&column->field->label, language);
	if (column->what == EXPORT_CLOCK_DUE || column->what == EXPORT_CLOCK_STATE)
		return clock_title(arena, export, column);
	return str_of(translate(language, words[column->what]));
}

/* What its cells are, as far as the column alone tells: for its width. */
enum table_kind export_kind(const struct export *export, const struct export_column *column)
{
	static const enum table_kind own[] = {
	    [EXPORT_NUMBER] = TABLE_LINK,    [EXPORT_STATE] = TABLE_PLAIN,       [EXPORT_VERSION] = TABLE_NUMBER,
	    [EXPORT_CREATED] = TABLE_TIME,   [EXPORT_UPDATED] = TABLE_TIME,      [EXPORT_CREATED_BY] = TABLE_TEXT,
	    [EXPORT_CLOCK_DUE] = TABLE_TIME, [EXPORT_CLOCK_STATE] = TABLE_PLAIN, [EXPORT_FIELD] = TABLE_TEXT};
	static const enum table_kind kinds[] = {
	    [VALUE_NONE] = TABLE_TEXT,       [VALUE_BOOLEAN] = TABLE_PLAIN, [VALUE_INTEGER] = TABLE_NUMBER,
	    [VALUE_DECIMAL] = TABLE_NUMBER,  [VALUE_MONEY] = TABLE_MONEY,   [VALUE_TEXT] = TABLE_TEXT,
	    [VALUE_CHOICE] = TABLE_PLAIN,    [VALUE_DATE] = TABLE_DATE,     [VALUE_TIME] = TABLE_TIME,
	    [VALUE_DURATION] = TABLE_LENGTH, [VALUE_RECORD] = TABLE_TEXT,   [VALUE_LIST] = TABLE_TEXT,
	    [VALUE_ROWS] = TABLE_TEXT};

	if (export->natural)
		return TABLE_PLAIN;
	return column->what == EXPORT_FIELD ? kinds[column->field->value] : own[column->what];
}
