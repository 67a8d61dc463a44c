// Knowledge: who may read an article, by every way that leads to one; feedback, and what is counted.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { query, stage } from './support.mjs'

let s, made

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager', 'resolver'], extra: { nobody: [] } })
	made = s.made
})
after(() => s?.end())

async function published(fields) {
	const article = await s.as.desk.make('articles', { body: 'Press **Forgot**.', ...fields })
	await s.as.desk.take(`/articles/${article.number}`, 'submit')
	return s.as.desk_manager.take(`/articles/${article.number}`, 'publish', { review_by: '2030-01-01' })
}

async function attach(path, name, isPublic) {
	const form = new FormData()
	form.append('public', isPublic ? 'true' : 'false')
	form.append('file', new Blob([`bytes of ${name}`]), name)
	const answer = await s.as.desk.post(`${path}/attachments`, form)
	assert.ok(answer.status < 300, answer.text)
	return answer.body.items.find((item) => item.name === name)
}

const without = (answer, number) => `${answer.status} ${answer.text.replaceAll(number, 'NUMBER').replace(/"request":"[0-9a-f]+"/, '"request"')}`

test('an article is there for its readers and for nobody else, whichever way one asks', async () => {
	const { desk, user, colleague, user2, admin } = s.as
	const articles = {
		draft: await desk.make('articles', { title: 'zebraword draft', audience: 'customers', body: 'x', service: made.service.number }),
		staff: await published({ title: 'zebraword for staff', audience: 'staff', service: made.service.number }),
		all: await published({ title: 'zebraword for all', audience: 'customers', service: made.service.number }),
		aoba: await published({ title: 'zebraword for Aoba', audience: 'one_customer', customer: made.customer.number, service: made.service.number }),
		withdrawn: await published({ title: 'zebraword gone', audience: 'customers', service: made.service.number }),
	}
	await s.as.desk_manager.take(`/articles/${articles.withdrawn.number}`, 'withdraw', { comment: 'Out of date' })
	const readers = { desk: ['draft', 'staff', 'all', 'aoba', 'withdrawn'], user: ['all', 'aoba'], colleague: ['all', 'aoba'], user2: ['all'] }
	for (const [account, sees] of Object.entries(readers)) {
		const who = s.as[account], numbers = sees.map((name) => articles[name].number).sort()
		for (const parameters of [{}, { q: 'zebraword' }, { filter: 'title contains "zebraword"' }, { filter: `service = "${made.service.number}"` }, { sort: 'title' }]) {
			const answer = await who.get(`/articles${query({ ...parameters, count: 'true', limit: 200 })}`)
			assert.equal(answer.status, 200, answer.text)
			assert.deepEqual(answer.body.items.map((item) => item.number).sort(), numbers, `${account} ${JSON.stringify(parameters)}`)
			assert.equal(answer.body.total, numbers.length, `${account}: count`)
		}
		const found = (await who.get(`/search${query({ q: 'zebraword', limit: 200 })}`)).body.items.map((item) => item.number).sort()
		assert.deepEqual(found, numbers, `${account}: search`)
		for (const [name, article] of Object.entries(articles)) {
			const path = `/articles/${article.number}`, absent = '/articles/ART-4711'
			if (sees.includes(name)) {
				assert.equal((await who.get(path)).status, 200, `${account}: ${name}`)
				continue
			}
			for (const rest of ['', '?fields=title', '/history', '/comments', '/links', '/attachments', '/watchers', '?as_of=2035-01-01T00:00:00Z'])
				assert.equal(without(await who.get(path + rest), article.number), without(await who.get(absent + rest), 'ART-4711'), `${account}: ${name}${rest}`)
			const vote = await who.post('/article-feedback', { article: article.number, verdict: true }), none = await who.post('/article-feedback', { article: 'ART-4711', verdict: true })
			assert.equal(without(vote, article.number), without(none, 'ART-4711'), `${account}: feedback on ${name}`)
		}
	}
	const hidden = ['audience', 'customer', 'author', 'reviewer', 'review_by', 'version_note', 'view_count', 'helpful_count', 'unhelpful_count', 'solved_count']
	const read = (await user.get(`/articles/${articles.all.number}`)).body
	for (const name of hidden) {
		assert.ok(!(name in read), name)
		assert.equal((await user.get(`/articles${query({ sort: name })}`)).status, 400, name)
		assert.equal((await user.get(`/articles${query({ filter: `${name} is empty` })}`)).status, 400, name)
	}
	assert.equal(read.title, 'zebraword for all')
	for (const account of ['user', 'user2'])
		assert.equal((await s.as[account].post('/articles', { title: 'Mine' })).status, 403)
	assert.equal((await user.patch(`/articles/${articles.all.number}`, { title: 'Mine' })).status, 403)
	assert.ok(colleague && user2 && admin)
})

test('files of an article follow it, and internal ones stay inside', async () => {
	const { desk, user, user2 } = s.as
	const article = await published({ title: 'With files', audience: 'one_customer', customer: made.customer.number }), path = `/articles/${article.number}`
	const open = await attach(path, 'open.txt', true), inner = await attach(path, 'inner.txt', false)
	assert.equal((await desk.get(`${path}/attachments`)).body.items.length, 2)
	assert.deepEqual((await user.get(`${path}/attachments`)).body.items.map((item) => item.name), ['open.txt'])
	assert.equal((await user.get(`${path}/attachments/${open.id}`)).text, 'bytes of open.txt')
	for (const [who, file] of [[user, inner], [user2, open], [user2, inner]])
		assert.equal((await who.get(`${path}/attachments/${file.id}`)).status, 404)
})

test('what an article was before it was published is not told', async () => {
	const { desk, desk_manager: manager, user } = s.as
	const article = await desk.make('articles', { title: 'Secret first thoughts', audience: 'customers', body: 'The boss forgot hers too' }), path = `/articles/${article.number}`
	const thought = new Date(Date.parse((await desk.get(path)).body.updated_at)).toISOString()
	await desk.patch(path, { title: 'Forgotten password 2', body: 'Press Forgot.' })
	await desk.take(path, 'submit')
	await manager.take(path, 'publish', { review_by: '2030-01-01' })
	assert.equal((await user.get(path)).status, 200)
	for (const rest of ['/history', '/comments', `?as_of=${thought}`]) {
		const answer = await user.get(path + rest)
		assert.ok(!/first thoughts|boss/.test(answer.text), rest)
	}
	assert.equal((await user.get(`${path}?as_of=${thought}`)).status, 404)
	assert.equal((await user.get(`/articles${query({ as_of: thought, q: 'Secret' })}`)).body?.items?.length ?? 0, 0)
	assert.match((await desk.get(`${path}/history`)).text, /first thoughts/)
})

test('a vote is one for each reader, is theirs alone, and may be changed', async () => {
	const { user, colleague, user2, desk } = s.as
	const article = await published({ title: 'Voted on', audience: 'customers' }), path = `/articles/${article.number}`
	const vote = await user.make('article-feedback', { article: article.number, verdict: true })
	assert.equal(vote.reader, 'user')
	await user2.make('article-feedback', { article: article.number, verdict: false, remark: 'No such button' })
	assert.equal((await user.post('/article-feedback', { article: article.number, verdict: true })).status, 409)
	assert.equal((await user.post('/article-feedback', { article: article.number, verdict: true, reader: 'colleague' })).status, 422)
	let counts = (await desk.get(path)).body
	assert.deepEqual([counts.helpful_count, counts.unhelpful_count], [1, 1])
	assert.equal((await user.patch(`/article-feedback/${vote.number}`, { verdict: false })).status, 200)
	counts = (await desk.get(path)).body
	assert.deepEqual([counts.helpful_count, counts.unhelpful_count, counts.version], [0, 2, article.version])
	for (const who of [colleague, user2]) {
		assert.equal((await who.get(`/article-feedback/${vote.number}`)).status, 404)
		assert.equal((await who.patch(`/article-feedback/${vote.number}`, { verdict: true })).status, 404)
		assert.ok(!(await who.get('/article-feedback?limit=200')).text.includes(vote.number))
	}
	assert.equal((await desk.patch(`/article-feedback/${vote.number}`, { verdict: true })).status, 403, 'nor does the desk vote for others')
})

test('the records that an article solved are counted and found', async () => {
	const { desk, user } = s.as
	const article = await published({ title: 'Solves things', audience: 'staff' })
	const incident = await user.make('incidents', { title: 'Cannot log in' }), path = `/incidents/${incident.number}`
	await desk.patch(path, { group: made.group.number, assignee: 'desk', category: 'access', security: false, ci_unknown_reason: 'none' })
	await desk.take(path, 'start')
	await desk.take(path, 'resolve', { resolution: 'Reset', closing_code: 'solved', solved_by: article.number })
	assert.equal((await desk.get(`/articles/${article.number}`)).body.solved_count, 1)
	assert.deepEqual((await desk.get(`/incidents${query({ filter: `solved_by = "${article.number}"` })}`)).body.items.map((item) => item.number), [incident.number])
	assert.ok(!(await user.get(path)).text.includes(article.number), 'the caller is not told of an article for staff')
})

test('ways to reach us: those in use, of everybody or of the own customer', async () => {
	const { desk_manager: manager, user, user2 } = s.as
	const all = await manager.make('contact-channels', { name: 'Desk', address: '06-0000-1234' })
	const night = await manager.make('contact-channels', { name: 'Night line', address: '06-0000-9999', hours: 'outside', customer: made.customer.number })
	await manager.make('contact-channels', { name: 'Old', address: '1', active: false })
	assert.deepEqual((await user.get('/contact-channels')).body.items.map((item) => item.number).sort(), [all.number, night.number])
	assert.deepEqual((await user2.get('/contact-channels')).body.items.map((item) => item.number), [all.number])
})
