// Pictures of every screen, in both themes and languages, at 1440 and 390: var/shots/NAME.LANGUAGE-THEME-WIDTH.png.
//
// usage: ./dev shots [NAME...]     only the screens with these names; all when none is given
//
// They are looked at, not compared: lay them beside the drafts and mend what annoys. The demonstration behind them is made
// once, in var/shots/demo. A new screen is a line below.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { root, runWell, serve } from '../api/support.mjs'
import { launch, look, person } from './support.mjs'

// Where `at` ends with " #", the first record of that list is opened; `then` does what an address cannot.
const screens = [
	{ name: 'login', as: null, at: '/login' },
	{ name: 'home', as: 'desk', at: '/' },
	{ name: 'list', as: 'desk', at: '/incidents' },
	{ name: 'list-completion', as: 'desk', at: '/incidents', then: async (page) => {
		await page.locator('#expr').fill('priority <= P2 and ')
		await page.locator('.choices').waitFor()
	} },
	{ name: 'list-changes', as: 'change', at: '/changes' },
	{ name: 'board', as: 'desk', at: '/incidents?view=open&as=board' },
	{ name: 'board-asks', as: 'desk', at: '/incidents?view=open&as=board', then: async (page) => {
		await page.locator('.card .move summary').first().click()
		await page.locator('.card .move button[data-asks]').first().click()
		await page.locator('dialog[open]').waitFor()
	} },
	{ name: 'board-changes', as: 'change', at: '/changes?as=board' },
	{ name: 'calendar', as: 'change', at: '/changes?view=all&as=calendar' },
	{ name: 'calendar-week', as: 'change', at: '/changes?view=all&as=calendar&week=2026-11-23' },
	{ name: 'incident', as: 'desk', at: '/incidents #' },
	{ name: 'request', as: 'desk', at: '/service-requests #' },
	{ name: 'problem', as: 'problem', at: '/problems #' },
	{ name: 'change', as: 'change', at: '/changes #' },
	{ name: 'article', as: 'desk', at: '/articles #' },
	{ name: 'service', as: 'slm', at: '/services #' },
	{ name: 'person', as: 'admin', at: '/people #' },
	{ name: 'new', as: 'desk', at: '/incidents/new' },
	{ name: 'bulk', as: 'desk', at: '/incidents', then: async (page) => {
		for (const box of await page.locator('tbody .pick input').all().then((boxes) => boxes.slice(0, 3))) await box.check()
	} },
	{ name: 'search', as: 'desk', at: '/search?q=mail' },
	{ name: 'dashboard', as: 'slm', at: '/dashboard?period=last_4_weeks' },
	{ name: 'dashboard-edit', as: 'slm', at: '/dashboard/edit?from=service_desk' },
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
	{ name: 'administration-history', as: 'admin', at: '/administration/history' },
	{ name: 'administration-model', as: 'admin', at: '/administration/model' },
	{ name: 'administration-type', as: 'admin', at: '/administration/model/incident' },
	{ name: 'keys', as: 'desk', at: '/keys' },
	{ name: 'menu', as: 'desk', at: '/', then: (page) => page.locator('.me .menu > summary').click() },
	{ name: 'not-found', as: 'desk', at: '/nothing-here' },
	{ name: 'portal', as: 'user', at: '/portal' },
	{ name: 'portal-requests', as: 'user', at: '/portal/requests' },
	{ name: 'portal-request', as: 'user', at: '/portal/requests #' },
	{ name: 'portal-report', as: 'user', at: '/portal/report/incidents' },
	{ name: 'portal-catalogue', as: 'user', at: '/portal/catalogue' },
	{ name: 'portal-offer', as: 'user', at: '/portal/catalogue #' },
	{ name: 'portal-search', as: 'user', at: '/portal/search?q=mail' },
	{ name: 'portal-status', as: 'user', at: '/portal/status' },
]
const looks = ['en', 'ja'].flatMap((language) => ['light', 'dark'].flatMap((theme) => [1440, 390].map((width) => ({ language, theme, width }))))

const folder = join(root, 'var/shots'), demo = join(folder, 'demo')

// Made beside its place and moved there when complete, so that an interrupted run begins again.
function makeDemo() {
	if (existsSync(demo)) return
	const made = `${demo}.new`
	rmSync(made, { recursive: true, force: true })
	mkdirSync(made, { recursive: true })
	runWell(['demo', '--months', '3'], { database: `sqlite:${join(made, 'kaname.db')}` })
	renameSync(made, demo)
}

async function goTo(page, at) {
	const [list, record] = at.split(' ')
	await page.goto(list)
	if (!record) return list
	const rows = page.locator('main :is(table.grid a.title, .mine a, .cat a)').first()
	const address = await rows.getAttribute('href')
	await page.goto(address)
	return address
}

async function shoot(page, screen) {
	const address = await goTo(page, screen.at)
	for (const one of looks) {
		await look(page, one)
		await page.goto(address)
		await screen.then?.(page)
		await page.screenshot({ path: join(folder, `${screen.name}.${one.language}-${one.theme}-${one.width}.png`) })
	}
}

makeDemo()
const names = process.argv.slice(2)
const wanted = names.length ? screens.filter(({ name }) => names.includes(name)) : screens
const server = await serve(`sqlite:${join(demo, 'kaname.db')}`)
const browser = await launch(), pages = new Map()
try {
	for (const screen of wanted) {
		if (!pages.has(screen.as)) pages.set(screen.as, await person(server.url, browser, screen.as))
		await shoot(pages.get(screen.as), screen)
		console.log(`${screen.name}: ${looks.length} pictures`)
	}
	for (const page of pages.values()) for (const trouble of page.troubles) console.log(`the console said: ${trouble}`)
} finally {
	await browser.close()
	await server.stop()
}
