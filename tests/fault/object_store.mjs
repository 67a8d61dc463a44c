// An object store as S3 speaks, in memory, which proves every signature by itself and fails as it is told.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()
const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

// AWS Signature Version 4, as its documentation tells it; null when it is right, else the code of the refusal.
function refusal(request, url, body, { id, secret, region }) {
	const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '')
	if (!found) return 'AccessDenied'
	const [, who, day, where, names, signature] = found
	if (who !== id) return 'InvalidAccessKeyId'
	if (where !== region) return 'AuthorizationHeaderMalformed'
	const told = request.headers['x-amz-content-sha256']
	if (told !== sha256(body)) return 'XAmzContentSHA256Mismatch'
	const signed = names.split(';')
	for (const name of ['host', 'x-amz-content-sha256', 'x-amz-date']) if (!signed.includes(name)) return 'AccessDenied'
	const query = [...url.searchParams].map(([name, value]) => `${escape(name)}=${escape(value)}`).sort().join('&')
	const path = url.pathname.split('/').map((part) => escape(decodeURIComponent(part))).join('/')
	const canonical = [request.method, path, query, ...signed.map((name) => `${name}:${request.headers[name].trim()}`), '', names, told].join('\n')
	const scope = `${day}/${region}/s3/aws4_request`
	const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n')
	const key = [day, region, 's3', 'aws4_request'].reduce((made, part) => hmac(made, part), `AWS4${secret}`)
	return hmac(key, text).toString('hex') === signature ? null : 'SignatureDoesNotMatch'
}

// store.fault(request, url) may return 'drop' (the line), a status to fail with, or 'short' (keep less than was sent).
export async function objectStore({ id = 'AKIATEST', secret = 'a/secret+with=signs', region = 'eu-test-1', bucket = 'backups' } = {}) {
	const store = { objects: new Map(), uploads: new Map(), log: [], fault: () => null, page: 1000, id, secret, region, bucket }
	const answer = (response, status, body = '', headers = {}) => {
		response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
		response.end(body)
	}
	const fail = (response, status, code) => answer(response, status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`)
	const list = (url, response) => {
		const names = [...store.objects.keys()].filter((name) => name.startsWith(url.searchParams.get('prefix') ?? '')).sort()
		const from = Number(url.searchParams.get('continuation-token')?.replace('from=/+', '') ?? 0), page = names.slice(from, from + store.page)
		const next = from + page.length < names.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>from=/+${from + page.length}</NextContinuationToken>` : '<IsTruncated>false</IsTruncated>'
		answer(response, 200, `<ListBucketResult>${next}${page.map((name) => `<Contents><Key>${name}</Key><Size>${store.objects.get(name).length}</Size></Contents>`).join('')}</ListBucketResult>`)
	}
	const read = (request, name, response) => {
		const object = store.objects.get(name)
		if (!object) return fail(response, 404, 'NoSuchKey')
		const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
		if (!range) return answer(response, 200, object)
		const part = object.subarray(Number(range[1]), Number(range[2]) + 1)
		answer(response, 206, part, { 'content-range': `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${object.length}` })
	}
	const parts = (request, url, name, body, response) => {
		const upload = url.searchParams.get('uploadId'), there = store.uploads.get(upload)
		if (url.searchParams.has('uploads')) {
			const made = `${randomBytes(6).toString('base64')}+/=`
			store.uploads.set(made, { name, parts: new Map() })
			return answer(response, 200, `<InitiateMultipartUploadResult><UploadId>${made}</UploadId></InitiateMultipartUploadResult>`)
		}
		if (!there) return fail(response, 404, 'NoSuchUpload')
		if (request.method === 'DELETE') {
			store.uploads.delete(upload)
			return answer(response, 204)
		}
		if (request.method === 'PUT') {
			there.parts.set(Number(url.searchParams.get('partNumber')), body)
			return answer(response, 200, '', { etag: `"${sha256(body).slice(0, 32)}"` })
		}
		const told = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"(\w+)"<\/ETag>/g)]
		if (told.some(([, number, tag]) => sha256(there.parts.get(Number(number)) ?? '').slice(0, 32) !== tag)) return fail(response, 400, 'InvalidPart')
		store.objects.set(name, Buffer.concat(told.map(([, number]) => there.parts.get(Number(number)))))
		store.uploads.delete(upload)
		answer(response, 200, '<CompleteMultipartUploadResult/>')
	}
	const server = createServer((request, response) => {
		const url = new URL(request.url, 'http://store'), pieces = []
		request.on('data', (piece) => {
			pieces.push(piece)
			if (store.fault(request, url) === 'cut') request.socket.destroy()
		})
		request.on('error', () => {})
		request.on('end', () => {
			const body = Buffer.concat(pieces), fault = store.fault(request, url), [, where, ...rest] = url.pathname.split('/'), name = rest.join('/')
			store.log.push(`${request.method} ${request.url}`)
			if (fault === 'drop') return request.socket.destroy()
			if (Number.isInteger(fault)) return fail(response, fault, 'SlowDown')
			const refused = refusal(request, url, body, store)
			if (refused) return fail(response, 403, refused)
			if (where !== bucket) return fail(response, 404, 'NoSuchBucket')
			if (url.searchParams.has('uploadId') || (url.searchParams.has('uploads') && request.method === 'POST')) return parts(request, url, name, body, response)
			if (!name) return list(url, response)
			if (request.method === 'GET') return read(request, name, response)
			if (request.method === 'DELETE') store.objects.delete(name)
			else store.objects.set(name, fault === 'short' ? body.subarray(0, body.length - 100) : body)
			answer(response, request.method === 'DELETE' ? 204 : 200, '', { etag: '"x"' })
		})
	})
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
	store.endpoint = `http://127.0.0.1:${server.address().port}`
	store.close = () => new Promise((resolve) => {
		server.closeAllConnections()
		server.close(resolve)
	})
	return store
}
