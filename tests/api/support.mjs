// A server of its own for every test file: a temporary database, people with their roles, and a client that speaks as any of them.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export const kaname = process.env.KANAME ??
	['build/test/kaname', 'build/kaname'].map((path) => join(root, path)).find((path) => existsSync(path)) ?? 'kaname'

// Runs a subcommand to its end.
export function run(words, { input = '', database, program = kaname } = {}) {
	const done = spawnSync(program, database ? [...words, '--database', database] : words, { input, encoding: 'utf8', maxBuffer: 1 << 26 })
	if (done.error) throw done.error
	return { code: done.status, out: done.stdout, err: done.stderr }
}

export function runWell(words, options) {
	const done = run(words, options)
	if (done.code !== 0) throw new Error(`kaname ${words.join(' ')}: exit ${done.code}: ${done.err}`)
	return done.out
}

// The same without waiting, for many at once.
export function runAside(words, input = '') {
	return new Promise((resolve, reject) => {
		const child = spawn(kaname, words, { stdio: ['pipe', 'pipe', 'pipe'] })
		child.stdin.end(input)
		let out = '', err = ''
		child.stdout.on('data', (data) => { out += data })
		child.stderr.on('data', (data) => { err += data })
		child.on('error', reject)
		child.on('close', (code) => code === 0 ? resolve(out) : reject(new Error(`kaname ${words.join(' ')}: exit ${code}: ${err}`)))
	})
}

export function setPasswords(database, accounts, password) {
	runWell(['user', 'password', ...accounts], { input: `${password}\n`.repeat(accounts.length), database })
}

// PostgreSQL sees to backups by itself, so no record of them comes to be there.
export const neverThere = process.env.KANAME_TEST_DATABASE ? ['backups'] : []

// A folder with a database file, or beside a PostgreSQL server (KANAME_TEST_DATABASE) with a database there.
export function makeDirectory() {
	const directory = mkdtempSync(join(tmpdir(), 'kaname-test-'))
	const server = process.env.KANAME_TEST_DATABASE
	const remove = () => rmSync(directory, { recursive: true, force: true })
	if (!server) return { directory, database: `sqlite:${join(directory, 'kaname.db')}`, remove }
	const [address, query] = server.split('?')
	const drop = () => spawnSync('dropdb', ['--force', '--if-exists', '--maintenance-db', `${address}postgres?${query}`, basename(directory)])
	return { directory, database: `${address}${basename(directory)}?${query}`, remove: () => { remove(); drop() } }
}

// On PostgreSQL: as a copy of the database of that name, which nobody is in.
export function createDatabase({ database }, template) {
	const [address, query] = database.split('?'), at = address.lastIndexOf('/') + 1
	const done = spawnSync('createdb', ['--template', template, '--strategy', 'file_copy', '--maintenance-db', `${address.slice(0, at)}postgres?${query}`, address.slice(at)], { encoding: 'utf8' })
	if (done.status !== 0) throw new Error(`createdb: ${done.stderr}`)
}

// What comes by itself comes when it comes; what has not come after a minute never does. Gives what `holds` gave.
export async function until(holds, why = () => '') {
	for (let pause = 1, end = Date.now() + 60000; ; pause = Math.min(pause * 2, 16)) { // whoever asks without a pause takes the processor from what is asked for
		const found = await holds()
		if (found) return found
		if (Date.now() > end) throw new Error(`it did not come to be: ${why()}`)
		await new Promise((resolve) => setTimeout(resolve, pause))
	}
}

// One that a failed test leaves behind holds up neither the other tests nor the end of them all.
const serving = new Set()
process.on('exit', () => { for (const child of serving) child.kill('SIGKILL') })

// A clock of the calendar for a program: `env` lets it be served by that clock, and ahead() moves it on at once (clock.c).
// What a program is started with, so that a library of ours stands in front of others.
function preloaded(directory, source, more) {
	const library = join(directory, `${source.replace(/\W/g, '-')}.so`)
	const made = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(root, source), '-ldl'], { encoding: 'utf8' })
	if (made.status !== 0) throw new Error(`${source} is not built: ${made.stderr}`)
	return { ...process.env, LD_PRELOAD: library, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? 'detect_leaks=1'}:verify_asan_link_order=0`, ...more }
}
// tests/fault/mishap.c tells what may go wrong.
export const mishap = (directory, kinds) => preloaded(directory, 'tests/fault/mishap.c', Object.fromEntries(Object.entries(kinds).map(([kind, value]) => [`KANAME_MISHAP_${kind.toUpperCase()}`, value])))

export function clockIn(directory) {
	const file = join(directory, 'clock')
	const write = (ms) => { const bytes = Buffer.alloc(8); bytes.writeBigInt64LE(BigInt(ms)); writeSync(hands, bytes, 0, 8, 0) }
	const hands = openSync(file, 'w')
	let shift = 0
	write(0)
	return {
		env: preloaded(directory, 'tests/api/clock.c', { KANAME_CLOCK: file }),
		now: () => new Date(Date.now() + shift),
		ahead(ms) { shift += ms; write(shift) },
	}
}

// Starts `kaname serve` on a free port and waits for the line that tells which.
export function serve(database, words = [], program = kaname, env = process.env) {
	return new Promise((resolve, reject) => {
		const child = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--database', database, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env })
		const over = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })))
		const hold = (does) => { for (const one of [child, child.stdout, child.stderr]) does ? one.ref() : one.unref() }
		const server = { child, log: '', url: null, get ended() { hold(true); return over } } // whoever asks for the end waits for it
		const read = (data) => {
			server.log += data
			const found = /serving (http:\/\/[^\s"]+)/.exec(server.log)
			if (found && !server.url) {
				server.url = found[1]
				hold(false)
				resolve(server)
			}
		}
		serving.add(child)
		child.stdout.on('data', read)
		child.stderr.on('data', read)
		child.on('error', reject)
		over.then(({ code }) => {
			serving.delete(child)
			reject(new Error(`serve ended with ${code}: ${server.log}`))
		})
		server.stop = async () => {
			child.kill('SIGTERM')
			const { code } = await server.ended
			if (code !== 0) throw new Error(`serve ended with ${code}:\n${server.log}`)
		}
		server.kill = async () => {
			child.kill('SIGKILL')
			await server.ended
		}
	})
}

// One exchange over connections that stay open; redirects are not followed. A fifth of what fetch() costs, and there are very many.
const agent = new http.Agent({ keepAlive: true })

export async function exchange(url, { method = 'GET', headers = {}, body } = {}) {
	let data = body, type
	if (body instanceof FormData || body instanceof URLSearchParams) {
		const packed = new Response(body)
		type = packed.headers.get('content-type')
		data = Buffer.from(await packed.arrayBuffer())
	}
	const sent = { ...headers, ...(type && { 'content-type': type }) }
	if (data !== undefined) sent['content-length'] = Buffer.byteLength(data)
	else if (method !== 'GET' && method !== 'HEAD') sent['content-length'] = 0
	return new Promise((resolve, reject) => {
		const asked = http.request(url, { method, headers: sent, agent }, (answer) => {
			const parts = []
			answer.on('data', (part) => parts.push(part))
			answer.on('error', reject)
			answer.on('end', () => {
				const bytes = Buffer.concat(parts), got = (name) => answer.headers[name.toLowerCase()]
				resolve({ status: answer.statusCode, bytes, get text() { return bytes.toString('utf8') },
					headers: { get: (name) => got(name) === undefined ? null : [got(name)].flat().join(', '), has: (name) => got(name) !== undefined } })
			})
		})
		asked.on('error', (fault) => { // a connection that stayed open until it had been idle for too long: nothing of this came through
			if (fault.code === 'ECONNRESET' && asked.reusedSocket) resolve(exchange(url, { method, headers, body }))
			else reject(new Error(`${method} ${url}: ${fault.message}`))
		})
		asked.end(data)
	})
}

// One request. body: undefined, a string or Buffer or FormData as it is, or anything else as JSON.
export async function request(url, token, method, path, body, headers = {}) {
	const sent = { ...headers }
	if (token) sent.authorization ??= `Bearer ${token}`
	let data = body
	if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body) && !(body instanceof FormData)) {
		data = JSON.stringify(body)
		sent['content-type'] ??= 'application/json'
	}
	const answer = await exchange(url + path, { method, headers: sent, body: data }), type = answer.headers.get('content-type') ?? ''
	return {
		status: answer.status, headers: answer.headers, bytes: answer.bytes, text: answer.text, type,
		body: /json/.test(type) && answer.bytes.length ? JSON.parse(answer.text) : undefined,
	}
}

export function clientOf(url, token, account) {
	const call = (method, path, body, headers) => request(url, token, method, path.startsWith('/api/') ? path : `/api/v1${path}`, body, headers)
	const client = {
		token, account, call,
		get: (path, headers) => call('GET', path, undefined, headers),
		post: (path, body, headers) => call('POST', path, body, headers),
		patch: (path, body, headers) => call('PATCH', path, body, headers),
		delete: (path, headers) => call('DELETE', path, undefined, headers),
		// The record that was made, or the reason why it was not.
		async make(collection, fields) {
			const answer = await call('POST', `/${collection}`, fields)
			if (answer.status !== 201) throw new Error(`POST ${collection} as ${account}: ${answer.status} ${answer.text}`)
			return answer.body
		},
		async take(path, transition, fields) {
			const answer = await call('POST', `${path}/transitions/${transition}`, fields)
			if (answer.status !== 200) throw new Error(`${transition} of ${path} as ${account}: ${answer.status} ${answer.text}`)
			return answer.body
		},
		// Every page of a list.
		async all(path) {
			const items = []
			let after = ''
			do {
				const answer = await call('GET', path + (after && `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`))
				if (answer.status !== 200) throw new Error(`GET ${path} as ${account}: ${answer.status} ${answer.text}`)
				items.push(...answer.body.items)
				after = answer.body.next
			} while (after)
			return items
		},
	}
	return client
}

// The pages, as the browser of a person gets them: GET, or POST with the token of their session.
export async function signIn(url, user, password) {
	const welcome = await exchange(`${url}/login`, { method: 'POST', body: new URLSearchParams({ user, password }) })
	const cookie = welcome.headers.get('set-cookie').split(';')[0]
	const visit = async (path, options) => {
		const answer = await exchange(url + path, { headers: { cookie }, ...options })
		return { ...answer, text: answer.text, location: answer.headers.get('location') }
	}
	return {
		get: (path) => visit(path),
		// From the page that has the form, and so the token.
		async post(path, fields, page) {
			const csrf = /name='csrf' value='([^']+)'/.exec((await visit(page)).text)[1]
			const sent = fields instanceof FormData ? fields : new URLSearchParams(fields)
			sent.append('csrf', csrf)
			return visit(path, { method: 'POST', body: sent })
		},
	}
}

export const query = (parameters) => '?' + new URLSearchParams(parameters).toString()

// A stage with a customer each for user and user2, groups, a service under an agreement, and one person for each of these roles.
export const staffRoles = {
	desk: ['incident_and_service_request.service_desk', 'incident_and_service_request.major_incident_declarer'],
	resolver: ['incident_and_service_request.resolver'],
	desk_manager: ['incident_and_service_request.manager'],
	slm: ['service_level.service_level_manager'],
	config: ['configuration.configuration_manager'],
	security: ['information_security.security_team'],
	relations: ['business_relationship.relationship_manager'],
	resources: ['resource_management.manager'],
	auditor: [],
}

// Nobody but admin. On PostgreSQL as a copy, when such a one was made for all files.
function begin(place) {
	if (process.env.KANAME_BEGUN) return createDatabase(place, process.env.KANAME_BEGUN)
	runWell(['init', '--admin', 'admin'], { input: 'a long password\n', database: place.database })
}

// With a clock, what is served lives at its time (clockIn()). words: of the service; or by its folder.
export async function stage({ people = Object.keys(staffRoles), extra = {}, clock = false, words = [] } = {}) {
	const place = makeDirectory(), time = clock ? clockIn(place.directory) : undefined
	begin(place)
	const makeTokens = async (accounts, more = []) => // at once: each start of the program takes its time
		(await runAside(['token', 'create', '--user', ...accounts, '--database', place.database, ...more])).trim().split('\n')
	const makeToken = async (account, more = []) => (await makeTokens([account], more))[0]
	const admin = await makeToken('admin')
	const server = await serve(place.database, typeof words === 'function' ? words(place.directory) : words, kaname, time?.env)
	const clients = { admin: Object.assign(clientOf(server.url, admin, 'admin'), { database: place.database }) }
	const it = clients.admin

	await it.patch('/people/admin', { language: 'en' })
	const made = {}
	made.calendar = await it.make('calendars', {
		name: 'Office hours', monday: '09:00-18:00', tuesday: '09:00-18:00', wednesday: '09:00-18:00', thursday: '09:00-18:00', friday: '09:00-18:00',
	})
	made.customer = await it.make('customers', { name: 'Aoba Trading', name_reading: 'アオバ' })
	made.customer2 = await it.make('customers', { name: 'Fuji Works', name_reading: 'フジ' })
	made.group = await it.make('groups', { key: 'servers', name: 'Servers' })
	made.group2 = await it.make('groups', { key: 'networks', name: 'Networks' })
	made.service = await it.make('services', { name: 'Mail', criticality: 'vital', calendar: made.calendar.number })
	made.service2 = await it.make('services', { name: 'Accounting', calendar: made.calendar.number })
	const roles = { ...staffRoles, ...extra }
	const persons = [
		...people.concat(Object.keys(extra)).map((account) => ({ account, name: account, roles: roles[account], language: 'en', groups: account === 'resolver' ? ['servers'] : [] })),
		{ account: 'user', name: 'User of Aoba', customer: made.customer.number, language: 'en' },
		{ account: 'colleague', name: 'Colleague of Aoba', customer: made.customer.number, language: 'en' },
		{ account: 'user2', name: 'User of Fuji', customer: made.customer2.number, language: 'en' },
	]
	for (const person of persons) await it.make('people', person)
	const accounts = persons.map(({ account }) => account), tokens = await makeTokens(accounts)
	accounts.forEach((account, i) => { clients[account] = clientOf(server.url, tokens[i], account) })
	const signedIn = {}
	const pagesOf = (account) => signedIn[account] ??= enter(account) // once: a password takes its time
	const enter = async (account) => {
		await runAside(['user', 'password', account, '--database', place.database], 'a long password\n')
		return signIn(server.url, account, 'a long password')
	}
	clients.admin.pages = () => pagesOf('admin')
	// Somebody outside who is no customer: of a supplier, who is asked for it where it has to agree.
	const addPartner = async () => {
		made.supplier = await it.make('suppliers', { name: 'Seiki Parts' })
		made.partner = await it.make('people', { account: 'partner', name: 'Partner of Seiki', supplier: made.supplier.number, language: 'en' })
		await it.patch(`/suppliers/${made.supplier.number}`, { approver: 'partner' })
		return clients.partner = clientOf(server.url, await makeToken('partner'), 'partner')
	}
	return {
		...place, addPartner, server, pagesOf, url: server.url, as: clients, made, makeToken, clock: time,
		async end() {
			await server.stop()
			place.remove()
		},
	}
}

// Random choices that are the same on every run.
export function randomOf(seed) {
	let state = seed >>> 0
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0
		let t = state
		t = Math.imul(t ^ (t >>> 15), t | 1)
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296
	}
	return { below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)], chance: (p) => next() < p }
}
