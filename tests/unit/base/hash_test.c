#include "base/hash.h"

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int start(void **state)
{
	return hash_start() ? 0 : -1;
}

static void digests_are_blake2b_256(void **state)
{
	char hex[HASH_BYTES * 2 + 1];
	hash_hex(hash_bytes((struct str){NULL, 0}), hex);
	assert_string_equal(hex, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	hash_hex(hash_bytes(S("abc")), hex);
	assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void lists_of_parts_do_not_collide(void **state)
{
	const struct str lists[][3] = {
	    {S("ab"), S("c"), S("")}, {S("a"), S("bc"), S("")}, {S("abc"), S(""), S("")},
	    {S(""), S("abc"), S("")}, {S("ab"), S(""), S("c")},
	};
	struct hash hashes[5 * 4];
	size_t count = 0;
	for (size_t i = 0; i < 5; i++)
		for (size_t n = 0; n <= 3; n++)
			if (i == 0 || n >= 2 || (n == 1 && (i == 1 || i == 2 || i == 3)))
				hashes[count++] = hash_parts(lists[i], n);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			if (hash_eq(hashes[i], hashes[j]) != (i == j))
				fail_msg("%zu and %zu", i, j);
	/* The encoding that the header states. */
	assert_true(hash_eq(hash_parts(lists[0], 2), hash_bytes(S("\2\0\0\0\0\0\0\0ab\1\0\0\0\0\0\0\0c"))));
}

static struct hash node(struct hash left, struct hash right)
{
	struct str parts[] = {
	    S("node"), {(const char *)left.bytes, HASH_BYTES}, {(const char *)right.bytes, HASH_BYTES}};
	return hash_parts(parts, 3);
}

static void merkle_roots_are_those_of_the_tree(void **state)
{
	struct hash h[7], copy[7];
	for (int i = 0; i < 7; i++)
		h[i] = hash_bytes(str_sub(S("0123456"), (size_t)i, (size_t)i + 1));
#define ROOT(n) (memcpy(copy, h, sizeof(h)), hash_merkle(copy, (n)))
	struct hash h01 = node(h[0], h[1]), h23 = node(h[2], h[3]), h45 = node(h[4], h[5]);
	assert_true(hash_eq(ROOT(0), hash_bytes(S(""))));
	assert_true(hash_eq(ROOT(1), h[0]));
	assert_true(hash_eq(ROOT(2), h01));
	assert_true(hash_eq(ROOT(3), node(h01, h[2])));
	assert_true(hash_eq(ROOT(4), node(h01, h23)));
	assert_true(hash_eq(ROOT(5), node(node(h01, h23), h[4])));
	assert_true(hash_eq(ROOT(7), node(node(h01, h23), node(h45, h[6]))));
#undef ROOT
}

static void secrets_differ(void **state)
{
	char a[TOKEN_TEXT], b[TOKEN_TEXT];
	secret_new(a);
	secret_new(b);
	assert_int_equal(strlen(a), 43);
	assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
	assert_string_not_equal(a, b);
}

static void passwords_match_only_themselves(void **state)
{
	struct error error = {0};
	char encoded[PASSWORD_HASH_TEXT], again[PASSWORD_HASH_TEXT];
	assert_int_equal(password_hash(S("合言葉"), encoded, &error), OK);
	assert_int_equal(password_hash(S("合言葉"), again, &error), OK);
	assert_memory_equal(encoded, "$argon2id$", 10);
	assert_string_not_equal(encoded, again);
	assert_true(password_matches(S("合言葉"), encoded));
	assert_false(password_matches(S("合言"), encoded));
	assert_false(password_matches((struct str){NULL, 0}, encoded));
	assert_false(password_matches(S("x"), ""));
	assert_false(password_matches(S("x"), "plain"));
	memset(again, 'x', sizeof(again) - 1);
	again[sizeof(again) - 1] = 0;
	assert_false(password_matches(S("x"), again));
}

struct place {
	char directory[64], file[80];
};

static void make_place(struct place *place)
{
	strcpy(place->directory, "/tmp/hash_test.XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->file, sizeof(place->file), "%s/key", place->directory);
}

static void remove_place(struct place *place)
{
	unlink(place->file);
	/* Only succeeds when nothing else was left behind. */
	assert_int_equal(rmdir(place->directory), 0);
}

static void a_signing_key_is_made_once(void **state)
{
	struct place place;
	struct signing_key key, again;
	struct error error = {0};
	struct stat about;
	unsigned char signature[SIGNATURE_BYTES];
	make_place(&place);
	assert_int_equal(signing_key_open(place.file, &key, &error), OK);
	assert_int_equal(signing_key_open(place.file, &again, &error), OK);
	assert_memory_equal(&key, &again, sizeof(key));
	assert_int_equal(stat(place.file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	signing_key_sign(&again, S("root"), signature);
	assert_true(signature_matches(key.public_key, S("root"), signature));
	assert_false(signature_matches(key.public_key, S("toor"), signature));
	signature[7] ^= 1;
	assert_false(signature_matches(key.public_key, S("root"), signature));
	remove_place(&place);
}

static void refuse(const char *file)
{
	struct signing_key key;
	struct error error = {0};
	assert_int_equal(signing_key_open(file, &key, &error), E_INTERNAL);
	assert_int_equal(error.status, E_INTERNAL);
	assert_string_equal(error.items[0].arguments[0], file);
}

static void a_key_file_that_is_wrong_is_refused(void **state)
{
	static const char *const contents[] = {
	    "",
	    "00",
	    "000000000000000000000000000000000000000000000000000000000000000g\n",
	    "0000000000000000000000000000000000000000000000000000000000000000x",
	    "0000000000000000000000000000000000000000000000000000000000000000\n\n",
	};
	struct place place;
	struct signing_key key;
	struct error error = {0};
	make_place(&place);
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		FILE *file = fopen(place.file, "w");
		assert_non_null(file);
		assert_int_equal(fchmod(fileno(file), 0600), 0);
		fputs(contents[i], file);
		fclose(file);
		refuse(place.file);
	}
	unlink(place.file);
	assert_int_equal(signing_key_open(place.file, &key, &error), OK);
	assert_int_equal(chmod(place.file, 0640), 0);
	refuse(place.file);
	refuse(place.directory);
	remove_place(&place);
	refuse(place.file); /* its directory is gone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digests_are_blake2b_256),
	    cmocka_unit_test(lists_of_parts_do_not_collide),
	    cmocka_unit_test(merkle_roots_are_those_of_the_tree),
	    cmocka_unit_test(secrets_differ),
	    cmocka_unit_test(passwords_match_only_themselves),
	    cmocka_unit_test(a_signing_key_is_made_once),
	    cmocka_unit_test(a_key_file_that_is_wrong_is_refused),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
