/* notify: the few words that a service and systemd say to each other (sd_notify(3), sd_listen_fds(3)), which are a
 * documented protocol: datagrams, and variables of the environment. Without systemd nothing happens. */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* "READY=1", "STOPPING=1", "WATCHDOG=1"... False: nobody asked to be told, or it could not be sent. */
bool notify_send(const char *state);
bool notify_reloading(void);

/* The socket that somebody listens at for us; 0: none was passed. */
MUST enum status notify_listener(int *fd, struct error *error);
bool notify_is_own_listener(void); /* it was we ourselves before a start anew, and no manager */
/* For the program that this process becomes by exec: it is passed this socket, or none (-1). */
void notify_pass_listener(int fd, bool own);

/* Milliseconds within which systemd wants to hear "WATCHDOG=1" again; 0: it does not. */
int64_t notify_watchdog(void);

#endif
