/* What each printed page of a record tells on top, as a style sheet: only a style sheet can put it onto every page.
 * Fetched by the record's page, and used when that is printed. */
#include "record/access.h"
#include "record/read.h"
#include "web/pages.h"
#include "web/show.h"

/* Whatever could end a CSS string, or the sheet itself, by its code. */
static void add_string(struct buf *css, struct str text)
{
	buf_add_char(css, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == '<' || c == 0x7f)
			buf_format(css, "\\%x ", c);
		else
			buf_add_char(css, text.p[i]);
	}
	buf_add_char(css, '"');
}

static struct str told(struct visit *visit, struct show *show, const struct field *field, struct value value)
{
	if (field->kind == FIELD_DATETIME)
		return words_day(&visit->h, zone_day(visit->h.zone, value.number), DAY_FULL);
	return show_value(show, field, value);
}

static struct str on_the_right(struct visit *visit, struct show *show, const struct record *record)
{
	struct buf text = buf_new(visit->arena);

	if (record->state)
		buf_add(&text, words_of(visit, &record->state->label));
	for (size_t i = 0; i < record->type->paper_count; i++) {
		const struct field *field = record->type->paper[i];
		struct value value = record_value(record, field);

		if (value_is_empty(value) || !access_reads_field(visit->actor, field))
			continue;
		buf_format(&text, "%s%.*s %.*s", text.n ? " · " : "", STR_ARG(words_of(visit, &field->label)),
			   STR_ARG(told(visit, show, field, value)));
	}
	return buf_str(&text);
}

static enum status write_sheet(struct visit *visit, struct buf *css)
{
	READER connection = NULL;
	struct record *record;
	struct show show = show_new(visit);
	int64_t identity;
	enum status status;

	if (!kernel_parse_number(visit->kernel, http_parameter(visit->request, "number"), &identity))
		return error_fail(&visit->error, E_NOT_FOUND, "", "not_found", N_("There is no such record"));
	if ((status = visit_reader(visit, &connection)) ||
	    (status =
		 read_record(visit->kernel, connection, visit->arena, visit->actor, identity, &record, &visit->error)))
		return status;
	for (size_t i = 0; i < record->type->paper_count; i++)
		show_need(&show, record_value(record, record->type->paper[i]));
	if ((status = show_look_up(&show, connection)))
		return status;
	buf_add_c(css, "@page { @top-left { font-size: 8pt; content: ");
	add_string(css, str_format(visit->arena, "%.*s  %.*s", STR_ARG(number_text(visit, identity)),
				   STR_ARG(show_title(visit, record))));
	buf_add_c(css, "; } @top-right { font-size: 8pt; content: ");
	add_string(css, on_the_right(visit, &show, record));
	buf_add_c(css, "; } }\n");
	return OK;
}

void send_paper(struct http_request *request, struct http_response *response)
{
	struct buf css = buf_new(request->arena);
	VISIT visit = {0};
	enum status status;

	if (!visit_start(&visit, request, response))
		return;
	if ((status = write_sheet(&visit, &css)))
		visit_refuse(&visit, status);
	else
		http_body(response, "text/css; charset=utf-8", buf_str(&css));
}
