// Erasing what is kept of a person: asked for and decided by the privacy officer, carried out by another, in the browser alone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, look, looks, person } from './support.mjs'

const password = 'a long password'
let s, browser, incident, victim

before(async () => {
	s = await stage({ people: ['desk'], extra: { privacy: ['information_security.privacy_officer'] } })
	setPasswords(s.database, ['privacy', 'admin'], password)
	;({ number: victim } = (await s.as.admin.get('/people/user')).body)
	incident = await s.as.desk.make('incidents', { title: 'Cannot print', description: 'I am at 03-1234-5678', caller: victim, impact: 'low' })
	await s.as.user.post(`/incidents/${incident.number}/comments`, { text: 'My mobile is 090-1111-2222' })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await s?.end()
})

const enter = (account, options) => person(s.url, browser, account, { password, ...options })

test('a request is decided by one, carried out by another who is warned first, and nothing of the person can be read any more', async () => {
	const { number } = await s.as.privacy.make('erasure-requests', { title: 'A former user asks', person: victim, requested_by: 'By letter; identity card seen', ground: 'withdrawn', also: incident.number })
	const officer = await enter('privacy', { next: `/${number}` })
	await officer.locator(`a[href$='/${number}/do/approve']`).click()
	await officer.locator('#dialog [name=reason]').fill('Nothing of it is needed')
	await officer.locator('#dialog button.main').click()
	await officer.waitForURL((at) => at.pathname === `/${number}`)
	await officer.locator('main', { hasText: 'To be carried out' }).waitFor()
	assert.equal(await officer.locator(`[href$='/do/erase'], [action$='/do/erase']`).count(), 0, 'who has decided does not carry it out')

	const admin = await enter('admin', { next: `/${number}`, language: 'ja' })
	await admin.locator(`a[href$='/${number}/do/erase']`).click() // no step of one click
	await admin.waitForSelector('#dialog .notice')
	assert.match(await admin.locator('#dialog .notice').innerText(), /取り消せません/)
	for (const one of looks) {
		await look(admin, one)
		await admin.goto(`/${number}/do/erase`)
		assert.deepEqual(await faults(admin, one), [])
	}
	await admin.locator('#dialog button.main').click()
	await admin.waitForURL((at) => at.pathname === `/${number}`)
	await admin.locator('main', { hasText: /消去済み[^]*消去した記録の件数/ }).waitFor()
	await admin.goto(`/${incident.number}`)
	assert.doesNotMatch(await admin.locator('main').innerText(), /03-1234|090-1111|User of Aoba|Cannot print/)
})
