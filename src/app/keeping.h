/* keeping: the settings of backups that are taken by themselves. */
#ifndef APP_KEEPING_H
#define APP_KEEPING_H

#include "app/program.h"
#include "job/keeper.h"

/* *keeper NULL: nobody asked for backups. */
MUST enum status keeping_new(struct program *program, const struct settings *settings, struct keeper **keeper,
			     struct error *error);

#endif
