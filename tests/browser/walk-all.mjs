// Every page of every type with its scripts, in both languages and themes, wide and narrow: first as whoever may do most, then as each
// other role, where the page that it gets holds something that none before did. Faults are listed at the end; exit code 1 when there are any.
//
// usage: ./dev walk [COLLECTION...] [beside]     only these types, and what stands beside them only with that word; all when none is given
import { open } from './support.mjs'
import { runWell } from '../api/support.mjs'
import { accounts, beside, clientOf, collections, fill, pagesOfType, wholeEye } from './walk.mjs'

const looks = [{ language: 'ja', widths: [1440, 390] }, { language: 'en', widths: [1440, 390] }]
const names = process.argv.slice(2), wanted = names.length ? names.filter((name) => name !== 'beside') : collections
const stage = await open(), clients = new Map(), told = new Map(), shapes = new Map()
let count = 0

// The same fault in several looks is one line.
async function visit(see, account, path) {
	count++
	for (const look of looks) {
		for (const fault of await see({ account, path, ...look }).catch((error) => [error.message.split('\n')[0]])) {
			const key = `${path} as ${account}: ${fault.replace(/^\d+: /, '')}`
			if (!told.has(key)) console.log(`  ${key} (${look.language})`)
			told.set(key, [...told.get(key) ?? [], `${look.language} ${/^\d+/.exec(fault) ?? ''}`.trim()])
		}
	}
}

// Whether a page has an element of a kind that no page of its kind had: what differs are numbers and words only otherwise.
function isNew(kind, html) {
	const seen = shapes.get(kind) ?? shapes.set(kind, new Set()).get(kind)
	const kinds = (html.match(/<[a-z][^>]*>/g) ?? []).map((tag) => `${/^<[\w-]+/.exec(tag)[0]} ${/\sclass=["']([^"']*)/.exec(tag)?.[1] ?? ''} ${/\s(?:name|role)=["']([^"']*)/.exec(tag)?.[1] ?? ''}`)
	const fresh = kinds.some((one) => !seen.has(one))
	for (const one of kinds) seen.add(one)
	return fresh
}

try {
	await fill(stage, runWell(['token', 'create', '--user', 'admin'], { database: stage.database }).trim(), wanted)
	for (const account of [...accounts, 'user', 'user2', 'customer']) clients.set(account, await clientOf(stage.url, account))
	const see = await wholeEye(stage.url, stage.browser)
	for (const [account, get] of clients) {
		for (const collection of wanted) {
			for (const { kind, path } of await pagesOfType(get, collection)) if (isNew(`${collection} ${kind}`, (await get(path)).text)) await visit(see, account, path)
		}
		for (const path of names.length && !names.includes('beside') ? [] : beside) {
			const page = await get(path)
			if (page.status === 200 && isNew(path, page.text)) await visit(see, account, path)
		}
		console.log(`${account}: ${count} pages so far`)
	}
} finally {
	await stage.end()
}
console.log(told.size ? `\n${told.size} things are wrong:` : '\nNothing is wrong.')
for (const [fault, where] of told) console.log(`${fault} (${[...new Set(where)].join(', ')})`)
process.exitCode = told.size ? 1 : 0
