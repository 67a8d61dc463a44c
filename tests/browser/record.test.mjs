// The page of a record and New, as people use them: with the script and without, alone and two at a time.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, look, looks, person, settled } from './support.mjs'

const password = 'a long password'
let scene, browser

before(async () => {
	scene = await stage({ people: ['desk', 'resolver', 'config'] })
	setPasswords(scene.database, ['desk', 'resolver', 'user', 'config'], password)
	browser = await launch()
})

after(async () => {
	await browser?.close()
	await scene?.end()
})

async function signIn(account, { script = true, next = '/incidents/new' } = {}) {
	const page = await person(scene.url, browser, account, { script, next, password })
	page.setDefaultTimeout(30_000)
	return page
}
const errors = (page) => page.troubles.filter((trouble) => !/status of 4/.test(trouble))

const makeIncident = (fields = {}) => scene.as.desk.make('incidents', {
	title: 'Mail is slow', caller: 'user', service: scene.made.service.number, category: 'mail', ...fields,
})
const go = (page, path) => page.goto(scene.url + path)
const state = (page) => page.locator('.rhead .facts .st').innerText()
const field = (page, label) => page.locator('#dialog').getByLabel(label, { exact: false }).first()
const numberIn = (page) => new URL(page.url()).pathname.slice(1)

// Clicks and waits until the page shows what is wanted.
async function until(page, wanted, act) {
	await act()
	await page.locator('.rhead .facts .st', { hasText: wanted }).waitFor()
}

async function step(page, name, wanted, fill = {}) {
	const button = page.locator('#actions').getByText(name, { exact: false }).first()
	await button.click()
	if (Object.keys(fill).length) {
		await page.locator('#dialog').waitFor()
		for (const [label, value] of Object.entries(fill)) {
			const choices = page.locator('#dialog').getByRole('group', { name: label })
			if (await choices.count()) {
				await choices.getByText(value, { exact: true }).click()
				continue
			}
			const control = field(page, label)
			if (await control.evaluate((element) => element.tagName === 'SELECT')) await control.selectOption(value)
			else await control.fill(value)
		}
		await until(page, wanted, () => page.locator('#dialog button.main').click())
	} else {
		await page.locator('.rhead .facts .st', { hasText: wanted }).waitFor()
	}
}

it('keeps a word that is longer than its column in it', async () => {
	const number = await makeIncident({ ci_unknown_reason: `http://monitoring.example.jp:9090/${'graph'.repeat(20)}` })
	const page = await signIn('desk', { next: `/${number.number ?? number}` })
	const wide = await page.evaluate(() => [...document.querySelectorAll('.props dd')]
		.filter((value) => value.scrollWidth > value.clientWidth + 1).map((value) => value.textContent))
	assert.deepEqual(wide, [])
	assert.ok((await page.locator('.props dd', { hasText: 'monitoring.example.jp' }).count()) > 0)
})

it('takes what monitoring found to its end by the keyboard alone, and the focus is never lost', async () => {
	const { admin } = scene.as, category = 'hardware'
	await admin.make('alert-sources', { key: 'watch', name: 'Watch', service: scene.made.service.number, group: 'servers', category, recovery_delay: 'PT0S', priorities: [{ severity: 'critical', impact: 'high', urgency: 'high' }] })
	const labels = { alertname: 'DiskFull', instance: 'mx1:9100', severity: 'critical' }
	const told = await admin.post('/alert-sources/watch/intake', { version: '4', status: 'firing', receiver: 'kaname', alerts: [{ status: 'firing', labels, annotations: { summary: 'Disk full on mx1' }, startsAt: new Date().toISOString(), fingerprint: 'f1' }] })
	const number = told.body.items[0].opened
	assert.ok(number, told.text)
	const page = await signIn('desk', { next: '/incidents?filter=' + encodeURIComponent('channel = monitoring') })
	const at = () => page.evaluate(() => { const { activeElement: a } = document; return a === document.body ? 'body' : a.name || a.id || a.textContent.trim() })
	const kept = () => page.waitForFunction(() => document.activeElement !== document.body) // where it is led once the page has settled
	const press = async (...keys) => {
		for (const key of keys) await page.keyboard.press(key)
		await kept()
	}
	const tabTo = async (wanted) => {
		for (let i = 0; i < 30 && !wanted.test(await at()); i++) await press('Tab')
		assert.match(await at(), wanted)
	}
	const fill = async (values, wanted) => {
		await page.locator('dialog[open]').waitFor()
		for (const [name, text] of Object.entries(values)) {
			await tabTo(new RegExp(`^${name}$`))
			await page.keyboard.type(text)
		}
		await tabTo(/^(Assign|Start work|Resolve)$/)
		await press('Enter')
		await page.locator('.rhead .facts .st', { hasText: wanted }).waitFor()
		await page.locator('dialog').waitFor({ state: 'detached' })
		await kept()
	}
	await press('j', 'o')
	await page.locator('.rhead h1', { hasText: 'Disk full on mx1' }).waitFor()
	await press('a')
	await fill({ assignee: 'resolver' }, 'Assigned')
	await press('s')
	await fill({}, 'In progress')
	await press('c')
	await page.keyboard.type('Old logs fill the disk.')
	await press('Control+Enter')
	await page.locator('#timeline .note', { hasText: 'Old logs fill the disk.' }).waitFor()
	await press('Escape', 's')
	await fill({ resolution: 'Logs removed.', closing_code: 'Solved' }, 'Resolved')
	await press('s')
	await page.locator('.rhead .facts .st', { hasText: 'Closed' }).waitFor()
	await kept()
	const record = (await scene.as.desk.get(`/incidents/${number}`)).body
	assert.deepEqual([record.state, record.assignee, record.resolution, record.security], ['closed', 'resolver', 'Logs removed.', false])
	await press('g')
	await page.keyboard.press('i')
	await page.waitForURL('**/incidents')
	assert.deepEqual(errors(page), [])
	await page.context().close()
})

for (const script of [true, false]) {
	describe(script ? 'with the script' : 'without the script', () => {
		it('takes an incident from New to its end and back', async () => {
			const page = await signIn('desk', { script })
			await page.getByLabel('Summary').fill('Outlook cannot connect')
			await page.getByLabel('Description').fill('Since **9:10**. <script>alert(1)</script>')
			await page.getByLabel('Reported by').selectOption('user')
			await page.locator('select[name=service]').selectOption(scene.made.service.number)
			await page.locator('#new').getByText('Critical', { exact: true }).click()
			await page.locator('.newp button.main').click()
			await page.waitForURL(/\/INC-\d+$/)
			const number = numberIn(page)
			assert.equal(await state(page), 'New')
			assert.match(await page.locator('h1').innerText(), /Outlook cannot connect/)
			assert.equal(await page.locator('#text-description strong').innerText(), '9:10')
			assert.match(await page.locator('#text-description').innerText(), /<script>/)
			assert.equal(await page.locator('.rhead .pr').innerText(), 'P2')

			await step(page, 'Assign', 'Assigned', { Group: 'GRP-1', Assignee: 'resolver' })
			await page.locator('#actions').getByText('Start work', { exact: false }).first().click()
			const screen = page.locator('#dialog').getByRole('group', { name: 'Security incident' })
			await screen.waitFor()
			assert.equal(await screen.locator('input:checked').count(), 0, 'whether it is a security incident is asked, and not answered beforehand')
			await page.locator('#dialog').getByText('Cancel', { exact: true }).click()
			await step(page, 'Start work', 'In progress', { Category: 'mail', Assignee: 'resolver', 'Security incident': 'No', 'Why no CI can be named': 'Nobody knows yet' })
			await step(page, 'Put on hold', 'Waiting', { 'Waiting for': 'customer', Comment: 'We asked for the version.' })
			assert.match(await page.locator('.clocks').innerText(), /paused/)
			await step(page, 'Resume', 'In progress')
			await step(page, 'Resolve', 'Resolved', { Resolution: 'Restarted it.', 'Closing code': 'solved' })
			await step(page, 'Confirm', 'Closed')
			await step(page, 'Reopen', 'In progress', { Comment: 'It came back.' })

			const record = (await scene.as.desk.get(`/incidents/${number}`)).body
			assert.equal(record.state, 'in_progress')
			assert.equal(record.reopen_count, 1)
			assert.equal(record.assignee, 'resolver')
			const words = await page.locator('#timeline').innerText()
			assert.match(words, /took the step “Assign”/)
			assert.match(words, /State\s*New\s*to\s*Assigned/)
			assert.deepEqual(errors(page), [])
			await page.context().close()
		})

		it('edits a property in its place', async () => {
			const { number } = await makeIncident()
			const page = await signIn('desk', { script, next: `/${number}` })
			await page.locator('.props a.edit', { hasText: 'Medium' }).first().click()
			await page.locator('form.editing select[name=impact]').selectOption('high')
			await page.locator('form.editing button').click()
			await page.waitForURL(new RegExp(`/${number}$`))
			await page.locator('.props', { hasText: 'High' }).first().waitFor()
			assert.equal((await scene.as.desk.get(`/incidents/${number}`)).body.impact, 'high')
			assert.match(await page.locator('#timeline').innerText(), /desk changed \d fields?/)
			await page.context().close()
		})

		it('comments for the customer and for the team, with a file', async () => {
			const { number } = await makeIncident()
			const page = await signIn('desk', { script, next: `/${number}` })
			await page.locator('#msg').fill('We are looking into it.')
			await page.locator('.write .send').click()
			await page.locator('#timeline article.msg.out', { hasText: 'We are looking into it.' }).waitFor()
			await page.locator('.write').getByText('Internal note', { exact: true }).click()
			await page.locator('#msg').fill('The disk is full again.')
			await page.locator('.write input[type=file]').setInputFiles({ name: '図 1.txt', mimeType: 'text/plain', buffer: Buffer.from('disk') })
			await page.locator('.write .send').click()
			await page.locator('#timeline article.note', { hasText: 'The disk is full again.' }).waitFor()

			const [loaded] = await Promise.all([page.waitForEvent('download'), page.locator('#files a').click()])
			assert.equal(loaded.suggestedFilename(), '図 1.txt')
			const history = (await scene.as.desk.get(`/incidents/${number}/history`)).body.items
			assert.deepEqual(history.slice(0, 2).map((event) => [event.comment, event.public]),
				[['The disk is full again.', false], ['We are looking into it.', true]])

			await go(page, `/${number}?show=notes`)
			assert.equal(await page.locator('#timeline > li').count(), 1)
			assert.match(await page.locator('.which [aria-current]').innerText(), /Internal notes\s*1/)

			const customer = await signIn('user', { script, next: `/${number}` })
			const text = await customer.locator('body').innerText()
			assert.match(text, /We are looking into it\./)
			assert.doesNotMatch(text, /disk is full|図 1|Closing code|Service level clocks|Watchers/)
			await customer.locator('#msg').fill('Thank you.')
			await customer.locator('.write .send').click()
			await customer.locator('#timeline article', { hasText: 'Thank you.' }).waitFor()
			await customer.context().close()
			await page.context().close()
		})

		it('links two records and takes the link away', async () => {
			const word = script ? 'scripted' : 'plain', [one, two] = [await makeIncident(), await makeIncident({ title: `The other one, ${word}` })]
			const page = await signIn('desk', { script, next: `/${one.number}` })
			await page.locator('#links header a').click()
			await field(page, 'Kind of link').selectOption({ label: 'Related to' })
			await field(page, 'The other record').fill('INC-99999')
			await page.locator('#dialog button.main').click()
			await page.locator('#dialog .err').waitFor()
			assert.equal(await field(page, 'The other record').inputValue(), 'INC-99999')
			await field(page, 'The other record').fill(`other ${word}`)
			if (!script) await page.locator('#dialog button.main').click()
			await page.locator('#found label', { hasText: two.number }).click()
			await page.locator('#dialog button.main').click()
			await page.locator('#links li', { hasText: two.number }).waitFor()
			await go(page, `/${two.number}`)
			assert.match(await page.locator('#links').innerText(), new RegExp(`Related from\\s*${one.number}`))
			await page.locator('#links form button').click()
			await page.locator('#links', { hasText: 'Linked to nothing yet.' }).waitFor()
			await page.context().close()
		})
	})
}

describe('refusals', () => {
	it('stand at their fields and keep what was typed', async () => {
		const page = await signIn('desk', { script: false, next: `/incidents/new?service=${scene.made.service.number}` })
		assert.equal(await page.locator('select[name=service]').inputValue(), scene.made.service.number)
		await page.locator('.newp form').evaluate((form) => { form.noValidate = true })
		await page.getByLabel('Description').fill('Kept.')
		const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === 'POST'), page.locator('.newp button.main').click()])
		assert.equal(answer.status(), 422)
		await page.locator('#f-title-err').waitFor()
		assert.equal(await page.locator('#f-title').getAttribute('aria-describedby'), 'f-title-err')
		assert.equal(await page.getByLabel('Description').inputValue(), 'Kept.')
		await page.context().close()
	})

	it('open what is folded where a rule misses something', async () => {
		const page = await signIn('desk')
		await page.getByLabel('Summary').fill('Everything is down')
		await page.locator('details.more summary').click()
		await page.getByLabel('Major incident', { exact: true }).check()
		await page.locator('.newp button.main').click()
		await page.locator('#f-category-err').waitFor()
		assert.ok(await page.getByLabel('Major incident', { exact: true }).isChecked())
		await page.getByLabel('Category').selectOption('network')
		await page.locator('select[name=service]').selectOption(scene.made.service.number)
		await page.locator('.newp button.main').click()
		await page.waitForURL(/\/INC-\d+$/)
		assert.match(await page.locator('.rhead .facts').innerText(), /Major incident/)
		await page.context().close()
	})

	it('show what somebody else changes by itself, and leave alone what is being written', async () => {
		const { number } = await makeIncident(), page = await signIn('desk', { next: `/${number}` })
		await Promise.all([page.waitForResponse((answer) => answer.url().includes('/stream')), page.reload()])
		await page.locator('#msg').fill('Half a sentence')
		assert.equal((await scene.as.resolver.patch(`/incidents/${number}`, { title: 'Mail is gone' })).status, 200)
		await page.locator('.rhead h1', { hasText: 'Mail is gone' }).waitFor()
		await page.locator('#timeline', { hasText: 'Mail is gone' }).waitFor()
		assert.equal(await page.locator('#msg').inputValue(), 'Half a sentence')
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})

	it('show what changed between the reading of a page and the opening of its stream', async () => {
		const { number } = await makeIncident(), page = await signIn('desk')
		await page.route((url) => url.pathname === `/${number}`, async (route) => {
			const response = await route.fetch()
			const stream = await fetch(`${scene.url}/api/v1/stream?record=${number}`, { headers: { authorization: `Bearer ${scene.as.desk.token}` } })
			assert.equal((await scene.as.resolver.patch(`/incidents/${number}`, { title: 'Mail is gone' })).status, 200)
			for await (const heard of stream.body) if (/event: change/.test(Buffer.from(heard).toString())) break // what begins now, begins after it
			await route.fulfill({ response })
		}, { times: 1 })
		await page.goto(`/${number}`)
		await page.locator('.rhead h1', { hasText: 'Mail is gone' }).waitFor()
		await page.context().close()
	})

	it('show what somebody else changes around a link that has the focus, and leave the focus there', async () => {
		const { number } = await makeIncident(), page = await signIn('desk', { next: `/${number}` })
		await Promise.all([page.waitForResponse((answer) => answer.url().includes('/stream')), page.reload()])
		const when = page.locator('#timeline a.when').last(), leads = await when.getAttribute('href')
		await when.focus()
		assert.equal((await scene.as.resolver.patch(`/incidents/${number}`, { title: 'Mail is gone' })).status, 200)
		await page.locator('#timeline', { hasText: 'Mail is gone' }).waitFor()
		assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), leads)
		await page.context().close()
	})

	it('keep a late answer for the page before out of the next one', async () => {
		const numbers = []
		for (const title of ['The first', 'The second']) numbers.push((await makeIncident({ title })).number)
		const list = encodeURIComponent('/incidents?view=all&sort=-created_at')
		const page = await signIn('desk', { next: `/${numbers[1]}?list=${list}` }), heading = page.locator('.rhead h1')
		await Promise.all([page.waitForResponse((answer) => answer.url().includes('/stream')), page.reload()])
		let hold, release
		const asked = new Promise((resolve) => { hold = resolve }), released = new Promise((resolve) => { release = resolve })
		await page.route((url) => url.pathname === `/${numbers[1]}`, async (route) => {
			const response = await route.fetch()
			hold()
			await released
			await route.fulfill({ response })
		})
		const late = page.waitForEvent('requestfinished', (request) => new URL(request.url()).pathname === `/${numbers[1]}`)
		assert.equal((await scene.as.resolver.patch(`/incidents/${numbers[1]}`, { impact: 'low' })).status, 200)
		await asked
		const listens = page.waitForResponse((answer) => answer.url().includes(`/stream?record=${numbers[0]}`))
		await page.locator('a[data-key=j]').click()
		await heading.filter({ hasText: 'The first' }).waitFor()
		await page.evaluate(() => {
			globalThis.headings = []
			new MutationObserver(() => headings.push(document.querySelector('.rhead h1').innerText))
				.observe(document.querySelector('main'), { childList: true, characterData: true, subtree: true })
		})
		release()
		await Promise.all([late, listens])
		assert.equal((await scene.as.resolver.patch(`/incidents/${numbers[0]}`, { title: 'The first and last' })).status, 200)
		await heading.filter({ hasText: 'The first and last' }).waitFor()
		const shown = new Set(await page.evaluate(() => headings)) // what is told late is looked at once more
		shown.delete(`${numbers[0]} The first`)
		assert.deepEqual([...shown], [`${numbers[0]} The first and last`])
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})

	it('do not take a form without the session\'s token', async () => {
		const { number } = await makeIncident()
		const page = await signIn('desk', { next: `/${number}` })
		const answer = await page.request.post(`${scene.url}/${number}/edit`, { form: { title: 'Taken over' } })
		assert.equal(answer.status(), 403)
		assert.equal((await scene.as.desk.get(`/incidents/${number}`)).body.title, 'Mail is slow')
		await page.context().close()
	})

	it('show nothing of another customer', async () => {
		const { number } = await scene.as.desk.make('incidents', { title: 'Of Fuji', caller: 'user2' })
		const page = await signIn('user', { next: '/incidents/new' })
		assert.equal((await go(page, `/${number}`)).status(), 404)
		assert.equal((await go(page, `/${number}/preview`)).status(), 404)
		await page.context().close()
	})
})

describe('two people on one record', () => {
	const record = async (number) => (await scene.as.desk.get(`/incidents/${number}`)).body
	const side = (page, name, whose) => page.locator(`.clash [name="${name}.keep"][value=${whose}]`)
	const save = (page) => page.locator('form.editing button').click()

	it('never let one overwrite the other: both versions stand side by side, to choose from', async () => {
		const { number } = await makeIncident()
		const page = await signIn('resolver', { script: false, next: `/${number}?edit=impact` })
		assert.equal((await scene.as.desk.patch(`/incidents/${number}`, { impact: 'critical', category: 'network' })).status, 200)
		await page.locator('select[name=impact]').selectOption('low')
		await save(page)
		const clash = page.locator('.clash')
		assert.match(await clash.innerText(), /desk saved this record while you were writing[^]*It was:\s*Medium[^]*desk\s*[\d:]+\s*Critical[^]*Yours/)
		assert.match(await clash.innerText(), /Of theirs, this stays as it is[^]*Category\s*Network/i)
		assert.deepEqual(await clash.locator('fieldset legend').allInnerTexts(), ['Impact'], 'only what both changed is asked about')
		assert.equal(await clash.locator('select[name=impact]').inputValue(), 'low')
		assert.equal((await record(number)).impact, 'critical')
		await side(page, 'impact', 'mine').check()
		assert.equal((await scene.as.desk.patch(`/incidents/${number}`, { impact: 'high' })).status, 200)
		await clash.locator('button.main').click()
		assert.match(await clash.innerText(), /It was:\s*Critical[^]*High/, 'what nobody has seen yet is asked about again')
		await side(page, 'impact', 'mine').check()
		await clash.locator('button.main').click()
		await page.locator('.props a.edit', { hasText: 'Low' }).first().waitFor()
		assert.equal((await record(number)).impact, 'low')
		assert.equal((await record(number)).category, 'network')
		await page.context().close()
	})

	it('let both in where they changed different fields, and say what the other one changed', async () => {
		const { number } = await makeIncident()
		const page = await signIn('resolver', { next: `/${number}?edit=all` })
		assert.equal((await scene.as.desk.patch(`/incidents/${number}`, { title: 'Mail is gone', urgency: 'high' })).status, 200)
		await page.locator('#dialog [name=affected_users]').fill('40')
		await page.locator('#dialog button.main').click()
		await page.locator('.what .notice', { hasText: 'Meanwhile desk changed: Summary, Urgency' }).waitFor()
		const now = await record(number)
		assert.deepEqual([now.title, now.urgency, now.affected_users], ['Mail is gone', 'high', 40])
		await page.context().close()
	})

	it('keep what was written for a step that somebody else has overtaken', async () => {
		const { number } = await makeIncident({ group: 'servers', assignee: 'resolver', security: false, ci_unknown_reason: 'Nobody knows' })
		await scene.as.desk.take(`/incidents/${number}`, 'start', {})
		const page = await signIn('desk', { next: `/${number}/do/wait` })
		await page.locator('#dialog [name=waiting_for]').selectOption('customer')
		await page.locator('#dialog [name=comment]').fill('We asked for the version.')
		await scene.as.resolver.take(`/incidents/${number}`, 'resolve', { resolution: 'Restarted.', closing_code: 'solved' })
		await page.locator('#dialog button.main').click()
		await page.locator('.clash').waitFor()
		assert.match(await page.locator('.clash').innerText(), /State[^]*It was:\s*In progress[^]*Resolved[^]*cannot be done any more/)
		assert.equal(await page.locator('.clash [name=comment]').inputValue(), 'We asked for the version.')
		assert.deepEqual(await faults(page), [])
		await page.locator('.clash button.main').click()
		await page.locator('#timeline', { hasText: 'We asked for the version.' }).waitFor()
		assert.deepEqual([(await record(number)).state, (await record(number)).waiting_for], ['resolved', 'customer'])
		await page.context().close()
	})

	it('let a comment in whatever else has happened', async () => {
		const { number } = await makeIncident(), page = await signIn('desk', { script: false, next: `/${number}` })
		assert.equal((await scene.as.resolver.patch(`/incidents/${number}`, { impact: 'high' })).status, 200)
		await page.locator('#msg').fill('Looking into it.')
		await page.locator('.write .send').click()
		await page.locator('#timeline', { hasText: 'Looking into it.' }).waitFor()
		await page.context().close()
	})

	it('see each other, and whether the other one is writing, until the page is closed', async () => {
		const { number } = await makeIncident({ caller: 'user' }), one = await signIn('desk', { next: `/${number}` }), here = one.locator('#actions .here')
		assert.equal(await here.count(), 0)
		const two = await signIn('resolver', { next: `/${number}` })
		await here.getByText('resolver is reading this too').waitFor()
		await two.locator('#msg').fill('Half a')
		await here.getByText('resolver is writing here too').waitFor()
		const three = await signIn('user', { next: `/${number}` })
		assert.equal(await three.locator('.here').count(), 0, 'customers neither see who is there nor are seen')
		await two.context().close()
		await scene.as.desk.patch(`/incidents/${number}`, { impact: 'high' }) // whatever happens, who has left is noticed
		await here.waitFor({ state: 'detached' })
		assert.equal((await scene.as.desk.get(`/incidents/${number}/history`)).body.items.length, 2, 'nothing of it is history')
		assert.deepEqual(errors(one), [])
		for (const page of [one, three]) await page.context().close()
	})
})

describe('what helps whoever works with a record', () => {
	it('a template is written in, with what the customer may see; a colleague is mentioned and told; a preview; a draft that stays until it is sent', async () => {
		const { number } = await makeIncident()
		await scene.as.desk.make('text-templates', { title: 'A question', language: 'en', text: 'Dear {caller}, of {number} we do not know {channel} nor {nothing}.' })
		const plain = await signIn('desk', { script: false, next: `/${number}` })
		await plain.locator('.write details.menu summary').click()
		await plain.locator('.write').getByRole('link', { name: 'A question' }).click()
		assert.equal(await plain.locator('#msg').inputValue(), `Dear User of Aoba, of ${number} we do not know {channel} nor {nothing}.`)
		await plain.locator('.write [name=look]').click()
		assert.match(await plain.locator('#shown').innerText(), /Dear User of Aoba/)
		assert.match(await plain.locator('#msg').inputValue(), /Dear User of Aoba/)
		await plain.context().close()

		const page = await signIn('desk', { next: `/${number}` }), text = page.locator('#msg')
		await page.locator('.write details.menu summary').click()
		await page.locator('.write').getByRole('link', { name: 'Hand-over' }).click()
		await page.locator('.write [value=internal]:checked').waitFor({ state: 'attached' })
		assert.match(await text.inputValue(), /What we know/)
		await text.fill('Ask ')
		await text.pressSequentially('@re')
		await page.getByRole('option', { name: 'resolver' }).waitFor()
		await text.press('Enter')
		assert.equal(await text.inputValue(), 'Ask @resolver ')
		await page.locator('.write [name=look]').click()
		await page.locator('#shown', { hasText: 'Ask @resolver' }).waitFor()
		await page.reload()
		assert.equal(await text.inputValue(), 'Ask @resolver ', 'what is being written is kept')
		await page.locator('.write').getByText('Internal note', { exact: true }).click()
		await text.evaluate((area) => {
			const files = new DataTransfer()
			files.items.add(new File(['disk'], 'dropped.txt', { type: 'text/plain' }))
			area.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }))
		})
		assert.match(await page.locator('.sending').innerText(), /dropped\.txt/)
		assert.deepEqual(await faults(page), [])
		await text.press('Control+Enter')
		await page.locator('#timeline article.note', { hasText: 'Ask @resolver' }).waitFor()
		await page.locator('#files', { hasText: 'dropped.txt' }).waitFor()
		assert.equal(await text.inputValue(), '')
		assert.equal(await page.locator('.sending li').count(), 0)
		await page.reload()
		assert.equal(await text.inputValue(), '', 'once it is sent, nothing is kept')
		const told = (await scene.as.resolver.get('/notices')).body.items.filter((notice) => notice.record === number)
		assert.deepEqual(told.map(({ kind, text: words }) => [kind, words]), [['mention', 'desk mentioned you']])
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})

	it('a duplicate is merged into what is found by its words, after one has seen what will happen', async () => {
		const stays = await makeIncident({ title: 'Nobody can print invoices' }), { number } = await makeIncident({ title: 'Printing is broken' })
		const page = await signIn('desk', { next: `/${number}` })
		await page.locator('#actions .menu summary').click()
		await page.locator('#actions').getByText('Merge into another', { exact: false }).click()
		await page.locator('#dialog').waitFor()
		await field(page, 'Merged into').fill('invoices')
		await page.locator('#found label', { hasText: stays.number }).click()
		await page.locator('#happens', { hasText: `${stays.number} “Nobody can print invoices” stays as it is` }).waitFor()
		assert.deepEqual(await faults(page), [])
		await page.locator('#dialog button.main').click()
		await page.waitForURL(new RegExp(`/${stays.number}\\?`))
		await page.locator('.what', { hasText: `${number} was merged into this record.` }).waitFor()
		await page.locator('#merged_into').getByRole('link', { name: number }).click()
		await page.locator('.rhead .facts .st', { hasText: 'Merged' }).waitFor()
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})

	it('a copy begins with what describes the record, and not with what came of it', async () => {
		const { number } = await makeIncident({ title: 'To be copied', description: 'Every word of it', group: 'servers' })
		const page = await signIn('desk', { script: false, next: `/incidents/new?copy=${number}` })
		assert.equal(await page.getByLabel('Summary').inputValue(), 'To be copied')
		assert.equal(await page.getByLabel('Description').inputValue(), 'Every word of it')
		assert.equal(await page.locator('[name=caller]').inputValue(), 'user')
		assert.equal(await page.locator('[name=group]').inputValue(), '')
		await page.context().close()
	})

	it('an entry of the timeline has an address, wherever it stands', async () => {
		const { number } = await makeIncident()
		for (let i = 0; i < 60; i++) await scene.as.desk.call('POST', `/incidents/${number}/comments`, { text: `Note ${i}`, public: false })
		const page = await signIn('desk', { script: false, next: `/${number}` }), meant = page.locator('#timeline > li.meant')
		assert.equal(await page.locator('#e3').count(), 0)
		await go(page, `/${number}?entry=3#e3`)
		assert.match(await meant.innerText(), /Note 1/)
		await page.getByRole('link', { name: 'Newer entries' }).click()
		await page.locator('#timeline > li', { hasText: 'Note 59' }).locator('a.when').click()
		assert.match(await meant.innerText(), /Note 59/)
		await page.context().close()
	})

	it('it stands somewhere in the list that one came from, with the next and the one before', async () => {
		const word = 'inqueue', numbers = []
		for (const title of ['One', 'Two', 'Three']) numbers.push((await makeIncident({ title: `${title} ${word}` })).number)
		const list = `/incidents?${new URLSearchParams({ filter: `title contains "${word}"`, sort: 'title' })}`
		const page = await signIn('desk', { next: list }), order = [numbers[0], numbers[2], numbers[1]] // One, Three, Two
		await page.locator('table.grid a.title', { hasText: 'Three' }).click()
		const place = page.locator('.rhead .crumbs .push')
		const stands = async (words) => { // and its links are those of this page
			await place.getByText(words).waitFor()
			await settled(page)
		}
		await stands('2 of 3')
		assert.match(await page.locator('.queue').innerText(), new RegExp(`${order[2]}\\s*Two`))
		await page.reload()
		await stands('2 of 3')
		await page.locator('body').press('j')
		await stands('3 of 3')
		assert.equal(numberIn(page), order[2])
		await page.locator('body').press('k')
		await stands('2 of 3')
		await page.locator('body').press('k')
		await stands('1 of 3')
		assert.equal(numberIn(page), order[0])
		await page.locator('.crumbs li a').last().click()
		await page.locator('table.grid a.title', { hasText: 'Three' }).waitFor()
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})

	it('a clock counts on, and turns colour and shape at the warning and at the breach, without a reload', async () => {
		const { number } = await makeIncident(), page = await signIn('desk', { next: `/${number}` })
		await page.clock.install()
		await page.reload()
		await page.locator('body').evaluate((body) => body.insertAdjacentHTML('beforeend', `<dl class="clocks" id="probe"><div class="lead" data-left="1200000"
			data-open="86400000" data-target="3600000" data-soon="600000"><dt>Resolution</dt><dd><span class="big"><span data-words=""></span></span>
			<svg class="mtr"><rect class="u"/></svg></dd></div></dl>`))
		const clock = page.locator('#probe > div'), shows = async () => [await clock.getAttribute('class'), await clock.locator('[data-words]').innerText(),
			(await clock.locator('.i use').count()) ? (await clock.locator('.i use').getAttribute('href')).split('#')[1] : null]
		await page.clock.runFor('00:10')
		assert.deepEqual(await shows(), ['lead', '19 min left', null])
		await page.clock.runFor('11:00')
		assert.deepEqual(await shows(), ['lead soon', '8 min left', 'clock'])
		await page.clock.runFor('11:00')
		assert.deepEqual(await shows(), ['lead over', '2 min over', 'triangle-alert'])
		await page.context().close()
	})
})

describe('every declared type', () => {
	it('has its sentences of the program whole in lists, wide and narrow', async () => {
		const why = 'The monitoring system names a component that nobody has registered yet, and the supplier is still looking for the papers of the old building.'
		const { number } = await scene.as.desk.make('incidents', { title: 'Reason', caller: 'user', ci_unknown_reason: why })
		const tab = await signIn('desk', { next: `/incidents?filter=number+%3D+${number}&columns=ci_unknown_reason` })
		for (const width of [1440, 390]) {
			await tab.setViewportSize({ width, height: 900 })
			const cell = tab.locator('td', { hasText: why })
			assert.deepEqual(await cell.evaluate((one) => [one.checkVisibility(), one.scrollWidth <= one.clientWidth + 1, one.scrollHeight <= one.clientHeight + 1]), [true, true, true], `${width}`)
		}
		await tab.context().close()
	})

	it('has its New and its page', async () => {
		const tab = await signIn('admin', { next: '/people/new' })
		const paths = Object.keys((await scene.as.admin.get('/openapi.json')).body.paths)
		const collections = paths.filter((path) => /^\/api\/v1\/[a-z-]+$/.test(path) || /^\/[a-z-]+$/.test(path)).map((path) => path.split('/').pop())
		let seen = 0
		for (const collection of collections) {
			const list = await scene.as.admin.get(`/${collection}?limit=1`)
			if (list.status !== 200 || !Array.isArray(list.body.items)) continue
			const fresh = await tab.goto(`${scene.url}/${collection}/new`)
			assert.ok([200, 403, 404].includes(fresh.status()), `${collection}/new: ${fresh.status()}`)
			if (list.body.items.length && /^[A-Z]+-\d+$/.test(list.body.items[0].number ?? '')) {
				for (const query of ['', '?edit=all', '?print=yes', '?do=link', '/preview'])
					assert.equal((await tab.goto(`${scene.url}/${list.body.items[0].number}${query}`)).status(), 200, collection + query)
				seen++
			}
		}
		assert.ok(seen >= 5, `${seen} types with records`)
		await tab.context().close()
	})

	it('says what it is first, then has the place to write, then what happened', async () => {
		const { number } = await scene.as.desk.make('incidents', { title: 'In order', description: 'What is wrong', caller: 'user' })
		const service = await scene.as.admin.patch(`/services/${scene.made.service.number}`, { description: 'What it does' }), tab = await signIn('admin', { next: `/${number}` })
		assert.equal(service.status, 200)
		for (const path of [`/${number}`, `/${scene.made.service.number}`]) {
			await tab.goto(scene.url + path)
			const order = await tab.locator('.what > :is(.panel, .write), .what > .tlbar, .what .tlbar').evaluateAll((all) => all.map((one) => one.id || one.className.split(' ')[0]))
			assert.deepEqual(order, ['text-description', 'write', 'tlbar'], path)
		}
		await tab.context().close()
	})

	it('takes rows, days and lengths in a form', async () => {
		const tab = await signIn('admin', { next: '/calendars/new' })
		await tab.getByLabel('Name', { exact: true }).fill('Round the clock')
		await tab.locator('details.more').evaluateAll((all) => { for (const one of all) one.open = true })
		await tab.locator('[name=monday]').fill('00:00-24:00')
		await tab.locator('[name="holidays.0.date"]').fill('2027-01-01')
		await tab.locator('[name="holidays.0.name"]').fill('元日')
		await tab.locator('.newp button.main').click()
		await tab.waitForURL(/\/CAL-\d+$/)
		assert.match(await tab.locator('#text-holidays').innerText(), /元日/)
		const made = (await scene.as.admin.get(`/calendars/${numberIn(tab)}`)).body
		assert.deepEqual(made.holidays, [{ date: '2027-01-01', name: '元日', name_ja: null }])
		await tab.context().close()
	})
})

describe('for everyone', () => {
	it('axe finds nothing, and nothing is wider than the window, in both languages and themes', async () => {
		const { number } = await makeIncident({ major: true, impact: 'critical', description: '## What\n\n- one\n- `two`' })
		await scene.as.desk.call('POST', `/incidents/${number}/comments`, { text: 'Internal.', public: false })
		await scene.as.desk.call('POST', `/incidents/${number}/comments`, { text: 'Public.', public: true })
		const page = await signIn('desk')
		for (const how of looks) {
			await look(page, how)
			for (const path of ['/incidents/new', `/${number}`, `/${number}?edit=impact`, `/${number}?edit=all`, `/${number}/do/assign`, `/${number}/do/merge?merged_into=INC-1`, `/${number}?do=link&other=mail`, `/${number}/preview`]) {
				await go(page, path)
				assert.equal(await page.locator('html').getAttribute('lang'), how.language)
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${path} ${JSON.stringify(how)} is too wide`)
				assert.deepEqual(await faults(page, how), [], `${path} ${JSON.stringify(how)}`)
			}
		}
		assert.deepEqual(errors(page), [])
		await page.context().close()
	})
})
