// Where the focus is after a part of the page was exchanged: where it was; and if that is gone, at the beginning of what the
// page is about, so that the next key goes on from there. And every key stands in the tooltip of what it does.
const tell = () => {
	for (const element of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
		const key = element.dataset.key, words = (element.getAttribute("aria-label") ?? element.title) || element.textContent.replace(/\s+/g, " ").trim();
		element.setAttribute("aria-keyshortcuts", key);
		if (!element.matches("input, textarea, select")) element.title = `${words.replace(new RegExp(` ${CSS.escape(key)}$`), "")} (${key})`;
	}
};

document.addEventListener("htmx:afterSettle", () => {
	tell();
	const active = document.activeElement;
	if (active && active !== document.body) return;
	const begin = document.querySelector("main [autofocus], #dialog-title") ?? document.getElementById("main");
	begin?.focus({ preventScroll: true });
});
tell();
