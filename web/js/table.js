// The list under the keyboard: one row is current; selecting shows the bar with what can be done to many.
import { preview } from "./preview.js";

const rows = () => [...document.querySelectorAll("table.grid tbody tr:not(.grp)")];
const current = () => document.querySelector("table.grid tbody tr.cur");

function move(by) {
	const all = rows();
	if (!all.length) return false;
	const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + by))];
	current()?.classList.remove("cur");
	next.classList.add("cur");
	next.querySelector("a.title")?.focus({ preventScroll: true });
	next.scrollIntoView({ block: "nearest" });
	return true;
}

export function press(key) {
	const row = current();
	if (key === "j") return move(1);
	if (key === "k") return move(-1);
	if (!row) return false;
	if (key === "o") row.querySelector("a.title")?.click();
	else if (key === "x") row.querySelector(".pick input")?.click();
	else if (key === "p") preview(row.querySelector("a.title").pathname.slice(1));
	else return false;
	return true;
}

document.addEventListener("change", (event) => {
	if (!event.target.matches(".pick input")) return;
	const form = event.target.closest("form");
	if (!form) return;
	const boxes = [...form.querySelectorAll("tbody .pick input")], all = form.querySelector("thead .pick input");
	if (event.target === all) for (const box of boxes) box.checked = all.checked;
	const count = boxes.filter((box) => box.checked).length;
	for (const box of boxes) box.closest("tr").classList.toggle("sel", box.checked);
	if (all) [all.checked, all.indeterminate] = [count === boxes.length, count > 0 && count < boxes.length];
	const words = form.querySelector(".bulk [data-count]");
	if (words) words.textContent = words.dataset.count.replace("%s", count);
});
document.addEventListener("reset", (event) => setTimeout(() => {
	for (const row of event.target.querySelectorAll("tr.sel")) row.classList.remove("sel");
}));

// With shift a head becomes the next key of the order, or turns the one that it is.
document.addEventListener("click", (event) => {
	const head = event.shiftKey && event.target.closest?.("thead a[data-also]");
	if (!head) return;
	event.preventDefault();
	event.stopImmediatePropagation();
	location.assign(head.dataset.also);
}, true);
