// A database goes from SQLite to PostgreSQL and back, and nothing of it changes; what was not finished is never taken for the whole.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, query, run, runWell, serve } from '../api/support.mjs'

const place = makeDirectory(), extra = []
const file = (name) => join(place.directory, name)
const source = `sqlite:${file('a.db')}`, key = ['--key', file('a.db.key')]
const overlay = ['--overlay', file('overlay')]
let token, number

const newDatabase = () => {
	const made = makeDirectory()
	extra.push(made)
	return made.database
}
const tables = (report) => report.split('\n').filter((line) => /^\w+ \d+ [0-9a-f]{64}$/.test(line))

// Every row of every table, but for the index of full text, as another program sees them.
function dump(path) {
	const script = [
		'import sqlite3, sys',
		'db = sqlite3.connect(sys.argv[1])',
		"names = [name for (name,) in db.execute(\"select name from sqlite_master where type = 'table' and name not like 'kaname_search_%' order by name\")]",
		'for name in names:',
		`    columns = sorted(column for (column,) in db.execute('select name from pragma_table_xinfo(?)', (name,)))`,
		`    where = " where name not in ('layout', 'layout_was', 'layout_oldest', 'touched')" if name == 'kaname_meta' else ''`,
		`    rows = db.execute('select ' + ', '.join('"' + column + '"' for column in columns) + ' from "' + name + '"' + where).fetchall()`,
		'    print(name, columns)',
		'    for row in sorted(map(repr, rows)): print(row)',
	].join('\n')
	const done = spawnSync('python3', ['-c', script, path], { encoding: 'utf8', maxBuffer: 1 << 28 })
	assert.equal(done.status, 0, done.stderr)
	return done.stdout
}

// A migration under way: `begun` is when its target has tables, and rows are coming.
function migrating(from, to, more = []) {
	const child = spawn(kaname, ['migrate', '--verbose', '--database', from, '--to', to, ...more], { stdio: ['ignore', 'pipe', 'pipe'] })
	let out = '', err = ''
	child.stdout.on('data', (data) => { out += data })
	child.stderr.on('data', (data) => { err += data })
	const ended = new Promise((done) => child.on('close', (code) => done({ code, out, err })))
	const begun = new Promise((done) => child.stderr.once('data', done))
	return { child, begun, ended }
}

before(async () => {
	spawnSync('mkdir', ['-p', file('overlay')])
	writeFileSync(file('overlay/asset.yaml'), `process: kitchen
group: deliver
roles:
  cook: {label: Cook}
records:
  coffee_machine:
    prefix: CFE
    collection: coffee-machines
    headline: name
    access: {read: [cook], create: [cook], edit: [cook]}
    fields:
      name: {type: text, required: true}
`)
	runWell(['init', ...overlay], { input: 'a long password\n', database: source })
	token = runWell(['token', 'create', '--user', 'admin'], { database: source }).trim()
	const server = await serve(source, overlay)
	const who = clientOf(server.url, token, 'admin')
	try {
		number = (await who.make('incidents', { title: '印刷できない', impact: 'high' })).number
		const other = (await who.make('incidents', { title: 'Other; "quoted" \\ 100%' })).number
		await who.post(`/incidents/${number}/comments`, { text: '証拠の写真' })
		await who.post(`/incidents/${number}/links`, { link: 'related_to', to: other })
		for (const bytes of ['the bytes', Buffer.from(Uint8Array.from({ length: 70000 }, (_, i) => i % 256)), '']) {
			const form = new FormData()
			form.append('file', new Blob([bytes]), 'evidence.bin')
			assert.equal((await who.post(`/incidents/${number}/attachments`, form)).status < 300, true)
		}
		await Promise.all(Array.from({ length: 300 }, (_, i) => who.make('incidents', { title: `Number ${i} 障害` })))
		await who.make('coffee-machines', { name: '三階' })
	} finally {
		await server.stop()
	}
	runWell(['user', 'create', 'gone', '--name', '消される人'], { input: 'a long password\n', database: source })
	runWell(['erase', '--person', 'gone', '--ground', 'withdrawn'], { database: source })
})
after(() => {
	for (const one of extra) one.remove()
	place.remove()
})

test('from SQLite to PostgreSQL and back, every table is the same', async () => {
	const there = runWell(['migrate', '--to', place.database], { database: source })
	const back = runWell(['migrate', '--to', `sqlite:${file('b.db')}`, ...key], { database: place.database })
	assert.ok(tables(there).length > 60)
	assert.deepEqual(tables(there), tables(back))
	assert.match(there, /^whole: \d+ records, \d+ events, 3 files, 1 checkpoints$/m)
	assert.equal(dump(file('b.db')), dump(file('a.db')))
	copyFileSync(file('a.db.key'), file('b.db.key'))
	for (const database of [place.database, `sqlite:${file('b.db')}`]) {
		assert.match(runWell(['verify', ...key], { database }), /^whole: /)
		assert.match(runWell(['export', 'people'], { database }), /\(erased\)/)
		const server = await serve(database, [...key, ...overlay])
		const who = clientOf(server.url, token, 'admin')
		try {
			// What is made anew by each database: search, numbers, identities.
			assert.deepEqual((await who.get('/incidents' + query({ q: '印刷できない' }))).body.items.map((one) => one.number), [number])
			assert.equal((await who.get('/incidents' + query({ q: '証拠の写真' }))).body.items.length, 1)
			assert.equal((await who.get('/incidents' + query({ q: '障害', limit: 200 }))).body.items.length, 200)
			assert.equal((await who.make('incidents', { title: 'The next one' })).number, 'INC-303')
			assert.equal((await who.post(`/incidents/${number}/comments`, { text: 'After it' })).status, 201)
			assert.equal((await who.patch(`/incidents/${number}`, { title: '印刷できた' })).status, 200)
			assert.equal((await who.get('/incidents' + query({ q: '印刷できない' }))).body.items.length, 0)
			// A type that was not declared when it was copied.
			const machines = (await who.get('/coffee-machines')).body.items
			assert.deepEqual(machines.map((one) => one.number), ['CFE-1'])
			assert.equal((await who.make('coffee-machines', { name: '四階' })).number, 'CFE-2')
		} finally {
			await server.stop()
		}
		assert.match(runWell(['verify', ...key], { database }), /^whole: /)
	}
})

test('a target that holds anything is refused, and left as it is', () => {
	const again = run(['migrate', '--to', place.database], { database: source })
	assert.equal(again.code, 1)
	assert.match(again.err, /not empty/)
	assert.match(runWell(['verify', ...key], { database: place.database }), /^whole: /)
	assert.match(run(['migrate', '--to', source], { database: source }).err, /not empty/)
	assert.equal(run(['migrate'], { database: source }).code, 2)
})

test('a copy that was interrupted is not served, not read and not gone on with', async () => {
	const to = newDatabase(), migration = migrating(source, to)
	await migration.begun
	migration.child.kill('SIGKILL')
	await migration.ended
	for (const words of [['verify'], ['serve', '--listen', '127.0.0.1:0']]) {
		const refused = run(words, { database: to })
		assert.equal(refused.code, 1)
		assert.match(refused.err, /was not finished/)
	}
	assert.match(run(['migrate', '--to', to], { database: source }).err, /not empty/)
})

test('the source may be worked with meanwhile: the copy is one moment of it, and what came later is told', async () => {
	const server = await serve(source), who = clientOf(server.url, token, 'admin')
	const say = (text) => who.post(`/incidents/${number}/comments`, { text })
	try {
		for (const strict of [false, true]) {
			const to = newDatabase()
			for (let i = 0; i < 5; i++) await say('Before it')
			const migration = migrating(source, to, strict ? ['--at-rest'] : [])
			const writing = (async () => {
				for (let i = 0; i < 20; i++) await say('Before it or later')
			})()
			await migration.begun
			await say('Surely later')
			await writing
			const { code, out, err } = await migration.ended
			assert.equal(code, strict ? 1 : 0, err)
			if (strict) {
				assert.match(err, /\d+ changes were made in the source meanwhile/)
				assert.match(run(['verify'], { database: to }).err, /was not finished/)
			} else {
				const later = Number(/^not copied: (\d+) changes/m.exec(out)[1])
				const events = (database) => Number(/(\d+) events/.exec(runWell(['verify', ...key], { database }))[1])
				assert.ok(later > 0)
				assert.equal(events(to), events(source) - later)
			}
		}
	} finally {
		await server.stop()
	}
})
