// A mail server that takes what comes, and answers as a test says: refuses for now or for good, drops the connection, or keeps silent.
import net from 'node:net'

// answers: by step ('mail', 'rcpt', 'data', 'end'), what is said in place of yes: a line, 'drop' or 'silence'; once each.
export async function sink() {
	const mails = [], waiting = [], sockets = new Set()
	const it = { mails, answers: {}, logins: 0 }
	const server = net.createServer((socket) => {
		let text = '', data = false, mail = {}
		const say = (line) => socket.write(`${line}\r\n`)
		const asked = (step, usual) => {
			const answer = it.answers[step]
			delete it.answers[step]
			if (answer === 'drop') socket.destroy()
			else if (answer !== 'silence') say(answer ?? usual)
			return answer ? answer[0] < '4' : true
		}
		const take = (line) => {
			if (data && line === '.') {
				data = false
				it.seen?.(mail.text)
				if (asked('end', '250 2.0.0 taken')) {
					mails.push(mail)
					for (const wake of waiting.splice(0)) wake()
				}
				mail = {}
			} else if (data) mail.text += `${line.replace(/^\./, '')}\r\n`
			else if (/^EHLO/i.test(line)) say('250 sink')
			else if (/^MAIL FROM:<(.*)>/i.test(line)) { mail.from = /<(.*)>/.exec(line)[1]; asked('mail', '250 ok') }
			else if (/^RCPT TO:<(.*)>/i.test(line)) { mail.to = /<(.*)>/.exec(line)[1]; asked('rcpt', '250 ok') }
			else if (/^DATA/i.test(line)) { mail.text = ''; data = Boolean(asked('data', '354 go on')) }
			else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end() }
			else say('250 ok')
		}
		sockets.add(socket)
		socket.on('error', () => {})
		socket.on('close', () => sockets.delete(socket))
		socket.on('data', (bytes) => {
			text += bytes.toString('latin1')
			for (let at; (at = text.indexOf('\r\n')) >= 0;) {
				const line = text.slice(0, at)
				text = text.slice(at + 2)
				take(line)
			}
		})
		say('220 sink')
	})
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
	it.url = `smtp://127.0.0.1:${server.address().port}`
	// The mail that comes next, or came and was not asked for yet.
	it.next = async () => {
		while (!mails.length) await new Promise((resolve, reject) => {
			const late = setTimeout(() => reject(new Error('no mail came')), 60000)
			waiting.push(() => { clearTimeout(late); resolve() })
		})
		return read(mails.shift())
	}
	it.end = () => { server.close(); for (const socket of sockets) socket.destroy() }
	return it
}

const word = (text) => text.replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_, kind, inside) => (kind.toUpperCase() === 'B' ? Buffer.from(inside, 'base64') : fromQuoted(inside.replace(/_/g, ' '))).toString())
const fromQuoted = (text) => Buffer.from(text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1')

function readPart(text) {
	const at = text.indexOf('\r\n\r\n'), headers = {}
	for (const line of text.slice(0, at).replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
		const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
		if (name) headers[name.toLowerCase()] = word(value.replace(/\?=\s+=\?/g, '?==?'))
	}
	const body = text.slice(at + 4), boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1]
	if (boundary) return { headers, parts: body.split(`--${boundary}`).slice(1, -1).map((part) => readPart(part.replace(/^\r\n/, ''))) }
	const coding = headers['content-transfer-encoding'] ?? ''
	return { headers, body: (/base64/i.test(coding) ? Buffer.from(body, 'base64') : /quoted/i.test(coding) ? fromQuoted(body) : Buffer.from(body, 'latin1')).toString() }
}

// headers, and text and html as they read.
export function read(mail) {
	const whole = readPart(mail.text), all = []
	const walk = (part) => { all.push(part); for (const inner of part.parts ?? []) walk(inner) }
	walk(whole)
	const of = (type) => all.find((part) => part.body !== undefined && (part.headers['content-type'] ?? 'text/plain').startsWith(type))
	return { ...mail, headers: whole.headers, text: of('text/plain')?.body.replace(/\r\n/g, '\n'), html: of('text/html')?.body.replace(/\r\n/g, '\n'), parts: all, raw: mail.text }
}

// One mail handed over by LMTP at a socket; gives what was said after its dot.
export function handOver(path, message, to) {
	return new Promise((resolve, reject) => {
		const socket = net.connect(path)
		let said = ''
		socket.on('data', (data) => { said += data })
		socket.on('error', reject)
		socket.on('close', () => resolve(said.split('\r\n').at(-3) ?? said))
		socket.write(`LHLO here\r\nMAIL FROM:<>\r\nRCPT TO:<${to}>\r\nDATA\r\n${message.replace(/\r?\n/g, '\r\n')}\r\n.\r\nQUIT\r\n`)
	})
}
