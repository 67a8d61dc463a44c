/* assign: what a rule gives the fields of a record that it makes or changes.
 *
 *	set:  {cause: unknown, group: desk, owner: =service.owner, due_at: =now + 5d, raised_by: =me}
 *	copy: [title, category]
 *
 * A text is the field's constant, in the form in which people write it; after "=" stands a path of the record that the
 * rule belongs to, or one of its own created_at and number, "me" (whoever acts; nobody when the program does),
 * "people" and a list of roles, person and group fields (whoever is meant; of a single person's field, the first),
 * "on_call" and a list of roles and group fields (whose turn it is by their rotas), or "now", with a duration more or
 * less where wanted. In a text paths may stand among words: "{service.name_ja}の停止"; where one of them leads to
 * nothing the whole is left out. What fits no field of the other type is a fault of the model. */
#ifndef RECORD_ASSIGN_H
#define RECORD_ASSIGN_H

#include "record/behaviour.h"
#include "record/path.h"

enum assign_from {
	ASSIGN_CONSTANT,
	ASSIGN_TEXT,
	ASSIGN_PATH,
	ASSIGN_ME,
	ASSIGN_NOW,
	ASSIGN_CREATED_AT,
	ASSIGN_NUMBER,
	ASSIGN_PEOPLE,
	ASSIGN_ON_CALL,
	ASSIGN_WORDS
};

struct word { /* as it stands, or where a path leads */
	struct str text;
	struct path path;
	bool is_path;
};

struct assignment {
	const struct field *into;
	enum assign_from from;
	struct value constant;
	struct str text; /* a constant that only the database can make out: names of records */
	struct path path;
	struct word *words; /* of a text with paths in it, in their order */
	size_t word_count;
	struct who *people;
	size_t people_count;
	int64_t offset; /* of now, in ms */
};

struct assignments {
	struct assignment *items;
	size_t count;
};

/* Reads "set" and "copy" of a behaviour for records of the type `to`. */
MUST enum status load_assignments(struct behaviour_loading *loading, const struct type *to,
				  struct assignments *assignments, struct error *error);
/* As the record stands in this edit; fields must have room for assignments->count. What is empty there is left out. */
MUST enum status assignments_make(struct edit *edit, const struct assignments *assignments, struct field_input *fields,
				  size_t *count, struct error *error);

#endif
