#include "query/token.h"

#include <stdio.h>
#include <string.h>

struct scanner {
	struct arena *arena;
	struct str source;
	size_t at;
	size_t column_at; /* up to where column has been counted */
	uint32_t column;
	struct error *error;
};

enum { ARGUMENT_MOST = 60 };

static const char *argument_text(const struct str *argument, char out[ARGUMENT_MOST + 8])
{
	if (!argument)
		return NULL;
	size_t n = str_head(*argument, ARGUMENT_MOST).n;
	if (n > 0)
		memcpy(out, argument->p, n);
	memcpy(out + n, n < argument->n ? "..." : "\0\0\0", sizeof("..."));
	return out;
}

enum status expression_fail(struct error *error, uint32_t column, const char *message, const struct str *second,
			    const struct str *third)
{
	char at[16], second_text[ARGUMENT_MOST + 8], third_text[ARGUMENT_MOST + 8];
	snprintf(at, sizeof(at), "%u", column);
	return error_add(error, E_SYNTAX, "filter", "expression", message, at, argument_text(second, second_text),
			 argument_text(third, third_text), NULL);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Names are ASCII, but a person may type any letters; as one word they make a better message. */
static bool is_word(char c)
{
	return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

static char peek(const struct scanner *scanner, size_t at)
{
	return at < scanner->source.n ? scanner->source.p[at] : '\0';
}

/* Bytes of white space: ASCII, or the ideographic space that Japanese keyboards type. */
static size_t blank(const struct scanner *scanner, size_t at)
{
	char c = peek(scanner, at);
	if (c && strchr(" \t\r\n", c))
		return 1;
	return str_starts(str_sub(scanner->source, at, scanner->source.n), S("\xe3\x80\x80")) ? 3 : 0;
}

static uint32_t column_of(struct scanner *scanner, size_t at)
{
	for (; scanner->column_at < at; scanner->column_at++) {
		if (((unsigned char)scanner->source.p[scanner->column_at] & 0xc0) != 0x80)
			scanner->column++;
	}
	return scanner->column;
}

static size_t digits_end(const struct scanner *scanner, size_t at)
{
	while (is_digit(peek(scanner, at)))
		at++;
	return at;
}

/* 2026-11-23, or 0 when something else stands there. */
static size_t date_end(const struct scanner *scanner, size_t at)
{
	static const char shape[] = "dddd-dd-dd";
	for (size_t i = 0; shape[i]; i++) {
		char c = peek(scanner, at + i);
		if (shape[i] == 'd' ? !is_digit(c) : c != shape[i])
			return 0;
	}
	return at + sizeof(shape) - 1;
}

static size_t time_end(const struct scanner *scanner, size_t at)
{
	at++; /* the T */
	while (is_digit(peek(scanner, at)) || peek(scanner, at) == ':')
		at++;
	if (peek(scanner, at) == '.' && is_digit(peek(scanner, at + 1)))
		at = digits_end(scanner, at + 1);
	char sign = peek(scanner, at);
	if (sign == 'Z' || sign == 'z')
		return at + 1;
	if ((sign == '+' || sign == '-') && is_digit(peek(scanner, at + 1))) {
		at++;
		while (is_digit(peek(scanner, at)) || peek(scanner, at) == ':')
			at++;
	}
	return at;
}

/* 2h30m, or 0 when something else stands there. */
static size_t duration_end(const struct scanner *scanner, size_t at)
{
	size_t end = 0;
	while (is_digit(peek(scanner, at))) {
		size_t unit = digits_end(scanner, at);
		if (!peek(scanner, unit) || !strchr("wdhms", peek(scanner, unit)))
			return 0;
		end = at = unit + 1;
	}
	return end && !is_word(peek(scanner, end)) ? end : 0;
}

static size_t scan_digits(const struct scanner *scanner, struct token *token)
{
	size_t end = date_end(scanner, scanner->at);
	if (end) {
		bool time = peek(scanner, end) == 'T' || peek(scanner, end) == 't';
		token->kind = time ? TOKEN_TIME : TOKEN_DATE;
		return time ? time_end(scanner, end) : end;
	}
	end = duration_end(scanner, scanner->at);
	if (end) {
		token->kind = TOKEN_DURATION;
		return end;
	}
	token->kind = TOKEN_NUMBER;
	end = digits_end(scanner, scanner->at);
	if (peek(scanner, end) == '.' && is_digit(peek(scanner, end + 1)))
		end = digits_end(scanner, end + 1);
	while (is_word(peek(scanner, end))) { /* 24x7: a word that begins with a digit */
		token->kind = TOKEN_WORD;
		end++;
	}
	return end;
}

static size_t scan_word(const struct scanner *scanner, struct token *token)
{
	size_t end = scanner->at;
	bool upper = is_upper(peek(scanner, end));
	while (is_word(peek(scanner, end)) && !blank(scanner, end)) {
		char c = peek(scanner, end);
		upper = upper && (is_upper(c) || is_digit(c) || c == '_');
		end++;
	}
	token->kind = TOKEN_WORD;
	if (upper && peek(scanner, end) == '-' && is_digit(peek(scanner, end + 1))) {
		token->kind = TOKEN_RECORD;
		end = digits_end(scanner, end + 1);
	}
	return end;
}

/* A quote inside is written twice. */
static enum status scan_text(struct scanner *scanner, struct token *token, size_t *end)
{
	char quote = peek(scanner, scanner->at);
	struct buf text = buf_new(scanner->arena);
	for (size_t at = scanner->at + 1; at < scanner->source.n; at++) {
		char c = scanner->source.p[at];
		if (c == quote && peek(scanner, at + 1) == quote) {
			at++;
		} else if (c == quote) {
			token->kind = TOKEN_TEXT;
			token->text = buf_str(&text);
			*end = at + 1;
			return OK;
		}
		buf_add_char(&text, c);
	}
	return expression_fail(scanner->error, token->column, N_("Column %s: this quote is not closed"), NULL, NULL);
}

static enum status scan_symbol(struct scanner *scanner, struct token *token, size_t *end)
{
	char c = peek(scanner, scanner->at), next = peek(scanner, scanner->at + 1);
	token->kind = TOKEN_SYMBOL;
	if ((c == '!' || c == '<' || c == '>') && next == '=') {
		*end = scanner->at + 2;
		return OK;
	}
	if (c && strchr("(),.=<>+-", c)) {
		*end = scanner->at + 1;
		return OK;
	}
	return expression_fail(scanner->error, token->column, N_("Column %s: '%s' means nothing here"),
			       &(struct str){scanner->source.p + scanner->at, 1}, NULL);
}

static enum status scan_next(struct scanner *scanner, struct token *token)
{
	for (size_t n; (n = blank(scanner, scanner->at)) > 0;)
		scanner->at += n;
	*token = (struct token){
	    .kind = TOKEN_END, .column = column_of(scanner, scanner->at), .begin = scanner->at, .end = scanner->at};
	if (scanner->at == scanner->source.n)
		return OK;
	char c = peek(scanner, scanner->at);
	size_t end = scanner->at;
	enum status status = OK;
	if (c == '\'' || c == '"')
		status = scan_text(scanner, token, &end);
	else if (is_digit(c))
		end = scan_digits(scanner, token);
	else if (is_word(c))
		end = scan_word(scanner, token);
	else
		status = scan_symbol(scanner, token, &end);
	if (status)
		return status;
	if (token->kind != TOKEN_TEXT)
		token->text = str_sub(scanner->source, scanner->at, end);
	scanner->at = token->end = end;
	return OK;
}

enum status token_split(struct arena *arena, struct str source, struct token **tokens, struct error *error)
{
	struct scanner scanner = {.arena = arena, .source = source, .column = 1, .error = error};
	VEC(struct token) found = {0};
	struct token token;
	do {
		enum status status = scan_next(&scanner, &token);
		if (status)
			return status;
		vec_push(arena, &found, token);
	} while (token.kind != TOKEN_END);
	*tokens = found.items;
	return OK;
}
