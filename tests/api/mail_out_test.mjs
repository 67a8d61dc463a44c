// Mail that goes out: what it says to whom, that it goes at least once, and what becomes of what a mail server refuses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kaname, run, serve, signIn, stage, until } from './support.mjs'
import { handOver, sink } from './sink.mjs'

const MINUTE = 60000
let s, admin, peer, words

before(async () => {
	peer = await sink()
	words = (directory) => ['--overlay', join(directory, 'more'), '--key', join(directory, 'key'), '--lmtp-listen', join(directory, 'lmtp'), '--smtp', peer.url, '--outbox-keep', '1d', '--origin', 'https://kaname.example', '--mail-from', 'Service desk <out@kaname.example>']
	const more = (directory) => {
		mkdirSync(join(directory, 'more'), { recursive: true })
		writeFileSync(join(directory, 'more', 'files.yaml'), 'process: incident_and_service_request\nmails:\n  mention: {encloses_mb: 1}\n')
		return words(directory)
	}
	s = await stage({ people: ['desk', 'resolver', 'security'], clock: true, words: more })
	admin = s.as.admin
	await admin.make('mailboxes', { address: 'desk@kaname.example', service: s.made.service.number, group: 'servers' })
	for (const account of ['resolver', 'user', 'desk', 'security']) await admin.patch(`/people/${account}`, { mail: `${account}@people.example` })
	await s.as.resolver.patch('/people/resolver', { notice_rules: [{ event: 'mention', mail: 'at_once' }], language: 'ja' })
})
after(async () => {
	peer.end()
	await s?.server.stop()
	s?.remove()
})

const open = async (fields) => (await s.as.desk.make('incidents', { title: '注文が止まる', caller: 'user', service: s.made.service.number, group: 'servers', ...fields })).number
const mention = (number, words = 'please look') => s.as.desk.post(`/incidents/${number}/comments`, { text: `@resolver ${words}` })
const arrives = (message) => handOver(join(s.directory, 'lmtp'), message, 'desk@kaname.example')
const page = async (path) => (await (await s.pagesOf('admin')).get(path)).text

test('a notice goes out as a mail in its reader\'s language, and an answer to it finds its record', async () => {
	const number = await open()
	await mention(number)
	const mail = await peer.next()
	assert.deepEqual([mail.from, mail.to], ['out@kaname.example', 'resolver@people.example'])
	assert.match(mail.headers.subject, new RegExp(`^\\[${number}\\] 注文が止まる：deskさんがあなたをメンションしました$`))
	assert.match(mail.headers['message-id'], /^<kaname\.\d+\.[0-9a-f]{16}@kaname\.example>$/)
	const root = `<record.${number}@kaname.example>`
	assert.deepEqual(['references', 'in-reply-to', 'reply-to', 'auto-submitted', 'x-loop'].map((name) => mail.headers[name]), [root, root, 'desk@kaname.example', 'auto-generated', 'desk@kaname.example'])
	assert.ok(mail.text.includes(`https://kaname.example/${number}`), mail.text)
	assert.match(mail.text, /^resolver様\n[^]*メンションされました。[^]*@resolver please look/)
	assert.ok(mail.html.includes(`<a href="https://kaname.example/${number}">`) && mail.html.includes('@resolver please look'), mail.html)
	const answer = await arrives(`From: resolver@people.example\nTo: desk@kaname.example\nSubject: Re: other words\nMessage-ID: <a1@people.example>\nIn-Reply-To: ${mail.headers['message-id']}\n\nDone.\n`)
	assert.match(answer, new RegExp(`answered ${number}$`))
	assert.match(await page('/administration/mails'), new RegExp(`(?:送信済み|>sent)</td>[^]*${number}`))
	await told(number)
})

// In the timeline of the record, and by the API: to staff both ways, to the customer's people neither.
async function told(number) {
	const path = `/incidents/${number}/mails`, all = (await admin.get(path)).body.items
	assert.deepEqual(all.map((mail) => [mail.direction, mail.person, mail.state, mail.event]), [['in', 'resolver', 'answered', undefined], ['out', 'resolver', 'sent', 'mention']])
	assert.deepEqual([all[0].reason, all[1].reason], ['The sender was known by the address resolver@people.example; It answers a mail about ' + number, 'The mail server said: 250 2.0.0 taken'])
	const first = (await admin.get(`${path}?limit=1`)).body, second = (await admin.get(`${path}?limit=1&after=${first.next}`)).body
	assert.deepEqual([[...first.items, ...second.items], second.next], [all, null])
	assert.deepEqual((await s.as.desk.get(path)).body.items.map((mail) => [mail.direction, mail.reason !== '']), [['in', true], ['out', false]], 'what mail servers said is for administrators')
	assert.deepEqual((await s.as.user.get(path)).body.items, [])
	const [desk, user, resolver] = await Promise.all(['desk', 'user', 'resolver'].map(async (who) => (await (await s.pagesOf(who)).get(`/${number}?show=mail`)).text))
	assert.match(resolver, /resolver<\/b>[^]{0,9}からメールを受信|<b>resolver<\/b>/)
	assert.match(resolver, new RegExp(`差出人をアドレス resolver@people.example で特定しました；${number}に関するメールへの返信です`))
	assert.match(resolver, /<dd>送信済み（/)
	assert.match(desk, /Mail to [^]*href='\/MAIL-\d+\/files\/\d+\/mail\.eml'|href='\/MAIL-\d+\/files\/\d+\/mail\.eml'[^]*Mail to /)
	assert.doesNotMatch(desk, /administration\/mails/)
	assert.doesNotMatch(user, /resolver@|MAIL-|Mail to/)
	const raw = /href='(\/MAIL-\d+\/files\/\d+\/mail\.eml)'/.exec(desk)[1]
	assert.match((await (await s.pagesOf('desk')).get(raw)).text, /Message-ID: <a1@people\.example>/)
}

// As another program reads it: the files of a mail, by name, type and digest.
const READ = `import sys, json, hashlib, email, email.policy
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps([[part.get_filename(), part.get_content_type(), hashlib.sha256(part.get_payload(decode=True)).hexdigest()] for part in mail.iter_attachments()]))`

test('files are enclosed as far as the rule allows, whatever they are called, and led to beyond it', async () => {
	const number = await open({ title: 'Files' }), form = new FormData()
	const files = [['見積書（第1版）.pdf', 'application/pdf', randomBytes(300e3)], ['too much.bin', 'application/octet-stream', randomBytes(800e3)], ...Array.from({ length: 12 }, (_, i) => [`small ${i}.txt`, 'text/plain', Buffer.from(`.\r\nline ${i}\n.`)])]
	form.append('text', '@resolver see the files')
	form.append('audience', 'internal')
	for (const [name, type, bytes] of files) form.append('file', new Blob([bytes], { type }), name)
	assert.equal((await (await s.pagesOf('desk')).post(`/${number}/comments`, form, `/${number}`)).status, 303)
	const mail = await peer.next(), read = spawnSync('python3', ['-c', READ], { input: Buffer.from(mail.raw, 'latin1'), encoding: 'utf8' })
	assert.equal(read.status, 0, read.stderr)
	assert.deepEqual(JSON.parse(read.stdout), files.filter(([name]) => name !== 'too much.bin').map(([name, type, bytes]) => [name, type, createHash('sha256').update(bytes).digest('hex')]))
	assert.match(mail.text, new RegExp(`https://kaname\\.example/${number}/files/\\d+/too(%20|\\+)much\\.bin`))
})

test('a mail about a change shows what changed, and only to whoever may see it when it is sent', async () => {
	const number = await open({ title: 'Leak' })
	await s.as.security.patch('/people/security', { notice_rules: [{ event: 'notice', mail: 'at_once' }] })
	peer.answers.mail = '421 busy'
	await s.as.desk.patch(`/incidents/${number}`, { security: true, impact: 'high', urgency: 'high' })
	await until(async () => /421 busy/.test(await page('/administration/mails?show=waiting')))
	s.clock.ahead(2 * MINUTE)
	const [mail] = [await peer.next(), await peer.next()].filter((mail) => mail.headers.subject.startsWith(`[${number}]`))
	assert.equal(mail.to, 'security@people.example')
	assert.match(mail.text, /Priority: P4 → P2\n/)
	assert.match(mail.text, /Security incident: .* → Yes\n/)
	assert.match(mail.html, /<th>Priority<\/th>\n<td>[^<]+<\/td>\n<td>→<\/td>\n<td>P2/)
	const one = /mails\/\d+/.exec(await page('/administration/mails'))[0]
	assert.doesNotMatch(await page(`/administration/${one}`), /Content-Type: text\/plain/, 'whoever may not see the incident sees no raw form')
	peer.answers.mail = '421 busy'
	await mention(await open({ title: 'Gone' }))
	await until(async () => /421 busy/.test(await page('/administration/mails?show=waiting')))
	await admin.patch('/people/resolver', { active: false })
	s.clock.ahead(2 * MINUTE)
	await until(async () => /not active any more/.test(await page('/administration/mails')))
	await admin.patch('/people/resolver', { active: true })
	assert.equal(peer.mails.length, 0)
})

test('a digest gathers, and one click turns it off', async () => {
	const soon = new Date(s.clock.now().getTime() + 9 * 60 * MINUTE + 2 * MINUTE).toISOString().slice(11, 16)
	await s.as.resolver.patch('/people/resolver', { digest_times: soon, notice_rules: [{ event: 'mention', mail: 'digest' }, { event: 'approval', mail: 'at_once' }], language: 'en' })
	const numbers = [await open({ title: 'One' }), await open({ title: 'Two' })]
	for (const number of numbers) await mention(number)
	s.clock.ahead(3 * MINUTE)
	const mail = await peer.next()
	assert.equal(mail.headers.subject, '2 notices')
	for (const number of numbers) assert.ok(mail.text.includes(`https://kaname.example/${number}\n`))
	for (const number of numbers) assert.deepEqual((await admin.get(`/incidents/${number}/mails`)).body.items.map((one) => [one.person, one.event, one.direction]), [['resolver', 'mention', 'out']], 'each of the records tells of it')
	assert.deepEqual([mail.headers['list-unsubscribe-post'], mail.headers.references], ['List-Unsubscribe=One-Click', undefined])
	const link = /^<https:\/\/kaname\.example(\/digest\/.*)>$/.exec(mail.headers['list-unsubscribe'])[1]
	const rules = async () => (await admin.get('/people/resolver')).body.notice_rules.map((rule) => `${rule.event} ${rule.mail}`)
	assert.equal((await fetch(s.url + link)).status, 200)
	assert.deepEqual(await rules(), ['mention digest', 'approval at_once'], 'looking changes nothing')
	assert.equal((await fetch(`${s.url}${link.slice(0, -2)}xx`, { method: 'POST' })).status, 404)
	const done = await fetch(s.url + link, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
	assert.deepEqual([done.status, (await rules()).sort()], [200, ['approval at_once', 'mention never']])
	assert.doesNotMatch(await page(/\/administration\/mails\/\d+/.exec(await page('/administration/mails'))[0]), /\/digest\//, 'which an administrator does not get')
	await s.as.resolver.patch('/people/resolver', { notice_rules: [{ event: 'mention', mail: 'at_once' }] })
})

test('what comes back is known, and an address from which everything comes back is left alone', async () => {
	const bounced = (mail) => arrives(`From: MAILER-DAEMON@relay.example
To: out@kaname.example
Subject: Undelivered
Message-ID: <b${mail.headers['message-id'].slice(1)}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ${mail.to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: ${mail.headers['message-id']}
--b--
`)
	for (let i = 0; i < 3; i++) {
		const number = await open({ title: `Back ${i}` })
		await mention(number)
		assert.match(await bounced(await peer.next()), new RegExp(`bounced ${number}$`))
	}
	assert.match(await page('/administration/mails?show=bounced'), /550 5\.1\.1 no such user/)
	await mention(await open({ title: 'Once more' }))
	const held = await until(async () => /href='(\/administration\/mails\/\d+)'/.exec(await page('/administration/mails?show=paused')))
	assert.equal((await admin.get('/notices')).body.items.filter((notice) => /resolver@people\.example comes back/.test(JSON.stringify(notice))).length, 1)
	await (await s.pagesOf('admin')).post(held[1], { do: 'retry' }, held[1])
	await peer.next()
	await mention(await open({ title: 'Works again' }))
	await peer.next()
})

test('what is refused for now comes again, under the same name; what is refused for good is dead until somebody decides', async () => {
	const number = await open({ title: 'Slow' })
	peer.answers.rcpt = '451 4.7.1 greylisted'
	await mention(number)
	await until(async () => /greylisted/.test(await page('/administration/mails?show=waiting')))
	s.clock.ahead(2 * MINUTE)
	await peer.next()
	peer.answers.end = 'drop'
	const again = new Promise((resolve) => { peer.seen = (text) => { peer.seen = null; resolve(text) } })
	await mention(number, 'and again')
	const first = await again
	await until(async () => /tried again later|再送待ち/.test(await page('/administration/mails?show=waiting')))
	s.clock.ahead(2 * MINUTE)
	assert.equal((await peer.next()).headers['message-id'], /^Message-Id: (.*)\r$/mi.exec(first)[1])
	peer.answers.rcpt = '550 5.1.1 nobody here'
	await mention(number, 'for nobody')
	const dead = await until(async () => /href='(\/administration\/mails\/\d+)'/.exec(await page('/administration/mails?show=failed')))
	assert.match(await page(dead[1]), /550 5\.1\.1 nobody here/)
	assert.match((await (await fetch(`${s.url}/metrics`)).text()), /kaname_mails_dead 1\n/)
	await (await s.pagesOf('admin')).post(dead[1], { do: 'retry' }, dead[1])
	assert.match((await peer.next()).text, new RegExp(number))
})

test('what was sent long ago is kept as that it was sent, but whole while anything is held', async () => {
	const thinned = async () => Number(/kaname_jobs_total\{name="outbox",result="done"\} (\d+)/.exec(await (await fetch(`${s.url}/metrics`)).text())[1])
	const anew = async (days, rounds) => {
		const before = await thinned()
		s.clock.ahead(days * 24 * 60 * MINUTE)
		await until(async () => await thinned() >= before + rounds)
		return (await signIn(s.url, 'admin', 'a long password')).get('/administration/mails/1').then((answer) => answer.text)
	}
	await admin.patch('/people/resolver', { roles: ['information_security.manager'] })
	const hold = await s.as.resolver.make('legal-holds', { title: 'A claim', ordered_by: 'Court', owner: 'resolver', record_type: 'incident' })
	assert.match(await anew(3, 1), /class='raw'[^>]*>[^]*Message-Id: /)
	await s.as.resolver.take(`/legal-holds/${hold.number}`, 'release', { comment: 'Settled' })
	const page = await anew(2, 2)
	assert.ok(!/class='raw'|resolver@people/.test(page))
	assert.match(page, /no longer kept|残っていません/)
	assert.match(page, /@kaname\.example/, 'answers to it still find their record')
})

test('a crash between sending and writing it down sends it again, as the same mail', async () => {
	const number = await open({ title: 'Crash' })
	peer.answers.end = 'silence'
	const seen = new Promise((resolve) => { peer.seen = (text) => { peer.seen = null; resolve(text) } })
	await mention(number)
	const first = await seen
	await s.server.kill()
	s.clock.ahead(11 * MINUTE)
	s.server = await serve(s.database, words(s.directory), kaname, s.clock.env)
	assert.equal((await peer.next()).headers['message-id'], /^Message-Id: (.*)\r$/mi.exec(first)[1])
	assert.equal(run(['verify', '--database', s.database, '--key', join(s.directory, 'key')]).code, 0)
})
