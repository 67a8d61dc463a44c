// Proofs of the register's demands that are data: tests/tables/demands/*.yaml; the README there tells how they are written.
import './optimized.mjs'
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'yaml'
import { query, root, stage, until } from './support.mjs'

const folder = join(root, 'tests/tables/demands')
const units = { y: 'FullYear', m: 'Month' }, lengths = { w: 7 * 864e5, d: 864e5, h: 36e5, min: 6e4 }

// A moment so long after another, by the calendar.
function later(at, text) {
	const found = /^([+-]?)(\d+)(min|[ymwdh])$/.exec(text)
	assert.ok(found, `no length of time: ${text}`)
	const moved = new Date(at), by = Number(`${found[1]}${found[2]}`)
	if (units[found[3]]) moved[`setUTC${units[found[3]]}`](moved[`getUTC${units[found[3]]}`]() + by)
	else moved.setTime(moved.getTime() + by * lengths[found[3]])
	return moved
}

const day = (at) => new Date(at.getTime() + 9 * 36e5).toISOString().slice(0, 10) // in Tokyo, as the server reckons

class Play {
	constructor(s) {
		Object.assign(this, { s, who: 'admin', waits: false, known: {} })
		for (const [name, record] of Object.entries(s.made)) this.known[name] = { ...record, path: `/${name.replace(/\d$/, '')}s/${record.number}` }
	}

	// "$policy", "$policy.title", "$today+30d" within texts.
	text(text) {
		return text.replace(/\$(today|now)([+-]\d+(?:min|[ymwdh]))?|\$(\w+)(?:\.(\w+))?/g, (all, word, length, name, field) => {
			if (word) {
				const at = length ? later(this.s.clock.now(), length) : this.s.clock.now()
				return word === 'today' ? day(at) : at.toISOString()
			}
			assert.ok(this.known[name], `no step before has the name ${name}`)
			return field ? this.known[name][field] : this.known[name].number
		})
	}
	fill(value) {
		if (typeof value === 'string') return this.text(value)
		if (Array.isArray(value)) return value.map((one) => this.fill(one))
		return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.fill(one)])) : value
	}
	// A name that an earlier step gave, or where it is: people/desk.
	record(name) {
		const found = this.known[String(name).replace(/^\$/, '')]
		if (found) return found
		assert.ok(String(name).includes('/'), `no step before has the name ${name}`)
		return { number: name.slice(name.lastIndexOf('/') + 1), path: `/${name}` }
	}
	path(name) {
		return this.record(name).path
	}
	get client() {
		const client = this.s.as[this.who]
		assert.ok(client, `nobody is called ${this.who}`)
		return client
	}
	keep(step, record, collection) {
		if (!record?.number) return
		record.path = collection ? `/${collection}/${record.number}` : step.of ? this.record(step.of).path : undefined
		const name = step.name ?? (step.of && this.known[step.of] ? step.of : undefined)
		if (name) this.known[name] = record
	}

	// What a step asks: [method, path, body].
	request(step) {
		const body = this.fill(step.with ?? {})
		if (step.create) return ['POST', `/${step.create}`, body]
		if (step.take) return ['POST', `${this.path(step.of)}/transitions/${step.take}`, body]
		if (step.set) return ['PATCH', this.path(step.of), this.fill(step.set)]
		if (step.comment) return ['POST', `${this.path(step.of)}/comments`, { text: this.fill(step.comment), public: step.public ?? false }]
		if (step.link) return ['POST', `${this.path(step.of)}/links`, { link: step.link, to: this.record(step.to).number }]
		if (step.unlink) return ['DELETE', `${this.path(step.of)}/links/${step.unlink}/${this.record(step.to).number}`]
		if (step.get) return ['GET', this.path(step.get)]
		if (step.list) return ['GET', `/${step.list}${query({ count: 'true', ...(step.filter && { filter: this.fill(step.filter) }), ...(step.sort && { sort: step.sort }) })}`]
		if (step.figure) return ['GET', `/insights/${step.figure}${query(this.fill(step.query ?? {}))}`]
		if (step.conformity) return ['GET', `/conformity/${step.conformity}`]
		if (step.api) {
			const [method, path] = this.fill(step.api).split(' ')
			return [method, path + (step.query ? query(this.fill(step.query)) : ''), step.with && body]
		}
		throw new Error(`a step does nothing that is known: ${JSON.stringify(step)}`)
	}

	async ask(step) {
		if (step.page) {
			const answer = await (await this.s.pagesOf(this.who)).get(this.fill(step.page))
			this.checkPage(step, answer)
			return
		}
		const [method, path, body] = this.request(step)
		const answer = await this.client.call(method, path, body)
		this.check(step, answer)
		const collection = step.create ?? step.list
		this.keep(step, step.list ? answer.body?.items?.[0] : answer.body, collection)
	}
	checkPage(step, answer) {
		const { status = 200, has = [], lacks = [] } = step.expect ?? {}
		assert.equal(answer.status, status, step.page)
		for (const words of [has].flat()) assert.ok(answer.text.includes(this.fill(words)), `${step.page} has no "${words}"`)
		for (const words of [lacks].flat()) assert.ok(!answer.text.includes(this.fill(words)), `${step.page} has "${words}"`)
	}
	check(step, answer) {
		const expected = typeof step.expect === 'string' ? { state: step.expect } : { ...step.expect }, { status, errors } = expected
		delete expected.status
		delete expected.errors
		if (status || errors) assert.equal(answer.status, status ?? 422, answer.text)
		else assert.ok(answer.status < 300, `${answer.status} ${answer.text}`)
		if (errors) assert.deepEqual(answer.body.errors.map(({ field, code }) => `${field}:${code}`).sort(), [...errors].sort(), answer.text)
		this.compare(step, this.members(step, answer.body, expected), expected, answer)
	}
	// Of lists, figures and demands what is usually meant.
	members(step, body, expected) {
		if (step.list) return { ...body, count: body?.total ?? body?.items?.length, first: body?.items?.[0], every: body?.items }
		if (step.conformity) return { ...body, ...(body?.checks && { checks: body.checks.map((check) => check.outcome) }) }
		if (!step.figure || !body?.total) return body
		const figures = body.total.figures
		return { ...body, total: figures[expected.column ?? Object.keys(figures)[0]].value, rows: body.rows?.map((row) => row.label), column: expected.column }
	}
	compare(step, got, expected, answer) {
		for (const [name, wanted] of Object.entries(expected)) {
			if (name === 'every') for (const one of got.every) this.compare(step, one, wanted, answer)
			else if (name === 'first') this.compare(step, got.first ?? {}, wanted, answer)
			else this.same(this.fill(wanted), got?.[name], `${name}: ${answer.text.slice(0, 2000)}`)
		}
	}
	same(wanted, got, why) {
		if (wanted === '*') assert.ok(got !== null && got !== undefined && got !== '', why)
		else if (wanted && typeof wanted === 'object' && 'has' in wanted) assert.ok((typeof (got?.[0] ?? '') === 'object' ? JSON.stringify(got) : got ?? '').includes(this.fill(wanted.has)), why)
		else if (Array.isArray(wanted) && Array.isArray(got)) assert.deepEqual([...got].sort(), [...wanted].sort(), why)
		else assert.deepEqual(got, wanted, why)
	}

	// What may still come by itself is asked for until it is there; the last refusal says what was missing.
	async step(step) {
		if (step.as) this.who = step.as
		if (step.advance) {
			this.s.clock.ahead(later(this.s.clock.now(), step.advance) - this.s.clock.now())
			this.waits = true
			return
		}
		const reads = step.get || step.list || step.figure || step.conformity || step.page
		if (!reads || !(this.waits || step.eventually)) return this.ask(step)
		let last
		const end = Date.now() + 15000
		await until(async () => {
			try {
				await this.ask(step)
				return true
			} catch (fault) {
				last = fault
				if (Date.now() > end) throw fault
				await new Promise((resolve) => setTimeout(resolve, 20))
				return false
			}
		}, () => last?.message)
	}
}

const begins = process.env.TABLE ?? ''
for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml') && name.startsWith(begins)).sort()) {
	const table = parse(readFileSync(join(folder, file), 'utf8'))
	let begun
	const begin = () => begun ??= stage({ extra: table.people ?? {}, clock: true })
	const end = async () => {
		const s = await begun?.catch(() => undefined)
		begun = undefined
		await s?.end()
	}
	after(end)
	for (const [at, one] of table.cases.entries()) {
		const demands = [one.demand].flat()
		test(`${demands.join(', ')}: ${one.title}`, async () => {
			const play = new Play(await begin())
			for (const [number, step] of one.steps.entries())
				try {
					await play.step(step)
				} catch (fault) {
					fault.message = `${file}, step ${number + 1} of "${one.title}", as ${play.who}: ${fault.message}`
					throw fault
				}
			if (at === table.cases.length - 1) await end()
		})
	}
}
