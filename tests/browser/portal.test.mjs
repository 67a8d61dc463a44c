// The portal, as people of a customer use it once a year: with the script and without, in both languages.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, look, looks, person } from './support.mjs'

const password = 'a long password'
let s, browser, article

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'resolver'] })
	setPasswords(s.database, ['user', 'colleague', 'user2', 'desk'], password)
	const { desk, desk_manager: manager } = s.as
	article = await desk.make('articles', { title: 'Forgotten password', summary: 'Set a new one yourself', body: 'Press **Forgot** below the form.', audience: 'customers', service: s.made.service.number })
	await desk.take(`/articles/${article.number}`, 'submit')
	await manager.take(`/articles/${article.number}`, 'publish', { review_by: '2030-01-01' })
	for (const service of [s.made.service, s.made.service2]) {
		await s.as.admin.patch(`/services/${service.number}`, { owner: 'desk' })
		await s.as.admin.take(`/services/${service.number}`, 'go_live')
	}
	await manager.make('contact-channels', { name: 'Service desk', name_ja: 'サービスデスク', address: '06-0000-1234', hours: 'inside' })
	await manager.make('contact-channels', { name: 'Night line', name_ja: '夜間窓口', address: '06-0000-9999', hours: 'outside' })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await s?.end()
})

const enter = (account, options) => person(s.url, browser, account, { password, ...options })

async function report(page, title, severity = 'I cannot work') {
	await page.goto('/portal')
	await page.getByRole('link', { name: 'Report trouble' }).click()
	await page.getByLabel('What does not work?').fill(title)
	await page.getByLabel('Tell us more', { exact: false }).fill('Since this morning.')
	await page.getByLabel(severity).check()
	await page.locator('input[type=file]').setInputFiles({ name: 'screen.txt', mimeType: 'text/plain', buffer: Buffer.from('what I see') })
	await page.getByRole('button', { name: 'Send' }).click()
	await page.waitForURL(/\/portal\/requests\/INC-/)
	return new URL(page.url()).pathname.split('/').at(-1)
}

async function resolve(number) {
	const { desk } = s.as, path = `/incidents/${number}`
	await desk.patch(path, { group: s.made.group.number, assignee: 'desk', category: 'mail', security: false, ci_unknown_reason: 'none' })
	await desk.take(path, 'start')
	await desk.take(path, 'resolve', { resolution: 'Restarted the server', closing_code: 'solved' })
}

test('customers begin in the portal, our staff with their work', async () => {
	const user = await enter('user'), desk = await enter('desk')
	assert.equal(new URL(user.url()).pathname, '/portal')
	assert.equal(new URL(desk.url()).pathname, '/')
	await user.locator('.top .menu summary').click()
	await user.getByRole('button', { name: 'Begin with my lists' }).click()
	await user.waitForURL((url) => url.pathname === '/')
	assert.deepEqual([...user.troubles, ...desk.troubles], [])
	for (const page of [user, desk]) await page.context().close()
})

for (const script of [true, false])
	test(`report, see where it stands, answer, say that it is not solved, confirm ${script ? 'with the script, on a telephone' : 'without the script'}`, async () => {
		const page = await enter('user', { script, ...(script && { width: 390, height: 844 }) }), { desk } = s.as
		const fits = async () => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), page.url())
		const number = await report(page, 'Mail does not arrive'), path = `/incidents/${number}`
		const made = (await desk.get(path)).body
		assert.deepEqual([made.caller, made.channel, made.impact, made.urgency, made.customer], ['user', 'portal', 'medium', 'high', s.made.customer.number])
		assert.equal((await desk.get(`${path}/attachments`)).body.items[0].name, 'screen.txt')
		await fits()
		assert.match(await page.locator('main').innerText(), /We have received it/)
		assert.equal(await page.locator('.steps [aria-current=step]').innerText(), 'Received')
		assert.match(await page.locator('.pfacts').innerText(), /Priority\s+Rather high/)
		await page.getByRole('button', { name: 'The priority is right' }).click()
		await page.getByRole('button', { name: 'The priority is right' }).waitFor({ state: 'detached' })
		assert.ok((await desk.get(path)).body.priority_agreed_at)
		await desk.post(`${path}/comments`, { text: 'Is it the same on your telephone?', public: true })
		await desk.post(`${path}/comments`, { text: 'secretnote: she always says that' })
		await page.getByLabel('Write to us').fill('Yes, there too.')
		await page.getByRole('button', { name: 'Send' }).click()
		await page.getByText('Yes, there too.').waitFor()
		assert.match(await page.locator('main').innerText(), /same on your telephone/)
		assert.doesNotMatch(await page.content(), /secretnote/)
		await resolve(number)
		await page.goto('/portal')
		const mine = page.locator('.mine > li', { hasText: 'Mail does not arrive' }).first()
		assert.match(await mine.innerText(), /please tell us whether it is/i)
		await fits()
		await mine.getByRole('link', { name: 'It still does not work' }).click()
		await page.getByLabel('Why?').fill('Nothing has arrived since.')
		await page.locator('.pstep').getByRole('button', { name: 'It still does not work' }).click()
		await page.getByText('We are working on it.').waitFor()
		assert.equal((await desk.get(path)).body.state, 'in_progress')
		assert.equal((await desk.get(path)).body.reopen_count, 1)
		await desk.take(path, 'resolve', { resolution: 'Restarted it again', closing_code: 'solved' })
		await page.goto('/portal')
		await page.locator('.mine > li', { hasText: 'Mail does not arrive' }).first().getByRole('button', { name: 'It works again' }).click()
		await page.waitForURL(/\/portal\/requests\//)
		assert.equal((await desk.get(path)).body.state, 'closed')
		assert.match(await page.locator('main').innerText(), /Restarted it again/)
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	})

test('a form that lacks something keeps what was typed and says what is missing', async () => {
	const page = await enter('user', { script: false })
	await page.goto('/portal/report/incidents')
	await page.getByLabel('Tell us more', { exact: false }).fill('Only this.')
	await page.evaluate(() => document.querySelectorAll('[required]').forEach((element) => element.removeAttribute('required'))).catch(() => {})
	const answer = await page.request.post('/portal/report/incidents', { multipart: { csrf: await page.locator('.pform [name=csrf]').inputValue(), description: 'Only this.' } })
	assert.equal(answer.status(), 422)
	const text = await answer.text()
	assert.match(text, /Only this\./)
	assert.match(text, /severity-error/)
	await page.context().close()
})

test('an answer is found by search, counted, voted on once, and suggested while one types', async () => {
	const page = await enter('user')
	await page.getByLabel('Search services and answers').fill('password')
	await page.getByRole('button', { name: 'Search' }).click()
	await page.getByRole('link', { name: 'Forgotten password' }).click()
	await page.waitForURL(/\/portal\/articles\//)
	assert.match(await page.locator('.particle').innerText(), /Press Forgot below the form/)
	await page.getByRole('button', { name: 'No' }).click()
	await page.getByText('We will look at it').waitFor()
	await page.getByLabel('What was missing?', { exact: false }).fill('Where?')
	await page.getByRole('button', { name: 'Yes' }).click()
	await page.getByText('You said that it helped').waitFor()
	const read = (await s.as.desk.get(`/articles/${article.number}`)).body
	assert.deepEqual([read.helpful_count, read.unhelpful_count], [1, 0])
	assert.equal((await s.as.desk.get(`/article-feedback?filter=${encodeURIComponent(`article = "${article.number}"`)}&count=true`)).body.total, 1)
	await page.goto('/portal/report/incidents')
	await page.getByLabel('What does not work?').fill('I have forgotten my password')
	await page.locator('.fits').getByRole('link', { name: 'Forgotten password' }).waitFor()
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('nothing of another customer, and nothing internal', async () => {
	const user = await enter('user'), number = await report(user, 'Ours alone'), other = await enter('user2')
	for (const path of [`/portal/requests/${number}`, '/portal/articles/ART-4711', '/portal/requests/ART-1', '/portal/report/articles', '/portal/nothing'])
		assert.equal((await other.request.get(path)).status(), 404, path)
	for (const path of ['/portal', '/portal/requests', '/portal/requests?whose=ours', '/portal/search?q=Ours'])
		assert.doesNotMatch(await (await other.request.get(path)).text(), /Ours alone/, path)
	const colleague = await enter('colleague')
	assert.doesNotMatch(await (await colleague.request.get('/portal/requests')).text(), /Ours alone/)
	assert.match(await (await colleague.request.get('/portal/requests?whose=ours')).text(), /Ours alone/)
	const token = await other.goto('/portal').then(() => other.locator('[name=csrf]').first().inputValue())
	for (const path of [`/portal/requests/${number}/reply`, `/portal/requests/${number}/do/cancel`])
		assert.equal((await other.request.post(path, { multipart: { csrf: token, text: 'x', comment: 'x' } })).status(), 404, path)
	const own = await user.goto('/portal').then(() => user.locator('[name=csrf]').first().inputValue())
	assert.equal((await user.request.post(`/portal/requests/${number}/do/assign`, { form: { csrf: own } })).status(), 404, 'steps that the portal does not offer')
	assert.equal((await s.as.desk.get(`/incidents/${number}`)).body.state, 'new')
	for (const page of [user, other, colleague]) await page.context().close()
})

test('the state of the services, planned work, and whom to call at this hour', async () => {
	const { desk } = s.as, hour = 3600e3, at = (ms) => new Date(Date.now() + ms).toISOString()
	const outage = await desk.make('service-notices', { title: 'No mail in Osaka', text: 'We restart it.', kind: 'outage', service: s.made.service.number, starts_at: at(-hour) })
	const work = await desk.make('service-notices', { title: 'New switches', text: 'No network meanwhile.', kind: 'work', starts_at: at(48 * hour), ends_at: at(50 * hour) })
	const page = await enter('user')
	assert.doesNotMatch(await page.content(), /No mail in Osaka|New switches/)
	for (const notice of [outage, work]) await desk.take(`/service-notices/${notice.number}`, 'publish')
	await page.goto('/portal/status')
	assert.match(await page.locator('.notice.bad').innerText(), /No mail in Osaka/)
	assert.match(await page.locator('.rowsp > li', { hasText: 'Mail' }).first().innerText(), /Out of order/)
	assert.match(await page.locator('.rowsp > li', { hasText: 'Accounting' }).innerText(), /Works/)
	assert.match(await page.locator('.duo').innerText(), /New switches/)
	// The hours are made to be open now, then closed: the way to reach us follows.
	const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'], calendar = `/calendars/${s.made.calendar.number}`
	const hours = (text) => s.as.admin.patch(calendar, Object.fromEntries(days.map((day) => [day, text])))
	assert.equal((await hours('00:00-24:00')).status, 200)
	await page.goto('/portal')
	assert.match(await page.locator('.reach').innerText(), /06-0000-1234/)
	assert.doesNotMatch(await page.locator('.reach').innerText(), /06-0000-9999/)
	const minute = new Date(Date.now() + 9 * hour).getUTCHours()
	assert.equal((await hours(minute >= 12 ? '00:00-06:00' : '18:00-23:00')).status, 200)
	await page.goto('/portal')
	assert.match(await page.locator('.reach').innerText(), /Outside the service hours/)
	assert.match(await page.locator('.reach').innerText(), /06-0000-9999/)
	assert.doesNotMatch(await page.locator('.reach').innerText(), /06-0000-1234/)
	await desk.take(`/service-notices/${outage.number}`, 'end')
	await page.goto('/portal')
	assert.equal(await page.locator('.notice.bad').count(), 0)
	await page.context().close()
})

test('what is not there is said where other pages begin, for staff too', async () => {
	for (const [account, known, unknown] of [['user', '/portal/requests', '/portal/requests/INC-99999'], ['desk', '/search?q=mail', '/INC-99999']]) {
		const page = await enter(account)
		for (const width of [1440, 390]) {
			const left = async (path) => {
				await page.goto(path)
				return (await page.locator('h1').boundingBox()).x
			}
			await page.setViewportSize({ width, height: 844 })
			assert.equal(await left(unknown), await left(known), `${account} at ${width}`)
		}
		await page.context().close()
	}
})

test('axe finds nothing, and nothing is wider than the window, in both languages and themes', async () => {
	const page = await enter('user'), number = await report(page, 'Looked at by axe')
	await resolve(number)
	const paths = ['/portal', '/portal/status', '/portal/requests', '/portal/requests?whose=ours', `/portal/requests/${number}`, `/portal/requests/${number}?do=reopen`,
		'/portal/report/incidents', '/portal/search?q=password', '/portal/search?q=nothing', `/portal/articles/${article.number}`]
	for (const how of looks) {
		await look(page, how)
		for (const path of paths) {
			await page.goto(path)
			assert.deepEqual(await faults(page, how), [], `${path} ${JSON.stringify(how)}`)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${path} ${JSON.stringify(how)} is too wide`)
		}
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
