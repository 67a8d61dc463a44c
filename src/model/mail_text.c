/* What mails say: `mails: {EVENT: {subject, opening}, TYPE.EVENT: ...}`. */
#include "model/load.h"

static const char places[] = "number title says state type reader";

static bool is_place(struct str name)
{
	struct str rest = str_of(places), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

static void check_places(struct load *load, const struct label *label, struct place at)
{
	for (int language = 0; language < LANGUAGES; language++) {
		struct str rest = label->text[language], name;
		size_t from, to;

		while (str_find_char(rest, '{', &from)) {
			rest = str_sub(rest, from + 1, rest.n);
			if (!str_find_char(rest, '}', &to))
				to = rest.n;
			name = str_sub(rest, 0, to);
			if (!is_place(name))
				fault_unknown(load, at, "place", name, str_of(places));
		}
	}
}

/* "incident.escalation": of one type. */
static void read_whose(struct load *load, struct mail_text *text, struct str key)
{
	const struct choice_set *events = map_get(&load->model->choices_by_name, S("notice_event"));
	size_t dot;

	text->event = key;
	if (str_find_char(key, '.', &dot)) {
		text->event = str_sub(key, dot + 1, key.n);
		text->type = map_get(&load->model->types_by_name, str_sub(key, 0, dot));
		if (!text->type)
			fault(load, text->place, "There is no record type \"%s\"", text_of(load, str_sub(key, 0, dot)));
	}
	if (events && !choice_find(events, text->event))
		fault(load, text->place, "There is no event \"%s\"", text_of(load, text->event));
}

static void read_encloses(struct load *load, const struct node *node, struct mail_text *text)
{
	enum { MOST = 20 };
	int64_t megabytes = 0;

	if (!node_get(node, "encloses_mb"))
		return;
	if (!read_integer(load, node, "encloses_mb", &megabytes) || megabytes < 0 || megabytes > MOST)
		fault(load, text->place, "\"encloses_mb\" must be a number, 0 to 20");
	else
		text->encloses = megabytes << 20;
}

void resolve_mail_texts(struct load *load, const struct node *mapping)
{
	if (!mapping || !read_mapping(load, mapping, "\"mails\""))
		return;
	for (size_t i = 0; i < mapping->count; i++) {
		struct mail_text *text = arena_one(load->arena, struct mail_text);
		const struct node *node = mapping->items[i];

		text->place = mapping->key_places[i];
		if (!read_mapping(load, node, "A mail"))
			continue;
		read_keys(load, node, "subject opening encloses_mb");
		read_whose(load, text, mapping->keys[i]);
		text->subject = read_label(load, node, "subject");
		text->opening = read_label(load, node, "opening");
		read_encloses(load, node, text);
		check_places(load, &text->subject, text->place);
		check_places(load, &text->opening, text->place);
		vec_push(load->arena, &load->mail_texts, text);
	}
}

const struct mail_text *model_mail_text(const struct model *model, const struct type *type, struct str event)
{
	const struct mail_text *best = NULL;
	int fit = 0;

	for (size_t i = 0; i < model->mail_text_count; i++) {
		const struct mail_text *text = model->mail_texts[i];
		bool named = str_eq(text->event, event);
		int fits = text->type == type && named      ? 4
			   : !text->type && named           ? 3
			   : !str_is(text->event, "notice") ? 0
			   : text->type == type             ? 2
			   : !text->type                    ? 1
							    : 0;

		if (fits > fit) {
			fit = fits;
			best = text;
		}
	}
	return best;
}
