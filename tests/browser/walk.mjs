// Every page of every type: its list, board and calendar, a record of the demonstration, the form of a new one, its figures and its
// declaration; and what stands beside the types. Each is opened by somebody who may.
//
// Quickly: one document into which the page is laid as the server sent it, with axe read once; contrast is asked for where an element
// looks as none did before. Whole: each page by its address, with its scripts.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { makerOf } from '../api/maker.mjs'
import { types } from '../api/oracle.mjs'
import { clientOf as apiOf, signIn } from '../api/support.mjs'
import { misfits } from './fit.mjs'
import { person } from './support.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// Who sees most comes first; the others for what that one may not see or make.
export const accounts = ['admin', 'top', 'desk', 'resolver', 'slm', 'change', 'config', 'problem', 'release', 'continuity', 'capacity',
	'security', 'finance', 'relations', 'supplier', 'auditor']
export const collections = [...types.values()].map(({ collection }) => collection)
export const beside = ['/', '/figures', '/dashboard', '/dashboard/edit', '/conformity', '/conformity/4.1', '/conformity/4.1.1.1-a', '/processes',
	'/processes/incident_and_service_request', '/notices', '/settings', '/exports', '/search?q=mail', '/keys', '/administration',
	'/administration/tokens', '/administration/jobs', '/administration/history', '/administration/model']

// --- what there is, by the pages themselves ---

const first = (html, pattern) => pattern.exec(html)?.[1].replaceAll('&amp;', '&')

// [{ path, kind }] of what one account may open of a collection. Rows of a list are alike: a few will do.
export async function pagesOfType(get, collection) {
	const path = `/${collection}?view=all&limit=12`, list = await get(path)
	if (list.status !== 200) return []
	const linked = (pattern) => first(list.text, new RegExp(`href=['"](/${pattern})['"]`))
	return [
		['list', path], ['board', linked(`${collection}\\?[^'"]*as=board[^'"]*`)], ['calendar', linked(`${collection}\\?[^'"]*as=calendar[^'"]*`)],
		['figures', linked(`figures\\?type=${collection}[^'"]*`)], ['record', first(list.text, /<a class='title' href='(\/[A-Z]+-\d+)'/)], ['new', linked(`${collection}/new`)],
	].filter(([, at]) => at).map(([kind, at]) => ({ kind, path: at }))
}

// Of all accounts together: the first that may open each, and what nobody may.
export async function pagesOf(clients, collection) {
	const found = new Map()
	for (const [account, get] of clients) {
		if (found.has('record') && (await get(`/${collection}/new`)).status !== 200) continue
		for (const page of await pagesOfType(get, collection)) if (!found.has(page.kind)) found.set(page.kind, { account, ...page })
		if (found.has('record') && found.has('new')) break
	}
	return [...found.values()]
}

// A record of each type that the demonstration has none of: what no person would have left behind there. Who can make one does.
export async function fill(server, token, wanted = collections) {
	const pages = () => signIn(server.url, 'admin', 'demo'), admin = Object.assign(apiOf(server.url, token, 'admin'), { database: server.database, pages })
	const maker = makerOf((await admin.get('/openapi.json')).body, admin)
	for (const collection of wanted) {
		if ((await admin.get(`/${collection}?limit=1`)).body.items.length) continue
		if (collection === 'operational-level-agreements') { // with a group of one's own, and not the first party that comes
			await admin.make(collection, { ...await maker.bodyOf(collection), party: (await maker.make('parties')).number })
		} else await maker.make(collection)
	}
}

// GET as somebody who is signed in, in a language.
export async function clientOf(url, account, language = 'ja') {
	const answer = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ user: account, password: 'demo' }) })
	const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]).find((one) => one.startsWith('kaname='))
	if (!cookie) throw new Error(`${account} could not sign in`)
	const get = async (path) => {
		const page = await fetch(url + path, { headers: { cookie: `${cookie}; language=${language}` }, redirect: 'manual' })
		return { status: page.status, text: await page.text() }
	}
	return Object.assign(get, { cookie: cookie.slice('kaname='.length) })
}

// --- one look at a page, in the page: these use nothing from outside themselves ---

// The page as the server sent it takes the place of the one before.
async function lay(path) {
	const answer = await fetch(path), made = new DOMParser().parseFromString(await answer.text(), 'text/html')
	const root = document.documentElement
	for (const { name } of [...root.attributes]) root.removeAttribute(name)
	for (const { name, value } of made.documentElement.attributes) root.setAttribute(name, value)
	document.title = made.title
	if (!document.querySelector('link[rel=stylesheet]')) {
		document.head.replaceWith(made.head)
		const sheet = document.querySelector('link[rel=stylesheet]')
		if (!sheet.sheet) await new Promise((loaded) => { sheet.onload = loaded })
	}
	document.body.replaceWith(made.body)
	globalThis.scrollTo(0, 0)
	return answer.status
}

// What axe finds in the theme that is on. Contrast, and with `once` the size of targets, which are dearer than all the rest together, are
// asked of kinds of elements that were not asked before.
async function examine({ theme, everything }) {
	const root = document.documentElement
	if (theme) root.dataset.theme = theme
	const seen = (globalThis.looked ??= { light: new Set(), dark: new Set() })[root.dataset.theme] ?? new Set(), fresh = []
	for (const element of document.body.querySelectorAll('*')) {
		if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim()) && !['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName)) continue
		let chain = ''
		for (let at = element; at && at !== root; at = at.parentElement) {
			const states = ['aria-current', 'aria-selected', 'aria-pressed', 'data-state', 'disabled', 'open', 'data-tone'].filter((name) => at.hasAttribute(name)).map((name) => `[${name}=${at.getAttribute(name)}]`)
			chain += `${at.localName}.${at.getAttribute('class') ?? ''}${states.join('')} `
		}
		if (!seen.has(chain)) fresh.push(element)
		seen.add(chain)
	}
	const found = []
	const ask = async (what, options) => {
		const { violations } = await globalThis.axe.run(what, { resultTypes: ['violations'], ...options })
		for (const { id, nodes } of violations) for (const { html } of nodes) found.push(`${id}: ${html.slice(0, 160)}`)
	}
	const dear = { 'color-contrast': { enabled: false }, 'target-size': { enabled: everything === 'always' } }
	if (everything) await ask(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: dear })
	if (fresh.length) await ask({ include: fresh }, { runOnly: everything === 'once' ? ['color-contrast', 'target-size'] : ['color-contrast'] })
	return found
}

async function withAxe(page) {
	const console = await page.context().newCDPSession(page)
	await console.send('Runtime.evaluate', { expression: `${axe};0` }) // outside the page's own security policy
	await console.detach()
}

const height = (width) => (width < 600 ? 844 : 1000)
const told = (width, faults) => faults.map((fault) => `${width}: ${fault}`)

// --- the two ways ---

// see({ account, path, language, widths }) -> what is wrong, in one document.
export async function quickEye(url, browser, clients) {
	const page = await person(url, browser, null)
	await page.emulateMedia({ reducedMotion: 'reduce' }) // colours are what they will be
	await page.goto('/healthz')
	await withAxe(page)
	return async ({ account, path, language, widths }) => {
		await page.context().addCookies([{ name: 'kaname', value: clients.get(account).cookie, url }, { name: 'language', value: language, url }, { name: 'theme', value: 'light', url }])
		const status = await page.evaluate(lay, path)
		if (status !== 200) return [`answers ${status}`]
		const faults = []
		for (const width of widths) {
			await page.setViewportSize({ width, height: height(width) })
			faults.push(...told(width, await page.evaluate(misfits)))
		}
		faults.push(...await page.evaluate(examine, { everything: 'once' }), ...(await page.evaluate(examine, { theme: 'dark' })).map((fault) => `dark: ${fault}`))
		return faults
	}
}

// The same, each page with its scripts, and axe asked for everything at each width.
export async function wholeEye(url, browser) {
	const pages = new Map()
	return async ({ account, path, language, widths }) => {
		if (!pages.has(account)) pages.set(account, await person(url, browser, account))
		const page = pages.get(account), faults = []
		await page.emulateMedia({ reducedMotion: 'reduce' })
		await page.context().addCookies([{ name: 'language', value: language, url }, { name: 'theme', value: 'light', url }])
		for (const width of widths) {
			await page.setViewportSize({ width, height: height(width) })
			const answer = await page.goto(path)
			if (answer.status() !== 200) return [`answers ${answer.status()}`]
			await withAxe(page)
			faults.push(...told(width, [...await page.evaluate(misfits), ...await page.evaluate(examine, { everything: 'always' }),
				...(await page.evaluate(examine, { theme: 'dark' })).map((fault) => `dark: ${fault}`)]))
		}
		return [...faults, ...page.troubles.splice(0).map((trouble) => `the console said ${trouble}`)]
	}
}
