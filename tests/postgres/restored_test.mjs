// PostgreSQL's own tools make its backups. Whether one can be restored is proven upon the server where it was, and the proof is kept where people work.
import '../api/optimized.mjs'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { clientOf, run, runWell, serve } from '../api/support.mjs'
import { makeFolder, startPrimary, startRestored } from './servers.mjs'

const place = makeFolder(), at = (server) => `postgresql://kaname@/kaname?host=${server.socket}`
let primary, restored, node, admin

before(async () => {
	primary = await startPrimary(place.folder)
	const database = at(primary)
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	node = await serve(database)
	admin = clientOf(node.url, token, 'admin')
	for (let i = 0; i < 5; i++) await admin.make('incidents', { title: `Before the backup ${i}` })
	restored = await startRestored(place.folder, primary)
})
after(async () => {
	await node?.kill()
	for (const server of [primary, restored]) await server?.stop()
	place.remove()
})

const prove = (words = ['--backup', 'base-20261126']) => run(['restore', at(restored), '--test', ...words], { database: at(primary) })
const newest = async () => (await admin.get('/restore-tests?sort=-created_at&limit=1')).body.items[0]

test('a restored server is proven, and the record says how far it goes and what would be lost', async () => {
	const done = prove()
	assert.equal(done.code, 0, done.err)
	assert.match(done.out, /^base-20261126 as of .*: \d+ records, \d+ events, .* its history is whole/)
	const whole = await newest()
	assert.equal(whole.outcome, 'passed')
	assert.equal(whole.file, 'base-20261126')
	assert.equal(whole.lost_changes, 0)
	assert.ok(whole.records > 5 && whole.events > 5)

	const last = await admin.make('incidents', { title: 'After the backup' })
	await admin.post(`/incidents/${last.number}/comments`, { text: 'likewise' })
	assert.equal(prove().code, 0)
	const behind = await newest()
	assert.equal(behind.lost_changes, 3, 'both, and the record of the test before')
	assert.equal(behind.reached_at, whole.reached_at)
	assert.notEqual(behind.lost_time, whole.lost_time)
})

test('what was altered in it is found, told, and kept as a test that failed', async () => {
	restored.psql('SET session_replication_role = replica; UPDATE kaname_event SET at = at - 1 WHERE id = 7', 'kaname')
	const done = prove()
	assert.equal(done.code, 1)
	assert.match(done.err, /The history in the backup is broken/)
	const failed = await newest()
	assert.equal(failed.outcome, 'failed')
	assert.match(failed.reason, /broken/)
})

test('a proof names its backup, and is not of the database in use', async () => {
	const before = (await newest()).number
	assert.equal(prove([]).code, 2)
	assert.equal(run(['restore', at(primary), '--test', '--backup', 'x'], { database: at(primary) }).code, 2)
	await restored.stop()
	assert.equal(prove().code, 1)
	assert.notEqual((await newest()).number, before, 'that it could not be reached is told as well')
})
