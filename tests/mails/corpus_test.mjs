// Whole collections of mails that other parsers are tested with go in: none is lost, none is unreadable, each is kept byte for byte.
// KANAME_MAILS names a folder of them (./dev mails FOLDER); what is known of some stands in expected.tsv beside this file.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { query, root, stage } from '../api/support.mjs'

const folder = process.env.KANAME_MAILS
let s, taken = new Map()

const mails = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath ?? one.path, one.name))
	.filter((path) => !/\.(txt|png|wav)$|LICENSE$/.test(path)).sort()

// All in one connection, each after the answer to the one before.
async function handOver(paths) {
	const socket = connect(join(s.directory, 'lmtp')), lines = [], waiting = []
	let rest = ''
	socket.setEncoding('utf8').on('data', (data) => {
		const parts = (rest + data).split('\r\n')
		rest = parts.pop()
		for (const line of parts) if (line[3] !== '-') (waiting.shift() ?? ((one) => lines.push(one)))(line)
	})
	const answer = () => lines.length ? lines.shift() : new Promise((resolve) => waiting.push(resolve))
	await answer()
	socket.write('LHLO here\r\n')
	await answer()
	for (const [i, path] of paths.entries()) {
		socket.write(`MAIL FROM:<x@elsewhere.example>\r\nRCPT TO:<box${i}@kaname.example>\r\nDATA\r\n`)
		for (let n = 0; n < 3; n++) await answer()
		const raw = readFileSync(path, 'latin1')
		socket.write(Buffer.from(raw.replace(/(^|\r\n)\./g, '$1..') + (raw.endsWith('\r\n') ? '' : '\r\n'), 'latin1'))
		socket.write('.\r\n')
		const told = await answer(), number = /^250 2.0.0 (MAIL-\d+): /.exec(told)
		assert.ok(number, `${path}: ${told}`)
		taken.set(path, number[1])
	}
	socket.end('QUIT\r\n')
}

before(async () => {
	assert.ok(folder, 'KANAME_MAILS names a folder of mails')
	s = await stage({ people: ['desk_manager'], words: (directory) => ['--lmtp-listen', join(directory, 'lmtp')] })
	// Boxes of their own: many of these mails bear the same Message-ID.
	for (const i of mails().keys()) await s.as.admin.make('mailboxes', { address: `box${i}@kaname.example` })
	await handOver(mails())
})
after(() => s?.end())

test('every mail is kept as it came, and could be read', async () => {
	for (const [path, number] of taken) {
		const kept = (await s.as.admin.get(`/mails/${number}`)).body, raw = (await s.as.admin.all(`/mails/${number}/attachments`)).find((file) => file.name === 'mail.eml')
		assert.notEqual(kept.outcome, 'unreadable', path)
		const bytes = (await s.as.admin.get(`/mails/${number}/attachments/${raw.number ?? raw.id}`)).bytes.toString('latin1'), sent = readFileSync(path, 'latin1')
		assert.ok(bytes === `Return-Path: <x@elsewhere.example>\r\n${sent}${sent.endsWith('\r\n') ? '' : '\r\n'}`, `${path} is kept byte for byte`)
	}
	assert.equal((await s.as.admin.get(`/mails${query({ count: 'true' })}`)).body.total, mails().length)
})

test('of those whose contents are known, subject, text and files are right', async (t) => {
	const known = readFileSync(join(root, 'tests/mails/expected.tsv'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'))
	const here = known.filter(([path]) => taken.has(join(folder, path)))
	for (const [path, subject, text, files] of here) {
		const number = taken.get(join(folder, path)), kept = (await s.as.admin.get(`/mails/${number}`)).body
		const brought = (await s.as.admin.all(`/mails/${number}/attachments`)).filter((file) => file.name !== 'mail.eml').map((file) => `${file.name}:${file.size}`)
		assert.equal(kept.subject, subject, path)
		assert.ok((kept.text ?? '').includes(text), `${path}: ${kept.text}`)
		assert.equal(brought.join(' '), files, path)
	}
	t.diagnostic(`${here.length} of ${known.length} known mails were here`)
})
