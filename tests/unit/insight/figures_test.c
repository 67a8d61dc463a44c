/* Every declared figure over random records: each number is counted again in memory, by the meaning of the expression
 * that it carries, and what the numbers must be to each other is checked. */
#include "record_world.h"

#include <math.h>

#include "insight/dashboards_own.h"
#include "record/environment.h"

enum { INCIDENTS = 70, THINGS = 60 };

struct stock { /* all records of a type, as they are */
	const struct type *type;
	struct record *records[INCIDENTS];
	size_t count;
};

/* --- random records --- */

static const char *pick(uint64_t *seed, const char *const *words, size_t count)
{
	return words[chance(seed, count)];
}
#define PICK(seed, ...)                                                                                                \
	pick((seed), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static int64_t make_incident(struct world *world, uint64_t *seed)
{
	instant moment = at("2026-08-20T00:00:00Z") + (instant)chance(seed, 70 * 24 * 60) * MINUTE;
	int64_t made_now =
	    import(world, "incident", moment, "title",
		   PICK(seed, "Mail is slow", "Mail is very slow", "複合機が紙詰まり", "複合機の紙詰まり", "VPN drops",
			"Screen is black"),
		   "caller", PICK(seed, "user", "user2"), "impact", PICK(seed, "critical", "high", "medium", "low"),
		   "urgency", PICK(seed, "high", "medium", "low"), "channel", PICK(seed, "phone", "mail", "portal", ""),
		   "category", PICK(seed, "mail", "network", ""), "service", PICK(seed, "SVC-1", ""), NULL);
	const char *const steps[] = {"start", "resolve", "confirm", "reopen"};

	for (size_t i = 0, most = chance(seed, 5); i < most; i++) {
		moment += (instant)chance(seed, 40) * HOUR;
		if (!i)
			alter(world, made_now, moment, "state", "start", "group", "desk", "assignee", "desk",
			      "category", "mail", "security", "false", "ci_unknown_reason", "x", NULL);
		else if (i == 1)
			alter(world, made_now, moment, "state", "resolve", "resolution", "x", "closing_code",
			      PICK(seed, "solved", "worked_around"), NULL);
		else if (i == 2)
			alter(world, made_now, moment, "state", steps[i], "verified_by", "desk", NULL);
		else
			alter(world, made_now, moment, "state", steps[i], "comment", "x", NULL);
	}
	if (!chance(seed, 3))
		alter(world, made_now, moment + HOUR, "impact", "low", "category", "network", NULL);
	return made_now;
}

static int64_t make_thing(struct world *world, uint64_t *seed)
{
	char amount[16], span[16], moment[TIME_TEXT], day[TIME_TEXT];
	instant when = at("2026-08-20T00:00:00Z") + (instant)chance(seed, 70 * 24) * HOUR;
	int64_t made_now;

	snprintf(amount, sizeof(amount), "%d", (int)chance(seed, 15));
	snprintf(span, sizeof(span), "PT%dS", (int)chance(seed, 9));
	time_format(when - (instant)chance(seed, 200) * HOUR, moment);
	day_format((int32_t)(when / DAY), day);
	made_now = import(world, "thing", when, "title", PICK(seed, "red box", "red wide box", "tea"), "size",
			  PICK(seed, "", "large", "small"), "flag", PICK(seed, "", "true", "false"), "holder",
			  PICK(seed, "desk", "resolver", ""), "amount", chance(seed, 4) ? amount : "", "span",
			  chance(seed, 4) ? span : "", "moment", chance(seed, 5) ? moment : "", "day",
			  chance(seed, 5) ? day : "", "service", PICK(seed, "SVC-1", ""), NULL);
	if (!chance(seed, 2))
		alter(world, made_now, when + HOUR, "state", "end", "amount", "7", NULL);
	return made_now;
}

static void fill(struct world *world, struct stock *stock, const char *type, uint64_t *seed)
{
	bool incidents = !strcmp(type, "incident");

	stock->type = type_of(world, type);
	stock->count = incidents ? INCIDENTS : THINGS;
	for (size_t i = 0; i < stock->count; i++)
		stock->records[i] = look(world, incidents ? make_incident(world, seed) : make_thing(world, seed));
}

/* --- the recount --- */

struct trial {
	struct world *world;
	struct connection *connection;
	const struct stock *stock;
	struct figure_request request;
	struct figure_result result;
};

/* Days are those of whom the figure was made for. */
static struct query_environment environment_of(const struct trial *trial)
{
	struct query_environment environment =
	    environment_of_records(trial->world->kernel, trial->connection, trial->world->arena, actor_system(),
				   trial->request.now, INSTANT_NONE);

	environment.zone = trial->request.zone;
	return environment;
}

static int64_t recount(const struct trial *trial, struct str text)
{
	struct query_environment environment = environment_of(trial);
	const struct query *query = expression(trial->world, trial->stock->type, str_c(trial->world->arena, text));
	int64_t count = 0;

	for (size_t i = 0; i < trial->stock->count; i++) {
		bool matches;

		must_do(trial->world, query_matches(query, trial->stock->records[i], &environment, &matches));
		count += matches;
	}
	return count;
}

static void check_row(struct trial *trial, const struct figure_row *row)
{
	for (size_t i = 0; i < trial->result.column_count; i++) {
		const struct figure_cell *cell = &row->cells[i];

		if (trial->result.columns[i].unit != UNIT_COUNT || !cell->filter.n)
			continue;
		assert_true(cell->has);
		if (cell->value != recount(trial, cell->filter))
			fail_msg("%.*s.%.*s %.*s %s: %lld but not for %.*s", STR_ARG(trial->stock->type->name),
				 STR_ARG(trial->request.figure->name), STR_ARG(row->label),
				 trial->result.columns[i].name, (long long)cell->value, STR_ARG(cell->filter));
	}
}

static size_t column_named(const struct figure_result *result, const char *name)
{
	for (size_t i = 0; i < result->column_count; i++)
		if (!strcmp(result->columns[i].name, name))
			return i;
	return SIZE_MAX;
}

/* Rows of a grouping share everything among themselves. */
static void check_sum(const struct figure_result *result, const char *name)
{
	size_t column = column_named(result, name);
	int64_t sum = 0;

	if (column == SIZE_MAX || !(result->by || result->each))
		return;
	for (size_t i = 0; i < result->row_count; i++)
		sum += result->rows[i].cells[column].value;
	assert_int_equal(sum, result->total.cells[column].value);
}

static void check_share(const struct figure_result *result, const struct figure_row *row)
{
	size_t share = column_named(result, "share"), met = column_named(result, "met"),
	       holds = column_named(result, "holds"), all = column_named(result, "count");
	int64_t part, of;

	if (share == SIZE_MAX || (met == SIZE_MAX && holds == SIZE_MAX))
		return;
	part = row->cells[met != SIZE_MAX ? met : holds].value;
	of = met != SIZE_MAX ? part + row->cells[column_named(result, "breached")].value : row->cells[all].value;
	assert_int_equal(row->cells[share].has, of > 0);
	if (of)
		assert_int_equal(row->cells[share].value, (part * 200000000 + of) / (of * 2));
}

static void check_average(struct trial *trial)
{
	const struct field *field = type_field(trial->stock->type, trial->request.figure->name);
	const struct query *query;
	struct query_environment environment = environment_of(trial);
	int64_t sum = 0, with = 0, scale = field && field->kind == FIELD_INTEGER ? 1000000 : 1;

	if (strcmp(trial->request.figure->insight->name, "average") != 0 || !field)
		return;
	query = expression(trial->world, trial->stock->type, str_c(trial->world->arena, trial->result.total.filter));
	for (size_t i = 0; i < trial->stock->count; i++) {
		struct value value = record_value(trial->stock->records[i], field);
		bool matches;

		must_do(trial->world, query_matches(query, trial->stock->records[i], &environment, &matches));
		if (!matches || value_is_empty(value))
			continue;
		with++;
		sum += value.number;
	}
	assert_int_equal(trial->result.total.cells[1].has, with > 0);
	if (with)
		assert_int_equal(trial->result.total.cells[1].value, sum * scale / with);
}

/* Each record once more, by the hour that its zone's wall clock showed. */
static void check_rhythm(struct trial *trial)
{
	const struct figure_request *request = &trial->request;
	const struct figure_result *result = &trial->result;
	int64_t hours[24][7] = {{0}};

	for (size_t i = 0; i < trial->stock->count; i++) {
		instant at = trial->stock->records[i]->created_at;
		struct civil wall = zone_civil(request->zone, at);
		/* Sakamoto's weekday, from Sunday */
		static const int shifts[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
		int year = wall.year - (wall.month < 3);
		int weekday = (year + year / 4 - year / 100 + year / 400 + shifts[wall.month - 1] + wall.day) % 7;

		if (at >= request->from && at < request->to)
			hours[wall.hour][(weekday + 6) % 7]++;
	}
	for (size_t hour = 0; hour < 24; hour++)
		for (size_t day = 0; day < 7; day++)
			assert_int_equal(result->rows[hour].cells[day].value, hours[hour][day]);
}

static void check_flow(const struct figure_result *result)
{
	int64_t gained = 0;

	for (size_t i = 0; i < result->row_count; i++)
		gained += result->rows[i].cells[2].value;
	assert_int_equal(gained, result->total.cells[2].value);
	assert_int_equal(gained, result->total.cells[0].value - result->total.cells[1].value);
}

static void check_forecast(const struct figure_result *result)
{
	size_t now = 4; /* weeks that were */

	assert_int_equal(result->row_count, 4 + 1 + 3);
	assert_int_equal(result->rows[now].cells[0].value, result->rows[now].cells[1].value);
	for (size_t i = now; i < result->row_count; i++) {
		const struct figure_cell *cells = result->rows[i].cells;

		assert_int_equal(cells[0].has, i == now);
		assert_true(cells[2].value <= cells[1].value && cells[1].value <= cells[3].value);
	}
	/* the mean of the weeks, carried on */
	double mean = (double)(result->rows[now].cells[0].value - result->rows[0].cells[0].value) / 4;
	double end = (double)result->rows[now].cells[0].value + 3 * mean;

	assert_true(fabs((double)result->rows[now + 3].cells[1].value - (end > 0 ? end : 0)) <= 0.5);
	assert_true(result->reaches_goal);
}

/* What has a share within the target stands before what has none, and makes the whole. */
static void check_distribution(const struct figure_result *result)
{
	int64_t within = 0, all = result->total.cells[0].value;
	size_t rows = 0;

	if (result->column_count < 3)
		return;
	while (rows < result->row_count && result->rows[rows].cells[2].has)
		within += result->rows[rows++].cells[0].value;
	for (size_t i = rows; i < result->row_count; i++)
		assert_false(result->rows[i].cells[2].has);
	assert_int_equal(result->total.cells[2].has, all > 0);
	if (all)
		assert_int_equal(result->total.cells[2].value, (within * 200 * 1000000 + all) / (all * 2));
}

static void check_own(struct trial *trial)
{
	const char *insight = trial->request.figure->insight->name;

	if (!strcmp(insight, "rhythm") && !trial->request.filter)
		check_rhythm(trial);
	else if (!strcmp(insight, "distribution"))
		check_distribution(&trial->result);
	else if (!strcmp(insight, "flow"))
		check_flow(&trial->result);
	else if (!strcmp(insight, "forecast") && trial->stock->count == THINGS)
		check_forecast(&trial->result);
}

static int64_t count_from(struct trial *trial, instant from)
{
	const struct query *among = trial->request.figure->among;
	const struct query_field *dated = trial->result.dated;
	struct str name = dated ? dated->name : S("created_at");
	struct buf text = buf_new(trial->world->arena);
	char time[TIME_TEXT];
	bool days = dated && dated->kind == VALUE_DATE;

	if (among)
		buf_format(&text, "(%.*s) and ", STR_ARG(among->source));
	buf_format(&text, "%.*s >= %s", STR_ARG(name),
		   days ? day_format(zone_day(trial->request.zone, from), time) : time_format(from, time));
	if (dated)
		buf_format(&text, " and %.*s < %s", STR_ARG(name),
			   days ? day_format(zone_day(trial->request.zone, trial->request.to - 1) + 1, time)
				: time_format(trial->request.to, time));
	return recount(trial, buf_str(&text));
}

/* Of very many only the newest: as many as were asked for at most, and not one moment less than that. */
static bool check_reach(struct trial *trial)
{
	const struct query_field *dated = trial->result.dated;
	int64_t most = (int64_t)trial->request.most, step = dated && dated->kind == VALUE_DATE ? DAY : 1;
	instant since = trial->result.since;

	if (since == INSTANT_NONE)
		return false;
	assert_true(most > 0);
	assert_true(count_from(trial, since) <= most);
	if (strcmp(trial->request.figure->insight->name, "flow") !=
	    0) /* whose closures may be more than its arrivals */
		assert_true(count_from(trial, since - step) > most);
	if (dated) /* the rest is what it says of that time */
		trial->request.from = since;
	return true;
}

static void check(struct trial *trial)
{
	const struct figure_result *result = &trial->result;

	for (size_t i = 0; i < result->row_count; i++) {
		check_row(trial, &result->rows[i]);
		check_share(result, &result->rows[i]);
	}
	check_row(trial, &result->total);
	check_share(result, &result->total);
	check_average(trial);
	check_own(trial);
	check_sum(result, "count");
	check_sum(result, "met");
	check_sum(result, "breached");
	for (size_t i = 0; i < result->record_count; i++)
		assert_true(result->records[i].row == SIZE_MAX || result->records[i].row < result->row_count);
}

static bool try_figure(struct world *world, const struct stock *stock, const struct figure *figure, uint64_t *seed)
{
	static const char *const filters[] = {"", "created_at < 2026-10-01",
					      "service is empty or created_at > 2026-09-10"};
	static const char *const zones[] = {"Asia/Tokyo", "America/New_York", "UTC", "Asia/Kathmandu"};
	struct trial trial = {.world = world, .stock = stock};
	const char *filter = filters[chance(seed, 3)];
	bool narrowed;
	READER connection = NULL;

	trial.request = (struct figure_request){
	    .figure = figure,
	    .from = at("2026-08-25T15:00:00Z") + (instant)chance(seed, 30) * DAY,
	    .zone = zone_open(str_of(zones[chance(seed, 4)])),
	    .language = chance(seed, 2) ? ENGLISH : JAPANESE,
	    .now = at("2026-11-02T00:00:00Z"),
	};
	trial.request.to = trial.request.from + (instant)(1 + chance(seed, 60)) * DAY;
	trial.request.most = chance(seed, 2) ? 1 + chance(seed, 30) : 0;
	if (*filter)
		trial.request.filter = expression(world, stock->type, filter);
	must_do(world, store_reader(world->store, &connection, &world->error));
	trial.connection = connection;
	must_do(world, figure_compute(world->kernel, connection, world->arena, actor_system(), &trial.request,
				      &trial.result, &world->error));
	narrowed = check_reach(&trial);
	check(&trial);
	return narrowed;
}

static void every_number_opens_as_many_records(void **state)
{
	struct world *world = *state;
	struct stock stocks[2];
	struct figures figures;
	uint64_t seed = 8015;
	size_t tried = 0, narrowed = 0;

	must_do(world, figures_load(world->arena, world->model, &figures, &world->error));
	fill(world, &stocks[0], "incident", &seed);
	fill(world, &stocks[1], "thing", &seed);
	for (size_t i = 0; i < figures.count; i++)
		for (size_t s = 0; s < 2; s++)
			for (int times = 0; figures.items[i].type == stocks[s].type && times < 4; times++, tried++)
				narrowed += try_figure(world, &stocks[s], &figures.items[i], &seed);
	assert_true(tried > 100);
	assert_true(narrowed > 20);
}

/* --- what is refused --- */

static void asking_for_what_cannot_be_is_refused(void **state)
{
	struct world *world = *state;
	const struct type *type = type_of(world, "thing");
	struct figures figures;
	struct figure_result result;
	struct figure_request request = {.zone = zone_open(S("UTC")), .now = world->now, .to = DAY};
	READER connection = NULL;

	must_do(world, figures_load(world->arena, world->model, &figures, &world->error));
	must_do(world, store_reader(world->store, &connection, &world->error));
	request.figure = figures_find(&figures, type, S("by_size"));
	assert_non_null(request.figure);
	request.by = map_get(&type->query->fields, S("title"));
	assert_int_equal(
	    figure_compute(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error),
	    E_SYNTAX);
	assert_true(has_fault(world, "by", "kind"));
	error_clear(&world->error);
	request.by = NULL;
	request.figure = figures_find(&figures, type, S("ages"));
	request.each = EACH_DAY;
	assert_int_equal(
	    figure_compute(world->kernel, connection, world->arena, actor_system(), &request, &result, &world->error),
	    E_SYNTAX);
	assert_true(has_fault(world, "each", "period"));
}

static void declared(const char *figure, const char *fault)
{
	ARENA arena = arena_new();
	struct str text = str_format(
	    arena,
	    "process: p\ngroup: resolve\nrecords:\n  cup:\n    prefix: CUP\n    collection: cups\n    headline: "
	    "title\n    fields: {title: {type: text}, fill: {type: integer}}\n    figures:\n      it: %s\n",
	    figure);
	struct model_source source = {.file = "cup.yaml", .text = text};
	const struct model *model;
	struct figures figures;
	struct error error = {0};
	char shown_text[1024];

	assert_int_equal(model_load(arena, &source, 1, &model, &error), OK);
	assert_int_equal(figures_load(arena, model, &figures, &error), E_INVALID);
	error_text(&error, shown_text, sizeof(shown_text));
	if (!strstr(shown_text, fault) || !strstr(shown_text, "cup.yaml:10"))
		fail_msg("%s: %s", figure, shown_text);
}

static void faults_of_the_model_are_told(void **state)
{
	(void)state;
	declared("{insight: guess}", "There is no insight \"guess\"");
	declared("{insight: breakdown, colour: red}", "no parameter \"colour\"");
	declared("{insight: breakdown, by: title}", "cannot be grouped");
	declared("{insight: breakdown, each: day}", "needs \"in_period\"");
	declared("{insight: breakdown, in_period: fill}", "must be a date or time");
	declared("{insight: share}", "needs \"when\"");
	declared("{insight: share, when: 'fil > 3'}", "cannot be understood");
	declared("{insight: share, when: 'fill > 3', goal: most}", "A goal reads like");
	declared("{insight: attainment, clock: response}", "must name a clock");
	declared("{insight: average, of: title}", "Only numbers and durations");
	declared("{insight: age, bounds: [3d, 1d]}", "the shortest first");
	declared("{insight: age, by: fill, bounds: [1h, 2h, 3h, 4h, 5h]}", "at most four bounds");
	declared("{insight: flow, in_period: created_at}", "two moments");
	declared("{insight: distribution, bounds: [1, 2]}", "of a number (of) or of a clock");
	declared("{insight: distribution, of: title, bounds: [1]}", "Only numbers and durations");
	declared("{insight: distribution, of: fill, bounds: [2, 1]}", "the least first");
	declared("{insight: distribution, of: fill, bounds: [1h]}", "values of one kind");
	declared("{insight: distribution, of: fill, bounds: [1, 2], target: 3}", "one of the bounds");
	declared("{insight: distribution, of: fill, bounds: [1, 2], goal: '>= 3%'}", "needs a target");
	declared("{insight: distribution, of: fill, by: fill, bounds: [1, 2]}", "rows of its own");
	declared("{insight: rhythm}", "needs \"in_period\", a time");
	declared("{insight: forecast, open: 'fill > 3'}", "A forecast needs");
	declared("{insight: forecast, open: 'fill > 3', closed: created_at, weeks: 1}", "number of weeks");
	declared("{insight: factors}", "are written as");
	declared("{insight: trend}", "needs \"in_period\"");
}

/* What people wrote, also long ago: read as far as it still makes sense, and written again in the same order. */
static void own_tiles_are_as_their_figures_can_be(struct arena *arena, const struct model *model,
						  const struct figures *figures)
{
	struct own_tiles tiles;
	struct value rows = {
	    .kind = VALUE_ROWS,
	    .text = S("[{\"figure\":\"cup.days\",\"period\":\"last_month\",\"each\":\"week\",\"pareto\":true},"
		      "{\"figure\":\"cup.holes\",\"wide\":true},{\"figure\":\"cup.days\"},{\"figure\":\"saucer.x\"},"
		      "{\"figure\":\"cup.fills\",\"period\":\"last_month\",\"each\":\"day\",\"pareto\":true,\"wide\":"
		      "true}]")};
	struct value broken = {.kind = VALUE_ROWS, .text = S("[1,")};

	own_tiles_read(arena, model, figures, rows, &tiles);
	assert_int_equal(tiles.count, 2);
	assert_int_equal(tiles.gone_count, 2);
	assert_true(str_is(tiles.gone[0], "cup.holes") && str_is(tiles.gone[1], "saucer.x"));
	assert_true(str_is(own_tiles_write(arena, &tiles),
			   "[{\"figure\":\"cup.days\",\"period\":\"last_month\",\"each\":\"week\"},"
			   "{\"figure\":\"cup.fills\",\"pareto\":true,\"wide\":true}]"));
	own_tiles_read(arena, model, figures, broken, &tiles);
	assert_int_equal(tiles.count + tiles.gone_count, 0);
	assert_int_equal(own_tiles_write(arena, &tiles).n, 0);
}

/* fault NULL: it is sound. */
static void dashboard(const char *declared, const char *fault)
{
	ARENA arena = arena_new();
	struct str text = str_format(
	    arena,
	    "process: p\ngroup: resolve\nroles:\n  desk: {}\nrecords:\n  cup:\n    prefix: CUP\n    collection: cups\n"
	    "    headline: title\n    fields: {title: {type: text}, fill: {type: integer}}\n    figures:\n"
	    "      fills: {insight: breakdown, by: fill}\n      days: {insight: breakdown, in_period: created_at}\n"
	    "dashboards:\n  one: %s\n",
	    declared);
	struct model_source source = {.file = "cup.yaml", .text = text};
	const struct model *model;
	struct figures figures;
	struct dashboards dashboards;
	struct error error = {0};
	char told[1024];

	assert_int_equal(model_load(arena, &source, 1, &model, &error), OK);
	assert_int_equal(figures_load(arena, model, &figures, &error), OK);
	assert_int_equal(dashboards_load(arena, model, &figures, &dashboards, &error), fault ? E_INVALID : OK);
	error_text(&error, told, sizeof(told));
	if (fault && (!strstr(told, fault) || !strstr(told, "cup.yaml:15")))
		fail_msg("%s: %s", declared, told);
	if (!fault) {
		own_tiles_are_as_their_figures_can_be(arena, model, &figures);
		assert_int_equal(dashboards.items[0].tile_count, 2);
		assert_int_equal(dashboards.items[0].role_count, 1);
		assert_ptr_equal(dashboards_find(&dashboards, S("one")), &dashboards.items[0]);
		assert_null(dashboards_find(&dashboards, S("two")));
	}
}

static void dashboards_name_what_there_is(void **state)
{
	(void)state;
	dashboard("{default_for: [desk], tiles: [{figure: cup.fills, as: pareto}, {figure: cup.days, each: week}]}",
		  NULL);
	dashboard("{tiles: []}", "needs tiles");
	dashboard("{colour: red, tiles: [{figure: cup.days}]}", "has no \"colour\"");
	dashboard("{tiles: [{figure: cup.holes}]}", "There is no figure \"cup.holes\"");
	dashboard("{tiles: [{figure: cup.days}, {figure: cup.days}]}", "shown twice");
	dashboard("{tiles: [{figure: cup.fills, each: day}]}", "no rows of time");
	dashboard("{tiles: [{figure: cup.days, as: pareto}]}", "cannot be drawn like that");
	dashboard("{tiles: [{figure: cup.days, period: soon}]}", "There is no period \"soon\"");
	dashboard("{default_for: [cook], tiles: [{figure: cup.days}]}", "There is no role \"cook\"");
}

/* --- periods --- */

static void periods_are_of_the_calendar(void **state)
{
	const struct zone *tokyo = zone_open(S("Asia/Tokyo"));
	instant from, to;

	(void)state;
	figure_period(tokyo, EACH_MONTH, at("2026-11-30T15:30:00Z"), 0, &from, &to);
	assert_int_equal(from, at("2026-12-01T00:00:00+09:00"));
	assert_int_equal(to, at("2027-01-01T00:00:00+09:00"));
	figure_period(tokyo, EACH_MONTH, at("2026-01-31T00:00:00Z"), -13, &from, &to);
	assert_int_equal(from, at("2024-12-01T00:00:00+09:00"));
	figure_period(tokyo, EACH_MONTH, at("2026-11-15T00:00:00Z"), 14, &from, &to);
	assert_int_equal(from, at("2028-01-01T00:00:00+09:00"));
	figure_period(tokyo, EACH_YEAR, at("2026-12-31T16:00:00Z"), -1, &from, &to);
	assert_int_equal(from, at("2026-01-01T00:00:00+09:00"));
	assert_int_equal(to, at("2027-01-01T00:00:00+09:00"));
	figure_period(tokyo, EACH_WEEK, at("2026-11-25T00:00:00Z"), -1, &from, &to);
	assert_int_equal(from, at("2026-11-16T00:00:00+09:00"));
	assert_int_equal(to, at("2026-11-23T00:00:00+09:00"));
}

static void span(const char *period, const char *from, const char *to, const char *begins, const char *ends)
{
	const struct figure_span_words words = {
	    .period = str_of(period), .from = str_of(from), .to = str_of(to), .fiscal_month = 4};
	const struct zone *tokyo = zone_open(S("Asia/Tokyo"));
	struct figure_span read;
	struct error error = {0};

	assert_int_equal(figure_span_read(&words, tokyo, at("2026-02-15T16:00:00Z"), &read, &error),
			 begins ? OK : E_SYNTAX);
	if (!begins)
		return;
	assert_int_equal(read.from, at(begins));
	assert_int_equal(read.to, at(ends));
}

static void periods_are_read_as_people_say_them(void **state)
{
	(void)state;
	span("", "", "", "2026-02-01T00:00:00+09:00", "2026-03-01T00:00:00+09:00");
	span("last_week", "", "", "2026-02-09T00:00:00+09:00", "2026-02-16T00:00:00+09:00");
	span("last_month", "", "", "2026-01-01T00:00:00+09:00", "2026-02-01T00:00:00+09:00");
	span("this_quarter", "", "", "2026-01-01T00:00:00+09:00", "2026-04-01T00:00:00+09:00");
	span("last_quarter", "", "", "2025-10-01T00:00:00+09:00", "2026-01-01T00:00:00+09:00");
	span("this_year", "", "", "2026-01-01T00:00:00+09:00", "2027-01-01T00:00:00+09:00");
	span("last_year", "", "", "2025-01-01T00:00:00+09:00", "2026-01-01T00:00:00+09:00");
	span("this_fiscal_year", "", "", "2025-04-01T00:00:00+09:00", "2026-04-01T00:00:00+09:00");
	span("last_fiscal_year", "", "", "2024-04-01T00:00:00+09:00", "2025-04-01T00:00:00+09:00");
	span("last_2_weeks", "", "", "2026-02-03T00:00:00+09:00", "2026-02-17T00:00:00+09:00");
	span("", "2026-01-05", "2026-01-06", "2026-01-05T00:00:00+09:00", "2026-01-06T00:00:00+09:00");
	span("", "2026-01-05T00:00:00Z", "", "2026-01-05T00:00:00Z", "2026-02-17T00:00:00+09:00");
	span("soon", "", "", NULL, NULL);
	span("", "", "2026-01-06", NULL, NULL);
	span("", "2026-01-06", "2026-01-06", NULL, NULL);
	span("this_year", "2026-01-06", "", NULL, NULL);
}

#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, probe_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PROBE_TEST(every_number_opens_as_many_records), PROBE_TEST(asking_for_what_cannot_be_is_refused),
	    cmocka_unit_test(faults_of_the_model_are_told), cmocka_unit_test(dashboards_name_what_there_is),
	    cmocka_unit_test(periods_are_of_the_calendar),  cmocka_unit_test(periods_are_read_as_people_say_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
