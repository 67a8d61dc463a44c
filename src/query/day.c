/* What a day is: the one place that both evaluators ask. */
#include "query/query.h"

static const struct zone *zone_or_utc(const struct zone *zone)
{
	return zone ? zone : zone_open(S("UTC"));
}

int32_t query_today(const struct zone *zone, instant now, int64_t offset)
{
	return zone_day(zone_or_utc(zone), now) + (int32_t)(offset / DAY);
}

instant query_midnight(const struct zone *zone, int64_t day)
{
	return zone_instant(zone_or_utc(zone), (int32_t)day, 0);
}
