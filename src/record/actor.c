#include "record/actor.h"

#include <pthread.h>
#include <stdlib.h>

#include "record/cache.h"
#include "record/read.h"
#include "record/record.h"

static const struct actor system_actor = {
    .is_system = true, .administers = true, .account = {"system", 6}, .name = {"Kaname", 6}};

const struct actor *actor_system(void)
{
	return &system_actor;
}

const struct actor *actor_of_counts(struct arena *arena, const struct model *model)
{
	struct actor *actor = arena_one(arena, struct actor);

	*actor = (struct actor){.account = S("report"),
				.name = S("report"),
				.administers = true,
				.read_only = true,
				.roles = arena_many(arena, bool, model->role_count + 1),
				.zone = organisation_zone()};
	return actor;
}

const struct actor *actor_reading(struct arena *arena, const struct actor *actor)
{
	struct actor *reader = arena_one(arena, struct actor);

	*reader = *actor;
	reader->read_only = true;
	return reader;
}

bool actor_is_staff(const struct actor *actor)
{
	return !actor->customer && !actor->partner;
}

bool actor_is_customer(const struct actor *actor)
{
	return actor->customer;
}

bool actor_has_role(const struct actor *actor, const struct role *role)
{
	return actor->roles && actor->roles[role->index];
}

static bool is_among(const int64_t *identities, size_t count, int64_t identity)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (identities[middle] == identity)
			return true;
		if (identities[middle] < identity)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

bool actor_in_group(const struct actor *actor, int64_t group)
{
	return is_among(actor->groups, actor->group_count, group);
}

bool actor_holds(const struct actor *actor, int64_t role)
{
	return is_among(actor->held, actor->held_count, role);
}

/* --- the cache: actors by person, all forgotten at once --- */

enum { CACHE_SLOTS = 4096, ADDRESS_MOST = 320 };

struct actor_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	uint64_t age;  /* counts the forgettings, so that what was read before one is not put after it */
	int64_t epoch; /* of the database, when one of these was last read: other nodes change people, too */
	struct {
		int64_t person;
		const struct actor *actor;
	} slots[CACHE_SLOTS];
	struct {
		struct str address; /* empty: none is known here */
		int64_t person;
	} addresses[CACHE_SLOTS]; /* likewise: by which persons were found */
	size_t used;
};

struct actor_cache *actor_cache_new(void)
{
	struct actor_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		abort();
	pthread_mutex_init(&cache->lock, NULL);
	cache->arena = arena_new();
	return cache;
}

void actor_cache_free(struct actor_cache *cache)
{
	if (!cache)
		return;
	arena_free(cache->arena);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static void forget_locked(struct actor_cache *cache)
{
	arena_reset(cache->arena);
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		cache->slots[i].actor = NULL;
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		cache->addresses[i].address = (struct str){0};
	cache->used = 0;
}

void actor_cache_forget(struct actor_cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	forget_locked(cache);
	cache->age++;
	pthread_mutex_unlock(&cache->lock);
}

static const int64_t *copy_identities(struct arena *arena, const int64_t *identities, size_t count)
{
	int64_t *copy = arena_many(arena, int64_t, count + 1);

	for (size_t i = 0; i < count; i++)
		copy[i] = identities[i];
	return copy;
}

static struct actor *copy_actor(struct arena *arena, const struct actor *actor, size_t role_count)
{
	struct actor *copy = arena_one(arena, struct actor);
	bool *roles = arena_many(arena, bool, role_count ? role_count : 1);

	*copy = *actor;
	copy->account = str_dup(arena, actor->account);
	copy->name = str_dup(arena, actor->name);
	copy->theme = str_dup(arena, actor->theme);
	copy->first_page = str_dup(arena, actor->first_page);
	copy->notice_rules = str_dup(arena, actor->notice_rules);
	copy->digest_times = str_dup(arena, actor->digest_times);
	copy->quiet_hours = str_dup(arena, actor->quiet_hours);
	copy->quiet_in_app = str_dup(arena, actor->quiet_in_app);
	copy->quiet_mail = str_dup(arena, actor->quiet_mail);
	for (size_t i = 0; i < role_count; i++)
		roles[i] = actor->roles[i];
	copy->roles = roles;
	copy->groups = copy_identities(arena, actor->groups, actor->group_count);
	copy->held = copy_identities(arena, actor->held, actor->held_count);
	return copy;
}

/* Whether what is remembered is of this epoch. A later one than any seen here: rights may have changed elsewhere. An
 * earlier one: the moment that is looked at is an earlier one, or a crash of the database has taken back what had not
 * been acknowledged. */
static bool begin_locked(struct actor_cache *cache, int64_t epoch, uint64_t *age)
{
	if (epoch > cache->epoch) {
		forget_locked(cache);
		cache->age++;
		cache->epoch = epoch;
	}
	*age = epoch == cache->epoch ? cache->age : cache->age - 1;
	return epoch == cache->epoch;
}

static size_t actor_slot(int64_t person)
{
	return (uint64_t)person * 0x9E3779B97F4A7C15u >> 52;
}

static bool recall(struct kernel *kernel, struct arena *arena, int64_t epoch, int64_t person,
		   const struct actor **actor, uint64_t *age)
{
	struct actor_cache *cache = kernel->cache->actors;
	size_t slot = actor_slot(person);
	bool found;

	pthread_mutex_lock(&cache->lock);
	found = begin_locked(cache, epoch, age) && cache->slots[slot].actor && cache->slots[slot].person == person;
	if (found)
		*actor = copy_actor(arena, cache->slots[slot].actor, kernel->model->role_count);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

bool actor_recall(struct kernel *kernel, struct arena *arena, int64_t person, const struct actor **actor,
		  int64_t *epoch)
{
	struct actor_cache *cache = kernel->cache->actors;
	size_t slot = actor_slot(person);
	bool found;

	pthread_mutex_lock(&cache->lock);
	*epoch = cache->epoch;
	found = cache->epoch && cache->slots[slot].actor && cache->slots[slot].person == person;
	if (found)
		*actor = copy_actor(arena, cache->slots[slot].actor, kernel->model->role_count);
	pthread_mutex_unlock(&cache->lock);
	return found;
}

static void remember(struct kernel *kernel, const struct actor *actor, uint64_t age)
{
	struct actor_cache *cache = kernel->cache->actors;
	size_t slot = actor_slot(actor->person);

	pthread_mutex_lock(&cache->lock);
	if (cache->age == age) {
		if (++cache->used > CACHE_SLOTS) /* slots that were overwritten leave their memory behind */
			forget_locked(cache);
		cache->slots[slot].person = actor->person;
		cache->slots[slot].actor = copy_actor(cache->arena, actor, kernel->model->role_count);
	}
	pthread_mutex_unlock(&cache->lock);
}

/* --- addresses --- */

static size_t address_slot(struct str address)
{
	return str_hash(STR_HASH, address.p, address.n) * 0x9E3779B97F4A7C15u >> 52;
}

enum status actor_recall_address(struct kernel *kernel, struct connection *connection, struct str address,
				 int64_t *person, struct actor_age *age, struct error *error)
{
	struct actor_cache *cache = kernel->cache->actors;
	size_t slot = address_slot(address);
	int64_t epoch;
	enum status status = store_epoch(connection, &epoch, error);

	*person = 0;
	if (status)
		return status;
	pthread_mutex_lock(&cache->lock);
	if (begin_locked(cache, epoch, &age->count) && str_eq(cache->addresses[slot].address, address))
		*person = cache->addresses[slot].person;
	pthread_mutex_unlock(&cache->lock);
	return OK;
}

void actor_remember_address(struct kernel *kernel, struct str address, int64_t person, struct actor_age age)
{
	struct actor_cache *cache = kernel->cache->actors;
	size_t slot = address_slot(address);

	pthread_mutex_lock(&cache->lock);
	if (cache->age == age.count && address.n <= ADDRESS_MOST) {
		if (++cache->used > CACHE_SLOTS)
			forget_locked(cache);
		cache->addresses[slot].address = str_dup(cache->arena, address);
		cache->addresses[slot].person = person;
	}
	pthread_mutex_unlock(&cache->lock);
}

/* --- reading a person's record --- */

static enum status read_roles(struct kernel *kernel, struct connection *connection, struct arena *arena,
			      struct value list, struct actor *actor, struct error *error)
{
	bool *roles = arena_many(arena, bool, kernel->model->role_count + 1);

	actor->roles = roles;
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.list.count; i++) {
		struct record *record;
		const struct role *role;
		enum status status =
		    record_load(kernel, connection, arena, list.list.items[i].number, false, &record, error);

		if (status)
			return status;
		if (!record || !record->type->key)
			continue;
		role = map_get(&kernel->model->roles_by_name, record_value(record, record->type->key).text);
		if (!role)
			continue; /* the model no longer declares it */
		roles[role->index] = true;
		actor->administers = actor->administers || (role->administers && !actor->partner);
	}
	return OK;
}

/* Links are sorted. */
static const int64_t *identities_of(struct arena *arena, struct value list, size_t *count)
{
	int64_t *identities;

	*count = list.kind == VALUE_LIST ? list.list.count : 0;
	identities = arena_many(arena, int64_t, *count + 1);
	for (size_t i = 0; i < *count; i++)
		identities[i] = list.list.items[i].number;
	return identities;
}

const struct zone *organisation_zone(void)
{
	return zone_open(S("Asia/Tokyo"));
}

const struct zone *actor_zone(const struct actor *actor)
{
	return actor && actor->zone ? actor->zone : organisation_zone();
}

static const struct zone *zone_of(struct value text)
{
	const struct zone *zone = text.kind == VALUE_TEXT ? zone_open(text.text) : NULL;

	return zone ? zone : organisation_zone();
}

static struct str choice_of(const struct record *record, const char *name)
{
	struct value value = record_named(record, name);

	return value.kind == VALUE_CHOICE ? value.text : (struct str){0};
}

/* The organisation outside that a person is of: their reference to what acts so. */
static int64_t partner_of(const struct kernel *kernel, const struct record *person)
{
	const struct type *partner = kernel->model->acting[ACTS_PARTNER];

	for (size_t i = 0; partner && i < person->type->field_count; i++)
		if (person->type->fields[i]->kind == FIELD_REFERENCE && person->type->fields[i]->to == partner)
			return record_value(person, person->type->fields[i]).number;
	return 0;
}

static enum status load_actor(struct kernel *kernel, struct connection *connection, struct arena *arena, int64_t person,
			      struct actor **actor, struct error *error)
{
	const struct type *type = kernel->model->acting[ACTS_PERSON];
	struct record *record = NULL;
	struct value active, language;
	enum status status = OK;

	if (type && kernel_type_of(kernel, person) == type)
		status = record_load(kernel, connection, arena, person, true, &record, error);
	if (status)
		return status;
	active = record ? record_named(record, "active") : (struct value){0};
	if (!record || (active.kind == VALUE_BOOLEAN && !active.boolean))
		return error_fail(error, E_NOT_FOUND, "", "person", N_("There is no such active person"));
	language = record_named(record, "language");
	*actor = arena_one(arena, struct actor);
	**actor = (struct actor){
	    .person = person,
	    .account = type->key ? record_value(record, type->key).text : (struct str){0},
	    .name =
		read_headline(record, language.kind == VALUE_CHOICE ? language_parse(language.text, ENGLISH) : ENGLISH),
	    .customer = record_named(record, "customer").number,
	    .partner = partner_of(kernel, record),
	    .language = language.kind == VALUE_CHOICE ? language_parse(language.text, ENGLISH) : ENGLISH,
	    .zone = zone_of(record_named(record, "zone")),
	    .theme = choice_of(record, "theme"),
	    .first_page = choice_of(record, "first_page"),
	    .era_years = record_named(record, "era_years").boolean,
	    .notice_rules = record_named(record, "notice_rules").text,
	    .digest_times = record_named(record, "digest_times").text,
	    .quiet_hours = record_named(record, "quiet_hours").text,
	    .quiet_in_app = choice_of(record, "quiet_in_app"),
	    .quiet_mail = choice_of(record, "quiet_mail"),
	    .repeat_after = record_named(record, "repeat_after").number,
	};
	(*actor)->groups = identities_of(arena, record_named(record, "groups"), &(*actor)->group_count);
	(*actor)->held = identities_of(arena, record_named(record, "roles"), &(*actor)->held_count);
	return read_roles(kernel, connection, arena, record_named(record, "roles"), *actor, error);
}

enum status actor_of_person_on(struct kernel *kernel, struct connection *connection, struct arena *arena,
			       int64_t person, const struct actor **actor, struct error *error)
{
	struct actor *loaded;
	uint64_t age;
	int64_t epoch;
	enum status status = store_epoch(connection, &epoch, error);

	if (status)
		return status;
	if (recall(kernel, arena, epoch, person, actor, &age))
		return OK;
	if ((status = load_actor(kernel, connection, arena, person, &loaded, error)))
		return status;
	remember(kernel, loaded, age);
	*actor = loaded;
	return OK;
}

enum status actor_of_person(struct kernel *kernel, struct arena *arena, int64_t person, const struct actor **actor,
			    struct error *error)
{
	READER connection = NULL;
	enum status status = store_reader(kernel->store, &connection, error);

	return status ? status : actor_of_person_on(kernel, connection, arena, person, actor, error);
}
