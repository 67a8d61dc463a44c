// Rows of a form move: what stands in them changes places with the row above or below.
const controls = (row) => [...row.querySelectorAll("input, select, textarea")];

document.addEventListener("click", (event) => {
	const button = event.target.closest?.("button[data-move]"), row = button?.closest("tr");
	const other = button?.dataset.move === "up" ? row?.previousElementSibling : row?.nextElementSibling;
	if (!other) return;
	const there = controls(other);
	controls(row).forEach((here, i) => {
		[here.value, there[i].value] = [there[i].value, here.value];
		if (here.type === "checkbox") [here.checked, there[i].checked] = [there[i].checked, here.checked];
	});
	other.querySelector(`[data-move=${button.dataset.move}]`).focus();
});
