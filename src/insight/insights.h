/* insights: figures over records, declared by the model and computed when somebody looks.
 *
 * A record type declares `figures:`, each computed by one of the insights in the table (insights.c); the `kpis:` of
 * processes are computed by the same. A figure is a small table: rows (P1, P2...), columns (met, breached, share), and
 *a total. Every number carries the expression that opens exactly the records behind it, where one can say them, so that
 * nothing has to be believed. Only what the actor may read is counted: the kernel sees to that.
 *
 *	struct figure_request request = {.figure = figures_find(figures, type, S("attainment")), .from = ...};
 *	status = figure_compute(kernel, connection, arena, actor, &request, &result, error);
 *
 * An insight is one file that fills in a struct insight; the second half of this header is what it has to hand. */
#ifndef INSIGHT_INSIGHTS_H
#define INSIGHT_INSIGHTS_H

#include "base/period.h"
#include "record/read.h"

/* --- what is declared --- */

enum figure_each {
	EACH_NONE,
	EACH_DAY,
	EACH_WEEK,
	EACH_MONTH,
	EACH_YEAR,
	EACH_FITTING /* to the length of the period */
};

struct figure_goal {      /* of the share or average of all */
	enum query_op op; /* QUERY_TRUE: no goal */
	int64_t value;    /* percent, counts and amounts in millionths; ms */
	struct str text;  /* ">= 95%" */
};

struct figure {
	const struct insight *insight;
	const struct type *type;       /* whose records are counted */
	const struct process *process; /* of a KPI: the process that declares it; else NULL */
	struct str name;               /* unique for the type */
	struct label label, help;
	const struct query_field *period; /* the date or time that must lie in the period; NULL: as things stand */
	const struct query *among;        /* NULL: all */
	const struct query_field *by;     /* a row for each of its values; NULL: none */
	enum figure_each each;            /* a row for each day, week, month or year of the period */
	struct figure_goal goal;
	const void *own; /* what the insight read of its parameters */
};

struct figures { /* in the order of the model, by type */
	const struct figure *items;
	size_t count;
};

/* Reads all that a model declares. Every fault is an item at its "file:line". */
MUST enum status figures_load(struct arena *arena, const struct model *model, struct figures *figures,
			      struct error *error);
/* Whether rows can be of this field's values: few enough, and told apart by an expression. */
bool figure_takes(const struct query_field *field);
const struct figure *figures_find(const struct figures *figures, const struct type *type, struct str name);
/* By its code, "type.name"; NULL: there is none. */
const struct figure *figures_by_code(const struct figures *figures, const struct model *model, struct str code);

/* --- what is asked --- */

struct figure_request {
	const struct figure *figure;
	const struct query *filter;       /* further narrowing; NULL: none */
	const struct query_field *by;     /* in place of the declared; see figure_takes() */
	const struct query_field *period; /* in place of the declared */
	enum figure_each each;            /* in place of the declared */
	instant from, to;                 /* from <= moment < to */
	const struct zone *zone;          /* of days, weeks (from Monday) and months */
	enum language language;
	instant now;
	size_t most;  /* records that are looked at: of more the newest, see struct figure_result; 0: all */
	size_t cases; /* at most so many of the cases behind it; 0: as many as people look at */
};
/* The day, week or month of a moment, or the one that lies so many units later. */
void figure_period(const struct zone *zone, enum figure_each unit, instant at, int shift, instant *from, instant *to);
int32_t figure_unit_start(enum figure_each unit, int32_t day, int shift); /* the same for days */

struct figure_span {
	instant from, to; /* from <= moment < to */
};
struct figure_span_words {   /* as people and programs write it; empty texts where nothing is said */
	struct str period;   /* this_week, last_week, this_month (preset), ... last_year, last_2_weeks, ... */
	struct str from, to; /* instead: dates or times; without `to`, today is the last day */
	int fiscal_month;    /* of the model */
};
/* E_SYNTAX naming "period", "from" or "to". */
MUST enum status figure_span_read(const struct figure_span_words *words, const struct zone *zone, instant now,
				  struct figure_span *span, struct error *error);
bool figure_each_parse(struct str word, enum figure_each *each); /* day, week, month, year, fitting */
struct str figure_each_word(enum figure_each each);              /* EACH_NONE: empty */

/* --- the answer --- */

enum figure_unit {
	UNIT_COUNT,
	UNIT_PERCENT /* millionths */,
	UNIT_DURATION /* ms */,
	UNIT_AMOUNT /* millionths */,
	UNITS
};

struct figure_column {
	const char *name;  /* "met" */
	const char *words; /* source text */
	enum figure_unit unit;
	bool in_days; /* a duration of the calendar, and not of service hours */
};

struct figure_cell {
	bool has; /* false: nothing to tell, as a share of nothing */
	int64_t value;
	struct str filter; /* opens the records behind it */
};

enum { FIGURE_COLUMNS_MOST = 8 };
struct figure_row {
	const struct type *type; /* of the records behind it; NULL: that of the figure */
	struct str key;          /* "P1", "SVC-4", "2026-10-01"; empty: of those without a value */
	struct str label;        /* in the reader's language */
	bool is_day;             /* of a row of time: its first day */
	int32_t day;
	struct str stage; /* of the rows of stages: the label of theirs */
	struct str filter;
	struct figure_cell cells[FIGURE_COLUMNS_MOST];
};

struct figure_record { /* one of the cases behind a row, or behind the whole */
	int64_t record;
	size_t row; /* index of the row; SIZE_MAX: none */
	bool has_clock;
	int64_t target, elapsed; /* ms of service time */
};

enum figure_shape {
	SHAPE_NUMBER,
	SHAPE_BARS,
	SHAPE_TIME,
	SHAPE_ATTAINMENT,
	SHAPE_LIST,
	SHAPE_FLOW,     /* a run of time, two columns against each other */
	SHAPE_PARTS,    /* the columns are parts of a row */
	SHAPE_RHYTHM,   /* rows are hours, columns days of the week */
	SHAPE_FORECAST, /* weeks that were, and that come: counted, forecast, low, high */
	SHAPE_CLASSES,  /* rows are classes, their keys the upper bounds; the first column is drawn, and those that have
			 * something in the third are within the target */
	SHAPE_STAGES /* rows are what is done at the stages of a cycle: the first column is drawn, and the one that the
		      * figure is about tells which stages turn */
};
struct figure_result {
	enum figure_shape shape; /* how it is best drawn */
	enum figure_each each;   /* of rows of time */
	const struct figure_column *columns;
	size_t column_count;
	size_t main;  /* the column that the figure is about: drawn, and compared with the goal */
	size_t drawn; /* so many from it on are drawn in one chart; 0: one */
	struct figure_row *rows;
	size_t row_count;
	struct figure_row total;
	struct figure_record *records; /* the first of them */
	size_t record_count;
	int64_t record_total;
	struct str record_filter;        /* opens all of them; empty: they stand under rows */
	instant since;                   /* only records from then on were looked at; INSTANT_NONE: all */
	bool untold;                     /* there are too many to tell anything */
	bool sampled;                    /* only the newest records were looked at */
	bool is_closed;                  /* what has no filter opens nothing: no expression says what it counts */
	const struct query_field *by;    /* what rows are of, as asked or declared; NULL: none */
	const struct query_field *dated; /* what was used as the period; NULL: as things stand */
	bool reaches_goal;
};

bool figure_goal_parse(struct str text, struct figure_goal *goal);
bool figure_reaches(const struct figure *figure, const struct figure_result *result); /* its goal */
/* A cell as programs read it: "20", "90.5" of percent, "PT18H"; empty: nothing to tell. And back. */
struct str figure_cell_text(struct arena *arena, enum figure_unit unit, const struct figure_cell *cell);
bool figure_cell_parse(enum figure_unit unit, struct str text, struct figure_cell *cell);
const char *figure_unit_name(enum figure_unit unit); /* "count", "percent", "duration", "amount" */
bool figure_unit_parse(struct str word, enum figure_unit *unit);

/* Pages that stand beside others look at no more than this, at what is merely counted FIGURE_COUNTED. */
enum { FIGURE_MOST = 20000, FIGURE_COUNTED = 100000 };

/* E_SYNTAX naming "by", "in_period", "each" or "filter" for what cannot be. */
MUST enum status figure_compute(struct kernel *kernel, struct connection *connection, struct arena *arena,
				const struct actor *actor, const struct figure_request *request,
				struct figure_result *result, struct error *error);

/* --- for insights --- */

struct figure_loading {
	struct arena *arena;
	const struct model *model;
	const struct node *parameters;
	struct place place;
	struct figure *figure; /* in the making: type, period, among, by are read */
};
enum status figure_fail(struct figure_loading *loading, const struct node *node, const char *message,
			const char *argument, struct error *error); /* node NULL: at the figure */
MUST enum status figure_expression(struct figure_loading *loading, const struct node *mapping, const char *key,
				   bool required, const struct query **query, struct error *error);
MUST enum status figure_field(struct figure_loading *loading, const char *key, const struct query_field **field,
			      struct error *error);                     /* absent: NULL */
struct label figure_label(const struct node *mapping, struct str name); /* as given, else the name */
/* Speaks of the records that `type` in a mapping names: expressions and fields after it are theirs. `figure` holds what
 * stands in for the figure while it is read. */
MUST enum status figure_part(const struct figure_loading *loading, const struct node *mapping, struct figure *figure,
			     struct figure_loading *part, struct error *error);
MUST enum status figure_clock(struct figure_loading *loading, bool required, struct str *clock, struct error *error);

struct computing {
	struct kernel *kernel;
	struct connection *connection;
	struct arena *arena;
	const struct actor *actor;
	const struct figure_request *request;
	struct figure_request *narrowed; /* the same, for figure_narrow() alone */
	const struct figure *figure;
	struct str base; /* among, period and filter of the request, as one expression */
	struct figure_result *result;
	struct map rows; /* see figure_row_of() */
	struct error *error;
};

struct insight {
	const char *name;
	const char *keys; /* of its own parameters, blank separated */
	enum status (*load)(struct figure_loading *loading, const void **own, struct error *error); /* may be NULL */
	enum status (*compute)(struct computing *c);
	const struct figure_column *columns; /* that it may have */
	size_t column_count, main;
	enum figure_shape shape; /* of rows that are no run of time */
	bool takes_each;         /* its rows can be a run of time in place of the declared ones */
};
extern const struct insight insight_breakdown, insight_attainment, insight_share, insight_average, insight_age,
    insight_factors, insight_trend, insight_coverage, insight_flow, insight_rhythm, insight_forecast,
    insight_distribution, insight_presence, insight_parts, insight_stages, insight_interfaces, insight_raci,
    insight_raci_gaps;

/* Conditions joined by "and"; those with an "or" in brackets; empty ones fall away. */
struct str condition_and(struct computing *c, struct str a, struct str b);
struct str condition_of(struct computing *c, const struct query *query); /* "" of NULL; an "or" in brackets */
struct str condition_between(struct computing *c, const struct query_field *field, instant from, instant to);
/* What is counted at all, with `field` in place of the figure's own period. */
struct str condition_within(struct computing *c, const struct query_field *field, instant from, instant to);
struct str condition_equal(struct computing *c, const struct query_field *field, struct value value);
MUST enum status condition_parse(struct computing *c, struct str text, const struct query **query);
MUST enum status condition_count(struct computing *c, struct str text, int64_t *count);
/* The same of another type than the figure's. */
MUST enum status condition_count_of(struct computing *c, const struct type *type, struct str text, int64_t *count);

struct figure_groups {
	struct group_row *groups;
	size_t count;
};
/* Groups of the records for which base and `condition` hold: first by the figure's own grouping (a field, time, or
 * none), then by what `more` says beside. */
MUST enum status figure_groups(struct computing *c, struct str condition, const struct group_request *more,
			       struct figure_groups *groups);
/* Makes a row for each group that occurs, or for each unit of the period, with key, label and filter. */
MUST enum status figure_rows(struct computing *c, const struct figure_groups *groups);
struct figure_row *figure_row_of(struct computing *c, const struct group_row *group); /* NULL without a grouping */
/* Of a row of time: as much of its day, week, month or year as lies in the period. */
struct figure_span figure_row_span(const struct computing *c, const struct figure_row *row);
/* To the newest request->most of the records by one of their moments, when there are more; what they are counted by has
 * been so already. */
MUST enum status figure_narrow(struct computing *c, const struct query_field *moment);
/* E_SYNTAX when rows of another kind are asked of a figure that has its own. */
MUST enum status figure_has_own_rows(struct computing *c);

void cell_count(struct figure_cell *cell, int64_t count, struct str filter);
void cell_share(struct figure_cell *cell, int64_t part, int64_t of, struct str filter); /* of none: nothing to tell */

#endif
