/* The folder: its files, and the manifest that is signed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.h"
#include "pack/inside.h"
#include "pack/key.h"

static const char *const folders[] = {"clauses", "lists", "records", "csv"};

static enum status fail_at(struct packing *packing, const char *path)
{
	return files_fail(path, errno, packing->error);
}

const char *pack_path(struct packing *packing, struct str name)
{
	return str_c(packing->arena, str_format(packing->arena, "%s/%.*s", packing->folder, STR_ARG(name)));
}

/* What is there already is never mixed with it: rmdir() takes an empty folder only. */
enum status pack_make_folder(struct packing *packing)
{
	if (rmdir(packing->folder) && errno != ENOENT)
		return fail_at(packing, packing->folder);
	if (mkdir(packing->folder, 0700))
		return fail_at(packing, packing->folder);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		const char *path = pack_path(packing, str_of(folders[i]));

		if (mkdir(path, 0700))
			return fail_at(packing, path);
	}
	return OK;
}

void pack_add_file(struct packing *packing, struct str name)
{
	vec_push(packing->arena, &packing->files, str_dup(packing->arena, name));
	packing->outcome->files++;
}

static enum status write_bytes(struct packing *packing, struct str name, struct str bytes)
{
	const char *path = pack_path(packing, name);
	FILE *out = fopen(path, "wxe");
	bool well;

	if (!out)
		return fail_at(packing, path);
	well = fwrite(bytes.p, 1, bytes.n, out) == bytes.n;
	well = !fclose(out) && well;
	return well ? OK : fail_at(packing, path);
}

enum status pack_save(struct packing *packing, struct str name, struct str bytes)
{
	enum status status = write_bytes(packing, name, bytes);

	if (!status)
		pack_add_file(packing, name);
	return status;
}

/* --- the manifest --- */

static void add_text(struct buf *json, const char *name, struct str text)
{
	buf_format(json, "  \"%s\": ", name);
	buf_add_json_string(json, text);
	buf_add(json, S(",\n"));
}

static void add_head(struct packing *packing, struct buf *json)
{
	const struct pack_wish *wish = packing->wish;
	char at[TIME_TEXT];

	buf_add(json, S("{\n  \"format\": \"" PACK_FORMAT "\",\n"));
	add_text(json, "version", wish->version);
	add_text(json, "made_at", str_of(time_format(wish->now, at)));
	if (pack_is_past(packing))
		add_text(json, "as_of", str_of(time_format(wish->as_of, at)));
	add_text(json, "organisation", wish->organisation);
	add_text(json, "clause", wish->clause);
	add_text(json, "reader", wish->actor->account);
	add_text(json, "checkpoint",
		 packing->checkpoint.is_complete ? checkpoint_line(packing->scratch, &packing->checkpoint) : S(""));
	add_text(json, "history", packing->proof.broken.n ? packing->proof.broken : S("whole"));
	buf_add(json, S("  \"demands\": {"));
	for (int i = 0; i < CONFORMITY_STATES; i++)
		buf_format(json, "%s\"%s\": %lld", i ? ", " : "", conformity_state_name((enum conformity_state)i),
			   (long long)packing->counts.by[i]);
	buf_format(json, "},\n  \"withheld\": %lld,\n", (long long)packing->outcome->withheld);
	add_text(json, "public_key", str_of(packing->outcome->key));
}

static enum status add_file(struct packing *packing, struct buf *json, struct str name, bool last)
{
	struct file_digest digest;
	char sha256[HASH_BYTES * 2 + 1], blake2b[HASH_BYTES * 2 + 1];
	const char *path = pack_path(packing, name);
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool well = file >= 0 && file_digest(file, &digest);

	if (!well)
		fail_at(packing, path);
	if (file >= 0)
		close(file);
	if (!well)
		return packing->error->status;
	hash_hex(digest.sha256, sha256);
	hash_hex(digest.blake2b, blake2b);
	buf_add(json, S("    {\"path\": "));
	buf_add_json_string(json, name);
	buf_format(json, ", \"bytes\": %lld, \"sha256\": \"%s\", \"blake2b\": \"%s\"}%s\n", (long long)digest.bytes,
		   sha256, blake2b, last ? "" : ",");
	return OK;
}

enum status pack_sign(struct packing *packing)
{
	const struct signing_key *key = &packing->wish->kernel->key;
	unsigned char signature[SIGNATURE_BYTES];
	struct buf json = buf_new(packing->arena);
	enum status status;

	if ((status = pack_save(packing, S("public-key.pem"), public_key_pem(packing->arena, key->public_key))))
		return status;
	add_head(packing, &json);
	buf_add(&json, S("  \"files\": [\n"));
	for (size_t i = 0; !status && i < packing->files.count; i++)
		status = add_file(packing, &json, packing->files.items[i], i + 1 == packing->files.count);
	buf_add(&json, S("  ]\n}\n"));
	if (!status && json.failed)
		status = error_fail(packing->error, E_TOO_LARGE, "", "manifest", N_("The evidence pack is too large"));
	if (status || (status = write_bytes(packing, S("manifest.json"), buf_str(&json))))
		return status;
	signing_key_sign(key, buf_str(&json), signature);
	return write_bytes(packing, S("manifest.sig"), (struct str){(const char *)signature, sizeof(signature)});
}
