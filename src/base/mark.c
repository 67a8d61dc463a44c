#include "base/mark.h"

enum { PERCENT_MOST = 1000 };

bool mark_parse(struct str text, struct mark *mark)
{
	int64_t percent;

	*mark = (struct mark){0};
	if (!text.n)
		return false;
	if (text.p[text.n - 1] == '%') {
		if (!str_int64(str_sub(text, 0, text.n - 1), &percent) || percent < 0 || percent > PERCENT_MOST)
			return false;
		mark->is_share = true;
		mark->percent = (int)percent;
		return true;
	}
	if (text.p[0] != '-' && text.p[0] != '+')
		return false;
	mark->sign = text.p[0] == '-' ? -1 : 1;
	return duration_parse(str_sub(text, 1, text.n), &mark->offset);
}

int64_t mark_amount(const struct mark *mark, int64_t target, const struct calendar *calendar)
{
	int64_t offset, amount;

	if (mark->is_share)
		return __builtin_mul_overflow(target / 100, mark->percent, &amount)
			   ? INT64_MAX
			   : amount + target % 100 * mark->percent / 100;
	offset = calendar_target(calendar, mark->offset);
	if (mark->sign > 0)
		return __builtin_add_overflow(target, offset, &amount) ? INT64_MAX : amount;
	return target > offset ? target - offset : 0;
}
