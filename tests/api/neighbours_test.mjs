// What incidents lead to in the processes beside: problems, known errors, changes, outages, capacity exceptions, improvements.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, stage } from './support.mjs'

let s, desk, resolver, made, ci

const extra = {
	problems: ['problem.problem_manager'],
	changes: ['change.change_manager'],
	changes2: ['change.approver'],
	implementer: ['change.implementer'],
	capacity: ['capacity.capacity_manager'],
	availability: ['continuity_availability.availability_manager'],
	improver: ['establish_and_improve_sms.improvement_manager'],
	documents: ['document_management.document_manager'],
	approver: ['document_management.approver'],
}

before(async () => {
	s = await stage({ extra })
	;({ desk, resolver } = s.as)
	made = s.made
	ci = await s.as.config.make('configuration-items', { name: 'mx1', ci_type: 'hardware', supports: [made.service.number] })
})
after(() => s?.end())

const newIncident = (fields = {}) => desk.make('incidents', {
	title: 'Mail is slow', caller: 'user', service: made.service.number, category: 'mail', security: false, configuration_items: [ci.number], ...fields,
})

const fieldsOf = (fault) => fault.body.errors.map(({ field, code }) => `${field}:${code}`).sort()

async function started(fields) {
	const incident = await newIncident(fields)
	const path = `/incidents/${incident.number}`
	await desk.take(path, 'assign', { group: 'servers', assignee: 'resolver' })
	await resolver.take(path, 'start')
	return path
}

test('8.1.3.2-d: a problem raised from an incident has its category and CIs, and both show each other', async () => {
	const incident = await newIncident()
	const path = `/incidents/${incident.number}`
	const raised = await desk.take(path, 'raise_problem')
	assert.equal(raised.state, 'new')
	const [problem] = (await desk.get('/problems' + query({ filter: `has link(incidents where number = ${incident.number})` }))).body.items
	assert.equal(problem.title, incident.title)
	assert.equal(problem.category, incident.category)
	assert.deepEqual(problem.configuration_items, [ci.number])
	assert.equal(problem.raised_by, 'desk')
	assert.equal(problem.created_by, 'desk')
	const here = await desk.get(`${path}/links`), there = await desk.get(`/problems/${problem.number}/links`)
	assert.match(here.text, new RegExp(problem.number))
	assert.match(there.text, new RegExp(incident.number))
	await desk.take(path, 'raise_problem')
	assert.equal((await desk.get('/problems' + query({ filter: `has link(incidents where number = ${incident.number})` }))).body.items.length, 1)
})

test('8.1.5-i: three incidents linked to a problem are found with the time of their hand-over', async () => {
	const problem = await s.as.problems.make('problems', { title: 'The mail server loses its disks' })
	const numbers = []
	for (let i = 0; i < 3; i++) {
		const incident = await newIncident({ title: `Mailbox ${i} is gone` })
		numbers.push(incident.number)
		// From either end.
		const [from, to] = i % 2 ? [`/problems/${problem.number}`, incident.number] : [`/incidents/${incident.number}`, problem.number]
		const answer = await (i % 2 ? s.as.problems : desk).post(`${from}/links`, i % 2 ? { link: 'incidents', to } : { link: 'because_of', to })
		assert.ok(answer.status < 300, answer.text)
	}
	await newIncident({ title: 'Another matter' })
	const found = await desk.all('/incidents' + query({ filter: `has link(because_of where number = ${problem.number})`, sort: 'number' }))
	assert.deepEqual(found.map((incident) => incident.number).sort(), numbers.sort())
	for (const incident of found) assert.ok(Date.now() - Date.parse(incident.handed_over_at) < 60_000, incident.handed_over_at)
	const view = await desk.all('/incidents' + query({ filter: 'has link(because_of)' }))
	assert.ok(numbers.every((number) => view.some((incident) => incident.number === number)))
})

test('8.1.3.2-f: an incident waits for its change, and comes back to its owner when that is in', async () => {
	const path = await started()
	const waiting = await resolver.take(path, 'raise_change', { comment: 'Needs a new disk array' })
	assert.equal(waiting.state, 'waiting')
	assert.equal(waiting.waiting_for, 'change')
	const clocks = (await desk.get(`${path}/clocks`)).body
	assert.equal((clocks.items ?? clocks).find((clock) => clock.name === 'resolution').state, 'paused')
	const [change] = await desk.all('/changes' + query({ filter: `has link(resolves_incidents where number = ${waiting.number})` }))
	assert.equal(change.title, waiting.title)
	assert.equal(change.requested_by, 'resolver')
	const at = `/changes/${change.number}`
	await resolver.take(at, 'request', { reason: 'Disks fail', risk: 'medium' })
	const own = await resolver.post(`${at}/transitions/approve`, { comment: 'fine' })
	assert.equal(own.status, 403, own.text)
	await s.as.changes.take(at, 'approve', { comment: 'Go ahead' })
	await s.as.changes.take(at, 'schedule', { planned_start: '2026-12-01T09:00:00Z', planned_end: '2026-12-01T10:00:00Z' })
	const done = await s.as.implementer.take(at, 'implement')
	assert.equal(done.state, 'implemented')
	assert.equal(done.approved_by, 'changes')
	const back = (await desk.get(path)).body
	assert.equal(back.state, 'in_progress')
	assert.equal(back.assignee, 'resolver')
	const told = await desk.get(`${path}/history`)
	assert.match(told.text, /please verify/)
	assert.match(told.text, /It no longer waits/)
})

test('a change is not approved by who asked for it, and a standard one by its model alone', async () => {
	const change = await s.as.changes.make('changes', { title: 'Add memory', requested_by: 'changes' })
	const urgent = await desk.make('changes', { title: 'Close the hole', kind: 'emergency', requested_by: 'changes' })
	for (const { number } of [change, urgent]) {
		await s.as.changes.take(`/changes/${number}`, 'request', { reason: 'Slow', risk: 'low' })
		const refused = await s.as.changes.post(`/changes/${number}/transitions/approve`, { comment: 'yes' })
		assert.deepEqual([refused.status, ...fieldsOf(refused)], [403, 'state:approval', 'state:own'], refused.text)
		const [asked, ...more] = await s.as.changes.all('/approvals' + query({ filter: `change = ${number} and state = requested` }))
		assert.deepEqual([asked.approver, asked.title, more.length], ['changes2', asked.title, 0], 'whoever else may is asked')
		await s.as.changes2.take(`/approvals/${asked.number}`, 'approve')
		const now = (await desk.get(`/changes/${number}`)).body
		assert.deepEqual([now.state, now.approved_by], ['approved', 'changes2'])
	}
	const model = await s.as.changes.make('change-models', { name: 'Add memory', steps: '1. Add it' })
	const standard = await desk.make('changes', { title: 'Add memory to mx1', kind: 'standard', model: model.number })
	assert.equal((await desk.post(`/changes/${standard.number}/transitions/use_model`)).status, 409)
	await s.as.changes.take(`/change-models/${model.number}`, 'approve')
	assert.equal((await desk.take(`/changes/${standard.number}`, 'use_model')).state, 'approved')
})

test('A.10-7: a failed change lists the incidents that it caused, and its review has to speak of them', async () => {
	const change = await s.as.implementer.make('changes', { title: 'New firmware', reason: 'Security', risk: 'medium', requested_by: 'implementer' })
	const at = `/changes/${change.number}`
	await s.as.implementer.take(at, 'request')
	await s.as.changes.take(at, 'approve', { comment: 'Go' })
	await s.as.implementer.take(at, 'fail', { comment: 'It does not start any more' })
	const incident = await newIncident({ title: 'Mail is gone since the new firmware' })
	assert.ok((await desk.post(`/incidents/${incident.number}/links`, { link: 'caused_by', to: change.number })).status < 300)
	assert.match((await desk.get(`${at}/links`)).text, new RegExp(incident.number))
	const silent = await s.as.changes.post(`${at}/transitions/review`, { review: 'Bad luck' })
	assert.equal(silent.status, 422, silent.text)
	assert.deepEqual(fieldsOf(silent), ['incident_effects:required'])
	assert.equal((await s.as.changes.take(at, 'review', { review: 'Not tested', incident_effects: 'Two hours without mail' })).state, 'reviewed')
	const report = await desk.all('/changes' + query({ filter: 'failed_at is not empty or has link(caused_incidents)' }))
	assert.ok(report.some((item) => item.number === change.number))
})

test('a known error is drafted from its problem, and published only with symptom and workaround', async () => {
	const { problems } = s.as
	const problem = await problems.make('problems', { title: 'Search loses its index', category: 'mail', service: made.service.number, configuration_items: [ci.number] })
	const at = `/problems/${problem.number}`
	assert.equal((await problems.post(`${at}/transitions/raise_known_error`)).status, 422)
	await problems.take(at, 'raise_known_error', { workaround: 'Restart the indexer', cause: 'A lock' })
	const [known] = await desk.all('/known-errors' + query({ filter: `problem = ${problem.number}` }))
	assert.equal(known.workaround, 'Restart the indexer')
	assert.deepEqual(known.configuration_items, [ci.number])
	assert.deepEqual(fieldsOf(await problems.post(`/known-errors/${known.number}/transitions/publish`)), ['symptom:required'])
	const published = await problems.take(`/known-errors/${known.number}`, 'publish', { symptom: 'Nothing is found' })
	assert.equal(published.state, 'published')
	assert.ok(published.published_at)
	const incident = await newIncident()
	assert.ok((await desk.post(`/incidents/${incident.number}/links`, { link: 'worked_around_by', to: known.number })).status < 300)
	assert.match((await desk.get(`/known-errors/${known.number}/links`)).text, new RegExp(incident.number))
})

test('A.10-4: an interrupted service leaves an outage from the report to the resolution', async () => {
	const path = await started({ kind: 'interruption' })
	assert.equal((await desk.all('/outages')).length, 0)
	const resolved = await resolver.take(path, 'resolve', { resolution: 'Restarted', closing_code: 'solved' })
	const [outage] = await desk.all('/outages')
	assert.equal(outage.service, made.service.number)
	assert.equal(outage.started_at, resolved.created_at)
	assert.equal(outage.ended_at, resolved.resolved_at)
	assert.match((await desk.get(`${path}/links`)).text, new RegExp(outage.number))
	// It was not over: the outage grows and there is no second one.
	await desk.take(path, 'reopen', { comment: 'Still down' })
	const again = await resolver.take(path, 'resolve', { resolution: 'Replaced', closing_code: 'solved' })
	const outages = await desk.all('/outages')
	assert.deepEqual(outages.map((item) => item.ended_at), [again.resolved_at])
	const slow = await started({ kind: 'degradation' })
	await resolver.take(slow, 'resolve', { resolution: 'Faster', closing_code: 'solved' })
	assert.equal((await desk.all('/outages')).length, 1)
})

test('A.10-5: a lack of capacity reaches capacity management with its CI, and says what ran short', async () => {
	const incident = await newIncident({ title: 'The mail store is full', category: 'capacity' })
	const [exception] = await desk.all('/capacity-exceptions')
	assert.deepEqual(exception.configuration_items, [ci.number])
	assert.match((await desk.get(`/incidents/${incident.number}/links`)).text, new RegExp(exception.number))
	assert.match((await desk.get(`/capacity-exceptions/${exception.number}/history`)).text, /run short of capacity/)
	const at = `/capacity-exceptions/${exception.number}`
	assert.deepEqual(fieldsOf(await s.as.capacity.post(`${at}/transitions/analyse`, { analysis: 'Growth' })), ['metric:required'])
	assert.equal((await s.as.capacity.take(at, 'analyse', { analysis: 'Growth', metric: 'Storage used' })).state, 'analysed')
	await desk.patch(`/incidents/${incident.number}`, { title: 'The mail store is quite full' })
	assert.equal((await desk.all('/capacity-exceptions')).length, 1)
})

test('8.1.5-j, A.10-9: an improvement from a ticket stands in the register with its source, saving and actions', async () => {
	const path = await started()
	await resolver.take(path, 'suggest_improvement', { improvement_idea: 'Warn before the store is full' })
	const [improvement] = await desk.all('/improvements' + query({ filter: `has link(suggested_by where number = ${path.split('/').pop()})` }))
	assert.equal(improvement.source, 'incident')
	assert.equal(improvement.description, 'Warn before the store is full')
	assert.equal(improvement.raised_by, 'resolver')
	const at = `/improvements/${improvement.number}`
	const evaluated = await s.as.improver.take(at, 'evaluate', {
		evaluation: 'Cheap', estimated_saving: { amount: '120000', currency: 'JPY' }, owner: 'resolver',
	})
	assert.equal(evaluated.estimated_saving.currency, 'JPY')
	const action = await s.as.improver.make('actions', { title: 'Add a threshold', owner: 'resolver', due: '2026-12-20' })
	assert.ok((await s.as.improver.post(`/actions/${action.number}/links`, { link: 'carries_out', to: improvement.number })).status < 300)
	const open = await desk.all('/improvements' + query({ filter: 'has link(actions where state = open)' }))
	assert.deepEqual(open.map((item) => item.number), [improvement.number])
	const review = await s.as.improver.make('reviews', { kind: 'process', title: 'Incidents of the quarter', analysis: 'Three of five came of storage.' })
	assert.ok((await s.as.improver.post(`${at}/links`, { link: 'came_out_of', to: review.number })).status < 300)
})

test('8.1.4-s1: a document is approved by another person, has its next review, and is withdrawn', async () => {
	const { documents, approver } = s.as
	const document = await documents.make('documents', {
		title: 'Procedure for major incidents', kind: 'procedure', topic: 'major_incident', owner: 'documents',
		sections: [{ heading: 'Definition', subject: 'What a major incident is' }],
	})
	const at = `/documents/${document.number}`
	const [{ number }] = (await documents.get('/document-versions' + query({ filter: `document = ${document.number}` }))).body.items, version = `/document-versions/${number}`
	await documents.take(version, 'submit')
	assert.equal((await approver.all('/approvals' + query({ filter: `document_version = ${number} and state = requested and approver = me` }))).length, 1)
	assert.equal((await documents.post(`${version}/transitions/approve`, {})).status, 403)
	await approver.take(version, 'approve')
	const published = (await documents.get(at)).body
	assert.equal(published.approver, 'approver')
	assert.equal(published.state, 'published')
	assert.ok(published.next_review)
	assert.equal((await documents.take(at, 'withdraw', { comment: 'Replaced' })).state, 'withdrawn')
})

test('what comes of a restricted incident is restricted as well', async () => {
	const incident = await s.as.security.make('incidents', { title: 'Stolen password', security: true, category: 'capacity', service: made.service.number })
	await s.as.admin.get('/incidents')
	const before = (await desk.all('/problems')).length
	await s.as.security.patch(`/incidents/${incident.number}`, { assignee: 'resolver' })
	await resolver.take(`/incidents/${incident.number}`, 'raise_problem')
	assert.equal((await desk.all('/problems')).length, before)
	assert.equal((await s.as.security.all('/problems' + query({ filter: 'security' }))).length, 1)
	assert.equal((await desk.all('/capacity-exceptions' + query({ q: 'Stolen' }))).length, 0)
})
