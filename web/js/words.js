// Lengths of time as people say them; the same words as src/web/words.c writes.
const MINUTE = 60000, HOUR = 60 * MINUTE;
const ja = () => document.documentElement.lang === "ja";

export function length(ms) {
	const minutes = Math.floor(Math.abs(ms) / MINUTE), hours = Math.floor(minutes / 60), rest = minutes % 60;
	if (minutes < 1) return ja() ? "1分未満" : "under 1 min";
	if (hours === 0) return ja() ? `${minutes}分` : `${minutes} min`;
	if (hours >= 100 || rest === 0) return ja() ? `${hours}時間` : `${hours} h`;
	return ja() ? `${hours}時間${rest}分` : `${hours} h ${String(rest).padStart(2, "0")} min`;
}

export function left(ms) {
	return ms >= 0 ? (ja() ? `残り${length(ms)}` : `${length(ms)} left`) : (ja() ? `${length(ms)}超過` : `${length(ms)} over`);
}

// Null when it is long enough ago that the words no longer change while one looks.
export function ago(ms) {
	const minutes = Math.floor(ms / MINUTE), hours = Math.floor(minutes / 60), rest = minutes % 60;
	if (ms < MINUTE) return ja() ? "たった今" : "just now";
	if (ms < HOUR) return ja() ? `${minutes}分前` : `${minutes} min ago`;
	if (hours < 3) {
		if (rest === 0) return ja() ? `${hours}時間前` : `${hours} h ago`;
		return ja() ? `${hours}時間${rest}分前` : `${hours} h ${String(rest).padStart(2, "0")} min ago`;
	}
	if (hours < 24) return ja() ? `${hours}時間前` : `${hours} h ago`;
	return null;
}
