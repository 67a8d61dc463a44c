// Every page that links lead to, of every type, as people of both sides get them: hostile text in every field stays text, in Japanese
// nothing is left in English, no link is dead, and no page has a script or a style of its own.
import './optimized.mjs'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { makerOf } from './maker.mjs'
import { rowsOfCsv, unzip } from './sheet.mjs'
import { exchange, neverThere, root, stage } from './support.mjs'

const HOSTILE = `=1+1'"><img src=x onerror=alert(1)>`
const MARKDOWN = `${HOSTILE}

[one](javascript:alert(1)) ![two](javascript:alert(2)) <javascript:alert(3)> [three][3] <svg/onload=alert(4)>

[3]: data:text/html,<script>alert(5)</script>

| <script>alert(6)</script> |
|---|
| '"><i onmouseover=alert(7)> |`

let s, document, data
const collections = new Map() // its address -> the number of a record

before(async () => {
	s = await stage({ people: ['desk'] })
	document = (await s.as.admin.get('/openapi.json')).body
	const maker = makerOf(document, s.as.admin)
	for (const path of Object.keys(document.paths)) {
		const [, collection] = /^\/api\/v1\/([a-z-]+)\/\{number\}$/.exec(path) ?? []
		if (!collection || neverThere.includes(collection)) continue
		const { number } = await maker.make(collection)
		collections.set(collection, number)
		await poison(maker, collection, number)
	}
	const incident = await s.as.admin.make('incidents', { title: HOSTILE, description: MARKDOWN, caller: 'user', service: s.made.service.number })
	await s.as.admin.post(`/incidents/${incident.number}/comments`, { text: MARKDOWN, public: true })
	const files = new FormData()
	files.append('file', new Blob(['<script>alert(8)</script>'], { type: 'text/html' }), `'"><img src=x onerror=alert(9)>.html`)
	assert.equal((await s.as.admin.call('POST', `/incidents/${incident.number}/attachments`, files)).status, 201)
	await s.as.admin.patch('/people/admin', { language: 'ja' })
	await s.as.admin.patch('/people/user', { language: 'ja' })
	data = await everythingThatWasWritten(maker)
})
after(() => s?.end())

// Hostile text into whatever of it is text and takes it.
async function poison(maker, collection, number) {
	const { properties } = document.components.schemas[maker.nameOf(collection).replace(/Create$/, 'Change')]
	const texts = Object.entries(properties).filter(([name, schema]) => [schema.type].flat()[0] === 'string' && !schema.format && !schema.enum && !schema['x-refers-to'] && name !== 'language')
	let fields = Object.fromEntries(texts.map(([name, schema]) => [name, (schema.maxLength ?? 10000) > 1000 ? MARKDOWN : HOSTILE]))
	for (let refused; Object.keys(fields).length; fields = Object.fromEntries(Object.entries(fields).filter(([name]) => !refused.includes(name)))) {
		const answer = await s.as.admin.patch(`/${collection}/${number}`, fields)
		if (answer.status < 300 || !answer.body.errors?.length) break
		refused = answer.body.errors.map(({ field }) => field.split('.')[0])
		if (!refused.some((name) => name in fields)) break
	}
}

// What pages may show that is no word of ours: longest first.
async function everythingThatWasWritten(maker) {
	const found = new Set([HOSTILE, 'one two javascript:alert(3) three <svg/onload=alert(4)>', 'javascript:alert(3)', 'img', 'src', 'onerror', 'alert', 'command line', `'%22><img src=x onerror=alert(9)>.html`,
		'instance, host, node, device', 'Alert storm', 'The monitoring system reports that it has recovered.'])
	const write = (text) => {
		for (const line of [text, text.replace(/\s+/g, ' '), ...text.split('\n')]) found.add(line.trim()).add(line.replace(/[#*_`|]|^[-\d.]+ /g, '').trim())
	}
	const gather = (value, schema) => { // codes are not written, but chosen: their words must be there
		if (typeof value === 'string' && !schema?.enum && !schema?.anyOf?.some((one) => one.enum)) write(value)
		else if (Array.isArray(value)) for (const one of value) gather(one, schema?.items)
		else if (value && typeof value === 'object') for (const [name, one] of Object.entries(value)) gather(one, schema?.properties?.[name])
	}
	write(MARKDOWN)
	for (const line of readFileSync(join(root, 'standard/register.tsv'), 'utf8').split('\n')) write(line.split('\t')[4] ?? '')
	for (const collection of collections.keys()) {
		const schema = document.components.schemas[maker.nameOf(collection)]
		for (const item of await s.as.admin.all(`/${collection}?limit=200`)) gather(item, schema)
	}
	return [...found].filter((text) => /[A-Za-z]{3}/.test(text)).sort((a, b) => b.length - a.length)
}

/* --- pages --- */

const plain = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, number, hex, name) => (
	name ? { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', nbsp: ' ' }[name] ?? _ : String.fromCodePoint(number ? Number(number) : parseInt(hex, 16))))

// [tag, its attributes] of every tag, and every text with the tags that it stands in.
function partsOf(html) {
	const tags = [], texts = [], open = []
	for (const [, text, closing, name, rest] of html.replace(/<!--[^]*?-->/g, '').matchAll(/([^<]*)<(\/?)([a-zA-Z!][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g)) {
		if (text.trim()) texts.push({ text: plain(text).trim(), within: [...open] })
		if (closing) open.splice(open.lastIndexOf(name))
		else {
			const attributes = Object.fromEntries([...rest.matchAll(/([^\s=/]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(([, key, a, b, c]) => [key, plain(a ?? b ?? c ?? '')]))
			tags.push({ name, attributes })
			if (!['input', 'br', 'hr', 'img', 'link', 'meta', 'path', 'rect', 'line', 'circle', 'use', 'wbr', 'col', '!doctype', '!DOCTYPE'].includes(name) && !rest.endsWith('/')) open.push(name)
		}
	}
	return { tags, texts }
}

// Pages of the same kind are looked at once: by the address without its numbers; and what is asked of them by its names, whatever the type.
function kindOf(path) {
	const { pathname, searchParams } = new URL(path, s.url), asked = [...searchParams.keys()].sort().join()
	const demand = /^\/conformity\/[^/]*?(-?)[^/-]*$/.exec(pathname)
	if (demand) return demand[1] ? '/conformity/demand' : '/conformity/clause'
	if (/^\/processes\/./.test(pathname)) return '/processes/one'
	return asked ? `${pathname.replace(/^\/[^/]+/, '')}?${asked}` : pathname.replace(/\d+/g, '#')
}

async function walk(account, first) {
	const web = account ? await s.pagesOf(account) : { get: async (path) => { const answer = await exchange(s.url + path, { headers: { 'accept-language': 'ja' } }); return { ...answer, text: answer.text, location: answer.headers.get('location') } } }
	const pages = [], kinds = new Map(), waiting = first.map((path) => ({ path, from: '' }))
	const seen = new Set(first)
	const add = (address, from) => {
		const { pathname, search } = new URL(address, s.url + from), path = pathname + search
		const kind = kindOf(path), count = kinds.get(kind) ?? 0
		if (seen.has(path) || count >= 1 || /^\/(?:assets|api|logout|metrics)/.test(path)) return
		kinds.set(kind, count + 1)
		seen.add(path)
		waiting.push({ path, from })
	}
	for (let one; (one = waiting.shift());) {
		const answer = await web.get(one.path), type = answer.headers.get('content-type') ?? ''
		assert.ok(answer.status < 400, `${account}: ${one.path}, linked from ${one.from}, answers ${answer.status}`)
		if (answer.location) add(answer.location, one.path)
		if (!type.startsWith('text/html')) continue
		const page = { ...one, account, html: answer.text, policy: answer.headers.get('content-security-policy') ?? '', ...partsOf(answer.text) }
		pages.push(page)
		for (const { name, attributes } of page.tags)
			if (name === 'a' && attributes.href?.startsWith('/') && attributes.download === undefined) add(attributes.href, one.path)
	}
	return pages
}

// What is wrong with a page by its form alone.
function faultsOf({ html, policy, tags }) {
	const faults = [], ids = new Set()
	if (/unsafe-|\*/.test(policy) || !/default-src 'none'|default-src 'self'/.test(policy)) faults.push(`policy: ${policy}`)
	for (const [gap] of html.matchAll(/.{0,20}。 (?![\s<]).{0,20}/g)) faults.push(`a blank between sentences: ${gap}`)
	if (html.includes('<img src=x') || html.includes('<script>alert') || html.includes('<svg/onload')) faults.push('text became HTML')
	for (const { name, attributes } of tags) {
		for (const [key, value] of Object.entries(attributes)) {
			if (/^on/i.test(key) || key === 'style') faults.push(`<${name} ${key}=${value}>`)
			if (['href', 'src', 'action', 'formaction', 'hx-get', 'hx-post'].includes(key) && /^\s*(?:javascript|data|vbscript):/i.test(value)) faults.push(`<${name} ${key}=${value}>`)
		}
		if (name === 'script' && !attributes.src && attributes.type !== 'application/json') faults.push('a script of its own')
		if (name === 'style') faults.push('a style of its own')
		if (attributes.id !== undefined && ids.has(attributes.id)) faults.push(`two with the id ${attributes.id}`)
		ids.add(attributes.id)
	}
	return faults
}

// Names that stay as they are in Japanese; beside them what was written by people, numbers, placeholders, addresses and names of files.
const NAMES = new Set(`Kaname KANAME SMS CSV XLSX JSON API JIS ISO IEC SLA OLA UTC URL CPU RFC SPF DKIM DMARC BLAKE Authentication Results Markdown Esc Ctrl Enter Shift
	Alt Tab OAuth IMAP imaps Alertmanager Prometheus Grafana Zabbix CloudEvents Slack Microsoft Teams Excel English PNG PDF ZIP JPEG SQLite PostgreSQL RACI PDCA ITSM`.split(/\s+/))
const MARKS = /kind = policy|\b[A-Z]{2,6}-\d+(?:[ \/](?:year )?[\w@.-]*\d[\w@.-]*)?|priority <= P2|（\w+ など）|\{\w+\}|\/api\/\S*|[\w.-]+\.(?:yaml|eml|html)\b|kaname serve --key|\bt\d+\b/g

function leftInEnglish({ texts, tags }) {
	const shown = texts.filter(({ within }) => !within.some((name) => ['code', 'kbd', 'pre', 'samp', 'script', 'textarea'].includes(name))).map(({ text }) => text)
	for (const { attributes } of tags) for (const key of ['title', 'aria-label', 'placeholder', 'alt']) if (attributes[key]) shown.push(attributes[key])
	const typed = tags.filter(({ attributes }) => ['filter', 'q'].includes(attributes.name)).map(({ attributes }) => attributes.value ?? '')
	return shown.filter((text) => {
		let rest = text.replace(MARKS, ' ')
		for (const known of data) rest = rest.replaceAll(known, ' ')
		const expression = rest.replace(/^[^A-Za-z<>=!(]+/, '') // a condition of the filter that no words can say
		return !typed.some((known) => known.includes(expression)) && (rest.match(/[A-Za-z][A-Za-z']{2,}/g) ?? []).some((word) => !NAMES.has(word))
	})
}

function assertSound(pages) {
	const faults = pages.flatMap((page) => [...new Set(faultsOf(page))].map((fault) => `${page.path}: ${fault}`))
	assert.deepEqual(faults, [])
	const english = new Map()
	for (const page of pages) for (const text of leftInEnglish(page)) english.set(text, page.path)
	assert.deepEqual([...english].map(([text, path]) => `${path}: ${text}`), [])
}

test('whoever looks after the system', async () => {
	const first = ['/', '/portal', '/dashboard', '/figures', '/administration', '/keys', '/notices', '/settings', '/go?q=t', '/search?q=img']
	for (const [collection, number] of collections) first.push(`/${collection}`, `/${collection}?view=all`, `/${number}`)
	const pages = await walk('admin', first)
	assert.ok(pages.length > 3 * collections.size, `${pages.length}`)
	assertSound(pages)
})

test('a user of the portal, and nobody yet', async () => {
	const pages = [...await walk('user', ['/', '/portal', '/settings', '/notices']), ...await walk(null, ['/login'])]
	assert.ok(pages.length > 20, `${pages.length}`)
	assertSound(pages)
})

test('files that lists are written to', async () => {
	const web = await s.pagesOf('admin')
	for (const collection of collections.keys()) {
		const columns = ''
		const csv = await web.get(`/${collection}/export?format=csv&filter=${columns}`)
		assert.equal(csv.status, 200, collection)
		for (const row of rowsOfCsv(csv.bytes)) for (const cell of row) assert.ok(!/^[=+@\t\r]|^-[^\d.]/.test(cell), `${collection}: ${cell}`)
		const sheet = Object.entries(unzip((await web.get(`/${collection}/export?format=xlsx&filter=`)).bytes))
		assert.ok(!sheet.some(([, text]) => /<f>|javascript:/.test(text)), collection)
	}
})
