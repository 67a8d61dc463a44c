#include "query/query.h"
#include "query/token.h"

/* The byte at which a column begins; the end of the text for one behind it. */
static size_t byte_of(struct str text, int64_t column)
{
	size_t at = 0;

	while (at < text.n && (column > 1 || ((unsigned char)text.p[at] & 0xc0) == 0x80))
		column -= ((unsigned char)text.p[at++] & 0xc0) != 0x80;
	return at;
}

/* A character at least, up to the end of the word that begins there. */
static size_t end_of(struct arena *arena, struct str text, size_t at)
{
	struct token *tokens;
	struct error error = {0};
	size_t end = at + 1;

	if (at < text.n && (text.p[at] == '"' || text.p[at] == '\''))
		end = text.n; /* unless it is closed */
	if (str_is_utf8(text) && !token_split(arena, text, &tokens, &error))
		for (const struct token *token = tokens; token->kind != TOKEN_END; token++)
			if (token->begin <= at && at < token->end)
				end = token->end;
	while (end < text.n && ((unsigned char)text.p[end] & 0xc0) == 0x80)
		end++;
	return end < text.n ? end : text.n;
}

bool query_error_place(struct arena *arena, struct str text, const struct error *error, struct query_place *place)
{
	const struct error_item *item = &error->items[0];
	int64_t column;
	size_t at, end;

	if (!error->count || !item->arguments[0] || !str_int64(str_of(item->arguments[0]), &column) || column < 1 ||
	    !str_starts(str_of(item->message), S("Column %s:")))
		return false;
	at = byte_of(text, column);
	end = end_of(arena, text, at);
	*place = (struct query_place){.column = column,
				      .before = str_sub(text, 0, at),
				      .wrong = str_sub(text, at, end),
				      .after = str_sub(text, end, text.n)};
	return true;
}
