// A list that somebody else changes shows it: <div data-rows="/api/v1/stream?collection=incidents"> names the stream. A row
// that changed is brought up to date and has an ochre line for some seconds; what is new is told in the foot, and comes
// when it is asked for, never under the pointer. What is selected stays as it was seen, so that nothing is overwritten.
import { Idiomorph } from "./htmx.js";
import { isHeld, morph } from "./morph.js";

const pause = 4000, shows = 8000; // ms: between two looks, and how long a row shows that it changed
let stream, address, waiting, looked = 0;
const heard = new Map(); // number -> version that it has now

const numberOf = (row) => row.querySelector("a.title")?.getAttribute("href").slice(1).split("?")[0];
const versionOf = (row) => Number(row.querySelector(".pick input")?.value.split("/")[1] ?? 0);
const rowsOf = (page) => new Map([...page.querySelectorAll("#rows table.grid tbody tr:not(.grp)")].map((row) => [numberOf(row), row]));

function mark(row) {
	row.classList.add("chd");
	setTimeout(() => row.classList.remove("chd"), shows);
}

// Whoever has selected a row, or is at work in it, keeps it.
function renew(row, fresh) {
	if (fresh && !row.querySelector(":checked") && !isHeld(row)) {
		const current = row.classList.contains("cur");
		morph(row, fresh);
		row.classList.toggle("cur", current);
	}
	mark(row);
}

function tell(count) {
	const news = document.querySelector("[data-news]");
	if (!news || !count) return;
	const link = Object.assign(document.createElement("a"), { href: location.href, textContent: news.dataset.show });
	news.replaceChildren(news.dataset.news.replace("%s", count), " ", link);
}

// A board or a calendar is as a whole what it is now; never under the hand that moves something on it.
function arrange(page) {
	const [old, fresh] = [document, page].map((one) => one.getElementById("rows"));
	if (!fresh || document.querySelector("#rows :is(.drawn, .move[open]), dialog[open]")) return;
	const focused = document.activeElement?.closest(".card")?.id;
	Idiomorph.morph(old, fresh.innerHTML, { morphStyle: "innerHTML" });
	if (focused && !document.activeElement?.closest(".card")) document.getElementById(focused)?.querySelector("a.title").focus();
	for (const [number, version] of heard) {
		const card = document.getElementById(`card-${number}`);
		if (card && card.querySelector(".move button")?.value.startsWith(`${number}/${version} `)) mark(card);
	}
	heard.clear();
}

async function look() {
	waiting = null;
	looked = Date.now();
	const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
	if (!answer?.ok) return;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	if (document.querySelector("#rows :is(.board, .cal)")) return arrange(page);
	const fresh = rowsOf(page), shown = rowsOf(document);
	for (const [number, row] of shown) if (heard.get(number) > versionOf(row)) renew(row, fresh.get(number));
	tell([...fresh.keys()].filter((number) => heard.has(number) && !shown.has(number)).length);
}

function hear(event) {
	const { number, version } = JSON.parse(event.data);
	heard.set(number, version);
	waiting ??= setTimeout(look, Math.max(300, looked + pause - Date.now()));
}

function watch() {
	const wanted = document.hidden ? undefined : document.querySelector("[data-rows]")?.dataset.rows;
	if (wanted === address) return;
	stream?.close();
	heard.clear();
	address = wanted;
	stream = wanted && new EventSource(wanted);
	stream?.addEventListener("change", hear);
}

document.addEventListener("htmx:afterSettle", watch);
document.addEventListener("visibilitychange", watch);
addEventListener("pagehide", () => stream?.close());
watch();
