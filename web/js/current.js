// A row that scrolls sideways begins where one is: what is current in it is brought into view, and only the row moves.
const scrolls = (element) => element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);

function bring() {
	for (const current of document.querySelectorAll("[aria-current]")) {
		let row = current.parentElement;
		while (row && row !== document.body && !scrolls(row)) row = row.parentElement;
		if (!row || row === document.body) continue;
		const here = current.getBoundingClientRect(), room = row.getBoundingClientRect();
		if (here.left < room.left || here.right > room.right) row.scrollLeft += here.left + here.width / 2 - (room.left + room.width / 2);
	}
}

document.addEventListener("htmx:afterSettle", bring);
bring();
