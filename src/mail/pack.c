#include <string.h>

#include "mail/message.h"

/* Each text is its length (8 bytes, of this machine: both ends are this program) and its bytes. */
static void put_number(struct buf *out, uint64_t number)
{
	buf_add(out, (struct str){(const char *)&number, sizeof(number)});
}

static void put(struct buf *out, struct str text)
{
	put_number(out, text.n);
	buf_add(out, text);
}

struct str mail_pack(struct arena *arena, const struct mail_message *message)
{
	struct buf out = buf_new_max(arena, 8 * (size_t)MAIL_BYTES_MOST);

	put(&out, message->id);
	put(&out, message->in_reply_to);
	put_number(&out, message->reference_count);
	for (size_t i = 0; i < message->reference_count; i++)
		put(&out, message->references[i]);
	put(&out, message->from.name);
	put(&out, message->from.address);
	put_number(&out, message->to_count);
	for (size_t i = 0; i < message->to_count; i++) {
		put(&out, message->to[i].name);
		put(&out, message->to[i].address);
	}
	put(&out, message->subject);
	put(&out, message->authentication);
	put(&out, message->mark);
	put_number(&out, message->nature);
	put(&out, message->text);
	put_number(&out, message->file_count);
	for (size_t i = 0; i < message->file_count; i++) {
		put(&out, message->files[i].name);
		put(&out, message->files[i].media_type);
		put(&out, message->files[i].bytes);
	}
	put_number(&out, message->cut || out.failed);
	return buf_str(&out);
}

struct unpacking {
	struct str rest;
	bool failed;
};

static uint64_t take_number(struct unpacking *from, uint64_t most)
{
	uint64_t number = 0;

	if (from->rest.n < sizeof(number)) {
		from->failed = true;
		return 0;
	}
	memcpy(&number, from->rest.p, sizeof(number));
	from->rest = str_sub(from->rest, sizeof(number), from->rest.n);
	if (number > most) {
		from->failed = true;
		return 0;
	}
	return number;
}

static struct str take(struct unpacking *from)
{
	size_t n = take_number(from, from->rest.n);
	struct str text;

	if (from->failed || n > from->rest.n) {
		from->failed = true;
		return (struct str){0};
	}
	text = str_sub(from->rest, 0, n);
	from->rest = str_sub(from->rest, n, from->rest.n);
	return text;
}

static struct str take_text(struct unpacking *from)
{
	struct str text = take(from);

	from->failed = from->failed || !str_is_utf8(text);
	return text;
}

static struct mail_address take_address(struct unpacking *from)
{
	struct mail_address address;

	address.name = take_text(from);
	address.address = take_text(from);
	return address;
}

static void take_files(struct arena *arena, struct unpacking *from, struct mail_message *message)
{
	message->file_count = take_number(from, MAIL_FILES_MOST);
	message->files = arena_many(arena, struct mail_file, message->file_count + 1);
	for (size_t i = 0; i < message->file_count; i++) {
		message->files[i].name = take_text(from);
		message->files[i].media_type = take_text(from);
		message->files[i].bytes = take(from);
	}
}

enum status mail_unpack(struct arena *arena, struct str bytes, struct mail_message *message, struct error *error)
{
	struct unpacking from = {.rest = bytes};

	*message = (struct mail_message){0};
	message->id = take_text(&from);
	message->in_reply_to = take_text(&from);
	message->reference_count = take_number(&from, MAIL_REFERENCES_MOST);
	message->references = arena_many(arena, struct str, message->reference_count + 1);
	for (size_t i = 0; i < message->reference_count; i++)
		message->references[i] = take_text(&from);
	message->from = take_address(&from);
	message->to_count = take_number(&from, MAIL_ADDRESSES_MOST);
	message->to = arena_many(arena, struct mail_address, message->to_count + 1);
	for (size_t i = 0; i < message->to_count; i++)
		message->to[i] = take_address(&from);
	message->subject = take_text(&from);
	message->authentication = take_text(&from);
	message->mark = take_text(&from);
	message->nature = (enum mail_nature)take_number(&from, MAIL_NATURES - 1);
	message->text = take_text(&from);
	take_files(arena, &from, message);
	message->cut = take_number(&from, 1);
	if (from.failed || from.rest.n)
		return error_fail(error, E_INTERNAL, "", "mail", N_("The mail could not be read"));
	return OK;
}
