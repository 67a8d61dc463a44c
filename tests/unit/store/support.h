/* What the tests of the store share: a database in a directory of its own, and short ways to write and read it. */
#ifndef TESTS_STORE_SUPPORT_H
#define TESTS_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../database.h"
#include "store/store.h"

struct bench {
	char directory[64], url[DATABASE_URL];
	struct store *store;
	struct arena *arena;
	struct error error;
};

static inline void must(struct bench *bench, enum status status)
{
	char text[1024];

	if (status != OK) {
		error_text(&bench->error, text, sizeof(text));
		fail_msg("%s", text);
	}
}

static inline void bench_open(struct bench *bench)
{
	struct store_options options = {.url = bench->url, .create = true, .readers = 3};

	error_clear(&bench->error);
	must(bench, store_open(&options, &bench->store, &bench->error));
}

static inline int bench_setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	directory_make(bench->directory);
	database_url(bench->url, bench->directory, "k.db");
	bench->arena = arena_new();
	bench_open(bench);
	*state = bench;
	return 0;
}

static inline int bench_teardown(void **state)
{
	struct bench *bench = *state;

	store_close(bench->store);
	database_remove(bench->url);
	rmdir(bench->directory);
	arena_free(bench->arena);
	free(bench);
	return 0;
}

static inline enum status run_sql(void *context, struct connection *connection, struct error *error)
{
	return store_execute(connection, str_of(context), error);
}

static inline enum status try_sql(struct bench *bench, const char *sql)
{
	error_clear(&bench->error);
	return store_write_wait(bench->store, run_sql, (void *)(uintptr_t)sql, &bench->error);
}

static inline void sql(struct bench *bench, const char *text)
{
	must(bench, try_sql(bench, text));
}

/* The first column of the first row, as text; "(none)" without a row, "(null)" for NULL. */
static inline const char *ask_with(struct bench *bench, const char *text, const char *value)
{
	const char *answer = "(none)";
	bool row = false;
	READER reader = NULL;
	STATEMENT statement = NULL;

	error_clear(&bench->error);
	must(bench, store_reader(bench->store, &reader, &bench->error));
	must(bench, store_prepare(reader, str_of(text), &statement, &bench->error));
	if (value)
		bind_text(statement, str_of(value));
	must(bench, store_step(statement, &row, &bench->error));
	if (row)
		answer = column_is_null(statement, 0) ? "(null)" : str_c(bench->arena, column_text(statement, 0));
	return answer;
}

/* What the databases call differently, in texts of tests. */
static inline const char *either(const char *sqlite, const char *postgres)
{
	return on_postgres() ? postgres : sqlite;
}

static inline const char *ask(struct bench *bench, const char *text)
{
	return ask_with(bench, text, NULL);
}

#endif
