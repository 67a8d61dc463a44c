// Go to anything: what /go shows as a page, over the page that is open, while one types. The keyboard stays in the field;
// the arrows move among the links. However it is closed, the focus goes back to where it was. However slow the server is,
// what is typed before it has opened goes into its field, and Enter goes to what was asked for, not to what stood there before.
let opening = null;

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

async function ask(dialog, query, signal) {
	try {
		const answer = await fetch(address(query), { signal });
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

// One question at a time: the newest.
async function look(dialog, query) {
	dialog.asking?.abort();
	const asking = dialog.asking = new AbortController();
	dialog.setAttribute("aria-busy", "true");
	dialog.answered = ask(dialog, query, asking.signal);
	await dialog.answered;
	if (dialog.asking === asking) dialog.removeAttribute("aria-busy");
}

async function go(dialog) {
	for (let waited; waited !== dialog.answered;) await (waited = dialog.answered);
	if (dialog.open) chosen(dialog)?.click();
}

function pressed(dialog, event) {
	const all = links(dialog), at = all.indexOf(chosen(dialog));
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 6, PageUp: at - 6 }[event.key];
	if (event.isComposing) return;
	if (to !== undefined && all.length) choose(dialog, all[event.key.startsWith("Arrow") ? (to + all.length) % all.length : Math.min(all.length - 1, Math.max(0, to))]);
	else if (event.key === "Enter") go(dialog);
	else return;
	event.preventDefault();
}

// What is pressed until it has opened is for it, and for nothing on the page.
function early(event) {
	if (event.isComposing || ["Control", "Meta", "Shift", "Alt"].includes(event.key)) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	if (event.key === "Escape") opening.given = true;
	else if (event.key === "Enter") opening.enter = true;
	else if (event.key === "Backspace") opening.typed = opening.typed.slice(0, -1);
	else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) opening.typed += event.key;
}

function show(dialog, from) {
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
		dialog.asking?.abort();
		dialog.remove();
		if (from?.isConnected && from !== document.body && !document.querySelector("dialog[open]")) from.focus();
	});
	dialog.showModal();
	dialog.querySelector("#go-q").focus();
}

export async function openPalette() {
	if (opening) return;
	const from = document.activeElement, dialog = document.createElement("dialog");
	const before = opening = { typed: "", given: false, enter: false };
	dialog.className = "palette";
	dialog.setAttribute("aria-label", document.querySelector("[data-palette]")?.textContent.trim() ?? "Kaname");
	document.addEventListener("keydown", early, true);
	await look(dialog, "");
	document.removeEventListener("keydown", early, true);
	opening = null;
	if (before.given) return;
	if (!dialog.childElementCount) return location.assign("/go");
	show(dialog, from);
	if (before.typed) {
		dialog.querySelector("#go-q").value = before.typed;
		look(dialog, before.typed);
	}
	if (before.enter) go(dialog);
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
