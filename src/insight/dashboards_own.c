#include "insight/dashboards_own.h"

#include "base/hash.h"
#include "record/rows.h"

bool tile_takes_each(const struct figure *figure)
{
	return figure->period && figure->insight->takes_each;
}

bool tile_takes_pareto(const struct figure *figure)
{
	return figure->by && figure->insight == &insight_breakdown;
}

static struct str text_in(struct arena *arena, const json_t *row, const char *column)
{
	const json_t *cell = json_object_get(row, column);

	return json_is_string(cell) ? str_dup(arena, (struct str){json_string_value(cell), json_string_length(cell)})
				    : (struct str){0};
}

static bool is_period(struct str period)
{
	const struct figure_span_words words = {.period = period, .fiscal_month = 4};
	struct figure_span span;
	struct error error = {0};
	bool is = period.n && !figure_span_read(&words, zone_open(S("UTC")), 0, &span, &error);

	error_clear(&error);
	return is;
}

/* What does not suit the figure (any more) is as if it had not been said. */
struct tile own_tile(const struct figure *figure, struct str period, struct str each, bool pareto, bool wide)
{
	struct tile tile = {.figure = figure, .wide = wide};

	if (figure->period && is_period(period))
		tile.period = period;
	if (!tile_takes_each(figure) || !figure_each_parse(each, &tile.each))
		tile.each = EACH_NONE;
	tile.pareto = pareto && !tile.each && tile_takes_pareto(figure);
	return tile;
}

/* By what it asks, so that a page can name two of them. */
static struct str asked_name(struct arena *arena, const struct tile_own *own)
{
	const struct str parts[] = {own->type->name, own->title, own->filter, own->view, own->by};
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(hash_parts(parts, sizeof(parts) / sizeof(*parts)), hex);
	return str_format(arena, "own-%.8s", hex);
}

struct tile asked_tile(struct arena *arena, const struct tile_own *own, bool pareto, bool wide)
{
	struct figure *figure = arena_one(arena, struct figure);
	struct tile_own *kept = arena_one(arena, struct tile_own);
	const struct query_field *by = own->by.n ? map_get(&own->type->query->fields, own->by) : NULL;

	*kept = *own;
	if (!by || !figure_takes(by)) {
		by = NULL;
		kept->by = (struct str){0};
	}
	*figure = (struct figure){.insight = &insight_breakdown,
				  .type = own->type,
				  .name = asked_name(arena, own),
				  .label = {{own->title, own->title}},
				  .by = by};
	return (struct tile){
	    .figure = figure, .own = kept, .pareto = pareto && tile_takes_pareto(figure), .wide = wide};
}

static bool same(const struct tile *a, const struct tile *b)
{
	if (!a->own || !b->own)
		return a->figure == b->figure;
	return a->own->type == b->own->type && str_eq(a->own->title, b->own->title) &&
	       str_eq(a->own->filter, b->own->filter) && str_eq(a->own->view, b->own->view) &&
	       str_eq(a->own->by, b->own->by);
}

bool own_tiles_add(struct own_tiles *tiles, struct tile tile)
{
	for (size_t i = 0; i < tiles->count; i++)
		if (same(&tiles->items[i], &tile))
			return false;
	if (tiles->count == TILES_MOST)
		return false;
	tiles->items[tiles->count++] = tile;
	return true;
}

static struct tile_own asked_in(struct arena *arena, const struct model *model, const json_t *row)
{
	return (struct tile_own){.type = map_get(&model->types_by_collection, text_in(arena, row, "collection")),
				 .title = text_in(arena, row, "title"),
				 .filter = text_in(arena, row, "filter"),
				 .view = text_in(arena, row, "view"),
				 .by = text_in(arena, row, "by")};
}

void own_tiles_read(struct arena *arena, const struct model *model, const struct figures *figures, struct value rows,
		    struct own_tiles *tiles)
{
	json_t *list = rows_list(rows);

	*tiles = (struct own_tiles){.gone = arena_many(arena, struct str, json_array_size(list) + 1)};
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		struct str code = text_in(arena, row, "figure");
		const struct figure *figure = figures_by_code(figures, model, code);
		struct tile_own own = asked_in(arena, model, row);

		if (!code.n && own.type)
			own_tiles_add(tiles, asked_tile(arena, &own, json_is_true(json_object_get(row, "pareto")),
							json_is_true(json_object_get(row, "wide"))));
		else if (figure)
			own_tiles_add(tiles,
				      own_tile(figure, text_in(arena, row, "period"), text_in(arena, row, "each"),
					       json_is_true(json_object_get(row, "pareto")),
					       json_is_true(json_object_get(row, "wide"))));
		else
			tiles->gone[tiles->gone_count++] = code.n ? code : own.title;
	}
	json_decref(list);
}

static void put(struct buf *json, const char *column, struct str text)
{
	if (!text.n)
		return;
	buf_format(json, json->p[json->n - 1] == '{' ? "\"%s\":" : ",\"%s\":", column);
	buf_add_json_string(json, text);
}

static void put_asked(struct buf *json, const struct tile_own *own)
{
	put(json, "collection", own->type->collection);
	put(json, "title", own->title);
	put(json, "filter", own->filter);
	put(json, "view", own->view);
	put(json, "by", own->by);
}

struct str own_tile_code(struct arena *arena, const struct figure *figure)
{
	return str_format(arena, "%.*s.%.*s", STR_ARG(figure->type->name), STR_ARG(figure->name));
}

struct str own_tiles_write(struct arena *arena, const struct own_tiles *tiles)
{
	struct buf json = buf_new(arena);

	for (size_t i = 0; i < tiles->count; i++) {
		const struct tile *tile = &tiles->items[i];

		buf_add_c(&json, i ? ",{" : "[{");
		if (tile->own)
			put_asked(&json, tile->own);
		else
			put(&json, "figure", own_tile_code(arena, tile->figure));
		put(&json, "period", tile->period);
		put(&json, "each", figure_each_word(tile->each));
		buf_add_c(&json, tile->pareto ? ",\"pareto\":true" : "");
		buf_add_c(&json, tile->wide ? ",\"wide\":true}" : "}");
	}
	buf_add_c(&json, tiles->count ? "]" : "");
	return buf_str(&json);
}
