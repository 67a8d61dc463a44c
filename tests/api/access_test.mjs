// Who may see and do what, through the API.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { concerned, customerOf, isDone, may, people, readsType, sees, staff, stageOfPeople, takes, triedField, types } from './oracle.mjs'
import { query } from './support.mjs'

let s, made, records

before(async () => {
	({ s, made, records } = await stageOfPeople())
})
after(() => s?.end())

const statusOf = async (promise) => (await promise).status

test('every type, person and verb agrees with what the processes declare', async () => {
	for (const [name, type] of types) {
		const record = records[name]
		const path = `/${type.collection}/${record.number}`
		const title = type.headline, tried = triedField(type), text = type.key ?? tried ?? title
		for (const account of process.env.KANAME_TEST_DATABASE ? concerned(type) : Object.keys(people)) { // either database is asked under the same conditions
			const who = s.as[account], person = people[account], told = `${account} and ${name}`
			const fresh = (await s.as.admin.get(path)).body
			const visible = sees(type, person, account, fresh, customerOf), reads = readsType(type, person)
			const list = await who.get(`/${type.collection}?limit=1000&count=true`)
			assert.equal(list.status, reads ? 200 : 404, `${told}: list`)
			if (reads) {
				assert.equal(list.body.items.some((item) => item.number === record.number), visible, `${told}: in the list`)
				assert.equal(list.body.total, list.body.items.length, `${told}: count`)
			}
			for (const part of ['', '/history', '/comments', '/links', '/attachments', '/clocks', '/timeline', '/mails', '/watchers'])
				assert.equal(await statusOf(who.get(path + part)), visible ? 200 : 404, `${told}: get ${part}`)
			const searched = await who.get(`/search${query({ q: `${fresh[title]}`, limit: 200 })}`)
			assert.equal(searched.body.items.some((hit) => hit.number === record.number), visible && (staff(person) || type.fields[title].public === true) &&
				type.fields[title].searched !== false, `${told}: search`)
			// a change of the headline to what it was changes nothing, so the verb alone is judged
			const mayEdit = may(type, 'edit', person, account, fresh), publicly = staff(person) || type.fields[tried ?? title].public === true
			const edited = tried && await who.patch(path, { [tried]: fresh[tried] })
			if (tried) assert.equal(edited.status, !visible ? (reads && publicly ? 404 : reads ? 400 : 404) : !publicly ? 400 : !mayEdit ? 403 : isDone(type, fresh) ? 409 : 200, `${told}: edit: ${edited.text}`)
			assert.equal(await statusOf(who.post(`${path}/comments`, { text: 'x' })), !visible ? 404 : mayEdit || may(type, 'comment', person, account, fresh) ? 201 : 403, `${told}: comment`)
			const creates = await who.post(`/${type.collection}`, { [text]: null })
			assert.equal(creates.status, !reads ? 404 : !staff(person) && !type.fields[text].public ? 400 : !may(type, 'create', person, account) ? 403 : 422, `${told}: create: ${creates.text}`)
			for (const [transition, declared] of Object.entries(type.transitions ?? {})) {
				// with a version that no record has, nothing is ever moved: 412 comes before the verb is judged, so it is tried on a state that forbids it
				const answer = await who.post(`${path}/transitions/${transition}`, { comment: '' })
				const allowed = takes(type, declared, person, account, fresh)
				const starts = [declared.from ?? []].flat()
				if (!visible) assert.equal(answer.status, 404, `${told}: ${transition}`)
				else if (!allowed) assert.equal(answer.status, 403, `${told}: ${transition}: ${answer.text}`)
				else if (answer.status === 403) assert.equal(answer.body.errors[0].code, 'own', `${told}: ${transition}: ${answer.text}`) // whoever made it does not decide on it
				else assert.ok([200, 409, 422].includes(answer.status), `${told}: ${transition}: ${answer.text}`)
				if (visible && allowed && starts.length && !starts.includes('any') && !starts.includes((await s.as.admin.get(path)).body.state) && ![200, 403].includes(answer.status))
					assert.equal(answer.status, 409, `${told}: ${transition}`)
			}
		}
	}
})

test('fields that are not public do not exist for customers', async () => {
	const type = types.get('incident'), { user, admin } = s.as
	const hidden = Object.keys(type.fields).filter((name) => !type.fields[name].public)
	const path = `/incidents/${records.incident.number}`
	const body = (await user.get(path)).body
	for (const name of hidden) {
		assert.ok(!(name in body), name)
		for (const parameters of [{ fields: name }, { expand: name }, { sort: name }, { sort: `-${name}` }, { filter: `${name} is empty` }])
			assert.equal(await statusOf(user.get(`/incidents${query(parameters)}`)), 400, JSON.stringify(parameters))
		assert.equal(await statusOf(user.post('/incidents', { title: 'x', [name]: null })), 400, name)
	}
	for (const parameters of [{ sort: 'clock(resolution).due_at' }, { filter: 'clock(resolution) is breached' }, { filter: 'has link(part_of)' }, { filter: 'updated_by = "desk"' },
		{ sort: 'updated_by' }, { sort: 'created_by' }, { filter: 'customer.notes contains "x"' }, { filter: 'service.owner.mail contains "x"' }, { filter: 'caller.mail contains "x"' }])
		assert.equal(await statusOf(user.get(`/incidents${query(parameters)}`)), 400, JSON.stringify(parameters))
	await admin.patch(path, { resolution: 'おおやけ', source_reference: 'ひみつの番号' })
	assert.equal((await user.get(`/incidents${query({ q: 'ひみつの番号' })}`)).body.items.length, 0)
	assert.equal((await user.get(`/incidents${query({ q: 'おおやけ' })}`)).body.items.length, 1)
	await admin.post(`${path}/comments`, { text: 'ないしょの話' })
	assert.equal((await user.get(`/incidents${query({ q: 'ないしょの話' })}`)).body.items.length, 0)
	for (const event of (await user.get(`${path}/history`)).body.items) for (const change of event.changes) assert.ok(!hidden.includes(change.field), change.field)
})

// The same question about what is hidden and about what is not there must give the same answer, byte for byte.
// Every request has a name of its own, which tells nothing.
const without = (answer, number) => `${answer.status} ${answer.text.replaceAll(number, 'NUMBER').replace(/"request":"[0-9a-f]{16}"/, '"request":NAME')}`

test('what is restricted does not exist for those whom it does not concern', async () => {
	const { desk, security, admin, user, colleague, user2, resolver, nobody } = s.as
	const created = await desk.post('/incidents', { title: '漏えいの疑い secretword', caller: 'colleague', security: true, configuration_items: [records.configuration_item.number] })
	assert.equal(created.status, 201, created.text)
	const number = created.body.number
	assert.deepEqual(created.body, { number }, 'whoever reports it is told its number, and nothing that they may not see')
	const path = `/incidents/${number}`, absent = 'INC-4711'
	const shown = await desk.make('incidents', { title: 'Shown', caller: 'user', service: made.service.number })
	assert.equal(await statusOf(security.post(`/incidents/${shown.number}/links`, { link: 'part_of', to: number })), 200)
	const form = new FormData()
	form.append('file', new Blob(['secret bytes']), 'secretword.txt')
	const file = (await security.post(`${path}/attachments`, form)).body.items[0]

	const before = (await security.get(path)).body.version
	assert.equal(await statusOf(colleague.get(path)), 200, 'who reported it sees it')
	for (const [account, who] of Object.entries({ desk, admin, user, user2, resolver, nobody })) {
		const same = async (method, build, body) => {
			const [hidden, missing] = [await who.call(method, build(number), body?.(number)), await who.call(method, build(absent), body?.(absent))]
			assert.equal(without(hidden, number), without(missing, absent), `${account}: ${method} ${build('N')} ${JSON.stringify(body?.('N'))}`)
			return hidden
		}
		const at = (rest) => (id) => `/incidents/${id}${rest}`
		for (const rest of ['', '?fields=title', '?expand=service', '/history', '/comments', '/links', '/attachments', '/clocks', '/mails', '/watchers', `/attachments/${file.id}`, '/attachments/999999', `?as_of=2030-01-01T00:00:00Z`])
			await same('GET', at(rest))
		assert.equal((await same('GET', at(''))).status, 404)
		await same('PATCH', at(''), () => ({ title: 'x' }))
		await same('PATCH', at(''), () => ({ title: null, nothing: 1 }))
		await same('POST', at('/comments'), () => ({ text: 'x' }))
		await same('POST', at('/watchers'))
		await same('DELETE', at('/watchers'))
		await same('POST', at('/transitions/assign'), () => ({ comment: 'x' }))
		await same('POST', at('/transitions/nothing'), () => ({}))
		await same('POST', at('/links'), () => ({ link: 'related_to', to: shown.number }))
		await same('DELETE', at(`/links/related_to/${shown.number}`))
		await same('POST', () => '/incidents/bulk', (id) => ({ items: [{ number: id, title: 'x' }] }))
		await same('POST', () => '/incidents/bulk', (id) => ({ items: [{ title: 'never made' }, { number: id, title: 'x' }] }))
		for (const link of ['part_of', 'related_to', 'duplicate_of']) {
			await same('POST', () => `/incidents/${shown.number}/links`, (id) => ({ link, to: id }))
			await same('DELETE', (id) => `/incidents/${shown.number}/links/${link}/${id}`)
		}
		await same('GET', (id) => `/incidents${query({ filter: `number = ${id}`, count: 'true' })}`)
		await same('GET', (id) => `/incidents${query({ filter: `number in (${id}, INC-1)`, fields: 'title', count: 'true' })}`)
		await same('GET', (id) => `/search${query({ q: id })}`)
		for (const parameters of [{ q: 'secretword' }, { q: '漏えい' }, { filter: 'title contains "secretword"' }, { filter: 'security = true' }, { filter: 'configuration_items.name = "srv01"' },
			{ filter: 'title contains "secretword"', as_of: '2030-01-01T00:00:00Z' }]) {
			const answer = await who.get(`/incidents${query({ ...parameters, count: 'true' })}`)
			assert.ok(!answer.text.includes(number), `${account}: ${JSON.stringify(parameters)}`)
			if (answer.status === 200) assert.equal(answer.body.total, answer.body.items.length)
		}
		assert.ok(!(await who.get('/incidents?limit=1000')).text.includes(number), `${account}: list`)
		assert.ok(!(await who.get(`/incidents${query({ limit: 1000, as_of: '2030-01-01T00:00:00Z' })}`)).text.includes(number), `${account}: past list`)
		assert.equal((await who.get(`/search${query({ q: 'secretword' })}`)).body.items.length, 0)
		for (const other of [`/incidents/${shown.number}`, `/configuration-items/${records.configuration_item.number}`])
			for (const rest of ['', '/links', '/history', '/attachments']) assert.ok(!(await who.get(other + rest)).text.includes(number), `${account}: ${other}${rest}`)
		if (staff(people[account] ?? { roles: [] }) || account === 'admin')
			for (const filter of ['has link(part_of)', 'has link(part_of where title contains "secretword")', `has link(part_of where number = ${number})`]) {
				const answer = await who.get(`/incidents${query({ filter, count: 'true' })}`)
				assert.equal(answer.status, 200, answer.text)
				assert.equal(answer.body.total, 0, `${account}: ${filter}`)
			}
		const guessed = await who.get(`/incidents/${shown.number}/attachments/${file.id}`), none = await who.get(`/incidents/${shown.number}/attachments/999999`)
		assert.equal(without(guessed, number), without(none, number), `${account}: a file of what is hidden`)
	}
	assert.equal((await security.get(path)).body.version, before, 'nothing of all this touched it')
	assert.equal((await security.get(`/incidents${query({ filter: 'has link(part_of where title contains "secretword")', count: 'true' })}`)).body.total, 1)
	assert.equal(await statusOf(security.patch(path, { security: false })), 200)
	assert.equal(await statusOf(desk.get(path)), 200, 'when the restriction ends, it is seen again')
})

test('customers cannot tell the people and records of another customer from none', async () => {
	const { user, user2, desk } = s.as
	const own = await desk.make('incidents', { title: 'Ours', caller: 'user' }), theirs = await desk.make('incidents', { title: 'Theirs', caller: 'user2' })
	assert.equal(await statusOf(user.get(`/incidents/${own.number}`)), 200)
	assert.equal(await statusOf(user.get(`/incidents/${theirs.number}`)), 404)
	const make = (fields) => user.post('/incidents', { title: 'x', ...fields })
	for (const [field, hidden, absent] of [['caller', 'user2', 'user9'], ['caller', 'desk', 'desq'], ['customer', made.customer2.number, 'CUS-4711']]) {
		const [there, missing] = [await make({ [field]: hidden }), await make({ [field]: absent })]
		assert.equal(without(there, hidden), without(missing, absent), field)
		assert.equal(there.status, 422)
	}
	for (const build of [(id) => `/people/${id}`, (id) => `/people/${id}/history`])
		assert.equal(without(await user.get(build('user2')), 'user2'), without(await user.get(build('user9')), 'user9'))
	assert.equal(without(await user.post('/people/user2/comments', { text: 'x' }), 'user2'), without(await user.post('/people/user9/comments', { text: 'x' }), 'user9'))
	const mine = await user.make('incidents', { title: 'By myself' })
	assert.equal(mine.caller, 'user')
	assert.equal(mine.customer, made.customer.number)
	assert.equal((await user.make('incidents', { title: 'For a colleague', caller: 'colleague' })).caller, 'colleague')
	const people = (await user.get('/people')).body.items.map((person) => person.account).sort()
	assert.deepEqual(people, ['colleague', 'user'])
	assert.equal((await user.get('/incidents?limit=1000')).body.items.some((item) => item.number === theirs.number), false)
	assert.equal((await user2.get(`/incidents${query({ filter: 'caller = "user"', count: 'true' })}`)).body.total, 0)
	assert.equal(await statusOf(user.get('/customers')), 404)
	assert.equal(await statusOf(user.get('/configuration-items')), 404)
	assert.equal(without(await user.get('/customers'), 'customers'), without(await user.get('/nothings'), 'nothings'))
})
