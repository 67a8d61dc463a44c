/* Small files that people attach: an excerpt of a log, a picture of an error. Made here, byte by byte. */
#include "app/demo_world.h"

enum { WIDTH = 120, HEIGHT = 75 };

static uint32_t crc_of(struct str bytes)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < bytes.n; i++) {
		crc ^= (unsigned char)bytes.p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? (crc >> 1) ^ UINT32_C(0xedb88320) : crc >> 1;
	}
	return ~crc;
}

static uint32_t adler_of(struct str bytes)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		a = (a + (unsigned char)bytes.p[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void add_number(struct buf *out, uint32_t number)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(number >> shift & 0xff));
}

static void add_chunk(struct buf *out, struct str name, struct str content)
{
	size_t from = out->n + 4;

	add_number(out, (uint32_t)content.n);
	buf_add(out, name);
	buf_add(out, content);
	add_number(out, crc_of(str_sub(buf_str(out), from, out->n)));
}

/* A window with a title, a few lines of text and a red message, as palette indexes. */
static int pixel(int x, int y, int variant)
{
	if (y < 9)
		return 1;
	if (x > 22 && x < 98 && y > 26 && y < 52)
		return y > 36 && y < 41 && x > 30 && x < 60 + variant * 5 ? 3 : 2;
	return (y % 6 < 2 && x > 6 && x < 40 + (y * 7 + variant * 13) % 70) ? 4 : 0;
}

static struct str picture(struct arena *arena, int variant)
{
	struct buf out = buf_new(arena), head = buf_new(arena), raw = buf_new(arena), packed = buf_new(arena);

	for (int y = 0; y < HEIGHT; y++) {
		buf_add_char(&raw, 0);
		for (int x = 0; x < WIDTH; x++)
			buf_add_char(&raw, (char)pixel(x, y, variant));
	}
	add_number(&head, WIDTH);
	add_number(&head, HEIGHT);
	buf_add(&head, S("\x08\x03\0\0\0"));
	/* One stored block: the picture is small. */
	buf_add(&packed, S("\x78\x01\x01"));
	buf_add_char(&packed, (char)(raw.n & 0xff));
	buf_add_char(&packed, (char)(raw.n >> 8 & 0xff));
	buf_add_char(&packed, (char)(~raw.n & 0xff));
	buf_add_char(&packed, (char)(~raw.n >> 8 & 0xff));
	buf_add(&packed, buf_str(&raw));
	add_number(&packed, adler_of(buf_str(&raw)));
	buf_add(&out, S("\x89PNG\r\n\x1a\n"));
	add_chunk(&out, S("IHDR"), buf_str(&head));
	add_chunk(&out, S("PLTE"), S("\xf4\xf6\xf8\x2f\x5d\x8a\xff\xff\xff\xc6\x28\x28\x9a\xa5\xb1"));
	add_chunk(&out, S("IDAT"), buf_str(&packed));
	add_chunk(&out, S("IEND"), (struct str){0});
	return buf_str(&out);
}

static struct str log_text(struct demo_life *life)
{
	static const char *const lines[] = {
	    "connection reset by peer", "timeout waiting for reply", "retrying",
	    "authentication failed",    "queue length over limit",   "service restarted"};
	struct buf out = buf_new(life->world->arena);
	instant at = life->reported - 20 * MINUTE;
	char time[TIME_TEXT];

	for (int i = 0; i < 12; i++) {
		at += chance_between(&life->world->chance, 3, 80) * SECOND;
		buf_format(&out, "%s %.*s: %s\n", time_format(at, time), STR_ARG(life->slots.item),
			   lines[chance_below(&life->world->chance, 6)]);
	}
	return buf_str(&out);
}

void demo_attach(struct demo_form *form, struct demo_life *life)
{
	struct chance *chance = &life->world->chance;
	bool image = chance_percent(chance, 60), japanese = life->language == JAPANESE;
	struct attachment_input file = {.name = japanese ? S("動作記録.txt") : S("log.txt"),
					.media_type = S("text/plain")};

	if (image) {
		file.name = japanese ? S("エラー画面.png") : S("error.png");
		file.media_type = S("image/png");
		file.bytes = picture(life->world->arena, (int)chance_below(chance, 6));
	} else {
		file.bytes = log_text(life);
	}
	vec_push(life->world->arena, &form->attachments, file);
}
