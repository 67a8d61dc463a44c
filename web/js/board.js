// Cards on a board and entries on a calendar under the keyboard; and cards that are drawn with the pointer. What a card may
// become stands in its menu (data-to: the column): drawing it there presses that button, so both do the same.
import { openDialog } from "./dialog.js";
import { preview } from "./preview.js";

const cards = (within) => [...within.querySelectorAll("a.title")];
const piles = () => [...document.querySelectorAll(".board .bcol:has(.card)")];
const entries = () => [...document.querySelectorAll(".cal li a")];

function go(link) {
	link?.focus({ preventScroll: true });
	link?.scrollIntoView({ block: "nearest", inline: "nearest" });
	return Boolean(link);
}

function step(all, here, by) {
	const at = all.indexOf(here);
	return go(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
}

// To the card that stands at the same height in the next column that has any.
function across(card, by) {
	const all = piles(), at = all.indexOf(card?.closest(".bcol"));
	const pile = all[at < 0 ? 0 : at + by];
	if (!pile) return true;
	const place = at < 0 ? 0 : cards(all[at]).indexOf(card.querySelector("a.title"));
	return go(cards(pile)[Math.min(place, cards(pile).length - 1)]);
}

function openMenu(card, to) {
	const menu = card?.querySelector(".move");
	if (!menu) return false;
	menu.open = true;
	menu.querySelector(to ? `button[data-to="${CSS.escape(to)}"]` : "button").focus();
	return true;
}

function onCalendar(key) {
	const entry = document.activeElement?.closest(".cal li a");
	if (key === "j" || key === "k") return step(entries(), entry, key === "j" ? 1 : -1);
	if (key === "o") entry?.click();
	else if (key === "p" && entry) preview(entry.pathname.slice(1));
	else return false;
	return Boolean(entry);
}

export function press(key) {
	if (document.querySelector(".cal")) return onCalendar(key);
	if (!document.querySelector(".board")) return false;
	const card = document.activeElement?.closest(".card");
	const down = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key], sideways = { ArrowRight: 1, ArrowLeft: -1 }[key];
	if (card?.querySelector(".move[open]")) return Boolean(down) && step([...card.querySelectorAll(".move button")], document.activeElement, down);
	if (down) return card ? step(cards(card.closest(".bcol")), card.querySelector("a.title"), down) : across(null, 0);
	if (sideways) return across(card, sideways);
	if (key === "m") return openMenu(card);
	if (key === "o") card?.querySelector("a.title").click();
	else if (key === "p" && card) preview(card.id.slice(5));
	else return false;
	return Boolean(card);
}

// What asks for something first is asked over the board.
document.addEventListener("click", (event) => {
	const button = event.target.closest?.(".board button[data-asks]");
	if (!button) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	const address = new URL(button.form.action), menu = button.closest(".move");
	address.searchParams.set("card", button.value);
	menu.open = false;
	openDialog(address.href, menu.querySelector("summary"));
}, true);

let drawn;
const ways = (column) => [...drawn.querySelectorAll(`.move button[data-to="${CSS.escape(column.dataset.column)}"]`)];
const target = (event) => drawn && event.target.closest?.(".bcol.can");

document.addEventListener("pointerdown", (event) => {
	const card = event.target.closest?.(".board .card");
	if (card) card.draggable = event.pointerType === "mouse" && Boolean(card.querySelector(".move")) && !event.target.closest(".move");
});
document.addEventListener("dragstart", (event) => {
	drawn = event.target.closest?.(".board .card");
	if (!drawn) return;
	event.dataTransfer.effectAllowed = "move";
	event.dataTransfer.setData("text/plain", drawn.querySelector("a.title").href);
	drawn.classList.add("drawn");
	for (const column of document.querySelectorAll(".board .bcol")) column.classList.toggle("can", ways(column).length > 0);
});
document.addEventListener("dragover", (event) => {
	const column = target(event);
	if (!column) return;
	event.preventDefault();
	for (const other of document.querySelectorAll(".bcol.over")) if (other !== column) other.classList.remove("over");
	column.classList.add("over");
});
document.addEventListener("drop", (event) => {
	const column = target(event);
	if (!column) return;
	event.preventDefault();
	const found = ways(column);
	if (found.length === 1) found[0].click();
	else openMenu(drawn, column.dataset.column);
});
document.addEventListener("dragend", () => {
	for (const column of document.querySelectorAll(".bcol")) column.classList.remove("can", "over");
	drawn?.classList.remove("drawn");
	drawn = undefined;
});
