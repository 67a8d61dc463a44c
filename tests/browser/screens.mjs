// Every screen, a line each. Where `at` has " #", the first record of that list is opened, with what follows behind its
// address; `then` does what an address cannot; `paper` is printed; `refuses` answers with a 4xx; `over` lies over other controls.
const choose = async (page, many) => {
	for (const box of (await page.locator('tbody .pick input').all()).slice(0, many)) await box.check()
}
const ask = (action) => async (page) => {
	await choose(page, 3)
	await page.locator(`.bulk [name=action][value=${action}]`).click()
	await page.locator('form.dialog, table.data').first().waitFor()
}
const open = (page, selector) => page.locator(selector).first().click()

export const screens = [
	{ name: 'login', as: null, at: '/login' },
	{ name: 'login-failed', as: null, at: '/login', refuses: true, then: async (page) => {
		await page.locator('[name=user]').fill('nobody')
		await page.locator('[name=password]').fill('not this one')
		await open(page, 'main form button')
		await page.locator('[role=alert], .err').first().waitFor()
	} },
	{ name: 'home', as: 'desk', at: '/' },
	{ name: 'navigation', over: true, as: 'top', at: '/', then: async (page) => { // the longest of the navigation
		const burger = page.locator('.burger')
		if (await burger.isVisible()) await burger.click()
		await page.locator('.nav summary').last().click()
	} },
	{ name: 'policy', as: 'top', at: '/policies?view=all #' },
	{ name: 'conformity', as: 'auditor', at: '/conformity' },
	{ name: 'conformity-process', as: 'auditor', at: '/conformity?process=8.1' },
	{ name: 'conformity-clause', as: 'auditor', at: '/conformity/8.1.5' },
	{ name: 'conformity-demand', as: 'auditor', at: '/conformity/8.1.5-a' },
	{ name: 'conformity-then', as: 'auditor', at: '/conformity?as_of=2026-01-01' },
	{ name: 'conformity-2018', as: 'auditor', at: '/conformity?edition=2018' },
	{ name: 'processes', as: 'auditor', at: '/processes' },
	{ name: 'process', as: 'auditor', at: '/processes/incident_and_service_request' },
	{ name: 'list', as: 'desk', at: '/incidents' },
	{ name: 'list-completion', over: true, as: 'desk', at: '/incidents', then: async (page) => {
		await page.locator('#expr').fill('priority <= P2 and ')
		await page.locator('.choices').waitFor()
	} },
	{ name: 'list-mistaken', as: 'desk', at: '/incidents?filter=state+%3D+waiting+and+prority+%3D+P1', refuses: true },
	{ name: 'list-condition', over: true, as: 'desk', at: '/incidents?view=open', then: (page) => open(page, '.chips .menu > summary') },
	{ name: 'list-columns', over: true, as: 'desk', at: '/incidents?view=open', then: async (page) => {
		await open(page, '.filter summary:has([href$="#columns-3"])')
		await page.locator('.filter .menu[open] .check').first().waitFor()
	} },
	{ name: 'list-empty', as: 'desk', at: '/incidents?filter=title+contains+%22nowhere+to+be+found%22' },
	{ name: 'list-counts', as: 'desk', at: '/incidents?view=open&group=group&fold=1' },
	{ name: 'list-groups', as: 'desk', at: '/incidents?view=open&group=group&sort=priority,number' },
	{ name: 'list-preview', as: 'desk', at: '/incidents?view=open', then: async (page) => {
		const number = (await page.locator('#rows a.title').nth(2).getAttribute('href')).match(/INC-\d+/)[0]
		await page.goto(`/incidents?view=open&preview=${number}`)
	} },
	{ name: 'list-paper', as: 'desk', at: '/incidents?view=open', paper: true },
	{ name: 'view', as: 'desk', at: '/incidents?view=open', then: async (page) => {
		await open(page, '.lhead a[href*="/view"]')
		await page.locator('dialog[open]').waitFor()
	} },
	{ name: 'export', as: 'desk', at: '/incidents?view=all', then: async (page) => { // what a list too long for at once becomes
		const csrf = await page.locator('[name=csrf]').first().inputValue()
		const made = await page.request.post('/incidents/export?view=all&format=xlsx', { form: { csrf } })
		await page.goto(made.url())
	} },
	{ name: 'exports', as: 'desk', at: '/exports' },
	{ name: 'list-changes', as: 'change', at: '/changes' },
	{ name: 'board', as: 'desk', at: '/incidents?view=open&as=board' },
	{ name: 'board-asks', over: true, as: 'desk', at: '/incidents?view=open&as=board', then: async (page) => {
		await page.locator('.card .move summary').first().click()
		await page.locator('.card .move button[data-asks]').first().click()
		await page.locator('dialog[open]').waitFor()
	} },
	{ name: 'board-changes', as: 'change', at: '/changes?as=board' },
	{ name: 'calendar', as: 'change', at: '/changes?view=all&as=calendar' },
	{ name: 'calendar-week', as: 'change', at: '/changes?view=all&as=calendar&week=2026-11-23' },
	{ name: 'incident', as: 'desk', at: '/incidents #' },
	{ name: 'incident-field', as: 'desk', at: '/incidents?view=open #?edit=impact' },
	{ name: 'incident-text', as: 'desk', at: '/incidents?view=open #?edit=description' },
	{ name: 'incident-all', as: 'desk', at: '/incidents?view=open #?edit=all' },
	{ name: 'incident-step', as: 'desk', at: '/incidents?view=open #', then: async (page) => {
		await open(page, '#actions [data-key=s]')
		await page.locator('dialog[open]').waitFor()
	} },
	{ name: 'incident-more', over: true, as: 'desk', at: '/incidents?view=open #', then: (page) => open(page, '#actions .menu > summary') },
	{ name: 'incident-link', as: 'desk', at: '/incidents?view=open #?do=link&other=mail' },
	{ name: 'incident-merge', as: 'desk', at: '/incidents?view=open #/do/merge?merged_into=INC-1' },
	{ name: 'incident-comment', as: 'desk', at: '/incidents?view=open #', then: async (page) => {
		await page.locator('#msg').fill('We have found **the cause**:\n\n- the gateway was full\n- `VPN-01` takes over')
		await open(page, '.write [name=look]')
		await page.locator('#shown > .body').waitFor()
	} },
	{ name: 'incident-note', as: 'desk', at: '/incidents?view=open #', then: (page) => page.locator('.write label', { has: page.locator('[value=internal]') }).click() },
	{ name: 'incident-conflict', as: 'desk', at: '/incidents?view=open #?edit=title', refuses: true, then: async (page) => {
		const form = page.locator('form.editing, #dialog').first(), csrf = await form.locator('[name=csrf]').inputValue()
		const number = new URL(page.url()).pathname
		const title = await form.locator('[name=title]').inputValue(), more = '（3階全体）' // the next look takes it away again: it stands in the lists as well
		await page.request.post(`${number}/edit`, { form: { csrf, title: title.endsWith(more) ? title.slice(0, -more.length) : title + more } })
		await form.locator('[name=title]').fill('What I wrote')
		await form.locator('button').first().click()
		await page.locator('.clash').waitFor()
	} },
	{ name: 'incident-paper', as: 'desk', at: '/incidents?view=open #?print=yes', paper: true },
	{ name: 'task', as: 'desk', at: '/tasks?filter= #' },
	{ name: 'problem', as: 'problem', at: '/problems #' },
	{ name: 'change', as: 'change', at: '/changes #' },
	{ name: 'article', as: 'desk', at: '/articles #' },
	{ name: 'service', as: 'slm', at: '/services #' },
	{ name: 'person', as: 'admin', at: '/people #' },
	{ name: 'new', as: 'desk', at: '/incidents/new' },
	{ name: 'new-known', as: 'desk', at: '/incidents/new', then: async (page) => {
		await page.locator('.newp .title').pressSequentially('メール 受信')
		await page.locator('#hints li').first().waitFor()
	} },
	{ name: 'new-refused', as: 'desk', at: '/incidents/new', refuses: true, then: async (page) => {
		await page.locator('.newp form').first().evaluate((form) => { form.noValidate = true })
		await open(page, '.newp button.main')
		await page.locator('.newp .err').first().waitFor()
	} },
	{ name: 'new-change', as: 'change', at: '/changes/new' },
	{ name: 'bulk', as: 'desk', at: '/incidents', then: async (page) => {
		for (const box of await page.locator('tbody .pick input').all().then((boxes) => boxes.slice(0, 3))) await box.check()
	} },
	{ name: 'bulk-edit', as: 'desk', at: '/incidents', then: ask('edit') },
	{ name: 'bulk-step', as: 'desk', at: '/incidents', then: ask('assign') },
	{ name: 'bulk-outcome', as: 'desk', at: '/incidents?view=open', then: ask('resume') },
	{ name: 'search', as: 'desk', at: '/search?q=mail' },
	{ name: 'dashboard', as: 'slm', at: '/dashboard?period=last_4_weeks' },
	{ name: 'dashboard-paper', as: 'slm', at: '/dashboard?period=last_4_weeks', paper: true },
	{ name: 'dashboard-edit', as: 'slm', at: '/dashboard/edit?from=service_desk' },
	{ name: 'dashboard-system', as: 'top', at: '/dashboard?name=management_system' },
	{ name: 'report', as: 'slm', at: '/reports #' },
	{ name: 'report-paper', as: 'slm', at: '/reports #', paper: true },
	{ name: 'figures', as: 'slm', at: '/figures' },
	{ name: 'notices', as: 'desk', at: '/notices' },
	{ name: 'settings', as: 'desk', at: '/settings' },
	{ name: 'go', as: 'desk', at: '/go?q=mail' },
	{ name: 'palette', as: 'desk', at: '/incidents #', then: async (page) => {
		await page.keyboard.press('Control+k')
		await page.locator('dialog.palette a').first().waitFor()
	} },
	{ name: 'administration', as: 'admin', at: '/administration' },
	{ name: 'administration-tokens', as: 'admin', at: '/administration/tokens' },
	{ name: 'administration-jobs', as: 'admin', at: '/administration/jobs' },
	{ name: 'administration-mails', as: 'admin', at: '/administration/mails' },
	{ name: 'administration-history', as: 'admin', at: '/administration/history' },
	{ name: 'administration-model', as: 'admin', at: '/administration/model' },
	{ name: 'administration-type', as: 'admin', at: '/administration/model/incident' },
	{ name: 'keys', as: 'desk', at: '/keys' },
	{ name: 'menu', over: true, as: 'desk', at: '/', then: (page) => page.locator('.me .menu > summary').click() },
	{ name: 'not-found', as: 'desk', at: '/nothing-here', refuses: true },
	{ name: 'no-record', as: 'desk', at: '/INC-999999', refuses: true },
	{ name: 'not-allowed', as: 'desk', at: '/administration/tokens', refuses: true },
	{ name: 'portal', as: 'user', at: '/portal' },
	{ name: 'portal-requests', as: 'user', at: '/portal/requests' },
	{ name: 'portal-request', as: 'user', at: '/portal/requests #' },
	{ name: 'portal-step', as: 'customer', at: '/portal/requests', then: async (page) => {
		await page.goto(await page.locator('a[href*="?do="]').first().getAttribute('href'))
	} },
	{ name: 'portal-ours', as: 'user', at: '/portal/requests?whose=ours' },
	{ name: 'portal-report', as: 'user', at: '/portal/report/incidents' },
	{ name: 'portal-catalogue', as: 'user', at: '/portal/catalogue' },
	{ name: 'portal-offer', as: 'user', at: '/portal/catalogue #' },
	{ name: 'portal-articles', as: 'user', at: '/portal/search?q=VPN' },
	{ name: 'portal-article', as: 'user', at: '/portal/articles/ART-6' },
	{ name: 'portal-issued', as: 'user', at: '/portal/issued' },
	{ name: 'portal-issued-one', as: 'user', at: '/portal/issued #' },
	{ name: 'portal-nothing', as: 'user', at: '/portal/search?q=nothingatall' },
	{ name: 'portal-not-found', as: 'user', at: '/portal/requests/INC-999999', refuses: true },
	{ name: 'portal-search', as: 'user', at: '/portal/search?q=mail' },
	{ name: 'portal-status', as: 'user', at: '/portal/status' },
]
