// A browser before a server of its own: the demonstration's first month in a temporary database.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

import { makeDirectory, runWell, serve } from '../api/support.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// { url, browser, person(account, options), end() }
export async function open() {
	const place = makeDirectory()
	runWell(['demo', '--months', '1'], { database: place.database })
	const server = await serve(place.database)
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
	})
	return {
		url: server.url, browser,
		person: (account, options) => person(server.url, browser, account, options),
		async end() {
			await browser.close()
			await server.stop()
			place.remove()
		},
	}
}

// A page of somebody signed in (account null: nobody). page.troubles holds what the console complained about.
export async function person(url, browser, account, { language = 'en', theme = 'light', width = 1440, height = 1000, script = true, password = 'demo' } = {}) {
	const context = await browser.newContext({ baseURL: url, viewport: { width, height }, javaScriptEnabled: script })
	await context.addCookies([{ name: 'language', value: language, url }, { name: 'theme', value: theme, url }])
	const page = await context.newPage()
	page.troubles = []
	page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.troubles.push(message.text()))
	page.on('pageerror', (error) => page.troubles.push(String(error)))
	if (account) await signIn(page, account, password)
	return page
}

export async function signIn(page, account, password = 'demo') {
	await page.goto('/login')
	await page.locator('[name=user]').fill(account)
	await page.locator('[name=password]').fill(password)
	await page.locator('main form button').first().click()
	await page.waitForLoadState()
}

export async function look(page, { language, theme, width }) {
	const url = new URL(page.url()).origin // of a page deeper down they would hold below that page only
	await page.context().addCookies([{ name: 'language', value: language, url }, { name: 'theme', value: theme, url }])
	await page.setViewportSize({ width, height: width < 600 ? 844 : 1000 })
}

// What axe finds on the page as it stands, in a few words each. It is run outside the page's own security policy.
export async function faults(page) {
	await page.evaluate(axe)
	const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
	return found.violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.html.slice(0, 160)}`))
}

export const looks = ['en', 'ja'].flatMap((language) => ['light', 'dark'].flatMap((theme) => [1440, 390].map((width) => ({ language, theme, width }))))
