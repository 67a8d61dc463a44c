// Ordering from the catalogue: in the portal by the customer's people, with the script and without; at the desk; and the decision
// of whoever must approve.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setPasswords, stage } from '../api/support.mjs'
import { faults, launch, look, looks, person } from './support.mjs'

const password = 'a long password'
let s, browser, laptop, phone

const form = [
	{ name: 'size', label: 'Size of the screen', label_ja: '画面サイズ', type: 'choice', required: true, choices: 'small = 13 inch | 13インチ, large = 15 inch | 15インチ' },
	{ name: 'reason', label: 'Why a large one?', label_ja: '15インチが必要な理由', type: 'markdown', required: true, shown_when: 'size = large' },
	{ name: 'dock', label: 'With a docking station', label_ja: 'ドッキングステーション', type: 'boolean' },
	{ name: 'needed_by', label: 'Needed by', label_ja: '必要な日', type: 'date' },
	{ name: 'count', label: 'How many', label_ja: '台数', type: 'integer', required: true, help: 'One for each person', help_ja: '一人1台' },
	{ name: 'heir', label: 'Who gets it', label_ja: '使う人', type: 'person' },
]

before(async () => {
	s = await stage({ people: ['desk', 'desk_manager'] })
	setPasswords(s.database, ['user', 'colleague', 'user2', 'desk', 'desk_manager'], password)
	const publish = async (fields) => {
		const item = await s.as.admin.make('catalogue-items', { kind: 'order', service: s.made.service.number, ...fields })
		return s.as.admin.take(`/catalogue-items/${item.number}`, 'publish')
	}
	await s.as.admin.patch(`/customers/${s.made.customer.number}`, { approver: 'colleague' })
	laptop = await publish({ name: 'Laptop', name_ja: 'ノートPC', description: 'For work **outside** the office.', description_ja: '社外での業務に使う**持ち運び用**のPCです。', form,
		cost: { amount: '150000', currency: 'JPY' }, target: 'P3D', approval: 'none' })
	phone = await publish({ name: 'Telephone', name_ja: '社用電話', description: 'A telephone of the company.', approval: 'customer', cost: { amount: '60000', currency: 'JPY' },
		form: [{ name: 'why', label: 'What for?', label_ja: '用途', type: 'text', required: true }] })
	await publish({ name: 'Only Fuji', description: 'x', for_customers: [s.made.customer2.number] })
	browser = await launch()
})
after(async () => {
	await browser?.close()
	await s?.end()
})

const enter = (account, options) => person(s.url, browser, account, { password, ...options })
const numberIn = (page) => new URL(page.url()).pathname.split('/').at(-1)
const answersOf = async (number) => Object.fromEntries((await s.as.admin.get(`/service-requests/${number}`)).body.answers.map((answer) => [answer.name, answer.value]))

for (const script of [true, false])
	test(`order in the portal, in Japanese, ${script ? 'with' : 'without'} the script`, async () => {
		const page = await enter('user', { language: 'ja', script })
		await page.goto('/portal/catalogue')
		const text = await page.locator('main').innerText()
		assert.doesNotMatch(text, /Only Fuji/)
		const tile = page.locator('section', { hasText: '機器・物品を頼む' }).locator('.cat li', { hasText: 'ノートPC' })
		assert.match(await tile.innerText(), /150,000円/)
		assert.doesNotMatch(text, /承認[：:] ?不要|標準変更/, 'what is usual is not told, and kinds read in plain words')
		assert.ok((await page.locator('section > h2').allTextContents()).includes('アカウント・利用権限'))
		await tile.locator('a').click()
		await page.waitForURL(/\/portal\/catalogue\/ITEM-/)
		assert.match(await page.locator('.particle').innerText(), /持ち運び用/)
		const reason = page.getByLabel('15インチが必要な理由', { exact: false })
		assert.equal(await reason.isVisible(), !script, 'what is not asked yet is hidden only where the script can bring it back')
		if (!script) assert.match(await page.locator('.asked').innerText(), /「画面サイズ：15インチ」の場合だけ/)

		// Faults stand at their question, in the reader's language, and what was typed is kept.
		await page.locator('.seg label', { hasText: '15インチ' }).click()
		if (script) await reason.waitFor()
		await page.locator('[name="answers.count"]').fill('2')
		await page.getByRole('button', { name: '依頼する' }).click()
		await page.locator('.err').first().waitFor()
		assert.match(await page.locator('[data-off], .asked > div', { has: reason }).innerText(), /値を入力してください|必要|入力/)
		assert.equal(await page.locator('[name="answers.count"]').inputValue(), '2')
		assert.ok(await page.locator('[name="answers.size"][value=large]').isChecked())

		await reason.fill('図面を見るため')
		await page.locator('[name="answers.needed_by"]').fill('2030-02-01')
		await page.locator('[name="answers.dock"][type=checkbox]').check()
		await page.locator('[name="answers.heir"]').selectOption('colleague')
		await page.getByLabel('そのほか知っておくべきこと', { exact: false }).fill('急ぎません。')
		await page.getByRole('button', { name: '依頼する' }).click()
		await page.waitForURL(/\/portal\/requests\/REQ-/)
		const number = numberIn(page), shown = await page.locator('main').innerText()
		assert.match(shown, /受け付けました/)
		assert.match(shown, /画面サイズ\s+15インチ/)
		assert.match(shown, /使う人\s+Colleague of Aoba/)
		assert.match(shown, /費用\s+150,000円/)
		assert.equal(await page.locator('.steps [aria-current=step]').innerText(), '受付')
		assert.deepEqual(await answersOf(number), { size: 'large', reason: '図面を見るため', dock: 'true', needed_by: '2030-02-01', count: '2', heir: 'colleague' })
		const made = (await s.as.desk.get(`/service-requests/${number}`)).body
		assert.deepEqual([made.caller, made.channel, made.title_ja, made.description], ['user', 'portal', 'ノートPC', '急ぎません。'])

		// Done, but something is missing; then all is there.
		await s.as.desk.take(`/service-requests/${number}`, 'start')
		await s.as.desk.take(`/service-requests/${number}`, 'fulfil', { closing_code: 'fulfilled', outcome: '受付に置いてあります。' })
		await page.goto('/portal/requests')
		await page.locator('.mine > li', { hasText: 'ノートPC' }).first().getByRole('link', { name: 'まだ足りません' }).click()
		await page.getByLabel('理由', { exact: false }).or(page.locator('.pstep textarea')).first().fill('電源がない')
		await page.locator('.pstep').getByRole('button', { name: 'まだ足りません' }).click()
		await page.getByText('手配を進めています。').waitFor()
		await s.as.desk.take(`/service-requests/${number}`, 'fulfil', { closing_code: 'fulfilled' })
		await page.goto('/portal')
		await page.locator('.mine > li', { hasText: 'ノートPC' }).first().getByRole('button', { name: 'すべて受け取りました' }).click()
		await page.waitForURL(/\/portal\/requests\//)
		assert.equal((await s.as.desk.get(`/service-requests/${number}`)).body.state, 'closed')
		assert.deepEqual(page.troubles.filter((trouble) => !/422/.test(trouble)), [])
		await page.context().close()
	})

test('an approver of the customer decides in the portal, and somebody of ours in the workspace', async () => {
	const user = await enter('user'), colleague = await enter('colleague')
	const ask = async () => {
		await user.goto(`/portal/catalogue/${phone.number}`)
		await user.getByLabel('What for?').fill('To be reached')
		await user.getByRole('button', { name: 'Order', exact: true }).click()
		await user.waitForURL(/\/portal\/requests\/REQ-/)
		return numberIn(user)
	}
	const first = await ask()
	assert.match(await user.locator('main').innerText(), /It waits for approval[^]*Colleague of Aoba\s+Requested/)
	assert.equal(await user.locator('.steps [aria-current=step]').innerText(), 'Received')
	await user.goto('/portal')
	assert.doesNotMatch(await user.locator('main').innerText(), /approval is waiting for you/)

	await colleague.goto('/portal')
	assert.match(await colleague.locator('main').innerText(), /1 approval is waiting for you/)
	await colleague.locator('.mine > li', { hasText: 'Telephone' }).locator('a.t').click()
	await colleague.waitForURL(/\/portal\/requests\/APR-/)
	assert.match(await colleague.locator('main').innerText(), /What for\?\s+To be reached[^]*60,000/)
	await colleague.getByRole('button', { name: 'Approve', exact: true }).click()
	await colleague.getByText('It was approved.').waitFor()
	assert.notEqual((await s.as.desk.get(`/service-requests/${first}`)).body.state, 'awaiting_approval')

	const second = await ask()
	await colleague.goto('/portal')
	await colleague.locator('.mine > li', { hasText: 'Telephone' }).first().getByRole('link', { name: 'Do not approve' }).click()
	await colleague.getByLabel('Why?').fill('There is one already')
	await colleague.locator('.pstep').getByRole('button', { name: 'Do not approve' }).click()
	await colleague.getByText('It was not approved.').waitFor()
	assert.equal((await s.as.desk.get(`/service-requests/${second}`)).body.state, 'rejected')

	// What the approver asks for, somebody else decides: here of the provider.
	await s.as.colleague.make('service-requests', { catalogue_item: phone.number, answers: [{ name: 'why', value: 'Travel' }] })
	const manager = await enter('desk_manager')
	await manager.goto('/')
	await manager.locator('.counters, main').getByText('wait for my approval').first().waitFor()
	await manager.locator('#decide').getByRole('link', { name: 'Telephone' }).or(manager.locator('section:has(#decide) a', { hasText: 'Telephone' })).first().click()
	await manager.waitForURL(/\/APR-/)
	await manager.getByRole('button', { name: 'Approve', exact: true }).click()
	await manager.getByText('Approved').first().waitFor()
	await manager.goto('/')
	assert.doesNotMatch(await manager.locator('main').innerText(), /wait for my approval/)
	for (const page of [user, colleague, manager]) {
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	}
})

for (const script of [true, false])
	test(`the desk asks the questions of the item that it chooses ${script ? 'with' : 'without'} the script`, async () => {
		const page = await enter('desk', { script })
		await page.goto('/service-requests/new')
		assert.equal(await page.locator('.asked [name]').count(), 0)
		await page.locator('[name=caller]').fill('user').catch(() => page.locator('[name=caller]').selectOption('user'))
		await page.locator('[name=catalogue_item]').selectOption(laptop.number)
		if (!script) await page.getByRole('button', { name: 'Ask the questions of: Catalogue item' }).click()
		await page.locator('[name="answers.count"]').waitFor()
		assert.deepEqual(await page.locator('.asked .err').count(), 0)
		await page.locator('.seg label', { hasText: '13 inch' }).click()
		await page.locator('[name="answers.count"]').fill('1')
		await page.locator('form#new button.main').click()
		await page.waitForURL(/\/REQ-\d+$/)
		const made = (await s.as.desk.get(`/service-requests/${numberIn(page)}`)).body
		assert.deepEqual([made.title, made.caller, made.catalogue_item], ['Laptop', 'user', laptop.number])
		assert.match(await page.locator('.answers').innerText(), /Size of the screen\s+13 inch/)
		assert.doesNotMatch(await page.locator('.answers').innerText(), /Why a large one/)
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	})

test('the desk answers what was left open when it found the item, question by question', async () => {
	const free = await s.as.user.make('service-requests', { title: 'Something to work with on the train' })
	await s.as.desk.patch(`/service-requests/${free.number}`, { catalogue_item: laptop.number })
	const page = await enter('desk', { script: false })
	await page.goto(`/${free.number}?edit=answers`)
	await page.locator('.seg label', { hasText: '15 inch' }).click()
	await page.locator('[name="answers.count"]').fill('3')
	await page.getByRole('button', { name: 'Save' }).click()
	await page.locator('.err').first().waitFor()
	assert.equal(await page.locator('[name="answers.count"]').inputValue(), '3')
	await page.locator('[name="answers.reason"]').fill('Plans')
	await page.getByRole('button', { name: 'Save' }).click()
	await page.waitForURL((url) => url.pathname === `/${free.number}`)
	assert.deepEqual(await answersOf(free.number), { size: 'large', reason: 'Plans', dock: null, needed_by: null, count: '3', heir: null })

	// What is being prepared is looked at as whoever orders will see it; it cannot be ordered yet.
	const draft = await s.as.admin.make('catalogue-items', { name: 'In preparation', kind: 'order', form })
	await page.goto(`/portal/catalogue/${draft.number}`)
	assert.match(await page.locator('main').innerText(), /as whoever orders will see it[^]*Size of the screen/)
	assert.equal(await page.getByRole('button', { name: 'Order', exact: true }).count(), 0)
	assert.equal((await page.request.post(`/portal/catalogue/${draft.number}`, { form: { csrf: await page.locator('.pform [name=csrf]').inputValue(), 'answers.size': 'small', 'answers.count': '1' } })).status(), 422)
	await page.context().close()
})

test('questions are put in another order', async () => {
	const item = await s.as.admin.make('catalogue-items', { name: 'To be sorted', kind: 'order', owner: 'desk_manager', form })
	const page = await enter('desk_manager')
	await page.goto(`/${item.number}?edit=form`)
	await page.locator('[name="form.2.name"]').waitFor()
	await page.getByRole('button', { name: 'Move up: row 3' }).click()
	assert.equal(await page.locator('[name="form.1.name"]').inputValue(), 'dock')
	assert.equal(await page.locator('[name="form.2.name"]').inputValue(), 'reason')
	await page.getByRole('button', { name: 'Save' }).click()
	await page.waitForURL((url) => url.pathname === `/${item.number}` && !url.search)
	const saved = (await s.as.admin.get(`/catalogue-items/${item.number}`)).body.form.map((question) => `${question.name}:${question.type}:${question.required === true}`)
	assert.deepEqual(saved, ['size:choice:true', 'dock:boolean:false', 'reason:markdown:true', 'needed_by:date:false', 'count:integer:true', 'heir:person:false'])
	assert.deepEqual(page.troubles, [])
	await page.context().close()
})

test('axe finds nothing, and nothing is wider than the window, in both languages and themes', async () => {
	const wanted = await s.as.user.make('service-requests', { catalogue_item: phone.number, answers: [{ name: 'why', value: 'Travel' }] })
	const approval = (await s.as.colleague.all('/approvals?filter=state%20%3D%20requested')).at(-1)
	const walks = {
		user: ['/portal/catalogue', `/portal/catalogue/${laptop.number}`, `/portal/requests/${wanted.number}`],
		colleague: ['/portal', `/portal/requests/${approval.number}?do=reject`],
		desk: [`/service-requests/new?catalogue_item=${laptop.number}&caller=user`],
	}
	for (const [account, paths] of Object.entries(walks)) {
		const page = await enter(account)
		for (const how of looks) {
			await look(page, how)
			for (const path of paths) {
				await page.goto(path)
				assert.deepEqual(await faults(page, how), [], `${path} ${JSON.stringify(how)}`)
				assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${path} ${JSON.stringify(how)} is too wide`)
			}
		}
		assert.deepEqual(page.troubles, [])
		await page.context().close()
	}
})
