/* shelf_drivers: the kinds of shelves. */
#ifndef BACKUP_SHELF_DRIVERS_H
#define BACKUP_SHELF_DRIVERS_H

#include "backup/shelf.h"

extern const struct shelf_driver folder_driver;
MUST enum status folder_open(struct shelf *shelf, struct error *error);

extern const struct shelf_driver s3_driver;
MUST enum status s3_shelf_open(struct shelf *shelf, const struct shelf_access *access, struct error *error);

#endif
