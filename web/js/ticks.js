// How long something has been going on, beside the moment at which it began. data-elapsed: ms when the page was made, so
// that this computer's own clock does not matter; changing the moment shifts it.
const begun = new WeakMap();

const fieldOf = (output) => document.getElementById(output.htmlFor.value);
const momentOf = (field) => Date.parse(`${field.value}Z`);

function elapsed(output) {
	const field = fieldOf(output);
	let start = begun.get(output);
	if (!start || start.text !== output.dataset.elapsed) {
		start = { text: output.dataset.elapsed, at: performance.now() - Number(output.dataset.elapsed), moment: momentOf(field) };
		begun.set(output, start);
	}
	return performance.now() - start.at + (start.moment - momentOf(field));
}

const two = (number) => String(number).padStart(2, "0");

function tick() {
	for (const output of document.querySelectorAll("output[data-elapsed]")) {
		const seconds = Math.floor(elapsed(output) / 1000);
		output.value = seconds >= 0 ? `${seconds >= 3600 ? `${Math.floor(seconds / 3600)}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}` : "";
	}
}

setInterval(tick, 500);
document.addEventListener("htmx:afterSettle", tick);
tick();
