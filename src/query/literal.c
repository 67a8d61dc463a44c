/* Written values, read as what the other side of the comparison holds. */
#include <string.h>

#include "query/parser.h"

#include "base/duration.h"
#include "base/fold.h"

/* What a field of this kind wants to be compared with, for messages. */
static const char *expectation(enum value_kind kind)
{
	switch (kind) {
	case VALUE_BOOLEAN:
		return N_("Column %s: '%s' is compared with true or false");
	case VALUE_INTEGER:
		return N_("Column %s: '%s' is compared with a whole number");
	case VALUE_DECIMAL:
		return N_("Column %s: '%s' is compared with a number");
	case VALUE_MONEY:
		return N_("Column %s: '%s' is compared with an amount such as 1000 or 1000 JPY");
	case VALUE_TEXT:
		return N_("Column %s: '%s' is compared with text in quotes");
	case VALUE_DATE:
		return N_("Column %s: '%s' is compared with a date such as 2026-11-23 or today");
	case VALUE_TIME:
		return N_("Column %s: '%s' is compared with a time such as 2026-11-23T09:00:00Z or now - 7d");
	case VALUE_DURATION:
		return N_("Column %s: '%s' is compared with a duration such as 4h");
	case VALUE_RECORD:
		return N_("Column %s: '%s' is compared with a record: its number, or its key in quotes");
	default:
		return N_("Column %s: '%s' can only be empty or not empty");
	}
}

static struct str operand_name(const struct query_node *node)
{
	return node->op == QUERY_PATH ? node->steps[node->step_count - 1]->name : clock_part(node);
}

static bool number_value(const struct term *term, enum value_kind kind, struct value *value)
{
	int64_t number;
	bool read = kind == VALUE_INTEGER ? str_int64(term->text, &number) : decimal_parse(term->text, &number);
	if (term->kind != TERM_NUMBER || term->currency || !read)
		return false;
	*value = value_number(kind, number);
	return true;
}

/* 1000, 1000 JPY or "1000 JPY". Without a currency the amount alone is compared: the literal is a decimal. */
static bool money_value(const struct term *term, struct value *value)
{
	struct str amount = term->text, currency = {0};
	if (term->kind == TERM_TEXT) {
		currency = str_trim(amount);
		str_cut(&currency, ' ', &amount);
		currency = str_trim(currency);
	} else if (term->currency) {
		currency = term->currency->text;
	}
	int64_t number;
	if ((term->kind != TERM_NUMBER && term->kind != TERM_TEXT) || !decimal_parse(amount, &number) ||
	    (currency.n != 0 && currency.n != 3))
		return false;
	*value = value_number(currency.n ? VALUE_MONEY : VALUE_DECIMAL, number);
	if (currency.n)
		memcpy(value->currency, currency.p, 3);
	return true;
}

static bool moment_value(const struct term *term, struct value *value)
{
	int32_t day;
	instant at;
	if ((term->kind == TERM_DATE || term->kind == TERM_TEXT) && day_parse(term->text, &day))
		*value = value_number(VALUE_DATE, day); /* beside a time as well: whose day it is shows later */
	else if ((term->kind == TERM_TIME || term->kind == TERM_TEXT) && time_parse(term->text, &at))
		*value = value_time(at);
	else
		return false;
	return true;
}

static bool duration_value(const struct term *term, struct value *value)
{
	int64_t ms = term->number;
	struct duration duration;
	if (term->kind == TERM_TEXT && duration_parse(term->text, &duration))
		ms = duration_ms(duration);
	else if ((term->kind != TERM_DURATION && term->kind != TERM_WORD) || !bare_duration(term->text, &ms))
		return false;
	*value = value_number(VALUE_DURATION, ms);
	return true;
}

/* *to is set when the text is a key, or a number, that has to be looked up. */
static bool record_value(struct parser *parser, const struct query_node *with, const struct term *term,
			 struct value *value, const struct query_type **to)
{
	int64_t identity;
	const struct query_type *type = with->to;
	bool is_key = type && type->shows_keys && term->kind == TERM_WORD;
	if (!type || (term->kind != TERM_RECORD && term->kind != TERM_TEXT && !is_key))
		return false;
	if (type->parse_number && type->parse_number(type, term->text, &identity)) {
		*value = value_record(identity);
		return true;
	}
	/* A model is read before its types know their numbers: then the text is looked at again when it is evaluated.
	 */
	if (type->parse_number && (term->kind == TERM_RECORD || with->steps[with->step_count - 1]->is_number))
		return false;
	*value = value_text(fold_nfc(parser->arena, term->text));
	*to = type;
	return true;
}

static bool literal_value(struct parser *parser, const struct query_node *with, const struct term *term,
			  struct value *value, const struct query_type **to)
{
	switch (with->kind) {
	case VALUE_BOOLEAN:
		*value = value_boolean(str_is(term->text, "true"));
		return term->kind == TERM_BOOLEAN;
	case VALUE_INTEGER:
	case VALUE_DECIMAL:
		return number_value(term, with->kind, value);
	case VALUE_MONEY:
		return money_value(term, value);
	case VALUE_TEXT:
		*value = value_text(fold_nfc(parser->arena, term->text));
		return term->kind == TERM_TEXT;
	case VALUE_DATE:
	case VALUE_TIME:
		return moment_value(term, value);
	case VALUE_DURATION:
		return duration_value(term, value);
	case VALUE_RECORD:
		return record_value(parser, with, term, value, to);
	default:
		return false;
	}
}

/* me, now and the like, when the kind asks for them; QUERY_LITERAL otherwise. */
static enum query_op word_op(const struct term *term, enum value_kind with)
{
	if (with == VALUE_RECORD && term->kind == TERM_ME)
		return QUERY_ME;
	if (with == VALUE_RECORD && term->kind == TERM_MY_GROUPS)
		return QUERY_MY_GROUPS;
	if (with == VALUE_RECORD && term->kind == TERM_MY_CUSTOMER)
		return QUERY_MY_CUSTOMER;
	if ((with == VALUE_DATE || with == VALUE_TIME) && (term->kind == TERM_NOW || term->kind == TERM_TODAY))
		return QUERY_NOW;
	return QUERY_LITERAL;
}

static enum value_kind word_kind(const struct term *term)
{
	if (term->kind == TERM_NOW)
		return VALUE_TIME;
	return term->kind == TERM_TODAY ? VALUE_DATE : VALUE_RECORD;
}

enum status literal_make(struct parser *parser, const struct query_node *with, const struct term *term,
			 struct query_node **node)
{
	struct value value = {0};
	const struct query_type *to = with->to;
	const struct query_type *key_of = NULL;
	enum query_op op = word_op(term, with->kind);
	if (op == QUERY_LITERAL && term->currency && with->kind != VALUE_MONEY)
		return parser_fail_with(parser, term->currency->column, N_("Column %s: '%s' is not expected here"),
					term->currency->text);
	if (op == QUERY_LITERAL && !literal_value(parser, with, term, &value, &key_of))
		return parser_fail_with(parser, term->column, expectation(with->kind), operand_name(with));
	enum status status = node_new(parser, op, term->column, 0, node);
	if (status)
		return status;
	(*node)->literal = value;
	(*node)->kind = op == QUERY_LITERAL ? value.kind : word_kind(term);
	(*node)->offset = term->number;
	(*node)->to = value.kind == VALUE_RECORD || op != QUERY_LITERAL ? to : key_of;
	return OK;
}
