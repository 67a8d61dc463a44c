// What others, who know nothing of Kaname, say of the description of its API.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root, stage } from './support.mjs'

let s

before(async () => { s = await stage() })
after(() => s?.end())

test('the description of the API passes the linters of others', async () => {
	const { body: document } = await s.as.admin.get('/openapi.json')
	const file = join(s.directory, 'openapi.json'), rules = join(s.directory, 'rules.yaml')
	writeFileSync(file, JSON.stringify(document))
	writeFileSync(rules, 'extends: ["spectral:oas"]\n')
	const bin = (name) => join(root, 'tests', 'node_modules', '.bin', name)
	for (const [name, words] of [['redocly', ['lint', file]], ['spectral', ['lint', '--fail-severity', 'error', '--ruleset', rules, file]]]) {
		const done = spawnSync(bin(name), words, { encoding: 'utf8', cwd: s.directory, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } })
		assert.equal(done.status, 0, `${name}: ${done.error ?? ''}${done.stdout}${done.stderr}`)
	}
})
