// Mail that comes in: what it leads to, whom it is from, and that it is taken once.
import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { query, run, runAside, stage } from './support.mjs'

let s, admin, serial = 0

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'resolver'], words: (directory) => ['--lmtp-listen', join(directory, 'lmtp')] })
	admin = s.as.admin
	for (const account of ['user', 'colleague', 'user2', 'desk', 'desk_manager']) await admin.patch(`/people/${account}`, { mail: `${account}@people.example` })
	await admin.patch(`/customers/${s.made.customer.number}`, { domain: 'aoba.example' })
	await admin.make('mailboxes', { address: 'desk@kaname.example', service: s.made.service.number, group: 'servers', category: 'mail' })
	await admin.make('mailboxes', { address: 'open@kaname.example', unknown_sender: 'contact', trusted_host: 'mx.kaname.example', language: 'en' })
	await admin.make('mailboxes', { address: 'closed@kaname.example', unknown_sender: 'refuse' })
	await admin.make('mailboxes', { address: 'calls@kaname.example', opens: 'interaction' })
})
after(() => s?.end())

// headers: more, or others; a header that is null is left out.
function mail(from, subject, text, headers = {}) {
	const all = { From: from, To: 'desk@kaname.example', Subject: subject, 'Message-ID': `<${++serial}@people.example>`, ...headers }
	return Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\n`).join('') + `\n${text}\n`
}

// As a mail server starts the program for it.
function pipe(message, mailbox) {
	const done = run(['mail-in', ...(mailbox ? ['--mailbox', mailbox] : [])], { input: message, database: s.database })
	const [kept, outcome, record] = outcomeIn(done.out)
	return { ...done, kept, outcome, record }
}

// What is said in one go (text, or bytes of a mail without their dot), and the answers to it.
async function lmtp(...said) {
	const socket = connect(join(s.directory, 'lmtp')), answers = []
	let rest = ''
	socket.on('data', (data) => {
		rest += data
		for (let end; (end = rest.indexOf('\r\n')) >= 0; rest = rest.slice(end + 2)) if (rest[3] !== '-') answers.push(rest.slice(0, end))
	})
	const over = new Promise((resolve) => socket.on('close', resolve))
	for (const one of said) socket.write(one)
	await over
	return answers.slice(1)
}
const crlf = (text) => text.replace(/\r?\n/g, '\r\n')
const handOver = (message, to, from = '<user@people.example>') => lmtp(`LHLO here\r\nMAIL FROM:${from} SIZE=100\r\n${to.map((address) => `RCPT TO:<${address}>\r\n`).join('')}DATA\r\n`, crlf(message).replace(/^\./gm, '..'), '.\r\nQUIT\r\n')
const outcomeIn = (told) => /^(?:250 2.0.0 )?(MAIL-\d+): (\w+)(?: (\S+))?\n?$/.exec(told)?.slice(1) ?? []

// As a mail server hands it over to the service.
async function send(message) {
	const told = await handOver(message, [/^To: (.*)$/m.exec(message)[1]], /^Return-Path: (.*)$/m.exec(message)?.[1])
	const [kept, outcome, record] = outcomeIn(told[4])
	return { kept, outcome, record }
}

const encoded = (words) => `=?UTF-8?B?${Buffer.from(words).toString('base64')}?=`
const idOf = (message) => /^Message-ID: (.*)$/m.exec(message)[1]
const fields = async (number, as = admin) => (await as.get(`/${{ INC: 'incidents', MAIL: 'mails', CALL: 'interactions', REQ: 'service-requests' }[number.split('-')[0]]}/${number}`)).body
const comments = async (number, as = admin) => (await as.all(`/incidents/${number}/comments`)).map((comment) => comment.text)

test('a mail opens an incident of its sender, with what it brings, and is kept as it came', async () => {
	const message = mail(`${encoded('利用者')} <User@People.example>`, encoded('プリンタが動かない'), `--b
Content-Type: text/plain; charset=UTF-8

印刷できません。
--${' '}
利用者
--b
Content-Type: image/png; name=screen.png
Content-Transfer-Encoding: base64

UE5H
--b--`, { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=b' })
	const sent = pipe(message), incident = await fields(sent.record), kept = await fields(sent.kept)
	assert.equal(sent.code, 0)
	assert.deepEqual([incident.title, incident.description, incident.caller, incident.created_by, incident.channel], ['プリンタが動かない', '印刷できません。', 'user', 'user', 'mail'])
	assert.deepEqual([incident.customer, incident.service, incident.group, incident.category], [s.made.customer.number, s.made.service.number, s.made.group.number, 'mail'])
	const files = await s.as.user.all(`/incidents/${sent.record}/attachments`)
	assert.deepEqual(files.map((file) => [file.name, file.media_type, file.size]), [['screen.png', 'image/png', 3]])
	assert.deepEqual([kept.state, kept.outcome, kept.sender, kept.incidents, kept.folded, kept.version], ['taken', 'opened', 'user', [sent.record], '-- \n利用者', 1])
	const raw = (await admin.all(`/mails/${sent.kept}/attachments`))[0]
	assert.equal((await admin.get(`/mails/${sent.kept}/attachments/${raw.number ?? raw.id}`)).bytes.toString(), message)
	assert.equal((await s.as.user.get(`/mails/${sent.kept}`)).status, 404, 'which customers never see')
})

test('a mail is taken in once, however often it is handed over, at once too', async () => {
	const message = mail('user@people.example', 'Once', 'only')
	const tried = await Promise.all(Array.from({ length: 5 }, () => runAside(['mail-in', '--database', s.database], message)))
	assert.equal(tried.filter((told) => /opened/.test(told)).length, 1)
	assert.equal(tried.filter((told) => told === 'taken before\n').length, 4)
	assert.equal((await admin.get(`/incidents${query({ filter: 'title = "Once"', count: 'true' })}`)).body.total, 1)
	const again = pipe(message, 'open@kaname.example')
	assert.equal(again.outcome, 'repeated')
	assert.equal((await fields(again.kept)).state, 'kept', 'two recipients make one incident')
})

test('devices that give all their mails one Message-ID lose none; a copy that came through a list is the same mail', async () => {
	const scan = (subject, minute) => mail('user@people.example', subject, 'A page.', { 'Message-ID': '<scanner@people.example>', Date: `Mon, 23 Nov 2026 10:0${minute}:00 +0900` })
	const [first, second] = [pipe(scan('Scan 1', 1)), pipe(scan('Scan 2', 2))]
	assert.deepEqual([first.outcome, second.outcome, first.record === second.record], ['opened', 'opened', false])
	for (const [subject, minute] of [['Scan 1', 1], ['Scan 2', 2], ['[list] Scan 2', 2]]) assert.equal(pipe(scan(subject, minute)).out, 'taken before\n')
	assert.equal(pipe(scan('Scan 3', 3).replace(/^Date:.*\n/m, '')).out, 'taken before\n', 'nothing tells them apart')
})

test('an answer finds its incident by what it refers to, or by the number of one that its sender may see', async () => {
	const first = mail('user@people.example', 'Slow', 'It is slow.'), { record } = await send(first)
	const reply = mail('colleague@people.example', 'Re: Slow', 'Here too.\n\nOn Monday, User wrote:\n> It is slow.', { 'In-Reply-To': idOf(first) })
	assert.deepEqual([(await send(reply)).outcome, (await send(mail('user@people.example', 'Re: Slow', 'Still.', { References: `<x@y> ${idOf(reply)}` }))).record], ['answered', record])
	assert.equal((await send(mail('user@people.example', `[${record}] Slow`, 'By number.'))).record, record)
	assert.deepEqual((await comments(record, s.as.user)).sort(), ['By number.', 'Here too.', 'Still.'])
	const stranger = await send(mail('user2@people.example', `Re: [${record}]`, 'Let me in.'))
	assert.equal(stranger.outcome, 'opened', 'a number is no key to what one may not see')
	assert.notEqual(stranger.record, record)
	const forwarded = await send(mail('user2@people.example', 'Re: Slow', 'I was sent this.', { 'In-Reply-To': idOf(first) }))
	assert.deepEqual([forwarded.outcome, forwarded.record], ['denied', record])
	assert.equal((await fields(forwarded.kept)).state, 'held')
	assert.equal((await comments(record)).length, 3)
	const passedOn = await send(mail('user@people.example', `Fwd: [${record}] Slow`, 'This, too?', { 'In-Reply-To': idOf(first) }))
	assert.deepEqual([passedOn.outcome, passedOn.record === record], ['opened', false], 'what is forwarded begins something new')
	assert.equal((await send(mail('user@people.example', 'Re: Fwd: Slow', 'Solved.', { 'In-Reply-To': `<${serial}@people.example>` }))).record, passedOn.record, 'an answer to it does not')
	await send(mail('desk@people.example', `Re: [${record}]`, 'Among us: look at the disk.'))
	assert.equal((await comments(record, s.as.user)).length, 3, 'what staff write stays among staff')
	assert.equal((await comments(record)).length, 4)
})

test('an answer reopens what was resolved, goes where an incident was merged to, and stands beside what is over', async () => {
	const first = mail('user@people.example', 'Down', 'It is down.'), { record } = await send(first), path = `/incidents/${record}`
	const { desk } = s.as
	await desk.take(path, 'start', { assignee: 'desk', security: false, ci_unknown_reason: 'unknown' })
	await desk.take(path, 'resolve', { resolution: 'Restarted.', closing_code: 'solved' })
	assert.equal((await send(mail('colleague@people.example', 'Re: Down', 'Works here.', { 'In-Reply-To': idOf(first) }))).outcome, 'answered')
	assert.equal((await fields(record)).state, 'resolved', 'whose trouble it is not reopens nothing')
	const again = await send(mail('user@people.example', 'Re: Down', 'It is down again.', { 'In-Reply-To': idOf(first) }))
	assert.deepEqual([again.outcome, again.record, (await fields(record)).state], ['reopened', record, 'in_progress'])
	const other = await desk.make('incidents', { title: 'The whole', caller: 'user' })
	await desk.take(path, 'merge', { merged_into: other.number })
	assert.equal((await send(mail('user@people.example', 'Re: Down', 'And?', { 'In-Reply-To': idOf(first) }))).record, other.number)
	const gone = mail('user@people.example', 'Gone', 'x'), { record: cancelled } = await send(gone)
	await desk.take(`/incidents/${cancelled}`, 'cancel', { comment: 'Not ours.' })
	const late = await send(mail('user@people.example', 'Re: Gone', 'It is yours.', { 'In-Reply-To': idOf(gone) }))
	assert.equal(late.outcome, 'opened')
	const links = await admin.all(`/incidents/${late.record}/links`)
	assert.ok(links.some((link) => link.number === cancelled || link.other === cancelled || JSON.stringify(link).includes(cancelled)), 'linked to the one that is over')
})

test('who is not known becomes a contact, waits or is refused, as the mailbox says', async () => {
	const made = await send(mail('Hanako <hanako@aoba.example>', 'New here', 'Hello', { To: 'open@kaname.example' }))
	assert.equal(made.outcome, 'opened')
	const person = (await admin.get('/people/hanako@aoba.example')).body
	assert.deepEqual([person.name, person.mail, person.customer, person.language, person.roles], ['Hanako', 'hanako@aoba.example', s.made.customer.number, 'en', []])
	assert.equal((await fields(made.record)).caller, 'hanako@aoba.example')
	assert.equal((await send(mail('x@elsewhere.example', 'Who?', 'Hello', { To: 'open@kaname.example' }))).outcome, 'unknown', 'of no customer\'s domain')
	assert.equal((await send(mail('n@aoba.example', 'News', 'Buy!', { To: 'open@kaname.example', Precedence: 'bulk' }))).outcome, 'unknown', 'no contacts of newsletters')
	assert.equal((await send(mail('desk', 'I am an account', 'and no address', { To: 'open@kaname.example' }))).outcome, 'unknown')
	const refused = pipe(mail('x@elsewhere.example', 'Who?', 'Hello', { To: 'closed@kaname.example' }))
	assert.equal(refused.code, 77)
	assert.match(refused.err, /takes no mail from strangers/)
	assert.equal((await admin.get(`/mails${query({ filter: 'state = refused', count: 'true' })}`)).body.total, 1, 'and is kept all the same')
	const held = await send(mail('x@elsewhere.example', 'Wait', 'for somebody'))
	assert.deepEqual([held.outcome, (await fields(held.kept)).state], ['unknown', 'held'])
	const { number } = await s.as.desk_manager.take(`/mails/${held.kept}`, 'make_incident', { sender: 'user' })
	const incident = await fields((await fields(number)).incidents[0])
	assert.deepEqual([incident.title, incident.description, incident.caller, incident.channel, incident.group], ['Wait', 'for somebody', 'user', 'mail', s.made.group.number])
})

test('a sender whom the trusted host doubts opens nothing; what others say of senders does not count', async () => {
	const doubted = (host) => send(mail('user@people.example', 'Pay', 'now', { To: 'open@kaname.example', 'Authentication-Results': `${host}; dmarc=fail` }))
	assert.deepEqual([(await doubted('mx.kaname.example')).outcome, (await doubted('mx.evil.example')).outcome], ['doubtful', 'opened'])
	// What it found is known to rules: of both signatures one passes; what somebody else wrote is nobody's verdict.
	await s.as.desk_manager.make('assignment-rules', { title: 'Proven senders', for: 'incident', condition: 'channel = mail and sender_check = pass', group: s.made.group.number, rank: 1 })
	const from = (said) => send(mail('user@people.example', 'Who', 'am I', { To: 'open@kaname.example', 'Authentication-Results': said }))
	const proven = await from('mx.kaname.example 1; spf=SoftFail smtp.mailfrom=x.example; dkim=fail (bad key) header.d=x.example; dkim=pass header.d=people.example; dmarc=pass header.from=people.example')
	const claimed = await from('mx.evil.example; spf=pass; dkim=pass; dmarc=pass'), strange = await from('mx.kaname.example; spf=whatever; dmarc=none')
	const verdicts = async ({ kept }) => { const { spf, dkim, dmarc } = await fields(kept); return [spf, dkim, dmarc] }
	assert.deepEqual([await verdicts(proven), await verdicts(claimed), await verdicts(strange)], [['softfail', 'pass', 'pass'], [null, null, null], [null, null, 'none']])
	assert.deepEqual([(await fields(proven.record)).group, (await fields(claimed.record)).group, (await fields(strange.record)).sender_check], [s.made.group.number, null, 'none'])
	const found = await admin.all(`/incidents${query({ filter: 'has link(mails where spf = softfail)' })}`)
	assert.deepEqual(found.map((one) => one.number), [proven.record])
})

test('automatic answers, bounces and our own mail open nothing and answer nothing', async () => {
	const before = (await admin.get(`/incidents${query({ count: 'true' })}`)).body.total
	const first = mail('user@people.example', 'Away', 'x'), { record } = await send(first), refers = { 'In-Reply-To': idOf(first) }
	const away = await send(mail('user@people.example', 'Automatic reply: Away', 'On holiday.', { ...refers, 'Auto-Submitted': 'auto-replied' }))
	assert.deepEqual([away.outcome, away.record], ['automatic', record])
	assert.equal((await send(mail('MAILER-DAEMON@people.example', 'Undelivered', 'x', { 'Return-Path': '<>' }))).outcome, 'bounced')
	assert.equal((await send(mail('desk@kaname.example', 'Loop', 'x'))).outcome, 'looped')
	assert.equal((await send(mail('user@people.example', 'Loop', 'x', { 'X-Loop': 'open@kaname.example' }))).outcome, 'looped')
	assert.equal((await comments(record)).length, 0)
	assert.equal((await admin.get(`/incidents${query({ count: 'true' })}`)).body.total, before + 1)
})

test('what is no mail at all is kept with what it was, and tells the mail server what to do', async () => {
	const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 256))
	const sent = pipe(noise, 'desk@kaname.example')
	assert.equal(sent.code, 0)
	assert.equal((await fields(sent.kept)).state, 'held')
	const raw = (await admin.all(`/mails/${sent.kept}/attachments`)).find((file) => file.name === 'mail.eml')
	assert.equal(raw.size, noise.length)
	assert.equal(pipe(mail('user@people.example', 'x', 'x'), 'nobody@kaname.example').code, 67)
	assert.equal(pipe(Buffer.alloc(26 * 1024 * 1024, 'x'), 'desk@kaname.example').code, 65)
	assert.equal(run(['mail-in', 'too', 'many'], { input: '', database: s.database }).code, 64)
})

test('LMTP answers for each recipient when its mail is kept; several mailboxes make one incident', async () => {
	const message = mail('user@people.example', 'By LMTP', '.hidden\n..\n.')
	const told = await handOver(message, ['desk@kaname.example', 'nobody@kaname.example', 'open+tag@kaname.example'])
	assert.deepEqual(told.map((line) => line.slice(0, 9)), ['250 SIZE ', '250 2.1.0', '250 2.1.5', '550 5.1.1', '250 2.1.5', '354 Go ah', '250 2.0.0', '250 2.0.0', '221 2.0.0'])
	const [first, second] = told.slice(6, 8).map(outcomeIn)
	assert.deepEqual([first[1], second[1]], ['opened', 'repeated'])
	const incident = await fields((await fields(first[0])).incidents[0])
	assert.deepEqual([incident.title, incident.description, incident.channel], ['By LMTP', '.hidden\n..\n.', 'mail'])
	assert.deepEqual((await fields(second[0])).incidents, [incident.number], 'of one incident')
	assert.equal((await handOver(message, ['desk@kaname.example']))[4], '250 2.0.0 Taken before')
	await admin.patch('/people/user', { mail: 'before@people.example' })
	await admin.patch('/people/colleague', { mail: 'user@people.example' })
	assert.equal((await fields((await send(mail('user@people.example', 'Whose?', 'x'))).record)).caller, 'colleague', 'who has the address now')
	for (const account of ['user', 'colleague']) await admin.patch(`/people/${account}`, { mail: `${account}@people.example` })
	assert.equal((await fields((await send(mail('user@people.example', 'Whose now?', 'x'))).record)).caller, 'user')
	const raw = (await admin.all(`/mails/${first[0]}/attachments`))[0]
	assert.equal((await admin.get(`/mails/${first[0]}/attachments/${raw.number ?? raw.id}`)).bytes.toString(), `Return-Path: <user@people.example>\r\n${crlf(message)}`)
})

test('LMTP refuses what is too much, too large or no command, and goes on', async () => {
	assert.deepEqual(await lmtp('EHLO x\r\nMAIL FROM:<a@b>\r\nLHLO x\r\nRCPT TO:<desk@kaname.example>\r\nDATA\r\nMAIL FROM:<a@b> SIZE=99999999\r\nMAIL TO:x\r\n', `NOOP ${'x'.repeat(5000)}\r\n`, 'RSET\r\nVRFY x\r\nQUIT\r\n'),
		['500 5.5.1 LHLO: this is LMTP', '503 5.5.1 LHLO first', '250 SIZE 26214400', '503 5.5.1 MAIL first', '503 5.5.1 RCPT first', '552 5.3.4 A mail may have at most 25 MB',
			'501 5.5.4 MAIL FROM:<address>', '500 5.5.2 That line is too long', '250 2.0.0 Forgotten', '252 2.0.0 Hand it over, and see', '221 2.0.0 Farewell'])
	const large = await lmtp('LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<desk@kaname.example>\r\nDATA\r\n', Buffer.alloc(27_000_000, 'a\r\n'), '.\r\nQUIT\r\n')
	assert.deepEqual(large.slice(4), ['552 5.3.4 A mail may have at most 25 MB', '221 2.0.0 Farewell'])
	assert.equal((await handOver(mail('x@elsewhere.example', 'Who?', 'x'), ['closed@kaname.example']))[4], '550 5.7.1 This mailbox takes no mail from strangers')
	const smuggled = `${crlf(mail('user@people.example', 'Two in one', 'first'))}\n.\nMAIL FROM:<a@b>\r\nRCPT TO:<desk@kaname.example>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n`
	assert.equal((await handOver(smuggled, ['desk@kaname.example'])).length, 6, 'a lone LF ends no mail')
	const many = await lmtp('oops\r\n'.repeat(25))
	assert.equal(many.at(-1), '421 4.7.0 Too many errors')
})

const passed = { To: 'open@kaname.example', 'Authentication-Results': 'mx.kaname.example; spf=pass; dmarc=pass (p=reject) header.from=people.example' }
// As a mail of ours would have it, signed with the key of the installation.
function signedLink(words) {
	const seed = readFileSync(`${s.database.replace(/^sqlite:/, '')}.key`, 'utf8').trim()
	const key = createPrivateKey({ key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'), format: 'der', type: 'pkcs8' })
	return `/decide/${words}.${sign(null, Buffer.from(`kaname decision link\n${words}`), key).toString('base64url')}`
}
const stateOf = async (number) => (await admin.get(`/approvals/${number}`)).body.state

test('the first line of an answer takes a step for whoever may take it, when it is proven whose it is', async () => {
	const { desk } = s.as, asked = async () => (await desk.make('approvals', { title: 'Buy it', approver: 'desk_manager' })).number
	const says = (number, from, text, headers = passed) => send(mail(`${from}@people.example`, `Re: [${number}] Buy it`, text, headers))
	const first = await asked(), second = await asked()
	assert.deepEqual([(await says(first, 'desk_manager', '承認します。', { To: passed.To })).outcome, (await says(first, 'desk_manager', 'Approve', { ...passed, 'Authentication-Results': 'mx.evil.example; dmarc=pass' })).outcome], ['powerless', 'powerless'], 'nothing proves it')
	const others = await says(first, 'desk', 'approve')
	assert.deepEqual([others.outcome, await stateOf(first)], ['powerless', 'requested'], 'whose decision it is not')
	assert.equal((await fields(others.kept)).state, 'held')
	assert.equal((await says(first, 'user', 'approve')).outcome, 'opened', 'who may not see it')
	const yes = await says(first, 'desk_manager', '承認します。\n\n予算内です。\n\nOn Monday, desk wrote:\n> May we?')
	const approval = (await admin.get(`/approvals/${first}`)).body
	assert.deepEqual([yes.outcome, approval.state, approval.decided_by], ['obeyed', 'approved', 'desk_manager'])
	const event = (await admin.all(`/approvals/${first}/history`)).find((one) => one.transition === 'approve')
	assert.deepEqual([event.via, event.by ?? event.who, event.comment?.text ?? event.comment], ['mail', 'desk_manager', '予算内です。'])
	const empty = await says(second, 'desk_manager', 'Reject!')
	assert.deepEqual([empty.outcome, await stateOf(second)], ['powerless', 'requested'], 'a refusal needs words')
	assert.match((await fields(empty.kept)).reason, /; APR-\d+: /)
	assert.deepEqual([(await says(second, 'desk_manager', 'Reject\nToo dear.')).outcome, await stateOf(second)], ['obeyed', 'rejected'])
})

test('the signed link that the answered mail has proves it as well; confirming closes, and twice is not reopening', async () => {
	const { desk } = s.as, first = mail('user@people.example', 'Broken', 'x', { To: 'open@kaname.example' }), { record } = await send(first), path = `/incidents/${record}`
	await desk.patch(path, { group: 'servers', service: s.made.service.number, category: 'mail', impact: 'low', urgency: 'low' })
	await desk.take(path, 'start', { assignee: 'desk', security: false, ci_unknown_reason: 'unknown' })
	await desk.take(path, 'resolve', { resolution: 'Restarted.', closing_code: 'solved' })
	const answer = (text, headers) => send(mail('user@people.example', 'Re: Broken', text, { ...passed, References: `<record.${record}@kaname.example>`, ...headers }))
	assert.equal((await answer('確認しました')).outcome, 'obeyed')
	assert.equal((await fields(record)).state, 'closed')
	assert.deepEqual([(await answer('確認しました。')).outcome, (await fields(record)).state], ['powerless', 'closed'])
	assert.deepEqual([(await answer('It is broken again')).outcome, (await fields(record)).state], ['reopened', 'in_progress'])
	if (!s.database.startsWith('sqlite:')) return // there is no key without a file for it
	const { number } = await desk.make('approvals', { title: 'By link', approver: 'desk_manager' })
	const quoting = (link) => send(mail('desk_manager@people.example', 'Re: By link', `approve\n\nOn Monday, Kaname wrote:\n> https://kaname.example${link}`))
	const person = (await admin.get('/people/desk_manager')).body.number, link = signedLink(`${number}.${person}.${Math.floor(Date.now() / 1000) + 600}`)
	assert.equal((await quoting(link.slice(0, -4) + 'AAAA')).outcome, 'opened', 'not signed here')
	assert.deepEqual([(await quoting(link)).outcome, await stateOf(number)], ['obeyed', 'approved'])
})

test('who gets a copy watches if they may see it, and too much of one sender waits', async () => {
	await admin.make('mailboxes', { address: 'few@kaname.example', hourly_most: 3, copies_watch: true })
	await admin.patch('/people/resolver', { mail: 'resolver@people.example' })
	const copies = { To: 'few@kaname.example', Cc: 'resolver@people.example, user@people.example, colleague@people.example, x@elsewhere.example' }
	const { record } = await send(mail('user2@people.example', 'With copies', 'x', copies))
	const history = JSON.stringify(await admin.all(`/incidents/${record}/history`))
	assert.deepEqual(['resolver', 'user', 'colleague'].map((who) => new RegExp(`"by":"${who}"`).test(history)), [true, false, false], history)
	for (let i = 0; i < 2; i++) await send(mail('user2@people.example', 'Again', 'x', copies))
	const one = await send(mail('user2@people.example', 'And again', 'x', copies))
	assert.deepEqual([one.outcome, (await fields(one.kept)).state], ['flooded', 'held'])
})

test('the mail of a security incident is seen by those alone who see the incident', async () => {
	const sent = await send(mail('user@people.example', 'My password was taken', 'by a page'))
	assert.equal((await s.as.resolver.get(`/mails/${sent.kept}`)).status, 200)
	await s.as.desk.patch(`/incidents/${sent.record}`, { security: true })
	assert.equal((await s.as.resolver.get(`/incidents/${sent.record}`)).status, 200, 'of whose group it is')
	assert.equal((await s.as.resolver.get(`/mails/${sent.kept}`)).status, 404)
	assert.equal((await s.as.desk.get(`/mails/${sent.kept}`)).status, 404)
	assert.equal((await s.as.desk.get(`/search${query({ q: 'password was taken' })}`)).body.items.length, 0)
})

test('a mailbox may open contacts instead', async () => {
	const sent = await send(mail('user@people.example', 'A question', 'How?', { To: 'calls@kaname.example' })), call = await fields(sent.record)
	assert.deepEqual([call.title, call.description, call.caller, call.channel, call.state], ['A question', 'How?', 'user', 'mail', 'open'])
})

test('8.1.2-a: by page, interface and mail the same fields are required of an incident', async () => {
	const wanted = (await s.as.user.post('/incidents', { description: '' })).body.errors.map((error) => `${error.field}: ${error.code}`)
	assert.deepEqual(wanted, ['title: required'])
	const page = await (await s.pagesOf('user')).post('/incidents/new', { description: '' }, '/incidents/new')
	assert.equal(page.status, 422)
	assert.ok(page.text.includes("id='f-title-err'"), 'at its field')
	const sent = await send(mail('user@people.example', '', '')), kept = await fields(sent.kept)
	assert.deepEqual([sent.outcome, sent.record, kept.state, kept.incidents], ['incomplete', undefined, 'held', []])
	assert.match(kept.reason, /; Summary: A value is needed/)
	assert.equal((await admin.get(`/incidents${query({ filter: 'title is empty', count: 'true' })}`)).body.total, 0)
})

test('8.1.3.1-a: what came by mail and what came by the portal is handled alike', async () => {
	const byMail = (await send(mail('user@people.example', 'Alike', 'x'))).record
	const portal = await (await s.pagesOf('user')).post('/portal/report/incidents', { title: 'Alike', description: 'x', severity: 'slowly' }, '/portal/report/incidents')
	assert.equal(portal.status, 303)
	const byPortal = /INC-\d+/.exec(portal.location)[0]
	assert.deepEqual([(await fields(byMail)).channel, (await fields(byPortal)).channel], ['mail', 'portal'])
	const offered = async (number) => [...(await (await s.pagesOf('desk')).get(`/${number}`)).text.matchAll(/\/do\/(\w+)/g)].map((found) => found[1]).sort()
	assert.deepEqual(await offered(byMail), await offered(byPortal))
	assert.ok((await offered(byMail)).length > 3)
	const lacks = async (number) => (await s.as.desk.post(`/incidents/${number}/transitions/start`, {})).body.errors.map((error) => error.field).sort()
	await admin.patch(`/incidents/${byMail}`, { group: null, service: null, category: null })
	assert.deepEqual(await lacks(byMail), await lacks(byPortal))
	assert.ok((await lacks(byMail)).length > 2)
})

test('8.1.3.1-s1: one ticket through each of five channels, and each says which', async () => {
	const portal = await (await s.pagesOf('user')).post('/portal/report/incidents', { title: 'By the portal', severity: 'slowly' }, '/portal/report/incidents')
	const desk = await (await s.pagesOf('desk')).post('/incidents/new', { title: 'By telephone', caller: 'user', channel: 'phone', impact: 'low', urgency: 'low', security: 'false' }, '/incidents/new')
	assert.deepEqual([portal.status, desk.status], [303, 303])
	const source = await s.as.desk_manager.make('alert-sources', { key: 'probe', name: 'Probe', format: 'generic', service: s.made.service.number })
	const told = await admin.post(`/alert-sources/${source.key}/intake`, { fingerprint: 'disk-1', status: 'firing', summary: 'By monitoring', severity: 'warning' })
	assert.equal(told.status, 200, told.text)
	const tickets = {
		portal: /INC-\d+/.exec(portal.location)[0], phone: /INC-\d+/.exec(desk.location)[0], monitoring: told.body.items[0].opened,
		api: (await s.as.user.make('incidents', { title: 'By the interface' })).number, mail: (await send(mail('user@people.example', 'By mail', 'x'))).record,
	}
	for (const [channel, number] of Object.entries(tickets)) assert.equal((await fields(number)).channel, channel, number)
	assert.equal(new Set(Object.values(tickets)).size, 5)
})
