// A form with data-find="/INC-1?do=link" and data-field="other" looks for what is typed in that field: the same page is asked
// with it (GET), and of its answer what was found is taken over; when one of them is chosen, what will happen.
let waiting, running;

async function look(form, ids) {
	const address = new URL(form.dataset.find, location), name = form.dataset.field;
	const chosen = form.querySelector(`.found [name="${name}"]:checked`), typed = form.querySelector(`input[type=text][name="${name}"]`);
	address.searchParams.set(name, (ids[0] === "happens" && chosen ? chosen : typed).value);
	for (const select of form.querySelectorAll("select[name=kind]")) address.searchParams.set("kind", select.value);
	running?.abort();
	running = new AbortController();
	try {
		const answer = await fetch(address, { signal: running.signal, headers: { Accept: "text/html" } });
		if (!answer.ok) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		for (const id of ids) {
			const fresh = page.getElementById(id);
			if (fresh) form.querySelector(`#${id}`)?.replaceChildren(...fresh.childNodes);
		}
	} catch {
		// More has been typed meanwhile.
	}
}

for (const event of ["input", "change"])
	document.addEventListener(event, ({ target }) => {
		const form = target.form;
		if (!form?.matches("form[data-find]") || (event === "change") === (target.type === "text")) return;
		const picks = target.type === "radio" && target.name === form.dataset.field;
		if (event === "input" && target.type !== "text") return;
		if (event === "change" && !picks && target.name !== "kind") return;
		clearTimeout(waiting);
		waiting = setTimeout(look, event === "input" ? 250 : 0, form, picks ? ["happens"] : ["found", "happens"]);
	});
