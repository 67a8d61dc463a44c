// Demands of clause 8.1 that no other file proves: each test follows the proof of the demands that it is named by.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makeDirectory, query, run, runWell, stage, until } from './support.mjs'

let s, desk, resolver, user, made

const extra = {
	owner: ['incident_and_service_request.owner'],
	documents: ['document_management.document_manager'],
	approver: ['document_management.approver'],
	changes: ['change.change_manager'],
	improver: ['establish_and_improve_sms.improvement_manager'],
}

before(async () => {
	s = await stage({ extra })
	;({ desk, resolver, user } = s.as)
	made = s.made
})
after(() => s?.end())

const pathOf = (record) => `/incidents/${record.number}`
const fieldsOf = (fault) => fault.body.errors.map(({ field, code }) => `${field}:${code}`).sort()
const report = (fields = {}) => desk.make('incidents', { title: 'Mail is slow', caller: 'user', service: made.service.number, ...fields })
const clocksOf = async (record) => Object.fromEntries((await desk.get(`${pathOf(record)}/clocks`)).body.items.map((clock) => [clock.name, clock]))

async function resolved(fields) {
	const incident = await report({ category: 'mail', security: false, ci_unknown_reason: 'none', group: 'servers', assignee: 'resolver', ...fields })
	await resolver.take(pathOf(incident), 'start')
	return resolver.take(pathOf(incident), 'resolve', { resolution: 'Restarted', closing_code: 'solved' })
}

async function conformityOf(demand) {
	return (await desk.get(`/conformity/${demand}`)).body
}
const stateOf = async (demand) => (await conformityOf(demand)).state

// --- 8.1.2 ---

test('8.1.2-s1: the queue goes by priority, and a table of the customer\'s own goes before the general one', async () => {
	const group = await s.as.admin.make('groups', { key: 'queue', name: 'Queue' })
	const late = await report({ group: 'queue', impact: 'medium', urgency: 'medium' }), urgent = await report({ group: 'queue', impact: 'critical', urgency: 'high' })
	assert.deepEqual([late.priority, urgent.priority], ['P4', 'P1'])
	const queue = await desk.all('/incidents' + query({ filter: `group = ${group.number} and state.phase != done`, sort: 'priority,clock(resolution).due_at' }))
	assert.deepEqual(queue.map((incident) => incident.number), [urgent.number, late.number])
	const { slm } = s.as
	const agreed = await slm.make('service-level-agreements', { title: 'Fuji', customer: made.customer2.number, calendar: made.calendar.number, valid_from: '2020-01-01' })
	const path = `/service-level-agreements/${agreed.number}`
	await slm.patch(path, { incident_priorities: agreed.incident_priorities.map((cell) => ({ ...cell, priority: cell.priority === 'P1' ? 'P3' : cell.priority })) })
	await slm.take(path, 'activate', { agreed_by: 'user2' })
	assert.equal((await report({ caller: 'user2', impact: 'critical', urgency: 'high' })).priority, 'P3')
	assert.equal((await report({ impact: 'critical', urgency: 'high' })).priority, 'P1')
})

test('8.1.2-s4: a fresh installation offers each kind of request, and an ordered standard change opens a change by its model', async () => {
	const items = await user.all('/catalogue-items' + query({ filter: 'state = published' }))
	for (const kind of ['standard_change', 'information', 'guidance', 'access']) assert.ok(items.some((item) => item.kind === kind), kind)
	const item = items.find((one) => one.kind === 'standard_change')
	const order = await user.make('service-requests', { catalogue_item: item.number, answers: [{ name: 'product', value: 'Editor' }, { name: 'device', value: 'PC-12' }] })
	await desk.take(`/service-requests/${order.number}`, 'start', { group: 'servers' })
	const [change, ...more] = await desk.all('/changes' + query({ filter: `has link(fulfils_requests where number = ${order.number})` }))
	assert.deepEqual(more, [])
	const model = (await desk.get(`/change-models/${change.model}`)).body
	assert.equal(model.name, 'Installation of approved software')
	assert.deepEqual([change.kind, change.title, change.requested_by, change.state], ['standard', order.title, 'user', 'approved'])
	assert.match((await desk.get(`/service-requests/${order.number}/links`)).text, new RegExp(change.number))
	assert.match((await desk.get(`/changes/${change.number}/links`)).text, new RegExp(order.number))
})

test('a change that an order opens is called as what was ordered, in the language of whoever reads it', async () => {
	const { admin } = s.as, [{ number: change_model }] = await admin.all('/change-models'), words = { en: 'Editor of drawings', ja: '作図ソフトの導入' }
	const item = await admin.make('catalogue-items', { name: words.en, name_ja: words.ja, kind: 'standard_change', change_model, description: 'An installation', service: s.made.service.number })
	await admin.take(`/catalogue-items/${item.number}`, 'publish')
	const order = await user.make('service-requests', { catalogue_item: item.number })
	await desk.take(`/service-requests/${order.number}`, 'start', { group: 'servers' })
	const [change] = await desk.all('/changes' + query({ filter: `has link(fulfils_requests where number = ${order.number})` }))
	assert.deepEqual([change.title, change.title_ja, change.reason], [words.en, words.ja, null])
	const pages = await s.pagesOf('desk')
	try {
		for (const [language, said] of Object.entries(words)) {
			await admin.patch('/people/desk', { language })
			for (const path of [`/${change.number}`, '/changes?filter=']) {
				const { text } = await pages.get(path)
				for (const other of Object.values(words)) assert.equal(text.includes(other), other === said, `${path}: ${language}, ${other}`)
			}
		}
	} finally {
		await admin.patch('/people/desk', { language: 'en' })
	}
})

async function publish(topic) {
	const { documents, approver } = s.as
	const document = await documents.make('documents', { title: `Procedure: ${topic}`, kind: 'procedure', topic, owner: 'documents' })
	const [version] = (await documents.get('/document-versions' + query({ filter: `document = ${document.number}` }))).body.items
	await documents.take(`/document-versions/${version.number}`, 'submit')
	await approver.take(`/document-versions/${version.number}`, 'approve')
	return (await documents.get(`/documents/${document.number}`)).body
}

test('8.1.2-s5, 8.1.5-a: two procedures are published, approved and not past their review, not one that is shared', async () => {
	assert.equal(await stateOf('8.1.2-s5'), 'gap')
	const first = await publish('incident')
	assert.equal(await stateOf('8.1.2-s5'), 'gap')
	assert.equal(await stateOf('8.1.5-a'), 'gap')
	await publish('service_request')
	assert.equal(await stateOf('8.1.2-s5'), 'met')
	assert.equal(await stateOf('8.1.5-a'), 'met')
	await s.as.documents.patch(`/documents/${first.number}`, { next_review: '2020-01-01' })
	const late = await conformityOf('8.1.5-a')
	assert.deepEqual([late.state, late.stale_since, late.checks.map((check) => check.outcome)], ['stale', '2020-01-01', ['stale', 'holds']])
	await s.as.documents.patch(`/documents/${first.number}`, { next_review: first.next_review })
})

test('8.1.2-d: who solved it cannot close it; the user confirms in the portal, and the history says who and when', async () => {
	const incident = await report({ category: 'mail', security: false, ci_unknown_reason: 'none', group: 'servers', assignee: 'resolver' })
	await resolver.take(pathOf(incident), 'start')
	assert.equal((await desk.post(`${pathOf(incident)}/transitions/confirm`, {})).status, 409, 'not resolved yet')
	await resolver.take(pathOf(incident), 'resolve', { resolution: 'Restarted', closing_code: 'solved' })
	assert.equal((await resolver.post(`${pathOf(incident)}/transitions/confirm`, {})).status, 403)
	const portal = await s.pagesOf('user'), page = `/portal/requests/${incident.number}`
	assert.equal((await portal.post(`${page}/do/confirm`, {}, page)).status, 303)
	const closed = (await desk.get(pathOf(incident))).body
	assert.deepEqual([closed.state, closed.unconfirmed], ['closed', false])
	const event = (await desk.get(`${pathOf(incident)}/history`)).body.items.find((one) => one.changes.some((change) => change.field === 'state' && change.new === 'closed'))
	assert.equal(event.by, 'user')
	assert.ok(Math.abs(Date.parse(event.at) - Date.now()) < 60e3, event.at)
})

test('the portal asks what a step needs where it is offered, and nowhere else', async () => {
	const incident = await report({ category: 'mail', security: false, ci_unknown_reason: 'none', group: 'servers', assignee: 'resolver' }), page = `/portal/requests/${incident.number}`
	const portal = await s.pagesOf('user'), asks = async () => (await portal.get(`${page}?do=reopen`)).text.includes("class='pstep'")
	assert.equal(await asks(), false)
	await resolver.take(pathOf(incident), 'start')
	await resolver.take(pathOf(incident), 'resolve', { resolution: 'Restarted', closing_code: 'solved' })
	assert.equal(await asks(), true)
})

test('the portal tells a requester that their own answer is waited for, not the customer\'s', async () => {
	const incident = await report({ category: 'mail', security: false, ci_unknown_reason: 'none', group: 'servers', assignee: 'resolver' })
	await resolver.take(pathOf(incident), 'start')
	await resolver.take(pathOf(incident), 'wait', { waiting_for: 'customer', comment: 'Since when?', public: true })
	const { text } = await (await s.pagesOf('user')).get(`/portal/requests/${incident.number}`)
	assert.match(text, /Waiting for: Your answer/)
	assert.doesNotMatch(text, /customer.{1,6}s answer/)
})

test('the portal lists what one has reported or what is ordered for one, each once, the newest first', async () => {
	await report({ title: 'Reported on the way' })
	await desk.make('service-requests', { title: 'For somebody else', caller: 'user', requested_for: 'colleague' })
	await desk.make('service-requests', { title: 'For oneself', caller: 'user', requested_for: 'user' })
	await desk.make('service-requests', { title: 'By somebody else', caller: 'colleague', requested_for: 'user' })
	await report({ title: 'Of somebody else', caller: 'colleague' })
	const { text } = await (await s.pagesOf('user')).get('/portal/requests')
	const found = [...text.matchAll(/class='t' href='\/portal\/requests\/([A-Z]+-\d+)'/g)].map((one) => one[1])
	const own = [...await desk.all('/incidents' + query({ filter: 'caller = "user"' })), ...await desk.all('/service-requests' + query({ filter: 'caller = "user" or requested_for = "user"' }))]
	const at = new Map(own.map((one) => [one.number, Date.parse(one.created_at)])), times = found.map((number) => at.get(number))
	assert.ok(found.length > 3)
	assert.deepEqual(found.toSorted(), [...at.keys()].toSorted())
	assert.deepEqual(times, times.toSorted((a, b) => b - a))
})

// --- 8.1.3.1 ---

test('8.1.3.1-c: outside the service hours the portal shows who can be reached then', async () => {
	const { admin, slm, desk_manager: manager } = s.as
	const never = await admin.make('calendars', { name: 'Never' })
	const agreed = await slm.make('service-level-agreements', { title: 'Mail of Fuji', customer: made.customer2.number, service: made.service.number, calendar: never.number, valid_from: '2020-01-01' })
	for (const [name, hours] of [['Desk by day', 'inside'], ['Night line', 'outside']]) await manager.make('contact-channels', { name, address: '06-0000-1234', hours })
	const general = (await slm.all('/service-level-agreements' + query({ filter: 'title = "Fuji"' })))[0]
	await slm.patch(`/service-level-agreements/${general.number}`, { calendar: never.number })
	const { text } = await (await s.pagesOf('user2')).get('/portal')
	assert.ok(text.includes('Night line') && !text.includes('Desk by day'))
	assert.equal(agreed.state, 'draft')
})

test('8.1.3.1-s2: without a category no work begins; with it the clock runs to the target of its priority', async () => {
	const incident = await report({ security: false, ci_unknown_reason: 'none', impact: 'critical', urgency: 'high' })
	const start = (more = {}) => resolver.post(`${pathOf(incident)}/transitions/start`, { assignee: 'resolver', ...more })
	const refused = await start()
	assert.equal(refused.status, 422)
	assert.deepEqual(fieldsOf(refused), ['category:required'])
	assert.equal((await start({ category: 'mail' })).status, 200)
	const { response, resolution } = await clocksOf(incident)
	assert.deepEqual([response.state, resolution.state, resolution.target], ['met', 'running', 'PT2H'])
})

test('8.1.3.1-s5: the customer is asked for the priority in the portal, and the history keeps the agreement', async () => {
	const incident = await report(), page = `/portal/requests/${incident.number}`, portal = await s.pagesOf('user')
	await desk.post(`${pathOf(incident)}/comments`, { text: 'We look at it.', public: true })
	const { text } = await portal.get(page)
	assert.ok(text.includes('The priority is right'))
	assert.match(text, new RegExp(`<a class='when' href='${page}#(e\\d+)'[^]*?We look at it`))
	assert.ok(!text.includes(`href='/${incident.number}`), 'a link leads to the pages of the staff')
	assert.equal((await portal.post(`${page}/do/agree_priority`, {}, page)).status, 303)
	const agreed = (await desk.get(pathOf(incident))).body
	assert.equal(agreed.priority_agreed_by, 'user')
	const history = (await desk.get(`${pathOf(incident)}/history`)).body.items
	assert.ok(history.some((event) => event.by === 'user' && event.changes.some((change) => change.field === 'priority_agreed_at')))
})

// Service time within 9 to 18 o'clock in Tokyo from Monday to Friday, minute by minute.
function dueAfter(from, minutes) {
	let at = from
	for (let left = minutes; left > 0; at += 60e3) {
		const there = new Date(at + 9 * 3600e3), day = there.getUTCDay(), hour = there.getUTCHours()
		if (day >= 1 && day <= 5 && hour >= 9 && hour < 18) left--
	}
	return at
}

test('8.1.3.1-s6, 8.1.3.1-t1, A.10-1: priorities and due times of every urgency and impact are those of the table', async () => {
	const { slm } = s.as, hours = { P1: 2, P2: 4, P3: 9, P4: 18, P5: 27, P6: 45 } // a service day of nine hours
	const agreed = await slm.make('service-level-agreements', { title: 'Aoba', customer: made.customer.number, calendar: made.calendar.number, valid_from: '2020-01-01' })
	await slm.take(`/service-level-agreements/${agreed.number}`, 'activate')
	const table = { high: ['P1', 'P2', 'P3', 'P4'], medium: ['P2', 'P3', 'P4', 'P5'], low: ['P3', 'P4', 'P5', 'P6'] }
	for (const [urgency, priorities] of Object.entries(table))
		for (const [i, impact] of ['critical', 'high', 'medium', 'low'].entries()) {
			const incident = await report({ urgency, impact }), { resolution } = await clocksOf(incident)
			assert.equal(incident.priority, priorities[i], `${urgency} ${impact}`)
			assert.equal(incident.agreement, agreed.number)
			// Whole minutes from the creation; within one of the due time to the millisecond.
			const due = dueAfter(Date.parse(incident.created_at), hours[incident.priority] * 60)
			assert.ok(Math.abs(Date.parse(resolution.due_at) - due) <= 60e3, `${incident.priority}: ${resolution.due_at}, not ${new Date(due).toISOString()}`)
		}
	const incident = await report()
	const refused = await desk.patch(pathOf(incident), { priority: 'P1' })
	assert.equal(refused.status, 422)
	assert.deepEqual(fieldsOf(refused), ['priority_reason:required'])
	assert.equal((await desk.patch(pathOf(incident), { priority: 'P1', priority_reason: 'The president' })).body.priority, 'P1')
	// Other agreed targets are followed at once.
	await slm.patch(`/service-level-agreements/${agreed.number}`, { targets: [{ clock: 'resolution', priority: 'P1', target: 'PT3H' }] })
	assert.equal((await clocksOf(incident)).resolution.target, 'PT3H')
	await slm.take(`/service-level-agreements/${agreed.number}`, 'end', { comment: 'Over' })
})

test('8.1.3.1-s8: what security incident was told whom is decided, with the time, before it ends', async () => {
	const { security } = s.as
	const incident = await report({ title: 'A laptop is stolen', category: 'security', security: true, ci_unknown_reason: 'stolen', assignee: 'security' })
	const dialog = await (await s.pagesOf('security')).get(`/${incident.number}?do=resolve`)
	for (const words of ['Whom to inform', 'Informed', 'Informed at']) assert.ok(dialog.text.includes(words), words)
	await security.take(pathOf(incident), 'start')
	const solve = (more = {}) => security.post(`${pathOf(incident)}/transitions/resolve`, { resolution: 'Locked', closing_code: 'solved', ...more })
	assert.deepEqual(fieldsOf(await solve()), ['security_contact:required', 'security_contacted:required', 'security_contacted_at:required'])
	const told = { security_contact: 'authority', security_contacted: 'The police', security_contacted_at: '2026-11-20T01:00:00Z' }
	assert.equal((await solve(told)).status, 200)
	const kept = (await security.get(pathOf(incident))).body
	for (const [field, value] of Object.entries(told)) assert.equal(kept[field], value)
})

// --- 8.1.3.2 ---

test('8.1.3.2-b: who has no part in it changes nothing, and those who keep the records are appointed', async () => {
	const incident = await report()
	assert.equal((await s.as.auditor.patch(pathOf(incident), { title: 'x' })).status, 403)
	assert.equal((await desk.patch(pathOf(incident), { title: 'x' })).status, 200)
	assert.equal(await stateOf('8.1.3.2-b'), 'met')
	await s.as.admin.patch('/people/resolver', { roles: [] })
	assert.equal(await stateOf('8.1.3.2-b'), 'gap')
	await s.as.admin.patch('/people/resolver', { roles: ['incident_and_service_request.resolver'] })
})

test('8.1.3.2-c: the page of an incident lists what hangs on its CI, the known error, the catalogue entry and the article', async () => {
	const { admin, config, desk_manager: manager } = s.as
	const service = await s.as.slm.make('services', { name: 'Drawings', criticality: 'important' })
	const ci = await config.make('configuration-items', { name: 'plotter-7', supports: [service.number] })
	const host = await config.make('configuration-items', { name: 'plot-queue' })
	assert.ok((await config.post(`/configuration-items/${host.number}/links`, { link: 'depends_on', to: ci.number })).status < 300)
	const known = await admin.make('known-errors', { title: 'The plotter loses its queue', symptom: 'Nothing is drawn', workaround: 'Restart it', configuration_items: [ci.number] })
	await admin.take(`/known-errors/${known.number}`, 'publish', {})
	const article = await desk.make('articles', { title: 'Plotting', summary: 'How to plot', body: 'Press plot.', audience: 'customers', service: service.number })
	await desk.take(`/articles/${article.number}`, 'submit')
	await manager.take(`/articles/${article.number}`, 'publish', { review_by: '2099-01-01' })
	const item = await admin.make('catalogue-items', { name: 'Paper for the plotter', kind: 'order', description: 'A roll', service: service.number })
	await admin.take(`/catalogue-items/${item.number}`, 'publish')
	const incident = await report({ title: 'Nothing comes out', service: service.number, configuration_items: [ci.number] })
	const { text } = await (await s.pagesOf('desk')).get(`/${incident.number}`)
	for (const words of [known.number, article.number, item.number, host.number, 'plot-queue', 'Drawings']) assert.ok(text.includes(words), words)
})

test('8.1.3.2-g: nothing is confirmed that nobody has verified, and somebody is appointed to', async () => {
	const incident = await resolved()
	assert.equal(incident.verified_by, 'resolver')
	await resolver.patch(pathOf(incident), { verified_by: null })
	const refused = await user.post(`${pathOf(incident)}/transitions/confirm`, {})
	assert.equal(refused.status, 422, refused.text)
	await resolver.patch(pathOf(incident), { verified_by: 'desk' })
	assert.equal((await user.post(`${pathOf(incident)}/transitions/confirm`, {})).status, 200)
	assert.equal(await stateOf('8.1.3.2-g'), 'met')
	await s.as.admin.patch('/people/resolver', { roles: [] })
	const item = await conformityOf('8.1.3.2-g')
	assert.equal(item.state, 'gap')
	assert.deepEqual(item.checks.map((check) => [check.role, check.holds]), [['incident_and_service_request.resolver', false]])
	await s.as.admin.patch('/people/resolver', { roles: ['incident_and_service_request.resolver'] })
})

test('8.1.3.2-s1: who says that it is not solved has it reopened; what closed without a word is counted apart', async () => {
	const incident = await resolved()
	await user.take(pathOf(incident), 'reopen', { comment: 'Still slow' })
	const back = (await desk.get(pathOf(incident))).body
	assert.deepEqual([back.state, back.reopen_count], ['in_progress', 1])
	writeFileSync(join(s.directory, 'closed.yaml'), `
format: {separator: ",", zone: Asia/Tokyo, times: ["yyyy-MM-dd HH:mm"]}
files:
  - file: "closed.csv"
    record: incident
    key: {source_reference: Number}
    at: Opened
    fields: {title: Number, impact: {constant: medium}, urgency: {constant: medium}, unconfirmed: {column: Silent, map: {yes: "true", no: "false"}}}
    ends: {at: Closed, state: {constant: closed}, fields: {resolved_at: Closed, closed_at: Closed}}
`)
	writeFileSync(join(s.directory, 'closed.csv'), ['Number,Opened,Closed,Silent', ...['yes', 'no', 'no', 'no'].map((silent, i) => `C${i},2025-03-03 10:00,2025-03-04 10:00,${silent}`)].join('\n') + '\n')
	runWell(['import', join(s.directory, 'closed.yaml'), join(s.directory, 'closed.csv')], { database: s.database })
	const counted = (await desk.get('/insights/incidents/unconfirmed' + query({ from: '2025-03-01', to: '2025-04-01' }))).body
	assert.equal(counted.total.figures.share.value, 25, JSON.stringify(counted.total))
})

// --- 8.1.4 to 8.1.6 ---

test('8.1.4-s1: the procedure for major incidents is there while it is published, with its version and next review', async () => {
	assert.equal(await stateOf('8.1.4-s1'), 'gap')
	const document = await publish('major_incident')
	assert.equal(await stateOf('8.1.4-s1'), 'met')
	assert.deepEqual([document.document_version, document.approver], ['1.0', 'approver'])
	assert.ok(document.next_review > document.published_at.slice(0, 10))
	await s.as.documents.take(`/documents/${document.number}`, 'withdraw', { comment: 'Replaced' })
	assert.equal(await stateOf('8.1.4-s1'), 'gap')
})

test('8.1.5-b: a closed incident stays, is not changed or deleted, and its history is proven', async () => {
	const incident = await resolved()
	await user.take(pathOf(incident), 'confirm')
	assert.equal((await desk.call('DELETE', pathOf(incident))).status, 405)
	assert.equal((await desk.patch(pathOf(incident), { title: 'Something else' })).status, 409)
	const kept = (await desk.get(pathOf(incident))).body
	assert.deepEqual([kept.state, kept.title], ['closed', 'Mail is slow'])
	assert.ok((await desk.get(`${pathOf(incident)}/history`)).body.items.length >= 4)
	const verified = run(['verify'], { database: s.database })
	assert.equal(verified.code, 0, verified.err)
})

test('8.1.6-s1: without its manager the process has a gap', async () => {
	assert.equal(await stateOf('8.1.6-s1'), 'met')
	await s.as.admin.patch('/people/desk_manager', { roles: [] })
	const item = await conformityOf('8.1.6-s1')
	assert.equal(item.state, 'gap')
	assert.deepEqual(item.checks.filter((check) => !check.holds).map((check) => check.role), ['incident_and_service_request.manager'])
	await s.as.admin.patch('/people/desk_manager', { roles: ['incident_and_service_request.manager'] })
	assert.equal(await stateOf('8.1.6-s1'), 'met')
})

test('8.1.6-c, A.10-8: the second line takes over with the skills that it needs; who lacks one has a gap and a mandatory action', async () => {
	const { admin, improver } = s.as
	await admin.make('skills', { key: 'diagnosis', name: 'Network diagnosis' })
	await admin.patch('/groups/networks', { level: 2, skills: ['diagnosis'] })
	await admin.patch('/groups/servers', { level: 1, escalates_to: 'networks' })
	const incident = await report({ group: 'servers', assignee: 'resolver' })
	const escalated = await desk.take(pathOf(incident), 'escalate', { comment: 'Beyond us', symptoms: 'No mail comes in' })
	assert.equal(escalated.group, made.group2.number)
	const gaps = async () => (await desk.get('/insights/competence-gaps/competence_gaps')).body
	assert.equal((await gaps()).total.figures.count.value, 0)
	assert.equal(await stateOf('A.10-8'), 'met')
	await admin.patch('/people/changes', { groups: ['networks'] })
	const found = await gaps()
	assert.deepEqual(found.rows.map((row) => [row.label, row.figures.count.value]), [['Network diagnosis', 1]])
	const [gap] = await desk.all('/competence-gaps' + query({ filter: 'state = open' }))
	assert.equal(gap.person, 'changes')
	const [action] = await desk.all('/actions' + query({ filter: `has link(corrects where number = ${gap.number})` }))
	assert.deepEqual([action.state, action.owner], ['open', 'changes'])
	assert.equal((await improver.post(`/actions/${action.number}/transitions/cancel`, { comment: 'No' })).status, 409)
	assert.equal(await stateOf('A.10-8'), 'judgement')
	await admin.patch('/people/changes', { skills: ['diagnosis'] })
	assert.equal((await gaps()).total.figures.count.value, 0)
})

// --- how the demands stand ---

test('the pages of conformity say of all demands how they stand, open an action for one, and tell who acts by when', async () => {
	const improver = await s.pagesOf('improver'), whole = (await improver.get('/conformity?fresh=true')).text
	assert.equal(whole.match(/<path class='bare'/g).length, 14, 'a rib for each process')
	for (const words of ['of 1,742 demands', "href='/conformity?process=8.1#demands'", 'Worst gaps', 'The same as a table']) assert.ok(whole.includes(words), words)
	assert.ok(Buffer.byteLength(whole) < 60e3, `${Buffer.byteLength(whole)}`)
	const gaps = (await improver.get('/conformity?process=8.1&state=gap&fresh=true')).text
	assert.ok(gaps.includes("<a href='/conformity/8.1.6-a'>") && !gaps.includes("<a href='/conformity/8.1.6-c'>"), 'only gaps')
	const page = (await improver.get('/conformity/8.1.6-a')).text
	const form = /href='(\/actions\/new\?[^']+)'/.exec(page)[1].replaceAll('&amp;', '&')
	assert.match((await improver.get(form)).text, /name="demand"[^>]*value="8\.1\.6-a"/)
	await s.as.improver.make('actions', { title: 'Name who manages major incidents', demand: '8.1.6-a', owner: 'desk', due: '2020-02-03' })
	const acted = (await improver.get('/conformity?fresh=true')).text.split('Worst gaps')[1]
	assert.match(acted, /^[^]*?8\.1\.6-a[^]*?desk[^]*?days late/, 'what is late comes first')
	const one = await conformityOf('8.1.6-a')
	assert.deepEqual(one.actions.map(({ owner, due, done }) => [owner, due, done]), [['desk', '2020-02-03', false]])
	assert.ok((await improver.get(`/${one.actions[0].number}`)).text.includes("href='/conformity/8.1.6-a'"))
	assert.ok((await improver.get('/conformity/8.1')).text.includes('8.6.1'), 'where the edition of 2018 speaks of it')
	assert.ok((await improver.get('/conformity?edition=2018')).text.includes("id='c-8.6.1'"))
	assert.ok((await improver.get('/conformity?process=&q=8.6.3')).text.includes('/conformity/8.2.1'), 'found by the number of 2018')
	assert.equal((await improver.get('/conformity/8.1.99')).status, 404)
	assert.equal((await (await s.pagesOf('user')).get('/conformity')).status, 404)
})

test('a process says what it is for, who has which role in it, and what passes between it and others, and when it last did', async () => {
	const problem = async () => (await desk.get('/processes')).body.items.find(({ name }) => name === 'problem')
	const before = await problem(), flow = (process) => process.interfaces.find(({ id }) => id === 'A.11-4a')
	assert.equal(before.clause, '8.2')
	assert.ok(before.outcomes.length && before.inputs.length && before.outputs.length && before.collections.includes('known-errors'))
	const { from, to, collection, filter, count } = flow(before)
	assert.deepEqual([from, to, collection, filter], ['incident_and_service_request', 'problem', 'problems', 'origin = incident'])
	assert.equal(count, (await desk.get('/problems' + query({ filter, count: true }))).body.total)
	const web = await s.pagesOf('desk'), page = (await web.get('/processes/problem')).text
	for (const words of ["href='/conformity/A.11-4a'", "href='/processes/incident_and_service_request'", 'Known errors', 'Problem manager']) assert.ok(page.includes(words), words)
	const all = (await web.get('/processes')).text
	assert.equal(all.match(/href='\/processes\/[a-z_]+'/g).length, 19)
	assert.ok(all.indexOf('/processes/design_and_transition') < all.indexOf('/processes/service_level'), 'in the order of the standard')
	assert.equal((await web.get('/processes/nothing')).status, 404)
	assert.equal((await (await s.pagesOf('user')).get('/processes')).status, 404)
})

test('how demands stood is kept when it changes: since when, what was before, and what changed between two days', async () => {
	await desk.get('/conformity?fresh=true')
	const of = async (path) => (await desk.get(path)).body
	const state = async () => (await of(`/conformity${query({ as_of: new Date().toISOString(), clause: '8.1.6' })}`)).items?.find(({ id }) => id === '8.1.6-a')?.state
	await until(async () => await state() === 'gap')
	const before = new Date()
	await s.as.admin.patch('/people/auditor', { roles: ['incident_and_service_request.major_incident_manager'] })
	assert.equal(await stateOf('8.1.6-a'), 'met')
	await desk.get('/conformity?fresh=true') // whoever looks has it written down
	await until(async () => await state() === 'met')
	const one = await conformityOf('8.1.6-a')
	assert.deepEqual(one.history.slice(0, 2).map((then) => then.state), ['met', 'gap'])
	assert.equal(one.since, one.history[0].since)
	assert.ok(Date.parse(one.since) >= before.getTime())
	assert.equal((await of(`/conformity${query({ as_of: before.toISOString(), clause: '8.1.6', state: 'gap' })}`)).items.length > 0, true)
	assert.equal((await desk.get('/conformity' + query({ as_of: '2020-01-01T00:00:00Z' }))).status, 404)
	const page = (await (await s.pagesOf('desk')).get(`/conformity${query({ fresh: 'true', as_of: before.toISOString() })}`)).text
	assert.match(page.split('What changed since')[1], /8\.1\.6-a[^]*?Gap<[^]*?Met</)
})

test('the command says what the API says, and nobody of a customer sees it', async () => {
	const ours = JSON.parse(runWell(['conformity', '--clause', '8.1', '--json'], { database: s.database }))
	const theirs = (await desk.get('/conformity' + query({ clause: '8.1' }))).body
	assert.deepEqual(ours.items.map(({ id, state }) => [id, state]), theirs.items.map(({ id, state }) => [id, state]))
	assert.equal(ours.counts.all, 61)
	assert.equal(ours.items.every((item) => item.state !== 'met' || item.proven), true)
	assert.match(runWell(['conformity', '--clause', '4', '--state', 'not_built'], { database: s.database }), /^448 demands: .* 0 not_built$/m)
	assert.match(runWell(['conformity', '--clause', '9.2.1'], { database: s.database }), /^1 demand: /m)
	assert.match(runWell(['conformity', '--clause', '9.2.1', '--japanese'], { database: s.database }), /^要求事項1件：/m)
	assert.equal(run(['conformity', '--state', 'green'], { database: s.database }).code, 1)
	assert.equal((await user.get('/conformity')).status, 403)
})

// --- clause 4, where there is nothing yet ---

test('an organisation that begins: nothing of clause 4 is met, and each gap says what is missing and whose it is', () => {
	const place = makeDirectory()
	runWell(['init'], { input: 'a long password\n', database: place.database })
	const { items } = JSON.parse(runWell(['conformity', '--clause', '4', '--json'], { database: place.database }))
	place.remove()
	assert.equal(items.length, 448)
	assert.deepEqual(items.filter((one) => one.state !== 'gap').map((one) => `${one.id} is ${one.state}`), [])
	for (const one of items) {
		assert.ok(one.owner, one.id)
		assert.ok(one.checks.some((check) => !check.holds && check.says), one.id)
	}
	assert.ok(items.some((one) => one.kind === 'human' && one.nothing_yet), 'what people judge waits for something to look at')
})
