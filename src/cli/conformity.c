/* conformity: how the demands of the standard stand, as lines or as the API says it. */
#include <stdio.h>
#include <string.h>

#include "api/conformity.h"
#include "cli/commands.h"
#include "cli/opened.h"
#include "record/stood.h"
#include "web/words.h"

struct asked {
	const char *clause, *state;
	bool json, japanese;
};

static enum status check_words(struct opened *opened, const struct asked *asked)
{
	const struct map *clauses = &opened->program.demands.clauses_by_number;
	enum conformity_state state;

	if (asked->state && !conformity_state_parse(str_of(asked->state), &state))
		return error_fail(&opened->error, E_INVALID, "state", "choice", N_("One of these is expected: %s"),
				  "not_built, met, judgement, stale, gap");
	if (asked->clause && !map_get(clauses, str_of(asked->clause)))
		return error_fail(&opened->error, E_NOT_FOUND, "clause", "not_found",
				  N_("The standard has no such clause"));
	return OK;
}

static void print_check(const struct check_result *result, int64_t most, enum language language)
{
	const struct conformity_check *check = result->planned->check;
	struct str says = label_in(&check->says, language);
	bool is_more = !check->role && result->count > most;
	char day[TIME_TEXT];

	if (result->outcome == CHECK_HOLDS)
		return;
	if (!says.n)
		says = label_in(check->role ? &check->role->label : &check->type->plural, language);
	printf("            %.*s: %lld%s", STR_ARG(says), (long long)(is_more ? most : result->count),
	       is_more ? "+" : "");
	if (result->outcome == CHECK_STALE)
		printf(", %s", day_format(result->since, day));
	putchar('\n');
}

static void print_count(int64_t count, enum language language)
{
	ARENA arena = arena_new();
	struct buf out = buf_new(arena);
	const struct html h = {.out = &out, .language = language};

	printf("%.*s%s", STR_ARG(phrase_count(&h, count, N_("%s demand"), N_("%s demands"))),
	       language == JAPANESE ? "：" : ":");
}

static void print_lines(const struct conformity_survey *survey, const struct conformity *plan,
			const struct conformity_wish *wish)
{
	struct conformity_counts counts = {0};

	for (size_t i = 0; i < plan->demands->count; i++) {
		const struct conformity_item *item = &survey->items[i];
		struct str words;

		if (!item->planned)
			continue;
		conformity_count(&counts, item->state);
		if (wish->state.n && !str_is(wish->state, conformity_state_name(item->state)))
			continue;
		words = label_in(&item->planned->demand->words, wish->language);
		printf("%-10s  %-12.*s %.*s\n", conformity_state_name(item->state), STR_ARG(item->planned->demand->id),
		       STR_ARG(words));
		for (size_t k = 0; k < item->planned->check_count; k++)
			print_check(&item->checks[k], plan->most, wish->language);
	}
	print_count(counts.all, wish->language);
	for (int i = CONFORMITY_STATES - 1; i >= 0; i--)
		printf(" %lld %s%s", (long long)counts.by[i], conformity_state_name((enum conformity_state)i),
		       i ? "," : "\n");
}

static enum status survey(struct opened *opened, const struct asked *asked)
{
	const struct program *program = &opened->program;
	struct conformity_wish wish = {.state = asked->state ? str_of(asked->state) : S(""),
				       .language = asked->japanese ? JAPANESE : ENGLISH};
	struct str clause = asked->clause ? str_of(asked->clause) : S("");
	struct buf json = buf_new(opened->arena);
	struct conformity_survey found;
	struct stood *known;
	READER connection = NULL;
	instant now = time_now();
	enum status status;

	if ((status = check_words(opened, asked)) ||
	    (status = kernel_reader(program->kernel, &connection, &opened->error)) ||
	    (status = stood_read(connection, opened->arena, now, &known, &wish.known_count, &opened->error)) ||
	    (status = conformity_survey(program->kernel, connection, opened->arena, &program->conformity,
					conformity_wanted(opened->arena, &program->demands, clause), now, &found,
					&opened->error)))
		return status;
	wish.known = known;
	if (!asked->json) {
		print_lines(&found, &program->conformity, &wish);
		return OK;
	}
	conformity_json(&json, &program->conformity, &found, &wish);
	printf("%.*s\n", STR_ARG(buf_str(&json)));
	return OK;
}

int command_conformity(int argc, char **argv)
{
	OPENED opened = {0};
	struct asked asked = {0};
	const struct option options[] = {{.name = "clause", .value = &asked.clause},
					 {.name = "state", .value = &asked.state},
					 {.name = "json", .flag = &asked.json},
					 {.name = "japanese", .flag = &asked.japanese}};
	int code = opened_take(&opened, argc, argv, options, sizeof(options) / sizeof(*options));

	if (code)
		return code;
	if (opened.word_count)
		return fail_usage("conformity", "there is a word too many");
	if ((code = opened_program(&opened, false)))
		return code;
	return survey(&opened, &asked) ? fail(&opened.error) : EXIT_OK;
}
