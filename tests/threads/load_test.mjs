// Everything that Kaname does at once, in a program that watches its own threads: whatever two of them touch without an order between them is told.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { clientOf, kaname, makeDirectory, request, root, run, runAside, runWell, serve, setPasswords } from '../api/support.mjs'
import { makeFolder, startPrimary, startReplica } from '../postgres/servers.mjs'

const WRITERS = 32, EDITS = process.env.KANAME_LONG === '1' ? 4000 : 300
const reports = mkdtempSync(join(tmpdir(), 'kaname-threads-'))
process.env.TSAN_OPTIONS = `halt_on_error=0 exitcode=0 second_deadlock_stack=1 log_path=${join(reports, 'report')} suppressions=${join(root, 'tests/threads/suppressions')}`
after(() => rmSync(reports, { recursive: true, force: true }))

const told = () => readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8')).join('\n')

function bytes(text) {
	const form = new FormData()
	form.append('file', new Blob([text]), 'evidence.txt')
	return form
}

// Until the server is told to stop; from then on it may be gone at any time.
async function keepOn(load, act) {
	for (let i = 0; !load.stopped; i++)
		try {
			await act(i)
		} catch (fault) {
			if (fault instanceof assert.AssertionError || !load.stopped) throw fault
		}
}

function write(load, who, writer) {
	const own = []
	return keepOn(load, async (i) => {
		const choice = own.length ? i % 6 : 0, number = own.at(-1), title = `w${writer}-${i} プリンタの障害`
		const answer = await (
			choice === 0 ? who.post('/incidents', { title, description: `It began at ${i}` })
			: choice === 1 ? who.patch(`/incidents/${load.shared}`, { title }) // all edit the same one
			: choice === 2 ? who.post(`/incidents/${number}/comments`, { text: title })
			: choice === 3 ? who.post(`/incidents/${number}/attachments`, bytes(title))
			: choice === 4 ? who.patch(`/incidents/${number}`, { impact: 'high', urgency: 'high' })
			: who.post(`/incidents/${load.shared}/watchers`, {}))
		if (answer.status === 503) return // it has more to do than it can, or ends
		assert.ok(answer.status < 300, `${choice}: ${answer.status} ${answer.text}`)
		if (choice === 0) own.push(answer.body.number)
		load.count()
	})
}

// Mails on one connection of a mail server, each after the answer to the one before. They are read in processes of their own, which end nothing of the server's.
async function handOver(load, path, lane) {
	const socket = connect(path), lines = createInterface({ input: socket })[Symbol.asyncIterator]()
	socket.on('error', () => {})
	const answer = async () => {
		for (;;) {
			const { value, done } = await lines.next()
			if (done) throw new Error('the service has hung up')
			if (value[3] !== '-') return value
		}
	}
	const say = (line) => (socket.write(`${line}\r\n`), answer())
	await answer()
	await say('LHLO here')
	await keepOn(load, async (i) => {
		for (const line of ['MAIL FROM:<admin@people.example>', 'RCPT TO:<desk@kaname.example>', 'DATA']) await say(line)
		const told = await say(`From: admin@people.example\r\nSubject: w${lane}-${i}\r\nMessage-ID: <${lane}-${i}@people.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nプリンタの障害\r\n.`)
		assert.match(told, /^250 2.0.0 MAIL-\d+: (opened|flooded)|^451/)
		load.mails += told.startsWith('250')
	})
	socket.destroy()
}

const read = (load, get, paths) => keepOn(load, async (i) => {
	const path = paths(i)[i % paths(i).length], answer = await get(path)
	assert.ok(answer.status < 400 || answer.status === 503, `${path}: ${answer.status} ${answer.text}`)
})

const ofApi = (load) => () => [
	'/incidents?limit=20&sort=-created_at', `/incidents/${load.shared}`, '/search?q=プリンタ', '/insights', '/incidents?filter=impact%20%3D%20high',
	`/incidents/${load.shared}/timeline`, '/notices', `/incidents/${load.shared}/history`, '/openapi.json', '/people', '/conformity']
const ofPages = (load) => () => ['/', '/incidents', `/${load.shared}`, '/search?q=障害', '/figures', '/incidents?format=csv', '/portal', '/notices', `/${load.shared}/edit`, '/metrics']

async function signIn(url) {
	const body = new URLSearchParams({ user: 'admin', password: 'a long password' })
	const welcome = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body })
	assert.ok([303, 503].includes(welcome.status), `sign-in: ${welcome.status}`)
	return welcome.headers.get('set-cookie')?.split(';')[0]
}

// All of it at once, and the end in the midst.
async function overwhelm(database, words, { aside = async () => {}, lmtp } = {}) {
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	const server = await serve(database, words), who = clientOf(server.url, token, 'admin')
	let edits = 0, ending = null
	const load = {
		server, stopped: false, mails: 0, shared: (await who.make('incidents', { title: 'All edit this one' })).number,
		count() {
			edits++
			if (edits % 100 === 0) server.child.kill('SIGHUP')
			if (edits === EDITS) {
				load.stopped = true
				ending = server.stop() // which asks for exit code 0
			}
		},
	}
	try {
		const cookie = await signIn(server.url)
		if (lmtp) {
			await who.patch('/people/admin', { mail: 'admin@people.example' })
			await who.make('mailboxes', { address: 'desk@kaname.example', hourly_most: 900 })
		}
		await Promise.all([
			...Array.from({ length: WRITERS }, (_, writer) => write(load, who, writer)),
			...Array.from({ length: 4 }, () => read(load, who.get, ofApi(load))),
			...Array.from({ length: 3 }, () => read(load, (path) => request(server.url, null, 'GET', path, undefined, { cookie }), ofPages(load))),
			keepOn(load, () => signIn(server.url)),
			...Array.from({ length: lmtp ? 3 : 0 }, (_, lane) => handOver(load, lmtp, lane)),
			aside(load),
		])
		await ending
	} finally {
		load.stopped = true
		if (server.child.exitCode === null) await server.kill()
	}
	assert.equal(run(['verify'], { database }).code, 0)
	if (lmtp) assert.ok(load.mails > 2, `${load.mails} mails came in`)
	const faults = told()
	assert.ok(!faults, faults)
}

test('the program watches its threads', () => {
	assert.ok(readFileSync(kaname).includes('__tsan_func_entry'), `${kaname} is built with -Db_sanitize=thread`)
})

test('no two threads touch the same without an order: SQLite, with backups, restore tests and the journal', async () => {
	const place = makeDirectory(), key = join(place.directory, 'backup.key'), backups = join(place.directory, 'backups')
	writeFileSync(key, Buffer.alloc(32, 7), { mode: 0o600 })
	for (const name of [backups, join(place.directory, 'copies')]) mkdirSync(name)
	const keeping = ['--backup-to', backups, '--backup-copy', join(place.directory, 'copies'), '--backup-key-file', key, '--backup-every', '1m', '--backup-journal-every', '1s', '--anchor-to', join(place.directory, 'anchors')]
	const lmtp = join(place.directory, 'lmtp')
	await overwhelm(place.database, [...keeping, '--lmtp-listen', lmtp], {
		lmtp,
		// Beside what the server takes by itself.
		aside: (load) => keepOn(load, (i) => runAside(['backup', join(place.directory, `backup-${i}`), '--key-file', key, '--database', place.database])),
	})
	place.remove()
})

test('no two threads touch the same without an order: PostgreSQL, with a replica', async () => {
	const place = makeFolder(), primary = await startPrimary(place.folder), replica = await startReplica(place.folder, primary)
	try {
		primary.psql('CREATE ROLE app LOGIN CREATEDB')
		const address = (server) => `postgresql://app@/kaname?host=${server.socket}`
		await overwhelm(address(primary), ['--replica', address(replica)])
	} finally {
		await Promise.all([primary, replica].map((server) => server.stop()))
		place.remove()
	}
})
