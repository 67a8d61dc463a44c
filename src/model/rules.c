/* Who may do what and when: transitions, access and views. */
#include "model/load.h"

static struct str state_names(struct load *load, const struct type *type)
{
	struct str all = {0};

	for (size_t i = 0; i < type->state_count; i++)
		all = words_add(load, all, type->states[i]->name);
	return all;
}

static const struct state *state_named(struct load *load, const struct type *type, const struct node *node)
{
	const struct state *state = type_state(type, node->text);

	if (!state)
		fault_unknown(load, node->place, "state", node->text, state_names(load, type));
	return state;
}

static const struct role *role_of_process(const struct process *process, struct str name)
{
	for (size_t i = 0; i < process->role_count; i++)
		if (str_eq(process->roles[i]->short_name, name))
			return process->roles[i];
	return NULL;
}

static struct str who_names(struct load *load, const struct type *type)
{
	struct str all = S("everyone staff customer nobody");

	for (size_t i = 0; i < type->process->role_count; i++)
		all = words_add(load, all, type->process->roles[i]->short_name);
	for (size_t i = 0; i < type->field_count; i++)
		if (who_of_field(type->fields[i], &(struct who){0}))
			all = words_add(load, all, type->fields[i]->name);
	return all;
}

bool who_of_field(const struct field *field, struct who *who)
{
	who->field = field;
	if (field->kind == FIELD_PERSON)
		who->kind = WHO_FIELD;
	else if (field->kind == FIELD_GROUP)
		who->kind = WHO_GROUP_FIELD;
	else if (field->kind == FIELD_REFERENCE && field->to && field->to->acts_as == ACTS_ROLE)
		who->kind = WHO_ROLE_FIELD;
	else
		return false;
	return true;
}

/* A name that means both a role and a field is refused: whom a rule admits must not hang on which of the two wins. */
static bool resolve_who(struct load *load, const struct type *type, const struct node *node, struct who *who)
{
	static const struct {
		const char *word;
		enum who_kind kind;
	} words[] = {
	    {"everyone", WHO_EVERYONE}, {"staff", WHO_STAFF}, {"customer", WHO_CUSTOMER}, {"nobody", WHO_NOBODY}};
	struct str name = node->text, prefix = S("record.");
	const struct role *role = map_get(&load->model->roles_by_name, name);
	const struct field *field;
	bool as_field = str_starts(name, prefix);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(name, words[i].word)) {
			*who = (struct who){.kind = words[i].kind};
			return true;
		}
	field = type_field(type, as_field ? str_sub(name, prefix.n, name.n) : name);
	if (field && !who_of_field(field, who))
		field = NULL;
	if (!role && !as_field)
		role = role_of_process(type->process, name);
	if (role && field) {
		fault(load, node->place, "\"%s\" is a role and a field: write %s or record.%s", text_of(load, name),
		      text_of(load, role->name), text_of(load, name));
		return false;
	}
	if (!role && !field) {
		fault_unknown(load, node->place, "role or person", name, who_names(load, type));
		return false;
	}
	if (role)
		*who = (struct who){.kind = WHO_ROLE, .role = role};
	return true;
}

static struct who *read_who(struct load *load, const struct type *type, const struct node *mapping, const char *key,
			    size_t *count)
{
	size_t given;
	const struct node **list = read_items(load, mapping, key, &given);
	struct who *who = arena_many(load->arena, struct who, given);

	*count = 0;
	for (size_t i = 0; i < given; i++)
		if (resolve_who(load, type, list[i], &who[*count]))
			(*count)++;
	return who;
}

static void read_from(struct load *load, const struct type *type, const struct node *node,
		      struct transition *transition)
{
	size_t count;
	const struct node **list = read_items(load, node, "from", &count);

	if (!count) {
		fault(load, transition->place, "A transition needs \"from\": a state, a list of states, or any");
		return;
	}
	if (count == 1 && str_is(list[0]->text, "any"))
		return;
	transition->from = arena_many(load->arena, const struct state *, count);
	for (size_t i = 0; i < count; i++) {
		const struct state *state = state_named(load, type, list[i]);

		if (state)
			transition->from[transition->from_count++] = state;
	}
}

static void read_requires(struct load *load, const struct type *type, const struct node *node,
			  struct transition *transition)
{
	size_t count;
	const struct node **list = read_items(load, node, "requires", &count);

	transition->requires = arena_many(load->arena, struct requirement, count);
	for (size_t i = 0; i < count; i++) {
		bool comment = str_is(list[i]->text, "comment");
		const struct field *field = comment ? NULL : field_named(load, type, list[i]->text, list[i]->place);

		if (comment || field)
		transition->requires[transition->requires_count++] = (struct requirement){comment, field};
	}
}

const struct field **read_fields(struct load *load, const struct type *type, const struct node *node, const char *key,
				 size_t *count)
{
	size_t given;
	const struct node **list = read_items(load, node, key, &given);
	const struct field **fields = arena_many(load->arena, const struct field *, given);

	*count = 0;
	for (size_t i = 0; i < given; i++) {
		const struct field *field = field_named(load, type, list[i]->text, list[i]->place);

		if (field)
			fields[(*count)++] = field;
	}
	return fields;
}

static void read_also_when(struct load *load, const struct type *type, const struct node *node,
			   struct transition *transition)
{
	const struct node *given = node_get(node, "also_when");
	struct str text = read_text(load, node, "also_when"), start = S("public comment by ");

	if (!given)
		return;
	if (!str_starts(text, start)) {
		fault(load, given->place, "\"also_when\" must read: public comment by FIELD");
		return;
	}
	transition->also_when_by = field_named(load, type, str_sub(text, start.n, text.n), given->place);
	if (transition->also_when_by && transition->also_when_by->kind != FIELD_PERSON)
		fault(load, given->place, "\"%s\" is no person field", text_of(load, transition->also_when_by->name));
}

static void read_transition(struct load *load, struct type *type, struct str name, struct place place,
			    const struct node *node)
{
	struct transition *transition = arena_one(load->arena, struct transition);
	const struct node *to = node_get(node, "to");

	if (!name_is_good(load, name, place, "transition") || !read_mapping(load, node, "A transition"))
		return;
	read_keys(load, node,
		  "label plain from to by personal requires asks guard guard_message warns also_when likely by_mail");
	transition->name = name;
	transition->place = place;
	transition->label = read_label_or_name(load, node, "label", name);
	transition->plain = read_label(load, node, "plain");
	read_from(load, type, node, transition);
	if (to)
		transition->to = state_named(load, type, to);
	transition->by = read_who(load, type, node, "by", &transition->by_count);
	read_requires(load, type, node, transition);
	transition->asks = read_fields(load, type, node, "asks", &transition->asks_count);
	transition->guard = read_expression(load, type, node, "guard");
	transition->personal = read_flag(load, node, "personal", false);
	transition->likely = read_flag(load, node, "likely", false);
	transition->unlikely = node_get(node, "likely") && !transition->likely;
	transition->guard_message = read_label(load, node, "guard_message");
	transition->warns = read_label(load, node, "warns");
	transition->mail_words = read_texts(load, node, "by_mail", &transition->mail_word_count);
	read_also_when(load, type, node, transition);
	type->transitions[type->transition_count++] = transition;
}

static void read_access(struct load *load, struct type *type, const struct node *mapping)
{
	static const char *const verbs[ACCESS_VERBS] = {"read", "create", "edit", "comment"};
	const struct process *process = type->process;

	if (mapping && read_mapping(load, mapping, "\"access\""))
		read_keys(load, mapping, "read create edit comment");
	for (int verb = 0; verb < ACCESS_VERBS; verb++) {
		if (node_get(mapping, verbs[verb])) {
			type->access[verb] = read_who(load, type, mapping, verbs[verb], &type->access_count[verb]);
			continue;
		}
		type->access[verb] = arena_many(load->arena, struct who, process->role_count);
		type->access_count[verb] = process->role_count;
		for (size_t i = 0; i < process->role_count; i++)
			type->access[verb][i] = (struct who){.kind = WHO_ROLE, .role = process->roles[i]};
	}
}

static void read_set_by(struct load *load, struct type *type, const struct node *fields)
{
	for (size_t i = 0; i < type->field_count; i++) {
		struct field *field = type->fields[i];
		const struct node *node = node_get(fields, text_of(load, field->name));

		if (node_get(node, "set_by"))
			field->set_by = read_who(load, type, node, "set_by", &field->set_by_count);
		for (size_t j = 0; j < field->set_by_count; j++)
			if (field->set_by[j].field)
				fault(load, node_get(node, "set_by")->place,
				      "\"set_by\" names roles, not people of the record");
	}
}

static void read_banner(struct load *load, struct type *type, const struct node *node)
{
	struct banner *banner = &type->banners[type->banner_count++];
	struct str shows = read_text(load, node, "shows"), offers = read_text(load, node, "offers");

	if (!read_mapping(load, node, "A banner"))
		return;
	read_keys(load, node, "when says shows offers");
	banner->place = node->place;
	banner->when = read_expression(load, type, node, "when");
	banner->says = read_label(load, node, "says");
	if (!banner->when || !banner->says.text[ENGLISH].n)
		fault(load, node->place, "A banner needs \"when\" and \"says\"");
	if (shows.n)
		banner->shows = field_named(load, type, shows, node->place);
	if (offers.n)
		banner->transition = type_transition(type, offers);
	if (offers.n && !banner->transition)
		fault(load, node->place, "There is no transition \"%s\"", text_of(load, offers));
}

static void read_banners(struct load *load, struct type *type, const struct node *list)
{
	if (!list)
		return;
	if (list->kind != NODE_SEQUENCE) {
		fault(load, list->place, "\"%s\" must be a list", "banners");
		return;
	}
	type->banners = arena_many(load->arena, struct banner, list->count);
	for (size_t i = 0; i < list->count; i++)
		read_banner(load, type, list->items[i]);
}

/* "task.incident": the reference by which records of another type belong to this one. */
static const struct field *reference_here(const struct load *load, const struct type *type, struct str name)
{
	const struct type *other = NULL;
	const struct field *field = NULL;
	size_t dot;

	if (str_find_char(name, '.', &dot))
		other = model_type(load->model, str_sub(name, 0, dot));
	if (other)
		field = type_field(other, str_sub(name, dot + 1, name.n));
	return field && field->kind == FIELD_REFERENCE && field->to == type ? field : NULL;
}

static void read_timeline(struct load *load, struct type *type, const struct node *node)
{
	size_t count;
	const struct node **list = read_items(load, node, "timeline", &count);

	type->timeline = arena_many(load->arena, struct link_end_name, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct link_end_name *end = &type->timeline[type->timeline_count];

		end->link = type_link_end(type, list[i]->text, &end->backwards);
		end->reference = reference_here(load, type, list[i]->text);
		if (end->link || end->reference)
			type->timeline_count++;
		else
			fault(load, list[i]->place, "There is no link \"%s\" here", text_of(load, list[i]->text));
	}
}

static bool read_sort(struct load *load, const struct type *type, const struct node *node, struct sort *sort)
{
	struct str text = node->text, start = S("clock("), end = S(").due_at"), all = {0};

	*sort = (struct sort){.descending = str_starts(text, S("-"))};
	text = str_sub(text, sort->descending, text.n);
	if (str_starts(text, start) && str_ends(text, end)) {
		sort->clock = str_sub(text, start.n, text.n - end.n);
		if (map_get(&type->query->clocks, sort->clock))
			return true;
		fault(load, node->place, "There is no clock \"%s\" here", text_of(load, sort->clock));
		return false;
	}
	sort->field = map_get(&type->query->fields, text);
	if (sort->field && sort->field->kind != VALUE_LIST)
		return true;
	for (size_t i = 0; i < type->query->fields.count; i++)
		all = words_add(load, all, type->query->fields.entries[i].key);
	fault_unknown(load, node->place, "field to sort by", text, all);
	return false;
}

static void read_view(struct load *load, struct type *type, struct str name, struct place place,
		      const struct node *node)
{
	struct view *view = arena_one(load->arena, struct view);
	const struct node **sort;
	size_t count;

	if (!name_is_good(load, name, place, "view") || !read_mapping(load, node, "A view"))
		return;
	read_keys(load, node, "label filter sort columns");
	view->name = name;
	view->place = place;
	view->label = read_label_or_name(load, node, "label", name);
	if (node_get(node, "filter"))
		view->filter = read_expression(load, type, node, "filter");
	else if (query_parse(load->arena, type->query, (struct str){0}, &view->filter, load->error))
		load->faults++;
	sort = read_items(load, node, "sort", &count);
	view->sort = arena_many(load->arena, struct sort, count);
	for (size_t i = 0; i < count; i++)
		if (read_sort(load, type, sort[i], &view->sort[view->sort_count]))
			view->sort_count++;
	view->columns = read_fields(load, type, node, "columns", &view->column_count);
	type->views[type->view_count++] = view;
}

static void read_figure(struct load *load, struct type *type, struct str name, struct place place,
			const struct node *node)
{
	struct figure_use *figure = &type->figures[type->figure_count];

	if (!name_is_good(load, name, place, "figure") || !read_mapping(load, node, "A figure"))
		return;
	*figure = (struct figure_use){.name = name, .parameters = node, .place = place};
	figure->label = read_label_or_name(load, node, "label", name);
	figure->help = read_label(load, node, "help");
	figure->insight = read_text(load, node, "insight");
	if (!figure->insight.n)
		fault(load, place, "A figure needs \"insight\": how it is computed");
	type->figure_count++;
}

/* A type that does not say what its list shows shows the first things that fit on a line. */
static void read_columns(struct load *load, struct type *type, const struct node *node)
{
	enum { MOST = 6 };

	if (node_get(node, "columns")) {
		type->columns = read_fields(load, type, node, "columns", &type->column_count);
		return;
	}
	type->columns = arena_many(load->arena, const struct field *, MOST);
	for (size_t i = 0; i < type->field_count && type->column_count < MOST; i++) {
		const struct field *field = type->fields[i];

		if (field->kind != FIELD_MARKDOWN && field->kind != FIELD_ROWS && field->kind != FIELD_LINKS &&
		    !field->internal)
			type->columns[type->column_count++] = field;
	}
}

/* Expressions of fields may speak of everything, so they come last. */
static void read_field_conditions(struct load *load, struct type *type, const struct node *fields)
{
	for (size_t i = 0; fields && i < type->field_count; i++) {
		const struct node *node = node_get(fields, str_c(load->arena, type->fields[i]->name));

		if (node && node_get(node, "shown_when"))
			type->fields[i]->shown_when = read_expression(load, type, node, "shown_when");
	}
}

/* It is judged wherever a record turns up, with and without a database at hand. */
static const struct query *read_sight(struct load *load, struct type *type, const struct node *node, const char *key)
{
	const struct query *sight = node_get(node, key) ? read_expression(load, type, node, key) : NULL;

	if (sight && !query_is_of_record(sight))
		fault(load, node_get(node, key)->place,
		      "\"%s\" may look only at the record's own fields and at me, my.groups and my.customer", key);
	for (size_t i = 0; sight && i < type->field_count; i++) {
		struct field *field = type->fields[i];

		if (field->kind == FIELD_LINKS && query_names(sight, field->query))
			type->seen_by_links = field->tells_who_sees = true;
	}
	return sight;
}

static void read_sights(struct load *load, struct type *type, const struct node *node)
{
	const struct node *given = node_get(node, "customers_see");

	if (given && !type->scoped && !type->open_to_customers)
		fault(load, given->place, "\"customers_see\" narrows \"scope\", which is not given");
	type->customers_see = read_sight(load, type, node, "customers_see");
	type->partners_see = read_sight(load, type, node, "partners_see");
}

void resolve_rules(struct load *load, struct draft *draft)
{
	const struct node *transitions = node_get(draft->node, "transitions"), *views = node_get(draft->node, "views");
	const struct node *figures = node_get(draft->node, "figures");
	struct type *type = draft->type;

	read_field_conditions(load, type, node_get(draft->node, "fields"));
	read_access(load, type, node_get(draft->node, "access"));
	read_sights(load, type, draft->node);
	read_columns(load, type, draft->node);
	type->form = read_fields(load, type, draft->node, "form", &type->form_count);
	type->paper = read_fields(load, type, draft->node, "paper", &type->paper_count);
	read_set_by(load, type, node_get(draft->node, "fields"));
	if (transitions && read_mapping(load, transitions, "\"transitions\"")) {
		type->transitions = arena_many(load->arena, struct transition *, transitions->count);
		for (size_t i = 0; i < transitions->count; i++)
			read_transition(load, type, transitions->keys[i], transitions->key_places[i],
					transitions->items[i]);
	}
	if (views && read_mapping(load, views, "\"views\"")) {
		type->views = arena_many(load->arena, struct view *, views->count);
		for (size_t i = 0; i < views->count; i++)
			read_view(load, type, views->keys[i], views->key_places[i], views->items[i]);
	}
	read_timeline(load, type, draft->node);
	read_banners(load, type, node_get(draft->node, "banners"));
	type->urgent = read_expression(load, type, draft->node, "urgent");
	if (figures && read_mapping(load, figures, "\"figures\"")) {
		type->figures = arena_many(load->arena, struct figure_use, figures->count);
		for (size_t i = 0; i < figures->count; i++)
			read_figure(load, type, figures->keys[i], figures->key_places[i], figures->items[i]);
	}
}
