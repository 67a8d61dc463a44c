// A form with data-known is sent while one writes, with "look" in it: nothing is made, and the answer's elements of these ids
// tell what is already known, and what will apply. With data-asks it is sent when an answer changes: that element holds the questions that follow.
import { Idiomorph } from "./htmx.js";

let waiting, running, asking = false; // asking: an answer is still to come

async function look(form) {
	const asked = new FormData(form), ids = [form.dataset.known, form.dataset.asks].flatMap((names) => names?.split(" ") ?? []);
	asked.set("look", "yes");
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(asked), signal: running.signal });
		if (!answer.ok) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		for (const id of ids) {
			const old = document.getElementById(id), fresh = page.getElementById(id);
			if (old && fresh) Idiomorph.morph(old, fresh, { ignoreActiveValue: true });
		}
		asking = false;
	} catch {
		// More has been written meanwhile, or the server is away: what stands there is still right.
	}
}

for (const event of ["input", "change"])
	document.addEventListener(event, ({ target }) => {
		const form = target.form;
		if (!form?.matches(event === "input" ? "form[data-known]" : "form:is([data-known], [data-asks])")) return;
		if (target.name?.startsWith("link.")) { // while an answer is to come, it must know what was ticked
			if (!asking) return;
			running?.abort();
		}
		asking = true;
		clearTimeout(waiting);
		waiting = setTimeout(look, event === "input" ? 400 : 0, form);
	});

// Once the form is sent its own answer counts: one to an earlier look would take away the faults that it shows.
document.addEventListener("submit", () => {
	clearTimeout(waiting);
	running?.abort();
});

// What is proposed is taken over where it stands. (Without the script the button sends the form; it stands outside of it, where
// htmx would not notice that it was this one.)
document.addEventListener("click", (event) => {
	const button = event.target.closest?.("button[name=look][form]"), [name, value] = button?.value.split("=") ?? [];
	const field = button?.form?.elements[name];
	if (!field) return;
	event.preventDefault();
	field.value = value;
	const changed = field instanceof RadioNodeList ? [...field].find((one) => one.checked) : field;
	changed?.dispatchEvent(new Event("change", { bubbles: true }));
});
