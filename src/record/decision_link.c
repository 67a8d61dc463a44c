#include "record/decision_link.h"

#include <stdio.h>

enum { DAYS = 14, MESSAGE_MOST = 96, CODE_TEXT = (SIGNATURE_BYTES * 4 + 2) / 3 + 1 };

instant decision_link_until(instant now)
{
	return now + DAYS * (int64_t)DAY;
}

/* Apart from whatever else the key signs. */
static struct str message_of(const struct decision_link *link, char out[MESSAGE_MOST])
{
	int n = snprintf(out, MESSAGE_MOST, "kaname decision link\n%lld-%lld-%lld", (long long)link->record,
			 (long long)link->person, (long long)(link->until / SECOND));

	return (struct str){out, (size_t)n};
}

static bool is_decision(const struct kernel *kernel, int64_t record)
{
	const struct type *type = kernel_type_of(kernel, record);

	return type && type->portal && type->portal->part == PORTAL_DECISION;
}

struct str decision_link_sign(const struct kernel *kernel, struct arena *arena, const struct decision_link *link)
{
	unsigned char signature[SIGNATURE_BYTES];
	char message[MESSAGE_MOST], code[CODE_TEXT];

	if (!kernel->has_key || !link->person || !is_decision(kernel, link->record))
		return (struct str){0};
	signing_key_sign(&kernel->key, message_of(link, message), signature);
	code_text(signature, sizeof(signature), code, sizeof(code));
	return str_format(arena, "/decide/%lld-%lld-%lld-%s", (long long)link->record, (long long)link->person,
			  (long long)(link->until / SECOND), code);
}

static bool take_number(struct str *rest, int64_t *number)
{
	size_t dash;
	bool ok =
	    str_find_char(*rest, '-', &dash) && dash > 0 && str_int64(str_sub(*rest, 0, dash), number) && *number > 0;

	if (ok)
		*rest = str_sub(*rest, dash + 1, rest->n);
	return ok;
}

bool decision_link_read(const struct kernel *kernel, struct str text, struct decision_link *link)
{
	unsigned char signature[SIGNATURE_BYTES];
	char message[MESSAGE_MOST];
	int64_t until;

	if (!kernel->has_key || !take_number(&text, &link->record) || !take_number(&text, &link->person) ||
	    !take_number(&text, &until) || until > INT64_MAX / SECOND)
		return false;
	link->until = until * SECOND;
	return code_bytes(text, signature, sizeof(signature)) &&
	       signature_matches(kernel->key.public_key, message_of(link, message), signature) &&
	       is_decision(kernel, link->record);
}
