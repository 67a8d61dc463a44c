/* zip: files into one that every desktop opens: deflated, up to 4 GB and 65,535 files, names in ASCII. */
#ifndef PACK_ZIP_H
#define PACK_ZIP_H

#include "base/arena.h"
#include "base/error.h"

struct zip;
/* Writes from where the file is; it must be one that can be sought in. */
struct zip *zip_new(struct arena *arena, int file);
MUST enum status zip_add(struct zip *zip, struct str name, int from, struct error *error);
MUST enum status zip_end(struct zip *zip, struct error *error);

#endif
