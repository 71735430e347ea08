/**
 * On the road, where networks come and go. data-take-along keeps the pages of a day on this device until the next one,
 * data-locate asks it where it is, and a form with data-later is kept when it can't be sent and goes out by itself later.
 */
import { toast } from "./toast.js"

const { reader, drafts } = document.body.dataset
const ALONG = "along-"
const UNTIL = "/along-until"
const KEPT = `later:${reader}:`
// Devices do not always say that there is a network again.
const AGAIN = 10_000
const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")

/* The day is taken along. */

const mine = () => caches.open(ALONG + reader)

async function takeAlong(button, state) {
  const { pages, until } = JSON.parse(document.getElementById("along").textContent)
  try {
    const answers = await Promise.all(pages.map((page) => fetch(page, { headers: { Accept: "text/html" } })))
    if (answers.some((answer) => !answer.ok || answer.redirected)) throw new Error("not kept")
    await forgetDays()
    const cache = await mine()
    await Promise.all(answers.map((answer, place) => cache.put(pages[place], answer)))
    await cache.put(UNTIL, new Response(until))
    state.textContent = button.dataset.taken
  } catch {
    state.textContent = button.dataset.failed
  }
  await showAlong()
}

async function forgetDays() {
  if (!("caches" in window)) return
  for (const name of await caches.keys()) if (name.startsWith(ALONG)) await caches.delete(name)
}

async function showAlong() {
  const drop = document.querySelector("[data-leave-here]")
  if (drop) drop.hidden = !(await caches.has(ALONG + reader))
}

/** What is older than a day, or somebody else's, does not stay. */
async function tidy() {
  if (!("caches" in window)) return
  for (const name of await caches.keys()) {
    if (!name.startsWith(ALONG)) continue
    const until = await (await caches.open(name)).match(UNTIL)
    if (name !== ALONG + reader || !until || new Date(await until.text()) < new Date()) await caches.delete(name)
  }
}

/* A report that could not be sent. */

const waiting = () => Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).map((key) => [key, JSON.parse(localStorage.getItem(key))])

function showWaiting() {
  const box = document.querySelector("[data-waiting]")
  if (!box) return
  const list = box.querySelector("[data-waiting-list]")
  list.replaceChildren(
    ...waiting().map(([, one]) => {
      const line = document.createElement("li")
      const link = document.createElement("a")
      link.href = one.address
      link.textContent = one.title
      line.append(link, ...(one.faults ? [`: ${one.faults.join(" ")} “${one.text}”`] : []))
      return line
    }),
  )
  box.hidden = !list.children.length
}

function keepLater(form) {
  const body = new URLSearchParams(new FormData(form)).toString()
  const key = form.elements.key.value
  localStorage.setItem(KEPT + key, JSON.stringify({ address: form.getAttribute("action"), body, title: form.dataset.later, text: form.elements.text?.value ?? "", draft: form.dataset.draft }))
  localStorage.removeItem(`draft:${reader}:${form.dataset.draft}`)
  form.hidden = true
  document.querySelector("[data-later-state]").textContent = form.dataset.kept
}

async function post(address, body) {
  return fetch(address, { method: "POST", body: new URLSearchParams(body), headers: { ...token(), Accept: "application/json" } })
}

async function sendForm(form) {
  const stamp = form.querySelector("[data-written]")
  if (stamp) stamp.value = new Date().toISOString()
  let answer
  try {
    answer = await post(form.action, new FormData(form))
  } catch {
    return keepLater(form)
  }
  if (answer.ok && !answer.redirected) {
    const { address } = await answer.json()
    await clearDraft(form.dataset.draft)
    location.assign(address)
  } else {
    // What is wrong with it, and where, the page says better.
    form.submit()
  }
}

async function clearDraft(key) {
  localStorage.removeItem(`draft:${reader}:${key}`)
  if (drafts) await fetch(drafts, { method: "POST", headers: token(), body: new URLSearchParams({ key, text: "" }) }).catch(() => {})
}

let sending = false
async function sendWaiting() {
  if (sending) return
  sending = true
  try {
    for (const [key, one] of waiting()) {
      const answer = await post(one.address, one.body)
      // Signed out: it waits for the sign-in.
      if (answer.redirected || answer.status === 401) return
      const said = await answer.json().catch(() => ({}))
      if (answer.ok) {
        localStorage.removeItem(key)
        await clearDraft(one.draft)
        toast({ text: `${one.title}: ${said.words}` })
      } else if (answer.status < 500) {
        localStorage.setItem(key, JSON.stringify({ ...one, faults: said.faults ?? [String(answer.status)] }))
      }
    }
  } catch {
    // Still no network.
  } finally {
    sending = false
    showWaiting()
  }
}

if (reader) {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-later]") && !event.defaultPrevented) {
      event.preventDefault()
      sendForm(event.target)
    }
    // Nothing of anybody stays behind when somebody leaves.
    if (event.target.getAttribute("action")?.endsWith("/logout/")) forgetDays()
  })
  document.addEventListener("click", ({ target }) => {
    const state = document.querySelector("[data-along-state]")
    const take = target.closest("[data-take-along]")
    if (take) takeAlong(take, state)
    if (target.closest("[data-leave-here]")) forgetDays().then(showAlong).then(() => (state.textContent = document.querySelector("[data-take-along]").dataset.removed))
    const here = target.closest("[data-locate]")
    if (here) findHere(here)
  })
  addEventListener("online", sendWaiting)
  setInterval(() => waiting().length && sendWaiting(), AGAIN)
  tidy().then(showAlong)
  showWaiting()
  if (waiting().length) sendWaiting()
} else if (!("noNetwork" in document.body.dataset)) {
  // Signed out, also elsewhere; the page that says there is no network knows nobody, either.
  forgetDays()
}

function findHere(button) {
  const form = button.form
  const said = document.querySelector("[data-locate-state]")
  const failed = () => (said.textContent = button.dataset.failed)
  if (!navigator.geolocation) return failed()
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.place.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`
      form.querySelector("[data-means]").value = "phone"
      said.textContent = `± ${Math.round(coords.accuracy)} m`
    },
    failed,
    { enableHighAccuracy: true, timeout: 15_000 },
  )
}
