// Nodes are exchanged one after the other: programs and models that are a step apart serve one database side by side, nothing is lost, and who can no longer
// go on says so. kaname-ahead-1 and -2 are this program with tables of later versions (tests/postgres/meson.build).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { clientOf, kaname, makeDirectory, run, runWell, serve, until } from '../api/support.mjs'

const ahead = [1, 2].map((steps) => join(dirname(kaname), `tests/postgres/kaname-ahead-${steps}`))
const places = [], nodes = []

function makePlace() {
	const place = makeDirectory()
	places.push(place)
	runWell(['init'], { input: 'a long password\n', database: place.database })
	place.token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
	place.start = async (words, program) => {
		const node = await serve(place.database, words, program)
		nodes.push(node)
		return { node, client: clientOf(node.url, place.token, 'admin'), words, program }
	}
	return place
}

const isBehind = async ({ node }) => /^kaname_model_behind 1$/m.test(await (await fetch(`${node.url}/metrics`)).text())
const isReady = async ({ node }) => (await fetch(`${node.url}/readyz`)).status === 200

function overlay(place, name, fields) {
	const folder = join(place.directory, name)
	mkdirSync(folder, { recursive: true })
	writeFileSync(join(folder, 'more.yaml'), `process: incident_and_service_request\nrecords:\n  incident:\n    fields:\n${fields.map((line) => `      ${line}\n`).join('')}`)
	return ['--overlay', folder]
}

after(async () => {
	for (const node of nodes) await node.kill()
	for (const place of places) place.remove()
})

const uniqueIndexes = (database) =>
	spawnSync('psql', ['-XAtqc', "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'kaname_i_unique_incident_cost_centre%'", database], { encoding: 'utf8' }).stdout.trim()

async function assertOutdated({ client }, words) {
	for (const answer of [await client.get('/incidents'), await client.post('/incidents', { title: 'Too late' }, { 'accept-language': 'en' })]) {
		assert.equal(answer.status, 503, words)
		assert.equal(answer.body.errors[0].code, 'outdated')
		assert.ok(Number(answer.headers.get('retry-after')) >= 1)
	}
}

test('a program one step ahead and ours: both edit, also the same record; two steps ahead, ours is told to stop', async () => {
	const place = makePlace(), { database } = place
	let old = await place.start()
	const { number } = await old.client.make('incidents', { title: 'Before' }), made = []
	let over = false, edits = 0
	const patch = async (one) => {
		const etag = (await one.client.get(`/incidents/${number}`)).headers.get('etag')
		const answer = await one.client.patch(`/incidents/${number}`, { description: `${++edits}` }, { 'if-match': etag })
		assert.ok([200, 412].includes(answer.status), answer.text)
		return answer.status === 200
	}
	// Who of the two wins the record is chance: each goes on until it has won once.
	const work = async (one, goal, won = []) => {
		for (let i = 0; !over && i < 1000 && !(i >= goal && won.length); i++) {
			made.push((await one.client.make('incidents', { title: `Number ${i}` })).number)
			if (await patch(one)) won.push(i)
		}
		return won
	}
	const wonBefore = [], during = work(old, 1000, wonBefore)
	await until(() => made.length > 3)
	const fresh = await place.start([], ahead[0])
	assert.equal(await isBehind(fresh), false)
	await until(() => isBehind(old))
	const from = made.length, before = wonBefore.length
	const there = await work(fresh, 6)
	await until(() => made.length > from + 8 && wonBefore.length > before)
	over = true
	await during
	assert.ok(there.length > 0)
	// Those behind may start anew, and the tables stay as they are.
	await old.node.kill()
	old = await place.start()
	assert.ok(await isBehind(old))
	await until(() => old.node.log.includes('brought the database on'))
	await patch(old)
	for (const one of [old, fresh]) {
		assert.equal((await one.client.all('/incidents?limit=200')).length, made.length + 1)
		for (const one_made of made) assert.equal((await one.client.get(`/incidents/${one_made}`)).status, 200)
	}
	for (const program of [kaname, ahead[0]]) assert.match(runWell(['verify'], { database, program }), /^whole: /)

	const last = await place.start([], ahead[1])
	await assertOutdated(old, 'two steps')
	assert.equal(await isReady(old), false)
	assert.ok(await isReady(fresh))
	assert.equal((await fresh.client.post('/incidents', { title: 'One step behind' })).status, 201)
	assert.equal((await last.client.post('/incidents', { title: 'Ahead' })).status, 201)
	for (const words of [['serve', '--listen', '127.0.0.1:0'], ['init']]) {
		const refused = run(words, { database })
		assert.equal(refused.code, 1)
		assert.match(refused.err, /later version of this program/)
	}
	assert.match(runWell(['verify'], { database, program: ahead[1] }), /^whole: /)
})

test('a model with a new field, rolled over two nodes: what the old one does not know stays', async () => {
	const place = makePlace(), { database } = place
	const more = overlay(place, 'more', ['cost_centre: {type: text, max: 20, unique: true, label: {en: Cost centre, ja: 原価部門}}'])
	const plain = await place.start()
	const { number } = await plain.client.make('incidents', { title: 'Both know me' })
	const fresh = await place.start(more)
	assert.equal((await fresh.client.patch(`/incidents/${number}`, { cost_centre: 'A-1' })).status, 200)
	const old = { ...plain }
	for (const round of ['running', 'started anew']) {
		const answer = await old.client.patch(`/incidents/${number}`, { title: `By the old one, ${round}` })
		assert.equal(answer.status, 200, answer.text)
		assert.equal(answer.body.cost_centre, undefined)
		assert.equal((await old.client.patch(`/incidents/${number}`, { cost_centre: 'B-2' })).status, 400)
		assert.equal((await old.client.get(`/incidents/${number}/history`)).status, 200)
		const seen = (await fresh.client.get(`/incidents/${number}`)).body
		assert.deepEqual([seen.title, seen.cost_centre], [`By the old one, ${round}`, 'A-1'])
		const other = await old.client.make('incidents', { title: 'Without it' })
		assert.equal((await fresh.client.get(`/incidents/${other.number}`)).body.cost_centre ?? null, null)
		// What the new one promises holds, though the old one has started again.
		assert.equal((await fresh.client.patch(`/incidents/${other.number}`, { cost_centre: 'A-1' })).status, 422)
		assert.equal(uniqueIndexes(database), '1')
		if (round === 'running') {
			await old.node.kill()
			Object.assign(old, await place.start())
			assert.ok(await isBehind(old))
		}
	}
	for (const words of [['verify'], ['verify', ...more]]) assert.match(runWell(words, { database }), /^whole: /)

	// A rename is not survived by those who know the former name.
	const renamed = overlay(place, 'renamed', ['charged_to: {was: cost_centre, type: text, max: 20, unique: true, label: {en: Charged to, ja: 負担先}}'])
	const third = await place.start(renamed)
	assert.equal((await third.client.get(`/incidents/${number}`)).body.charged_to, 'A-1')
	await assertOutdated(fresh, 'renamed')
	const refused = run(['serve', '--listen', '127.0.0.1:0', ...more], { database })
	assert.equal(refused.code, 1)
	assert.match(refused.err, /kaname init/)
	assert.match(runWell(['verify', ...renamed], { database }), /^whole: /)
})
