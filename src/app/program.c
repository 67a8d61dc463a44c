#include "app/program.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "behaviour/behaviours.h"
#include "web/embedded.h"

/* --- settings --- */

static enum status read_file(struct arena *arena, const char *path, struct str *text, struct error *error)
{
	enum { CONFIG_MOST = 1 << 20 };
	char *bytes = arena_alloc(arena, CONFIG_MOST);
	FILE *file = fopen(path, "re");
	size_t n;

	if (!file)
		return error_fail(error, E_NOT_FOUND, path, "file", N_("This file cannot be read: %s"),
				  strerror(errno));
	n = fread(bytes, 1, CONFIG_MOST, file);
	fclose(file);
	*text = (struct str){bytes, n};
	return OK;
}

/* Settings that may come several times. Those of the command line count alone. */
static enum status take_all(struct arena *arena, const struct node *list, const char **texts, size_t most,
			    size_t *count, const char *too_many, struct error *error)
{
	if (*count)
		return OK;
	for (size_t i = 0; i < list->count; i++) {
		if (*count == most)
			return error_fail(error, E_TOO_LARGE, str_c(arena, list->items[i]->text), "too_many", too_many);
		texts[(*count)++] = str_c(arena, list->items[i]->text);
	}
	return OK;
}

/* *known is left alone for any other name. */
static enum status take_list(struct arena *arena, struct settings *settings, struct str name, const struct node *list,
			     bool *known, struct error *error)
{
	struct mail_settings *mail = &settings->mail;
	bool overlay = str_is(name, "overlay"), replica = str_is(name, "replica"), smtp = str_is(name, "smtp");

	*known = *known || overlay || replica || smtp;
	if (overlay)
		return take_all(arena, list, settings->overlays, OVERLAYS_MOST, &settings->overlay_count,
				N_("At most 16 overlays are possible"), error);
	if (replica)
		return take_all(arena, list, settings->replicas, REPLICAS_MOST, &settings->replica_count,
				N_("At most 8 replicas are possible"), error);
	return smtp ? take_all(arena, list, mail->relays, RELAYS_NAMED_MOST, &mail->relay_count,
			       N_("At most 8 mail servers are possible"), error)
		    : OK;
}

#define SETTING(name, member, change)                                                                                  \
	{                                                                                                              \
		name, offsetof(struct settings, member), change                                                        \
	}

const struct setting setting_names[] = {
    SETTING("database", database, CHANGE_RESTART),
    SETTING("listen", listen, CHANGE_ANEW),
    SETTING("key", key, CHANGE_RESTART),
    SETTING("trusted_peers", trusted_peers, CHANGE_ANEW),
    SETTING("anchor_to", anchor_to, CHANGE_ANEW),
    SETTING("backup_key_file", backup.key_file, CHANGE_ANEW),
    SETTING("backup_passphrase_file", backup.passphrase_file, CHANGE_ANEW),
    SETTING("backup_to", backup.to, CHANGE_ANEW),
    SETTING("backup_copy", backup.copy, CHANGE_ANEW),
    SETTING("backup_every", backup.every, CHANGE_ANEW),
    SETTING("backup_journal_every", backup.journal_every, CHANGE_ANEW),
    SETTING("backup_s3_endpoint", backup.s3_endpoint, CHANGE_ANEW),
    SETTING("backup_s3_region", backup.s3_region, CHANGE_ANEW),
    SETTING("backup_s3_key_file", backup.s3_key_file, CHANGE_ANEW),
    SETTING("backup_keep", backup.keep, CHANGE_ANEW),
    SETTING("backup_test_every", backup.test_every, CHANGE_ANEW),
    SETTING("backup_scratch", backup.scratch, CHANGE_ANEW),
    SETTING("origin", origin, CHANGE_ANEW),
    SETTING("organisation", organisation, CHANGE_ANEW),
    SETTING("mail_from", mail.from, CHANGE_ANEW),
    SETTING("smtp_user", mail.user, CHANGE_ANEW),
    SETTING("smtp_password_file", mail.password_file, CHANGE_ANEW),
    SETTING("smtp_token_file", mail.token_file, CHANGE_ANEW),
    SETTING("outbox_keep", mail.keep, CHANGE_ANEW),
    SETTING("smtp_tls", mail.tls, CHANGE_ANEW),
    SETTING("smtp_ca_file", mail.ca_file, CHANGE_ANEW),
    SETTING("lmtp_listen", mail_in.lmtp_listen, CHANGE_ANEW),
    SETTING("imap_secrets", mail_in.secrets, CHANGE_ANEW),
    SETTING("imap_ca_file", mail_in.ca_file, CHANGE_ANEW),
    SETTING("imap_every", mail_in.every, CHANGE_ANEW),
    SETTING("connections", connections, CHANGE_ANEW),
    SETTING("connections_per_address", connections_per_address, CHANGE_ANEW),
    SETTING("request_seconds", request_seconds, CHANGE_ANEW),
    SETTING("count_milliseconds", count_milliseconds, CHANGE_ANEW),
    SETTING("drain_seconds", drain_seconds, CHANGE_ANEW),
    SETTING("log_level", log_level, CHANGE_AT_ONCE),
    SETTING("log_format", log_format, CHANGE_AT_ONCE),
    SETTING("webhook_networks", webhook_networks, CHANGE_ANEW),
    {NULL, 0, CHANGE_AT_ONCE},
};

const char *setting_get(const struct settings *settings, const struct setting *setting)
{
	return *(const char *const *)((const char *)settings + setting->at);
}

static void setting_put(struct settings *settings, const struct setting *setting, const char *text)
{
	*(const char **)((char *)settings + setting->at) = text;
}

static enum status read_config(struct arena *arena, struct settings *settings, struct error *error)
{
	struct node *root;
	struct str text;
	enum status status;

	if ((status = read_file(arena, settings->config, &text, error)) ||
	    (status = node_parse(arena, settings->config, text, &root, error)))
		return status;
	for (size_t i = 0; i < root->count; i++) {
		bool known = false;

		for (const struct setting *setting = setting_names; setting->name; setting++)
			if (str_is(root->keys[i], setting->name)) {
				known = true;
				if (!setting_get(settings, setting))
					setting_put(settings, setting, str_c(arena, root->items[i]->text));
			}
		if ((status = take_list(arena, settings, root->keys[i], root->items[i], &known, error)))
			return status;
		if (!known)
			return error_fail(error, E_INVALID, settings->config, "unknown", N_("There is no setting '%s'"),
					  str_c(arena, root->keys[i]));
	}
	return OK;
}

/* The key stands beside an embedded database, and outside of it. */
static const char *default_key(struct arena *arena, const char *database)
{
	if (strncmp(database, "sqlite:", 7) != 0)
		return NULL;
	return str_c(arena, str_format(arena, "%s.key", database + 7));
}

enum status settings_complete(struct arena *arena, struct settings *settings, struct error *error)
{
	enum status status;

	if (!settings->database)
		settings->database = getenv("KANAME_DATABASE");
	if (!settings->config)
		settings->config = getenv("KANAME_CONFIG");
	settings->backup.passphrase = getenv("KANAME_BACKUP_PASSPHRASE");
	if (settings->config && (status = read_config(arena, settings, error)))
		return status;
	if (!settings->database || !*settings->database)
		settings->database = "sqlite:./var/kaname.db";
	if (!settings->listen)
		settings->listen = "127.0.0.1:8080";
	if (!settings->key)
		settings->key = default_key(arena, settings->database);
	return OK;
}

enum status settings_use_log(const struct settings *settings, struct error *error)
{
	enum log_level level = LOG_INFO;
	enum log_format format = log_format_of_stderr();

	if (settings->log_level && !log_level_of(settings->log_level, &level))
		return error_fail(error, E_INVALID, "log_level", "choice", N_("One of these is expected: %s"),
				  "error, warning, info, debug");
	if (settings->log_format && !log_format_of(settings->log_format, &format))
		return error_fail(error, E_INVALID, "log_format", "choice", N_("One of these is expected: %s"),
				  "text, json, journal");
	log_set_level(level);
	log_set_format(format);
	return OK;
}

/* --- opening --- */

static enum status overlay_sources(struct arena *arena, const struct settings *settings, struct model_source **sources,
				   size_t *count, struct error *error)
{
	for (size_t i = 0; i < settings->overlay_count; i++) {
		enum status status = model_read_directory(arena, settings->overlays[i], true, sources, count, error);

		if (status)
			return status;
	}
	return OK;
}

enum status program_load_model(struct arena *arena, const struct settings *settings, const struct model **model,
			       struct error *error)
{
	struct model_source *sources = arena_many(arena, struct model_source, embedded_sources_count + 1);
	size_t count = 0;
	enum status status;

	for (size_t i = 0; i < embedded_sources_count; i++) {
		struct str name = str_of(embedded_sources[i].name);

		if (str_ends(name, S(".yaml")) && !str_starts(name, S("data/")))
			sources[count++] =
			    (struct model_source){.file = embedded_sources[i].name, .text = embedded_sources[i].plain};
	}
	if ((status = overlay_sources(arena, settings, &sources, &count, error)))
		return status;
	return model_load(arena, sources, count, model, error);
}

enum status program_hash_overlays(struct arena *arena, const struct settings *settings, struct hash *hash,
				  struct error *error)
{
	struct model_source *sources = NULL;
	struct str *parts;
	size_t count = 0;
	enum status status = overlay_sources(arena, settings, &sources, &count, error);

	if (status)
		return status;
	parts = arena_many(arena, struct str, count * 2 + 1);
	for (size_t i = 0; i < count; i++) {
		parts[i * 2] = str_of(sources[i].file);
		parts[i * 2 + 1] = sources[i].text;
	}
	*hash = hash_parts(parts, count * 2);
	return OK;
}

static struct str standard_text(const char *name)
{
	for (size_t i = 0; i < embedded_standard_count; i++)
		if (str_is(str_of(embedded_standard[i].name), name))
			return embedded_standard[i].plain;
	return S("");
}

enum status program_load_register(struct arena *arena, struct register_of_demands *demands, struct error *error)
{
	struct str text = standard_text("register.tsv");
	enum status status;

	if (!text.n)
		return error_fail(error, E_INTERNAL, "register.tsv", "register",
				  N_("The register of demands is not part of this program"));
	if ((status = register_read(arena, text, demands, error)) ||
	    (status = register_read_clauses(arena, standard_text("clauses.tsv"), &demands->clauses,
					    &demands->clause_count, &demands->clauses_by_number, error)))
		return status;
	register_read_proven(demands, standard_text("proven.tsv"));
	return register_read_clauses(arena, standard_text("clauses-2018.tsv"), &demands->later, &demands->later_count,
				     &demands->later_by_number, error);
}

enum status program_make_directory(struct arena *arena, const char *database, struct error *error)
{
	const char *path = strncmp(database, "sqlite:", 7) == 0 ? database + 7 : "";
	const char *slash = strrchr(path, '/');
	char *directory;

	if (!slash || slash == path)
		return OK;
	directory = str_c(arena, (struct str){path, (size_t)(slash - path)});
	for (char *p = directory + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			(void)mkdir(directory, 0750);
			*p = '/';
		}
	if (mkdir(directory, 0750) && errno != EEXIST)
		return error_fail(error, E_UNAVAILABLE, "database", "directory", N_("The directory cannot be made: %s"),
				  strerror(errno));
	return OK;
}

enum status program_open(const struct settings *settings, bool create, struct program *program, struct error *error)
{
	struct store_options store = {
	    .url = settings->database, .create = create, .keeps_journal = settings->keeps_journal};
	struct kernel_options kernel = {
	    .key_path = settings->key, .behaviours = behaviours, .joins = !create, .founded = settings->founded};
	enum status status;

	*program = (struct program){.arena = arena_new()};
	if (!(status = program_load_model(program->arena, settings, &program->model, error)) &&
	    !(status = figures_load(program->arena, program->model, &program->figures, error)) &&
	    !(status =
		  dashboards_load(program->arena, program->model, &program->figures, &program->dashboards, error)) &&
	    !(status = program_load_register(program->arena, &program->demands, error)) &&
	    !(status = conformity_plan(program->arena, program->model, &program->figures, &program->demands,
				       &program->conformity, error)) &&
	    !(status = create ? program_make_directory(program->arena, settings->database, error) : OK) &&
	    !(status = store_open(&store, &program->store, error)))
		status = kernel_open(program->model, program->store, &kernel, &program->kernel, error);
	if (status)
		program_close(program);
	return status;
}

void program_close(struct program *program)
{
	if (program->kernel)
		kernel_close(program->kernel);
	if (program->store)
		store_close(program->store);
	arena_freep(&program->arena);
	*program = (struct program){0};
}
