#include "mail/read.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mail/reader_program.h"
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
	static const char *const command[] = {"kaname-mail-read", NULL};
	struct sandbox_work work = {.program = {mail_reader_program, mail_reader_program_size},
				    .command = command,
				    .input = raw,
				    .most = 8 * (size_t)MAIL_BYTES_MOST,
				    .seconds = SECONDS_MOST};
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
