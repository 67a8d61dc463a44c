/* exporter: writes long lists to files, one after the other, on a thread of its own: what is asked for stands as
 * records of the type that acts as export, and nobody waits for it.
 *
 * A wish is read again when its turn comes, through the eyes of whoever has it then: rights that were taken away
 * meanwhile count. Any node takes the next one; what a node left unfinished is begun again when nothing was heard of it
 * for a while. Files are kept for a day (record/export_file.h).
 *
 * The fields are known by their names: title, asker, collection, filter, sort, columns, format, language, origin,
 * total, written, heard_at, bytes, ended_at, reason; so are the states waiting, running, ready and the transitions
 * begin, again, finish, fail, expire. */
#ifndef JOB_EXPORTER_H
#define JOB_EXPORTER_H

#include "record/actor.h"
#include "record/kernel.h"

struct exporter;
MUST enum status exporter_new(struct kernel *kernel, struct exporter **exporter, struct error *error);
/* What is no list is written by somebody else: wishes of that format, whose filter says what. To be told before it is
 * started. Told of how much there is, an exporter writes down percents. */
struct export_work {
	const struct actor *asker;
	struct str what;
	instant now;
	bool (*tell)(void *context, int64_t done, int64_t total); /* false: it is given up */
	void *told;
};
typedef enum status export_writer(void *context, const struct export_work *work, int *file, struct error *error);
void exporter_write_with(struct exporter *exporter, const char *format, export_writer *writer, void *context);
/* Does what is to be done now; *next is when to come again. The thread's work, and that of tests with a time of their
 * own. */
void exporter_step(struct exporter *exporter, instant now, instant *next);
MUST enum status exporter_start(struct exporter *exporter, struct error *error);
void exporter_stop(struct exporter *exporter); /* gives up what is under way: it is begun again; NULL is fine */
void exporter_free(struct exporter *exporter); /* stops it first */

#endif
