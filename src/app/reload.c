/* Reading the configuration anew (SIGHUP). What can change while people work changes; of all else it is said that it
 * counts after a restart, so that nobody believes what is not so. */
#include <string.h>

#include "app/service.h"
#include "base/log.h"
#include "behaviour/behaviours.h"

static bool differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void tell_fault(const char *what, const struct error *error)
{
	char text[1024];

	error_text(error, text, sizeof(text));
	const struct log_field field = {.name = "fault", .text = text};
	log_fields(LOG_ERROR, what, &field, 1);
}

static void tell_differences(const struct settings *old, const struct settings *fresh)
{
	for (const struct setting *setting = setting_names; setting->name; setting++) {
		const struct log_field field = {.name = "setting", .text = setting->name};

		if (!setting->at_once && differs(setting_get(old, setting), setting_get(fresh, setting)))
			log_fields(LOG_WARNING, "a setting has changed, which counts after a restart", &field, 1);
	}
}

static void tell_processes(struct arena *arena, const struct service *service, const struct settings *fresh)
{
	const struct model *model;
	struct error error = {0};
	struct hash hash;

	if (program_load_model(arena, fresh, &model, &error) ||
	    kernel_check_behaviours(arena, model, behaviours, &error)) {
		tell_fault("the processes on disk are not sound; the running ones stay", &error);
		return;
	}
	if (program_hash_overlays(arena, fresh, &hash, &error))
		tell_fault("the processes on disk cannot be read; the running ones stay", &error);
	else if (!hash_eq(hash, service->overlays))
		log_warning("the processes on disk have changed, which counts after a restart");
}

void service_reload(struct service *service)
{
	ARENA arena = arena_new();
	struct settings fresh = *service->given;
	struct error error = {0};

	if (settings_complete(arena, &fresh, &error) || settings_use_log(&fresh, &error)) {
		tell_fault("the settings cannot be read; the running ones stay", &error);
		return;
	}
	if (store_follow(service->surface.kernel->store, fresh.replicas, fresh.replica_count, &error))
		tell_fault("the replicas cannot be used; those that were stay", &error);
	tell_differences(service->settings, &fresh);
	tell_processes(arena, service, &fresh);
	log_info("the settings were read anew");
}
