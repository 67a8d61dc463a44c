// Servers, nodes and lines that fail while people work: what was confirmed is there afterwards, once, and what was not can be asked again with its key.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { clientOf, run, runWell, serve, until } from '../api/support.mjs'
import { makeFolder, startLine, startPrimary, startStandby } from './servers.mjs'

const place = makeFolder(), nodes = [], lines = []
let primary, standby, database, token

const start = async (address) => {
	const node = await serve(address, ['--drain-seconds', '1'])
	nodes.push(node)
	return node
}

before(async () => {
	primary = await startPrimary(place.folder)
	standby = await startStandby(place.folder, primary)
	database = `postgresql://kaname@/kaname?host=${primary.socket},${standby.socket}&target_session_attrs=read-write&connect_timeout=2`
	runWell(['init'], { input: 'a long password\n', database })
	token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
})
after(async () => {
	for (const one of lines) one.stop()
	for (const node of nodes) await node.kill()
	await Promise.all([primary, standby].map((server) => server.stop()))
	place.remove()
})

// One person who makes incidents, each with a key, and asks again wherever a node answers until it is confirmed. Resolves to what was confirmed: title -> number.
async function make(name, clients, confirmed, count) {
	for (let i = 0, turn = 0; i < count; i++) {
		const title = `${name} ${i}`
		for (const end = Date.now() + 60000; !confirmed.has(title); turn++) {
			assert.ok(Date.now() < end, `${title} was never confirmed`)
			const answer = await clients[turn % clients.length].post('/incidents', { title }, { 'idempotency-key': title }).catch(() => null) // null: the node is gone
			if (answer?.status === 201) confirmed.set(title, answer.body.number)
			else if (answer) assert.equal(answer.status, 503, answer.text)
		}
	}
}

// Everything is there, under the number that was told, and once.
async function check(client, confirmed) {
	const titles = (await client.all('/incidents?limit=200')).filter(({ title }) => confirmed.has(title))
	assert.equal(titles.length, confirmed.size)
	for (const { number, title } of titles) assert.equal(number, confirmed.get(title))
	assert.match(runWell(['verify'], { database }), /^whole: /)
}

const line = async (server = primary) => {
	const made = await startLine(server.socket)
	lines.push(made)
	return { ...made, made, address: `postgresql://kaname@127.0.0.1:${made.port}/kaname` }
}

test('a line that breaks while a change is confirmed: the key tells what became of it', async () => {
	const between = await line(), node = await start(between.address), client = clientOf(node.url, token, 'admin'), direct = clientOf((await start(database)).url, token, 'admin')
	for (const [verdict, made] of [['cut', 0], ['cut after', 1]]) {
		const key = { 'idempotency-key': verdict }, wish = { title: `Made or not: ${verdict}` }
		let cuts = 0
		let under = false // the node writes for itself, too: timers, counts
		between.made.watch = (text) => {
			under ||= text.includes(wish.title)
			return under && text.includes('\0commit\0') && !cuts++ ? verdict : null
		}
		const answer = await client.post('/incidents', wish, { ...key, 'accept-language': 'en' })
		between.made.watch = null
		assert.equal(cuts, 1)
		assert.equal(answer.status, 503, answer.text)
		assert.equal(answer.body.errors[0].code, 'unconfirmed')
		assert.ok(Number(answer.headers.get('retry-after')) >= 1)
		assert.equal((await direct.all('/incidents')).filter(({ title }) => title === wish.title).length, made)
		let again
		for (const end = Date.now() + 30000; again?.status !== 201 && Date.now() < end;) again = await client.post('/incidents', wish, key)
		assert.equal(again.status, 201, again.text)
		assert.equal((await direct.all('/incidents')).filter(({ title }) => title === wish.title).length, 1)
	}
})

test('a slow database: who cannot be served is told so, and memory stays bounded', async () => {
	const between = await line(), node = await start(between.address), client = clientOf(node.url, token, 'admin')
	const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.child.pid}/status`, 'utf8'))[1]) / 1024
	assert.equal((await client.post('/incidents', { title: 'Quick' })).status, 201)
	const before = memory()
	between.made.delay = 1500
	let refused = 0
	const answers = await Promise.all(Array.from({ length: 400 }, async (_, i) => {
		const asked = i % 2 ? client.post('/incidents', { title: `Slow ${i}`, description: 'x'.repeat(20000) }) : client.get('/incidents')
		const answer = await asked.catch((fault) => ({ status: 0, fault }))
		if (answer.status === 503 && !refused++) between.made.delay = 0 // the rest need not wait any longer
		return answer
	}))
	const grown = memory() - before
	const shed = answers.filter(({ status }) => status === 503)
	for (const answer of answers) assert.ok([200, 201, 503].includes(answer.status), answer.text ?? String(answer.fault))
	assert.ok(shed.length > 0, 'nobody was told to come back')
	for (const answer of shed) assert.ok(Number(answer.headers.get('retry-after')) >= 1)
	assert.ok(grown < 150, `${grown} MB more`)
	let again
	for (const end = Date.now() + 30000; again?.status !== 201 && Date.now() < end;) again = await client.post('/incidents', { title: 'Quick again' })
	assert.equal(again.status, 201)
})

test('no connections are left: a node that starts says so, one that runs answers 503, and goes on when there are again', async () => {
	primary.psql('CREATE ROLE app LOGIN; GRANT kaname TO app')
	const address = database.replace('kaname@', 'app@'), node = await start(address), client = clientOf(node.url, token, 'admin')
	const limit = (most) => primary.psql(`ALTER ROLE app CONNECTION LIMIT ${most}`)
	const say = async (title) => (await client.post('/incidents', { title })).status
	assert.equal(await say('With room'), 201)
	limit(2)
	const refused = run(['serve', '--listen', '127.0.0.1:0'], { database: address })
	assert.equal(refused.code, 1)
	assert.match(refused.err, /The database cannot be reached: .*too many connections/)
	primary.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")
	const confirmed = []
	let told = 0
	for (let i = 0; i < 40; i++) {
		const answers = await Promise.all([client.post('/incidents', { title: `Cramped ${i}` }), client.get('/incidents'), client.get('/services')])
		for (const answer of answers) {
			assert.ok([200, 201, 503].includes(answer.status), answer.text)
			if (answer.status === 503) assert.ok(Number(answer.headers.get('retry-after')) >= 1, answer.text)
			told += answer.status === 503
		}
		if (answers[0].status === 201) confirmed.push(answers[0].body.number)
	}
	assert.ok(told > 0)
	limit(-1)
	await until(async () => (await say('With room again')) === 201 && (await client.get('/incidents')).status === 200)
	for (const number of confirmed) assert.equal((await client.get(`/incidents/${number}`)).status, 200)
})

test('nodes that write in turns let each other go on while the disk is waited for, and tell nobody before', async () => {
	const clients = await Promise.all([0, 1].map(async () => clientOf((await start(database)).url, token, 'admin')))
	const receiver = Number(standby.psql('SELECT pid FROM pg_stat_wal_receiver'))
	const there = async (title) => (await clients[1].get(`/incidents?filter=${encodeURIComponent(`title = "${title}"`)}`)).body.items.length === 1
	for (let attempt = 0, seen = false; !seen; attempt++) {
		assert.ok(attempt < 10, 'no change was seen before it was confirmed')
		for (const i of [0, 1, 0]) assert.equal((await clients[i].post('/incidents', { title: 'In turns' })).status, 201)
		process.kill(receiver, 'SIGSTOP') // from now on nothing is confirmed
		const title = `Seen ${attempt}`, end = Date.now() + 3000
		let told = false
		const answer = clients[0].post('/incidents', { title }).finally(() => { told = true })
		try {
			while (!seen && Date.now() < end) seen = await there(title) // not, when its node had forgotten that there is another one
			if (seen) for (let i = 0; i < 20; i++) await there(title)
assert.equal(told, false)
		} finally {
			process.kill(receiver, 'SIGCONT')
		}
		assert.equal((await answer).status, 201)
	}
})

test('a node that is killed, and then the server: nothing confirmed is lost, nothing is done twice', async () => {
	const [first, second, third] = await Promise.all([start(database), start(database), start(database)])
	const clients = [first, second, third].map((node) => clientOf(node.url, token, 'admin')), confirmed = new Map()
	const writers = Promise.all(Array.from({ length: 8 }, (_, i) => make(`Writer ${i}`, [...clients.slice(i % 3), ...clients.slice(0, i % 3)], confirmed, 25)))
	await until(() => confirmed.size > 40)
	await first.kill()
	await until(() => confirmed.size > 80)
	await primary.kill()
	const before = confirmed.size
	standby.promote()
	await writers
	assert.ok(confirmed.size === 200 && before < 200, `${before} were confirmed before the server was killed`)
	for (const client of clients.slice(1)) await check(client, confirmed)
})
