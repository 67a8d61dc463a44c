#include "web/embedded.h"

const struct embedded_file *asset_by_name(const char *name)
{
	for (size_t i = 0; i < embedded_assets_count; i++)
		if (str_is(str_of(embedded_assets[i].name), name))
			return &embedded_assets[i];
	return NULL;
}

const struct embedded_file *asset_by_url(struct str path)
{
	for (size_t i = 0; i < embedded_assets_count; i++)
		if (str_is(path, embedded_assets[i].url))
			return &embedded_assets[i];
	return NULL;
}

const char *asset_url(const char *name)
{
	const struct embedded_file *file = asset_by_name(name);

	return file ? file->url : "";
}
