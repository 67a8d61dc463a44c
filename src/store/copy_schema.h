/* copy_schema: what copy.c and copy_schema.c share. */
#ifndef STORE_COPY_SCHEMA_H
#define STORE_COPY_SCHEMA_H

#include "store/schema.h"

#define COPY_MARK "unfinished copy" /* the row of kaname_meta that a finished copy does not have */

#endif
