/* A system that starts no program from memory: mail waits where it is, and whoever looks learns what is forbidden. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "mail/read.h"

static bool forbidden;

int __real_memfd_create(const char *name, unsigned flags);
int __wrap_memfd_create(const char *name, unsigned flags);

/* As a kernel does that is told vm.memfd_noexec=2. */
int __wrap_memfd_create(const char *name, unsigned flags)
{
	if (!forbidden)
		return __real_memfd_create(name, flags);
	errno = EACCES;
	return -1;
}

static void says_what_is_forbidden(void **state)
{
	ARENA arena = arena_new();
	struct mail_reading reading;
	struct error error = {0};
	char text[512];

	(void)state;
	forbidden = true;
	assert_int_equal(mail_read(arena, S("Subject: Waits\n\nx\n"), &reading, &error), E_UNAVAILABLE);
	error_text(&error, text, sizeof(text));
	assert_non_null(strstr(text, "vm.memfd_noexec"));
	assert_false(reading.unreadable);
}

static void reads_once_it_is_allowed(void **state)
{
	ARENA arena = arena_new();
	struct mail_reading reading;
	struct error error = {0};

	(void)state;
	forbidden = false;
	assert_int_equal(mail_read(arena, S("Subject: Waits\n\nx\n"), &reading, &error), OK);
	assert_true(str_is(reading.message.subject, "Waits"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_what_is_forbidden),
	    cmocka_unit_test(reads_once_it_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
