// Clocks count on. data-left: service time left when the page was made; data-open: how long from then service time
// goes on; both in ms, so that this computer's own clock does not matter. data-target: the whole; data-soon: from
// when to warn.
import { ago, left } from "./words.js";

const born = new WeakMap();
const age = (element) => {
	if (!born.has(element)) born.set(element, performance.now());
	return performance.now() - born.get(element);
};

function tick() {
	for (const clock of document.querySelectorAll("[data-left]")) {
		const { target, soon, open } = clock.dataset;
		const now = Number(clock.dataset.left) - Math.min(age(clock), Number(open ?? Infinity));
		const words = clock.querySelector("[data-words]");
		if (words) words.textContent = left(now);
		const used = clock.querySelector(".u");
		if (used && target) used.setAttribute("width", `${Math.min(100, Math.max(0, 100 * (1 - now / target))).toFixed(1)}%`);
		const over = now < 0, near = !over && now <= Number(soon ?? 0);
		if (over !== clock.classList.contains("over") || near !== clock.classList.contains("soon")) {
			clock.classList.toggle("over", over);
			clock.classList.toggle("soon", near);
			sign(clock, over ? "triangle-alert" : near ? "clock" : null);
		}
	}
	for (const time of document.querySelectorAll("time[data-ago]")) {
		const words = ago(Number(time.dataset.ago) + age(time));
		if (words) time.textContent = words;
	}
}

function sign(clock, name) {
	const old = clock.querySelector(".i");
	if (!name) return old?.remove();
	const icons = document.querySelector("link[rel=prefetch][href*=icons]")?.getAttribute("href");
	if (!icons) return;
	const svg = old ?? document.createElementNS("http://www.w3.org/2000/svg", "svg");
	svg.setAttribute("class", "i");
	svg.setAttribute("aria-hidden", "true");
	const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
	use.setAttribute("href", `${icons}#${name}`);
	svg.replaceChildren(use);
	if (!old) clock.querySelector("[data-words]")?.before(svg);
}

setInterval(tick, 5000);
document.addEventListener("visibilitychange", () => document.hidden || tick());
tick();
