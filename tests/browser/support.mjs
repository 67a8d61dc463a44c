// A browser before a server of its own: the demonstration's first month in a temporary database.
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

import { createDatabase, makeDirectory, runWell, serve } from '../api/support.mjs'
import { misfits } from './fit.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// What has no window to draw starts and opens pages in two thirds of the time.
const program = process.env.CHROMIUM || ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path))

// The shell comes with American forms alone, whatever locale it is given; so dates in forms are written as the page's language has them.
const asThePage = '--enable-blink-features=LangAttributeAwareFormControlUI'
export const launch = () => chromium.launch({ executablePath: program, args: [asThePage, ...process.getuid?.() === 0 ? ['--no-sandbox'] : []] })

// { url, database, browser, person(account, options), end() }
export async function open() {
	const place = makeDirectory(), made = process.env.KANAME_DEMONSTRATION // one that was made for all files: a folder, or a database's name
	if (!made) runWell(['demo', '--months', '1'], { database: place.database })
	else if (process.env.KANAME_TEST_DATABASE) createDatabase(place, made)
	else for (const name of ['kaname.db', 'kaname.db.key']) copyFileSync(join(made, name), join(place.directory, name))
	const key = made && process.env.KANAME_TEST_DATABASE ? ['--key', join(tmpdir(), `${made}.key`)] : [] // beside no file that it would be looked for at
	const server = await serve(place.database, key)
	const browser = await launch()
	return {
		url: server.url, database: place.database, browser,
		person: (account, options) => person(server.url, browser, account, options),
		async end() {
			await browser.close()
			await server.stop()
			place.remove()
		},
	}
}

// A page of somebody signed in (account null: nobody), at `next` or where signing in leads. page.troubles holds what the console
// complained about.
export async function person(url, browser, account, { language = 'en', theme = 'light', width = 1440, height = 1000, script = true, password = 'demo', next, locale = language === 'ja' ? 'ja-JP' : 'en-GB' } = {}) {
	const context = await browser.newContext({ baseURL: url, viewport: { width, height }, javaScriptEnabled: script, locale })
	const page = await context.newPage()
	page.troubles = []
	page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.troubles.push(message.text()))
	page.on('pageerror', (error) => page.troubles.push(String(error)))
	const leads = account && await enter(context, url, account, password)
	await context.addCookies([{ name: 'language', value: language, url }, { name: 'theme', value: theme, url }])
	if (account) await page.goto(next ?? leads)
	return page
}

// By what the form sends the first time; later pages take up that session, as another window of the same browser would.
// Signing in takes away what was chosen before it was known who it is, so the look is chosen afterwards.
const sessions = new Map()
async function enter(context, url, account, password) {
	const key = `${url} ${account}`, known = sessions.get(key)
	if (known) {
		await context.addCookies([known.cookie])
		return known.leads
	}
	const answer = await context.request.post('/login', { form: { user: account, password }, maxRedirects: 0 })
	const cookie = (await context.cookies()).find(({ name }) => name === 'kaname')
	if (!cookie) throw new Error(`${account} could not sign in`)
	const leads = answer.headers().location
	sessions.set(key, { cookie, leads })
	return leads
}

// What was asked for is there, and followed from there on.
export const settled = (page) => page.waitForFunction(() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added'))

// By the path alone: the list that one came from is added to the address behind it, maybe before anybody looks.
export const arrived = (page, number) => page.waitForURL((at) => at.pathname === `/${number}`)

export async function signIn(page, account, password = 'demo', next = null) {
	await page.goto(next ? `/login?next=${encodeURIComponent(next)}` : '/login')
	await page.locator('[name=user]').fill(account)
	await page.locator('[name=password]').fill(password)
	await page.locator('main form button').first().click()
	await (next ? page.waitForURL((at) => at.pathname + at.search === next) : page.waitForLoadState())
}

export async function look(page, { language, theme, width }) {
	const url = new URL(page.url()).origin // of a page deeper down they would hold below that page only
	await page.context().addCookies([{ name: 'language', value: language, url }, { name: 'theme', value: theme, url }])
	await page.setViewportSize({ width, height: width < 600 ? 844 : 1000 })
}

// Each language, theme and width with each other once: axe is asked for everything in each language and at each width, and for
// the contrast of colours, which the theme changes, in the other theme. All eight looks are asked by ./dev shots. Pages look alike
// upon either database: upon PostgreSQL there is one look, and axe is not asked again.
const again = Boolean(process.env.KANAME_TEST_DATABASE)
export const looks = [
	{ language: 'en', theme: 'light', width: 1440, axe: 'everything' },
	{ language: 'ja', theme: 'light', width: 390, axe: 'everything' },
	{ language: 'en', theme: 'dark', width: 390, axe: 'contrast' },
	{ language: 'ja', theme: 'dark', width: 1440, axe: 'contrast' },
].slice(again ? -1 : 0)

// What does not fit, and what axe finds, on the page as it stands, in a few words each. Axe is run outside the page's own
// security policy.
export async function faults(page, { axe: wanted = 'everything' } = {}) {
	const fit = await page.evaluate(misfits)
	if (wanted === 'nothing' || again) return fit
	const console = await page.context().newCDPSession(page)
	await console.send('Runtime.evaluate', { expression: `${axe};0` }) // half the time of page.evaluate
	await console.detach()
	const found = await page.evaluate((runOnly) => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly }),
		wanted === 'contrast' ? ['color-contrast'] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
	return [...fit, ...found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))]
}
