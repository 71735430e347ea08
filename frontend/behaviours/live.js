/** One stream of news per page: body[data-live] says where, data-topics what; each becomes the event "live:TOPIC" on the body. */
let stream
// What is just being fetched may be older than news that come meanwhile, and is put in place of whoever would ask again.
const BUSY = '.htmx-request[hx-trigger*="live:"]'
const late = new Set()

function topics() {
  const named = document.body.dataset.topics?.trim().split(/[\s,]+/) ?? []
  return named.filter(Boolean)
}

function listen() {
  const { live, made } = document.body.dataset
  if (!live || !topics().length || stream) return
  // What happened since the page was made is told first.
  stream = new EventSource(`${live}?${new URLSearchParams({ topics: topics().join(","), since: made })}`)
  stream.addEventListener("changed", (event) => announce(JSON.parse(event.data).topic))
  stream.addEventListener("present", (event) => document.body.dispatchEvent(new CustomEvent("live:present", { detail: JSON.parse(event.data) })))
  let missed = false
  stream.addEventListener("error", () => (missed = true))
  // What happened while the line was down is fetched when it is up again.
  stream.addEventListener("open", () => (missed && topics().forEach(announce), (missed = false)))
}

function announce(topic) {
  if (document.querySelector(BUSY)) late.add(topic)
  document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: { topic } }))
  // For those who wait for anything that the page is about.
  document.body.dispatchEvent(new CustomEvent("live:any", { detail: { topic } }))
}

document.addEventListener("htmx:afterSettle", () => {
  if (!late.size || document.querySelector(BUSY)) return
  const missed = [...late]
  late.clear()
  missed.forEach(announce)
})

function leave() {
  stream?.close()
  stream = undefined
}

addEventListener("pagehide", leave)
addEventListener("pageshow", (event) => {
  listen()
  // A page that the browser kept asleep may be out of date.
  if (event.persisted) topics().forEach(announce)
})
listen()
