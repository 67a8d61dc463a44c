// Real mail servers beside a running service: Exim hands over by LMTP and by a pipe what swaks has sent it, and Dovecot has what is fetched.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { connect, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { clientOf, kaname, makeDirectory, mishap, query, root, run, runWell, serve, signIn, stage, until } from './support.mjs'

const peers = join(root, 'build/peers'), isRoot = process.getuid() === 0
const program = (path) => [join(peers, path), join('/', path)].find((one) => existsSync(one))
const nobody = isRoot ? 65534 : process.getuid()
const running = []
process.env.TMPDIR = '/tmp' // the peers go by another name, and come to no folder that is ours alone
let s, directory, imap, imaps, bearers, smtp, submission, submissions, tokens
const ofToken = { right: 'calls', borne: 'bearer' }

async function freePort() {
	const server = createServer()
	await new Promise((done) => server.listen(0, '127.0.0.1', done))
	const { port } = server.address()
	await new Promise((done) => server.close(done))
	return port
}
const file = (name, text, mode = 0o644) => {
	const path = join(directory, name)
	writeFileSync(path, text, { mode })
	return path
}
const ownFile = (name, text) => {
	chmodSync(file(name, text), 0o600)
	return join(directory, name)
}
const folder = (name, owner) => {
	const path = join(directory, name)
	mkdirSync(path, { recursive: true, mode: 0o755 })
	if (owner !== undefined && isRoot) chownSync(path, owner, owner)
	return path
}
const copied = (from, name) => { // where whoever runs it comes to
	const path = join(directory, name)
	copyFileSync(from, path)
	chmodSync(path, 0o755)
	return path
}
function start(command, words, env) {
	const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
	child.said = ''
	for (const end of [child.stdout, child.stderr]) end.on('data', (data) => { child.said += data })
	running.push(child)
	return child
}
const answers = (port) => new Promise((done) => {
	const socket = connect(port, '127.0.0.1', () => done(true))
	socket.on('error', () => done(false)).on('data', () => socket.end('QUIT\r\n'))
})

// What the service is started with, in the folder that it gets.
function prepare(place) {
	directory = place
	chmodSync(directory, 0o755)
	folder('secrets')
	file('secrets/desk', 'secret\n')
	for (const name of ['token', 'bearer']) file(`secrets/${name}`, 'wrong\n')
	const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:mail.localhost', // libcurl takes whatever ends with .localhost for this machine; we do not
		
		'-keyout', join(directory, 'tls.key'), '-out', join(directory, 'tls.pem')], { encoding: 'utf8' })
	assert.equal(made.status, 0, made.stderr)
	chmodSync(join(directory, 'tls.key'), 0o644) // for peers that go by another name
	return ['--lmtp-listen', join(directory, 'lmtp'), ...fetching(), ...sending(['--smtp-token-file', 'for.the.relay'], `smtps://127.0.0.1:${submissions}`, `smtp://mail.localhost:${submission}`)] // the first has no certificate for that name
}

const fetching = () => ['--imap-secrets', join(directory, 'secrets'), '--imap-ca-file', join(directory, 'tls.pem'), '--imap-every', '1h']
const sending = ([by, secret], ...relays) => [...relays.flatMap((relay) => ['--smtp', relay]), '--smtp-user', 'kaname', by, ownFile('secrets/relay', `${secret}\n`), '--smtp-ca-file', join(directory, 'tls.pem'),
	'--origin', 'https://kaname.example', '--mail-from', 'Service desk <out@kaname.example>']

async function startDovecots() {
	tokens = http.createServer((request, response) => {
		let body = ''
		request.on('data', (data) => { body += data })
		request.on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(((username) => ({ active: !!username, username }))(ofToken[new URLSearchParams(body).get('token')]))))
	}).listen(0, '127.0.0.1')
	await new Promise((done) => tokens.on('listening', done))
	for (const user of ['desk', 'calls', 'bearer', 'crash', 'move']) for (const part of ['', '/cur', '/new', '/tmp']) folder(`mail/${user}${part}`, nobody)
	for (const user of ['calls', 'move']) for (const part of ['', '/cur', '/new', '/tmp']) folder(`mail/${user}/.Done${part}`, nobody)
	const oauth = file('oauth.conf', `introspection_url = http://127.0.0.1:${tokens.address().port}/\nintrospection_mode = post\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n`)
	const passwords = `passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u ${file('users', 'desk:{PLAIN}secret\ncrash:{PLAIN}secret\nmove:{PLAIN}secret\n')}
}`
	const tokened = (mechanism) => `passdb {
  driver = oauth2
  mechanisms = ${mechanism}
  args = ${oauth}
}`
	const listener = (kind, port) => `inet_listener ${kind} {
    port = ${port}
    ssl = ${kind === 'imaps' ? 'yes' : 'no'}
  }`
	startDovecot('dovecot', 'plain login xoauth2', `${passwords}\n${tokened('xoauth2')}`, `${listener('imap', imap)}\n  ${listener('imaps', imaps)}`)
	startDovecot('bearers', 'oauthbearer', tokened('oauthbearer'), listener('imap', bearers)) // no other way in
}

function startDovecot(name, mechanisms, passdbs, listeners) {
	const login = isRoot ? 'nobody' : spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim(), group = isRoot ? 'nogroup' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()
	const config = file(`${name}.conf`, `
base_dir = ${folder(name)}
state_dir = ${directory}/${name}
log_path = ${directory}/${name}.log
protocols = imap
listen = 127.0.0.1
default_internal_user = ${login}
default_internal_group = ${group}
default_login_user = ${login}
auth_mechanisms = ${mechanisms}
disable_plaintext_auth = no
ssl = yes
ssl_cert = <${directory}/tls.pem
ssl_key = <${directory}/tls.key
mail_location = maildir:${directory}/mail/%u
first_valid_uid = 0
${passdbs}
userdb {
  driver = static
  args = uid=${nobody} gid=${isRoot ? 65534 : process.getgid()} home=${directory}/mail/%u
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  ${listeners}
}
`)
	// As dovecot starts itself, from wherever it lies.
	start(program('usr/bin/doveconf'), ['-f', 'service=master', '-c', config, '-m', 'master', '-e', program('usr/sbin/dovecot'), '-F', '-c', config])
}

async function startExim() {
	const exim = copied(program('usr/sbin/exim4'), 'exim4')
	const wrapper = spawnSync('sh', ['-c', 'ls /usr/lib/*/libnss_wrapper.so'], { encoding: 'utf8' }).stdout.split('\n')[0]
	assert.ok(wrapper, './dev test installs libnss-wrapper')
	file('passwd', `${readFileSync('/etc/passwd', 'utf8')}Debian-exim:x:${nobody}:${nobody}::/:/bin/false\n`) // whom Exim was built to be
	file('group', `${readFileSync('/etc/group', 'utf8')}Debian-exim:x:${nobody}:\n`)
	const config = file('exim.conf', `
exim_path = ${exim}
spool_directory = ${folder('spool', nobody)}
log_selector = +incoming_interface
log_file_path = ${folder('exim', nobody)}/%slog
pid_file_path = ${directory}/exim/pid
primary_hostname = mx.kaname.example
daemon_smtp_ports = ${smtp} : ${submission} : ${submissions}
tls_on_connect_ports = ${submissions}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = ${directory}/tls.pem
tls_privatekey = ${directory}/tls.key
auth_advertise_hosts = \${if eq{\$tls_in_cipher}{}{}{*}}
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
acl_smtp_rcpt = sent
begin acl
sent:
  accept authenticated = *
  accept condition = \${if eq{\$received_port}{${smtp}}}
  deny message = sign in
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if eq{\$received_port}{${submission}}}
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{kaname}}{eq{\$auth3}{let me send}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_advertise_condition = \${if eq{\$received_port}{${submissions}}}
  server_prompts = User : Password
  server_condition = \${if and{{eq{\$auth1}{kaname}}{eq{\$auth2}{let me send}}}}
  server_set_id = \$auth1
token:
  driver = plaintext
  public_name = XOAUTH2
  server_advertise_condition = \${if eq{\$received_port}{${submission}}}
  server_prompts = :
  server_condition = \${if match{\$auth1}{\\N^user=kaname.auth=Bearer for[.]the[.]relay\\x01\\N}}
  server_set_id = kaname
begin routers
people:
  driver = accept
  domains = people.example
  transport = people
piped:
  driver = accept
  domains = kaname.example
  local_parts = pipe
  transport = pipe
all:
  driver = accept
  transport = lmtp
begin transports
people:
  driver = appendfile
  file = ${folder('exim', nobody)}/people
  user = ${nobody}
  group = ${isRoot ? 65534 : process.getgid()}
lmtp:
  driver = lmtp
  socket = ${directory}/lmtp
  batch_max = 100
  user = ${nobody}
  group = ${isRoot ? 65534 : process.getgid()}
pipe:
  driver = pipe
  command = ${copied(resolve(kaname), 'kaname')} mail-in --database ${s.database} --mailbox $local_part_data@$domain_data
  environment = ASAN_OPTIONS=verify_asan_link_order=0
  return_path_add
  temp_errors = 75
  log_output
  user = ${nobody}
  group = ${isRoot ? 65534 : process.getgid()}
`)
	start(exim, ['-C', config, '-bdf'], { LD_PRELOAD: wrapper, NSS_WRAPPER_PASSWD: join(directory, 'passwd'), NSS_WRAPPER_GROUP: join(directory, 'group') })
	await until(() => answers(smtp), () => running.at(-1).said)
}

before(async () => {
	[imap, imaps, bearers, smtp, submission, submissions] = await Promise.all(Array.from({ length: 6 }, freePort))
	for (const path of ['usr/bin/doveconf', 'usr/sbin/dovecot', 'usr/sbin/exim4', 'usr/bin/swaks']) assert.ok(program(path), `./dev test fetches ${path}`)
	s = await stage({ people: ['desk', 'desk_manager'], words: prepare })
	await s.as.admin.patch('/people/user', { mail: 'user@people.example' })
	await startDovecots()
	await startExim()
})
after(async () => {
	await s?.server.stop() // it keeps its connections to them
	for (const child of running) {
		const ended = new Promise((done) => child.exitCode === null ? child.on('close', done) : done())
		child.kill()
		await ended
	}
	tokens?.close()
	s?.remove()
})

let serial = 0
const message = (subject, to) => `From: user@people.example\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <peer-${++serial}@people.example>\r\n\r\n${subject}\r\n`
function arrive(user, text) { // as a mail server puts it there
	const name = `${Date.now()}.${++serial}.here`, path = file(`mail/${user}/tmp/${name}`, text)
	if (isRoot) chownSync(path, nobody, nobody)
	spawnSync('mv', [path, join(directory, `mail/${user}/new/${name}`)])
	return name
}
const titled = async (title) => (await s.as.admin.get(`/incidents${query({ filter: `title = "${title}"` })}`)).body.items
const comes = (title) => until(async () => (await titled(title))[0], () => `${title}: ${s.server.log}\n${existsSync(join(directory, 'dovecot.log')) && readFileSync(join(directory, 'dovecot.log'), 'utf8')}${existsSync(join(directory, 'exim/mainlog')) && readFileSync(join(directory, 'exim/mainlog'), 'utf8')}`)
const isSeen = (user, name, within = '') => readdirSync(join(directory, `mail/${user}${within}/cur`)).some((one) => one.startsWith(name) && /,\w*S/.test(one)) // when it moves it gets another name

test('mail is fetched from Dovecot by TLS, the moment that it comes, and marked when it is kept', async () => {
	const first = arrive('desk', message('Waited there', 'desk@kaname.example'))
	await s.as.admin.make('mailboxes', { address: 'desk@kaname.example', fetch_from: `imaps://localhost:${imaps}`, fetch_as: 'desk', fetch_secret: 'desk' })
	await comes('Waited there')
	await until(() => isSeen('desk', first))
	const second = arrive('desk', message('Came while it waited', 'desk@kaname.example')) // nobody looks again for an hour
	await comes('Came while it waited')
	const twice = message('Crashed before it was marked', 'desk@kaname.example')
	assert.equal(run(['mail-in', '--mailbox', 'desk@kaname.example'], { input: twice, database: s.database }).code, 0)
	const third = arrive('desk', twice)
	await until(() => isSeen('desk', second) && isSeen('desk', third))
	assert.equal((await titled('Crashed before it was marked')).length, 1)
})

test('with a token of OAuth 2.0 too; what was taken moves; what fails is tried again', async () => {
	arrive('calls', message('By token', 'calls@kaname.example'))
	await s.as.admin.make('mailboxes', { address: 'calls@kaname.example', fetch_from: `imap://127.0.0.1:${imap}/INBOX`, fetch_as: 'calls', fetch_secret: 'token', fetch_bearer: true, fetch_moves_to: 'Done' })
	await s.as.admin.make('mailboxes', { address: 'thief@kaname.example', fetch_from: `imap://127.0.0.1:${imap}/INBOX`, fetch_as: 'calls', fetch_secret: '../tls.key', fetch_bearer: true })
	await until(() => /cannot be fetched from.*(Login denied|refuse|denied)/i.test(s.server.log), () => s.server.log)
	assert.ok(!s.server.log.includes('wrong'), 'no secrets in the log')
	const box = async (address) => (await s.as.admin.all(`/mailboxes${query({ filter: `address = "${address}@kaname.example"` })}`))[0]
	const refused = await until(async () => { const one = await box('calls'); return one.fetch_fault && one })
	assert.match(refused.fetch_fault, /^The mail server does not let us in: /)
	assert.ok(refused.fetch_failing_since <= refused.fetch_tried_at && refused.fetch_tried_at < refused.fetch_next_at && refused.version === 1, 'no edit of it')
	assert.match((await (await s.pagesOf('desk_manager')).get(`/${refused.number}`)).text, /Why nothing is fetched[^]*does not let us in/)
	const pages = await s.pagesOf('admin')
	for (const [language, said, why] of [['en', ' failing', /The mail server does not let us in: /], ['ja', '件が動作していません', /メールサーバにサインインできません：/]]) {
		await s.as.admin.patch('/people/admin', { language })
		assert.match((await pages.get('/administration')).text, new RegExp(`href='/mailboxes\\?view=failing'[^]{0,80}<span class='n bad'>\\d+${said}`))
		assert.match((await pages.get('/mailboxes?view=failing')).text, why)
	}
	file('secrets/token', 'right\n')
	await comes('By token')
	await until(async () => { const { fetch_fault, fetch_failing_since, fetch_next_at } = await box('calls'); return !fetch_fault && !fetch_failing_since && !fetch_next_at })
	assert.match((await until(async () => { const one = await box('thief'); return one.fetch_fault && one })).fetch_fault, /name of a file in the folder of secrets/)
	await until(() => isSeen('calls', '', '/.Done'))
	await until(() => !isSeen('calls', ''))
	await until(() => /folder of secrets/.test(s.server.log), () => s.server.log)
})

test('with a token where the server lets in by OAUTHBEARER alone', async () => {
	const box = async () => (await s.as.admin.all(`/mailboxes${query({ filter: 'address = "bearer@kaname.example"' })}`))[0]
	const signedIn = () => /imap-login: Info: Login: user=<bearer>, method=(\w+)/.exec(readFileSync(join(directory, 'bearers.log'), 'utf8'))?.[1]
	const waiting = arrive('bearer', message('By OAUTHBEARER', 'bearer@kaname.example'))
	await s.as.admin.make('mailboxes', { address: 'bearer@kaname.example', fetch_from: `imap://127.0.0.1:${bearers}/INBOX`, fetch_as: 'bearer', fetch_secret: 'bearer', fetch_bearer: true })
	const refused = await until(async () => { const one = await box(); return one.fetch_fault && one })
	assert.match(refused.fetch_fault, /^The mail server does not let us in: /)
	assert.deepEqual([signedIn(), (await titled('By OAUTHBEARER')).length], [undefined, 0])
	assert.ok(!s.server.log.includes('wrong'), 'no secrets in the log')
	file('secrets/bearer', 'borne\n')
	await comes('By OAUTHBEARER')
	await until(async () => !(await box()).fetch_fault)
	await until(() => isSeen('bearer', waiting))
	assert.equal(signedIn(), 'OAUTHBEARER')
})

test('Exim hands over by LMTP and by a pipe what swaks sends', async () => {
	const { admin } = s.as
	await admin.make('mailboxes', { address: 'pipe@kaname.example' })
	await admin.make('mailboxes', { address: 'closed@kaname.example', unknown_sender: 'refuse' })
	chmodSync(join(directory, 'lmtp'), 0o666)
	spawnSync('chmod', ['-R', 'a+rwX', directory]) // whoever delivers opens the database, and the key is its owner's alone
	chmodSync(join(directory, 'secrets/relay'), 0o600)
	const key = join(directory, 'kaname.db.key')
	if (existsSync(key)) chmodSync(key, 0o600)
	if (existsSync(key) && isRoot) chownSync(key, nobody, nobody)
	const swaks = (to, subject, from = 'user@people.example') => {
		const done = spawnSync('perl', [program('usr/bin/swaks'), '--server', `127.0.0.1:${smtp}`, '--from', from, '--to', to, '--header', `Subject: ${subject}`, '--body', '印刷できません', '--hide-all'], { encoding: 'utf8' })
		assert.equal(done.status, 0, done.stdout + done.stderr)
	}
	swaks('desk@kaname.example,calls@kaname.example', 'By LMTP')
	swaks('pipe@kaname.example', 'By a pipe')
	swaks('closed@kaname.example', 'Of a stranger', 'x@elsewhere.example')
	const incident = await comes('By LMTP')
	assert.deepEqual([incident.caller, incident.description], ['user', '印刷できません'])
	await comes('By a pipe')
	const log = () => readFileSync(join(directory, 'exim/mainlog'), 'utf8')
	await until(() => /550 5.7.1 This mailbox takes no mail from strangers/.test(log()), log)
	await until(() => /Completed/.test(log()), log)
	const kept = (await admin.all(`/mails${query({ filter: 'subject = "By LMTP"' })}`)).map((mail) => mail.outcome).sort()
	assert.deepEqual([kept, (await titled('By LMTP')).length], [['opened', 'repeated'], 1], 'two mailboxes, one incident')
	assert.deepEqual((await admin.all(`/mails${query({ filter: 'subject = "By a pipe"' })}`)).map((mail) => mail.outcome), ['opened'])
})

// What it sent: who was there, in which cipher, signed in how.
const exim = () => readFileSync(join(directory, 'exim/mainlog'), 'utf8')
const mention = (as, number) => as.post(`/incidents/${number}/comments`, { text: '@desk please look' })

test('mail is sent by STARTTLS and by TLS, signed in, and not to whom the certificate is not of', async () => {
	const { admin } = s.as
	await admin.patch('/people/desk', { mail: 'desk@people.example', notice_rules: [{ event: 'mention', mail: 'at_once' }] })
	const { number } = await admin.make('incidents', { title: 'Sent', caller: 'user' })
	await mention(admin, number)
	await until(() => /<= out@kaname\.example [^\n]* P=esmtpsa X=TLS1\.[23]:\S+ [^\n]*A=token:kaname/.test(exim()), () => exim() + s.server.log)
	await until(() => /=> desk <desk@people\.example> R=people/.test(exim()), exim)
	assert.ok(!/A=login/.test(exim()), 'the one whose certificate is of another name has had nothing')
})

test('by STARTTLS too; killed before it has marked or moved a mail it takes it once; a wrong certificate is refused', async () => {
	const place = makeDirectory(), { database } = place
	runWell(['init'], { input: 'a long password\n', database })
	const admin = runWell(['token', 'create', '--user', 'admin'], { database }).trim()
	const begin = async (before, relay, password = 'let me send') => {
		const server = await serve(database, [...fetching(), ...sending(['--smtp-password-file', password], relay)], kaname, before ? mishap(place.directory, { before }) : process.env)
		return Object.assign(server, { as: clientOf(server.url, admin, 'admin') })
	}
	const count = async (title) => (await server.as.get(`/incidents${query({ filter: `title = "${title}"`, count: 'true' })}`)).body.total
	const box = (user, more) => server.as.make('mailboxes', { address: `${user}@kaname.example`, fetch_from: `imap://mail.localhost:${imap}`, fetch_as: user, fetch_secret: 'desk', ...more })
	const marked = arrive('crash', message('Killed before the mark', 'crash@kaname.example'))
	arrive('move', message('Killed before the move', 'move@kaname.example'))
	let server
	try {
		server = await begin('UID STORE', `smtp://mail.localhost:${submission}`, 'let me in')
		const customer = await server.as.make('customers', { name: 'Aoba' })
		await server.as.make('people', { account: 'user', name: 'User', mail: 'user@people.example', customer: customer.number })
		await server.as.make('people', { account: 'desk', name: 'Desk', roles: ['incident_and_service_request.service_desk'], mail: 'desk@people.example', notice_rules: [{ event: 'mention', mail: 'at_once' }] })
		const { number: shut } = await server.as.make('incidents', { title: 'Shut out', caller: 'user' })
		await mention(server.as, shut)
		const waiting = await signIn(server.url, 'admin', 'a long password')
		await until(async () => /どのメールサーバにもサインインできません：535/.test((await waiting.get('/administration/mails?show=waiting')).text), () => server.log)
		await box('crash')
		assert.equal((await server.ended).signal, 'SIGKILL')
		assert.ok(!isSeen('crash', marked))
		server = await begin('UID MOVE', `smtps://127.0.0.1:${submissions}`)
		await until(() => isSeen('crash', marked), () => server.log)
		assert.equal(await count('Killed before the mark'), 1)
		const { number } = await server.as.make('incidents', { title: 'Sent by TLS', caller: 'user' })
		await mention(server.as, number)
		const pages = await signIn(server.url, 'admin', 'a long password')
		await until(async () => /certificate/.test((await pages.get('/administration/mails?show=waiting')).text), async () => (await pages.get('/administration/mails?show=waiting')).text)
		await box('move', { fetch_moves_to: 'Done' })
		assert.equal((await server.ended).signal, 'SIGKILL')
		server = await begin(null, `smtps://mail.localhost:${submissions}`)
		await until(() => isSeen('move', '', '/.Done'), () => server.log)
		assert.equal(await count('Killed before the move'), 1)
		const { number: other } = await server.as.make('incidents', { title: 'Sent by TLS', caller: 'user' })
		await mention(server.as, other)
		await until(() => /<= out@kaname\.example [^\n]* P=esmtpsa X=TLS1\.[23]:\S+ [^\n]*A=login:kaname/.test(exim()), () => exim() + server.log)
		await box('stranger', { fetch_from: `imaps://127.0.0.1:${imaps}`, fetch_as: 'desk' })
		await until(() => /cannot be fetched from.*(certificate|SSL)/i.test(server.log), () => server.log)
	} finally {
		await server?.kill()
		place.remove()
	}
})
