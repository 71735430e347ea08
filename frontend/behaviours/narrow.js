/** Boxes under headings: a word in data-narrow-by leaves those that have it in their label or heading, and opens their groups. */
function narrow(field) {
  const whole = field.closest("[data-narrow]")
  const words = field.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const has = (one) => words.every((word) => one.textContent.toLocaleLowerCase().includes(word))
  let left = 0
  for (const group of whole.querySelectorAll("details")) {
    const all = has(group.querySelector("summary"))
    const rows = [...group.querySelectorAll("label")]
    for (const row of rows) row.hidden = !all && !has(row)
    const some = rows.filter((row) => !row.hidden)
    left += some.length
    group.hidden = !some.length
    // What is ticked stays in sight when nothing is looked for.
    group.open = words.length ? some.length > 0 : rows.some((row) => row.control.checked)
  }
  const none = whole.querySelector("[data-narrow-none]")
  none.textContent = left ? "" : none.dataset.words
}

document.addEventListener("input", ({ target }) => target.matches?.("[data-narrow-by]") && narrow(target))
// Enter finds; it does not send a form that is only half filled in.
document.addEventListener("keydown", (event) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.matches?.("[data-narrow-by]") && event.preventDefault())
document.addEventListener("htmx:load", ({ detail: { elt } }) => elt.querySelectorAll("[data-narrow-by]").forEach((one) => (one.hidden = false)))
