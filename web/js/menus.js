// What a menu offers is fetched when it is opened, where that is much: <div class="pop" id="menu-columns"><a data-menu href="...">
// leads to the same page with the menu filled.
import { htmx } from "./htmx.js";

document.addEventListener("toggle", async ({ target }) => {
	const link = target.open && target.querySelector?.(":scope > .pop > a[data-menu]"), menu = link?.parentElement;
	if (!link) return;
	const focused = document.activeElement === link;
	await htmx.ajax("GET", link.href, { target: menu, swap: "innerHTML", select: `#${menu.id} > *` });
	if (focused) menu.querySelector("a, button, input, select")?.focus();
}, true);
