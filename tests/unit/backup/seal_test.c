/* The file that a backup is: what was put in comes out, and a file with anything wrong in it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "backup/seal.h"
#include "base/arena.h"

enum { PATH = 128 };

struct place {
	struct arena *arena;
	struct error error;
	char directory[64], file[PATH], other[PATH];
	struct backup_secret secret; /* of a key file: quick */
	struct seal_facts facts;     /* of what was sealed last */
	uint64_t random;
};

static uint64_t next(struct place *place)
{
	place->random = place->random * 6364136223846793005u + 1442695040888963407u;
	return place->random >> 33;
}

static int setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	const char *base = getenv("TMPDIR");

	assert_true(hash_start());
	snprintf(place->directory, sizeof(place->directory), "%.40s/kaname-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->file, PATH, "%s/a", place->directory);
	snprintf(place->other, PATH, "%s/b", place->directory);
	place->arena = arena_new();
	place->secret.bytes = S("thirty-two bytes of a key, or more");
	place->random = 20261126;
	*state = place;
	return 0;
}

static int teardown(void **state)
{
	struct place *place = *state;

	unlink(place->file);
	unlink(place->other);
	assert_int_equal(rmdir(place->directory), 0); /* nothing else was left */
	arena_free(place->arena);
	free(place);
	return 0;
}

/* --- short ways --- */

static struct str some_bytes(struct place *place, size_t n, bool like_text)
{
	char *bytes = arena_alloc(place->arena, n + 1);

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(like_text ? 'a' + (i * i) % 7 : next(place));
	return (struct str){bytes, n};
}

static void seal_bytes(struct place *place, struct str bytes, const struct backup_secret *secret)
{
	struct seal_options options = {.path = place->file, .secret = secret, .now = 1795000000000};
	struct seal_facts facts;
	SEAL seal = NULL;

	unlink(place->file);
	assert_int_equal(seal_begin(&options, &seal, &place->error), OK);
	for (size_t done = 0, n; done < bytes.n; done += n) {
		n = 1 + next(place) % 50000;
		assert_int_equal(seal_put(seal, str_sub(bytes, done, done + n), &place->error), OK);
	}
	assert_int_equal(seal_end(seal, &facts, &place->error), OK);

	struct stat about;
	assert_int_equal(stat(place->file, &about), 0);
	assert_int_equal(about.st_size, facts.bytes);
	assert_int_equal(about.st_mode & 0777, 0600);
	place->facts = facts;
}

/* OK when exactly these bytes come out. */
static enum status unseal_bytes(struct place *place, const char *path, struct str bytes,
				const struct backup_secret *secret)
{
	UNSEAL unseal = NULL;
	char *out = malloc(bytes.n + 1);
	struct seal_facts facts;
	enum status status;

	error_clear(&place->error);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	status = unseal_begin(file, path, secret, NULL, &unseal, &place->error);
	for (size_t done = 0, n; !status && done < bytes.n; done += n) {
		n = 1 + next(place) % 40000;
		if (n > bytes.n - done)
			n = bytes.n - done;
		status = unseal_get(unseal, out + done, n, &place->error);
	}
	if (!status)
		status = unseal_end(unseal, &facts, &place->error);
	if (!status && path == place->file)
		assert_true(facts.bytes == place->facts.bytes && hash_eq(facts.digest, place->facts.digest));
	if (!status && memcmp(out, bytes.p, bytes.n) != 0)
		fail_msg("other bytes came out than were put in");
	free(out);
	return status;
}

static struct str read_file(struct place *place, const char *path)
{
	FILE *file = fopen(path, "re");
	char *bytes = arena_alloc(place->arena, 1 << 20);
	size_t n = fread(bytes, 1, 1 << 20, file);

	fclose(file);
	return (struct str){bytes, n};
}

static void write_file(const char *path, struct str bytes)
{
	FILE *file = fopen(path, "we");

	assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
	fclose(file);
}

static void refused(struct place *place, struct str changed, struct str bytes, const char *what, size_t at)
{
	write_file(place->other, changed);
	enum status status = unseal_bytes(place, place->other, bytes, &place->secret);
	if (status != E_INVALID && status != E_DENIED)
		fail_msg("%s at %zu was not refused: %d", what, at, (int)status);
}

/* --- what comes out --- */

static void test_any_length(void **state)
{
	struct place *place = *state;
	static const size_t lengths[] = {0, 1, 65518, 65519, 65535, 65536, 65537, 131072, 200000, 500001};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		for (int like_text = 0; like_text < 2; like_text++) {
			struct str bytes = some_bytes(place, lengths[i], like_text);

			seal_bytes(place, bytes, &place->secret);
			assert_int_equal(unseal_bytes(place, place->file, bytes, &place->secret), OK);
		}
	}
}

/* Whatever length the compressed stream has: a chunk that is just full is never the last. */
static void test_ends_at_a_chunk(void **state)
{
	struct place *place = *state;
	struct str bytes = some_bytes(place, BACKUP_CHUNK + 64, false);

	for (size_t n = BACKUP_CHUNK - 64; n < bytes.n; n++) {
		seal_bytes(place, str_sub(bytes, 0, n), &place->secret);
		assert_int_equal(unseal_bytes(place, place->file, str_sub(bytes, 0, n), &place->secret), OK);
	}
}

static void test_more_or_less_is_asked_for(void **state)
{
	struct place *place = *state;
	struct str bytes = some_bytes(place, 1000, false);

	seal_bytes(place, bytes, &place->secret);
	assert_int_equal(unseal_bytes(place, place->file, str_sub(bytes, 0, 999), &place->secret), E_INVALID);
	assert_int_equal(unseal_bytes(place, place->file, some_bytes(place, 1001, false), &place->secret), E_INVALID);
}

/* --- what is refused --- */

static void test_every_bit_counts(void **state)
{
	struct place *place = *state;
	struct str bytes = some_bytes(place, 100, true), whole;

	seal_bytes(place, bytes, &place->secret);
	whole = read_file(place, place->file);
	for (size_t i = 0; i < whole.n * 8; i++) {
		char *changed = (char *)(uintptr_t)whole.p;

		changed[i / 8] ^= (char)(1 << i % 8);
		refused(place, whole, bytes, "a flipped bit", i);
		changed[i / 8] ^= (char)(1 << i % 8);
	}
}

static void test_every_cut_is_seen(void **state)
{
	struct place *place = *state;
	struct str bytes = some_bytes(place, 100, true), whole;

	seal_bytes(place, bytes, &place->secret);
	whole = read_file(place, place->file);
	for (size_t n = 0; n < whole.n; n++)
		refused(place, str_sub(whole, 0, n), bytes, "a cut", n);
	char *longer = arena_alloc(place->arena, whole.n + 1);
	memcpy(longer, whole.p, whole.n);
	refused(place, (struct str){longer, whole.n + 1}, bytes, "a byte more", whole.n);
}

/* Chunks that are left out, repeated or exchanged are each genuine. */
static void test_chunks_stay_in_order(void **state)
{
	enum { SEALED = BACKUP_CHUNK + 17, CHUNKS = 4 };
	struct place *place = *state;
	struct str bytes = some_bytes(place, CHUNKS * BACKUP_CHUNK, false), whole;

	seal_bytes(place, bytes, &place->secret);
	whole = read_file(place, place->file);
	size_t head, at = 0;
	assert_true(str_find(whole, S("\n\n"), &at));
	head = at + 2;
	char *changed = arena_alloc(place->arena, whole.n + SEALED);
	for (size_t i = 0; i < CHUNKS; i++) {
		char *chunk = changed + head + i * SEALED;
		const char *rest = whole.p + head + (i + 1) * SEALED;

		memcpy(changed, whole.p, whole.n);
		memcpy(chunk, rest, whole.n - head - (i + 1) * SEALED);
		refused(place, (struct str){changed, whole.n - SEALED}, bytes, "a chunk left out", i);
		memcpy(changed, whole.p, whole.n);
		memcpy(chunk + SEALED, whole.p + head + i * SEALED, whole.n - head - i * SEALED);
		refused(place, (struct str){changed, whole.n + SEALED}, bytes, "a chunk repeated", i);
		refused(place, str_sub(whole, 0, head + i * SEALED), bytes, "a cut between chunks", i);
		if (i + 1 == CHUNKS)
			break;
		memcpy(changed, whole.p, whole.n);
		memcpy(chunk, rest, SEALED);
		memcpy(chunk + SEALED, whole.p + head + i * SEALED, SEALED);
		refused(place, (struct str){changed, whole.n}, bytes, "chunks exchanged", i);
	}
}

static void test_flips_in_a_long_file(void **state)
{
	struct place *place = *state;
	struct str bytes = some_bytes(place, 150000, false), whole;

	seal_bytes(place, bytes, &place->secret);
	whole = read_file(place, place->file);
	for (int i = 0; i < 300; i++) {
		size_t at = next(place) % whole.n;
		char *changed = (char *)(uintptr_t)whole.p, kept = changed[at];

		changed[at] = (char)(kept + 1 + (char)(next(place) % 255));
		if (changed[at] != kept)
			refused(place, whole, bytes, "a changed byte", at);
		changed[at] = kept;
	}
}

/* --- secrets --- */

static void test_a_passphrase_opens(void **state)
{
	struct place *place = *state;
	struct backup_secret right = {.is_passphrase = true, .bytes = S("正しい合言葉")},
			     wrong = {.is_passphrase = true, .bytes = S("正しくない合言葉")};
	struct str bytes = some_bytes(place, 1000, true);

	seal_bytes(place, bytes, &right);
	assert_int_equal(unseal_bytes(place, place->file, bytes, &right), OK);
	assert_int_equal(unseal_bytes(place, place->file, bytes, &wrong), E_DENIED);
	assert_int_equal(unseal_bytes(place, place->file, bytes, &place->secret), E_DENIED);
	assert_int_equal(unseal_bytes(place, place->file, bytes, &(struct backup_secret){0}), E_DENIED);
	seal_bytes(place, bytes, &place->secret);
	assert_int_equal(unseal_bytes(place, place->file, bytes, &right), E_DENIED);
}

static void test_secrets_are_files_of_their_owner(void **state)
{
	struct place *place = *state;
	struct backup_secret secret;

	write_file(place->other, S("a long passphrase\n"));
	chmod(place->other, 0640);
	assert_int_not_equal(secret_read(place->arena, NULL, place->other, NULL, &secret, &place->error), OK);
	chmod(place->other, 0600);
	assert_int_equal(secret_read(place->arena, NULL, place->other, "another", &secret, &place->error), OK);
	assert_true(secret.is_passphrase && str_eq(secret.bytes, S("a long passphrase")));
	assert_int_not_equal(secret_read(place->arena, place->other, NULL, NULL, &secret, &place->error), OK);
	write_file(place->other, S("thirty-two bytes and a line end\n\n"));
	assert_int_equal(secret_read(place->arena, place->other, NULL, NULL, &secret, &place->error), OK);
	assert_true(!secret.is_passphrase && secret.bytes.n == 33);
	assert_int_not_equal(secret_read(place->arena, NULL, NULL, "short", &secret, &place->error), OK);
	assert_int_equal(secret_read(place->arena, NULL, NULL, NULL, &secret, &place->error), OK);
	assert_int_equal(secret.bytes.n, 0);
}

/* A header that wants more of the machine than any that was written. */
static void test_a_header_does_not_take_the_machine(void **state)
{
	struct place *place = *state;
	struct backup_header header = {.is_passphrase = true, .stretching = stretching_new()}, read;
	struct buf text = buf_new(place->arena);

	header_write(&text, &header);
	assert_int_equal(header_parse(buf_str(&text), "a", &read, &place->error), OK);
	assert_int_equal(read.stretching.memory, 64 << 20);
	header.stretching.memory = (uint64_t)1 << 31;
	text = buf_new(place->arena);
	header_write(&text, &header);
	assert_int_equal(header_parse(buf_str(&text), "a", &read, &place->error), E_INVALID);
}

/* --- files --- */

static void test_nothing_is_overwritten(void **state)
{
	struct place *place = *state;
	struct seal_options options = {.path = place->file, .secret = &place->secret};
	SEAL seal = NULL;

	write_file(place->file, S("another"));
	assert_int_equal(seal_begin(&options, &seal, &place->error), E_CONFLICT);
	assert_true(str_eq(read_file(place, place->file), S("another")));
}

static void test_what_was_broken_off_leaves_nothing(void **state)
{
	struct place *place = *state;
	struct seal_options options = {.path = place->file, .secret = &place->secret};
	SEAL seal = NULL;

	assert_int_equal(seal_begin(&options, &seal, &place->error), OK);
	assert_int_equal(seal_put(seal, some_bytes(place, 100000, false), &place->error), OK);
	assert_int_not_equal(access(place->file, F_OK), 0); /* and see teardown() */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(test_any_length),
	    TEST(test_ends_at_a_chunk),
	    TEST(test_more_or_less_is_asked_for),
	    TEST(test_every_bit_counts),
	    TEST(test_every_cut_is_seen),
	    TEST(test_chunks_stay_in_order),
	    TEST(test_flips_in_a_long_file),
	    TEST(test_a_passphrase_opens),
	    TEST(test_secrets_are_files_of_their_owner),
	    TEST(test_a_header_does_not_take_the_machine),
	    TEST(test_nothing_is_overwritten),
	    TEST(test_what_was_broken_off_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
