/* A small declared process that the tests build on: people, groups and customers, and nothing else. */
#ifndef TEST_MODEL_SMALL_MODEL_H
#define TEST_MODEL_SMALL_MODEL_H

#include "model/model.h"

static const char base_yaml[] = "process: base\n"
				"group: govern\n"
				"label: {en: Base, ja: 基盤}\n"
				"purpose: {en: Hold people., ja: 人を保つ。}\n"
				"roles:\n"
				"  admin: {label: {en: Administrator, ja: 管理者}, administers: true}\n"
				"choices:\n"
				"  size: {values: {large: {en: Large, ja: 大}, small: {en: Small, ja: 小}}}\n"
				"  rank: {values: {R1: {en: R1, ja: R1}, R2: {en: R2, ja: R2}}}\n"
				"records:\n"
				"  person:\n"
				"    prefix: PER\n"
				"    collection: people\n"
				"    acts_as: person\n"
				"    headline: name\n"
				"    key: account\n"
				"    key_shown: true\n"
				"    fields:\n"
				"      account: {type: text, required: true}\n"
				"      name: {type: text, required: true}\n"
				"      customer: {type: reference, to: customer}\n"
				"      groups: {type: links, to: group, back_name: members}\n"
				"  group:\n"
				"    prefix: GRP\n"
				"    collection: groups\n"
				"    acts_as: group\n"
				"    headline: name\n"
				"    fields:\n"
				"      name: {type: text, required: true}\n"
				"  customer:\n"
				"    prefix: CUS\n"
				"    collection: customers\n"
				"    acts_as: customer\n"
				"    headline: name\n"
				"    fields:\n"
				"      name: {type: text, required: true}\n"
				"      manager: {type: person}\n";

/* Lines 1 to 3, 8, 10, 13 and 14: what is added stands on the line after. */
#define HEAD "process: p\ngroup: resolve\nroles: {desk: {}, lead: {}}\n"
#define TYPE HEAD "records:\n  thing:\n    prefix: TH\n    collection: things\n    headline: title\n"
#define FIELDS TYPE "    fields:\n      title: {type: text}\n"
#define STATES FIELDS "    states:\n      new: {phase: open}\n      old: {phase: done}\n"
#define MOVES STATES "    transitions:\n"

static inline enum status load_small(struct arena *arena, const char *yaml, const char *overlay,
				     const struct model **model, struct error *error)
{
	const struct model_source sources[] = {
	    {"base.yaml", str_of(base_yaml), false},
	    {"x.yaml", str_of(yaml), false},
	    {"over.yaml", str_of(overlay), true},
	};

	return model_load(arena, sources, overlay ? 3 : 2, model, error);
}

#endif
