/* The parameters of an approval. */
#include "behaviour/approval.h"
#include "behaviour/behaviours.h"

static const struct field *field_of_kind(const struct type *type, struct str name, enum field_kind kind)
{
	const struct field *field = type_field(type, name);

	return field && field->kind == kind ? field : NULL;
}

static enum status load_decision(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	struct str approver;
	enum status status;

	if ((status = load_type(loading, "make", true, &p->make, error)) ||
	    (status = load_text(loading, "approver", true, &approver, error)))
		return status;
	if (!type_field(p->make, S("title")))
		return load_fail(loading, "make", N_("There is no field \"%s\""), "title", error);
	p->approver = field_of_kind(p->make, approver, FIELD_PERSON);
	if (!p->approver)
		return load_fail(loading, "approver", N_("There is no reference \"%s\""),
				 str_c(loading->arena, approver), error);
	p->stage = field_of_kind(p->make, S("stage"), FIELD_INTEGER);
	p->round = field_of_kind(p->make, S("round"), FIELD_INTEGER);
	p->due = field_of_kind(p->make, S("due"), FIELD_DATETIME);
	p->escalated = field_of_kind(p->make, S("escalated"), FIELD_BOOLEAN);
	if ((status = load_reference(loading, "as", p->make, loading->type, &p->as, error)) ||
	    (status = load_state(loading, "yes", p->make, &p->yes, error)) ||
	    (status = load_state(loading, "no", p->make, &p->no, error)) ||
	    (status = load_transition(loading, "late", false, p->make, &p->late, error)))
		return status;
	return load_transition(loading, "withdraw", true, p->make, &p->withdraw, error);
}

/* --- stages --- */

static bool read_asking(struct behaviour_loading *loading, const struct node *node, struct asking *asking)
{
	const struct node *when = node_get(node, "when"), *whom = node_get(node, "whom");
	struct error fault;
	enum acts_as as;

	error_clear(&fault);
	if (!when || !whom || query_parse(loading->arena, loading->type->query, when->text, &asking->when, &fault) ||
	    !path_read(loading->arena, loading->type, whom->text, &asking->whom) || !path_end(&asking->whom)->to)
		return false;
	as = path_end(&asking->whom)->to->acts_as;
	return as == ACTS_PERSON || as == ACTS_GROUP || as == ACTS_ROLE;
}

static enum status load_asking(struct behaviour_loading *loading, struct stage *stage, struct error *error)
{
	const struct node *list = load_node(loading, "ask");

	if (!list)
		return load_fail(loading, NULL, N_("The behaviour needs \"%s\""), "ask", error);
	if (list->kind != NODE_SEQUENCE || !list->count || list->items[0]->kind != NODE_MAPPING)
		return load_who(loading, "ask", true, &stage->named, &stage->named_count, error);
	stage->ask = arena_many(loading->arena, struct asking, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		if (!read_asking(loading, list->items[i], &stage->ask[stage->ask_count++]))
			return load_fail(loading, "ask",
					 N_("\"ask\" holds {when: CONDITION, whom: PATH to a person, group or role}"),
					 NULL, error);
	return OK;
}

static enum status load_quorum(struct behaviour_loading *loading, struct stage *stage, struct error *error)
{
	struct str text;
	enum status status = load_text(loading, "quorum", false, &text, error);

	if (status || !text.n)
		return status;
	stage->quorum = str_is(text, "all") ? QUORUM_ALL : str_is(text, "majority") ? QUORUM_MAJORITY : QUORUM_NUMBER;
	if (stage->quorum != QUORUM_NUMBER || (str_int64(text, &stage->quorum_number) && stage->quorum_number > 0))
		return OK;
	return load_fail(loading, "quorum", N_("\"quorum\" is a number, majority or all"), NULL, error);
}

static enum status load_stage(struct behaviour_loading *loading, const struct approval *p, struct stage *stage,
			      struct error *error)
{
	struct str within;
	enum status status;

	if ((status = load_asking(loading, stage, error)) ||
	    (status = load_who(loading, "otherwise", false, &stage->otherwise, &stage->otherwise_count, error)) ||
	    (status = load_who(loading, "escalate", false, &stage->escalate, &stage->escalate_count, error)) ||
	    (status = load_flag(loading, "every", &stage->every, error)) ||
	    (status = load_expression(loading, "all_when", false, &stage->all_when, error)) ||
	    (status = load_quorum(loading, stage, error)) ||
	    (status = load_text(loading, "within", false, &within, error)) ||
	    (status = load_duration(loading, "within", false, &stage->within, error)))
		return status;
	stage->has_within = within.n > 0;
	if (stage->has_within && (!p->late || duration_ms(stage->within) <= 0))
		return load_fail(loading, "within", N_("The behaviour needs \"%s\""), "late", error);
	return OK;
}

static enum status load_part(struct behaviour_loading *loading, const struct approval *p, struct stage *stage,
			     struct error *error)
{
	static const char *const keys[] = {"when",     "ask",    "otherwise", "escalate", "every",
					   "all_when", "quorum", "within",    NULL};
	enum status status;

	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_expression(loading, "when", false, &stage->when, error)))
		return status;
	return load_stage(loading, p, stage, error);
}

static enum status load_stages(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	struct behaviour_loading *parts;
	enum status status;

	if (!load_node(loading, "stages")) {
		p->stage_count = 1;
		p->stages = arena_one(loading->arena, struct stage);
		return load_stage(loading, p, p->stages, error);
	}
	if ((status = load_parts(loading, "stages", &parts, &p->stage_count, error)))
		return status;
	p->stages = arena_many(loading->arena, struct stage, p->stage_count);
	for (size_t i = 0; i < p->stage_count; i++)
		if ((status = load_part(&parts[i], p, &p->stages[i], error)))
			return status;
	return p->stage_count == 1 || (p->stage && p->round)
		   ? OK
		   : load_fail(loading, "make", N_("There is no field \"%s\""), p->stage ? "round" : "stage", error);
}

static enum status load_never(struct behaviour_loading *loading, struct approval *p, struct error *error)
{
	const struct node *list = load_node(loading, "never");
	struct path *never;

	if (!list)
		return OK;
	never = arena_many(loading->arena, struct path, list->count + 1);
	p->never = never;
	for (size_t i = 0; list->kind == NODE_SEQUENCE && i < list->count; i++) {
		const struct field *end =
		    path_read(loading->arena, loading->type, list->items[i]->text, &never[p->never_count])
			? path_end(&never[p->never_count])
			: NULL;

		if (!end || end->kind != FIELD_PERSON)
			return load_fail(loading, "never", N_("There is no reference \"%s\""),
					 str_c(loading->arena, list->items[i]->text), error);
		p->never_count++;
	}
	return OK;
}

static bool has_decision(const struct type *type)
{
	for (size_t i = 0; i < type->behaviour_count; i++)
		if (str_is(type->behaviours[i].name, "decision"))
			return true;
	return false;
}

enum status approval_load(struct behaviour_loading *loading, const void **parameters, struct error *error)
{
	static const char *const keys[] = {
	    "state",  "make",    "as",     "approver", "ask",    "otherwise", "escalate", "every",    "all_when",
	    "quorum", "within",  "stages", "never",    "yes",    "no",        "approved", "rejected", "expired",
	    "reopen", "content", "late",   "withdraw", "vacant", "shows",     NULL};
	struct approval *p = arena_one(loading->arena, struct approval);
	enum status status;

	*parameters = p;
	if ((status = load_keys(loading, keys, error)) ||
	    (status = load_state(loading, "state", loading->type, &p->state, error)) ||
	    (status = load_decision(loading, p, error)) || (status = load_stages(loading, p, error)) ||
	    (status = load_never(loading, p, error)) ||
	    (status = load_fields(loading, "content", &p->content, &p->content_count, error)) ||
	    (status = approval_load_shown(loading, p, error)) ||
	    (status = load_flag(loading, "vacant", &p->vacant, error)) ||
	    (status = load_transition(loading, "approved", true, loading->type, &p->approved, error)) ||
	    (status = load_transition(loading, "rejected", true, loading->type, &p->rejected, error)) ||
	    (status = load_transition(loading, "expired", false, loading->type, &p->expired, error)) ||
	    (status = load_transition(loading, "reopen", false, loading->type, &p->reopen, error)))
		return status;
	if (p->content_count && !p->round)
		return load_fail(loading, "make", N_("There is no field \"%s\""), "round", error);
	return has_decision(p->make) ? OK
				     : load_fail(loading, "make", N_("The behaviour needs \"%s\""), "decision", error);
}
