// Two nodes on one PostgreSQL database (KANAME_TEST_DATABASE): what one changes the other knows at once, numbers and histories stay whole, and a database
// that goes away is told honestly and found again.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, run, runWell, serve, stage } from '../api/support.mjs'

const server = process.env.KANAME_TEST_DATABASE
let world, second, here, there

// Said to the server by its administrator, not by Kaname.
function psql(sql) {
	const [address, query] = server.split('?')
	const done = spawnSync('psql', ['-XAtqc', sql, `${address}postgres?${query}`], { encoding: 'utf8' })
	assert.equal(done.status, 0, done.stderr)
	return done.stdout.trim()
}

const psqlThere = (sql) => {
	const done = spawnSync('psql', ['-XAtqc', sql, world.database], { encoding: 'utf8' })
	assert.equal(done.status, 0, done.stderr)
	return done.stdout.trim()
}

const name = () => new URL(world.database.replace('@/', '@localhost/')).pathname.slice(1)
const endSessions = () => psql(`SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = '${name()}' AND application_name = 'kaname'`)

before(async () => {
	world = await stage({ people: ['desk', 'desk_manager'] })
	second = await serve(world.database)
	here = world.as.desk
	there = clientOf(second.url, here.token, 'desk')
})
after(async () => {
	await second.stop()
	await world.end()
})

test('of two nodes that change the same version, one wins', async () => {
	const { number } = await here.make('incidents', { title: 'Seen from both' })
	for (let round = 0; round < 10; round++) {
		const etag = (await here.get(`/incidents/${number}`)).headers.get('etag')
		const answers = await Promise.all([here, there].map((node, i) => node.patch(`/incidents/${number}`, { title: `${round} by ${i}` }, { 'if-match': etag })))
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 412])
		const won = answers.findIndex((answer) => answer.status === 200)
		for (const node of [here, there]) assert.equal((await node.get(`/incidents/${number}`)).body.title, `${round} by ${won}`)
	}
})

test('numbers are given once, and every history is whole', async () => {
	const made = await Promise.all(Array.from({ length: 60 }, (_, i) => (i % 2 ? here : there).make('incidents', { title: `Number ${i}` })))
	assert.equal(new Set(made.map((record) => record.number)).size, 60)
	const key = { 'idempotency-key': 'one and the same' }
	const same = await Promise.all([here, there].map((node) => node.post('/incidents', { title: 'Once' }, key)))
	assert.equal(new Set(same.map((answer) => answer.body.number)).size, 1)
	const verified = run(['verify'], { database: world.database })
	assert.equal(verified.code, 0, verified.err)
})

// What a stream says of who is at its record, as it says it.
async function* presentAt(url, number, who) {
	const answer = await fetch(`${url}/api/v1/stream?record=${number}&present=${who.how}`, { headers: { authorization: `Bearer ${who.as.token}` }, signal: who.until })
	let text = ''
	for await (const bytes of answer.body) {
		text += Buffer.from(bytes)
		for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
			const said = /^id: \d+\nevent: (present|open)\ndata: (.*)$/.exec(text.slice(0, end))
			if (said) yield said[1] === 'open' ? [] : JSON.parse(said[2]).people
		}
	}
}

test('who is at a record on one node is told on the other, and who leaves it too', async () => {
	const { number } = await here.make('incidents', { title: 'Read from both' }), ends = [new AbortController(), new AbortController()]
	const one = presentAt(world.url, number, { as: here, how: 'reading', until: ends[0].signal })
	const other = presentAt(second.url, number, { as: world.as.desk_manager, how: 'editing', until: ends[1].signal })
	const nextOf = async (stream) => (await stream.next()).value
	assert.deepEqual(await nextOf(one), [])
	assert.deepEqual(await nextOf(other), [])
	assert.deepEqual([await nextOf(one), await nextOf(other)], [[{ person: 'desk_manager', editing: true }], [{ person: 'desk', editing: false }]])
	ends[1].abort()
	await assert.rejects(nextOf(other))
	let said
	nextOf(one).then((people) => { said = people })
	for (const end = Date.now() + 20000; !said;) { // that somebody has left shows when something is said to him
		await here.patch(`/incidents/${number}`, { title: `Left at ${Date.now()}` })
		assert.ok(Date.now() < end)
	}
	assert.deepEqual(said, [])
	ends[0].abort()
})

test('a right that one node takes is gone on the other with the next request', async () => {
	const admin = world.as.admin
	for (let round = 0; round < 5; round++) {
		assert.equal((await there.get('/incidents')).status, 200)
		assert.equal((await admin.patch('/people/desk', { active: false })).status, 200)
		assert.equal((await there.get('/incidents')).status, 401)
		assert.equal((await admin.patch('/people/desk', { active: true })).status, 200)
		assert.equal((await there.post('/incidents', { title: 'Back again' })).status, 201)
	}
})

test('who sends changes alone is known by their token without a look, and never by what it was', async () => {
	const admin = world.as.admin, make = (node) => node.post('/incidents', { title: 'Known again' })
	const [token, other] = runWell(['token', 'create', '--user', 'desk', 'desk_manager'], { database: world.database }).trim().split('\n')
	const nodes = [here, there].map((node) => clientOf(node === here ? world.server.url : second.url, token, 'desk'))
	const asManager = clientOf(second.url, other, 'desk_manager')
	for (const node of [...nodes, ...nodes, asManager]) assert.equal((await make(node)).status, 201)
	// The person: on the node itself, and on the other one.
	for (const active of [false, true, false, true]) {
		assert.equal((await admin.patch('/people/desk', { active })).status, 200)
		for (const node of nodes) assert.equal((await make(node)).status, active ? 201 : 401)
	}
	let customers = 0
	// What they may do: who had been refused is let in at once, and the other way round.
	const [own, whole] = await Promise.all(['desk', 'admin'].map(async (account) => (await admin.get(`/people/${account}`)).body.roles))
	for (const roles of [own, whole, own, whole, own]) {
		assert.equal((await admin.patch('/people/desk', { roles })).status, 200)
		for (const node of nodes) assert.equal((await node.post('/customers', { name: `Aoba ${++customers}` })).status, roles === whole ? 201 : 403)
	}
	// The token, revoked by another program.
	const [id] = psqlThere('SELECT id FROM kaname_token ORDER BY id DESC LIMIT 2').split('\n').sort((a, b) => a - b)
	assert.equal(run(['token', 'revoke', id], { database: world.database }).code, 0)
	for (const node of nodes) assert.equal((await make(node)).status, 401)
	assert.equal((await make(asManager)).status, 201, 'another one stays')
})

test('a timer that is due runs once, though three nodes look for it', async () => {
	const third = await serve(world.database), many = 40
	try {
		const made = await Promise.all(Array.from({ length: many }, async (_, i) => {
			const node = i % 2 ? here : there
			const { number } = await node.make('incidents', { title: `Silent ${i}`, caller: 'user', category: 'mail', service: world.made.service.number, security: false, ci_unknown_reason: 'unknown' })
			await node.take(`/incidents/${number}`, 'start', { assignee: 'desk' })
			await node.take(`/incidents/${number}`, 'resolve', { resolution: 'Restarted.', closing_code: 'solved' })
			return number
		}))
		// The caller says nothing for long: all of it becomes due at once.
		const due = Number(psqlThere(`WITH d AS (UPDATE kaname_timer SET due_at = 1 WHERE behaviour = 'closure_confirmation' RETURNING 1) SELECT count(*) FROM d`))
		assert.ok(due >= many)
		for (const end = Date.now() + 60000; psqlThere('SELECT count(*) FROM kaname_timer WHERE due_at = 1') !== '0';) assert.ok(Date.now() < end, 'timers are left')
		for (const number of made) {
			const history = await here.all(`/incidents/${number}/history`)
			assert.equal(history.filter(({ transition }) => transition === 'confirm').length, 1, number)
			assert.equal((await there.get(`/incidents/${number}`)).body.state, 'closed')
		}
	} finally {
		await third.stop()
	}
})

test('sessions that the database ends are opened again', async () => {
	for (let round = 0; round < 3; round++) {
		assert.notEqual(endSessions(), '0')
		let answer
		for (let i = 0; i < 50 && answer?.status !== 201; i++) {
			answer = await here.post('/incidents', { title: `After ${round}` })
			assert.ok([201, 503].includes(answer.status), answer.text)
		}
		assert.equal(answer.status, 201)
		for (let i = 0; i < 50; i++) assert.ok([200, 503].includes((await there.get('/incidents')).status))
		// Of several sessions some have not been used since they were ended; nobody is told of that.
		const answers = await Promise.all(Array.from({ length: 8 }, () => there.get('/incidents')))
		assert.deepEqual(answers.map(one => one.status), Array(8).fill(200))
	}
})

test('while the database cannot be reached, answers say so, and nothing confirmed is missing', async () => {
	const confirmed = []
	psql(`ALTER DATABASE "${name()}" ALLOW_CONNECTIONS false`)
	endSessions()
	let refused = 0
	for (let i = 0; i < 40; i++) {
		const answer = await here.post('/incidents', { title: `Away ${i}` })
		if (answer.status === 201) confirmed.push(answer.body.number)
		else {
			assert.equal(answer.status, 503, answer.text)
			assert.ok(Number(answer.headers.get('retry-after')) >= 1)
			refused++
		}
	}
	assert.ok(refused > 30)
	psql(`ALTER DATABASE "${name()}" ALLOW_CONNECTIONS true`)
	let answer
	for (const end = Date.now() + 30000; Date.now() < end && answer?.status !== 201;) answer = await here.post('/incidents', { title: 'Back' })
	assert.equal(answer.status, 201)
	for (const number of confirmed) assert.equal((await here.get(`/incidents/${number}`)).status, 200)
	const verified = run(['verify'], { database: world.database })
	assert.equal(verified.code, 0, verified.err)
})

// Last: the nodes from before, whose disks have nothing of it, are behind from here on.
test('a reload of one node brings those that have the same files on their disks', async () => {
	const folders = ['one', 'other'].map((name) => join(world.directory, name))
	for (const folder of folders) mkdirSync(folder)
	const nodes = await Promise.all(folders.map((folder) => serve(world.database, ['--overlay', folder])))
	const knows = async (node) => (await clientOf(node.url, here.token, 'desk').post('/incidents', { title: 'New here', cost_centre: '42' })).status === 201
	try {
		assert.deepEqual(await Promise.all(nodes.map(knows)), [false, false])
		for (const folder of folders) writeFileSync(join(folder, 'more.yaml'), 'process: incident_and_service_request\nrecords:\n  incident:\n    fields:\n      cost_centre: {type: text, max: 20, label: {en: Cost centre, ja: 原価部門}}\n')
		nodes[0].child.kill('SIGHUP')
		for (const node of nodes) for (const end = Date.now() + 60000; !await knows(node);) assert.ok(Date.now() < end, node.log)
		for (const node of nodes) assert.match(node.log, /starting anew changed=processes/)
		// Whose files are as they were goes on with its own, and says so once; nobody starts anew without end.
		for (const end = Date.now() + 60000; !/knows nothing of what is new/.test(second.log);) {
			assert.equal((await there.post('/incidents', { title: 'As before' })).status, 201)
			assert.ok(Date.now() < end)
		}
		assert.doesNotMatch(second.log, /starting anew/)
		for (const node of nodes) assert.equal(node.log.match(/serving http/g).length, 2, node.log)
	} finally {
		for (const node of nodes) await node.stop()
	}
})
