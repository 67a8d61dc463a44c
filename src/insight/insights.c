/* The table of insights, and what the model declares for them. */
#include "insight/insights.h"

#include <stdio.h>

static const struct insight *const table[] = {
    &insight_breakdown,  &insight_attainment,   &insight_share,    &insight_average, &insight_age,
    &insight_factors,    &insight_trend,        &insight_coverage, &insight_flow,    &insight_rhythm,
    &insight_forecast,   &insight_distribution, &insight_presence, &insight_parts,   &insight_stages,
    &insight_interfaces, &insight_raci,         &insight_raci_gaps};

static const struct insight *insight_named(struct str name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_is(name, table[i]->name))
			return table[i];
	return NULL;
}

/* --- faults and plain values --- */

enum status figure_fail(struct figure_loading *loading, const struct node *node, const char *message,
			const char *argument, struct error *error)
{
	struct place place = node ? node->place : loading->place;
	char at[300];

	snprintf(at, sizeof(at), "%s:%u", place.file ? place.file : "model", place.line);
	return error_fail(error, E_INVALID, at, "figure", message, argument);
}

static struct str text_in(const struct node *mapping, const char *key)
{
	const struct node *node = node_get(mapping, key);

	return node && node->kind == NODE_SCALAR ? node->text : (struct str){0};
}

enum status figure_expression(struct figure_loading *loading, const struct node *mapping, const char *key,
			      bool required, const struct query **query, struct error *error)
{
	const struct node *node = node_get(mapping, key);
	struct str text = text_in(mapping, key);
	struct error fault;
	char why[400];

	*query = NULL;
	if (!text.n)
		return node || required
			   ? figure_fail(loading, node ? node : mapping, N_("The figure needs \"%s\""), key, error)
			   : OK;
	error_clear(&fault);
	if (!query_parse(loading->arena, loading->figure->type->query, text, query, &fault))
		return OK;
	error_text(&fault, why, sizeof(why));
	return figure_fail(loading, node, N_("The expression cannot be understood: %s"), why, error);
}

enum status figure_field(struct figure_loading *loading, const char *key, const struct query_field **field,
			 struct error *error)
{
	const struct node *node = node_get(loading->parameters, key);

	*field = NULL;
	if (!node)
		return OK;
	*field = map_get(&loading->figure->type->query->fields, text_in(loading->parameters, key));
	if (*field)
		return OK;
	return figure_fail(loading, node, N_("There is no field \"%s\""),
			   str_c(loading->arena, text_in(loading->parameters, key)), error);
}

enum status figure_clock(struct figure_loading *loading, bool required, struct str *clock, struct error *error)
{
	*clock = text_in(loading->parameters, "clock");
	if (!clock->n && !required)
		return OK;
	if (clock->n && map_get(&loading->figure->type->query->clocks, *clock))
		return OK;
	return figure_fail(loading, node_get(loading->parameters, "clock"),
			   N_("\"clock\" must name a clock of the record type"), NULL, error);
}

struct label figure_label(const struct node *mapping, struct str name)
{
	const struct node *given = node_get(mapping, "label"), *en = NULL, *ja = NULL;
	struct label label = {0};

	if (given && given->kind == NODE_MAPPING) {
		en = node_get(given, "en");
		ja = node_get(given, "ja");
	}
	label.text[ENGLISH] = en ? en->text : given && given->kind == NODE_SCALAR ? given->text : name;
	label.text[JAPANESE] = ja ? ja->text : (struct str){0};
	return label;
}

enum status figure_part(const struct figure_loading *loading, const struct node *mapping, struct figure *figure,
			struct figure_loading *part, struct error *error)
{
	struct str name = mapping->kind == NODE_MAPPING ? text_in(mapping, "type") : (struct str){0};

	*part = *loading;
	*figure = *loading->figure;
	part->figure = figure;
	part->parameters = mapping;
	figure->type = name.n ? model_type(loading->model, name) : NULL;
	return figure->type ? OK : figure_fail(part, mapping, N_("It speaks of no record type: type"), NULL, error);
}

/* --- what all figures may say --- */

static bool is_among(struct str word, const char *words)
{
	struct str rest = str_of(words), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static enum status check_keys(struct figure_loading *loading, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < loading->parameters->count; i++) {
		struct str key = loading->parameters->keys[i];

		if (!is_among(key, "label help insight in_period among by each goal") &&
		    !is_among(key, loading->figure->insight->keys))
			status =
			    figure_fail(loading, loading->parameters->items[i],
					N_("The insight has no parameter \"%s\""), str_c(loading->arena, key), error);
	}
	return status;
}

static const char *const each_words[] = {"", "day", "week", "month", "year", "fitting"};

struct str figure_each_word(enum figure_each each)
{
	return str_of(each_words[each]);
}

bool figure_each_parse(struct str word, enum figure_each *each)
{
	for (int i = EACH_DAY; i <= EACH_FITTING; i++)
		if (str_is(word, each_words[i])) {
			*each = (enum figure_each)i;
			return true;
		}
	return false;
}

/* ">= 95%", "<= 4h", "< 2.5" */
bool figure_goal_parse(struct str text, struct figure_goal *goal)
{
	static const struct {
		const char *sign;
		enum query_op op;
	} signs[] = {{">=", QUERY_GREATER_EQUAL}, {"<=", QUERY_LESS_EQUAL}, {">", QUERY_GREATER}, {"<", QUERY_LESS}};
	struct duration duration;

	goal->text = text;
	for (size_t i = 0; i < 4; i++) {
		struct str sign = str_of(signs[i].sign), rest;

		if (!str_starts(text, sign))
			continue;
		goal->op = signs[i].op;
		rest = str_trim(str_sub(text, sign.n, text.n));
		if (duration_parse(rest, &duration)) {
			goal->value = duration_ms(duration);
			return true;
		}
		if (str_ends(rest, S("%")))
			rest = str_trim(str_sub(rest, 0, rest.n - 1));
		return decimal_parse(rest, &goal->value);
	}
	return false;
}

static enum status read_common(struct figure_loading *loading, struct error *error)
{
	struct figure *figure = loading->figure;
	struct str each = text_in(loading->parameters, "each"), goal = text_in(loading->parameters, "goal");
	enum status status;

	if ((status = check_keys(loading, error)) ||
	    (status = figure_expression(loading, loading->parameters, "among", false, &figure->among, error)) ||
	    (status = figure_field(loading, "in_period", &figure->period, error)) ||
	    (status = figure_field(loading, "by", &figure->by, error)))
		return status;
	if (figure->period && figure->period->kind != VALUE_TIME && figure->period->kind != VALUE_DATE)
		return figure_fail(loading, node_get(loading->parameters, "in_period"),
				   N_("\"in_period\" must be a date or time of the record"), NULL, error);
	if (figure->by && !figure_takes(figure->by))
		return figure_fail(loading, node_get(loading->parameters, "by"), N_("This cannot be grouped"), NULL,
				   error);
	if (each.n && (!figure_each_parse(each, &figure->each) || !figure->period || figure->by))
		return figure_fail(
		    loading, node_get(loading->parameters, "each"),
		    N_("\"each\" is day, week, month, year or fitting, and needs \"in_period\" and no \"by\""), NULL,
		    error);
	if (goal.n && !figure_goal_parse(goal, &figure->goal))
		return figure_fail(loading, node_get(loading->parameters, "goal"),
				   N_("A goal reads like >= 95%% or <= 4h"), NULL, error);
	return OK;
}

static enum status load_figure(struct figure_loading *loading, struct str insight, struct error *error)
{
	struct figure *figure = loading->figure;
	enum status status;

	figure->insight = insight_named(insight);
	if (!figure->insight)
		return figure_fail(loading, node_get(loading->parameters, "insight"), N_("There is no insight \"%s\""),
				   str_c(loading->arena, insight), error);
	if ((status = read_common(loading, error)))
		return status;
	return figure->insight->load ? figure->insight->load(loading, &figure->own, error) : OK;
}

/* --- measures of processes: the same under other names --- */

static void add_item(struct arena *arena, struct node *mapping, const char *key, const struct node *item)
{
	struct str *keys = arena_many(arena, struct str, mapping->count + 1);
	const struct node **items = arena_many(arena, const struct node *, mapping->count + 1);

	for (size_t i = 0; i < mapping->count; i++) {
		keys[i] = mapping->keys[i];
		items[i] = mapping->items[i];
	}
	keys[mapping->count] = str_of(key);
	items[mapping->count++] = item;
	mapping->keys = keys;
	mapping->items = items;
}

/* share: EXPR -> when: EXPR; average: FIELD -> of: FIELD; count: EXPR stands beside among. */
static struct node *figure_of_measure(struct arena *arena, const struct node *measure, const char **insight)
{
	static const char *const kept[] = {"among", "in_period", "goal"};
	struct node *made = arena_one(arena, struct node);
	const struct node *share = node_get(measure, "share"), *average = node_get(measure, "average"),
			  *counted = node_get(measure, "count");

	*made = (struct node){.kind = NODE_MAPPING, .place = measure->place};
	*insight = share ? "share" : average ? "average" : "breakdown";
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (node_get(measure, kept[i]))
			add_item(arena, made, kept[i], node_get(measure, kept[i]));
	if (share || counted)
		add_item(arena, made, "when", share ? share : counted);
	if (average)
		add_item(arena, made, "of", average);
	return made;
}

struct figure_reader {
	struct arena *arena;
	const struct model *model;
	struct figure *items;
	size_t count;
	struct error *error;
	enum status status; /* the first fault's */
};

static void read_figure(struct figure_reader *reader, struct figure figure, struct str insight,
			const struct node *parameters, struct place place)
{
	struct figure *kept = &reader->items[reader->count];
	struct figure_loading loading = {
	    .arena = reader->arena, .model = reader->model, .parameters = parameters, .place = place, .figure = kept};
	struct figures before = {reader->items, reader->count};
	enum status status;

	*kept = figure;
	if (figures_find(&before, figure.type, figure.name))
		status = figure_fail(&loading, NULL, N_("The figure \"%s\" is declared twice"),
				     str_c(reader->arena, figure.name), reader->error);
	else
		status = load_figure(&loading, insight, reader->error);
	if (status)
		reader->status = reader->status ? reader->status : status;
	else
		reader->count++;
}

static void read_measures(struct figure_reader *reader, const struct type *type)
{
	for (size_t p = 0; p < reader->model->process_count; p++) {
		const struct process *process = reader->model->processes[p];

		for (size_t i = 0; process->kpis && i < process->kpis->count; i++) {
			const struct node *node = process->kpis->items[i];
			const char *insight;
			struct node *parameters;

			if (!str_eq(text_in(node, "of"), type->name))
				continue;
			parameters = figure_of_measure(reader->arena, node, &insight);
			read_figure(reader,
				    (struct figure){.type = type,
						    .process = process,
						    .name = process->kpis->keys[i],
						    .label = process->kpi_labels[i],
						    .help = process->kpi_helps[i]},
				    str_of(insight), parameters, node->place);
		}
	}
}

enum status figures_load(struct arena *arena, const struct model *model, struct figures *figures, struct error *error)
{
	struct figure_reader reader = {.arena = arena, .model = model, .error = error};
	size_t most = 0;

	for (size_t i = 0; i < model->type_count; i++)
		most += model->types[i]->figure_count;
	for (size_t i = 0; i < model->process_count; i++)
		most += model->processes[i]->kpis ? model->processes[i]->kpis->count : 0;
	reader.items = arena_many(arena, struct figure, most + 1);
	for (size_t i = 0; i < model->type_count; i++) {
		const struct type *type = model->types[i];

		for (size_t f = 0; f < type->figure_count; f++) {
			const struct figure_use *use = &type->figures[f];

			read_figure(
			    &reader,
			    (struct figure){.type = type, .name = use->name, .label = use->label, .help = use->help},
			    use->insight, use->parameters, use->place);
		}
		read_measures(&reader, type);
	}
	*figures = (struct figures){reader.items, reader.count};
	return reader.status;
}

const struct figure *figures_find(const struct figures *figures, const struct type *type, struct str name)
{
	for (size_t i = 0; i < figures->count; i++)
		if (figures->items[i].type == type && str_eq(figures->items[i].name, name))
			return &figures->items[i];
	return NULL;
}

const struct figure *figures_by_code(const struct figures *figures, const struct model *model, struct str code)
{
	size_t dot;
	const struct type *type = str_find_char(code, '.', &dot) ? model_type(model, str_sub(code, 0, dot)) : NULL;

	return type && figures ? figures_find(figures, type, str_sub(code, dot + 1, code.n)) : NULL;
}
