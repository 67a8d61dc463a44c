// Replicas read for the primary: what they answer is never older than the question, whatever becomes of them.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, query, root, runWell, serve, until } from '../api/support.mjs'
import { makeFolder, startPrimary, startReplica } from './servers.mjs'

const place = makeFolder(), many = process.env.KANAME_LONG ? 200 : 12, config = join(place.folder, 'kaname.yaml'), nodes = []
let primary, replica, database, standby, token, here, there

const figures = async (node) => (await fetch(`${node.url}/metrics`)).text()
const figure = async (node, name) => Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(await figures(node))?.[1])
const readThere = (node = nodes[0]) => figure(node, 'kaname_wide_reads_total{place="replica 1"}')
const readHere = (node = nodes[0]) => figure(node, 'kaname_wide_reads_total{place="database"}')
const isUp = (node = nodes[0]) => figure(node, 'kaname_replica_up{replica="1"}')
const pause = () => replica.psql('SELECT pg_wal_replay_pause()')
const resume = () => replica.psql('SELECT pg_wal_replay_resume()')
const found = async (client, title) => {
	const answer = await client.get('/incidents' + query({ limit: 50, sort: '-created_at' }))
	assert.equal(answer.status, 200, answer.text)
	return answer.body.items.some((one) => one.title === title)
}

before(async () => {
	primary = await startPrimary(place.folder)
	replica = await startReplica(place.folder, primary)
	primary.psql('CREATE ROLE app LOGIN CREATEDB')
	const address = (server) => `postgresql://app@/kaname?host=${server.socket}`
	database = address(primary)
	standby = address(replica)
	runWell(['init'], { input: 'a long password\n', database })
	token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	writeFileSync(config, `replica: ["${standby}"]\n`)
	nodes.push(await serve(database, ['--replica', standby]), await serve(database, ['--config', config]))
	here = clientOf(nodes[0].url, token, 'admin')
	there = clientOf(nodes[1].url, token, 'admin')
	await until(async () => (await isUp()) === 1 && (await isUp(nodes[1])) === 1, () => replica.log)
})
after(async () => {
	for (const node of nodes) await node.kill()
	await Promise.all([primary, replica].map((server) => server.stop()))
	place.remove()
})

test('lists and pages are read there, single records are not', async () => {
	const { number } = await here.make('incidents', { title: 'The first' })
	await until(async () => (await found(here, 'The first')) && (await readThere()) > 0)
	const [before, stayed] = [await readThere(), await readHere()]
	for (let i = 0; i < 10; i++) {
		assert.equal((await here.get(`/incidents/${number}`)).status, 200)
		assert.ok((await here.get('/search' + query({ q: 'first' }))).body.items.length > 0)
	}
	assert.equal((await readThere()) - before + ((await readHere()) - stayed), 10)
	assert.ok((await readThere()) > before)
})

test('whoever has changed something finds it in the next list on either node, while replay stops and goes on', async () => {
	const before = await readThere()
	let rounds = 0, over = false
	const one = async (name, [write, read]) => {
		for (let i = 0; i < many; i++, rounds++) {
			const title = `${name} ${i}`
			await write.make('incidents', { title })
			assert.ok(await found(read, title), title)
			assert.ok(await found(write, title), title)
		}
	}
	const stopAndGo = (async () => {
		for (let stops = 0; !over; stops++) {
			const from = rounds
			if (stops % 2) pause()
			await until(() => over || rounds > from + 6)
			resume()
			await until(() => over || rounds > from + 12)
		}
	})()
	await Promise.all([one('a', [here, there]), one('b', [there, here]), one('c', [here, here])])
	over = true
	await stopAndGo
	assert.ok((await figure(nodes[0], 'kaname_replica_behind_total{replica="1"}')) > 0)
	assert.ok((await readThere()) > before)
})

test('how far it is behind is told', async () => {
	pause()
	for (let i = 0; i < 5; i++) await here.make('incidents', { title: `Unseen ${i}` })
	await until(async () => (await figure(nodes[0], 'kaname_replica_lag_turns{replica="1"}')) >= 5)
	assert.ok((await figure(nodes[0], 'kaname_replica_lag_seconds{replica="1"}')) > 0)
	resume()
	await until(async () => (await figure(nodes[0], 'kaname_replica_lag_turns{replica="1"}')) === 0)
	const told = await figures(nodes[0])
	for (const [, name, type] of readFileSync(join(root, 'docs/operator/operation.md'), 'utf8').matchAll(/^\| `(kaname_replica_\w+)` \| (\w+) \|/gm)) {
		assert.ok(told.includes(`# TYPE ${name} ${type}\n`), name)
		assert.match(told, new RegExp(`^${name}{replica="1"} `, 'm'))
	}
})

test('a right that was taken is gone with the next list, though the replica has not heard of it', async () => {
	await here.make('people', { account: 'kei', name: 'Kei', active: true, roles: ['incident_and_service_request.service_desk'] })
	const kei = runWell(['token', 'create', '--user', 'kei'], { database }).trim()
	const clients = nodes.map((node) => clientOf(node.url, kei, 'kei'))
	for (let round = 0; round < 4; round++) {
		for (const client of clients) assert.equal((await client.get('/incidents')).status, 200)
		if (round % 2) pause()
		assert.equal((await here.patch('/people/kei', { active: false })).status, 200)
		for (const client of clients) assert.equal((await client.get('/incidents')).status, 401)
		assert.equal((await here.patch('/people/kei', { active: true })).status, 200)
		if (round % 2) resume()
	}
})

test('a replica that falls is missed by nobody, and read again when it is back', async () => {
	let over = false, asked = 0
	const reading = Promise.all([here, there].flatMap((client) => Array.from({ length: 3 }, async () => {
		for (; !over; asked++) for (const path of ['/incidents?limit=50', '/search?q=first']) assert.equal((await client.get(path)).status, 200)
	})))
	for (let round = 0; round < (process.env.KANAME_LONG ? 5 : 1); round++) {
		const before = await readThere()
		await until(async () => (await readThere()) > before + 20)
		await replica.kill()
		const from = asked
		await until(() => asked > from + 20)
		await until(async () => (await isUp()) === 0)
		await replica.start()
		await until(async () => (await isUp()) === 1)
	}
	over = true
	await reading
})

test('the settings name replicas, which can be exchanged while people read', async () => {
	const before = await readThere(nodes[1])
	await until(async () => {
		await there.get('/incidents')
		return (await readThere(nodes[1])) > before
	})
	writeFileSync(config, 'replica: ["sqlite:/nowhere"]\n')
	nodes[1].child.kill('SIGHUP')
	await until(() => nodes[1].log.includes('those that were stay'))
	await until(async () => (await isUp(nodes[1])) === 1)
	writeFileSync(config, 'log_level: info\n')
	nodes[1].child.kill('SIGHUP')
	await until(async () => !(await figures(nodes[1])).includes('replica 1'))
	assert.equal((await there.get('/incidents')).status, 200)
	writeFileSync(config, `replica: ["${standby}"]\n`)
	nodes[1].child.kill('SIGHUP')
	await until(async () => (await isUp(nodes[1])) === 1)
})

test('a replica that was promoted is no copy any more', async () => {
	replica.promote()
	replica.psql("UPDATE kaname_epoch SET turn = turn + 1000; UPDATE incident SET title = 'Of another world'", 'kaname')
	const before = await readThere()
	for (let i = 0; i < 10; i++) {
		const titles = (await here.get('/incidents?limit=50')).body.items.map(({ title }) => title)
		assert.ok(titles.length > 0 && !titles.includes('Of another world'))
	}
	assert.equal(await readThere(), before)
})
