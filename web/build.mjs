// Draws what the browser gets: one style sheet, one script, one sprite, the mark. Usage: node web/build.mjs DIRECTORY
// Every name carries a hash of its content, so that it may be kept for ever; manifest.json tells the names.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..");
const out = resolve(process.argv[2] ?? join(root, "build/web"));
mkdirSync(out, { recursive: true });
for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true });

function sprite() {
	const list = readFileSync(join(root, "src/web/icon.h"), "utf8");
	const names = new Set([...list.matchAll(/X\([A-Z]+, "([a-z0-9-]+)"\)/g)].map((match) => match[1]));
	const symbols = [...names].sort().map((name) => {
		const svg = readFileSync(join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
		const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
		return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function bundle(entry) {
	const result = await build({
		entryPoints: [join(here, entry)],
		bundle: true,
		minify: true,
		write: false,
		format: "iife",
		target: ["chrome123", "firefox121", "safari17.5"],
		supported: { "nesting": true },
		legalComments: "none",
		logLevel: "warning",
	});
	return Buffer.from(result.outputFiles[0].contents);
}

const files = {
	"kaname.css": await bundle("css/kaname.css"),
	"kaname.js": await bundle("js/kaname.js"),
	"icons.svg": Buffer.from(sprite()),
	"mark.svg": readFileSync(join(here, "mark.svg")),
};
const manifest = {};
for (const [name, bytes] of Object.entries(files)) {
	const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
	const hashed = name.replace(".", `-${hash}.`);
	manifest[name] = hashed;
	writeFileSync(join(out, hashed), bytes);
	writeFileSync(join(out, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
	writeFileSync(join(out, `${hashed}.br`), brotliCompressSync(bytes, {
		params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
	}));
}
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
