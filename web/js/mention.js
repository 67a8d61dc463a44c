// After an @ in a text with data-mention="/suggest/people" accounts are offered: arrows choose, Enter or Tab takes, Escape
// leaves. What is offered is a list that those who listen hear of; the text keeps the focus.
let list, text, begin, waiting, running;

const close = () => {
	clearTimeout(waiting);
	running?.abort();
	list?.remove();
	text?.removeAttribute("aria-activedescendant");
	text?.removeAttribute("aria-controls");
	list = null;
};
const options = () => [...(list?.children ?? [])];
const chosen = () => list?.querySelector("[aria-selected=true]");

function select(option) {
	for (const one of options()) one.setAttribute("aria-selected", one === option);
	text.setAttribute("aria-activedescendant", option.id);
}

function take(option) {
	text.setRangeText(`@${option.dataset.account} `, begin, text.selectionStart, "end");
	text.dispatchEvent(new Event("input", { bubbles: true }));
	close();
	text.focus();
}

function offer(people) {
	list?.remove();
	if (!people.length) return close();
	list = document.createElement("ul");
	Object.assign(list, { id: "mentions", className: "pop mentions", role: "listbox", ariaLabel: "@" });
	list.append(...people.map(({ value, words }, i) => {
		const option = Object.assign(document.createElement("li"), { id: `mention-${i}`, role: "option", textContent: words === value ? value : `${words} @${value}` });
		option.dataset.account = value;
		option.addEventListener("mousedown", (event) => (event.preventDefault(), take(option)));
		return option;
	}));
	text.after(list);
	text.setAttribute("aria-controls", "mentions");
	select(list.firstElementChild);
}

async function ask(typed) {
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(`${text.dataset.mention}?q=${encodeURIComponent(typed)}`, { signal: running.signal });
		if (answer.ok) offer(await answer.json());
	} catch {
		// More has been typed meanwhile.
	}
}

document.addEventListener("input", ({ target }) => {
	if (!target.matches?.("textarea[data-mention]")) return;
	const before = target.value.slice(0, target.selectionStart), [found] = before.match(/(?<![\w@.])@[\p{L}\p{N}_.-]{0,40}$/u) ?? [];
	text = target;
	if (!found) return close();
	begin = before.length - found.length;
	clearTimeout(waiting);
	waiting = setTimeout(ask, 120, found.slice(1));
});
document.addEventListener("keydown", (event) => {
	if (!list || event.target !== text || event.isComposing) return;
	const all = options(), at = all.indexOf(chosen()), step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (step) select(all[(at + step + all.length) % all.length]);
	else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(all[at]);
	else if (event.key === "Escape") close();
	else return;
	event.preventDefault();
	event.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", ({ target }) => target === text && close());
