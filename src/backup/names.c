#include "backup/names.h"

#include <stdio.h>
#include <string.h>

enum { MOMENT = 16, DIGITS = 10 };

static void moment_text(instant moment, char out[NAME_TEXT])
{
	struct civil civil = zone_civil(zone_open(S("UTC")), moment);

	snprintf(out, NAME_TEXT, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)civil.year % 10000,
		 (unsigned)civil.month % 100, (unsigned)civil.day % 100, (unsigned)civil.hour % 100,
		 (unsigned)civil.minute % 100, (unsigned)civil.second % 100);
}

static bool moment_parse(struct str text, instant *moment)
{
	char plain[TIME_TEXT];
	const char *p = text.p;

	if (text.n != MOMENT)
		return false;
	snprintf(plain, sizeof(plain), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", p, p + 4, p + 6, p + 9, p + 11, p + 13);
	return time_parse(str_of(plain), moment);
}

char *backup_name(instant moment, char out[NAME_TEXT])
{
	char text[NAME_TEXT];

	moment_text(moment, text);
	snprintf(out, NAME_TEXT, "kaname-%.16s.backup", text);
	return out;
}

char *journal_name(uint64_t number, instant until, char out[NAME_TEXT])
{
	char text[NAME_TEXT];

	moment_text(until, text);
	snprintf(out, NAME_TEXT, "kaname-%010llu-%.16s.journal", (unsigned long long)number, text);
	return out;
}

bool backup_named(struct str name, instant *moment)
{
	char again[NAME_TEXT];

	return str_starts(name, S("kaname-")) && name.n > 7 + MOMENT &&
	       moment_parse(str_sub(name, 7, 7 + MOMENT), moment) && str_is(name, backup_name(*moment, again));
}

bool journal_named(struct str name, uint64_t *number, instant *until)
{
	enum { AT = 7 + DIGITS + 1 };
	char again[NAME_TEXT];
	int64_t value;

	if (!str_starts(name, S("kaname-")) || name.n < AT + MOMENT ||
	    !str_int64(str_sub(name, 7, 7 + DIGITS), &value) || value < 1 ||
	    !moment_parse(str_sub(name, AT, AT + MOMENT), until))
		return false;
	*number = (uint64_t)value;
	return str_is(name, journal_name(*number, *until, again));
}
