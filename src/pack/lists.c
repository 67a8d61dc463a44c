/* Lists of records that are evidence: what a check counts, and all of a type. Several demands may share one. */
#include "pack/inside.h"

static struct str key_of(struct arena *arena, const struct type *type, struct str filter)
{
	return str_format(arena, "%.*s\n%.*s", STR_ARG(type->name), STR_ARG(filter));
}

const struct pack_list *pack_list_of(const struct packing *packing, const struct type *type, struct str filter)
{
	return map_get(&packing->lists_by_key, key_of(packing->scratch, type, filter));
}

/* Which of them decided then is not known: a check may look at time and at other records, so all of the type are shown.
 */
struct str pack_filter(const struct packing *packing, const struct conformity_item *item, size_t check,
		       struct arena *arena)
{
	return pack_is_past(packing) ? S("") : conformity_filter(arena, &item->checks[check]);
}

static void give_page(struct packing *packing, const struct record *record)
{
	char number[NUMBER_TEXT];
	struct str name = str_of(kernel_number(packing->wish->kernel, record->identity, number));

	if (packing->records.count == RECORDS_MOST || map_get(&packing->paged, name))
		return;
	map_put(&packing->paged, str_dup(packing->arena, name), (void *)record);
	vec_push(packing->arena, &packing->records, record->identity);
}

/* What its reader sees of it; a filter may speak of what the reader may not read. */
static enum status read_seen(struct packing *packing, struct pack_list *list, const struct query *filter)
{
	const struct pack_wish *wish = packing->wish;
	struct list_request request = {.type = list->type,
				       .filter = filter,
				       .limit = LISTED_MOST,
				       .count = true,
				       .as_of = pack_as_of(packing),
				       .now = wish->now};
	struct list_result found;
	enum status status;

	list->is_hidden = !access_reads_type(wish->kernel, wish->actor, list->type);
	if (list->is_hidden)
		return OK;
	status =
	    read_list(wish->kernel, packing->connection, packing->arena, wish->actor, &request, &found, packing->error);
	if (status == E_SYNTAX) {
		error_clear(packing->error);
		list->is_hidden = true;
		return OK;
	}
	if (status)
		return status;
	list->records = found.records;
	list->count = found.count;
	list->total = found.total;
	for (size_t i = 0; i < found.count; i++)
		give_page(packing, found.records[i]);
	return OK;
}

/* All that there are, whoever may see them. */
static enum status count_all(struct packing *packing, const struct type *type, const struct query *filter,
			     int64_t *count)
{
	const struct pack_wish *wish = packing->wish;
	struct list_request request = {
	    .type = type, .filter = filter, .limit = 1, .count = true, .as_of = pack_as_of(packing), .now = wish->now};
	struct list_result found;
	enum status status;

	if (!pack_is_past(packing))
		return read_count(wish->kernel, packing->connection, packing->arena, actor_system(), type, filter,
				  wish->now, count, packing->error);
	status = read_list(wish->kernel, packing->connection, packing->arena, actor_system(), &request, &found,
			   packing->error);
	*count = found.total;
	return status;
}

static enum status find_list(struct packing *packing, const struct type *type, struct str filter)
{
	struct pack_list *list;
	const struct query *query = NULL;
	int64_t all;
	enum status status;

	if (pack_list_of(packing, type, filter))
		return OK;
	list = arena_one(packing->arena, struct pack_list);
	*list = (struct pack_list){.type = type, .filter = filter};
	list->stem = str_format(packing->arena, "lists/%.*s-%zu", STR_ARG(type->collection), packing->lists.count + 1);
	map_put(&packing->lists_by_key, key_of(packing->arena, type, filter), list);
	vec_push(packing->arena, &packing->lists, list);
	if ((filter.n && (status = query_parse(packing->arena, type->query, filter, &query, packing->error))) ||
	    (status = read_seen(packing, list, query)) || (status = count_all(packing, type, query, &all)))
		return status;
	list->withheld = all - list->total;
	if (!filter.n)
		packing->outcome->withheld += list->withheld;
	return pack_step(packing);
}

static enum status find_lists_of(struct packing *packing, const struct conformity_item *item)
{
	const struct planned_demand *planned = item->planned;
	enum status status = OK;

	for (size_t i = 0; !status && i < planned->check_count; i++) {
		const struct conformity_check *check = planned->checks[i].check;

		if (check->type && !planned->checks[i].figure)
			status = find_list(packing, check->type, pack_filter(packing, item, i, packing->arena));
	}
	return status;
}

static enum status find_types_of(struct packing *packing, const struct planned_demand *planned)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < planned->type_count; i++)
		status = find_list(packing, planned->types[i], S(""));
	for (size_t i = 0; !status && i < planned->check_count; i++)
		if (planned->checks[i].check->type)
			status = find_list(packing, planned->checks[i].check->type, S(""));
	return status;
}

/* What checks count comes first: it shall have the pages when there are not enough for all. */
enum status pack_find_lists(struct packing *packing)
{
	const struct conformity_survey *survey = &packing->pages[ENGLISH].survey;
	const struct register_of_demands *demands = packing->wish->plan->demands;
	enum status status = OK;

	for (size_t i = 0; !status && i < demands->count; i++)
		if (survey->items[i].planned)
			status = find_lists_of(packing, &survey->items[i]);
	for (size_t i = 0; !status && i < demands->count; i++)
		if (survey->items[i].planned)
			status = find_types_of(packing, survey->items[i].planned);
	for (size_t i = 0; i < packing->lists.count; i++)
		if (!packing->lists.items[i]->filter.n)
			vec_push(packing->arena, &packing->types, packing->lists.items[i]->type);
	packing->total =
	    packing->done + (int64_t)(packing->lists.count + packing->records.count + packing->types.count);
	return status;
}

/* --- their pages --- */

static struct str counted(const struct html *h, const struct pack_list *list)
{
	struct str seen = phrase_count(h, list->total, N_("%s record"), N_("%s records"));

	if (list->is_hidden)
		return phrase(h, N_("%s withheld"), words_number(h, list->withheld));
	return list->withheld ? phrase(h, N_("%1$s, %2$s withheld"), seen, words_number(h, list->withheld)) : seen;
}

void pack_draw_list_link(struct packing *packing, struct html *h, const struct pack_list *list)
{
	(void)packing;
	html(h, "<a href='../%a%a'>%t: %t</a>", list->stem, pack_suffix(h->language),
	     label_in(&list->type->plural, h->language), counted(h, list));
}

static void draw_row(struct packing *packing, struct html *h, const struct show *show, const struct record *record)
{
	html(h, "<tr><td class='id'>");
	pack_draw_number(packing, h, record->identity);
	html(h, "</td><td>%t</td><td>%t</td><td>%t</td><td>%t</td><td>%t</td></tr>", read_headline(record, h->language),
	     record->state ? label_in(&record->state->label, h->language) : S(""), words_moment(h, record->created_at),
	     record->created_by ? show_name(show, record->created_by) : label(h, N_("Kaname")),
	     words_moment(h, record->updated_at));
}

static enum status draw_list(struct packing *packing, const struct pack_list *list, enum language language)
{
	struct visit *visit = &packing->visits[language];
	struct html *h = pack_begin(packing, language, list->stem, label_in(&list->type->plural, language));
	struct show show = show_new(visit);
	enum status status;

	for (size_t i = 0; i < list->count; i++)
		show_need_identity(&show, list->records[i]->created_by);
	if ((status = show_look_up(&show, packing->connection))) {
		error_append(packing->error, &visit->error);
		return status;
	}
	pack_draw_past(packing, language);
	html(h, "<p>%t</p>", counted(h, list));
	if (list->filter.n)
		html(h, "<p class='dim'>%l <code>%t</code></p>", N_("Filter:"), list->filter);
	if (list->total > (int64_t)list->count)
		html(h, "<p class='dim'>%t</p>",
		     phrase(h, N_("The newest %s are listed; all records of this kind are in the table."),
			    words_number(h, (int64_t)list->count)));
	if (!list->is_hidden)
		html(h, "<p><a href='../csv/%p.csv'>%l</a></p>", list->type->collection,
		     N_("All of them as a table (CSV)"));
	if (list->count) {
		html(h,
		     "<table><thead><tr><th>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th><th>%l</th></tr></thead>"
		     "<tbody>",
		     N_("Number"), N_("Title"), N_("State"), N_("Created"), N_("Created by"), N_("Updated"));
		for (size_t i = 0; i < list->count; i++)
			draw_row(packing, h, &show, list->records[i]);
		html(h, "</tbody></table>");
	}
	return pack_end(packing, language, list->stem);
}

enum status pack_draw_lists(struct packing *packing)
{
	enum status status = OK;

	for (size_t i = 0; !status && i < packing->lists.count; i++) {
		for (size_t k = 0; !status && k < LANGUAGES; k++)
			status = draw_list(packing, packing->lists.items[i], (enum language)k);
		if (!status)
			status = pack_step(packing);
	}
	return status;
}
