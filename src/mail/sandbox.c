/* Binding a process. */
#include "mail/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MEMORY_MOST = 1 << 30, SECONDS_MOST = 20, DESCRIPTORS_MOST = 32 };

#if defined(__SANITIZE_ADDRESS__)
enum { WATCHED = true }; /* the sanitizer's shadow needs terabytes of addresses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { WATCHED = true };
#else
enum { WATCHED = false };
#endif
#else
enum { WATCHED = false };
#endif

static enum status failed(struct error *error, const char *what)
{
	return error_fail(error, E_INTERNAL, what, "sandbox", N_("The process cannot be bound: %s"), strerror(errno));
}

static enum status limit(int what, rlim_t most, struct error *error)
{
	struct rlimit both = {most, most};

	return setrlimit((__rlimit_resource_t)what, &both) ? failed(error, "limits") : OK;
}

static enum status set_limits(struct error *error)
{
	enum status status;

	if ((status = limit(RLIMIT_CPU, SECONDS_MOST, error)) || (status = limit(RLIMIT_CORE, 0, error)) ||
	    (status = limit(RLIMIT_FSIZE, 0, error)) || (status = limit(RLIMIT_NOFILE, DESCRIPTORS_MOST, error)))
		return status;
	return WATCHED ? OK : limit(RLIMIT_AS, MEMORY_MOST, error);
}

/* --- Landlock --- */

static void allow_reading(int rules, const char *path)
{
	struct landlock_path_beneath_attr beneath = {
	    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	    .parent_fd = open(path, O_PATH | O_CLOEXEC),
	};

	if (beneath.parent_fd < 0)
		return; /* what is not there cannot be read either */
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
	close(beneath.parent_fd);
}

/* Kernels without Landlock leave the files to seccomp, which allows them to be read only. */
static enum status restrict_files(struct error *error)
{
	struct landlock_ruleset_attr handled = {.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	long bound;

	if (rules < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP ? OK : failed(error, "files");
	allow_reading(rules, "/usr");
	allow_reading(rules, "/lib");
	allow_reading(rules, "/etc");
	bound = syscall(SYS_landlock_restrict_self, rules, 0);
	close(rules);
	return bound ? failed(error, "files") : OK;
}

/* --- seccomp --- */

static const int allowed_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(write),        SCMP_SYS(close),          SCMP_SYS(mmap),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(mprotect),       SCMP_SYS(madvise),
    SCMP_SYS(brk),           SCMP_SYS(futex),        SCMP_SYS(exit),           SCMP_SYS(exit_group),
    SCMP_SYS(fstat),         SCMP_SYS(newfstatat),   SCMP_SYS(lseek),          SCMP_SYS(pread64),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),      SCMP_SYS(getpid),
    SCMP_SYS(gettid),        SCMP_SYS(sched_yield),  SCMP_SYS(readlink),       SCMP_SYS(access),
    SCMP_SYS(prlimit64),     SCMP_SYS(rseq),
};

static int fill(scmp_filter_ctx filter)
{
	int failed = 0;

	for (size_t i = 0; i < sizeof(allowed_calls) / sizeof(*allowed_calls); i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				   SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	return failed;
}

static enum status restrict_calls(struct error *error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int code = filter ? fill(filter) : -ENOMEM;

	if (!code)
		code = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	errno = code < 0 ? -code : 0;
	return code ? failed(error, "calls") : OK;
}

enum status sandbox_enter(struct error *error)
{
	enum status status;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed(error, "privileges");
	if ((status = set_limits(error)) || (status = restrict_files(error)))
		return status;
	return restrict_calls(error);
}
