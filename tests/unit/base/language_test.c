#include "base/language.h"

#include "base/catalogue.h"

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

static void texts_are_translated(void **state)
{
	assert_string_equal(translate(JAPANESE, "A value is needed"), "値を入力してください");
	assert_string_equal(tr(JAPANESE, "There is no time zone \"%s\""), "「%s」というタイムゾーンはありません");
	assert_string_equal(translate(ENGLISH, "A value is needed"), "A value is needed");
	const char *unknown = "No catalogue has this";
	assert_ptr_equal(translate(JAPANESE, unknown), unknown);
	assert_string_equal(translate(JAPANESE, ""), "");
	assert_string_equal(translate(JAPANESE, NULL), "");
}

static void the_catalogue_is_sorted_and_each_text_is_found(void **state)
{
	assert_true(catalogue_ja_count >= 8);
	for (size_t i = 0; i < catalogue_ja_count; i++) {
		const struct catalogue_entry *entry = &catalogue_ja[i];
		if (i)
			assert_true(strcmp(catalogue_ja[i - 1].msgid, entry->msgid) < 0);
		assert_ptr_equal(translate(JAPANESE, entry->msgid), entry->msgstr);
		assert_true(str_is_utf8(str_of(entry->msgstr)));
	}
}

static void labels_fall_back_to_english(void **state)
{
	struct label both = {{S("Incident"), S("インシデント")}}, one = {{S("Incident"), {NULL, 0}}};
	assert_true(str_is(label_in(&both, JAPANESE), "インシデント"));
	assert_true(str_is(label_in(&both, ENGLISH), "Incident"));
	assert_true(str_is(label_in(&one, JAPANESE), "Incident"));
}

static void codes_are_read(void **state)
{
	assert_int_equal(language_parse(S("ja"), ENGLISH), JAPANESE);
	assert_int_equal(language_parse(S("ja-JP"), ENGLISH), JAPANESE);
	assert_int_equal(language_parse(S("JA_jp"), ENGLISH), JAPANESE);
	assert_int_equal(language_parse(S("en-GB"), JAPANESE), ENGLISH);
	assert_int_equal(language_parse(S("jav"), ENGLISH), ENGLISH);
	assert_int_equal(language_parse(S("j"), ENGLISH), ENGLISH);
	assert_int_equal(language_parse(S(""), JAPANESE), JAPANESE);
	assert_string_equal(language_code(ENGLISH), "en");
	assert_string_equal(language_code(JAPANESE), "ja");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_are_translated),
	    cmocka_unit_test(the_catalogue_is_sorted_and_each_text_is_found),
	    cmocka_unit_test(labels_fall_back_to_english),
	    cmocka_unit_test(codes_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
