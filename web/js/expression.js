// A field with data-expression="/suggest/incidents?expression=" holds an expression: what may follow is offered at the caret, and what
// is wrong with it is chosen there when the page comes.
import { closeChoices, offerChoices } from "./choose.js";

let waiting, running;

// What stands behind the caret belongs to the word before it up to its end, and is replaced with it.
const rest = (field) => {
	const before = field.value.slice(0, field.selectionStart), after = field.value.slice(field.selectionEnd);
	return /[\p{L}\p{N}_"']$/u.test(before) ? after.replace(/^[\p{L}\p{N}_]*["']?/u, "") : after;
};

function take(field, { value, text }) {
	const after = rest(field), quotes = text.endsWith('""');
	field.value = value + after;
	field.setSelectionRange(value.length - quotes, value.length - quotes);
	field.dispatchEvent(new Event("input", { bubbles: true }));
}

function item(field, choice) {
	const code = Object.assign(document.createElement("code"), { textContent: choice.text });
	const words = Object.assign(document.createElement("span"), { textContent: choice.words });
	return { nodes: choice.words && choice.words !== choice.text ? [code, " ", words] : [code], take: () => take(field, choice) };
}

async function offer(field) {
	const typed = field.value.slice(0, field.selectionStart);
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(field.dataset.expression + encodeURIComponent(typed), { signal: running.signal });
		if (!answer.ok || document.activeElement !== field || field.value.slice(0, field.selectionStart) !== typed) return;
		offerChoices(field, field.labels[0]?.textContent ?? field.ariaLabel, (await answer.json()).map((choice) => item(field, choice)), false);
	} catch {
		// What was typed has changed meanwhile, or the server is away.
	}
}

function ready() {
	for (const field of document.querySelectorAll("input[data-expression]:not([role])")) {
		Object.assign(field, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
		const place = field.form.querySelector(".place code"), wrong = place?.querySelector("mark");
		if (!wrong || field.ariaInvalid !== "true") continue;
		const begin = wrong.previousSibling?.length ?? 0;
		field.focus({ preventScroll: true });
		field.setSelectionRange(begin, Math.min(begin + wrong.textContent.length, field.value.length));
	}
}

document.addEventListener("input", (event) => {
	const field = event.target;
	if (!field.matches?.("input[data-expression]")) return;
	closeChoices(field);
	clearTimeout(waiting);
	if (!event.isComposing) waiting = setTimeout(offer, 120, field);
});
document.addEventListener("compositionend", ({ target }) => target.matches?.("input[data-expression]") && offer(target));
document.addEventListener("keydown", (event) => {
	if (!event.target.matches?.("input[data-expression]") || event.isComposing) return;
	if (!(event.key === " " && event.ctrlKey) && !(event.key === "ArrowDown" && !document.getElementById("choices"))) return;
	event.preventDefault();
	offer(event.target);
});
document.addEventListener("htmx:afterSettle", ready);
ready();
