/* The floor under taking mail in: what gmime, SQLite and the disk allow, with no logic on top.
 *
 * Threads parse one file after the other, decode all parts, and hand what they have read to a writer, which commits
 * what waits in one go: the rows of one incident (floor_rows.h) and the bytes of the mail. Prints how many were parsed
 * in a second, without writing, and how many parsed and written.
 *
 *	floor_mails DIRECTORY FOLDER          (the database is made in DIRECTORY and removed)
 */
#include <dirent.h>
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "floor_rows.h"

enum { READERS = 20, MAILS_MOST = 100000 };

struct mails {
	struct floor floor; /* first: what write_one() gets */
	sqlite3_stmt *keep;
	char *paths[MAILS_MOST];
	long count;
	atomic_long next, decoded;
};

static void decode(GMimeObject *parent, GMimeObject *part, gpointer mails)
{
	if (!GMIME_IS_PART(part))
		return;
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
	GMimeStream *stream = g_mime_stream_mem_new();
	if (content)
		atomic_fetch_add(&((struct mails *)mails)->decoded,
				 g_mime_data_wrapper_write_to_stream(content, stream));
	g_object_unref(stream);
}

static bool parse_next(void *context, struct job *job)
{
	struct mails *mails = context;
	long own = atomic_fetch_add(&mails->next, 1);
	struct stat file;
	int fd = own < mails->count ? open(mails->paths[own], O_RDONLY) : -1;

	free(job->bytes);
	job->bytes = NULL;
	if (fd < 0 || fstat(fd, &file))
		return false;
	job->bytes = malloc((size_t)file.st_size);
	job->length = (size_t)read(fd, job->bytes, (size_t)file.st_size);
	close(fd);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(job->bytes, job->length);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	g_mime_message_foreach(message, decode, mails);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	return true;
}

static void write_nothing(void *floor, struct job *jobs)
{
}

static void commit(void *context, struct job *jobs)
{
	struct mails *mails = context;

	run(&mails->floor, mails->floor.begin);
	for (struct job *job = jobs; job; job = job->next) {
		write_one(&mails->floor, job);
		sqlite3_bind_blob(mails->keep, 1, job->bytes, (int)job->length, SQLITE_STATIC);
		run(&mails->floor, mails->keep);
	}
	run(&mails->floor, mails->floor.commit);
}

static double rate(struct mails *mails, void (*write)(void *, struct job *))
{
	struct crowd crowd = {.commit = write, .prepare = parse_next, .floor = mails};

	mails->next = 0;
	return (double)mails->count / crowd_run(&crowd, READERS, 0);
}

static double processor(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **arguments)
{
	static struct mails mails;
	char path[4096];
	struct dirent *entry;
	DIR *folder = count == 3 ? opendir(arguments[2]) : NULL;

	if (!folder) {
		fprintf(stderr, "usage: floor_mails DIRECTORY FOLDER\n");
		return 2;
	}
	while ((entry = readdir(folder)) && mails.count < MAILS_MOST)
		if (entry->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", arguments[2], entry->d_name);
			mails.paths[mails.count++] = strdup(path);
		}
	closedir(folder);
	if (sodium_init() < 0)
		return 1;
	g_mime_init();
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	snprintf(path, sizeof(path), "%s/floor.db", arguments[1]);
	printf("parses_per_second %.0f", rate(&mails, write_nothing));
	double used = processor();
	floor_open(&mails.floor, path);
	check(&mails.floor,
	      sqlite3_exec(mails.floor.db, "CREATE TABLE mail (id INTEGER PRIMARY KEY, bytes BLOB)", NULL, NULL, NULL));
	mails.keep = prepared(&mails.floor, "INSERT INTO mail (bytes) VALUES (?)");
	printf(" taken_per_second %.0f", rate(&mails, commit));
	printf(" processor_ms %.3f\n", 1000 * (processor() - used) / (double)mails.count);
	sqlite3_finalize(mails.keep);
	floor_close(&mails.floor, path);
	for (long i = 0; i < mails.count; i++)
		free(mails.paths[i]);
	return 0;
}
