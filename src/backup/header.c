#include "backup/header.h"

#include <sodium.h>

#include "base/hash.h"

enum { SUM_TEXT = 32, PASSES_MOST = 16 };
static const uint64_t memory_most = (uint64_t)1 << 30;

static const char magic[] = "kaname backup ", version[] = "1";
static const char constant[] = "compression deflate\ncipher xchacha20poly1305-secretstream 65536\n";

/* --- writing --- */

static void add_hex(struct buf *out, const char *name, const unsigned char *bytes, size_t n)
{
	char text[BACKUP_KEY_BYTES * 2 + 1];

	buf_add_c(out, name);
	buf_add_c(out, sodium_bin2hex(text, sizeof(text), bytes, n));
	buf_add_char(out, '\n');
}

static struct str sum_of(struct str lines, char text[HASH_BYTES * 2 + 1])
{
	hash_hex(hash_bytes(lines), text);
	return (struct str){text, SUM_TEXT};
}

void header_write(struct buf *out, const struct backup_header *header)
{
	const struct stretching *stretching = &header->stretching;
	char text[TIME_TEXT], sum[HASH_BYTES * 2 + 1];

	buf_format(out, "%s%s\nmade %s\n%s", magic, version, time_format(header->made, text), constant);
	if (header->is_passphrase) {
		buf_format(out, "key argon2id %llu %llu", (unsigned long long)stretching->passes,
			   (unsigned long long)stretching->memory);
		add_hex(out, " ", stretching->salt, sizeof(stretching->salt));
	} else {
		buf_add_c(out, "key file\n");
	}
	add_hex(out, "check ", header->check, sizeof(header->check));
	add_hex(out, "stream ", header->stream, sizeof(header->stream));
	struct str told = sum_of(buf_str(out), sum);
	buf_format(out, "sum %.*s\n\n", STR_ARG(told));
}

/* --- reading --- */

/* Cuts what stands before the separator off the front, when the text begins with the name. */
static bool take(struct str *rest, const char *name, char separator, struct str *value)
{
	if (!str_starts(*rest, str_of(name)))
		return false;
	*rest = str_sub(*rest, str_of(name).n, rest->n);
	return str_cut(rest, separator, value);
}

static bool take_number(struct str *rest, uint64_t most, uint64_t *number)
{
	struct str text;
	int64_t value;

	if (!str_cut(rest, ' ', &text) || !str_int64(text, &value) || value < 1 || (uint64_t)value > most)
		return false;
	*number = (uint64_t)value;
	return true;
}

static bool take_hex(struct str text, unsigned char *bytes, size_t n)
{
	size_t got = 0;

	return text.n == n * 2 && !sodium_hex2bin(bytes, n, text.p, text.n, NULL, &got, NULL) && got == n;
}

static bool take_key(struct str text, struct backup_header *header)
{
	struct stretching *stretching = &header->stretching;
	struct str kind;

	if (str_is(text, "file"))
		return true;
	header->is_passphrase = true;
	return str_cut(&text, ' ', &kind) && str_is(kind, "argon2id") &&
	       take_number(&text, PASSES_MOST, &stretching->passes) &&
	       take_number(&text, memory_most, &stretching->memory) &&
	       take_hex(text, stretching->salt, sizeof(stretching->salt));
}

static bool take_lines(struct str rest, struct backup_header *header)
{
	struct str made, key, check, stream;

	if (!take(&rest, "made ", '\n', &made) || !time_parse(made, &header->made) ||
	    !str_starts(rest, str_of(constant)))
		return false;
	rest = str_sub(rest, sizeof(constant) - 1, rest.n);
	return take(&rest, "key ", '\n', &key) && take_key(key, header) && take(&rest, "check ", '\n', &check) &&
	       take_hex(check, header->check, sizeof(header->check)) && take(&rest, "stream ", '\n', &stream) &&
	       take_hex(stream, header->stream, sizeof(header->stream)) && !rest.n;
}

enum status header_parse(struct str text, const char *name, struct backup_header *header, struct error *error)
{
	struct str rest = text, told;
	char sum[HASH_BYTES * 2 + 1];
	size_t at;

	*header = (struct backup_header){0};
	if (!take(&rest, magic, '\n', &told))
		return error_fail(error, E_INVALID, "", "no_backup", N_("%s is no backup of Kaname"), name);
	if (!str_is(told, version))
		return error_fail(error, E_INVALID, "", "version",
				  N_("%s is damaged, or was made by a newer version of Kaname"), name);
	if (!str_find(rest, S("\nsum "), &at))
		at = 0;
	struct str lines = str_sub(rest, 0, at + 1), tail = str_sub(rest, at + 1, rest.n);
	struct str covered = {text.p, text.n - tail.n};
	if (take(&tail, "sum ", '\n', &told) && str_is(tail, "\n") && str_eq(told, sum_of(covered, sum)) &&
	    take_lines(lines, header))
		return OK;
	return error_fail(error, E_INVALID, "", "damaged", N_("%s is damaged in its first lines"), name);
}
