// After an @ in a text with data-mention="/suggest/people" accounts are offered.
import { closeChoices, offerChoices } from "./choose.js";

let text, begin, waiting, running;

function close() {
	clearTimeout(waiting);
	running?.abort();
	closeChoices(text);
}

function take(account) {
	text.setRangeText(`@${account} `, begin, text.selectionStart, "end");
	text.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask(typed) {
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(`${text.dataset.mention}?q=${encodeURIComponent(typed)}`, { signal: running.signal });
		if (answer.ok) offerChoices(text, "@", (await answer.json()).map(({ value, words }) => ({ nodes: [words === value ? value : `${words} @${value}`], take: () => take(value) })), true);
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
document.addEventListener("focusout", ({ target }) => target === text && close());
