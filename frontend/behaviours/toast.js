/** Short news at the edge of the page, with Undo for ten seconds; the server sends them as the event "toast". */
const SECONDS = 10
const area = document.getElementById("toasts")
const pattern = document.getElementById("toast")

export function toast({ text, undo = "" }) {
  const note = pattern.content.firstElementChild.cloneNode(true)
  note.querySelector("[data-words]").textContent = text
  const form = note.querySelector("form")
  if (undo) form.action = undo
  else form.remove()
  area.append(note)
  expire(note)
}

function expire(note) {
  let timer
  const start = () => (timer = setTimeout(() => note.remove(), SECONDS * 1000))
  // Whoever is about to press Undo is not hurried.
  for (const kind of ["pointerenter", "focusin"]) note.addEventListener(kind, () => clearTimeout(timer))
  for (const kind of ["pointerleave", "focusout"]) note.addEventListener(kind, () => (clearTimeout(timer), start()))
  start()
}

if (area) {
  area.querySelectorAll("[data-toast]").forEach(expire)
  area.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove()
  })
  document.addEventListener("toast", (event) => toast(event.detail))
  document.addEventListener("htmx:responseError", () => toast({ text: area.dataset.failed }))
  document.addEventListener("htmx:sendError", () => toast({ text: area.dataset.offline }))
}
