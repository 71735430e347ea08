/** Single keys: ? shows them, g goes, j and k walk a list, Enter opens, e edits, c creates, l logs a call. Silent while typing. */
const LONG_AGO = -Infinity
let going = LONG_AGO

// Where one stands in a line.
const SPOT = "a[href], [data-walk]"
let left

const walks = { j: 1, k: -1 }

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], [role=menu], .dropdown-menu.show:not(.told)") || document.querySelector("dialog[open]")
}

function walk(by) {
  const all = lines()
  if (!all.length) return
  const now = all.findIndex((line) => line.contains(document.activeElement))
  stand(all[Math.min(Math.max(now + by, 0), all.length - 1)])
}

function lines() {
  return [...document.querySelectorAll("[data-list]:not(table) > *, [data-list] > tbody > tr")].filter((line) => line.querySelector(SPOT) && seen(line))
}

const seen = (one) => one.getClientRects().length > 0

function stand(line) {
  line?.querySelector(SPOT).focus()
  line?.scrollIntoView({ block: "nearest" })
}

/** In the line of a list that has the focus, else the first on the page. */
function press(selector) {
  const line = document.activeElement.closest("[data-list]:not(table) > *, [data-list] > tbody > tr")
  const target = line?.querySelector(selector) ?? document.querySelector(selector)
  if (line?.contains(target)) left = { place: lines().indexOf(line), at: performance.now() }
  target?.click()
  return target
}

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const place = lines().findIndex((line) => line === target && line.contains(document.activeElement))
  if (place >= 0) left = { place, at: performance.now() }
})

// Whoever opens a line to work in it begins in its first field.
document.addEventListener("toggle", ({ target }) => target.matches("[data-into][open]") && target.querySelector("input:not([type=hidden])")?.focus(), true)

// A line that went away, or was drawn anew, leaves one where it was.
document.addEventListener("htmx:afterSettle", () => {
  if (!left || performance.now() - left.at > 20_000 || document.activeElement !== document.body || document.querySelector("dialog[open]")) return
  const all = lines()
  stand(all[Math.min(left.place, all.length - 1)])
})

/** The keys of this page, from the elements that have them. */
function sheet() {
  const here = document.querySelector("[data-keys-here]")
  const told = new Set([...document.querySelectorAll("#keys dl:first-of-type dt kbd:only-child")].map((key) => key.textContent))
  here.replaceChildren()
  for (const one of document.querySelectorAll("[data-key]")) {
    const { key } = one.dataset
    if (told.has(key) || !seen(one)) continue
    told.add(key)
    // Of a title and a label the shorter one is the name, the other explains.
    const [name = ""] = [one.textContent.trim()].filter(Boolean).concat([one.title, one.ariaLabel].filter(Boolean).sort((a, b) => a.length - b.length))
    const [term, words, sign] = ["dt", "dd", "kbd"].map((tag) => document.createElement(tag))
    sign.textContent = key
    words.textContent = name.replace(/\s+/g, " ")
    term.append(sign)
    here.append(term, words)
  }
  document.querySelector(".keys-title").hidden = !here.childElementCount
  document.getElementById("keys").showModal()
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  const { key } = event
  let done = true
  if (performance.now() - going < 1500 && /^[a-z]$/.test(key)) done = press(`[data-go="${key}"]`)
  else if (key === "g") return void (going = performance.now())
  else if (key in walks) walk(walks[key])
  else if (key === "?") sheet()
  else if (/^[a-z]$/.test(key)) done = press(`[data-key=${key}]`)
  else done = false
  going = LONG_AGO
  if (done) event.preventDefault()
})
