// A service that is told to stop, under load: nothing that it confirmed is lost, no request that it accepted is cut, and it ends in time.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { clientOf, makeDirectory, request, run, runWell, serve } from '../api/support.mjs'

const WRITERS = 32, ROUNDS = process.env.KANAME_LONG === '1' ? 60 : 3

let place, token

before(() => {
	place = makeDirectory()
	runWell(['init'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
})
after(() => place.remove())

// One request on a connection that is kept: the status, or that nobody listens any more. Anything else is a request that was cut.
function create(agent, url, title) {
	return new Promise((resolve, reject) => {
		const sent = http.request(`${url}/api/v1/incidents`, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }, (answer) => {
			let text = ''
			answer.on('data', (data) => { text += data })
			answer.on('end', () => resolve({ status: answer.statusCode, number: answer.statusCode === 201 && JSON.parse(text).number }))
			answer.on('error', reject)
		})
		sent.on('error', (fault) => fault.code === 'ECONNREFUSED' ? resolve({ status: 0 }) : reject(new Error(`${title} was cut: ${fault.message}`)))
		sent.end(JSON.stringify({ title }))
	})
}

test('what is accepted is answered, and what was confirmed is there', async () => {
	const confirmed = new Map()
	for (let round = 0; round < ROUNDS; round++) {
		const server = await serve(place.database), agent = new http.Agent({ keepAlive: true })
		let stopped = null, count = 0, last = 0
		const write = async (writer) => {
			for (let i = 0; ; i++) {
				const title = `r${round}w${writer}-${i}`, { status, number } = await create(agent, server.url, title)
				if (status === 0) return
				assert.equal(status, 201, title)
				confirmed.set(number, title)
				last += stopped !== null
				if (++count === 100 + round % 5 * 50) stopped = server.stop() // which asks for exit code 0
			}
		}
		await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
		await stopped
		assert.ok(last > 0, 'some were under way')
		agent.destroy()
	}
	const server = await serve(place.database), admin = clientOf(server.url, token, 'admin')
	const there = new Map((await admin.all('/incidents?limit=200')).map(({ number, title }) => [number, title]))
	await server.stop()
	for (const [number, title] of confirmed) assert.equal(there.get(number), title)
	assert.equal(run(['verify'], { database: place.database }).code, 0)
})

// A request of which half has come.
async function half(url) {
	const { hostname, port } = new URL(url), socket = net.connect(Number(port), hostname)
	const body = '{"title":"Half of it came before"}', answer = []
	socket.on('data', (data) => answer.push(data))
	socket.on('error', () => {}) // told by what came
	await once(socket, 'connect')
	socket.write(`POST /api/v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`)
	for (;;) { // until the server has read it
		const figures = await request(url, null, 'GET', '/metrics')
		if (Number(/^kaname_http_in_flight (\d+)$/m.exec(figures.text)[1]) > 1) break
	}
	return {
		finish: async () => {
			socket.write(body.slice(10))
			await once(socket, 'close')
			return Buffer.concat(answer).toString()
		},
	}
}

test('a request that is still coming is waited for; balancers are told first', async () => {
	const server = await serve(place.database, ['--drain-seconds', '1']), slow = await half(server.url)
	assert.equal((await request(server.url, null, 'GET', '/readyz')).status, 200)
	const stopped = server.stop()
	let ready
	do ready = await request(server.url, null, 'GET', '/readyz'); while (ready.status === 200)
	assert.equal(ready.status, 503)
	assert.equal((await request(server.url, token, 'GET', '/api/v1/incidents?limit=1')).status, 200, 'who comes meanwhile is served')
	assert.match(await slow.finish(), /^HTTP\/1\.1 201 /)
	await stopped
})

test('a second signal ends at once', async () => {
	const server = await serve(place.database)
	await half(server.url)
	server.child.kill('SIGTERM')
	while (!/stopping/.test(server.log)) await new Promise((resolve) => setImmediate(resolve))
	const from = Date.now()
	while (server.child.exitCode === null && server.child.signalCode === null && Date.now() - from < 8000) {
		server.child.kill('SIGTERM') // again, in case that the first words were not yet followed by deeds
		await new Promise((resolve) => setImmediate(resolve))
	}
	const { signal } = await server.ended
	assert.equal(signal, 'SIGTERM')
	assert.ok(Date.now() - from < 8000, 'it did not wait for the request, which gets ten seconds')
	assert.equal(run(['verify'], { database: place.database }).code, 0)
})
