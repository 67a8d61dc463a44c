#include "http/negotiate.h"

/* A q value in thousandths; what is malformed counts as not wanted. */
static int quality(struct str text)
{
	if (text.n == 0 || text.n > 5 || (text.p[0] != '0' && text.p[0] != '1'))
		return 0;
	int thousandths = (text.p[0] - '0') * 1000, unit = 100;
	for (size_t i = 1; i < text.n; i++) {
		if (i == 1) {
			if (text.p[i] != '.')
				return 0;
			continue;
		}
		if (text.p[i] < '0' || text.p[i] > '9')
			return 0;
		thousandths += (text.p[i] - '0') * unit;
		unit /= 10;
	}
	return thousandths > 1000 ? 0 : thousandths;
}

static int part_quality(struct str parameters)
{
	struct str piece;
	while (parameters.p && str_cut(&parameters, ';', &piece)) {
		piece = str_trim(piece);
		if (str_starts(piece, S("q=")) || str_starts(piece, S("Q=")))
			return quality(str_sub(piece, 2, piece.n));
	}
	return 1000;
}

enum http_encoding http_encoding_choose(struct str accept_encoding, unsigned available)
{
	static const char *const names[HTTP_ENCODINGS] = {"identity", "gzip", "br"};
	int wanted[HTTP_ENCODINGS] = {-1, -1, -1}, others = -1;
	struct str rest = accept_encoding, part;
	while (rest.p && str_cut(&rest, ',', &part)) {
		struct str parameters = part, coding;
		str_cut(&parameters, ';', &coding);
		coding = str_trim(coding);
		int q = part_quality(parameters);
		if (str_is(coding, "*"))
			others = q;
		for (int i = 0; i < HTTP_ENCODINGS; i++)
			if (str_eq_nocase(coding, str_of(names[i])) ||
			    (i == HTTP_GZIP && str_eq_nocase(coding, S("x-gzip"))))
				wanted[i] = q;
	}
	enum http_encoding best = HTTP_PLAIN;
	int best_q =
	    wanted[HTTP_PLAIN] >= 0 ? wanted[HTTP_PLAIN] : 1; /* never refused: there is nothing else to send */
	for (int i = HTTP_GZIP; i < HTTP_ENCODINGS; i++) {
		int q = wanted[i] >= 0 ? wanted[i] : others;
		if ((available & (1u << i)) && q > 0 && q >= best_q) {
			best = (enum http_encoding)i;
			best_q = q;
		}
	}
	return best;
}

bool http_etag_listed(struct str list, struct str etag, bool weak)
{
	bool etag_weak = str_starts(etag, S("W/"));
	if (str_is(str_trim(list), "*"))
		return true;
	if (etag.n == 0 || (etag_weak && !weak))
		return false;
	struct str opaque = etag_weak ? str_sub(etag, 2, etag.n) : etag;
	size_t at = 0;
	while (at < list.n) {
		bool tag_weak = str_starts(str_sub(list, at, list.n), S("W/"));
		size_t start = at + (tag_weak ? 2 : 0), end = start;
		if (start < list.n && list.p[start] == '"') {
			for (end = start + 1; end < list.n && list.p[end] != '"'; end++)
				;
			if (end++ < list.n && str_eq(str_sub(list, start, end), opaque) && (weak || !tag_weak))
				return true;
		}
		at = end > at ? end : at + 1;
		while (at < list.n && (list.p[at] == ' ' || list.p[at] == ',' || list.p[at] == '\t'))
			at++;
	}
	return false;
}
