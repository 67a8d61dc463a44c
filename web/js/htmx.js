// htmx follows links and sends forms without loading the page again; idiomorph changes only what differs, so that
// focus and what is being typed stay.
import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";

htmx.config.includeIndicatorStyles = false; // the security policy allows no inline style
htmx.config.allowEval = false;
htmx.config.historyCacheSize = 0; // records hold what others may not read later from this browser
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollIntoViewOnBoost = false;
htmx.config.defaultSettleDelay = 0; // until then a link would still lead to where it led before
htmx.config.responseHandling = [{ code: "204", swap: false }, { code: "...", swap: true }];

htmx.defineExtension("morph", {
	isInlineSwap: (style) => style === "morph",
	handleSwap: (style, target, fragment) => {
		if (style !== "morph") return false;
		// Only what is being typed is left alone: a link that was just followed may have become another one.
		const ignoreActiveValue = document.activeElement?.matches("input, textarea, select, [contenteditable]") ?? false;
		return Idiomorph.morph(target, fragment.childNodes, { morphStyle: "innerHTML", ignoreActiveValue });
	},
});

export { htmx, Idiomorph };
