/* Parking a request while another thread works for it.
 *
 * That thread may be done before the handler has returned, and even before the library has been told to suspend. One
 * word decides: whoever writes second does the rest.
 *	ASKED    -> PARKED   by the server: resuming must wake the connection
 *	ASKED    -> RESUMED  by the other thread: the server sees it and goes on, or wakes what it has just suspended
 *	PARKED   -> RESUMED  by the other thread, which then wakes the connection */
#include "http/inside.h"

#include <stddef.h>

static struct exchange *exchange_of(struct http_request *request)
{
	return (struct exchange *)((char *)request - offsetof(struct exchange, request));
}

void http_suspend(struct http_request *request, http_handler *continue_with)
{
	struct exchange *exchange = exchange_of(request);
	exchange->continue_with = continue_with;
	atomic_store(&exchange->parking, PARKING_ASKED);
}

void http_resume(struct http_request *request)
{
	struct exchange *exchange = exchange_of(request);
	struct http_server *server = exchange->server;
	struct MHD_Connection *connection = exchange->connection;
	atomic_fetch_add(&server->resuming, 1); /* keeps the server when this was its last request */
	int before = atomic_exchange(&exchange->parking, PARKING_RESUMED);
	if (before == PARKING_PARKED)
		worker_resume(exchange->link->worker, connection);
	atomic_fetch_sub(&server->resuming, 1);
}

bool http_again(struct http_request *request)
{
	if (request->again)
		return false;
	request->again = true;
	http_suspend(request, request->route->handler);
	http_resume(request);
	return true;
}

bool exchange_must_wait(struct exchange *exchange)
{
	struct MHD_Connection *connection = exchange->connection;
	if (atomic_load(&exchange->parking) == PARKING_RESUMED)
		return false;
	MHD_suspend_connection(connection);
	int expected = PARKING_ASKED;
	if (!atomic_compare_exchange_strong(&exchange->parking, &expected, PARKING_PARKED))
		worker_resume(exchange->link->worker, connection);
	return true;
}
