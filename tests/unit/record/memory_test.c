/* Memory that runs out at each allocation of the edits, in a child of its own: our arenas end the process, SQLite and
 * others are told that there is none. Whatever becomes of the child, the database is whole, and has what was
 * acknowledged. */
#include "fault_stage.h"

#include <jansson.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Of the child; 0: nothing fails. */
static unsigned failing_call, calls;

static bool fails(void)
{
	return failing_call && __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) == failing_call;
}

/* --- ours --- */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__real_arena_alloc(struct arena *arena, size_t bytes);
void *__real_arena_array(struct arena *arena, size_t count, size_t size);
void *__real_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);
void *__wrap_arena_alloc(struct arena *arena, size_t bytes);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);

void *__wrap_malloc(size_t bytes)
{
	return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
	return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
	return fails() ? NULL : __real_realloc(old, bytes);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t n)
{
	return fails() ? NULL : __real_strndup(text, n);
}

/* What an arena does when there is no memory; it seldom asks for more than it has. */
static void end_if_it_fails(void)
{
	if (fails())
		abort();
}

void *__wrap_arena_alloc(struct arena *arena, size_t bytes)
{
	end_if_it_fails();
	return __real_arena_alloc(arena, bytes);
}

void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
	end_if_it_fails();
	return __real_arena_array(arena, count, size);
}

void *__wrap_arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
	end_if_it_fails();
	return __real_arena_grow(arena, old, old_bytes, new_bytes);
}

/* --- the libraries' --- */

static sqlite3_mem_methods sqlite_memory;

static void *sqlite_malloc(int bytes)
{
	return fails() ? NULL : sqlite_memory.xMalloc(bytes);
}

static void *sqlite_realloc(void *old, int bytes)
{
	return fails() ? NULL : sqlite_memory.xRealloc(old, bytes);
}

static void take_sqlite(void)
{
	sqlite3_mem_methods ours;

	if (sqlite_memory.xMalloc)
		return;
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_memory);
	ours = sqlite_memory;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &ours), SQLITE_OK);
}

/* --- the child --- */

struct word { /* what the child says */
	unsigned char step, status;
};

enum { CLEAN = 255 }; /* in place of a step: the end was reached, and nothing had failed */

static void say(int pipe, unsigned step, unsigned status)
{
	struct word word = {(unsigned char)step, (unsigned char)status};

	if (write(pipe, &word, sizeof(word)) != sizeof(word))
		_exit(3);
}

static void told(void *context, struct stage *stage, enum step step, enum status status)
{
	(void)stage;
	say(*(int *)context, step, status);
}

static _Noreturn void be_child(struct stage *stage, int pipe, unsigned call)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	if (!freopen("/dev/null", "w", stderr) || stage_open(stage, false))
		_exit(2);
	calls = 0;
	failing_call = call;
	stage_play(stage, told, &pipe);
	if (calls < call)
		say(pipe, CLEAN, 0);
	failing_call = 0;
	_exit(0);
}

/* --- the tests --- */

/* One child whose memory fails at one allocation; false when there were not so many. */
static bool run_with(struct stage *stage, unsigned call)
{
	int pipes[2], status;
	struct word word;
	bool clean = false;
	char when[64];
	pid_t child;

	snprintf(when, sizeof(when), "allocation %u", call);
	stage_renew(stage);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		be_child(stage, pipes[1], call);
	close(pipes[1]);
	while (read(pipes[0], &word, sizeof(word)) == sizeof(word)) {
		if (word.step == CLEAN) {
			clean = true;
			continue;
		}
		/* A library that has no memory does not always say that this is why: then it is a fault of our own. */
		if (!stage_is_honest(word.status) && word.status != E_INTERNAL)
			fail_msg("%s: step %u was answered with status %u", when, word.step, word.status);
		stage->outcomes[word.step] = word.status ? REFUSED : ACKNOWLEDGED;
	}
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!(WIFEXITED(status) && !WEXITSTATUS(status)) && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT))
		fail_msg("%s: the child ended with status %x", when, (unsigned)status);
	/* The one that was under way may have been committed and not answered. */
	for (size_t i = 0; i < AFTERWARDS; i++)
		if (stage->outcomes[i] == NOT_TRIED) {
			stage->outcomes[i] = REFUSED;
			break;
		}
	stage_check(stage, when);
	return !clean;
}

static void test_memory_runs_out(void **state)
{
	struct stage *stage = *state;
	unsigned call = 1, runs = 0;

	while (run_with(stage, call)) {
		call += getenv("KANAME_LONG") ? 1 : 1 + call / 16;
		runs++;
	}
	if (getenv("KANAME_SAY"))
		print_message("%u runs, up to allocation %u\n", runs, call);
	assert_true(runs > 20);
	for (size_t i = 0; i < AFTERWARDS; i++)
		assert_int_equal(stage->outcomes[i], ACKNOWLEDGED);
}

static int setup(void **state)
{
	take_sqlite();
	json_set_alloc_funcs(__wrap_malloc, free);
	return stage_setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_memory_runs_out, setup, stage_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
