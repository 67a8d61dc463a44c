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

// What is told of each type has the same shape, and linters take half a minute for all: the ordinary run has each eighth of them, beside all else that there is.
function shareOf(document) {
	const first = (path) => path.split('/')[3], typed = Object.keys(document.paths).filter((path) => /^\/api\/v1\/[^/]+\/\{number\}$/.test(path)).map(first)
	const kept = Object.entries(document.paths).filter(([path]) => !typed.includes(first(path)) || typed.indexOf(first(path)) % 8 === 0)
	const named = new Set()
	const follow = (value) => { // what is referred to, and what that refers to
		if (value === null || typeof value !== 'object') return
		const name = value.$ref?.slice(2)
		if (name && !named.has(name)) {
			named.add(name)
			follow(name.split('/').reduce((at, step) => at[step], document))
		}
		Object.values(value).forEach(follow)
	}
	follow(kept)
	const components = Object.fromEntries(Object.entries(document.components).map(([kind, all]) =>
		[kind, Object.fromEntries(Object.entries(all).filter(([name]) => kind === 'securitySchemes' || named.has(`components/${kind}/${name}`)))]))
	const tags = new Set(kept.flatMap(([, path]) => Object.values(path).flatMap((operation) => operation.tags ?? [])))
	assert.ok(typed.length > 50 && kept.length > 50, `${typed.length} types, ${kept.length} paths`)
	return { ...document, paths: Object.fromEntries(kept), components, tags: document.tags?.filter((tag) => tags.has(tag.name)) }
}

test('the description of the API passes the linters of others', async () => {
	const { body: whole } = await s.as.admin.get('/openapi.json'), document = process.env.KANAME_LONG === '1' ? whole : shareOf(whole)
	const file = join(s.directory, 'openapi.json'), rules = join(s.directory, 'rules.yaml')
	writeFileSync(file, JSON.stringify(document))
	writeFileSync(rules, 'extends: ["spectral:oas"]\n')
	const bin = (name) => join(root, 'tests', 'node_modules', '.bin', name)
	for (const [name, words] of [['redocly', ['lint', file]], ['spectral', ['lint', '--fail-severity', 'error', '--ruleset', rules, file]]]) {
		const done = spawnSync(bin(name), words, { encoding: 'utf8', cwd: s.directory, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } })
		assert.equal(done.status, 0, `${name}: ${done.error ?? ''}${done.stdout}${done.stderr}`)
	}
})
