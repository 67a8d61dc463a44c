// A person asks that what is kept about them be erased: decided by one, carried out by another, and proven afterwards.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { neverThere, query, run, runWell, serve, stage } from './support.mjs'

let s, admin, desk, officer, user, colleague, made = {}

const secrets = ['Yamada', 'yamada', '山田花子', 'ヤマダハナコ', '090-1234-5678', '持病', 'passport-scan', 'bytes of the passport', 'Wheelchair', '三階の席', 'leaks-into-nothing']
const key = () => process.env.KANAME_TEST_DATABASE ? ['--key', join(s.directory, 'signing.key')] : []
const at = (record) => `/${{ INC: 'incidents', INT: 'interactions', PER: 'people', ERA: 'erasure-requests', REQ: 'service-requests' }[record.number.split('-')[0]]}/${record.number}`
const look = async (record, as = admin, moment) => (await as.get(at(record) + (moment ? query({ as_of: moment }) : ''))).body
const historyOf = async (record, as = admin) => (await as.get(`${at(record)}/history`)).body.items
const found = async (word) => (await admin.get(`/search${query({ q: word })}`)).body.items

async function attach(client, record, name, text) {
	const form = new FormData()
	form.append('file', new Blob([text]), name)
	const answer = await client.post(`${at(record)}/attachments`, form)
	assert.ok(answer.status < 300, answer.text)
}

before(async () => {
	s = await stage({ extra: { officer: ['information_security.privacy_officer'], leaver: ['incident_and_service_request.service_desk'] } })
	;({ admin, desk, officer, user, colleague } = s.as)
	made.person = await admin.make('people', { account: 'yamada', name: 'Yamada Hanako 山田花子', name_reading: 'ヤマダハナコ', mail: 'yamada@aoba.example', phone: '090-1234-5678', customer: s.made.customer.number, language: 'ja' })
	made.token = await s.makeToken('yamada')
	made.own = await desk.make('incidents', { title: 'Wheelchair of Yamada blocks the door', description: '持病のため三階の席へ', caller: made.person.number, impact: 'low' })
	await desk.patch(at(made.own), { description: '持病のため三階の席へ移動' })
	await desk.post(`${at(made.own)}/comments`, { text: 'Called Yamada at 090-1234-5678', public: true })
	await attach(desk, made.own, 'passport-scan.txt', 'bytes of the passport of Yamada')
	await desk.patch(at(made.own), { title: 'Wheelchair blocks the door' })
	made.other = await desk.make('incidents', { title: 'Printer is out of paper', caller: (await look({ number: 'PER-1' })).number, impact: 'low' })
	await attach(desk, made.other, 'paper.txt', 'bytes that two files have')
	await attach(desk, made.own, 'same.txt', 'bytes that two files have')
	made.named = await desk.make('incidents', { title: 'Mail leaks-into-nothing', description: 'Nothing else', impact: 'low' })
	made.before = new Date().toISOString()
})
after(() => s?.end())

test('whoever may not decide cannot erase, and who decided does not carry it out', async () => {
	assert.equal((await desk.post('/erasure-requests', { title: 'x', ground: 'withdrawn' })).status, 404)
	made.request = await officer.make('erasure-requests', { title: 'Request of November', person: made.person.number, requested_by: 'By letter, copy of identity card seen', ground: 'withdrawn', also: made.named.number })
	assert.equal((await desk.get(at(made.request))).status, 404)
	assert.equal((await admin.take(at(made.request), 'approve')).state, 'approved')
	const own = await admin.post(`${at(made.request)}/transitions/erase`, {})
	assert.equal(own.status, 409, own.text)
	assert.equal((await look(made.own)).description, '持病のため三階の席へ移動')
	await officer.take(at(made.request), 'refuse', { refusal: 'legal_hold', held_until: '2027-03-31', comment: 'A claim is open' })
	assert.equal((await officer.post(`${at(made.request)}/transitions/approve`, {})).status, 409)
	await officer.take(at(made.request), 'reopen', { comment: 'The claim was settled' })
	await officer.take(at(made.request), 'approve')
})

test('the erasure empties rows, history, comments, files and the search index, and says how much', async () => {
	runWell(['anchor', join(s.directory, 'anchors'), ...key()], { database: s.database })
	for (const word of ['Yamada', '持病', 'Wheelchair', 'leaks-into-nothing']) assert.ok((await found(word)).length, word)
	const done = await admin.take(at(made.request), 'erase')
	assert.equal(done.state, 'erased')
	const request = await look(made.request)
	assert.equal(request.erased_records, 3)
	assert.equal(request.erased_comments, 1)
	assert.equal(request.erased_files, 2)
	assert.ok(request.erased_values >= 12, `${request.erased_values}`)
	assert.ok(request.erased_at)

	const person = await look(made.person)
	assert.deepEqual([person.name, person.account, person.mail, person.phone, person.active], [null, null, null, null, false])
	assert.deepEqual(person.erased.sort(), ['account', 'mail', 'name', 'name_reading', 'phone'])
	const incident = await look(made.own)
	assert.equal(incident.title, null)
	assert.deepEqual(incident.erased, ['title', 'description'])
	assert.equal(incident.impact, 'low', 'what does not tell of the person stays')
	assert.equal(incident.caller, made.person.number)
	assert.equal((await look(made.named)).title, null)
	assert.equal((await look(made.other)).title, 'Printer is out of paper')
	assert.equal((await fetch(`${s.url}/api/v1/incidents`, { headers: { authorization: `Bearer ${made.token}` } })).status, 401)
	for (const word of ['Yamada', '持病', 'Wheelchair', 'leaks-into-nothing', '090-1234-5678']) assert.deepEqual(await found(word), [], word)
	assert.deepEqual((await admin.get(`${at(made.own)}/attachments`)).body.items, [])
	assert.equal((await admin.get(`${at(made.other)}/attachments`)).body.items.length, 1, 'bytes that another file has stay')
})

test('history says that something was there and is erased, and who carried it out', async () => {
	const events = await historyOf(made.own)
	assert.equal(events[0].kind, 'erasure')
	assert.equal(events[0].note.text, `Personal data was erased: ${made.request.number}`)
	assert.equal(events[0].by, 'admin')
	const comment = events.find((event) => event.erased?.includes('comment')), file = events.find((event) => event.erased?.includes('attachments'))
	assert.equal(comment.comment, null)
	assert.deepEqual(file.attachments, [])
	const change = events.flatMap((event) => event.changes).find((one) => one.field === 'description' && one.erased?.length === 2)
	assert.deepEqual([change.old, change.new], [null, null])
	const text = JSON.stringify(events) + JSON.stringify(await historyOf(made.person)) + JSON.stringify(await historyOf(made.named))
	for (const secret of secrets) assert.ok(!text.includes(secret), secret)
	const page = await (await s.pagesOf('admin')).get(`/${made.own.number}`)
	assert.equal(page.status, 200)
	assert.ok(page.text.includes('(erased)'))
	for (const secret of secrets) assert.ok(!page.text.includes(secret), secret)
	const list = await (await s.pagesOf('admin')).get('/incidents?view=all')
	assert.ok(list.text.includes('(erased)'))
	assert.ok(!list.text.includes('\u001a'))
})

test('as of the past an erased value reads as erased, and what was empty as empty', async () => {
	const then = await look(made.own, admin, made.before)
	assert.equal(then.title, null)
	assert.deepEqual(then.erased, ['title', 'description'])
	assert.equal(then.resolution, null)
	const people = (await admin.get(`/people${query({ as_of: made.before, filter: 'language = ja', fields: 'number,name,zone' })}`)).body.items
	const one = people.find((person) => person.number === made.person.number)
	assert.deepEqual([one.name, one.zone], [null, 'Asia/Tokyo'])
	const csv = runWell(['export', 'incident'], { database: s.database })
	assert.match(csv, /\(erased\)/)
})

test('the history still proves itself, against the anchor of before as well', () => {
	assert.match(runWell(['verify', '--anchor', join(s.directory, 'anchors'), ...key()], { database: s.database }), /^whole: .* 1 anchors$/m)
})

test('what was erased can be worked with further', async () => {
	await desk.patch(at(made.own), { impact: 'high' })
	await desk.patch(at(made.own), { title: 'Door was blocked' })
	const incident = await look(made.own)
	assert.deepEqual([incident.title, incident.erased], ['Door was blocked', ['description']])
	const again = await admin.make('people', { account: 'yamada', name: 'Another Yamada' })
	assert.ok(again.number !== made.person.number, 'the account is free again')
	assert.match(runWell(['verify'], { database: s.database }), /^whole: /)
	const shared = { role: 'incident_and_service_request.service_desk' }, filter = 'title contains "my neighbour"'
	const dashboard = await s.as.leaver.make('own-dashboards', { name: 'Desk', tiles: [{ collection: 'incidents', title: 'Neighbour', filter }], ...shared })
	const view = await s.as.leaver.make('saved-views', { name: 'Desk', collection: 'incidents', filter, ...shared })
	const leaves = await officer.make('erasure-requests', { title: 'Somebody left', person: 'leaver', requested_by: 'By letter', ground: 'withdrawn' })
	await officer.take(at(leaves), 'approve')
	await admin.take(at(leaves), 'erase')
	assert.deepEqual((await desk.get(`/own-dashboards/${dashboard.number}`)).body.erased, ['tiles'])
	assert.deepEqual((await desk.get(`/saved-views/${view.number}`)).body.erased, ['filter'])
})

// A database of its own, as nothing serves it: by the command, with a backup of before.
if (!neverThere.length) test('the command erases as well, and a backup of before is restored without what was erased', async () => {
	const inside = (name) => join(s.directory, name), database = `sqlite:${inside('alone.db')}`, anchors = inside('alone-anchors')
	writeFileSync(inside('backup.key'), Buffer.alloc(32, 7), { mode: 0o600 })
	runWell(['init', '--admin', 'admin'], { input: 'a long password\n', database })
	runWell(['user', 'create', 'suzuki', '--name', 'Suzuki Ichiro'], { input: 'a long password\n', database })
	runWell(['backup', inside('before'), '--key-file', inside('backup.key')], { database })
	assert.notEqual(run(['erase', '--person', 'suzuki'], { database }).code, 0)
	assert.match(run(['erase', '--person', 'nobody-there', '--ground', 'withdrawn'], { database }).err, /person/)
	assert.equal(runWell(['erase', '--person', 'suzuki', '--ground', 'withdrawn', '--anchor-to', anchors], { database }), 'ERA-1: 1 records, 4 values, 0 comments, 0 files\n')
	assert.match(readFileSync(`${anchors}.erasures`, 'utf8'), /^kaname erasure ERA-1 \S+ PER-2 written\n$/)
	// Who erases may not know where it is to be said: whoever serves the database says it.
	runWell(['user', 'create', 'sato', '--name', 'Sato Jiro'], { input: 'a long password\n', database })
	runWell(['erase', '--person', 'sato', '--ground', 'objection', '--only-own'], { database })
	await (await serve(database, ['--anchor-to', anchors])).stop()
	assert.match(readFileSync(`${anchors}.erasures`, 'utf8'), /^kaname erasure ERA-1 \S+ PER-2 written\nkaname erasure ERA-2 \S+ PER-3 -\n$/)
	assert.match(runWell(['verify', '--anchor', anchors], { database }), /^whole: /)
	const restore = (name, words) => runWell(['restore', inside('before'), '--key-file', inside('backup.key'), '--key', inside('alone.db.key'), ...words], { database: `sqlite:${inside(name)}` })
	assert.match(restore('as-it-was.db', []), /its history is whole\n$/)
	assert.match(runWell(['export', 'people'], { database: `sqlite:${inside('as-it-was.db')}` }), /Suzuki/)
	assert.match(restore('again.db', ['--anchor-to', anchors]), /1 records held what has been erased since/)
	const again = { database: `sqlite:${inside('again.db')}` }
	assert.doesNotMatch(runWell(['export', 'people'], again), /[Ss]uzuki/)
	assert.match(runWell(['verify'], again), /^whole: /)
	writeFileSync(inside('broken.erasures'), 'kaname erasure ERA-1 yesterday PER-2 -\n')
	assert.match(run(['restore', inside('before'), '--key-file', inside('backup.key'), '--erasures', inside('broken.erasures')], { database: `sqlite:${inside('never.db')}` }).err, /Line 1 of .*broken.erasures is no erasure/)
	assert.ok(!readdirSync(s.directory).some((name) => name.startsWith('never.db')), 'nothing is left of it')
	for (const name of readdirSync(s.directory).filter((entry) => entry.startsWith('again.db') && !entry.endsWith('.key')))
		assert.doesNotMatch(readFileSync(inside(name), 'latin1'), /[Ss]uzuki/, name)
})
