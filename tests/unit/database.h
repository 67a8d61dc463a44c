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

/* Runs statements in a database, or in the one named of its server. */
static inline void database_run(const char *url, const char *name, const char *text)
{
	const char *names[] = {"dbname", name ? "dbname" : NULL, NULL}, *values[] = {url, name, NULL};
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

/* A database of PostgreSQL has a thousand files, and to copy them takes longer than most tests do. So it is used again:
 * its first rows are kept in a schema of their own, and come back in place of those that a test has left. */
#define PUBLIC_TABLES                                                                                                  \
	"SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
#define PUBLIC_COLUMNS                                                                                                 \
	"SELECT count(*) AS n FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid "                              \
	"WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"

static inline void database_keep(const char *url)
{
	if (database_is_file(url))
		return;
	database_run(url, NULL,
		     "CREATE SCHEMA kept;"
		     "CREATE TABLE kept.\"~columns\" AS " PUBLIC_COLUMNS ";"
		     "CREATE TABLE kept.\"~sequences\" AS SELECT quote_ident(sequencename) AS name, last_value "
		     "FROM pg_sequences WHERE schemaname = 'public';"
		     "DO $$ DECLARE t text; used boolean; BEGIN FOR t IN " PUBLIC_TABLES " LOOP "
		     "EXECUTE 'SELECT EXISTS (SELECT FROM public.' || t || ')' INTO used;"
		     "IF used THEN EXECUTE 'CREATE TABLE kept.' || t || ' AS TABLE public.' || t; END IF;"
		     "END LOOP; END $$");
}

/* What was kept, for the next test, which must be the only one that has it open: a copy in the test's directory, or the
 * same database with the rows that it had. No test may leave it with other columns. */
static inline void database_again(const char *kept, const char *directory, const char *file, char url[DATABASE_URL])
{
	if (database_is_file(kept)) {
		file_copy(kept + 7, database_url(url, directory, file) + 7);
		return;
	}
	snprintf(url, DATABASE_URL, "%s", kept);
	database_run(
	    url, NULL,
	    "SET lock_timeout = '20s'; SET session_replication_role = replica;"
	    "DO $$ DECLARE t text; names text; used boolean; BEGIN "
	    "ASSERT (SELECT n FROM kept.\"~columns\") = (" PUBLIC_COLUMNS "), 'a test has altered the tables';"
	    "FOR t IN " PUBLIC_TABLES " LOOP "
	    "EXECUTE 'SELECT EXISTS (SELECT FROM public.' || t || ')' INTO used;"
	    "IF used THEN EXECUTE 'DELETE FROM public.' || t; END IF;"
	    "IF to_regclass('kept.' || t) IS NOT NULL THEN "
	    "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = to_regclass('public.' || "
	    "t) "
	    "AND attnum > 0 AND NOT attisdropped AND attgenerated = '' INTO names;"
	    "EXECUTE 'INSERT INTO public.' || t || ' (' || names || ') OVERRIDING SYSTEM VALUE SELECT ' || names || "
	    "' FROM kept.' || t; END IF;"
	    "END LOOP;"
	    "PERFORM setval(to_regclass('public.' || name), COALESCE(last_value, 1), last_value IS NOT NULL) "
	    "FROM kept.\"~sequences\"; END $$");
}

/* Removes the database behind the URL, with all that a file has beside it. */
static inline void database_remove(const char *url)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[DATABASE_URL], text[2 * DATABASE_URL];

	if (!database_is_file(url)) {
		snprintf(text, sizeof(text), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", database_name(name, url));
		database_run(url, "postgres", text);
		return;
	}
	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s%s", url + 7, suffixes[i]);
		remove(text);
	}
}

/* Where a test's own copy goes. What is used again stays, until database_remove(). */
static inline void database_leave(const char *url)
{
	if (database_is_file(url))
		database_remove(url);
}

#endif
