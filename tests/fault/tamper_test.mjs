// Nobody alters the past unnoticed: whatever is changed in the database behind the program's back, verify says so.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, makeDirectory, run, runWell, serve } from '../api/support.mjs'

let place, subject, other
const file = () => join(place.directory, 'kaname.db')

// Python's SQLite is on every machine that has Meson. The triggers that guard history are taken away first, as an intruder would.
function tamper(statements) {
	const script = [
		'import sqlite3, sys, json',
		'db = sqlite3.connect(sys.argv[1])',
		"for (name,) in db.execute(\"select name from sqlite_master where type = 'trigger' and name like 'kaname_event_no%'\").fetchall(): db.execute('drop trigger ' + name)",
		'for sql in json.loads(sys.argv[2]):',
		'    if db.execute(sql).rowcount == 0: sys.exit("nothing was changed by: " + sql)',
		'db.commit()',
		"db.execute('pragma wal_checkpoint(truncate)')",
	].join('\n')
	const done = spawnSync('python3', ['-c', script, file(), JSON.stringify(statements)], { encoding: 'utf8' })
	assert.equal(done.status, 0, done.stderr)
}

const recordOf = (number) => `(select id from incident where number = '${number}')`

before(async () => {
	place = makeDirectory()
	const { database } = place
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	const server = await serve(database, ['--anchor-to', join(place.directory, 'served')])
	const who = clientOf(server.url, token, 'admin')
	subject = (await who.make('incidents', { title: 'First', impact: 'high' })).number
	other = (await who.make('incidents', { title: 'Other' })).number
	await who.patch(`/incidents/${subject}`, { title: 'Second' })
	await who.post(`/incidents/${subject}/comments`, { text: '証拠' })
	await who.post(`/incidents/${subject}/links`, { link: 'related_to', to: other })
	const form = new FormData()
	form.append('file', new Blob(['the bytes']), 'evidence.txt')
	await who.post(`/incidents/${subject}/attachments`, form)
	await who.patch(`/incidents/${subject}`, { title: 'Third' })
	await server.stop() // signs what was served
	const whole = run(['verify'], { database })
	assert.equal(whole.code, 0, whole.err)
	for (const name of readdirSync(place.directory).filter((entry) => entry.startsWith('kaname.db'))) copyFileSync(join(place.directory, name), join(place.directory, `kept-${name}`))
})
after(() => place?.remove())

function restore() {
	for (const name of readdirSync(place.directory).filter((entry) => entry.startsWith('kept-'))) copyFileSync(join(place.directory, name), join(place.directory, name.slice(5)))
}

const cases = {
	'an event is changed': () => [`update kaname_event set comment = '別の証拠' where comment = '証拠'`],
	'an event is told to be of another time': () => [`update kaname_event set at = at - 86400000 where record = ${recordOf(subject)} and seq = 2`],
	'an event is told to be of another person': () => [`update kaname_event set actor = 0 where record = ${recordOf(subject)} and seq = 2`],
	'an event in the middle is removed': () => [`delete from kaname_event where record = ${recordOf(subject)} and seq = 3`],
	'an event in the middle is removed and the others move up': () => [`delete from kaname_event where record = ${recordOf(subject)} and seq = 3`,
		`update kaname_event set seq = seq - 1 where record = ${recordOf(subject)} and seq > 3`, `update incident set version = version - 1 where number = '${subject}'`],
	'an event is put in': () => [`insert into kaname_event (record, seq, at, recorded_at, actor, via, kind, fields, changes, comment, public, hash)
		select record, seq + 1, at, recorded_at, actor, via, kind, fields, changes, 'made up', public, hash from kaname_event where record = ${recordOf(subject)} order by seq desc limit 1`],
	'two events change places': () => [2, 3, 2].map((seq, i) => [`update kaname_event set seq = ${i === 0 ? 99 : i === 1 ? 2 : 3} where record = ${recordOf(subject)} and seq = ${i === 0 ? 2 : i === 1 ? 3 : 99}`]).flat(),
	'an event goes to another record': () => [`update kaname_event set record = ${recordOf(other)}, seq = 2 where record = ${recordOf(subject)} and seq = 6`],
	'the row is changed behind the history': () => [`update incident set title = 'Never said' where number = '${subject}'`],
	'the state is changed behind the history': () => [`update incident set state = 'closed' where number = '${subject}'`],
	'a time of the row is changed': () => [`update incident set created_at = created_at - 1 where number = '${subject}'`],
	'the row is removed': () => [`delete from incident where number = '${subject}'`],
	'a link is removed': () => [`delete from kaname_link where source = ${recordOf(subject)}`],
	'a link is put in': () => [`insert into kaname_link (kind, source, target, since) select 'incident.part_of', source, target, since from kaname_link where source = ${recordOf(subject)}`],
	"a file's bytes are changed": () => [`update kaname_blob set bytes = cast('other bytes' as blob)`],
	"a file's bytes and name of content are changed": () => [`update kaname_blob set bytes = cast('x' as blob), hash = x'${'00'.repeat(32)}' where length(bytes) > 1`, `update kaname_attachment set hash = x'${'00'.repeat(32)}'`],
	'a file is renamed': () => [`update kaname_attachment set name = 'innocent.txt'`],
	'a file is removed': () => ['delete from kaname_attachment', 'delete from kaname_blob'],
}

// What it says besides the record: where it is broken.
const says = {
	'an event is changed': 'event 3 was changed',
	'an event is told to be of another time': 'event 2 was changed',
	'an event is told to be of another person': 'event 2 was changed',
	'an event in the middle is removed': 'event 3 is missing',
	'an event in the middle is removed and the others move up': 'event 3 was changed or put in',
	'an event is put in': 'event 7 was changed or put in',
	'two events change places': 'event 2 was changed or put in',
	'an event goes to another record': '(event 2 was changed or put in|its history ends at 5)',
	'the row is changed behind the history': 'field title differs from its history',
	'the state is changed behind the history': 'state differs from its history',
	'a time of the row is changed': 'who changed it, when',
	'the row is removed': 'its row is gone',
	'a link is removed': 'its links differ',
	'a link is put in': 'its links differ',
	"a file's bytes are changed": 'the file evidence.txt was changed or removed',
	'a file is renamed': 'its files differ',
	'a file is removed': 'its files differ',
}

for (const [what, statements] of Object.entries(cases))
	test(what, () => {
		restore()
		tamper(statements())
		const { code, err } = run(['verify'], { database: place.database })
		assert.equal(code, 1, `${what}: verify noticed nothing`)
		assert.match(err, new RegExp(`\\b(${subject}|${other})\\b.*${says[what] ?? ''}`), err)
	})

test('the last event is removed and the row is put back: the signed checkpoint tells', () => {
	restore()
	tamper([`delete from kaname_event where record = ${recordOf(subject)} and seq = (select max(seq) from kaname_event where record = ${recordOf(subject)})`,
		`update incident set title = 'Second', version = version - 1, updated_at = (select at from kaname_event where record = incident.id order by seq desc limit 1) where number = '${subject}'`])
	const { code, err } = run(['verify'], { database: place.database })
	assert.equal(code, 1)
	assert.match(err, /checkpoint/)
})

test('a record is removed with all its history: the signed checkpoint tells', () => {
	restore()
	tamper([`delete from kaname_event where record = ${recordOf(other)}`, `delete from incident where number = '${other}'`])
	const { code, err } = run(['verify'], { database: place.database })
	assert.equal(code, 1)
	assert.match(err, /checkpoint|INC-/)
})

test('a checkpoint that another key signed is refused', () => {
	restore()
	tamper([`update kaname_checkpoint set signature = x'${'11'.repeat(64)}'`])
	const { code, err } = run(['verify'], { database: place.database })
	assert.equal(code, 1)
	assert.match(err, /[Cc]heckpoint/)
})

// Whoever has the database can also take away the checkpoints that know of what is cut off, or all of it with the key.
const cutOff = () => [`delete from kaname_event where record = ${recordOf(subject)} and seq = (select max(seq) from kaname_event where record = ${recordOf(subject)})`,
	`update incident set title = 'Second', version = version - 1, updated_at = (select at from kaname_event where record = incident.id order by seq desc limit 1) where number = '${subject}'`,
	'delete from kaname_checkpoint']

test('the end of history is cut off with the checkpoints that knew it: only the anchor tells', () => {
	restore()
	const anchors = join(place.directory, 'anchors')
	runWell(['anchor', anchors], { database: place.database })
	const line = readFileSync(anchors, 'utf8')
	assert.match(line, /^kaname checkpoint \d+ \d+ \d+ [0-9a-f]{64} [0-9a-f]{64} [0-9a-f]{128}\n$/)
	assert.ok(readFileSync(join(place.directory, 'served'), 'utf8').endsWith(line), 'the server added it when it was stopped')
	runWell(['anchor', anchors], { database: place.database })
	assert.equal(readFileSync(anchors, 'utf8'), line, 'the same moment is not anchored twice')
	assert.equal(runWell(['anchor'], { database: place.database }), line)
	assert.match(runWell(['verify', '--anchor', anchors], { database: place.database }), /, 1 anchors$/m)
	tamper(cutOff())
	assert.equal(run(['verify'], { database: place.database }).code, 0, 'nothing in the database knows')
	const cut = run(['verify', '--anchor', anchors], { database: place.database })
	assert.equal(cut.code, 1)
	assert.match(cut.err, /The end of history was cut off: it ends at event \d+, and the anchor of .*Z says that there were \d+/)
	// What is written on top of the cut takes the numbers of what is gone, and does not help.
	runWell(['user', 'create', 'somebody', '--name', 'Somebody'], { input: 'a long password\n', database: place.database })
	const covered = run(['verify', '--anchor', anchors], { database: place.database })
	assert.equal(covered.code, 1)
	assert.match(covered.err, /(History up to event \d+ is not what was anchored|The end of history was cut off)/)
})

test('an anchor that was altered, or made by another key, is refused', () => {
	restore()
	const anchors = join(place.directory, 'anchors'), line = readFileSync(anchors, 'utf8')
	for (const [text, expected] of [
		[line.replace(/^kaname checkpoint (\d)/, (_, digit) => `kaname checkpoint ${(Number(digit) + 1) % 9 + 1}`), /The anchor of .* is not signed by this system's key/],
		['\n' + line + 'and more\n', /Line 3 of .*anchors is no anchor/],
	]) {
		writeFileSync(anchors, text)
		const { code, err } = run(['verify', '--anchor', anchors], { database: place.database })
		assert.equal(code, 1)
		assert.match(err, expected)
	}
})

test('history refuses to be altered by anyone who does not take its guards away', () => {
	restore()
	for (const sql of ['update kaname_event set comment = null', 'delete from kaname_event']) {
		const done = spawnSync('python3', ['-c', 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2])', file(), sql], { encoding: 'utf8' })
		assert.notEqual(done.status, 0)
		assert.match(done.stderr, /history cannot be altered/)
	}
	assert.equal(run(['verify'], { database: place.database }).code, 0)
})
