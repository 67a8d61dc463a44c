// Fields with data-search get suggestions while one types: records for a reference, and for each part between commas of a text
// that names several, which are written as "SVC-3 Mail".
import { closeChoices, offerChoices } from "./choose.js";

let waiting, running;

async function find(address, typed) {
	running?.abort();
	running = new AbortController();
	const answer = await fetch(address + (address.includes("?") ? "" : "?q=") + encodeURIComponent(typed), { signal: running.signal });
	return answer.ok ? answer.json() : [];
}

async function suggest(field) {
	const list = document.getElementById(field.getAttribute("list"));
	const typed = field.value;
	if (!list) return;
	try {
		const found = await find(field.dataset.search, typed);
		if (field.value === typed) list.replaceChildren(...found.map(({ value, words }) => Object.assign(document.createElement("option"), { value, textContent: words })));
	} catch {
		// What was typed has changed meanwhile, or the server is away: what stands there is still right.
	}
}

document.addEventListener("input", (event) => {
	const field = event.target;
	if (!field.matches?.("input[data-search]")) return;
	clearTimeout(waiting);
	const chosen = [...(field.list?.options ?? [])].some((option) => option.value === field.value);
	if (!chosen) waiting = setTimeout(suggest, 120, field);
});
document.addEventListener("focusin", (event) => {
	const field = event.target;
	if (field.matches?.("input[data-search]") && !field.list?.options.length) suggest(field);
});

// --- several in one text ---

// The part in which the caret stands.
function partOf(text) {
	const before = text.value.slice(0, text.selectionStart), begin = /[^,、\n]*$/.exec(before).index;
	return { begin, typed: before.slice(begin).trim() };
}

function take(text, { value, words }) {
	const name = words === value ? value : `${value} ${words.replaceAll(/[,、\n]+/g, " ")}`, { begin } = partOf(text);
	text.setRangeText(`${begin ? " " : ""}${name}, `, begin, text.selectionStart, "end");
	text.dispatchEvent(new Event("change", { bubbles: true }));
}

async function offer(text) {
	const { typed } = partOf(text);
	try {
		const found = await find(text.dataset.search, typed);
		if (document.activeElement !== text || partOf(text).typed !== typed || found.some((one) => one.value === typed)) return;
		offerChoices(text, text.labels[0]?.textContent.trim() ?? "", found.map((one) => ({ nodes: [one.words === one.value ? one.value : `${one.words} (${one.value})`], take: () => take(text, one) })), Boolean(typed));
	} catch {
		// More has been typed meanwhile.
	}
}

const naming = "textarea[data-search]";
document.addEventListener("input", ({ target }) => {
	if (!target.matches?.(naming)) return;
	closeChoices(target);
	clearTimeout(waiting);
	waiting = setTimeout(offer, 120, target);
});
document.addEventListener("focusin", ({ target }) => target.matches?.(naming) && offer(target));
