#include "pack/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.h"
#include "base/map.h"

enum { MANIFEST_MOST = 64 << 20, DEPTH_MOST = 8, FAULTS_MOST = 1000 };

struct checking {
	struct arena *arena;
	const char *folder;
	struct pack_report *report;
	struct error *error;
	struct map named; /* files that the manifest names */
	VEC(struct str) faults;
};

static void add_fault(struct checking *checking, const char *what, struct str name)
{
	if (checking->faults.count < FAULTS_MOST)
		vec_push(checking->arena, &checking->faults,
			 str_format(checking->arena, "%s: %.*s", what, STR_ARG(name)));
}

static const char *path_of(struct checking *checking, struct str name)
{
	return str_c(checking->arena, str_format(checking->arena, "%s/%.*s", checking->folder, STR_ARG(name)));
}

/* Its bytes; n 0 and p NULL when there is no such file. */
static enum status read_whole(struct checking *checking, const char *name, struct str *bytes)
{
	const char *path = path_of(checking, str_of(name));
	int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat found;
	FILE *in;
	char *into;
	bool well;

	*bytes = (struct str){0};
	if (file < 0)
		return errno == ENOENT ? OK : files_fail(path, errno, checking->error);
	if (fstat(file, &found) || !S_ISREG(found.st_mode) || found.st_size > MANIFEST_MOST ||
	    !(in = fdopen(file, "r"))) {
		close(file);
		return files_fail(path, EINVAL, checking->error);
	}
	into = arena_alloc(checking->arena, (size_t)found.st_size + 1);
	bytes->p = into;
	bytes->n = fread(into, 1, (size_t)found.st_size, in);
	well = !ferror(in);
	fclose(in);
	return well ? OK : files_fail(path, EIO, checking->error);
}

/* --- the files that it names --- */

static bool same_hash(struct hash found, const json_t *told)
{
	char hex[HASH_BYTES * 2 + 1];

	hash_hex(found, hex);
	return json_is_string(told) && !strcmp(json_string_value(told), hex);
}

/* No way out of the folder: what is no plain path within it is named as a fault, and not opened. */
static bool is_within(const char *name)
{
	return *name && *name != '/' && strcmp(name, "..") && strncmp(name, "../", 3) && !strstr(name, "/../") &&
	       !str_ends(str_of(name), S("/.."));
}

static void check_file(struct checking *checking, const json_t *told)
{
	const char *name = json_string_value(json_object_get(told, "path"));
	struct file_digest digest;
	struct stat found;
	int file;

	if (!name || !is_within(name)) {
		add_fault(checking, "wrong name in the manifest", str_of(name ? name : "?"));
		return;
	}
	map_put(&checking->named, str_dup(checking->arena, str_of(name)), checking);
	checking->report->files++;
	file = open(path_of(checking, str_of(name)), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		add_fault(checking, errno == ENOENT ? "missing" : "cannot be read", str_of(name));
	else if (fstat(file, &found) || !S_ISREG(found.st_mode) || !file_digest(file, &digest) ||
		 digest.bytes != json_integer_value(json_object_get(told, "bytes")) ||
		 !same_hash(digest.sha256, json_object_get(told, "sha256")) ||
		 !same_hash(digest.blake2b, json_object_get(told, "blake2b")))
		add_fault(checking, "changed", str_of(name));
	if (file >= 0)
		close(file);
}

/* --- files that it does not name --- */

static bool is_own(struct checking *checking, struct str name)
{
	return str_is(name, "manifest.json") || str_is(name, "manifest.sig") || map_get(&checking->named, name);
}

static enum status look_into(struct checking *checking, struct str folder, int depth)
{
	const char *path = folder.n ? path_of(checking, folder) : checking->folder;
	DIR *open = opendir(path);
	const struct dirent *entry;
	enum status status = OK;

	if (!open)
		return files_fail(path, errno, checking->error);
	while (!status && (entry = readdir(open))) {
		struct str name = folder.n ? str_format(checking->arena, "%.*s/%s", STR_ARG(folder), entry->d_name)
					   : str_dup(checking->arena, str_of(entry->d_name));
		struct stat found;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (!lstat(path_of(checking, name), &found) && S_ISDIR(found.st_mode) && depth < DEPTH_MOST)
			status = look_into(checking, name, depth + 1);
		else if (!is_own(checking, name))
			add_fault(checking, "added", name);
	}
	closedir(open);
	return status;
}

/* --- the manifest --- */

static enum status no_pack(struct checking *checking)
{
	return error_fail(checking->error, E_INVALID, "pack", "pack", N_("%s is no evidence pack"), checking->folder);
}

/* The key that was given, else the pack's own. */
static enum status find_key(struct checking *checking, const unsigned char *key)
{
	struct str pem;
	enum status status;

	if (key) {
		memcpy(checking->report->key, key, PUBLIC_KEY_BYTES);
		return OK;
	}
	if ((status = read_whole(checking, "public-key.pem", &pem)))
		return status;
	if (!pem.n || !public_key_read(pem, checking->report->key))
		return error_fail(checking->error, E_INVALID, "public-key", "key",
				  N_("The pack has no public key that can be read; give one"));
	return OK;
}

static struct str text_of(struct checking *checking, const json_t *manifest, const char *name)
{
	const char *text = json_string_value(json_object_get(manifest, name));

	return str_dup(checking->arena, str_of(text));
}

/* What it says is believed only when it is signed: the files are then compared with it. */
static enum status read_manifest(struct checking *checking, const json_t *manifest)
{
	const json_t *files = json_object_get(manifest, "files");

	if (!text_of(checking, manifest, "format").n || !str_is(text_of(checking, manifest, "format"), PACK_FORMAT) ||
	    !json_is_array(files))
		return no_pack(checking);
	checking->report->made_at = text_of(checking, manifest, "made_at");
	checking->report->organisation = text_of(checking, manifest, "organisation");
	checking->report->clause = text_of(checking, manifest, "clause");
	for (size_t i = 0; i < json_array_size(files); i++)
		check_file(checking, json_array_get(files, i));
	return look_into(checking, S(""), 0);
}

static void check_signature(struct checking *checking, struct str manifest, struct str signature)
{
	if (!signature.p)
		add_fault(checking, "missing", S("manifest.sig"));
	else if (signature.n != SIGNATURE_BYTES ||
		 !signature_matches(checking->report->key, manifest, (const unsigned char *)signature.p))
		add_fault(checking, "wrong signature", S("manifest.json"));
}

enum status pack_check(struct arena *arena, const char *folder, const unsigned char *key, struct pack_report *report,
		       struct error *error)
{
	struct checking checking = {
	    .arena = arena, .folder = folder, .report = report, .error = error, .named = map_new(arena)};
	struct str text, signature;
	json_t *manifest;
	enum status status;

	*report = (struct pack_report){0};
	if ((status = read_whole(&checking, "manifest.json", &text)) ||
	    (status = read_whole(&checking, "manifest.sig", &signature)))
		return status;
	if (!text.p)
		return no_pack(&checking);
	if ((status = find_key(&checking, key)))
		return status;
	check_signature(&checking, text, signature);
	manifest = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	if (manifest)
		status = read_manifest(&checking, manifest);
	else if (!checking.faults.count)
		status = no_pack(&checking);
	json_decref(manifest);
	report->faults = checking.faults.items;
	report->fault_count = checking.faults.count;
	return status;
}
