// Acknowledged means on disk: the server is killed in the midst of many writers, again and again, and nothing that it had confirmed may be missing.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { clientOf, kaname, makeDirectory, mishap, query, randomOf, run, runWell, serve } from '../api/support.mjs'
import { handOver } from '../api/sink.mjs'

const ROUNDS = process.env.KANAME_LONG ? 200 : 10, WRITERS = 32

// What one writer got confirmed: record -> what it must hold. `open` is the edit that was under way when the server died: it may or may not be there.
async function write(who, name, random, confirmed, counted, stopped) {
	let number = 0
	for (let i = 0; !stopped(); i++) {
		const choice = number ? random.below(3) : 0
		const text = `${name}-${i} 障害`
		try {
			if (choice === 0) {
				const answer = await who.post('/incidents', { title: text })
				assert.equal(answer.status, 201, answer.text)
				number = answer.body.number
				confirmed.set(number, { title: [text], comments: [], perhaps: [] })
			} else if (choice === 1) {
				confirmed.get(number).title.push(text) // the last but one is known, this one is under way
				const answer = await who.patch(`/incidents/${number}`, { title: text })
				assert.equal(answer.status, 200, answer.text)
				confirmed.get(number).title = [text]
			} else {
				confirmed.get(number).perhaps.push(text)
				const answer = await who.post(`/incidents/${number}/comments`, { text })
				assert.equal(answer.status, 201, answer.text)
				confirmed.get(number).perhaps.pop()
				confirmed.get(number).comments.push(text)
			}
			counted()
		} catch (fault) {
			if (fault instanceof assert.AssertionError) throw fault
			return // the server is gone
		}
	}
}

async function check(who, confirmed) {
	const numbers = [...confirmed.keys()]
	for (let i = 0; i < numbers.length; i += 16)
		await Promise.all(numbers.slice(i, i + 16).map(async (number) => {
			const { title, comments, perhaps } = confirmed.get(number)
			const record = await who.get(`/incidents/${number}`)
			assert.equal(record.status, 200, `${number} was confirmed and is gone`)
			assert.ok(title.includes(record.body.title), `${number} holds ${record.body.title}, not ${title}`)
			const said = (await who.get(`/incidents/${number}/comments`)).body.items.map((comment) => comment.text)
			for (const text of comments) assert.equal(said.filter((one) => one === text).length, 1, `${number}: the comment ${text} is there once`)
			for (const text of said) assert.ok(comments.includes(text) || perhaps.includes(text), `${number}: nobody said ${text}`)
		}))
}

test('what was confirmed survives the death of the server', async () => {
	const place = makeDirectory(), { database } = place, random = randomOf(20000)
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	let total = 0
	for (let round = 0; round < ROUNDS; round++) {
		const server = await serve(database)
		const confirmed = new Map(), limit = 1 + random.below(120)
		const who = clientOf(server.url, token, 'admin')
		let count = 0, dead = null
		const counted = () => {
			if (++count >= limit && !dead) dead = server.kill()
		}
		try {
			await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(who, `r${round}w${i}`, randomOf(round * 100 + i), confirmed, counted, () => dead !== null)))
		} finally {
			await (dead ?? server.kill())
		}
		const again = await serve(database)
		try {
			await check(clientOf(again.url, token, 'admin'), confirmed)
		} finally {
			await (round % 2 ? again.stop() : again.kill())
		}
		total += count
		const verified = run(['verify'], { database })
		assert.equal(verified.code, 0, `round ${round}: ${verified.err}`)
	}
	assert.ok(total > ROUNDS * 10)
	place.remove()
})

// A mail server hands over again what it had no answer to: what came in between is found, and what did not is taken then.
test('a mail is kept once, whether killed before the answer or out of room', async () => {
	const place = makeDirectory(), { database, directory } = place, socket = join(directory, 'lmtp'), words = ['--lmtp-listen', socket], full = join(directory, 'full')
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	const mail = (title) => `From: user@people.example\nTo: desk@kaname.example\nSubject: ${title}\nMessage-ID: <${title}@people.example>\n\n${title}\n`
	const lmtp = (title) => handOver(socket, mail(title), 'desk@kaname.example').catch((fault) => fault.code)
	const pipe = (title, env) => {
		const done = spawnSync(kaname, ['mail-in', '--database', database], { input: mail(title), env, encoding: 'utf8' })
		return done.signal ?? `${done.status} ${done.stdout}`
	}
	let server = await serve(database, words, kaname, mishap(directory, { before: '250 2.0.0 MAIL-' }))
	try {
		let admin = clientOf(server.url, token, 'admin')
		const customer = await admin.make('customers', { name: 'Aoba' })
		await admin.make('people', { account: 'user', name: 'User', mail: 'user@people.example', customer: customer.number })
		await admin.make('mailboxes', { address: 'desk@kaname.example' })
		assert.doesNotMatch(await lmtp('answer'), /MAIL-/)
		assert.equal((await server.ended).signal, 'SIGKILL')
		assert.equal(pipe('exit', mishap(directory, { at_exit: '1' })), 'SIGKILL')
		const env = mishap(directory, { full })
		server = await serve(database, words, kaname, env)
		admin = clientOf(server.url, token, 'admin')
		assert.equal(await lmtp('answer'), '250 2.0.0 Taken before')
		assert.equal(pipe('exit'), '0 taken before\n')
		writeFileSync(full, '')
		assert.match(await lmtp('room'), /^451 4\.3\.0 /)
		assert.match(pipe('pipe', env), /^75 $/)
		assert.equal((await admin.get('/mailboxes')).status, 200, 'reading goes on')
		rmSync(full)
		assert.match(await lmtp('room'), /^250 2\.0\.0 MAIL-\d+: opened INC-/)
		assert.match(pipe('pipe'), /^0 MAIL-\d+: opened INC-/)
		for (const title of ['answer', 'exit', 'room', 'pipe']) {
			assert.equal((await admin.get(`/incidents${query({ filter: `title = "${title}"`, count: 'true' })}`)).body.total, 1, title)
			assert.equal((await admin.get(`/mails${query({ filter: `subject = "${title}"`, count: 'true' })}`)).body.total, 1, title)
		}
	} finally {
		await server.kill()
	}
	assert.equal(run(['verify'], { database }).code, 0)
	place.remove()
})
