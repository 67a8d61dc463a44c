// A service whose settings and processes are changed while people work: it starts itself anew in its place, and nobody is refused or cut.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import http from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, makeDirectory, request, run, runWell, serve, until } from '../api/support.mjs'

const WRITERS = 16, ROUNDS = process.env.KANAME_LONG === '1' ? 30 : 2

let place, token, config, overlay

before(() => {
	place = makeDirectory()
	config = join(place.directory, 'kaname.yaml')
	overlay = join(place.directory, 'overlay')
	mkdirSync(overlay)
	runWell(['init'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
})
after(() => place.remove())

const configure = (more = '') => writeFileSync(config, `overlay: [${overlay}]\n${more}`)
const declare = (names) => writeFileSync(join(overlay, 'more.yaml'), ['process: incident_and_service_request', 'records:', '  incident:', '    fields:',
	...names.map((name) => `      ${name}: {type: text, max: 20, label: {en: ${name}, ja: ${name}}}`)].join('\n'))

// Starts of the program in this process, and what the log says of each.
const starts = (server) => server.log.match(/serving http/g).length

const served = (words) => serve(place.database, words)

function reload(server) {
	const before = starts(server)
	server.child.kill('SIGHUP')
	return until(() => starts(server) > before)
}

// Over a connection that is kept: whatever is not an answer fails.
function create(agent, url, body) {
	return new Promise((resolve, reject) => {
		const sent = http.request(`${url}/api/v1/incidents`, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }, (answer) => {
			let text = ''
			answer.on('data', (data) => { text += data })
			answer.on('end', () => resolve({ status: answer.statusCode, ...JSON.parse(text) }))
			answer.on('error', reject)
		})
		sent.on('error', reject)
		sent.end(JSON.stringify(body))
	})
}

test('a field that is declared under load is there afterwards, and no request was refused or lost', async () => {
	configure()
	declare(['extra_0'])
	const server = await served(['--config', config]), agent = new http.Agent({ keepAlive: true }), confirmed = new Map()
	let ended = false
	const write = async (writer) => {
		for (let i = 0; !ended; i++) {
			const title = `w${writer}-${i}`, made = await create(agent, server.url, { title })
			assert.equal(made.status, 201, JSON.stringify(made))
			confirmed.set(made.number, title)
		}
	}
	const writers = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
	const pid = server.child.pid
	for (let round = 1; round <= ROUNDS; round++) {
		const so_far = confirmed.size
		await until(() => confirmed.size > so_far + 50)
		declare(Array.from({ length: round + 1 }, (_, i) => `extra_${i}`))
		await reload(server)
		const made = await request(server.url, token, 'POST', '/api/v1/incidents', { title: 'Knows it', [`extra_${round}`]: 'yes' })
		assert.equal(made.status, 201, made.text)
		assert.equal(made.body[`extra_${round}`], 'yes')
	}
	ended = true
	await writers
	agent.destroy()
	assert.equal(server.child.pid, pid)
	assert.equal(starts(server), ROUNDS + 1)
	const there = new Map((await clientOf(server.url, token, 'admin').all('/incidents?limit=200')).map(({ number, title }) => [number, title]))
	await server.stop()
	for (const [number, title] of confirmed) assert.equal(there.get(number), title)
	assert.equal(run(['verify', '--config', config], { database: place.database }).code, 0)
})

test('what cannot be served changes nothing, and the log says why', async () => {
	configure()
	declare(['extra_0'])
	const server = await served(['--config', config])
	const stays = async (words) => {
		server.log = ''
		server.child.kill('SIGHUP')
		await until(() => words.test(server.log))
		assert.doesNotMatch(server.log, /serving|starting anew/)
		assert.equal((await request(server.url, token, 'POST', '/api/v1/incidents', { title: 'As before', extra_0: 'yes' })).status, 201)
	}
	writeFileSync(join(overlay, 'more.yaml'), 'process: [\n')
	await stays(/error what is on disk cannot be served; what runs stays fault=.*more\.yaml:2/)
	writeFileSync(join(overlay, 'more.yaml'), 'process: incident_and_service_request\nrecords:\n  incident:\n    fields:\n      odd: {type: colour}\n')
	await stays(/what runs stays fault=.*more\.yaml:5.*colour/)
	declare(['extra_0'])
	configure('connections: many\n')
	await stays(/what runs stays fault=.*connections: This must be a number/)
	configure(`backup_to: ${join(place.directory, 'missing')}\n`)
	await stays(/what runs stays fault=.*backup_to/)
	configure('key: elsewhere\n')
	await stays(/what runs stays fault=.*key: This changes only with a restart/)
	configure('trusted_peers: everybody\n')
	await stays(/what runs stays fault=.*trusted_peers/)
	await server.stop()
})

test('a setting that cannot change while people work counts after the start anew', async () => {
	configure('request_seconds: 60\n')
	const server = await served(['--config', config])
	configure('request_seconds: 1\n')
	await reload(server)
	assert.match(server.log, /starting anew changed=request_seconds/)
	assert.equal((await request(server.url, token, 'GET', '/api/v1/incidents')).status, 200)
	// Whoever does not send the whole request is now told so after a second.
	const late = await new Promise((resolve, reject) => {
		const sent = http.request(`${server.url}/api/v1/incidents`, { method: 'POST', headers: { 'content-length': 100, authorization: `Bearer ${token}` } }, resolve)
		sent.on('error', reject)
		sent.write('{')
	})
	assert.equal(late.statusCode, 408)
	late.destroy()
	server.log = 'serving http'
	server.child.kill('SIGHUP') // nothing has changed since
	await until(() => /read anew/.test(server.log))
	assert.equal(starts(server), 1)
	await server.stop()
})

test('the end that comes during a start anew is the end', async () => {
	configure()
	declare(['extra_0'])
	const server = await served(['--config', config])
	declare(['extra_0', 'extra_1'])
	server.child.kill('SIGHUP')
	await until(() => /starting anew/.test(server.log))
	await server.stop() // which asks for exit code 0
	assert.match(server.log, /stopping/)
})
