#include "record/decision_link.h"

#include <stdio.h>

enum { DAYS = 14, WORDS_MOST = 2 * NUMBER_TEXT + 32, CODE_TEXT = (SIGNATURE_BYTES * 4 + 2) / 3 + 1 };

instant decision_link_until(instant now)
{
	return now + DAYS * (int64_t)DAY;
}

/* What stands in the address before the signature: "APR-12.PER-4.1767225600". */
static struct str words_of(const struct kernel *kernel, const struct decision_link *link, char out[WORDS_MOST])
{
	char record[NUMBER_TEXT], person[NUMBER_TEXT];
	int n = snprintf(out, WORDS_MOST, "%s.%s.%lld", kernel_number(kernel, link->record, record),
			 kernel_number(kernel, link->person, person), (long long)(link->until / SECOND));

	return (struct str){out, (size_t)n};
}

/* Apart from whatever else the key signs. */
static struct str message_of(struct arena *arena, struct str words)
{
	return str_format(arena, "kaname decision link\n%.*s", STR_ARG(words));
}

static bool is_decision(const struct kernel *kernel, int64_t record)
{
	const struct type *type = kernel_type_of(kernel, record);

	return type && type->portal && type->portal->part == PORTAL_DECISION;
}

struct str decision_link_sign(const struct kernel *kernel, struct arena *arena, const struct decision_link *link)
{
	unsigned char signature[SIGNATURE_BYTES];
	char room[WORDS_MOST], code[CODE_TEXT];
	struct str words;

	if (!kernel->has_key || !link->person || !is_decision(kernel, link->record))
		return (struct str){0};
	words = words_of(kernel, link, room);
	signing_key_sign(&kernel->key, message_of(arena, words), signature);
	code_text(signature, sizeof(signature), code, sizeof(code));
	return str_format(arena, "/decide/%.*s.%s", STR_ARG(words), code);
}

static bool take_word(struct str *rest, struct str *word)
{
	size_t dot;

	if (!str_find_char(*rest, '.', &dot) || !dot)
		return false;
	*word = str_sub(*rest, 0, dot);
	*rest = str_sub(*rest, dot + 1, rest->n);
	return true;
}

bool decision_link_read(const struct kernel *kernel, struct arena *arena, struct str text, struct decision_link *link)
{
	unsigned char signature[SIGNATURE_BYTES];
	struct str rest = text, record, person, until;

	if (!kernel->has_key || !take_word(&rest, &record) || !take_word(&rest, &person) || !take_word(&rest, &until) ||
	    !kernel_parse_number(kernel, record, &link->record) ||
	    !kernel_parse_number(kernel, person, &link->person) || !str_int64(until, &link->until) || link->until < 0 ||
	    link->until > INT64_MAX / SECOND || !is_decision(kernel, link->record))
		return false;
	link->until *= SECOND;
	return code_bytes(rest, signature, sizeof(signature)) &&
	       signature_matches(kernel->key.public_key, message_of(arena, str_sub(text, 0, text.n - rest.n - 1)),
				 signature);
}
