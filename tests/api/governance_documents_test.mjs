// Documents, policies, plans and scopes under control (4.1.1.5, 4.1.2, 4.3, 4.5.1): each test is named by the demands that it proves.
// What time brings (days that versions wait for, reviews that open) is proven in tests/unit/behaviour/versions_test.c.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, stage } from './support.mjs'

let s, writer, approver, top, representative, staff, user, desk

const extra = {
	writer: ['document_management.document_manager'],
	approver: ['document_management.approver'],
	top: ['management_responsibility.top_management'],
	representative: ['management_responsibility.management_representative'],
}

before(async () => {
	s = await stage({ people: ['desk', 'resolver', 'slm'], extra })
	;({ writer, approver, top, representative, user, desk } = s.as)
	staff = s.as.resolver
})
after(() => s?.end())

const fieldsOf = (fault) => fault.body.errors.map(({ field, code }) => `${field}:${code}`).sort()
const refused = (answer, status, ...fields) => { assert.equal(answer.status, status, answer.text); if (fields.length) assert.deepEqual(fieldsOf(answer), fields, answer.text) }
const day = (more = 0) => new Date(Date.now() + more * 864e5 + 9 * 36e5).toISOString().slice(0, 10)
const all = (collection, filter, who = s.as.admin) => who.all(`/${collection}` + query({ filter, sort: 'created_at' }))
const versionsOf = (record, kind = 'document', who = kind === 'document' ? writer : representative) => // drafts are seen by few
	 all(`${kind}-versions`, `${kind} = ${record.number}`, who)
const inForce = async (path, who, by, fields) => {
	await who.take(path, 'submit')
	return by.take(path, 'approve', fields)
}
const newDocument = (fields = {}) => writer.make('documents', { title: 'Backup procedure', kind: 'procedure', topic: 'document', owner: 'desk', body: 'Every night.\n\nOn two media.', ...fields })

async function published(fields) {
	const document = await newDocument(fields), [version] = await versionsOf(document)
	await inForce(`/document-versions/${version.number}`, writer, approver)
	return (await s.as.admin.get(`/documents/${document.number}`)).body
}

async function revised(document, fields, comment = 'Three media now') {
	await writer.take(`/documents/${document.number}`, 'revise', { comment })
	const version = (await versionsOf(document)).at(-1), at = `/document-versions/${version.number}`
	await writer.patch(at, fields)
	return at
}

test('4.3.1.2-s3, 4.3.2-a, 4.3.2-c: versions are numbered by how much changes, with author, approver, day and reason', async () => {
	const document = await published()
	assert.deepEqual([document.state, document.document_version, document.approver], ['published', '1.0', 'approver'])
	await inForce(await revised(document, { change_size: 'minor', body: 'Every night.\n\nOn three media.' }), writer, approver)
	await inForce(await revised(document, { title: 'Backup and restore' }, 'Restoring belongs to it'), writer, approver)
	const now = (await staff.get(`/documents/${document.number}`)).body
	assert.deepEqual([now.title, now.body, now.document_version], ['Backup and restore', 'Every night.\n\nOn three media.', '2.0'])
	const versions = await versionsOf(document, 'document', staff)
	assert.deepEqual(versions.map((one) => [one.number_text, one.state, one.author, one.approver]),
		[['1.0', 'superseded', 'writer', 'approver'], ['1.1', 'superseded', 'writer', 'approver'], ['2.0', 'effective', 'writer', 'approver']])
	assert.deepEqual(versions.map((one) => one.reason), ['First version', 'Three media now', 'Restoring belongs to it'])
	assert.ok(versions.every((one) => one.approved_at && one.effective_at))
	refused(await writer.post(`/documents/${document.number}/transitions/revise`, {}), 422, 'comment:required')
	const next = await revised(document, { body: 'Every hour.' })
	refused(await writer.patch(next, { number_text: '1.1' }), 422, 'number_text:unique')
	refused(await writer.patch(next, { reason: '' }), 422, 'reason:required')
	refused(await writer.post('/document-versions', { document: document.number, reason: 'Another' }), 403)
})

test('4.3.2-f: who opens what is confidential is written down, for those who govern it, the owner and whoever read it', async () => {
	const secret = await newDocument({ title: 'Keys', confidentiality: 'confidential' }), open = await published({ title: 'Menu' })
	const [version] = await versionsOf(secret), at = `/documents/${secret.number}`, readings = (who) => all('readings', `document = ${secret.number} or document = ${open.number}`, who)
	await inForce(`/document-versions/${version.number}`, writer, approver)
	for (const one of [at, `/document-versions/${version.number}`]) refused(await staff.get(one), 404)
	const form = new FormData()
	form.set('file', new Blob(['key']), 'key.txt')
	const file = (await writer.post(`${at}/attachments`, form)).body.items[0], pages = await s.pagesOf('approver')
	for (const again of [1, 2]) {
		assert.equal((await pages.get(`/${secret.number}`)).status, 200, again)
		await pages.get(`/${secret.number}?print=1`)
		await pages.get(`/${secret.number}/files/${file.id}/key.txt`)
		await approver.get(`/document-versions/${version.number}`)
		await approver.get(`/documents/${open.number}`)
	}
	await desk.all('/documents' + query({ filter: `number = ${secret.number}` }))
	const told = (list, reader) => list.filter((one) => one.reader === reader).map((one) => `${one.surface} ${one.document_version ?? one.document}`).sort()
	let list
	do list = await readings(writer)
	while (!told(list, 'desk').length || told(list, 'approver').length < 4)
	assert.deepEqual(told(list, 'approver'), [`api ${version.number}`, `file ${secret.number}`, `page ${secret.number}`, `paper ${secret.number}`])
	assert.deepEqual(told(list, 'desk'), [`api ${secret.number}`])
	assert.ok(list.every((one) => one.document === secret.number && one.title === 'Keys' && Math.abs(new Date(one.read_at) - Date.now()) < 1e5))
	assert.deepEqual([...new Set((await readings(approver)).map((one) => one.reader))], ['approver'])
	assert.ok((await readings(desk)).length >= list.length) // who owns it
	assert.deepEqual([(await readings(staff)).length, (await readings(s.as.admin)).length], [0, 0])
	refused(await writer.patch(`/readings/${list[0].number}`, { title: 'x' }), 422)
	// What only programs need of its parts is not on the page.
	assert.match((await pages.get(`/${open.number}`)).text, /<th scope='col'>What it settles<\/th><th scope='col'>Text</)
	// Once it is confidential no longer, its versions are open again, and nobody is noted.
	await writer.patch(at, { confidentiality: 'internal' })
	for (const one of [at, `/document-versions/${version.number}`]) assert.equal((await staff.get(one)).status, 200, one)
})

test('4.3.1.2-s5, 4.3.2-g, 4.3.2-h, 4.3.2-k: one draft at a time; nobody approves their own; the old one stays until the new one is approved, and for ever', async () => {
	const document = await published({ title: 'Access"; } <procedure>\\' }), at = await revised(document, { body: 'By card.' })
	refused(await writer.post(`/documents/${document.number}/transitions/revise`, { comment: 'Again' }), 409, 'document:version')
	assert.equal((await staff.get(at)).status, 404, 'what is not approved is not for everybody')
	refused(await writer.post(`${at}/transitions/approve`), 403)
	await writer.take(at, 'submit')
	refused(await writer.patch(at, { body: 'By key.' }), 409, 'body:locked')
	refused(await writer.post(`${at}/transitions/approve`), 403)
	assert.equal((await staff.get(`/documents/${document.number}`)).body.body, document.body)
	const own = await approver.make('documents', { title: 'Own', owner: 'desk' }), [first] = await versionsOf(own)
	await approver.take(`/document-versions/${first.number}`, 'submit')
	refused(await approver.post(`/document-versions/${first.number}/transitions/approve`), 403, 'state:own')
	await approver.take(at, 'approve')
	assert.equal((await staff.get(`/documents/${document.number}`)).body.body, 'By card.')
	refused(await writer.patch(`/documents/${document.number}`, { body: 'By heart.' }), 409, 'body:versioned')
	const [old] = await versionsOf(document, 'document', staff)
	assert.deepEqual([old.state, old.body], ['superseded', document.body])
	refused(await writer.patch(`/document-versions/${old.number}`, { body: 'Otherwise' }), 409)
	// Each printed page tells what it is; whoever does not see it, nothing.
	const pages = await s.pagesOf('admin'), printed = await pages.get(`/${document.number}/paper`)
	assert.match(printed.headers.get('content-type'), /^text\/css/)
	assert.match(printed.text, new RegExp(`content: "${document.number} {2}Access\\\\22 ; } \\\\3c procedure>\\\\5c "; .* content: "In force · Version 2\\.0 · In force since \\d+ [A-Z][a-z]+ \\d{4}"`))
	assert.match((await pages.get(`/${document.number}`)).text, new RegExp(`<link rel='stylesheet' media='print' href='/${document.number}/paper'>`))
	assert.equal((await (await s.pagesOf('user')).get(`/${document.number}/paper`)).status, 404)
})

test('4.3.1.2-s3: what differs between two versions can be read, word by word', async () => {
	const document = await published({ title: 'Media' })
	await inForce(await revised(document, { body: 'Every night.\n\nOn three media.' }), writer, approver)
	const [first, second] = await versionsOf(document)
	const { body } = await staff.get(`/document-versions/${second.number}/compare?with=${first.number}`)
	const text = body.fields.find(({ field }) => field === 'body')
	assert.deepEqual(text.parts, [['=', 'Every night.\n\nOn '], ['-', 'two'], ['+', 'three'], ['=', ' media.']])
	const number = body.fields.find(({ field }) => field === 'number_text')
	assert.deepEqual([number.before, number.after], ['1.0', '2.0'])
	assert.equal((await staff.get(`/document-versions/${second.number}/compare?with=${document.number}`)).status, 422)
	const page = await (await s.pagesOf('resolver')).get(`/${second.number}/compare?with=${first.number}`)
	assert.equal(page.status, 200)
	assert.match(page.text, /<del>two<\/del><ins>three<\/ins>/)
	assert.match((await (await s.pagesOf('resolver')).get(`/${second.number}`)).text, new RegExp(`/${second.number}/compare\\?with=${first.number}`))
})

test('4.1.2.1-s11, 4.1.2.1-s12, 4.3.2-f: a new version asks its audience anew; each confirms in person, outsiders in the portal; coverage is counted', async () => {
	const document = await newDocument({ title: 'Clean desks', acknowledged: true, for_groups: ['servers'], for_people: ['desk'], customers: [s.made.customer.number] })
	const [version] = await versionsOf(document), at = `/documents/${document.number}`
	assert.deepEqual(await all('acknowledgements', `document = ${document.number}`), [])
	await inForce(`/document-versions/${version.number}`, writer, approver)
	const asked = await all('acknowledgements', `document = ${document.number}`), of = (list, person) => list.find((one) => one.person === person && one.current)
	assert.deepEqual(asked.map((one) => one.person).sort(), ['colleague', 'desk', 'resolver', 'user'])
	assert.ok(asked.every((one) => one.state === 'open' && one.due === day(14)))
	const counts = async () => { const { asked_count: asked, confirmed_count: confirmed } = (await s.as.admin.get(at)).body; return [asked, confirmed] }
	assert.deepEqual(await counts(), [4, 0])
	const path = (one) => `/acknowledgements/${one.number}`
	refused(await s.as.admin.post(`${path(of(asked, 'resolver'))}/transitions/confirm`), 403)
	refused(await writer.post(`${path(of(asked, 'resolver'))}/transitions/confirm`), 403)
	await staff.take(path(of(asked, 'resolver')), 'confirm')
	assert.deepEqual((await all('acknowledgements', 'state = open', user)).map((one) => one.person), ['user'], 'others\' are not seen')
	assert.equal((await user.get(at)).body.title, 'Clean desks')
	assert.equal((await s.as.user2.get(at)).status, 404)
	const portal = await s.pagesOf('user'), page = `/portal/requests/${of(asked, 'user').number}`
	assert.match((await portal.get(page)).text, /On two media/)
	assert.match((await portal.get('/portal')).text, /Clean desks/)
	assert.equal((await portal.post(`${page}/do/confirm`, {}, page)).status, 303)
	assert.deepEqual(await counts(), [4, 2])
	const share = (await s.as.admin.get('/insights/acknowledgements/documents')).body.rows.find((row) => row.key === document.number || JSON.stringify(row).includes(document.number))
	assert.equal(share.figures.share.value, 50, JSON.stringify(share))
	await inForce(await revised(document, { body: 'Every evening.' }), writer, approver)
	const again = await all('acknowledgements', `document = ${document.number}`)
	assert.deepEqual(again.filter((one) => !one.current).map((one) => one.state).sort(), ['confirmed', 'confirmed', 'withdrawn', 'withdrawn'])
	assert.deepEqual(await counts(), [4, 0])
	await writer.patch(at, { for_people: [] })
	assert.deepEqual(await counts(), [3, 0])
})

test('what is in force is offered to be revised, and only in the end to be withdrawn; what belongs to it is no entry of the navigation', async () => {
	const document = await published({ title: 'Desk procedure' })
	const { text } = await (await s.pagesOf('writer')).get(`/${document.number}`)
	assert.deepEqual([...text.matchAll(/class='(btn(?: main)?)' href='[^']*\/do\/(\w+)'/g)].map(([, look, step]) => [step, look]),
		[['revise', 'btn main'], ['withdraw', 'btn']])
	const [, nav] = /<nav class='nav'([^]*?)<\/nav>/.exec(text)
	assert.match(nav, /<li><span class='sub'>Document management<\/span><a href='\/documents'/)
	assert.doesNotMatch(nav, /-versions'/)
})

test('what is in force or submitted is not offered to be changed where it stands; the rest of it is', async () => {
	const document = await published({ title: 'Door procedure' }), pages = await s.pagesOf('writer')
	const offered = async (record, field) => {
		const { text } = await pages.get(`/${record}`), all = (await pages.get(`/${record}?edit=all`)).text
		const inPlace = (await pages.get(`/${record}?edit=${field}`)).text
		const found = [text.includes(`/${record}?edit=${field}'`), all.includes(`name="${field}"`), inPlace.includes(`name="${field}"`)]
		assert.equal(new Set(found).size, 1, `${field}: ${found}`)
		return found[0]
	}
	assert.deepEqual([await offered(document.number, 'body'), await offered(document.number, 'document_version'), await offered(document.number, 'owner')], [false, false, true])
	const at = await revised(document, { body: 'By card.' }), version = at.split('/').at(-1)
	assert.equal(await offered(version, 'body'), true)
	await writer.take(at, 'submit')
	assert.deepEqual([await offered(version, 'body'), await offered(version, 'number_text')], [false, false])
})

test('4.1.2.1-s14, 4.3.2-s1, 4.3.2-s2: a review is due within a year, ends with an outcome, and leads to a revision', async () => {
	const document = await published({ title: 'Key procedure' }), at = `/documents/${document.number}`
	assert.equal(document.next_review, day(366))
	refused(await writer.patch(at, { review_every: 'P548D' }), 422, 'review_every:review_cycle')
	refused(await writer.patch(at, { next_review: day(400) }), 422, 'next_review:review_cycle')
	await writer.take(at, 'call_review')
	await writer.take(at, 'call_review')
	const [review, ...more] = await all('reviews', `document = ${document.number}`)
	assert.deepEqual([review.kind, review.chair, review.state, more.length], ['document', 'desk', 'planned', 0])
	const path = `/reviews/${review.number}`
	await desk.take(path, 'hold', { minutes: 'Keys are cards now', held_at: new Date().toISOString() })
	refused(await desk.post(`${path}/transitions/close`, {}), 422, 'outcome:required')
	await writer.patch(at, { review_every: 'P100D' })
	await desk.take(path, 'close', { outcome: 'revise' })
	const draft = (await versionsOf(document)).at(-1)
	assert.deepEqual([draft.state, draft.number_text], ['draft', '2.0'])
	assert.match(draft.reason, new RegExp(review.number))
	assert.equal((await s.as.admin.get(at)).body.next_review, day(100))
})

test('4.3.1.2-s6: what depends on a changed document is reviewed', async () => {
	const base = await published({ title: 'Security rules' }), other = await published({ title: 'Device rules' })
	await writer.patch(`/documents/${other.number}`, { depends_on: [base.number] })
	await inForce(await revised(base, { body: 'Stricter.' }), writer, approver)
	assert.equal((await all('reviews', `document = ${other.number} and state = planned`)).length, 1)
	assert.equal((await all('reviews', `document = ${base.number}`)).length, 0)
})

test('4.3.1.1-s2, 4.3.2-i, 4.3.2-s6: paper has its place, and what comes from outside its source and edition', async () => {
	refused(await writer.post('/documents', { title: 'Contract', medium: 'paper' }), 422, 'location:required')
	refused(await writer.post('/documents', { title: 'ISO/IEC 20000-1', kind: 'standard', origin: 'external' }), 422, 'edition:required', 'source:required')
})

// --- scope, policy, plan ---

let scope, policy

test('4.5.1-s6, 4.5.1-a, 4.5.1-b, 4.5.1-c, 4.5.1-d, 4.5.1-e, 4.5.1-s1, 4.5.1-s2: a scope says all that it must and names nobody else', async () => {
	await s.as.admin.make('suppliers', { name: 'Kitaura Networks' })
	refused(await representative.post('/scopes', { title: 'Scope', statement: 'Mail, carried by KITAURA Networks.' }), 422, 'statement:name_exclusion')
	refused(await representative.post('/scopes', { title: 'Scope', statement: 'Mail for Aoba Trading.' }), 422, 'statement:name_exclusion')
	scope = await representative.make('scopes', { title: 'Scope of the system', owner: 'representative' })
	const [version] = await versionsOf(scope, 'scope'), at = `/scope-versions/${version.number}`
	refused(await representative.post(`${at}/transitions/submit`), 422, 'applicability:required', 'customer_locations:required', 'customers:required', 'locations:required', 'org_units:required', 'services:required', 'statement:required', 'technology:required')
	await representative.patch(at, { statement: 'IT services for business customers from Tokyo.', org_units: 'IT', services: [s.made.service.number], locations: 'Tokyo', customers: [s.made.customer.number],
		customer_locations: 'Tokyo', technology: 'Servers', applicability: 'Applies: we provide services.' })
	await representative.take(at, 'submit')
	refused(await representative.post(`${at}/transitions/approve`), 403)
	await top.take(at, 'approve')
	const now = (await staff.get(`/scopes/${scope.number}`)).body
	assert.deepEqual([now.state, now.services, now.approver], ['published', [s.made.service.number], 'top'])
})

test('4.1.2.1-s2, 4.1.2.1-s4, 4.1.2.1-s6, 4.1.2.1-s7, 4.1.2.1-s8: a policy rests on the scope, commits top management, and can be measured', async () => {
	policy = await representative.make('policies', { title: 'Service management policy', owner: 'representative', for_people: ['desk'] })
	const at = `/policies/${policy.number}`, [version] = await versionsOf(policy, 'policy'), draft = `/policy-versions/${version.number}`
	refused(await representative.post(`${draft}/transitions/submit`), 409, 'commitment:must')
	await representative.patch(draft, { commitment: 'We meet what we agree.' })
	await representative.take(draft, 'submit')
	assert.equal((await representative.post(`${draft}/transitions/approve`)).status, 403)
	const [asked] = await all('approvals', `policy_version = ${version.number}`)
	const { text } = await (await s.pagesOf('top')).get(`/${asked.number}`) // whoever decides reads there what is decided on
	assert.match(text, new RegExp(`<section[^>]*id='subject'[^]*${version.number}[^]*We meet what we agree`))
	assert.doesNotMatch(text, /<dt[^>]*>(Service request|Customer|Cost)</)
	const statement = await representative.make('policy-statements', { policy: [policy.number], position: '1', sentence: 'Services follow the customers\' business', owner: 'desk' })
	const twice = await top.post(`${draft}/transitions/approve`)
	refused(twice, 409, 'state:must', 'state:must')
	await representative.patch(at, { scope: scope.number })
	refused(await top.post(`${draft}/transitions/approve`), 409, 'state:must')
	refused(await desk.post(`/policy-statements/${statement.number}/transitions/record_measure`, { value: '80 %', kept: 'partly' }), 422, 'measure:required', 'target:required')
	await representative.patch(`/policy-statements/${statement.number}`, { measure: 'Services with a business objective', target: '100 %' })
	await top.take(draft, 'approve')
	assert.equal((await desk.get(at)).body.state, 'published')
	const measured = await desk.take(`/policy-statements/${statement.number}`, 'record_measure', { value: '80 %', kept: 'partly' })
	assert.ok(measured.measured_at)
	assert.equal((await all('acknowledgements', `policy = ${policy.number} and state = open`)).length, 1)
})

test('4.1.2.1-a, 4.1.2.1-b, 4.1.2.1-f, 4.1.2.1-g: the review of a policy answers every question before it closes', async () => {
	await representative.take(`/policies/${policy.number}`, 'call_review')
	const [review] = await all('reviews', `policy = ${policy.number}`), path = `/reviews/${review.number}`
	assert.equal(review.checks.length, 8)
	await representative.take(path, 'hold', { minutes: 'Fits', held_at: new Date().toISOString() })
	const answers = review.checks.map((one) => ({ ...one, text: one.key === 'g' ? '' : 'Yes' }))
	const left = await representative.post(`${path}/transitions/close`, { outcome: 'unchanged', checks: answers })
	refused(left, 422, 'checks:outline')
	await representative.take(path, 'close', { outcome: 'unchanged', checks: answers.map((one) => ({ ...one, text: 'Yes' })) })
	assert.equal((await versionsOf(policy, 'policy')).length, 1)
})

// What a plan needs besides its text: whom it serves, what it aims at, its targets, resources and risks.
async function planned(plan) {
	const goal = await representative.make('business-objectives', { title: 'Grow', statement: 'More', desired_outcome: '10 %', horizon: day(300), owner: 'representative' })
	await top.take(`/business-objectives/${goal.number}`, 'adopt')
	const aim = await representative.make('objectives', { title: 'In time', owner: 'desk', priority: 'first', measure: 'Share', baseline: 80, target: 95, due: day(200), next_review: day(90), business_objectives: [goal.number], plans: [plan.number] })
	await top.take(`/objectives/${aim.number}`, 'agree')
	const risk = await representative.make('risks', { title: 'Too few people', domain: 'project', plans: [plan.number] })
	await representative.take(`/risks/${risk.number}`, 'assess', { likelihood: 'unlikely', impact: 'low', consequence: 'Late', owner: 'desk', accountable: 'top', reassess_every: 'quarter', reassess_by: day(90) })
	const funds = await staff.make('resources', { title: 'Funds', kind: 'financial', needed: 1, owner: 'desk', plans: [plan.number] })
	await top.take(`/resources/${funds.number}`, 'approve', { approved: 1 })
	const slm = s.as.slm, agreement = await slm.make('service-level-agreements', { title: 'Agreement', customer: s.made.customer2.number, calendar: s.made.calendar.number, valid_from: day() })
	await slm.take(`/service-level-agreements/${agreement.number}`, 'activate')
	await representative.patch(`/plans/${plan.number}`, { business_objectives: [goal.number], agreements: [agreement.number] })
}

test('4.1.1.5-a, 4.5.1-s2, 4.1.1.5-s2, 4.1.1.5-s13: a plan has all its sections, rests on scope and policy, and notes what it does not reflect yet', async () => {
	const plan = await representative.make('plans', { title: 'Service management plan', owner: 'representative', for_people: ['desk'] })
	assert.deepEqual(plan.sections.map((part) => part.key), [...'abcdefghijk'])
	const at = `/plans/${plan.number}`, [version] = await versionsOf(plan, 'plan'), draft = `/plan-versions/${version.number}`
	const written = version.sections.map((part) => ({ ...part, text: part.key === 'a' ? '' : 'Written' }))
	await representative.patch(draft, { sections: written })
	const missing = await representative.post(`${draft}/transitions/submit`)
	refused(missing, 422, 'sections:outline')
	assert.match(missing.text, /Introduction/)
	await representative.patch(draft, { sections: written.map((part) => ({ ...part, text: 'Written' })) })
	await representative.take(draft, 'submit')
	refused(await top.post(`${draft}/transitions/approve`), 409, 'indicators:required', ...Array(7).fill('state:must'))
	await top.take(draft, 'send_back', { comment: 'Figures, please' })
	await representative.patch(draft, { indicators: [{ figure: 'incident.attainment', goal: '95 %' }] })
	await representative.take(draft, 'submit')
	await representative.patch(at, { scope: scope.number })
	await planned(plan)
	await representative.patch(`/policies/${policy.number}`, { plans: [plan.number] })
	await top.take(draft, 'approve')
	assert.equal((await all('acknowledgements', `plan = ${plan.number} and state = open`)).length, 1)
	const special = await representative.make('plans', { title: 'Capacity plan', kind: 'capacity', owner: 'desk' })
	await representative.patch(at, { refers_to: [special.number] })
	const [first] = await versionsOf(special, 'plan')
	await inForce(`/plan-versions/${first.number}`, representative, top)
	const [change] = await all('plan-changes', `plan = ${plan.number}`)
	assert.deepEqual([change.title, change.state, change.plan_owner], ['Capacity plan', 'open', 'representative'])
	refused(await representative.post(`/plan-changes/${change.number}/transitions/reflect`, {}), 422, 'result:required')
	await representative.take(`/plan-changes/${change.number}`, 'reflect', { result: 'Section e' })
	await representative.take(`/policies/${policy.number}`, 'revise', { comment: 'Clearer' })
	const next = (await versionsOf(policy, 'policy')).at(-1)
	await inForce(`/policy-versions/${next.number}`, representative, top)
	assert.equal((await all('reviews', `plan = ${plan.number} and state = planned`)).length, 1, 'a changed policy has its plans looked at')
})

test('4.1.1.5-s1, 4.1.1.5-s6, 4.1.1.5-s10, 4.1.1.5-c, 4.1.1.5-d, 4.1.1.5-i, 4.1.1.5-j: an initiative belongs to the plan, with owner, dates, priority and benefits', async () => {
	refused(await staff.post('/initiatives', { title: 'Alone' }), 422, 'plan:required')
	const alone = await representative.make('plans', { title: 'Site plan', kind: 'project' })
	const local = await staff.make('initiatives', { title: 'Local improvement', plan: alone.number }), at = `/initiatives/${local.number}`
	refused(await representative.post(`${at}/transitions/approve`), 422, 'due:required', 'expected_benefit:required', 'importance:required', 'owner:required', 'plan:must', 'start:required', 'work:required')
	await representative.patch(at, { work: 'Move', owner: 'desk', start: day(), due: day(30), importance: 'normal', expected_benefit: 'Faster' })
	refused(await representative.post(`${at}/transitions/approve`), 409, 'plan:must')
	const [root] = await all('plans', 'kind = service_management')
	await representative.patch(`/plans/${alone.number}`, { parent: root.number })
	await representative.take(at, 'approve')
	await desk.take(at, 'start_it')
	refused(await desk.post(`${at}/transitions/complete`, {}), 422, 'realised_benefit:required')
	await desk.take(at, 'complete', { realised_benefit: 'One day less' })
})
