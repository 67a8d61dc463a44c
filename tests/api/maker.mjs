// Records of any type, made from nothing but what the description of the API says of them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runWell } from './support.mjs'

const asked = { 'service-requests': ['title'], tasks: ['service_request', 'group'], parties: ['group'], 'legal-holds': ['record_type'], decisions: ['no_report'], raci: ['service'] } // where nothing else says it

// post: (collection, body) => the answer.
export function makerOf(document, admin, post = (collection, body) => admin.post(`/${collection}`, body)) {
	const known = new Map()
	const once = new Set(['raci.service']) // "collection.field" of references to which one record may be made only once: each gets a new one; of choices the next one
	let serial = 0

	const schemaOf = (name) => document.components.schemas[name]
	const nameOf = (collection) => document.paths[`/api/v1/${collection}/{number}`].patch.requestBody.content['application/json'].schema.$ref.split('/').at(-1).replace(/Change$/, 'Create')

	async function existing(collection) {
		if (!known.has(collection)) {
			const { items } = (await admin.get(`/${collection}?limit=1&sort=number`)).body
			known.set(collection, (items[0] ?? await make(collection)).number)
		}
		return known.get(collection)
	}

	async function valueOf(name, schema) {
		if (schema['x-refers-to']) {
			const number = await existing(schema['x-refers-to'])
			return [schema.type].flat().includes('array') ? [number] : number
		}
		if (schema.$ref || schema.anyOf) return { amount: '12.50', currency: 'JPY' }
		const type = [schema.type].flat()[0]
		if (schema.enum) return schema.enum[0]
		if (type === 'boolean') return name !== 'security' // what belongs to a restricted record would be out of sight
		if (type === 'integer') return 1
		if (type === 'array') return []
		if (name === 'url') return 'http://127.0.0.1:9/' // where nothing is sent: it is refused as an inner address
		if (schema.format === 'date') return '2026-11-23'
		if (schema.format === 'date-time') return '2026-11-23T01:02:03Z'
		if (schema.format === 'duration') return 'PT1H30M'
		if (schema.format) return undefined
		if (schema.pattern) return '1.5' // a decimal
		return `t${++serial}`
	}

	// The one row of a table that must not be empty.
	const rowOf = async ({ properties }) => Object.fromEntries(await Promise.all(Object.entries(properties).map(async ([name, schema]) => [name, await valueOf(name, schema)])))

	async function bodyOf(collection) {
		const schema = schemaOf(nameOf(collection)), body = {}
		for (const name of [...schema.required ?? [], ...asked[collection] ?? []]) {
			const to = schema.properties[name]['x-refers-to'], row = schema.properties[name].items, codes = schema.properties[name].enum?.filter((code) => code !== null)
			body[name] = row?.properties ? [await rowOf(row)] : once.has(`${collection}.${name}`) ? to ? (await make(to)).number : codes[++serial % codes.length] : await valueOf(name, schema.properties[name])
		}
		return body
	}

	// What nobody makes comes by itself.
	async function issueReport() {
		const lastYear = `${new Date().getUTCFullYear() - 1}-01-01`
		const { number } = await admin.make('report-definitions', { name: `t${++serial}`, period: 'year', next_from: lastYear, owner: 'admin', figures: [{ figure: 'incident.volume' }] })
		await admin.take(`/report-definitions/${number}`, 'activate', {})
		for (;;) {
			const { items } = (await admin.get(`/reports?filter=definition%20=%20"${number}"`)).body
			if (items.length) return items[0]
		}
	}

	async function gatherAlert() {
		const { alert_group: group } = await admin.make('alerts', await bodyOf('alerts'))
		return (await admin.get(`/alert-groups/${group}`)).body
	}

	async function receiveMail() {
		const mailbox = (await admin.get(`/mailboxes/${await existing('mailboxes')}`)).body
		const message = `From: somebody@nowhere.example\nTo: ${mailbox.address}\nSubject: t${++serial}\nMessage-ID: <${serial}@nowhere.example>\n\nHello\n`
		const number = runWell(['mail-in', '--mailbox', mailbox.address], { input: message, database: admin.database }).split(':')[0]
		return (await admin.get(`/mails/${number}`)).body
	}

	const newest = async (collection) => (await admin.get(`/${collection}?sort=-created_at&limit=1`)).body.items[0]

	// Both into a folder of their own, which is removed at once: the record stays.
	async function backUp(test) {
		const folder = mkdtempSync(join(tmpdir(), 'kaname-backup-')), key = join(folder, 'key'), file = join(folder, `t${++serial}`)
		writeFileSync(key, Buffer.alloc(32, 1), { mode: 0o600 })
		runWell(['backup', file, '--key-file', key], { database: admin.database })
		if (test) runWell(['restore', file, '--test', '--scratch', folder, '--key-file', key], { database: admin.database })
		rmSync(folder, { recursive: true })
		return newest(test ? 'restore-tests' : 'backups')
	}

	async function askSignature() {
		const { number } = await admin.make('service-level-agreements', { ...await bodyOf('service-level-agreements'), valid_from: '2026-11-23', agreed_by: 'admin', provider_duties: 'a', customer_duties: 'b' })
		await admin.take(`/service-level-agreements/${number}`, 'ask_signatures', {})
		return newest('agreement-signatures')
	}

	// What pg_dump keeps, restored into a database beside it.
	function proveDump() {
		const [address, options] = process.env.KANAME_TEST_DATABASE.split('?'), name = `t${++serial}_${process.pid}`, other = `${address}${name}?${options}`
		const ended = (command) => {
			const done = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
			assert.equal(done.status, 0, done.stderr)
		}
		ended(`createdb --maintenance-db '${address}postgres?${options}' ${name} && pg_dump '${admin.database}' | psql -qX -v ON_ERROR_STOP=1 '${other}'`)
		runWell(['restore', other, '--test', '--backup', name], { database: admin.database })
		ended(`dropdb --maintenance-db '${address}postgres?${options}' ${name}`)
		return newest('restore-tests')
	}

	async function askExport() {
		const web = await admin.pages()
		const { location } = await web.post('/people/export?format=csv&filter=&columns=account', {}, '/people?view=all')
		for (;;) {
			const record = (await admin.get(`/exports/${location.slice(1)}`)).body
			if (record.state === 'ready') return record
		}
	}

	// Drafts are seen by those who work on them: whoever makes everything is among them.
	let seesDrafts
	const see = () => seesDrafts ??= admin.get('/people/admin').then(({ body }) => admin.patch('/people/admin', {
		roles: [...body.roles, 'document_management.document_manager', 'management_responsibility.management_representative', 'management_responsibility.top_management', 'service_level.service_level_manager'],
	}))

	async function version(of, collection) {
		const { number } = await make(of)
		return (await admin.get(`/${collection}?filter=${of.replace(/ies$/, 'y').replace(/s$/, '').replaceAll('-', '_')}%20=%20${number}`)).body.items[0]
	}

	const versions = Object.fromEntries([['documents', 'document-versions'], ['policies', 'policy-versions'], ['plans', 'plan-versions'], ['scopes', 'scope-versions'], ['process-descriptions', 'process-versions']].map(([of, collection]) => [collection, () => version(of, collection)]))
	async function describeRole() { // whose first version comes when it is asked for
		const { number } = await make('roles')
		await admin.take(`/roles/${number}`, 'describe', { comment: 'x' })
		return (await admin.get(`/role-versions?filter=role%20=%20"${number}"`)).body.items[0]
	}
	async function readSecret() {
		const { number } = await admin.make('documents', { ...await bodyOf('documents'), confidentiality: 'confidential' })
		await admin.get(`/documents/${number}`)
		for (;;) {
			const { items } = (await admin.get(`/readings?filter=document%20=%20"${number}"`)).body
			if (items.length) return items[0]
		}
	}
	const comesByItself = { ...versions, 'role-versions': describeRole, 'agreement-signatures': askSignature, exports: askExport, readings: readSecret, reports: issueReport, 'alert-groups': gatherAlert, mails: receiveMail, backups: () => backUp(false), 'restore-tests': process.env.KANAME_TEST_DATABASE ? proveDump : () => backUp(true) }

	async function make(collection, tries = 20) {
		await see()
		if (comesByItself[collection]) return comesByItself[collection]()
		const answer = await post(collection, await bodyOf(collection))
		const taken = answer.status === 409 && answer.body.errors.find(({ code }) => code === 'unique')?.field
		if (taken && tries) { // the next has another, of codes perhaps one that is taken too
			once.add(`${collection}.${taken}`)
			return make(collection, tries - 1)
		}
		assert.equal(answer.status, 201, `${collection}: ${answer.text}`)
		return answer.body
	}

	return { nameOf, valueOf, bodyOf, make }
}
