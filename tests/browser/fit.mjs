// What does not fit on a page as it stands, in a few words each. Runs in the page, so it may use nothing from outside itself.
export function misfits() {
	const found = [], styles = new Map(), layers = new Map()
	const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element)
	const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
	const hides = (element) => ['hidden', 'clip'].includes(style(element).overflowX)
	const words = (element) => `<${element.localName}${element.className?.trim ? ` ${element.className}`.trimEnd() : ''}> ${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 60)}`

	// Only for reading aloud: nothing is there to see.
	const aloud = (element) => { const box = element.getBoundingClientRect(); return box.width <= 1 || box.height <= 1 || Boolean(element.closest('.vh, .skip')) }

	const root = document.documentElement
	if (root.scrollWidth > root.clientWidth + 1) {
		const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && seen(element)).at(-1)
		found.push(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}${wide ? `: ${words(wide)}` : ''}`)
	}

	// Text that is cut off: an ellipsis will do where the whole stands in a title or at the end of a link, of its row or card too.
	const told = (element) => element.closest('[title], a[href]') || (element.closest('tr, li, article') ?? element).querySelector('[title], a[href]')
	for (const element of document.body.querySelectorAll('*')) {
		if (element.scrollWidth <= element.clientWidth + 1 || !hides(element) || aloud(element) || !element.textContent.trim() || !seen(element)) continue
		if (!(style(element).textOverflow === 'ellipsis' && told(element))) found.push(`text is cut off: ${words(element)}`)
	}

	// Words that leave the box that is drawn around them.
	const range = document.createRange()
	for (const element of document.querySelectorAll('.btn, .chip, .seg > *, .pr, .st, th, .face, .flag, kbd, summary, .pop a, .pop button, .counts a')) {
		if (!seen(element) || aloud(element)) continue
		const box = element.getBoundingClientRect()
		for (const node of element.childNodes) {
			if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim()) continue
			range.selectNodeContents(node)
			const text = range.getBoundingClientRect()
			if (hides(element) && style(element).textOverflow === 'ellipsis') continue
			if (text.left < box.left - 1 || text.right > box.right + 1 || text.top < box.top - 3 || text.bottom > box.bottom + 3) found.push(`words leave their box: ${words(element)}`)
		}
	}

	// Words of a drawing that lie over others.
	for (const drawing of document.querySelectorAll('svg.fan')) {
		const all = [...drawing.querySelectorAll('a tspan:not(:has(tspan))')].filter(seen).map((element) => ({ element, box: element.getBoundingClientRect() }))
		all.forEach(({ element, box }, i) => {
			const over = all.slice(i + 1).find((other) => !other.element.contains(element) && element.closest('text') !== other.element.closest('text') &&
				Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 1 && Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 5)
			if (over) found.push(`words lie over each other: ${words(element)} | ${words(over.element)}`)
		})
	}

	// Rows that stand as stacks of facts, their headings out of sight: each fact says which it is.
	for (const table of document.querySelectorAll('table.data:has(> thead)')) {
		if (!seen(table) || style(table).display === 'table') continue
		for (const cell of table.querySelectorAll('td:not(:has(button))')) {
			if (!seen(cell) || cell.dataset.label || cell.nextElementSibling?.localName === 'th') continue // what stands before the row's own heading belongs to it
			if (cell.textContent.trim()) found.push(`nothing says what it is: ${words(cell)}`)
		}
		for (const cell of table.querySelectorAll('td[data-label]')) {
			const heading = table.tHead.rows[0].cells[cell.cellIndex]?.textContent.trim()
			if (heading !== cell.dataset.label) found.push(`said to be ${cell.dataset.label}, but stands below ${heading}: ${words(cell)}`)
		}
	}

	// Fields beside each other: their controls begin at one height, however long their labels are.
	const fields = new Map()
	for (const field of document.querySelectorAll('.field')) {
		const control = field.querySelector('input:not([type=hidden]), select, textarea, .seg, .check')
		if (!control || !seen(field)) continue
		const one = { field, box: field.getBoundingClientRect(), top: control.getBoundingClientRect().top }, beside = fields.get(field.parentElement) ?? []
		const other = beside.find(({ box, top }) => box.top < one.box.bottom - 1 && one.box.top < box.bottom - 1 && Math.abs(top - one.top) > 1)
		if (other) found.push(`not at one height: ${words(other.field)} | ${words(field)}`)
		fields.set(field.parentElement, [...beside, one])
	}

	// Headings of one level in the column beside a record look alike, and a line stands above each of its parts but the first.
	const looks = new Map()
	for (const heading of document.querySelectorAll('.about :is(h2, h3)')) {
		if (!seen(heading)) continue
		const { fontSize, fontWeight, color, borderBottomWidth } = style(heading), look = [fontSize, fontWeight, color, borderBottomWidth].join(' ')
		const first = looks.get(heading.localName) ?? looks.set(heading.localName, { heading, look }).get(heading.localName)
		if (first.look !== look) found.push(`headings of one level differ: ${words(first.heading)} ${first.look} | ${words(heading)} ${look}`)
	}
	const onPaper = matchMedia('print').matches // in columns, without lines
	for (const panel of onPaper ? [] : document.querySelectorAll('.about > .panel ~ .panel')) if (style(panel).borderTopWidth === '0px') found.push(`no line above: ${words(panel)}`)

	// Two controls in one place. What is laid over the page on purpose, or scrolls by itself, is compared with its own kind only.
	const layer = (element) => {
		if (!element || element === document.body) return document.body
		if (layers.has(element)) return layers.get(element)
		const { position, overflowX, overflowY } = style(element)
		const own = ['absolute', 'fixed', 'sticky'].includes(position) || overflowX !== 'visible' || overflowY !== 'visible'
		const it = own ? element : layer(element.parentElement)
		layers.set(element, it)
		return it
	}
	const controls = []
	for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
		if (!seen(element) || aloud(element) || element.closest('svg')) continue // in a drawing, only what is drawn can be hit
		for (const box of element.getClientRects()) if (box.width > 2 && box.height > 2) controls.push({ element, box, layer: layer(element.parentElement) === document.body && layer(element) !== document.body ? element : layer(element) })
	}
	// Words beside a control that reach into it are as bad; what lies over words alone is another matter.
	for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();) {
		const element = walk.currentNode.parentElement
		if (!walk.currentNode.data.trim() || !seen(element) || aloud(element) || element.closest('a, button, select, textarea, summary, label, svg, script')) continue
		range.selectNodeContents(walk.currentNode)
		for (const box of range.getClientRects()) if (box.width > 2 && box.height > 2) controls.push({ element, box, layer: layer(element), isText: true })
	}
	controls.sort((a, b) => a.box.top - b.box.top)
	for (let i = 0; i < controls.length; i++) {
		const one = controls[i]
		for (let j = i + 1; j < controls.length && controls[j].box.top < one.box.bottom - 2; j++) {
			const other = controls[j], across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left)
			if (one.layer !== other.layer || (one.isText && other.isText) || across <= 2 || one.element.contains(other.element) || other.element.contains(one.element)) continue
			if (Math.min(one.box.bottom, other.box.bottom) - other.box.top > 2) found.push(`one lies over the other: ${words(one.element)} | ${words(other.element)}`)
		}
	}
	return [...new Set(found)]
}

// Every main button can be brought into sight and is the topmost thing where it stands.
export function unreachable() {
	const peek = [...document.querySelectorAll('.peek')].find((element) => getComputedStyle(element).position === 'fixed') // the preview, where it lies over the list
	const over = document.querySelector('dialog[open], [popover]:popover-open') ?? peek ?? document
	return [...over.querySelectorAll('main .btn.main, dialog .btn.main, form .btn.main')].filter((button) => button.checkVisibility()).flatMap((button) => {
		button.scrollIntoView({ block: 'center' })
		const box = button.getBoundingClientRect(), top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
		return button.contains(top) ? [] : [`cannot be reached: ${button.textContent.trim()}`]
	})
}
