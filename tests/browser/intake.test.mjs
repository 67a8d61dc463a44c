// Taking in: what is already known appears while one writes, and a call is timed.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'

import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, person } from './support.mjs'

const password = 'a long password'
let scene, browser, ci, outlook

before(async () => {
	scene = await stage({ people: ['desk', 'slm', 'config'] })
	setPasswords(scene.database, ['desk', 'user'], password)
	ci = await scene.as.config.make('configuration-items', { name: 'mail01', supports: [scene.made.service.number] })
	outlook = await scene.as.desk.make('incidents', { title: 'Outlook cannot connect in Osaka', caller: 'user', configuration_items: [ci.number] })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await scene?.end()
})

async function at(path, { account = 'desk', ...options } = {}) {
	const page = await person(scene.url, browser, account, { password, next: path, ...options })
	page.setDefaultTimeout(10_000)
	return page
}
const hint = (page, number) => page.locator('#hints li > a', { hasText: number })
const numberIn = (page) => new URL(page.url()).pathname.slice(1)
const links = async (number) => (await scene.as.desk.get(`/incidents/${number}/links`)).body.items.map((link) => [link.link, link.number ?? link.to])

describe('while an incident is written', () => {
	for (const language of ['en', 'ja'])
		it(`similar ones and what fails appear, and are linked (${language})`, async () => {
			const page = await at('/incidents/new', { language })
			assert.equal(await page.locator('#hints li').count(), 0)
			await page.locator('[name=title]').pressSequentially('outlook does not connect', { delay: 5 })
			await hint(page, outlook.number).waitFor()
			assert.deepEqual(await page.locator('#hints mark').allInnerTexts(), ['Outlook', 'connect'])
			assert.equal(await page.locator('[name=title]').inputValue(), 'outlook does not connect')
			await page.locator('#hints [name="link.related_to"]').check()
			await page.locator('[name=configuration_items]').fill(ci.number)
			await page.locator('#impact-h').waitFor()
			assert.ok(await page.locator('#hints [name="link.related_to"]').isChecked()) // what was ticked stays
			assert.deepEqual(await faults(page), [])
			await page.locator('#hints button[name=look]').click()
			await page.locator('[name=impact][value=critical]:checked').waitFor({ state: 'attached' })
			assert.equal(await page.locator('[name=title]').inputValue(), 'outlook does not connect')
			await page.locator('form#new button.main').click()
			await page.waitForURL(/\/INC-\d+$/)
			const number = numberIn(page)
			assert.equal((await scene.as.desk.get(`/incidents/${number}`)).body.impact, 'critical')
			assert.ok((await links(number)).some(([name, other]) => name === 'related_to' && other === outlook.number))
			assert.deepEqual(page.troubles, [])
			await scene.as.desk.take(`/incidents/${number}`, 'cancel', { comment: 'tried' })
			await page.context().close()
		})

	it('what is ticked while an answer comes stays, however busy the browser is', async () => {
		const page = await at('/incidents/new', { language: 'en' })
		await page.locator('[name=title]').fill('outlook does not connect')
		await hint(page, outlook.number).waitFor()
		let release
		const released = new Promise((resolve) => { release = resolve })
		await page.route('**/incidents/new', async (route) => {
			const response = await route.fetch()
			await released
			await route.fulfill({ response }).catch(() => {}) // given up meanwhile
		}, { times: 1 })
		const asked = page.waitForRequest((request) => request.method() === 'POST')
		await page.locator('[name=title]').pressSequentially('s')
		await asked
		await page.evaluate(() => { const real = setTimeout; globalThis.setTimeout = (act, wait, ...more) => real(act, wait || 700, ...more) })
		const again = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.request().postData().includes('related_to'))
		await page.locator('#hints [name="link.related_to"]').check()
		await page.locator('[name=configuration_items]').focus()
		release()
		await again
		assert.ok(await page.locator('#hints [name="link.related_to"]').isChecked())
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	})

	it('without the script a button looks', async () => {
		const page = await at('/incidents/new', { script: false })
		await page.locator('[name=title]').fill('Outlook connects to nothing')
		await page.locator('noscript button[name=look], button[name=look]').first().click()
		await hint(page, outlook.number).waitFor()
		assert.equal(await page.locator('[name=title]').inputValue(), 'Outlook connects to nothing')
		assert.equal(await page.locator('.err').count(), 0)
		assert.equal((await scene.as.desk.get('/incidents?filter=title%20starts%20%22Outlook%20connects%22')).body.items.length, 0)
		await page.context().close()
	})

	it('customers are told of their own', async () => {
		const other = await scene.as.user2.make('incidents', { title: 'Outlook crashes at Fuji' })
		const page = await at('/incidents/new', { account: 'user' })
		await page.locator('[name=title]').fill('Outlook crashes')
		await hint(page, outlook.number).waitFor()
		assert.equal(await hint(page, other.number).count(), 0)
		assert.equal(await page.locator('#hints input').count(), 0)
		await page.context().close()
	})
})

describe('beside a record', () => {
	it('similar ones are linked with one click', async () => {
		const incident = await scene.as.desk.make('incidents', { title: 'Osaka: Outlook offline', configuration_items: [ci.number] })
		const page = await at(`/${incident.number}`)
		assert.deepEqual(await page.locator('#impact .reached a').allInnerTexts(), ['Mail'])
		await page.locator('#known li', { hasText: outlook.number }).locator('button').click()
		await page.locator('#links').getByText(outlook.number).first().waitFor()
		assert.ok((await links(incident.number)).some(([name, other]) => name === 'related_to' && other === outlook.number))
		assert.deepEqual(await faults(page), [])
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	})
})

describe('a call', () => {
	it('is timed from when its form was opened', async () => {
		const page = await at('/interactions/new')
		const began = await page.locator('[name=started_at]').inputValue()
		assert.match(began, /T\d\d:\d\d(:\d\d)?$/) // a browser leaves :00 out
		await page.locator('output.ticks').filter({ hasText: /^\d\d:(0[1-9]|[1-9]\d)$/ }).waitFor()
		const earlier = new Date(Date.parse(`${began}Z`) - 3661_000).toISOString().slice(0, 19).replace(/:00$/, '')
		await page.locator('[name=started_at]').fill(earlier)
		await page.locator('output.ticks').filter({ hasText: /^1:01:\d\d$/ }).waitFor()
		await page.locator('[name=title]').fill('How do I print?')
		await page.locator('[name=first_call][type=checkbox]').check()
		await page.locator('[name=resolution]').fill('Press Print.')
		await page.locator('[name=closing_code]').selectOption('user_error')
		assert.deepEqual(await faults(page), [])
		await page.locator('form#new button.main').click()
		await page.waitForURL(/\/CALL-\d+$/)
		const call = (await scene.as.desk.get(`/interactions/${numberIn(page)}`)).body
		assert.equal(call.state, 'closed')
		assert.match(call.handle_time, /^PT1H1M\d+S$/)
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	})
})
