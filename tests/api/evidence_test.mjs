// The evidence pack: what it holds, whom it shows what, and that nothing in it can be changed unnoticed.
import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { after, before, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { run, runWell, stage, until } from './support.mjs'

let s, pack, key, said, plain, secret

// What stands for WeasyPrint: it takes a page and writes a paper, or fails.
const bin = mkdtempSync(join(tmpdir(), 'kaname-test-'))
const weasyprint = (does) => writeFileSync(join(bin, 'weasyprint'), `#!/bin/sh\n${does}\n`, { mode: 0o755 })

before(async () => {
	weasyprint('printf "%%PDF-1.7 of %s, %s" "$2" "$(env | cut -d= -f1 | sort | tr "\\n" " ")" >"$3"')
	process.env.PATH = `${bin}:${process.env.PATH}`
	writeFileSync(join(bin, 'kaname.yaml'), `key: ${join(bin, 'signing.key')}\n`) // beside a PostgreSQL server none lies by itself
	process.env.KANAME_CONFIG = join(bin, 'kaname.yaml')
	s = await stage({ people: ['desk', 'resolver', 'security'] })
	const { desk, security } = s.as, service = s.made.service.number
	plain = await desk.make('incidents', { title: '=HYPERLINK("http://evil.example") <script>alert(1)</script>', caller: 'user', service })
	secret = await security.make('incidents', { title: 'Stolen badge', caller: 'security', service, security: true })
	await desk.patch(`/incidents/${plain.number}`, { description: 'A first\nsecond line' })
	pack = join(s.directory, 'pack')
	said = run(['evidence', '--out', pack, '--clause', '8.1', '--organisation', 'Minato & Sons'], { database: s.database })
	assert.equal(said.code, 0, said.err)
	key = said.out.match(/^key ([0-9a-f]{64})$/m)[1]
})
after(async () => {
	rmSync(bin, { recursive: true })
	await s?.end()
})

const filesOf = (folder, under = '') => readdirSync(join(folder, under), { withFileTypes: true })
	.flatMap((entry) => entry.isDirectory() ? filesOf(folder, join(under, entry.name)) : [join(under, entry.name)]).sort()
const textOf = (name, folder = pack) => readFileSync(join(folder, name), 'utf8')
const manifestOf = (folder = pack) => JSON.parse(textOf('manifest.json', folder))
const check = (folder, ...more) => run(['verify', '--pack', folder, ...more])

function copy(change) {
	const folder = join(s.directory, 'copy')
	rmSync(folder, { recursive: true, force: true })
	cpSync(pack, folder, { recursive: true })
	change(folder)
	return folder
}
function refused(folder, fault, ...more) {
	const done = check(folder, ...more)
	assert.equal(done.code, 1, done.out)
	assert.deepEqual(done.err.trim().split('\n'), [`kaname: ${fault}`])
}

test('a pack is whole as it was made, by the key in it, by its digits and by a file with it', () => {
	assert.match(check(pack).out, new RegExp(`^whole: \\d+ files, made at .*, signed by ${key}\nThat key lies in the pack itself`))
	const file = join(s.directory, 'auditor.pem')
	writeFileSync(file, textOf('public-key.pem'))
	for (const told of [key, key.match(/.{4}/g).join(' '), file]) assert.doesNotMatch(check(pack, '--public-key', told).out, /lies in the pack/)
	assert.equal(check(pack, '--public-key', key).code, 0)
})

test('others can check it without this program: Ed25519 over the manifest, SHA-256 of every file', () => {
	const manifest = readFileSync(join(pack, 'manifest.json'))
	assert.ok(verify(null, manifest, createPublicKey(textOf('public-key.pem')), readFileSync(join(pack, 'manifest.sig'))))
	const { files, public_key: named, organisation, clause, history, checkpoint } = JSON.parse(manifest)
	assert.deepEqual([named, organisation, clause, history], [key, 'Minato & Sons', '8.1', 'whole'])
	assert.match(checkpoint, new RegExp(`^kaname checkpoint \\d+ \\d+ \\d+ [0-9a-f]{64} ${key} [0-9a-f]{128}$`))
	assert.deepEqual(files.map(({ path }) => path).concat('manifest.json', 'manifest.sig').sort(), filesOf(pack))
	for (const { path, bytes, sha256 } of files) {
		const found = readFileSync(join(pack, path))
		assert.deepEqual([found.length, createHash('sha256').update(found).digest('hex')], [bytes, sha256], path)
	}
})

test('what is changed, missing or added is named', () => {
	refused(copy((folder) => {
		const bytes = readFileSync(join(folder, 'index.html'))
		bytes[bytes.length - 10] ^= 1
		writeFileSync(join(folder, 'index.html'), bytes)
	}), 'changed: index.html')
	refused(copy((folder) => rmSync(join(folder, 'csv', 'incidents.csv'))), 'missing: csv/incidents.csv')
	refused(copy((folder) => writeFileSync(join(folder, 'records', 'INC-999.html'), 'x')), 'added: records/INC-999.html')
	refused(copy((folder) => rmSync(join(folder, 'manifest.sig'))), 'missing: manifest.sig')
	refused(copy((folder) => {
		mkdirSync(join(folder, 'more'))
		writeFileSync(join(folder, 'more', 'note.txt'), 'x')
	}), 'added: more/note.txt')
	const none = check(copy((folder) => rmSync(join(folder, 'manifest.json'))))
	assert.deepEqual([none.code, /is no evidence pack/.test(none.err)], [1, true])
})

test('a manifest that was changed, or signed by somebody else, is found out', () => {
	refused(copy((folder) => writeFileSync(join(folder, 'manifest.json'), textOf('manifest.json').replace('Minato', 'Ninato'))), 'wrong signature: manifest.json')
	const outside = copy((folder) => writeFileSync(join(folder, 'manifest.json'), textOf('manifest.json').replace('"path": "style.css"', '"path": "../pack/style.css"')))
	assert.match(check(outside).err, /wrong name in the manifest: \.\.\/pack\/style\.css/)
	const { publicKey, privateKey } = generateKeyPairSync('ed25519')
	const forged = copy((folder) => {
		const pem = publicKey.export({ type: 'spki', format: 'pem' }), hashed = (algorithm) => createHash(algorithm).update(pem).digest('hex')
		writeFileSync(join(folder, 'public-key.pem'), pem)
		const manifest = manifestOf(), own = manifest.files.find(({ path }) => path === 'public-key.pem')
		Object.assign(own, { sha256: hashed('sha256') })
		const text = JSON.stringify(manifest)
		writeFileSync(join(folder, 'manifest.json'), text)
		writeFileSync(join(folder, 'manifest.sig'), sign(null, Buffer.from(text), privateKey))
	})
	assert.ok(check(forged).err.split('\n').every((line) => !line || line === 'kaname: changed: public-key.pem')) // of one digest only
	assert.match(check(forged, '--public-key', key).err, /wrong signature: manifest\.json/)
	assert.equal(check(pack, '--public-key', 'ab'.repeat(32)).code, 1)
	assert.equal(check(pack, '--public-key', 'nonsense').code, 2)
})

test('every page opens from a disk: links lead to places within the pack, and nothing runs', () => {
	const pages = filesOf(pack).filter((name) => name.endsWith('.html')), ids = new Map()
	for (const name of pages) ids.set(name, new Set([...textOf(name).matchAll(/ id='([^']*)'/g)].map(([, id]) => id)))
	assert.ok(pages.includes(`records/${plain.number}.html`) && pages.includes('clauses/8.1.2.en.html'))
	for (const name of pages) {
		const text = textOf(name)
		assert.doesNotMatch(text, /<script|<iframe|<img|\son[a-z]+=|style='/i, name)
		for (const [, target] of text.matchAll(/(?:href|src)='([^']*)'/g)) {
			const [path, id] = target.split('#'), file = path ? normalize(join(dirname(name), path)) : name
			assert.ok(existsSync(join(pack, file)) && !file.startsWith('..'), `${name}: ${target}`)
			if (id) assert.ok(ids.get(file)?.has(id), `${name}: ${target}`)
		}
	}
})

test('each page is there in both languages, with nothing left of the other', () => {
	const pages = filesOf(pack).filter((name) => name.endsWith('.html') && !name.endsWith('.en.html') && (!name.startsWith('records/') || name.includes(plain.number)))
	const english = /\b(Evidence pack|Demands?|Clause|Number|Created|Updated|State|History|Records?|Withheld|never|since|Who|What|Good until|Nobody|Kind|Process)\b/
	for (const name of pages) {
		const words = (text) => text.replace(/<nav>.*?<\/nav>/s, '').replace(/<code>.*?<\/code>/gs, '').replace(/<style.*?<\/style>|<[^>]*>/gs, ' ')
		const ja = textOf(name), en = textOf(name.replace(/\.html$/, '.en.html'))
		assert.match(ja, /^<!doctype html><html lang='ja'>/)
		assert.match(en, /^<!doctype html><html lang='en'>/)
		assert.doesNotMatch(words(ja), english, name)
		if (/^(index|conformity|clauses|lists)/.test(name)) assert.doesNotMatch(words(en), /[ぁ-ヿ一-鿿]/, name)
	}
})

test('a record is told with its fields, its history and the hashes of it, and what people wrote is never markup', async () => {
	const page = textOf(`records/${plain.number}.en.html`)
	assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
	assert.match(page, /A first\nsecond line/)
	const events = (await s.as.desk.get(`/incidents/${plain.number}/history`)).body.items
	assert.ok(events.length > 1)
	for (const { hash } of events) assert.ok(page.includes(hash), hash)
	const table = readFileSync(join(pack, 'csv', 'incidents.csv'), 'utf8')
	assert.equal(table.charCodeAt(0), 0xfeff)
	assert.match(table, /"'=HYPERLINK\(/)
})

test('what is restricted is left out and counted; whoever may see it has it', () => {
	const all = filesOf(pack).map((name) => textOf(name)).join('\n')
	assert.ok(!all.includes('Stolen badge') && !all.includes(`${secret.number}<`) && !existsSync(join(pack, 'records', `${secret.number}.html`)))
	assert.equal(manifestOf().withheld, 1)
	assert.match(textOf('index.en.html'), /1 record is evidence and is withheld/)
	const theirs = join(s.directory, 'theirs')
	runWell(['evidence', '--out', theirs, '--clause', '8.1.2', '--reader', 'security'], { database: s.database })
	assert.match(textOf(`records/${secret.number}.en.html`, theirs), /Stolen badge/)
	assert.equal(manifestOf(theirs).reader, 'security')
	assert.equal(manifestOf(theirs).withheld, 0)
})

test('the states are those of the program, and a paper is there where it can be made', () => {
	const counts = JSON.parse(runWell(['conformity', '--clause', '8.1', '--json'], { database: s.database })).counts
	for (const [state, count] of Object.entries(manifestOf().demands)) assert.equal(counts[state], count, state)
	assert.equal(said.err, '')
	for (const [page, paper] of [['conformity.html', 'conformity.pdf'], ['conformity.en.html', 'conformity.en.pdf']]) {
		assert.match(textOf(paper), new RegExp(`^%PDF-1\\.7 of .*/${page}, HOME LANG (OLDPWD )?PATH (PWD )?(SHLVL )?(_ )?$`)) // and nothing else of ours
		assert.ok(textOf(page.replace('conformity', 'index')).includes(`href='${paper}'`))
	}
	weasyprint('echo half >"$3"; exit 1')
	const without = join(s.directory, 'without'), done = run(['evidence', '--out', without, '--clause', '8.1.5'], { database: s.database })
	assert.deepEqual([done.code, /there is no PDF in it/.test(done.err)], [0, true])
	assert.match(textOf('index.en.html', without), /There is no PDF/)
	assert.equal(check(without).code, 0)
	assert.ok(!existsSync(join(without, 'conformity.pdf')))
})

test('of a past moment it has the records as they stood, the states that were written down, and says what is not known', async () => {
	const moment = new Date()
	await until(async () => (await s.as.desk.get(`/conformity?as_of=${moment.toISOString()}`)).status === 200)
	const { items } = (await s.as.desk.get(`/conformity?as_of=${moment.toISOString()}`)).body
	await s.as.desk.patch(`/incidents/${plain.number}`, { description: 'Written later' })
	const later = await s.as.desk.make('incidents', { title: 'Came later', caller: 'user', service: s.made.service.number })
	const then = join(s.directory, 'then')
	runWell(['evidence', '--out', then, '--clause', '8.1', '--as-of', moment.toISOString()], { database: s.database })
	const all = filesOf(then).map((name) => textOf(name, then)).join('\n')
	assert.ok(!all.includes('Written later') && !all.includes('Came later') && !existsSync(join(then, 'records', `${later.number}.html`)))
	assert.match(textOf(`records/${plain.number}.en.html`, then), /A first\nsecond line/)
	assert.match(textOf('csv/incidents.csv', then), /A first/)
	assert.ok(filesOf(then).filter((name) => /^(index|conformity|clauses|lists|records).*\.en\.html$/.test(name)).every((name) => /Not known of then, and so not told/.test(textOf(name, then))))
	const manifest = manifestOf(then), counted = items.filter(({ clause }) => clause.startsWith('8.1.'))
	assert.deepEqual([manifest.as_of, manifest.withheld], [moment.toISOString(), 1])
	for (const [state, count] of Object.entries(manifest.demands)) assert.equal(count, counted.filter((item) => item.state === state).length, state)
	assert.equal(check(then, '--public-key', key).code, 0)
	runWell(['evidence', '--out', join(s.directory, 'now'), '--clause', '8.1.2'], { database: s.database })
	assert.ok(textOf(`records/${plain.number}.en.html`, join(s.directory, 'now')).includes('Written later'))
})

test('nothing is mixed with what is there, and what cannot be told is not told', () => {
	const before = filesOf(pack)
	const again = run(['evidence', '--out', pack], { database: s.database })
	assert.equal(again.code, 1)
	assert.deepEqual(filesOf(pack), before)
	const out = join(s.directory, 'none')
	for (const [words, code] of [[['--clause', '99'], 1], [['--reader', 'user'], 1], [['--reader', 'nobody-at-all'], 1], [['--as-of', '2026-01-01'], 1], [['--as-of', 'yesterday'], 2], [['--as-of', '2999-01-01'], 2]]) {
		assert.equal(run(['evidence', '--out', out, ...words], { database: s.database }).code, code, words.join(' '))
		assert.ok(!existsSync(out))
	}
})

// The members of a ZIP by its directory: what a desktop reads.
function unzip(bytes) {
	const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1'), members = new Map()
	for (let at = bytes.readUInt32LE(end + 16), i = bytes.readUInt16LE(end + 10); i; i--) {
		const [crc, packed, plain, named] = [bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)]
		const start = bytes.readUInt32LE(at + 42), name = bytes.toString('latin1', at + 46, at + 46 + named)
		assert.equal(bytes.toString('latin1', start, start + 4), 'PK\x03\x04', name)
		assert.equal(bytes.toString('latin1', start + 30, start + 30 + named), name)
		const content = inflateRawSync(bytes.subarray(start + 30 + named, start + 30 + named + packed))
		assert.deepEqual([content.length, crc32(content)], [plain, crc], name)
		members.set(name, content)
		at += 46 + named
	}
	return members
}

function crc32(bytes) {
	let crc = ~0
	for (const byte of bytes) {
		crc ^= byte
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb88320 : crc >>> 1
	}
	return ~crc >>> 0
}

test('a person asks for one on the page of conformity, and fetches it as one file that is as whole', async () => {
	const desk = await s.pagesOf('desk'), user = await s.pagesOf('user')
	assert.match((await desk.get('/conformity')).text, /href='\/evidence-pack\?clause=4'/)
	assert.match((await desk.get('/evidence-pack?clause=8.1.2')).text, /<option value='8\.1\.2' selected>/)
	for (const path of ['/evidence-pack', '/evidence-pack?clause=8.1']) assert.equal((await user.get(path)).status, 404)
	assert.equal((await user.post('/evidence-pack', { clause: '8.1.2' }, '/settings')).status, 404)
	assert.equal((await desk.post('/evidence-pack', { clause: '77' }, '/evidence-pack')).status, 404)
	const asked = await desk.post('/evidence-pack', { clause: '8.1.2', language: 'ja' }, '/evidence-pack'), number = asked.location.slice(1)
	await until(async () => (await s.as.desk.get(`/exports/${number}`)).body.state === 'ready')
	assert.match((await desk.get(`/${number}`)).text, /Evidence pack: 8\.1\.2 .*Download/s)
	const file = await desk.get(`/${number}/file`)
	assert.deepEqual([file.headers.get('content-type'), /evidence 8\.1\.2 .*\.zip/.test(decodeURIComponent(file.headers.get('content-disposition')))], ['application/zip', true])
	const members = unzip(file.bytes), folder = join(s.directory, 'fetched')
	for (const [name, content] of members) {
		mkdirSync(dirname(join(folder, name)), { recursive: true })
		writeFileSync(join(folder, name), content)
	}
	assert.equal(check(join(folder, 'evidence-pack'), '--public-key', key).code, 0)
	assert.equal(manifestOf(join(folder, 'evidence-pack')).reader, 'desk')
	assert.match(textOf('csv/incidents.csv', join(folder, 'evidence-pack')), /^\ufeff番号,/)
	assert.ok(![...members.values()].some((content) => content.includes('Stolen badge')))
})
