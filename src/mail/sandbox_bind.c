#include "mail/sandbox_bind.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MEMORY_MOST = 1 << 30, SECONDS_MOST = 20, DESCRIPTORS_MOST = 32, STEPS_MOST = 1024 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { WATCHED = true }; /* the sanitizer's shadow needs terabytes of addresses */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
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

	if ((status = limit(RLIMIT_CORE, 0, error)) || (status = limit(RLIMIT_FSIZE, 0, error)) ||
	    (status = limit(RLIMIT_NOFILE, DESCRIPTORS_MOST, error)))
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

static const int child_calls[] = {
    SCMP_SYS(read),          SCMP_SYS(write),        SCMP_SYS(close),          SCMP_SYS(mmap),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),       SCMP_SYS(mprotect),       SCMP_SYS(madvise),
    SCMP_SYS(brk),           SCMP_SYS(futex),        SCMP_SYS(exit),           SCMP_SYS(exit_group),
    SCMP_SYS(fstat),         SCMP_SYS(newfstatat),   SCMP_SYS(lseek),          SCMP_SYS(pread64),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),      SCMP_SYS(getpid),
    SCMP_SYS(gettid),        SCMP_SYS(sched_yield),  SCMP_SYS(readlink),       SCMP_SYS(access),
    SCMP_SYS(prlimit64),     SCMP_SYS(rseq),         SCMP_SYS(writev),
};
/* What a nursery needs besides: to bring up children, and to bind them. */
static const int nursery_calls[] = {
    SCMP_SYS(clone), SCMP_SYS(wait4), SCMP_SYS(recvfrom), SCMP_SYS(set_robust_list), SCMP_SYS(seccomp),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	int failed = 0;

	for (size_t i = 0; i < count; i++)
		failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return failed;
}

static int fill(scmp_filter_ctx filter)
{
	int failed = allow(filter, child_calls, sizeof(child_calls) / sizeof(*child_calls));

	failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				   SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
	return failed;
}

/* A child's filter is made once, by the nursery, and loaded by each child. */
static struct sock_filter steps[STEPS_MOST];
static struct sock_fprog program = {.filter = steps};

static int export(scmp_filter_ctx filter)
{
	ssize_t n;
	int ends[2], code;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	code = seccomp_export_bpf(filter, ends[1]);
	n = code ? 0 : read(ends[0], steps, sizeof(steps));
	program.len = n > 0 ? (unsigned short)((size_t)n / sizeof(*steps)) : 0;
	close(ends[0]);
	close(ends[1]);
	return code ? code : program.len && program.len < STEPS_MOST ? 0 : -ENOBUFS;
}

static enum status restrict_calls(struct error *error)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int code = filter ? fill(filter) : -ENOMEM;

	if (!code)
		code = export(filter);
	if (!code)
		code = allow(filter, nursery_calls, sizeof(nursery_calls) / sizeof(*nursery_calls));
	if (!code)
		code = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	errno = code < 0 ? -code : 0;
	return code ? failed(error, "calls") : OK;
}

enum status sandbox_bind_nursery(struct error *error)
{
	enum status status;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed(error, "privileges");
	if ((status = set_limits(error)) || (status = restrict_files(error)))
		return status;
	return restrict_calls(error);
}

bool sandbox_bind_child(void)
{
	struct rlimit most = {SECONDS_MOST, SECONDS_MOST};

	return !setrlimit(RLIMIT_CPU, &most) && !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
