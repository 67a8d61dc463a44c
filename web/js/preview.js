// A record beside the list, the board or the calendar that one looks at.
import { htmx } from "./htmx.js";

export function preview(number) {
	const link = document.createElement("a"), address = new URL(location.href);
	address.searchParams.set("preview", number);
	link.href = address.href;
	document.getElementById("rows").append(link);
	htmx.process(link);
	link.click();
	link.remove();
}
