/* Where a test keeps its records: a file in its directory, or, when KANAME_TEST_DATABASE is the address of a PostgreSQL
 * server ("postgresql://USER@/?host=DIRECTORY", without a database), a database of its own there. */
#ifndef TESTS_DATABASE_H
#define TESTS_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATABASE_URL = 256 };

static inline bool on_postgres(void)
{
	return getenv("KANAME_TEST_DATABASE") != NULL;
}

/* The directory's name is taken for the database's, so that it is the same as often as it is asked for. */
static inline const char *database_url(char url[DATABASE_URL], const char *directory, const char *file)
{
	const char *server = getenv("KANAME_TEST_DATABASE"), *query = server ? strchr(server, '?') : NULL;
	const char *name = strrchr(directory, '/');

	if (!server)
		snprintf(url, DATABASE_URL, "sqlite:%s/%s", directory, file);
	else
		snprintf(url, DATABASE_URL, "%.*s%s%s", query ? (int)(query - server) : (int)strlen(server), server,
			 name ? name + 1 : directory, query ? query : "");
	return url;
}

/* Removes the database behind the URL, with all that a file has beside it. */
static inline void database_remove(const char *url)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char text[DATABASE_URL + 64];

	for (size_t i = 0; i < 3 && strncmp(url, "sqlite:", 7) == 0; i++) {
		snprintf(text, sizeof(text), "%s%s", url + 7, suffixes[i]);
		remove(text);
	}
	if (strncmp(url, "sqlite:", 7) == 0)
		return;
	const char *names[] = {"dbname", "dbname", NULL}, *values[] = {url, "postgres", NULL};
	PGconn *there = PQconnectdbParams((const char *[]){"dbname", NULL}, (const char *[]){url, NULL}, 1);
	PGconn *db = PQconnectdbParams(names, values, 1);
	snprintf(text, sizeof(text), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", PQdb(there));
	PQclear(PQexec(db, text));
	PQfinish(there);
	PQfinish(db);
}

#endif
