/* names: what our files are called on a shelf.
 *
 * A backup is named by its moment: kaname-20261126T030000Z.backup. A file of the journal has a number that counts on
 * without end, and the moment up to which it goes: kaname-0000000017-20261126T030010Z.journal. So both stand in order.
 */
#ifndef BACKUP_NAMES_H
#define BACKUP_NAMES_H

#include "base/time.h"

enum { NAME_TEXT = 56 };
char *backup_name(instant moment, char out[NAME_TEXT]); /* to the second, as below; returns out */
char *journal_name(uint64_t number, instant until, char out[NAME_TEXT]);
/* False when nothing that we write is called so. */
bool backup_named(struct str name, instant *moment);
bool journal_named(struct str name, uint64_t *number, instant *until);

#endif
