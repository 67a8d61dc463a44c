// A real Prometheus Alertmanager beside a running server: it fires, repeats and resolves, and an incident comes and goes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { root, stage, until } from './support.mjs'

const program = [join(root, 'build/peers/usr/bin/prometheus-alertmanager'), '/usr/bin/prometheus-alertmanager'].find((path) => existsSync(path))
let s, peer, address, log = ''

const freePort = () => new Promise((resolve) => {
	const server = createServer().listen(0, '127.0.0.1', () => {
		const { port } = server.address()
		server.close(() => resolve(port))
	})
})

before(async () => {
	assert.ok(program, './dev test fetches prometheus-alertmanager')
	s = await stage({ people: ['desk', 'desk_manager', 'config'], extra: { prometheus: ['incident_and_service_request.monitoring'] } })
	const file = (name, text) => {
		writeFileSync(join(s.directory, name), text)
		return join(s.directory, name)
	}
	const config = file('alertmanager.yml', `
route: {receiver: kaname, group_by: [alertname], group_wait: 10ms, group_interval: 100ms, repeat_interval: 200ms}
receivers:
  - name: kaname
    webhook_configs:
      - url: ${s.url}/api/v1/alert-sources/prometheus/intake
        send_resolved: true
        http_config: {authorization: {credentials_file: ${file('token', s.as.prometheus.token)}}}
`)
	address = `127.0.0.1:${await freePort()}`
	peer = spawn(program, ['--config.file', config, '--storage.path', s.directory, '--web.listen-address', address, '--cluster.listen-address', ''], { stdio: ['ignore', 'ignore', 'pipe'] })
	peer.stderr.on('data', (data) => { log += data })
	await until(() => fetch(`http://${address}/-/ready`).then((answer) => answer.ok, () => false), () => log)
})
after(async () => {
	if (peer) {
		const ended = new Promise((resolve) => peer.on('close', resolve))
		peer.kill()
		await ended
	}
	await s?.end()
})

const labels = { alertname: 'InstanceDown', instance: 'web1:9100', severity: 'critical' }
async function tell(more) {
	const answer = await fetch(`http://${address}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([{ labels, annotations: { summary: 'web1 が応答しません' }, generatorURL: 'http://prometheus.example.jp/graph', ...more }]) })
	assert.equal(answer.status, 200)
}

test('Alertmanager fires, repeats and resolves: one incident opens and is resolved', async () => {
	const { desk, desk_manager: manager, config } = s.as, ci = await config.make('configuration-items', { name: 'web1' })
	const { number } = await manager.make('alert-sources', { key: 'prometheus', name: 'Prometheus', category: 'hardware', recovery_delay: 'PT0S', priorities: [{ severity: 'critical', impact: 'high', urgency: 'high' }] })
	await tell()
	const alerts = async () => (await desk.get('/alerts')).body.items
	const [alert] = await until(async () => (await alerts())[0]?.count > 1 && alerts())
	assert.match(alert.fingerprint, /^[0-9a-f]{16}$/)
	const opened = (await desk.get(`/incidents/${alert.incident}`)).body
	assert.deepEqual([opened.title, opened.state, opened.priority, opened.configuration_items, opened.alert_source, opened.alert_id], ['web1 が応答しません', 'new', 'P2', [ci.number], number, alert.fingerprint])
	await tell({ endsAt: new Date().toISOString() })
	await until(async () => (await alerts())[0].status === 'resolved')
	const incidents = (await desk.get('/incidents')).body.items
	assert.deepEqual(incidents.map((one) => [one.number, one.state, one.closing_code]), [[opened.number, 'resolved', 'restored']])
})
