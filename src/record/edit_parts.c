/* What is stored beside the row: files and search terms. */
#include "record/edit_run.h"

#include "record/search_terms.h"

enum { FILE_MOST = 25 << 20, FILES_MOST = 20, NAME_MOST = 255 };

/* --- files --- */

static enum status check_file(const struct attachment_input *file, struct error *error)
{
	if (!file->name.n || file->name.n > NAME_MOST || !str_is_utf8(file->name) || !file->media_type.n ||
	    file->media_type.n > NAME_MOST)
		return error_fail(error, E_INVALID, "attachments", "name", N_("A file needs a name and a media type"));
	if (file->bytes.n > FILE_MOST)
		return error_fail(error, E_TOO_LARGE, "attachments", "too_large", N_("A file may have at most 25 MB"));
	return OK;
}

enum status edit_take_files(struct edit *edit, struct error *error)
{
	const struct edit_request *request = edit->request;
	enum status status;

	if (request->attachment_count > FILES_MOST)
		return error_fail(error, E_TOO_LARGE, "attachments", "too_many", N_("At most 20 files at once"));
	if (request->attachment_count)
		edit->file_hashes = arena_many(edit->arena, struct hash, request->attachment_count);
	for (size_t i = 0; i < request->attachment_count; i++) {
		if ((status = check_file(&request->attachments[i], error)))
			return status;
		edit->file_hashes[i] =
		    edit->prepared ? edit->prepared->file_hashes[i] : hash_bytes(request->attachments[i].bytes);
	}
	return OK;
}

/* A content is stored once, however many records it is attached to. */
static enum status write_blob(struct edit *edit, struct str hash, struct str bytes, struct error *error)
{
	STATEMENT statement = NULL;
	enum status status = store_prepare(edit->connection,
					   S("INSERT INTO kaname_blob (hash, size, bytes) VALUES (?, ?, ?) "
					     "ON CONFLICT DO NOTHING"),
					   &statement, error);

	if (status)
		return status;
	bind_blob(statement, hash);
	bind_int(statement, (int64_t)bytes.n);
	bind_blob(statement, bytes.n ? bytes : S(""));
	return store_run(statement, error);
}

static enum status write_file(struct edit *edit, size_t index, int64_t event, struct error *error)
{
	const struct attachment_input *file = &edit->request->attachments[index];
	struct str key = {(const char *)edit->file_hashes[index].bytes, HASH_BYTES};
	STATEMENT statement = NULL;
	enum status status = write_blob(edit, key, file->bytes, error);

	if (status)
		return status;
	status = store_prepare(edit->connection,
			       S("INSERT INTO kaname_attachment (record, event, name, media_type, size, hash, public, "
				 "created_at, created_by) VALUES (?,?,?,?,?,?,?,?,?)"),
			       &statement, error);
	if (status)
		return status;
	bind_int(statement, edit->after->identity);
	bind_int(statement, event);
	bind_text(statement, file->name);
	bind_text(statement, file->media_type);
	bind_int(statement, (int64_t)file->bytes.n);
	bind_blob(statement, key);
	bind_int(statement, edit->comment_is_public);
	bind_int(statement, edit->at);
	bind_int(statement, edit->who);
	return store_run(statement, error);
}

enum status edit_write_attachments(struct edit *edit, int64_t event, struct error *error)
{
	const struct edit_request *request = edit->request;
	enum status status = OK;

	for (size_t i = 0; i < request->attachment_count && !status; i++)
		status = write_file(edit, i, event, error);
	return status;
}

/* --- search --- */

static enum status write_record_terms(struct edit *edit, struct error *error)
{
	bool differs = !edit->before;
	struct search_terms old, now;
	const struct known_texts *known = edit->prepared ? &edit->prepared->known : NULL;

	for (size_t i = 0; i < edit->plan->searched.count && !differs; i++)
		differs = edit_field_differs(edit, edit->plan->searched.items[i]);
	if (!differs)
		return OK;
	if (edit->before)
		old = search_terms_of(edit->kernel, edit->arena, edit->before, NULL);
	now = search_terms_of(edit->kernel, edit->arena, edit->after, known);
	return store_search_put(edit->connection, SEARCH_RECORDS, edit->after->identity, edit->before ? &old : NULL,
				&now, error);
}

enum status edit_write_search(struct edit *edit, int64_t event, struct error *error)
{
	enum status status = write_record_terms(edit, error);
	struct search_terms terms;

	if (status || !edit->request->comment.n)
		return status;
	terms = search_terms_of_comment(edit->arena, edit->request->comment, edit->comment_is_public,
					edit->prepared ? &edit->prepared->known : NULL);
	return store_search_put(edit->connection, SEARCH_EVENTS, event, NULL, &terms, error);
}
