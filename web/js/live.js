// What somebody else changes appears by itself. <main data-live="/api/v1/stream?record=INC-1"> names a stream of events; each
// change, and each coming and going of others (present), fetches the page again and changes only the regions marked
// data-region in which nobody is at work. Whoever begins to write is said to be editing. The stream begins at the place up to
// which the page was read (after=), and goes on where the one before it ended. What moves without an event is looked at again every
// so many seconds (data-again), as long as the page asks for it and somebody sees it.
import { isHeld, morph } from "./morph.js";

let stream, address, waiting, heard;

// Whoever has typed something keeps it, also while the focus is elsewhere.
const isTyped = (field) =>
	field instanceof HTMLSelectElement
		? [...field.options].some((option) => option.selected !== option.defaultSelected)
		: field.value !== field.defaultValue || Boolean(field.checked) !== Boolean(field.defaultChecked);

const isAtWork = (region) =>
	isHeld(region) ||
	region.querySelector("form.editing") ||
	[...region.querySelectorAll("input, textarea, select")].some(isTyped);

async function refresh() {
	clearTimeout(waiting);
	waiting = null;
	await look().catch(() => {}); // the answer was cut short: the next look will do
	again();
}

async function look() {
	const asked = location.href;
	const answer = await fetch(asked, { headers: { Accept: "text/html" } }).catch(() => null);
	if (!answer?.ok) return;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	if (asked !== location.href) return soon(); // the answer is the one for the page before
	for (const region of document.querySelectorAll("[data-region][id]")) {
		const fresh = page.getElementById(region.id);
		if (fresh && !isAtWork(region)) morph(region, fresh);
	}
}

const soon = () => (waiting ??= setTimeout(refresh, 200));

let next;
function again() {
	clearTimeout(next);
	const seconds = document.hidden ? 0 : Number(document.querySelector("[data-again]")?.dataset.again ?? 0);
	if (seconds) next = setTimeout(refresh, seconds * 1000);
}

const isWriting = () => [...document.querySelectorAll("main :is(input:not([type=hidden]), textarea, select)")].some(isTyped);

function hear({ type, lastEventId }) {
	if (lastEventId) heard = lastEventId;
	if (type !== "open") soon();
}

// A page that nobody sees listens to nothing: browsers have few connections for one place, and many pages.
function watch() {
	let wanted = document.hidden ? undefined : document.querySelector("[data-live]")?.dataset.live;
	if (wanted && isWriting()) wanted = wanted.replace("present=reading", "present=editing");
	if (wanted === address) return;
	const same = heard && wanted?.split("&")[0] === address?.split("&")[0];
	stream?.close();
	address = wanted;
	if (!same) heard = null;
	stream = wanted && new EventSource(heard ? wanted.replace(/after=\d+/, `after=${heard}`) : wanted);
	for (const name of ["open", "change", "missed", "present"]) stream?.addEventListener(name, hear);
}

// The list that one came from stands in the address from now on, so that it is there after a reload as well.
function keepList() {
	const list = document.querySelector("[data-list]")?.dataset.list, here = new URL(location);
	if (!list || here.searchParams.has("list")) return;
	here.searchParams.set("list", list);
	history.replaceState(history.state, "", here);
}

for (const act of [watch, keepList, again]) document.addEventListener("htmx:afterSettle", act);
document.addEventListener("input", () => address?.includes("present=reading") && watch());
document.addEventListener("visibilitychange", () => {
	watch();
	if (address) soon(); // what happened meanwhile
	again();
});
addEventListener("pagehide", () => stream?.close());
keepList();
watch();
again();
