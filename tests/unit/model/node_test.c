/* YAML as a tree with places: what is read, what is refused and where, how one tree is laid over another. */
#include "testing.h"

#include "model/node.h"

static const struct node *parse(struct arena *arena, const char *text)
{
	struct error error = {0};
	struct node *node = NULL;
	enum status status = node_parse(arena, "x.yaml", str_of(text), &node, &error);

	assert_int_equal(status, OK);
	return node;
}

static void keeps_order_places_and_quotes(void **state)
{
	ARENA arena = arena_new();
	const struct node *node = parse(arena, "b: 1\na:\n  - x\n  - \"2\"\nc: {d: ~}\n");

	assert_int_equal(node->kind, NODE_MAPPING);
	assert_int_equal(node->count, 3);
	assert_true(str_is(node->keys[0], "b") && str_is(node->keys[1], "a") && str_is(node->keys[2], "c"));
	assert_int_equal(node->key_places[1].line, 2);
	assert_string_equal(node->key_places[1].file, "x.yaml");
	assert_false(node_get(node, "b")->quoted);
	assert_int_equal(node_get(node, "a")->kind, NODE_SEQUENCE);
	assert_int_equal(node_get(node, "a")->items[1]->place.line, 4);
	assert_true(node_get(node, "a")->items[1]->quoted);
	assert_null(node_get(node, "d"));
	assert_null(node_get(node_get(node, "b"), "x"));
	assert_true(str_is(node_get(node_get(node, "c"), "d")->text, "~"));
}

static void reads_empty_parts(void **state)
{
	ARENA arena = arena_new();
	const struct node *node = parse(arena, "a: {}\nb: []\nc:\n");

	assert_int_equal(node_get(node, "a")->count, 0);
	assert_int_equal(node_get(node, "b")->count, 0);
	assert_int_equal(node_get(node, "c")->text.n, 0);
}

static void refuses_what_hides_or_misleads(void **state)
{
	static const struct {
		const char *yaml, *where, *message;
	} cases[] = {
	    {"", "x.yaml:1", "empty"},
	    {"a: 1\na: 2\n", "x.yaml:2", "\"a\" stands here twice"},
	    {"a: &n 1\n", "x.yaml:1", "Anchors"},
	    {"a: 1\nb: *n\n", "x.yaml:2", "Aliases"},
	    {"*n : 1\n", "x.yaml:1", "Aliases"},
	    {"a: !python/object 1\n", "x.yaml:1", "tag"},
	    {"a: !mine {b: 1}\n", "x.yaml:1", "tag"},
	    {"a: !mine [b]\n", "x.yaml:1", "tag"},
	    {"[a]: 1\n", "x.yaml:1", "plain text"},
	    {"a: 1\n---\nb: 2\n", "x.yaml:3", "one document"},
	    {"a: 1\n  b: 2\n", "x.yaml:2", "no valid YAML"},
	    {"a: [1, 2\n", "x.yaml:2", "no valid YAML"},
	    {"a: \"\xff\"\n", "x.yaml:1", "no valid YAML"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ARENA arena = arena_new();
		struct error error = {0};
		struct node *node;

		assert_int_equal(node_parse(arena, "x.yaml", str_of(cases[i].yaml), &node, &error), E_SYNTAX);
		assert_fault(&error, cases[i].where, cases[i].message);
	}
}

static void limits_depth_and_size(void **state)
{
	ARENA arena = arena_new();
	struct buf deep = buf_new(arena), large = buf_new(arena);
	struct error error = {0};
	struct node *node;

	for (int i = 0; i < 31; i++)
		buf_add_char(&deep, '[');
	buf_add_char(&deep, 'x');
	for (int i = 0; i < 31; i++)
		buf_add_char(&deep, ']');
	assert_int_equal(node_parse(arena, "x.yaml", buf_str(&deep), &node, &error), OK);
	buf_add_c(&large, "- ");
	assert_int_equal(
	    node_parse(arena, "x.yaml", str_format(arena, "[[%.*s]]", STR_ARG(buf_str(&deep))), &node, &error),
	    E_SYNTAX);
	assert_fault(&error, "x.yaml:1", "nested too deeply");
	while (large.n <= 1 << 20)
		buf_add_c(&large, "xxxxxxxxxxxxxxxx");
	error_clear(&error);
	assert_int_equal(node_parse(arena, "x.yaml", buf_str(&large), &node, &error), E_SYNTAX);
	assert_fault(&error, "x.yaml:1", "larger than 1 MB");
}

static void core_tags_are_fine(void **state)
{
	ARENA arena = arena_new();

	assert_true(str_is(node_get(parse(arena, "a: !!str 5\n"), "a")->text, "5"));
}

static void lays_one_tree_over_another(void **state)
{
	ARENA arena = arena_new();
	const struct node *base = parse(arena, "a: {x: 1, y: 2}\nb: [1, 2]\nc: 3\n");
	const struct node *over = parse(arena, "a: {y: 4, z: 5}\nb: [6]\nc: ~\nd: {e: 7}\nnone: ~\n");
	const struct node *merged = node_merge(arena, base, over);

	assert_int_equal(merged->count, 3);
	assert_true(str_is(merged->keys[0], "a") && str_is(merged->keys[1], "b") && str_is(merged->keys[2], "d"));
	assert_int_equal(node_get(merged, "a")->count, 3);
	assert_true(str_is(node_get(node_get(merged, "a"), "x")->text, "1"));
	assert_true(str_is(node_get(node_get(merged, "a"), "y")->text, "4"));
	assert_int_equal(node_get(merged, "b")->count, 1);
	assert_null(node_get(merged, "c"));
	/* A quoted null is a text, and the trees that went in stay as they were. */
	merged = node_merge(arena, base, parse(arena, "c: \"~\"\n"));
	assert_true(str_is(node_get(merged, "c")->text, "~"));
	assert_int_equal(base->count, 3);
	assert_true(str_is(node_get(node_get(base, "a"), "y")->text, "2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_order_places_and_quotes),
	    cmocka_unit_test(reads_empty_parts),
	    cmocka_unit_test(refuses_what_hides_or_misleads),
	    cmocka_unit_test(limits_depth_and_size),
	    cmocka_unit_test(core_tags_are_fine),
	    cmocka_unit_test(lays_one_tree_over_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
