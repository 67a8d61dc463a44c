/* driver: what a database must be able to do to stand behind store.h, and what store.c keeps for all of them.
 *
 * Pooling of readers, the statement cache and the group commit are written once, here in store/; a driver only speaks
 * to its database. It embeds struct store and struct connection as the first member of its own. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include <pthread.h>

#include "store/journal.h"

enum { STATEMENT_BUCKETS = 512, STATEMENTS_KEPT = 256 };

struct statement {
	struct connection *connection;
	void *native;   /* the driver's */
	struct str sql; /* our copy: the caller's text may go before the statement does */
	uint64_t hash;
	struct statement *same_bucket;
	struct statement *older, *newer; /* by last use; only while idle */
	int parameters;                  /* placeholders that it has; set by prepare */
	int bound;                       /* placeholders bound so far */
	bool running;                    /* stepped since it was last rewound */
	bool unbound;                    /* a bind failed: the next step tells */
};

struct statement_cache {
	struct statement *buckets[STATEMENT_BUCKETS]; /* idle statements only */
	struct statement *newest, *oldest;
	size_t idle;
};

/* What a snapshot shows, in numbers that are the same wherever a copy of the database shows it. */
enum { REIGN_MOST = 96 };
struct moment {
	int64_t turn;           /* groups that have changed something; -1: unknown */
	int64_t epoch;          /* as store_epoch() */
	char reign[REIGN_MOST]; /* of which database, and since which change of its primary, turns are counted */
	/* What programs must be to go on: of this version of the schema at least, and begun since the last change of it
	 * that others do not survive. See stands.c. */
	int64_t oldest, breaks;
};

struct connection {
	struct store *store;
	struct connection *next; /* in the pool */
	struct statement_cache cache;
	int64_t limit; /* ms that one step may take; 0: any */
	bool snapshot;
	struct newsletter *newsletter; /* of a writer; NULL: nothing was told yet */
	struct moment moment;          /* of the snapshot; only where databases have replicas */
	int64_t company;               /* monotonic ms of when another node was seen to write; 0: never */
	bool unsettled;                /* of a writer: its last group is committed, and not yet on the disk */
};

struct store_driver {
	const char *scheme; /* "sqlite:" */

	/* Makes the store without any connection; close is called when the last connection is gone, and frees it. */
	enum status (*open)(const struct store_options *options, struct store **store, struct error *error);
	void (*close)(struct store *store);
	enum status (*connect)(struct store *store, bool writes, struct connection **connection, struct error *error);
	void (*disconnect)(struct connection *connection);
	/* Makes sure of a session before a connection is lent to a reader; NULL where none can be lost. */
	enum status (*revive)(struct connection *connection, struct error *error);
	/* Whether there is one as far as can be told without waiting; NULL: the database has no replicas. */
	bool (*is_alive)(struct connection *connection);

	enum status (*prepare)(struct statement *statement, struct error *error); /* of statement->sql */
	void (*finalize)(struct statement *statement);
	bool (*bind_int)(struct statement *statement, int index, int64_t number); /* index from 1 */
	bool (*bind_text)(struct statement *statement, int index, struct str text);
	bool (*bind_blob)(struct statement *statement, int index, struct str bytes);
	bool (*bind_null)(struct statement *statement, int index);
	enum status (*step)(struct statement *statement, bool *row, struct error *error);
	/* Runs a whole statement without rows, if it is one (else *taken is false); its fault may be told by a later
	 * one of the same job. NULL: there is no quicker way than step. */
	enum status (*run_change)(struct statement *statement, bool *taken, struct error *error);
	void (*rewind)(struct statement *statement);
	int64_t (*column_int)(struct statement *statement, int column);
	struct str (*column_text)(struct statement *statement, int column);
	struct str (*column_blob)(struct statement *statement, int column);
	bool (*column_is_null)(struct statement *statement, int column);
	int64_t (*changes)(struct connection *connection);
	enum status (*execute)(struct connection *connection, const char *sql, struct error *error);

	enum status (*snapshot_begin)(struct connection *connection, struct error *error);
	void (*snapshot_end)(struct connection *connection);
	/* See store_glance_begin(); ended as a snapshot is. NULL: it would save nothing. */
	enum status (*glance_begin)(struct connection *connection, struct error *error);

	/* See store_copy(); NULL where the database's own tools do that. */
	enum status (*copy)(struct connection *connection, store_copy_put *put, void *context, struct error *error);

	/* See journal.h; NULL where copy is. */
	enum status (*journal_start)(struct store *store, const struct journal_options *options, struct error *error);
	enum status (*journal_take)(struct store *store, struct journal_part **parts, bool *begins,
				    struct error *error);
	bool (*journal_mark)(struct store *store, struct journal_mark *mark, instant *at);

	/* A group of jobs. job_keep and job_undo end what job_begin began; false from job_undo means that the database
	 * has given up the whole group, which is then rolled back. commit that fails has rolled back.
	 * trusted: the job is expected to be kept. So nothing is prepared for undoing it alone, and a refusal may be
	 * told as late as by commit (*refused), or to another job of the group; the group is then run again without
	 * trust. */
	enum status (*group_begin)(struct connection *connection, struct error *error);
	enum status (*job_begin)(struct connection *connection, bool trusted, struct error *error);
	enum status (*job_keep)(struct connection *connection, struct error *error);
	bool (*job_undo)(struct connection *connection);
	enum status (*group_commit)(struct connection *connection, bool *refused, struct error *error);
	void (*group_rollback)(struct connection *connection);
	/* Waits until all that any group has committed is on the disk, where group_commit may leave that to be done
	 * (`unsettled`). On a connection of its own, beside the writer's. NULL: it leaves nothing. */
	enum status (*settle)(struct connection *connection, struct error *error);

	/* News from other nodes: begins to call news_hear(), until it is ended; NULL where there are none. */
	enum status (*hear)(struct store *store, struct error *error);
	void (*deafen)(struct store *store);                        /* may be called without hear */
	void (*call)(struct store *store, const struct news *news); /* NULL where there are no other nodes */

	/* See store_check(); NULL: the database sees to it. */
	enum status (*check)(struct connection *connection, bool thorough, struct error *error);

	/* A part of store_scrub(), in a job; begins: the first. NULL: the database sees to it. */
	enum status (*scrub)(struct connection *connection, bool begins, bool *over, struct error *error);

	/* See store_epoch(); NULL where other processes are not looked for. */
	enum status (*epoch)(struct connection *connection, int64_t *epoch, struct error *error);
	enum status (*epoch_advance)(struct connection *connection, struct error *error);

	/* What store_next() has given in this group; NULL outside of one. */
	struct counters *(*counters)(struct connection *connection);

	/* In a job: so that a moment says so. NULL where there is one program at a time. */
	enum status (*demand)(struct connection *connection, int64_t oldest, bool breaks, struct error *error);

	/* Schema. */
	enum status (*table_columns)(struct connection *connection, struct arena *arena, struct str table,
				     struct column **columns, size_t *count, struct error *error);
	const char *column_types[3]; /* by enum column_kind */
	const char *identity_type;   /* of a column that numbers its own rows, primary key included */
	const char *keyed_table;     /* after the definition of a table that is only reached by its primary key */
	const char *const
	    *own_schema;          /* search tables and the guards of the history; ends with NULL, may be run again */
	const char *list_indexes; /* a SELECT of the names of all indexes */
	/* For copies of whole databases: the names of all tables but those that the driver makes and fills itself; the
	 * columns of a table's primary key, in order; what must be done when rows have come with their identities. */
	const char *list_tables, *list_keys;
	const char *const *after_copy; /* ends with NULL; NULL: nothing */
	const char *size;              /* a SELECT of the bytes that the database takes */
	/* "number": the prefix and the serial in `width` digits at least, made from "id". */
	void (*number_column)(struct buf *sql, struct str prefix, unsigned width);
	/* "(columns) WHERE condition" in its own words; NULL: as it is. */
	struct str (*index_definition)(struct arena *arena, struct str definition);
	const char *nulls_first, *nulls_last; /* behind a key, ascending and descending: NULL is less than everything */

	enum status (*search_put)(struct connection *connection, enum search_index index, int64_t document,
				  const struct search_terms *old, const struct search_terms *now, struct error *error);
	struct str (*search_condition)(struct arena *arena, enum search_index index, const char *document,
				       bool public_only);
	struct str (*search_newest)(enum search_index index);
	struct str (*search_oldest)(enum search_index index); /* NULL: it costs no less than the newest */
	struct str (*search_row)(struct arena *arena, enum search_index index, const char *document);
	struct str (*search_expression)(struct arena *arena, const struct fold_phrase *phrases, size_t count,
					bool public_only);
};

struct writer;   /* writer.c */
struct replicas; /* replicas.c */
struct ears;     /* news.c */

struct store {
	const struct store_driver *driver;
	struct connection *free_readers;
	size_t reader_count, lent;
	pthread_mutex_t lock; /* guards the pool */
	pthread_cond_t freed;
	struct histogram reader_waits;
	struct writer *writer;
	struct replicas *_Atomic replicas; /* NULL: none were ever set */
	struct ears *ears;
	_Atomic bool behind;         /* the tables are of a later program or model than ours, which goes on */
	int64_t version, breaks;     /* which this program is of, and began with; version 0: it does not yet work */
	bool follows;                /* is a replica itself: only snapshots are read, and nobody is waited for long */
	_Atomic int64_t last_turn;   /* that a snapshot showed */
	_Atomic uint64_t wide_reads; /* that were done here and not by a replica: see store_relieve() */
};

extern const struct store_driver sqlite_driver, postgres_driver, postgres_short_driver;

/* statement.c */
void statement_cache_clear(struct connection *connection);

/* store.c: how a database tells what columns a table has. */
struct column_source {
	struct str sql; /* name and type of each, in order; a placeholder for the table */
	enum column_kind (*kind_of)(struct str type);
};
MUST enum status read_columns(struct connection *connection, struct arena *arena, const struct column_source *source,
			      struct str table, struct column **columns, size_t *count, struct error *error);

/* store.c. A store without a writer and readers: the driver's, with its locks. */
MUST enum status store_make(const struct store_options *options, struct store **store, struct error *error);
/* E_UNAVAILABLE when the database has become one with which this program cannot work. */
MUST enum status moment_check(const struct connection *connection, struct error *error);
/* Ends a connection that nobody has. */
void store_disconnect(struct connection *connection);

/* news.c. What the jobs of a group have told, kept by the writer's connection until it is committed. */
struct newsletter {
	struct news *items;
	size_t count, capacity;
};
MUST enum status ears_new(struct store *store, struct error *error);
void ears_free(struct ears *ears);                                          /* NULL is fine */
void news_hear(struct store *store, const struct news *news, size_t count); /* tells everybody here */
size_t news_count(const struct connection *connection);
void news_cut(struct connection *connection, size_t count); /* what was told later is taken back */
void news_publish(struct connection *connection);           /* the group was committed */
void news_free(struct connection *connection);

/* replicas.c */
void replicas_free(struct replicas *replicas); /* NULL is fine */

/* writer.c */
enum status writer_start(struct store *store, struct writer **writer, struct error *error);
/* Other nodes are writing, too. */
bool writer_has_company(const struct connection *connection);
void writer_stop(struct writer *writer); /* when all that was accepted is done; NULL is fine */

#endif
