// Go to anything: what /go shows as a page, over the page that is open, while one types. The keyboard stays in the field;
// the arrows move among the links. However it is closed, the focus goes back to where it was.
let running;

const address = (query) => `/go?${new URLSearchParams({ bare: "yes", q: query, from: location.pathname })}`;
const links = (dialog) => [...dialog.querySelectorAll("[role=option]")];
const chosen = (dialog) => dialog.querySelector("[role=option][aria-selected=true]");

function choose(dialog, link) {
	chosen(dialog)?.removeAttribute("aria-selected");
	link?.setAttribute("aria-selected", "true");
	link?.scrollIntoView({ block: "nearest" });
	const field = dialog.querySelector("#go-q");
	if (link) field.setAttribute("aria-activedescendant", link.id);
	else field.removeAttribute("aria-activedescendant");
}

async function look(dialog, query) {
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(address(query), { signal: running.signal });
		const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
		const list = fresh.getElementById("go-list");
		if (!answer.ok || !list) return;
		if (dialog.childElementCount) dialog.querySelector("#go-list").replaceWith(document.adoptNode(list));
		else dialog.append(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
		choose(dialog, links(dialog)[0]);
	} catch {
		// More was typed meanwhile, or the server is away: what stands there is still right.
	}
}

function pressed(dialog, event) {
	const all = links(dialog), at = all.indexOf(chosen(dialog));
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 6, PageUp: at - 6 }[event.key];
	if (event.isComposing) return;
	if (to !== undefined && all.length) choose(dialog, all[event.key.startsWith("Arrow") ? (to + all.length) % all.length : Math.min(all.length - 1, Math.max(0, to))]);
	else if (event.key === "Enter") chosen(dialog)?.click();
	else return;
	event.preventDefault();
}

export async function openPalette() {
	const from = document.activeElement, dialog = document.createElement("dialog");
	dialog.className = "palette";
	dialog.setAttribute("aria-label", document.querySelector("[data-palette]")?.textContent.trim() ?? "Kaname");
	await look(dialog, "");
	if (!dialog.childElementCount) return location.assign("/go");
	document.body.append(dialog);
	dialog.addEventListener("keydown", (event) => pressed(dialog, event));
	dialog.addEventListener("input", (event) => look(dialog, event.target.value));
	dialog.addEventListener("submit", (event) => event.preventDefault());
	dialog.addEventListener("click", (event) => {
		const link = event.target.closest("a");
		if (event.target === dialog || !link) return event.target === dialog && dialog.close();
		if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
		event.preventDefault();
		location.assign(link.href);
	});
	dialog.addEventListener("close", () => {
		dialog.remove();
		if (from?.isConnected && from !== document.body) from.focus();
	});
	dialog.showModal();
	dialog.querySelector("#go-q").focus();
}

document.addEventListener("click", (event) => {
	const link = event.target.closest?.("[data-palette]");
	if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	const menu = link.closest("details[open]");
	if (menu) menu.open = false;
	openPalette();
}, true);
