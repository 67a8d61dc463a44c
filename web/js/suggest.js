// Fields with data-search get suggestions while one types: records for a reference.
let waiting, running;

async function suggest(field) {
	const list = document.getElementById(field.getAttribute("list"));
	const address = field.dataset.search, typed = field.value;
	if (!list) return;
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(address + (address.includes("?") ? "" : "?q=") + encodeURIComponent(typed), { signal: running.signal });
		if (!answer.ok || field.value !== typed) return;
		list.replaceChildren(...(await answer.json()).map(({ value, words }) => Object.assign(document.createElement("option"), { value, textContent: words })));
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
