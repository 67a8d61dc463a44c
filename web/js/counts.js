// Saved views stand beside a list without their counts at first, as the list does not wait for them. <div data-counts="/incidents/counts">
// names what tells them, <span data-view="VIEW-1"> is where one belongs. What was told before stands there at once, until it is
// told anew, so that nothing flickers.
const told = new Map(); // address -> { "VIEW-1": { words, bad } }
let asking = false, again = false;

const addressNow = () => document.querySelector("[data-counts]")?.dataset.counts;

function fill() {
	const address = addressNow(), counts = told.get(address);
	if (!counts) return;
	for (const place of document.querySelectorAll("[data-counts] [data-view]")) {
		const { words = "", bad = false, late = "" } = counts[place.dataset.view] ?? {};
		if (place.textContent !== words) place.textContent = words;
		place.title = late;
		place.classList.toggle("bad", bad);
	}
}

async function ask() {
	fill();
	const address = addressNow();
	again = asking; // a page that came meanwhile may have other views
	if (asking || !address) return;
	asking = true;
	try {
		const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
		if (answer.ok) told.set(address, await answer.json());
	} catch {
		// The server is away, or one is no longer signed in: the next page says so.
	}
	asking = false;
	fill();
	if (again) ask();
}

document.addEventListener("htmx:afterSwap", fill);
document.addEventListener("htmx:afterSettle", ask);
ask();
