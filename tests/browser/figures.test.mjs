// Figures, as a manager reads them: each number leads to its records, with and without JavaScript.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { faults, look, looks, open } from './support.mjs'

let stage

before(async () => { stage = await open() })
after(async () => { await stage?.end() })

const wide = '/figures?type=incidents&from=2000-01-01&last=2099-12-31'

test('every number opens as many records as it says', async () => {
	const page = await stage.person('desk', { script: false })
	await page.goto('/')
	await page.locator('nav.nav a[href="/figures"]').first().click()
	assert.equal(await page.locator('h1').textContent(), 'Figures')
	await page.goto(wide)
	assert.ok(await page.locator('figure.chart').count() > 10)
	// Escalations go on firing while the test looks.
	const links = (await page.locator('figure.chart table.data .num a').evaluateAll((all) => all.map((a) => ({ href: a.getAttribute('href'), count: Number(a.textContent.replace(/\D/g, '')) })))).filter(({ href }) => !href.includes('escalation'))
	assert.ok(links.length > 40)
	const step = Math.ceil(links.length / 25)
	for (const { href, count } of links.filter((_, i) => i % step === 0)) {
		await page.goto(href)
		assert.match(await page.locator('.rows .foot > span').first().textContent(), new RegExp(`(of|All) ${count.toLocaleString('en')}\\b|^\\s*${count} record`), href)
	}
	await page.context().close()
})

test('a period and a filter are asked for by a form, and stay in the address', async () => {
	const page = await stage.person('desk', { script: false })
	await page.goto('/figures?type=incidents')
	await page.locator('[name=period]').selectOption('last_year')
	await page.locator('[name=filter]').fill('channel = phone')
	await page.locator('form.asks button').click()
	assert.match(page.url(), /period=last_year/)
	assert.equal(await page.locator('[name=period]').inputValue(), 'last_year')
	await page.locator('[name=from]').fill('2000-01-01')
	await page.locator('[name=last]').fill('2099-12-31')
	await page.locator('form.asks button').click()
	await page.waitForURL(/from=2000-01-01/) // what was typed stands there before the answer does
	assert.equal(await page.locator('[name=from]').inputValue(), '2000-01-01')
	assert.equal(await page.locator('[name=last]').inputValue(), '2099-12-31')
	const channels = page.locator('figure.chart', { has: page.locator('h2:text-is("By channel")') })
	assert.deepEqual(await channels.locator('tbody th').allTextContents(), ['Telephone'])
	const csv = await channels.locator('a.csv').getAttribute('href')
	const sum = (await channels.locator('tfoot .num').first().textContent()).replace(/\D/g, '')
	assert.match(await (await page.request.get(csv)).text(), new RegExp(`Telephone,${sum},100\\r\\nTotal,${sum},100`))
	await page.locator('[name=filter]').fill('channel = ')
	await page.locator('form.asks button').click()
	assert.equal(await page.locator('[role=alert]').count(), 1)
	assert.equal(await page.locator('[name=filter]').inputValue(), 'channel = ')
	await page.context().close()
})

test("customers' people find no such page and no link to it", async () => {
	const page = await stage.person('user')
	assert.equal(await page.locator('nav.nav a[href="/figures"]').count(), 0)
	assert.equal((await page.goto('/figures')).status(), 404)
	await page.context().close()
})

test('it is whole in both languages, both themes, wide and narrow', async () => {
	const page = await stage.person('desk')
	for (const one of looks) {
		await look(page, one)
		await page.goto(wide)
		assert.equal(await page.locator('html').getAttribute('lang'), one.language)
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${JSON.stringify(one)} scrolls sideways`)
		assert.deepEqual(await faults(page, one), [], JSON.stringify(one))
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
