/**
 * What is written is never lost. data-draft="KEY" on a field, or on a form for all its fields, keeps it on this device
 * at once and on the server soon after, until the server has taken it; whoever comes back finds it, on any device.
 */
const SOON = 1500
const AWAITED = "drafts awaited"
const { reader, drafts: address, restored, discard } = document.body.dataset
const timers = new Map()
// Sent from this page: an answer that was on its way must not bring it back.
const gone = new Set()
const place = (key) => `draft:${reader}:${key}`
const drafted = (root) => [...root.querySelectorAll("[data-draft]")]

function local(key) {
  const kept = localStorage.getItem(place(key))
  if (kept === null) return undefined
  try {
    const { text, at } = JSON.parse(kept)
    if (typeof text === "string") return { text, at }
  } catch {
    // Written by an earlier version: the bare words.
  }
  return { text: kept, at: 0 }
}

function send(key, text, keepalive = false) {
  clearTimeout(timers.get(key))
  timers.delete(key)
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")
  // What is too long for a page that closes stays on this device.
  const last = keepalive && text.length < 60_000
  fetch(address, { method: "POST", headers: token, body: new URLSearchParams({ key, text }), keepalive: last }).catch(() => {})
}

/** The fields of a form that may be restored: what a person fills in. */
const controls = (form) => [...form.elements].filter((one) => one.name && !/^(hidden|file|password|submit|button)$/.test(one.type) && one.type !== "fieldset")
const shown = (form) => [...form.elements].filter((one) => one.type === "hidden" && one.name.startsWith("initial-"))
const value = (one) => (/^(checkbox|radio)$/.test(one.type) ? one.checked : one.multiple ? [...one.selectedOptions].map((option) => option.value) : one.value)
const touched = (one) => {
  if (/^(checkbox|radio)$/.test(one.type)) return one.checked !== one.defaultChecked
  if (one.options) return [...one.options].some((option) => option.selected !== option.defaultSelected)
  return one.value !== one.defaultValue
}

function read(holder) {
  if (holder.tagName !== "FORM") return holder.value
  const told = controls(holder).some(touched)
  // What the form showed goes along: restored, it still knows what somebody else has written since.
  return told ? JSON.stringify({ fields: controls(holder).map((one) => [one.name, one.value, value(one)]), shown: shown(holder).map((one) => [one.name, one.value]) }) : ""
}

function write(holder, text) {
  if (holder.tagName !== "FORM") return void (holder.value = text)
  let kept
  try {
    kept = JSON.parse(text)
  } catch {
    return
  }
  for (const [name, own, said] of kept.fields) {
    for (const one of controls(holder).filter((other) => other.name === name)) {
      if (/^(checkbox|radio)$/.test(one.type)) one.checked = one.value === own ? said : one.checked
      else if (one.multiple) for (const option of one.options) option.selected = said.includes(option.value)
      else one.value = said
    }
  }
  for (const [name, said] of kept.shown) for (const one of shown(holder)) if (one.name === name) one.value = said
}

const empty = (holder) => (holder.tagName === "FORM" ? !controls(holder).some(touched) : !holder.value)
const refused = (holder) => (holder.tagName === "FORM" ? holder : holder.form)?.querySelector(".is-invalid, .form-error")

function restore(holder, text) {
  const before = read(holder)
  write(holder, text)
  if (read(holder) === before) return
  const note = document.createElement("p")
  note.className = "draft-note soft"
  note.setAttribute("role", "status")
  const drop = document.createElement("button")
  drop.type = "button"
  drop.className = "btn btn-sm btn-link"
  drop.textContent = discard
  drop.addEventListener("click", () => {
    holder.tagName === "FORM" ? holder.reset() : (holder.value = holder.defaultValue)
    forget(holder.dataset.draft)
    note.remove()
  })
  note.append(restored, " ", drop)
  holder.tagName === "FORM" ? holder.prepend(note) : holder.after(note)
}

async function bring(root) {
  const holders = drafted(root).filter((holder) => !refused(holder))
  for (const holder of holders) {
    const kept = local(holder.dataset.draft)
    if (kept && empty(holder)) restore(holder, kept.text)
  }
  const open = holders.filter((holder) => empty(holder) && !gone.has(holder.dataset.draft))
  if (!open.length || !address) return
  const asked = new URLSearchParams(open.map((holder) => ["key", holder.dataset.draft]))
  const answer = await fetch(`${address}?${asked}`).catch(() => undefined)
  if (!answer?.ok || answer.redirected) return
  const found = await answer.json()
  for (const holder of open) {
    const one = found[holder.dataset.draft]
    if (one && empty(holder) && !gone.has(holder.dataset.draft)) restore(holder, one.text)
  }
}

function forget(key) {
  gone.add(key)
  localStorage.removeItem(place(key))
  send(key, "")
}

function keep({ target }) {
  const holders = [target.closest?.("[data-draft]"), target.form?.closest("[data-draft]")].filter(Boolean)
  for (const holder of new Set(holders)) {
    const key = holder.dataset.draft
    const text = read(holder)
    gone.delete(key)
    if (text) localStorage.setItem(place(key), JSON.stringify({ text, at: Date.now() }))
    else localStorage.removeItem(place(key))
    clearTimeout(timers.get(key))
    timers.set(key, setTimeout(() => send(key, text), SOON))
  }
}

const keys = (form) => [form, ...form.querySelectorAll("[data-draft]")].map((one) => one.dataset.draft).filter(Boolean)

if (reader && address) {
  document.addEventListener("input", keep)
  document.addEventListener("change", keep)
  // What waits to be kept goes before the page does.
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return
    for (const key of [...timers.keys()]) send(key, local(key)?.text ?? "", true)
  })
  // A form that leaves the page is sent once the next page is there and does not show it again.
  document.addEventListener("submit", ({ target }) => {
    if (target.matches("[hx-post], [data-hx-post]")) return
    sessionStorage.setItem(AWAITED, JSON.stringify(keys(target)))
    for (const key of keys(target)) if (timers.has(key)) send(key, local(key)?.text ?? "", true)
  })
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    // The form itself may have been swapped away: then the event is its parent's, and only the request still knows it.
    const form = (detail.requestConfig?.elt ?? detail.elt).closest("form")
    // Whose session has died is led to the sign-in, and nothing was taken.
    const taken = detail.successful && !detail.xhr.getResponseHeader("HX-Redirect")?.startsWith("/accounts/login/")
    if (form && taken && detail.requestConfig?.verb === "post") keys(form).forEach(forget)
  })
  document.addEventListener("htmx:load", ({ detail }) => bring(detail.elt.parentElement ?? detail.elt))
  const awaited = JSON.parse(sessionStorage.getItem(AWAITED) ?? "[]")
  const again = new Set(drafted(document).filter(refused).map((holder) => holder.dataset.draft))
  for (const key of awaited) if (!again.has(key)) forget(key)
  bring(document)
}
// Also when it led to the sign-in: then nothing was taken, and it stays.
sessionStorage.removeItem(AWAITED)
