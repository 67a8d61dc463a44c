/* A tree of segments: below each node the segments that stand for themselves, and at most one that is a parameter. */
#include "http/router.h"

#include <string.h>

enum { METHODS = HTTP_OTHER };

static const char *const method_names[METHODS] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

struct entry { /* a route and the names of its parameters in the order of its pattern */
	const struct http_route *route;
	struct str names[ROUTE_SEGMENTS];
	size_t name_count;
};

struct node {
	struct str text;
	VEC(struct node *) literals;
	struct node *parameter;
	const struct entry *ends[METHODS];  /* routes whose pattern ends here */
	const struct entry *tails[METHODS]; /* routes whose pattern goes on with {name...} */
};

struct router {
	struct node root;
};

enum http_method http_method_of(struct str name)
{
	for (int i = 0; i < METHODS; i++)
		if (str_is(name, method_names[i]))
			return (enum http_method)i;
	return HTTP_OTHER;
}

struct str http_method_list(struct arena *arena, unsigned methods)
{
	struct buf list = buf_new(arena);
	for (int i = 0; i < METHODS; i++)
		if (methods & (1u << i)) {
			if (list.n)
				buf_add_c(&list, ", ");
			buf_add_c(&list, method_names[i]);
		}
	return buf_str(&list);
}

static struct node *literal_child(struct arena *arena, struct node *node, struct str text, bool add)
{
	for (size_t i = 0; i < node->literals.count; i++)
		if (str_eq(node->literals.items[i]->text, text))
			return node->literals.items[i];
	if (!add)
		return NULL;
	struct node *child = arena_one(arena, struct node);
	child->text = text;
	vec_push(arena, &node->literals, child);
	return child;
}

static enum status bad_pattern(const struct http_route *route, struct error *error)
{
	return error_fail(error, E_INVALID, "routes", "pattern", N_("The route “%s %s” cannot be understood"),
			  route->method ? route->method : "", route->pattern ? route->pattern : "");
}

static enum status add_route(struct arena *arena, struct router *router, const struct http_route *route,
			     struct error *error)
{
	enum http_method method = http_method_of(str_of(route->method));
	struct str rest = str_of(route->pattern), segment;
	if (method == HTTP_OTHER || method == HTTP_HEAD || !route->handler || !str_starts(rest, S("/")))
		return bad_pattern(route, error);
	struct entry *entry = arena_one(arena, struct entry);
	*entry = (struct entry){.route = route};
	struct node *node = &router->root;
	bool tail = false;
	size_t depth = 0;
	rest = str_sub(rest, 1, rest.n);
	while (str_cut(&rest, '/', &segment)) {
		if (tail || ++depth > ROUTE_SEGMENTS)
			return bad_pattern(route, error);
		if (!str_starts(segment, S("{"))) {
			node = literal_child(arena, node, segment, true);
			continue;
		}
		tail = str_ends(segment, S("...}"));
		if (!str_ends(segment, S("}")))
			return bad_pattern(route, error);
		entry->names[entry->name_count++] = str_sub(segment, 1, segment.n - (tail ? 4 : 1));
		if (tail)
			continue;
		if (!node->parameter)
			node->parameter = arena_one(arena, struct node);
		node = node->parameter;
	}
	const struct entry **place = tail ? &node->tails[method] : &node->ends[method];
	if (*place)
		return error_fail(error, E_INVALID, "routes", "double", N_("The route “%s %s” is there twice"),
				  route->method, route->pattern);
	*place = entry;
	return OK;
}

enum status router_build(struct arena *arena, const struct http_route *routes, size_t count,
			 const struct router **router, struct error *error)
{
	struct router *built = arena_one(arena, struct router);
	for (size_t i = 0; i < count; i++) {
		enum status status = add_route(arena, built, &routes[i], error);
		if (status != OK)
			return status;
	}
	*router = built;
	return OK;
}

struct walk {
	struct str segments[ROUTE_SEGMENTS + 1]; /* decoded; the last slot only says that there are more */
	size_t offsets[ROUTE_SEGMENTS + 1];      /* where each starts in the path as sent */
	size_t count;
	struct str values[ROUTE_SEGMENTS]; /* of the parameters on the way down */
	enum http_method method;
	unsigned allowed;
	const struct entry *found;
	size_t tail; /* found's tail begins at this segment, or count */
};

static const struct entry *pick(struct walk *walk, const struct entry *const entries[METHODS])
{
	for (unsigned i = 0; i < METHODS; i++)
		if (entries[i])
			walk->allowed |= 1u << i | (i == HTTP_GET ? 1u << HTTP_HEAD : 0);
	if (walk->method == HTTP_OTHER)
		return NULL;
	return entries[walk->method == HTTP_HEAD ? HTTP_GET : walk->method];
}

/* Literal before parameter before tail; a branch that lacks the method is left for the next, but its methods count. */
static bool descend(struct walk *walk, const struct node *node, size_t depth, size_t value_count)
{
	if (depth == walk->count) {
		walk->found = pick(walk, node->ends);
		walk->tail = walk->count;
		return walk->found;
	}
	if (depth < ROUTE_SEGMENTS) {
		struct str segment = walk->segments[depth];
		for (size_t i = 0; i < node->literals.count; i++)
			if (str_eq(node->literals.items[i]->text, segment) &&
			    descend(walk, node->literals.items[i], depth + 1, value_count))
				return true;
		if (node->parameter && segment.n) {
			walk->values[value_count] = segment;
			if (descend(walk, node->parameter, depth + 1, value_count + 1))
				return true;
		}
	}
	walk->found = pick(walk, node->tails);
	walk->tail = depth;
	return walk->found;
}

/* False when a segment is encoded wrongly. */
static bool split(struct arena *arena, struct str path, struct walk *walk)
{
	struct str rest = path, segment;
	while (str_cut(&rest, '/', &segment)) {
		struct str decoded;
		if (!http_decode(arena, segment, false, &decoded))
			return false;
		if (walk->count > ROUTE_SEGMENTS)
			continue;
		walk->offsets[walk->count] = (size_t)(segment.p - path.p);
		walk->segments[walk->count++] = decoded;
	}
	return true;
}

enum route_result router_match(const struct router *router, struct arena *arena, enum http_method method,
			       struct str path, struct route_match *match)
{
	struct walk walk;
	walk.count = 0;
	walk.method = method;
	walk.allowed = 0;
	walk.found = NULL;
	*match = (struct route_match){};
	if (!str_starts(path, S("/")))
		return ROUTE_NO_PATH;
	path = str_sub(path, 1, path.n);
	if (!split(arena, path, &walk))
		return ROUTE_BAD_PATH;
	descend(&walk, &router->root, 0, 0);
	match->allowed = walk.allowed;
	if (!walk.found)
		return walk.allowed ? ROUTE_NO_METHOD : ROUTE_NO_PATH;

	const struct entry *entry = walk.found;
	match->route = entry->route;
	if (entry->name_count == 0)
		return ROUTE_FOUND;
	struct http_pair *pairs = arena_many(arena, struct http_pair, entry->name_count);
	for (size_t i = 0; i < entry->name_count; i++)
		pairs[i] = (struct http_pair){entry->names[i], walk.values[i]};
	if (walk.tail < walk.count) {
		struct str tail = str_sub(path, walk.offsets[walk.tail], path.n);
		if (!http_decode(arena, tail, false, &pairs[entry->name_count - 1].value))
			return ROUTE_BAD_PATH;
	}
	match->parameters = (struct http_pairs){pairs, entry->name_count};
	return ROUTE_FOUND;
}
