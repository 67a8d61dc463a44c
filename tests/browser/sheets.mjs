// Contact sheets: the list, a record and the form of a new one of every type, nine to a sheet, in both languages, into var/sheets. They
// are there to be looked at: what a stranger would dislike shows beside its neighbours.
//
// usage: ./dev sheets [COLLECTION...]     all types when none is given
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { runWell } from '../api/support.mjs'
import { open } from './support.mjs'
import { accounts, clientOf, collections, fill, pagesOf } from './walk.mjs'

const wanted = process.argv.length > 2 ? process.argv.slice(2) : collections, folder = join('var', 'sheets'), inOne = 9
const stage = await open(), clients = new Map()

async function pictureOf(page, path, language) {
	await page.context().addCookies([{ name: 'language', value: language, url: stage.url }, { name: 'theme', value: 'light', url: stage.url }])
	await page.goto(path)
	return (await page.screenshot({ type: 'jpeg', quality: 70 })).toString('base64')
}

async function sheet(page, name, shown) {
	await page.setContent(`<style>body{margin:8px;display:grid;grid-template-columns:repeat(3,1fr);gap:8px;font:14px sans-serif}figure{margin:0}img{width:100%;border:1px solid #999}</style>
		${shown.map(({ path, image }) => `<figure><img src="data:image/jpeg;base64,${image}"><figcaption>${path}</figcaption></figure>`).join('')}`)
	await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

try {
	mkdirSync(folder, { recursive: true })
	await fill(stage, runWell(['token', 'create', '--user', 'admin'], { database: stage.database }).trim(), wanted)
	for (const account of accounts) clients.set(account, await clientOf(stage.url, account))
	const board = await (await stage.browser.newContext({ viewport: { width: 2400, height: 1000 } })).newPage(), looking = new Map(), waiting = {}
	let count = 0
	const flush = async (least) => {
		for (const [kind, shown] of Object.entries(waiting)) {
			while (shown.length >= least && shown.length) await sheet(board, `${kind}-${String(++count).padStart(3, '0')}`, shown.splice(0, inOne))
		}
	}
	for (const collection of wanted) {
		for (const { kind, path, account } of await pagesOf(clients, collection)) {
			if (!['list', 'record', 'new'].includes(kind)) continue
			for (const language of ['ja', 'en']) {
				const eyes = `${account} ${language}`
				if (!looking.has(eyes)) looking.set(eyes, await stage.person(account, { language }))
				;(waiting[`${language}-${kind}`] ??= []).push({ path, image: await pictureOf(looking.get(eyes), path, language) })
			}
		}
		await flush(inOne)
	}
	await flush(1)
	console.log(`${count} sheets in ${folder}`)
} finally {
	await stage.end()
}
