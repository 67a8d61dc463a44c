// Alerts of monitoring systems: what comes in, what it becomes, and how it ends.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, request, stage } from './support.mjs'

let s, made, desk, monitor, manager, config

const extra = { monitor: ['incident_and_service_request.monitoring'], changes: ['change.change_manager'] }

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'config'], extra })
	;({ desk, monitor, config, desk_manager: manager } = s.as)
	made = s.made
})
after(() => s?.end())

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
