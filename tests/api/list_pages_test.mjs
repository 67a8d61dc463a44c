// Lists as people have them: as files, as CSV and as a workbook (the API's answer is the oracle), and saved as views.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { rowsOfCsv, sheetOf } from './sheet.mjs'
import { clientOf, makeDirectory, query, randomOf, runWell, serve, signIn, stage } from './support.mjs'

let s, web, everything
const random = randomOf(20261126)
const hostile = ['=HYPERLINK("http://x","y")', '+1+1', '-2+3', '@SUM(A1)', '\tTab', 'A "quote", a comma', '<b>&amp;</b>', 'サーバ障害、至急; 対応']

before(async () => {
	s = await stage({ people: ['desk', 'resolver', 'security', 'config'] })
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
	assert.equal((await web.user.get('/groups/export?format=csv')).status, 404)
	assert.equal((await web.user.post('/incidents/export?format=csv', {}, '/incidents?filter=')).status, 403)
})

test('what cannot be read is refused, not written', async () => {
	for (const parameters of [{ format: 'pdf' }, { format: 'csv', filter: 'state =' }, { format: 'csv', filter: 'nothing = 1' }, { format: 'csv', sort: 'nothing' }])
		assert.equal((await web.desk.get(`/incidents/export${query(parameters)}`)).status, 400, JSON.stringify(parameters))
	assert.equal((await web.desk.get('/nothing/export?format=csv')).status, 404)
})

test('written in the background: only whoever asked gets the file, and is told when it is there', async () => {
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

const viewsOf = (page) => [...page.text.matchAll(/<li><a href='(\/[a-z-]+\?view=[^']+)'([^>]*)>([^<]*)(?:<span class='n(?: bad)?'(?: data-view='VIEW-\d+')?>([^<]*)<)?/g)]
	.map(([, href, attributes, name, count]) => ({ href, name, count, current: /aria-current/.test(attributes) }))
async function countsOf(page, who = web.desk) {
	const answer = await who.get(/id='views'[^>]* data-counts="([^"]*)"/.exec(page.text)[1])
	assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')], [200, 'application/json', 'no-store'])
	return { ...answer, body: JSON.parse(answer.text) }
}
const numbersOf = (page) => [...page.text.matchAll(/name='number' value='(INC-\d+)\/\d+'|<a class='id' href='\/INC-\d+' tabindex='-1'>(INC-\d+)</g)].map(([, box, link]) => box ?? link).filter((number, i, all) => all.indexOf(number) === i)
const roleNumber = async (key) => (await s.as.admin.get(`/roles${query({ filter: `key = "${key}"` })}`)).body.items[0].number

test('a list is saved as it is, stands beside the list with its count, is changed and removed by its owner', async () => {
	const shown = { filter: 'impact = critical', sort: '-number', columns: 'group,impact' }
	const form = await web.desk.get(`/incidents/view${query(shown)}`)
	assert.equal(form.status, 200, form.text)
	assert.match(form.text, /id='dialog'/)
	const path = `/incidents/view${query(shown)}`
	const nameless = await web.desk.post(path, { name: ' ', share: '' }, path)
	assert.equal(nameless.status, 422)
	assert.match(nameless.text, /aria-invalid/)
	const made = await web.desk.post(path, { name: 'All that is critical', share: '' }, path)
	assert.equal(made.status, 303, made.text)
	const page = await web.desk.get(made.location), view = viewsOf(page).find(({ name }) => name === 'All that is critical')
	const critical = everything.filter((item) => item.impact === 'critical').map((item) => item.number)
	assert.deepEqual({ ...view }, { href: made.location, name: 'All that is critical', count: `${critical.length}`, current: true })
	assert.deepEqual(numbersOf(page), critical.toReversed())
	assert.match(page.text, /value='impact = critical'/)
	const number = made.location.split('=')[1], record = (await s.as.desk.get(`/saved-views/${number}`)).body
	assert.deepEqual([record.owner, record.sort, record.filter], ['desk', '-number', 'impact = critical'])
	const beside = await web.desk.get('/incidents?view=all')
	assert.equal(viewsOf(beside).find(({ name }) => name === 'All that is critical').count, '') // it is asked for later
	assert.ok(Number(viewsOf(beside).find(({ href }) => href.endsWith('view=all')).count) > 0)
	assert.deepEqual((await countsOf(beside)).body[number], { words: `${critical.length}`, bad: false })
	assert.equal((await countsOf(beside, web.user)).text, '{}')
	const change = `/incidents/view${query({ view: number, filter: 'impact = high' })}`
	assert.equal((await web.desk.post(change, { deed: 'change', name: 'High', share: '', first: 'true' }, change)).location, `/incidents?view=${number}`)
	assert.deepEqual(numbersOf(await web.desk.get('/incidents')), everything.filter((item) => item.impact === 'high').map((item) => item.number).toReversed())
	assert.equal((await s.as.desk.get(`/saved-views/${number}/history`)).body.items.length, 2)
	assert.equal((await s.as.resolver.get(`/saved-views/${number}`)).status, 404)
	assert.equal((await web.desk.post(change, { deed: 'remove', name: 'High', share: '' }, change)).location, '/incidents')
	assert.ok(!viewsOf(await web.desk.get('/incidents')).some(({ name }) => name === 'High'))
})

test('a saved view keeps whether it is a board', async () => {
	const path = `/incidents/view${query({ filter: 'impact = critical', as: 'board' })}`
	const made = await web.desk.post(path, { name: 'As a board', share: '' }, path), number = made.location.split('=')[1]
	assert.equal(made.location, `/incidents?view=${number}`)
	const page = await web.desk.get(made.location), isBoard = ({ text }) => /<ul class='board'|class='bcol/.test(text)
	assert.ok(isBoard(page))
	const table = page.text.match(/<div class='seg'[^]*?<a href='([^']*)'/)[1].replaceAll('&amp;', '&')
	assert.ok(!isBoard(await web.desk.get(table)))
	assert.equal(viewsOf(await web.desk.get('/incidents?view=all&as=board')).find(({ name }) => name === 'As a board').href, `/incidents?view=${number}`)
	assert.equal((await s.as.desk.get(`/saved-views/${number}`)).body.shown_as, 'board')
	await web.desk.post(`/incidents/view${query({ view: number })}`, { deed: 'remove', name: 'As a board', share: '' }, path)
})

test('a view that is shared with a role or a group is seen by those, and changed by its owner', async () => {
	const resolver = await s.pagesOf('resolver'), path = `/incidents/view${query({ filter: 'group = "servers"' })}`
	const byGroup = await resolver.post(path, { name: 'Ours', share: s.made.group.number }, path)
	assert.equal(byGroup.status, 303, byGroup.text)
	const role = await roleNumber('incident_and_service_request.service_desk')
	const byRole = await web.desk.post(path, { name: 'Of the desk', share: role, first_for_all: 'true' }, path)
	const named = async (pages) => viewsOf(await pages.get('/incidents')).map(({ name }) => name)
	assert.ok((await named(resolver)).includes('Ours') && !(await named(resolver)).includes('Of the desk'))
	assert.ok((await named(web.desk)).includes('Of the desk') && !(await named(web.desk)).includes('Ours'))
	const counted = async (pages) => Object.keys((await countsOf(await pages.get('/incidents?view=all'), pages)).body)
	assert.deepEqual(await counted(resolver), [byGroup.location.split('=')[1]])
	assert.deepEqual(await counted(web.desk), [byRole.location.split('=')[1]])
	for (const hidden of ['problems', 'nothings']) assert.equal((await web.user.get(`/${hidden}/counts`)).status, 404, hidden)
	assert.equal((await s.as.desk.get(`/saved-views/${byGroup.location.split('=')[1]}`)).status, 404)
	const number = byRole.location.split('=')[1], before = (await s.as.desk.get(`/saved-views/${number}`)).body
	assert.notEqual(before.first_for_all, true) // which is not for the owner to say
	const config = await s.pagesOf('config')
	await s.as.admin.patch('/people/config', { roles: ['configuration.configuration_manager', 'incident_and_service_request.service_desk'] })
	const change = `/incidents/view${query({ view: number })}`
	await config.post(change, { deed: 'change', name: 'Mine now', share: role }, change)
	assert.equal((await s.as.desk.get(`/saved-views/${number}`)).body.name, 'Of the desk')
	assert.equal((await s.as.admin.patch(`/saved-views/${number}`, { first_for_all: true })).status, 200)
	const opened = viewsOf(await config.get('/incidents')).find(({ current }) => current)
	assert.equal(opened.name, 'Of the desk')
	assert.equal((await s.as.user.get('/saved-views')).status, 404)
})

test('what others share crowds out nobody\'s own view', async () => {
	const role = await roleNumber('incident_and_service_request.service_desk')
	for (let i = 0; i < 41; i++)
		await s.as.desk.make('saved-views', { name: `Of others ${i}`, collection: 'problems', role })
	await s.as.admin.make('saved-views', { name: 'The last by name', collection: 'problems' })
	const shown = viewsOf(await (await s.pagesOf('admin')).get('/problems')).map(({ name }) => name)
	assert.ok(shown.includes('The last by name') && !shown.some((name) => name.startsWith('Of others')), `${shown}`)
})

test('a saved view that can no longer be read says so, and the list stays usable', async () => {
	const { number } = await s.as.desk.make('saved-views', { name: 'Old', collection: 'incidents', filter: 'gone = 1', sort: 'gone' })
	const late = await s.as.desk.make('saved-views', { name: 'Late', collection: 'incidents', filter: 'clock(resolution) is breached' })
	const page = await web.desk.get(`/incidents?view=${number}`)
	assert.equal((await countsOf(page)).body[number], undefined)
	assert.ok((await countsOf(page)).body[late.number])
	assert.equal(page.status, 400)
	assert.match(page.text, /Column 1:/)
	assert.equal((await web.desk.get('/incidents?view=VIEW-4711')).status, 200)
	assert.equal((await web.desk.get('/incidents?view=open')).status, 200)
})

const offered = async (expression, account = 'desk', collection = 'incidents') =>
	JSON.parse((await web[account].get(`/suggest/${collection}?${new URLSearchParams({ expression })}`)).text)

test('the bar of expressions is completed with what may follow, by name and by what people call it', async () => {
	const values = async (...asked) => (await offered(...asked)).map(({ value }) => value)
	assert.ok((await values('service.')).includes('service.owner'))
	assert.deepEqual(await values('state != wa'), ['state != waiting'])
	assert.deepEqual(await values('(priority = P1 and major'), ['major_criterion', 'major_reason', 'major_manager', 'major_team', 'major =', 'major !=', 'major is empty', 'major is not empty', 'major and', 'major or', 'major)'].map((end) => `(priority = P1 and ${end}`))
	assert.ok((await values('priority = P1 and Reported b')).includes('priority = P1 and caller') === false, 'a label is one word here')
	assert.ok((await values('priority = P1 and Reported')).includes('priority = P1 and caller'))
	assert.ok((await values('not cust')).includes('not customer'))
	const [{ value, text, words }] = await offered('assignee = desk')
	assert.deepEqual([value, text], ['assignee = "desk"', '"desk"'])
	assert.ok(words.length)
	assert.ok((await values('assignee = "des')).includes('assignee = "desk"'), 'within quotes')
	assert.ok((await values('group in ')).includes('group in my.groups'))
	assert.ok(!(await values('group = m')).includes('group = me'), 'a group is nobody')
	assert.ok((await values('clock(resolution) is not ')).includes('clock(resolution) is not breached'))
	for (const { value } of await offered('priority <= P2 and ')) assert.notEqual((await offered(`${value} `)).length + (await offered(value)).length, 0, value)
	assert.deepEqual(await values('nothing = 1 and '), [])
	await s.as.admin.patch('/people/config', { language: 'ja' })
	web.config = await s.pagesOf('config')
	assert.deepEqual((await offered('title is empty and 優先度', 'config')).filter(({ words }) => words === '優先度').map(({ value }) => value), ['title is empty and priority'])
	assert.deepEqual(await values('state = 保留', 'config'), ['state = waiting'])
	assert.deepEqual((await offered('state', 'config')).find(({ value }) => value === 'state !=')?.words, 'と等しくない')
})

test('what is wrong with an expression is marked at its column', async () => {
	const marked = async (filter) => (await web.desk.get(`/incidents?${new URLSearchParams({ filter })}`)).text.match(/<p class='place' aria-hidden='true'><code>(.*?)<\/code><\/p>/)?.[1]
	assert.equal(await marked('priority = P1 and prority = P2'), 'priority = P1 and <mark>prority</mark> = P2')
	assert.equal(await marked('title contains "ｻｰﾊﾞ" and status = 1'), 'title contains &quot;ｻｰﾊﾞ&quot; and <mark>status</mark> = 1')
	assert.equal(await marked('priority ='), 'priority =<mark>\u00a0</mark>')
	assert.equal(await marked("title contains 'abc"), 'title contains <mark>&#39;abc</mark>')
	assert.equal(await marked('priority = P1'), undefined)
	const page = await web.desk.get('/incidents?filter=prority+%3D+P1')
	assert.match(page.text, /<input id='expr'[^>]* aria-invalid="true" aria-errormessage="expr-err"/)
	assert.match(page.text, /<p class='err' id='expr-err'>[^]*?Column 1:/)
})

test('a condition is said in words: how a clock stands, what it took, and moments that move with the day', async () => {
	const chips = async (filter, who = 'desk') => [...(await web[who].get(`/incidents?${new URLSearchParams({ filter })}`)).text.matchAll(/<span class='chip'><b>(.*?)<\/b>(.*?)<a /g)].map(([, field, words]) => [field, words])
	const filter = 'clock(resolution).used_percent > 100 and clock(response).used <= 4h and clock(resolution).due_at < now + 2h and not (created_at < now - 7d) and clock(resolution).used is not empty'
	assert.deepEqual(await chips(filter), [['Resolution, of the target', 'above 100%'], ['Response, time taken', 'at most 4 h'], ['Resolution, due', 'before 2 h from now'], ['Created', 'not before 7 d before now'], ['Resolution, time taken', 'not empty']])
	assert.deepEqual(await chips(filter, 'config'), [['解決の目標に対する割合', '100%超'], ['応答の所要時間', '4時間以下'], ['解決の期限', '2時間後より前'], ['登録', '7日前以降'], ['解決の所要時間', '空以外']])
})

// The two are 25 hours apart: whatever the hour, it is never the same day there.
test('a day is the day of who asks, in the API and on pages; a date begins where they are', async () => {
	const { admin, resolver, security } = s.as
	await admin.patch('/people/resolver', { zone: 'Pacific/Kiritimati' })
	await admin.patch('/people/security', { zone: 'Pacific/Niue' })
	const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Kiritimati' }).format(new Date())
	const agreed = await admin.make('service-level-agreements', { title: 'Days', customer: s.made.customer2.number, calendar: s.made.calendar.number, valid_from: today })
	const found = async (who, filter) => (await who.get(`/service-level-agreements${query({ filter: `number = ${agreed.number} and ${filter}` })}`)).body.items.length
	const both = async (filter) => [await found(resolver, filter), await found(security, filter)]
	assert.deepEqual(await both('valid_from = today'), [1, 0])
	assert.deepEqual(await both('valid_from > today'), [0, 1])
	assert.deepEqual(await both(`created_at >= ${today}`), [1, 0])
	assert.deepEqual(await both('updated_at >= valid_from'), [1, 0])
	for (const [account, there] of [['resolver', true], ['security', false]]) {
		const page = await (await s.pagesOf(account)).get(`/service-level-agreements${query({ filter: 'valid_from = today' })}`)
		assert.equal(page.text.includes(`href='/${agreed.number}'`), there, account)
	}
	for (const account of ['resolver', 'security']) await admin.patch(`/people/${account}`, { zone: 'Asia/Tokyo' })
})

const outcomesOf = (page) => Object.fromEntries([...page.text.matchAll(/<tr><th scope='row'><a href='[^']*'>(INC-\d+)<\/a>[^]*?<span class='said[^']*'>(?:<svg[^]*?<\/svg>)?([^<]*)</g)].map(([, number, words]) => [number, words]))
const numberFields = (pairs) => pairs.map(([number, version]) => `${number}/${version}`)

test('many records: each is done or refused by itself, in the version that was seen', async () => {
	const [one, two, three] = everything.slice(10, 13), desk = s.as.desk
	const seen = numberFields([one, two, three].map(({ number, version }) => [number, version]))
	assert.equal((await desk.patch(`/incidents/${two.number}`, { title: 'Changed meanwhile' })).status, 200)
	const post = (fields) => web.desk.post('/incidents/bulk', fields, '/incidents?filter=')
	const fields = (numbers, more) => [['back', '/incidents?filter='], ...numbers.map((number) => ['number', number]), ...Object.entries(more)]
	assert.match((await post(fields(seen, { action: 'edit' }))).text, /<select[^>]*name="field"/)
	assert.match((await post(fields(seen, { action: 'edit', field: 'urgency' }))).text, /name=['"]urgency/)
	const answer = await post(fields(seen, { action: 'edit', field: 'urgency', asked: 'yes', urgency: one.urgency === 'high' ? 'low' : 'high' }))
	assert.equal(answer.status, 200, answer.text)
	const outcomes = outcomesOf(answer)
	assert.match(outcomes[one.number], /Done/)
	assert.match(outcomes[two.number], /Somebody changed it meanwhile/)
	assert.notEqual((await desk.get(`/incidents/${one.number}`)).body.urgency, one.urgency)
	assert.equal((await desk.get(`/incidents/${two.number}`)).body.urgency, two.urgency)
	const again = [...answer.text.matchAll(/type='hidden' name='number' value='([^']+)'/g)].map(([, number]) => number)
	assert.deepEqual(again, [two.number])
	const anyway = await post(fields(again, { action: 'edit', field: 'urgency', asked: 'yes', urgency: two.urgency === 'high' ? 'low' : 'high' }))
	assert.match(outcomesOf(anyway)[two.number], /Done/)
})

test('a step asks once for what it needs, and tells why it was refused where it was', async () => {
	const [one, two] = everything.slice(20, 22), post = (fields) => web.desk.post('/incidents/bulk', fields, '/incidents?filter=')
	await s.as.desk.take(`/incidents/${two.number}`, 'cancel', { comment: 'Not needed' })
	const fields = [['back', '/incidents'], ['action', 'cancel'], ['number', one.number], ['number', two.number]]
	assert.match((await post(fields)).text, /<textarea[^>]*name="comment"/)
	assert.equal((await post([...fields, ['asked', 'yes'], ['comment', ' ']])).status, 422)
	const answer = await post([...fields, ['asked', 'yes'], ['comment', 'Told twice']])
	assert.match(answer.text, /1 record changed; 1 was refused/)
	assert.match(outcomesOf(answer)[one.number], /Done/)
	assert.doesNotMatch(outcomesOf(answer)[two.number], /Done/)
	assert.equal((await s.as.desk.get(`/incidents/${one.number}`)).body.state, 'cancelled')
})

const groupsOf = (page) => [...page.text.matchAll(/<tr class='grp'><th scope='rowgroup' colspan='\d+'><a href='([^']*)'>([^<]*)<\/a> <span>([^<]*)</g)].map(([, href, words, sums]) => ({ href: href.replaceAll('&amp;', '&'), words, sums }))

test('a list in groups: each is counted over the whole list, and its records stand together', async () => {
	const page = await web.desk.get(`/incidents${query({ filter: '', sort: 'number', group: 'impact', limit: 20 })}`)
	assert.equal(page.status, 200, page.text)
	const now = await s.as.desk.all('/incidents?sort=impact,number&limit=1000')
	assert.deepEqual(numbersOf(page), now.slice(0, 20).map((item) => item.number))
	const shown = [...new Set(now.slice(0, 20).map((item) => item.impact))]
	const groups = groupsOf(page)
	assert.deepEqual(groups.map(({ words }) => words.toLowerCase()), shown)
	for (const [i, impact] of shown.entries()) {
		assert.equal(groups[i].sums, `${now.filter((item) => item.impact === impact).length} records`)
		assert.deepEqual(numbersOf(await web.desk.get(`${groups[i].href}&limit=200`)), now.filter((item) => item.impact === impact).map((item) => item.number))
	}
	const folded = await web.desk.get(`/incidents${query({ filter: '', group: 'group', fold: '1' })}`)
	const totals = Object.fromEntries([...folded.text.matchAll(/<th scope='row'><a href='[^']*'>([^<]*)<\/a><\/th><td class='num'>(\d+)</g)].map(([, words, count]) => [words, Number(count)]))
	const count = (group) => now.filter((item) => (item.group ?? null) === group).length
	assert.deepEqual(totals, { Servers: count(s.made.group.number), Networks: count(s.made.group2.number), None: count(null) })
})

test('groups sum what a column counts, and say the average', async () => {
	await s.as.admin.patch('/groups/networks', { level: 3 })
	const page = await web.desk.get(`/groups${query({ filter: '', group: 'active', columns: 'level' })}`)
	assert.deepEqual(groupsOf(page).map(({ words, sums }) => [words, sums]), [['Yes', '2 records · Line 5, on average 2']])
})

test('a second and a third key: in the address, the heads and the form', async () => {
	const page = await web.desk.get(`/incidents${query({ filter: '', sort: 'impact,-number', columns: 'impact,urgency' })}`)
	const now = await s.as.desk.all('/incidents?sort=impact,-number&limit=1000')
	assert.deepEqual(numbersOf(page), now.slice(0, 40).map((item) => item.number))
	const heads = Object.fromEntries([...page.text.matchAll(/<th scope='col'[^>]*?(?:aria-sort="(\w+)")?><a href='([^']*)'(?: data-also="([^"]*)")?><span>([^<]*)<\/span>(?:<svg[^]*?<\/svg>)?(?:<span class='rank'>(\d)<)?/g)]
		.map(([, sort, , also, title, rank]) => [title, { sort, rank, also: also && new URLSearchParams(also.replaceAll('&amp;', '&').split('?')[1]).get('sort') }]))
	assert.deepEqual(heads.Impact, { sort: 'ascending', rank: '1', also: '-impact,-number' })
	assert.deepEqual(heads.Number, { sort: 'descending', rank: '2', also: 'impact,number' })
	assert.deepEqual(heads.Urgency, { sort: undefined, rank: undefined, also: 'impact,-number,urgency' })
	const chosen = await web.desk.get(`/incidents${query({ form: '1', filter: '', first: 'impact', then1: 'urgency', then2: '-number', columns: 'impact,urgency', column: 'impact' })}`)
	assert.equal(chosen.status, 303)
	assert.equal(new URLSearchParams(chosen.location.split('?')[1]).get('sort'), 'impact,urgency,-number')
})

const columnsOf = (page) => [...page.text.matchAll(/<section class='bcol' data-column='(\w*)'[^>]*>([^]*?)<\/section>/g)].map(([, state, inside]) => ({
	state, count: Number(/<span class='n'>([\d,+]+)</.exec(inside)?.[1]?.replace(/\D/g, '') ?? 0), more: /class='more' href='([^']*)'/.exec(inside)?.[1]?.replaceAll('&amp;', '&'),
	cards: [...inside.matchAll(/<li class='card[^>]*id='card-([A-Z]+-\d+)'>([^]*?)<\/li>/g)].map(([, number, card]) => ({
		number, card, moves: [...card.matchAll(/name='card' value='([^']*)' data-to='(\w+)'( data-asks)?/g)].map(([, value, to, asks]) => ({ value, name: value.split(' ')[1], to, asks: Boolean(asks) })) })) }))
const boardOf = async (parameters = {}, who = web.desk) => {
	const page = await who.get(`/incidents${query({ filter: '', sort: 'priority,-number', as: 'board', ...parameters })}`)
	assert.equal(page.status, 200, page.text)
	assert.ok(page.bytes.length < 60_000, `${page.bytes.length} bytes`)
	return Object.assign(columnsOf(page), { page })
}
const cardOf = (board, number) => board.flatMap(({ cards }) => cards).find((card) => card.number === number)

test('a board has a column for each state, counted over the whole list, and the first of each in its order', async () => {
	const board = await boardOf(), now = await s.as.desk.all('/incidents?sort=priority,-number&limit=1000')
	assert.deepEqual(board.map(({ state }) => state), ['new', 'assigned', 'in_progress', 'waiting', 'resolved', 'closed', 'cancelled', 'merged'])
	for (const { state, count, cards, more } of board) {
		const all = now.filter((item) => item.state === state).map((item) => item.number), done = ['closed', 'cancelled', 'merged'].includes(state)
		assert.equal(count, all.length, state)
		assert.deepEqual(cards.map(({ number }) => number), done ? [] : all.slice(0, cards.length), state)
		assert.ok(done || cards.length === all.length || cards.length >= 6, state)
		if (more) assert.deepEqual(numbersOf(await web.desk.get(`${more}&limit=200`)), all)
		assert.equal(Boolean(more), all.length > cards.length, state)
	}
	assert.ok(board[0].more, 'more are new than there are cards')
	assert.match(board[0].cards[0].card, /class='pr p\d'[^]*class='ck[^]*class='who/)
	const own = await boardOf({}, web.user), theirs = (await s.as.user.get('/incidents?limit=1000')).body.items
	assert.deepEqual(own.map(({ count }) => count).reduce((a, b) => a + b), theirs.length)
	assert.doesNotMatch(own.page.text, /class='ck|class='who/)
	assert.equal((await web.desk.get('/people?as=board')).status, 200) // which has none: the table
	assert.doesNotMatch((await web.desk.get('/people?as=board')).text, /class='board'/)
	assert.match((await web.desk.get('/incidents?as=board&filter=nothing+%3D+1')).text, /id='expr-err'/)
})

test('a card offers the steps that its person may take, asks for what they need, and moves', async () => {
	const { number } = await s.as.desk.make('incidents', { title: 'On the board', impact: 'critical', urgency: 'high', group: s.made.group.number, assignee: 'resolver', category: 'mail', security: false, ci_unknown_reason: 'none' })
	const list = { filter: 'title = "On the board"', as: 'board' }, at = `/incidents${query(list)}`
	const card = async (who) => cardOf(await boardOf(list, who), number)
	const move = (fields, who = web.desk) => who.post(`/incidents/move${query(list)}`, fields, at)
	const state = async () => (await s.as.desk.get(`/incidents/${number}`)).body.state
	const offered = (await card()).moves, start = offered.find(({ name }) => name === 'start')
	assert.deepEqual(offered.map(({ name, to, asks }) => [name, to, asks]), [['assign', 'assigned', true], ['start', 'in_progress', true], ['cancel', 'cancelled', true], ['escalate', 'assigned', true], ['merge', 'merged', true]])
	const asked = await move({ card: start.value })
	assert.equal(asked.status, 303, asked.text)
	const dialog = await web.desk.get(asked.location)
	assert.match(dialog.text, new RegExp(`id='dialog' method='post' action='/incidents/move[^']*card=${number}`))
	assert.match(dialog.text, /class='board'/)
	const back = await web.desk.post(asked.location, { version: /name='version' value='(\d+)'/.exec(dialog.text)[1], assignee: 'resolver' }, asked.location)
	assert.equal(decodeURIComponent(back.location), `/incidents?filter=${list.filter}&as=board&moved=${number}`, back.text)
	assert.equal(await state(), 'in_progress')
	assert.match(cardOf(columnsOf(await web.desk.get(back.location)), number).card, /autofocus/)
	const wait = (await card()).moves.find(({ name }) => name === 'wait')
	const stale = await web.desk.post(`/incidents/move${query({ ...list, card: wait.value })}`, { version: 1, comment: 'x', waiting_for: 'customer' }, at)
	assert.equal(stale.status, 412, stale.text)
	assert.match(stale.text, /id='dialog'[^]*Somebody else changed this record/)
	const wanting = await web.desk.post(`/incidents/move${query({ ...list, card: wait.value })}`, { version: 2, comment: ' ', waiting_for: '' }, at)
	assert.equal(wanting.status, 422, wanting.text)
	assert.match(wanting.text, /aria-invalid/)
	const { version } = await s.as.desk.take(`/incidents/${number}`, 'wait', { comment: 'Asked', waiting_for: 'customer' })
	const resume = (await card()).moves.find(({ name }) => name === 'resume')
	assert.deepEqual(resume, { value: `${number}/${version} resume`, name: 'resume', to: 'in_progress', asks: false })
	const late = await move({ card: `${number}/1 resume` })
	assert.equal(late.status, 412, late.text)
	assert.match(late.text, new RegExp(`${number} stays where it is: Somebody else changed this record`))
	const forbidden = await move({ card: `${number}/${version} confirm` })
	assert.equal(forbidden.status, 409)
	assert.match(forbidden.text, new RegExp(`${number} stays where it is: This step cannot be taken now`))
	assert.equal(await state(), 'waiting')
	assert.equal((await move({ card: resume.value })).status, 303)
	assert.equal(await state(), 'in_progress')
	for (const wrong of ['INC-99999/1 resume', 'resume', `${s.made.service.number}/1 resume`]) assert.equal((await move({ card: wrong })).status, 404, wrong)
	assert.equal((await web.desk.post('/people/move', { card: resume.value }, at)).status, 404)
	assert.equal((await move({ card: resume.value }, web.user)).status, 404)
})

test('a board may be by a choice as well: a card that is moved has another value, and what has none has a column of its own', async () => {
	const place = makeDirectory(), overlay = join(place.directory, 'overlay')
	mkdirSync(overlay)
	writeFileSync(join(overlay, 'board.yaml'), 'process: service_level\nrecords: {service: {fields: {weight: {type: choice, of: criticality, label: {en: Weight, ja: 重み}}}, board: {by: weight}}}\n')
	runWell(['init', '--overlay', overlay], { input: 'a long password\n', database: place.database })
	const server = await serve(place.database, ['--overlay', overlay])
	try {
		const admin = clientOf(server.url, runWell(['token', 'create', '--user', 'admin'], { database: place.database }).trim(), 'admin'), pages = await signIn(server.url, 'admin', 'a long password')
		for (const [name, weight] of [['Mail', 'vital'], ['Phone', null], ['Print', 'normal'], ['Scan', 'normal']]) await admin.make('services', { name, weight, criticality: 'normal' })
		const at = '/services?filter=&sort=name&as=board', board = async () => columnsOf(await pages.get(at))
		const names = async () => Object.fromEntries((await board()).map(({ state, count, cards }) => [state, [count, ...cards.map(({ number }) => number)]]))
		assert.deepEqual(await names(), { '': [1, 'SVC-2'], vital: [1, 'SVC-1'], important: [0], normal: [2, 'SVC-3', 'SVC-4'] })
		const card = cardOf(await board(), 'SVC-3')
		assert.deepEqual(card.moves, ['vital', 'important'].map((to) => ({ value: `SVC-3/1 ${to}`, name: to, to, asks: false })))
		const moved = await pages.post('/services/move?filter=&sort=name&as=board', { card: 'SVC-3/1 important' }, at)
		assert.equal(moved.location, '/services?filter=&sort=name&as=board&moved=SVC-3', moved.text)
		assert.equal((await admin.get('/services/SVC-3')).body.weight, 'important')
		const late = await pages.post('/services/move?filter=&sort=name&as=board', { card: 'SVC-3/1 vital' }, at)
		assert.equal(late.status, 412, late.text)
		assert.deepEqual(await names(), { '': [1, 'SVC-2'], vital: [1, 'SVC-1'], important: [1, 'SVC-3'], normal: [1, 'SVC-4'] })
	} finally {
		await server.stop()
		place.remove()
	}
})

const dayOf = (page, words) => new RegExp(`<td(?: class="([^"]*)")?><p class='d'><span class='vh'>(?:\\w+ )?${words}[^<]*</span>([^]*?)</td>`).exec(page.text)
const onDay = (page, words) => [...dayOf(page, words)[2].matchAll(/<a class='([^']*)' href='\/(CHG-\d+)'><span>([^<]*)/g)].map(([, look, number, when]) => [number, when.replace(`${number} `, ''), look.trim()])

test('a calendar has what lies in its days, what goes on in each of them, and the days off', async () => {
	const { admin } = s.as, make = (title, planned_start, planned_end, more) => admin.make('changes', { title, planned_start, planned_end, ...more })
	const night = await make('Night', '2031-03-14T22:00:00+09:00', '2031-03-16T05:00:00+09:00', { kind: 'emergency' })
	const midnight = await make('Ends at midnight', '2031-03-18T20:00:00+09:00', '2031-03-19T00:00:00+09:00')
	const before = await make('From the month before', '2031-02-10T09:00:00+09:00', '2031-02-26T09:00:00+09:00')
	await make('Long over', '2029-02-10T09:00:00+09:00', '2029-02-11T09:00:00+09:00')
	const busy = []
	for (let i = 0; i < 6; i++) busy.push(await make(`Busy ${i}`, `2031-03-25T1${i}:00:00+09:00`))
	await admin.patch(`/calendars/${s.made.calendar.number}`, { holidays: [{ date: '2031-03-21', name: 'Day of the Spring Equinox', name_ja: '春分の日' }] })
	const pages = await s.pagesOf('admin'), page = await pages.get('/changes?filter=&as=calendar&month=2031-03')
	assert.equal(page.status, 200, page.text)
	assert.ok(page.bytes.length < 60_000)
	assert.match(page.text, /<h2>March 2031 <span class='n'>9 records</)
	assert.deepEqual(onDay(page, '14 Mar'), [[night.number, 'from 22:00', 'k3 on']])
	assert.deepEqual(onDay(page, '15 Mar'), [[night.number, 'goes on', 'k3 on begun']])
	assert.deepEqual(onDay(page, '16 Mar'), [[night.number, 'until 05:00', 'k3 begun']])
	assert.deepEqual(onDay(page, '18 Mar'), [[midnight.number, '20:00', 'k2']])
	assert.deepEqual(onDay(page, '19 Mar'), [])
	assert.deepEqual(onDay(page, '26 Feb').map(([number, when]) => [number, when]), [[before.number, 'until 09:00']])
	assert.match(dayOf(page, '21 Mar')[0], /class="off"[^]*Day of the Spring Equinox/)
	assert.match(dayOf(page, '22 Mar')[1], /off/)
	assert.doesNotMatch(dayOf(page, '20 Mar')[1] ?? '', /off/)
	assert.equal(onDay(page, '25 Mar').length, 4)
	const more = /class='more' href='([^']*)'>2 more</.exec(dayOf(page, '25 Mar')[0])[1].replaceAll('&amp;', '&')
	assert.deepEqual(onDay(await pages.get(more), '25 Mar').map(([number]) => number), busy.map(({ number }) => number))
	assert.match(page.text, /rel='prev'/)
	for (const [rel, month] of [['prev', '2031-02'], ['next', '2031-04']]) assert.match(new RegExp(`href='([^']*)'[^>]*rel='${rel}'`).exec(page.text)[1], new RegExp(`month=${month}$`))
	assert.match(page.text, /<li class='k1'>Standard/)
	const narrowed = await pages.get(`/changes${query({ filter: 'kind = emergency or kind = standard', as: 'calendar', month: '2031-03' })}`)
	assert.match(narrowed.text, /<span class='n'>1 record</)
	for (const wrong of ['2031-13', 'x', '9999-01', '']) assert.equal((await pages.get(`/changes?as=calendar&month=${wrong}`)).status, 200, wrong)
	assert.match((await pages.get('/changes?as=calendar&month=2031-12')).text, /month=2032-01'/)
	const inJapanese = async () => {
		await admin.patch('/people/admin', { language: 'ja' })
		return (await pages.get('/changes?filter=&as=calendar&month=2031-03')).text
	}
	try { // a day off that is called something in the reader's language, and one that is not
		assert.match(await inJapanese(), /春分の日/)
		await admin.patch(`/calendars/${s.made.calendar.number}`, { holidays: [{ date: '2031-03-21', name: 'Founding day' }] })
		assert.match(await inJapanese(), /Founding day/)
	} finally {
		await admin.patch('/people/admin', { language: 'en' })
	}
})

// Three hundred looks into each of many long texts: no database has that in half a second.
test('a count that takes too long leaves the list and the dashboard whole, and both say so', async () => {
	const { desk } = s.as, long = 'サーバ障害の記録。'.repeat(1200)
	const answer = await desk.post('/incidents/bulk', { items: Array.from({ length: 30 }, (_, i) => ({ title: `Long ${i}`, impact: 'low', urgency: 'low', description: long })) })
	assert.equal(answer.status, 200, answer.text)
	const filter = Array.from({ length: 120 }, (_, i) => `description contains "zz${i}"`).join(' or ')
	const slow = await desk.make('saved-views', { name: 'Slow', collection: 'incidents', filter })
	const quick = await desk.make('saved-views', { name: 'A quick one', collection: 'incidents', filter: 'impact = critical' })
	const page = await web.desk.get('/incidents?view=all'), counts = await countsOf(page)
	assert.equal(page.status, 200)
	assert.ok(numbersOf(page).length > 20 && viewsOf(page).some(({ name }) => name === 'Slow'))
	assert.equal(counts.status, 200)
	assert.deepEqual(counts.body[slow.number], { words: '–', bad: false, late: 'Takes too long to be counted beside the list' })
	const critical = await desk.get(`/incidents?limit=1&count=true&filter=${encodeURIComponent('impact = critical')}`)
	assert.equal(counts.body[quick.number].words, `${critical.body.total}`)
	const made = await desk.make('own-dashboards', { name: 'Slow', tiles: [
		{ collection: 'incidents', title: 'Quick', filter: 'impact = critical' }, { collection: 'incidents', title: 'Slow', view: slow.number },
		{ collection: 'incidents', title: 'Slow bars', filter, by: 'channel' }, { figure: 'incident.by_channel' }] })
	const board = await web.desk.get(`/dashboard?name=${made.number}`)
	assert.equal(board.status, 200, board.text)
	assert.equal(board.text.match(/takes too long to be counted here\. <a href='\/incidents\?filter=/g)?.length, 2)
	assert.match(board.text, /Quick<\/h2>[^]*?class='number'><a[^>]*>\d+<[^]*id='f-incidents-by_channel'[^]*<\/html>/)
})
