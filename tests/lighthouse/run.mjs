// What Lighthouse says of the list, a record and the portal of the demonstration, on a desk and on a phone (its own slowed-down
// network and processor): performance, accessibility and best practices are to be 98 at least.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse, { desktopConfig } from 'lighthouse'

import { exchange, makeDirectory, runWell, serve } from '../api/support.mjs'

const WANTED = 98, CATEGORIES = ['performance', 'accessibility', 'best-practices']
const pages = [['desk', '/incidents?view=open'], ['desk', null], ['user', '/portal']]

const place = makeDirectory()
runWell(['demo', '--months', '1'], { database: place.database })
const server = await serve(place.database), profile = mkdtempSync(join(tmpdir(), 'kaname-lighthouse-'))
const chromium = spawn(process.env.CHROMIUM, ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
	{ stdio: ['ignore', 'ignore', 'pipe'] })
const port = await new Promise((resolve, reject) => {
	let said = ''
	chromium.stderr.on('data', (data) => {
		const found = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(said += data)
		if (found) resolve(Number(found[1]))
	})
	chromium.on('close', () => reject(new Error(said)))
})

async function cookieOf(user) {
	const answer = await exchange(`${server.url}/login`, { method: 'POST', body: new URLSearchParams({ user, password: 'demo' }) })
	return answer.headers.get('set-cookie').split(';')[0]
}

let failed = 0
for (const [user, path] of pages) {
	const cookie = await cookieOf(user)
	const at = path ?? /href='(\/INC-\d+)'/.exec((await exchange(`${server.url}/incidents?view=open`, { headers: { cookie } })).text)[1]
	for (const [form, config] of [['desk', desktopConfig], ['phone', undefined]]) {
		const { lhr } = await lighthouse(server.url + at, { port, extraHeaders: { cookie }, onlyCategories: CATEGORIES, logLevel: 'error' }, config)
		const scores = CATEGORIES.map((name) => Math.round(lhr.categories[name].score * 100)), good = scores.every((score) => score >= WANTED)
		failed += !good
		console.log(`${good ? 'ok' : 'not ok'} ${at} on a ${form}: ${CATEGORIES.map((name, i) => `${name} ${scores[i]}`).join(', ')}`)
		if (!good || process.argv.includes('--verbose'))
			for (const { id, title, score, displayValue } of Object.values(lhr.audits)) if (score !== null && score < 1) console.log(`    ${id}: ${score} ${title} ${displayValue ?? ''}`)
	}
}
const over = new Promise((resolve) => chromium.on('exit', resolve))
chromium.kill()
await over
rmSync(profile, { recursive: true, force: true })
await server.stop()
place.remove()
process.exit(failed ? 1 : 0)
