/* Included before everything by clang-tidy, whose analyzer cannot see from outside that error_add() returns the status
 * that it was given. */
#include "base/error.h"

static inline enum status analyzer_status(enum status status)
{
	return status;
}

#define error_add(error, status, ...) ((void)error_add((error), (status), __VA_ARGS__), analyzer_status(status))
#define error_add_at(error, status, ...) ((void)error_add_at((error), (status), __VA_ARGS__), analyzer_status(status))
