/* The floor under writing: what SQLite and the disk allow, with no logic on top.
 *
 * Client threads hand the rows of one incident to a writer thread, which commits what waits in one go with
 * synchronous=FULL and then answers (floor_rows.h). Prints creates per second for 8 and for 64 clients.
 *
 *	floor_store DIRECTORY [SECONDS]          (the database is made there and removed)
 */
#include "floor_rows.h"

static void commit(void *floor, struct job *jobs)
{
	struct floor *bench = floor;

	run(bench, bench->begin);
	for (struct job *job = jobs; job; job = job->next)
		write_one(bench, job);
	run(bench, bench->commit);
}

static void measure(const char *path, int clients, unsigned seconds)
{
	struct floor bench = {0};

	floor_open(&bench, path);
	crowd_measure(&bench, commit, &bench.created, clients, seconds);
	floor_close(&bench, path);
}

int main(int count, char **arguments)
{
	char path[4096];
	int seconds = count > 2 ? atoi(arguments[2]) : 5;

	if (count < 2 || seconds < 1) {
		fprintf(stderr, "usage: floor_store DIRECTORY [SECONDS]\n");
		return 2;
	}
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (sodium_init() < 0)
		return 1;
	snprintf(path, sizeof(path), "%s/floor.db", arguments[1]);
	measure(path, 8, (unsigned)seconds);
	measure(path, 64, (unsigned)seconds);
	return 0;
}
