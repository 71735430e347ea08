// Build the front end: scripts, styles, fonts and a sprite of the icons that are really used.
import { build } from "esbuild"
import { PurgeCSS } from "purgecss"
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { icon } from "./icons.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const built = join(root, "rapport/ui/static/ui/built")
const drawings = join(root, "node_modules/@tabler/icons/icons/outline")

// Spacing, layout and the parts that any page may reach for stay whole, so that trying something out needs no new build.
const FREE = /^(avatar|d|gap|m[tbsexy]?|p[tbsexy]?|flex|align|justify|fw|text|col|row|g[xy]?|nav|table|dropdown|card|list|input|visually)(-(?!(sm|md|lg|xl|xxl)-).*)?$/

rmSync(built, { recursive: true, force: true })
mkdirSync(built, { recursive: true })
await build({
  absWorkingDir: root,
  entryPoints: ["frontend/app.js", "frontend/theme.js", "frontend/tracker.js", "frontend/worker.js", "frontend/islands/deals.js", "frontend/islands/graph.js", "frontend/islands/layout.js", "frontend/style/app.css"],
  entryNames: "[name]",
  assetNames: "[name]",
  outdir: built,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [{ name: "only what is used", setup: (it) => it.onLoad({ filter: /tabler\.min\.css$/ }, usedStyles) }],
})
writeFileSync(join(built, "icons.svg"), sprite(usedIcons()))

// What a telephone shows for the installed app; a maskable one may be cut to any shape.
const mark = readFileSync(join(root, "rapport/ui/static/ui/mark.svg"), "utf8")
for (const size of [192, 512]) writeFileSync(join(built, `app-${size}.png`), icon(mark, size))
writeFileSync(join(built, "app-maskable.png"), icon(mark, 512, { room: 0.26, round: 0 }))
writeFileSync(join(built, "app-touch.png"), icon(mark, 180, { room: 0.2, round: 0 }))

/** Tabler's rules for the classes that our templates, Python and scripts name literally: a sixth of them. */
async function usedStyles({ path }) {
  const scripts = ["frontend/**/*.js", "node_modules/bootstrap/js/src/{dropdown,offcanvas,collapse,tab}.js", "node_modules/bootstrap/js/src/util/*.js"]
  const content = ["rapport/**/*.html", "rapport/**/*.py", ...scripts].map((glob) => join(root, glob))
  const [{ css }] = await new PurgeCSS().purge({ css: [path], content, safelist: { standard: [FREE], greedy: [/data-bs-theme/] } })
  return { contents: css, loader: "css" }
}

/** The names in {% icon "name" %}, icon="name" and its kin; in nav.py and panels.py every word that is an icon. */
function usedIcons() {
  const names = new Set()
  for (const file of sources()) {
    const text = readFileSync(file, "utf8")
    for (const [, name] of text.matchAll(/(?:\{%\s*icon\s+|\b(?:icon|inbound|outbound)=)["']([a-z0-9-]+)["']/g)) names.add(name)
    if (["nav.py", "panels.py"].includes(basename(file)))
      for (const [, word] of text.matchAll(/"([a-z0-9-]+)"/g)) if (existsSync(drawing(word))) names.add(word)
  }
  return [...names].sort()
}

function sources() {
  return readdirSync(join(root, "rapport"), { recursive: true })
    .filter((path) => /\.(html|py)$/.test(path) && !path.includes("/tests/"))
    .map((path) => join(root, "rapport", path))
}

function drawing(name) {
  return join(drawings, `${name}.svg`)
}

function sprite(names) {
  const unknown = names.filter((name) => !existsSync(drawing(name)))
  if (unknown.length) throw new Error(`No such Tabler icon: ${unknown.join(", ")}`)
  return `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`
}

function symbol(name) {
  const paths = readFileSync(drawing(name), "utf8").match(/<path (?!stroke="none")[^>]*>/g)
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`
}
