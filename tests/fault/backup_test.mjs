// A backup is taken while people write, and what is restored of it is the database of one moment, whole.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, request, runAside, runWell, serve, until } from '../api/support.mjs'

const WRITERS = 8, BACKUPS = 2

let place, token, key
const inside = (name) => join(place.directory, name)
const ended = (words, env = {}) => {
	const done = spawnSync(kaname, words, { encoding: 'utf8', env: { ...process.env, ...env } })
	return { code: done.status, out: done.stdout, err: done.stderr }
}
const restore = (file, name, env) => ended(['restore', file, '--database', `sqlite:${inside(name)}`, '--key', inside('kaname.db.key'), ...(env ? [] : ['--key-file', key])], env)

before(() => {
	place = makeDirectory()
	runWell(['init'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
	key = inside('backup.key')
	writeFileSync(key, Buffer.alloc(32, 7), { mode: 0o600 })
})
after(() => place?.remove())

test('a backup under writers holds all that was confirmed before it began, and can be restored', async () => {
	mkdirSync(inside('by-itself'))
	const server = await serve(place.database, ['--backup-to', inside('by-itself'), '--backup-key-file', key]), who = clientOf(server.url, token, 'admin')
	const confirmed = []
	let goes = true
	const writer = async (name) => {
		for (let i = 0; goes; i++) {
			const made = await who.post('/incidents', { title: `${name}-${i} 障害` })
			assert.equal(made.status, 201, made.text)
			const form = new FormData()
			form.append('file', new Blob([`bytes of ${name}-${i}`]), 'evidence.txt')
			const attached = await who.post(`/incidents/${made.body.number}/attachments`, form)
			assert.equal(attached.status, 201, attached.text)
			confirmed.push({ number: made.body.number, title: made.body.title })
		}
	}
	const writers = Array.from({ length: WRITERS }, (_, i) => writer(`w${i}`))
	const taken = []
	for (let i = 0; i < BACKUPS; i++) {
		const there = confirmed.length
		await runAside(['backup', inside(`backup-${i}`), '--key-file', key, '--database', place.database])
		taken.push(confirmed.slice(0, there))
	}
	const tests = await until(async () => (await who.get('/restore-tests')).body.items.length && (await who.get('/restore-tests')).body.items)
	assert.equal(tests[0]?.outcome, 'passed', tests[0].reason)
	assert.ok(tests[0].backup)
	assert.match((await request(server.url, null, 'GET', '/metrics')).text, /^kaname_backups_total 1\n[^]*^kaname_restore_tests_total 1\n/m)
	goes = false
	await Promise.all(writers)
	await server.stop()
	assert.ok(taken.at(-1).length > taken[0].length, 'people wrote while backups were taken')
	for (let i = 0; i < BACKUPS; i++) {
		const { code, out, err } = restore(inside(`backup-${i}`), `restored-${i}.db`)
		assert.equal(code, 0, err)
		assert.match(out, /its history is whole/)
	}
	const again = await serve(`sqlite:${inside(`restored-${BACKUPS - 1}.db`)}`, ['--key', inside('kaname.db.key')])
	try {
		const there = clientOf(again.url, token, 'admin')
		const titles = new Map((await there.all('/incidents?limit=1000&fields=number,title')).map(({ number, title }) => [number, title]))
		for (const { number, title } of taken.at(-1)) assert.equal(titles.get(number), title)
		const last = taken.at(-1).at(-1).number
		const [file] = (await there.get(`/incidents/${last}/attachments`)).body.items
		assert.equal(file.name, 'evidence.txt')
	} finally {
		await again.stop()
	}
})

test('with nobody writing, what is restored is the database, row by row', () => {
	const script = [
		'import hashlib, sqlite3, sys',
		'db, sum = sqlite3.connect(sys.argv[1]), hashlib.sha256()',
		"tables = [name for (name,) in db.execute(\"select name from sqlite_master where type = 'table' and sql not like 'create virtual%' order by name\")]",
		'for name in tables:',
		`    for row in sorted(map(repr, db.execute(f'select * from "{name}"'))): sum.update(row.encode())`,
		'print(len(tables), sum.hexdigest())',
	].join('\n')
	const dump = (name) => spawnSync('python3', ['-c', script, inside(name)], { encoding: 'utf8' })
	const ours = dump('kaname.db') // before the backup leaves its record there
	runWell(['backup', inside('quiet'), '--key-file', key], { database: place.database })
	assert.equal(restore(inside('quiet'), 'quiet.db').code, 0)
	const theirs = dump('quiet.db')
	assert.equal(ours.status, 0, ours.stderr)
	assert.equal(theirs.stdout, ours.stdout)
})

test('a wrong passphrase and a damaged file are told apart, and nothing is restored', () => {
	const phrase = { KANAME_BACKUP_PASSPHRASE: '正しい合言葉です' }
	const made = ended(['backup', inside('phrased'), '--database', place.database], phrase)
	assert.equal(made.code, 0, made.err)
	const refusals = { nothing: [{ KANAME_BACKUP_PASSPHRASE: 'quite another' }, inside('phrased'), /passphrase does not open/] }
	const whole = readFileSync(inside('phrased'))
	const damaged = Buffer.from(whole)
	damaged[damaged.length >> 1] ^= 1
	writeFileSync(inside('damaged'), damaged)
	refusals.damaged = [phrase, inside('damaged'), /damaged or cut off before byte \d+; nothing of it is used/]
	for (const [name, [env, file, says]] of Object.entries(refusals)) {
		const { code, err } = restore(file, `${name}.db`, env)
		assert.equal(code, 1)
		assert.match(err, says)
		assert.deepEqual(readdirSync(place.directory).filter((entry) => entry.startsWith(`${name}.db`)), [])
	}
	assert.match(restore(inside('phrased'), 'quiet.db', phrase).err, /is there already/)
})

test('secrets stay secret: not on the command line, not readable by others, not left out', () => {
	chmodSync(key, 0o644)
	assert.match(ended(['backup', inside('x'), '--key-file', key, '--database', place.database]).err, /others than its owner may read it/)
	chmodSync(key, 0o600)
	assert.match(ended(['backup', inside('x'), '--database', place.database]).err, /needs a passphrase or a key file/)
	assert.equal(ended(['backup', inside('x'), '--passphrase', 'on the line', '--database', place.database]).code, 2)
	assert.ok(!existsSync(inside('x')) && !existsSync(inside('x.part')))
	assert.equal(readFileSync(inside('quiet')).indexOf('障害'), -1)
})
