/* The key to an object store, and where the store is. */
#include <stdlib.h>

#include "backup/secret.h"
#include "backup/shelf.h"

static const char *value_of(struct arena *arena, struct str text, const char *name)
{
	struct str line, key;

	while (text.n) {
		if (!str_cut(&text, '\n', &line)) {
			line = text;
			text = (struct str){0};
		}
		if (str_cut(&line, '=', &key) && str_is(str_trim(key), name))
			return str_c(arena, str_trim(line));
	}
	return NULL;
}

static enum status read_key(struct arena *arena, const char *path, struct shelf_access *access, struct error *error)
{
	struct str text;
	enum status status = secret_read_file(arena, path, &text, error);

	if (status)
		return status;
	access->key_id = value_of(arena, text, "aws_access_key_id");
	access->secret = value_of(arena, text, "aws_secret_access_key");
	access->session = value_of(arena, text, "aws_session_token");
	if (access->key_id && access->secret)
		return OK;
	return error_fail(error, E_INVALID, "backup_s3_key_file", "secret",
			  N_("%s must have the lines aws_access_key_id = ... and aws_secret_access_key = ..."), path);
}

enum status shelf_access_read(struct arena *arena, const char *endpoint, const char *region, const char *key_file,
			      struct shelf_access *access, struct error *error)
{
	*access = (struct shelf_access){.region = region ? region : "us-east-1"};
	access->endpoint =
	    endpoint ? endpoint : str_c(arena, str_format(arena, "https://s3.%s.amazonaws.com", access->region));
	if (key_file)
		return read_key(arena, key_file, access, error);
	access->key_id = getenv("AWS_ACCESS_KEY_ID");
	access->secret = getenv("AWS_SECRET_ACCESS_KEY");
	access->session = getenv("AWS_SESSION_TOKEN");
	return OK;
}
