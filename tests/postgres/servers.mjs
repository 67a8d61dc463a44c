// PostgreSQL servers of a test's own: a primary, and a standby to which it confirms nothing before that has it, too. And a line that can be cut and slowed.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import { join } from 'node:path'
import { until } from '../api/support.mjs'

const versions = '/usr/lib/postgresql'
const programs = process.env.KANAME_PG_BIN ??
	join(versions, readdirSync(versions).filter((version) => existsSync(join(versions, version, 'bin/initdb'))).sort((a, b) => b - a)[0], 'bin')

// A server does not run as root.
function ordinary() {
	if (process.getuid() !== 0) return {}
	const [, , uid, gid] = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':')).find(([name]) => name === 'postgres') ?? [0, 0, 65534, 65534]
	return { uid: Number(uid), gid: Number(gid) }
}
const who = ordinary()

function run(name, words, folder) {
	const done = spawnSync(join(programs, name), words, { encoding: 'utf8', cwd: folder, ...who })
	if (done.status !== 0) throw new Error(`${name}: ${done.stderr}`)
	return done.stdout
}

class Server {
	constructor(folder, name) {
		this.socket = join(folder, name) // its folder is its host
		this.data = join(this.socket, 'data')
		spawnSync('mkdir', [this.socket])
		if (who.uid) chownSync(this.socket, who.uid, who.gid)
	}

	async start(settings = {}) {
		const all = { listen_addresses: '', fsync: 'off', shared_buffers: '32MB', max_connections: 60, max_locks_per_transaction: 256, autovacuum: 'off', ...settings }
		const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
		this.child = spawn(join(programs, 'postgres'), ['-D', this.data, '-k', this.socket, ...words], { stdio: ['ignore', 'ignore', 'pipe'], cwd: this.socket, ...who })
		this.log = ''
		this.child.stderr.on('data', (text) => { this.log += text })
		this.ended = new Promise((done) => this.child.on('close', done))
		process.once('exit', () => this.child.kill('SIGQUIT'))
		await until(() => spawnSync(join(programs, 'pg_isready'), ['-q', '-h', this.socket, '-U', 'kaname']).status === 0, () => this.log)
	}

	psql(sql, database = 'postgres') {
		const done = spawnSync('psql', ['-XAtqc', sql, `postgresql://kaname@/${database}?host=${this.socket}`], { encoding: 'utf8' })
		if (done.status !== 0) throw new Error(done.stderr)
		return done.stdout.trim()
	}

	// With all of its processes and without a word to anybody, as a machine that falls.
	async kill() {
		const { pid } = this.child
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
		for (const one of [pid, ...children.map(Number)])
			try {
				process.kill(one, 'SIGKILL')
			} catch {} // has just ended by itself
		await this.ended
	}

	promote() {
		run('pg_ctl', ['promote', '-D', this.data], this.socket)
	}

	async stop() {
		if (this.child.exitCode !== null || this.child.signalCode) return
		this.child.kill('SIGQUIT')
		await this.ended
	}
}

// In memory where there is room, as by tools/with-postgres: what a server that is killed has said stays there as on a disk.
function home() {
	const memory = '/dev/shm'
	if (!existsSync(memory)) return '/tmp'
	const { bavail, bsize } = statfsSync(memory)
	return bavail * bsize > 2 ** 31 ? memory : '/tmp'
}

export function makeFolder() {
	const folder = mkdtempSync(join(home(), 'kaname-pg-'))
	chmodSync(folder, 0o755)
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export async function startPrimary(folder, settings = {}) {
	const primary = new Server(folder, 'one')
	run('initdb', ['-D', primary.data, '-U', 'kaname', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], primary.socket)
	await primary.start(settings)
	return primary
}

// A copy that follows the primary, which does not wait for it.
export async function startReplica(folder, primary, name = 'two') {
	const standby = new Server(folder, name)
	run('pg_basebackup', ['-D', standby.data, '-h', primary.socket, '-U', 'kaname', '-R', '-X', 'stream', '-c', 'fast', '--no-sync'], standby.socket)
	await standby.start()
	return standby
}

// What a base backup restores: a server of its own, which stands where the primary stood at the end of the backup.
export async function startRestored(folder, primary, name = 'restored') {
	const restored = new Server(folder, name)
	run('pg_basebackup', ['-D', restored.data, '-h', primary.socket, '-U', 'kaname', '-X', 'fetch', '-c', 'fast', '--no-sync'], restored.socket)
	await restored.start()
	return restored
}

// From now on the primary confirms what the standby has on its disk as well.
export async function startStandby(folder, primary) {
	const standby = await startReplica(folder, primary)
	primary.psql("ALTER SYSTEM SET synchronous_standby_names = '*'")
	primary.psql('SELECT pg_reload_conf()')
	await until(() => primary.psql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") === '1', () => standby.log)
	return standby
}

// A line between a node and a server. `watch(text, cut)` sees what the node says, before it goes on; cut() breaks the line. `delay` (ms) slows the answers.
export async function startLine(socket) {
	const line = { watch: null, answered: null, delay: 0, open: new Set() }
	const server = createServer((client) => {
		const there = connect(join(socket, '.s.PGSQL.5432'))
		const cut = () => {
			client.destroy()
			there.destroy()
			line.open.delete(cut)
		}
		const state = { writes: false }
		line.open.add(cut)
		for (const end of [client, there]) end.on('error', cut).on('close', cut)
		client.on('data', (bytes) => {
			const text = bytes.toString('latin1')
			if (text.includes('pg_advisory_xact_lock')) state.writes = true
			const verdict = state.writes && line.watch?.(text)
			if (verdict === 'cut') return cut()
			if (verdict === 'cut after') there.removeAllListeners('data').on('data', (answer) => answer.includes('COMMIT') && cut()) // done, and told to nobody
			there.write(bytes)
		})
		there.on('data', (bytes) => {
			if (line.delay) setTimeout(() => client.destroyed || client.write(bytes), line.delay)
			else client.write(bytes)
		})
	})
	await new Promise((done) => server.listen(0, '127.0.0.1', done))
	line.port = server.address().port
	line.cutAll = () => [...line.open].forEach((cut) => cut())
	line.stop = () => {
		line.cutAll()
		server.close()
	}
	return line
}
