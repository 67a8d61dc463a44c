#include "pack/inside.h"

#include "api/conformity.h"
#include "pack/key.h"

const struct actor *pack_reader(struct arena *arena, const struct model *model, enum language language)
{
	struct actor *reader = arena_one(arena, struct actor);

	reader->account = reader->name = S("");
	reader->roles = arena_many(arena, bool, model->role_count + 1);
	reader->administers = reader->read_only = true;
	reader->language = language;
	reader->zone = organisation_zone();
	return reader;
}

enum status pack_step(struct packing *packing)
{
	const struct pack_wish *wish = packing->wish;

	packing->done++;
	if (!wish->tell || wish->tell(wish->context, packing->done, packing->total))
		return OK;
	return error_fail(packing->error, E_UNAVAILABLE, "", "stopped", N_("The evidence pack was given up"));
}

static void set_up(struct packing *packing)
{
	const struct pack_wish *wish = packing->wish;

	packing->lists_by_key = map_new(packing->arena);
	packing->paged = map_new(packing->arena);
	for (size_t i = 0; i < LANGUAGES; i++) {
		struct visit *visit = &packing->visits[i];

		packing->actors[i] = *wish->actor;
		packing->actors[i].language = (enum language)i;
		*visit = (struct visit){.kernel = wish->kernel,
					.arena = packing->arena,
					.actor = &packing->actors[i],
					.now = wish->now,
					.out = buf_new(packing->arena)};
		visit->h = (struct html){.out = &visit->out,
					 .language = (enum language)i,
					 .zone = actor_zone(wish->actor),
					 .now = wish->now};
		packing->pages[i] =
		    (struct conformity_page){.visit = visit, .plan = wish->plan, .show = show_new(visit)};
	}
}

/* What is signed of the history now, and whether the history is whole. */
static bool tell_proof(void *context, int64_t done, int64_t total)
{
	const struct packing *packing = context;

	(void)done, (void)total;
	return !packing->wish->tell || packing->wish->tell(packing->wish->context, packing->done, packing->total);
}

static enum status prove(struct packing *packing)
{
	struct kernel *kernel = packing->wish->kernel;
	bool written;
	enum status status;

	if (!kernel->has_key)
		return error_fail(packing->error, E_CONFLICT, "", "key",
				  N_("There is no signing key, so an evidence pack cannot be signed"));
	public_key_hex(kernel->key.public_key, packing->outcome->key);
	if ((status = checkpoint_write(kernel, packing->wish->now, &written, packing->error)) ||
	    (status = verify_history(kernel, packing->arena, &packing->proof, tell_proof, packing, packing->error)) ||
	    (status = kernel_reader(kernel, &packing->connection, packing->error)))
		return status;
	return checkpoint_newest(packing->connection, &packing->checkpoint, packing->error);
}

/* Of a moment that is past only the states are known, and not what each check said. */
static enum status recall(struct packing *packing, const bool *wanted, struct conformity_survey *survey)
{
	const struct pack_wish *wish = packing->wish;
	const struct register_of_demands *demands = wish->plan->demands;
	struct stood *known;
	size_t count;
	enum status status =
	    stood_read(packing->connection, packing->arena, wish->as_of, &known, &count, packing->error);

	if (!status && !count)
		status = error_fail(packing->error, E_NOT_FOUND, "as_of", "unknown",
				    N_("How the demands stood then is not known"));
	if (status)
		return status;
	*survey = (struct conformity_survey){
	    .at = wish->as_of, .items = arena_many(packing->arena, struct conformity_item, demands->count + 1)};
	for (size_t i = 0; i < count; i++) {
		const struct demand *demand = map_get(&demands->by_id, known[i].subject);
		size_t at = demand ? (size_t)(demand - demands->demands) : 0;

		if (demand && (!wanted || wanted[at]) &&
		    conformity_state_parse(known[i].word, &survey->items[at].state))
			survey->items[at].planned = &wish->plan->items[at];
	}
	for (size_t i = 0; i < LANGUAGES; i++) {
		packing->pages[i].known = known;
		packing->pages[i].known_count = count;
	}
	return OK;
}

static enum status look_up(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < LANGUAGES; i++) {
		status = conformity_look_up(&packing->pages[i], packing->connection);
		if (status)
			error_append(packing->error, &packing->visits[i].error);
	}
	return status;
}

static enum status look(struct packing *packing)
{
	const struct pack_wish *wish = packing->wish;
	const struct register_of_demands *demands = wish->plan->demands;
	const bool *wanted = conformity_wanted(packing->arena, demands, wish->clause);
	struct conformity_survey survey;
	enum status status = look_up(packing);

	if (!status && pack_is_past(packing))
		status = recall(packing, wanted, &survey);
	else if (!status)
		status = conformity_survey(wish->kernel, packing->connection, packing->arena, wish->plan, wanted,
					   wish->now, &survey, packing->error);
	for (size_t i = 0; !status && i < LANGUAGES; i++)
		packing->pages[i].survey = survey;
	for (size_t i = 0; !status && i < demands->count; i++)
		if (survey.items[i].planned)
			conformity_count(&packing->counts, survey.items[i].state);
	packing->outcome->demands = packing->counts.all;
	return status;
}

/* The index comes last: it says what the others have become. */
static enum status write_all(struct packing *packing)
{
	static enum status (*const parts[])(struct packing *) = {
	    pack_find_lists,   pack_save_style,   pack_draw_conformity, pack_draw_clauses, pack_draw_lists,
	    pack_draw_records, pack_write_tables, pack_make_paper,      pack_draw_index,   pack_sign};
	enum status status = OK;

	for (size_t i = 0; !status && i < sizeof(parts) / sizeof(*parts); i++)
		status = parts[i](packing);
	return status;
}

enum status pack_write(const struct pack_wish *wish, const char *folder, struct pack_outcome *outcome,
		       struct error *error)
{
	ARENA arena = arena_new();
	ARENA scratch = arena_new();
	struct packing packing = {
	    .wish = wish, .folder = folder, .outcome = outcome, .error = error, .arena = arena, .scratch = scratch};
	enum status status;

	*outcome = (struct pack_outcome){0};
	set_up(&packing);
	status = prove(&packing);
	if (!status)
		status = look(&packing);
	if (!status)
		status = pack_make_folder(&packing);
	if (!status)
		status = write_all(&packing);
	store_reader_done(&packing.connection);
	return status;
}
