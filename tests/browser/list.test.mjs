// Signing in, my work, lists and finding, as a person sees and uses them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { faults, look, looks, open, signIn } from './support.mjs'

let stage

before(async () => { stage = await open() })
after(async () => { await stage?.end() })

const numbers = (page) => page.locator('table.grid tbody .c-no').allTextContents()
const cells = (page, name) => page.locator(`table.grid tbody .${name}`).allTextContents()
const settled = (page) => page.waitForLoadState('networkidle')

test('a wrong password is told without telling which part was wrong', async () => {
	const page = await stage.person(null)
	await page.goto('/incidents')
	assert.match(page.url(), /\/login\?next=/)
	await page.locator('[name=user]').fill('desk')
	await page.locator('[name=password]').fill('not this one')
	await page.locator('main form button').first().click()
	assert.match(await page.locator('[role=alert], .err').first().textContent(), /password/i)
	assert.equal(await page.locator('[name=user]').inputValue(), 'desk')
	await page.locator('[name=password]').fill('demo')
	await page.locator('main form button').first().click()
	await page.waitForURL('**/incidents')
	assert.equal(await page.locator('h1').textContent(), 'インシデント', 'in the language of the person')
	await page.context().close()
})

test('my work counts what its links then list', async () => {
	const page = await stage.person('resolver')
	await page.goto('/')
	const counters = await page.locator('.counts li a').evaluateAll((links) => links.map((link) => ({
		href: link.getAttribute('href'), words: link.querySelector('span').textContent, count: Number(link.querySelector('b').textContent.replace(/\D/g, '')),
	})))
	assert.ok(counters.some(({ words }) => words === 'over time'))
	assert.ok(counters.some(({ words, count }) => words === 'assigned to me' && count > 0), JSON.stringify(counters))
	for (const { href, count, words } of counters.filter(({ href }) => href.includes('filter='))) {
		await page.goto(href)
		if (count) assert.match(await page.locator('.rows .foot > span').first().textContent(), new RegExp(`(of|All) ${count}\\b|^\\s*${count} record`), words)
		else assert.equal(await page.locator('.empty').count(), 1, words)
	}
	await page.goto('/')
	assert.ok(await page.locator('.pair table tbody tr').count() > 0)
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test("customers' people see their own records and nothing of the provider's side", async () => {
	const page = await stage.person('user')
	await page.goto('/')
	assert.match(await page.locator('h1').textContent(), /^Hello, /)
	assert.equal(await page.locator('.counts').count(), 0)
	assert.equal((await page.goto('/incidents')).status(), 200)
	assert.ok((await numbers(page)).length > 0)
	const heads = await page.locator('table.grid thead th').allTextContents()
	for (const hidden of ['Time left', 'Group', 'Assignee']) assert.ok(!heads.includes(hidden), hidden)
	assert.equal((await page.goto('/incidents?filter=' + encodeURIComponent('assignee is empty'))).status(), 400)
	assert.match(await page.locator('#expr-err').textContent(), /^Column 1: there is nothing of that name here/)
	await page.context().close()
})

test('views stand at the left with their counts, and the one shown is lit', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents')
	const first = page.locator('.views a').first()
	assert.equal(await first.getAttribute('aria-current'), 'true')
	await page.getByRole('link', { name: /^All open/ }).click()
	await page.waitForURL('**/incidents?view=open')
	const count = (await page.locator('.views [aria-current] .n').textContent()).replace(/\D/g, '')
	assert.match(await page.locator('.rows .foot > span').first().textContent(), new RegExp(`(of|All) ${count}\\b`))
	assert.equal(await page.locator('#expr').inputValue(), 'state.phase != done')
	await page.context().close()
})

test('a filter narrows, its chip takes it away, a condition can be chosen without knowing the language', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents?view=open')
	await page.locator('#expr').fill('state = waiting and priority <= P4')
	await page.locator('.expr button').click()
	await page.waitForURL(/filter=state/)
	assert.ok((await cells(page, 'c-st')).every((word) => word.includes('Waiting')))
	assert.equal(await page.locator('.chip').count(), 2)
	await page.getByRole('link', { name: 'Remove condition: Priority' }).click()
	await page.waitForURL((url) => url.searchParams.get('filter') === 'state = waiting')
	await page.getByText('Add a condition').click()
	await page.locator('[name=add_field]').selectOption('channel')
	await page.locator('[name=add_value]').fill('Telephone')
	await page.locator('.addc button').click()
	await page.waitForURL((url) => url.searchParams.get('filter') === 'state = waiting and channel = phone')
	assert.deepEqual(await page.locator('.chip').evaluateAll((chips) => chips.map((chip) => chip.firstChild.textContent)), ['State', 'Channel'])
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('an expression that cannot be read says where, and stays as it was typed', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents')
	await page.locator('#expr').fill('state = waiting and prority <= P2')
	await page.locator('#expr').press('Enter')
	await page.locator('#expr-err').waitFor()
	assert.match(await page.locator('#expr-err').textContent(), /Column 21: .*prority.*did you mean 'priority'/)
	assert.equal(await page.locator('#expr').inputValue(), 'state = waiting and prority <= P2')
	assert.equal(await page.locator('#expr').getAttribute('aria-invalid'), 'true')
	assert.equal(await page.locator('#expr').getAttribute('aria-describedby'), 'expr-err')
	assert.equal(await page.locator('table.grid').count(), 0)
	await page.context().close()
})

test('heads sort, and pages follow each other without a row twice', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents?filter=')
	await page.locator('thead').getByRole('link', { name: 'Number' }).click()
	await page.waitForURL(/sort=number/)
	assert.equal(await page.locator('thead [aria-sort=ascending]').textContent(), 'Number')
	const seen = await numbers(page)
	assert.equal(seen.length, 50)
	assert.deepEqual(seen, [...seen].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))))
	await page.getByRole('link', { name: 'Next page' }).click()
	await page.waitForURL(/after=/)
	const more = await numbers(page)
	assert.ok(Number(more[0].slice(4)) > Number(seen.at(-1).slice(4)))
	assert.match(await page.locator('.rows .foot > span').first().textContent(), /Showing 51 to 100 of/)
	await page.getByRole('link', { name: 'First page' }).click()
	await page.waitForURL((url) => !url.searchParams.has('after'))
	assert.deepEqual(await numbers(page), seen)
	await page.locator('thead').getByRole('link', { name: 'Number' }).click()
	await page.waitForURL(/sort=-number/)
	assert.ok(Number((await numbers(page))[0].slice(4)) > 400)
	await page.context().close()
})

test('columns are chosen in their menu and stay in the address', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents?view=all')
	await page.getByText('Columns', { exact: true }).click()
	await page.getByRole('checkbox', { name: 'Category', exact: true }).check()
	await page.getByRole('checkbox', { name: 'Reported by' }).uncheck()
	await page.locator('.filter .pop button', { hasText: 'Apply' }).click()
	await page.waitForURL(/columns=/)
	const heads = await page.locator('table.grid thead th').allTextContents()
	assert.deepEqual(heads.slice(0, 2), ['Number', 'Summary'])
	assert.ok(heads.includes('Category') && !heads.includes('Reported by'))
	assert.equal(new URL(page.url()).searchParams.get('view'), 'all')
	await page.context().close()
})

test('keys move, select, preview and open', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents?view=open')
	await page.keyboard.press('j')
	await page.keyboard.press('j')
	await page.keyboard.press('k')
	const first = (await numbers(page))[0]
	assert.match(await page.locator('tr.cur').textContent(), new RegExp(first))
	assert.equal(await page.locator('.bulk').isVisible(), false)
	await page.keyboard.press('x')
	assert.equal(await page.locator('.bulk').isVisible(), true)
	assert.match(await page.locator('.bulk [role=status]').textContent(), /1 selected/)
	await page.keyboard.press('x')
	await page.keyboard.press('p')
	await page.locator('.peek').waitFor()
	assert.match(await page.locator('.peek').textContent(), new RegExp(first))
	assert.equal((await numbers(page)).length, 50)
	await settled(page)
	await page.keyboard.press('Escape')
	await page.locator('.peek').waitFor({ state: 'detached' })
	await page.keyboard.press('j')
	await page.keyboard.press('o')
	await page.waitForURL(`**/${first}`)
	await page.keyboard.press('?')
	await page.locator('dialog[open]').waitFor()
	assert.match(await page.locator('dialog[open]').textContent(), /next and previous row/)
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('many are taken at once; what one of them forbids does not hold up the others', async () => {
	const page = await stage.person('desk')
	const list = '/incidents?filter=' + encodeURIComponent('state = waiting') + '&sort=number'
	await page.goto(list)
	const waiting = (await numbers(page)).slice(0, 2)
	for (const number of waiting) await page.getByRole('checkbox', { name: `Select ${number}` }).check()
	await page.locator('.bulk button', { hasText: 'Resume' }).click()
	await page.locator('table.data').waitFor()
	assert.match(await page.locator('[role=status]').first().textContent(), /2 records changed/)
	for (const number of waiting) assert.match(await page.locator('tr', { hasText: number }).textContent(), /Done/)
	await page.getByRole('link', { name: 'Back to the list' }).click()
	await page.waitForURL(/filter=state/)
	assert.ok(!(await numbers(page)).includes(waiting[0]))

	await page.goto('/incidents?filter=' + encodeURIComponent(`number in (${waiting[0]}) or state = waiting`) + '&sort=number')
	const others = (await numbers(page)).filter((number) => number !== waiting[0]).slice(0, 1)
	for (const number of [waiting[0], ...others]) await page.getByRole('checkbox', { name: `Select ${number}` }).check()
	await page.locator('.bulk button', { hasText: 'Resume' }).click()
	await page.locator('[role=alert]').waitFor()
	assert.match(await page.locator('[role=alert]').textContent(), /1 record changed; 1 was refused/)
	assert.match(await page.locator('tr', { hasText: others[0] }).textContent(), /Done/)
	assert.doesNotMatch(await page.locator('tr', { hasText: waiting[0] }).textContent(), /Done/)
	await page.context().close()
})

test('a step that wants a comment asks for it once', async () => {
	const page = await stage.person('desk')
	await page.goto('/incidents?filter=' + encodeURIComponent('state = new') + '&sort=number')
	const number = (await numbers(page))[0]
	await page.getByRole('checkbox', { name: `Select ${number}` }).check()
	await page.locator('.bulk button', { hasText: 'Cancel' }).click()
	await page.locator('textarea[name=comment]').fill('Reported twice.')
	await page.locator('form.dialog button.main').click()
	await page.locator('table.data').waitFor()
	await page.goto(`/${number}`)
	assert.match(await page.locator('main').textContent(), /Cancelled/)
	await page.context().close()
})

test('finding: words over everything, a number goes to its record', async () => {
	const page = await stage.person('desk')
	await page.goto('/')
	await page.keyboard.press('/')
	await page.keyboard.type('メール')
	await page.keyboard.press('Enter')
	await page.waitForURL(/search\?q=/)
	assert.ok(await page.locator('.found section').count() > 0)
	assert.match(await page.locator('.found h2').first().textContent(), /\d/)
	await page.goto('/search?q=inc-12')
	assert.match(page.url(), /\/INC-12$/)
	await page.goto('/search?q=' + encodeURIComponent('qqqq wwww'))
	assert.match(await page.locator('.empty').textContent(), /No record has all these words/)
	await page.context().close()
})

test('suggestions come for references and for the filter', async () => {
	const page = await stage.person('desk')
	const ask = async (path) => (await page.request.get(path)).json()
	assert.ok((await ask('/suggest/services?q=Mail')).some(({ words, value }) => words === 'Mail' && /^SVC-/.test(value)))
	assert.deepEqual((await ask('/suggest/incidents?expression=' + encodeURIComponent('state != wa'))).map(({ value }) => value), ['state != waiting'])
	assert.ok((await ask('/suggest/incidents?expression=caller.cust')).some(({ value }) => value === 'caller.customer'))
	await page.goto('/incidents')
	await page.locator('#expr').fill('prio')
	await page.locator('#expr-list option[value=priority]').waitFor({ state: 'attached' })
	await page.context().close()
	const user = await stage.person('user')
	const open = await (await user.request.get('/suggest/incidents?expression=ass')).json()
	assert.deepEqual(open, [])
	assert.equal((await user.request.get('/suggest/roles?q=')).status(), 404)
	await user.context().close()
})

test('everything works without script', async () => {
	const page = await stage.person('desk', { script: false })
	await page.goto('/incidents?view=open')
	await page.locator('#expr').fill('priority = P3')
	await page.locator('.expr button').click()
	assert.equal(new URL(page.url()).searchParams.get('filter'), 'priority = P3')
	assert.ok((await cells(page, 'c-pr')).every((word) => word === 'P3'))
	await page.locator('tbody .pick input').first().check()
	await page.locator('.bulk button', { hasText: 'Assign to me' }).click()
	assert.equal(await page.locator('table.data').count(), 1)
	await page.context().close()
})

test('what does not exist, and what may not be seen, look the same', async () => {
	const page = await stage.person('user')
	assert.equal((await page.goto('/no-such-place')).status(), 404)
	assert.equal((await page.goto('/roles')).status(), 404)
	assert.equal((await page.goto('/INC-999999')).status(), 404)
	await page.context().close()
})

test('no page has what axe can find, in both languages and themes, wide and narrow', async () => {
	const page = await stage.person('resolver')
	const paths = ['/', '/incidents?view=open', '/incidents?view=open&preview=INC-1', '/people', '/incidents?filter=state+%3D', '/incidents?view=reported',
		'/search?q=mail', '/keys']
	for (const one of looks) {
		await look(page, one)
		for (const path of paths) {
			await page.goto(path)
			const found = await faults(page, one)
			assert.deepEqual(found, [], `${path} ${JSON.stringify(one)}`)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} ${JSON.stringify(one)} scrolls sideways`)
		}
	}
	assert.deepEqual(page.troubles.filter((trouble) => !/400/.test(trouble)), [])
	await page.context().close()
	const nobody = await stage.person(null)
	await nobody.goto('/login')
	for (const one of looks) {
		await look(nobody, one)
		await nobody.goto('/login')
		assert.deepEqual(await faults(nobody, one), [], JSON.stringify(one))
	}
	await signIn(nobody, 'desk', 'wrong')
	assert.deepEqual(await faults(nobody), [])
	await nobody.context().close()
})

test('in Japanese nothing is left in English', async () => {
	const page = await stage.person('desk', { language: 'ja' })
	for (const path of ['/', '/incidents?view=open', '/search?q=mail', '/keys', '/incidents?filter=state+%3D']) {
		await page.goto(path)
		const words = await page.evaluate(() => [...document.querySelectorAll('main :is(h1, h2, h3, th, button, summary, label, dt, p, .sub, .foot span), .counts span, nav a')]
			.flatMap((element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()))
			.filter((text) => /^[A-Z]?[a-z]{3,}( [a-z]+)*$/.test(text)))
		assert.deepEqual([...new Set(words)].filter((word) => word !== 'English'), [], path)
	}
	await page.context().close()
})
