#include "record/steer.h"
#include "record/cache.h"
#include "record/leavings.h"

struct steering {
	const struct steer *steer;
	struct filter_actor around;
	struct filter_steering filter;
	bool scope_leads;       /* the actor's customer is a condition to begin with... */
	bool scope_begins;      /* ...and shall be */
	int64_t fewest;         /* rows that the best beginning leaves */
	struct steer_lead lead; /* the best condition alone, when it was looked for */
};

static const struct type_indexes *indexes_of(const struct steer *steer)
{
	return &steer->kernel->indexes[steer->type->index];
}

/* --- which conditions can begin --- */

/* The states that a filter allows are all of no done phase. */
static bool only_open(const struct type *type, const struct query_node *root)
{
	size_t count = root->op == QUERY_AND ? root->count : 1;

	for (size_t i = 0; i < count; i++) {
		const struct query_node *node = root->op == QUERY_AND ? root->children[i] : root, *left, *list;
		bool open = true;

		if (node->op != QUERY_IN)
			continue;
		left = node->children[0];
		list = node->children[1];
		if (left->op != QUERY_PATH || left->step_count != 1 || !left->steps[0]->is_state)
			continue;
		for (size_t k = 0; k < list->count && open; k++) {
			const struct state *state = type_state(type, list->children[k]->literal.text);

			open = state && state->phase != PHASE_DONE;
		}
		if (open)
			return true;
	}
	return false;
}

static bool leads_index(const struct steering *steering, struct str column)
{
	const struct type_indexes *indexes = indexes_of(steering->steer);

	for (size_t i = 0; i < indexes->count; i++) {
		const struct layout_index *index = &indexes->items[i];

		if (str_eq(index->lead, column) && (index->is_whole || (index->is_open && steering->filter.open.n)))
			return true;
	}
	return false;
}

static bool can_begin(const struct steering *steering, const struct query_node *node)
{
	const struct query_node *left = node->count ? node->children[0] : NULL;

	if (node->op == QUERY_OR) {
		for (size_t i = 0; i < node->count; i++)
			if (!can_begin(steering, node->children[i]))
				return false;
		return node->count > 0;
	}
	if (node->op != QUERY_EQUAL && node->op != QUERY_IN && node->op != QUERY_EMPTY)
		return false;
	if (left->op != QUERY_PATH || left->step_count != 1 || left->kind != VALUE_RECORD ||
	    (node->op == QUERY_EMPTY && !left->steps[0]->owner))
		return false;
	if (node->op == QUERY_EQUAL && node->children[1]->op == QUERY_PATH)
		return false;
	return leads_index(steering, left->steps[0]->name);
}

/* A choice that an order begins with: what has one of some values stands together there. */
static bool ranks_index(const struct steering *steering, const struct query_node *node)
{
	const struct query_node *left = node->op == QUERY_IN ? node->children[0] : NULL;
	const struct type_indexes *indexes = indexes_of(steering->steer);
	struct str rank;

	if (!left || left->op != QUERY_PATH || left->step_count != 1 || left->kind != VALUE_CHOICE ||
	    left->steps[0]->is_state)
		return false;
	rank =
	    layout_rank(steering->steer->arena,
			str_format(steering->steer->arena, "\"%.*s\"", STR_ARG(left->steps[0]->name)), left->steps[0]);
	for (size_t i = 0; i < indexes->count; i++) {
		const struct layout_index *index = &indexes->items[i];

		if (!index->lead.n && str_starts(index->order, rank) &&
		    (index->is_whole || (index->is_open && steering->filter.open.n)))
			return true;
	}
	return false;
}

/* Only a count gains by beginning with a choice: many rows have each. */
static void find_leads(struct steering *steering, const struct query_node *root)
{
	size_t count = root->op == QUERY_AND ? root->count : 1;
	const struct query_node **leads = arena_many(steering->steer->arena, const struct query_node *, count);

	for (size_t i = 0; i < count; i++) {
		const struct query_node *node = root->op == QUERY_AND ? root->children[i] : root;

		if (node->op == QUERY_LINK || can_begin(steering, node))
			leads[steering->filter.lead_count++] = node;
	}
	for (size_t i = 0; i < count && steering->steer->counts && !steering->filter.lead_count; i++) {
		const struct query_node *node = root->op == QUERY_AND ? root->children[i] : root;

		if (ranks_index(steering, node))
			leads[steering->filter.lead_count++] = node;
	}
	steering->filter.leads = leads;
}

/* --- how many rows they leave --- */

static enum status count_rows(const struct steering *steering, struct str condition, const struct filter_sql *filter,
			      int64_t most, int64_t *count, struct error *error)
{
	const struct steer *steer = steering->steer;
	struct leavings *leavings = steer->kernel->cache->leavings;
	struct str table = layout_table(steer->arena, steer->type);
	uint64_t name = leavings_name(table, condition, filter);
	STATEMENT statement = NULL;
	enum status status;
	bool row;

	if (leavings_know(leavings, name, steer->now, most, count))
		return OK;
	status =
	    store_prepare(steer->connection,
			  str_format(steer->arena, "SELECT count(*) FROM (SELECT 1 FROM %.*s r WHERE %.*s LIMIT ?) q",
				     STR_ARG(table), STR_ARG(condition)),
			  &statement, error);
	if (status)
		return status;
	if (filter)
		filter_bind_all(statement, filter);
	bind_int(statement, most);
	if ((status = store_step(statement, &row, error)))
		return status;
	*count = column_int(statement, 0);
	leavings_learn(leavings, name, steer->now, most, *count);
	return OK;
}

/* Links are counted where they are: a set is made of them all. A count gains by beginning there even with many. */
static enum status count_links(const struct steering *steering, const struct query_node *lead, int64_t *count,
			       struct error *error)
{
	const struct steer *steer = steering->steer;
	int64_t most = steer->counts ? 10 * LEAD_MOST : LEAD_MOST;
	STATEMENT statement = NULL;
	bool row;
	enum status status = store_prepare(
	    steer->connection,
	    S("SELECT count(*) FROM (SELECT 1 FROM kaname_link WHERE kind = ? AND until IS NULL LIMIT ?) q"),
	    &statement, error);

	if (status)
		return status;
	bind_text(statement, lead->link->kind);
	bind_int(statement, most);
	if ((status = store_step(statement, &row, error)))
		return status;
	*count = column_int(statement, 0);
	if (*count < most && *count >= LEAD_MOST)
		*count = LEAD_MOST - 1;
	return OK;
}

static enum status count_lead(const struct steering *steering, const struct query_node *lead, int64_t most,
			      int64_t *count, struct error *error);

/* Rows that have two of the values are counted twice: telling them apart costs more than it tells. */
static enum status count_each(const struct steering *steering, const struct query_node *any, int64_t most,
			      int64_t *count, struct error *error)
{
	enum status status = OK;

	*count = 0;
	for (size_t i = 0; i < any->count && *count < most && !status; i++) {
		int64_t more = 0;

		status = count_lead(steering, any->children[i], most - *count, &more, error);
		*count += more;
	}
	return status;
}

static enum status count_lead(const struct steering *steering, const struct query_node *lead, int64_t most,
			      int64_t *count, struct error *error)
{
	const struct steer *steer = steering->steer;
	struct filter_sql sql;
	enum status status;

	if (lead->op == QUERY_LINK)
		return count_links(steering, lead, count, error);
	if (lead->op == QUERY_OR)
		return count_each(steering, lead, most, count, error);
	status = filter_compile_lead(steer->arena, steer->filter, lead, &steering->around, &sql, error);
	return status ? status : count_rows(steering, sql.sql, &sql, most, count, error);
}

static enum status try_leads(struct steering *steering, struct error *error)
{
	enum status status = OK;

	for (size_t i = 0; i < steering->filter.lead_count && !status; i++) {
		const struct query_node *lead = steering->filter.leads[i], *best = steering->filter.begin;
		int64_t count = 0;

		steering->filter.begin = lead; /* it is counted as the database would begin with it */
		status = count_lead(steering, lead, steering->fewest, &count, error);
		steering->filter.begin = !status && count < steering->fewest ? lead : best;
		if (steering->filter.begin == lead)
			steering->fewest = count;
	}
	return status;
}

/* However many rows have one value of it: whether they come in the order of the page. */
bool steer_leads_in_order(const struct steer *steer, struct str column, bool open)
{
	const struct type_indexes *indexes = indexes_of(steer);

	for (size_t i = 0; i < indexes->count; i++) {
		const struct layout_index *index = &indexes->items[i];

		if (index->order.n && str_eq(index->lead, column) && str_eq(index->order, steer->order) &&
		    (index->is_whole || (index->is_open && open)))
			return true;
	}
	return false;
}

static bool has_order_of_page(const struct steering *steering, const struct query_node *lead)
{
	bool open = steering->filter.open.n > 0;

	if (lead->op == QUERY_EQUAL)
		return steer_leads_in_order(steering->steer, lead->children[0]->steps[0]->name, open);
	return !str_trim(steering->steer->search).n && steer_has_ways(steering->steer, lead, open);
}

static void prefer_order(struct steering *steering)
{
	for (size_t i = 0; i < steering->filter.lead_count && !steering->filter.begin; i++)
		if (has_order_of_page(steering, steering->filter.leads[i]))
			steering->filter.begin = steering->filter.leads[i];
	if (!steering->filter.begin && steering->scope_leads)
		steering->scope_begins = steer_leads_in_order(steering->steer, steering->steer->type->customer->name,
							      steering->filter.open.n > 0);
}

static enum status try_scope(struct steering *steering, struct error *error)
{
	const struct steer *steer = steering->steer;
	const struct type *type = steer->type;
	struct filter_bind customer = {.kind = FILTER_INTEGER, .number = steer->actor->customer};
	struct filter_sql scope = {.binds = &customer, .bind_count = 1};
	int64_t count = 0;
	enum status status;

	steering->scope_leads = !steer->actor->is_system && actor_is_customer(steer->actor) && type->scoped &&
				leads_index(steering, type->customer->name);
	if (!steering->scope_leads)
		return OK;
	status = count_rows(steering, str_format(steer->arena, "r.\"%.*s\" = ?", STR_ARG(type->customer->name)), &scope,
			    steering->fewest, &count, error);
	steering->scope_begins = !status && count < steering->fewest;
	if (steering->scope_begins) {
		steering->fewest = count;
		steering->filter.begin = NULL;
	}
	return status;
}

/* --- whether an index over some rows only shall be used --- */

/* Whether an index that the filter's fixed conditions permit has the order of the page. */
static bool has_order(const struct steering *steering)
{
	const struct steer *steer = steering->steer;
	const struct type_indexes *indexes = indexes_of(steer);
	struct str fixed = layout_fixed(steer->arena, steer->filter->root);

	for (size_t i = 0; i < indexes->count; i++) {
		const struct layout_index *index = &indexes->items[i];

		if (!index->is_whole && !index->lead.n && steer->order.n && str_eq(index->order, steer->order) &&
		    (index->is_open || str_eq(index->where, fixed)))
			return true;
	}
	return false;
}

static enum status try_open(struct steering *steering, struct error *error)
{
	const struct steer *steer = steering->steer;
	int64_t count = 0;
	enum status status;

	if (!steering->filter.open.n || steering->filter.begin || steering->scope_begins || steer->counts ||
	    has_order(steering))
		return OK;
	status = count_rows(steering, steering->filter.open, NULL, LEAD_MOST, &count, error);
	steering->filter.open_is_no_index = !status && count >= LEAD_MOST;
	if (!steering->filter.open_is_no_index)
		steering->fewest = count;
	return status;
}

/* "state = resolved" is counted among what is resolved, not among all that is open. */
static bool has_narrower(const struct steering *steering)
{
	const struct steer *steer = steering->steer;
	const struct type_indexes *indexes = indexes_of(steer);
	struct str fixed = layout_fixed(steer->arena, steer->filter->root);

	for (size_t i = 0; i < indexes->count; i++)
		if (fixed.n && !indexes->items[i].is_open && str_eq(indexes->items[i].where, fixed))
			return true;
	return false;
}

/* --- all together --- */

/* A count has no order to walk: it begins with the best condition even when that leaves many rows, unless others would
 * have to be looked at in each of them. */
static bool counts_alone(const struct steering *steering)
{
	const struct query_node *root = steering->steer->filter->root;
	size_t parts = root->op == QUERY_AND ? root->count : 1;

	return steering->steer->counts && parts <= 1 + (steering->filter.open.n > 0);
}

/* However many rows it leaves: they are counted at once, or come in the order of the page. */
static bool begins_well(const struct steering *steering)
{
	return steering->filter.lead_count == 1 && steering->filter.leads[0]->op != QUERY_LINK &&
	       (counts_alone(steering) ||
		(!steering->steer->counts && has_order_of_page(steering, steering->filter.leads[0])));
}

/* Of conditions that leave very many rows each, "is empty" leaves the most: what nobody has. It is kept from being
 * begun with where there is another. */
static void keep_empty(struct steering *steering)
{
	const struct query_node **kept =
	    arena_many(steering->steer->arena, const struct query_node *, steering->filter.lead_count);
	size_t count = 0;

	for (size_t i = 0; i < steering->filter.lead_count; i++)
		if (steering->filter.leads[i]->op == QUERY_EMPTY)
			kept[count++] = steering->filter.leads[i];
	steering->filter.lead_count = count < steering->filter.lead_count ? count : 0;
	steering->filter.leads = kept;
}

static enum status choose(struct steering *steering, struct error *error)
{
	const struct steer *steer = steering->steer;
	enum status status;

	if (steer->filter && begins_well(steering)) {
		steering->filter.begin = steering->filter.leads[0];
		return OK;
	}
	if ((status = try_leads(steering, error)))
		return status;
	steering->lead = (struct steer_lead){true, steering->filter.begin, steering->fewest};
	if ((status = try_scope(steering, error)))
		return status;
	if (!steer->counts && steering->fewest == LEAD_MOST)
		prefer_order(steering);
	if (steer->counts && steering->fewest == LEAD_MOST) { /* nor an order to walk: whatever the database likes */
		keep_empty(steering);
		steering->scope_begins = steering->scope_leads;
	}
	if (!steer->filter)
		return OK;
	steering->filter.has_narrower = steer->counts && !steering->filter.begin && has_narrower(steering);
	return try_open(steering, error);
}

static enum status steering_start(const struct steer *steer, struct steering *steering, struct error *error)
{
	*steering = (struct steering){
	    .steer = steer, .around = list_filter_actor(steer->kernel, steer->actor, steer->now), .fewest = LEAD_MOST};
	steering->around.steering = &steering->filter;
	if (!steer->filter)
		return OK;
	if (only_open(steer->type, steer->filter->root))
		steering->filter.open = layout_open(steer->arena, "r.\"state\"", steer->type);
	find_leads(steering, steer->filter->root);
	return access_check_query(steer->kernel, steer->actor, steer->filter, error);
}

static enum status search(struct steering *steering, struct selection *selection, struct error *error)
{
	bool begins;
	enum status status = steer_search(steering->steer, steering->fewest, selection, &begins, error);

	if (!status && begins) {
		steering->filter.begin = NULL;
		steering->scope_begins = false;
		steering->filter.open_is_no_index = true;
	}
	return status;
}

static enum status add_filter(const struct steering *steering, struct selection *selection, struct error *error)
{
	const struct steer *steer = steering->steer;
	const struct query_node *begin = steering->filter.begin;

	if (!steer->filter)
		return OK;
	if (!steer->counts && begin && begin->op != QUERY_EQUAL && has_order_of_page(steering, begin))
		return steer_ways(steer, begin, &steering->around, selection, error);
	return filter_compile(steer->arena, steer->kernel->store, steer->filter, &steering->around, &selection->filter,
			      error);
}

enum status steer_selection(const struct steer *steer, struct selection *selection, struct error *error)
{
	struct steering steering;
	enum status status;

	*selection = (struct selection){0};
	if ((status = steering_start(steer, &steering, error)) || (status = choose(&steering, error)) ||
	    (str_trim(steer->search).n && (status = search(&steering, selection, error))))
		return status;
	access_scope(steer->arena, steer->kernel, steer->actor, steer->type, steering.scope_begins ? "r" : "+r",
		     &selection->scope);
	return add_filter(&steering, selection, error);
}

/* Restricted rows are few, and an index has those that a field lets the actor see; but what a large team may see are
 * thousands, where a condition may leave a handful. */
static enum status choose_restricted(struct steering *steering, struct error *error)
{
	enum { FEW = 400 };
	struct steer_lead *lead = &steering->lead;
	enum status status = OK;

	*lead = steering->steer->lead;
	if (!lead->known && !(status = try_leads(steering, error)))
		*lead = (struct steer_lead){true, steering->filter.begin, steering->fewest};
	steering->filter.begin = lead->fewest < FEW ? lead->begin : NULL;
	if (!steering->filter.begin)
		steering->filter.open_is_no_index = !steering->filter.open.n;
	return status;
}

enum status steer_leaves(const struct steer *steer, int64_t *count, struct error *error)
{
	struct steering steering;
	enum status status;

	if (!(status = steering_start(steer, &steering, error)) && !(status = try_leads(&steering, error)))
		*count = steering.fewest;
	return status;
}

enum status steer_part(struct steer *steer, size_t part, struct selection *selection, bool *there, struct error *error)
{
	struct steering steering;
	bool scope_begins;
	enum status status;

	*selection = (struct selection){0};
	*there = true;
	if ((status = steering_start(steer, &steering, error)) ||
	    (status = part ? choose_restricted(&steering, error) : choose(&steering, error)))
		return status;
	scope_begins = part ? !steering.filter.begin : steering.scope_begins;
	steer->lead = steering.lead;
	if (steer->lead.known && !steer->lead.fewest) { /* nothing fits it */
		*there = false;
		return OK;
	}
	if (str_trim(steer->search).n && (status = search(&steering, selection, error)))
		return status;
	*there = access_scope_part(steer->arena, steer->kernel, steer->actor, steer->type, scope_begins ? "r" : "+r",
				   part, &selection->scope);
	return *there ? add_filter(&steering, selection, error) : OK;
}
