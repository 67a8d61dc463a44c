#include "record/digest_link.h"

enum { CODE_TEXT = (SIGNATURE_BYTES * 4 + 2) / 3 + 1 };

/* Apart from whatever else the key signs. */
static struct str message_of(struct arena *arena, struct str person)
{
	return str_format(arena, "kaname digest link\n%.*s", STR_ARG(person));
}

struct str digest_link_sign(const struct kernel *kernel, struct arena *arena, int64_t person)
{
	unsigned char signature[SIGNATURE_BYTES];
	char number[NUMBER_TEXT], code[CODE_TEXT];

	if (!kernel->has_key)
		return (struct str){0};
	kernel_number(kernel, person, number);
	signing_key_sign(&kernel->key, message_of(arena, str_of(number)), signature);
	code_text(signature, sizeof(signature), code, sizeof(code));
	return str_format(arena, "/digest/%s.%s", number, code);
}

bool digest_link_read(const struct kernel *kernel, struct arena *arena, struct str text, int64_t *person)
{
	unsigned char signature[SIGNATURE_BYTES];
	size_t dot;

	if (!kernel->has_key || !str_find_char(text, '.', &dot) ||
	    !kernel_parse_number(kernel, str_sub(text, 0, dot), person))
		return false;
	return code_bytes(str_sub(text, dot + 1, text.n), signature, sizeof(signature)) &&
	       signature_matches(kernel->key.public_key, message_of(arena, str_sub(text, 0, dot)), signature);
}
