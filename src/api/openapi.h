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
char *openapi_name(const struct type *type, const char *suffix, char out[96]); /* "ConfigurationItemCreate" */
json_t *reference_to(const char *schema); /* {"$ref": "#/components/schemas/..."} */

#endif
