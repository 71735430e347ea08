/** For the organisation's own sites: visits of those who agree, and the token of its forms. Without consent it sends and keeps nothing. */
const me = document.currentScript
const root = new URL(me.src).origin
const site = me.dataset.site
const SLOT = "rapport"
const KEPT = 395 * 864e5
const waiting = []
let visitor = ""
let timer = 0

const unwilling = () => navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true

function known() {
  try {
    const [id, until] = (localStorage.getItem(SLOT) || "").split(" ")
    return Number(until) > Date.now() ? id : ""
  } catch {
    return ""
  }
}

function begin() {
  if (visitor || unwilling()) return
  visitor = known()
  if (!visitor) {
    visitor = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    try {
      localStorage.setItem(SLOT, `${visitor} ${Date.now() + KEPT}`)
    } catch {}
  }
  note("page", document.title)
}

function end() {
  const id = visitor || known()
  waiting.length = 0
  visitor = ""
  try {
    localStorage.removeItem(SLOT)
  } catch {}
  if (id) send({ v: id, forget: 1 })
}

function note(name, title) {
  if (!visitor) return
  waiting.push([String(name).slice(0, 60), location.pathname, String(title || "").slice(0, 200)])
  clearTimeout(timer)
  timer = setTimeout(flush, 1000)
}

function flush() {
  if (visitor && waiting.length) send({ v: visitor, e: waiting.splice(0, 20) })
}

const send = (said) => navigator.sendBeacon(`${root}/web/v1/seen`, JSON.stringify({ s: site, ...said }))

function rapport(what, given, title) {
  if (what === "consent") given ? begin() : end()
  if (what === "event") note(given, title)
}

function put(form, name, value) {
  const held = form.querySelector(`[name=${name}]`) || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }))
  held.value = value
}

const ours = (form) => form && form.action.startsWith(`${root}/web/forms/`)

addEventListener("focusin", async ({ target }) => {
  const form = target.form
  if (!ours(form) || form.dataset.asked) return
  form.dataset.asked = "yes"
  const answer = await fetch(`${form.action}/token`, { credentials: "omit" })
  if (answer.ok) put(form, "token", (await answer.json()).token)
})
addEventListener("submit", ({ target }) => {
  flush()
  if (visitor && ours(target)) put(target, "visitor", visitor)
})
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush())

const early = (window.rapport && window.rapport.q) || []
window.rapport = rapport
if (known() || me.dataset.consent === "given") begin()
for (const said of early) rapport(...said)
