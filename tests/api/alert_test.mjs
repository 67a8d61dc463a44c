// What other systems tell, and are told: alerts of monitoring systems, what they become and how they end; webhooks that go out.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createServer } from 'node:http'
import ICAL from 'ical.js'
import { Webhook } from 'standardwebhooks'
import { exchange, query, request, stage, until } from './support.mjs'

const receivers = []
let s, made, desk, monitor, manager, config

const extra = { monitor: ['incident_and_service_request.monitoring'], changes: ['change.change_manager'] }

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'config'], extra, clock: true, words: ['--webhook-networks', '127.0.0.1', '--origin', 'https://desk.example.jp'] })
	;({ desk, monitor, config, desk_manager: manager } = s.as)
	made = s.made
})
after(async () => {
	for (const receiver of receivers) receiver.close()
	await s?.end()
})

let sources = 0
// Each test has a source of its own: recovery counts at once unless it says otherwise.
const source = (fields = {}) => manager.make('alert-sources', {
	key: `source${++sources}`, name: `Source ${sources}`, service: made.service.number, group: 'servers', category: 'hardware', recovery_delay: 'PT0S',
	priorities: [{ severity: 'critical', impact: 'high', urgency: 'high' }, { severity: 'warning', impact: 'low', urgency: 'low' }], ...fields,
})
const post = (to, body, client = monitor) => client.post(`/alert-sources/${to.key}/intake`, body)
async function take(to, body) {
	const answer = await post(to, body)
	assert.equal(answer.status, 200, answer.text)
	return answer.body.items
}
const shortly = (items) => items.map((item) => [item.outcome, item.opened])
const record = async (path) => (await desk.get(path)).body
const incident = (number) => record(`/incidents/${number}`)
const alert = (number) => record(`/alerts/${number}`)
const history = async (path) => (await record(`${path}/history`)).items

// As Prometheus Alertmanager 0.25 sends it.
let minute = 0
const one = (labels, fields = {}) => ({
	status: 'firing', labels, annotations: { summary: `${labels.alertname} on ${labels.instance}`, description: 'It has been so for five minutes.' },
	startsAt: new Date(Date.UTC(2026, 10, 26, 0, ++minute)).toISOString(), endsAt: '0001-01-01T00:00:00Z',
	generatorURL: 'http://prometheus.example.jp:9090/graph?g0.expr=up', fingerprint: Object.values(labels).join('-'), ...fields,
})
const message = (alerts, fields = {}) => ({
	version: '4', groupKey: '{}:{}', truncatedAlerts: 0, status: 'firing', receiver: 'kaname', groupLabels: {}, commonLabels: {}, commonAnnotations: {},
	externalURL: 'http://alertmanager.example.jp:9093', alerts, ...fields,
})
const over = (alert) => ({ ...alert, status: 'resolved', endsAt: new Date(Date.parse(alert.startsAt) + 60e3).toISOString() })

test('8.1.2-s3, 8.1.3.2-a: an alert for a redundant CI opens a CI fault that nobody has felt; each ticket names its source', async () => {
	const ci = await config.make('configuration-items', { name: 'mx2', supports: [made.service.number] })
	const from = await source()
	const told = one({ alertname: 'DiskFailed', instance: 'mx2.example.jp:9100', severity: 'critical' })
	const [item] = await take(from, message([told]))
	assert.equal(item.outcome, 'new')
	const opened = await incident(item.opened)
	assert.deepEqual([opened.kind, opened.caller, opened.affected_users, opened.channel, opened.configuration_items], ['ci_fault', null, null, 'monitoring', [ci.number]])
	assert.deepEqual([opened.alert_source, opened.alert_id, opened.created_by], [from.number, told.fingerprint, 'monitor'])
	assert.deepEqual([opened.title, opened.description], [told.annotations.summary, told.annotations.description])
	assert.deepEqual([opened.impact, opened.urgency, opened.priority, opened.group, opened.service], ['high', 'high', 'P2', made.group.number, made.service.number])
	const kept = await alert(item.alert)
	assert.deepEqual([kept.status, kept.source, kept.fingerprint, kept.incident, kept.configuration_item, kept.count], ['firing', from.number, told.fingerprint, opened.number, ci.number, 1])
	const page = (await (await s.pagesOf('desk')).get(`/${opened.number}`)).text
	for (const shown of [from.name, told.fingerprint, item.alert]) assert.ok(page.includes(shown), shown)
	const figure = await record('/insights/incidents/by_alert_source' + query({ from: '2020-01-01', to: '2099-01-01' }))
	assert.ok(JSON.stringify(figure).includes(from.name), JSON.stringify(figure).slice(0, 500))
	const portal = await s.pagesOf('user'), form = '/portal/report/incidents'
	const sent = await portal.post(form, { title: 'Cannot send mail', description: 'Since nine', severity: 'myself' }, form)
	assert.equal(sent.status, 303, sent.text)
	const ticket = await incident(sent.location.split('/').pop().split('?')[0])
	assert.deepEqual([ticket.title, ticket.channel, ticket.caller, ticket.created_by, ticket.alert_source], ['Cannot send mail', 'portal', 'user', 'user', null])
})

test('what is told again is counted and makes neither an event nor a second incident', async () => {
	const from = await source(), told = one({ alertname: 'Slow', instance: 'web1' })
	const [first] = await take(from, message([told]))
	const before = (await history(`/alerts/${first.alert}`)).length
	const again = await take(from, message([{ ...told, annotations: { summary: 'Slow: 93 %' } }, told]))
	assert.deepEqual(shortly(again), [['repeated', first.opened], ['repeated', first.opened]])
	const kept = await alert(first.alert)
	assert.deepEqual([kept.count, kept.summary, kept.version], [3, told.annotations.summary, 1])
	assert.ok(Date.now() - Date.parse(kept.last_at) < 60e3, kept.last_at)
	assert.equal((await history(`/alerts/${first.alert}`)).length, before)
	const heard = await record(`/alert-sources/${from.number}`)
	assert.deepEqual([heard.received, heard.version], [3, 1])
	await desk.take(`/incidents/${first.opened}`, 'cancel', { comment: 'Known' })
	const [anew] = await take(from, message([told]))
	assert.ok(anew.opened && anew.opened !== first.opened, 'still firing, and nobody works on it')
})

test('alerts alike in the labels that the source names make one incident, whoever posts them at once', async () => {
	const from = await source({ group_by: 'cluster, alertname' })
	const told = Array.from({ length: 24 }, (_, n) => one({ alertname: 'Down', cluster: `c${n % 2}`, instance: `node${n}` }))
	const answers = await Promise.all([...told, ...told].map((alert) => take(from, message([alert]))))
	const opened = new Set(answers.flat().map((item) => item.opened))
	assert.equal(opened.size, 2)
	assert.equal(new Set(answers.flat().map((item) => item.alert)).size, 24)
	const groups = await desk.all('/alert-groups' + query({ filter: `source = ${from.number}` }))
	assert.deepEqual(groups.map((group) => group.name).sort(), ['cluster=c0, alertname=Down', 'cluster=c1, alertname=Down'])
	const [count] = [(await record('/incidents' + query({ filter: `alert_source = ${from.number}`, count: true }))).total]
	assert.equal(count, 2)
	const graver = await take(from, message([one({ alertname: 'Down', cluster: 'c0', instance: 'node0', severity: 'critical' })]))
	assert.deepEqual([graver[0].opened === answers[0][0].opened, (await incident(graver[0].opened)).priority], [true, 'P2'], 'it makes the incident graver')
	await desk.patch(`/incidents/${graver[0].opened}`, { impact: 'low' })
	await take(from, message([one({ alertname: 'Down', cluster: 'c0', instance: 'node0', severity: 'critical' })]))
	assert.equal((await incident(graver[0].opened)).impact, 'low', 'people know better')
	await take(from, message([one({ ...told[0].labels, severity: 'critical' }, { fingerprint: told[0].fingerprint })]))
	assert.equal((await incident(graver[0].opened)).impact, 'high', 'it has become graver')
	const grouped = await source(), each = told.slice(0, 4).map((alert, n) => ({ groupKey: `{}:{n="${n % 2}"}`, alert }))
	for (const { groupKey, alert } of each) await take(grouped, message([alert], { groupKey }))
	assert.equal((await record('/incidents' + query({ filter: `alert_source = ${grouped.number}`, count: true }))).total, 2, 'as the sender groups them')
})

test('when the last of its alerts has recovered the incident is resolved, and what fires again soon reopens it', async () => {
	await config.make('configuration-items', { name: 'db1' })
	const from = await source({ group_by: 'instance' })
	const disk = one({ alertname: 'Disk', instance: 'db1:9100' }), load = one({ alertname: 'Load', instance: 'db1:9100' })
	const [{ opened, alert: number }] = await take(from, message([disk, load]))
	assert.deepEqual(shortly(await take(from, message([over(disk)]))), [['recovered', opened]])
	assert.equal((await incident(opened)).state, 'new', 'one still fires')
	assert.deepEqual(shortly(await take(from, message([over(disk), over(load)]))), [['repeated', opened], ['recovered', opened]])
	const done = await incident(opened)
	assert.deepEqual([done.state, done.closing_code, done.verified_by], ['resolved', 'restored', 'monitor'])
	assert.match(done.resolution, /recovered/)
	assert.equal((await alert(number)).ended_at, over(disk).endsAt.replace('.000', ''))
	assert.deepEqual(shortly(await take(from, message([disk]))), [['repeated', opened]], 'a message that was late')
	assert.equal((await incident(opened)).state, 'resolved')
	assert.deepEqual(shortly(await take(from, message([one(disk.labels)]))), [['new', opened]])
	const again = await incident(opened)
	assert.deepEqual([again.state, again.reopen_count], ['in_progress', 1])
	const patient = await source({ flap_window: 'PT0S' }), short = one({ alertname: 'Short', instance: 'db1' })
	const [once] = await take(patient, message([short]))
	await take(patient, message([over(short)]))
	const [twice] = await take(patient, message([one(short.labels)]))
	assert.notEqual(twice.opened, once.opened, 'later than the source says')
})

test('where the incident cannot be resolved by itself, its history notes that all has recovered', async () => {
	for (const settings of [{ category: null }, { resolve_on_recovery: false }]) {
		const from = await source(settings), told = one({ alertname: 'Fan', instance: 'db1', n: String(sources) })
		const [{ opened }] = await take(from, message([told]))
		await take(from, message([over(told)]))
		assert.equal((await incident(opened)).state, 'new')
		assert.ok((await history(`/incidents/${opened}`)).some((event) => event.kind === 'recovery'), JSON.stringify(settings))
	}
})

test('what is merged takes its alerts along, and what concerns security is hidden with its alerts', async () => {
	const from = await source(), told = one({ alertname: 'Login', instance: 'web5' })
	const [{ opened, alert: number }] = await take(from, message([told]))
	const other = await desk.make('incidents', { title: 'Many logins fail', channel: 'desk' })
	await desk.take(`/incidents/${opened}`, 'merge', { merged_into: other.number })
	assert.deepEqual(shortly(await take(from, message([told]))), [['new', other.number]])
	assert.equal((await alert(number)).incident, other.number)
	await desk.patch(`/incidents/${other.number}`, { security: true })
	for (const path of [`/incidents/${other.number}`, `/alerts/${number}`]) assert.equal((await desk.get(path)).status, 404, path)
	assert.deepEqual(shortly(await take(from, message([told]))), [['repeated', other.number]], 'the source is told its number, and sees nothing more')
	assert.equal((await monitor.get(`/incidents/${other.number}`)).status, 404)
	await take(from, message([over(told)]))
})

test('alerts of what is being worked on are kept and open nothing', async () => {
	const { changes } = s.as, ci = await config.make('configuration-items', { name: 'fw1' })
	const from = await source({ service: null })
	const change = await changes.make('changes', { title: 'New firmware', configuration_items: [ci.number], reason: 'Old', risk: 'low', requested_by: 'desk' })
	const path = `/changes/${change.number}`
	await changes.take(path, 'request')
	await changes.take(path, 'approve', { comment: 'Go' })
	await changes.take(path, 'schedule', { planned_start: new Date(Date.now() - 60e3).toISOString(), planned_end: new Date(Date.now() + 3600e3).toISOString() })
	const told = one({ alertname: 'Down', instance: 'fw1' })
	const [item] = await take(from, message([told]))
	assert.deepEqual([item.outcome, item.opened], ['suppressed', null])
	assert.deepEqual([(await alert(item.alert)).suppressed_by, (await alert(item.alert)).status], [change.number, 'suppressed'])
	assert.deepEqual(shortly(await take(from, message([told]))), [['repeated', null]])
	const [other] = await take(from, message([one({ alertname: 'Down', instance: 'fw2' })]))
	assert.equal(other.outcome, 'new', 'nobody works on that one')
	await changes.take(path, 'fail', { comment: 'Back to the old one' })
	const [now] = await take(from, message([told]))
	assert.ok(now.outcome === 'new' && now.opened, 'the work is over, and it still fires')
})

test('a storm becomes a handful of incidents, and those before it hang below it', async () => {
	const from = await source({ storm_groups: 5, group_by: 'instance' })
	const told = Array.from({ length: 60 }, (_, n) => one({ alertname: 'Unreachable', instance: `sw${n}` }))
	const items = await take(from, message(told))
	const opened = [...new Set(items.map((item) => item.opened))]
	assert.equal(opened.length, 6)
	const storm = await incident(opened[5])
	assert.deepEqual([storm.title, storm.impact, storm.urgency], ['Alert storm / アラート多発', 'high', 'high'])
	const below = await desk.all('/incidents' + query({ filter: `has link(part_of where number = ${storm.number})` }))
	assert.deepEqual(below.map((one) => one.number).sort(), opened.slice(0, 5).sort())
	assert.equal((await record('/alerts' + query({ filter: `incident = ${storm.number}`, count: true }))).total, 55)
	await take(from, message(told.map(over)))
	for (const number of opened) assert.equal((await incident(number)).state, 'resolved')
})

test('Grafana, Zabbix, CloudEvents and other JSON are understood', async () => {
	const grafana = await source({ format: 'grafana' })
	const [panel] = await take(grafana, message([one({ alertname: 'CPU', instance: 'web2' }, { annotations: {}, valueString: '[ var=A value=93 ]', panelURL: 'http://grafana.example.jp/d/1?viewPanel=2' })], { orgId: 1, title: '[FIRING:1]', state: 'alerting' }))
	assert.deepEqual([(await alert(panel.alert)).summary, (await alert(panel.alert)).url, (await alert(panel.alert)).description], ['CPU', 'http://grafana.example.jp/d/1?viewPanel=2', '[ var=A value=93 ]'])
	const zabbix = await source({ format: 'zabbix', category: 'network' })
	const problem = { event_id: '901', trigger_id: '17', status: '1', name: 'Zabbix agent is not available', severity: 'Warning', host: 'web3', tags: '[{"tag":"scope","value":"availability"}]', item: '{ITEM.NAME}' }
	const [found] = await take(zabbix, problem)
	assert.deepEqual([found.outcome, (await incident(found.opened)).impact], ['new', 'low'])
	assert.deepEqual((await alert(found.alert)).labels.map(({ name, value }) => `${name}=${value}`), ['event_id=901', 'host=web3', 'scope=availability', 'trigger_id=17'])
	assert.equal((await take(zabbix, { ...problem, status: '0' }))[0].outcome, 'recovered')
	const events = await source({ format: 'cloudevents' })
	const event = { specversion: '1.0', id: 'a1', source: '/sensors/7', type: 'jp.example.temperature.raised', subject: 'rack-4', time: '2026-11-26T01:00:00Z', data: { severity: 'critical' } }
	const sent = await monitor.post(`/alert-sources/${events.key}/intake`, JSON.stringify(event), { 'content-type': 'application/cloudevents+json' })
	assert.equal(sent.status, 200, sent.text)
	assert.deepEqual([sent.body.items[0].fingerprint, sent.body.items[0].outcome], ['/sensors/7 rack-4', 'new'])
	const batch = await monitor.post(`/alert-sources/${events.key}/intake`, JSON.stringify([{ ...event, id: 'a2', type: 'jp.example.temperature.cleared', time: '2026-11-26T01:05:00Z' }]), { 'content-type': 'application/cloudevents-batch+json' })
	assert.deepEqual(shortly(batch.body.items), [['recovered', sent.body.items[0].opened]])
	const generic = await source({ format: 'generic', mapping: [{ part: 'alerts', pointer: '/event/problems' }, { part: 'fingerprint', pointer: '/key' }, { part: 'summary', pointer: '/text' }, { part: 'status', pointer: '/now' }, { part: 'label', pointer: '/where/0', label: 'host' }] })
	const [own] = await take(generic, { event: { problems: [{ key: 'K1', text: 'UPS on battery', now: 'BAD', where: ['mx2'] }] } })
	const kept = await alert(own.alert)
	assert.deepEqual([kept.fingerprint, kept.summary, kept.labels], ['K1', 'UPS on battery', [{ name: 'host', value: 'mx2' }]])
	assert.ok(kept.configuration_item)
})

test('a source whose settings could not be followed is refused', async () => {
	const refused = await manager.post('/alert-sources', { key: 'x', name: 'X', format: 'generic', mapping: [{ part: 'summary', pointer: 'text' }, { part: 'label', pointer: '/a~2' }, { part: 'label', pointer: '/b' }] })
	assert.deepEqual([refused.status, refused.body.errors.map(({ field, code }) => `${field}:${code}`)], [422, ['mapping.0.pointer:pointer', 'mapping.1.pointer:pointer', 'mapping.2.label:required']])
	for (const fields of [{ storm_groups: 1 }, { format: 'other' }, { key: 'source1' }]) assert.ok([409, 422].includes((await manager.post('/alert-sources', { key: 'y', name: 'Y', ...fields })).status))
})

test('who may not is refused, and so is what cannot be read; one bad alert leaves the others', async () => {
	const from = await source(), told = one({ alertname: 'Good', instance: 'web9' })
	assert.equal((await post(from, message([told]), desk)).status, 403)
	assert.equal((await post(from, message([told]), s.as.user)).status, 404)
	assert.equal((await request(s.url, null, 'POST', `/api/v1/alert-sources/${from.key}/intake`, message([told]))).status, 401)
	assert.equal((await monitor.post('/alert-sources/nowhere/intake', message([told]))).status, 404)
	assert.equal((await monitor.post(`/services/${made.service.number}/intake`, message([told]))).status, 404)
	for (const body of ['{', '[]', '{"alerts":1}', '{}']) {
		const answer = await post(from, Buffer.from(body))
		assert.equal(answer.status, 400, body)
	}
	const broken = await monitor.post(`/alert-sources/${from.key}/intake`, '{"alerts":1}', { 'content-type': 'application/json' })
	assert.deepEqual([broken.status, broken.type, broken.body.errors[0].code], [400, 'application/problem+json', 'format'])
	const bare = { status: 'firing', labels: {} }
	const none = await post(from, message([bare, 7]))
	assert.deepEqual([none.status, none.body.errors.map((fault) => fault.field)], [422, ['0', '1']])
	assert.equal((await record('/alerts' + query({ filter: `source = ${from.number}`, count: true }))).total, 0)
	const items = await take(from, message([bare, told]))
	assert.deepEqual(items.map((item) => [item.outcome, item.reason !== null]), [['refused', true], ['new', false]])
	assert.deepEqual((await take(from, message([]))), [])
	await manager.patch(`/alert-sources/${from.number}`, { active: false })
	assert.equal((await post(from, message([told]))).status, 409)
	const written = await monitor.patch(`/alerts/${items[1].alert}`, { incident: null })
	assert.equal(written.status, 422, 'what it led to is for nobody to say')
})

// --- webhooks out ---

// A system that is told: every message, and what it answers to the next ones (200 unless told otherwise).
async function receiver() {
	const its = { got: [], answers: [], headers: {} }
	const server = createServer((asked, answer) => {
		const parts = []
		asked.on('data', (part) => parts.push(part))
		asked.on('end', () => {
			const body = Buffer.concat(parts).toString()
			its.got.push({ headers: asked.headers, body, path: asked.url, get json() { return JSON.parse(body) } })
			answer.writeHead(its.answers.shift() ?? 200, its.headers).end('noted')
		})
	})
	receivers.push(server)
	await new Promise((done) => server.listen(0, '127.0.0.1', done))
	its.url = `http://127.0.0.1:${server.address().port}/in`
	return its
}
const secretOf = async (pages, path) => /id='secret'>([^<]+)</.exec((await pages.post(path, { secret: 'new' }, path)).text)[1]
const told = (its, count) => until(() => its.got.length >= count, () => JSON.stringify(its.got.map(({ body }) => body.slice(0, 200))))
// The newest first: record, outcome, answer, attempts.
const logOf = async (pages, path) => [...(await pages.get(path)).text.matchAll(/<tr><th scope='row'>.*?<span class='id'>([^<]+)<.*?<\/th><td[^>]*>.*?<\/td><td[^>]*>([^<]*)<\/td><td class='num'[^>]*>(\d*)<\/td>.*?name='again' value='(\d+)'/gs)].map(([, record, outcome, code, id]) => ({ record, outcome, code, id }))

test('a webhook is told what its owner may see, signed with both secrets while they change, and of one record in order', async () => {
	const its = await receiver(), pages = await s.pagesOf('desk_manager')
	await desk.make('incidents', { title: 'Before it was there', channel: 'desk' })
	const hook = await manager.make('webhooks', { name: 'Mirror', url: its.url, for: 'incident', filter: 'title contains "told"' }), path = `/${hook.number}/deliveries`
	assert.deepEqual([hook.reads_as, hook.format, hook.active], ['desk_manager', 'standard', true])
	const secret = await secretOf(pages, path)
	assert.match(secret, /^whsec_[A-Za-z0-9+/]{32}$/)
	assert.ok(!(await pages.get(path)).text.includes(secret), 'it is shown once')
	const incident = await desk.make('incidents', { title: 'To be told', channel: 'desk' }), at = `/incidents/${incident.number}`
	await desk.make('incidents', { title: 'Of no concern', channel: 'desk' })
	await desk.post(`${at}/comments`, { text: 'First', public: false })
	await desk.patch(at, { title: 'It is told' })
	await told(its, 3)
	const messages = its.got.map((one) => new Webhook(secret).verify(one.body, one.headers))
	assert.deepEqual(messages.map(({ type, data }) => [type, data.record.number, data.event.sequence]), [['incident.create', incident.number, 1], ['incident.edit', incident.number, 2], ['incident.edit', incident.number, 3]])
	assert.equal(messages[1].data.event.comment, 'First')
	assert.deepEqual(messages[2].data.event.changes.map(({ field, old, new: now }) => [field, old, now]), [['title', 'To be told', 'It is told']])
	assert.equal(new Set(its.got.map(({ headers }) => headers['webhook-id'])).size, 3)
	assert.throws(() => new Webhook(secret).verify(its.got[0].body.replace('told', 'sold'), its.got[0].headers))
	const second = await secretOf(pages, path)
	await desk.post(`${at}/comments`, { text: 'Second', public: false })
	await told(its, 4)
	for (const one of [secret, second]) new Webhook(one).verify(its.got[3].body, its.got[3].headers)
	await desk.patch(at, { security: true })
	await desk.patch(at, { impact: 'high' })
	const open = await desk.make('incidents', { title: 'Also told', channel: 'desk' })
	await told(its, 5)
	assert.equal(its.got[4].json.data.record.number, open.number, 'what its owner may no longer see is not told')
	for (const account of ['desk', 'config']) assert.equal((await s.as[account].get(`/webhooks/${hook.number}`)).status, 404)
	assert.equal((await (await s.pagesOf('desk')).get(path)).status, 404)
	await manager.patch(`/webhooks/${hook.number}`, { active: false })
})

test('what a receiver refuses is sent again, later, and by hand', async () => {
	const its = await receiver(), pages = await s.pagesOf('desk_manager')
	const hook = await manager.make('webhooks', { name: 'Weak', url: its.url, for: 'incident', filter: 'title contains "weak"' }), path = `/${hook.number}/deliveries`
	its.answers.push(500, 302)
	its.headers = { location: `${its.url}/elsewhere` }
	const begun = Date.now()
	const one = await desk.make('incidents', { title: 'A weak one', channel: 'desk' })
	await told(its, 1)
	let log = await until(async () => { const found = await logOf(pages, path); return found[0]?.code === '500' && found })
	assert.match(log[0].outcome, /failed; again/)
	assert.equal(its.got[0].headers['webhook-signature'], undefined, 'it has no secret')
	await pages.post(path, { again: log[0].id }, path)
	await told(its, 2)
	log = await until(async () => { const found = await logOf(pages, path); return found[0]?.code === '302' && found })
	s.clock.ahead(31e3)
	const two = await desk.make('incidents', { title: 'Another weak one', channel: 'desk' })
	await told(its, 4)
	assert.deepEqual(its.got.map(({ path, json }) => [path, json.data.record.number]), [['/in', one.number], ['/in', one.number], ['/in', one.number], ['/in', two.number]], 'no redirect is followed')
	assert.equal(new Set(its.got.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size, 1)
	await until(async () => (await logOf(pages, path)).every(({ outcome }) => outcome === 'arrived'))
	await pages.post(path, { since: new Date(begun - 60e3).toISOString() }, path)
	await told(its, 6)
	assert.deepEqual(its.got.slice(4).map(({ headers }) => headers['webhook-id']), [its.got[0].headers['webhook-id'], its.got[3].headers['webhook-id']])
	assert.equal((await pages.post(path, { since: '' }, path)).status, 422)
	assert.equal((await pages.post(path, { again: '999999' }, path)).status, 404)
	const api = `/webhooks/${hook.number}`, all = (await manager.get(`${api}/deliveries`)).body
	assert.deepEqual(all.items.map(({ record, state, code }) => [record, state, code]), [[two.number, 'done', 200], [one.number, 'done', 200]])
	const first = (await manager.get(`${api}/deliveries?limit=1`)).body
	assert.deepEqual((await manager.get(`${api}/deliveries?limit=1&after=${first.next}`)).body.items, all.items.slice(1))
	const made = (await manager.post(`${api}/secret`)).body, changed = (await manager.post(`${api}/secret`)).body
	assert.deepEqual([made.former_until, changed.former_until > s.clock.now().toISOString()], [null, true])
	assert.equal((await manager.post(`${api}/deliveries/${all.items[0].id}/replay`)).status, 200)
	await told(its, 7)
	for (const one of [made, changed]) new Webhook(one.secret).verify(its.got[6].body, its.got[6].headers)
	assert.equal((await manager.post(`${api}/replay?since=${new Date(begun - 60e3).toISOString()}`)).status, 200)
	await told(its, 9)
	assert.ok(!JSON.stringify([(await manager.get(api)).body, await manager.all(`${api}/history`)]).includes(changed.secret), 'it is told once')
	for (const [method, rest] of [['get', '/deliveries'], ['post', '/secret'], ['post', '/replay?since=2026-01-01T00:00:00Z'], ['post', `/deliveries/${all.items[0].id}/replay`]]) assert.equal((await desk[method](api + rest)).status, 404, rest)
	assert.match(await (await fetch(`${s.url}/metrics`)).text(), /kaname_webhooks_failed_total [2-9]\n/)
	await manager.patch(`/webhooks/${hook.number}`, { active: false })
})

test('chat and templates have their own form, and inner addresses that are not named are refused', async () => {
	const its = await receiver(), make = (name, fields) => manager.make('webhooks', { name, url: `${its.url}/${name}`, for: 'incident', filter: 'title contains "chat"', ...fields })
	const hooks = [await make('slack', { format: 'slack' }), await make('teams', { format: 'teams', template: '{number}: {state}, {priority} ({nonsense})' }),
		await make('own', { format: 'template', occasion: 'comment', template: '{"what":"{headline}","said":"{comment}","at":"{link}","n":{"deep":"{event}"}}' })]
	const incident = await desk.make('incidents', { title: 'A <chat> & more', channel: 'desk' })
	await told(its, 2)
	await desk.post(`/incidents/${incident.number}/comments`, { text: 'With "quotes"\nand lines', public: false })
	await told(its, 5)
	const first = (name) => its.got.find(({ path }) => path === `/in/${name}`).json
	assert.equal(first('slack').text, `${incident.number} A &lt;chat&gt; &amp; more: new (desk)\n<https://desk.example.jp/${incident.number}|${incident.number}>`)
	const card = first('teams').attachments[0]
	assert.deepEqual([card.contentType, card.content.type, card.content.body[0].text, card.content.actions[0].url], ['application/vnd.microsoft.card.adaptive', 'AdaptiveCard', `${incident.number}: New, P4 ()`, `https://desk.example.jp/${incident.number}`])
	assert.deepEqual(first('own'), { what: 'A <chat> & more', said: 'With "quotes"\nand lines', at: `https://desk.example.jp/${incident.number}`, n: { deep: 'comment' } })
	for (const { number } of hooks) await manager.patch(`/webhooks/${number}`, { active: false })
	const pages = await s.pagesOf('desk_manager')
	for (const url of ['http://[::1]:9/', 'http://10.0.0.1/', 'https://169.254.169.254/latest', 'http://192.0.2.1/']) {
		const hook = await make('inner', { url })
		await desk.make('incidents', { title: 'Inner chat', channel: 'desk' })
		const refused = await until(async () => /<code>(refused: [^<]*)</.exec((await pages.get(`/${hook.number}/deliveries`)).text))
		assert.match(refused[1], /webhook_networks/)
		await manager.patch(`/webhooks/${hook.number}`, { active: false })
	}
	for (const url of ['ftp://example.jp/', 'javascript:alert(1)', 'https://', 'https://user:word@example.jp/', 'https://a b/', 'example.jp'])
		assert.deepEqual((await manager.post('/webhooks', { name: 'Bad', url })).body.errors.map(({ field, code }) => [field, code]), [['url', 'address']], url)
	for (const fields of [{ for: 'nothing' }, { for: 'incident', filter: 'title contains' }, { format: 'template' }])
		assert.equal((await manager.post('/webhooks', { name: 'Bad', url: its.url, ...fields })).status, 422)
	assert.equal((await desk.post('/webhooks', { name: 'Mine', url: its.url })).status, 404)
})

// --- calendars for programs ---

test('a calendar is read by its address alone, with what its person may see at that moment, until it is revoked', async () => {
	const { changes } = s.as, page = '/settings/calendars', pages = await s.pagesOf('changes')
	const make = async (pages, kind) => /id='secret'>([^<]+)</.exec((await pages.post(page, { kind }, page)).text)[1]
	const read = (address, headers) => exchange(address, { headers })
	const events = (answer) => {
		const calendar = new ICAL.Component(ICAL.parse(answer.text))
		for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone), zone.getFirstPropertyValue('tzid'))
		return calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one))
	}
	const [begins, ends] = [new Date(Date.now() + 48 * 3600e3), new Date(Date.now() + 50 * 3600e3)].map((at) => (at.setUTCMilliseconds(0), at))
	const made = async (title, by = 'changes') => {
		const change = await changes.make('changes', { title, reason: 'Old', risk: 'low', requested_by: by })
		return (await changes.patch(`/changes/${change.number}`, { planned_start: begins.toISOString(), planned_end: ends.toISOString() })).body
	}
	const change = await made('サーバの更新、その1'), other = await made('Of somebody else', 'desk')
	const all = await make(pages, 'changes'), mine = await make(pages, 'mine')
	const answer = await read(all)
	assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8')
	const its = events(answer).find(({ uid }) => uid.startsWith(`${change.number}@`))
	assert.deepEqual([its.summary, its.startDate.zone.tzid, its.startDate.toJSDate().getTime(), its.endDate.toJSDate().getTime(), its.sequence], [`${change.number} サーバの更新、その1`, 'Asia/Tokyo', begins.getTime(), ends.getTime(), change.version - 1])
	assert.ok(answer.text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75), 'folded')
	assert.ok(events(answer).some(({ uid }) => uid.startsWith(`${other.number}@`)))
	const own = events(await read(mine)).map(({ uid }) => uid.split('@')[0])
	assert.ok(own.includes(change.number) && !own.includes(other.number), own.join())
	const etag = answer.headers.get('etag')
	assert.equal((await read(all, { 'if-none-match': etag })).status, 304)
	await changes.patch(`/changes/${change.number}`, { title: 'Later' })
	const again = await read(all, { 'if-none-match': etag })
	assert.deepEqual([again.status, events(again).find(({ uid }) => uid === its.uid).sequence], [200, its.sequence + 1])
	const summer = '2027-07-01T08:30:00Z' // and back: one clock before the last Sunday of March, another after it
	await changes.patch(`/changes/${other.number}`, { planned_start: summer, planned_end: '2027-07-01T09:30:00Z' })
	await changes.patch('/people/changes', { zone: 'Europe/Berlin' })
	const there = events(await read(all)), at = ({ number }) => there.find(({ uid }) => uid.startsWith(`${number}@`)).startDate
	assert.deepEqual([at(change), at(other)].map((time) => [time.zone.tzid, time.toJSDate().getTime()]), [['Europe/Berlin', begins.getTime()], ['Europe/Berlin', Date.parse(summer)]])
	assert.equal((await read(all.slice(0, -2))).status, 404)
	assert.equal((await pages.post(page, { kind: 'nothing' }, page)).status, 422)
	const id = /name='revoke' value='(\d+)'/g.exec((await pages.get(page)).text)[1]
	assert.equal((await (await s.pagesOf('desk_manager')).post(page, { revoke: id }, page)).status, 404, 'of somebody else')
	assert.equal((await pages.post(page, { revoke: id }, page)).status, 303)
	assert.deepEqual([(await read(mine)).status, (await read(all)).status], [404, 200])
	await s.as.admin.patch('/people/changes', { roles: [] })
	assert.equal((await read(all)).status, 200)
	await s.as.admin.patch('/people/changes', { active: false })
	assert.equal((await read(all)).status, 404, 'who is no longer here reads nothing')
})

test('2,000 alerts in a few seconds become a handful of incidents, and the desk does not wait for them', async () => {
	const from = await source({ storm_groups: 5, group_by: 'instance' })
	const pages = await s.pagesOf('desk_manager')
	const timed = async () => { const begun = performance.now(); assert.equal((await pages.get('/incidents')).status, 200); return performance.now() - begun }
	const middle = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
	const quiet = []
	for (let i = 0; i < 5; i++) quiet.push(await timed())
	let over = false
	const storm = Promise.all(Array.from({ length: 8 }, (_, part) => take(from, message(Array.from({ length: 250 }, (_, n) => one({ alertname: 'Unreachable', instance: `rack${part}-${n}` })))))).finally(() => { over = true })
	const beside = []
	while (!over) beside.push(await timed())
	const items = (await storm).flat()
	assert.equal(items.length, 2000)
	assert.ok(new Set(items.map(({ opened }) => opened)).size <= 6, 'a handful')
	assert.ok(beside.length > 1 && middle(beside) < Math.max(10 * middle(quiet), 1000), `a list takes ${Math.round(middle(beside))} ms beside ${Math.round(middle(quiet))} ms when it is quiet`)
})

test('a webhook that has long failed, or is gone, is switched off, and its owner told; a former secret ends after a day', async () => { // last: sessions end with the days
	const its = await receiver(), pages = await s.pagesOf('desk_manager')
	const hook = await manager.make('webhooks', { name: 'Weak', url: its.url, for: 'incident', filter: 'title contains "to the end"' }), path = `/${hook.number}/deliveries`
	for (let i = 0; i < 2; i++) await secretOf(pages, path)
	const at = `/incidents/${(await desk.make('incidents', { title: 'Strong to the end', channel: 'desk' })).number}`
	await told(its, 1)
	assert.equal(its.got[0].headers['webhook-signature'].split(' ').length, 2)
	its.answers.push(500, ...Array(50).fill(500))
	await desk.make('incidents', { title: 'Weak to the end', channel: 'desk' })
	await told(its, 2)
	await until(async () => (await logOf(pages, path))[0]?.code === '500')
	s.clock.ahead(6 * 24 * 3600e3)
	await desk.post(`${at}/comments`, { text: 'Wakes it', public: false })
	const off = await until(async () => { const found = (await manager.get(`/webhooks/${hook.number}`)).body; return !found.active && found })
	assert.equal(off.fault, '500 noted')
	assert.ok((await manager.get('/notices')).body.items.some(({ record }) => record === hook.number), 'its owner is told')
	its.answers.length = 0
	await manager.patch(`/webhooks/${hook.number}`, { active: true })
	const later = await desk.make('incidents', { title: 'Well to the end', channel: 'desk' })
	await told(its, 4)
	assert.equal(its.got.at(-1).headers['webhook-signature'].split(' ').length, 1, 'the former secret has ended')
	assert.equal(its.got.at(-1).json.data.record.number, later.number, 'what happened meanwhile is not told later')
	its.answers.push(410)
	await desk.make('incidents', { title: 'Gone to the end', channel: 'desk' })
	await until(async () => !(await manager.get(`/webhooks/${hook.number}`)).body.active)
})
