// Reports, from their definition in a form to the customer's copy in the portal.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { faults, look, looks, open } from './support.mjs'

let stage

before(async () => { stage = await open() })
after(async () => { await stage?.end() })

const yesterday = new Date(Date.now() + 9 * 3600e3 - 24 * 3600e3).toISOString().slice(0, 10)

test('a manager defines a report by a form, puts it in use, and reads what was issued', async () => {
	const page = await stage.person('admin', { script: false })
	await page.goto('/report-definitions/new')
	await page.locator('[name=name]').fill('Daily incidents')
	await page.locator('[name="figures.0.figure"]').selectOption({ label: 'Incidents: By channel' })
	await page.locator('[name="figures.1.figure"]').selectOption({ label: 'Incidents: Mishandled' })
	await page.locator('[name=period]').selectOption('day')
	await page.locator('[name=next_from]').fill(yesterday)
	await page.locator('[name=owner]').fill('admin')
	await page.locator('main form button.main').click()
	assert.match(page.url(), /\/RPD-\d+/)
	await page.locator('#actions').getByText('Put in use').click()
	const number = /RPD-\d+/.exec(page.url())[0], list = `/reports?filter=definition%20=%20%22${number}%22`
	const deadline = Date.now() + 20e3
	do await page.goto(list)
	while (!await page.locator('tbody a[href^="/RPT-"]').count() && Date.now() < deadline)
	await page.goto(await page.locator('tbody a[href^="/RPT-"]').first().getAttribute('href'))
	assert.match(await page.locator('h1').textContent(), new RegExp(`Daily incidents, ${yesterday}`))
	assert.deepEqual(await page.locator('.issued figure h2').allTextContents(), ['Incidents: By channel', 'Incidents: Mishandled'])
	const link = page.locator('.issued tfoot .num a').first()
	if (await link.count()) {
		const total = await link.textContent()
		await page.goto(await link.getAttribute('href'))
		assert.match(await page.locator('.rows .foot > span').first().textContent(), new RegExp(`\\b${total}\\b`))
	}
	await page.context().close()
})

test("the customer's people find their copy in the portal, and others do not", async () => {
	const page = await stage.person('user')
	await page.goto('/portal')
	const link = page.locator('section[aria-labelledby=issued] a[href^="/portal/issued/"]').first(), path = await link.getAttribute('href')
	await link.click()
	await page.waitForURL(`**${path}`)
	assert.ok(await page.locator('.issued figure.chart table').count() > 1)
	assert.equal(await page.locator('.issued .num a').count(), 0, 'no expressions for customers')
	const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').first().click()])
	assert.match(download.suggestedFilename(), /\.en\.csv$/)
	for (const one of looks) {
		await look(page, one)
		await page.goto(path)
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${JSON.stringify(one)} scrolls sideways`)
		assert.deepEqual(await faults(page, one), [], JSON.stringify(one))
	}
	await page.context().close()
	const other = await stage.person('user2')
	assert.equal((await other.goto(path)).status(), 404)
	assert.equal(await other.locator('section[aria-labelledby=issued]').count(), 0)
	await other.context().close()
})

test('the page of a report is whole in both languages, both themes, wide and narrow, and on paper', async () => {
	const page = await stage.person('slm')
	for (const one of looks) {
		await look(page, one)
		await page.goto('/RPT-1')
		assert.equal(await page.locator('html').getAttribute('lang'), one.language)
		assert.match(await page.locator('h1').textContent(), one.language === 'ja' ? /サービスデスク月次報告（\d+年\d+月）/ : /Monthly report of the service desk, \d{4}-\d{2}/)
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${JSON.stringify(one)} scrolls sideways`)
		assert.deepEqual(await faults(page, one), [], JSON.stringify(one))
	}
	await page.emulateMedia({ media: 'print' })
	assert.ok(await page.locator('.issued details .scroll').first().evaluate((box) => box.scrollHeight <= box.clientHeight + 1), 'all cases stand on paper')
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
