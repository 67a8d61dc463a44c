// A part of the page as it is now, in the place of what it was. A link that has the focus is no reason to leave the part as it was:
// the focus stays at the link, also when it has moved.
import { Idiomorph } from "./htmx.js";

const focused = (part) => (part.contains(document.activeElement) ? document.activeElement : null);

// Whoever stands in a field, a button or an open menu is at work there.
export const isHeld = (part) => {
	const active = focused(part);
	return Boolean(active) && (!active.matches("a[href]") || Boolean(active.closest("details[open]")));
};

export function morph(part, fresh) {
	const link = focused(part)?.getAttribute("href");
	Idiomorph.morph(part, fresh, { ignoreActiveValue: true });
	if (!link || focused(part)?.getAttribute("href") === link) return;
	const again = [...part.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === link);
	(again ?? document.getElementById("main"))?.focus({ preventScroll: true });
}
