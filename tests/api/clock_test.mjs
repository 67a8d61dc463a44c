// `kaname clock` on the table of cases that anyone may read and extend.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, run } from './support.mjs'

const cases = JSON.parse(readFileSync(join(root, 'tests', 'tables', 'clock.json'), 'utf8'))

test('every case of the table', () => {
	const asked = cases.map(({ name, expect, ...asks }) => asks)
	const { code, out, err } = run(['clock'], { input: JSON.stringify(asked) })
	assert.equal(code, 0, err)
	const answers = JSON.parse(out)
	assert.equal(answers.length, cases.length)
	for (const [i, { name, expect }] of cases.entries())
		for (const [key, value] of Object.entries(expect)) assert.deepEqual(answers[i][key], value, `${name}: ${key}`)
})

test('what cannot be understood is refused, each case for itself', () => {
	const [good] = cases
	for (const input of ['', '{}', '[']) {
		const { code, out, err } = run(['clock'], { input })
		assert.equal(code, 1, `${input} gave ${out}`)
		assert.match(err, /^kaname clock: .+\n$/)
	}
	const wrong = [1, { ...good, duration: 'eight hours' }, { ...good, calendar: { zone: 'Mars/Olympus' } }, { ...good, timeline: [{ at: 'yesterday', event: 'start' }] },
		{ ...good, timeline: [{ at: '2026-11-20T05:00:00Z', event: 'begin' }] }, { ...good, duration: undefined }]
	const { out } = run(['clock'], { input: JSON.stringify([...wrong, { calendar: good.calendar, duration: good.duration, timeline: good.timeline, now: good.now }]) })
	const answers = JSON.parse(out)
	assert.equal(answers.length, wrong.length + 1)
	for (const answer of answers.slice(0, -1)) assert.ok(answer.error, JSON.stringify(answer))
	assert.equal(answers.at(-1).state, good.expect.state, 'the others are answered all the same')
	assert.equal(run(['clock', 'nothing']).code, 2)
	assert.deepEqual(JSON.parse(run(['clock'], { input: '[]' }).out), [])
})
