/* Where a test keeps its records: a file in its directory, or, when KANAME_TEST_DATABASE is the address of a PostgreSQL
 * server ("postgresql://USER@/?host=DIRECTORY", without a database), a database of its own there. */
#ifndef TESTS_DATABASE_H
#define TESTS_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATABASE_URL = 256, TEST_DIRECTORY = 64 };

static inline bool on_postgres(void)
{
	return getenv("KANAME_TEST_DATABASE") != NULL;
}

/* Makes a directory in TMPDIR: tests take less time where nothing survives a loss of power. */
static inline void directory_make(char directory[TEST_DIRECTORY])
{
	const char *base = getenv("TMPDIR");

	snprintf(directory, TEST_DIRECTORY, "%.40s/kaname-XXXXXX", base ? base : "/tmp");
	if (mkdtemp(directory))
		return;
	perror(directory);
	abort();
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

static inline bool database_is_file(const char *url)
{
	return strncmp(url, "sqlite:", 7) == 0;
}

/* "postgresql://USER@/NAME?..." */
static inline const char *database_name(char name[DATABASE_URL], const char *url)
{
	const char *path = strchr(url, '@') + 2;

	snprintf(name, DATABASE_URL, "%.*s", (int)strcspn(path, "?"), path);
	return name;
}

/* Tells the server of a database what can't be told to the database itself. */
static inline void database_command(const char *url, const char *text)
{
	const char *names[] = {"dbname", "dbname", NULL}, *values[] = {url, "postgres", NULL};
	PGconn *server = PQconnectdbParams(names, values, 1);
	PGresult *result = PQexec(server, text);

	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s", text, PQerrorMessage(server));
		abort();
	}
	PQclear(result);
	PQfinish(server);
}

static inline void file_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "rbe"), *out = fopen(to, "wbe");
	char bytes[1 << 16];
	size_t n = 0;

	while (in && out && (n = fread(bytes, 1, sizeof(bytes), in)))
		if (fwrite(bytes, 1, n, out) != n)
			break;
	if (in && out && n == 0 && fclose(in) == 0 && fclose(out) == 0)
		return;
	perror(to);
	abort();
}

/* A copy of a database that nobody has open. */
static inline void database_copy(const char *from, const char *to)
{
	char old[DATABASE_URL], new[DATABASE_URL], text[3 * DATABASE_URL];

	if (database_is_file(from)) {
		file_copy(from + 7, to + 7);
		return;
	}
	snprintf(text, sizeof(text), "CREATE DATABASE \"%s\" TEMPLATE \"%s\"", database_name(new, to),
		 database_name(old, from));
	database_command(to, text);
}

/* Removes the database behind the URL, with all that a file has beside it. */
static inline void database_remove(const char *url)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[DATABASE_URL], text[2 * DATABASE_URL];

	if (!database_is_file(url)) {
		snprintf(text, sizeof(text), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", database_name(name, url));
		database_command(url, text);
		return;
	}
	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s%s", url + 7, suffixes[i]);
		remove(text);
	}
}

#endif
