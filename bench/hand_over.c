/* A mail server that hands mails over by LMTP: on each of some connections one mail after the answer to the one before.
 * In C, so that it takes the processors as little as can be from what is measured.
 *
 *	hand_over SOCKET FOLDER CONNECTIONS          prints how many were handed over and in how many seconds
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAILS_MOST = 100000, CONNECTIONS_MOST = 100, LINE = 4096, MAIL_MOST = 1 << 20 };

static struct sockaddr_un place = {.sun_family = AF_UNIX};
static char *paths[MAILS_MOST];
static long count;
static atomic_long next;

struct lane {
	int socket;
	char waits[LINE], mail[MAIL_MOST];
	size_t n; /* of what waits */
};

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "hand_over: %s: %s\n", what, why);
	exit(1);
}

/* The next line that ends an answer, without its end. */
static void hear(struct lane *lane, char *line)
{
	for (;;) {
		char *end = memchr(lane->waits, '\n', lane->n);

		if (!end) {
			ssize_t more = recv(lane->socket, lane->waits + lane->n, LINE - lane->n, 0);

			if (more <= 0)
				fail("the service", "has hung up");
			lane->n += (size_t)more;
			continue;
		}
		size_t length = (size_t)(end - lane->waits);
		memcpy(line, lane->waits, length);
		line[length] = 0;
		lane->n -= length + 1;
		memmove(lane->waits, end + 1, lane->n);
		if (length < 4 || line[3] != '-')
			return;
	}
}

static void say(struct lane *lane, const char *bytes, size_t n, int answers, char *line)
{
	while (n) {
		ssize_t sent = send(lane->socket, bytes, n, MSG_NOSIGNAL);

		if (sent <= 0)
			fail("the service", "reads nothing");
		bytes += sent;
		n -= (size_t)sent;
	}
	while (answers--)
		hear(lane, line);
}

/* No line of these mails begins with a dot (bench/mails). */
static void hand_over(struct lane *lane, const char *path)
{
	static const char begin[] = "MAIL FROM:<x@people.example>\r\nRCPT TO:<desk@kaname.example>\r\nDATA\r\n";
	char line[LINE];
	int file = open(path, O_RDONLY);
	ssize_t n = file < 0 ? -1 : read(file, lane->mail, MAIL_MOST - 3);

	if (n < 0)
		fail(path, "cannot be read");
	close(file);
	memcpy(lane->mail + n, ".\r\n", 3);
	say(lane, begin, sizeof(begin) - 1, 3, line);
	say(lane, lane->mail, (size_t)n + 3, 1, line);
	if (!strstr(line, ": opened INC-"))
		fail(path, line);
}

static void *run(void *context)
{
	struct lane *lane = context;
	long own;

	while ((own = atomic_fetch_add(&next, 1)) < count)
		hand_over(lane, paths[own]);
	return NULL;
}

static void begin(struct lane *lane)
{
	char line[LINE];

	lane->socket = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(lane->socket, (struct sockaddr *)&place, sizeof(place)))
		fail(place.sun_path, "nobody listens");
	hear(lane, line);
	say(lane, "LHLO bench\r\n", 12, 1, line);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int words, char **word)
{
	pthread_t threads[CONNECTIONS_MOST];
	int connections = words == 4 ? atoi(word[3]) : 0;
	DIR *folder = connections > 0 && connections <= CONNECTIONS_MOST ? opendir(word[2]) : NULL;
	struct lane *lanes = calloc(CONNECTIONS_MOST, sizeof(*lanes));
	struct dirent *entry;
	char path[4096];

	if (!folder || strlen(word[1]) >= sizeof(place.sun_path)) {
		fprintf(stderr, "usage: hand_over SOCKET FOLDER CONNECTIONS\n");
		return 2;
	}
	strcpy(place.sun_path, word[1]);
	while ((entry = readdir(folder)) && count < MAILS_MOST)
		if (entry->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", word[2], entry->d_name);
			paths[count++] = strdup(path);
		}
	closedir(folder);
	for (int i = 0; i < connections; i++)
		begin(&lanes[i]);
	double began = seconds();
	for (int i = 0; i < connections; i++)
		pthread_create(&threads[i], NULL, run, &lanes[i]);
	for (int i = 0; i < connections; i++)
		pthread_join(threads[i], NULL);
	printf("mails %ld seconds %.6f\n", count, seconds() - began);
	return 0;
}
