/* actor: who asks. Made from a person's record (or the system itself) and immutable; lives in an arena. */
#ifndef RECORD_ACTOR_H
#define RECORD_ACTOR_H

#include "base/language.h"
#include "record/kernel.h"

struct actor {
	int64_t person; /* 0: the system */
	struct str account, name;
	int64_t customer;      /* 0: of none */
	int64_t partner;       /* likewise: somebody outside who is no customer. Of neither: staff of the provider */
	const int64_t *groups; /* sorted */
	size_t group_count;
	const bool *roles;   /* by role->index */
	const int64_t *held; /* the records of these roles, sorted */
	size_t held_count;
	bool is_system;   /* the program itself: jobs, imports, demonstration; sees and may do everything */
	bool administers; /* holds a role that administers: everything that is not restricted */
	bool read_only;   /* a token of scope "read" */
	enum language language;
	const struct zone *zone;
	struct str theme, first_page; /* what they chose of the screens, as codes; may be empty */
	bool era_years;               /* likewise: Japanese dates in print */
	/* As they stand in the record (notice_rules.h); may be empty. */
	struct str notice_rules, digest_times, quiet_hours, quiet_in_app, quiet_mail;
	int64_t repeat_after; /* ms; 0: nothing is said */
};

/* The actor of an active person. E_NOT_FOUND when there is none or the person is not active. Cached by the person's and
 * its links' version, so it is cheap on every request. */
MUST enum status actor_of_person(struct kernel *kernel, struct arena *arena, int64_t person, const struct actor **actor,
				 struct error *error);
/* The same on a connection that one has already. */
MUST enum status actor_of_person_on(struct kernel *kernel, struct connection *connection, struct arena *arena,
				    int64_t person, const struct actor **actor, struct error *error);
/* The same from memory alone, and of which epoch that is: whoever goes by it proves that it still is that one. False
 * where it is not remembered, or epochs are not counted (store_epoch()). */
bool actor_recall(struct kernel *kernel, struct arena *arena, int64_t person, const struct actor **actor,
		  int64_t *epoch);
/* The actor with a token that may only read. */
const struct actor *actor_reading(struct arena *arena, const struct actor *actor);
/* Whom an address has been found to be of, as whoever looked it up knows it; forgotten when a person may have changed,
 * as actors are. *person 0: not known just now; what is then found out on the same connection may be remembered by the
 * age. */
struct actor_age {
	uint64_t count;
};
MUST enum status actor_recall_address(struct kernel *kernel, struct connection *connection, struct str address,
				      int64_t *person, struct actor_age *age, struct error *error);
void actor_remember_address(struct kernel *kernel, struct str address, int64_t person, struct actor_age age);
const struct actor *actor_system(void);
/* Whose numbers jobs write down: of all that is not restricted, by the organisation's days. */
const struct actor *actor_of_counts(struct arena *arena, const struct model *model);
/* Where the organisation is: its days are those of rules, jobs and agreements. */
const struct zone *organisation_zone(void);
/* Whose days an expression speaks of: the person's who asks; where nobody does, the organisation's. */
const struct zone *actor_zone(const struct actor *actor); /* NULL: nobody */
bool actor_is_staff(const struct actor *actor);
bool actor_is_customer(const struct actor *actor);
bool actor_has_role(const struct actor *actor, const struct role *role);
bool actor_in_group(const struct actor *actor, int64_t group);
bool actor_holds(const struct actor *actor, int64_t role); /* by the role's record */

#endif
