// Writing: Ctrl+Enter sends; pasted and dropped files become attachments, with how much of them has been sent; a template
// is written in where the cursor stands; a preview appears above the text; and what is being written is kept in this browser
// for the record and the person (data-draft) until it has been sent, or the person signs out.
const writer = (target) => target.closest?.("form.write");
const place = (form) => `draft ${form.dataset.draft}`;
const textOf = (form) => form.querySelector("textarea");

document.addEventListener("keydown", (event) => {
	const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("form.write, form.dialog");
	if (!form) return;
	event.preventDefault();
	form.requestSubmit();
});

// --- files ---

function choose(form, files) {
	const input = form.querySelector("input[type=file]"), all = new DataTransfer();
	for (const file of files) all.items.add(file);
	input.files = all.files;
	list(form);
}

function list(form) {
	const files = [...form.querySelector("input[type=file]").files], names = form.querySelector("[data-files]");
	names.replaceChildren(...files.map((file) => {
		const item = document.createElement("li"), away = document.createElement("button");
		Object.assign(away, { type: "button", className: "btn quiet xs", textContent: "×", ariaLabel: names.dataset.remove.replace("%s", file.name) });
		away.addEventListener("click", () => (choose(form, files.filter((other) => other !== file)), textOf(form).focus()));
		item.append(file.name, away);
		return item;
	}));
}

const attach = (form, files) => files.length > 0 && (choose(form, [...form.querySelector("input[type=file]").files, ...files]), true);

document.addEventListener("paste", (event) => {
	const form = writer(event.target);
	if (form && attach(form, event.clipboardData.files)) event.preventDefault();
});
for (const name of ["dragover", "dragleave", "drop"])
	document.addEventListener(name, (event) => {
		const form = writer(event.target);
		if (!form || !event.dataTransfer?.types.includes("Files")) return;
		form.classList.toggle("over", name === "dragover");
		if (name !== "dragleave") event.preventDefault();
		if (name === "drop") attach(form, event.dataTransfer.files);
	});
document.addEventListener("change", (event) => event.target.matches("form.write input[type=file]") && list(writer(event.target)));
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
	const words = writer(target)?.querySelector("[data-progress]");
	if (words && detail.lengthComputable && detail.total > 65536) words.textContent = words.dataset.progress.replace("%s", Math.round((100 * detail.loaded) / detail.total)).replace("%%", "%");
});

// --- templates and preview ---

async function pageOf(address, options) {
	const answer = await fetch(address, options);
	if (!answer.ok) throw new Error(answer.status);
	return new DOMParser().parseFromString(await answer.text(), "text/html");
}

document.addEventListener("click", async (event) => {
	const link = event.target.closest?.("a[data-template]"), form = link && writer(link);
	if (!form || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
	event.preventDefault();
	try {
		const fresh = (await pageOf(link.href)).querySelector("form.write"), text = textOf(form);
		const audience = fresh.querySelector("[name=audience]:checked")?.value;
		form.querySelector(`[name=audience][value="${audience}"]`)?.click();
		link.closest("details").open = false;
		text.setRangeText(textOf(fresh).value, text.selectionStart, text.selectionEnd, "end");
		text.dispatchEvent(new Event("input", { bubbles: true }));
		text.focus();
	} catch {
		location.assign(link.href);
	}
});

document.addEventListener("click", async (event) => {
	const button = event.target.closest?.("form.write button[name=look]"), form = button?.form;
	if (!form) return;
	event.preventDefault();
	const shown = form.querySelector(".shown"), asked = new FormData(form, button);
	asked.delete("file");
	if (shown.childElementCount) return shown.replaceChildren();
	const page = await pageOf(form.action, { method: "POST", body: asked }).catch(() => null);
	if (page) shown.replaceChildren(...page.querySelector(".shown").childNodes);
});

// --- what is being written ---

document.addEventListener("input", (event) => {
	const form = event.target.matches("form.write textarea") && writer(event.target);
	if (form && event.target.value) localStorage.setItem(place(form), event.target.value);
	else if (form) localStorage.removeItem(place(form));
});
// Once it has been sent, neither the draft nor the fields hold it any more: what is typed in a field would be left alone.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
	const form = detail.requestConfig.verb === "post" && writer(detail.requestConfig.elt);
	if (!form || detail.xhr.status >= 400) return;
	localStorage.removeItem(place(form));
	form.reset();
	textOf(form).value = "";
	list(form);
});
document.addEventListener("submit", ({ target }) => {
	if (target.getAttribute("action") !== "/logout") return;
	for (const key of Object.keys(localStorage)) if (key.startsWith("draft ")) localStorage.removeItem(key);
});
function restore() {
	for (const form of document.querySelectorAll("form.write[data-draft]")) {
		const kept = localStorage.getItem(place(form));
		if (kept && !textOf(form).value) textOf(form).value = kept;
	}
}
document.addEventListener("htmx:afterSettle", restore);
restore();
