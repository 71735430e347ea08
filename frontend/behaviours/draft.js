/** What is written in data-draft="KEY" stays on this device until it has been sent. */
const name = (field) => `draft:${document.body.dataset.reader}:${field.dataset.draft}`

function restore(root) {
  for (const field of root.querySelectorAll("[data-draft]")) {
    const kept = localStorage.getItem(name(field))
    if (kept && !field.value) field.value = kept
  }
}

function forget(form) {
  for (const field of form.querySelectorAll("[data-draft]")) localStorage.removeItem(name(field))
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-draft]")) return
  if (target.value) localStorage.setItem(name(target), target.value)
  else localStorage.removeItem(name(target))
})
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[hx-post], [data-hx-post]")) forget(target)
})
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest("form")
  if (form && detail.successful) forget(form)
})
document.addEventListener("htmx:load", ({ detail }) => restore(detail.elt.parentElement ?? detail.elt))
restore(document)
