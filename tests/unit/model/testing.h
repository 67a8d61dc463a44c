/* What the tests of the model share. */
#ifndef TEST_MODEL_TESTING_H
#define TEST_MODEL_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"

/* The error has an item at this place whose text contains this part. */
static inline void assert_fault(const struct error *error, const char *where, const char *part)
{
	char text[512];

	for (size_t i = 0; i < error->count; i++) {
		error_item_text(&error->items[i], error->items[i].message, text, sizeof(text));
		if (!strcmp(error->items[i].field, where) && strstr(text, part))
			return;
	}
	for (size_t i = 0; i < error->count; i++) {
		error_item_text(&error->items[i], error->items[i].message, text, sizeof(text));
		print_error("%s: %s\n", error->items[i].field, text);
	}
	fail_msg("no fault at %s with \"%s\"", where, part);
}

#endif
