import { htmx } from "./htmx.js";

// A link with data-dialog leads to the same page with a form shown in place. Here only that form is fetched and shown
// over the page; whatever is wrong with the answer, the link itself still works.
export async function openDialog(address, back) {
	try {
		const answer = await fetch(address, { headers: { Accept: "text/html" } });
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const form = page.getElementById("dialog");
		if (!answer.ok || !form) throw new Error("no form");
		const dialog = document.createElement("dialog");
		dialog.className = "over";
		dialog.setAttribute("aria-labelledby", "dialog-title");
		document.getElementById("dialog")?.remove();
		dialog.append(document.adoptNode(form));
		document.body.append(dialog);
		dialog.addEventListener("close", () => (dialog.remove(), back.focus()));
		htmx.process(dialog); // so that sending it keeps the page, and the focus is led on
		dialog.showModal();
		dialog.querySelector("[aria-invalid=true], textarea, select, input:not([type=hidden])")?.focus();
	} catch {
		location.assign(address);
	}
}

document.addEventListener("click", (event) => {
	const link = event.target.closest("a[data-dialog]");
	if (event.target.closest("[data-close]") && event.target.closest("dialog")) {
		event.preventDefault();
		return event.target.closest("dialog").close();
	}
	if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	openDialog(link.href, link);
}, true);

// One menu at a time, closed by Escape and by a click elsewhere.
document.addEventListener("click", (event) => {
	for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
	const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
	if (!menu) return;
	menu.open = false;
	menu.querySelector("summary").focus();
});
