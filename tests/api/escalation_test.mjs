// Escalation by hand, who is on call, and the notices that people get. What the clock does is proven with stated times in
// tests/unit/behaviour/escalation_test.c and year_test.c.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stage } from './support.mjs'

let s

before(async () => {
	s = await stage()
	await s.as.admin.patch('/people/resolver', { groups: ['networks'] })
	await s.as.admin.patch('/groups/networks', { level: 2, manager: 'resolver' })
	await s.as.admin.patch('/groups/servers', { level: 1, escalates_to: 'networks' })
})
after(() => s?.end())

const unread = async (who) => (await who.get('/notices?unread=true')).body.items

async function incident(more = {}) {
	return (await s.as.desk.make('incidents', { title: 'Mail is down', caller: 'user', group: 'servers', assignee: 'desk', ...more })).number
}

test('8.1.3.2-e: who has the role hands over to the next line, with a reason; the new line and the manager are told', async () => {
	const { desk, user, auditor, resolver, desk_manager: manager } = s.as, number = await incident()
	const escalate = (who, body = { comment: 'Beyond us', symptoms: 'No mail comes in' }) => who.post(`/incidents/${number}/transitions/escalate`, body)
	assert.equal((await escalate(user, { comment: 'Hurry' })).status, 403)
	assert.equal((await escalate(auditor, { comment: 'Hurry' })).status, 403)
	assert.equal((await escalate(desk, {})).status, 422)
	const { status, body } = await escalate(desk)
	assert.equal(status, 200)
	assert.deepEqual([body.group, body.assignee, body.state, body.escalation_count], [s.made.group2.number, null, 'assigned', 1])
	for (const who of [resolver, manager]) {
		const [notice] = await unread(who)
		assert.deepEqual([notice.record, notice.kind, notice.read_at], [number, 'escalation', null])
	}
	assert.equal((await unread(desk)).length, 0)
	assert.equal((await escalate(resolver)).status, 409, 'the last line has nobody to hand over to')
})

test('notices are read one by one, or all up to one', async () => {
	const { desk, desk_manager: manager } = s.as, number = await incident()
	for (const comment of ['Once', 'Twice']) await desk.post(`/incidents/${number}/transitions/escalate_to_manager`, { comment })
	const own = (await unread(manager)).filter((notice) => notice.record === number)
	assert.equal(own.length, 1, 'said twice within a minute, told once')
	await desk.post(`/incidents/${await incident()}/transitions/escalate_to_manager`, { comment: 'Another' })
	const [newest, before] = await unread(manager)
	const page = (await manager.get('/notices?limit=1')).body
	assert.equal(page.items[0].id, newest.id)
	assert.equal((await manager.get(`/notices?limit=1&after=${page.next}`)).body.items[0].id, before.id)
	const left = (await unread(manager)).length
	assert.equal((await manager.post(`/notices/${before.id}/read`)).body.unread, left - 1)
	assert.equal((await desk.post(`/notices/${newest.id}/read`)).status, 404, 'of somebody else')
	assert.equal((await manager.post(`/notices/read?up_to=${before.id}`)).body.unread, 1)
	assert.equal((await manager.post('/notices/read')).body.unread, 0)
	assert.ok((await manager.get('/notices')).body.items.every((notice) => notice.read_at))
})

test('what becomes restricted is no longer told', async () => {
	const { desk, desk_manager: manager } = s.as, number = await incident()
	await desk.post(`/incidents/${number}/transitions/escalate_to_manager`, { comment: 'Look' })
	assert.ok((await unread(manager)).some((notice) => notice.record === number))
	assert.equal((await desk.patch(`/incidents/${number}`, { security: true })).status, 200)
	assert.ok(!(await unread(manager)).some((notice) => notice.record === number))
})

test('a rota says who is on call now', async () => {
	const { desk_manager: manager, desk } = s.as, hour = 3600e3, time = (ms) => new Date(Date.now() + ms).toISOString().replace(/\.\d+/, '')
	const rota = await manager.make('oncall-rotas', { name: 'Nights', group: 'servers', starts_on: '2026-01-05', hand_over: '09:00', people: [{ person: 'desk' }] })
	assert.deepEqual([rota.on_call_now, rota.on_call_until], ['desk', null])
	const changed = (await manager.patch(`/oncall-rotas/${rota.number}`, { overrides: [{ from: time(-hour), to: time(hour), person: 'resolver', reason: 'Ill' }] })).body
	assert.equal(changed.on_call_now, 'resolver')
	assert.ok(Math.abs(Date.parse(changed.on_call_until) - Date.now() - hour) < 60e3)
	assert.equal((await desk.get(`/oncall-rotas/${rota.number}`)).body.on_call_now, 'resolver')
	assert.equal((await manager.patch(`/oncall-rotas/${rota.number}`, { hand_over: '25:00' })).status, 422)
	assert.equal((await manager.patch(`/oncall-rotas/${rota.number}`, { zone: 'Mars/Olympus' })).status, 422)
	assert.equal((await desk.patch(`/oncall-rotas/${rota.number}`, { active: false })).status, 403)
})

test('an urgent incident outside hours calls the person on call', async () => {
	const { admin, desk_manager: manager, desk, resolver } = s.as
	await admin.make('calendars', { name: 'Never now', monday: '' })
	const closed = (await admin.get('/calendars?filter=name%20=%20"Never%20now"')).body.items[0].number
	const rota = (await manager.get('/oncall-rotas')).body.items[0]
	await manager.patch(`/oncall-rotas/${rota.number}`, { overrides: [], people: [{ person: 'resolver' }], hours: closed })
	const number = await incident({ impact: 'critical', urgency: 'high' })
	const deadline = Date.now() + 20e3
	let event
	do event = (await desk.get(`/incidents/${number}/history`)).body.items.find((item) => item.kind === 'escalation')
	while (!event && Date.now() < deadline)
	assert.equal(event?.note?.data.on_call, 'PER-' + (await admin.get('/people/resolver')).body.number.split('-')[1])
	assert.ok((await unread(resolver)).some((notice) => notice.record === number))
})
