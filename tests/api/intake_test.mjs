// Intake: contacts with the desk, and what is suggested to whoever writes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, randomOf, stage } from './support.mjs'

let s, desk, made, ci
before(async () => {
	s = await stage({ people: ['desk', 'resolver', 'desk_manager', 'slm', 'config', 'security'] })
	desk = s.as.desk
	made = s.made
	ci = await s.as.config.make('configuration-items', { name: 'mail01', supports: [made.service.number] })
})
after(() => s?.end())

const similar = async (who, parameters, collection = 'incidents') => {
	const answer = await who.get(`/${collection}/similar${query(parameters)}`)
	assert.equal(answer.status, 200, answer.text)
	return answer.body.items
}
const numbers = (items) => items.map((item) => item.number)

test('a contact is timed, and closes itself when it was solved at once', async () => {
	const started = new Date(Date.now() - 95000).toISOString()
	const call = await desk.make('interactions', { title: 'How do I print?', caller: 'user', contact: 'colleague', started_at: started, contact_number: '4410' })
	assert.equal(call.state, 'open')
	assert.equal(call.customer, made.customer.number)
	assert.equal(call.channel, 'phone')
	assert.match(call.handle_time, /^PT1M3[5-9]S$/)
	assert.ok(call.ended_at > call.started_at)
	const answer = await desk.post('/interactions', { title: 'How do I print?', caller: 'user', first_call: true })
	assert.equal(answer.status, 422)
	assert.deepEqual(answer.body.errors.map((fault) => fault.field).sort(), ['closing_code', 'resolution'])
	const solved = await desk.make('interactions', { title: 'How do I print?', caller: 'user', first_call: true, resolution: 'Press Print.', closing_code: 'user_error' })
	assert.equal(solved.state, 'closed')
	const history = (await desk.get(`/interactions/${solved.number}/history`)).body.items
	assert.deepEqual(history.map((event) => event.by), ['desk', 'desk'])
	const never = await desk.get(`/interactions${query({ filter: 'state = closed and not has link(led_to)' })}`)
	assert.deepEqual(numbers(never.body.items), [solved.number])
})

test('an incident is made of a contact, with all that was said', async () => {
	const said = {
		title: 'Mail is slow', description: 'Since nine', caller: 'user', contact: 'colleague', channel: 'mail', category: 'mail', group: made.group.number,
		service: made.service.number, configuration_items: [ci.number],
	}
	const call = await desk.make('interactions', said)
	const handed = await desk.take(`/interactions/${call.number}`, 'make_incident', {})
	assert.equal(handed.state, 'handed_over')
	assert.equal(handed.incidents.length, 1)
	const incident = (await desk.get(`/incidents/${handed.incidents[0]}`)).body
	for (const [name, value] of Object.entries(said)) assert.deepEqual(incident[name], value, name)
	assert.equal(incident.customer, made.customer.number)
	assert.equal(incident.created_by, 'desk')
	assert.equal((await desk.post(`/interactions/${call.number}/transitions/make_incident`, {})).status, 409)
	const secret = await desk.make('interactions', { title: 'Somebody reads my mail', caller: 'user', security: true })
	assert.equal(secret.title, undefined)
})

test('a contact is handed over to the incident that is there already', async () => {
	const incident = await desk.make('incidents', { title: 'Printer on fire', caller: 'user' })
	const call = await desk.make('interactions', { title: 'The printer smokes', caller: 'colleague' })
	assert.equal((await desk.post(`/interactions/${call.number}/transitions/hand_over`, {})).status, 422)
	const handed = await desk.take(`/interactions/${call.number}`, 'hand_over', { incidents: [incident.number] })
	assert.equal(handed.state, 'handed_over')
	const links = (await desk.get(`/incidents/${incident.number}/links`)).body.items
	assert.deepEqual(links.map((link) => [link.link, link.number ?? link.to]), [['led_to', call.number]])
})

test('calls are for the desk only', async () => {
	assert.equal((await s.as.user.get('/interactions')).status, 404)
	assert.equal((await s.as.user.get(`/interactions/similar${query({ title: 'print' })}`)).status, 404)
})

test('incidents are reported on behalf of another person', async () => {
	const incident = await s.as.user.make('incidents', { title: 'Screen of my colleague is black', caller: 'colleague', contact: 'user' })
	assert.equal(incident.caller, 'colleague')
	assert.equal(incident.contact, 'user')
	assert.equal(incident.customer, made.customer.number)
	const secret = await desk.make('incidents', { title: 'Stolen laptop', caller: 'colleague', contact: 'user', security: true })
	assert.equal(secret.title, undefined) // the desk does not see what it took in
	assert.equal((await s.as.user.get(`/incidents/${secret.number}`)).status, 200)
})

test('suggestions rank by rare words, and tell why', async () => {
	for (const title of ['Cannot print invoices', 'Cannot open mail', 'Cannot log in', 'Cannot hear anything']) await desk.make('incidents', { title })
	const outlook = await desk.make('incidents', { title: 'Cannot connect Outlook to the server', description: 'Error 503 since nine' })
	const found = await similar(desk, { title: 'Outlook cannot start', description: 'It says error 503' })
	assert.equal(found[0].number, outlook.number)
	assert.equal(found[0].type, 'incident')
	assert.equal(found[0].headline, 'Cannot connect Outlook to the server')
	assert.deepEqual(found[0].why.words.sort(), ['503', 'cannot', 'error', 'outlook'])
	assert.equal(found[0].link, 'related_to')
	const self = (await desk.get(`/incidents/${outlook.number}/similar`)).body.items
	assert.ok(!numbers(self).includes(outlook.number))
	assert.deepEqual(await similar(desk, {}), [])
	assert.deepEqual(await similar(desk, { title: 'zzzzqqq' }), [])
})

test('Japanese is compared by its words', async () => {
	const incident = await desk.make('incidents', { title: 'メールサーバの障害' })
	const [first] = await similar(desk, { title: 'ﾒｰﾙｻｰﾊﾞが止まった' })
	assert.equal(first.number, incident.number)
	assert.deepEqual(first.why.words, ['メールサーバ'])
})

test('the same CI is enough, what is done is left out', async () => {
	const ci = await s.as.config.make('configuration-items', { name: 'file01' })
	const incident = await desk.make('incidents', { title: 'Qwertz', configuration_items: [ci.number], service: made.service.number })
	const found = await similar(desk, { title: 'Asdfgh', configuration_items: ci.number })
	assert.deepEqual(numbers(found), [incident.number])
	assert.deepEqual(found[0].why, { words: [], same: ['configuration_items'] })
	const both = await similar(desk, { configuration_items: ci.number, service: made.service.number })
	assert.deepEqual(both.find((item) => item.number === incident.number).why.same, ['configuration_items', 'service'])
	await desk.take(`/incidents/${incident.number}`, 'cancel', { comment: 'mistake' })
	assert.deepEqual(await similar(desk, { title: 'Asdfgh', configuration_items: ci.number }), [])
})

test('what one may not see is not suggested', async () => {
	const words = 'Zebra payroll leaked'
	const open = await s.as.user.make('incidents', { title: `${words} one` })
	const other = await s.as.user2.make('incidents', { title: `${words} two` })
	const secret = await desk.make('incidents', { title: `${words} three`, security: true, caller: 'colleague' })
	assert.deepEqual(numbers(await similar(desk, { title: words })).sort(), [open.number, other.number].sort())
	assert.deepEqual(numbers(await similar(s.as.security, { title: words })).sort(), [open.number, other.number, secret.number].sort())
	assert.deepEqual(numbers(await similar(s.as.user, { title: words })), [open.number])
	assert.deepEqual(numbers(await similar(s.as.user2, { title: words })), [other.number])
	// an internal word leads nobody of a customer anywhere
	const internal = await s.as.user.make('incidents', { title: 'Plain title' })
	await desk.patch(`/incidents/${internal.number}`, { priority_reason: 'xylophone', priority: 'P1' })
	assert.deepEqual(await similar(s.as.user, { title: 'xylophone' }), [])
	assert.deepEqual(numbers(await similar(desk, { title: 'xylophone' })), [internal.number])
	for (const item of await similar(s.as.user, { title: words })) assert.equal(item.link, null)
})

test('8.1.2-s6, A.10-2: a published known error is suggested with its workaround, and is linked', async () => {
	const { admin } = s.as
	const ci = await s.as.config.make('configuration-items', { name: 'ctl94', supports: [s.made.service.number] })
	const before = await desk.make('incidents', { title: 'Archive resets every night', configuration_items: [ci.number] })
	const known = await admin.make('known-errors', { title: 'Controller resets', symptom: 'The archive resets at night', workaround: 'Mount the **standby** array.', configuration_items: [ci.number] })
	const suggested = async (number) => (await desk.get(`/incidents/${number}/similar`)).body.items.filter((one) => one.type === 'known_error')
	assert.deepEqual(await suggested(before.number), []) // a draft helps nobody yet
	await admin.take(`/known-errors/${known.number}`, 'publish', {})
	const [open] = await suggested(before.number)
	assert.equal(open.number, known.number)
	assert.equal(open.shows, 'Mount the **standby** array.')
	const incident = await desk.make('incidents', { title: 'Reset of the archive', configuration_items: [ci.number] })
	const [first] = await suggested(incident.number)
	assert.deepEqual([first.number, first.link], [known.number, 'worked_around_by'])
	assert.ok(first.why.same.includes('configuration_items') && first.why.words.includes('archive'))
	assert.equal((await desk.post(`/incidents/${incident.number}/links`, { link: first.link, to: first.number })).status, 200)
	const back = (await desk.get(`/known-errors/${known.number}/links`)).body.items
	assert.ok(back.some((link) => link.link === 'worked_around_by' && link.to === incident.number), JSON.stringify(back))
	assert.deepEqual((await s.as.user.get('/incidents/similar?title=archive%20resets')).body.items.filter((one) => one.type === 'known_error'), [])
})

test('parameters are checked', async () => {
	for (const [parameters, status] of [[{ nothing: 1 }, 400], [{ limit: 0 }, 400], [{ limit: 51 }, 400], [{ service: 'SVC-999' }, 422], [{ category: 'no such' }, 422]])
		assert.equal((await desk.get(`/incidents/similar${query(parameters)}`)).status, status, JSON.stringify(parameters))
	assert.equal((await desk.get('/incidents/INC-99999/similar')).status, 404)
})

// The oracle: every open record that shares a word or a reference, weighed by itself.
test('suggestions equal what looking at everything finds', async () => {
	const random = randomOf(81200)
	const vocabulary = Array.from({ length: 40 }, (_, i) => `w${'abcdefghij'[i % 10]}${'klmn'[i >> 3 & 3]}${i}`)
	const word = () => vocabulary[Math.min(random.below(40), random.below(40))]
	const text = (n) => Array.from({ length: n }, word).join(' ')
	const items = Array.from({ length: 120 }, () => ({
		title: text(3), description: text(4), ...(random.chance(0.5) && { service: random.pick([made.service.number, made.service2.number]) }),
		...(random.chance(0.2) && { configuration_items: [ci.number] }), ...(random.chance(0.5) && { category: random.pick(['mail', 'network']) }),
	}))
	await desk.post('/incidents/bulk', { items })
	const everything = await desk.all('/incidents?limit=1000')
	const serial = (record) => Number(record.number.split('-')[1])
	const terms = (record) => new Set(`${record.title} ${record.description ?? ''} ${record.priority_reason ?? ''} ${record.resolution ?? ''}`.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((one) => one.length > 1))
	const total = Math.max(16, ...everything.map(serial)) // restricted ones are counted, and are the few that this does not see
	for (let round = 0; round < 25; round++) {
		const asked = { title: text(3), description: text(3), ...(random.chance(0.5) && { service: made.service.number }), ...(random.chance(0.3) && { configuration_items: ci.number }), ...(random.chance(0.3) && { category: 'mail' }) }
		const words = [...new Set(`${asked.title} ${asked.description}`.split(' '))]
		const weight = (one) => Math.log2(1 + total / everything.filter((record) => terms(record).has(one)).length)
		const expected = everything.filter((record) => !['closed', 'cancelled'].includes(record.state)).map((record) => {
			const shared = words.filter((one) => terms(record).has(one))
			const sameCi = Boolean(asked.configuration_items) && record.configuration_items.includes(ci.number)
			const sameService = Boolean(asked.service) && record.service === asked.service
			const sameCategory = Boolean(asked.category) && record.category === asked.category
			const led = shared.length > 0 || sameCi || sameService
			const score = shared.reduce((sum, one) => sum + weight(one), 0) + 8 * sameCi + 4 * sameService + 2 * sameCategory
			return { number: record.number, score, serial: serial(record), shown: led && (sameCi || sameService || score >= 2) }
		}).filter((one) => one.shown).sort((a, b) => b.score - a.score || b.serial - a.serial).slice(0, 20)
		const found = await similar(desk, { ...asked, limit: 20 })
		assert.deepEqual(numbers(found), numbers(expected), JSON.stringify(asked))
		found.forEach((one, i) => assert.ok(Math.abs(one.score - expected[i].score) < 0.01, `${one.number}: ${one.score}, not ${expected[i].score}`))
	}
})

// --- impact ---

test('8.1.3.1-s3, A.10-3: choosing a CI shows the services and customers that fail with it, and proposes an impact', async () => {
	const { config, slm } = s.as
	const item = (name, supports = []) => config.make('configuration-items', { name, supports })
	const agreement = async (title, fields, active = true) => {
		const made = await slm.make('service-level-agreements', { title, calendar: s.made.calendar.number, valid_from: '2020-01-01', ...fields })
		if (active) await slm.take(`/service-level-agreements/${made.number}`, 'activate', {})
		return made
	}
	const payroll = await slm.make('services', { name: 'Payroll', criticality: 'important' })
	const [disk, host, app, site] = [await item('disk7'), await item('host7', [s.made.service2.number]), await item('app7', [payroll.number]), await item('site7')]
	const needs = (upper, lower) => config.post(`/configuration-items/${upper.number}/links`, { link: 'depends_on', to: lower.number })
	await needs(host, disk)
	await needs(app, host)
	await needs(disk, site)
	await needs(site, app) // a circle
	const ofAoba = await agreement('Payroll for Aoba', { customer: s.made.customer.number, service: payroll.number })
	await agreement('Mail for Fuji', { customer: s.made.customer2.number, service: s.made.service.number })
	await agreement('Payroll for Fuji, some day', { customer: s.made.customer2.number, service: payroll.number }, false)
	await agreement('Payroll for Fuji, once', { customer: s.made.customer2.number, service: payroll.number, valid_to: '2020-12-31' })

	const of = async (path) => {
		const answer = await desk.get(path)
		assert.equal(answer.status, 200, answer.text)
		return answer.body
	}
	const whole = await of(`/configuration-items/${disk.number}/impact`)
	assert.deepEqual(whole.needed_by.map((one) => [one.number, one.depth]), [[host.number, 1], [app.number, 2], [site.number, 3]])
	assert.deepEqual(whole.services.map((one) => [one.headline, one.rank, one.because_of]), [['Payroll', 'important', app.number], ['Accounting', 'normal', host.number]])
	assert.deepEqual(whole.customers, [{ number: s.made.customer.number, headline: 'Aoba Trading', agreement: ofAoba.number, people: 2 }])
	assert.equal(whole.proposed, 'high')
	assert.equal(whole.complete, true)

	const written = await of(`/incidents/impact${query({ configuration_items: disk.number, service: s.made.service.number })}`)
	assert.deepEqual(written.services.map((one) => one.headline), ['Mail', 'Payroll', 'Accounting'])
	assert.equal(written.services[0].because_of, null)
	assert.equal(written.proposed, 'critical')
	assert.deepEqual(written.customers.map((one) => one.headline).sort(), ['Aoba Trading', 'Fuji Works'])
	const incident = await desk.make('incidents', { title: 'Disk broken', configuration_items: [disk.number] })
	assert.deepEqual((await of(`/incidents/${incident.number}/impact`)).services, whole.services)
	assert.deepEqual(await of('/incidents/impact'), { needed_by: [], services: [], customers: [], proposed: null, complete: true })
	assert.equal((await s.as.user.get('/incidents/impact')).status, 403)
	assert.equal((await desk.get(`/customers/${s.made.customer.number}/impact`)).status, 404)
})

// The oracle walks the links that it made itself.
test('impact equals a walk over everything', async () => {
	const random = randomOf(91300)
	const services = (await desk.all('/services')).map((one) => one.number)
	const items = []
	for (let i = 0; i < 40; i++) items.push({ name: `n${i}`, supports: random.chance(0.4) ? [random.pick(services)] : [] })
	const nodes = (await s.as.config.post('/configuration-items/bulk', { items })).body.items
	const uses = nodes.map(() => new Set())
	for (let i = 0; i < 60; i++) {
		const [a, b] = [random.below(40), random.below(40)]
		if (a === b || uses[a].has(b)) continue
		uses[a].add(b)
		assert.equal((await s.as.config.post(`/configuration-items/${nodes[a].number}/links`, { link: 'depends_on', to: nodes[b].number })).status, 200)
	}
	for (let start = 0; start < 40; start++) {
		const depth = new Map([[start, 0]])
		for (let changed = true; changed;) {
			changed = false
			for (let a = 0; a < 40; a++)
				for (const b of uses[a])
					if (depth.has(b) && (depth.get(a) ?? Infinity) > depth.get(b) + 1) {
						depth.set(a, depth.get(b) + 1)
						changed = true
					}
		}
		const { body } = await desk.get(`/configuration-items/${nodes[start].number}/impact`)
		const expected = [...depth].filter(([, far]) => far).map(([at, far]) => [nodes[at].number, far]).sort()
		assert.deepEqual(body.needed_by.map((one) => [one.number, one.depth]).sort(), expected, nodes[start].name)
		const reached = new Set([...depth.keys()].flatMap((at) => nodes[at].supports))
		assert.deepEqual(body.services.map((one) => one.number).sort(), [...reached].sort(), nodes[start].name)
	}
})
