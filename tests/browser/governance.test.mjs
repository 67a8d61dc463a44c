// An organisation that has nothing yet: its management representative and top management put scope and policy in force in the
// browser, beginning at what conformity says is missing, and everybody of the distribution list confirms. Then nobody looks at it
// again for thirteen months.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage, until } from '../api/support.mjs'
import { faults, launch, look, looks, person, settled } from './support.mjs'

const password = 'a long password'
let s, browser, representative, top

before(async () => {
	s = await stage({
		people: ['desk'], clock: true,
		extra: { representative: ['management_responsibility.management_representative'], top: ['management_responsibility.top_management'] },
	})
	setPasswords(s.database, ['representative', 'top', 'desk'], password)
	browser = await launch()
	representative = await enter('representative')
	top = await enter('top')
})
after(async () => {
	await browser?.close()
	await s?.end()
})

const enter = (account, next = '/conformity') => person(s.url, browser, account, { password, next })
const words = async (page) => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ')

async function stands(page, demand) {
	await page.goto(`/conformity/${demand}`)
	return (/State (Met|Gap|Stale|For judgement|Not built)/.exec(await words(page)) ?? [])[1]
}

async function fill(place, values) {
	for (const [name, value] of Object.entries(values)) {
		const control = place.locator(`[name="${name}"]`).last()
		await (await control.evaluate((one) => one.tagName) === 'SELECT' ? control.selectOption({ label: value }) : control.fill(value))
	}
}

async function create(page, label, values) {
	await fill(page.locator('main form'), values)
	await page.getByRole('button', { name: `Create ${label}`, exact: true }).click()
	await page.waitForURL(/\/[A-Z]+-\d+$/)
	await settled(page)
}

// A step of the record that is shown, with its dialog where it has one.
async function take(page, name, state, values = {}) {
	const form = page.locator('#dialog button.main')
	const button = page.locator('main .acts, main header, main').getByRole('button', { name: new RegExp(`^${name}`) })
	await button.or(page.locator('main').getByRole('link', { name: new RegExp(`^${name}`) })).first().click()
	await form.or(page.getByText(state, { exact: true }).first()).first().waitFor()
	if (await form.isVisible()) {
		await fill(page.locator('#dialog'), values)
		await form.click()
		await page.locator('dialog[open]').waitFor({ state: 'detached' })
	}
	await settled(page)
	await page.locator('main').getByText(state, { exact: true }).first().waitFor()
}

// From the page of what it is of: a version is submitted by one and approved by the other, out of My work.
async function putInForce(version, title, values) {
	await representative.getByRole('link', { name: version }).first().click()
	await representative.waitForURL(new RegExp(version))
	await take(representative, 'Submit for approval', 'Under review', values)
	await top.goto('/')
	await top.locator('main').getByRole('link', { name: title }).first().click()
	await top.waitForURL(/\/APR-\d+/)
	await take(top, 'Approve', 'Approved')
}

test('the scope is put in force, from the gap that conformity shows; what is named need not be numbers', async () => {
	assert.equal(await stands(representative, '4.5.1-s2'), 'Gap')
	await representative.goto('/scopes/new')
	await create(representative, 'scope', { title: 'IT services of Aoba', statement: 'Operation of the IT services', org_units: 'IT department',
		locations: 'Tokyo', customer_locations: 'Tokyo', technology: 'Servers', applicability: 'It applies', services: 'Mail, SVC-2 Accounting', customers: 'Aoba Trading' })
	assert.match(await words(representative), /SVC-1 Mail .*SVC-2 Accounting .*CUS-1 Aoba Trading/)
	await putInForce('SVN-1', 'IT services of Aoba', {})
	assert.equal(await stands(representative, '4.5.1-s2'), 'Met')
})

test('a name that nobody or more than one has is refused at its field', async () => {
	for (const account of ['sato1', 'sato2']) await s.as.admin.make('people', { account, name: 'Sato' })
	await representative.goto('/scopes/new')
	await representative.locator('main form summary').first().click()
	await fill(representative.locator('main form'), { title: 'Another', for_people: 'desk, Sato', customers: 'Nobody' })
	await representative.getByRole('button', { name: 'Create scope', exact: true }).click()
	await representative.getByText("Several are called 'Sato': write the number of the one you mean").waitFor()
	await representative.getByText("There is no 'Nobody' to refer to").waitFor()
	assert.equal(await representative.locator('main form [name=for_people]').inputValue(), 'desk, Sato')
})

test('what several records are named by is offered while one types', async () => {
	await representative.goto('/scopes/new')
	const field = representative.locator('main form [name=customers]')
	await field.pressSequentially('Aob')
	await representative.getByRole('option', { name: 'Aoba Trading' }).waitFor()
	await representative.keyboard.press('Enter')
	await field.pressSequentially('Fuj')
	await representative.getByRole('option', { name: 'Fuji Works' }).waitFor()
	await representative.keyboard.press('Enter')
	assert.equal(await field.inputValue(), 'CUS-1 Aoba Trading, CUS-2 Fuji Works, ')
})

test('a policy goes from its gap into force, is acknowledged, and conformity says so', async () => {
	assert.equal(await stands(representative, '4.1.2.1-s14'), 'Gap')
	await representative.getByRole('link', { name: 'New policy' }).first().click()
	await create(representative, 'policy', { title: 'Service management policy', body: 'Services serve the customers.', commitment: 'We keep what we agree.', scope: 'IT services of Aoba' })
	await s.as.representative.patch('/policies/POL-1', { for_people: ['desk'] })
	await putInForce('PVN-1', 'Service management policy', {})
	assert.equal(await stands(representative, '4.1.2.1-s14'), 'Met')
	assert.equal(await stands(representative, '4.1.2.1-s11'), 'Gap')
	const desk = await enter('desk', '/')
	await desk.locator('main').getByRole('link', { name: 'Service management policy' }).first().click()
	await take(desk, 'I have read and understood it', 'Confirmed')
	assert.equal(await stands(representative, '4.1.2.1-s11'), 'Met')
	for (const page of [top, desk]) assert.deepEqual(page.troubles, [])
})

test('what was met looks good in each look', async () => {
	for (const one of looks) {
		await look(representative, one)
		await representative.goto('/conformity/4.1.2.1-s14')
		assert.deepEqual(await faults(representative, one), [], JSON.stringify(one))
	}
})

test('after thirteen months without a review it is stale, and says since when', async () => {
	s.clock.ahead(396 * 864e5)
	const later = await (async () => {
		const page = await browser.newPage({ baseURL: s.url })
		await page.goto('/login?next=/conformity/4.1.2.1-s14')
		await fill(page.locator('main form'), { user: 'representative', password })
		await page.locator('main form button').first().click()
		await page.waitForURL(/4\.1\.2\.1-s14/)
		return page
	})()
	let state
	await until(async () => (state = await stands(later, '4.1.2.1-s14')) === 'Stale', () => state)
	await later.goto('/conformity/4.1.2')
	assert.match(await words(later), /Stale/)
})
