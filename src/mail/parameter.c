#include "mail/parameter.h"

#include "mail/charset.h"
#include "mail/words.h"

enum { PIECES_MOST = 100, VALUE_MOST = 4000 };

struct piece {
	struct str name, value; /* of an unquoted value its bytes, of a quoted one what stands in the quotes */
	size_t at;              /* in the order of pieces */
	bool percent;           /* it says so by a star at its end */
};

/* --- the header --- */

static size_t quoted_end(struct str rest)
{
	size_t at = 1;

	while (at < rest.n && rest.p[at] != '"')
		at += rest.p[at] == '\\' ? 2 : 1;
	return at < rest.n ? at : rest.n;
}

static struct str without_backslashes(struct arena *arena, struct str text)
{
	struct buf out = buf_new(arena);

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n)
			i++;
		buf_add_char(&out, text.p[i]);
	}
	return buf_str(&out);
}

/* "name=value;" in front of *rest. False at its end. */
static bool next(struct arena *arena, struct str *rest, struct piece *piece)
{
	size_t equals, end;

	if (!str_find_char(*rest, '=', &equals))
		return false;
	*piece = (struct piece){.name = str_trim(str_sub(*rest, 0, equals))};
	if (str_find_char(piece->name, ';', &end)) /* one without a value in front of it */
		piece->name = str_trim(str_sub(piece->name, end + 1, piece->name.n));
	*rest = str_trim(str_sub(*rest, equals + 1, rest->n));
	if (str_starts(*rest, S("\""))) {
		end = quoted_end(*rest);
		piece->value = without_backslashes(arena, str_sub(*rest, 1, end));
		*rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
		end = str_find_char(*rest, ';', &end) ? end : rest->n;
	} else {
		end = str_find_char(*rest, ';', &end) ? end : rest->n;
		piece->value = str_trim(str_sub(*rest, 0, end));
	}
	*rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
	return true;
}

/* "filename*2*": the name that is wanted, the place 2, percent. */
static bool is_of(struct piece *piece, struct str wanted)
{
	struct str rest = str_sub(piece->name, wanted.n, piece->name.n);
	int64_t at = 0;

	if (!str_eq_nocase(str_sub(piece->name, 0, wanted.n), wanted) || (rest.n && rest.p[0] != '*'))
		return false;
	if ((piece->percent = rest.n && str_ends(rest, S("*"))))
		rest = str_sub(rest, 0, rest.n - 1);
	if (rest.n && (!str_int64(str_sub(rest, 1, rest.n), &at) || at < 0 || at >= PIECES_MOST))
		return false;
	piece->at = (size_t)at;
	return true;
}

/* --- its value --- */

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

static void add_percent(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		int high = text.p[i] == '%' && i + 2 < text.n ? hex(text.p[i + 1]) : -1;
		int low = high >= 0 ? hex(text.p[i + 2]) : -1;

		buf_add_char(out, low >= 0 ? (char)(high << 4 | low) : text.p[i]);
		i += low >= 0 ? 2 : 0;
	}
}

/* "label'language'" in front of the first piece. */
static struct str take_label(struct str *value)
{
	struct str label;
	size_t first, second;

	if (!str_find_char(*value, '\'', &first) || !str_find_char(str_sub(*value, first + 1, value->n), '\'', &second))
		return (struct str){0};
	label = str_sub(*value, 0, first);
	*value = str_sub(*value, first + 1 + second + 1, value->n);
	return label;
}

struct str parameter_of(struct arena *arena, struct str header, struct str name)
{
	struct piece *pieces = arena_many(arena, struct piece, PIECES_MOST), piece;
	struct buf bytes = buf_new_max(arena, VALUE_MOST);
	struct str rest = header, label = {0};
	bool percent = false;
	size_t at;

	rest = str_find_char(rest, ';', &at) ? str_sub(rest, at + 1, rest.n) : (struct str){0};
	while (next(arena, &rest, &piece))
		if (is_of(&piece, name) && (!pieces[piece.at].name.n || (piece.percent && !pieces[piece.at].percent)))
			pieces[piece.at] = piece; /* the first; one that says its characters before one that does not */
	percent = pieces[0].percent;
	if (percent)
		label = take_label(&pieces[0].value);
	for (size_t i = 0; i < PIECES_MOST && pieces[i].name.n; i++)
		if (pieces[i].percent)
			add_percent(&bytes, pieces[i].value);
		else
			buf_add(&bytes, pieces[i].value);
	return percent ? words_on_one_line(arena, charset_to_utf8(arena, buf_str(&bytes), label))
		       : words_decode(arena, buf_str(&bytes));
}
