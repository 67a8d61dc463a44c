// What belongs to the person and not to a process: settings.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, look, looks, person, signIn } from './support.mjs'

const password = 'a long password'
let s, browser

before(async () => {
	s = await stage({ people: ['desk', 'resolver'] })
	setPasswords(s.database, ['admin', 'desk', 'resolver', 'user'], password)
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
		await page.locator('main .seg label', { hasText: '英語' }).click()
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

test('nothing to find for axe, nothing wider than the window', async () => {
	const page = await enter('desk')
	for (const one of looks) {
		await look(page, one)
		for (const at of ['/settings']) {
			await page.goto(at)
			assert.deepEqual(await faults(page, one), [], `${at} ${JSON.stringify(one)}`)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${at} ${JSON.stringify(one)}`)
		}
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
