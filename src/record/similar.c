#include "record/similar.h"

#include <math.h>
#include <stdlib.h>

#include "base/fold.h"
#include "record/list.h"

struct word {
	struct str term;
	double weight;
};

struct candidate {
	int64_t identity;
	double score; /* as far as is known without reading it */
};

struct search {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct similar_request *request;
	const struct type *type;
	int64_t first, last;    /* identities that the type can have */
	double records;         /* how many there are, nearly */
	VEC(struct word) words; /* in the order of the text, each once */
	VEC(struct candidate) candidates;
	VEC(struct similar_hit) hits;
};

static double weight_of_field(size_t position)
{
	return ldexp(SIMILAR_FIRST, -(int)position);
}

/* --- words --- */

static bool is_one_character(struct str term)
{
	size_t at = 0;

	str_next_char(term, &at);
	return at >= term.n;
}

static bool is_known(const struct search *search, struct str term)
{
	for (size_t i = 0; i < search->words.count; i++)
		if (str_eq(search->words.items[i].term, term))
			return true;
	return false;
}

/* A single letter, or the last character of a run that its bigram holds already, says little. */
static void take_words(struct search *search, struct str text)
{
	struct str rest = fold_terms(search->arena, text), term;

	while (search->words.count < SIMILAR_WORDS && str_cut(&rest, ' ', &term))
		if (term.n && !is_one_character(term) && !is_known(search, term))
			vec_push(search->arena, &search->words, (struct word){.term = term});
}

static void add_candidate(struct search *search, int64_t identity, double score)
{
	vec_push(search->arena, &search->candidates, (struct candidate){identity, score});
}

/* The newest records that have a word, and from them what it weighs. */
static enum status look_up_word(struct search *search, struct word *word, struct error *error)
{
	const struct fold_phrase phrase = {.terms = word->term};
	struct store *store = search->kernel->store;
	size_t first = search->candidates.count, found;
	STATEMENT statement = NULL;
	bool row;
	double having;
	enum status status;

	if ((status = store_prepare(search->connection, store_search_newest(store, SEARCH_RECORDS), &statement, error)))
		return status;
	bind_text(statement, store_search_expression(search->arena, store, &phrase, 1, !actor_is_staff(search->actor)));
	bind_int(statement, search->first);
	bind_int(statement, search->last);
	bind_int(statement, SIMILAR_NEWEST);
	while (!(status = store_step(statement, &row, error)) && row)
		add_candidate(search, column_int(statement, 0), 0);
	if (status || search->candidates.count == first)
		return status;
	having = (double)(found = search->candidates.count - first);
	if (found == SIMILAR_NEWEST) {
		struct candidate *newest = &search->candidates.items[first];
		double span = (double)(newest->identity - newest[found - 1].identity + 1);

		having *= search->records > span ? search->records / span : 1;
	}
	word->weight = log2(1 + search->records / having);
	for (size_t i = first; i < search->candidates.count; i++)
		search->candidates.items[i].score = word->weight;
	return OK;
}

/* --- fields --- */

static enum status find_linked(struct search *search, size_t position, struct error *error)
{
	const struct suggestion *what = search->request->what;
	struct value value = search->request->values[position];
	enum status status = OK;

	for (size_t i = 0; i < value.list.count && !status; i++) {
		STATEMENT statement = NULL;
		bool row;

		if ((status = store_prepare(search->connection,
					    S("SELECT source FROM kaname_link WHERE target = ? AND kind = ? "
					      "AND until IS NULL ORDER BY id DESC LIMIT ?"),
					    &statement, error)))
			return status;
		bind_int(statement, value.list.items[i].number);
		bind_text(statement, what->theirs[position]->link);
		bind_int(statement, SIMILAR_NEWEST);
		while (!(status = store_step(statement, &row, error)) && row)
			add_candidate(search, column_int(statement, 0), weight_of_field(position));
	}
	return status;
}

/* Only among the newest: most columns have no index, and what is old is found by its words. */
static enum status find_referring(struct search *search, size_t position, struct error *error)
{
	const struct field *field = search->request->what->theirs[position];
	struct str table = layout_table(search->arena, search->type), column = layout_column(search->arena, field);
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if ((status = store_prepare(search->connection,
				    str_format(search->arena,
					       "SELECT \"id\" FROM (SELECT \"id\", %.*s AS refers FROM %.*s ORDER BY "
					       "\"id\" DESC LIMIT ?) newest WHERE refers = ?",
					       STR_ARG(column), STR_ARG(table)),
				    &statement, error)))
		return status;
	bind_int(statement, SIMILAR_NEWEST);
	bind_int(statement, search->request->values[position].number);
	while (!(status = store_step(statement, &row, error)) && row)
		add_candidate(search, column_int(statement, 0), weight_of_field(position));
	return status;
}

static enum status find_same(struct search *search, size_t position, struct error *error)
{
	const struct field *field = search->request->what->theirs[position];

	if (!access_reads_field(search->actor, field))
		return OK;
	if (field->kind == FIELD_LINKS)
		return find_linked(search, position, error);
	if (search->request->values[position].kind == VALUE_RECORD && layout_has_column(field))
		return find_referring(search, position, error);
	return OK;
}

/* --- candidates --- */

static enum status measure_type(struct search *search, struct error *error)
{
	struct str table = layout_table(search->arena, search->type);
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    search->connection,
	    str_format(search->arena, "SELECT (SELECT max(\"id\") FROM %.*s) - (SELECT min(\"id\") FROM %.*s) + 1",
		       STR_ARG(table), STR_ARG(table)),
	    &statement, error);

	if (!status && !(status = store_step(statement, &row, error)) && row)
		search->records = (double)column_int(statement, 0);
	if (search->records < SIMILAR_FEW)
		search->records = SIMILAR_FEW;
	search->first = kernel_identity(search->kernel, search->type, 0);
	search->last = search->first + ((INT64_C(1) << IDENTITY_SERIAL_BITS) - 1);
	return status;
}

static int by_identity(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return (a->identity > b->identity) - (a->identity < b->identity);
}

static int by_score(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	return by_identity(right, left); /* the newer one first */
}

/* Each once, with all that led to it, the most alike first. */
static void merge(struct search *search)
{
	struct candidate *items = search->candidates.items;
	size_t kept = 0;

	if (!search->candidates.count)
		return;
	qsort(items, search->candidates.count, sizeof(*items), by_identity);
	for (size_t i = 0; i < search->candidates.count; i++) {
		if (items[i].identity == search->request->except)
			continue;
		if (kept && items[kept - 1].identity == items[i].identity)
			items[kept - 1].score += items[i].score;
		else
			items[kept++] = items[i];
	}
	search->candidates.count = kept;
	qsort(items, kept, sizeof(*items), by_score);
}

static enum status gather(struct search *search, struct error *error)
{
	enum status status = measure_type(search, error);

	for (size_t i = 0; i < search->request->text_count; i++)
		take_words(search, search->request->texts[i]);
	for (size_t i = 0; i < search->words.count && !status; i++)
		status = look_up_word(search, &search->words.items[i], error);
	for (size_t i = 0; i < search->request->what->same_count && i < SIMILAR_LEADING && !status; i++)
		status = find_same(search, i, error);
	merge(search);
	return status;
}

/* --- what a record shares --- */

static struct map terms_of(struct search *search, const struct record *record)
{
	struct map terms = map_new(search->arena);

	for (size_t i = 0; i < record->type->field_count; i++) {
		const struct field *field = record->type->fields[i];
		struct value value = record_value(record, field);
		struct str rest, term;

		if (value.kind != VALUE_TEXT || (!field->searched && field != record->type->headline))
			continue;
		rest = fold_terms(search->arena, value.text);
		while (str_cut(&rest, ' ', &term))
			if (term.n)
				map_put(&terms, term, search);
	}
	return terms;
}

/* Of "メー" and "ール": the run goes on, and "メール" is what was written. */
static bool goes_on(struct str before, struct str term)
{
	size_t at = 0, second;

	str_next_char(before, &at);
	second = at;
	if (second >= before.n || (unsigned char)before.p[second] < 0x80)
		return false;
	str_next_char(before, &at);
	return at == before.n && str_starts(term, str_sub(before, second, before.n));
}

static void share_words(struct search *search, const struct record *record, struct similar_hit *hit)
{
	struct map terms = terms_of(search, record);
	struct buf words = buf_new(search->arena);
	const struct word *last = NULL;

	for (size_t i = 0; i < search->words.count; i++) {
		const struct word *word = &search->words.items[i];
		size_t at = 0;

		if (!map_get(&terms, word->term))
			continue;
		hit->score += word->weight;
		if (last == word - 1 && last && goes_on(last->term, word->term))
			str_next_char(word->term, &at);
		else if (words.n)
			buf_add_char(&words, ' ');
		buf_add(&words, str_sub(word->term, at, word->term.n));
		last = word;
	}
	hit->words = buf_str(&words);
}

static bool has_common(struct value a, struct value b)
{
	for (size_t i = 0; i < a.list.count; i++)
		for (size_t j = 0; j < b.list.count; j++)
			if (a.list.items[i].number == b.list.items[j].number)
				return true;
	return false;
}

static bool share_fields(struct search *search, const struct record *record, struct similar_hit *hit)
{
	const struct suggestion *what = search->request->what;
	bool leads = false;

	hit->same = arena_many(search->arena, bool, what->same_count + 1);
	for (size_t i = 0; i < what->same_count; i++) {
		struct value mine = search->request->values[i], theirs = record_value(record, what->theirs[i]);

		if (value_is_empty(mine) || !access_reads_field(search->actor, what->theirs[i]))
			continue;
		hit->same[i] = mine.kind == VALUE_LIST ? theirs.kind == VALUE_LIST && has_common(mine, theirs)
						       : value_eq(mine, theirs);
		if (!hit->same[i])
			continue;
		hit->score += weight_of_field(i);
		leads = leads || i < SIMILAR_LEADING;
	}
	return leads;
}

static void judge(struct search *search, struct record *record)
{
	struct similar_hit hit = {.record = record};

	list_hide_fields(search->actor, record);
	share_words(search, record, &hit);
	if (share_fields(search, record, &hit) || hit.score >= SIMILAR_LEAST)
		vec_push(search->arena, &search->hits, hit);
}

/* --- reading candidates --- */

static enum status prepare_reading(struct search *search, const struct selection *selection,
				   struct statement **statement, struct error *error)
{
	struct buf sql = buf_new(search->arena);

	buf_format(&sql, "SELECT %.*s FROM %.*s r", STR_ARG(record_columns(search->kernel, search->type)),
		   STR_ARG(layout_table(search->arena, search->type)));
	selection_add(&sql, selection);
	buf_add(&sql, S(" AND r.\"id\" IN (" RECORD_PLACES ")"));
	return store_prepare(search->connection, buf_str(&sql), statement, error);
}

static enum status read_some(struct search *search, const struct selection *selection, size_t from, struct error *error)
{
	STATEMENT statement = NULL;
	VEC(struct record *) records = {0};
	bool row;
	enum status status = prepare_reading(search, selection, &statement, error);

	if (status)
		return status;
	selection_bind(statement, selection);
	for (size_t i = from; i < from + RECORD_AT_ONCE; i++)
		bind_int(statement, i < search->candidates.count ? search->candidates.items[i].identity : 0);
	while (!(status = store_step(statement, &row, error)) && row)
		vec_push(search->arena, &records,
			 record_from_row(search->kernel, search->arena, search->type, statement));
	if (!status)
		status = record_load_all_links(search->kernel, search->connection, search->arena, records.items,
					       records.count, error);
	for (size_t i = 0; i < records.count && !status; i++)
		judge(search, records.items[i]);
	return status;
}

/* The condition is the model's own and may speak of what the actor may not read; what the actor may not see is left out
 * by the scope. */
static enum status read_candidates(struct search *search, struct error *error)
{
	const struct query *when = search->request->what->when;
	struct filter_actor around = list_filter_actor(search->kernel, search->actor, search->request->now);
	struct selection selection = {0};
	enum status status = OK;

	access_scope(search->arena, search->kernel, search->actor, search->type, "r", &selection.scope);
	if (when &&
	    (status = filter_compile(search->arena, search->kernel->store, when, &around, &selection.filter, error)))
		return status;
	for (size_t i = 0; i < search->candidates.count && i < SIMILAR_LOOKED_AT && !status; i += RECORD_AT_ONCE)
		status = read_some(search, &selection, i, error);
	return status;
}

static int most_alike(const void *left, const void *right)
{
	const struct similar_hit *a = left, *b = right;

	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	return (a->record->identity < b->record->identity) - (a->record->identity > b->record->identity);
}

enum status read_similar(struct kernel *kernel, struct connection *connection, struct arena *arena,
			 const struct actor *actor, const struct similar_request *request, struct similar_hit **hits,
			 size_t *count, struct error *error)
{
	struct search search = {.kernel = kernel,
				.connection = connection,
				.arena = arena,
				.actor = actor,
				.request = request,
				.type = request->what->to};
	enum status status;

	*count = 0;
	if (!access_reads_type(kernel, actor, search.type))
		return OK;
	if (request->limit < 1 || request->limit > SIMILAR_MOST)
		return error_fail(error, E_SYNTAX, "limit", "range", N_("A limit from 1 to 50 is expected"));
	if ((status = gather(&search, error)) || (status = read_candidates(&search, error)))
		return status;
	if (search.hits.count)
		qsort(search.hits.items, search.hits.count, sizeof(*search.hits.items), most_alike);
	*hits = search.hits.items;
	*count = search.hits.count < request->limit ? search.hits.count : request->limit;
	return OK;
}
