/* Any text as a process, and as an overlay of a good one: loads or is refused, and never does worse. */
#include <stdint.h>

#include "base/hash.h"
#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char good[] = "process: p\ngroup: resolve\nroles: {desk: {}}\n"
			   "choices: {size: {values: {large: {en: Large}, small: {en: Small}}}}\n"
			   "records:\n  thing:\n    prefix: TH\n    collection: things\n    headline: title\n"
			   "    acts_as: person\n"
			   "    fields:\n      title: {type: text}\n      who: {type: person}\n"
			   "      size: {type: choice, of: size}\n      twin: {computed: who.who.title}\n"
			   "    states: {new: {phase: open}, old: {phase: done}}\n"
			   "    transitions: {go: {from: new, to: old, by: [desk, who], guard: \"size = large\"}}\n"
			   "    behaviours:\n      - clock: {name: work}\n"
			   "    links: {after: {to: thing, back_name: before}}\n"
			   "    views: {all: {filter: \"clock(work) is met\", sort: [-title]}}\n"
			   "targets: {t: {large: 2h}}\n"
			   "matrices: {m: {rows: size, columns: size, values: size, cells: {large: [large, small], "
			   "small: [small, small]}}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA arena = arena_new();
	bool over = size && (data[0] & 1);
	struct str text = size ? (struct str){(const char *)data + 1, size - 1} : (struct str){0};
	const struct model_source sources[] = {{"good.yaml", {good, sizeof(good) - 1}, false},
					       {"fuzz.yaml", text, over}};
	const struct model *model;
	struct error error = {0};
	struct str *findings;

	if (!hash_start())
		__builtin_trap();
	if (model_load(arena, over ? sources : &sources[1], over ? 2 : 1, &model, &error) == OK)
		model_check(arena, model, &findings);
	else if (!error.count)
		__builtin_trap(); /* refused without saying why */
	return 0;
}
