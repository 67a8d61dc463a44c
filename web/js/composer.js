// Ctrl+Enter sends; pasted and dropped files become attachments; what is being written survives a closed page.
const writer = (target) => target.closest?.("form.write");
const place = (form) => `write ${new URL(form.action, location).pathname}`;

document.addEventListener("keydown", (event) => {
	const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("form.write, form.dialog");
	if (!form) return;
	event.preventDefault();
	form.requestSubmit();
});

function attach(form, files) {
	const input = form.querySelector("input[type=file]");
	if (!input || !files.length) return false;
	const all = new DataTransfer();
	for (const file of [...input.files, ...files]) all.items.add(file);
	input.files = all.files;
	input.dispatchEvent(new Event("change", { bubbles: true }));
	return true;
}
document.addEventListener("paste", (event) => {
	const form = writer(event.target);
	if (form && attach(form, event.clipboardData.files)) event.preventDefault();
});
document.addEventListener("dragover", (event) => writer(event.target) && event.preventDefault());
document.addEventListener("drop", (event) => {
	const form = writer(event.target);
	if (form && attach(form, event.dataTransfer.files)) event.preventDefault();
});
document.addEventListener("change", (event) => {
	const names = event.target.matches("form.write input[type=file]") && event.target.closest("form").querySelector("[data-files]");
	if (names) names.textContent = [...event.target.files].map((file) => file.name).join(", ");
});

document.addEventListener("input", (event) => {
	const form = event.target.matches("textarea") && writer(event.target);
	if (form) sessionStorage.setItem(place(form), event.target.value);
});
document.addEventListener("submit", (event) => writer(event.target) && sessionStorage.removeItem(place(event.target)));
for (const form of document.querySelectorAll("form.write")) {
	const text = form.querySelector("textarea"), kept = sessionStorage.getItem(place(form));
	if (text && kept && !text.value) text.value = kept;
}
