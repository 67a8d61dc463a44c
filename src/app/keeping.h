/* keeping: the settings of backups that are taken by themselves. */
#ifndef APP_KEEPING_H
#define APP_KEEPING_H

#include "app/program.h"
#include "job/archivist.h"
#include "job/keeper.h"

struct keeping { /* stays where it is as long as it is used */
	struct kernel *kernel;
	const char *folder;
	struct keeper *keeper;       /* NULL: nobody asked for backups */
	struct archivist *archivist; /* NULL: nobody asked for a journal, or the database keeps its own */
};

/* Whether the database has to be opened with keeps_journal. */
bool keeping_wants_journal(const struct settings *settings);
/* Whether they make sense, as far as it can be said without the database. */
MUST enum status keeping_check(struct arena *arena, const struct settings *settings, struct error *error);
MUST enum status keeping_new(struct program *program, const struct settings *settings, struct keeping *keeping,
			     struct error *error);
/* The journal first: a backup has its place in it. */
MUST enum status keeping_start(struct keeping *keeping, struct error *error);
void keeping_free(struct keeping *keeping);

#endif
