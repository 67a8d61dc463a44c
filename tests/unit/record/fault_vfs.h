/* fault_vfs: a disk that fails as it is told, between SQLite and the system. Every database that is opened after
 * fault_register() stands on it.
 *
 * Calls are counted from fault_plan() on; the fault strikes at the one that is asked for. Any thread may call. */
#ifndef TEST_RECORD_FAULT_VFS_H
#define TEST_RECORD_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_NONE,
	FAULT_ONCE,      /* one call of any kind fails */
	FAULT_FROM,      /* that and all that follow */
	FAULT_FULL,      /* from that writing call on there is no room on the disk */
	FAULT_POWER,     /* at that writing call the power goes: nothing works any more */
	FAULT_READ_ONLY, /* files are opened for reading only */
};

void fault_register(void);
void fault_plan(enum fault fault, unsigned call);
bool fault_struck(void);
/* After everything is closed: the files become what a disk may hold after the power went. What was not synced is there
 * or not, write by write or sector by sector, as the seed says. */
void fault_power_back(uint64_t seed);

#endif
