// Between two backups: whatever was confirmed can be restored as of its moment, though the server was killed meanwhile.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, request, runWell, serve, until } from '../api/support.mjs'

const ROUNDS = process.env.KANAME_LONG ? 8 : 2, WRITERS = 4

let place, token, key, options, known // a moment
const inside = (name) => join(place.directory, name)
const ended = (words) => {
	const done = spawnSync(kaname, words, { encoding: 'utf8' })
	return { code: done.status, out: done.stdout, err: done.stderr }
}
const restore = (moment, name) => ended(['restore', inside('backups'), '--to-moment', moment, '--database', `sqlite:${inside(name)}`, '--key', inside('kaname.db.key'), '--key-file', key])
const journal = () => readdirSync(inside('backups')).filter((name) => name.endsWith('.journal')).sort()

before(() => {
	place = makeDirectory()
	runWell(['init'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
	key = inside('backup.key')
	writeFileSync(key, Buffer.alloc(32, 7), { mode: 0o600 })
	spawnSync('mkdir', [inside('backups')])
	options = ['--backup-to', inside('backups'), '--backup-key-file', key, '--backup-journal-every', '1s', '--backup-test-every', '0']
})
after(() => place?.remove())

const figure = async (server, name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec((await request(server.url, null, 'GET', '/metrics')).text)?.[1])

const listed = (name) => ended(['export', 'incidents', '--database', `sqlite:${inside(name)}`]).out

async function backedUp(server) {
	await until(async () => await figure(server, 'kaname_backups_total') && (await clientOf(server.url, token, 'admin').get('/backups')).body.items.length, () => 'a backup')
}

const backups = () => readdirSync(inside('backups')).filter((name) => name.endsWith('.backup')).length

// The log of a killed process may have begun anew before the file that says so was written, above all on a machine with much to do. Then a backup is taken at once.
async function wholeAgain(server, before = 1) {
	if (!(await figure(server, 'kaname_journal_gaps_total'))) return false
	return until(() => backups() > before, () => 'a backup after a gap')
}

// Until the journal goes beyond a moment.
async function kept(server, moment) {
	await until(async () => await figure(server, 'kaname_journal_last_timestamp_seconds') * 1000 > moment, () => `a journal that goes beyond ${new Date(moment).toISOString()}`)
}

async function write(server, confirmed, count) {
	const who = clientOf(server.url, token, 'admin')
	await Promise.all(Array.from({ length: WRITERS }, async () => {
		for (let i = 0; i < count; i++) {
			const { number } = await who.make('incidents', { title: '障害' })
			confirmed.push({ number, at: Date.now() })
		}
	}))
	// A commit counts as of the moment when it was durable: what began after that was confirmed is of a later one, a millisecond on.
	const moment = Date.now()
	await until(() => Date.now() > moment)
	return moment
}

test('any moment can be restored, though the server is killed again and again', async () => {
	const confirmed = [], moments = []
	let server
	for (let round = 0; round < ROUNDS; round++) {
		server = await serve(place.database, options)
		if (!round) await backedUp(server) // its record is written by then: nobody writes but we
		const moment = await write(server, confirmed, 10)
		moments.push({ moment, count: confirmed.length })
		known = moment
		await write(server, confirmed, 3) // something later, so that the journal goes beyond
		await kept(server, moment)
		await (round % 2 ? server.stop() : server.kill())
	}
	server = await serve(place.database, options)
	try {
		assert.equal(await figure(server, 'kaname_journal_gaps_total'), 0, server.log) // the last one was ended, not killed
		await write(server, confirmed, 1)
	} finally {
		await server.stop()
	}
	moments.push({ moment: 'latest', count: confirmed.length })
	for (const [i, { moment, count }] of moments.entries()) {
		const done = restore(moment === 'latest' ? moment : new Date(moment).toISOString(), `restored-${i}.db`)
		assert.equal(done.code, 0, done.err)
		assert.match(done.out, /its history is whole\nFrom kaname-\d{8}T\d{6}Z\.backup and \d+ files of the journal/)
		const there = ended(['export', 'incidents', '--database', `sqlite:${inside(`restored-${i}.db`)}`]).out
		const missing = confirmed.slice(0, count).filter(({ number }) => !there.includes(number))
		assert.deepEqual(missing, [], `as of ${moment}`)
		assert.equal(there.trim().split('\n').length - 1, count, `nothing later is there as of ${moment}`)
	}
})

test('what a killed server had not yet put into a file is there as a whole, or a gap is told', async () => {
	const confirmed = [], was = backups()
	const first = await serve(place.database, [...options.slice(0, -3), '1h', ...options.slice(-2)])
	const begun = Date.now()
	await write(first, confirmed, 1)
	await kept(first, begun) // in the file that is written when a log begins; no other is due for an hour
	const writing = write(first, confirmed, 1000).catch(() => {}) // until nobody is there any more
	await until(() => confirmed.length >= 30)
	await first.kill()
	await writing
	const second = await serve(place.database, options), gap = await wholeAgain(second, was)
	await kept(second, confirmed.at(-1).at)
	await second.stop()

	const latest = restore('latest', 'latest.db')
	assert.equal(latest.code, 0, latest.err)
	const there = listed('latest.db'), missing = confirmed.filter(({ number }) => !there.includes(number))
	assert.deepEqual(missing, [])
	const { at } = confirmed.at(-1) // nobody knows what was there then: no file can have come after it
	const within = restore(new Date(at).toISOString(), 'within.db')
	assert.equal(within.code, 1, within.out)
	const [, from, to] = /Nothing is kept between (\S+) and (\S+);/.exec(within.err) ?? assert.fail(within.err)
	assert.ok(Date.parse(from) < at && at < Date.parse(to), `${within.err} (gap: ${gap})`)
	const earlier = restore(new Date(known).toISOString(), 'earlier.db')
	assert.equal(earlier.code, 0, earlier.err)
	assert.deepEqual(listed('earlier.db'), listed(`restored-${ROUNDS - 1}.db`))
})

test('a restore test follows the journal to its end, and says what would be lost', async () => {
	const server = await serve(place.database, [...options.slice(0, -1), '1d'])
	try {
		const who = clientOf(server.url, token, 'admin')
		const tests = await until(async () => (await who.get('/restore-tests')).body.items.length && (await who.get('/restore-tests')).body.items)
		const [{ outcome, reason, journal_files: files, lost_changes: lost, taken_at: taken, reached_at: reached }] = tests
		assert.equal(outcome, 'passed', reason)
		assert.ok(files > 0 && reached > taken, `${files} files, from ${taken} to ${reached}`)
		assert.equal(lost, 0, 'nobody has written since the server ended, and kept all')
	} finally {
		await server.stop()
	}
})

test('what cannot be restored is said', () => {
	assert.match(restore('2020-01-01T00:00:00Z', 'no.db').err, /oldest backup .* is after that moment/)
	assert.match(restore('2099-01-01T00:00:00Z', 'no.db').err, /goes up to 20\d\d-.* only/)
	assert.match(restore('yesterday', 'no.db').err, /A moment such as/)
	const inner = journal().at(-2) // behind the newest backup, which there may be a second of, and not the end of all
	spawnSync('mv', [inside(`backups/${inner}`), inside('aside')])
	assert.match(restore('latest', 'no.db').err, new RegExp(`File ${inner.slice(7, 17)} of the journal of changes is missing`))
	spawnSync('mv', [inside('aside'), inside(`backups/${inner}`)])
	assert.deepEqual(readdirSync(place.directory).filter((name) => name.startsWith('no.db')), [])
})

test('a change made while nobody keeps the journal leaves a gap that is told, and a new backup', async () => {
	const before = backups()
	runWell(['token', 'create', '--user', 'admin'], { database: place.database })
	const server = await serve(place.database, options)
	try {
		await until(async () => await figure(server, 'kaname_backups_total') && backups() > before)
		assert.equal(backups(), before + 1)
		assert.equal(await figure(server, 'kaname_journal_gaps_total'), 1)
	} finally {
		await server.stop()
	}
})
