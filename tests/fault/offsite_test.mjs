// The second place in an object store: what goes there comes back, and what goes wrong there is told and mended.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, makeDirectory, request, runAside, runWell, serve, until } from '../api/support.mjs'
import { objectStore } from './object_store.mjs'

let place, token, key, store
const inside = (name) => join(place.directory, name)

before(async () => {
	place = makeDirectory()
	runWell(['init'], { input: 'a long password\n', database: place.database })
	token = runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim()
	key = inside('backup.key')
	writeFileSync(key, Buffer.alloc(32, 7), { mode: 0o600 })
	store = await objectStore()
	writeKey(store)
})
after(async () => {
	await store?.close()
	place?.remove()
})

const writeKey = ({ id, secret }) => writeFileSync(inside('s3.key'), `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`, { mode: 0o600 })
const where = (of) => ['--s3-endpoint', of.endpoint, '--s3-region', of.region, '--s3-key-file', inside('s3.key')]
const keeping = (of, folder, to) => [
	'--backup-to', folder, '--backup-key-file', key, '--backup-test-every', '0', '--backup-journal-every', '1s', '--backup-copy', to,
	...where(of).map((word) => word.replace(/^--s3/, '--backup-s3')),
]

// Serves until the first backup was tried and `done` holds, and gives its record.
async function backedUp(of, name, to, done = () => true) {
	const folder = inside(name)
	mkdirSync(folder, { recursive: true })
	const server = await serve(place.database, keeping(of, folder, to)), who = clientOf(server.url, token, 'admin')
	try {
		return await until(async () => {
			const tried = /^kaname_backups_total [1-9]/m.test((await request(server.url, null, 'GET', '/metrics')).text)
			const [newest] = (await who.get('/backups?limit=1&sort=-created_at')).body.items
			return tried && newest?.place === folder && done(server) && { ...newest, log: server.log, files: readdirSync(folder) }
		}, () => server.log)
	} finally {
		await server.stop()
	}
}

const restore = (of, from, name, words = []) => {
	rmSync(inside(name), { force: true })
	return runAside(['restore', from, ...where(of), '--database', `sqlite:${inside(name)}`, '--key', inside('kaname.db.key'), '--key-file', key, ...words])
}

test('another program that speaks the protocol says the same', async () => {
	const S3rver = createRequire(import.meta.url)('s3rver')
	const other = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: inside('s3rver'), configureBuckets: [{ name: 'backups', configs: [] }] })
	const { port } = await other.run()
	const theirs = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', id: 'S3RVER', secret: 'S3RVER' }
	try {
		writeKey(theirs)
		const { outcome, reason } = await backedUp(theirs, 'other', 's3://backups/other')
		assert.equal(outcome, 'done', reason)
		assert.match(await restore(theirs, 's3://backups/other', 'other.db', ['--to-moment', 'latest']), /its history is whole/)
		writeKey({ ...theirs, id: 'NOBODY' })
		await assert.rejects(restore(theirs, 's3://backups/other', 'no.db'), /refuses: HTTP 403 InvalidAccessKeyId/)
	} finally {
		writeKey(store)
		await other.close()
	}
})

test('a store that is out of reach is told, and the first place has the backup', async () => {
	const down = await objectStore()
	await down.close()
	const { outcome, reason, files, log } = await backedUp(down, 'down', 's3://backups/down')
	assert.equal(outcome, 'not_copied')
	assert.match(reason, /s3:\/\/backups\/down cannot be reached: /)
	assert.equal(files.filter((file) => file.endsWith('.backup')).length, 1, 'the first place has it')
	assert.match(log, /the copy of a backup failed/)
})

test('backups and the journal go to an object store that fails now and then, and are restored from there', async () => {
	const first = await serve(place.database), author = clientOf(first.url, token, 'admin')
	const { number } = await author.make('incidents', { title: '障害' })
	for (let i = 0; i < 2; i++) { // more than one part holds
		const form = new FormData()
		form.append('file', new Blob([randomBytes(9 << 20)]), `evidence-${i}.bin`)
		assert.equal((await author.post(`/incidents/${number}/attachments`, form)).status, 201)
	}
	await first.stop()
	store.page = 2 // so that a list has several pages
	store.objects.set('of/kaname/kaname-notes.txt', Buffer.from('of somebody else'))
	let cuts = 2, busy = 2, lost = 2, short = 1
	store.fault = ({ method }, url) => {
		if (method === 'PUT' && url.pathname.endsWith('.journal') && short > 0) return 'short'
		if (method === 'PUT' && url.searchParams.has('partNumber') && cuts > 0) return cuts-- && 'cut'
		if (method === 'PUT' && url.pathname.endsWith('.backup') && busy > 0) return busy-- && 503
		if (method === 'GET' && url.pathname.endsWith('.backup') && lost > 0) return lost-- && 'drop'
		return null
	}
	const made = await backedUp(store, 'large', 's3://backups/of/kaname', (server) => {
		if (/copying the journal of changes failed/.test(server.log)) short = 0
		return !short
	})
	assert.equal(made.outcome, 'done', made.reason)
	assert.equal(made.copy, 's3://backups/of/kaname')
	assert.match(made.log, /copying the journal of changes failed: s3:\/\/backups\/of\/kaname does not hold what was written to it/)
	assert.equal(store.objects.get(`of/kaname/${made.file}`).length, made.bytes)
	assert.ok(made.bytes > 18 << 20 && store.log.some((line) => line.includes('partNumber=2')), 'in parts')
	assert.equal(store.uploads.size, 0)
	assert.ok(cuts <= 0 && busy === 0 && lost === 0, 'each fault happened')
	lost = 2
	const out = await restore(store, 's3://backups/of/kaname', 'from-store.db', ['--to-moment', 'latest'])
	assert.match(out, new RegExp(`its history is whole\nFrom ${made.file.replaceAll('.', '\\.')} and \\d+ files of the journal`))
	assert.equal(lost, 0)
	store.fault = () => null
})

test('what a store refuses, has lost or does not have is told', async () => {
	await assert.rejects(restore(store, 's3://nobody-has-it', 'no.db'), /no such thing in s3:\/\/nobody-has-it: HTTP 404 NoSuchBucket/)
	await assert.rejects(restore(store, 's3://backups/no-backups', 'no.db'), /There is no backup in s3/)
	writeKey({ ...store, secret: 'another' })
	await assert.rejects(restore(store, 's3://backups/of/kaname', 'no.db'), /refuses: HTTP 403 SignatureDoesNotMatch/)
	writeKey(store)
	const name = [...store.objects.keys()].find((one) => one.endsWith('.backup'))
	store.objects.set(name, store.objects.get(name).subarray(0, -1000))
	await assert.rejects(restore(store, `s3://backups/${name}`, 'no.db'), /is damaged or cut off/)
	assert.deepEqual(readdirSync(place.directory).filter((entry) => entry.startsWith('no.db')), [])
})

test('keys stay secret', async () => {
	writeFileSync(inside('open.key'), 'aws_access_key_id = a\naws_secret_access_key = b\n', { mode: 0o644 })
	const words = ['restore', 's3://backups/x', '--database', `sqlite:${inside('no.db')}`, '--key-file', key]
	const ended = (more, env = {}) => spawnSync(process.env.KANAME ?? 'build/test/kaname', [...words, ...more], { encoding: 'utf8', env: { ...process.env, ...env } }).stderr
	assert.match(ended(['--s3-key-file', inside('open.key')]), /others than its owner may read it/)
	assert.match(ended([]), /needs a key: AWS_ACCESS_KEY_ID/)
	assert.match(ended(['--s3-secret', 'b']), /there is no option --s3-secret/)
	Object.assign(process.env, { AWS_ACCESS_KEY_ID: store.id, AWS_SECRET_ACCESS_KEY: store.secret })
	try {
		const asked = [...words, '--s3-endpoint', store.endpoint]
		await assert.rejects(runAside(asked), /refuses: HTTP 403 AuthorizationHeaderMalformed/) // of another region
		await assert.rejects(runAside([...asked, '--s3-region', store.region]), /There is no backup/)
	} finally {
		delete process.env.AWS_ACCESS_KEY_ID
		delete process.env.AWS_SECRET_ACCESS_KEY
	}
})
