/* s3: requests to an object store that speaks the protocol of Amazon's S3, signed (version 4) by libcurl.
 *
 * Addresses are path style (ENDPOINT/BUCKET/KEY), which every such store takes. A request that fails because of the
 * line or of the store's state (5xx, 429) is tried again a few times, each after a longer pause; what is sent is the
 * same each time, so it does no harm twice. Nothing is followed elsewhere, and certificates are proven as everywhere.
 */
#ifndef BACKUP_S3_H
#define BACKUP_S3_H

#include "backup/shelf.h"

struct s3;
/* place: s3://BUCKET or s3://BUCKET/PREFIX. */
MUST enum status s3_open(const char *place, const struct shelf_access *access, struct s3 **s3, struct error *error);
void s3_close(struct s3 *s3);

struct s3_request {
	const char *method;
	const char *name;   /* of an object, behind the prefix; NULL: the bucket itself */
	const char *query;  /* as it is signed: parameters in order, their values escaped; NULL: none */
	struct str body;    /* sent unless the method is GET, HEAD or DELETE */
	int64_t from, to;   /* of a GET: the range of bytes; to 0: all */
	size_t answer_most; /* bytes; more is an error */
};
struct s3_answer {
	struct str body;
	char etag[128]; /* empty: none was given */
	int64_t size;   /* of the whole object, of HEAD or a range; -1: not told */
};
/* E_UNAVAILABLE: it cannot be reached, or fails; E_DENIED: it refuses; E_NOT_FOUND: there is no such object or bucket.
 */
MUST enum status s3_ask(struct s3 *s3, struct arena *arena, const struct s3_request *request, struct s3_answer *answer,
			struct error *error);

const char *s3_prefix(const struct s3 *s3); /* "" or "PREFIX/" */
struct str s3_escape(struct s3 *s3, struct arena *arena, struct str text);
/* What stands between <NAME> and </NAME>, at *at or behind it; *at is then behind that. False: there is no more. */
bool s3_element(struct str xml, const char *name, size_t *at, struct str *text);

#endif
