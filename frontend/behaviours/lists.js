/**
 * A list beside which one peeks (Space, Alt-click), which is found again as it was left, and in which one goes on from
 * the page of a record: what the list was is kept for this tab.
 */
import htmx from "../htmx.js"

const KEPT = "list"
const LINE = "#list tr[data-record]"
const peek = () => document.getElementById("peek")
const lines = () => [...document.querySelectorAll(LINE)]
const told = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null")
let peeked

function show(line) {
  if (!line?.dataset.peek || !peek()) return
  peeked?.removeAttribute("aria-current")
  peeked = line
  line.setAttribute("aria-current", "true")
  peek().hidden = false
  peek().querySelector("[data-peek-open]").href = line.querySelector("a.who").href
  document.getElementById("list").classList.add("peeking")
  htmx.ajax("GET", line.dataset.peek, { target: "#peek-body", swap: "innerHTML" })
}

function close() {
  if (!peek() || peek().hidden) return false
  peek().hidden = true
  document.getElementById("list").classList.remove("peeking")
  peeked?.removeAttribute("aria-current")
  peeked?.querySelector("a.who")?.focus()
  peeked = undefined
  return true
}

function step(by) {
  const all = lines()
  const next = all[Math.min(Math.max(all.indexOf(peeked) + by, 0), all.length - 1)]
  if (next !== peeked) show(next)
  next?.scrollIntoView({ block: "nearest" })
}

/** What the list is now, and which of its lines is being left for. */
function keep(line) {
  const { listing, passed, counted, title } = document.getElementById("list").dataset
  const link = (rel) => document.querySelector(`#list a[rel=${rel}]`)?.getAttribute("href") ?? ""
  const ids = lines().map((one) => Number(one.dataset.record))
  const place = { address: location.pathname + location.search, y: scrollY, id: Number(line.dataset.record), ids }
  const rest = { listing, counted, title, passed: Number(passed), newer: link("prev"), older: link("next") }
  sessionStorage.setItem(KEPT, JSON.stringify({ ...place, ...rest }))
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (key === "Escape" && !target.closest("dialog, .inplace-form, .dropdown-menu") && close()) event.preventDefault()
  if (target.closest("input, textarea, select, button, [contenteditable]") || document.querySelector("dialog[open]")) return
  const way = { ",": "prev", ".": "next" }[key]
  if (way) document.querySelector(`#in-list:not([hidden]) [rel=${way}]`)?.click()
  const line = target.closest?.(LINE)
  if (key === " " && line) {
    event.preventDefault()
    if (line === peeked) close()
    else show(line)
  }
})
document.addEventListener("focusin", ({ target }) => {
  const line = target.closest?.(LINE)
  if (line && peeked && line !== peeked && target.matches("a.who")) show(line)
})
document.addEventListener(
  "click",
  (event) => {
    const line = event.target.closest(LINE)
    if (line && event.altKey) {
      event.preventDefault()
      show(line)
    } else if (line && event.target.closest("a.who")) keep(line)
    if (event.target.closest("[data-peek-here]")) show(line)
    if (event.target.closest("[data-peek-close]")) close()
    if (event.target.closest("[data-peek-open]") && peeked) keep(peeked)
    const button = event.target.closest("[data-peek-step]")
    if (button) step(Number(button.dataset.peekStep))
  },
  true,
)

/** Whoever comes back finds the line they left, where it was. */
function findAgain() {
  const was = told()
  if (!was || was.address !== location.pathname + location.search || !document.getElementById("list")) return
  const [way] = performance.getEntriesByType("navigation")
  if (way?.type === "navigate" && !/^\/customers\/\d+\//.test(new URL(document.referrer || location, location).pathname)) return
  const line = document.querySelector(`${LINE.replace("[data-record]", "")}[data-record="${was.id}"]`)
  line?.classList.add("was-here")
  line?.querySelector("a.who")?.focus({ preventScroll: true })
  scrollTo(0, was.y)
}

/** On the page of a record: the ones before and after it in the list one came from. */
async function goOn() {
  const bar = document.getElementById("in-list")
  let was = told()
  const here = Number(bar?.dataset.record)
  if (!bar || !was || bar.dataset.listing !== was.listing) return
  if (!was.ids.includes(here)) return
  was.id = here
  sessionStorage.setItem(KEPT, JSON.stringify(was))
  const at = was.ids.indexOf(here)
  const [before, after] = [await beside(was, at - 1), await beside(was, at + 1)]
  bar.querySelector("[data-in-list-words]").textContent = bar.dataset.words
    .replace("{place}", was.passed + at + 1)
    .replace("{count}", was.counted)
    .replace("{title}", was.title)
  bar.querySelector("[data-in-list-words]").href = was.address
  link(bar.querySelector("[rel=prev]"), before)
  link(bar.querySelector("[rel=next]"), after)
  bar.hidden = false
}

function link(one, to) {
  if (!to) return one.remove()
  one.href = one.dataset.href.replace("/0/", `/${to.id}/`)
  one.addEventListener("click", () => to.was && sessionStorage.setItem(KEPT, JSON.stringify(to.was)))
}

/** The record at a place of the kept page, or on the page beside it. */
async function beside(was, at) {
  if (was.ids[at]) return { id: was.ids[at] }
  const query = at < 0 ? was.newer : was.older
  if (!query) return null
  const { pathname } = new URL(was.address, location)
  const answer = await fetch(pathname + query, { headers: { "HX-Request": "true", "HX-Target": "list" } })
  if (!answer.ok) return null
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const ids = [...page.querySelectorAll("tr[data-record]")].map((one) => Number(one.dataset.record))
  const { passed } = page.getElementById("list").dataset
  const rel = (name) => page.querySelector(`a[rel=${name}]`)?.getAttribute("href") ?? ""
  const id = at < 0 ? ids.at(-1) : ids[0]
  return id ? { id, was: { ...was, address: pathname + query, y: 0, id, ids, passed: Number(passed), newer: rel("prev"), older: rel("next") } } : null
}

/** An Undo of what was changed in a list leads back into the list. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".toast-note form")
  if (!form || !document.getElementById("list") || !/^\/customers\/\d+\/field\//.test(new URL(form.action).pathname)) return
  event.preventDefault()
  await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" })
  location.reload()
})

findAgain()
goOn()
