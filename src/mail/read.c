#include "mail/read.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mail/sandbox.h"

enum { CHUNK = 1 << 16, SECONDS_MOST = 30 };

enum status mail_read_descriptor(struct arena *arena, int descriptor, size_t most, struct str *bytes,
				 struct error *error)
{
	struct buf read_in = buf_new_max(arena, most);
	char chunk[CHUNK];
	ssize_t n;

	while ((n = read(descriptor, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_fail(error, E_UNAVAILABLE, "", "read", N_("The mail cannot be read: %s"),
					  strerror(errno));
		buf_add(&read_in, (struct str){chunk, (size_t)n});
	}
	if (read_in.failed) /* read to its end all the same: whoever writes is to hear what was wrong with it */
		return error_fail(error, E_TOO_LARGE, "", "too_large", N_("A mail may have at most 25 MB"));
	*bytes = buf_str(&read_in);
	return OK;
}

enum status mail_read(struct arena *arena, struct str raw, struct mail_reading *reading, struct error *error)
{
	static const char *const command[] = {"/proc/self/exe", "mail-read", NULL};
	struct sandbox_work work = {
	    .command = command, .input = raw, .most = 8 * (size_t)MAIL_BYTES_MOST, .seconds = SECONDS_MOST};
	struct error own = {0};
	struct str packed;
	enum status status = sandbox_run(arena, &work, &packed, &own);

	*reading = (struct mail_reading){0};
	if (!status)
		status = mail_unpack(arena, packed, &reading->message, &own);
	if (status == E_UNAVAILABLE) {
		error_append(error, &own);
		return status;
	}
	if (status)
		*reading = (struct mail_reading){.unreadable = true};
	return OK;
}

static bool write_all(int descriptor, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(descriptor, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return false;
		bytes = str_sub(bytes, n > 0 ? (size_t)n : 0, bytes.n);
	}
	return true;
}

static bool read_and_pack(struct arena *arena, struct error *error)
{
	struct mail_message message;
	struct str raw;

	if (sandbox_enter(error) || mail_read_descriptor(arena, STDIN_FILENO, MAIL_BYTES_MOST, &raw, error))
		return false;
	mail_parse(arena, raw, &message);
	return write_all(STDOUT_FILENO, mail_pack(arena, &message));
}

void mail_read_child(void)
{
	struct error error = {0};
	char text[512];
	bool well = read_and_pack(arena_new(), &error);

	error_text(&error, text, sizeof(text));
	(void)write_all(STDERR_FILENO, str_of(text));
	_exit(well ? 0 : 1);
}
