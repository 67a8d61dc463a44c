// Every page of every type in the demonstration, as somebody who may open it: nothing that axe finds, nothing that does not fit, in both
// themes, wide and narrow; of each second type, in Japanese all, in English each eighth, each type as another role where that one may. ./dev walk
// looks at all, in every look, as every role.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { types } from '../api/oracle.mjs'
import { runWell } from '../api/support.mjs'
import { open } from './support.mjs'
import { accounts, beside, clientOf, collections, fill, pagesOf, quickEye } from './walk.mjs'

const share = process.env.KANAME_TEST_DATABASE ? 24 : 2 // pages look alike upon either database: there, some types
const wanted = collections.filter((_, i) => i % share === 0)
let stage, clients, see

before(async () => {
	stage = await open()
	await fill(stage, runWell(['token', 'create', '--user', 'admin'], { database: stage.database }).trim(), wanted)
	clients = new Map()
	for (const account of accounts) clients.set(account, await clientOf(stage.url, account))
	see = await quickEye(stage.url, stage.browser, clients)
})
after(async () => { await stage?.end() })

// All of them narrow, where room is short; each fourth wide as well, and each eighth in English, narrow and wide in turn.
let count = 0
async function faultsOf(account, path) {
	const looks = [{ language: 'ja', widths: count % 4 ? [390] : [390, 1440] }, ...(count % 8 ? [] : [{ language: 'en', widths: [count % 16 ? 390 : 1440] }])], found = []
	count++
	for (const look of looks) for (const fault of await see({ account, path, ...look })) found.push(`${path} as ${account}, ${look.language}: ${fault}`)
	return found
}

// All accounts, another one first each time.
const beginningWith = (turn) => {
	const all = [...clients], [one] = all.splice(turn % all.length, 1)
	return new Map([one, ...all])
}

test('every page of every type is clean and fits', async () => {
	const faults = [], walked = new Set()
	for (const [turn, collection] of wanted.entries()) {
		const pages = await pagesOf(beginningWith(turn), collection)
		for (const kind of ['list', 'record']) if (!pages.some((page) => page.kind === kind)) faults.push(`${collection}: nobody finds a ${kind}`)
		for (const { account, path } of pages) {
			faults.push(...await faultsOf(account, path))
			walked.add(account)
		}
	}
	assert.deepEqual(faults, [])
	if (share === 2) assert.deepEqual(accounts.filter((account) => !walked.has(account)), [], 'roles as whom nothing was looked at')
	assert.ok(count > 3 * types.size / share, `${count}`)
})

test('and what stands beside the types', async () => {
	const faults = []
	for (const [turn, path] of beside.filter((_, i) => i % share === 0).entries()) faults.push(...await faultsOf(path.startsWith('/administration') ? 'admin' : accounts[turn % accounts.length], path))
	assert.deepEqual(faults, [])
})
