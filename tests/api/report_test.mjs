// Reports that are issued by themselves at the end of a period: the periods here have passed already, so that a definition issues them
// as soon as it is put in use. Schedules at stated times are proven in tests/unit/job/reports_test.c.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { query, runWell, stage, until } from './support.mjs'

let s
const zone = 'Asia/Tokyo', may = { from: '2025-05-01', to: '2025-06-01', zone }, may5 = 'created_at >= 2025-04-30T15:00:00Z and created_at < 2025-05-31T15:00:00Z'

const ticketsOf = (record, done) => `
format: {separator: ",", zone: Asia/Tokyo, times: ["yyyy-MM-dd HH:mm"]}
files:
  - file: "tickets.csv"
    record: ${record}
    key: {source_reference: Number}
    at: Opened
    fields:
      title: Title
      channel: Channel
      caller: Caller
      impact: {constant: medium}
      urgency: {constant: medium}
    ends:
      at: Resolved
      state: {column: State, map: {done: ${done}, new: new}}
      fields: {taken_up_at: {at: true}, ${done}_at: Resolved, closing_code: Code}
`

function importTickets(record, done, tickets) {
	writeFileSync(join(s.directory, 'tickets.yaml'), ticketsOf(record, done))
	writeFileSync(join(s.directory, 'tickets.csv'), ['Number,Title,Opened,Resolved,State,Channel,Caller,Code',
		...tickets.map((t) => [t.reference, t.title, t.opened, t.resolved ?? '', t.resolved ? 'done' : 'new', t.channel ?? 'phone', t.caller ?? 'user', t.code ?? ''].join(','))].join('\n') + '\n')
	runWell(['import', join(s.directory, 'tickets.yaml'), join(s.directory, 'tickets.csv')], { database: s.database })
}

const countOf = async (collection, filter, who = s.as.desk_manager) => {
	const answer = await who.get(`/${collection}${query({ filter, count: true, limit: 1 })}`)
	assert.equal(answer.status, 200, answer.text)
	return answer.body.total
}

async function define(fields, figures) {
	const made = await s.as.desk_manager.make('report-definitions', {
		period: 'month', next_from: '2025-05-01', zone, owner: 'desk_manager', figures: figures.map((figure) => ({ figure })), ...fields,
	})
	return s.as.desk_manager.take(`/report-definitions/${made.number}`, 'activate', {})
}

// The report of a definition for the period that begins on a day.
const issued = (definition, first = '2025-05-01', who = s.as.desk_manager) => until(async () =>
	(await who.get(`/reports${query({ filter: `definition = "${definition.number}" and first_day = ${first}` })}`)).body.items[0])

const must = (answer) => assert.equal(answer.status, 200, answer.text)
const end = (definition) => s.as.desk_manager.take(`/report-definitions/${definition.number}`, 'retire', { comment: 'Enough' })

// { row key: value } of one measure; the total under ''.
const measure = (report, figure, name) => Object.fromEntries(report.figures.filter((line) => line.figure === figure && line.measure === name)
	.map((line) => [line.total ? '' : line.row ?? '-', /^[\d.]+$/.test(line.value ?? '') ? Number(line.value) : line.value]))

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'resolver', 'auditor'] })
	// Targets of two service days of nine hours; half of them by a person of the other customer.
	importTickets('incident', 'resolved', [
		...Array.from({ length: 12 }, (_, i) => ({
			reference: `T${i}`, title: `Ticket ${i}`, opened: `2025-05-12 10:${10 + i}`, resolved: `2025-05-13 1${i % 8}:00`,
			channel: ['phone', 'mail', 'portal'][i % 3], code: i % 4 ? 'solved' : 'user_error', caller: i % 2 ? 'user2' : 'user',
		})),
		...[0, 1, 2].map((i) => ({ reference: `B${i}`, title: `Late ${i}`, opened: '2025-05-05 09:00', resolved: `2025-05-0${7 + i} 12:00`, code: 'solved' })),
		{ reference: 'N1', title: 'The month after', opened: '2025-06-02 09:00', resolved: '2025-06-02 10:00', code: 'solved' },
	])
	importTickets('service_request', 'fulfilled', [0, 1, 2, 3].map((i) => ({
		reference: `R${i}`, title: `Order ${i}`, opened: '2025-05-12 09:00', resolved: `2025-05-${i ? 13 : 30} 12:00`, code: 'fulfilled',
	})))
})
after(() => s?.end())

test('8.1.5-e, 4.5.4.1-s4, 4.5.4.1-s5: the end of a month issues the report, with its bounds and the totals that the API counts', async () => {
	const definition = await define({ name: 'Monthly report of incidents', name_ja: 'インシデント月次報告' },
		['incident.volume', 'incident.by_channel', 'service_request.volume', 'incident.open_by_age'])
	const report = await issued(definition)
	assert.equal(report.title, 'Monthly report of incidents, 2025-05')
	assert.equal(report.title_ja, 'インシデント月次報告（2025年5月）')
	assert.deepEqual([report.first_day, report.last_day, report.covers_from, report.covers_until], ['2025-05-01', '2025-05-31', '2025-04-30T15:00:00Z', '2025-05-31T15:00:00Z'])
	assert.equal(measure(report, 'incident.volume', 'count')[''], await countOf('incidents', may5))
	assert.equal(measure(report, 'incident.volume', 'count')[''], 15)
	assert.equal(measure(report, 'service_request.volume', 'count')[''], await countOf('service-requests', may5))
	for (const line of report.figures.filter((line) => line.records && line.figure.startsWith('incident.')))
		assert.equal(await countOf('incidents', line.records), Number(line.value), `${line.figure} ${line.row} ${line.records}`)
	// Columns that a figure makes for itself read as they did, in the reader's language.
	const headings = report.figures.filter((line) => line.figure === 'incident.open_by_age' && line.total).map((line) => [line.measure, line.heading, line.heading_ja])
	assert.deepEqual(headings.slice(0, 4), [['age_0', 'under 4 h', '4時間未満'], ['age_1', 'under 1 d', '1日未満'], ['age_2', 'under 7 d', '7日未満'], ['age_3', 'over 7 d', '7日以上']])
	assert.ok(report.figures.every((line) => line.figure === 'incident.open_by_age' || !line.heading))
	const drawn = report.figures.filter((line) => line.shape)
	assert.equal(drawn.length, new Set(report.figures.map((line) => line.figure)).size, 'each is drawn in one way')
	assert.deepEqual(drawn.filter((line) => line.figure === 'incident.open_by_age').map((line) => [line.total, line.measure, line.shape, line.drawn]), [[true, 'age_0', 'parts', 4]])
	const pages = await s.pagesOf('desk_manager')
	for (const [language, words] of [['en', 'under 4 h'], ['ja', '4時間未満']]) {
		await s.as.admin.patch('/people/desk_manager', { language })
		const { text } = await pages.get(`/${report.number}`)
		assert.ok(text.includes(`>${words}<`) && !text.includes('>age_0<'), language)
	}
	await s.as.admin.patch('/people/desk_manager', { language: 'en' })
	// The months since have passed as well: each has its report, once; the definition waits for the end of this one.
	const now = (await until(async () => {
		const { body } = await s.as.desk_manager.get(`/report-definitions/${definition.number}`)
		return Date.parse(body.next_at) > Date.now() && body
	}))
	const reports = await s.as.desk_manager.all(`/reports${query({ filter: `definition = "${definition.number}"`, sort: 'first_day' })}`)
	assert.equal(new Set(reports.map((each) => each.first_day)).size, reports.length)
	assert.equal(reports.at(-1).covers_until, new Date(new Date(now.next_from + 'T00:00:00+09:00')).toISOString().replace('.000', ''))
	assert.ok((await s.as.desk_manager.get('/notices?unread=true')).body.items.some((notice) => notice.record === report.number))
	await end(definition)
})

test('8.1.5-e: a report stands as it was issued, and can be acknowledged', async () => {
	const { desk_manager: manager, admin } = s.as
	const [report] = (await manager.get(`/reports${query({ filter: 'first_day = 2025-05-01', limit: 1 })}`)).body.items
	importTickets('incident', 'resolved', [{ reference: 'X1', title: 'Told late', opened: '2025-05-20 09:00', resolved: '2025-05-20 10:00', code: 'solved' }])
	assert.deepEqual((await manager.get(`/reports/${report.number}`)).body.figures, report.figures)
	for (const who of [manager, admin]) assert.notEqual((await who.patch(`/reports/${report.number}`, { title: 'Better' })).status, 200)
	assert.notEqual((await admin.post('/reports', { title: 'Made up' })).status, 201)
	assert.equal((await manager.take(`/reports/${report.number}`, 'accept', {})).state, 'accepted')
	const files = (await manager.get(`/reports/${report.number}/attachments`)).body.items
	assert.deepEqual(files.map((file) => file.name).sort(), ['2025-05.en.csv', '2025-05.ja.csv'])
	const japanese = (await manager.get(`/reports/${report.number}/attachments/${files.find((file) => file.name === '2025-05.ja.csv').id}`)).text
	assert.match(japanese, /インシデント：受付経路別/)
	assert.equal(runWell(['verify'], { database: s.database }).includes('broken'), false)
})

test('8.1.2-s2: the attainment of a customer equals a recount by the API, and the customer reads the copy', async () => {
	const { user, colleague, user2, desk_manager: manager } = s.as
	const refused = await manager.post('/report-definitions', { name: 'No customer', customer_copy: true, next_from: '2025-05-01', owner: 'desk', figures: [{ figure: 'incident.attainment' }] })
	assert.equal(refused.status, 422)
	const mine = { name: 'Service report for Aoba', customer: s.made.customer.number }
	const copy = await define({ ...mine, customer_copy: true }, ['incident.attainment', 'service_request.attainment'])
	const own = await define({ ...mine, name: 'For ourselves' }, ['incident.attainment'])
	const report = await issued(copy), inside = await issued(own)
	const among = `customer = "${s.made.customer.number}" and resolved_at >= 2025-04-30T15:00:00Z and resolved_at < 2025-05-31T15:00:00Z`
	const met = await countOf('incidents', `${among} and clock(resolution) is met`), missed = await countOf('incidents', `${among} and clock(resolution) is breached`)
	assert.ok(met > 0 && missed === 3)
	assert.equal(measure(report, 'incident.attainment', 'met')[''], met)
	assert.equal(measure(report, 'incident.attainment', 'breached')[''], missed)
	assert.equal(measure(report, 'incident.attainment', 'share')[''], Math.trunc(met * 1e8 / (met + missed)) / 1e6)
	assert.deepEqual([measure(report, 'service_request.attainment', 'met')[''], measure(report, 'service_request.attainment', 'breached')['']], [3, 1])
	for (const who of [user, colleague]) {
		const seen = (await who.get('/reports')).body.items
		assert.ok(seen.some(({ number }) => number === report.number), 'issued for them')
		assert.ok(!seen.some(({ number }) => number === inside.number), 'not issued for them')
		assert.deepEqual((await who.get(`/reports/${report.number}`)).body.figures, report.figures)
		assert.equal((await who.get(`/reports/${inside.number}`)).status, 404)
		assert.equal((await who.get(`/reports/${report.number}/attachments`)).body.items.length, 2)
		assert.equal((await who.get('/report-definitions')).status, 404)
	}
	assert.equal((await user2.get(`/reports/${report.number}`)).status, 404, 'of another customer')
	assert.equal((await user2.get('/reports')).body.items.length, 0)
	assert.ok(report.figures.every((line) => !line.records), 'expressions stay inside')
	for (const definition of [copy, own]) await end(definition)
})

test('8.1.5-f: the report names exactly the three that missed their target, with the time over', async () => {
	const definition = await define({ name: 'Performance', kind: 'performance' }, ['incident.attainment', 'incident.response', 'incident.time_to_resolve'])
	const report = await issued(definition), { items } = (await s.as.desk.get(`/incidents${query({ filter: 'title starts "Late"', sort: '-resolved_at' })}`)).body
	// Two service days of nine hours from Monday nine o'clock end on Tuesday at six.
	assert.deepEqual(report.cases.filter(({ figure }) => figure === 'incident.attainment').map(({ record, target, elapsed, overrun }) => [record, target, elapsed, overrun]),
		[[items[0].number, 'PT18H', 'PT39H', 'PT21H'], [items[1].number, 'PT18H', 'PT30H', 'PT12H'], [items[2].number, 'PT18H', 'PT21H', 'PT3H']])
	assert.equal(report.kind, 'performance')
	await end(definition)
})

test('8.1.5-g: a statistic report breaks down by channel, closing code, category and volume, each to the same total', async () => {
	const figures = ['incident.volume', 'incident.by_channel', 'incident.by_category', 'incident.by_closing_code', 'incident.by_priority', 'service_request.by_channel', 'service_request.by_kind', 'service_request.by_closing_code']
	const definition = await define({ name: 'Statistics', kind: 'statistics' }, figures), report = await issued(definition)
	assert.deepEqual([...new Set(report.figures.map(({ figure }) => figure))], figures, 'in the order of the definition')
	for (const figure of figures) {
		const { '': total, ...rows } = measure(report, figure, 'count')
		assert.equal(Object.values(rows).reduce((sum, count) => sum + count, 0), total, figure)
	}
	const { phone, mail, portal } = measure(report, 'incident.by_channel', 'count')
	assert.deepEqual([phone, mail, portal], [8, 4, 4])
	assert.equal(measure(report, 'incident.by_channel', 'count')[''], measure(report, 'incident.volume', 'count')[''])
	await end(definition)
})

test('8.1.5-h: an exception report lists each mishandled ticket under its factor', async () => {
	const { desk, resolver } = s.as, titles = ['reclassified', 'reprioritised', 'escalated', 'reopened', 'incomplete', 'nothing']
	importTickets('incident', 'resolved', titles.map((title) => ({ reference: `M-${title}`, title, opened: '2025-07-07 10:00' })))
	const { items } = (await desk.get(`/incidents${query({ filter: 'source_reference starts "M-"' })}`)).body
	const number = Object.fromEntries(items.map((item) => [item.title, item.number])), path = (title) => `/incidents/${number[title]}`
	must(await s.as.admin.patch('/groups/networks', { level: 2 }))
	must(await s.as.admin.patch('/groups/servers', { level: 1, escalates_to: 'networks' }))
	for (const title of titles) must(await desk.patch(path(title), { category: 'mail', group: 'servers', ...title !== 'incomplete' && { service: s.made.service.number } }))
	must(await desk.patch(path('reclassified'), { category: 'network' }))
	must(await desk.patch(path('reprioritised'), { impact: 'critical' }))
	for (const title of ['reopened', 'incomplete', 'escalated']) await resolver.take(path(title), 'start', { assignee: 'resolver', security: false, ci_unknown_reason: 'asked' })
	// By hand, unless its clock, overdue since the day of the import, was quicker.
	const escalated = await desk.post(`${path('escalated')}/transitions/escalate`, { comment: 'Beyond us', symptoms: 'Slow' })
	assert.ok(escalated.status === 200 || escalated.body.errors[0].code === 'line', escalated.text)
	await resolver.take(path('reopened'), 'resolve', { closing_code: 'solved', resolution: 'Done' })
	await s.as.user.take(path('reopened'), 'reopen', { comment: 'Not at all' })
	const definition = await define({ name: 'Exceptions', kind: 'exception', period: 'day', next_from: '2025-07-07' }, ['incident.mishandled'])
	const report = await issued(definition, '2025-07-07')
	await end(definition)
	// Overdue since the day that they were imported, others may have been escalated by themselves.
	const listed = (factor) => report.cases.filter(({ row }) => row === factor).map(({ record }) => record)
	for (const factor of titles.slice(0, 5))
		if (factor === 'escalated') assert.ok(listed(factor).includes(number[factor]))
		else assert.deepEqual(listed(factor), [number[factor]], factor)
	const counts = measure(report, 'incident.mishandled', 'count')
	for (const factor of titles.slice(0, 5)) assert.equal(counts[factor], listed(factor).length, factor)
	assert.ok(report.cases.every(({ row, record }) => row === 'escalated' || record !== number.nothing))
})
