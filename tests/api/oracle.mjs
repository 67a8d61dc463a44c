// Who may see and do what: the oracle of the tests that walk every type, person and verb. It reads the declared
// processes itself and decides slowly, record by record, without the program's help.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { makerOf } from './maker.mjs'
import { neverThere, root, stage } from './support.mjs'

export const types = new Map(), rolesOfProcess = new Map(), administrators = new Set()
for (const file of readdirSync(join(root, 'processes')).filter((name) => name.endsWith('.yaml'))) {
	const process = parse(readFileSync(join(root, 'processes', file), 'utf8'))
	const of = process.process ?? process.continues // a process may go on in another file
	rolesOfProcess.set(of, [...rolesOfProcess.get(of) ?? [], ...Object.keys(process.roles ?? {})])
	for (const [name, role] of Object.entries(process.roles ?? {})) if (role.administers) administrators.add(`${of}.${name}`)
	for (const [name, type] of Object.entries(process.records ?? {})) if (!neverThere.includes(type.collection)) types.set(name, { name, process: of, ...type })
}

// A type that is declared like another one: what it says itself is laid over that, and its behaviours take the place of those of their names.
const merged = (base, over) => !base || !over || [base, over].some((one) => typeof one !== 'object' || Array.isArray(one)) ? over
	: Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => [key, key in over ? merged(base[key], over[key]) : base[key]]).filter(([, value]) => value !== null))
const ofItsOwn = ['acts_as', 'seeds', 'portal', 'mail', 'number', 'figures', 'answers', 'suggests', 'spreads', 'clause', 'jump', 'was']
const nameOf = (use) => typeof use === 'string' ? use : Object.keys(use)[0]
for (const [name, type] of types) {
	if (!type.like) continue
	const base = Object.fromEntries(Object.entries(types.get(type.like)).filter(([key]) => !ofItsOwn.includes(key))), own = type.behaviours ?? []
	const behaviours = [...(base.behaviours ?? []).filter((use) => !own.some((one) => nameOf(one) === nameOf(use))), ...own]
	types.set(name, { ...merged(base, type), behaviours })
}

// What the expressions of `customers_see` say, in other words.
const customersSee = {
	article: (record, account, customer) => record.state === 'published' && (record.audience === 'customers' || (record.audience === 'one_customer' && record.customer === customer)),
	article_feedback: (record, account) => record.reader === account,
	service_notice: (record, account, customer) => ['published', 'ended'].includes(record.state) && (!record.customer || record.customer === customer),
	catalogue_item: (record, account, customer) => record.state === 'published' && (!record.for_customers.length || record.for_customers.includes(customer)) &&
		(!record.for_groups.length || record.for_groups.some((group) => (people[account].groups ?? []).some((key) => made[key === 'servers' ? 'group' : 'group2'].number === group))),
	risk_acceptance: (record, account) => record.approver === account,
	acknowledgement: (record, account) => record.person === account,
	document: (record, account, customer) => record.state === 'published' && record.customers.includes(customer),
	policy: (record, account, customer) => record.state === 'published' && record.customers.includes(customer),
	role: (record, account, customer) => record.state === 'approved' && record.customers.includes(customer),
	improvement: (record, account) => record.raised_by === account,
	agreement_signature: (record, account) => record.signer === account,
	contact_channel: (record, account, customer) => record.active === true && (!record.customer || record.customer === customer),
}

// Likewise of `partners_see`: nothing of other types.
const partnersSee = { approval: (record, account) => [record.approver, record.deputy].includes(account) }

// What the expressions of restricted_visibility say that are more than the name of a field.
const restricts = {
	communication: (record) => record.state !== 'sent' || !['users', 'customers'].includes(record.audience),
	task: () => false, approval: () => false, // of an open request
	alert: () => false, alert_group: () => false, // of an open incident
	mail: () => false, // of nothing that is restricted
	objective: (record) => record.level === 'individual', measurement: () => false,
	risk_acceptance: () => false, // of an open risk
	skill_record: () => true, reading: () => true,
	document: (record) => record.state === 'draft' || record.confidentiality === 'confidential',
	...Object.fromEntries(['document', 'policy', 'plan', 'scope', 'process', 'role'].map((name) => [`${name}_version`, (record) => ['draft', 'review', 'approved'].includes(record.state)])),
}

export const people = { // account -> { roles, customer }
	administrator: { roles: ['resource_management.administrator'] },
	nobody: { roles: [] },
	desk: { roles: ['incident_and_service_request.service_desk', 'incident_and_service_request.major_incident_declarer'] },
	resolver: { roles: ['incident_and_service_request.resolver'], groups: ['servers'] },
	desk_manager: { roles: ['incident_and_service_request.manager'] },
	slm: { roles: ['service_level.service_level_manager'] },
	config: { roles: ['configuration.configuration_manager'] },
	security: { roles: ['information_security.security_team'] },
	relations: { roles: ['business_relationship.relationship_manager'] },
	resources: { roles: ['resource_management.manager'] },
	user: { roles: [], customer: 1 }, colleague: { roles: [], customer: 1 }, user2: { roles: [], customer: 2 },
	partner: { roles: [], supplier: true },
}

let made

export const staff = (person) => !person.customer && !person.supplier
export const administers = (person) => person.roles.some((role) => administrators.has(role))

export function isOneOf(words, type, person, account, record) {
	return [words ?? []].flat().some((word) => {
		if (word === 'everyone') return !person.supplier
		if (word === 'staff') return staff(person)
		if (word === 'customer') return Boolean(person.customer)
		if (word === 'nobody') return false
		const named = word.startsWith('record.') ? word.slice(7) : word
		const field = type.fields[named]
		if (!rolesOfProcess.get(type.process).includes(word) && field) {
			if (field.type === 'person') return record?.[named] === account
			if (field.type === 'group') return (person.groups ?? []).some((key) => record?.[named] === made[key === 'servers' ? 'group' : 'group2'].number)
		}
		const role = word.includes('.') ? word : `${type.process}.${word}`
		return person.roles.includes(role)
	})
}

export const restrictionOf = (type) => (type.behaviours ?? []).map((use) => use.restricted_visibility).find(Boolean)

export function sees(type, person, account, record, customerOf) {
	const restriction = restrictionOf(type)
	if (restriction && !(restriction.when in type.fields) && !restricts[type.name]) throw new Error(`the oracle does not know what restricts ${type.name}`)
	if (restriction && (restricts[type.name]?.(record) ?? record[restriction.when]) && !isOneOf(restriction.to, type, person, account, record)) return false
	if (Boolean(type.partners_see) !== type.name in partnersSee) throw new Error(`the oracle does not know what partners see of ${type.name}`)
	if (person.supplier) return Boolean(partnersSee[type.name]?.(record, account))
	if (!staff(person)) {
		const customer = made[person.customer === 1 ? 'customer' : 'customer2'].number
		if (type.scope === 'customer' ? customerOf(type, record) !== customer : type.scope !== 'open') return false
		if (type.customers_see && !customersSee[type.name]) throw new Error(`the oracle does not know what customers see of ${type.name}`)
		return !type.customers_see || customersSee[type.name](record, account, customer)
	}
	return administers(person) || isOneOf(type.access.read, type, person, account, record)
}
export const customerOf = (type, record) => record.customer ?? null
// Whom a field of some record may name reads the type, though perhaps none of its records.
const isNamedByField = (word, type) => (word.startsWith('record.') ? word.slice(7) : word) in type.fields
export const readsType = (type, person) => staff(person)
	? administers(person) || [type.access.read].flat().some((word) => isNamedByField(word, type) || isOneOf([word], type, person))
	: person.supplier ? type.name in partnersSee : type.scope === 'customer' || type.scope === 'open'
// What changes by new versions only: of each type that has them, the content and the number that it shows.
const versioned = new Map([...types.values()].flatMap((type) => (type.behaviours ?? []).map((use) => use.version_control).filter(Boolean)
	.map(({ of, carry, shown }) => [type.fields[of].to, new Set([...carry, shown])])))
const isTried = (type, name) => !versioned.has(type.name) || (!versioned.get(type.name).has(name) && ['text', 'boolean'].includes(type.fields[name].type))
// The field that everybody tries to change: the headline, or where that follows from others, the first that does not, if any.
export const triedField = (type) => [type.headline, ...Object.keys(type.fields)].find((name) => isTried(type, name) && !['computed', 'reference', 'person', 'group', 'choice', 'integer'].includes(type.fields[name].type) && !type.fields[name].internal && !type.fields[name].counted)
const forNobody = (words) => words?.length > 0 && [words].flat().every((word) => word === 'nobody')
export const may = (type, verb, person, account, record) => !forNobody(type.access[verb]) && (administers(person) || isOneOf(type.access[verb], type, person, account, record))
export const takes = (type, transition, person, account, record) => !forNobody(transition.by) &&
	((administers(person) && !transition.personal) || isOneOf(transition.by, type, person, account, record))

export const isDone = (type, record) => type.states?.[record.state]?.phase === 'done' // what it says stays as it is

// A stage with all of them, and of each type the record that everybody is tried on.
export async function stageOfPeople() {
	const s = await stage({ people: ['desk', 'resolver', 'desk_manager', 'slm', 'config', 'security', 'relations', 'resources'],
		extra: { administrator: people.administrator.roles, nobody: [] } })
	made = s.made
	const { admin } = s.as
	await s.addPartner()
	const records = {
		incident: await admin.make('incidents', { title: 'Open to all', caller: 'user', group: 'servers', assignee: 'resolver', category: 'mail' }),
		person: (await admin.get('/people/user')).body, group: made.group, customer: made.customer, service: made.service, calendar: made.calendar,
		role: (await admin.get('/roles?limit=1')).body.items[0],
		sla: await admin.make('service-level-agreements', { title: 'Of Aoba', customer: made.customer.number, calendar: made.calendar.number, valid_from: '2026-01-01' }),
		configuration_item: await admin.make('configuration-items', { name: 'srv01' }),
		article: await admin.make('articles', { title: 'Forgotten password', audience: 'customers', body: 'Press Forgot.' }),
		contact_channel: await admin.make('contact-channels', { name: 'Service desk', address: '06-0000-1234', customer: made.customer.number }),
		interaction: await admin.make('interactions', { title: 'A call', caller: 'user' }),
		catalogue_item: await admin.make('catalogue-items', { name: 'A new telephone', kind: 'order', description: 'For the desk' }),
		supplier: made.supplier,
	}
	records.service_request = await admin.make('service-requests', { title: 'A telephone, please', caller: 'user', group: 'servers', assignee: 'resolver' })
	records.task = await admin.make('tasks', { title: 'Hand it out', service_request: records.service_request.number, group: 'servers' })
	records.approval = await admin.make('approvals', { title: 'May they have it?', service_request: records.service_request.number, approver: 'colleague' })
	records.contract = await admin.make('contracts', { title: 'Support of telephones', supplier: records.supplier.number })
	records.assignment_rule = await admin.make('assignment-rules', { title: 'None', group: 'servers', active: false }) // else new incidents are theirs
	const maker = makerOf((await admin.get('/openapi.json')).body, admin)
	for (const [name, type] of types) records[name] ??= await maker.make(type.collection)
	return { s, made, records, maker }
}

// Those who walk through all that is of a type, where not everybody does: those of its process, the administrator, staff without a role and a user.
export const concerned = (type) => Object.keys(people).filter((account) => ['administrator', 'nobody', 'user'].includes(account) || people[account].roles.some((role) => role.startsWith(`${type.process}.`)))
