/* Beginning with several values. "Mine or my groups'" has no index in the order of a page, but each of them has: the
 * page is the first of the first rows of each, so its cost does not grow with how many rows there are. */
#include "record/steer.h"

enum { WAYS_MOST = 16 };

struct ways {
	const struct steer *steer;
	const struct filter_actor *around;
	bool open;
	const struct query_node *nodes[WAYS_MOST];
	size_t count;
};

static bool add_way(struct ways *ways, const struct query_node *node)
{
	if (ways->count == WAYS_MOST)
		return false;
	ways->nodes[ways->count++] = node;
	return true;
}

/* "group in (a, b)" as "group = a". */
static bool add_value(struct ways *ways, const struct query_node *in, struct query_node *value)
{
	struct query_node *equal = arena_one(ways->steer->arena, struct query_node);

	*equal = *in;
	equal->op = QUERY_EQUAL;
	equal->children = arena_many(ways->steer->arena, struct query_node *, 2);
	equal->children[0] = in->children[0];
	equal->children[1] = value;
	equal->count = 2;
	return add_way(ways, equal);
}

static bool add_group(struct ways *ways, const struct query_node *in, int64_t group)
{
	struct query_node *value = arena_one(ways->steer->arena, struct query_node);

	value->op = QUERY_LITERAL;
	value->kind = VALUE_RECORD;
	value->literal = value_number(VALUE_RECORD, group);
	return add_value(ways, in, value);
}

static bool add_in(struct ways *ways, const struct query_node *in)
{
	const struct query_node *list = in->children[1];
	bool good = true;

	for (size_t i = 0; list->op == QUERY_MY_GROUPS && i < ways->steer->actor->group_count && good; i++)
		good = add_group(ways, in, ways->steer->actor->groups[i]);
	for (size_t i = 0; list->op != QUERY_MY_GROUPS && i < list->count && good; i++)
		good = add_value(ways, in, list->children[i]);
	return good;
}

/* Whether each way is found in the order of the page. node: one that an index finds rows by (steer.c). */
static bool find_ways(struct ways *ways, const struct query_node *node)
{
	bool good = true;

	if (node->op == QUERY_OR) {
		for (size_t i = 0; i < node->count && good; i++)
			good = find_ways(ways, node->children[i]);
		return good;
	}
	if ((node->op != QUERY_EQUAL && node->op != QUERY_IN) ||
	    !steer_leads_in_order(ways->steer, node->children[0]->steps[0]->name, ways->open))
		return false;
	return node->op == QUERY_EQUAL ? add_way(ways, node) : add_in(ways, node);
}

bool steer_has_ways(const struct steer *steer, const struct query_node *begin, bool open)
{
	struct ways ways = {.steer = steer, .open = open};

	return steer->takes_ways && (begin->op == QUERY_OR || begin->op == QUERY_IN) && find_ways(&ways, begin) &&
	       ways.count;
}

/* The filter with one way in the place of all. */
static struct query filter_of(const struct ways *ways, const struct query_node *begin, const struct query_node *way)
{
	struct query query = *ways->steer->filter;
	struct query_node *root = arena_one(ways->steer->arena, struct query_node);

	if (query.root == begin) {
		query.root = (struct query_node *)way;
		return query;
	}
	*root = *query.root;
	root->children = arena_many(ways->steer->arena, struct query_node *, root->count);
	for (size_t i = 0; i < root->count; i++)
		root->children[i] =
		    query.root->children[i] == begin ? (struct query_node *)way : query.root->children[i];
	query.root = root;
	return query;
}

static enum status compile_way(const struct ways *ways, const struct query_node *begin, const struct query_node *way,
			       struct filter_sql *sql, struct error *error)
{
	struct filter_actor around = *ways->around;
	struct filter_steering steering = *around.steering;
	const struct query_node **leads =
	    arena_many(ways->steer->arena, const struct query_node *, steering.lead_count);
	struct query query = filter_of(ways, begin, way);

	for (size_t i = 0; i < steering.lead_count; i++)
		leads[i] = steering.leads[i] == begin ? way : steering.leads[i];
	steering.leads = leads;
	steering.begin = way;
	around.steering = &steering;
	return filter_compile(ways->steer->arena, ways->steer->kernel->store, &query, &around, sql, error);
}

enum status steer_ways(const struct steer *steer, const struct query_node *begin, const struct filter_actor *around,
		       struct selection *selection, struct error *error)
{
	struct ways ways = {.steer = steer, .around = around, .open = around->steering->open.n > 0};
	enum status status = OK;

	if (!find_ways(&ways, begin))
		return OK;
	selection->ways = arena_many(steer->arena, struct filter_sql, ways.count);
	for (; selection->way_count < ways.count && !status; selection->way_count++)
		status = compile_way(&ways, begin, ways.nodes[selection->way_count],
				     &selection->ways[selection->way_count], error);
	return status;
}
