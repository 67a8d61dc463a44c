// Who may see and do what, through the pages; by the same oracle as the API's.
// `kaname export` and the other subcommands act as the system: whoever runs them holds the database in the hand and could
// read the file itself, so there are no persons to tell apart and nothing to walk.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { after, before, test } from 'node:test'
import { concerned, customerOf, isDone, may, people, readsType, sees, staff, stageOfPeople, takes, triedField, types } from './oracle.mjs'
import { clientOf, exchange, query, root, run, setPasswords } from './support.mjs'

let s, made, records, maker, published, inForce, web = {} // account -> a browser that is signed in
const password = 'a long password', wrongly = 'another password'
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// --- a browser ---

async function visit(method, path, { cookie, fields, headers = {} } = {}) {
	const answer = await exchange(s.url + path, {
		method, headers: { ...(cookie && { cookie }), ...headers },
		body: fields && !(fields instanceof FormData) ? new URLSearchParams(fields) : fields,
	})
	const { text } = answer, html = (answer.headers.get('content-type') ?? '').startsWith('text/html')
	assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${text}`)
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
	if (html) assert.equal(answer.headers.get('content-security-policy'), policy, path)
	if (html) assert.doesNotMatch(text, /\sstyle=|\son[a-z]+=|<style|javascript:/, path)
	return { status: answer.status, text, html, headers: answer.headers, location: answer.headers.get('location') }
}

const signIn = (user, secret) => visit('POST', '/login', { fields: { user, password: secret } })

async function browserOf(account) {
	const answer = await signIn(account, password)
	assert.equal(answer.status, 303, `${account}: ${answer.text}`)
	const cookie = answer.headers.get('set-cookie').split(';')[0], seen = []
	const browser = {
		cookie, seen, // every page and answer that this person ever got
		async get(path) {
			const page = await visit('GET', path, { cookie })
			seen.push([path, page.text])
			return page
		},
		async post(path, fields = {}, token = browser.token) {
			const sent = fields instanceof FormData ? fields : Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value]))
			if (token !== null) fields instanceof FormData ? fields.append('csrf', token) : sent.push(['csrf', token])
			const page = await visit('POST', path, { cookie, fields: sent })
			seen.push([path, page.text])
			return page
		},
	}
	browser.token = /name='csrf' value='([^']+)'/.exec((await browser.get('/INC-1')).text)?.[1] ??
		/name='csrf' value='([^']+)'/.exec((await browser.get('/services?view=all')).text)[1]
	return browser
}

const rowsOf = (page) => [...page.text.matchAll(/<a class='title' href='\/([A-Z]+-\d+)'/g)].map((found) => found[1]).sort()
const viewsOf = (page, collection) => new Map([...page.text.matchAll(new RegExp(`href='/${collection}\\?view=(\\w+)'[^>]*>[^<]*<span class='n(?: bad)?'>([\\d,]+)<`, 'g'))]
	.map((found) => [found[1], Number(found[2].replaceAll(',', ''))]))
// The same question about what is hidden and about what is not there must give the same answer, byte for byte.
// Without the bell and the place in the stream: they count what others do meanwhile.
const without = (page, word) => `${page.status} ${page.location} ${page.text}`.replaceAll(/<a class='[^']*' href='\/notices' .*?<\/a>/g, '').replaceAll(/ data-(ago|left|open)=["']-?\d+["']|(?<=stream\?[^"']*)&amp;after=\d+/g, '').replaceAll(word, 'WORD').replaceAll(encodeURIComponent(word), 'WORD')
const numbered = (number) => new RegExp(`\\b${number}\\b`)

before(async () => {
	({ s, made, records, maker } = await stageOfPeople())
	setPasswords(s.database, Object.keys(people), password)
	// Node stood still meanwhile, and the server has closed connections that it still takes for open.
	for (let i = 0; i < 10; i++) await fetch(`${s.url}/healthz`).then((answer) => answer.text()).catch(() => {})
	published = (await s.as.admin.make('articles', { title: 'To be judged', audience: 'customers', body: 'Read me.' })).number
	await s.as.admin.take(`/articles/${published}`, 'submit')
	await s.as.desk_manager.take(`/articles/${published}`, 'publish', { review_by: '2030-01-01' })
	inForce = await putInForce()
	for (const account of Object.keys(people)) web[account] = await browserOf(account)
})
after(() => s?.end())

// A version of a document that everybody may see.
async function putInForce() {
	await s.as.admin.make('people', { account: 'approver', name: 'approver', roles: ['document_management.approver'] })
	const approver = clientOf(s.url, await s.makeToken('approver'), 'approver'), document = await maker.make('documents')
	const { number } = (await s.as.admin.get('/document-versions' + query({ filter: `document = ${document.number}` }))).body.items[0]
	await s.as.admin.take(`/document-versions/${number}`, 'submit')
	await approver.take(`/document-versions/${number}`, 'approve', {})
	return number
}

// --- every type, person and verb ---

let counter = 0
// What a new record cannot be without, as the page of New sends it.
async function newFields(name, type) {
	const own = { service_request: { caller: 'user' }, article_feedback: { article: published }, // a user's are of users, about what users read
		alert: { status: 'resolved' }, // else it opens an incident, while incidents are counted
		own_dashboard: { 'tiles.0.figure': 'incident.volume' }, report_definition: { 'figures.0.figure': 'incident.volume' } } // rows have a field for each of their cells
	if (name === 'review_comment') own[name] = { on_version: inForce } // drafts are hidden from most
	return { ...await maker.bodyOf(type.collection), ...own[name] }
}

const lists = {
	async read(name, type, account, person, told) {
		const browser = web[account], reads = readsType(type, person)
		let page = await browser.get(`/${type.collection}?view=all&limit=200`)
		assert.equal(page.status, reads ? 200 : 404, `${told}: list`)
		if (!reads) {
			assert.equal(without(page, type.collection), without(await browser.get('/nothings?view=all&limit=200'), 'nothings'), `${told}: as if there were no such type`)
			return
		}
		const counted = async (filter) => s.as[account].get(`/${type.collection}${query({ limit: 1000, count: 'true', ...(filter && { filter }) })}`)
		let all = await counted()
		for (let more = 3; more && !isDeepStrictEqual(rowsOf(page), all.body.items.map((item) => item.number).sort()); more--) { // others make records meanwhile
			page = await browser.get(`/${type.collection}?view=all&limit=200`)
			all = await counted()
		}
		assert.deepEqual(rowsOf(page), all.body.items.map((item) => item.number).sort(), `${told}: rows`)
		for (const item of all.body.items) assert.ok(sees(type, person, account, (await s.as.admin.get(`/${type.collection}/${item.number}`)).body, customerOf), `${told}: ${item.number}`)
		let shown, wanted
		for (let look = 0; look < 3 && (!look || !isDeepStrictEqual(shown, wanted)); look++) { // timers may have moved something in between
			const views = viewsOf(look ? await browser.get(`/${type.collection}?view=all&limit=200`) : page, type.collection)
			shown = Object.keys(type.views).map((view) => [view, views.get(view)])
			wanted = []
			for (const [view, { filter }] of Object.entries(type.views)) {
				const answer = await counted(filter)
				wanted.push([view, answer.status === 200 ? answer.body.total : undefined])
			}
		}
		assert.deepEqual(shown, wanted, `${told}: views`)
		assert.equal(page.text.includes(`href='/${type.collection}/new'`), may(type, 'create', person, account), `${told}: new is offered`)
	},
	async create(name, type, account, person, told) {
		const browser = web[account], path = `/${type.collection}/new`, creates = may(type, 'create', person, account)
		const expected = !readsType(type, person) ? 404 : creates ? 200 : 403, fields = await newFields(name, type)
		assert.equal((await browser.get(path)).status, expected, `${told}: new`)
		assert.equal((await browser.post(path, fields, null)).status, 403, `${told}: create without a token`)
		let answer = await browser.post(path, fields)
		for (let tries = 0; answer.status === 409 && tries < 20; tries++) { // one of what it names may have one such only: the maker learns which
			await maker.make(type.collection)
			answer = await browser.post(path, await newFields(name, type))
		}
		assert.equal(answer.status, creates && expected === 200 ? 303 : expected, `${told}: create: ${answer.text}`)
		if (answer.status === 303) assert.match(answer.location, new RegExp(`^/${type.prefix}-\\d+$`))
	},
}

// Who took a step before may be kept from this one.
const isApart = (type, step) => (type.behaviours ?? []).some((use) => use.separation_of_duties?.on?.includes(step))

const changes = {
	async edit(type, path, account, person, { fresh, visible }, told) {
		const browser = web[account], field = triedField(type)
		if (!field) return
		const mayEdit = visible && may(type, 'edit', person, account, fresh)
		const settable = mayEdit && (staff(person) || type.fields[field].public === true)
		const page = await browser.get(`${path}?edit=${field}`), words = type.fields[field].type === 'boolean' ? `${!fresh[field]}` : `Changed ${++counter}`
		assert.equal(page.status, visible ? 200 : 404, `${told}: edit form`)
		if (visible) assert.equal(page.text.includes(`action='${path}/edit'`) && page.text.includes(`name="${field}"`), settable && !isDone(type, fresh), `${told}: edit form is offered`)
		const changed = await browser.post(`${path}/edit`, { [field]: words })
		assert.equal(changed.status, !visible ? 404 : !settable ? 403 : isDone(type, fresh) ? 409 : 303, `${told}: edit: ${changed.text}`)
		assert.equal(String((await s.as.admin.get(`/${type.collection}${path}`)).body[field]), settable && !isDone(type, fresh) ? words : `${fresh[field]}`, `${told}: edited`)
	},
	async comment(type, path, account, person, { fresh, visible }, told) {
		const allowed = may(type, 'edit', person, account, fresh) || may(type, 'comment', person, account, fresh)
		const page = await web[account].get(path)
		if (visible) assert.equal(page.text.includes(`action='${path}/comments'`), allowed, `${told}: comment is offered`)
		assert.equal((await web[account].post(`${path}/comments`, { text: 'Said', audience: 'internal' })).status, !visible ? 404 : allowed ? 303 : 403, `${told}: comment`)
		for (const [deed, fields] of [['watch', { watch: 'yes' }], ['watch', { watch: 'no' }], ['links', { kind: 'to.nothing', other: 'X-1' }]]) {
			const status = (await web[account].post(`${path}/${deed}`, fields)).status
			assert.ok(visible ? status !== 404 : status === 404, `${told}: ${deed}: ${status}`)
		}
	},
	async take(type, path, account, person, { fresh, visible }, told) {
		for (const [name, declared] of Object.entries(type.transitions ?? {})) {
			const now = (await s.as.admin.get(`/${type.collection}${path}`)).body
			const allowed = takes(type, declared, person, account, now)
			const starts = [declared.from ?? []].flat(), could = allowed && (!starts.length || starts.includes('any') || starts.includes(now.state))
			const page = await web[account].get(`${path}/do/${name}`)
			if (!visible) assert.equal(page.status, 404, `${told}: page of ${name}`)
			else assert.equal(page.status, could && (!(declared.guard || isApart(type, name)) || page.status === 200) ? 200 : 409, `${told}: page of ${name}`)
			const answer = await web[account].post(`${path}/do/${name}`)
			if (!visible) assert.equal(answer.status, 404, `${told}: ${name}`)
			else if (!allowed) assert.equal(answer.status, 403, `${told}: ${name}`)
			else assert.ok((could ? [303, 409, 422, ...(isApart(type, name) ? [403] : [])] : [409]).includes(answer.status), `${told}: ${name}: ${answer.status}`)
			assert.ok(answer.status === 303 || (await s.as.admin.get(`/${type.collection}${path}`)).body.state === now.state, `${told}: ${name}: nothing moved`)
		}
	},
}

async function walk(name, type, accounts) {
	const number = records[name].number, path = `/${number}`, absent = `${type.prefix}-4711`
	for (const account of accounts) {
		const person = people[account], browser = web[account], told = `${account} and ${name}`
		await lists.read(name, type, account, person, told)
		await lists.create(name, type, account, person, told)
		const fresh = (await s.as.admin.get(`/${type.collection}/${number}`)).body
		const state = { fresh, visible: sees(type, person, account, fresh, customerOf) }
		for (const rest of ['', '/preview', '?print=yes', '?show=all']) {
			const page = await browser.get(path + rest)
			assert.equal(page.status, state.visible ? 200 : 404, `${told}: ${rest}`)
			if (!state.visible) assert.equal(without(page, number), without(await browser.get(`/${absent}${rest}`), absent), `${told}: ${rest}`)
		}
		const found = await browser.get(`/search${query({ q: fresh[type.headline] })}`)
		const searched = state.visible && (staff(person) || type.fields[type.headline].public === true) && type.fields[type.headline].searched !== false
		assert.equal(rowsOf(found).includes(number), searched, `${told}: search`)
		const led = await browser.get(`/search${query({ q: number })}`)
		assert.equal(led.location, state.visible ? path : null, `${told}: search for the number`)
		const suggested = await browser.get(`/suggest/${type.collection}${query({ q: number })}`)
		assert.equal(suggested.status, readsType(type, person) ? 200 : 404, `${told}: suggest`)
		if (suggested.status === 200) assert.equal(JSON.parse(suggested.text).some(({ value }) => value === number || value === fresh[type.key]), state.visible, `${told}: suggest the number`)
		for (const change of Object.values(changes)) await change(type, path, account, person, state, told)
	}
}

test('every type, person and verb of the pages agrees with what the processes declare', async () => {
	// access_test.mjs walks all people through all types. The pages are drawn by the same code for all, so beside some types
	// that everybody walks through, each is walked by those of its process, the administrator, staff without a role and a user.
	const byAll = ['incident', ...(process.env.KANAME_TEST_DATABASE ? [] : ['group', 'customer', 'service', 'calendar', 'role', 'sla', 'configuration_item'])]
	await walk('person', types.get('person'), Object.keys(people)) // before the others: what people are called stands on every page of theirs
	const rest = [...types].filter(([name]) => name !== 'person')
	// Versions come to be with what they are versions of, and so are walked through when no more of that is made.
	const isVersion = ([, type]) => type.behaviours?.some((use) => use.version_control)
	for (const list of [rest.filter((one) => !isVersion(one)), rest.filter(isVersion)]) {
		const next = async () => { // so many at once as the server has readers for, however many types there are
			for (let one; (one = list.shift());) await walk(...one, byAll.includes(one[0]) ? Object.keys(people) : concerned(one[1]))
		}
		const walks = Array.from({ length: process.env.KANAME_TEST_DATABASE ? 4 : 8 }, () => next().finally(() => list.splice(0)))
		const [fault] = (await Promise.allSettled(walks)).filter(({ status }) => status === 'rejected') // none goes on into the next tests
		if (fault) throw fault.reason
	}
})

// --- hidden from customers ---

test('nothing that is not public is on any page of a customer', async () => {
	const { admin } = s.as, words = []
	const mark = (words_) => { words.push(words_); return words_ }
	const texts = (type, without_ = []) => Object.fromEntries(Object.entries(types.get(type).fields)
		.filter(([name, field]) => !field.public && !field.internal && !field.derived && !field.format && ['text', 'markdown'].includes(field.type) && !without_.includes(name))
		.map(([name]) => [name, mark(`zq${type}${name.replaceAll('_', '')}`)]))
	const change = async (path, fields) => {
		const answer = await admin.patch(path, fields)
		assert.equal(answer.status, 200, answer.text)
	}
	await admin.make('people', { account: mark('zqassignee'), name: mark('Zqname'), groups: ['servers'] })
	const item = await admin.make('configuration-items', { name: mark('zqmachine') }), other = await admin.make('incidents', { title: mark('zqother') })
	const incident = await admin.make('incidents', { title: 'Seen by Aoba', caller: 'user', service: made.service.number, ...texts('incident'),
		group: 'servers', assignee: 'zqassignee', configuration_items: [item.number], kind: 'ci_fault', channel: 'desk', closing_code: 'user_error' })
	words.push('ci_fault', 'user_error', 'Fault of a CI', 'Misunderstanding in use')
	const path = `/incidents/${incident.number}`
	await change(path, { source_reference: mark('zqlater') })
	await change('/people/user', texts('person'))
	await change(`/groups/${made.group.number}`, { name: mark('Zqgroup') })
	await change(`/services/${made.service.number}`, { owner: 'zqassignee', support_group: 'servers' })
	await admin.post(`${path}/comments`, { text: mark('zqnote') })
	await admin.post(`${path}/links`, { link: 'related_to', to: other.number })
	const form = new FormData()
	form.append('file', new Blob([mark('zqbytes')]), `${mark('zqfile')}.txt`)
	form.append('text', mark('zqwithfile'))
	form.append('audience', 'internal')
	assert.equal((await web.desk.post(`/${incident.number}/comments`, form)).status, 303)
	const file = /\/files\/(\d+)\/zqfile/.exec((await web.desk.get(`/${incident.number}`)).text)[1]
	assert.match((await web.desk.get(`/${incident.number}/files/${file}/zqfile.txt`)).text, /zqbytes/)
	for (const account of ['user', 'colleague', 'user2']) {
		const browser = web[account], sees_ = account !== 'user2'
		for (const rest of ['', '?print=yes', '?show=all', '?show=notes', '?show=changes', '?show=links', '?show=system', '?show=story', '?edit=all', '?edit=group', '?edit=source_reference', '?do=link', '/preview'])
			assert.equal((await browser.get(`/${incident.number}${rest}`)).status, sees_ ? 200 : 404, rest)
		for (const transition of Object.keys(types.get('incident').transitions)) await browser.get(`/${incident.number}/do/${transition}`)
		assert.equal((await browser.get(`/${incident.number}/files/${file}/x`)).status, 404, 'the file of a note')
		const hidden = Object.keys(types.get('incident').fields).filter((name) => !types.get('incident').fields[name].public)
		for (const rest of [`?view=all&columns=${hidden}`, '?view=unassigned', '?view=mine', `?view=all&preview=${incident.number}`, '?sort=priority&view=all'])
			await browser.get(`/incidents${rest}`)
		for (const name of hidden) {
			await browser.get(`/incidents?${new URLSearchParams({ sort: name })}`)
			const page = await browser.get(`/incidents?${new URLSearchParams({ filter: `${name} is not empty` })}`)
			assert.equal(page.status, 400, name)
			assert.deepEqual(rowsOf(page), [], name)
			const offered = JSON.parse((await browser.get(`/suggest/incidents?${new URLSearchParams({ expression: name })}`)).text)
			assert.ok(!offered.some((choice) => choice.value === name), name)
			assert.deepEqual(JSON.parse((await browser.get(`/suggest/incidents?${new URLSearchParams({ expression: `${name} = ` })}`)).text), [], name)
			assert.ok(!(await browser.get(`/incidents/new?${name}=1`)).text.includes(`name="${name}"`), name)
		}
		for (const rest of ['/', '/keys', '/people?view=all', '/PER-1', '/services?view=all', `/${made.service.number}`, '/calendars?view=all', '/service-level-agreements?view=all', `/${records.sla.number}`])
			await browser.get(rest)
		for (const collection of ['incidents', 'people', 'services', 'groups', 'configuration-items', 'customers', 'calendars'])
			for (const q of ['', 'Seen', 'User']) await browser.get(`/suggest/${collection}${query({ q })}`)
		for (const [word, nothing] of words.map((word) => [word, `yx${word.slice(2)}`]))
			for (const build of [(q) => `/search${query({ q })}`, (q) => `/suggest/incidents${query({ q })}`, (q) => `/suggest/people${query({ q })}`]) {
				const [hidden, absent] = [await visit('GET', build(word), browser), await visit('GET', build(nothing), browser)]
				assert.equal(without(hidden, word).replaceAll(new URLSearchParams({ q: word }).toString(), 'q').replaceAll(encodeURIComponent(new URLSearchParams({ q: word })), 'q'),
					without(absent, nothing).replaceAll(new URLSearchParams({ q: nothing }).toString(), 'q').replaceAll(encodeURIComponent(new URLSearchParams({ q: nothing })), 'q'), `${account}: ${build(word)}`)
			}
		// what they may not set is not there, whatever is said of it
		for (const [name, there, missing] of [['group', 'servers', 'serverz'], ['assignee', 'desk', 'desq'], ['configuration_items', item.number, 'CI-4711'], ['caller', 'desk', 'desq'], ['customer', made.customer2.number, 'CUS-4711'],
			['caller', account === 'user2' ? 'colleague' : 'user2', 'user9']]) {
			const [known, unknown] = [await browser.post('/incidents/new', { title: 'x', [name]: there }), await browser.post('/incidents/new', { title: 'x', [name]: missing })]
			assert.equal(without(known, there), without(unknown, missing), `${account}: ${name}`)
			assert.ok(known.status >= 400, `${account}: ${name}: ${known.status}`)
		}
		if (sees_) for (const [kind, there, missing] of [['to.part_of', other.number, 'INC-4711'], ['to.affects', item.number, 'CI-4711'], ['from.part_of', other.number, 'INC-4711']]) {
			const [known, unknown] = [await browser.post(`/${incident.number}/links`, { kind, other: there }), await browser.post(`/${incident.number}/links`, { kind, other: missing })]
			assert.equal(without(known, there), without(unknown, missing), `${account}: link ${kind}`)
		}
		assert.ok(browser.seen.length > 100)
		for (const [path_, text] of browser.seen) {
			if (path_.startsWith('/incidents/new') || path_.endsWith('/links')) continue // these say back what was typed
			for (const word of words) assert.ok(!text.includes(word), `${account} read ${word} at ${path_}`)
			assert.ok(!numbered(other.number).test(text), `${account} read ${other.number} at ${path_}`)
		}
	}
})

// --- restricted ---

test('what is restricted is on no page of those whom it does not concern', async () => {
	const { desk, security, admin } = s.as
	const shown = await admin.make('incidents', { title: 'Plainly shown', caller: 'user', service: made.service.number, configuration_items: [records.configuration_item.number] })
	const created = await desk.post('/incidents', { title: 'xqleak of Aoba', description: 'xqstory', caller: 'colleague', security: true, configuration_items: [records.configuration_item.number] })
	assert.equal(created.status, 201, created.text)
	const number = created.body.number, absent = 'INC-4711', words = ['xqleak', 'xqstory', 'xqsaid', 'xqfile']
	assert.equal((await security.post(`/incidents/${shown.number}/links`, { link: 'related_to', to: number })).status, 200)
	await security.post(`/incidents/${number}/comments`, { text: 'xqsaid' })
	const form = new FormData()
	form.append('file', new Blob(['bytes']), 'xqfile.txt')
	form.append('text', 'xqsaid')
	assert.equal((await web.security.post(`/${number}/comments`, form)).status, 303)
	const file = /\/files\/(\d+)\/xqfile/.exec((await web.security.get(`/${number}`)).text)[1]
	const version = (await security.get(`/incidents/${number}`)).body.version
	assert.match((await web.security.get(`/${shown.number}`)).text, numbered(number), 'whom it concerns sees the link')
	const fresh = (await security.get(`/incidents/${number}`)).body, type = types.get('incident')
	for (const [account, person] of Object.entries(people)) {
		const browser = web[account]
		if (sees(type, person, account, fresh, customerOf)) {
			assert.equal((await browser.get(`/${number}`)).status, 200, account)
			assert.ok(rowsOf(await browser.get('/incidents?view=all&limit=200')).includes(number), account)
			continue
		}
		const from = browser.seen.length
		const same = async (method, build, fields) => {
			const ask = (id) => method === 'GET' ? visit('GET', build(id), browser) : browser.post(build(id), fields?.(id))
			const [hidden, missing] = [await ask(number), await ask(absent)]
			assert.equal(without(hidden, number), without(missing, absent), `${account}: ${method} ${build('N')} ${JSON.stringify(fields?.('N'))}`)
		}
		for (const rest of ['', '?edit=title', '?print=yes', '/preview', '/do/assign', '/do/nothing', `/files/${file}/xqfile.txt`, '/files/4711/x'])
			await same('GET', (id) => `/${id}${rest}`)
		for (const [rest, fields] of [['/edit', { title: 'x' }], ['/edit', { title: '' }], ['/do/assign', {}], ['/do/cancel', { comment: 'x' }], ['/comments', { text: 'x' }], ['/watch', { watch: 'yes' }],
			['/links', { kind: 'to.related_to', other: shown.number }]]) await same('POST', (id) => `/${id}${rest}`, () => fields)
		for (const kind of ['to.part_of', 'from.part_of', 'to.related_to', 'from.related_to']) {
			await same('POST', () => `/${shown.number}/links`, (id) => ({ kind, other: id }))
			await same('POST', (id) => `/${shown.number}/links?remove=yes&kind=${kind}&other=${id}`)
		}
		for (const action of ['take', 'cancel', 'resume', 'confirm']) {
			await same('POST', () => '/incidents/bulk', (id) => ({ action, comment: 'x', number: id }))
			await same('POST', () => '/incidents/bulk', (id) => ({ action, number: [id, 'INC-4712'] }))
		}
		for (const build of [(id) => `/search${query({ q: id })}`, (id) => `/suggest/incidents${query({ q: id })}`, (id) => `/incidents?view=all&limit=1&preview=${id}`, (id) => `/incidents${query({ filter: `number = ${id}` })}`])
			await same('GET', build)
		for (const guess of [(word) => `/search?q=${word}`, (word) => `/suggest/incidents?q=${word}`, (word) => `/incidents?filter=title+contains+"${word}"`]) {
			const [hidden, missing] = [await visit('GET', guess('xqleak'), browser), await visit('GET', guess('yxleak'), browser)]
			assert.equal(without(hidden, 'xqleak'), without(missing, 'yxleak'), `${account}: ${guess('WORD')}`)
		}
		assert.equal((await visit('GET', `/${shown.number}/files/${file}/xqfile.txt`, browser)).status, 404, `${account}: its file by another record`)
		for (const path of ['/', '/incidents?view=all&limit=200', '/incidents?view=open', '/incidents?view=reported&limit=200', '/incidents?view=unassigned', '/incidents?view=major', '/incidents?filter=security', '/search?q=Aoba', '/suggest/incidents?q=', '/suggest/incidents?q=Aoba',
			...[shown, records.configuration_item, made.customer, made.service, records.person].flatMap((record) => ['', '?show=all', '?show=links', '?print=yes', '/preview'].map((rest) => `/${record.number}${rest}`))])
			await browser.get(path)
		for (const [path, text] of browser.seen.slice(from)) {
			for (const word of words) assert.ok(!text.includes(word), `${account} read ${word} at ${path}`)
			if (!/\/(links|bulk)|INC-4711/.test(path) && !path.includes(number)) assert.ok(!numbered(number).test(text), `${account} read ${number} at ${path}`)
		}
	}
	assert.equal((await security.get(`/incidents/${number}`)).body.version, version, `nothing of all this touched it: ${(await security.get(`/incidents/${number}/history`)).text}`)
})

// --- forged requests ---

test('no post of a page is obeyed without this session\'s token', async () => {
	const source = readFileSync(join(root, 'src/web/entry.c'), 'utf8')
	const routes = [...source.matchAll(/\.method = "POST", \.pattern = "([^"]+)"/g)].map((found) => found[1]).filter((pattern) => !['/login', '/decide/{link}', '/digest/{link}'].includes(pattern)) // of which one opens a session, and the others decide, or end digests, by their own proof
	assert.ok(routes.length >= 9, 'the routes are found')
	const { number } = await s.as.admin.make('incidents', { title: 'Untouched', caller: 'user' })
	const told = async () => JSON.stringify([(await s.as.admin.get('/incidents?limit=1000&count=true')).body.total, (await s.as.admin.get(`/incidents/${number}`)).body,
		(await s.as.admin.get(`/incidents/${number}/watchers`)).body, (await s.as.admin.get(`/incidents/${number}/history`)).body])
	const earlier = await told()
	const fields = { title: 'Forged', text: 'Forged', watch: 'yes', action: 'take', number, theme: 'dark', kind: 'to.related_to', other: 'INC-1', comment: 'Forged', group: 'servers' }
	for (const route of routes) {
		const path = route.replace('{collection}', 'incidents').replace('{number}', number).replace('{transition}', 'assign').replace('{mail}', '1')
		assert.ok(!path.includes('{'), route)
		for (const [why, token] of [['none', null], ['empty', ''], ['wrong', 'x'.repeat(43)], ['cut', web.desk.token.slice(0, -1)], ['of another', web.resolver.token]]) {
			const answer = await web.desk.post(path, fields, token)
			assert.equal(answer.status, 403, `${route}: ${why}`)
			assert.equal(answer.headers.get('set-cookie'), null, `${route}: ${why}`)
		}
		const stranger = await visit('POST', path, { fields })
		assert.equal(stranger.status, 303, `${route}: not signed in`)
		assert.match(stranger.location, /^\/login/, route)
	}
	assert.equal(await told(), earlier, 'nothing was changed')
	assert.equal((await web.desk.get('/INC-1')).status, 200, 'and nobody was signed out')
	assert.equal((await web.desk.post(`/${number}/edit`, { title: 'Touched' })).status, 303)
	assert.notEqual(await told(), earlier, 'with the token it is obeyed')
})

test('the API takes a session only with its token', async () => {
	const path = '/api/v1/incidents', body = JSON.stringify({ title: 'By script', caller: 'user' }), { cookie, token } = web.desk
	const send = (headers) => fetch(s.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }).then((answer) => answer.status)
	assert.equal(await send({}), 401)
	assert.equal(await send({ cookie }), 403)
	assert.equal(await send({ cookie, 'x-csrf-token': 'x' }), 403)
	assert.equal(await send({ cookie, 'x-csrf-token': web.resolver.token }), 403)
	assert.equal(await send({ cookie, 'x-csrf-token': token }), 201)
	assert.equal((await fetch(s.url + path, { headers: { cookie } })).status, 200)
})

// --- sessions ---

test('a session is a cookie that scripts cannot read, and ends when one signs out', async () => {
	const answer = await signIn('desk', password), header = answer.headers.get('set-cookie'), cookie = header.split(';')[0]
	assert.match(header, /;\s*HttpOnly/)
	assert.match(header, /;\s*SameSite=Lax/)
	assert.match(header, /;\s*Path=\//)
	assert.match(cookie, /^kaname=[\w-]{43}$/)
	assert.doesNotMatch(header, /Max-Age|Expires/i, 'it ends with the browser')
	assert.ok(!answer.text.includes(cookie.slice(7)))
	const page = await visit('GET', '/incidents?view=all', { cookie }), csrf = /name='csrf' value='([^']+)'/.exec(page.text)[1]
	assert.ok(!page.text.includes(cookie.slice(7)), 'no page tells the secret')
	const out = await visit('POST', '/logout', { cookie, fields: { csrf } })
	assert.equal(out.status, 303)
	assert.match(out.headers.get('set-cookie'), /^kaname=;.*Max-Age=0/)
	assert.match((await visit('GET', '/INC-1', { cookie })).location, /^\/login\?next=/)
	assert.equal((await fetch(`${s.url}/api/v1/incidents`, { headers: { cookie } })).status, 401)
	for (const next of ['//elsewhere.example/', '/\\elsewhere.example', 'https://elsewhere.example/', '/ok\r\nx: y'])
		assert.equal((await visit('POST', '/login', { fields: { user: 'desk', password, next } })).location, '/', next)
	for (const path of ['/', '/incidents', '/INC-1', '/search?q=x', '/suggest/incidents?q=', '/INC-1/preview', '/incidents/new', '/INC-1/do/assign', '/INC-1/files/1/x', '/keys'])
		assert.match((await visit('GET', path)).location, /^\/login/, path)
})

test('a failed sign-in does not tell which accounts there are, and has to wait', async () => {
	const { number } = (await s.as.admin.get('/people/desk_manager')).body
	await s.as.admin.patch('/people/relations', { active: false })
	const wrong = await signIn('desk', wrongly)
	assert.equal(wrong.status, 401)
	for (const [account, secret] of [['desq', wrongly], [number, password], ['relations', password]]) {
		const answer = await signIn(account, secret)
		assert.equal(without(answer, account), without(wrong, 'desk'), account)
		assert.equal(answer.headers.get('set-cookie'), null)
	}
	for (const account of ['config', 'nobody9']) { // there or not: the same
		for (let i = 0; i < 5; i++) assert.equal((await signIn(account, wrongly)).status, 401, `${account}: ${i}`)
		// the first wait is a second, within which a slow machine may not have come back; they double
		let refused
		for (let i = 0; i < 6 && !refused; i++) {
			const answer = await signIn(account, wrongly)
			if (answer.status === 429 && (await signIn(account, password)).status === 429) refused = answer
		}
		assert.ok(refused, `${account} has to wait, even with the right password`)
		assert.match(refused.headers.get('retry-after') ?? 'none', /^[1-9]\d*$/)
		if (account === 'config') assert.equal((await signIn('slm', password)).status, 303, 'others may sign in meanwhile')
	}
})

test('an export needs the database', () => {
	assert.equal(run(['export', '--help']).code, 0)
	assert.notEqual(run(['export', 'incidents'], { database: `${s.database}.absent/none.db` }).code, 0)
})
