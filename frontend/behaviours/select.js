/** Rows of a list are ticked: one, with Shift a range, with the head the page, or all of the result. */
const boxes = (form) => [...form.elements].filter((one) => one.name === "ids")
let last

function tell(form) {
  const whole = form.elements.whole?.checked
  const chosen = boxes(form).filter((box) => box.checked).length
  form.querySelector("[data-select-count]").textContent = whole ? "" : String(chosen)
  for (const head of document.querySelectorAll(`[data-select-page="${form.id}"]`)) {
    head.checked = chosen > 0 && chosen === boxes(form).length
    head.indeterminate = chosen > 0 && !head.checked
  }
}

document.addEventListener("click", ({ target, shiftKey }) => {
  if (!target.matches?.('input[name="ids"]')) return
  const form = target.form
  const all = form ? boxes(form) : []
  if (shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((one, other) => one - other)
    for (const box of all.slice(from, to + 1)) box.checked = target.checked
  }
  last = target
})

document.addEventListener("change", ({ target }) => {
  const page = target.dataset?.selectPage
  const form = page ? document.getElementById(page) : target.form
  if (!form?.matches?.("[data-select]")) return
  if (page) for (const box of boxes(form)) box.checked = target.checked
  tell(form)
})

// The browser keeps ticks over a reload, and over the way back.
addEventListener("pageshow", () => document.querySelectorAll("[data-select]").forEach(tell))
