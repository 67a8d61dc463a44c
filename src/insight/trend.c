/* trend: clusters of records that are told alike, and whether there are more of them than in the period before.
 *
 *	similar: {insight: trend, in_period: created_at, least: 3}
 *
 * The headlines of the newest records of both periods are compared by their search terms (base/fold.h), so that word
 * forms of English and bigrams of Japanese count alike. A term weighs the more, the fewer records have it. A record
 * joins the cluster whose first record it shares most weight with, if that is enough; else it begins one. */
#include "insight/insights.h"

#include <math.h>
#include <stdlib.h>

#include "base/fold.h"

enum { LOOKED_AT = 1000, TERMS_MOST = 40, CLUSTERS_MOST = 20, MEMBERS_MOST = 200, CASES_MOST = 20 };
static const double alike = 0.4; /* shared weight of all weight */

struct trend {
	int64_t least;
};

static enum status load(struct figure_loading *loading, const void **own, struct error *error)
{
	const struct node *least = node_get(loading->parameters, "least");
	struct trend *trend = arena_one(loading->arena, struct trend);

	*own = trend;
	*trend = (struct trend){.least = 3};
	if (least && (!str_int64(least->text, &trend->least) || trend->least < 2))
		return figure_fail(loading, least, N_("\"least\" is a whole number, 2 or more"), NULL, error);
	if (!loading->figure->period || loading->figure->by || loading->figure->each)
		return figure_fail(loading, NULL, N_("A trend needs \"in_period\", and has rows of its own"), NULL,
				   error);
	return OK;
}

/* --- what is compared --- */

struct term {
	size_t count; /* records that have it */
	double weight;
	VEC(size_t) clusters; /* whose first record has it */
};

struct told { /* a record as it is compared */
	int64_t record;
	struct str headline;
	bool before; /* in the period before */
	struct term *terms[TERMS_MOST];
	size_t count;
	double weight;
};

struct cluster {
	const struct told *first;
	VEC(const struct told *) now;
	VEC(const struct told *) before;
	double shared; /* with the record at hand */
	bool touched;
};

struct survey {
	struct computing *c;
	struct map terms;
	struct told *told;
	size_t count;
	VEC(struct cluster *) clusters;
};

static struct term *term_of(struct survey *survey, struct str word)
{
	struct term *term = map_get(&survey->terms, word);

	if (!term) {
		term = arena_one(survey->c->arena, struct term);
		map_put(&survey->terms, word, term);
	}
	return term;
}

/* Single characters and numbers say little about what a record is about. */
static bool says_something(struct str word)
{
	size_t at = 0;
	bool letter = false;

	for (size_t i = 0; i < word.n; i++)
		letter = letter || word.p[i] < '0' || word.p[i] > '9';
	if (word.n)
		str_next_char(word, &at);
	return letter && at < word.n;
}

static void tell(struct survey *survey, const struct record *record, bool before)
{
	struct told *told = &survey->told[survey->count];
	struct str rest, word;

	*told = (struct told){.record = record->identity,
			      .headline = read_headline(record, survey->c->request->language),
			      .before = before};
	rest = fold_terms(survey->c->arena, told->headline);
	while (rest.n && told->count < TERMS_MOST && str_cut(&rest, ' ', &word)) {
		struct term *term = says_something(word) ? term_of(survey, word) : NULL;

		for (size_t i = 0; term && i < told->count; i++)
			if (told->terms[i] == term)
				term = NULL;
		if (!term)
			continue;
		term->count++;
		told->terms[told->count++] = term;
	}
	survey->count++;
}

static enum status look_at(struct survey *survey, struct str condition, bool before)
{
	struct computing *c = survey->c;
	struct list_request request = {
	    .type = c->figure->type, .limit = LOOKED_AT, .as_of = INSTANT_NONE, .now = c->request->now};
	struct sort newest = {.field = c->result->dated, .descending = true};
	struct list_result list;
	enum status status = condition_parse(c, condition, &request.filter);

	request.sort = &newest;
	request.sort_count = 1;
	if (status || (status = read_list(c->kernel, c->connection, c->arena, c->actor, &request, &list, c->error)))
		return status;
	for (size_t i = list.count; i-- > 0;) /* the oldest begins a cluster */
		tell(survey, list.records[i], before);
	c->result->sampled = c->result->sampled || list.next.n;
	return OK;
}

static void weigh(struct survey *survey)
{
	for (size_t i = 0; i < survey->terms.count; i++) {
		struct term *term = survey->terms.entries[i].value;

		term->weight = log(1.0 + (double)survey->count / (double)term->count);
	}
	for (size_t i = 0; i < survey->count; i++)
		for (size_t t = 0; t < survey->told[i].count; t++)
			survey->told[i].weight += survey->told[i].terms[t]->weight;
}

/* --- clusters --- */

static struct cluster *nearest(struct survey *survey, const struct told *told)
{
	struct cluster *best = NULL;
	double most = alike;

	for (size_t t = 0; t < told->count; t++)
		for (size_t i = 0; i < told->terms[t]->clusters.count; i++)
			survey->clusters.items[told->terms[t]->clusters.items[i]]->shared += told->terms[t]->weight;
	for (size_t t = 0; t < told->count; t++)
		for (size_t i = 0; i < told->terms[t]->clusters.count; i++) {
			struct cluster *cluster = survey->clusters.items[told->terms[t]->clusters.items[i]];
			double all = told->weight + cluster->first->weight - cluster->shared;

			if (all > 0 && cluster->shared / all >= most) {
				most = cluster->shared / all;
				best = cluster;
			}
		}
	for (size_t t = 0; t < told->count; t++)
		for (size_t i = 0; i < told->terms[t]->clusters.count; i++)
			survey->clusters.items[told->terms[t]->clusters.items[i]]->shared = 0;
	return best;
}

static void gather(struct survey *survey)
{
	struct arena *arena = survey->c->arena;

	for (size_t i = 0; i < survey->count; i++) {
		const struct told *told = &survey->told[i];
		struct cluster *cluster = nearest(survey, told);

		if (!cluster) {
			cluster = arena_one(arena, struct cluster);
			cluster->first = told;
			for (size_t t = 0; t < told->count; t++)
				vec_push(arena, &told->terms[t]->clusters, survey->clusters.count);
			vec_push(arena, &survey->clusters, cluster);
		}
		if (told->before)
			vec_push(arena, &cluster->before, told);
		else
			vec_push(arena, &cluster->now, told);
	}
}

static int by_size(const void *a, const void *b)
{
	const struct cluster *x = *(struct cluster *const *)a, *y = *(struct cluster *const *)b;

	if (x->now.count != y->now.count)
		return x->now.count < y->now.count ? 1 : -1;
	return (x->first->record > y->first->record) - (x->first->record < y->first->record);
}

/* --- the answer --- */

enum { NOW, BEFORE, COLUMNS };
static const struct figure_column columns[COLUMNS] = {
    [NOW] = {"count", N_("Count"), UNIT_COUNT}, [BEFORE] = {"before", N_("Period before"), UNIT_COUNT}};

static struct figure_cell these(struct computing *c, const struct told *const *members, size_t count)
{
	struct buf text = buf_new(c->arena);
	struct figure_cell cell = {.has = true, .value = (int64_t)count};

	buf_add_c(&text, "number in (");
	for (size_t i = 0; i < count; i++) {
		char number[NUMBER_TEXT];

		buf_format(&text, "%s\"%s\"", i ? ", " : "", kernel_number(c->kernel, members[i]->record, number));
	}
	buf_add_char(&text, ')');
	if (count)
		cell.filter = buf_str(&text);
	return cell;
}

static void add_cluster(struct computing *c, const struct cluster *cluster)
{
	struct figure_result *result = c->result;
	size_t at = result->row_count++;
	struct figure_row *row = &result->rows[at];
	/* An expression has room for so many numbers; of more, the newest are opened and counted. */
	size_t now = cluster->now.count < MEMBERS_MOST ? cluster->now.count : MEMBERS_MOST,
	       before = cluster->before.count < MEMBERS_MOST ? cluster->before.count : MEMBERS_MOST;
	char number[NUMBER_TEXT];

	result->sampled = result->sampled || now < cluster->now.count || before < cluster->before.count;
	row->key = str_dup(c->arena, str_of(kernel_number(c->kernel, cluster->first->record, number)));
	row->label = cluster->first->headline;
	row->cells[NOW] = these(c, cluster->now.items + cluster->now.count - now, now);
	row->cells[BEFORE] = these(c, cluster->before.items + cluster->before.count - before, before);
	row->filter = row->cells[NOW].filter;
	for (size_t i = now; i-- > 0 && now - i <= CASES_MOST;)
		result->records[result->record_count++] = (struct figure_record){
		    .record = cluster->now.items[cluster->now.count - now + i]->record, .row = at};
}

static void answer(struct survey *survey)
{
	struct computing *c = survey->c;
	const struct trend *own = c->figure->own;
	struct figure_result *result = c->result;
	size_t now = 0;

	if (survey->clusters.count)
		qsort(survey->clusters.items, survey->clusters.count, sizeof(*survey->clusters.items), by_size);
	result->rows = arena_many(c->arena, struct figure_row, CLUSTERS_MOST);
	result->records = arena_many(c->arena, struct figure_record, CLUSTERS_MOST * CASES_MOST);
	for (size_t i = 0; i < survey->clusters.count && result->row_count < CLUSTERS_MOST; i++)
		if ((int64_t)survey->clusters.items[i]->now.count >= own->least)
			add_cluster(c, survey->clusters.items[i]);
	for (size_t i = 0; i < survey->count; i++)
		now += !survey->told[i].before;
	for (size_t i = 0; i < result->row_count; i++)
		result->record_total += result->rows[i].cells[NOW].value;
	cell_count(&result->total.cells[NOW], (int64_t)now, result->sampled ? S("") : c->base);
	cell_count(&result->total.cells[BEFORE], (int64_t)(survey->count - now), S(""));
}

static enum status compute(struct computing *c)
{
	struct survey survey = {
	    .c = c, .terms = map_new(c->arena), .told = arena_many(c->arena, struct told, 2 * LOOKED_AT)};
	const struct figure_request *request = c->request;
	struct figure_result *result = c->result;
	struct str before;
	enum status status;

	if (result->by || result->each)
		return error_fail(c->error, E_SYNTAX, result->by ? "by" : "each", "kind",
				  N_("This figure has rows of its own"));
	result->shape = SHAPE_LIST;
	result->columns = columns;
	result->column_count = COLUMNS;
	before = condition_between(c, result->dated, request->from - (request->to - request->from), request->from);
	before = condition_and(c, condition_and(c, condition_of(c, c->figure->among), before),
			       condition_of(c, request->filter));
	if ((status = look_at(&survey, before, true)) || (status = look_at(&survey, c->base, false)))
		return status;
	weigh(&survey);
	gather(&survey);
	answer(&survey);
	return OK;
}

const struct insight insight_trend = {"trend", "least", load, compute, columns, COLUMNS, NOW, SHAPE_LIST};
