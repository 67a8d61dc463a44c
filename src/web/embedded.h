/* embedded: files that are part of the program, written into it by tools/embed.py. */
#ifndef WEB_EMBEDDED_H
#define WEB_EMBEDDED_H

#include "base/str.h"

struct embedded_file {
	const char *name; /* "kaname.css"; of a source its path: "8.1-incident-and-service-request.yaml" */
	const char
	    *url; /* "/assets/kaname-0123456789ab.css": names its content, so it may be kept for ever; of a source "" */
	const char *type;               /* media type */
	struct str plain, gzip, brotli; /* of a source only plain */
};

extern const struct embedded_file embedded_assets[]; /* style sheet, script, icons, mark */
extern const size_t embedded_assets_count;
extern const struct embedded_file embedded_sources[]; /* processes/: the model's YAML and the data beside it */
extern const size_t embedded_sources_count;

extern const struct embedded_file embedded_standard[]; /* standard/: the register of demands */
extern const size_t embedded_standard_count;

const struct embedded_file *asset_by_name(const char *name); /* NULL when there is none */
const struct embedded_file *asset_by_url(struct str path);
const char *asset_url(const char *name); /* for a link; "" when there is none */

#endif
