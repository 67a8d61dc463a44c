/* Reading the configuration anew, because somebody asks (SIGHUP) or another node has brought the database to another
 * model. A few settings change while people work. For all else, the processes and the program itself, the service
 * starts itself anew in its place (app/anew.h), once a trial has said that it could. */
#include <string.h>

#include "app/service.h"
#include "base/log.h"
#include "store/layout.h"

static bool differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void tell_fault(const char *what, const struct error *error)
{
	char text[ERROR_STORE];

	error_text(error, text, sizeof(text));
	const struct log_field field = {.name = "fault", .text = text};
	log_fields(LOG_ERROR, what, &field, 1);
}

/* The first setting that has changed in this way; NULL: none. */
static const char *changed(const struct settings *old, const struct settings *fresh, enum setting_change change)
{
	for (const struct setting *setting = setting_names; setting->name; setting++)
		if (setting->change == change && differs(setting_get(old, setting), setting_get(fresh, setting)))
			return setting->name;
	return NULL;
}

/* What makes a start necessary; NULL: nothing does. */
static const char *what_is_new(struct arena *arena, const struct service *service, const struct settings *fresh,
			       struct error *error)
{
	struct hash hash;

	if (program_hash_overlays(arena, fresh, &hash, error))
		return NULL;
	if (!hash_eq(hash, service->overlays))
		return "processes";
	return anew_differs(&service->file) ? "program" : changed(service->settings, fresh, CHANGE_ANEW);
}

/* The door for those who come meanwhile. Another address is taken now, when failing does no harm. */
static enum status take_door(struct service *service, const struct settings *fresh, struct error *error)
{
	service->door = -1;
	if (service->is_own && differs(service->settings->listen, fresh->listen))
		return http_listen(fresh->listen, &service->door, error);
	service->door = http_server_hand_on(service->surface.server);
	return OK;
}

static bool may_start_anew(struct service *service, const struct settings *fresh, struct error *error)
{
	const char *fixed = changed(service->settings, fresh, CHANGE_RESTART);

	if (fixed)
		error_fail(error, E_INVALID, fixed, "restart", N_("This changes only with a restart of the service"));
	return !fixed && !anew_try(&service->file, service->argv, error) && !take_door(service, fresh, error);
}

/* What is at once. */
static enum status apply(struct service *service, const struct settings *fresh, struct error *error)
{
	struct store *store = service->surface.kernel->store;
	struct error refused = {0};
	enum status status = settings_use_log(fresh, error);

	if (!status && store_follow(store, fresh->replicas, fresh->replica_count, &refused))
		tell_fault("the replicas cannot be used; those that were stay", &refused);
	return status;
}

bool service_reload(struct service *service, bool by_news)
{
	ARENA arena = arena_new();
	struct settings fresh = *service->given;
	struct error error = {0};
	const char *what;

	if (settings_complete(arena, &fresh, &error) || apply(service, &fresh, &error)) {
		tell_fault("the settings cannot be read; the running ones stay", &error);
		return false;
	}
	what = what_is_new(arena, service, &fresh, &error);
	if (error.count || ((what || changed(service->settings, &fresh, CHANGE_RESTART)) &&
			    !may_start_anew(service, &fresh, &error))) {
		tell_fault("what is on disk cannot be served; what runs stays", &error);
		return false;
	}
	const struct log_field field = {.name = "changed", .text = what};
	if (what)
		log_fields(LOG_INFO, "starting anew", &field, 1);
	else if (!by_news)
		log_info("the settings were read anew");
	return what != NULL;
}

bool service_is_behind(struct service *service)
{
	struct kernel *kernel = service->surface.kernel;
	struct error error = {0};
	bool behind = store_is_behind(kernel->store);

	if (!behind && layout_look(kernel->store, kernel->model, &behind, &error))
		return false; /* the database does not answer: it is asked again when it does */
	return behind;
}
