// What is offered below a field while one types: a list that those who listen hear of; the field keeps the focus. Arrows choose,
// Enter or Tab takes what is chosen, Escape leaves. Each of `items` has nodes to show and take(), which writes it into the field.
let list, field;

const options = () => [...(list?.children ?? [])];
const chosen = () => list?.querySelector("[aria-selected=true]");

export function closeChoices(of = field) {
	if (of !== field) return;
	list?.remove();
	field?.removeAttribute("aria-activedescendant");
	field?.removeAttribute("aria-controls");
	if (field?.role === "combobox") field.ariaExpanded = "false";
	list = field = null;
}

function select(option) {
	for (const one of options()) one.setAttribute("aria-selected", one === option);
	field.setAttribute("aria-activedescendant", option.id);
	option.scrollIntoView({ block: "nearest" });
}

function take(option) {
	const from = field, { take } = option.item;
	closeChoices();
	take();
	from.focus();
}

// first: whether one is chosen already, so that Enter takes it.
export function offerChoices(of, label, items, first) {
	closeChoices();
	if (!items.length) return;
	field = of;
	list = document.createElement("ul");
	Object.assign(list, { id: "choices", className: "pop choices", role: "listbox", ariaLabel: label });
	list.append(...items.map((item, i) => {
		const option = Object.assign(document.createElement("li"), { id: `choice-${i}`, role: "option", ariaSelected: "false", item });
		option.append(...item.nodes);
		option.addEventListener("mousedown", (event) => (event.preventDefault(), take(option)));
		return option;
	}));
	field.after(list);
	field.setAttribute("aria-controls", "choices");
	if (field.role === "combobox") field.ariaExpanded = "true";
	if (first) select(list.firstElementChild);
}

document.addEventListener("keydown", (event) => {
	if (!list || event.target !== field || event.isComposing) return;
	const all = options(), at = all.indexOf(chosen()), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (step) select(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
	else if (at >= 0 && ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab")) take(all[at]);
	else if (event.key === "Escape") closeChoices();
	else return;
	event.preventDefault();
	event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", ({ target }) => target === field && closeChoices());
