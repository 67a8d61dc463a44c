#include "record_world.h"

const char probe_process[] =
    "process: probe\n"
    "clause: '8.1'\n"
    "group: resolve\n"
    "label: {en: Probe, ja: 試験}\n"
    "purpose: {en: Try what records can do., ja: 記録を試す。}\n"
    "roles:\n"
    "  reader: {label: {en: Reader, ja: 閲覧者}}\n"
    "  guard: {label: {en: Guard, ja: 監視者}}\n"
    "choices:\n"
    "  size: {values: {large: {en: Large, ja: 大}, medium: {en: Medium, ja: 中}, small: {en: Small, ja: 小}}}\n"
    "records:\n"
    "  thing:\n"
    "    prefix: THG\n"
    "    collection: things\n"
    "    label: {en: Thing, ja: 物}\n"
    "    headline: title\n"
    "    reading: title_reading\n"
    "    scope: customer\n"
    "    about: [holder]\n"
    "    fields:\n"
    "      title: {type: text, max: 40, required: true, public: true}\n"
    "      title_reading: {type: text, public: true}\n"
    "      customer: {type: reference, to: customer, public: true}\n"
    "      size: {type: choice, of: size, public: true}\n"
    "      holder: {type: person}\n"
    "      team: {type: group}\n"
    "      service: {type: reference, to: service, public: true}\n"
    "      secret: {type: boolean}\n"
    "      amount: {type: integer, min: -5, max: 1000, public: true}\n"
    "      price: {type: money}\n"
    "      rate: {type: decimal, min: 0, max: 2.5}\n"
    "      day: {type: date}\n"
    "      moment: {type: datetime}\n"
    "      span: {type: duration}\n"
    "      flag: {type: boolean}\n"
    "      note: {type: markdown, personal: true, public: true}\n"
    "      inner: {type: text}\n"
    "      parts: {type: links, to: thing, back_name: wholes}\n"
    "      lines: {type: rows, columns: {what: {type: text, max: 5, required: true}, much: {type: decimal}, who: "
    "{type: "
    "person}, kind: {type: choice, of: size}}}\n"
    "    states:\n"
    "      fresh: {phase: open}\n"
    "      used: {phase: waiting}\n"
    "      gone: {phase: done}\n"
    "    transitions:\n"
    "      use: {from: [fresh, gone], to: used, by: [staff]}\n"
    "      end: {from: [fresh, used], to: gone, by: [staff]}\n"
    "    links:\n"
    "      near: {to: thing, label: {en: Near, ja: 近く}, back: {en: Near, ja: 近く}, back_name: nearby}\n"
    "    behaviours:\n"
    "      - restricted_visibility: {when: 'secret', to: [probe.guard, holder, team]}\n"
    "    access:\n"
    "      read: [reader, holder, team]\n"
    "      create: [reader]\n"
    "      edit: [reader]\n"
    "      comment: [reader, customer]\n"
    "    figures:\n"
    "      by_size: {insight: breakdown, by: size, in_period: created_at}\n"
    "      by_holder: {insight: breakdown, by: holder, among: 'flag or amount > 3'}\n"
    "      by_flag: {insight: breakdown, by: flag, in_period: day}\n"
    "      by_state: {insight: breakdown, by: state, in_period: moment}\n"
    "      per_day: {insight: breakdown, each: day, in_period: moment}\n"
    "      per_week: {insight: breakdown, each: week, in_period: day}\n"
    "      per_month: {insight: breakdown, each: month, in_period: created_at}\n"
    "      flagged: {insight: share, when: flag, by: service, in_period: created_at, goal: '>= 50%'}\n"
    "      flagged_per_week: {insight: share, when: 'flag or amount > 9', each: week, in_period: moment}\n"
    "      amount: {insight: average, of: amount, by: size, in_period: created_at}\n"
    "      span: {insight: average, of: span, goal: '<= 5s'}\n"
    "      ages: {insight: age, among: 'state.phase != done', bounds: [1h, 1d, 7d, 30d]}\n"
    "      ages_of_moment: {insight: age, since: moment, bounds: [1d, 7d]}\n"
    "      odd: {insight: factors, in_period: created_at, factors: {flagged: {when: flag}, much: {when: 'amount > 9 or "
    "span > 4s'}, changed: {when: 'changed(amount)'}}}\n"
    "      ages_by_size: {insight: age, by: size, bounds: [1d, 7d, 30d]}\n"
    "      ages_of_moment_by_state: {insight: age, since: moment, by: state, bounds: [1d]}\n"
    "      flow: {insight: flow, in_period: created_at, closed: moment, each: week}\n"
    "      flow_of_days: {insight: flow, in_period: moment, closed: day, among: flag}\n"
    "      rhythm: {insight: rhythm, in_period: created_at}\n"
    "      forecast: {insight: forecast, open: 'state.phase != done', closed: moment, weeks: 4, ahead: 3, goal: '<= "
    "500'}\n"
    "      amounts: {insight: distribution, of: amount, in_period: created_at, bounds: [2, 5, 9]}\n"
    "      spans: {insight: distribution, of: span, bounds: [1s, 4s, 6s], target: 4s, goal: '>= 1%'}\n"
    "      alike: {insight: trend, in_period: created_at, least: 2}\n"
    /* What customers see of these hangs on more than whose they are. */
    "  sheet:\n"
    "    prefix: SHT\n"
    "    collection: sheets\n"
    "    headline: title\n"
    "    scope: open\n"
    "    customers_see: \"state = shown and (size = large or size = small and customer = my.customer) or holder = me "
    "and "
    "not (secret = true)\"\n"
    "    fields: {title: {type: text, public: true}, customer: {type: reference, to: customer}, size: {type: choice, "
    "of: "
    "size}, holder: {type: person}, team: {type: group}, secret: {type: boolean}, reads: {type: integer, counted: "
    "true}}\n"
    "    states: {hidden: {phase: open}, shown: {phase: open}}\n"
    "    transitions: {show: {from: hidden, to: shown, by: [staff]}, hide: {from: shown, to: hidden, by: [staff]}}\n"
    "    behaviours: [restricted_visibility: {when: 'secret', to: [probe.guard, holder]}]\n"
    "    access: {read: [reader, holder, team, customer], create: [reader], edit: [reader], comment: [reader]}\n"
    "  slip:\n"
    "    prefix: SLP\n"
    "    collection: slips\n"
    "    headline: title\n"
    "    scope: customer\n"
    "    customers_see: \"size in (large, medium) or title starts 'Thing' and amount >= 3 or holder is empty\"\n"
    "    fields: {title: {type: text, public: true}, customer: {type: reference, to: customer, public: true}, size: "
    "{type: choice, of: size}, holder: {type: person}, team: {type: group}, secret: {type: boolean}, amount: {type: "
    "integer}, sheet: {type: reference, to: sheet, public: true}}\n"
    "    states: {open: {phase: open}}\n"
    "    behaviours: [tally: {by: sheet, into: reads, when: 'amount > 2'}]\n"
    "    access: {read: [reader, holder, team], create: [reader, customer], edit: [reader], comment: [reader]}\n"
    /* And of these on links of their own. */
    "  leaflet:\n"
    "    prefix: LFT\n"
    "    collection: leaflets\n"
    "    headline: title\n"
    "    scope: open\n"
    "    customers_see: \"(for_customers is empty or for_customers = my.customer) and (for_teams is empty or for_teams "
    "in "
    "my.groups)\"\n"
    "    fields: {title: {type: text, public: true}, for_customers: {type: links, to: customer}, for_teams: {type: "
    "links, "
    "to: group}}\n"
    "    access: {read: [reader], create: [reader], edit: [reader], comment: [reader]}\n";

int probe_open(void **state)
{
	return world_open_with(state, probe_process);
}

void must_do(struct world *world, enum status status)
{
	char text[1024];

	if (!status)
		return;
	error_text(&world->error, text, sizeof(text));
	fail_msg("%s", text);
}

uint64_t chance(uint64_t *seed, uint64_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % below;
}

const struct query *expression(struct world *world, const struct type *type, const char *text)
{
	const struct query *query = NULL;

	error_clear(&world->error);
	must_do(world, query_parse(world->arena, type->query, str_of(text), &query, &world->error));
	return query;
}

struct wish {
	struct edit_request request;
	struct field_input fields[40];
	struct link_input links[8];
	struct attachment_input files[4];
};

static bool take_link(struct world *world, struct wish *wish, const char *name, const char *number)
{
	bool back = !strncmp(name, "back ", 5) || !strncmp(name, "unback ", 7), remove = !strncmp(name, "un", 2);
	const char *kind = strchr(name, ' ');
	struct link_input *link = &wish->links[wish->request.link_count];

	if (!back && strncmp(name, "link ", 5) != 0 && strncmp(name, "unlink ", 7) != 0)
		return false;
	*link = (struct link_input){
	    .link = type_link(wish->request.type, str_of(kind + 1)), .backwards = back, .remove = remove};
	assert_non_null(link->link);
	assert_true(kernel_parse_number(world->kernel, str_of(number), &link->other));
	wish->request.link_count++;
	return true;
}

static void take_word(struct world *world, struct wish *wish, struct connection *connection, const char *name,
		      const char *text)
{
	struct edit_request *request = &wish->request;
	struct field_input *input;

	if (!strcmp(name, "comment") || !strcmp(name, "public comment")) {
		request->comment = str_of(text);
		request->comment_is_public = *name == 'p';
	} else if (!strcmp(name, "file") || !strcmp(name, "public file")) {
		wish->files[request->attachment_count++] =
		    (struct attachment_input){str_of(text), S("text/plain"), str_of(text)};
		request->comment_is_public = *name == 'p';
	} else if (!strcmp(name, "state")) {
		request->transition = type_transition(request->type, str_of(text));
		assert_non_null(request->transition);
	} else if (!take_link(world, wish, name, text)) {
		input = &wish->fields[request->field_count++];
		input->field = type_field(request->type, str_of(name));
		assert_non_null(input->field);
		must_do(world, field_parse(world->kernel, connection, world->arena, input->field, str_of(text),
					   zone_open(S("Asia/Tokyo")), &input->value, &world->error));
	}
}

static void edit_words(struct world *world, const struct type *type, int64_t record, instant moment, va_list words)
{
	struct wish wish = {.request = {.type = type, .record = record, .via = VIA_IMPORT, .at = moment}};
	struct edit_batch batch = {.actor = actor_system(),
				   .requests = &wish.request,
				   .count = 1,
				   .results = &world->result,
				   .now = world->now};
	const char *name;

	error_clear(&world->error);
	wish.request.fields = wish.fields;
	wish.request.links = wish.links;
	wish.request.attachments = wish.files;
	{
		READER connection = NULL;

		must_do(world, store_reader(world->kernel->store, &connection, &world->error));
		while ((name = va_arg(words, const char *)))
			take_word(world, &wish, connection, name, va_arg(words, const char *));
	}
	must_do(world, kernel_edit(world->kernel, &batch, &world->error));
}

int64_t import(struct world *world, const char *type, instant moment, ...)
{
	va_list words;

	va_start(words, moment);
	edit_words(world, type_of(world, type), 0, moment, words);
	va_end(words);
	return world->result.record;
}

void alter(struct world *world, int64_t record, instant moment, ...)
{
	va_list words;

	va_start(words, moment);
	edit_words(world, kernel_type_of(world->kernel, record), record, moment, words);
	va_end(words);
}
