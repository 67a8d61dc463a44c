/* portal: what a type is in the portal. docs/operator/model.md tells what each part is drawn from. */
#ifndef MODEL_PORTAL_H
#define MODEL_PORTAL_H

#include "base/language.h"
#include "model/node.h"
#include "query/query.h"

struct field;
struct state;

enum portal_part {
	PORTAL_TICKET,   /* what people report or order, and follow */
	PORTAL_OFFER,    /* what can be ordered */
	PORTAL_ARTICLE,  /* what is known */
	PORTAL_FEEDBACK, /* of a reader on an article */
	PORTAL_DECISION, /* of one person, on which a ticket waits */
	PORTAL_NOTICE,   /* disturbances, and work that is planned */
	PORTAL_SERVICE,
	PORTAL_CONTACT, /* ways to reach us */
	PORTAL_REPORT,  /* what was issued for the customer */
	PORTAL_PARTS,
};
/* Fields that a part knows by their meaning. */
enum portal_slot {
	SLOT_OFFER,
	SLOT_WAITS,
	SLOT_OUTCOME,
	SLOT_SERVICE,
	SLOT_TEXT,
	SLOT_TEXT_JA,
	SLOT_GROUP,
	SLOT_SUMMARY,
	SLOT_VIEWS,
	SLOT_KEYWORDS,
	SLOT_OF,
	SLOT_VERDICT,
	SLOT_REMARK,
	SLOT_LEVEL,
	SLOT_FROM,
	SLOT_UNTIL,
	SLOT_NEXT,
	SLOT_ADDRESS,
	SLOT_NOTE,
	SLOT_NOTE_JA,
	PORTAL_SLOTS,
};
enum portal_when { WHEN_SHOWN, WHEN_NOW, WHEN_PLANNED, WHEN_NEWS, WHEN_OPEN, WHEN_CLOSED, PORTAL_WHENS };

struct portal_ask { /* a field of the short form, and how it is asked for */
	const struct field *field;
	struct label question;
};
struct portal_set {
	const struct field *field;
	struct value value;
};
struct portal_answer {
	struct str name;
	struct label label;
	struct portal_set *sets;
	size_t set_count;
};
struct portal_step { /* of the way that people see */
	struct label label;
	const struct state **states;
	size_t state_count;
};
struct portal {
	enum portal_part part;
	struct label label, hint; /* what people do here: "Report trouble" */
	const struct field **by;  /* whose it is; the first is whoever makes it */
	size_t by_count;
	const struct field *slots[PORTAL_SLOTS];
	const struct query *when[PORTAL_WHENS]; /* NULL: always */
	struct portal_ask *asks;
	size_t ask_count;
	const struct field **facts; /* told beside it: what it costs, how long it takes */
	size_t fact_count;
	struct label severity;
	struct portal_answer *answers;
	size_t answer_count;
	struct portal_step *steps;
	size_t step_count;
	struct place place;
};

#endif
