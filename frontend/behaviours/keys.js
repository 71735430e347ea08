/** Single keys: ? shows them, g goes, j and k walk a list, Enter opens, e edits, c creates, l logs a call. Silent while typing. */
const LONG_AGO = -Infinity
let going = LONG_AGO

const walks = { j: 1, k: -1 }

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], [role=menu], .dropdown-menu.show") || document.querySelector("dialog[open]")
}

function walk(by) {
  const lines = [...document.querySelectorAll("[data-list]:not(table) > *, [data-list] > tbody > tr")].filter((line) => line.querySelector("a[href]"))
  if (!lines.length) return
  const now = lines.findIndex((line) => line.contains(document.activeElement))
  const next = lines[Math.min(Math.max(now + by, 0), lines.length - 1)]
  next.querySelector("a[href]").focus()
  next.scrollIntoView({ block: "nearest" })
}

/** In the line of a list that has the focus, else the first on the page. */
function press(selector) {
  const line = document.activeElement.closest("[data-list]:not(table) > *, [data-list] > tbody > tr")
  const target = line?.querySelector(selector) ?? document.querySelector(selector)
  target?.click()
  return target
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  const { key } = event
  let done = true
  if (performance.now() - going < 1500 && /^[a-z]$/.test(key)) done = press(`[data-go="${key}"]`)
  else if (key === "g") return void (going = performance.now())
  else if (key in walks) walk(walks[key])
  else if (key === "?") document.getElementById("keys")?.showModal()
  else if (/^[a-z]$/.test(key)) done = press(`[data-key=${key}]`)
  else done = false
  going = LONG_AGO
  if (done) event.preventDefault()
})
