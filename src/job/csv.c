#include "job/csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucnv.h>

enum { CHUNK = 64 << 10, DECODED = CHUNK * 3, TEXT_FIRST = 1024 };

struct csv_reader {
	struct arena *arena;
	const char *name;
	FILE *file;
	char separator;
	UConverter *from, *to; /* NULL: the bytes are UTF-8 */
	UChar *pivot;          /* half-converted text between two chunks */
	UChar *pivot_source, *pivot_target;
	char *raw; /* a chunk as it is in the file; only with a converter */
	const char *raw_at, *raw_end;
	char *data; /* decoded */
	size_t at, end;
	bool ended, failed_reading, failed_decoding;
	unsigned line;
	char *text; /* of the current row */
	size_t text_n, text_capacity;
	size_t *ends; /* where each cell ends in text */
	struct str *cells;
	size_t count, cell_capacity;
};

/* --- opening --- */

static enum status fault(const struct csv_reader *reader, struct error *error, unsigned line, const char *message)
{
	return error_fail(error, E_INVALID,
			  str_c(reader->arena, str_format(reader->arena, "%s:%u", reader->name, line)), "csv", message);
}

/* Valid as far as seen; *left: bytes of a character still expected. Overlong forms and the like are found later. */
static bool utf8_goes_on(const unsigned char *p, size_t n, unsigned *left)
{
	for (size_t i = 0; i < n; i++) {
		if (*left) {
			if ((p[i] & 0xc0) != 0x80)
				return false;
			(*left)--;
		} else if (p[i] >= 0x80) {
			if (p[i] < 0xc2 || p[i] > 0xf4)
				return false;
			*left = p[i] >= 0xf0 ? 3 : p[i] >= 0xe0 ? 2 : 1;
		}
	}
	return true;
}

static bool file_is_utf8(FILE *file)
{
	unsigned char bytes[4096];
	unsigned left = 0;
	size_t n;
	bool is = true;

	while (is && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		is = utf8_goes_on(bytes, n, &left);
	rewind(file);
	return is && !left;
}

static enum status open_converter(struct csv_reader *reader, struct error *error)
{
	UErrorCode code = U_ZERO_ERROR;

	reader->from = ucnv_open("windows-31j", &code);
	reader->to = ucnv_open("UTF-8", &code);
	if (reader->from)
		ucnv_setToUCallBack(reader->from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
	if (U_FAILURE(code))
		return error_fail(error, E_INTERNAL, "", "icu", N_("The converter of Shift_JIS is missing"));
	reader->pivot = reader->pivot_source = reader->pivot_target = arena_many(reader->arena, UChar, CHUNK);
	reader->raw = arena_alloc(reader->arena, CHUNK);
	reader->raw_at = reader->raw_end = reader->raw;
	return OK;
}

/* --- decoding: bytes of the file to UTF-8 in data --- */

static void read_plain(struct csv_reader *reader)
{
	reader->end = fread(reader->data, 1, CHUNK, reader->file);
	reader->failed_reading = ferror(reader->file) != 0;
	reader->ended = !reader->end;
}

static void read_converted(struct csv_reader *reader)
{
	char *target = reader->data;
	UErrorCode code = U_ZERO_ERROR;
	bool last;

	if (reader->raw_at == reader->raw_end) {
		reader->raw_at = reader->raw;
		reader->raw_end = reader->raw + fread(reader->raw, 1, CHUNK, reader->file);
		reader->failed_reading = ferror(reader->file) != 0;
	}
	last = reader->raw_at == reader->raw_end;
	ucnv_convertEx(reader->to, reader->from, &target, reader->data + DECODED, &reader->raw_at, reader->raw_end,
		       reader->pivot, &reader->pivot_source, &reader->pivot_target, reader->pivot + CHUNK, false, last,
		       &code);
	reader->end = (size_t)(target - reader->data);
	reader->failed_decoding = U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR;
	reader->ended = !reader->end && (last || reader->failed_decoding);
}

/* The next character without taking it; EOF at the end. */
static int peek(struct csv_reader *reader)
{
	while (reader->at == reader->end) {
		if (reader->ended || reader->failed_decoding || reader->failed_reading)
			return EOF;
		reader->at = reader->end = 0;
		if (reader->from)
			read_converted(reader);
		else
			read_plain(reader);
	}
	return (unsigned char)reader->data[reader->at];
}

static void skip_mark(struct csv_reader *reader)
{
	if (peek(reader) == 0xef && reader->end - reader->at >= 3 &&
	    !memcmp(reader->data + reader->at, "\xef\xbb\xbf", 3))
		reader->at += 3;
}

static char guess_separator(struct csv_reader *reader)
{
	static const char candidates[] = {',', ';', '\t'};
	size_t counts[sizeof(candidates)] = {0};
	bool quoted = false;
	size_t best = 0;

	peek(reader);
	for (size_t i = reader->at; i < reader->end && (quoted || reader->data[i] != '\n'); i++) {
		if (reader->data[i] == '"')
			quoted = !quoted;
		for (size_t j = 0; !quoted && j < sizeof(candidates); j++)
			counts[j] += reader->data[i] == candidates[j];
	}
	for (size_t j = 1; j < sizeof(candidates); j++)
		if (counts[j] > counts[best])
			best = j;
	return candidates[best];
}

static enum status open_stream(struct arena *arena, const char *name, FILE *file, const struct csv_format *format,
			       struct csv_reader **out, struct error *error)
{
	struct csv_reader *reader = arena_one(arena, struct csv_reader);
	enum csv_encoding encoding = format->encoding;
	enum status status;

	*reader = (struct csv_reader){.arena = arena, .name = name, .file = file, .line = 1};
	*out = reader;
	if (encoding == CSV_DETECT)
		encoding = file_is_utf8(file) ? CSV_UTF8 : CSV_SHIFT_JIS;
	reader->data = arena_alloc(arena, DECODED);
	reader->text = arena_alloc(arena, TEXT_FIRST);
	reader->text_capacity = TEXT_FIRST;
	if (encoding == CSV_SHIFT_JIS && (status = open_converter(reader, error)))
		return status;
	skip_mark(reader);
	reader->separator = format->separator ? format->separator : guess_separator(reader);
	return OK;
}

enum status csv_open_file(struct arena *arena, const char *path, const struct csv_format *format,
			  struct csv_reader **reader, struct error *error)
{
	FILE *file = fopen(path, "rbe");

	*reader = NULL;
	if (!file)
		return error_fail(error, errno == ENOENT ? E_NOT_FOUND : E_UNAVAILABLE, path, "file",
				  N_("The file cannot be read: %s"), strerror(errno));
	return open_stream(arena, path, file, format, reader, error);
}

enum status csv_open_bytes(struct arena *arena, const char *name, struct str bytes, const struct csv_format *format,
			   struct csv_reader **reader, struct error *error)
{
	FILE *file = bytes.n ? fmemopen((void *)bytes.p, bytes.n, "rb") : fopen("/dev/null", "rbe");

	*reader = NULL;
	if (!file)
		return error_fail(error, E_UNAVAILABLE, name, "file", N_("The file cannot be read: %s"),
				  strerror(errno));
	return open_stream(arena, name, file, format, reader, error);
}

void csv_close(struct csv_reader *reader)
{
	if (!reader)
		return;
	if (reader->file)
		fclose(reader->file);
	ucnv_close(reader->from);
	ucnv_close(reader->to);
	reader->file = NULL;
	reader->from = reader->to = NULL;
}

void csv_closep(struct csv_reader **reader)
{
	csv_close(*reader);
	*reader = NULL;
}

/* --- rows --- */

static int take(struct csv_reader *reader)
{
	int c = peek(reader);

	if (c == EOF)
		return EOF;
	reader->at++;
	if (c == '\n')
		reader->line++;
	return c;
}

static bool add(struct csv_reader *reader, int c)
{
	if (reader->text_n == CSV_ROW_MOST)
		return false;
	if (reader->text_n == reader->text_capacity) {
		size_t capacity = reader->text_capacity * 2;

		reader->text = arena_grow(reader->arena, reader->text, reader->text_capacity, capacity);
		reader->text_capacity = capacity;
	}
	reader->text[reader->text_n++] = (char)c;
	return true;
}

static bool end_cell(struct csv_reader *reader)
{
	if (reader->count == CSV_CELLS_MOST)
		return false;
	if (reader->count == reader->cell_capacity) {
		size_t capacity = reader->cell_capacity ? reader->cell_capacity * 2 : 64;

		reader->ends = arena_grow(reader->arena, reader->ends, reader->cell_capacity * sizeof(size_t),
					  capacity * sizeof(size_t));
		reader->cells = arena_grow(reader->arena, reader->cells, reader->cell_capacity * sizeof(struct str),
					   capacity * sizeof(struct str));
		reader->cell_capacity = capacity;
	}
	reader->ends[reader->count++] = reader->text_n;
	return true;
}

static void skip_line(struct csv_reader *reader)
{
	int c;

	do
		c = take(reader);
	while (c != EOF && c != '\n');
}

/* What stands after the closing quote; NULL when it is right. */
static const char *quoted_cell(struct csv_reader *reader)
{
	for (;;) {
		int c = take(reader);

		if (c == EOF)
			return N_("The quotes are not closed");
		if (c == '"' && peek(reader) != '"')
			break;
		if (c == '"')
			take(reader);
		if (!add(reader, c))
			return N_("The row is too long");
	}
	int next = peek(reader);
	if (next == EOF || next == reader->separator || next == '\n' || next == '\r')
		return NULL;
	return N_("Something stands after the closing quotes");
}

/* Takes the cell and what ends it; *ended: it was the row's last. */
static const char *one_cell(struct csv_reader *reader, bool *ended)
{
	const char *message = NULL;
	bool quoted = peek(reader) == '"';

	if (quoted) {
		take(reader);
		if ((message = quoted_cell(reader)))
			return message;
	}
	for (;;) {
		int c = take(reader);

		*ended = c == EOF || c == '\n';
		if (*ended || c == reader->separator)
			return end_cell(reader) ? NULL : N_("The row has too many cells");
		if (c == '\r' && (peek(reader) == '\n' || peek(reader) == EOF))
			continue;
		if (!c)
			return N_("The row has a byte that is no text");
		if (!add(reader, c))
			return N_("The row is too long");
	}
}

/* Each by itself: halves of a character on both sides of a separator would make a whole one together. */
static bool cells_are_utf8(const struct csv_reader *reader)
{
	size_t from = 0;

	for (size_t i = 0; i < reader->count; i++) {
		if (!str_is_utf8((struct str){reader->text + from, reader->ends[i] - from}))
			return false;
		from = reader->ends[i];
	}
	return true;
}

static const char *one_row(struct csv_reader *reader)
{
	bool ended = false;

	reader->text_n = reader->count = 0;
	while (!ended) {
		const char *message = one_cell(reader, &ended);

		if (message)
			return message;
	}
	return cells_are_utf8(reader) ? NULL : N_("The text is not UTF-8");
}

enum status csv_next(struct csv_reader *reader, struct csv_row *row, bool *more, struct error *error)
{
	unsigned line = reader->line;
	const char *message;
	size_t from = 0;

	*more = peek(reader) != EOF;
	*row = (struct csv_row){.line = line};
	message = *more ? one_row(reader) : NULL;
	if (reader->failed_reading)
		return error_fail(error, E_UNAVAILABLE, reader->name, "file", N_("The file cannot be read: %s"),
				  strerror(EIO));
	if (reader->failed_decoding && reader->at == reader->end) {
		reader->failed_decoding = false;
		reader->ended = true;
		*more = true;
		return fault(reader, error, reader->line,
			     N_("The text is not in the encoding that it should be in; the rest is not read"));
	}
	if (message) {
		if (reader->line == line || reader->at == 0 || reader->data[reader->at - 1] != '\n')
			skip_line(reader);
		return fault(reader, error, line, message);
	}
	for (size_t i = 0; *more && i < reader->count; i++) {
		reader->cells[i] = (struct str){reader->text + from, reader->ends[i] - from};
		from = reader->ends[i];
	}
	row->cells = reader->cells;
	row->count = *more ? reader->count : 0;
	return OK;
}

enum status csv_header(struct csv_reader *reader, struct csv_row *header, struct error *error)
{
	struct str *names;
	bool more;
	enum status status = csv_next(reader, header, &more, error);

	if (status)
		return status;
	if (!more || csv_is_blank(header))
		return fault(reader, error, 1, N_("There is no line of names"));
	while (header->count && !str_trim(header->cells[header->count - 1]).n)
		header->count--;
	names = arena_many(reader->arena, struct str, header->count);
	for (size_t i = 0; i < header->count; i++)
		names[i] = str_dup(reader->arena, str_trim(header->cells[i]));
	header->cells = names;
	return OK;
}

struct str csv_cell(const struct csv_row *row, size_t column)
{
	return column < row->count ? row->cells[column] : (struct str){0};
}

bool csv_is_blank(const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (str_trim(row->cells[i]).n)
			return false;
	return true;
}
