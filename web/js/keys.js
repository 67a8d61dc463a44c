// Keys. Whatever has data-key="n" or data-key="g i" is done by that key: links and buttons are pressed, fields get the
// focus. j, k, o, x and p move in the list.
import { openPalette } from "./palette.js";
import { press as onBoard } from "./board.js";
import { press as inList } from "./table.js";

const typing = (element) => element?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const find = (keys) => [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"], [data-key-too="${CSS.escape(keys)}"]`)].find((element) => seen(element) || element.closest("details, [popover]"));
let before = "", until = 0;

// A field is left for the page that it is on, so that the next key, and Tab, go on from there.
function leave(field) {
	const main = field.closest("main") ?? document.getElementById("main");
	if (main) main.focus({ preventScroll: true });
	else field.blur();
}

function act(element) {
	if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
		element.focus();
		element.select?.();
	} else {
		element.click();
		const target = element.dataset.then && document.getElementById(element.dataset.then);
		target?.focus();
	}
}

document.addEventListener("keydown", (event) => {
	if (event.defaultPrevented || event.isComposing) return;
	const goto = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
	if (document.querySelector("dialog[open]")) return goto && event.preventDefault();
	if (event.key === "Escape" && typing(event.target)) return leave(event.target);
	if (!goto && (event.ctrlKey || event.metaKey || event.altKey || typing(event.target))) return;
	if (goto) {
		event.preventDefault();
		return openPalette();
	}
	const key = event.key;
	const pair = before && performance.now() < until ? find(`${before} ${key}`) : null;
	before = key;
	until = performance.now() + 1000;
	const element = pair ?? find(key);
	if (element) act(element);
	else if (!inList(key) && !onBoard(key)) return;
	before = pair ? "" : key;
	event.preventDefault();
});
