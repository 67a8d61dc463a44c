// What operators rely on: figures, logs, names of requests, and what systemd and Kaname say to each other.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, neverThere, request, root, runWell, serve, until } from './support.mjs'

let place, token

before(() => {
	place = makeDirectory()
	runWell(['init', '--admin', 'admin'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
})
after(() => place.remove())

// Asks until it is so; what is waited for comes from another process.
function familiesOf(text) {
	const families = new Map()
	for (const line of text.trimEnd().split('\n')) {
		const [, word, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
		if (word === 'HELP') families.set(name, { help: rest, samples: [] })
		else if (word === 'TYPE') families.get(name).type = rest
		else {
			const [, sample, labels, value] = /^([a-z_]+)(\{[^}]*\}|\{.*"\})? (\S+)$/.exec(line) ?? assert.fail(`not a sample: ${line}`)
			const family = [...families.keys()].find((known) => sample === known || sample.replace(/_(bucket|sum|count)$/, '') === known)
			assert.ok(family, `${sample} belongs to nothing that was announced`)
			assert.ok(Number.isFinite(Number(value)), line)
			families.get(family).samples.push({ sample, labels: labels ?? '', value: Number(value) })
		}
	}
	return families
}

const figure = (families, name, labels = '') =>
	[...families.values()].flatMap(({ samples }) => samples).find((one) => one.sample === name && one.labels === labels)?.value

test('every figure is documented, announced by type and unit, and moves', async () => {
	const folder = join(place.directory, 'backups'), phrase = join(place.directory, 'phrase')
	mkdirSync(folder)
	writeFileSync(phrase, 'a long passphrase\n', { mode: 0o600 })
	const server = await serve(place.database, neverThere.length ? [] : ['--backup-to', folder, '--backup-passphrase-file', phrase]), admin = clientOf(server.url, token, 'admin')
	try {
		for (let i = 0; i < 5; i++) await admin.make('incidents', { title: `Printer ${i}` })
		await admin.get('/search?q=Printer')
		const answer = await request(server.url, null, 'GET', '/metrics')
		assert.equal(answer.type, 'text/plain; version=0.0.4; charset=utf-8')
		const families = familiesOf(answer.text)
		const documented = new Map([...readFileSync(join(root, 'docs/operator/operation.md'), 'utf8')
			.matchAll(/^\| `((?:kaname|process)_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [name, type])
			.filter(([name]) => !name.startsWith('kaname_replica_'))) // told where there are replicas: tests/postgres/replicas_test.mjs
		if (neverThere.length) for (const name of documented.keys()) if (/^kaname_(backup|journal|restore)/.test(name)) documented.delete(name)
		assert.deepEqual([...families.keys()].sort(), [...documented.keys()].sort())
		for (const [name, { help, type, samples }] of families) {
			assert.equal(type, documented.get(name), name)
			assert.ok(help && samples.length, `${name} has a text and a value`)
			assert.equal(/_total$/.test(name), type === 'counter', `${name} is named as its type asks`)
			if (type !== 'histogram') continue
			const buckets = samples.filter(({ sample }) => sample === `${name}_bucket`).map(({ value }) => value)
			assert.ok(buckets.every((value, i) => i === 0 || value >= buckets[i - 1]), `${name} rises`)
			assert.equal(buckets.at(-1), figure(families, `${name}_count`))
		}
		assert.ok(figure(families, 'kaname_edits_total') >= 5)
		// A group that is being committed meanwhile is counted in one place a moment before the other.
		assert.ok(Math.abs(figure(families, 'kaname_commit_group_jobs_sum') - figure(families, 'kaname_edits_total')) <= 10)
		assert.ok(Math.abs(figure(families, 'kaname_commit_group_jobs_count') - figure(families, 'kaname_commit_groups_total')) <= 1)
		assert.ok(figure(families, 'kaname_commit_seconds_sum') > 0)
		assert.equal(figure(families, 'kaname_search_seconds_count'), 1)
		assert.equal(figure(families, 'kaname_http_route_seconds_count', '{method="GET",route="/api/v1/search"}'), 1)
		assert.ok(figure(families, 'kaname_readers') >= 3)
		assert.ok(figure(families, 'kaname_database_bytes') > 100000)
		assert.ok(figure(families, 'process_resident_memory_bytes') > 10e6)
		assert.ok(Math.abs(figure(families, 'process_start_time_seconds') - Date.now() / 1000) < 60)
		await until(async () => figure(familiesOf((await request(server.url, null, 'GET', '/metrics')).text), 'kaname_jobs_total', '{name="timers",result="done"}') > 0)
	} finally {
		await server.stop()
	}
})

test('a request has one name, in its answer, in a problem and in the log; the log tells nothing of people', async () => {
	const server = await serve(place.database, ['--log-format', 'json', '--log-level', 'debug', '--trusted-peers', '127.0.0.1'])
	let own, missing, named, odd
	try {
		own = await request(server.url, token, 'GET', '/api/v1/people?filter=account+%3D+%22admin%22')
		missing = await request(server.url, token, 'GET', '/api/v1/incidents/INC-999')
		named = await request(server.url, token, 'GET', '/api/v1/incidents', undefined, { 'x-request-id': 'proxy-42' })
		odd = await request(server.url, token, 'GET', '/api/v1/incidents', undefined, { 'x-request-id': 'a "name" with spaces' })
	} finally {
		await server.stop()
	}
	const name = (answer) => answer.headers.get('x-request-id')
	assert.match(name(own), /^[0-9a-f]{16}$/)
	assert.equal(missing.body.request, name(missing))
	assert.equal(name(named), 'proxy-42')
	assert.match(name(odd), /^[0-9a-f]{16}$/)
	assert.equal(new Set([own, missing, named, odd].map(name)).size, 4)
	const lines = server.log.trimEnd().split('\n').map((line) => JSON.parse(line))
	for (const line of lines) assert.ok(line.time && line.level && line.message, JSON.stringify(line))
	const told = lines.find((line) => line.request === name(missing))
	assert.deepEqual({ ...told, time: 0, took_us: 0, bytes: 0 }, {
		time: 0, level: 'debug', message: 'answered', request: name(missing), method: 'GET', route: '/api/v1/{collection}/{number}', status: 404,
		took_us: 0, bytes: 0,
	})
	assert.ok(lines.some((line) => line.request === 'proxy-42'))
	assert.doesNotMatch(server.log, /admin|filter|INC-999|127\.0\.0\.1(?!:)/)
	assert.ok(!server.log.includes(token))
})

test('a name from whom nobody trusts is not taken over', async () => {
	const server = await serve(place.database)
	try {
		const answer = await request(server.url, token, 'GET', '/api/v1/incidents', undefined, { 'x-request-id': 'proxy-42' })
		assert.match(answer.headers.get('x-request-id'), /^[0-9a-f]{16}$/)
	} finally {
		await server.stop()
	}
	assert.doesNotMatch(server.log, /debug/, 'requests that went well are not told without being asked for')
})

test('words that mean nothing are refused at the start', async () => {
	await assert.rejects(serve(place.database, ['--log-level', 'loud']), /log_level|One of these is expected/)
	await assert.rejects(serve(place.database, ['--log-format', 'xml']), /One of these is expected/)
})

test('the settings are read anew: what can change changes at once, and what cannot be read changes nothing', async () => {
	const config = join(place.directory, 'kaname.yaml'), overlay = join(place.directory, 'overlay')
	const write = (more) => writeFileSync(config, `overlay: [${overlay}]\n${more}`)
	mkdirSync(overlay)
	write('log_level: info\n')
	const server = await serve(place.database, ['--config', config])
	const reload = async (words) => {
		server.log = ''
		server.child.kill('SIGHUP')
		await until(() => words.test(server.log))
		return server.log
	}
	try {
		write('log_level: debug\n')
		await reload(/read anew/)
		await request(server.url, token, 'GET', '/api/v1/incidents')
		await until(() => /answered request=/.test(server.log))
		writeFileSync(config, 'listens: 1\n')
		assert.match(await reload(/error/), /settings cannot be read; the running ones stay .*listens/)
		assert.equal((await request(server.url, token, 'GET', '/api/v1/incidents')).status, 200)
	} finally {
		await server.stop()
	}
})

// Kaname under the service manager that manager.py plays.
async function underManager(words) {
	const child = spawn('python3', [join(root, 'tests/api/manager.py'), kaname, 'serve', '--database', place.database, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
	const manager = { child, said: [], notes: [], log: '', port: 0, pid: 0, ended: [] }
	createInterface({ input: child.stdout }).on('line', (line) => {
		const what = JSON.parse(line)
		if (what.notify) manager.notes.push(what.notify)
		if (what.port) manager.port = what.port
		if (what.pid) manager.pid = what.pid
		if (what.ended !== undefined) manager.ended.push(what.ended)
	})
	child.stderr.on('data', (data) => { manager.log += data })
	process.on('exit', () => { try { process.kill(manager.pid, 'SIGKILL') } catch { /* it has ended */ } })
	return manager
}

test('systemd passes the socket, hears what happens, and loses no connection over a restart', async () => {
	const overlay = join(place.directory, 'passed')
	mkdirSync(overlay)
	const manager = await underManager(['--overlay', overlay])
	await until(() => manager.notes.includes('READY=1'))
	const url = `http://127.0.0.1:${manager.port}`
	assert.match(manager.log, new RegExp(`serving http://localhost:${manager.port} at the socket that was passed`))
	assert.equal((await request(url, null, 'GET', '/readyz')).status, 200)
	await until(() => manager.notes.filter((note) => note === 'WATCHDOG=1').length >= 2)

	process.kill(manager.pid, 'SIGHUP')
	await until(() => manager.notes.filter((note) => note === 'READY=1').length === 2)
	assert.ok(manager.notes.some((note) => /^RELOADING=1\nMONOTONIC_USEC=\d+$/.test(note)))

	writeFileSync(join(overlay, 'more.yaml'), 'process: incident_and_service_request\nrecords:\n  incident:\n    fields:\n      passed_on: {type: text, max: 20, label: {en: x, ja: x}}\n')
	process.kill(manager.pid, 'SIGHUP')
	await until(() => manager.notes.filter((note) => note === 'READY=1').length === 3)
	assert.equal(manager.notes.filter((note) => /^RELOADING=1/.test(note)).length, 2)
	assert.equal((await request(url, token, 'POST', '/api/v1/incidents', { title: 'Known', passed_on: 'yes' })).status, 201)
	assert.equal(manager.notes.includes('STOPPING=1') || manager.ended.length > 0, false, 'it is the same process')
	assert.equal(manager.log.split(`serving http://localhost:${manager.port} at the socket that was passed`).length, 3)

	process.kill(manager.pid, 'SIGTERM')
	await until(() => manager.ended.length === 1)
	assert.equal(manager.ended[0], 0)
	assert.ok(manager.notes.includes('STOPPING=1'))
	const waits = request(url, null, 'GET', '/readyz') // nobody serves, but somebody listens
	manager.child.stdin.write('again\n')
	assert.equal((await waits).status, 200)

	process.kill(manager.pid, 'SIGTERM')
	await until(() => manager.ended.length === 2)
	manager.child.stdin.end()
	await once(manager.child, 'close')
})
