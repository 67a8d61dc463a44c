// The description of the API is true: every operation that it names is called, and every answer, refusals too, has the shape that it promises.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { makerOf } from './maker.mjs'
import { clientOf, neverThere, stage } from './support.mjs'

let s, document, ajv, reader, nobody, nameOf, valueOf, bodyOf, makeRecord
const called = new Map() // "get /api/v1/..." -> set of statuses

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager'] })
	document = (await s.as.admin.get('/openapi.json')).body
	ajv = new Ajv({ strict: false, allErrors: true })
	addFormats(ajv)
	ajv.addSchema(document, 'document')
	const maker = makerOf(document, s.as.admin, post);
	({ nameOf, valueOf, bodyOf, make: makeRecord } = maker)
	reader = clientOf(s.url, await s.makeToken('admin', ['--scope', 'read']), 'reader')
	nobody = clientOf(s.url, 'wrong', 'nobody')
	// Nobody tries so often that this address has to wait, except with tokens that it has used before.
	for (const who of [...Object.values(s.as), reader]) assert.equal((await who.get('/me')).status, 200)
})
after(() => s?.end())

const escape = (text) => text.replaceAll('~', '~0').replaceAll('/', '~1')
const compiled = new Map()
function validate(pointer, value, told) {
	const check = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer.split('/').map((part) => encodeURIComponent(part)).join('/')}` })
	compiled.set(pointer, check)
	assert.ok(check(value), `${told}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value)}`)
}

// Calls an operation by the path's template and checks the answer against the description.
async function operate(who, method, template, values, body, search = '') {
	const operation = document.paths[template]?.[method]
	assert.ok(operation, `${method} ${template} is not described`)
	const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]))
	const answer = await who.call(method.toUpperCase(), path + search, body)
	const told = `${who.account}: ${method} ${path}${search}: ${answer.status}`
	const key = `${method} ${template}`
	called.set(key, (called.get(key) ?? new Set()).add(answer.status))
	assert.ok(operation.responses[answer.status], `${told} is not described: ${answer.text}`)
	let pointer = `/paths/${escape(template)}/${method}/responses/${answer.status}`
	let described = operation.responses[answer.status]
	if (described.$ref) {
		pointer = described.$ref.slice(1)
		described = document.components.responses[described.$ref.split('/').at(-1)]
	}
	const type = answer.type.split(';')[0]
	assert.ok(described.content[type], `${told}: ${type} is not described`)
	if (type.endsWith('json')) validate(`${pointer}/content/${escape(type)}/schema`, answer.body, told)
	for (const name of Object.keys(described.headers ?? {})) assert.ok(answer.headers.has(name), `${told}: header ${name}`)
	return answer
}

async function post(collection, body) {
	validate(`/components/schemas/${nameOf(collection)}`, body, collection)
	return operate(s.as.admin, 'post', `/api/v1/${collection}`, {}, body)
}

const collections = () => Object.keys(document.paths).map((path) => /^\/api\/v1\/([a-z-]+)$/.exec(path)?.[1]).filter((name) => name && document.paths[`/api/v1/${name}/{number}`] && !neverThere.includes(name))

async function tryCollection(collection) {
	const { admin } = s.as, base = `/api/v1/${collection}`, one = `${base}/{number}`
	const record = await makeRecord(collection), other = await makeRecord(collection), number = record.number
	const at = { number }
	for (const search of ['', '?count=true&limit=2&sort=-updated_at,number', '?filter=number%20is%20not%20empty', '?q=t1', `?as_of=2030-01-01T00:00:00Z`, '?fields=number', '?nothing=1', '?limit=0', '?filter=('])
		await operate(admin, 'get', base, {}, undefined, search)
	await operate(nobody, 'get', base, {})
	const isMade = document.paths[base].post !== undefined
	if (isMade) {
		await operate(admin, 'post', base, {}, { nothing: 1 })
		await operate(admin, 'post', base, {}, Object.fromEntries(Object.keys(await bodyOf(collection)).map((name) => [name, null])))
		await operate(reader, 'post', base, {}, await bodyOf(collection))
		await operate(nobody, 'post', base, {}, {})
	}
	await operate(admin, 'post', `${base}/bulk`, {}, { items: [...isMade ? [await bodyOf(collection)] : [], { number, version: record.version, comment: 'x' }] })
	await operate(admin, 'post', `${base}/bulk`, {}, { items: [{ number, version: 999, comment: 'y' }] })
	await operate(admin, 'post', `${base}/bulk`, {}, { items: [] })
	await operate(admin, 'get', one, at)
	await operate(admin, 'get', one, at, undefined, `?as_of=2030-01-01T00:00:00Z`)
	const fields = Object.entries(document.components.schemas[nameOf(collection).replace(/Create$/, '')].properties)
	const references = fields.filter(([, schema]) => schema['x-refers-to']).map(([name]) => name)
	await operate(admin, 'get', one, at, undefined, `?expand=${references.join()}`)
	const change = document.components.schemas[nameOf(collection).replace(/Create$/, 'Change')]
	for (const [name, schema] of Object.entries(change.properties)) if (!['comment', 'public'].includes(name)) await operate(admin, 'patch', one, at, { [name]: await valueOf(name, schema) ?? null })
	await operate(admin, 'get', one, at, undefined, `?expand=${references.join()}`)
	await operate(admin, 'patch', one, at, { nothing: 1 })
	await operate(admin, 'patch', one, at, { comment: 'said' })
	await operate(reader, 'patch', one, at, { comment: 'x' })
	if (document.paths[`${base}/similar`]) {
		await operate(admin, 'get', `${base}/similar`, {}, undefined, '?title=t1%20t2%20t3&limit=3')
		await operate(admin, 'get', `${base}/similar`, {}, undefined, '?nothing=1')
		await operate(admin, 'get', `${base}/similar`, {}, undefined, '?service=SVC-4711')
		await operate(nobody, 'get', `${base}/similar`, {})
		await operate(admin, 'get', `${one}/similar`, at)
		await operate(admin, 'get', `${one}/similar`, at, undefined, '?limit=51')
	}
	if (document.paths[`${base}/impact`]) {
		await operate(admin, 'get', `${base}/impact`, {})
		await operate(admin, 'get', `${base}/impact`, {}, undefined, '?nothing=1')
		await operate(nobody, 'get', `${base}/impact`, {})
		await operate(admin, 'get', `${one}/impact`, at)
	}
	for (const search of [`?with=${other.number}`, '', '?with=INC-4711']) await operate(admin, 'get', `${one}/compare`, at, undefined, search)
	for (const part of ['comments', 'links', 'attachments', 'clocks', 'history', 'timeline', 'mails', 'watchers']) await operate(admin, 'get', `${one}/${part}`, at)
	await operate(admin, 'post', `${one}/comments`, at, { text: 'said' })
	await operate(admin, 'post', `${one}/comments`, at, {})
	await operate(admin, 'get', `${one}/comments`, at)
	await operate(admin, 'get', `${one}/history`, at, undefined, '?limit=1')
	await operate(admin, 'post', `${one}/watchers`, at)
	await operate(reader, 'post', `${one}/watchers`, at)
	await operate(admin, 'get', `${one}/watchers`, at)
	await operate(admin, 'delete', `${one}/watchers`, at)
	for (const link of ['related_to', 'depends_on', 'nothing']) {
		await operate(admin, 'post', `${one}/links`, at, { link, to: other.number })
		await operate(admin, 'get', `${one}/links`, at)
		await operate(admin, 'delete', `${one}/links/{name}/{other}`, { number, name: link, other: other.number })
	}
	if (document.paths[`${one}/deliveries`]) {
		for (const search of ['', '?limit=0', '?after=x', '?nothing=1']) await operate(admin, 'get', `${one}/deliveries`, at, undefined, search)
		for (const search of ['?since=2026-01-01T00:00:00Z', '', '?since=x']) await operate(admin, 'post', `${one}/replay`, at, undefined, search)
		await operate(admin, 'post', `${one}/deliveries/{delivery}/replay`, { number, delivery: '4711' })
		for (const who of [admin, reader, admin]) await operate(who, 'post', `${one}/secret`, at)
	}
	const form = new FormData()
	form.append('file', new Blob(['bytes']), 'a.txt')
	const { body: added } = await operate(admin, 'post', `${one}/attachments`, at, form)
	await operate(admin, 'post', `${one}/attachments`, at, new FormData())
	await operate(admin, 'get', `${one}/attachments`, at)
	await operate(admin, 'get', `${one}/attachments/{attachment}`, { number, attachment: String(added.items[0].id) })
	await operate(admin, 'get', `${one}/attachments/{attachment}`, { number, attachment: '999999' })
	await operate(admin, 'get', `${one}/history`, at)
	for (const template of Object.keys(document.paths).filter((path) => path.startsWith(`${one}/transitions/`))) {
		const schema = document.paths[template].post.requestBody.content['application/json'].schema, body = {}
		for (const [name, property] of Object.entries(schema.properties)) if (name !== 'assignee') body[name] = await valueOf(name, property) ?? null
		await operate(admin, 'post', template, { number: other.number })
		await operate(admin, 'post', template, { number: (await makeRecord(collection)).number }, body)
		await operate(reader, 'post', template, at, { comment: 'x' })
		await operate(admin, 'post', template, { number: absentOf(number) })
	}
	const absent = { number: absentOf(number), name: 'related_to', other: other.number, attachment: '1', delivery: '1' }
	for (const [template, operations] of Object.entries(document.paths)) {
		if (!template.startsWith(`${one}`) || template.includes('/transitions/')) continue
		for (const method of Object.keys(operations)) {
			const body = method === 'patch' ? { comment: 'x' } : method !== 'post' || /watchers|replay|secret$/.test(template) ? undefined
				: template.endsWith('comments') ? { text: 'x' } : template.endsWith('links') ? { link: 'related_to', to: other.number } : Object.assign(new FormData(), {})
			if (body instanceof FormData) body.append('file', new Blob(['x']), 'x')
			const answer = await operate(admin, method, template, absent, body)
			assert.ok(answer.status === 404 || answer.status === 400, `${method} ${template} of what is not there: ${answer.status}`)
			await operate(nobody, method, template, absent, body)
		}
	}
}
const absentOf = (number) => number.replace(/\d+$/, '4711')

async function tryNotices() {
	const { admin, desk_manager: manager } = s.as
	const { body: { number } } = await operate(admin, 'post', '/api/v1/incidents', {}, { title: 'Mail is down' })
	await operate(admin, 'post', '/api/v1/incidents/{number}/transitions/escalate_to_manager', { number }, { comment: 'Help' })
	const { body: { items } } = await operate(manager, 'get', '/api/v1/notices', {}, undefined, '?unread=true&limit=1')
	for (const search of ['?unread=maybe', '?limit=0', '?after=x', '?nothing=1', `?after=${items[0].id}`]) await operate(manager, 'get', '/api/v1/notices', {}, undefined, search)
	await operate(nobody, 'get', '/api/v1/notices', {})
	await operate(reader, 'post', '/api/v1/notices/{notice}/read', { notice: String(items[0].id) })
	await operate(admin, 'post', '/api/v1/notices/{notice}/read', { notice: String(items[0].id) })
	await operate(manager, 'post', '/api/v1/notices/{notice}/read', { notice: String(items[0].id) })
	await operate(nobody, 'post', '/api/v1/notices/{notice}/read', { notice: '1' })
	await operate(manager, 'post', '/api/v1/notices/read', {}, undefined, '?up_to=x')
	await operate(manager, 'post', '/api/v1/notices/read', {})
	await operate(nobody, 'post', '/api/v1/notices/read', {})
}

async function tryIntake() {
	const { admin } = s.as, path = '/api/v1/alert-sources/{number}/intake', { number } = await makeRecord('alert-sources')
	const whole = { labels: { alertname: 'Down' } }, message = (...alerts) => ({ version: '4', groupKey: '{}', alerts })
	for (const body of [message(whole), message(whole, {}), message({}), message(), {}]) await operate(admin, 'post', path, { number }, body)
	await operate(reader, 'post', path, { number }, message(whole))
	await operate(nobody, 'post', path, { number }, message(whole))
	await admin.patch(`/alert-sources/${number}`, { active: false })
	await operate(admin, 'post', path, { number }, message(whole))
}

// An answer without an end: it is looked at until its first change has come.
async function tryStream() {
	const { admin } = s.as, path = '/api/v1/stream', key = `get ${path}`
	for (const search of ['?nothing=1', '?record=nothing', '?collection=nothings']) await operate(admin, 'get', path, {}, undefined, search)
	await operate(nobody, 'get', path, {})
	const stop = new AbortController()
	const answer = await fetch(`${s.url}${path}?collection=incidents`, { headers: { authorization: `Bearer ${admin.token}` }, signal: stop.signal })
	called.get(key).add(answer.status)
	assert.ok(document.paths[path].get.responses[answer.status].content[answer.headers.get('content-type')])
	await operate(admin, 'post', '/api/v1/incidents', {}, { title: 'Heard of' })
	let text = ''
	for await (const piece of answer.body) {
		text += Buffer.from(piece).toString()
		if (/event: change\n.*\n\n/.test(text)) break
	}
	validate('/components/schemas/StreamedChange', JSON.parse(/event: change\ndata: (.*)/.exec(text)[1]), text)
	stop.abort()
}

test('every operation is called, and answers as it is described', async () => {
	for (const collection of collections()) await tryCollection(collection)
	await tryIntake()
	const { admin, desk } = s.as
	for (const who of [admin, desk, nobody]) {
		await operate(who, 'get', '/api/v1/me', {})
		await operate(who, 'get', '/api/v1/search', {}, undefined, '?q=t1')
		await operate(who, 'get', '/api/v1/search', {})
		await operate(who, 'get', '/api/v1/conformity', {})
		await operate(who, 'get', '/api/v1/conformity', {}, undefined, '?nothing=1')
		await operate(who, 'get', '/api/v1/conformity', {}, undefined, `?clause=4.3&as_of=${new Date().toISOString()}`)
		await operate(who, 'get', '/api/v1/processes', {})
		for (const demand of ['8.1.6-s1', 'nothing']) await operate(who, 'get', '/api/v1/conformity/{demand}', { demand })
		await operate(who, 'get', '/api/v1/insights', {})
		await operate(who, 'get', '/api/v1/insights', {}, undefined, '?nothing=1')
		for (const name of ['attainment', 'mishandled', 'similar', 'time_to_resolve', 'backlog_age', 'nothing'])
			await operate(who, 'get', '/api/v1/insights/{collection}/{name}', { collection: 'incidents', name }, undefined, name === 'similar' ? '?period=soon' : '?period=this_year')
	}
	await tryNotices()
	await tryStream()
	const all = Object.entries(document.paths).filter(([path]) => !neverThere.includes(path.split('/')[3])).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`))
	assert.deepEqual(all.filter((key) => !called.has(key)), [], 'operations that nothing called')
	const never = all.filter((key) => !key.includes('/transitions/') && !key.includes('/links') && !key.includes('/{delivery}/') && ![...called.get(key)].some((status) => status < 300))
	assert.deepEqual(never, [], 'operations that never succeeded')
	assert.ok([...called].some(([key, statuses]) => key.includes('/links/{name}') && statuses.has(200)))
})

test('what is not described is refused', async () => {
	const { admin } = s.as
	for (const path of Object.keys(document.paths).filter((name) => !name.includes('{')))
		assert.equal((await admin.call('PUT', path, {})).status, 405, path)
})
