#include "insight/conformity_interfaces.h"

static const struct demand *demand_of(const struct conformity *plan, const struct interface *interface)
{
	return map_get(&plan->demands->by_id, interface->id);
}

struct label interface_words(const struct conformity *plan, const struct interface *interface)
{
	const struct demand *demand = demand_of(plan, interface);

	return demand && !interface->what.text[ENGLISH].n ? demand->words : interface->what;
}

const struct check_result *interface_flow(const struct conformity *plan, const struct conformity_survey *survey,
					  const struct interface *interface)
{
	const struct demand *demand = demand_of(plan, interface);
	const struct conformity_item *item = demand ? &survey->items[demand - plan->demands->demands] : NULL;

	for (size_t i = 0; interface->carries && item && item->planned && i < item->planned->check_count; i++) {
		const struct conformity_check *check = item->checks[i].planned->check;

		if (check->place.file == interface->place.file && check->place.line == interface->place.line)
			return &item->checks[i];
	}
	return NULL;
}
