/* Memory of the program that reads mail: when there is none it ends (base/arena.h), whoever asked for it. Libraries go
 * on with what they have when an allocation fails, and a mail would be read otherwise than it is. */
#include "mail/reader_memory.h"

#include <stdlib.h>

static void *there(void *made, size_t bytes)
{
	if (!made && bytes)
		abort();
	return made;
}

void *malloc(size_t bytes)
{
	return there(READER_BELOW(malloc)(bytes), bytes);
}

void *calloc(size_t count, size_t bytes)
{
	return there(READER_BELOW(calloc)(count, bytes), count && bytes);
}

void *realloc(void *old, size_t bytes)
{
	return there(READER_BELOW(realloc)(old, bytes), bytes);
}

int posix_memalign(void **made, size_t alignment, size_t bytes)
{
	*made = there(READER_BELOW(memalign)(alignment, bytes), bytes);
	return 0;
}
