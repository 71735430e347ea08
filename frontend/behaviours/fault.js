/**
 * A form that comes back with faults takes the cursor to the first field at fault, which reads out what is wrong. Words with
 * data-fault speak of the form as a whole, or of the field whose id they name.
 */
let parts = []

function lead() {
  const within = (selector) => parts.flatMap((part) => [part, ...part.querySelectorAll(selector)]).filter((one) => one.matches(selector))
  const field = within("[aria-invalid=true], [data-fault]:not([data-fault=''])").map(named).find(reached)
  if (field) return field.focus()
  const words = within("[data-fault='']").find(reached)
  if (!words || within("[autofocus]").length) return
  words.tabIndex = -1
  words.focus()
}

/** The field that words speak of is at fault until somebody writes into it; anything else is what it is. */
function named(one) {
  const field = one.dataset.fault && document.getElementById(one.dataset.fault)
  if (!field) return one
  one.id ||= `${field.id}_fault`
  const before = field.getAttribute("aria-describedby")
  field.setAttribute("aria-invalid", "true")
  field.setAttribute("aria-describedby", one.id)
  const mended = () => {
    field.removeAttribute("aria-invalid")
    before ? field.setAttribute("aria-describedby", before) : field.removeAttribute("aria-describedby")
  }
  field.addEventListener("input", mended, { once: true })
  return field
}

/** Whether it is to be seen, once what is folded around it is open. */
function reached(one) {
  for (let fold = one.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true
  return one.getClientRects().length > 0
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  // Each piece of an answer is told of by itself; together they have one first field.
  if (!parts.length) queueMicrotask(() => (lead(), (parts = [])))
  parts.push(elt)
})
