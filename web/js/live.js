// What somebody else changes appears by itself. <main data-live="/INC-1/events"> names a stream of events; each event
// fetches the page again and changes only the regions marked data-region that do not hold the focus.
import { Idiomorph } from "./htmx.js";

let stream, address, waiting;

async function refresh() {
	waiting = null;
	const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
	if (!answer.ok) return;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	for (const region of document.querySelectorAll("[data-region][id]")) {
		const fresh = page.getElementById(region.id);
		if (fresh && !region.contains(document.activeElement)) Idiomorph.morph(region, fresh, { ignoreActiveValue: true });
	}
}

function watch() {
	const wanted = document.querySelector("[data-live]")?.dataset.live;
	if (wanted === address) return;
	stream?.close();
	address = wanted;
	stream = wanted && new EventSource(wanted);
	stream?.addEventListener("change", () => (waiting ??= setTimeout(refresh, 200)));
	stream?.addEventListener("presence", (event) => {
		const here = document.querySelector("[data-here]");
		if (here) here.textContent = event.data;
	});
}
document.addEventListener("htmx:afterSettle", watch);
watch();
