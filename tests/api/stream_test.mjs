// The stream of changes: who may read a record hears of it within a second of the commit, and nobody else; it goes on where it was cut.
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { clientOf, request, serve, stage } from './support.mjs'

let s

before(async () => { s = await stage({ people: ['desk', 'desk_manager'] }) })
after(() => s?.end())

// Listens as a browser does: { events, status, ended, next(name, number), close() }.
function listen(who, search = '', { url = s.url, last } = {}) {
	return new Promise((resolve, reject) => {
		const headers = { authorization: `Bearer ${who.token}` }
		if (last !== undefined) headers['last-event-id'] = last
		const sent = http.get(`${url}/api/v1/stream${search}`, { headers, agent: false }, (answer) => {
			const heard = { status: answer.statusCode, headers: answer.headers, text: '', events: [], ended: null, close: () => sent.destroy() }
			let ended, woken = () => {}
			heard.ended = new Promise((done) => { ended = done })
			answer.on('data', (data) => {
				heard.text += data
				for (let end; (end = heard.text.indexOf('\n\n')) >= 0; heard.text = heard.text.slice(end + 2)) {
					const fields = Object.fromEntries(heard.text.slice(0, end).split('\n').map((line) => line.split(/: ?(.*)/)))
					heard.events.push(fields.data ? { id: Number(fields.id), event: fields.event, ...JSON.parse(fields.data) } : { beat: true })
				}
				woken()
			})
			answer.on('error', () => {})
			answer.on('close', () => { ended(); woken() })
			// The first event from `from` on that is like this.
			heard.until = async (like, from = 0) => {
				let found, late = false
				const clock = setTimeout(() => { late = true; woken() }, 20000)
				while (!(found = heard.events.slice(from).find(like))) {
					assert.ok(!late && heard.status === 200 && !answer.destroyed, 'nothing more is heard')
					await new Promise((go) => { woken = go })
				}
				clearTimeout(clock)
				return found
			}
			if (answer.statusCode === 200) heard.until(({ event }) => event === 'open' || event === 'missed').then(() => resolve(heard))
			else answer.on('end', () => resolve(Object.assign(heard, { body: JSON.parse(heard.text) })))
		})
		sent.on('error', reject)
	})
}
const of = (number, version) => (heard) => heard.number === number && (!version || heard.version === version)

test('what is committed is heard within a second or so: which record, its version, when and by whom, and nothing of what it holds', async () => {
	const { desk, admin } = s.as, stream = await listen(admin)
	assert.equal(stream.headers['content-type'], 'text/event-stream')
	assert.equal(stream.headers['cache-control'], 'no-store')
	const from = Date.now(), { number } = await desk.make('incidents', { title: 'Nobody else may hear this title' })
	const made = await stream.until(of(number, 1))
	assert.ok(Date.now() - from < 5000)
	assert.deepEqual({ ...made, id: 0, at: '' }, { id: 0, event: 'change', at: '', collection: 'incidents', number, version: 1, by: 'desk' })
	assert.equal((await desk.patch(`/incidents/${number}`, { title: 'Another' })).status, 200)
	const changed = await stream.until(of(number, 2))
	assert.ok(changed.id > made.id)
	assert.equal((await desk.get(`/incidents/${number}`)).headers.get('etag'), `"${changed.version}"`)
	stream.close()
})

test('it begins after what was read already, by the address too', async () => {
	const { desk, admin } = s.as, stream = await listen(admin), { number } = await desk.make('incidents', { title: 'Read' })
	const made = await stream.until(of(number, 1))
	assert.equal((await desk.patch(`/incidents/${number}`, { title: 'Read again' })).status, 200)
	await stream.until(of(number, 2))
	const after = await listen(admin, `?record=${number}&after=${made.id}`)
	assert.equal(after.events[0].id, made.id)
	await after.until(of(number, 2))
	assert.ok(!after.events.some(of(number, 1)))
	const beyond = await listen(admin, `?record=${number}&after=1`, { last: made.id + 1 })
	assert.equal(beyond.events[0].id, made.id + 1, 'the header is newer')
	assert.equal((await listen(admin, '?after=never')).status, 400)
	for (const one of [stream, after, beyond]) one.close()
})

test('it is narrowed to collections and records', async () => {
	const { desk } = s.as, one = await desk.make('incidents', { title: 'One' }), other = await desk.make('incidents', { title: 'Other' })
	const narrow = await listen(desk, `?record=${one.number}`), both = await listen(desk, `?record=${other.number}&collection=people`)
	await desk.patch(`/incidents/${other.number}`, { title: 'Other again' })
	await desk.patch(`/incidents/${one.number}`, { title: 'One again' })
	await narrow.until(of(one.number, 2))
	await both.until(of(other.number, 2))
	await s.as.admin.patch('/people/desk_manager', { name: 'Another name' })
	await both.until(({ collection }) => collection === 'people')
	assert.ok(narrow.events.every(({ number, beat, event }) => number === one.number || beat || event === 'open'))
	assert.ok(!both.events.some(of(one.number)))
	for (const stream of [narrow, both]) stream.close()
	for (const [search, status] of [['?record=nothing', 400], ['?collection=nothings', 404], ['?wrong=1', 400]]) assert.equal((await listen(desk, search)).status, status, search)
	assert.equal((await listen({ token: 'wrong' })).status, 401)
	assert.equal((await listen(s.as.user, '?collection=customers')).status, 404, 'as when it did not exist')
})

test('of what one may not read nothing is heard, and customers do not hear by whom', async () => {
	const { desk, user, user2, admin } = s.as
	const streams = { user: await listen(user), user2: await listen(user2), desk: await listen(desk) }
	const theirs = await admin.make('incidents', { title: 'Of Aoba', caller: 'user' }), others = await admin.make('incidents', { title: 'Of Fuji', caller: 'user2' })
	const restricted = await admin.make('incidents', { title: 'Only for few', security: true })
	const last = await admin.make('incidents', { title: 'Seen by both', caller: 'user' })
	await streams.user.until(of(last.number))
	await streams.user2.until(of(others.number))
	await streams.desk.until(of(last.number))
	for (const [account, stream] of Object.entries(streams)) {
		const heard = new Set(stream.events.map(({ number }) => number).filter(Boolean))
		for (const { number } of [theirs, others, restricted, last])
			assert.equal(heard.has(number), (await s.as[account].get(`/incidents/${number}`)).status === 200, `${account} ${number}`)
		stream.close()
	}
	assert.ok(streams.user.events.filter(of(theirs.number)).every(({ by }) => by === null))
	assert.ok(!streams.user.events.some(of(others.number)) && !streams.user2.events.some(of(theirs.number)))
})

test('a right that is taken is gone in the middle of a stream, and so is the stream of who is nobody any more', async () => {
	const { user, admin } = s.as, stream = await listen(user), other = await listen({ token: await s.makeToken('user') })
	const { number } = await admin.make('incidents', { title: 'Of Aoba', caller: 'colleague', customer: s.made.customer.number })
	await stream.until(of(number, 1))
	await admin.patch('/people/user', { customer: s.made.customer2.number })
	assert.equal((await user.get(`/incidents/${number}`)).status, 404)
	await admin.patch(`/incidents/${number}`, { title: 'No more theirs' })
	const own = await admin.make('incidents', { title: 'Of Fuji', caller: 'user2', customer: s.made.customer2.number })
	await stream.until(of(own.number))
	assert.ok(!stream.events.some(of(number, 2)))
	await admin.patch('/people/user', { customer: s.made.customer.number })
	await admin.patch(`/incidents/${number}`, { title: 'Theirs again' })
	await stream.until(of(number, 3))
	await admin.patch('/people/user', { active: false })
	await admin.make('incidents', { title: 'For nobody there' })
	await Promise.all([stream.ended, other.ended])
	assert.equal((await listen(user)).status, 401)
	await admin.patch('/people/user', { active: true })
})

test('a stream that was cut goes on after what was heard last; who missed too much, or asks for what never was, is told so', async () => {
	const { desk } = s.as, stream = await listen(desk), first = await desk.make('incidents', { title: 'First' })
	const { id } = await stream.until(of(first.number))
	stream.close()
	const missed = [await desk.make('incidents', { title: 'Second' }), await desk.make('incidents', { title: 'Third' })]
	const resumed = await listen(desk, '?collection=incidents', { last: id })
	for (const { number } of missed) await resumed.until(of(number))
	assert.ok(!resumed.events.some(of(first.number)))
	resumed.close()
	for (const last of [id + 1000000, 'nonsense']) {
		const lost = await listen(desk, '', { last })
		assert.equal(lost.events[0].event, 'missed')
		lost.close()
	}
	// Another start of the program keeps nothing of it, and reads it.
	const anew = await serve(s.database).catch(() => null) // an embedded database has one program at a time
	if (!anew) return
	const elsewhere = await listen(desk, '', { url: anew.url, last: id })
	for (const { number } of missed) await elsewhere.until(of(number))
	const there = await clientOf(anew.url, desk.token, 'desk').make('incidents', { title: 'Made on the other node' }), here = await listen(desk, '', { last: id })
	for (const [on, number] of [[here, there.number], [elsewhere, (await desk.make('incidents', { title: 'Made on this one' })).number]]) await on.until(of(number))
	here.close()
	elsewhere.close()
	await anew.stop()
})

test('whoever goes through many pages quickly hears on each of them', async () => {
	for (let i = 0; i < 70; i++) {
		const one = await listen(s.as.desk)
		assert.equal(one.status, 200, `page ${i}`)
		one.close()
	}
})

test('a person has twenty streams at most; others are not held up by it', async () => {
	const { desk, admin } = s.as, streams = [] // of admin, who listens to nothing after this: it takes a while until all of them have left
	let refused = {}
	while (refused.status !== 429) {
		const one = await listen(admin)
		if (one.status === 200) streams.push(one)
		else refused = one
		assert.ok(streams.length <= 20)
	}
	assert.equal(refused.status, 429)
	assert.ok(Number(refused.headers['retry-after']) > 0)
	const other = await listen(desk)
	assert.equal(other.status, 200)
	const { number } = await desk.make('incidents', { title: 'For all' })
	for (const stream of [...streams, other]) await stream.until(of(number))
	assert.ok(Number(/^kaname_streams (\d+)$/m.exec((await request(s.url, null, 'GET', '/metrics')).text)[1]) > streams.length)
	for (const stream of [...streams, other]) stream.close()
	for (const end = Date.now() + 20000; ;) { // whoever has left makes room
		const again = await listen(admin)
		again.close()
		if (again.status === 200) break
		assert.ok(Date.now() < end)
	}
})

// Last: the service that all of these use is gone afterwards.
test('who else is at a record is told to staff that may read it, and to nobody else; nothing of it is kept', async () => {
	const { desk, desk_manager, user, admin } = s.as, { number } = await desk.make('incidents', { title: 'Read by two', caller: 'user' })
	const first = await listen(desk, `?record=${number}&present=reading`)
	const second = await listen(desk_manager, `?record=${number}&present=editing`)
	const present = (people) => ({ event, people: heard }) => event === 'present' && JSON.stringify(heard) === JSON.stringify(people)
	await first.until(present([{ person: 'desk_manager', editing: true }]))
	await second.until(present([{ person: 'desk', editing: false }]))
	second.close()
	await admin.patch(`/incidents/${number}`, { title: 'Left by one' }) // whatever happens, who has left is noticed
	await first.until(present([]))
	first.close()
	assert.equal((await desk.get(`/incidents/${number}/history`)).body.items.length, 2)
	const restricted = await admin.make('incidents', { title: 'Only for few', security: true })
	for (const [who, search, status] of [[user, `?record=${number}&present=reading`, 403], [desk, `?record=${restricted.number}&present=reading`, 404],
		[desk, '?present=reading', 400], [desk, `?record=${number}&present=staring`, 400]])
		assert.equal((await listen(who, search)).status, status, search)
})

test('at the end of the service a stream ends at once, and goes on with the next start', async () => {
	const { desk_manager: desk } = s.as, stream = await listen(desk), first = await desk.make('incidents', { title: 'First' }), { id } = await stream.until(of(first.number))
	const second = await desk.make('incidents', { title: 'Heard later' }), from = Date.now()
	await s.server.stop()
	await stream.ended
	assert.ok(Date.now() - from < 8000)
	const anew = await serve(s.database), resumed = await listen(desk, '', { url: anew.url, last: id })
	await resumed.until(of(second.number))
	resumed.close()
	await anew.stop()
})
