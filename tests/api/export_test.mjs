// Lists as files: what they show, all of it and nothing else, as CSV and as a workbook; the API's answer is the oracle.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rowsOfCsv, sheetOf } from './sheet.mjs'
import { query, randomOf, stage } from './support.mjs'

let s, web, everything
const random = randomOf(20261126)
const hostile = ['=HYPERLINK("http://x","y")', '+1+1', '-2+3', '@SUM(A1)', '\tTab', 'A "quote", a comma', '<b>&amp;</b>', 'サーバ障害、至急; 対応']

before(async () => {
	s = await stage({ people: ['desk', 'resolver', 'security'] })
	const items = Array.from({ length: 60 }, (_, i) => ({
		title: hostile[i] ?? `Trouble ${i}`, impact: random.pick(['critical', 'high', 'medium', 'low']), urgency: random.pick(['high', 'medium', 'low']),
		...(random.chance(0.6) && { caller: random.pick(['user', 'user2']) }), ...(random.chance(0.5) && { service: s.made.service.number }),
		...(random.chance(0.4) && { group: random.pick(['servers', 'networks']) }), ...(i % 7 === 0 && { description: 'Two\nlines' }),
	}))
	const answer = await s.as.desk.post('/incidents/bulk', { items })
	assert.equal(answer.status, 200, answer.text)
	everything = answer.body.items
	web = { desk: await s.pagesOf('desk'), user: await s.pagesOf('user') }
})
after(() => s?.end())

const exported = async (parameters, who = web.desk, collection = 'incidents') => {
	const answer = await who.get(`/${collection}/export${query(parameters)}`)
	assert.equal(answer.status, 200, answer.text.slice(0, 2000))
	return answer
}
const csv = async (parameters, ...where) => rowsOfCsv((await exported({ format: 'csv', ...parameters }, ...where)).bytes)
const sheet = async (parameters, ...where) => sheetOf((await exported({ format: 'xlsx', ...parameters }, ...where)).bytes)
const inTokyo = (time) => new Date(Date.parse(time) + 9 * 3600e3).toISOString().slice(0, 19).replace('T', ' ')
const serial = (time) => Math.floor(Date.parse(time) / 1000 + 9 * 3600) / 86400 + 25569

test('CSV has the filter, the order and the columns of the list, whatever its pages', async () => {
	const shown = { filter: 'impact <= high and title is not empty', sort: '-priority,number', columns: 'priority,impact,group,created_at', limit: 2 }
	const answer = await exported({ format: 'csv', ...shown })
	assert.match(answer.headers.get('content-type'), /^text\/csv; charset=utf-8/)
	assert.match(answer.headers.get('content-disposition'), /^attachment; filename\*=UTF-8''Incidents%20\d{4}-\d\d-\d\d\.csv$/)
	const [head, ...rows] = rowsOfCsv(answer.bytes)
	assert.deepEqual(head, ['Number', 'Summary', 'Priority', 'Impact', 'Group', 'Created'])
	const listed = (await s.as.desk.get(`/incidents${query({ filter: shown.filter, sort: shown.sort, limit: 1000 })}`)).body.items
	assert.ok(listed.length > 10)
	assert.deepEqual(rows.map((row) => row[0]), listed.map((item) => item.number))
	const groups = { [s.made.group.number]: 'Servers', [s.made.group2.number]: 'Networks' }
	rows.forEach((row, i) => {
		assert.equal(row[2].slice(0, 2), listed[i].priority)
		assert.equal(row[3].toLowerCase(), listed[i].impact)
		assert.equal(row[4], groups[listed[i].group] ?? '')
		assert.equal(row[5], inTokyo(listed[i].created_at))
	})
})

test('nothing that somebody wrote is a formula in a spreadsheet', async () => {
	const [, ...rows] = await csv({ filter: '', sort: 'number', columns: 'description' })
	rows.forEach((row, i) => {
		const title = everything[i].title
		assert.equal(row[1], /^[=+\-@\t\r]/.test(title) ? `'${title}` : title)
		assert.equal(row[2], everything[i].description ?? '')
	})
	const book = await sheet({ filter: '', sort: 'number', columns: 'description' })
	assert.doesNotMatch(book.sheet, /<f[ >]/)
	assert.deepEqual(book.rows.slice(1).map((row) => row.B), everything.map((item) => item.title))
	assert.deepEqual(book.rows.slice(1).map((row) => row.C ?? null), everything.map((item) => item.description ?? null))
})

test('a workbook has dates, links, a head that stays and a filter', async () => {
	const book = await sheet({ filter: '', sort: 'number', columns: 'state,created_at,clock(resolution)' })
	assert.deepEqual(Object.values(book.rows[0]), ['Number', 'Summary', 'State', 'Created', 'Resolution: due at', 'Resolution: clock'])
	assert.equal(book.rows.length, everything.length + 1)
	const clocks = (await s.as.desk.get(`/incidents/${everything[0].number}/clocks`)).body.items.find((clock) => clock.name === 'resolution')
	book.rows.slice(1).forEach((row, i) => {
		assert.equal(row.A, everything[i].number)
		assert.ok(Math.abs(row.D - serial(everything[i].created_at)) < 1e-7, `${row.D}`)
		assert.equal(book.links[`A${i + 2}`], `${s.url}/${everything[i].number}`)
	})
	if (clocks?.due_at) assert.ok(Math.abs(book.rows[1].E - serial(clocks.due_at)) < 1e-7)
	assert.equal(book.formats.D, 'yyyy-mm-dd hh:mm')
	assert.match(book.sheet, /<pane ySplit="1" topLeftCell="A2"[^>]*state="frozen"/)
	assert.match(book.sheet, new RegExp(`<autoFilter ref="A1:F${everything.length + 1}"`))
	assert.match(book.sheet, /<cols>/)
})

test('numbers, money and lengths of time are numbers', async () => {
	const [head] = await csv({ columns: 'level,active' }, web.desk, 'groups')
	assert.deepEqual(head.slice(0, 2), ['Number', 'Name'])
	await s.as.admin.patch('/groups/servers', { level: 2 })
	const book = await sheet({ filter: 'key = "servers"', columns: 'level' }, web.desk, 'groups')
	assert.equal(book.rows[1].C, 2)
})

test("customers' people get their own records and public columns only", async () => {
	const [head, ...rows] = await csv({ filter: '', columns: 'assignee,group,clock(resolution),state' }, web.user)
	assert.deepEqual(head, ['Number', 'Summary', 'State'])
	const own = (await s.as.user.get('/incidents?limit=1000')).body.items.map((item) => item.number)
	assert.ok(own.length > 0 && own.length < everything.length)
	assert.deepEqual(rows.map((row) => row[0]).sort(), own.sort())
	assert.equal((await web.user.get('/roles/export?format=csv')).status, 404)
	assert.equal((await web.user.post('/incidents/export?format=csv', {}, '/incidents?filter=')).status, 403)
})

test('what cannot be read is refused, not written', async () => {
	for (const parameters of [{ format: 'pdf' }, { format: 'csv', filter: 'state =' }, { format: 'csv', filter: 'nothing = 1' }, { format: 'csv', sort: 'nothing' }])
		assert.equal((await web.desk.get(`/incidents/export${query(parameters)}`)).status, 400, JSON.stringify(parameters))
	assert.equal((await web.desk.get('/nothing/export?format=csv')).status, 404)
})

test('in the background: only whoever asked gets the file, and is told when it is there', async () => {
	const wish = query({ format: 'csv', filter: 'impact = low', sort: 'number', columns: 'state,created_at' })
	const asked = await web.desk.post(`/incidents/export${wish}`, {}, '/incidents?filter=')
	assert.equal(asked.status, 303, asked.text)
	const number = asked.location.slice(1)
	let record
	do record = (await s.as.desk.get(`/exports/${number}`)).body
	while (['waiting', 'running'].includes(record.state))
	assert.equal(record.state, 'ready', JSON.stringify(record))
	assert.equal(record.total, record.written)
	const page = await web.desk.get(`/${number}`)
	assert.match(page.text, new RegExp(`href='/${number}/file'`))
	const file = await web.desk.get(`/${number}/file`)
	assert.equal(file.status, 200)
	assert.deepEqual(file.bytes, (await exported(Object.fromEntries(new URLSearchParams(wish)))).bytes)
	assert.equal(file.bytes.length, record.bytes)
	const notices = (await s.as.desk.get('/notices')).body.items
	assert.ok(notices.some((notice) => notice.record === number && /ready/.test(notice.says ?? notice.text ?? JSON.stringify(notice))), JSON.stringify(notices))
	const admin = await s.pagesOf('security')
	assert.equal((await admin.get(`/${number}`)).status, 200)
	assert.doesNotMatch((await admin.get(`/${number}`)).text, /\/file'/)
	assert.equal((await admin.get(`/${number}/file`)).status, 404)
	assert.equal((await s.as.resolver.get(`/exports/${number}`)).status, 404)
	assert.equal((await s.as.desk.post('/exports', { title: 'x' })).status, 403)
	const discarded = await web.desk.post(`/${number}/do/discard`, {}, `/${number}`)
	assert.equal(discarded.status, 303, discarded.text)
	assert.equal((await web.desk.get(`/${number}/file`)).location, `/${number}`)
})
