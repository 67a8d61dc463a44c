// Service requests: ordered from the catalogue, approved, fulfilled task by task, confirmed; and what suppliers do for them.
import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { exchange, query, run, stage } from './support.mjs'

let s, admin, desk, manager, resolver, network, user, colleague, user2, made, laptop

const faults = (answer) => (answer.body.errors ?? []).map((fault) => `${fault.field}:${fault.code}`).sort()
const refused = (answer, status, errors) => {
	assert.equal(answer.status, status, answer.text)
	if (errors) assert.deepEqual(faults(answer), errors)
}
const at = (record) => `/${collections[record.number.split('-')[0]]}/${record.number}`
const collections = { ITEM: 'catalogue-items', REQ: 'service-requests', TSK: 'tasks', APR: 'approvals', SUP: 'suppliers', CON: 'contracts', PER: 'people' }
const look = async (record, as = admin) => (await as.get(at(record))).body
const tasksOf = (request) => admin.all(`/tasks${query({ filter: `service_request = ${request.number}`, sort: 'number' })}`)
const approvalsOf = (request) => admin.all(`/approvals${query({ filter: `service_request = ${request.number}`, sort: 'number' })}`)
const answered = (answers) => Object.entries(answers).map(([name, value]) => ({ name, value }))
const valueOf = (record, name) => record.answers.find((answer) => answer.name === name)?.value ?? null

const form = [
	{ name: 'size', label: 'Size of the screen', label_ja: '画面サイズ', type: 'choice', required: true, choices: 'small = 13 inch | 13インチ, large = 15 inch | 15インチ' },
	{ name: 'reason', label: 'Why a large one?', type: 'text', required: true, shown_when: 'size = large' },
	{ name: 'dock', label: 'Docking station', type: 'boolean' },
	{ name: 'needed_by', label: 'Needed by', type: 'date' },
	{ name: 'count', label: 'How many', type: 'integer' },
	{ name: 'heir', label: 'Who gets it', type: 'person' },
]
const tasks = [
	{ key: 'order', title: 'Order the device', title_ja: '端末の手配', group: 'servers', target: 'PT4H' },
	{ key: 'account', title: 'Prepare the account', group: 'networks' },
	{ key: 'dock', title: 'Order the dock', group: 'servers', when: 'dock = true' },
	{ key: 'hand_out', title: 'Hand the device out', group: 'networks', after: 'order, account, dock', note: true },
]

async function publish(fields) {
	const item = await admin.make('catalogue-items', { kind: 'order', description: 'What it is', service: made.service.number, ...fields })
	return admin.take(at(item), 'publish')
}

const order = (client, item, answers, more = {}) => client.make('service-requests', { catalogue_item: item.number, answers: answered(answers), ...more })

async function finish(task, as = admin, fields = {}) {
	return as.take(at(task), 'complete', fields)
}

before(async () => {
	s = await stage({ extra: { network: ['incident_and_service_request.resolver'], changer: ['change.approver'] } })
	;({ admin, desk, desk_manager: manager, resolver, network, user, colleague, user2 } = s.as)
	made = s.made
	await admin.patch('/people/network', { groups: ['networks'] })
	laptop = await publish({ name: 'Laptop', name_ja: 'ノートPC', category: 'client', form, tasks, starts_by_itself: true, cost: { amount: '150000', currency: 'JPY' }, target: 'P3D' })
})
after(() => s?.end())

// --- 8.1.2-s4 ---

test('a fresh installation offers each kind of request', async () => {
	const items = await user.all(`/catalogue-items${query({ filter: 'state = published', sort: 'number' })}`)
	const kinds = new Set(items.map((item) => item.kind))
	for (const kind of ['standard_change', 'information', 'guidance', 'access']) assert.ok(kinds.has(kind), kind)
	const guidance = items.find((item) => item.kind === 'guidance')
	const asked = await order(user, guidance, { task: 'Sort my mail by sender' })
	assert.equal(asked.state, 'new', 'the desk answers it')
})

// --- the form ---

test('an order answers the form of its item, and every fault stands at its question', async () => {
	const post = (answers) => user.post('/service-requests', { catalogue_item: laptop.number, answers: answered(answers) })

	refused(await post({}), 422, ['answers.size:required'])
	refused(await post({ size: 'huge', count: 'many', needed_by: 'soon', dock: 'perhaps' }), 422,
		['answers.count:number', 'answers.dock:boolean', 'answers.needed_by:date', 'answers.size:choice'])
	refused(await post({ size: 'small', colour: 'red' }), 422, ['answers.colour:unknown'])
	refused(await post({ size: 'large' }), 422, ['answers.reason:required'])
	refused(await post({ size: 'small', heir: 'user2' }), 422, ['answers.heir:reference'])

	const made = await order(user, laptop, { size: 'small', reason: 'asked only of large ones', count: '2', heir: 'colleague' })
	assert.equal(made.title, 'Laptop')
	assert.equal(made.title_ja, 'ノートPC')
	assert.equal(made.caller, 'user')
	assert.equal(made.customer, s.made.customer.number)
	assert.deepEqual(made.cost, { amount: '150000', currency: 'JPY' })
	assert.equal(made.form_version, 1)
	assert.equal(valueOf(made, 'size'), 'small')
	assert.equal(valueOf(made, 'reason'), null, 'what is not asked is not kept')
	assert.equal(made.answers.find((answer) => answer.name === 'size').label_ja, '画面サイズ')
})

test('a form can be declared only so that it can be asked', async () => {
	const declare = (form, tasks = []) => admin.post('/catalogue-items', { name: `Item ${Math.random()}`, kind: 'order', form, tasks })
	const question = (more) => ({ name: 'x', label: 'X', type: 'text', ...more })

	refused(await declare([question({ name: 'Not a name' })]), 422, ['form:question'])
	refused(await declare([question(), question()]), 422, ['form:question'])
	refused(await declare([question({ type: 'choice' })]), 422, ['form:question'])
	refused(await declare([question({ shown_when: 'later = "x"' }), question({ name: 'later' })]), 422, ['form:question'])
	refused(await declare([question({ type: 'essay' })]), 422)
	const task = (more) => ({ key: 'a', title: 'A', group: 'servers', ...more })
	refused(await declare([], [task(), task()]), 422, ['tasks:row'])
	refused(await declare([], [task({ after: 'b' }), task({ key: 'b' })]), 422, ['tasks:row'])
	refused(await declare([question()], [task({ when: 'y = "1"' })]), 422, ['tasks:row'])
	assert.equal((await declare([question()], [task({ when: 'x = "1"' })])).status, 201)
})

test('a form that changes has a new version, and whoever ordered before keeps theirs', async () => {
	const item = await publish({ name: 'Software', form: [{ name: 'product', label: 'Product', type: 'text', required: true }] })
	const before = await order(user, item, { product: 'Editor' })
	assert.equal(before.form_version, 1)

	const changed = await admin.patch(at(item), { form: [{ name: 'licence', label: 'Licence', type: 'integer', required: true }] })
	assert.equal(changed.body.form_version, 2)
	assert.equal((await admin.patch(at(item), { name: 'Software for work' })).body.form_version, 2)

	const kept = await look(before)
	assert.equal(kept.form_version, 1)
	assert.deepEqual(kept.answers.map((answer) => [answer.name, answer.label, answer.value]), [['product', 'Product', 'Editor']])
	assert.equal((await desk.patch(at(before), { answers: answered({ product: 'Another' }) })).body.answers[0].value, 'Another')
	refused(await desk.patch(at(before), { answers: answered({ licence: '1' }) }), 422, ['answers.licence:unknown'])
	refused(await user.post('/service-requests', { catalogue_item: item.number, answers: answered({ product: 'Editor' }) }), 422)
})

// --- 8.1.2-s7 ---

test('8.1.2-s7: the catalogue is proposed for a free-text request, and fulfilment is refused until an item or "not in the catalogue" is chosen', async () => {
	const free = await user.make('service-requests', { title: 'I need a projector for a talk' })
	assert.equal(free.catalogue_item, null)
	const projector = await publish({ name: 'Projector' }), draft = await admin.make('catalogue-items', { name: 'Projector to come', kind: 'order' })
	const proposed = async (who, path) => (await who.get(path)).body.items.map((item) => item.number)
	const writing = `/service-requests/similar${query({ title: 'A projector, please' })}`
	for (const who of [desk, user]) {
		assert.ok((await proposed(who, writing)).includes(projector.number), 'while it is written')
		assert.ok(!(await proposed(who, writing)).includes(draft.number), 'only what can be ordered')
	}
	assert.ok((await proposed(desk, `${at(free)}/similar`)).includes(projector.number), 'and beside what was sent')
	assert.equal((await admin.patch(`/catalogue-items/${projector.number}`, { description_ja: '発表に使う投影機' })).status, 200)
	await admin.patch('/people/desk', { language: 'ja' })
	const { items } = (await desk.get(writing)).body
	await admin.patch('/people/desk', { language: 'en' })
	assert.equal(items.find((item) => item.number === projector.number).shows, '発表に使う投影機', 'in the language of who reads')
	refused(await desk.post(`${at(free)}/transitions/start`, {}), 409, ['state:guard'])
	const chosen = await desk.patch(at(await user.make('service-requests', { title: 'A projector' })), { catalogue_item: projector.number })
	assert.equal(chosen.status, 200, chosen.text)
	assert.ok(!(await proposed(desk, `${at(chosen.body)}/similar`)).some((number) => number.startsWith('ITEM-')), 'what is chosen needs no proposal')
	assert.equal((await desk.take(at(chosen.body), 'start')).state, 'in_fulfilment')
	refused(await desk.post(`${at(free)}/transitions/start`, {}), 409, ['state:guard'])
	assert.equal((await look(free)).state, 'new')

	const started = await desk.take(at(free), 'start', { not_in_catalogue: true })
	assert.equal(started.state, 'in_fulfilment')

	const other = await user.make('service-requests', { title: 'A laptop, please' })
	const found = await desk.take(at(other), 'start', { catalogue_item: laptop.number })
	assert.equal(found.state, 'in_fulfilment')
	assert.equal(found.catalogue_item, laptop.number)
	assert.equal(found.answers.length, form.length, 'the questions are there, to be answered')
	const another = await publish({ name: 'Mouse' })
	refused(await desk.patch(at(other), { catalogue_item: another.number }), 409, ['answers:closed', 'catalogue_item:closed'])
})

test('an item is offered to those for whom it is', async () => {
	const theirs = await publish({ name: 'Fuji only', for_customers: [s.made.customer2.number] })
	const members = await publish({ name: 'Servers only', for_groups: ['servers'] })
	const draft = await admin.make('catalogue-items', { name: 'Not yet', kind: 'order' })
	const post = (client, item, more = {}) => client.post('/service-requests', { catalogue_item: item.number, ...more })

	refused(await post(user, theirs), 422)
	assert.equal((await post(user2, theirs)).status, 201)
	refused(await post(user, members), 422)
	assert.equal((await post(resolver, members, { caller: 'resolver' })).status, 201)
	refused(await post(desk, theirs, { caller: 'user' }), 422, ['catalogue_item:eligibility'])
	assert.equal((await post(desk, theirs, { caller: 'user2' })).status, 201)
	refused(await post(desk, theirs, { caller: 'user2', requested_for: 'user' }), 422, ['catalogue_item:eligibility'])
	refused(await post(user, draft), 422)
})

test('what is not offered to a customer does not exist for them: drafts, what was withdrawn, and items of others', async () => {
	const then = new Date().toISOString()
	const offered = await publish({ name: 'Headset everywhere' })
	const own = await publish({ name: 'Headset for Aoba', for_customers: [s.made.customer.number, s.made.customer2.number] })
	const gone = await admin.take(at(await publish({ name: 'Headset of old' })), 'withdraw', { comment: 'Not made any more' })
	const hidden = {
		theirs: await publish({ name: 'Headset for Fuji', for_customers: [s.made.customer2.number] }),
		members: await publish({ name: 'Headset for servers', for_groups: ['servers'] }),
		draft: await admin.make('catalogue-items', { name: 'Headset to come', kind: 'order' }),
		gone,
	}
	const between = new Date().toISOString(), absent = 'ITEM-4711'
	const names = async (who, path, of = (item) => item.name) => (await who.get(path)).body.items.map(of).filter((name) => name.startsWith('Headset')).sort()
	const listed = '/catalogue-items?limit=1000', shown = ['Headset everywhere', 'Headset for Aoba']

	assert.deepEqual(await names(user, listed), shown)
	assert.deepEqual(await names(user, `${listed}&as_of=${between}`), shown)
	assert.deepEqual(await names(user, `/search${query({ q: 'Headset', limit: 200 })}`, (hit) => hit.headline ?? hit.title), shown)
	assert.equal((await user.get(`/catalogue-items${query({ filter: 'name starts "Headset"', count: 'true' })}`)).body.total, 2)
	assert.equal((await names(desk, listed)).length, 6)
	assert.deepEqual(await names(user2, listed), [...shown, 'Headset for Fuji'])

	const without = (answer, number) => `${answer.status} ${answer.text.replaceAll(number, 'NUMBER').replace(/"request":"[0-9a-f]+"/, '"request"')}`
	for (const [why, item] of Object.entries(hidden)) {
		for (const rest of ['', '?fields=name', '?expand=service', `?as_of=${between}`, '/history', '/comments', '/links', '/attachments', '/timeline', '/watchers'])
			assert.equal(without(await user.get(at(item) + rest), item.number), without(await user.get(`/catalogue-items/${absent}${rest}`), absent), `${why}: ${rest}`)
		assert.equal(without(await user.post('/service-requests', { catalogue_item: item.number }), item.number),
			without(await user.post('/service-requests', { catalogue_item: absent }), absent), `${why}: order`)
	}
	for (const fields of ['for_customers', 'approver_person', 'owner', 'tasks']) refused(await user.get(`${at(offered)}?fields=${fields}`), 400)
	assert.equal((await user.get(`${at(own)}?as_of=${then}`)).status, 404)

	// What was ordered stays readable when the item is no longer offered; the item itself is gone.
	const ordered = await order(user, own, {})
	await admin.patch(at(own), { for_customers: [s.made.customer2.number] })
	const kept = (await user.get(`${at(ordered)}?expand=catalogue_item`)).body
	assert.equal(kept.title, 'Headset for Aoba')
	assert.ok(!JSON.stringify(kept).includes('What it is'), 'nothing of the item comes along')
	refused(await user.get(at(own)), 404)
	refused(await user.get(`${at(own)}?as_of=${between}`), 404)
	assert.equal((await user.get(`/service-requests${query({ filter: 'catalogue_item.name contains "Headset for Aoba"', count: 'true' })}`)).body.total, 0)
	for (const item of [offered, own, ...Object.values(hidden)].filter((one) => one !== gone)) await admin.take(at(item), 'withdraw', { comment: 'Tidied up' })
})

// --- 8.1.2-c, 8.1.6-d ---

test('8.1.2-c, 8.1.6-d: tasks appear in order and side by side, and nothing is fulfilled before they are done', async () => {
	const request = await order(user, laptop, { size: 'small' })
	assert.equal((await look(request)).state, 'in_fulfilment')
	let [device, account, last] = await tasksOf(request)
	assert.deepEqual((await tasksOf(request)).map((task) => [task.title, task.group, task.state]), [
		['Order the device', s.made.group.number, 'ready'],
		['Prepare the account', s.made.group2.number, 'ready'],
		['Hand the device out', s.made.group2.number, 'planned'],
	])
	assert.equal(device.title_ja, '端末の手配')
	assert.equal(device.target, 'PT4H')
	const clocks = (await admin.get(`${at(device)}/clocks`)).body.items
	assert.deepEqual(clocks.map((clock) => [clock.name, clock.state]), [['fulfilment', 'running']])

	refused(await desk.post(`${at(request)}/transitions/fulfil`, { closing_code: 'fulfilled' }), 409, ['state:tasks'])
	await finish(device, resolver)
	assert.equal((await look(last)).state, 'planned')
	await finish(account, network)
	assert.equal((await look(last)).state, 'ready', 'it opens when all before it is done')
	refused(await desk.post(`${at(request)}/transitions/fulfil`, { closing_code: 'fulfilled' }), 409, ['state:tasks'])
	refused(await network.post(`${at(last)}/transitions/complete`, {}), 422, ['hand_over_note:required'])
	await finish(last, network, { hand_over_note: 'It lies at the reception' })

	const done = await look(request)
	assert.equal(done.state, 'fulfilled', 'with the last task')
	assert.equal(done.closing_code, 'fulfilled')
	refused(await user2.get(at(request)), 404)
	refused(await user.get(at(last)), 404)
	const closed = await user.take(at(request), 'confirm')
	assert.equal(closed.state, 'closed')
	assert.equal((await look(request)).unconfirmed, false)
})

test('conditions on answers choose the tasks', async () => {
	const request = await order(user, laptop, { size: 'large', reason: 'plans', dock: 'true' })
	assert.deepEqual((await tasksOf(request)).map((task) => task.title),
		['Order the device', 'Prepare the account', 'Order the dock', 'Hand the device out'])
})

test('a task that goes to another group takes a note along', async () => {
	const request = await order(user, laptop, { size: 'small' })
	const [device] = await tasksOf(request)
	refused(await resolver.patch(at(device), { group: 'networks' }), 422, ['hand_over_note:required'])
	const handed = await resolver.take(at(device), 'hand_over', { group: 'networks', hand_over_note: 'Ordered, number 42' })
	assert.equal(handed.group, s.made.group2.number)
	assert.equal(handed.reassignment_count, 1)
	assert.equal(handed.state, 'ready')
})

test('a failed task holds the request, and cancelling the request drops what is open', async () => {
	const request = await order(user, laptop, { size: 'small' })
	const [device, account] = await tasksOf(request)
	await resolver.take(at(device), 'fail', { comment: 'Not made any more' })
	await finish(account, network)
	assert.equal((await look(request)).state, 'in_fulfilment')
	await user.take(at(request), 'cancel', { comment: 'Never mind' })
	assert.deepEqual((await tasksOf(request)).map((task) => task.state), ['cancelled', 'done', 'cancelled'])
})

// --- approval ---

test('orders wait for whoever must approve, and nobody approves their own', async () => {
	await admin.patch(`/customers/${s.made.customer.number}`, { approver: 'colleague' })
	const item = await publish({ name: 'Phone', approval: 'customer', tasks: [{ key: 'a', title: 'Hand it out', group: 'servers' }] })
	const request = await look(await order(user, item, {}))
	assert.equal(request.state, 'awaiting_approval')
	assert.deepEqual(await tasksOf(request), [])
	const [approval, ...more] = await approvalsOf(request)
	assert.deepEqual(more, [])
	assert.equal(approval.approver, 'colleague')
	const waiting = await colleague.all(`/approvals${query({ filter: 'approver = me and state = requested' })}`)
	assert.deepEqual(waiting.map((one) => one.number), [approval.number])
	for (const other of [user, desk, admin]) refused(await other.post(`${at(approval)}/transitions/approve`, {}), 403)
	refused(await user2.post(`${at(approval)}/transitions/approve`, {}), 404)
	refused(await admin.post(`${at(request)}/transitions/approve`, {}), 403)
	refused(await admin.patch(at(approval), { approver: 'admin' }), 403, ['approver:denied'])
	const byHand = await manager.make('approvals', { title: 'And you?', approver: 'resolver', service_request: request.number })
	await resolver.take(at(byHand), 'approve')
	assert.equal((await look(request)).state, 'awaiting_approval', 'who was asked by hand does not decide for those who must be asked')

	await colleague.take(at(approval), 'approve', { comment: 'Fine' })
	assert.equal((await look(request)).state, 'in_fulfilment')
	assert.equal((await tasksOf(request)).length, 1)

	const own = await order(colleague, item, {})
	const [others] = await approvalsOf(own)
	assert.equal(others.approver, 'desk_manager', 'the approver asked for it: somebody else decides')
	const byMyself = await manager.make('approvals', { title: 'I say yes', approver: 'desk_manager', service_request: own.number })
	refused(await manager.post(`${at(byMyself)}/transitions/approve`, {}), 403, ['state:own'])
})

test('all must agree where the item says so, and one refusal is enough', async () => {
	const item = await publish({ name: 'Key to the server room', approval: 'group', approver_group: 'servers', approval_by_all: true })
	await admin.patch('/people/auditor', { groups: ['servers'] })
	const request = await order(user, item, {})
	const approvals = await approvalsOf(request)
	assert.deepEqual(approvals.map((one) => one.approver).sort(), ['auditor', 'resolver'])
	const by = (account) => approvals.find((one) => one.approver === account)
	await resolver.take(at(by('resolver')), 'approve')
	assert.equal((await look(request)).state, 'awaiting_approval')
	refused(await s.as.auditor.post(`${at(by('auditor'))}/transitions/reject`, {}), 422, ['comment:required'])
	await s.as.auditor.take(at(by('auditor')), 'reject', { comment: 'Too many have one' })
	assert.equal((await look(request)).state, 'rejected')

	const any = await publish({ name: 'Locker', approval: 'group', approver_group: 'servers' })
	const second = await order(user, any, {})
	const [first] = await approvalsOf(second)
	await s.as[first.approver].take(at(first), 'approve')
	assert.notEqual((await look(second)).state, 'awaiting_approval')
	assert.deepEqual((await approvalsOf(second)).map((one) => one.state).sort(), ['approved', 'not_needed'])
	await admin.patch('/people/auditor', { groups: [] })
})

// --- approval by a signed link ---

// As the mail would have it (the outbox: tests/unit/record/notices_test.c), signed with the key of the installation.
function linkFor(decision, person, days = 1) {
	const seed = readFileSync(`${s.database.replace(/^sqlite:/, '')}.key`, 'utf8').trim()
	const key = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'), format: 'der', type: 'pkcs8' })
	const words = `${decision.number}.${person.number}.${Math.floor(Date.now() / 1000) + days * 86400}`
	return `/decide/${words}.${sign(null, Buffer.from(`kaname decision link\n${words}`), key).toString('base64url')}`
}
const open = (link) => exchange(s.url + link)
const decide = (link, transition, comment = '') => exchange(s.url + link, { method: 'POST', body: new URLSearchParams({ transition, comment }) })

async function asked() {
	await admin.patch(`/customers/${made.customer.number}`, { approver: 'colleague' })
	const item = await publish({ name: `Phone ${Math.random()}`, approval: 'customer', tasks: [{ key: 'a', title: 'Hand it out', group: 'servers' }] })
	const request = await order(user, item, {})
	return { request, approval: (await approvalsOf(request))[0] }
}

test('a signed link decides once, without signing in, for the one whom it was sent to', async () => {
	const person = async (account) => (await admin.get(`/people/${account}`)).body
	if (process.env.KANAME_TEST_DATABASE) { // beside a database server there is no key by itself, and so no link
		assert.equal((await open('/decide/APR-1.PER-1.4000000000.AAAA')).status, 404)
		return
	}
	const { request, approval } = await asked(), link = linkFor(approval, await person('colleague'))
	// Whoever looks changes nothing: scanners follow links.
	for (let i = 0; i < 2; i++) {
		const page = await open(link)
		assert.equal(page.status, 200, page.text)
		assert.match(page.text, /value='approve'/)
		assert.equal(page.headers.get('set-cookie'), null)
		assert.doesNotMatch(page.text, /class='nav/)
	}
	assert.equal((await exchange(s.url + link, { method: 'HEAD' })).status, 200)
	assert.equal((await look(approval)).state, 'requested')
	// Forged, for another decision or person, cut off, expired, for somebody else: nothing.
	const forged = [link.replace(/\.\d+\./, '.4000000000.'), link.replace(approval.number, 'APR-1'), link.replace(/PER-\d+/, 'PER-1'), link.slice(0, -3), '/decide/x', '/decide/...']
	for (const one of forged) for (const answer of [await open(one), await decide(one, 'approve')]) assert.equal(answer.status, 404, one)
	const late = linkFor(approval, await person('colleague'), -1)
	for (const answer of [await open(late), await decide(late, 'approve')]) {
		assert.equal(answer.status, 403)
		assert.match(answer.text, /expired/)
	}
	assert.equal((await decide(linkFor(approval, await person('desk')), 'approve')).status, 403)
	assert.equal((await open(linkFor(approval, await person('user2')))).status, 404, 'what one may not see')
	assert.doesNotMatch((await open(linkFor(approval, await person('desk')))).text, /value='approve'/)
	assert.equal((await decide(link, 'withdraw')).status, 404, 'only what the portal offers')
	assert.equal((await look(approval)).state, 'requested')
	// Refusing needs a reason, told at the field.
	const unsaid = await decide(link, 'reject')
	assert.equal(unsaid.status, 422)
	assert.match(unsaid.text, /comment-error/)
	// It decides, and once.
	const done = await decide(link, 'approve', 'Fine')
	assert.equal(done.status, 303, done.text)
	assert.equal(done.headers.get('location'), link)
	const after = await look(approval)
	assert.deepEqual([after.state, after.decided_by, (await look(request)).state], ['approved', 'colleague', 'in_fulfilment'])
	assert.equal((await admin.get(`${at(approval)}/history`)).body.items.find((event) => event.transition === 'approve').via, 'link')
	assert.equal((await decide(link, 'reject', 'No')).status, 409)
	const again = await open(link)
	assert.match(again.text, /It was approved/)
	assert.doesNotMatch(again.text, /name='transition'/)
	assert.equal((await look(approval)).state, 'approved')
})

test('a signed link gives no right that was lost meanwhile, and the portal and My work know a deputy', async () => {
	const { approval } = await asked(), today = new Date(Date.now() + 9 * 36e5).toISOString().slice(0, 10)
	// Nobody names a deputy for somebody else; whoever is stood in for says so.
	const named = await desk.make('delegations', { approver: 'colleague', deputy: 'desk', from: today, until: today, reason: 'Away' })
	assert.equal(named.state, 'proposed')
	refused(await admin.post(`/delegations/${named.number}/transitions/name`, {}), 403)
	assert.equal((await look(approval)).deputy, null)
	const own = await desk.make('delegations', { approver: 'desk', deputy: 'resolver', from: today, until: today, reason: 'Away' })
	assert.equal(own.state, 'named')
	const byHand = await manager.make('approvals', { title: 'And you?', approver: 'desk' })
	assert.equal((await look(byHand)).deputy, 'resolver')
	const work = await (await s.pagesOf('resolver')).get('/')
	assert.match(work.text, /wait for my approval/)
	await resolver.take(at(byHand), 'approve')
	assert.deepEqual([(await look(byHand)).approver, (await look(byHand)).decided_by], ['desk', 'resolver'])
	assert.match((await (await s.pagesOf('desk')).get(`/${byHand.number}`)).text, /Decided by the deputy for/)
	assert.match((await (await s.pagesOf('colleague')).get('/portal')).text, new RegExp(approval.number))
	assert.doesNotMatch((await (await s.pagesOf('user')).get('/portal')).text, new RegExp(approval.number))
	// The customer has another approver now: neither the link nor the page decides.
	await admin.patch(`/customers/${made.customer.number}`, { approver: 'user' })
	refused(await colleague.post(`${at(approval)}/transitions/approve`, {}), 403, ['state:asked'])
	if (!process.env.KANAME_TEST_DATABASE) {
		const link = linkFor(approval, (await admin.get('/people/colleague')).body)
		const lost = await decide(link, 'approve')
		assert.equal(lost.status, 403)
		assert.match(lost.text, /no longer yours to decide/)
		await admin.patch('/people/colleague', { active: false })
		for (const answer of [await open(link), await decide(link, 'approve')]) assert.equal(answer.status, 403)
		await admin.patch('/people/colleague', { active: true })
	}
	assert.equal((await look(approval)).state, 'requested')
	await admin.patch(`/customers/${made.customer.number}`, { approver: 'colleague' })
})

test('a supplier decides on a change by a signed link, in the portal or by a program, and sees nothing but what was asked', async () => {
	const partner = await s.addPartner(), person = made.partner, secret = await desk.make('changes', { title: 'Another', description: 'Not theirs' })
	const change = await manager.make('changes', { title: 'New core switch', description: 'Two *racks*', reason: 'Old', risk: 'low', supplier: made.supplier.number, requested_by: 'desk' })
	const path = `/changes/${change.number}`, state = async () => (await admin.get(path)).body.state
	const openOf = async () => (await admin.all(`/approvals${query({ filter: `change = ${change.number} and state = requested`, sort: 'number' })}`))
	await desk.take(path, 'request')
	const [asked, ...more] = await openOf()
	assert.deepEqual([asked.approver, asked.stage, more.length], ['partner', 1, 0])
	assert.match(asked.content, /\*\*Kind\*\* {2}\nNormal\n\n\*\*Description\*\*\n\nTwo \*racks\*\n\n\*\*Reason/)
	// Nobody of ours agrees in the supplier's place, and they see this one decision and not the change.
	refused(await admin.post(`${path}/transitions/approve`, { comment: 'Yes' }), 403, ['state:approval'])
	// And what would be refused is not offered: in their turn it is, to whoever is asked.
	const offered = async (account) => /\/do\/approve/.test((await (await s.pagesOf(account)).get(`/${change.number}`)).text)
	for (const account of ['admin', 'changer']) assert.equal(await offered(account), false, account)
	assert.deepEqual((await partner.all('/approvals')).map((one) => one.number), [asked.number])
	for (const one of [path, `/changes/${secret.number}`, '/changes', '/people/partner', `/suppliers/${made.supplier.number}`, '/services', '/service-requests', '/articles', '/catalogue-items', '/conformity', '/processes'])
		assert.ok([403, 404].includes((await partner.get(one)).status), one)
	for (const one of ['/incidents', '/service-requests', '/article-feedback']) assert.equal((await partner.post(one, { title: 'x' })).status, 404, one)
	assert.equal((await partner.get(`/search${query({ q: 'core' })}`)).body.items.every((hit) => hit.number === asked.number), true)
	refused(await partner.patch(at(asked), { title: 'x' }), 403)
	const pages = await s.pagesOf('partner'), home = await pages.get('/portal')
	assert.match(home.text, new RegExp(asked.number))
	assert.doesNotMatch(home.text, /Choose a service|What you told us|href='\/portal\/(catalogue|knowledge|status)/)
	assert.match((await pages.get(`/portal/requests/${asked.number}`)).text, /<em>racks<\/em>/)
	for (const one of ['/portal/catalogue', '/portal/status', '/search?q=core', '/settings', '/', '/changes', '/figures', '/dashboard', '/conformity'])
		assert.doesNotMatch((await pages.get(one)).text, new RegExp(`${change.number}|${made.service.name} |Aoba`), one)
	for (const one of [change.number, made.partner.number]) assert.equal((await pages.get(`/${one}`)).status, 404)
	// What is asked for changes: they are asked anew, and the first question is void.
	await desk.patch(path, { description: 'Three racks' })
	const [again] = await openOf()
	assert.match(again.content, /Three racks/)
	assert.notEqual(again.number, asked.number)
	assert.equal(await state(), 'requested')
	if (process.env.KANAME_TEST_DATABASE) {
		await partner.take(at(again), 'approve')
	} else {
		const link = linkFor(again, person), page = await open(link)
		assert.match(page.text, /Three racks/)
		assert.doesNotMatch(page.text, new RegExp(change.number))
		const done = await decide(link, 'approve')
		assert.equal(done.status, 303, done.text)
	}
	assert.deepEqual([(await look(again)).decided_by, await state()], ['partner', 'requested'])
	// Then our own approve it.
	const [ours] = await openOf()
	assert.deepEqual([ours.approver, ours.stage, ours.content], ['changer', 2, null])
	assert.deepEqual([await offered('changer'), await offered('admin')], [true, false])
	await s.as.changer.take(at(ours), 'approve')
	const done = (await admin.get(path)).body
	assert.deepEqual([done.state, done.approved_by], ['approved', 'changer'])
	// A supplier's person is nobody else's, and stands in for nobody of ours.
	refused(await admin.patch('/people/partner', { customer: made.customer.number }), 409, ['supplier:must'])
	refused(await admin.patch(`/suppliers/${made.supplier.number}`, { approver: 'desk' }), 409, ['approver:must'])
	refused(await desk.post('/delegations', { approver: 'desk', deputy: 'partner', from: '2026-01-01', until: '2030-01-01', reason: 'Away' }), 409, ['deputy:must'])
})

// --- 8.1.3.1-s11 ---

test('8.1.3.1-s11: the same impact and urgency gives a request another target than an incident', async () => {
	const free = await desk.make('service-requests', { title: 'x', caller: 'user', service: s.made.service.number, impact: 'critical', urgency: 'high' })
	const incident = await desk.make('incidents', { title: 'x', caller: 'user', service: s.made.service.number, impact: 'critical', urgency: 'high' })
	assert.equal(free.priority, 'P2')
	assert.equal(incident.priority, 'P1')
	const target = async (path, name) => (await admin.get(`${path}/clocks`)).body.items.find((clock) => clock.name === name).target
	assert.equal(await target(`/incidents/${incident.number}`, 'resolution'), 'PT2H')
	assert.notEqual(await target(at(free), 'fulfilment'), 'PT2H')

	const sla = await s.as.slm.make('service-level-agreements', {
		title: 'Aoba', customer: s.made.customer.number, calendar: s.made.calendar.number, valid_from: '2020-01-01',
		targets: [{ clock: 'response', priority: 'P2', target: 'PT11M' }, { clock: 'request_response', priority: 'P2', target: 'PT3H' }, { clock: 'fulfilment', priority: 'P2', target: 'PT5H' }],
	})
	await s.as.slm.take(`/service-level-agreements/${sla.number}`, 'activate')
	assert.equal(await target(at(free), 'response'), 'PT3H')
	assert.equal(await target(at(free), 'fulfilment'), 'PT5H')
	const own = await order(user, laptop, { size: 'small' })
	assert.equal(await target(at(own), 'fulfilment'), 'PT27H', 'three days of nine hours: the item goes before the agreement')
})

// --- 8.1.6-e ---

test('8.1.6-e: a supplier works under a contract in force, and its clock begins with the assignment', async () => {
	const bare = await admin.make('suppliers', { name: 'Without a contract' })
	const supplier = await admin.make('suppliers', { name: 'Kikai Services' })
	const contract = await admin.make('contracts', {
		title: 'Support of devices', supplier: supplier.number, calendar: s.made.calendar.number, valid_from: '2020-01-01', support_scope: 'Repair and delivery',
		targets: [{ clock: 'supplier', priority: 'P5', target: 'PT6H' }, { clock: 'supplier', priority: 'P4', target: 'PT6H' }],
	})
	const request = await order(user, laptop, { size: 'small' })
	const [device] = await tasksOf(request)
	refused(await desk.patch(at(device), { supplier: bare.number }), 422, ['supplier:agreement'])
	refused(await desk.patch(at(device), { supplier: supplier.number }), 422, ['supplier:agreement'])
	await admin.take(at(contract), 'activate')
	const clocks = async () => Object.fromEntries((await admin.get(`${at(device)}/clocks`)).body.items.map((clock) => [clock.name, clock]))
	assert.equal((await clocks()).supplier, undefined)
	const given = await desk.patch(at(device), { supplier: supplier.number })
	assert.equal(given.body.contract, contract.number)
	const clock = (await clocks()).supplier
	assert.equal(clock.target, 'PT6H')
	assert.equal(clock.state, 'running')
	await finish(await look(device), resolver)
	assert.equal((await clocks()).supplier.state, 'met')
	await admin.take(at(contract), 'end', { comment: 'Over' })
	const [, account] = await tasksOf(request)
	refused(await desk.patch(at(account), { supplier: supplier.number }), 422, ['supplier:agreement'])
})

// --- 8.1.5-c ---

test('8.1.5-c: a closed request stands with its tasks and approvals, and its history can be proven', async () => {
	const requests = await admin.all(`/service-requests${query({ filter: 'state = closed' })}`)
	assert.ok(requests.length > 0)
	const [request] = requests
	assert.equal((await tasksOf(request)).length, 3)
	refused(await desk.patch(at(request), { title: 'Another' }), 409)
	const done = run(['verify'], { database: s.database })
	assert.equal(done.code, 0, done.err)
})

// --- security ---

test('what is a security matter is seen by those who handle it, its tasks and approvals too', async () => {
	const request = await order(user, laptop, { size: 'small' })
	const [device] = await tasksOf(request)
	await finish(device, resolver)
	assert.equal((await network.get(at(device))).status, 200)
	assert.equal((await s.as.security.patch(at(request), { security: true })).status, 200)
	refused(await desk.get(at(request)), 404)
	refused(await network.get(at(device)), 404)
	assert.equal((await user.get(at(request))).status, 200)
	assert.equal((await s.as.security.get(at(device))).status, 200)
})
