/* part_mark: the small signs: state, priority, flag, face. A shape always, a colour at times. */
#ifndef WEB_PART_MARK_H
#define WEB_PART_MARK_H

#include "web/html.h"

enum shape {                 /* each is told from the others without its colour */
	     SHAPE_NEW,      /* dashed ring */
	     SHAPE_ASSIGNED, /* dotted ring */
	     SHAPE_OPEN,     /* ring */
	     SHAPE_PROGRESS, /* half disc */
	     SHAPE_WAITING,  /* pause */
	     SHAPE_DONE,     /* check */
	     SHAPE_CLOSED,   /* disc */
	     SHAPE_DOWN,     /* triangle */
	     SHAPE_DEGRADED, /* diamond */
	     SHAPES
};

struct state_mark {
	enum shape shape;
	struct str word;
};
void draw_state(struct html *h, const struct state_mark *mark);
void draw_shapes(struct html *h); /* at the end of each page: what its states refer to */

/* "P1" is filled, "P2" has a heavy edge, "P3" an edge; the others are faint. Nothing for an empty code. */
void draw_priority(struct html *h, struct str code);
void draw_flag(struct html *h, enum icon icon, struct str word);

struct person {
	struct str name, url, role; /* role: said after the name, as "customer"; may be empty */
};
/* A ring with the person's initials (or the first character of a Japanese name), and the name for those who listen. */
void draw_face(struct html *h, const struct person *person);

#endif
