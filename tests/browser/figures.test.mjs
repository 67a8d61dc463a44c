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
	assert.match(await page.locator('#expr-err').textContent(), /Column 11:/)
	assert.equal(await page.locator('.asks .place mark').count(), 1)
	assert.equal(await page.locator('[name=filter]').inputValue(), 'channel = ')
	assert.match(await page.locator('#expr').getAttribute('data-expression'), /^\/suggest\/incidents\?expression=$/)
	await page.context().close()
})

test("a manager reads the desk's state: the tables say what the lists count, and the findings what the tables say", async () => {
	const page = await stage.person('slm', { script: false, next: '/' })
	await page.locator('nav.nav a[href="/dashboard"]').first().click()
	assert.equal(await page.locator('h1').textContent(), 'Service desk')
	assert.ok(await page.locator('figure.chart').count() >= 7)
	const figure = (name) => page.locator('figure.chart', { has: page.locator(`h2:text-is("${name}")`) })
	const numbers = async (cells) => (await cells.allTextContents()).map((text) => Number(text.replace(/[^\d-]/g, '')))

	const open = figure('Open by priority and age'), arrivals = figure('Arrivals and closures')
	const ages = await numbers(open.locator('tfoot .num'))
	assert.equal(ages.at(-1), ages.slice(0, -1).reduce((a, b) => a + b))
	assert.match(await open.locator('.say').textContent(), new RegExp(`^${ages.at(-1)} in all; ${ages.at(-2)} of them over 7 d`))
	assert.deepEqual(await open.locator('svg.plot > text.s').evaluateAll((all) => all.map((text) => text.textContent).filter((text) => /^\d/.test(text)).map(Number)),
		(await numbers(open.locator('tbody tr .num:last-child'))).filter((count) => count))
	const [arrived, closed, net] = await numbers(arrivals.locator('tfoot .num'))
	assert.equal(net, arrived - closed)
	assert.match(await arrivals.locator('.say').textContent(), new RegExp(`^${arrived} arrived, ${closed} closed`))
	const links = await Promise.all([open.locator('tfoot a').last(), open.locator('tbody a').first(), arrivals.locator('tfoot a').nth(1), open.locator('svg a').first()]
		.map(async (a) => [await a.getAttribute('href'), Number((await a.textContent()).replace(/^.*: /, '').match(/\d+/)[0])]))

	await page.locator('[name=period]').selectOption('last_12_weeks')
	await page.locator('[name=narrow]').selectOption({ index: 1 })
	await page.locator('main form button').click()
	assert.match(page.url(), /period=last_12_weeks.*narrow=CUS-/)
	assert.ok((await numbers(open.locator('tfoot .num'))).at(-1) < ages.at(-1))
	const csv = await (await page.request.get(await arrivals.locator('a.csv').getAttribute('href'))).text()
	assert.match(csv, new RegExp(`Total,${(await numbers(arrivals.locator('tfoot .num'))).join(',')}\r\n`))
	for (const [href, count] of links) {
		await page.goto(href)
		assert.match(await page.locator('.rows .foot > span').first().textContent(), new RegExp(`(of|All) ${count}\\b|^\\s*${count} record`), href)
	}
	await page.context().close()
})

test('a dashboard of one\'s own is arranged and kept, from the keyboard as well', async () => {
	const page = await stage.person('desk')
	await page.goto('/dashboard')
	await page.getByText('Copy as my own').click()
	const shown = async () => (await page.locator('.arranged b').allTextContents()).slice(0, 2)
	const [first, second] = await shown()
	await page.locator("button[value='down.0']").focus()
	await page.keyboard.press('Enter')
	await page.locator(`.arranged li:first-child b:text-is("${second}")`).waitFor()
	assert.deepEqual(await shown(), [second, first])
	await page.waitForFunction(() => document.activeElement.value === 'down.1')
	await page.locator('[name=name]').fill('My week')
	await page.keyboard.press('Enter')
	await page.waitForURL(/name=DASH-/)
	assert.equal(await page.locator('h1').textContent(), 'My week')
	assert.equal(await page.locator('figure.chart h2').first().textContent(), second)
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('many kinds of records stand under their processes, as in the navigation', async () => {
	const page = await stage.person('admin')
	await page.goto('/figures')
	assert.deepEqual((await page.locator('nav.tabs .sub').allTextContents()).slice(0, 2), ['Management responsibility', 'Governance of processes operated by other parties'])
	const under = await page.locator('nav.tabs .sub').count()
	assert.ok(under > 10 && under < await page.locator('nav.tabs a').count())
	await page.goto('/dashboard/edit')
	assert.equal(await page.locator('.offers h3').first().textContent(), 'Management responsibility')
	assert.ok(await page.locator('[name=asked_of] optgroup').count() > 10)
	await page.context().close()
})

test("customers' people find no such page and no link to it", async () => {
	const page = await stage.person('user')
	assert.equal(await page.locator('nav.nav a[href="/figures"]').count(), 0)
	assert.equal((await page.goto('/figures')).status(), 404)
	assert.equal((await page.goto('/dashboard')).status(), 404)
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
		for (const path of ['/dashboard?period=last_4_weeks', '/dashboard/edit?from=service_desk']) {
			await page.goto(path)
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${path} ${JSON.stringify(one)} scrolls sideways`)
			assert.deepEqual(await faults(page, one), [], `${path} ${JSON.stringify(one)}`)
		}
	}
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})
