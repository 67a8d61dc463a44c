// What belongs to people and not to a process: settings, the palette and the keys, notices, administration.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { arrived, faults, launch, look, looks, person, settled, signIn } from './support.mjs'

const password = 'a long password'
let s, browser

before(async () => {
	s = await stage({ people: ['desk', 'resolver'] })
	setPasswords(s.database, ['admin', 'desk', 'resolver', 'user', 'user2'], password)
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await s?.end()
})

const enter = (account, options) => person(s.url, browser, account, { password, ...options })

// Without cookies of its own: as somebody sees it who comes with another browser.
async function arrive(account, { script = true } = {}) {
	const context = await browser.newContext({ baseURL: s.url, javaScriptEnabled: script, colorScheme: 'light' })
	await context.addCookies([{ name: 'language', value: 'en', url: s.url }, { name: 'theme', value: 'dark', url: s.url }])
	const page = await context.newPage()
	await signIn(page, account, password)
	await page.waitForURL((url) => url.pathname !== '/login')
	return page
}
const lang = (page) => page.locator('html').getAttribute('lang')
const theme = (page) => page.locator('html').getAttribute('data-theme')
const path = (page) => new URL(page.url()).pathname

for (const script of [true, false])
	test(`settings are the person's: they hold in every browser, and history tells of them (${script ? 'with' : 'without'} the script)`, async () => {
		const account = script ? 'desk' : 'user'
		await s.as.admin.patch(`/people/${account}`, { language: 'ja' })
		const page = await arrive(account, { script })
		assert.equal(await lang(page), 'ja', 'not what the browser was told before signing in')
		assert.equal(await theme(page), null)
		await page.goto('/settings')
		await page.getByLabel('タイムゾーン').fill('Mars/Phobos')
		await page.getByRole('button', { name: '保存' }).click()
		assert.match(await page.locator('#f-zone-err, .field:has([name=zone]) .err').innerText(), /このタイムゾーンはありません/)
		assert.equal(await page.getByLabel('タイムゾーン').inputValue(), 'Mars/Phobos', 'what was typed stays')
		await page.getByLabel('タイムゾーン').fill('Asia/Singapore')
		await page.locator('main .seg label', { hasText: 'English' }).click()
		await page.locator('main [name=theme]').selectOption('dark')
		await page.locator('main [name=first_page]').selectOption('work')
		await page.getByRole('button', { name: '保存' }).click()
		await page.getByText('Saved.', { exact: false }).waitFor()
		const other = await arrive(account)
		assert.deepEqual([await lang(other), await theme(other), path(other)], ['en', 'dark', '/'])
		const found = (await s.as.admin.get(`/people/${account}`)).body
		assert.deepEqual([found.language, found.zone, found.theme, found.first_page], ['en', 'Asia/Singapore', 'dark', 'work'])
		const [newest] = (await s.as.admin.get(`/people/${account}/history`)).body.items
		assert.match(JSON.stringify(newest), /first_page/)
		// From the top bar, and back to the page where one was.
		await other.goto('/settings?saved=yes')
		await other.getByRole('button', { name: '日本語' }).click()
		await other.waitForURL('**/settings?saved=yes')
		assert.equal(await lang(other), 'ja')
		await page.reload()
		assert.equal(await lang(page), 'ja', 'in the other browser, too')
		await page.context().close()
		await other.context().close()
	})

test('what is not their own they may not set', async () => {
	const page = await enter('resolver', { next: '/settings' }), csrf = await page.locator('[name=csrf]').first().inputValue()
	assert.equal(await page.locator('main [name=name]').count(), 0)
	await page.request.post('/settings', { form: { csrf, name: 'Somebody else', active: 'false' }, maxRedirects: 0 })
	assert.notEqual((await s.as.admin.get('/people/resolver')).body.name, 'Somebody else')
	const denied = await s.as.resolver.patch('/people/resolver', { name: 'Somebody else' })
	assert.equal(denied.status, 403)
	assert.equal((await s.as.resolver.patch('/people/resolver', { theme: 'dark' })).status, 200)
	assert.equal((await s.as.resolver.patch('/people/desk', { theme: 'dark' })).status, 403)
	assert.equal((await s.as.resolver.patch('/people/resolver', { zone: 'Mars/Phobos' })).status, 422)
	await page.context().close()
})

test('go to anything: by number, words, what may be done here; the keyboard alone, and back to where it was', async () => {
	const { number } = await s.as.desk.make('incidents', { title: 'Scanner jams on every page', caller: 'user', group: 'servers', category: 'mail' })
	const page = await enter('resolver', { next: '/incidents?view=all' })
	await page.keyboard.press('j')
	const before = await page.evaluate(() => document.activeElement.getAttribute('href'))
	assert.equal(before, `/${number}`)
	const open = async (words = '') => {
		await settled(page)
		await page.keyboard.press('Control+k')
		await page.locator('dialog.palette #go-q').waitFor()
		if (!words) return
		await page.keyboard.type(words)
		await page.locator('dialog.palette:not([aria-busy]) a', { hasText: words }).first().waitFor() // the answer to the last letter
	}
	await open()
	await page.keyboard.press('Escape')
	await page.locator('dialog.palette').waitFor({ state: 'detached' })
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), before, 'the focus is back')
	await open('jams')
	await page.locator('dialog.palette [role=option][aria-selected=true]', { hasText: 'Scanner jams' }).waitFor()
	await page.keyboard.press('Enter')
	await arrived(page, number)
	await page.locator('.rhead').waitFor()
	await open('Assign')
	await page.locator('dialog.palette [role=option][aria-selected=true]', { hasText: number }).waitFor() // a step of this record comes first
	assert.deepEqual(await faults(page), [])
	await page.keyboard.press('ArrowDown')
	await page.keyboard.press('ArrowUp')
	await page.keyboard.press('Enter')
	await page.waitForURL(`**/${number}/do/**`)
	await open(number.toLowerCase().slice(0, 3))
	await page.keyboard.press('Escape')
	await page.locator('dialog.palette').waitFor({ state: 'detached' })
	await page.route('**/go?**', async (route) => { // a slow server: what is typed meanwhile is for the field, and Enter waits for the answer
		await new Promise((resolve) => setTimeout(resolve, 150))
		await route.continue().catch(() => {}) // given up meanwhile
	})
	await page.keyboard.press('Control+k')
	await page.keyboard.type('jams')
	await page.keyboard.press('Enter')
	await arrived(page, number)
	await page.unroute('**/go?**')
	await page.locator('.rhead').waitFor()
	for (const [words, leads] of [['Settings', /^\/settings$/], ['New incident', /^\/incidents\/new$/], ['Due within two', /^\/incidents\?view=/]]) {
		await open(words)
		assert.match(await page.locator('dialog.palette a', { hasText: words }).first().getAttribute('href'), leads)
		await page.keyboard.press('Escape')
		await page.locator('dialog.palette').waitFor({ state: 'detached' })
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
	const plain = await enter('resolver', { script: false, next: '/go' })
	await plain.locator('#go-q').fill('jams')
	await plain.locator('.gofield button').click()
	await plain.getByRole('link', { name: 'Scanner jams' }).click()
	await arrived(plain, number)
	await plain.goto('/go?q=resolver')
	assert.equal(await plain.locator('.golist a', { hasText: 'resolver' }).first().isVisible(), true)
	await plain.context().close()
	const other = await enter('user2', { script: false, next: '/go?q=jams' })
	assert.doesNotMatch(await other.locator('main').innerText(), /Scanner/, 'nothing of another customer')
	await other.goto(`/go?q=${number}&from=/${number}`)
	assert.doesNotMatch(await other.locator('main').innerText(), /Scanner|Assign/)
	await other.context().close()
})

test('g and a letter lead to lists, ? tells all keys, and the focus is never lost', async () => {
	const page = await enter('desk')
	for (const [keys, leads] of [['gi', '/incidents'], ['gp', '/problems'], ['gn', '/notices'], ['gh', '/']]) {
		for (const key of keys) await page.keyboard.press(key)
		await page.waitForURL((url) => url.pathname === leads)
		await page.locator('main h1').waitFor()
		await page.waitForFunction(() => document.activeElement !== document.body)
	}
	await page.keyboard.press('?')
	const sheet = page.locator('dialog .keyhelp')
	await sheet.waitFor()
	const told = await sheet.innerText()
	for (const words of ['Incidents', 'Problems', 'go to anything', 'internal note', 'assign']) assert.match(told, new RegExp(words), words)
	await page.keyboard.press('Escape')
	assert.match(await page.locator('.top [data-key="g n"]').getAttribute('title'), /\(g n\)/)
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('an administrator adds a person, a holiday and a target by the forms', async () => {
	const { number } = await s.as.admin.make('service-level-agreements', { title: 'Of Aoba', customer: s.made.customer.number, calendar: s.made.calendar.number, valid_from: '2026-01-01' })
	const page = await enter('admin', { next: '/administration' })
	const follow = async (name) => {
		await page.goto('/administration')
		await page.locator('.sections').getByRole('link', { name }).first().click()
	}
	await follow(/^People/)
	await page.waitForURL('**/people')
	await page.keyboard.press('n')
	await page.waitForURL('**/people/new')
	await page.locator('[name=account]').fill('t.abe')
	await page.locator('[name=name]').fill('Taro Abe')
	await page.locator('main form button.main').last().click()
	await page.waitForURL(/\/PER-/)
	assert.equal((await s.as.admin.get('/people/t.abe')).body.name, 'Taro Abe')
	await follow(/^Service hours/)
	await page.waitForURL('**/calendars')
	await page.goto(`/${s.made.calendar.number}?edit=holidays`)
	await page.locator('[name="holidays.0.date"]').fill('2026-12-29')
	await page.locator('[name="holidays.0.name"]').fill('Founding day')
	await page.locator('#dialog button.main').click()
	await page.locator('#dialog').waitFor({ state: 'detached' })
	assert.deepEqual((await s.as.admin.get(`/calendars/${s.made.calendar.number}`)).body.holidays, [{ date: '2026-12-29', name: 'Founding day', name_ja: null }])
	await page.goto(`/${number}?edit=targets`)
	await page.locator('[name="targets.0.clock"]').selectOption('resolution')
	await page.locator('[name="targets.0.priority"]').selectOption('P1')
	await page.locator('[name="targets.0.target"]').fill('3h')
	await page.locator('#dialog button.main').click()
	await page.locator('#dialog').waitFor({ state: 'detached' })
	assert.equal((await s.as.admin.get(`/service-level-agreements/${number}`)).body.targets.length, 1)
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('tokens, jobs, the proof of history and the model are there for administrators, and for nobody else', async () => {
	const page = await enter('admin', { script: false, next: '/administration/tokens' })
	await page.locator('[name=name]').fill('Monitoring')
	await page.locator('[name=account]').fill('nobody-at-all')
	await page.locator('main form.narrow button').click()
	assert.match(await page.locator('.field .err').innerText(), /no such active person/)
	await page.locator('[name=account]').fill('resolver')
	await page.locator('[name=days]').fill('30')
	await page.locator('main form.narrow button').click()
	const secret = await page.locator('#secret').innerText(), ask = () => fetch(`${s.url}/api/v1/incidents`, { headers: { authorization: `Bearer ${secret}` } })
	assert.equal((await ask()).status, 200)
	await page.goto('/administration/tokens')
	assert.doesNotMatch(await page.content(), new RegExp(secret), 'it is shown once')
	await page.locator('tr', { hasText: 'Monitoring' }).getByRole('button', { name: 'Revoke' }).click()
	await page.locator('tr', { hasText: 'Monitoring' }).getByText('revoked', { exact: false }).waitFor()
	assert.equal((await ask()).status, 401)
	const history = JSON.stringify((await s.as.admin.get('/people/resolver/history')).body)
	assert.match(history, /The token “Monitoring” was made/)
	assert.match(history, /The token “Monitoring” was revoked/)
	await page.goto('/administration/history')
	await page.getByRole('button', { name: 'Check all of it' }).click()
	for (let tries = 0; tries < 200 && !await page.locator('.notice').count(); tries++) await page.goto('/administration/history')
	assert.match(await page.locator('.notice').innerText(), /Whole: [\d,]+ records/)
	await page.goto('/administration/jobs')
	assert.match(await page.locator('main').innerText(), /waiting for their time/)
	await page.goto('/administration/model/incident')
	assert.match(await page.locator('main').innerText(), /priority_matrix[^]*8\.1-incident-and-service-request\.yaml, line \d+/)
	const desk = await enter('desk')
	for (const at of ['', '/tokens', '/jobs', '/mails', '/history', '/model', '/model/incident']) assert.equal((await desk.request.get(`/administration${at}`)).status(), 404, at)
	const csrf = await desk.locator('[name=csrf]').first().inputValue()
	for (const at of ['/tokens', '/jobs', '/history']) assert.equal((await desk.request.post(`/administration${at}`, { form: { csrf } })).status(), 404, at)
	for (const one of [page, desk]) await one.context().close()
})

test('nothing to find for axe, nothing wider than the window', async () => {
	const page = await enter('admin')
	for (const one of looks) {
		await look(page, one)
		for (const at of ['/settings', '/go?q=ad', '/administration', '/administration/tokens', '/administration/model/group']) {
			await page.goto(at)
			assert.deepEqual(await faults(page, one), [], `${at} ${JSON.stringify(one)}`)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${at} ${JSON.stringify(one)}`)
		}
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
