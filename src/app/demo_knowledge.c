/* What is known, whom to call, and what the users of services are to know. */
#include "app/demo_world.h"
#include "model/node.h"

enum { REVIEWED_AFTER = 365 };

static void take(struct demo_world *world, const struct type *type, int64_t record, const char *transition,
		 instant after)
{
	struct demo_form form = demo_form(world, type, world->founded + after, 0);

	form.request.record = record;
	demo_take(&form, transition);
	if (form.request.transition)
		demo_found_edit(&form);
}

static int64_t service_identity(const struct demo_world *world, struct str key)
{
	int at = demo_service_by_key(world, key);

	return at == NOBODY ? 0 : world->services.items[at].identity;
}

static void found_article(struct demo_world *world, const struct type *type, const struct node *node)
{
	int author = demo_person_by_account(world, "desk");
	struct demo_form form =
	    demo_form(world, type, world->founded, author == NOBODY ? 0 : world->people.items[author].identity);
	int64_t article;

	demo_put_text(&form, "title", demo_text(node, "title"));
	demo_put_text(&form, "title_ja", demo_text(node, "ja"));
	demo_put_text(&form, "summary", demo_text(node, "summary"));
	demo_put_text(&form, "keywords", demo_text(node, "keywords"));
	demo_put_text(&form, "body", demo_text(node, "body"));
	demo_put_choice(&form, "audience", demo_text(node, "audience"));
	demo_put_record(&form, "service", service_identity(world, demo_text(node, "service")));
	demo_put(&form, "review_by", value_number(VALUE_DATE, zone_day(world->zone, world->until) + REVIEWED_AFTER));
	article = demo_found(&form);
	take(world, type, article, "submit", HOUR);
	take(world, type, article, "publish", 2 * HOUR);
}

static void found_contact(struct demo_world *world, const struct type *type, const struct node *node)
{
	struct demo_form form = demo_form(world, type, world->founded, 0);

	demo_put_text(&form, "name", demo_text(node, "name"));
	demo_put_text(&form, "name_ja", demo_text(node, "ja"));
	demo_put_choice(&form, "kind", demo_text(node, "kind"));
	demo_put_text(&form, "address", demo_text(node, "address"));
	demo_put_choice(&form, "hours", demo_text(node, "hours"));
	demo_put_text(&form, "note", demo_text(node, "note"));
	demo_put_text(&form, "note_ja", demo_text(node, "note_ja"));
	demo_found(&form);
}

/* "in_days" and "hours" tell when, from the end of the demonstration. */
static void found_notice(struct demo_world *world, const struct type *type, const struct node *node)
{
	struct demo_form form = demo_form(world, type, world->founded, 0);
	int32_t day = zone_day(world->zone, world->until) + demo_number(node, "in_days", 3);
	instant from = zone_instant(world->zone, day, demo_number(node, "from", 22) * HOUR);

	demo_put_text(&form, "title", demo_text(node, "title"));
	demo_put_text(&form, "title_ja", demo_text(node, "ja"));
	demo_put_choice(&form, "kind", demo_text(node, "kind"));
	demo_put_text(&form, "text", demo_text(node, "text"));
	demo_put_text(&form, "text_ja", demo_text(node, "text_ja"));
	demo_put_record(&form, "service", service_identity(world, demo_text(node, "service")));
	demo_put(&form, "starts_at", value_time(from));
	demo_put(&form, "ends_at", value_time(from + demo_number(node, "hours", 2) * (int64_t)HOUR));
	take(world, type, demo_found(&form), "publish", HOUR);
}

void demo_found_knowledge(struct demo_world *world)
{
	static const struct {
		const char *list, *type;
		void (*found)(struct demo_world *world, const struct type *type, const struct node *node);
	} kinds[] = {{"known", "article", found_article},
		     {"contacts", "contact_channel", found_contact},
		     {"notices", "service_notice", found_notice}};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		const struct type *type = model_type(world->model, str_of(kinds[k].type));
		const struct node *list = demo_list(world->organisation, kinds[k].list);

		for (size_t i = 0; type && i < list->count; i++)
			kinds[k].found(world, type, list->items[i]);
	}
}
