// The theme changes at once; the form tells the server, which remembers it for the person.
document.addEventListener("submit", (event) => {
	const theme = event.submitter?.name === "theme" ? event.submitter.value : null;
	if (theme === null) return;
	if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
	else delete document.documentElement.dataset.theme;
	for (const button of event.target.querySelectorAll("[name=theme]")) button.setAttribute("aria-pressed", button.value === theme);
	event.preventDefault();
	event.stopImmediatePropagation();
	fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target, event.submitter)) });
}, true);
