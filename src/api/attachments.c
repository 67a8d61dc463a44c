/* Files of a record. Sent as multipart/form-data: parts named "file", and optionally "public" = true. */
#include "api/operations.h"
#include "behaviour/log_reading.h"

static const char *const no_parameters[] = {NULL};

static void attachment_json(struct buf *json, const struct shown *shown, const struct call *call,
			    const struct attachment *file)
{
	char hash[HASH_BYTES * 2 + 1], number[NUMBER_TEXT];

	hash_hex(file->hash, hash);
	buf_format(json, "{\"id\":%lld,\"name\":", (long long)file->identity);
	buf_add_json_string(json, file->name);
	buf_add(json, S(",\"media_type\":"));
	buf_add_json_string(json, file->media_type);
	buf_format(json, ",\"size\":%lld,\"hash\":\"%s\",\"public\":%s,\"created_at\":", (long long)file->size, hash,
		   file->is_public ? "true" : "false");
	json_time(json, file->created_at);
	buf_add(json, S(",\"created_by\":"));
	json_number(json, shown, file->created_by);
	buf_format(json, ",\"url\":\"/api/v1/%.*s/%s/attachments/%lld\"}", STR_ARG(call->type->collection),
		   kernel_number(call->kernel, file->record, number), (long long)file->identity);
}

static enum status attachments_json(struct call *call, int64_t only_event, struct buf *json)
{
	struct shown shown = shown_new(call->kernel, call->arena);
	READER connection = NULL;
	struct record *record;
	struct attachment *files;
	size_t count;
	bool first = true;
	enum status status;

	if ((status = call_reader(call, &connection)) || (status = call_record(call, connection, &record)) ||
	    (status = read_attachments(call->kernel, connection, call->arena, call->actor, record, &files, &count,
				       &call->error)))
		return status;
	for (size_t i = 0; i < count; i++)
		shown_need(&shown, files[i].created_by);
	if ((status = shown_look_up(&shown, connection, call->actor, &call->error)))
		return status;
	buf_add(json, S("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		if (only_event && files[i].event != only_event)
			continue;
		if (!first)
			buf_add_char(json, ',');
		first = false;
		attachment_json(json, &shown, call, &files[i]);
	}
	buf_add(json, S("]}"));
	return OK;
}

void api_get_attachments(struct http_request *request, struct http_response *response)
{
	struct buf json = buf_new(request->arena);
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	if ((status = attachments_json(&call, 0, &json)))
		call_refuse(&call, status);
	else
		call_answer(&call, 200, &json);
}

static void answer_attached(struct call *call, struct edit_batch *batch)
{
	struct buf json = buf_new(call->arena);
	enum status status = attachments_json(call, batch->results[0].event, &json);

	if (status)
		call_refuse(call, status);
	else
		call_answer(call, 201, &json);
}

static enum status read_files(struct call *call, struct edit_request *edit)
{
	struct attachment_input *files;
	struct http_form form;
	enum status status = http_form_body(call->request, &form, &call->error);

	if (status)
		return status;
	files = arena_many(call->arena, struct attachment_input, form.count + 1);
	for (size_t i = 0; i < form.count; i++) {
		const struct http_field *field = &form.fields[i];

		if (str_is(field->name, "public") && !field->file_name.p)
			edit->comment_is_public = str_is(field->value, "true");
		else if (str_is(field->name, "file") && field->file_name.n)
			files[edit->attachment_count++] =
			    (struct attachment_input){field->file_name, field->media_type, field->value};
		else
			return error_fail_at(&call->error, E_SYNTAX, field->name, "unknown",
					     N_("Parts named file, and public, are expected"));
	}
	edit->attachments = files;
	if (!edit->attachment_count)
		return error_fail(&call->error, E_INVALID, "file", "required", N_("Choose a file"));
	return OK;
}

void api_attach(struct http_request *request, struct http_response *response)
{
	struct edit_batch *batch;
	struct edit_request *edit;
	CALL call = {0};
	enum status status;

	if (!call_start_edit(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	batch = batch_new(&call, 1);
	edit = batch_request(batch, 0);
	*edit = (struct edit_request){.type = call.type, .record = call.identity, .via = VIA_API, .at = INSTANT_NONE};
	if ((status = read_files(&call, edit)))
		call_refuse(&call, status);
	else
		call_edit(&call, batch, answer_attached);
}

static enum status find_file(struct call *call, struct attachment **file, struct str *bytes)
{
	READER connection = NULL;
	struct record *record;
	struct error unseen = {0};
	int64_t identity = 0;
	enum status status;

	if ((status = call_reader(call, &connection)) ||
	    (status = read_record(call->kernel, connection, call->arena, call->actor, call->identity, &record,
				  &call->error)))
		return status;
	/* Whether a file is of another record, hidden or absent is not told apart. */
	status = str_int64(http_parameter(call->request, "attachment"), &identity)
		     ? read_attachment_bytes(call->kernel, connection, call->arena, call->actor, identity, file, bytes,
					     &unseen)
		     : E_NOT_FOUND;
	if (status && status != E_NOT_FOUND) {
		error_append(&call->error, &unseen);
		return status;
	}
	if (!status && (*file)->record == call->identity) {
		log_reading(call->kernel, connection, call->arena, call->actor, record, READ_FILE, call->now);
		return OK;
	}
	return error_fail(&call->error, E_NOT_FOUND, "", "not_found", N_("There is no such file"));
}

void api_get_attachment(struct http_request *request, struct http_response *response)
{
	struct attachment *file;
	struct str bytes;
	CALL call = {0};
	enum status status;

	if (!call_start(&call, request, response, CALL_RECORD) || !call_allows(&call, no_parameters))
		return;
	if ((status = find_file(&call, &file, &bytes))) {
		call_refuse(&call, status);
		return;
	}
	http_attachment(response, file->name, "application/octet-stream", bytes);
}
