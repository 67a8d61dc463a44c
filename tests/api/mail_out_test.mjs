// Mail that goes out: what it says to whom, that it goes at least once, and what becomes of what a mail server refuses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { kaname, run, serve, stage, until } from './support.mjs'
import { sink } from './sink.mjs'

const MINUTE = 60000
let s, admin, peer, words

before(async () => {
	peer = await sink()
	words = ['--smtp', peer.url, '--origin', 'https://kaname.example', '--mail-from', 'Service desk <out@kaname.example>']
	s = await stage({ people: ['desk', 'resolver'], clock: true, words })
	admin = s.as.admin
	await admin.make('mailboxes', { address: 'desk@kaname.example', service: s.made.service.number, group: 'servers' })
	for (const account of ['resolver', 'user', 'desk']) await admin.patch(`/people/${account}`, { mail: `${account}@people.example` })
	await s.as.resolver.patch('/people/resolver', { notice_rules: [{ event: 'mention', mail: 'at_once' }], language: 'ja' })
})
after(async () => {
	peer.end()
	await s?.server.stop()
	s?.remove()
})

const open = async (fields) => (await s.as.desk.make('incidents', { title: '注文が止まる', caller: 'user', service: s.made.service.number, group: 'servers', ...fields })).number
const mention = (number, words = 'please look') => s.as.desk.post(`/incidents/${number}/comments`, { text: `@resolver ${words}` })
const page = async (path) => (await (await s.pagesOf('admin')).get(path)).text

test('a notice goes out as a mail in its reader\'s language, and an answer to it finds its record', async () => {
	const number = await open()
	await mention(number)
	const mail = await peer.next()
	assert.deepEqual([mail.from, mail.to], ['out@kaname.example', 'resolver@people.example'])
	assert.match(mail.headers.subject, new RegExp(`^\\[${number}\\] 注文が止まる: deskさんがあなたをメンションしました$`))
	assert.match(mail.headers['message-id'], /^<kaname\.\d+\.\d+@kaname\.example>$/)
	const root = `<record.${number}@kaname.example>`
	assert.deepEqual(['references', 'in-reply-to', 'reply-to', 'auto-submitted', 'x-loop'].map((name) => mail.headers[name]), [root, root, 'desk@kaname.example', 'auto-generated', 'desk@kaname.example'])
	assert.ok(mail.text.includes(`https://kaname.example/${number}`), mail.text)
	const answer = run(['mail-in', '--mailbox', 'desk@kaname.example'], { input: `From: resolver@people.example\nMessage-ID: <answer@people.example>\nIn-Reply-To: ${mail.headers['message-id']}\nSubject: Re: no tag\n\nSeen.\n`, database: s.database })
	assert.match(answer.out, new RegExp(`: answered ${number}\n`), answer.err)
	assert.match(await page('/administration/mails'), new RegExp(`${number}[^]*送信済み|${number}[^]*sent`))
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

test('a crash between sending and writing it down sends it again, as the same mail', async () => {
	const number = await open({ title: 'Crash' })
	peer.answers.end = 'silence'
	const seen = new Promise((resolve) => { peer.seen = (text) => { peer.seen = null; resolve(text) } })
	await mention(number)
	const first = await seen
	await s.server.kill()
	s.clock.ahead(11 * MINUTE)
	s.server = await serve(s.database, words, kaname, s.clock.env)
	assert.equal((await peer.next()).headers['message-id'], /^Message-Id: (.*)\r$/mi.exec(first)[1])
	assert.equal(run(['verify', '--database', s.database]).code, 0)
})
