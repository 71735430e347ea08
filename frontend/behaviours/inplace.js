/**
 * A value changed in place: pressing it opens its control, Enter and leaving save, Escape brings the old value back.
 * What a refresh would replace meanwhile stays; the body hears "inplace:closed" when it is time to fetch it.
 */
const BUSY = ".inplace.open, .inplace .htmx-request"
const CONTROL = ".inplace-form :is(input:not([type=hidden]), select)"
let byKey = false
let inside = false
let missed = false

for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => (byKey = kind === "keydown"), true)

document.addEventListener("click", ({ target }) => {
  const button = target.closest(".inplace-change")
  // Safari does not focus a button that is clicked.
  if (button) return button.focus()
  const place = target.closest(".inplace:not(.open)")
  // Whoever marks the words wants to copy them.
  if (place && !target.closest("a") && getSelection().isCollapsed) place.querySelector(".inplace-change").click()
})

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".inplace-form")
  if (!form) return
  if (event.key === "Escape") shut(form)
  else if (event.key === "Enter" && event.target.matches("select")) form.requestSubmit()
  else return
  event.preventDefault()
})

document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = target.closest?.(".inplace.open > .inplace-form")
  // A window that is left for another keeps its control open.
  if (!form || "saving" in form.dataset || form.contains(relatedTarget) || document.activeElement === target) return
  if (changed(target)) form.requestSubmit()
  else if (!target.matches(".is-invalid")) shut(form)
})

document.addEventListener("change", ({ target }) => {
  if (!byKey && target.matches(".inplace-form select")) target.form.requestSubmit()
})

function changed(control) {
  return control.options ? [...control.options].some((one) => one.selected !== one.defaultSelected) : control.value !== control.defaultValue
}

function shut(form) {
  if ("saving" in form.dataset) return
  const place = form.parentElement
  const had = form.contains(document.activeElement)
  place.classList.remove("open")
  if (had) place.querySelector(".inplace-change").focus()
  form.remove()
  catchUp()
}

document.addEventListener("submit", ({ target }) => {
  if (target.matches(".inplace-form")) target.dataset.saving = ""
})
document.addEventListener("htmx:afterRequest", ({ detail }) => delete detail.elt.dataset.saving)

document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.matches?.(".inplace")) inside = target.contains(document.activeElement)
})
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (!elt.matches?.(".inplace")) return
  const control = elt.querySelector(CONTROL)
  if (inside) (control ?? elt.querySelector(".inplace-change")).focus()
  inside = false
  if (!control) catchUp()
  else if (!control.matches(".is-invalid")) control.select?.()
})

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (!detail.target.querySelector(BUSY)) return
  detail.shouldSwap = false
  missed = true
})

function catchUp() {
  if (!missed || document.querySelector(BUSY)) return
  missed = false
  document.body.dispatchEvent(new CustomEvent("inplace:closed"))
}
