/* reader_memory: whose memory the program that reads mail gets (private to mail/reader*.c and its test). */
#ifndef MAIL_READER_MEMORY_H
#define MAIL_READER_MEMORY_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define READER_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define READER_WATCHED 1
#endif
#endif

/* That of the sanitizer where there is one, else that of the C library. */
#ifdef READER_WATCHED
#define READER_BELOW(name) __interceptor_##name
#else
#define READER_BELOW(name) __libc_##name
#endif

void *READER_BELOW(malloc)(size_t bytes);
void *READER_BELOW(calloc)(size_t count, size_t bytes);
void *READER_BELOW(realloc)(void *old, size_t bytes);
void *READER_BELOW(memalign)(size_t alignment, size_t bytes);

#endif
