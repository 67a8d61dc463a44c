// Clients that take more than their share: of time, of bytes, of connections, of guesses. They are refused clearly, nobody else
// notices, nothing is lost and memory stays bounded. KANAME_LONG=1 takes the full numbers.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { clientOf, makeDirectory, run, runWell, serve } from '../api/support.mjs'

const LONG = process.env.KANAME_LONG === '1'
const MB = 1 << 20
const HOSTILE = '127.0.0.1', HONEST = '127.0.0.2' // all of 127/8 is this machine
const SLOW_ENOUGH = 10_000 // ms that an honest request may take on a loaded machine with sanitizers; hanging takes longer

let place, token, server, it

async function start(words = []) {
	server = await serve(place.database, words)
	it = clientOf(server.url, token, 'admin')
}

before(async () => {
	place = makeDirectory()
	runWell(['init', '--admin', 'admin'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
	await start(['--request-seconds', '2'])
})

after(async () => {
	await server.stop()
	const verified = run(['verify'], { database: place.database })
	place.remove()
	assert.equal(verified.code, 0, verified.err)
})

const memory = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]) / 1024

function isBounded(before, most, what) {
	const grown = memory() - before
	assert.ok(grown < most, `${what}: memory grew by ${grown.toFixed(1)} MB`)
}

async function figure(name) {
	const text = (await ask({ from: HONEST, path: '/metrics' })).text
	return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1])
}

// One request from an address, through an agent or on a connection of its own.
function ask({ from, path, agent = false, method = 'GET', headers = {}, body }) {
	return new Promise((resolve, reject) => {
		const began = Date.now()
		const sent = http.request(server.url + path, { method, headers, agent, localAddress: from }, (answer) => {
			let text = ''
			answer.setEncoding('utf8').on('data', (data) => { text += data })
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text, took: Date.now() - began }))
			answer.on('error', reject)
		})
		sent.on('error', reject)
		sent.end(body)
	})
}

const me = (from, secret = token, agent = false) => ask({ from, path: '/api/v1/me', agent, headers: { authorization: `Bearer ${secret}` } })

// An honest user who goes on working until `done` resolves.
async function works(done) {
	let over = false
	done.finally(() => { over = true }).catch(() => {})
	let count = 0
	do {
		const answer = await me(HONEST)
		assert.equal(answer.status, 200, answer.text)
		assert.ok(answer.took < SLOW_ENOUGH, `an honest request took ${answer.took} ms`)
		count++
	} while (!over)
	await done
	return count
}

// A connection on which the test says every byte. `said` resolves with all that came once the server has ended it.
function connect(from = HOSTILE) {
	const socket = net.connect({ host: '127.0.0.1', port: Number(new URL(server.url).port), localAddress: from })
	let text = ''
	socket.setEncoding('latin1').on('data', (data) => { text += data })
	socket.on('error', () => {}) // a reset is an end as well
	const said = new Promise((resolve) => socket.on('close', () => resolve(text)))
	return { socket, said, text: () => text }
}

function isProblem(text, status) {
	assert.ok(text.startsWith(`HTTP/1.1 ${status} `), `no ${status}: ${text.slice(0, 200)}`)
	assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/)
	assert.equal(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).status, status)
}

test('thirty clients create at once, and all that was confirmed is there', async () => {
	const CLIENTS = 30, EACH = LONG ? 100 : 10
	const made = (await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
		const numbers = []
		for (let i = 0; i < EACH; i++)
			numbers.push([(await it.make('incidents', { title: `client ${client}, ${i}` })).number, `client ${client}, ${i}`])
		return numbers
	}))).flat()
	assert.equal(new Set(made.map(([number]) => number)).size, CLIENTS * EACH)
	const listed = new Map((await it.all('/incidents?limit=500')).map((record) => [record.number, record.title]))
	assert.equal(listed.size, CLIENTS * EACH)
	for (const [number, title] of made) assert.equal(listed.get(number), title)
})

// Each adds one to the number in the title that it has read: a lost update would make the sum too small.
test('two agents edit one record, and neither loses what it was told is saved', async () => {
	const EACH = LONG ? 500 : 40
	const { number } = await it.make('incidents', { title: 'edit 0' })
	let stale = 0
	async function agent() {
		for (let saved = 0; saved < EACH;) {
			const seen = await it.get(`/incidents/${number}`)
			const answer = await it.patch(`/incidents/${number}`, { title: `edit ${Number(seen.body.title.slice(5)) + 1}` },
				{ 'if-match': seen.headers.get('etag') })
			if (answer.status === 200) saved++
			else {
				assert.equal(answer.status, 412, answer.text)
				stale++
			}
		}
	}
	await Promise.all([agent(), agent()])
	assert.ok(stale > 0, 'they never met')
	assert.equal((await it.get(`/incidents/${number}`)).body.title, `edit ${2 * EACH}`)
	const titles = (await it.all(`/incidents/${number}/history?limit=100`)).flatMap((event) => event.changes ?? [])
		.filter((change) => change.field === 'title').map((change) => change.new)
	for (let i = 0; i <= 2 * EACH; i++) assert.ok(titles.includes(`edit ${i}`), `edit ${i} is in the history`)
	const without = await it.patch(`/incidents/${number}`, { title: 'blind' }, { 'if-match': '"0"' })
	assert.equal(without.status, 412)
})

test('clients that send a byte now and then get 408, and hold nobody up', async () => {
	const CLIENTS = LONG ? 900 : 200
	const heads = [
		'GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ',
		'POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
		'POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n',
	]
	const size = memory()
	const ends = Promise.all(Array.from({ length: CLIENTS }, async (_, i) => {
		const { socket, said } = connect()
		socket.write(heads[i % heads.length])
		const timer = setInterval(() => socket.write('a'), 500)
		const text = await said
		clearInterval(timer)
		isProblem(text, 408)
	}))
	assert.ok(await works(ends) > 0)
	isBounded(size, 64, `${CLIENTS} slow clients`)
	// The server forgets a request a moment after its client has heard the end. One is this one.
	for (let asked = 0; await figure('kaname_http_in_flight') > 1; asked++) assert.ok(asked < 200, 'requests that nobody waits for stay')
})

// Sends until it is ended or has sent all; resolves with what the server said and how much was sent.
async function pour(head, piece, total) {
	const { socket, said, text } = connect()
	let sent = 0
	socket.write(head)
	const write = () => {
		while (!socket.destroyed && sent < total && !text()) {
			sent += piece.length
			if (!socket.write(piece)) return
		}
		socket.end()
	}
	socket.on('drain', write)
	write()
	return { text: await said, sent }
}

test('a body of a gigabyte is refused without being taken', async () => {
	const GB = 1 << 30, zeros = Buffer.alloc(MB)
	const size = memory()
	const announced = await pour(`POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: ${GB}\r\n\r\n`, zeros, GB)
	isProblem(announced.text, 413)
	assert.ok(announced.sent < 64 * MB, `${announced.sent / MB} MB were sent before anybody said no`)
	const chunked = await pour('POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
		Buffer.concat([Buffer.from('100000\r\n'), zeros, Buffer.from('\r\n')]), GB)
	isProblem(chunked.text, 413)
	assert.ok(chunked.sent < 128 * MB, `${chunked.sent / MB} MB were sent before anybody said no`)
	const { socket, said } = connect()
	socket.write(`POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Length: ${GB}\r\nExpect: 100-continue\r\n\r\n`)
	isProblem(await said, 413)
	isBounded(size, 64, 'three gigabytes')
	assert.equal((await me(HONEST)).status, 200)
})

async function open(count) {
	const all = []
	for (let i = 0; i < count; i++) {
		const one = connect()
		all.push(one)
		await new Promise((resolve) => one.socket.once('connect', resolve).once('close', resolve))
	}
	return all
}

test('a crowd of idle connections leaves room for others', async () => {
	const CROWD = LONG ? 10_000 : 1500
	const size = memory()
	const opening = open(CROWD)
	assert.ok(await works(opening) > 1)
	const idle = await opening
	for (let i = 0; i < 50; i++) assert.equal((await me(HONEST)).status, 200)
	assert.ok(await figure('kaname_http_connections') <= 2000 + 1000 + 64)
	isBounded(size, LONG ? 256 : 128, `${CROWD} idle connections`)
	// Their own address has taken what it may.
	const more = await me(HOSTILE).catch(() => ({ status: 429, headers: { 'retry-after': '1' } })) // closed at once when it goes far beyond
	assert.equal(more.status, 429)
	assert.equal(more.headers['retry-after'], '1')
	for (const { socket } of idle) socket.destroy()
	await Promise.all(idle.map(({ said }) => said))
	let again
	do again = await me(HOSTILE).catch(() => ({})) // once the server has noticed that they are gone
	while (again.status !== 200)
})

test('guessed tokens get 401, then 429 that says when; right ones go on', async () => {
	const GUESSES = LONG ? 100_000 : 3000, AT_ONCE = 16
	const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE, localAddress: HOSTILE })
	assert.equal((await me(HOSTILE)).status, 200) // proves this token from there
	const size = memory(), edits = await figure('kaname_edits_total')
	const statuses = { 401: 0, 429: 0 }
	let left = GUESSES
	const guessing = Promise.all(Array.from({ length: AT_ONCE }, async () => {
		while (left-- > 0) {
			const answer = await me(HOSTILE, `guess-${left}`.padEnd(43, 'x'), agent)
			statuses[answer.status]++
			assert.match(answer.headers['content-type'], /problem\+json/)
			if (answer.status !== 429) continue
			const wait = Number(answer.headers['retry-after'])
			assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`)
		}
	}))
	assert.ok(await works(guessing) > 1)
	agent.destroy()
	assert.equal(statuses[401] + statuses[429], GUESSES)
	assert.ok(statuses[401] >= 30 && statuses[401] < 30 + 8 * AT_ONCE, `${statuses[401]} guesses were looked at`)
	assert.equal((await me(HOSTILE)).status, 200, 'who was known there before still is')
	assert.ok(await figure('kaname_edits_total') - edits < GUESSES / 50, 'no guess is worth a write') // the clock writes now and then
	isBounded(size, 64, `${GUESSES} guesses`)
})

test('passwords guessed at once count one by one', async () => {
	const GUESSES = 40
	const body = new URLSearchParams({ user: 'admin', password: 'not this one' }).toString()
	const answers = await Promise.all(Array.from({ length: GUESSES }, () =>
		ask({ from: HOSTILE, path: '/login', method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })))
	const refused = answers.filter(({ status }) => status === 429)
	assert.equal(answers.filter(({ status }) => status === 401).length + refused.length, GUESSES)
	assert.ok(GUESSES - refused.length >= 5 && GUESSES - refused.length <= 8, `${GUESSES - refused.length} were looked at`)
	for (const { headers } of refused) assert.ok(Number(headers['retry-after']) >= 1)
	assert.equal((await me(HONEST)).status, 200)
})
