/* base/fold.h in SQL: what contains() and starts() compare. The database has composition and case from ICU as well;
 * what case folding does beyond lower case is rare, and is looked for once. tests/unit/store/postgres_test.c compares
 * every character with fold_text(). */
#include "store/postgres.h"

#define HIRAGANA                                                                                                                                                             \
	"ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶ" \
	"ぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖゝゞ"
#define KATAKANA                                                                                                                                                             \
	"ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブ" \
	"プヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶヽヾ"
#define FUNCTION(head) "CREATE OR REPLACE FUNCTION " head " LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS "

/* What is ignored wherever it stands: joiners, selectors, marks of direction. */
#define IGNORED                                                                                                        \
	"\\u00AD\\u034F\\u061C\\u115F-\\u1160\\u17B4-\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E"             \
	"\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF\\uFFF0-\\uFFF8\\U0001BCA0-\\U0001BCA3\\U0001D173-\\U0001D17A"           \
	"\\U000E0000-\\U000E0FFF"
/* Greek with an iota below, sharp s, Cherokee, old Cyrillic: folded to something else than their lower case. */
#define PECULIAR                                                                                                       \
	"\\u0345\\u00DF\\u1E9E\\u13A0-\\u13FD\\u1C80-\\u1C88\\uAB70-\\uABBF\\u1F80-\\u1FAF\\u1FB2-\\u1FB7\\u1FBC"      \
	"\\u1FC2-\\u1FC7\\u1FCC\\u1FF2-\\u1FF7\\u1FFC"
/* Characters from one number on, and as many from another. */
#define SHIFTED(sql, first, last, to)                                                                                  \
	"translate(" sql ", (SELECT string_agg(chr(i), '' ORDER BY i) FROM generate_series(" #first ", " #last         \
	") i), "                                                                                                       \
	"(SELECT string_agg(chr(i), '' ORDER BY i) FROM generate_series(" #to ", " #to " + " #last " - " #first        \
	") i))"

const char *const pg_fold_functions[] = {
    FUNCTION("kaname_kana(t text) RETURNS text") "$$ SELECT translate(t, '" HIRAGANA "', '" KATAKANA "') $$",
    FUNCTION("kaname_peculiar(t text) RETURNS text") "$$ SELECT " SHIFTED(
	SHIFTED("lower(replace(replace(normalize(replace(normalize(regexp_replace(translate(t, "
		"U&'\\1C80\\1C81\\1C82\\1C83\\1C84\\1C85\\1C86\\1C87\\1C88', "
		"U&'\\0432\\0434\\043E\\0441\\0442\\0442\\044A\\0463\\A64B'), '[" IGNORED
		"]', '', 'g'), NFD), U&'\\0345', U&'\\03B9'), NFC), U&'\\00DF', 'ss'), "
		"U&'\\1E9E', 'ss') COLLATE \"und-x-icu\")",
		43888, 43967, 5024),
	5112, 5117, 5104) " $$",
    FUNCTION("kaname_lower(t text) RETURNS text") "$$ SELECT translate(CASE WHEN t ~ '[" PECULIAR IGNORED
						  "]' THEN kaname_peculiar(t) ELSE lower(t COLLATE \"und-x-icu\") END, "
						  "U&'\\03C2', U&'\\03C3') $$",
    FUNCTION("kaname_fold(t text) RETURNS text") "$$ SELECT (CASE WHEN octet_length(t) = length(t) THEN lower(t "
						 "COLLATE \"C\") ELSE "
						 "kaname_kana(normalize(kaname_lower(normalize(kaname_kana(normalize(t,"
						 " NFC)), NFKC)), NFKC)) END) COLLATE \"C\" $$",
    NULL,
};
