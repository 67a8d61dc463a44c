/* model: the declared processes, loaded and checked, immutable from then on.
 *
 * processes/ holds one YAML file per process; overlays are merged on top in order. docs/operator/model.md is the
 * grammar. Everything points into the model's own arena and lives as long as it. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/duration.h"
#include "base/language.h"
#include "base/period.h"
#include "model/node.h"
#include "model/portal.h"
#include "query/query.h"

struct type;
struct role;
struct field;
struct figure_use;

enum field_kind {
	FIELD_TEXT,
	FIELD_MARKDOWN,
	FIELD_INTEGER,
	FIELD_DECIMAL,
	FIELD_MONEY,
	FIELD_BOOLEAN,
	FIELD_DATE,
	FIELD_DATETIME,
	FIELD_DURATION,
	FIELD_CHOICE,
	FIELD_REFERENCE,
	FIELD_LINKS,
	FIELD_PERSON,
	FIELD_GROUP,
	FIELD_COMPUTED,
	FIELD_ROWS,
};

/* Who: a role; whom a field of the record names ("caller", "assignee"), the members of the group or the holders of the
 * role that it names; or one of the words everyone, staff, customer, nobody. */
enum who_kind {
	WHO_ROLE,
	WHO_FIELD,
	WHO_GROUP_FIELD,
	WHO_ROLE_FIELD,
	WHO_EVERYONE,
	WHO_STAFF,
	WHO_CUSTOMER,
	WHO_NOBODY
};
struct who {
	enum who_kind kind;
	const struct role *role;
	const struct field *field; /* person: that person; group: its members; reference to a role: its holders */
};

struct choice {
	struct str code;
	struct label label;
	struct label plain; /* to customers' people; may be empty */
};

struct choice_set {
	struct str name;
	struct label label;
	struct choice *choices; /* in order of rank */
	size_t count;
	bool languages; /* the codes are those of languages, each called as it calls itself */
	struct place place;
};

struct field {
	struct str name, was; /* was: empty, or its former name */
	struct label label, help;
	enum field_kind kind;
	enum value_kind value;           /* what it holds; of a computed field, what its expression gives */
	const struct type *type;         /* that it belongs to; of a column of rows, too */
	const struct query_field *query; /* in the expression language; NULL for rows */
	const struct choice_set *choices;
	const struct type *to;          /* reference, links, person, group */
	struct label back;              /* reference: what those that refer to a record are called on its page */
	struct str link;                /* links: the stored kind "type.name" */
	const struct field *from;       /* person from group: the group field whose members are offered */
	struct str derived;             /* path that fills it when it is empty, as "caller.customer"; or empty */
	struct str computed;            /* the path or expression of a computed field */
	const struct query *shown_when; /* forms offer it only while this holds of the record; NULL: always */
	struct str derived_by;          /* name of the behaviour that sets it; people may override only with a reason */
	struct value preset;            /* default for new records */
	bool preset_now;                /* `default: now`: the moment at which a new record is begun */
	int64_t least, most;            /* of integer, decimal (millionths); text: most characters */
	bool has_least, has_most;
	bool tells_who_sees; /* links that customers_see looks at: they are loaded with every record */
	bool is_personal;    /* tells of a person: history keeps it so that it can be erased (record/event.h) */
	bool required, is_public, unique, searched,
	    internal,       /* internal: set by the kernel or behaviours, never by people */
	    is_counted,     /* not edited but counted: outside the history (record/tally.h) */
	    is_own,         /* of whoever acts as person: in their own record they may set it themselves */
	    is_zone,        /* text: the name of a time zone */
	    is_times,       /* text: times of day */
	    is_message,     /* text: written by the program, shown in the reader's language (record/said.h) */
	    is_hidden,      /* kept for programs: neither on the page of the record nor in lists */
	    is_page,        /* text: the address of a list of records, written by the program */
	    is_kind,        /* text: a kind of records by its name: incident, review.policy */
	    is_demand;      /* text: a demand of the standard, by its id */
	struct who *set_by; /* who of those who may edit may set it; none: all of them */
	size_t set_by_count;
	struct field **columns; /* rows */
	size_t column_count;
	const struct field *in_japanese, *in_english; /* the same text in the other language, or NULL */
	size_t index;                                 /* position in type->fields */
	struct place place;
};

enum phase { PHASE_OPEN, PHASE_WAITING, PHASE_DONE };

struct state {
	struct str name, was;
	struct label label;
	struct label plain; /* to customers' people: where it stands; may be empty */
	enum phase phase;
	bool is_void; /* done, but come to nothing: withdrawn, not needed, merged into another */
	struct place place;
};

struct requirement {               /* of a transition */
	bool comment;              /* a comment must come with it */
	const struct field *field; /* must have a value afterwards */
};

struct transition {
	struct str name;
	struct label label;
	struct label plain;        /* in the portal; empty: not offered there */
	const struct state **from; /* none: from every state */
	size_t from_count;
	const struct state *to; /* NULL: an action that leaves the state as it is */
	struct who *by;
	size_t by_count;
	struct requirement *requires;
	size_t requires_count;
	const struct field **asks; /* offered in its dialog, not required */
	size_t asks_count;
	const struct query *guard;     /* NULL: none */
	struct label guard_message;    /* what to tell when the guard fails; may be empty */
	struct label warns;            /* what to know before it is taken; empty: it may be taken with one click */
	const struct query *also_when; /* NULL; set for "public comment by FIELD": also_when_by is that field */
	const struct field *also_when_by;
	struct str *mail_words; /* by any of which, as its first line, an answer by mail takes it */
	size_t mail_word_count;
	bool personal; /* administrators do not take it in the place of those whom `by` names */
	bool likely;   /* what most people come to do */
	bool unlikely; /* never offered as what is to be done next */
	struct place place;
};

struct link_kind {
	struct str name, kind; /* "caused_by", "incident.caused_by" */
	const struct type *from, *to;
	struct label label, back; /* seen from the source, from the target */
	bool one;                 /* at most one per source */
	bool is_public;
	const struct field *field; /* when it stands for a links field */
	struct place place;
};

struct link_end_name { /* a link kind as one of its ends knows it; or, without one, what refers to a record */
	const struct link_kind *link;
	bool backwards;
	const struct field *reference;
};

struct banner { /* what the page of a record says above all else while a condition holds */
	const struct query *when;
	struct label says;
	const struct field *shows;           /* whose value goes with it; or NULL */
	const struct transition *transition; /* that it offers; or NULL */
	struct place place;
};

struct behaviour_use { /* one line under `behaviours:` */
	struct str name;
	const struct node *parameters;
	struct place place;
};

struct sort {
	const struct query_field *field; /* or a clock's due time: */
	struct str clock;
	bool descending;
};

struct view {
	struct str name;
	struct label label;
	const struct query *filter;
	struct sort *sort;
	size_t sort_count;
	const struct field **columns; /* none: the type's default */
	size_t column_count;
	struct place place;
};

struct board {                  /* a list as columns of cards */
	const struct field *by; /* a choice; NULL: the state */
	struct place place;
};

struct agenda {                        /* a list on a calendar */
	const struct field *from, *to; /* dates, or times; to NULL: a record has one day only */
	const struct field *by;        /* a choice that is told apart; or NULL */
	struct place place;
};

struct suggestion { /* what is already known and may help whoever writes a record of this type */
	const struct type *to;
	const struct query *when; /* of those only; NULL: all */
	const struct field *
	    *mine; /* besides words: fields of both that count when they share a value; heaviest first */
	const struct field **theirs;
	size_t same_count;
	const struct link_kind *link; /* by which one click joins both; NULL: none, or: */
	const struct field *sets;     /* a reference of this type that one click makes lead to theirs */
	const struct field *shows;    /* text of theirs that is worth reading at once; NULL: none */
	const struct field *shows_ja; /* the same in Japanese, called as it with _ja; or NULL */
	struct place place;
};

struct spread {                          /* how far the failure of a record of this type spreads */
	const struct link_kind *through; /* what is linked to it so fails with it */
	const struct field *reaches;     /* links: and so do these (the services that they support) */
	const struct field *by;          /* of those: a choice that ranks them, the gravest first */
	const struct choice_set *of;     /* the choices that are proposed */
	struct str *codes;               /* by position in by->choices */
	const struct query *agreed;      /* which agreements bind; NULL: all */
	struct place place;
};

enum access_verb { ACCESS_READ, ACCESS_CREATE, ACCESS_EDIT, ACCESS_COMMENT, ACCESS_VERBS };

/* What the kernel itself needs to know a type as. At most one type each. */
enum acts_as {
	ACTS_NONE,
	ACTS_PERSON,
	ACTS_GROUP,
	ACTS_CUSTOMER,
	ACTS_PARTNER, /* others outside who are no customers: suppliers */
	ACTS_ROLE,
	ACTS_CALENDAR,
	ACTS_AGREEMENT,
	ACTS_ROTA,
	ACTS_REPORT_DEFINITION,
	ACTS_REPORT,
	ACTS_ALERT_SOURCE,
	ACTS_ALERT,
	ACTS_MAILBOX,
	ACTS_MAIL,
	ACTS_BACKUP,
	ACTS_RESTORE_TEST,
	ACTS_ERASURE,
	ACTS_TEXT_TEMPLATE,
	ACTS_EXPORT,
	ACTS_VIEW,
	ACTS_DASHBOARD,
	ACTS_ACTION,
	ACTS_WEBHOOK,
	ACTS_AS
};

struct mail_use {                        /* how records of a type come by mail, and how a mail adds to them: `mail:` */
	const struct field *text, *by;   /* what the first mail says, and who sent it */
	const struct transition *reopen; /* NULL: none */
	const struct link_kind *related; /* to the record that a mail came too late for; NULL: none */
	const struct link_kind *kept_with; /* of the type that acts as mail: to such records */
	struct place place;
};

struct mail_text {                     /* what a mail says about an event: `mails:` */
	struct str event;              /* a kind of notice */
	const struct type *type;       /* NULL: of any */
	struct label subject, opening; /* with the places {number}, {title}, {says}, {state}, {type}, {reader} */
	int64_t encloses;              /* bytes of files that are sent with it, at most; others are led to */
	struct place place;
};

struct type {
	struct str name, was, prefix, collection; /* "incident", "", "INC", "incidents" */
	struct label label, plural, help;
	struct str clause;
	struct str jump;            /* "i": after g, the key that leads to its list; or empty */
	struct figure_use *figures; /* declared for its records */
	size_t figure_count;
	const struct process *process;
	enum acts_as acts_as;
	const struct field *headline;    /* what people recognise it by */
	const struct field *headline_ja; /* shown instead of it to readers of Japanese where it is not empty; or NULL */
	const struct field *key;         /* natural key (unique text) by which it may be referred to; or NULL */
	bool key_is_shown;               /* references show the key instead of the number (people: the account) */
	const struct field *reading;     /* lists of this type sort by it in Japanese (読み); or NULL */
	const struct field
	    *customer;          /* set for scope: customer; customers' people see only their own customer's rows */
	bool scoped;            /* scope: customer */
	bool open_to_customers; /* no scope, but read by customers (services): public fields only */
	bool seen_by_links;     /* customers_see looks at links */
	const struct query
	    *customers_see;               /* of those rows only the ones for which it holds; of one record; NULL: all */
	const struct query *partners_see; /* what people of partners see of it, of one record; NULL: nothing */
	struct field **fields;
	size_t field_count;
	struct state **states; /* empty: a type without life cycle */
	size_t state_count;
	const struct state *initial;
	struct transition **transitions;
	size_t transition_count;
	struct link_kind **links; /* that start here */
	size_t link_count;
	struct link_kind **back_links; /* that end here */
	size_t back_link_count;
	struct behaviour_use *behaviours;
	size_t behaviour_count;
	bool off_menu;                  /* reached from the records that it belongs to; no entry of the navigation */
	const struct node *strict;      /* by name of a behaviour: how strictly it is kept here; or NULL */
	struct link_end_name *timeline; /* links to records whose events are told together with its own */
	size_t timeline_count;
	const struct query *urgent; /* notices about it are not held back in quiet hours; NULL: they are */
	struct banner *banners;
	size_t banner_count;
	struct view **views;
	size_t view_count;
	const struct board *board;   /* NULL: its list is no board */
	const struct agenda *agenda; /* NULL: its list is on no calendar */
	const struct spread *spread; /* NULL: its failure spreads nowhere */
	struct suggestion *suggestions;
	size_t suggestion_count;
	const struct field **form; /* that the form of a new record shows first; none: chosen by what the fields are */
	size_t form_count;
	const struct portal *portal;  /* NULL: nothing of the portal */
	const struct mail_use *mail;  /* NULL: nothing comes by mail */
	const struct field **columns; /* of its list when no view says otherwise */
	size_t column_count;
	const struct field **paper; /* told on each page when it is printed, beside number, title and state */
	size_t paper_count;
	struct who *access[ACCESS_VERBS];
	size_t access_count[ACCESS_VERBS];
	struct str *answers; /* demands of the register */
	size_t answer_count;
	const struct field **about; /* person fields: whose erasure covers the whole record (record/erase.h) */
	size_t about_count;
	const struct field *successor; /* reference to the record that this one went over into (merge); or NULL */
	const struct node *seeds;      /* records to begin with: a sequence of mappings; NULL: none */
	const struct query_type *query;
	uint32_t index;                      /* position in model->types */
	int32_t code;                        /* stable code in the database, told by kernel_open(); 0 before */
	uint32_t number_width, number_start; /* numbering: INC-000123 when 6; first number */
	struct place place;
};

struct figure_use { /* one line under `figures:`; an insight reads its parameters (insight/insights.h) */
	struct str name;
	struct label label, help;
	struct str insight;
	const struct node *parameters; /* all of the line */
	struct place place;
};

struct role {
	struct str name; /* "incident_and_service_request.service_desk": unique over all processes */
	struct str short_name;
	struct label label;
	const struct process *process;
	size_t index;     /* position in model->roles */
	bool administers; /* may do everything that is not restricted */
	struct place place;
};

struct matrix { /* of choices by choices */
	struct str name;
	struct label label;
	const struct choice_set *of_rows, *of_columns, *of_values;
	struct str *rows, *columns; /* codes */
	size_t row_count, column_count;
	struct str *cells; /* row by row */
	struct place place;
};

struct target_table { /* choice code -> duration */
	struct str name;
	struct label label;
	const struct choice_set *of; /* the first choices that have all its codes */
	struct str *codes;
	struct duration *durations;
	size_t count;
	struct place place;
};

/* What must be so for a demand of the register to be met: at least (or at most) so many records, evidence that is not
 * too old, a role that is held, or a figure that reaches a goal. */
struct conformity_check {
	struct str demand;
	const struct type *type;   /* records, or those of the figure; NULL: role */
	const struct query *where; /* NULL: any */
	int64_t at_least, at_most;
	bool has_most;
	const struct query_field *by;    /* the newest of them by this date or time must be younger than: */
	struct period_length within;     /* NULL: it may be of any age */
	const struct query_field *until; /* none of them may be past this date or time; NULL: none is dated */
	struct str figure, goal, period; /* of the type; goal and period empty: the figure's own, this month */
	const struct role *role;
	bool is_slight; /* failing is for judgement; else it is a gap */
	struct label says;
	struct place place;
};

/* Who is no process of ours, and gives or takes something: top management, finance, the management system itself. */
struct outside {
	struct str name;
	struct label label;
};

/* What passes between two processes, or between one and somebody outside (Annex A of the standard). What it carries are
 * records; the check of the same demand counts them. */
struct interface {
	struct str id;     /* the register's demand, or a name of our own */
	struct label what; /* empty: as the register says */
	struct interface_end {
		const struct process *process; /* NULL: outside */
		const struct outside *outside;
	} from, to;
	struct str by;              /* how, in words of the model; empty: by the records that it carries */
	const struct type *carries; /* NULL: nothing yet */
	struct place place;
};

struct process {
	struct str name, clause, group; /* group: govern design deliver relate resolve control */
	struct label label, purpose;
	struct label *outcomes, *inputs, *outputs;
	size_t outcome_count, input_count, output_count;
	struct role **roles;
	size_t role_count;
	struct type **types;
	size_t type_count;
	const struct node *kpis; /* as declared; NULL when absent */
	struct interface *interfaces;
	size_t interface_count;
	const struct node *dashboards; /* read by insight/dashboards.h */
	struct conformity_check *checks;
	size_t check_count;
	struct label *kpi_labels, *kpi_helps; /* in the order of kpis */
	struct str *answers;
	size_t answer_count;
	struct place place;
};

struct model {
	struct arena *arena;
	int fiscal_month; /* with which the fiscal year begins, 1 to 12 */
	struct process **processes;
	size_t process_count;
	struct type **types;
	size_t type_count;
	struct role **roles;
	size_t role_count;
	struct choice_set **choice_sets;
	size_t choice_set_count;
	struct matrix **matrices;
	size_t matrix_count;
	struct target_table **targets;
	size_t target_count;
	struct outside **outsides;
	size_t outside_count;
	struct mail_text **mail_texts;
	size_t mail_text_count;
	struct map types_by_name, types_by_collection, types_by_prefix, roles_by_name, choices_by_name,
	    matrices_by_name, targets_by_name;
	const struct type *acting[ACTS_AS]; /* NULL when no type acts so */
	struct hash_text {
		char hex[65];
	} digest; /* of all source texts: tells nodes and caches whether the model changed */
};

struct model_source { /* one YAML file */
	const char *file;
	struct str text;
	bool overlay; /* merged over what was declared before, instead of adding a process */
};

/* Loads sources in order. On failure every fault found is an item whose field is "file:line". */
MUST enum status model_load(struct arena *arena, const struct model_source *sources, size_t count,
			    const struct model **model, struct error *error);
/* Reads *.yaml of a directory, sorted by name, and appends to sources. */
MUST enum status model_read_directory(struct arena *arena, const char *path, bool overlay,
				      struct model_source **sources, size_t *count, struct error *error);

/* Faults that do not stop the model from loading, each as "file:line: text": states that nothing reaches, transitions
 * that nobody may take, labels missing in a language, unknown demands. Returns how many were added. */
size_t model_check(struct arena *arena, const struct model *model, struct str **findings);

/* Whom a field of a record names; false: nobody. */
bool who_of_field(const struct field *field, struct who *who);

/* Of that event and type, else of the event, else of "notice". NULL: none. */
const struct mail_text *model_mail_text(const struct model *model, const struct type *type, struct str event);

const struct type *model_type(const struct model *model, struct str name);
const struct field *type_field(const struct type *type, struct str name); /* NULL when there is none */
/* The page of its list, of those that an expression selects. */
struct str type_list_url(struct arena *arena, const struct type *type, struct str expression);
/* Of a field that holds rows; NULL when there is none. */
const struct field *rows_column(const struct field *rows, struct str name);
const struct state *type_state(const struct type *type, struct str name);
/* What people call a clock: "Resolution", 解決; of one that is no longer declared its name. */
struct label type_clock_label(const struct type *type, struct str name);
/* The clock that tells how urgent a record is: the one that a view is sorted by, else the last declared. Empty: none.
 */
struct str type_lead_clock(const struct type *type);
const struct transition *type_transition(const struct type *type, struct str name);
const struct link_kind *type_link(const struct type *type, struct str name); /* by name, from the source's side */
/* By its name at this type's end, as in has link(name); backwards: the type is the link's target. */
const struct link_kind *type_link_end(const struct type *type, struct str name, bool *backwards);
const struct view *type_view(const struct type *type, struct str name);
const struct choice *choice_find(const struct choice_set *set, struct str code); /* NULL when unknown */
/* What a matrix says of two codes; empty when one of them is not in it. */
struct str matrix_cell(const struct matrix *matrix, struct str row, struct str column);

/* Identities. A record is one 64-bit number: its type's stable code (given by the database, see store/layout.h)
 * in the high bits, its running number in the low 40. Numbers are what people see: INC-123. */
enum { IDENTITY_SERIAL_BITS = 40 };
#define IDENTITY_SERIAL(identity) ((identity) & ((INT64_C(1) << IDENTITY_SERIAL_BITS) - 1))
#define IDENTITY_CODE(identity) ((identity) >> IDENTITY_SERIAL_BITS)
#define IDENTITY_MAKE(code, serial) (((int64_t)(code) << IDENTITY_SERIAL_BITS) | (int64_t)(serial))
/* A type's code is its index + 1 in the order of kaname_type, fixed for ever at its first appearance; the model is told
 * them after the schema is prepared. */
struct type_codes {
	const struct model *model;
	int32_t *code_of;            /* by type->index */
	const struct type **type_of; /* by code, NULL for types no longer declared */
	int32_t highest;
};

#endif
