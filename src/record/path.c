#include "record/path.h"

bool path_read(struct arena *arena, const struct type *type, struct str text, struct path *path)
{
	struct str part;

	*path = (struct path){0};
	if (!str_cut(&text, '.', &part))
		return false;
	path->base = type_field(type, part);
	if (!path->base)
		return false;
	if (!text.p)
		return true;
	if (!path->base->to || path->base->kind == FIELD_LINKS)
		return false;
	path->hops = arena_many(arena, const struct field *, text.n + 1);
	type = path->base->to;
	while (str_cut(&text, '.', &part)) {
		const struct field *hop = type ? type_field(type, part) : NULL;

		if (!hop || hop->kind == FIELD_LINKS)
			return false;
		path->hops[path->hop_count++] = hop;
		type = hop->to;
	}
	return true;
}

const struct field *path_end(const struct path *path)
{
	return path->hop_count ? path->hops[path->hop_count - 1] : path->base;
}

struct path path_to_other(struct arena *arena, const struct path *path, const struct field *end)
{
	struct path other = *path;

	if (!path->hop_count) {
		other.base = end;
		return other;
	}
	other.hops = arena_many(arena, const struct field *, path->hop_count);
	for (size_t i = 0; i + 1 < path->hop_count; i++)
		other.hops[i] = path->hops[i];
	other.hops[path->hop_count - 1] = end;
	return other;
}

enum status path_value(struct kernel *kernel, struct connection *connection, struct arena *arena,
		       const struct record *record, const struct path *path, struct value *value, struct error *error)
{
	*value = record_value(record, path->base);
	for (size_t i = 0; i < path->hop_count && value->kind == VALUE_RECORD; i++) {
		struct record *next;
		enum status status = record_load(kernel, connection, arena, value->number, false, &next, error);

		if (status)
			return status;
		*value =
		    next && path->hops[i]->type == next->type ? record_value(next, path->hops[i]) : (struct value){0};
	}
	if (path->hop_count && value->kind != path_end(path)->value)
		*value = (struct value){0};
	return OK;
}
