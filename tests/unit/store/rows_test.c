/* Whatever a driver keeps back and writes together: jobs see what one statement after the other would have made, and so
 * does everybody afterwards. The oracle is a plain array. */
#include <pthread.h>

#include "support.h"

enum { KEYS = 8, OPS_MOST = 8, JOBS = 24, ROUNDS = 60 };
enum { ABSENT = -1 };

enum act { PUT, PUT_MORE, ADD, NOTE, RAISE, REMOVE, READ, SUM, COUNT, GIVE_UP, ACTS };

struct table {
	int64_t values[KEYS]; /* ABSENT: no row */
	int64_t notes;
};

struct op {
	enum act act;
	int64_t key, value;
	int64_t expected; /* of READ and SUM */
};

struct script {
	struct op ops[OPS_MOST];
	int count;
	bool fails;
};

struct crowd {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int queued, over;
};

struct queued {
	struct write_job job;
	const struct script *script;
	struct crowd *crowd;
	enum status status;
	int runs;
};

static const char *const texts[ACTS] = {
    [PUT] = "INSERT INTO a_table (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
    [PUT_MORE] = "INSERT INTO a_table (v, k) VALUES (? + 1, ?) ON CONFLICT (k) DO UPDATE SET v = a_table.v + 1",
    [ADD] = "INSERT INTO a_table (k, v) VALUES (?, ?)",
    [NOTE] = "INSERT INTO a_note (text, v) VALUES ('a ? (b), ''c''', ?)",
    [RAISE] = "UPDATE a_table SET v = v + 1 WHERE k = ?",
    [REMOVE] = "DELETE FROM a_table WHERE k = ?",
    [READ] = "SELECT v FROM a_table WHERE k = ?",
    [SUM] = "SELECT COALESCE((SELECT sum(v) FROM a_table), 0) + (SELECT count(*) FROM a_note)",
    [COUNT] = "INSERT INTO a_table (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
};

/* --- the oracle --- */

static int64_t sum_of(const struct table *table)
{
	int64_t sum = table->notes;

	for (int i = 0; i < KEYS; i++)
		sum += table->values[i] == ABSENT ? 0 : table->values[i];
	return sum;
}

/* False: the job fails. */
static bool expect(struct table *table, struct op *op)
{
	int64_t *value = &table->values[op->key];

	switch (op->act) {
	case PUT:
	case COUNT:
		*value = op->value;
		return true;
	case PUT_MORE:
		*value = (*value == ABSENT ? op->value : *value) + 1;
		return true;
	case ADD:
		if (*value != ABSENT)
			return false;
		*value = op->value;
		return true;
	case NOTE:
		table->notes++;
		return true;
	case RAISE:
		*value += *value != ABSENT;
		return true;
	case REMOVE:
		*value = ABSENT;
		return true;
	case READ:
		op->expected = *value;
		return true;
	case SUM:
		op->expected = sum_of(table);
		return true;
	default:
		return false;
	}
}

/* Most jobs only add rows, and those that fail are few, so that many go in one group. */
static enum act choose(unsigned *seed)
{
	static const enum act often[] = {PUT, PUT, PUT, PUT_MORE, NOTE, NOTE, COUNT};
	int chance = rand_r(seed) % 100;

	if (chance < 80)
		return often[chance % 7];
	return chance < 98 ? RAISE + (enum act)(chance % 4) : chance < 99 ? ADD : GIVE_UP;
}

static void write_script(struct script *script, struct table *table, unsigned *seed)
{
	struct table now = *table;

	*script = (struct script){.count = 1 + rand_r(seed) % OPS_MOST};
	for (int i = 0; i < script->count && !script->fails; i++) {
		struct op *op = &script->ops[i];

		*op = (struct op){.act = choose(seed), .key = rand_r(seed) % KEYS, .value = rand_r(seed) % 1000};
		script->fails = !expect(&now, op);
	}
	if (!script->fails)
		*table = now;
}

/* --- the jobs --- */

static void bind_op(struct statement *statement, const struct op *op)
{
	if (op->act == PUT_MORE || op->act == NOTE)
		bind_int(statement, op->value);
	if (op->act != NOTE && op->act != SUM)
		bind_int(statement, op->key);
	if (op->act == PUT || op->act == ADD || op->act == COUNT)
		bind_int(statement, op->value);
}

static enum status run_op(struct connection *connection, const struct op *op, struct error *error)
{
	STATEMENT statement = NULL;
	bool row;
	enum status status;

	if (op->act == GIVE_UP)
		return error_fail(error, E_CONFLICT, "", "test", N_("Only tried"));
	if ((status = store_prepare(connection, str_of(texts[op->act]), &statement, error)))
		return status;
	bind_op(statement, op);
	if (op->act != READ && op->act != SUM) {
		status = store_run(statement, error);
		if (!status && op->act == COUNT)
			assert_int_equal(store_changes(connection), 1);
		return status;
	}
	if ((status = store_step(statement, &row, error)))
		return status;
	assert_int_equal(row ? column_int(statement, 0) : ABSENT, op->expected);
	return OK;
}

static void tell(struct crowd *crowd, int *count)
{
	pthread_mutex_lock(&crowd->lock);
	++*count;
	pthread_cond_broadcast(&crowd->changed);
	pthread_mutex_unlock(&crowd->lock);
}

static void wait_for_all(struct crowd *crowd, const int *count)
{
	pthread_mutex_lock(&crowd->lock);
	while (*count < JOBS)
		pthread_cond_wait(&crowd->changed, &crowd->lock);
	pthread_mutex_unlock(&crowd->lock);
}

/* Waits for the others, which so come into its group. */
static enum status run_script(void *context, struct connection *connection, struct error *error)
{
	struct queued *queued = context;
	const struct script *script = queued->script;
	enum status status = OK;

	queued->runs++;
	wait_for_all(queued->crowd, &queued->crowd->queued);
	for (int i = 0; i < script->count && !status; i++)
		status = run_op(connection, &script->ops[i], error);
	return status;
}

static void script_done(void *context, enum status status, const struct error *error)
{
	struct queued *queued = context;

	(void)error;
	queued->status = status;
	tell(queued->crowd, &queued->crowd->over);
}

static void run_scripts(struct bench *bench, const struct script *scripts, struct queued *queued)
{
	struct crowd crowd = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

	for (int i = 0; i < JOBS; i++) {
		queued[i] = (struct queued){
		    .job = {.run = run_script, .done = script_done, .context = &queued[i], .repeatable = true},
		    .script = &scripts[i],
		    .crowd = &crowd};
		must(bench, store_write(bench->store, &queued[i].job, &bench->error));
		tell(&crowd, &crowd.queued);
	}
	wait_for_all(&crowd, &crowd.over);
}

static void test_rows_are_those_of_one_statement_after_the_other(void **state)
{
	struct bench *bench = *state;
	struct table table = {.notes = 0};
	unsigned seed = 4711;

	sql(bench, "CREATE TABLE a_table (k BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
	sql(bench, "CREATE TABLE a_note (text TEXT, v BIGINT NOT NULL)");
	for (int i = 0; i < KEYS; i++)
		table.values[i] = ABSENT;
	for (int round = 0; round < ROUNDS; round++) {
		struct script scripts[JOBS];
		struct queued queued[JOBS];
		char sum[24];

		for (int i = 0; i < JOBS; i++)
			write_script(&scripts[i], &table, &seed);
		run_scripts(bench, scripts, queued);
		for (int i = 0; i < JOBS; i++)
			assert_int_equal(queued[i].status != OK, scripts[i].fails);
		snprintf(sum, sizeof(sum), "%lld", (long long)sum_of(&table));
		assert_string_equal(ask(bench, texts[SUM]), sum);
	}
	assert_int_equal(store_figures(bench->store).largest_group, JOBS);
	assert_string_equal(ask(bench, "SELECT count(*) FROM a_note WHERE text <> 'a ? (b), ''c'''"), "0");
}

/* Not even what is written again and again, or after something else was refused, makes a group run twice. */
static void test_nothing_is_refused_that_fits(void **state)
{
	struct bench *bench = *state;
	struct script scripts[JOBS];
	struct queued queued[JOBS];

	sql(bench, "CREATE TABLE a_table (k BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
	sql(bench, "CREATE TABLE a_note (text TEXT, v BIGINT NOT NULL)");
	/* The first round makes all statements known, the second has a refusal before many rows. */
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < JOBS; i++)
			scripts[i] = (struct script){.ops = {{.act = PUT, .key = i % 3, .value = i},
							     {.act = round ? NOTE : READ, .key = i % 3, .expected = i},
							     {.act = NOTE}},
						     .count = 3};
		if (round < 2)
			scripts[0].ops[0] = (struct op){.act = ADD};
		run_scripts(bench, scripts, queued);
	}
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(queued[i].runs, 1);
}

#define ROWS_TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ROWS_TEST(test_rows_are_those_of_one_statement_after_the_other),
	    ROWS_TEST(test_nothing_is_refused_that_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
