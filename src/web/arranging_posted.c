#include "web/arranging.h"

#include <string.h>

#include "record/access.h"

static struct str cell(const struct arranging *a, size_t i, const char *column)
{
	return http_form_value(&a->visit->form,
			       str_c(a->visit->arena, str_format(a->visit->arena, "t.%zu.%s", i, column)));
}

/* A figure that somebody may not read can stay, and be taken out; to be added, it must be seen. */
static const struct figure *figure_of(const struct arranging *a, struct str code)
{
	const struct figure *figure = figures_by_code(a->figures, a->visit->kernel->model, code);
	bool stays = false;

	for (size_t i = 0; figure && a->base && i < a->base->tiles.count; i++)
		stays = stays || a->base->tiles.items[i].figure == figure;
	return figure && (stays || arranging_may_see(a, figure)) ? figure : NULL;
}

/* Of records that one may not read, one can stay as well. */
static struct tile_own asked_of(const struct arranging *a, size_t i)
{
	const struct visit *visit = a->visit;
	const struct type *type = map_get(&visit->kernel->model->types_by_collection, cell(a, i, "collection"));

	if (type && !a->base && !access_reads_type(visit->kernel, visit->actor, type))
		type = NULL;
	return (struct tile_own){.type = type,
				 .title = cell(a, i, "title"),
				 .filter = cell(a, i, "filter"),
				 .view = cell(a, i, "view"),
				 .by = cell(a, i, "by")};
}

static void read_tiles(struct arranging *a)
{
	struct own_tiles posted = {.gone = a->tiles.gone, .gone_count = a->tiles.gone_count};

	for (size_t i = 0; i < TILES_MOST && (cell(a, i, "figure").n || cell(a, i, "collection").n); i++) {
		const struct figure *figure = figure_of(a, cell(a, i, "figure"));
		struct tile_own asked = asked_of(a, i);

		if (asked.type)
			own_tiles_add(&posted, asked_tile(a->visit->arena, &asked, str_is(cell(a, i, "pareto"), "true"),
							  str_is(cell(a, i, "wide"), "true")));
		else if (figure)
			own_tiles_add(&posted, own_tile(figure, cell(a, i, "period"), cell(a, i, "each"),
							str_is(cell(a, i, "pareto"), "true"),
							str_is(cell(a, i, "wide"), "true")));
	}
	a->tiles = posted;
}

/* What is ticked belongs to the dashboard, whichever button was pressed. */
static void add_ticked(struct arranging *a)
{
	const struct http_form *form = &a->visit->form;

	for (size_t i = 0; i < form->count; i++) {
		const struct figure *figure =
		    str_is(form->fields[i].name, "add") ? figure_of(a, form->fields[i].value) : NULL;

		if (figure && !arranging_has(a, figure) &&
		    !own_tiles_add(&a->tiles, own_tile(figure, S(""), S(""), false, false)))
			a->notice = phrase(&a->visit->h, N_("A dashboard has at most %s figures."),
					   words_number(&a->visit->h, TILES_MOST));
	}
}

void arranging_read(struct arranging *a)
{
	const struct http_form *form = &a->visit->form;

	sharing_posted(form, &a->sharing);
	a->narrow = http_form_value(form, "narrow");
	if (!str_int64(http_form_value(form, "version"), &a->version) || a->version < 0)
		a->version = 0;
	read_tiles(a);
	add_ticked(a);
	arranging_read_asked(a);
}

static void swap(struct own_tiles *tiles, size_t i, size_t with)
{
	struct tile moved = tiles->items[i];

	tiles->items[i] = tiles->items[with];
	tiles->items[with] = moved;
}

static void focus(struct arranging *a, const char *deed, size_t i)
{
	a->pressed = str_format(a->visit->arena, "%s.%zu", deed, i);
}

/* "up.3": the focus goes with the tile; where it cannot go on, to the other button. */
void arranging_press(struct arranging *a, struct str deed)
{
	struct own_tiles *tiles = &a->tiles;
	struct str word;
	int64_t at;

	a->pressed = S("add");
	if (!str_cut(&deed, '.', &word) || !str_int64(deed, &at) || at < 0 || at >= (int64_t)tiles->count)
		return;
	if (str_is(word, "up") && at > 0) {
		swap(tiles, (size_t)at, (size_t)at - 1);
		focus(a, at == 1 ? "down" : "up", (size_t)at - 1);
	} else if (str_is(word, "down") && at + 1 < (int64_t)tiles->count) {
		swap(tiles, (size_t)at, (size_t)at + 1);
		focus(a, at + 2 == (int64_t)tiles->count ? "up" : "down", (size_t)at + 1);
	} else if (str_is(word, "out")) {
		memmove(&tiles->items[at], &tiles->items[at + 1],
			(--tiles->count - (size_t)at) * sizeof(*tiles->items));
		if (tiles->count)
			focus(a, "out", (size_t)at < tiles->count ? (size_t)at : tiles->count - 1);
	}
}
