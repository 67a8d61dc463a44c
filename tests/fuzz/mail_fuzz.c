/* Any bytes as a mail: always read to the end, within the limits, and the same after the way through the pipe. */
#include <stdlib.h>

#include "mail/message.h"
#include "mail/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_)
{
	if (!true_)
		abort();
}

static void must_be_text(struct str text)
{
	must(str_is_utf8(text));
	for (size_t i = 0; i < text.n; i++)
		must((unsigned char)text.p[i] >= 0x20 || text.p[i] == '\n' || text.p[i] == '\t');
}

/* What is new and what is folded away is all that there was. */
static void split(struct str text)
{
	struct quote_parts parts = quote_split(text, true);

	must(parts.fresh.n + parts.folded.n <= text.n);
	must(parts.fresh.n || !str_trim(text).n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	struct mail_message message, again;
	struct error error = {0};

	mail_parse(arena, (struct str){(const char *)data, size}, &message);
	must_be_text(message.text);
	must_be_text(message.subject);
	must_be_text(message.from.name);
	must(message.file_count <= MAIL_FILES_MOST && message.to_count <= MAIL_ADDRESSES_MOST);
	for (size_t i = 0; i < message.file_count; i++) {
		size_t at;

		must_be_text(message.files[i].name);
		must(message.files[i].name.n && !str_find_char(message.files[i].name, '/', &at));
	}
	split(message.text);
	must(!mail_unpack(arena, mail_pack(arena, &message), &again, &error));
	must(str_eq(again.text, message.text) && again.file_count == message.file_count);
	return 0;
}
