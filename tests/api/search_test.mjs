// One ticket among ten thousand is found by whatever people know of it.
import './optimized.mjs'
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { query, runAside, stage } from './support.mjs'

let s, sought, ci
const TICKETS = 10_000

const mapping = `
format: {separator: ",", zone: Asia/Tokyo, times: ["yyyy-MM-dd HH:mm"]}
files:
  - file: "tickets.csv"
    record: incident
    key: {source_reference: Number}
    at: Opened
    fields: {title: Title, caller: {constant: user}, impact: {constant: medium}, urgency: {constant: medium}}
    ends: {at: Opened, state: {column: State, map: {closed: closed}}, fields: {closed_at: Opened}}
`

before(async () => {
	s = await stage({ people: ['desk', 'config'] })
	writeFileSync(join(s.directory, 'tickets.yaml'), mapping)
	writeFileSync(join(s.directory, 'tickets.csv'), ['Number,Title,State,Opened', ...Array.from({ length: TICKETS - 1 }, (_, i) =>
		`N${i},${['Mail', 'VPN', 'Printer', '複合機'][i % 4]} ${i} does not work,closed,2025-${String(1 + i % 12).padStart(2, '0')}-${String(1 + i % 28).padStart(2, '0')} 10:00`)].join('\n') + '\n')
	await runAside(['import', join(s.directory, 'tickets.yaml'), join(s.directory, 'tickets.csv'), '--database', s.database])
	ci = await s.as.config.make('configuration-items', { name: 'plotter-7' })
	sought = await s.as.desk.make('incidents', { title: '大判プロッタから異音', caller: 'colleague', configuration_items: [ci.number] })
})
after(() => s?.end())

test('8.1.3.1-b: among 10,000 tickets one is found by its caller, CI, text and date', async () => {
	const find = async (parameters) => (await s.as.desk.get('/incidents' + query({ count: 'true', limit: 5, ...parameters }))).body
	assert.equal((await find({})).total, TICKETS)
	const today = sought.created_at.slice(0, 10)
	for (const parameters of [{ filter: 'caller = colleague' }, { filter: `configuration_items = ${ci.number}` }, { q: 'プロッタ' }, { filter: `created_at >= ${today}` }]) {
		const { items, total } = await find(parameters)
		assert.deepEqual([total, items[0]?.number], [1, sought.number], JSON.stringify(parameters))
	}
	const { items } = (await s.as.desk.get('/search' + query({ q: 'プロッタ' }))).body
	assert.deepEqual(items.map((hit) => hit.number), [sought.number])
})
