// Pictures of every screen, in both themes and languages, at 1440 and 390: var/shots/NAME.LANGUAGE-THEME-WIDTH.png. Beside
// each it asks what does not fit and what axe finds, and whether the page holds at 200 %; anything found is listed at the end.
//
// usage: ./dev shots [NAME...]     only the screens with these names; all when none is given
//
// They are looked at, not compared: lay them beside the drafts and mend what annoys. The demonstration behind them is made
// once, in var/shots/demo, and every run begins with a copy. Exit code 1 when something was found.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { root, runWell, serve } from '../api/support.mjs'
import { unreachable } from './fit.mjs'
import { screens } from './screens.mjs'
import { faults, launch, look, person } from './support.mjs'

const everyLook = ['en', 'ja'].flatMap((language) => ['light', 'dark'].flatMap((theme) => [1440, 390].map((width) => (
	{ language, theme, width, axe: theme === 'light' ? 'everything' : 'contrast' })))) // what the theme changes is the colours
const onPaper = ['en', 'ja'].map((language) => ({ language, theme: 'light', width: 688, axe: 'nothing' })) // A4 without its margins

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

async function addressOf(page, at) {
	const [list, behind] = at.split(' #')
	if (behind === undefined) return list
	await page.goto(list)
	const first = page.locator('main :is(table.grid a.title, .mine a, .cat a, .found a.t)').first()
	return await first.getAttribute('href', { timeout: 5000 }) + behind
}

async function shoot(page, screen, address, one) {
	await look(page, one)
	await page.goto(address)
	await screen.then?.(page)
	const height = await page.evaluate(() => Math.min(document.documentElement.scrollHeight, innerWidth < 600 ? 1688 : 1600))
	const whole = screen.then ? {} : { fullPage: true, clip: { x: 0, y: 0, width: one.width, height: Math.max(height, 844) } }
	await page.screenshot({ path: join(folder, `${screen.name}.${one.language}-${screen.paper ? 'paper' : `${one.theme}-${one.width}`}.png`), ...whole })
	return (await faults(page, one)).filter((fault) => !(screen.over && fault.startsWith('target-size'))) // of what lies below
}

// A window of 1440 × 1000 at 200 % has room for half of that each way.
async function zoom(page, screen, address, language) {
	await look(page, { language, theme: 'light', width: 720 })
	await page.setViewportSize({ width: 720, height: 500 })
	await page.goto(address)
	await screen.then?.(page)
	return [...await faults(page, { axe: 'nothing' }), ...await page.evaluate(unreachable)]
}

// The same fault in several looks is one line.
const told = new Map()
function tell(screen, where, found) {
	for (const fault of found) {
		const at = told.get(`${screen.name}: ${fault}`) ?? []
		told.set(`${screen.name}: ${fault}`, [...at, where])
		if (!at.length) console.log(`  ${screen.name} ${where}: ${fault}`)
	}
}

async function visit(page, screen) {
	if (page.url() === 'about:blank') await page.goto('/login') // the look is chosen for the place where one is
	const address = await addressOf(page, screen.at), looks = screen.paper ? onPaper : everyLook
	await page.emulateMedia({ media: screen.paper ? 'print' : 'screen' })
	for (const one of looks) tell(screen, `${one.language} ${one.theme} ${one.width}`, await shoot(page, screen, address, one))
	if (!screen.paper) for (const language of ['en', 'ja']) tell(screen, `${language} at 200 %`, await zoom(page, screen, address, language))
	const said = page.troubles.splice(0).filter((trouble) => !(screen.refuses && /status of 4/.test(trouble)))
	tell(screen, 'the console said', [...new Set(said)])
	console.log(`${screen.name}: ${looks.length} pictures`)
}

makeDemo()
const names = process.argv.slice(2)
const wanted = names.length ? screens.filter(({ name }) => names.includes(name)) : screens
const copy = join(folder, `copy.${process.pid}`)
rmSync(copy, { recursive: true, force: true })
cpSync(demo, copy, { recursive: true })
const server = await serve(`sqlite:${join(copy, 'kaname.db')}`)
const browser = await launch(), pages = new Map()
try {
	for (const screen of wanted) {
		if (!pages.has(screen.as)) pages.set(screen.as, await person(server.url, browser, screen.as))
		const page = pages.get(screen.as)
		page.setDefaultTimeout(10_000)
		await visit(page, screen).catch((error) => tell(screen, 'could not be shown', [error.message.split('\n').slice(0, 3).join(' ')]))
	}
} finally {
	await browser.close()
	await server.stop()
	rmSync(copy, { recursive: true, force: true })
}
console.log(told.size ? `\n${told.size} things are wrong:` : '\nNothing is wrong.')
for (const [fault, where] of told) console.log(`${fault} (${where.join(', ')})`)
process.exitCode = told.size ? 1 : 0
