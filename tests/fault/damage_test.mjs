// A page of the database that was damaged on its disk is found when the server starts, and by verify; nobody is served from it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, randomOf, runWell, serve } from '../api/support.mjs'

const PAGE = 4096
const place = makeDirectory(), file = join(place.directory, 'kaname.db'), whole = join(place.directory, 'whole.db')

before(async () => {
	const { database } = place
	runWell(['init'], { input: 'a long password\n', database })
	const token = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	const server = await serve(database)
	const who = clientOf(server.url, token, 'admin')
	await Promise.all(Array.from({ length: 100 }, (_, i) => who.make('incidents', { title: `Number ${i}`, description: 'x'.repeat(1000) })))
	await server.stop()
	runWell(['verify'], { database })
	copyFileSync(file, whole)
})
after(() => place.remove())

function damage(page, change) {
	for (const name of [`${file}-wal`, `${file}-shm`]) rmSync(name, { force: true })
	copyFileSync(whole, file)
	const open = openSync(file, 'r+'), bytes = Buffer.alloc(PAGE)
	readSync(open, bytes, 0, PAGE, page * PAGE)
	const used = bytes.some((byte) => byte !== 0)
	change(bytes)
	writeSync(open, bytes, 0, PAGE, page * PAGE)
	closeSync(open)
	return used
}

test('damaged pages are found at the start, and by verify', () => {
	const pages = statSync(whole).size / PAGE, random = randomOf(7)
	const ways = {
		'overwritten with zeros': (bytes) => bytes.fill(0),
		'overwritten with noise': (bytes) => bytes.forEach((_, i) => { bytes[i] = random.below(256) }),
		'of another place': (bytes) => bytes.copy(bytes, 0, 7),
	}
	const { database } = place
	let tried = 0
	for (const [way, change] of Object.entries(ways))
		for (let i = 0; i < 2; i++) {
			const page = 1 + random.below(pages - 1)
			if (!damage(page, change)) continue
			tried++
			for (const words of [['serve', '--listen', '127.0.0.1:0'], ['verify']]) {
				const done = spawnSync(kaname, [...words, '--database', database], { encoding: 'utf8', timeout: 20000 })
				assert.equal(done.status, 1, `${words[0]}: page ${page} ${way}`)
				assert.match(done.stderr, /damaged/, `${words[0]}: page ${page} ${way}`)
			}
		}
	assert.ok(tried > 3)
	copyFileSync(whole, file)
	runWell(['verify'], { database })
})
