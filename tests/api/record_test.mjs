// One record through the API: making, reading, changing, moving, and what hangs on it.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { clientOf, query, request, run, stage } from './support.mjs'

let s, desk, resolver, user, made

before(async () => {
	s = await stage()
	;({ desk, resolver, user } = s.as)
	made = s.made
})
after(() => s?.end())

function isProblem(answer, status, errors) {
	assert.equal(answer.status, status, answer.text)
	assert.equal(answer.type, 'application/problem+json')
	assert.equal(answer.body.status, status)
	assert.ok(answer.body.title && answer.body.detail && answer.body.type)
	for (const fault of answer.body.errors) {
		assert.equal(typeof fault.field, 'string')
		assert.ok(fault.code && fault.message)
	}
	if (errors) assert.deepEqual(answer.body.errors.map((fault) => `${fault.field}:${fault.code}`).sort(), errors)
}

const newIncident = (fields = {}) => desk.make('incidents', { title: 'Mail is slow', caller: 'user', service: made.service.number, ...fields })

test('a record is made, found at its Location, and answers with its version', async () => {
	const answer = await desk.post('/incidents', { title: 'プリンタが動かない', caller: 'user', service: made.service.number, impact: 'high', urgency: 'high' })
	assert.equal(answer.status, 201)
	assert.equal(answer.headers.get('etag'), '"1"')
	assert.equal(answer.headers.get('location'), `/api/v1/incidents/${answer.body.number}`)
	assert.match(answer.body.number, /^INC-[1-9][0-9]*$/)
	assert.equal(answer.body.state, 'new')
	assert.equal(answer.body.version, 1)
	assert.equal(answer.body.priority, 'P2')
	assert.equal(answer.body.customer, made.customer.number)
	assert.equal(answer.body.caller, 'user')
	assert.equal(answer.body.created_by, 'desk')
	assert.equal(answer.body.service, made.service.number)
	assert.deepEqual(answer.body.configuration_items, [])
	assert.match(answer.body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

	const got = await desk.get(answer.headers.get('location'))
	assert.equal(got.status, 200)
	assert.deepEqual(got.body, answer.body)
	assert.equal(got.headers.get('etag'), '"1"')
	const same = await desk.get(`/incidents/${answer.body.number}`, { 'if-none-match': '"1"' })
	assert.equal(same.status, 304)
	assert.equal(same.bytes.length, 0)
	assert.equal((await desk.get(`/incidents/${answer.body.number}`, { 'if-none-match': '"7"' })).status, 200)
})

test('every fault of a request is told at once, each at its field', async () => {
	isProblem(await desk.post('/incidents', { title: 'x', nothing: 1, impact: 'huge', caller: 'nobody', major: 'yes' }), 400,
		['caller:reference', 'impact:choice', 'major:kind', 'nothing:unknown'])
	isProblem(await desk.post('/incidents', { impact: null }), 422, ['impact:required', 'title:required'])
	isProblem(await desk.post('/incidents', { title: 'x', number: 'INC-1' }), 400, ['number:unknown'])
	isProblem(await desk.post('/incidents', { title: 'x', resolved_at: '2026-01-01T00:00:00Z' }), 422, ['resolved_at:read_only'])
	isProblem(await desk.post('/incidents', { title: 'あ'.repeat(201) }), 422, ['title:too_long'])
	isProblem(await desk.post('/incidents', '{"title": "x"', { 'content-type': 'application/json' }), 400)
	isProblem(await desk.post('/incidents', '{"title":"a","title":"b"}', { 'content-type': 'application/json' }), 400)
	isProblem(await desk.post('/incidents', '[]', { 'content-type': 'application/json' }), 400)
	isProblem(await desk.post('/incidents', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }), 400)
	isProblem(await desk.post('/incidents?nothing=1', { title: 'x' }), 400, ['nothing:unknown'])
	isProblem(await desk.post('/incidents', { title: 'x' + 'y'.repeat(11 << 20) }), 413)
})

test('a change merges, clears with null, and leaves the rest', async () => {
	const record = await newIncident({ description: '# 詳細', category: 'mail' })
	const path = `/incidents/${record.number}`
	const changed = await desk.patch(path, { title: 'Mail is down', description: null, impact: 'critical' })
	assert.equal(changed.status, 200)
	assert.equal(changed.headers.get('etag'), '"2"')
	assert.equal(changed.body.version, 2)
	assert.equal(changed.body.title, 'Mail is down')
	assert.equal(changed.body.description, null)
	assert.equal(changed.body.category, 'mail')
	assert.equal(changed.body.priority, 'P2')
	const nothing = await desk.patch(path, { title: 'Mail is down' })
	assert.equal(nothing.status, 200)
	assert.equal(nothing.body.version, 2, 'an edit that changes nothing leaves no trace')
	isProblem(await desk.patch(path, { title: null }), 422, ['title:required'])
	isProblem(await desk.patch(path, { priority: 'P1' }), 422, ['priority_reason:required'])
	assert.equal((await desk.patch(path, { priority: 'P1', priority_reason: 'The president waits' })).body.priority, 'P1')
})

test('If-Match refuses a change of what somebody else changed', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	assert.equal((await desk.patch(path, { title: 'one' }, { 'if-match': '"1"' })).status, 200)
	isProblem(await desk.patch(path, { title: 'two' }, { 'if-match': '"1"' }), 412)
	isProblem(await desk.patch(path, { title: 'two' }, { 'if-match': 'W/"2"' }), 412)
	isProblem(await desk.patch(path, { title: 'two' }, { 'if-match': '"garbage"' }), 412)
	isProblem(await desk.post(`${path}/transitions/cancel`, { comment: 'no' }, { 'if-match': '"1"' }), 412)
	assert.equal((await desk.patch(path, { title: 'three' }, { 'if-match': '*' })).status, 200)
	assert.equal((await desk.get(path)).body.title, 'three')
})

test('transitions demand their fields, their state and their guard', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	isProblem(await desk.post(`${path}/transitions/assign`), 422, ['group:required'])
	isProblem(await desk.post(`${path}/transitions/resolve`, { resolution: 'x', closing_code: 'solved' }), 409)
	isProblem(await desk.post(`${path}/transitions/nothing`, {}), 404)
	isProblem(await user.post(`${path}/transitions/assign`, { group: 'servers' }), 400)
	isProblem(await user.post(`${path}/transitions/assign`, {}), 403)
	assert.equal((await desk.take(path, 'assign', { group: 'servers' })).state, 'assigned')
	isProblem(await desk.post(`${path}/transitions/start`, { category: 'mail', security: false, ci_unknown_reason: 'asked' }), 422, ['assignee:required'])
	isProblem(await desk.patch(path, { major: true }), 422, ['category:required'])
	const started = await resolver.take(path, 'start', { assignee: 'resolver', category: 'mail', security: false, ci_unknown_reason: 'asked' })
	assert.equal(started.state, 'in_progress')
	assert.ok(started.taken_up_at)
	isProblem(await resolver.post(`${path}/transitions/wait`, {}), 422, ['comment:required', 'waiting_for:required'])
	await resolver.take(path, 'wait', { waiting_for: 'customer', comment: 'いつからですか', public: true })
	assert.equal((await user.post(`${path}/comments`, { text: 'Since this morning' })).status, 201)
	assert.equal((await desk.get(path)).body.state, 'in_progress', 'the answer of the caller gets it moving again')
	isProblem(await resolver.post(`${path}/transitions/resolve`), 422, ['closing_code:required', 'resolution:required'])
	await resolver.take(path, 'resolve', { resolution: 'Queue emptied', closing_code: 'solved' })
	assert.equal((await user.take(path, 'confirm')).state, 'closed')
	isProblem(await desk.patch(path, { title: 'another' }), 409, ['title:closed'])
	isProblem(await user.post(`${path}/transitions/reopen`), 422, ['comment:required'])
	assert.equal((await user.take(path, 'reopen', { comment: 'Again' })).reopen_count, undefined, 'an internal field is not shown to customers')
	assert.equal((await desk.get(path)).body.reopen_count, 1)
})

test('comments are for the customer only when they are public', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}/comments`
	const internal = await desk.post(path, { text: 'The user is impatient' })
	assert.equal(internal.status, 201)
	assert.deepEqual(Object.keys(internal.body).sort(), ['at', 'by', 'id', 'public', 'text'])
	assert.equal(internal.body.public, false)
	assert.equal(internal.body.by, 'desk')
	await desk.post(path, { text: '調査中です', public: true })
	await user.post(path, { text: 'Thank you' })
	assert.deepEqual((await desk.get(path)).body.items.map((item) => item.text), ['Thank you', '調査中です', 'The user is impatient'])
	assert.deepEqual((await user.get(path)).body.items.map((item) => [item.text, item.public]), [['Thank you', true], ['調査中です', true]])
	isProblem(await desk.post(path, { text: '   ' }), 422, ['text:required'])
	isProblem(await desk.post(path, { text: 'x', colour: 1 }), 400)
	isProblem(await desk.post(path, { public: true }), 400)
	isProblem(await s.as.user2.post(path, { text: 'hello' }), 404)
})

test('whoever is mentioned is told, once, if they may read it; customers mention nobody', async () => {
	const { number } = await s.as.desk.make('incidents', { title: 'Of Aoba', caller: 'user' }), hidden = await s.as.admin.make('incidents', { title: 'For few', security: true })
	const say = async (client, record, text, isPublic) => assert.equal((await client.post(`/incidents/${record}/comments`, { text, public: isPublic })).status, 201)
	await say(desk, number, 'Ask @resolver, @resolverさん, @user, @desk and @nobody; not mail@config.', false)
	await say(desk, number, '(@user)', true)
	await say(s.as.user, number, 'I ask @slm.', true)
	await say(s.as.security, hidden.number, '@relations must not know', false)
	const told = async (account, record) => (await s.as[account].get('/notices')).body.items.filter((notice) => notice.kind === 'mention' && notice.record === record).length
	assert.deepEqual(await Promise.all([['resolver', number], ['user', number], ['config', number], ['desk', number], ['slm', number], ['relations', hidden.number]]
		.map(([account, record]) => told(account, record))), [1, 1, 0, 0, 0, 0])
})

test('links are seen from both ends, and removed', async () => {
	const parent = await newIncident({ title: 'Parent' }), child = await newIncident({ title: 'Child' })
	const added = await desk.post(`/incidents/${child.number}/links`, { link: 'part_of', to: parent.number })
	assert.equal(added.status, 200)
	const ends = (answer) => answer.body.items.map(({ link, backwards, to, headline, state }) => ({ link, backwards, to, headline, state }))
	assert.deepEqual(ends(added), [{ link: 'part_of', backwards: false, to: parent.number, headline: 'Parent', state: 'new' }])
	assert.deepEqual(ends(await desk.get(`/incidents/${parent.number}/links`)),
		[{ link: 'part_of', backwards: true, to: child.number, headline: 'Child', state: 'new' }])
	const other = await newIncident({ title: 'Other parent' })
	assert.deepEqual(ends(await desk.post(`/incidents/${child.number}/links`, { link: 'part_of', to: other.number })).map((end) => end.to), [other.number],
		'a link of which there is one takes the place of the former')
	const moment = (await desk.get(`/incidents/${child.number}`)).body.updated_at
	assert.equal((await desk.delete(`/incidents/${child.number}/links/part_of/${other.number}`)).status, 200)
	assert.deepEqual((await desk.get(`/incidents/${child.number}/links`)).body.items, [])
	const before = await desk.get(`/incidents/${child.number}/links${query({ as_of: moment })}`)
	assert.deepEqual(ends(before).map((end) => end.to), [other.number], 'as it stood')
	isProblem(await desk.post(`/incidents/${child.number}/links`, { link: 'part_of', to: child.number }), 422)
	isProblem(await desk.post(`/incidents/${child.number}/links`, { link: 'part_of', to: 'INC-99999' }), 422, ['to:reference'])
	isProblem(await desk.post(`/incidents/${child.number}/links`, { link: 'nothing', to: other.number }), 400)
	isProblem(await desk.post(`/incidents/${child.number}/links`, { link: 'part_of' }), 400)

	const ci = await s.as.config.make('configuration-items', { name: 'mail01', ci_type: 'hardware', supports: [made.service.number] })
	const changed = await desk.patch(`/incidents/${child.number}`, { configuration_items: [ci.number] })
	assert.deepEqual(changed.body.configuration_items, [ci.number])
	const back = (await desk.get(`/configuration-items/${ci.number}/links`)).body.items
	assert.ok(back.some((end) => end.to === child.number && end.backwards))
	assert.deepEqual((await desk.patch(`/incidents/${child.number}`, { configuration_items: [] })).body.configuration_items, [])
})

test('files come back byte for byte, under their hash', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}/attachments`
	const bytes = Buffer.from(Array.from({ length: 70000 }, (_, i) => (i * 31) % 256))
	const form = new FormData()
	form.append('file', new Blob([bytes], { type: 'image/png' }), '画面 1.png')
	form.append('file', new Blob(['']), 'empty.txt')
	form.append('public', 'true')
	const added = await desk.post(path, form)
	assert.equal(added.status, 201, added.text)
	assert.equal(added.body.items.length, 2)
	const [picture, empty] = added.body.items
	assert.equal(picture.name, '画面 1.png')
	assert.equal(picture.size, bytes.length)
	assert.equal(empty.size, 0)
	assert.equal(picture.media_type, 'image/png')
	assert.equal(picture.public, true)
	const got = await user.get(picture.url)
	assert.equal(got.status, 200)
	assert.ok(got.bytes.equals(bytes))
	assert.equal(got.type, 'application/octet-stream')
	assert.match(got.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''%E7%94%BB%E9%9D%A2%201\.png$/)
	assert.equal(got.headers.get('x-content-type-options'), 'nosniff')
	// BLAKE2b as the store names it; the same bytes again have the same name
	const again = new FormData()
	again.append('file', new Blob([bytes]), 'again')
	const second = (await desk.post(path, again)).body.items[0]
	assert.equal(second.hash, picture.hash)
	assert.equal(second.public, false)
	assert.notEqual(empty.hash, picture.hash)
	assert.deepEqual((await user.get(path)).body.items.map((item) => item.id), [picture.id, empty.id])
	isProblem(await user.get(second.url), 404)
	isProblem(await desk.get(`${path}/999999`), 404)
	isProblem(await desk.post(path, new FormData()), 422)
	const other = await newIncident()
	isProblem(await desk.get(picture.url.replace(record.number, other.number)), 404)
	const history = (await desk.get(`/incidents/${record.number}/history`)).body.items
	assert.ok(history.some((event) => event.attachments?.some((file) => file.name === 'again')), 'history tells which files came')
})

test('history is complete, and each event is chained to the one before', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	await desk.patch(path, { title: 'Second', impact: 'low', comment: 'Less bad than thought' })
	await desk.take(path, 'assign', { group: 'servers' })
	const { body } = await desk.get(`${path}/history`)
	assert.equal(body.next, null)
	assert.deepEqual(body.items.map((event) => event.sequence), [3, 2, 1])
	const [assigned, changed, created] = body.items
	assert.equal(assigned.transition, 'assign')
	assert.deepEqual(assigned.changes.find((change) => change.field === 'state'), { field: 'state', old: 'new', new: 'assigned' })
	assert.deepEqual(assigned.changes.find((change) => change.field === 'group'), { field: 'group', old: null, new: made.group.number })
	assert.equal(changed.comment, 'Less bad than thought')
	assert.deepEqual(changed.changes.find((change) => change.field === 'title'), { field: 'title', old: 'Mail is slow', new: 'Second' })
	assert.deepEqual(changed.changes.find((change) => change.field === 'priority'), { field: 'priority', old: 'P4', new: 'P5' })
	assert.equal(created.by, 'desk')
	assert.equal(created.via, 'api')
	assert.equal(created.kind, 'create')
	assert.equal(new Set(body.items.map((event) => event.hash)).size, 3)
	for (const event of body.items) assert.match(event.hash, /^[0-9a-f]{64}$/)

	const paged = []
	let after = ''
	do {
		const page = (await desk.get(`${path}/history${query({ limit: 1, ...(after && { after }) })}`)).body
		paged.push(...page.items)
		after = page.next
	} while (after)
	assert.deepEqual(paged, body.items)
	const seen = (await user.get(`${path}/history`)).body.items
	assert.ok(seen.every((event) => event.comment === null))
	assert.ok(seen.every((event) => event.changes.every((change) => change.field !== 'group')))
	isProblem(await desk.get(`${path}/history?limit=0`), 400)
	isProblem(await desk.get(`${path}/history?after=x`), 400)
})

test('clocks tell target, elapsed and due time under the agreement', async () => {
	const agreement = await s.as.slm.make('service-level-agreements', {
		title: 'Mail for Aoba', customer: made.customer.number, service: made.service.number, calendar: made.calendar.number, valid_from: '2020-01-01',
		targets: [{ clock: 'resolution', priority: 'P4', target: 'PT3H' }, { clock: 'response', priority: 'P4', target: 'PT20M' }],
	})
	await s.as.slm.take(`/service-level-agreements/${agreement.number}`, 'activate')
	const record = await newIncident()
	const clocks = (await desk.get(`/incidents/${record.number}/clocks`)).body.items
	assert.deepEqual(clocks.map((clock) => clock.name).sort(), ['agree_priority', 'resolution', 'response'])
	const resolution = clocks.find((clock) => clock.name === 'resolution')
	assert.equal(resolution.target, 'PT3H')
	assert.equal(resolution.agreement, agreement.number)
	assert.equal(resolution.calendar, made.calendar.number)
	assert.ok(['running', 'paused'].includes(resolution.state))
	const due = await desk.get(`/incidents${query({ filter: `number = ${record.number} and clock(resolution).due_at > now`, sort: 'clock(resolution).due_at' })}`)
	assert.equal(due.body.items.length, 1, due.text)
	assert.deepEqual((await user.get(`/incidents/${record.number}/clocks`)).body.items, [], "clocks are the provider's own")
})

test('people watch what they may see', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}/watchers`
	assert.deepEqual((await desk.post(path)).body.items, ['desk'])
	assert.deepEqual((await desk.post(path)).body.items, ['desk'])
	assert.deepEqual((await user.post(path)).body.items, ['user'], 'customers see only themselves')
	assert.deepEqual((await desk.get(path)).body.items.sort(), ['desk', 'user'])
	assert.deepEqual((await desk.delete(path)).body.items, ['user'])
	isProblem(await s.as.user2.post(path), 404)
})

test('the same idempotency key does it once', async () => {
	const body = { title: 'Once', caller: 'user' }
	const headers = { 'idempotency-key': 'key-1' }
	const first = await desk.post('/incidents', body, headers)
	const again = await desk.post('/incidents', body, headers)
	assert.equal(again.status, 201)
	assert.equal(again.body.number, first.body.number)
	assert.equal(again.headers.get('location'), first.headers.get('location'))
	isProblem(await desk.post('/incidents', { ...body, title: 'Twice' }, headers), 409)
	const another = await resolver.post('/incidents', { ...body, title: 'Twice' }, headers)
	assert.notEqual(another.body.number, first.body.number, 'keys belong to the person')
	const answers = await Promise.all(Array.from({ length: 20 }, () => desk.post('/incidents', { title: 'At once' }, { 'idempotency-key': 'key-2' })))
	assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201])
	assert.equal(new Set(answers.map((answer) => answer.body.number)).size, 1)
	assert.equal((await desk.get(`/incidents${query({ filter: 'title = "At once"', count: 'true' })}`)).body.total, 1)
	const comment = () => desk.post(`/incidents/${first.body.number}/comments`, { text: 'Said once' }, { 'idempotency-key': 'key-3' })
	assert.equal((await comment()).body.id, (await comment()).body.id)
	isProblem(await desk.post('/incidents', body, { 'idempotency-key': 'k'.repeat(300) }), 400)
})

test('bulk does all or nothing', async () => {
	const [one, two] = [await newIncident({ title: 'one' }), await newIncident({ title: 'two' })]
	const total = async () => (await desk.get('/incidents?count=true&limit=1')).body.total
	const before = await total()
	const refused = await desk.post('/incidents/bulk', { items: [{ title: 'new' }, { number: one.number, title: null }, { number: two.number, transition: 'assign' }] })
	assert.equal(refused.status, 422, refused.text)
	assert.ok(refused.body.errors.some((fault) => fault.field === '1.title' && fault.code === 'required'), refused.text)
	isProblem(await desk.post('/incidents/bulk', { items: [{ title: 'a', impact: 'x' }, { title: 'b', nothing: 1 }] }), 422, ['0.impact:choice', '1.nothing:unknown'])
	isProblem(await desk.post('/incidents/bulk', { items: [{ title: null }] }), 422, ['0.title:required'])
	isProblem(await desk.post('/incidents/bulk', { items: [{ title: 'x' }, { number: one.number, version: 9, title: 'y' }] }), 412, ['1.version:stale'])
	isProblem(await desk.post('/incidents/bulk', { items: [{ number: 'INC-99999', title: 'y' }] }), 404)
	isProblem(await desk.post('/incidents/bulk', { items: [] }), 400)
	isProblem(await desk.post('/incidents/bulk', { items: [{ number: 5, title: 'x' }] }), 400, ['0.number:kind'])
	isProblem(await desk.post('/incidents/bulk', { items: [{ number: one.number, transition: 5 }] }), 400, ['0.transition:kind'])
	assert.equal(await total(), before)
	const done = await desk.post('/incidents/bulk', { items: [
		{ title: 'three' }, { number: one.number, version: 1, title: 'one!' }, { number: two.number, transition: 'assign', group: 'servers', comment: 'to you' },
	] })
	assert.equal(done.status, 200, done.text)
	assert.deepEqual(done.body.items.map((item) => [item.title, item.state, item.version]), [['three', 'new', 1], ['one!', 'new', 2], ['two', 'assigned', 2]])
	assert.equal(await total(), before + 1)
})

test('values of every kind come back as they were sent', async () => {
	const calendar = {
		name: 'Kinds', zone: 'Europe/Berlin', monday: '09:00-12:00, 13:00-18:00', service_day: 'PT8H',
		holidays: [{ date: '2026-11-23', name: 'Labour Thanksgiving Day', name_ja: '勤労感謝の日' }, { date: '2027-01-01', name: null, name_ja: null }],
		exceptions: [{ date: '2026-11-28', hours: '10:00-15:00', reason: null }],
	}
	const kept = await s.as.slm.make('calendars', calendar)
	for (const name of Object.keys(calendar)) assert.deepEqual(kept[name], calendar[name], name)
	const put = await s.as.slm.patch(`/calendars/${kept.number}`, { holidays: kept.holidays, exceptions: [], service_day: '7h 30m' })
	assert.deepEqual(put.body.holidays, calendar.holidays)
	assert.deepEqual(put.body.exceptions, [])
	assert.equal(put.body.service_day, 'PT7H30M')
	isProblem(await s.as.slm.post('/calendars', { name: 'bad', holidays: [{ date: '2026-02-30' }] }), 422)
	isProblem(await s.as.slm.post('/calendars', { name: 'bad', monday: '25:00-26:00' }), 422)
	isProblem(await s.as.slm.post('/calendars', { name: 'bad', zone: 'Mars/Olympus' }), 422)
	isProblem(await s.as.slm.post('/calendars', { name: 'bad', holidays: [{ date: '2026-11-23', colour: 1 }] }), 422)
	isProblem(await s.as.slm.post('/calendars', { name: 'Kinds' }), 422, ['name:unique'])
	const targets = [{ clock: 'resolution', priority: 'P1', target: 'PT2H' }, { clock: 'response', priority: 'P6', target: 'PT26H' }]
	const sla = await s.as.slm.make('service-level-agreements', {
		title: 'Kinds', customer: made.customer2.number, calendar: kept.number, valid_from: '2026-04-01', valid_to: '2027-03-31', targets,
	})
	assert.deepEqual(sla.targets, targets)
	assert.equal(sla.valid_to, '2027-03-31')
	isProblem(await s.as.slm.patch(`/service-level-agreements/${sla.number}`, { targets: [{ clock: 'resolution', priority: 'P9', target: 'PT2H' }] }), 422)
	isProblem(await s.as.slm.patch(`/service-level-agreements/${sla.number}`, { targets: [{ clock: 'resolution', target: 'PT2H' }] }), 422)
	isProblem(await s.as.slm.patch(`/service-level-agreements/${sla.number}`, { valid_from: '2026-02-29' }), 422)
})

test('projections give what is asked for, once', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	assert.deepEqual((await desk.get(`${path}?fields=title,number`)).body, { number: record.number, title: 'Mail is slow' })
	assert.deepEqual((await desk.get(`${path}?fields=title,title,number,number`)).text, (await desk.get(`${path}?fields=number,title`)).text)
	const whole = await desk.get(`${path}?expand=service,caller,service&fields=title`)
	assert.deepEqual(Object.keys(whole.body).sort(), ['caller', 'service', 'title'])
	assert.equal(whole.body.service.name, 'Mail')
	assert.equal(whole.body.caller.account, 'user')
	assert.equal(whole.text.match(/"service":/g).length, 1)
	isProblem(await desk.get(`${path}?fields=nothing`), 400, ['fields:unknown'])
	isProblem(await desk.get(`${path}?expand=title`), 400, ['expand:unknown'])
	isProblem(await desk.get(`${path}?colour=red`), 400, ['colour:unknown'])
	isProblem(await user.get(`${path}?fields=assignee`), 400, ['fields:unknown'])
	isProblem(await desk.patch(path, { title: 'x' }, {}).then(() => desk.patch(`${path}?fields=nothing`, { title: 'not done' })), 400)
	assert.equal((await desk.get(path)).body.title, 'x', 'a request that is refused changes nothing')
})

test('methods and addresses', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	const head = await desk.call('HEAD', path)
	assert.equal(head.status, 200)
	assert.equal(head.bytes.length, 0)
	assert.equal(head.headers.get('etag'), '"1"')
	isProblem(await desk.call('PUT', path, { title: 'x' }), 405)
	isProblem(await desk.delete(path), 405)
	assert.ok((await desk.delete(path)).headers.get('allow').includes('GET'))
	for (const nowhere of ['/incidents/INC-99999', '/incidents/CI-1', '/incidents/inc', '/nothings', '/incidents/INC-99999/history', `${path}/nothing`])
		isProblem(await desk.get(nowhere), 404)
	isProblem(await desk.patch('/incidents/INC-99999', { title: 'x' }), 404)
})

test('who does not prove who they are is not served', async () => {
	const record = await newIncident()
	const path = `/incidents/${record.number}`
	const ask = (token, headers) => request(s.url, token, 'GET', `/api/v1${path}`, undefined, headers)
	const nobody = await ask()
	isProblem(nobody, 401)
	assert.equal(nobody.headers.get('www-authenticate'), 'Bearer')
	isProblem(await ask('wrong'), 401)
	isProblem(await ask(undefined, { authorization: 'Basic YWRtaW46YWRtaW4=' }), 401)
	isProblem(await ask(undefined, { cookie: 'kaname=wrong' }), 401)
	const reader = clientOf(s.url, await s.makeToken('desk', ['--scope', 'read']), 'desk')
	assert.equal((await reader.get(path)).status, 200)
	isProblem(await reader.patch(path, { title: 'x' }), 403)
	isProblem(await reader.post('/incidents', { title: 'x' }), 403)
	isProblem(await reader.post(`${path}/comments`, { text: 'x' }), 403)
	isProblem(await reader.post(`${path}/watchers`), 403)
	const short = await s.makeToken('desk', ['--days', '1', '--name', 'short'])
	assert.equal((await ask(short)).status, 200)
	// the first token of all is that of the administrator
	assert.equal(run(['token', 'revoke', '999999'], { database: s.database }).code, 1)
	await s.as.resources.patch('/people/auditor', { active: false })
	isProblem(await s.as.auditor.get(path), 401)
	assert.deepEqual(Object.keys((await desk.get('/me')).body).sort(), ['account', 'customer', 'groups', 'language', 'name', 'roles'])
})

test('refusals speak the language of the person', async () => {
	assert.equal((await s.as.resources.patch('/people/relations', { language: 'ja' })).status, 200)
	const answer = await s.as.relations.get('/incidents/INC-99999')
	isProblem(answer, 404)
	assert.equal(answer.headers.get('content-language'), 'ja')
	assert.match(answer.body.detail, /[ぁ-ん]/)
})

test('the hash of a file is BLAKE2b of its bytes', async () => {
	const record = await newIncident()
	const form = new FormData()
	form.append('file', new Blob(['kaname']), 'a.txt')
	const { hash } = (await desk.post(`/incidents/${record.number}/attachments`, form)).body.items[0]
	// node's blake2b512 is another length, so the digest is taken from Python's, which every Debian with Meson has
	const { spawnSync } = await import('node:child_process')
	const told = spawnSync('python3', ['-c', "import hashlib; print(hashlib.blake2b(b'kaname', digest_size=32).hexdigest())"], { encoding: 'utf8' }).stdout.trim()
	assert.equal(hash, told)
	assert.notEqual(hash, createHash('sha256').update('kaname').digest('hex'))
})

test('the page of a record tells what stands in its tables, in words', async () => {
	const { items: [{ number: role }] } = (await s.as.admin.get(`/roles${query({ filter: 'key = "incident_and_service_request.resolver"' })}`)).body
	const plan = await s.as.admin.make('task-plans', { title: 'Calm down', topic: 'major_incident', tasks: [{ key: 'a', title: 'Breathe', role, target: 'PT1H30M' }] })
	const item = await s.as.admin.make('catalogue-items', { name: 'A chair', kind: 'order', form: [{ name: 'soft', label: 'Soft?', type: 'boolean', required: true }] })
	const cells = async (number) => [...(await (await s.pagesOf('desk')).get(`/${number}`)).text.matchAll(/<td>([^<]*)<\/td>/g)].map((found) => found[1]).filter(Boolean)
	assert.deepEqual(await cells(plan.number), ['a', 'Breathe', 'Resolver (second and third line)', '1 h 30 min'])
	assert.deepEqual(await cells(item.number), ['soft', 'Soft?', 'Yes or no', 'Yes'])
})

test('beside a new record stands what will apply, and it applies', async () => {
	const pages = await s.pagesOf('desk')
	const told = async (fields) => {
		const page = await pages.post('/incidents/new', { ...fields, look: 'yes' }, '/incidents/new')
		assert.equal(page.status, 200, page.text.slice(0, 2000))
		return page.text.match(/<p class='result' id='result' role='status'>(.*?)<\/p>/)[1].replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim()
	}
	await s.as.desk_manager.make('assignment-rules', { title: 'Of that service', service: made.service.number, group: 'servers', rank: 1 })
	const before = (await desk.get('/incidents?limit=1&count=true')).body.total
	const cases = [
		{ title: 'Outlook cannot connect', caller: 'user', service: made.service.number, impact: 'critical', urgency: 'high' },
		{ title: 'Printer', impact: 'low', urgency: 'low' },
		{ title: 'Mail', caller: 'user2', impact: 'medium', urgency: 'medium', group: 'networks' },
		{ caller: 'user', impact: 'high', urgency: 'low' }, // what is missing yet is no matter
	]
	const heard = []
	for (const fields of cases) heard.push(await told(fields))
	assert.match(heard[0], /^P1 by agreement SLA-\d+ .*Goes to Servers$/)
	assert.equal((await desk.get('/incidents?limit=1&count=true')).body.total, before, 'nothing is made of it')
	assert.equal(new Set(heard).size, cases.length, heard.join('\n'))
	for (const [i, fields] of cases.entries()) {
		const { body } = await desk.post('/incidents', { title: 'x', ...fields })
		const group = body.group && (await s.as.admin.get(`/groups/${body.group}`)).body.name
		assert.ok(heard[i].startsWith(body.priority), `${heard[i]}: ${body.priority}`)
		assert.equal(heard[i].match(/Goes to (.*)$/)?.[1], group ?? undefined, heard[i])
		assert.equal(heard[i].match(/by agreement (\S+)/)?.[1], body.agreement ?? undefined, heard[i])
		const clocks = Object.fromEntries((await desk.get(`/incidents/${body.number}/clocks`)).body.items.map((clock) => [clock.name, clock]))
		for (const [name, label] of [['response', 'Response'], ['resolution', 'Resolution']]) {
			const due = clocks[name]?.due_at
			assert.ok(due, name)
			const minutes = [0, 1].map((less) => new Date(Date.parse(due) + 9 * 3600e3 - less * 60e3).toISOString().slice(11, 16)) // in Tokyo; made a moment later
			assert.ok(minutes.includes(heard[i].match(RegExp(`${label} by .*?(\\d\\d:\\d\\d)`))?.[1]), `${heard[i]}: ${minutes}`)
		}
	}
	const theirs = await (await s.pagesOf('user')).get('/incidents/new')
	assert.equal(theirs.status, 200)
	assert.doesNotMatch(theirs.text, /id='result'/, 'a customer is told of no group and no limits')
})

test('matrices, targets and languages have names that tell, each language its own', async () => {
	const admin = await s.pagesOf('admin'), pickedOf = (page) => [...page.text.matchAll(/<a href='\/administration\/model#(\w+)-(\w+)'[^>]*>([^<]*)</g)].map(([, what, name, words]) => [`${what} ${name}`, words])
	const english = new Map(pickedOf(await admin.get('/administration')))
	assert.equal(english.get('matrix incident_priority'), 'Priority of incidents')
	assert.equal(english.get('targets fulfilment'), 'Targets: Fulfilment of service requests')
	assert.equal(english.size, 8)
	const model = (await admin.get('/administration/model')).text
	assert.match(model, /<section id='matrix-incident_priority'><h2>Priority of incidents<\/h2>[^]*?<th scope='col'>Critical<\/th>[^]*?<th scope='row'>High<\/th><td>P1/)
	assert.match((await admin.get('/settings')).text, /<label lang="en"><input [^>]*value='en' checked[^>]*>English<\/label><label lang="ja"><input [^>]*value='ja'[^>]*>日本語<\/label>/)
	assert.match((await admin.get(`/${(await s.as.admin.get('/people/admin')).body.number}`)).text, /<span lang='en'>English<\/span>/)
	await s.as.admin.patch('/people/admin', { language: 'ja' })
	const japanese = new Map(pickedOf(await admin.get('/administration')))
	assert.equal(japanese.get('matrix request_priority'), 'サービス要求の優先度')
	assert.equal(japanese.get('targets response'), '目標：インシデントへの応答')
	assert.match((await admin.get('/settings')).text, /<label lang="en"><input [^>]*value='en'[^>]*>English<\/label><label lang="ja"><input [^>]*value='ja' checked[^>]*>日本語<\/label>/)
	await s.as.admin.patch('/people/admin', { language: 'en' })
})

test('the name of a person stands in the order of its own writing, from when both its parts are known', async () => {
	const { admin } = s.as, pages = await s.pagesOf('admin'), path = '/people/sakura'
	const headOf = async () => (await pages.get(`/${number}`)).text.match(/<title>(?:\w+-\d+ )?(.*?) · Kaname</)[1]
	const { number } = await admin.make('people', { account: 'sakura', name: '山本さくら', name_reading: 'やまもと さくら', language: 'ja' })
	assert.equal(await headOf(), '山本さくら')
	await admin.patch(path, { family_name: '山本', given_name: 'さくら' })
	const { body } = await admin.get(path)
	assert.deepEqual([body.name, body.name_ja], ['山本 さくら', '山本 さくら'], 'whoever reads it')
	const { body: latin } = await admin.post('/people', { account: 'chloe', name: 'x', family_name: 'Dubé', given_name: 'Chloé', language: 'ja' })
	assert.deepEqual([latin.name, latin.name_ja], ['Chloé Dubé', null], 'Latin letters keep their order')
	isProblem(await admin.patch(path, { name: 'さくら 鈴木' }), 422, ['name:composed'])
	assert.equal((await admin.patch(path, { name: '山本 さくら', phone: '1' })).status, 200, 'a form sends it unchanged')
	await admin.make('people', { account: 'aida', name: '相田 蓮', name_reading: 'あいだ れん', language: 'ja' })
	await admin.make('people', { account: 'wada', name: 'x', family_name: '和田', given_name: '学', name_reading: 'わだ まなぶ', language: 'ja' })
	const inOrder = async () => [...(await pages.get('/people?' + new URLSearchParams({ filter: 'name_reading is not empty', sort: 'name' }))).text.matchAll(/<a class='title' [^>]*>([^<]*)</g)].map(([, words]) => words)
	assert.equal(await headOf(), '山本 さくら')
	assert.deepEqual(new Set(await inOrder()), new Set(['山本 さくら', '和田 学', '相田 蓮']))
	await admin.patch('/people/admin', { language: 'ja' })
	assert.equal(await headOf(), '山本 さくら')
	assert.deepEqual(await inOrder(), ['相田 蓮', '山本 さくら', '和田 学'], 'by their reading')
	await admin.patch(path, { given_name: null, name: '山本' })
	assert.equal(await headOf(), '山本')
	await admin.patch('/people/admin', { language: 'en' })
})

test('counters are nobody\'s changes: shown with what caused them, and whole in the history', async () => {
	const pages = await s.pagesOf('desk'), { number } = await newIncident({ group: 'servers' })
	await desk.patch(`/incidents/${number}`, { group: 'networks' })
	const shown = async (kind) => (await pages.get(`/${number}?show=${kind}`)).text.match(/id='timeline'[^]*?<\/ol>/)[0]
	const history = JSON.stringify((await desk.get(`/incidents/${number}/history`)).body)
	assert.match(history, /reassignment_count/)
	assert.match(await shown('all'), /changed 1 field/)
	assert.doesNotMatch(await shown('all'), /Changes of group/)
	assert.match(await shown('counts'), /changed 2 fields[^]*Changes of group/)
	await desk.post(`/incidents/${number}/transitions/escalate_to_manager`, { comment: 'Look' })
	assert.doesNotMatch(await shown('all'), /Times escalated|changed 0 fields/)
	assert.match(await shown('counts'), /Times escalated/)
})

test('a job that somebody told to run at once stands in the history of its record', async () => {
	const pages = await s.pagesOf('admin'), told = /The job “[^”]+” was told to run at once/
	let job = 0
	while ((await pages.post('/administration/jobs', { run: `${++job}` }, '/administration/jobs')).status === 404) assert.ok(job < 100)
	const incidents = await desk.all('/incidents?fields=number&limit=200')
	const histories = await Promise.all(incidents.map(async ({ number }) => (await desk.get(`/incidents/${number}/history`)).body.items.filter((event) => event.kind === 'job').map((event) => ({ ...event, number }))))
	const [event, ...more] = histories.flat()
	assert.equal(more.length, 0)
	assert.match(event.note.en ?? JSON.stringify(event.note), told)
	assert.equal(event.by, 'admin')
	assert.match((await pages.get(`/${event.number}?show=system`)).text, told)
	assert.equal((await pages.post('/administration/jobs', { run: '999999' }, '/administration/jobs')).status, 404)
})
