// Major incidents: proposed, declared, fought, told of, handed to continuity, reviewed, and closed only then.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, stage } from './support.mjs'

let s, desk, resolver, made

const extra = {
	leader: ['incident_and_service_request.major_incident_manager'],
	continuity: ['continuity_availability.continuity_manager'],
	problems: ['problem.problem_manager'],
}

before(async () => {
	s = await stage({ extra })
	;({ desk, resolver } = s.as)
	made = s.made
})
after(() => s?.end())

const newIncident = (fields = {}) => desk.make('incidents', { title: 'Mail is down', caller: 'user', service: made.service.number, category: 'mail', security: false, ...fields })
const fieldsOf = (fault) => fault.body.errors.map(({ field, code }) => `${field}:${code}`).sort()
const pathOf = (record) => `/incidents/${record.number}`
const noCI = { ci_unknown_reason: 'Not known yet' }

async function declared(fields = {}) {
	const incident = await newIncident({ kind: 'interruption', impact: 'critical', urgency: 'high', ...noCI, ...fields })
	await desk.take(pathOf(incident), 'declare_major', { major_reason: 'Nobody has mail' })
	return incident
}

async function resolved(incident) {
	await desk.take(pathOf(incident), 'assign', { group: 'servers', assignee: 'resolver' })
	await resolver.take(pathOf(incident), 'start')
	return resolver.take(pathOf(incident), 'resolve', { resolution: 'Switched over', closing_code: 'solved' })
}

const reviewOf = async (incident) => (await desk.all('/reviews' + query({ filter: `has link(reviews where number = ${incident.number})` })))[0]

test('8.1.4-a: a criterion that is met is named, and just under the threshold there is none', async () => {
	const cases = [
		[{ impact: 'critical' }, 'vital_service'],
		[{ impact: 'high' }, null],
		[{ impact: 'critical', service: made.service2.number }, null],
		[{ impact: 'low', affected_users: 100 }, 'many_users'],
		[{ impact: 'low', affected_users: 99 }, null],
		[{ impact: 'low', affected_users: 100, kind: 'ci_fault' }, null],
		[{ impact: 'high', urgency: 'high', affected_users: 30 }, 'wide_and_urgent'],
		[{ impact: 'high', urgency: 'high', affected_users: 29 }, null],
		[{ impact: 'high', urgency: 'medium', affected_users: 30 }, null],
	]
	for (const [fields, expected] of cases)
		assert.equal((await newIncident(fields)).major_criterion, expected, JSON.stringify(fields))
	// It follows the facts until the incident is declared, and stays as it was then.
	const incident = await newIncident({ impact: 'low', affected_users: 99 })
	const changed = await desk.patch(pathOf(incident), { affected_users: 120 })
	assert.equal(changed.body.major_criterion, 'many_users')
	await desk.take(pathOf(incident), 'declare_major', { major_reason: 'Too many' })
	assert.equal((await desk.patch(pathOf(incident), { affected_users: 2 })).body.major_criterion, 'many_users')
})

test('8.1.4-b: who may not declare is refused, at the step and at the field; who may is recorded with time and reason', async () => {
	const incident = await newIncident()
	const refused = await resolver.post(`${pathOf(incident)}/transitions/declare_major`, { major_reason: 'I say so' })
	assert.equal(refused.status, 403, refused.text)
	const field = await resolver.patch(pathOf(incident), { major: true })
	assert.equal(field.status, 403, field.text)
	assert.deepEqual(fieldsOf(field), ['major:denied'])
	assert.equal((await desk.get(pathOf(incident))).body.major, null)
	assert.deepEqual(fieldsOf(await desk.post(`${pathOf(incident)}/transitions/declare_major`, {})), ['major_reason:required'])
	const major = await desk.take(pathOf(incident), 'declare_major', { major_reason: 'Nobody has mail' })
	assert.equal(major.major, true)
	assert.equal(major.declared_by, 'desk')
	assert.equal(major.major_reason, 'Nobody has mail')
	assert.ok(Date.now() - Date.parse(major.declared_at) < 60_000)
	assert.equal((await desk.post(`${pathOf(incident)}/transitions/declare_major`, { major_reason: 'Again' })).status, 409)
	const outright = await newIncident({ major: true })
	assert.equal(outright.declared_by, 'desk')
	const back = await s.as.leader.take(pathOf(incident), 'withdraw_major', { comment: 'One mailbox only' })
	assert.equal(back.major, false)
})

test('8.1.4-c, 8.1.6-a: the holder of the role manages it and is told; with no holder it is flagged', async () => {
	const incident = await declared()
	const major = (await desk.get(pathOf(incident))).body
	assert.equal(major.major_manager, 'leader')
	assert.equal(major.update_interval, 'PT30M')
	const told = (await desk.get(`${pathOf(incident)}/history`)).body.items.filter((event) => event.kind === 'notice')
	assert.ok(told.some((event) => event.note.people.includes('leader')), JSON.stringify(told))
	assert.ok(told.some((event) => event.note.people.includes('continuity')), 'A.10-4')
	const chosen = await newIncident()
	await desk.take(pathOf(chosen), 'declare_major', { major_reason: 'x', major_manager: 'resolver' })
	assert.equal((await desk.get(pathOf(chosen))).body.major_manager, 'resolver')
	const team = await desk.patch(pathOf(chosen), { major_team: ['resolver', 'desk'] })
	assert.deepEqual([...team.body.major_team].sort(), ['desk', 'resolver'])

	await s.as.admin.patch('/people/leader', { roles: [] })
	const alone = await declared({ title: 'Nobody leads' })
	assert.equal((await desk.get(pathOf(alone))).body.major_manager, null)
	const flagged = await desk.all('/incidents' + query({ filter: 'major and major_manager is empty' }))
	assert.deepEqual(flagged.map((item) => item.number), [alone.number])
	await s.as.admin.patch('/people/leader', { roles: extra.leader })
})

test('8.1.4-d: its tasks have owners, stand together, and all that is done is in its timeline', async () => {
	const rota = await s.as.leader.make('oncall-rotas', { name: 'Servers', group: 'servers', starts_on: '2026-01-05', people: [{ person: 'resolver' }] })
	const incident = await declared({ group: 'servers' })
	const tasks = await desk.all('/tasks' + query({ filter: `incident = ${incident.number}`, sort: 'number' }))
	assert.deepEqual(tasks.map((task) => [task.title.split(' ')[0], task.assignee, task.state]), [
		['Gather', 'leader', 'ready'], ['Find', 'resolver', 'ready'], ['Tell', 'resolver', 'ready'], ['Verify', 'resolver', 'planned'],
	])
	assert.deepEqual([...(await desk.get(pathOf(incident))).body.major_team].sort(), ['leader', 'resolver'])
	await resolver.take(`/tasks/${tasks[1].number}`, 'complete', { hand_over_note: 'Runs on the second node' })
	const story = await desk.all(`${pathOf(incident)}/timeline`)
	for (const task of tasks) assert.ok(story.some((entry) => entry.record === task.number), task.title)
	assert.match(JSON.stringify(story), /second node/)
	const { text } = await (await s.pagesOf('desk')).get(`/${incident.number}`)
	for (const task of tasks) assert.ok(text.includes(`href='/${task.number}'`), task.title)
	await s.as.leader.patch(`/oncall-rotas/${rota.number}`, { active: false })
})

test('8.1.4-e: what is told is recorded, and stands in the portal once it is sent; so does the end, by itself', async () => {
	const incident = await declared()
	const before = (await desk.get(pathOf(incident))).body.last_update_at
	const draft = await desk.make('communications', { subject: 'Mail is down', text: 'We work on it.', service: made.service.number })
	assert.ok((await desk.post(`/communications/${draft.number}/links`, { link: 'speaks_of', to: incident.number })).status < 300)
	assert.equal((await s.as.user.get(`/communications/${draft.number}`)).status, 404)
	const sent = await desk.take(`/communications/${draft.number}`, 'send')
	assert.equal(sent.sent_by, 'desk')
	assert.ok((await desk.get(pathOf(incident))).body.last_update_at > before)
	const read = await s.as.user2.get(`/communications/${draft.number}`)
	assert.equal(read.body.text, 'We work on it.')
	assert.equal(read.body.sent_by, undefined)
	const inside = await desk.make('communications', { subject: 'For us', text: 'Who is on call?', audience: 'staff' })
	await desk.take(`/communications/${inside.number}`, 'send')
	assert.equal((await s.as.user.get(`/communications/${inside.number}`)).status, 404)
	await resolved(incident)
	const closing = await desk.all('/communications' + query({ filter: `has link(speaks_of where number = ${incident.number}) and phase = after` }))
	assert.equal(closing.length, 1)
	assert.equal(closing[0].audience, 'customers')
	assert.equal(closing[0].text, 'Switched over')
	assert.equal(closing[0].state, 'sent')
	assert.equal(closing[0].sent_by, 'resolver')
	const portal = await s.pagesOf('user2')
	for (const page of ['/portal', '/portal/status']) {
		const { text } = await portal.get(page)
		for (const words of ['We work on it.', 'Switched over']) assert.ok(text.includes(words), `${page}: ${words}`)
		assert.ok(!text.includes('Who is on call?'), page)
	}
	const secret = await declared({ title: 'A key is stolen', assignee: 'resolver' })
	await desk.patch(pathOf(secret), { security: true })
	await s.as.security.take(pathOf(secret), 'start')
	await s.as.security.take(pathOf(secret), 'resolve', {
		resolution: 'Replaced', closing_code: 'solved', security_contact: 'team', security_contacted: 'The team', security_contacted_at: '2026-11-20T01:00:00Z',
	})
	assert.equal((await s.as.admin.all('/communications' + query({ filter: 'text = "Replaced"' }))).length, 0, 'nobody is told of a security incident by itself')
})

test('8.1.4-f, 8.1.5-d: its review is due with those invited, and it closes only after that', async () => {
	const incident = await declared({ title: 'Mail is gone' })
	await resolved(incident)
	const review = await reviewOf(incident), at = `/reviews/${review.number}`
	assert.equal(review.kind, 'major_incident')
	assert.equal(review.chair, 'leader')
	assert.ok(Math.abs(Date.parse(review.due_at) - Date.now() - 5 * 86400e3) < 60_000, review.due_at)
	for (const account of ['leader', 'resolver', 'desk_manager', 'problems']) assert.ok(review.attendees.includes(account), account)
	const early = await s.as.user.post(`${pathOf(incident)}/transitions/confirm`, {})
	assert.equal(early.status, 409, early.text)
	assert.match(early.text, /review/)
	assert.equal((await s.as.leader.post(`${at}/transitions/hold`, {})).status, 422)
	await s.as.leader.take(at, 'hold', { minutes: 'The plan was old.', held_at: '2026-11-20T01:00:00Z' })
	const action = await s.as.leader.make('actions', { title: 'Renew the plan' })
	assert.ok((await s.as.leader.post(`/actions/${action.number}/links`, { link: 'decided_in', to: review.number })).status < 300)
	const open = await s.as.leader.post(`${at}/transitions/close`, {})
	assert.equal(open.status, 409, open.text)
	await s.as.leader.patch(`/actions/${action.number}`, { owner: 'resolver', due: '2026-12-24' })
	await s.as.leader.take(at, 'close')
	assert.equal((await s.as.user.post(`${pathOf(incident)}/transitions/confirm`, {})).status, 200)

	// Its story is told as one, newest first, page by page, to who may read it.
	const story = await desk.all(`${pathOf(incident)}/timeline?limit=3`)
	const records = new Set(story.map((entry) => entry.record))
	for (const number of [incident.number, review.number, action.number]) assert.ok(records.has(number), number)
	assert.ok([...records].some((number) => number.startsWith('OUT-')) && [...records].some((number) => number.startsWith('COM-')))
	assert.deepEqual(story.map((entry) => entry.event.id), [...new Set(story.map((entry) => entry.event.id))].sort((a, b) => b - a))
	assert.match(JSON.stringify(story), /The plan was old/)
	const seen = await s.as.user.all(`${pathOf(incident)}/timeline`)
	assert.ok(seen.every((entry) => entry.record === incident.number || entry.record.startsWith('COM-')))
	assert.equal((await s.as.user2.get(`${pathOf(incident)}/timeline`)).status, 404)
})

test('8.1.4-g: an approved plan is invoked, and the invocation names incident, version and authoriser', async () => {
	const { continuity, leader } = s.as
	const plan = await continuity.make('continuity-plans', { title: 'Mail from the second site', plan_version: '3.1', criteria: 'More than 4 hours', procedure: 'Switch' })
	const incident = await declared()
	const wanted = { continuity_plan: plan.number, comment: 'It will take all night' }
	assert.equal((await leader.post(`${pathOf(incident)}/transitions/invoke_continuity`, wanted)).status, 409)
	await continuity.take(`/continuity-plans/${plan.number}`, 'approve')
	assert.equal((await desk.post(`${pathOf(incident)}/transitions/invoke_continuity`, wanted)).status, 403)
	await leader.take(pathOf(incident), 'invoke_continuity', wanted)
	const [invocation] = await desk.all('/invocations' + query({ filter: `has link(invoked_for where number = ${incident.number})` }))
	assert.equal(invocation.plan, plan.number)
	assert.equal(invocation.plan_version, '3.1')
	assert.equal(invocation.authorised_by, 'leader')
	assert.match((await desk.get(`/invocations/${invocation.number}/history`)).text, /has been invoked/)
	await continuity.take(`/continuity-plans/${plan.number}`, 'revise', { comment: 'New site', plan_version: '4.0' })
	assert.equal((await desk.get(`/invocations/${invocation.number}`)).body.plan_version, '3.1')
	const small = await newIncident()
	assert.equal((await leader.post(`${pathOf(small)}/transitions/invoke_continuity`, wanted)).status, 409)
})
