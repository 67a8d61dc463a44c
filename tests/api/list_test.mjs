// Lists: filters, order, pages, full text, and how things stood at a past moment.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, randomOf, stage } from './support.mjs'

let s, desk, made, everything
const random = randomOf(20261123)

before(async () => {
	s = await stage({ people: ['desk', 'resolver', 'desk_manager', 'config', 'security'] })
	desk = s.as.desk
	made = s.made
	const ci = await s.as.config.make('configuration-items', { name: 'mail01', supports: [made.service.number] })
	const items = []
	for (let i = 0; i < 60; i++) {
		items.push({
			title: `Trouble ${'abc'[i % 3]}${i}`, impact: random.pick(['critical', 'high', 'medium', 'low']), urgency: random.pick(['high', 'medium', 'low']),
			...(random.chance(0.7) && { caller: random.pick(['user', 'user2', 'colleague']) }),
			...(random.chance(0.5) && { service: random.pick([made.service.number, made.service2.number]) }),
			...(random.chance(0.5) && { category: random.pick(['mail', 'network', 'data']) }),
			...(random.chance(0.3) && { group: random.pick(['servers', 'networks']) }),
			...(random.chance(0.3) && { major: true, service: random.pick([made.service.number, made.service2.number]), category: 'mail' }),
			...(random.chance(0.3) && { configuration_items: [ci.number] }),
			...(random.chance(0.4) && { description: random.pick(['サーバ障害発生', 'ディスクがいっぱい', 'プリンタ', 'No paper']) }),
		})
	}
	everything = (await desk.post('/incidents/bulk', { items })).body.items
})
after(() => s?.end())

const list = (parameters, who = desk) => who.get(`/incidents${query(parameters)}`)
const numbers = (answer) => answer.body.items.map((item) => item.number)
const refused = (answer, field) => {
	assert.equal(answer.status, 400, answer.text)
	assert.equal(answer.body.errors[0].field, field, answer.text)
}

test('filters select what the expression says', async () => {
	const rank = ['critical', 'high', 'medium', 'low']
	const cases = [
		['impact <= high', (r) => rank.indexOf(r.impact) <= 1],
		['caller is empty', (r) => !r.caller],
		['caller = "user" and not (urgency = low)', (r) => r.caller === 'user' && r.urgency !== 'low'],
		[`service = ${made.service.number} or category in (network, data)`, (r) => r.service === made.service.number || ['network', 'data'].includes(r.category)],
		['service.name = "Mail"', (r) => r.service === made.service.number],
		['service.criticality = vital and major', (r) => r.service === made.service.number && r.major === true],
		['title contains "BLE B1"', (r) => /ble b1/i.test(r.title)],
		['title starts "trouble a"', (r) => /^trouble a/i.test(r.title)],
		['configuration_items is not empty', (r) => r.configuration_items.length > 0],
		['configuration_items.name = "mail01"', (r) => r.configuration_items.length > 0],
		['group = "servers"', (r) => r.group === made.group.number],
		['customer = my.customer', () => false],
		['created_at > now + 1h', () => false],
		['state = new and state.phase = open', () => true],
	]
	for (const [filter, oracle] of cases) {
		const answer = await list({ filter, limit: 1000, count: true })
		assert.equal(answer.status, 200, `${filter}: ${answer.text}`)
		assert.deepEqual(numbers(answer).sort(), everything.filter(oracle).map((r) => r.number).sort(), filter)
		assert.equal(answer.body.total, everything.filter(oracle).length, filter)
	}
})

test('every order, walked page by page, loses nothing and repeats nothing', async () => {
	const document = (await desk.get('/openapi.json')).body
	const names = Object.keys(document.components.schemas.Incident.properties)
	const whole = everything.map((item) => item.number).sort()
	let sorted = 0
	for (const name of [...names, 'clock(resolution).due_at', 'clock(response).due_at'])
		for (const sign of ['', '-']) {
			const first = await list({ sort: sign + name, limit: 17 })
			if (first.status === 400) {
				assert.ok(['configuration_items', 'major_team', 'description', 'resolution', 'status_note', 'improvement_idea', 'symptoms', 'erased'].includes(name), `${name}: ${first.text}`)
				continue
			}
			const walked = await desk.all(`/incidents${query({ sort: sign + name, limit: 17, fields: 'number' })}`)
			assert.deepEqual(walked.map((item) => item.number).sort(), whole, sign + name)
			sorted++
		}
	assert.ok(sorted > 50)
	const ranks = (await desk.all(`/incidents${query({ sort: 'priority,-title', limit: 7 })}`)).map((item) => [item.priority, item.title])
	assert.deepEqual(ranks, [...ranks].sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? 1 : -1))
	assert.deepEqual(numbers(await list({ limit: 3 })), everything.slice(-3).reverse().map((item) => item.number), 'newest first unless told otherwise')
})

test('what cannot be understood is refused at its parameter', async () => {
	refused(await list({ filter: 'colour = red' }), 'filter')
	refused(await list({ filter: 'impact <=' }), 'filter')
	refused(await list({ filter: '('.repeat(5000) }), 'filter')
	refused(await list({ filter: 'impact = huge' }), 'filter')
	refused(await list({ sort: 'colour' }), 'sort')
	refused(await list({ sort: 'title,title,title,title,title' }), 'sort')
	refused(await list({ limit: '0' }), 'limit')
	refused(await list({ limit: '1001' }), 'limit')
	refused(await list({ limit: 'ten' }), 'limit')
	refused(await list({ after: 'x' }), 'after')
	refused(await list({ sort: 'title', after: (await list({ limit: 1 })).body.next }), 'after')
	refused(await list({ count: 'yes' }), 'count')
	refused(await list({ as_of: 'yesterday' }), 'as_of')
	refused(await list({ fields: 'colour' }), 'fields')
	refused(await list({ expand: 'title' }), 'expand')
	refused(await list({ page: '2' }), 'page')
	refused(await list({ q: 'x', as_of: '2026-01-01T00:00:00Z' }), 'q')
	assert.equal((await list({ filter: '' })).status, 200)
})

test('projections and expansions of a list', async () => {
	const answer = await list({ fields: 'number,title', limit: 2 })
	for (const item of answer.body.items) assert.deepEqual(Object.keys(item), ['number', 'title'])
	const whole = await list({ filter: 'service is not empty', expand: 'service', limit: 2 })
	for (const item of whole.body.items) assert.ok(item.service.name)
	assert.equal(answer.body.total, undefined)
	assert.ok(answer.body.next)
	assert.equal((await list({ limit: 1000 })).body.next, null)
})

test('full text finds Japanese inside words, half-width kana, and what was said', async () => {
	const withText = (text) => everything.filter((item) => item.description === text).map((item) => item.number).sort()
	const found = async (q, more = {}) => numbers(await list({ q, limit: 1000, ...more })).sort()
	assert.deepEqual(await found('障害'), withText('サーバ障害発生'))
	assert.deepEqual(await found('ｻｰﾊﾞ'), withText('サーバ障害発生'))
	assert.deepEqual(await found('ﾌﾟﾘﾝﾀ'), withText('プリンタ'))
	assert.deepEqual(await found('ぷりんた'), withText('プリンタ'))
	assert.deepEqual(await found('ＰＡＰＥＲ'), withText('No paper'))
	assert.deepEqual(await found('害発'), withText('サーバ障害発生'))
	assert.deepEqual(await found('何もない'), [])
	assert.deepEqual(await found('"'), [])
	const subject = everything[0]
	await desk.post(`/incidents/${subject.number}/comments`, { text: '再起動したら直りました' })
	assert.deepEqual(await found('再起動'), [subject.number])
	assert.equal((await list({ q: '再起動', count: 'true' })).body.total, 1)
	const hits = (await desk.get(`/search${query({ q: 'mail01' })}`)).body.items
	assert.deepEqual(hits.map((hit) => [hit.type, hit.headline]), [['configuration_item', 'mail01']])
	refused(await desk.get('/search'), 'q')
	refused(await desk.get(`/search${query({ q: 'x', limit: 201 })}`), 'limit')
})

// The oracle keeps, for every edit that was acknowledged, the whole record; as_of must give it back.
test('any past moment comes back as it was', async () => {
	const history = new Map() // number -> [record after each edit]
	const remember = (record) => {
		const states = history.get(record.number) ?? []
		if (states.at(-1)?.version !== record.version) states.push(record)
		history.set(record.number, states)
	}
	const cis = (await s.as.config.post('/configuration-items/bulk', { items: ['a', 'b', 'c'].map((name) => ({ name })) })).body.items.map((item) => item.number)
	for (let i = 0; i < 12; i++) remember(await desk.make('incidents', { title: `Past ${i}`, impact: random.pick(['high', 'low']), configuration_items: cis.filter(() => random.chance(0.3)) }))
	const numbersOf = [...history.keys()]
	for (let i = 0; i < 150; i++) {
		const number = random.pick(numbersOf), path = `/incidents/${number}`, now = history.get(number).at(-1)
		const choice = random.below(4)
		const answer = choice === 0 && now.state === 'new' ? await desk.post(`${path}/transitions/assign`, { group: random.pick(['servers', 'networks']) })
			: choice === 1 ? await desk.patch(path, { configuration_items: cis.filter(() => random.chance(0.5)) })
			: choice === 2 ? await desk.patch(path, { category: random.pick(['mail', 'data', null]), service: random.pick([made.service.number, null]) })
			: await desk.patch(path, { title: `Past ${random.below(5)}`, impact: random.pick(['critical', 'high', 'medium', 'low']), kind: random.pick(['interruption', 'degradation', null]) })
		assert.equal(answer.status, 200, answer.text)
		remember(answer.body)
	}
	const moments = [...history.values()].flat().map((record) => record.updated_at)
	const at = (number, moment) => history.get(number).filter((record) => Date.parse(record.updated_at) <= Date.parse(moment)).at(-1)
	const rank = ['critical', 'high', 'medium', 'low']
	const filters = [
		['impact <= high', (r) => rank.indexOf(r.impact) <= 1], ['state = assigned', (r) => r.state === 'assigned'],
		['configuration_items is empty', (r) => r.configuration_items.length === 0], ['title = "Past 3"', (r) => r.title === 'Past 3'],
		['not (kind = degradation)', (r) => r.kind !== 'degradation'], ['service.name = "Mail"', (r) => r.service === made.service.number],
	]
	for (let i = 0; i < 60; i++) {
		const moment = random.pick(moments), number = random.pick(numbersOf), then = at(number, moment)
		const one = await desk.get(`/incidents/${number}${query({ as_of: moment })}`)
		if (!then) assert.equal(one.status, 404)
		else {
			assert.equal(one.status, 200, one.text)
			assert.deepEqual(one.body, then, `${number} as of ${moment}`)
		}
		const [filter, oracle] = random.pick(filters)
		const expected = numbersOf.map((other) => at(other, moment)).filter((record) => record && oracle(record))
		const sort = random.pick(['number', '-updated_at', 'impact,number', '-title'])
		const got = await desk.all(`/incidents${query({ as_of: moment, limit: 5, sort, filter: `(${filter}) and title starts "Past"` })}`)
		assert.deepEqual(got.map((record) => record.number).sort(), expected.map((record) => record.number).sort(), `${filter} as of ${moment}, by ${sort}`)
		for (const record of got) assert.deepEqual(record, at(record.number, moment), `${record.number} in a list as of ${moment}`)
		const counted = await list({ as_of: moment, limit: 1, count: 'true', filter: `(${filter}) and title starts "Past"` })
		assert.equal(counted.body.total, expected.length, `count of ${filter} as of ${moment}`)
	}
	assert.equal((await list({ as_of: '2001-01-01T00:00:00Z', count: 'true' })).body.total, 0)
})
