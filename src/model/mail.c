/* How records of a type come by mail: `mail:`. */
#include "model/load.h"

static const struct field *mail_field(struct load *load, const struct type *type, const struct node *node,
				      const char *key)
{
	const struct node *given = node_get(node, key);

	if (!given)
		fault(load, node->place, "\"mail\" needs \"%s\"", key);
	return given ? field_named(load, type, given->text, given->place) : NULL;
}

static void read_mail_fields(struct load *load, const struct type *type, const struct node *node, struct mail_use *mail)
{
	mail->text = mail_field(load, type, node, "text");
	mail->by = mail_field(load, type, node, "by");
	if (mail->text && mail->text->kind != FIELD_MARKDOWN && mail->text->kind != FIELD_TEXT)
		fault(load, node->place, "\"%s\" must be a field of type text", "text");
	if (mail->by && mail->by->kind != FIELD_PERSON)
		fault(load, node->place, "\"%s\" is no person field", text_of(load, mail->by->name));
}

static void read_reopen(struct load *load, const struct type *type, const struct node *node, struct mail_use *mail)
{
	const struct node *given = node_get(node, "reopen");

	if (!given)
		return;
	mail->reopen = type_transition(type, given->text);
	if (!mail->reopen)
		fault(load, given->place, "There is no transition \"%s\"", text_of(load, given->text));
}

static void read_related(struct load *load, const struct type *type, const struct node *node, struct mail_use *mail)
{
	const struct node *given = node_get(node, "related");

	if (!given)
		return;
	mail->related = type_link(type, given->text);
	if (!mail->related || mail->related->to != type)
		fault(load, given->place, "\"%s\" must be a link to the same type", "related");
}

/* The mail itself is kept, too, and tied to what came of it. */
static void find_kept_with(struct load *load, const struct type *type, struct mail_use *mail)
{
	const struct type *kept = load->model->acting[ACTS_MAIL];

	for (size_t i = 0; kept && i < kept->link_count && !mail->kept_with; i++)
		if (kept->links[i]->to == type)
			mail->kept_with = kept->links[i];
	if (!mail->kept_with)
		fault(load, mail->place, "\"mail\" needs a type that acts as mail with a link to \"%s\"",
		      text_of(load, type->name));
}

void resolve_mail(struct load *load, struct draft *draft)
{
	const struct node *node = node_get(draft->node, "mail");
	struct mail_use *mail;

	if (!node || !read_mapping(load, node, "\"mail\""))
		return;
	read_keys(load, node, "text by reopen related");
	mail = arena_one(load->arena, struct mail_use);
	mail->place = node->place;
	read_mail_fields(load, draft->type, node, mail);
	read_reopen(load, draft->type, node, mail);
	read_related(load, draft->type, node, mail);
	find_kept_with(load, draft->type, mail);
	draft->type->mail = mail;
}
