/* openapi: parts of the OpenAPI document, private to api/. Each function gives a new reference. */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include <jansson.h>

#include "model/model.h"

json_t *schema_of_field(const struct field *field); /* as answers hold it */
json_t *schema_of_input(const struct field *field); /* as requests hold it */
json_t *schema_of_record(const struct type *type);
json_t *schema_of_create(const struct type *type); /* also of changes, without what is required */
json_t *schema_of_change(const struct type *type);
json_t *schema_of_transition(const struct type *type, const struct transition *transition);
json_t *common_schemas(void); /* Problem, Event, Clock, Link, Comment, Attachment... */
json_t *json_of_text(struct str text);
void openapi_add_insights(json_t *paths, json_t *schemas);
char *openapi_name(const struct type *type, const char *suffix, char out[96]); /* "ConfigurationItemCreate" */
json_t *reference_to(const char *schema); /* {"$ref": "#/components/schemas/..."} */

/* Operations; see openapi_write.c. */
struct writer {
	struct arena *arena;
	json_t *paths;
	const struct type *type; /* at hand; NULL for operations without one */
	char collection[96];
};
struct operation {
	const char *method, *path, *id, *summary;
	json_t *parameters;    /* of the query; may be NULL */
	json_t *body;          /* schema; NULL: none */
	const char *body_type; /* NULL: application/json */
	bool body_optional;
	const char *success; /* "200" */
	json_t *response;    /* the whole response object */
	const char *refusals;
};
void openapi_add(struct writer *writer, struct operation operation);
void openapi_about(struct writer *writer);   /* those of no type */
void openapi_webhook(struct writer *writer); /* of the type that acts as webhook */
void openapi_intake(struct writer *writer);  /* of a type whose records take alerts in */
json_t *openapi_answer(const char *description, json_t *schema);
json_t *openapi_items(json_t *schema, const char *extra, json_t *extra_schema);
json_t *openapi_parameter(const char *name, const char *description, json_t *schema); /* of the query */
json_t *openapi_text(void);
json_t *openapi_nullable_text(void);

#endif
