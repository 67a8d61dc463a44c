/* SQLite's page cache, asked for pages beyond the database's end only where there may be some.
 *
 * After every change SQLite has the cache drop what lies beyond the end, and its cache looks through all that it holds
 * when it may hold such a page. It always may: when a tree is balanced, pages take turns with a number that no page of
 * a database has, that of the locking bytes, and of this the cache keeps the highest number that it has seen. In a
 * database of less than a gigabyte every change then read the whole cache. Here that number does not count. */
#include <stdlib.h>

#include "store/sqlite.h"

enum { LOCKING_BYTES = 0x40000000 /* in no database file is there content; sqlite.org/fileformat2.html 1.4 */ };

struct page_cache {
	sqlite3_pcache *below;
	unsigned highest, locking; /* number of a page that it may hold; of the page of the locking bytes */
};

static sqlite3_pcache_methods2 below;

static struct page_cache *own(sqlite3_pcache *cache)
{
	return (struct page_cache *)cache;
}

static int cache_begin(void *argument)
{
	return below.xInit(argument);
}

static void cache_end(void *argument)
{
	below.xShutdown(argument);
}

static sqlite3_pcache *cache_create(int page_bytes, int extra_bytes, int purgeable)
{
	struct page_cache *cache = malloc(sizeof(*cache));

	if (!cache)
		return NULL;
	*cache = (struct page_cache){.below = below.xCreate(page_bytes, extra_bytes, purgeable),
				     .locking = (unsigned)(LOCKING_BYTES / page_bytes + 1)};
	if (cache->below)
		return (sqlite3_pcache *)cache;
	free(cache);
	return NULL;
}

static void cache_size(sqlite3_pcache *cache, int pages)
{
	below.xCachesize(own(cache)->below, pages);
}

static int cache_count(sqlite3_pcache *cache)
{
	return below.xPagecount(own(cache)->below);
}

static sqlite3_pcache_page *cache_fetch(sqlite3_pcache *cache, unsigned number, int create)
{
	if (create && number > own(cache)->highest)
		own(cache)->highest = number;
	return below.xFetch(own(cache)->below, number, create);
}

static void cache_unpin(sqlite3_pcache *cache, sqlite3_pcache_page *page, int discard)
{
	below.xUnpin(own(cache)->below, page, discard);
}

static void cache_rename(sqlite3_pcache *cache, sqlite3_pcache_page *page, unsigned from, unsigned number)
{
	if (number != own(cache)->locking && number > own(cache)->highest)
		own(cache)->highest = number;
	below.xRekey(own(cache)->below, page, from, number);
}

static void cache_cut(sqlite3_pcache *cache, unsigned from)
{
	if (from > own(cache)->highest)
		return;
	own(cache)->highest = from - (from > 0);
	below.xTruncate(own(cache)->below, from);
}

static void cache_destroy(sqlite3_pcache *cache)
{
	below.xDestroy(own(cache)->below);
	free(cache);
}

static void cache_shrink(sqlite3_pcache *cache)
{
	below.xShrink(own(cache)->below);
}

void sqlite_pages_configure(void)
{
	static sqlite3_pcache_methods2 methods = {
	    .iVersion = 1,
	    .xInit = cache_begin,
	    .xShutdown = cache_end,
	    .xCreate = cache_create,
	    .xCachesize = cache_size,
	    .xPagecount = cache_count,
	    .xFetch = cache_fetch,
	    .xUnpin = cache_unpin,
	    .xRekey = cache_rename,
	    .xTruncate = cache_cut,
	    .xDestroy = cache_destroy,
	    .xShrink = cache_shrink,
	};

	sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &below);
	sqlite3_config(SQLITE_CONFIG_PCACHE2, &methods);
}
