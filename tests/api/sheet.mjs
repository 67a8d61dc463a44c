// Reads what lists are written to, as a spreadsheet would: CSV (RFC 4180), and the one sheet of a workbook.
import { inflateRawSync } from 'node:zlib'

export function rowsOfCsv(bytes) {
	const text = bytes.toString('utf8'), rows = [[]]
	if (!text.startsWith('\ufeff')) throw new Error('no byte order mark')
	for (const [, quoted, plain, end] of text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		if (quoted === undefined && plain === '' && end === '' && rows.at(-1).length === 0) break
		rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain)
		if (end === '\r\n') rows.push([])
	}
	return rows.filter((row) => row.length)
}

// Files of a zip archive, by name, from its directory at the end.
export function unzip(bytes) {
	const files = {}
	let end = bytes.length - 22
	while (bytes.readUInt32LE(end) !== 0x06054b50) end--
	for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; left--) {
		const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28)), place = bytes.readUInt32LE(at + 42)
		const from = place + 30 + bytes.readUInt16LE(place + 26) + bytes.readUInt16LE(place + 28)
		const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20))
		files[name] = (bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString('utf8')
		at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
	}
	return files
}

const plain = (xml) => xml.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name])

// { rows: [{ A: 'text' or number }], formats: { A: 'yyyy-mm-dd' } of the second row, links: { A2: url }, sheet: its XML }
export function sheetOf(bytes) {
	const files = unzip(bytes), sheet = files['xl/worksheets/sheet1.xml'], styles = files['xl/styles.xml']
	const shared = [...(files['xl/sharedStrings.xml'] ?? '').matchAll(/<si><t[^>]*>([^<]*)<\/t><\/si>/g)].map(([, text]) => plain(text))
	const named = Object.fromEntries([...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map(([, id, code]) => [id, plain(code)]))
	const used = [...styles.match(/<cellXfs[^]*?<\/cellXfs>/)[0].matchAll(/<xf numFmtId="(\d+)"/g)].map(([, id]) => named[id] ?? id)
	const formats = {}, rows = [...sheet.matchAll(/<row r="(\d+)"[^>]*>([^]*?)<\/row>/g)].map(([, number, cells]) => {
		const row = {}
		for (const [, column, attributes, inside] of cells.matchAll(/<c r="([A-Z]+)\d+"([^>]*)>([^]*?)<\/c>/g)) {
			const kind = /t="(\w+)"/.exec(attributes)?.[1], style = /s="(\d+)"/.exec(attributes)?.[1]
			const value = /<v>([^<]*)<\/v>/.exec(inside)?.[1]
			row[column] = kind === 's' ? shared[value] : kind === 'inlineStr' ? plain(/<t[^>]*>([^<]*)<\/t>/.exec(inside)?.[1] ?? '') : Number(value)
			if (number === '2' && style) formats[column] = used[style]
		}
		return row
	})
	const targets = Object.fromEntries([...(files['xl/worksheets/_rels/sheet1.xml.rels'] ?? '').matchAll(/Id="(\w+)"[^>]*Target="([^"]*)"/g)].map(([, id, target]) => [id, plain(target)]))
	const links = Object.fromEntries([...sheet.matchAll(/<hyperlink ref="(\w+)" r:id="(\w+)"/g)].map(([, cell, id]) => [cell, targets[id]]))
	return { rows, formats, links, sheet }
}
